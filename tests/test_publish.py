"""Uploading a site to an object storage: what changed, in an order that keeps the site whole, and safe to cut."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import unquote
from urllib.request import Request, urlopen

import pytest
from audit import free_port
from click.testing import CliRunner, Result
from obstore.store import S3Store
from serving import serving
from sites import REPOSITORY, Site

from almanac.cli.app import main
from almanac.core.problems import text
from almanac.core.timing import silently
from almanac.hosting.host import HostFailed
from almanac.hosting.transfer import look, planned, transfer, wanted_files

if TYPE_CHECKING:
    from obstore import GetResult  # a name of the library's types alone

TALK = "content/events/2027/2027-03-20-clouds.md"
SHOWN = re.compile(r'(?:src|<link rel="(?:stylesheet|icon|manifest)"[^>]* href)="/kepu/([^"#?]+)"')
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}


class Memory:
    """A host that keeps files in memory. It fails after so many changes, if `left` is not None."""

    def __init__(self, left: int | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self.left = left

    def read(self, name: str) -> bytes | None:
        return self.files.get(name)

    def write(self, name: str, data: bytes, headers: Mapping[str, str]) -> None:
        self._change()
        assert headers["Content-Type"]
        self.files[name] = data

    def delete(self, name: str) -> None:
        self._change()
        self.files.pop(name, None)

    def listing(self) -> dict[str, bytes]:
        return {name: md5(data, usedforsecurity=False).digest() for name, data in self.files.items()}

    def _change(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise HostFailed(text("out of reach"))

    def missing(self) -> set[tuple[str, str]]:
        """The pages that show a file, or ask for one, that is not there."""
        pages = {name: data.decode() for name, data in self.files.items() if name.endswith(".html")}
        shown = ((name, file) for name, page in pages.items() for file in SHOWN.findall(page))
        return {(name, file) for name, file in shown if unquote(file) not in self.files}


def upload(host: Memory, site: Site, memo: Path) -> int:
    """Uploads a site. Returns the number of changes."""
    wanted, there = wanted_files(site.output, memo), look(host)
    found = planned(wanted, there)
    transfer(host, site.output, wanted, there, found, silently)
    return found.count


@pytest.fixture
def built(site: Site) -> Site:
    site.edit("config.yaml", "title:", "security: {contact: kepu@example.org}\ntitle:")  # in a folder with a dot
    site.build()
    return site


def test_only_what_changed_is_uploaded_and_what_has_gone_is_deleted(built: Site, tmp_path: Path) -> None:
    host, memo = Memory(), tmp_path / "memo"
    host.files["verification.txt"] = b"not ours"
    assert upload(host, built, memo) == len(built.files())
    assert upload(host, built, memo) == 0
    built.edit(TALK, "云从哪里来", "云到哪里去")
    changed = {*built.build().changed}
    before = dict(host.files)
    assert upload(host, built, memo) == len(changed)
    assert {name for name in built.files() if host.files[name] != before[name]} == changed
    built.delete(TALK)
    built.build()
    upload(host, built, memo)
    assert {name: data for name, data in host.files.items() if not name.startswith(".almanac/")} == {
        **built.files(),
        "verification.txt": b"not ours",
    }


def test_what_pages_of_the_last_upload_load_outlives_it(tmp_path: Path) -> None:
    host, memo, site = Memory(), tmp_path / "memo", Site(tmp_path / "site")

    def publish(*sheets: str) -> int:
        """Uploads a page and its sheets. Returns the number of changes."""
        shutil.rmtree(site.output, ignore_errors=True)
        for file in ("index.html", "index.html.gz", *(f"hashed/{name}.css" for name in sheets)):
            site.write(f"output/{file}", " ".join(sheets))
        return upload(host, site, memo)

    def sheets() -> list[str]:
        return sorted(name for name in host.files if name.startswith("hashed/"))

    publish("a")
    publish("b")
    assert sheets() == ["hashed/a.css", "hashed/b.css"], "a page of the first upload may still be read"
    assert "index.html.gz" not in host.files, "a storage would not send it in place of the page"
    publish("a")
    assert sheets() == ["hashed/a.css", "hashed/b.css"]
    assert (publish("a"), publish("a")) == (1, 0)
    assert sheets() == ["hashed/a.css"]
    publish("b")
    publish("c")
    assert sheets() == ["hashed/b.css", "hashed/c.css"]


def test_wherever_an_upload_is_cut_no_page_shows_a_missing_file_and_the_next_one_ends_it(
    built: Site, tmp_path: Path
) -> None:
    memo = tmp_path / "memo"
    built.event("old", title="旧的一场", cover="images/old.svg", cover_alt="旧")
    built.write("content/images/old.svg", SQUARE)
    built.write("static/style.css", "main { color: navy }")
    built.build()
    begun = Memory()
    upload(begun, built, memo)
    assert begun.missing() == set()
    built.delete("content/events/old.md")
    built.delete("content/images/old.svg")
    built.delete("static/style.css")
    built.event("fresh", title="新的一场", cover="images/fresh.svg", cover_alt="新")
    built.write("content/images/fresh.svg", SQUARE)
    built.build()
    steps = planned(wanted_files(built.output, memo), look(begun)).count + 3  # and the records
    assert steps > 20
    for cut in range(steps):
        host = Memory(left=cut)
        host.files = dict(begun.files)
        with pytest.raises(HostFailed):
            upload(host, built, memo)
        assert host.missing() == set()
        host.left = None
        upload(host, built, memo)
        upload(host, built, memo)  # and what the last upload has left
        assert host.files.keys() - {".almanac/uploaded"} == built.files().keys()


class Storage:
    """An object storage that speaks S3, with a bucket."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.bucket = f"{address}/city"

    def get(self, name: str) -> GetResult:
        """A file with its headers."""
        return S3Store(
            "city",
            endpoint=self.address,
            region="us-east-1",
            access_key_id="key",
            secret_access_key="-",  # noqa: S106
            client_options={"allow_http": True},
        ).get(name)

    def read(self, name: str) -> bytes:
        return bytes(self.get(name).bytes())

    def names(self) -> set[str]:
        with urlopen(f"{self.bucket}?list-type=2&max-keys=1000") as answer:
            return {unquote(name) for name in re.findall(r"<Key>([^<]*)</Key>", answer.read().decode())}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of moto's server."""
    port = free_port()
    command = [str(REPOSITORY / ".storage/bin/moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        address = f"http://127.0.0.1:{port}"
        while True:  # pytest's time limit ends it
            assert running.poll() is None, "the storage did not start"
            try:
                urlopen(f"{address}/moto-api/").close()
                break
            except URLError:
                time.sleep(0.1)
        yield address
        running.terminate()


@pytest.fixture
def storage(server: str) -> Storage:
    """A storage with an empty bucket."""
    urlopen(Request(f"{server}/moto-api/reset", method="POST")).close()
    found = Storage(server)
    urlopen(Request(found.bucket, method="PUT")).close()
    return found


def publish(site: Site, endpoint: str, *options: str) -> Result:
    arguments = ["--root", str(site.root), "--lang", "en", "publish", "s3://city", "--endpoint", endpoint]
    return CliRunner().invoke(main, [*arguments, "--region", "us-east-1", *options], env=KEYS)


def test_a_site_is_uploaded_to_a_bucket_with_types_and_only_once(built: Site, storage: Storage) -> None:
    built.write("content/images/常州 图.svg", SQUARE)
    built.build()
    dry = publish(built, storage.address, "--dry-run")
    assert f"{len(built.files())} files would be uploaded, 0 deleted:" in dry.output
    assert storage.names() == set()
    first = publish(built, storage.address)
    assert first.exit_code == 0, first.output
    assert storage.names() - {".almanac/uploaded"} == built.files().keys()
    assert storage.read("images/常州 图.svg").decode() == SQUARE
    page, feed = (storage.get(name).attributes for name in ("index.html", "feeds/all.ics"))
    assert (page["Content-Type"], page["Cache-Control"]) == ("text/html; charset=utf-8", "no-cache")
    assert (feed["Content-Type"], feed["Cache-Control"]) == ("text/calendar; charset=utf-8", "public, max-age=3600")
    assert "0 files uploaded, 0 deleted" in publish(built, storage.address).output
    assert "0 files uploaded, 0 deleted" in publish(built, storage.address, "--relist").output
    built.edit(TALK, "云从哪里来", "云到哪里去")
    changed = built.build().changed
    assert f"{len(changed)} files uploaded, 0 deleted" in publish(built, storage.address).output
    assert all(storage.read(name) == built.file(f"/{name}") for name in changed)


def test_a_site_that_has_lost_much_is_not_uploaded_unless_that_is_meant(built: Site, storage: Storage) -> None:
    publish(built, storage.address)
    whole = storage.names()
    for file in (built.root / "content/events").rglob("*.md"):
        file.unlink()
    built.build()
    refused = publish(built, storage.address)
    assert refused.exit_code == 1
    assert "files would be deleted. Nothing was uploaded." in refused.output
    assert storage.names() == whole
    assert publish(built, storage.address, "--allow-removals").exit_code == 0
    assert storage.names() - {".almanac/uploaded"} == built.files().keys()


def test_a_storage_that_fails_now_and_then_is_asked_again(built: Site, storage: Storage) -> None:
    with failing(storage.address) as endpoint:
        done = publish(built, endpoint)
    assert done.exit_code == 0, done.output
    assert storage.names() - {".almanac/uploaded"} == built.files().keys()


def test_an_upload_that_is_killed_is_ended_by_the_next_one(built: Site, storage: Storage) -> None:
    command = [sys.executable, str(REPOSITORY / "site.py"), "--root", str(built.root), "publish", "s3://city"]
    command += ["--endpoint", storage.address, "--region", "us-east-1"]
    with subprocess.Popen(command, env={**os.environ, **KEYS}, stdout=subprocess.DEVNULL) as running:
        while len(storage.names()) < 20 and running.poll() is None:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    assert "index.html" not in storage.names() or ".almanac/uploaded" not in storage.names()
    ended = publish(built, storage.address)
    assert ended.exit_code == 0, ended.output
    assert storage.names() - {".almanac/uploaded"} == built.files().keys()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["s3://elsewhere"], "NoSuchBucket"),
        (["kepu.example.org"], "The destination must begin with s3://."),
    ],
)
def test_what_cannot_be_uploaded_says_why(built: Site, storage: Storage, arguments: list[str], said: str) -> None:
    given = ["--root", str(built.root), "--lang", "en", "publish", *arguments, "--endpoint", storage.address]
    result = CliRunner().invoke(main, [*given, "--region", "us-east-1"], env=KEYS)
    assert result.exit_code != 0
    assert said in result.output


def test_the_answers_of_the_site_are_looked_at_afterwards(built: Site, storage: Storage) -> None:
    with serving(built.output) as address:
        right = publish(built, storage.address, "--check-url", address)
        assert right.exit_code == 0, right.output
    wrong = publish(built, storage.address, "--check-url", storage.bucket)  # it answers with a list of files
    assert wrong.exit_code == 1
    assert "where text/html is right" in wrong.output
    gone = publish(built, storage.address, "--check-url", "http://127.0.0.1:1")
    assert "The site does not answer" in gone.output


@contextmanager
def failing(address: str) -> Iterator[str]:
    """A way to a server on which every request gets status 500 first, then no answer, and then its answer."""
    asked: Counter[tuple[str, str]] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked[self.command, self.path] += 1
            turn = asked[self.command, self.path]
            if turn == 1:
                self.send_error(500)
            if turn <= 2:
                self.close_connection = True
                return
            request = Request(address + self.path, body or None, dict(self.headers.items()), method=self.command)
            try:
                with urlopen(request) as answer:
                    status, headers, data = answer.status, answer.headers, answer.read()
            except HTTPError as error:
                status, headers, data = error.code, error.headers, error.read()
            self.send_response(status)
            for name in ("Content-Type", "ETag", "Last-Modified"):
                if headers[name]:
                    self.send_header(name, headers[name])
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_DELETE = _pass_on  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Prints nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
