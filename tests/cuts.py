"""A way to a server on which connections are cut: within an answer, or within the body of a request."""

from __future__ import annotations

import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST, and what was not sent yet is dropped
NO_CONTENT = 204
PASSED_ON = ("Content-Type", "Content-Range", "ETag", "Last-Modified")


class Asked(NamedTuple):
    """A request: its method, its path with the query, and how often it came before."""

    method: str
    path: str
    before: int


class Cut(NamedTuple):
    """Where a connection ends: after this share of the bytes of a part.

    `answer`: of the body of the answer, which the server has given. `head`: of what comes before that body. `request`:
    of the body of the request, which never reaches the server. `reset`: with RST, as a router does, else with FIN.
    """

    part: str
    share: float
    reset: bool = False

    def of(self, size: int) -> int:
        """The number of bytes that pass: all but one, or fewer."""
        return max(0, min(round(self.share * size), size - 1))


class Way(BaseHTTPRequestHandler):
    """Passes requests on to the server at `address`, but where `cut` says otherwise. `asked` counts them."""

    protocol_version = "HTTP/1.1"
    address: str
    cut: Callable[[Asked], Cut | None]
    asked: Counter[tuple[str, str]]
    lock: Lock

    def _pass_on(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        with self.lock:
            before = self.asked[self.command, self.path]
            self.asked[self.command, self.path] += 1
        found = self.cut(Asked(self.command, self.path, before))
        if found and found.part == "request" and size:
            self.rfile.read(found.of(size))
            self._end(found)
            return
        head, body = self._answer(self.rfile.read(size))
        if not found or found.part == "request":
            self.wfile.write(head + body)
        elif found.part == "head":
            self.wfile.write(head[: found.of(len(head))])
            self._end(found)
        else:
            self.wfile.write(head + body[: found.of(len(body))])
            self._end(found)

    def _answer(self, body: bytes) -> tuple[bytes, bytes]:
        """The answer of the server: what comes before its body, and the body."""
        request = Request(self.address + self.path, body or None, dict(self.headers.items()), method=self.command)
        try:
            with urlopen(request) as answer:
                status, headers, data = answer.status, answer.headers, answer.read()
        except HTTPError as error:
            status, headers, data = error.code, error.headers, error.read()
        lines = [f"HTTP/1.1 {status} Passed on", *(f"{name}: {headers[name]}" for name in PASSED_ON if headers[name])]
        lines += [] if status == NO_CONTENT else [f"Content-Length: {len(data)}"]
        return "\r\n".join([*lines, "", ""]).encode(), data

    def _end(self, found: Cut) -> None:
        self.close_connection = True
        if found.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    do_GET = do_PUT = do_POST = do_DELETE = _pass_on  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Prints nothing."""


class Server(ThreadingHTTPServer):
    """Closes connections at once. Otherwise an end without a reset is announced before it comes."""

    daemon_threads = True

    def shutdown_request(self, request: Any) -> None:
        """Leaves out that no more will be sent: with SO_LINGER that would not reset the connection."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of clients that have gone."""


@contextmanager
def cutting(address: str, cut: Callable[[Asked], Cut | None]) -> Iterator[str]:
    """The address of a way to a server. `cut` says where the connection of a request ends, if it does."""
    given = {"address": address, "cut": staticmethod(cut), "asked": Counter(), "lock": Lock()}
    with Server(("127.0.0.1", 0), type("Cutting", (Way,), given)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class Stretch(NamedTuple):
    """The bytes of one connection in one direction: to the server, or from it. Connections are counted from 0."""

    connection: int
    to_server: bool


class Line:
    """A way to a server on this machine, for any protocol. It counts the bytes of each stretch, and may cut one."""

    def __init__(self, port: int) -> None:
        self.server_port = port
        self.bytes = Counter[Stretch]()
        self.count = 0  # of connections
        self.cut: tuple[Stretch, int] | None = None  # and after how many bytes
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    def begin(self, cut: tuple[Stretch, int] | None) -> None:
        """Counts anew, and cuts this stretch."""
        self.count, self.cut = 0, cut
        self.bytes.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:  # the test has ended
                return
            Thread(target=self._connect, args=(self.count, client), daemon=True).start()
            self.count += 1

    def _connect(self, number: int, client: socket.socket) -> None:
        """Passes on what comes from both ends, until one has gone."""
        with client, socket.create_connection(("127.0.0.1", self.server_port)) as server:
            back = Thread(target=self._pass_on, args=(Stretch(number, False), server, client), daemon=True)
            back.start()
            self._pass_on(Stretch(number, True), client, server)
            back.join()

    def _pass_on(self, stretch: Stretch, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(1 << 16):
                left = self.cut[1] - self.bytes[stretch] if self.cut and self.cut[0] == stretch else len(data)
                target.sendall(data[:left])
                self.bytes[stretch] += len(data[:left])
                if left < len(data):
                    raise ConnectionAbortedError
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (source, target):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A way to a server on this port."""
    line = Line(port)
    try:
        yield line
    finally:
        line.listening.close()
