"""The web server of `serve`: sends the files of a folder, and adds the reload script to pages.

The files have the bytes of a build: the script is added only to the answer.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from msgspec import to_builtins

from almanac.core.media_types import media_type
from almanac.server.news import News, State

LOOPBACK = "127.0.0.1"
OWN_NAMES = frozenset({LOOPBACK, "localhost"})
EVENTS = "/__almanac__/events"
RELOAD = "/__almanac__/reload.js"
SCRIPT = files("almanac.server").joinpath("reload.js")
KEEP_ALIVE = 15.0  # seconds; proxies and browsers close silent connections


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD below the base path of the site."""

    protocol_version = "HTTP/1.1"
    server_version = "Almanac"

    def __init__(self, folder: Path, base: str, news: News, *arguments: object) -> None:
        self.folder, self.base, self.news = folder.resolve(), base, news
        super().__init__(*arguments)  # type: ignore[arg-type]  # the server hands over its three

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Prints nothing: the terminal is for problems, not for requests."""

    def _answer(self) -> None:
        if not self._is_meant():
            self._send_bytes(HTTPStatus.MISDIRECTED_REQUEST, b"421", "text/plain")
            return
        path = self._path()
        if path == EVENTS:
            self._tell_news()
            return
        if path == RELOAD:
            self._send_bytes(HTTPStatus.OK, SCRIPT.read_bytes(), media_type(RELOAD))
            return
        if not path.startswith(self.base):
            self._redirect(self.base)
            return
        file = self._file(path.removeprefix(self.base))
        if file and file.is_dir():
            self._redirect(f"{path}/")
        elif file:
            self._send(HTTPStatus.OK, file)
        else:
            self._send(HTTPStatus.NOT_FOUND, self.folder / "404.html")

    def _path(self) -> str:
        """The path of the request; empty if it is none."""
        try:
            return unquote(urlsplit(self.path).path)
        except ValueError:  # //[
            return ""

    def _is_meant(self) -> bool:
        """Whether the request names this machine: a page of another site (DNS rebinding) must not read drafts."""
        try:
            return urlsplit(f"//{self.headers.get('Host', '')}").hostname in OWN_NAMES
        except ValueError:  # brackets that are no address of IPv6
            return False

    def _file(self, path: str) -> Path | None:
        """The file or folder of a path; None if it does not exist or is outside the folder."""
        try:
            file = (self.folder / (f"{path}index.html" if path.endswith("/") or not path else path)).resolve()
            file.stat()
        except (OSError, ValueError):  # it does not exist, the name is too long, or there is a NUL in it
            return None
        return file if file.is_relative_to(self.folder) else None

    def _redirect(self, target: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", quote(target))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, file: Path) -> None:
        state = self.news.state  # read before the file: a newer file then reloads once too often, never too rarely
        content = file.read_bytes() if file.is_file() else b"404"
        if file.suffix == ".html":
            script = f'<script src="{RELOAD}" data-run="{state.run}" data-build="{state.build}"></script>'
            content = content.replace(b"</body>", f"{script}</body>".encode())
        self._send_bytes(status, content, media_type(file.relative_to(self.folder).as_posix()))

    def _send_bytes(self, status: HTTPStatus, content: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _tell_news(self) -> None:
        """Server-sent events (HTML Standard, section 9.2): one for the present state and one for each later state."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        state = self.news.state
        try:
            self._tell(state)
            while True:
                newer = self.news.after(state.number, KEEP_ALIVE)
                if newer is None:
                    self._write(": still here\n\n")
                else:
                    state = newer
                    self._tell(state)
        except OSError:
            return  # the page has been closed

    def _tell(self, state: State) -> None:
        self._write(f"data: {json.dumps(to_builtins(state), ensure_ascii=False)}\n\n")

    def _write(self, event: str) -> None:
        self.wfile.write(event.encode())
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    """The server. Its threads end with the process, even if pages are open."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores browsers that close the connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def server(folder: Path, base: str, news: News, port: int) -> Server:
    """A server on loopback; port 0 takes any free port. Raises OSError if the port is taken."""
    return Server((LOOPBACK, port), partial(Handler, folder, base, news))
