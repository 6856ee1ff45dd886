"""Attacks `serve` of a site of 300 events for SECONDS (30): `make siege`.

200 pages hold their stream of news open, 200 clients send a byte at a time, 50 send headers without end, 50 ask for
files and do not read them. An editor changes events and renames their folder. Meanwhile a visitor asks for a page again
and again. It fails if an answer is wrong, if the visitor waits for more than a second, or if the memory grows. Where
other programs keep the machine busy, the second is as many times longer as it is slower.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from socket import create_connection, socket
from statistics import mean
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic, sleep

from previews import Preview, preview
from sites import Site, small_site
from timing import slowness

from almanac.server.http import EVENTS, LOOPBACK

STREAMS, SLOW, ENDLESS, DEAF = 200, 200, 50, 50
EVENTS_THERE = 300
LONGEST_WAIT = 1.0  # seconds
GROWTH = 64  # MB between the first round of edits and the last
BETWEEN_EDITS = 2.0  # seconds
HEAD = f"GET {{}} HTTP/1.1\r\nHost: {LOOPBACK}\r\n"


class Siege:
    """The hostile clients of one preview. Each that the server ends begins anew."""

    def __init__(self, port: int, base: str) -> None:
        self.port, self.base, self.ended = port, base, Event()

    def run(self) -> None:
        """Goes on until it is ended."""
        clients = [
            *(self.client(f"{HEAD.format(EVENTS)}\r\n", "") for _ in range(STREAMS)),
            *(self.client("G", "E") for _ in range(SLOW)),
            *(self.client(HEAD.format(self.base), f"X-A: {'a' * 60_000}\r\n") for _ in range(ENDLESS)),
            *(self.client(f"{HEAD.format(self.base)}\r\n" * 50, "") for _ in range(DEAF)),
        ]
        while not self.ended.is_set():
            for client in clients:
                next(client)
            self.ended.wait(0.2)

    def client(self, first: str, more: str) -> Iterator[None]:
        """A client that sends `first`, and then `more` at each step; it reads nothing."""
        while True:
            with suppress(OSError), create_connection((LOOPBACK, self.port), 1) as connection:
                connection.setblocking(False)
                connection.send(first.encode())
                while not is_over(connection):
                    yield
                    connection.send(more.encode())
            yield


def is_over(connection: socket) -> bool:
    """Whether the server has ended a connection; reads a little of what it has sent."""
    try:
        return not connection.recv(256)
    except BlockingIOError:
        return False


def memory(pid: int) -> float:
    """The resident memory of a process in MB."""
    (line,) = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def visit(shown: Preview, path: str) -> float:
    """The seconds until a page is there as a whole."""
    began = monotonic()
    connection = HTTPConnection(LOOPBACK, shown.port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == 200, f"{answer.status} for {path}"
    assert content.rstrip().endswith(b"</html>"), f"{path} is cut off"
    return monotonic() - began


def edits(site: Site) -> Iterator[None]:
    """Edits without end, one for each step: a title, and a folder that is renamed and comes back."""
    events = site.root / "content" / "events"
    for round_number in cycle(range(1000)):
        year = max(folder for folder in events.iterdir() if folder.is_dir())
        site.event(f"{year.name}/siege", title=f"第{round_number}次")
        yield
        year.rename(events / f"{year.name}-away")
        yield
        (events / f"{year.name}-away").rename(year)
        yield


def main(seconds: float) -> None:
    """Prints the longest wait and the memory."""
    with TemporaryDirectory() as folder:
        site = small_site(Path(folder) / "site")
        for number in range(EVENTS_THERE):
            site.event(f"2027/talk-{number}", title=f"第{number}讲", start=f"2027-{number % 9 + 3:02}-10 14:00")
        with preview(site) as shown:
            base = "/" + shown.address.split("/", 3)[3]
            siege = Siege(shown.port, base)
            attacking = Thread(target=siege.run, daemon=True)
            attacking.start()
            waits, memories = attacked(site, shown, base, seconds)
            siege.ended.set()
            attacking.join()
    slower = max(1, mean(slow for _, slow in waits))
    times = sorted(wait for wait, _ in waits)
    sys.stdout.write(
        f"{len(times)} pages, median {times[len(times) // 2]:.3f} s, longest {times[-1]:.3f} s, on a machine "
        f"{slower:.1f} times slower than a quiet one; memory {memories[0]:.0f} to {memories[-1]:.0f} MB, "
        f"at most {max(memories):.0f} MB\n"
    )
    assert times[-1] < LONGEST_WAIT * slower, "a visitor was kept waiting"
    assert max(memories) - memories[0] < GROWTH, "the memory grows"


def attacked(site: Site, shown: Preview, base: str, seconds: float) -> tuple[list[tuple[float, float]], list[float]]:
    """The waits of the visitor, and the memory of the server after each edit but those of the first round.

    Beside each wait stands how many times slower than a quiet machine this one is just then.
    """
    waits, memories, changing = [], [], edits(site)
    ends = monotonic() + seconds
    due = 0.0
    while monotonic() < ends:
        if monotonic() > due:
            next(changing)
            due = monotonic() + BETWEEN_EDITS
            memories.append(memory(shown.process.pid))
        waits.append((visit(shown, base), slowness(monotonic)))
        sleep(0.05)
    return waits, memories[4:]


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30)
