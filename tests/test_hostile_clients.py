"""The web server of `serve` among clients that mean no good, and while a build takes files away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from socket import create_connection, socket
from threading import Thread

import pytest
from timing import PATIENCE

from almanac.server.http import EVENTS, LOOPBACK, MOST_HEAD, MOST_OPEN, Shown, server
from almanac.server.news import News

PAGE = "<body>页面</body>"
DRAFT = "not published"


class Desk:
    """A server of a folder with a page, a large picture and an error page, beside a file that is not published."""

    def __init__(self, root: Path, base: str) -> None:
        self.folder, self.base, self.news = root / "output", base, News()
        (self.folder / "events").mkdir(parents=True)
        (root / "secret.txt").write_text(DRAFT, encoding="utf-8")
        for name in ("index.html", "events/index.html"):
            (self.folder / name).write_text(PAGE, encoding="utf-8")
        (self.folder / "404.html").write_text("missing", encoding="utf-8")
        (self.folder / "large.png").write_bytes(bytes(8_000_000))
        self.server = server(Shown(self.folder, base, self.news), 0)
        Thread(target=self.server.serve_forever, daemon=True).start()

    def connect(self, text: str = "") -> socket:
        """A connection that has sent this text."""
        connection = create_connection((LOOPBACK, self.server.server_address[1]), PATIENCE)
        connection.sendall(text.encode())
        return connection

    def ask(self, path: str, *headers: str, method: str = "GET") -> str:
        """The whole answer to one request; empty if the server closes without one."""
        head = "\r\n".join((f"{method} {path} HTTP/1.1", f"Host: {LOOPBACK}", "Connection: close", *headers, "\r\n"))
        with self.connect(head) as connection:
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace")


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """The desk, at the root of its host if a test does not say otherwise. No thread of it may end in a traceback."""
    found = Desk(tmp_path, getattr(request, "param", "/"))
    yield found
    found.server.shutdown()
    found.server.server_close()
    assert capfd.readouterr().err == ""


def status(answer: str) -> int:
    return int(answer.split(" ", 2)[1])


@pytest.mark.parametrize("desk", ["/", "/kepu/"], indirect=True)
def test_no_address_leads_out_of_the_folder_or_to_another_host(desk: Desk) -> None:
    outside, base = desk.folder.parent, desk.base
    (desk.folder / "out.txt").symlink_to(outside / "secret.txt")
    (desk.folder / "out").symlink_to(outside, target_is_directory=True)
    (desk.folder / "loop.html").symlink_to(desk.folder / "loop.html")
    os.mkfifo(desk.folder / "pipe.html")
    paths = (
        "../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "..%5csecret.txt",
        "events/%2e%2e%2f%2e%2e%2fsecret.txt",
        "events/..;/..;/secret.txt",
        "%252e%252e/secret.txt",
        "out.txt",
        "out/secret.txt",
        "loop.html",
        "pipe.html",
        "a/" * 15_000,
        "events/../" * 3000 + "../secret.txt",
        f"/{outside}/secret.txt",
        f"%2f{outside}/secret.txt",
        f"%2f{desk.folder}/events",  # //host/… as the target of a redirection
        "%00",
        "events/%0d%0aX-Injected:1",
    )
    for path in paths:
        answer = desk.ask(base + path)
        assert status(answer) in {302, 404}, path
        assert DRAFT not in answer
        assert f"Location: {base}" in answer or "Location:" not in answer, path
        assert "\nX-Injected" not in answer
    assert status(desk.ask(f"{base}events")) == 302
    assert PAGE[:8] in desk.ask(f"{base}events/")
    assert PAGE[:8] not in desk.ask(f"{base}events/", method="HEAD")


def test_clients_that_do_nothing_keep_nobody_waiting(desk: Desk) -> None:
    with ExitStack() as stack:
        streams = [stack.enter_context(desk.connect(f"GET {EVENTS} HTTP/1.1\r\nHost: {LOOPBACK}\r\n\r\n"))]
        assert b"event-stream" in streams[0].recv(4096)
        for number in range(MOST_OPEN + 100):
            kinds = (
                "",
                "GET / HT",
                f"GET / HTTP/1.1\r\nHost: {LOOPBACK}\r\nX-A: ",
                "GET /large.png HTTP/1.1\r\nHost: ",
            )
            stack.enter_context(desk.connect(kinds[number % len(kinds)]))
        assert status(desk.ask("/")) == 200
        assert len(desk.server.connections) <= MOST_OPEN
        while streams[0].recv(4096):  # the oldest connection ends: a page then asks for the news again
            pass
        (again,) = [stack.enter_context(desk.connect(f"GET {EVENTS} HTTP/1.1\r\nHost: {LOOPBACK}\r\n\r\n"))]
        desk.news.publish("broken")
        heard = b""
        while b"broken" not in heard:
            heard += again.recv(4096)


def test_a_head_has_a_limit_in_all(desk: Desk) -> None:
    large = [f"X-{number}: {'x' * 6000}" for number in range(10)]
    assert status(desk.ask("/", *large)) == 200
    endless = [f"X-{number}: {'x' * 6000}" for number in range(MOST_HEAD // 6000 + 1)]
    with desk.connect("\r\n".join(("GET / HTTP/1.1", f"Host: {LOOPBACK}", *endless, ""))) as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 431 ")


def test_a_file_that_is_taken_away_meanwhile_is_missing_or_whole(desk: Desk) -> None:
    page, away = desk.folder / "events/index.html", desk.folder / "away.html"
    ended = False

    def rename() -> None:
        while not ended:
            page.rename(away)
            away.rename(page)

    renaming = Thread(target=rename)
    renaming.start()
    try:
        answers = {
            (status(answer), answer.split("\r\n\r\n")[1][:8]) for answer in (desk.ask("/events/") for _ in range(300))
        }
    finally:
        ended = True
        renaming.join()
    assert answers <= {(200, PAGE[:8]), (404, "missing"), (404, "404")}
    assert (200, PAGE[:8]) in answers
    (desk.folder / "404.html").unlink()
    assert desk.ask("/none/").endswith("404")
