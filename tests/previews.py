"""A running `site.py serve`, for tests and for the pictures of the guide."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import urlopen

from sites import REPOSITORY, Site

PATIENCE = 60  # seconds; machines of tests are busy


@dataclass
class Preview:
    """A preview: its address with the base path, the process, and what it has said so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    address: str = ""

    @property
    def port(self) -> int:
        return int(self.address.split(":")[2].split("/")[0])

    def page(self, path: str) -> str:
        """A page, or the one that says that there is none."""
        try:
            with urlopen(self.address + path, timeout=10) as answer:  # noqa: S310 - the test's own server
                found: bytes = answer.read()
        except HTTPError as missing:
            found = missing.read()
        return found.decode()

    def status(self, path: str, host: str = "127.0.0.1") -> int:
        """The status of a request as it stands, for a host by that name."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", f"{host}:{self.port}")
        connection.endheaders()
        status = connection.getresponse().status
        connection.close()
        return status

    def await_page(self, path: str, words: str) -> None:
        """Waits until a page shows some words."""
        deadline = monotonic() + PATIENCE
        while words not in self.page(path):
            assert monotonic() < deadline, self.said
            sleep(0.05)

    def await_said(self, words: str) -> None:
        deadline = monotonic() + PATIENCE
        while not any(words in line for line in self.said):
            assert monotonic() < deadline, self.said
            sleep(0.05)


@contextmanager
def preview(site: Site, *arguments: str, language: str = "en") -> Iterator[Preview]:
    """Starts `serve` on a free port, waits until it is there, and ends it."""
    command: list[str | Path] = [
        sys.executable,
        REPOSITORY / "site.py",
        "--root",
        site.root,
        "--lang",
        language,
        "serve",
        "--port",
        "0",
        *arguments,
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    found = Preview(process)
    ready = Event()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            found.said.append(line)
            if address := re.search(r"http://127\.0\.0\.1:\d+/\S*", line):
                found.address = address[0]
                ready.set()

    reader = Thread(target=read, daemon=True)
    reader.start()
    try:
        assert ready.wait(PATIENCE), found.said
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
