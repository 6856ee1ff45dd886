"""The web server of `serve`: sends the files of a folder, adds the reload script to pages, and asks the desk.

The files have the bytes of a build: the script is added only to the answer.
"""

from __future__ import annotations

import json
import os
import sys
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from html import escape
from http import HTTPStatus
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from io import BufferedIOBase
from pathlib import Path
from shutil import copyfileobj
from socket import SHUT_RDWR, socket
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import msgspec
from msgspec import to_builtins

from almanac.core.media_types import media_type
from almanac.server.desk.answers import Answer
from almanac.server.desk.desk import ACTIONS, Desk
from almanac.server.desk.guard import HEADERS, may_ask, may_open
from almanac.server.desk.pages import PLACE
from almanac.server.news import News, State

LOOPBACK = "127.0.0.1"
OWN_NAMES = frozenset({LOOPBACK, "localhost"})
EVENTS = "/__almanac__/events"
RELOAD = "/__almanac__/reload.js"
EVENT_PAGES = "/events/"
SCRIPT = files("almanac.server").joinpath("reload.js")
KEEP_ALIVE = 2.0  # seconds between two signs of life on a stream: one whose page is gone ends at the next or second
PATIENCE = 10.0  # seconds to wait for a client, each time that it has to send or to read something
MOST_OPEN = 400  # connections; most systems let a process open 1,024 files, and builds need some
MOST_HEAD = 64 * 1024  # bytes of the headers of a request
LONGEST_LENGTH = 10  # digits of a size in bytes
NO_HEADERS: Mapping[str, str] = {}


class Shown(msgspec.Struct, frozen=True):
    """What the server shows: the files of a folder, below the base path of the site, its news, and the desk."""

    folder: Path
    base: str
    news: News
    desk: Desk | None = None


class _Head:
    """The lines of the head of a request. `readline` raises HTTPException, which is answered with 431, beyond a limit.

    The library limits the number and the length of headers, so that a request could have 6 MB of them.
    """

    def __init__(self, lines: BufferedIOBase) -> None:
        self.lines, self.left = lines, MOST_HEAD

    def readline(self, size: int) -> bytes:
        line = self.lines.readline(size)
        self.left -= len(line)
        if self.left < 0:
            raise HTTPException
        return line


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD below the base path of the site, and GET and POST of the desk if there is one."""

    protocol_version = "HTTP/1.1"
    server_version = "Almanac"
    timeout = PATIENCE

    def __init__(self, shown: Shown, *arguments: object) -> None:
        self.folder, self.base, self.news, self.desk = shown.folder.resolve(), shown.base, shown.news, shown.desk
        super().__init__(*arguments)  # type: ignore[arg-type]  # the server hands over its three

    def do_GET(self) -> None:
        """Answers, and ends the connection: a client that sends many requests at once keeps nobody waiting."""
        self.close_connection = True
        self._answer()

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        """A request to the desk. The connection ends with it unless all of its body has been read."""
        self.close_connection = True
        action = ACTIONS.get(self._path().removeprefix(PLACE)) if self._path().startswith(PLACE) else None
        if self.desk is None or action is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        elif not may_ask(self.headers, self._port(), self.desk.token):
            self._refuse(HTTPStatus.FORBIDDEN)
        elif (length := self._length()) is None:
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif length > action.largest:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            values = self.rfile.read(length)
            if len(values) == length:  # a client that has gone meanwhile wants nothing
                self.close_connection = False
                self._send_answer(self.desk.act(action, values))

    def parse_request(self) -> bool:
        """Reads the headers, as the library does, but no more than a limit."""
        whole = self.rfile
        self.rfile = _Head(whole)  # type: ignore[assignment]  # the library reads nothing but lines here
        try:
            return super().parse_request()
        finally:
            self.rfile = whole

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
        if path.startswith(PLACE) and self.desk:
            self._send_desk_page(self.desk, path.removeprefix(PLACE))
            return
        if not path.startswith(self.base):
            self._redirect(self.base)
            return
        file = self._file(path.removeprefix(self.base))
        if file and file.is_dir():
            self._redirect(f"{path}/")
        elif not (file and self._send(HTTPStatus.OK, file)):
            self._send_missing()

    def _send_desk_page(self, desk: Desk, path: str) -> None:
        if not may_open(self.headers, self._port()):
            self._refuse(HTTPStatus.FORBIDDEN)
        elif answer := desk.page(path):
            self._send_answer(answer)
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def _port(self) -> int:
        return int(self.connection.getsockname()[1])

    def _length(self) -> int | None:
        """The bytes of the body; None if the request does not state them in figures."""
        stated = self.headers.get("Content-Length", "")
        is_plain = stated.isascii() and stated.isdecimal() and len(stated) <= LONGEST_LENGTH
        return int(stated) if is_plain and "Transfer-Encoding" not in self.headers else None

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
        """The file or folder of a path; None if it does not exist, is something else or is outside the folder."""
        if path.startswith("/"):  # an absolute path, or the host of a redirection
            return None
        try:
            file = (self.folder / (f"{path}index.html" if path.endswith("/") or not path else path)).resolve(
                strict=True
            )
            is_file_or_folder = file.is_file() or file.is_dir()
        except (OSError, RuntimeError, ValueError):  # not there, too long, a link to itself, a NUL
            return None
        return file if is_file_or_folder and file.is_relative_to(self.folder) else None

    def _redirect(self, target: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", quote(target))
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def _send(self, status: HTTPStatus, file: Path) -> bool:
        """Sends a file; False if it cannot be opened: the next build may just have removed it."""
        state = self.news.state  # read before the file: a newer file then reloads once too often, never too rarely
        try:
            opened = file.open("rb")
        except OSError:
            return False
        kind = media_type(file.relative_to(self.folder).as_posix())
        with opened:
            if file.suffix == ".html":
                data = {"run": state.run, "build": state.build, **self._links(file)}
                written = " ".join(f'data-{name}="{escape(str(value))}"' for name, value in data.items())
                script = f'<script src="{RELOAD}" {written}></script></body>'
                self._send_bytes(status, opened.read().replace(b"</body>", script.encode()), kind)
                return True
            self._send_head(status, os.fstat(opened.fileno()).st_size, kind)
            if self.command != "HEAD":
                copyfileobj(opened, self.wfile)  # in parts: a client that reads slowly holds no file in memory
        return True

    def _send_missing(self) -> None:
        if not self._send(HTTPStatus.NOT_FOUND, self.folder / "404.html"):
            self._send_bytes(HTTPStatus.NOT_FOUND, b"404", "text/plain")

    def _links(self, file: Path) -> dict[str, str]:
        """What the reload script is told of the desk: the words of its links, and the address of the page's event."""
        if self.desk is None:
            return {}
        folder = f"/{file.parent.relative_to(self.folder).as_posix()}/"
        event = {"event": folder, "change": self.desk.links.event} if folder.startswith(EVENT_PAGES) else {}
        return {"desk": self.desk.links.desk, **event}

    def _send_answer(self, answer: Answer) -> None:
        self._send_bytes(answer.status, answer.content, answer.media_type, HEADERS)

    def _refuse(self, status: HTTPStatus) -> None:
        self._send_bytes(status, str(status.value).encode(), "text/plain", HEADERS)

    def _send_bytes(
        self, status: HTTPStatus, content: bytes, media_type: str, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        self._send_head(status, len(content), media_type, headers)
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send_head(
        self, status: HTTPStatus, size: int, media_type: str, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(size))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _tell_news(self) -> None:
        """Server-sent events (HTML Standard, section 9.2): one for the present state and one for each later state."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "HEAD":
            return
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
    """The server. Its threads end with the process, even if pages are open.

    It has a limited number of connections. Beyond it the one that was opened first is ended: clients that do nothing
    then keep no other waiting, and the stream of an open page connects again by itself.
    """

    daemon_threads = True
    request_queue_size = MOST_OPEN  # with the library's 5, a connection of many at once waits for a second

    def __init__(self, *arguments: Any) -> None:
        self.connections: OrderedDict[socket, None] = OrderedDict()  # in the order in which they were opened
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections[request] = None
        if len(self.connections) > MOST_OPEN:
            oldest, _ = self.connections.popitem(last=False)
            with suppress(OSError):  # its thread has just ended it
                oldest.shutdown(SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores browsers that close the connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def server(shown: Shown, port: int) -> Server:
    """A server on loopback; port 0 takes any free port. Raises OSError if the port is taken."""
    return Server((LOOPBACK, port), partial(Handler, shown))
