"""A web server for a built site, on loopback, that compresses as a real one does."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".ics", ".xml", ".txt")


class Handler(SimpleHTTPRequestHandler):
    """Files of a folder, gzipped where that helps."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        if not file.is_file():
            self._answer(404, (Path(self.directory) / "404.html").read_bytes(), ".html")
        else:
            self._answer(200, file.read_bytes(), file.suffix)

    def _answer(self, status: int, content: bytes, suffix: str) -> None:
        self.send_response(status)
        if suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        charset = "" if suffix in {".png", ".svg"} else "; charset=utf-8"
        self.send_header("Content-Type", self.guess_type(f"a{suffix}") + charset)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=31536000")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Says nothing."""


@contextmanager
def serving(folder: Path, port: int = 0, handler: type[Handler] = Handler) -> Iterator[str]:
    """The address of a server of `folder`, without a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(handler, directory=str(folder)))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
