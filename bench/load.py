"""`make load`: how many calendars and visitors one web server answers, and what they cost.

Builds the sample site, serves it with nginx by the recipe in `deploy/`, and asks for it on this machine over
connections that stay open: mostly calendars that poll their feeds with If-None-Match, and some visitors who read pages.
Half-way one event changes and the site is built again, so feeds that hold it are sent anew.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import msgspec
from conftest import shipped_site
from sites import REPOSITORY, Site
from test_servers import nginx

EVENT = "content/events/2026/12/2026-12-05-cable-factory.md"
WHOLE_CITY = "/feeds/all.ics"
CONNECTIONS = 64
POLLS = 0.9  # of all requests; calendars ask day and night, people by day
POLLS_A_DAY = 4  # of one subscriber: calendar apps ask every few hours
SUBSCRIBERS = 1_000_000
HEAD = "GET {path} HTTP/1.1\r\nHost: kepu.example.org\r\nAccept-Encoding: gzip\r\nUser-Agent: load\r\n"


class Answer(msgspec.Struct, frozen=True):
    """One answer: its status, its bytes on the wire with all headers, and the seconds until the last of them."""

    poll: bool
    path: str
    status: int
    size: int
    seconds: float


class Client:
    """One open connection to the server, with the entity tags of the feeds that it has read."""

    def __init__(self, port: int, feeds: Sequence[str], pages: Sequence[str], tags: Mapping[str, str]) -> None:
        self.port, self.feeds, self.pages, self.tags = port, feeds, pages, dict(tags)
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.answers: list[Answer] = []

    async def subscribe(self) -> None:
        """Reads every feed once, and keeps their entity tags."""
        for path in self.feeds:
            await self.ask(path)

    async def run(self, until: float, chance: random.Random) -> None:
        """Asks without a pause until a moment of the performance counter."""
        while perf_counter() < until:
            await self.ask(chance.choice(self.feeds if chance.random() < POLLS else self.pages))

    async def ask(self, path: str) -> None:
        """Asks for one file and notes the answer."""
        started = perf_counter()
        reader, writer = self.streams = self.streams or await asyncio.open_connection("127.0.0.1", self.port)
        tag = f"If-None-Match: {self.tags[path]}\r\n" if path in self.tags else ""
        writer.write(f"{HEAD.format(path=path)}{tag}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status, headers = int(lines[0].split()[1]), {name.lower(): value for name, value in map(_header, lines[1:])}
        size = len(head) + await _body(reader, status, headers)
        if path in self.feeds and "etag" in headers:
            self.tags[path] = headers["etag"]
        if headers.get("connection") == "close":  # nginx ends a connection after a thousand requests
            writer.close()
            self.streams = None
        self.answers.append(Answer(path in self.feeds, path, status, size, perf_counter() - started))


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value


async def _body(reader: asyncio.StreamReader, status: int, headers: Mapping[str, str]) -> int:
    """The bytes of a body, which is read."""
    if headers.get("transfer-encoding") == "chunked":
        return await _chunks(reader)
    return 0 if status == 304 else len(await reader.readexactly(int(headers.get("content-length", 0))))


async def _chunks(reader: asyncio.StreamReader) -> int:
    """The bytes of a body in chunks (RFC 9112, section 7.1)."""
    total = 0
    while True:
        line = await reader.readline()
        count = int(line, 16)
        total += len(line) + len(await reader.readexactly(count + 2))
        if not count:
            return total


async def ask(site: Site, port: int, seconds: float) -> list[Answer]:
    """The answers of all clients in so many seconds; half-way an event changes."""
    feeds = [f"/{path.relative_to(site.output).as_posix()}" for path in sorted(site.output.glob("feeds/**/*.ics"))]
    pages = [f"/{path.parent.relative_to(site.output).as_posix()}/" for path in site.output.glob("events/*/index.html")]
    kinds = ["/", "/search/", "/calendar/2026/12/", "/static/style.css", "/static/page.js", *sorted(pages)]
    first = Client(port, feeds, kinds, {})
    await first.subscribe()
    clients = [Client(port, feeds, kinds, first.tags) for _ in range(CONNECTIONS)]
    until = perf_counter() + seconds

    async def change() -> None:
        await asyncio.sleep(seconds / 2)
        await asyncio.to_thread(site.edit, EVENT, "title: ", "title: 改期：")
        await asyncio.to_thread(site.build)

    await asyncio.gather(change(), *(client.run(until, random.Random(number)) for number, client in enumerate(clients)))
    return [answer for client in clients for answer in client.answers]


def report(answers: Sequence[Answer], seconds: float) -> str:
    """The table of docs/operations.md."""
    polls = [one for one in answers if one.poll]
    unchanged = [one.size for one in polls if one.status == 304]
    sent = [one.size for one in polls if one.status == 200]
    whole = max(one.size for one in polls if one.path == WHOLE_CITY)
    read = [one.size for one in answers if not one.poll]
    times = [one.seconds * 1000 for one in answers]
    polled = SUBSCRIBERS * POLLS_A_DAY
    rows = {
        "requests a second": f"{len(answers) / seconds:,.0f}",
        "time of an answer: median and 99th percentile, ms": f"{median(times):.1f}, {quantiles(times, n=100)[98]:.1f}",
        "answers that are neither 200 nor 304": f"{sum(one.status not in {200, 304} for one in answers)}",
        "polls that are answered with 304": f"{len(unchanged) / len(polls):.1%}",
        "bytes of a 304, median": f"{median(unchanged):,.0f}",
        "bytes of a feed, median and the whole city's": f"{median(sent):,.0f}, {whole:,.0f}",
        "bytes of a page, a sheet or a script, median": f"{median(read):,.0f}",
        f"bytes a day of a subscriber, {POLLS_A_DAY} polls and nothing new": f"{POLLS_A_DAY * median(unchanged):,.0f}",
        "a million subscribers: polls a second": f"{polled / 86400:,.0f}",
        "a million subscribers, nothing new: GB a day": f"{polled * median(unchanged) / 1e9:.1f}",
        "a million subscribers to the whole city: GB for one changed event": f"{SUBSCRIBERS * whole / 1e9:.0f}",
    }
    return "".join(f"| {name} | {value} |\n" for name, value in [("", ""), ("---", "---:"), *rows.items()])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        folder = Path(name)
        site = shipped_site(folder / "site")
        (site.root / "content").unlink()
        shutil.copytree(REPOSITORY / "content", site.root / "content")
        with nginx(site, folder / "nginx") as port:
            answers = asyncio.run(ask(site, port, seconds))
    sys.stdout.write(report(answers, seconds))


if __name__ == "__main__":
    main()
