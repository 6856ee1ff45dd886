"""A running `site.py serve`, for tests and for the pictures of the guide."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from urllib.error import HTTPError
from urllib.request import urlopen

from sites import Site
from timing import PATIENCE

BETWEEN = 0.05  # seconds between two looks at a page


@dataclass
class Preview:
    """A preview: its process, its messages so far, and its address with the base path."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    address: str = ""
    changed: Condition = field(default_factory=Condition)  # notified of every message

    @property
    def port(self) -> int:
        return int(self.address.split(":")[2].split("/")[0])

    def page(self, path: str) -> str:
        """A page, or the error page of an address without one."""
        try:
            with urlopen(self.address + path, timeout=10) as answer:
                found: bytes = answer.read()
        except HTTPError as missing:
            found = missing.read()
        return found.decode()

    def status(self, path: str, host: str = "127.0.0.1") -> int:
        """The status of a request for `path`, unchanged, with this Host header."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", f"{host}:{self.port}")
        connection.endheaders()
        status = connection.getresponse().status
        connection.close()
        return status

    def await_page(self, path: str, words: str) -> None:
        """Waits until a page has these words."""
        deadline = monotonic() + PATIENCE
        while words not in self.page(path):
            assert monotonic() < deadline, self.said
            with self.changed:
                self.changed.wait(BETWEEN)

    def await_said(self, words: str) -> None:
        """Waits until a message has these words."""
        with self.changed:
            assert self.changed.wait_for(lambda: any(words in line for line in self.said), PATIENCE), self.said

    def await_address(self) -> None:
        """Waits until the server has said where it is."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.address, PATIENCE), self.said


@contextmanager
def preview(site: Site, *arguments: str, language: str = "en") -> Iterator[Preview]:
    """Runs `serve` on a free port; it is ready when the block begins and ends with the block."""
    with running(site.command("serve", "--port", "0", *arguments, language=language)) as found:
        yield found


@contextmanager
def running(
    command: Sequence[str | Path], folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Preview]:
    """Likewise, with the whole command, the folder where it runs and its environment."""
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    found = Preview(process)

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            with found.changed:
                found.said.append(line)
                if (address := re.search(r"http://127\.0\.0\.1:\d+/\S*", line)) and not found.address:
                    found.address = address[0]
                found.changed.notify_all()

    reader = Thread(target=read, daemon=True)
    reader.start()
    try:
        found.await_address()
        yield found
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        finally:
            process.kill()
            reader.join(5)
            assert process.stderr is not None
            process.stderr.close()
