"""Measures the time from saving a file until the server of a generator shows it."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from time import perf_counter, sleep

from bench.sites import REPOSITORY, Site, edit_body, hugo

HOST = "127.0.0.1"
LONGEST = 600.0  # seconds; a server builds the whole site when it starts
POLL = 0.002  # seconds between two requests
REST = 4  # seconds between two edits, in which the server becomes idle


def saved_to_shown(site: Site, edits: int) -> list[float]:
    """The seconds from saving a new body until a response contains it, for each of some edits."""
    sources = site.sources()
    with _server(site) as port:
        found = []
        for number in range(edits):
            source = sources[(number * 1999 + 500) % len(sources)]
            path, word = _path(site, source), f"served{number}x{int(perf_counter() * 1000)}"
            _seconds_until(port, path, b"</html>")
            sleep(REST)
            edit_body(source, word)
            found.append(_seconds_until(port, path, word.encode()))
    return found


def _path(site: Site, source: Path) -> str:
    below = f"{source.parent.relative_to(site.root / 'content')}/" if site.name == "hugo" else "events/"
    return f"/{below}{source.stem}/"


@contextmanager
def _server(site: Site) -> Iterator[int]:
    with socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    ours: list[str | Path] = [sys.executable, REPOSITORY / "site.py", "--root", site.root, "serve", "--port", str(port)]
    theirs: list[str | Path] = [hugo(), "server", "--port", str(port), "--bind", HOST, "--renderToMemory"]
    with (site.built / "serve.log").open("ab") as log:
        process = subprocess.Popen(theirs if site.name == "hugo" else ours, cwd=site.root, stdout=log, stderr=log)
        try:
            _seconds_until(port, "/", b"</html>")
            sleep(2)
            yield port
        finally:
            process.terminate()
            process.wait()


def _seconds_until(port: int, path: str, word: bytes) -> float:
    """Requests a page until it contains a word. Raises TimeoutError."""
    started = perf_counter()
    while word not in _get(port, path):
        if perf_counter() - started > LONGEST:
            raise TimeoutError(path)
        sleep(POLL)
    return perf_counter() - started


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read() if answer.status == http.client.OK else b""
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        connection.close()
