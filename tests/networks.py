"""A web server whose network can be cut: for screens and for reading offline. It validates by ETag, as nginx does."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import unquote, urlsplit

BASE = "/kepu"  # the base path of the small site


class Network:
    """The way from browsers to the files of a site. Its attributes may change at any time.

    `cut`: no request is answered. `now`: the clock of the server. `faults` holds the status of single addresses,
    without the base path. `held`: requests wait while it is cleared.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder, self.now = folder, now
        self.cut = False
        self.faults: dict[str, int] = {}
        self.asked: list[str] = []
        self.held = Event()
        self.held.set()
        self.port = 0

    def address(self, path: str = "/") -> str:
        """An address of the site on this server."""
        return f"http://127.0.0.1:{self.port}{BASE}{path}"


def _handler(network: Network) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path).removeprefix(BASE)
            network.held.wait(20)
            if network.cut:
                self.close_connection = True
                return
            network.asked.append(path)
            file = network.folder / path.lstrip("/")
            file = file / "index.html" if path.endswith("/") else file
            status = network.faults.get(path, 200 if file.is_file() else 404)
            self._answer(status, file.read_bytes() if status == 200 else b"no", file.suffix)

        def _answer(self, status: int, content: bytes, suffix: str) -> None:
            tag = f'"{blake2b(content, digest_size=8).hexdigest()}"'
            known = status == 200 and self.headers.get("If-None-Match") == tag
            self.send_response(304 if known else status)
            self.send_header("Cache-Control", "no-cache")
            self.send_header("ETag", tag)
            if not known:
                kind = "application/manifest+json" if suffix == ".webmanifest" else mimetypes.types_map.get(suffix)
                self.send_header("Content-Type", kind or "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if not known:
                self.wfile.write(content)

        def date_time_string(self, timestamp: float | None = None) -> str:
            del timestamp
            return format_datetime(network.now.astimezone(UTC), usegmt=True)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Says nothing."""

    return Handler


@contextmanager
def network_of(folder: Path, now: datetime) -> Iterator[Network]:
    """A network to the files of `folder` on loopback."""
    network = Network(folder, now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(network))
    server.daemon_threads = True
    network.port = int(server.server_address[1])
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield network
    finally:
        network.held.set()
        server.shutdown()
        server.server_close()
