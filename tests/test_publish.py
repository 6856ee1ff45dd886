"""Uploading a site to an object storage: what changed, in an order that keeps the site whole, and safe to cut."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread, local
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner, Result
from serving import Handler, serving
from sites import REPOSITORY, Site, small_site
from storages import KEYS, OWN, Storage, missing, storage_server

from almanac.cli.app import main
from almanac.core.problems import text
from almanac.hosting import bucket
from almanac.hosting.changes import Changes, changes
from almanac.hosting.host import HostFailed, There
from almanac.hosting.local import wanted_files
from almanac.hosting.recorded import RECORD, Recorded

LOCAL = local()
SLOW = 4  # seconds without an answer
MOST = 4  # requests of one run while another one waits; no run has fewer than eight
TALK = "content/events/2027/2027-03-20-clouds.md"
BASE = "https://example.org/kepu/"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


class Memory:
    """Files in memory. They fail after so many changes, if `left` is not None."""

    compressed_forms = False

    def __init__(self, left: int | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self.left = left

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        return {name: self.files[name] for name in names if name in self.files}

    def write(self, name: str, data: bytes) -> None:
        self.change()
        self.files[name] = data

    def upload(self, output: Path, names: Sequence[str]) -> Iterator[None]:
        for name in names:
            self.write(name, (output / name).read_bytes())
            yield

    def delete(self, names: Sequence[str]) -> Iterator[None]:
        for name in names:
            self.change()
            self.files.pop(name, None)
            yield

    def listing(self) -> dict[str, bytes]:
        return {name: md5(data, usedforsecurity=False).digest() for name, data in self.files.items()}

    def change(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise HostFailed(text("out of reach"))

    def missing(self) -> set[tuple[str, str]]:
        """What pages show or ask for that is not there."""
        return missing(self.files, BASE)


def plan(files: Memory, output: Path, memo: Path) -> tuple[dict[str, bytes], There, Changes]:
    """What is wanted, what is there, and what leads from one to the other."""
    wanted = wanted_files(output, memo, Recorded.digest, compressed_forms=files.compressed_forms)
    there = Recorded(files).look()
    return wanted, there, changes(wanted, there.files, there.ours)


def upload(files: Memory, site: Site, memo: Path) -> int:
    """Uploads a site. Returns the number of changes."""
    wanted, there, found = plan(files, site.output, memo)
    return sum(1 for _ in Recorded(files).carry_out(found, site.output, wanted, there))


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site, built."""
    site = small_site(tmp_path_factory.mktemp("publish") / "site")
    site.edit("config.yaml", "title:", "security: {contact: kepu@example.org}\ntitle:")  # in a folder with a dot
    site.build()
    shutil.copytree(site.root, site.root.with_name("kept"), symlinks=True)
    return site


@pytest.fixture
def built(pristine: Site) -> Site:
    """The same site as it was built, whatever an earlier test has done with it."""
    shutil.rmtree(pristine.root)
    shutil.copytree(pristine.root.with_name("kept"), pristine.root, symlinks=True)
    return pristine


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
    steps = plan(begun, built.output, memo)[2].count + 2  # and the two records
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
        assert host.files.keys() - OWN == built.files().keys()


class Turns(Memory):
    """Files in memory that several runs use at the same time. Chance says whose request is next.

    Nobody waits for more than MOST requests of the other: a run that does all its work between two requests of another
    one is not noticed.
    """

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance, self.turn, self.running = chance, Condition(), set[int]()
        self.next = self.in_row = 0
        self.reasons = set[str]()

    def together(self, *runs: Callable[[], object]) -> list[bool]:
        """Does the runs at the same time. Returns which of them did not fail."""
        done = [False] * len(runs)

        def act(number: int) -> None:
            LOCAL.number = number
            try:
                runs[number]()
                done[number] = True
            except HostFailed as error:
                self.reasons.add(error.reason.message)
            finally:
                self._leave(number)

        self.running = {*range(len(runs))}
        threads = [Thread(target=act, args=(number,)) for number in self.running]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return done

    def _leave(self, number: int) -> None:
        with self.turn:
            self.running.discard(number)
            self._choose()

    def _choose(self) -> None:
        last, others = self.next, self.running - {self.next}
        choice = others if others and self.in_row == MOST else self.running
        self.next = self.chance.choice(sorted(choice)) if choice else 0
        self.in_row = self.in_row + 1 if self.next == last else 1
        self.turn.notify_all()

    def wait(self) -> None:
        """Waits until the run of this thread may do its next request."""
        number = getattr(LOCAL, "number", None)
        if number in self.running:
            with self.turn:
                if self.next == number:  # its last request is done
                    self._choose()
                self.turn.wait_for(lambda: self.next == number)

    def change(self) -> None:
        self.wait()

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        self.wait()
        return super().read(names)

    def listing(self) -> dict[str, bytes]:
        self.wait()
        return super().listing()


def test_two_runs_at_the_same_time_are_noticed_and_the_next_one_puts_all_right(tmp_path: Path) -> None:
    earlier, *sites = (Site(tmp_path / name) for name in ("earlier", "one", "other"))
    for site in (earlier, *sites):
        for page in ("index", "both", site.root.name):
            site.write(f"output/{page}.html", f"{page} of {site.root.name}")
        site.write("output/same.svg", SQUARE)
    both = 0
    for seed in range(200):
        files = Turns(random.Random(seed))  # noqa: S311 - no secret
        if seed % 3:  # else the bucket is empty
            upload(files, earlier, tmp_path / "memo")
        runs = [partial(upload, files, site, tmp_path / f"memo-{number}") for number, site in enumerate(sites)]
        both += all(files.together(*runs))
        last = seed // 2 % 2
        upload(files, sites[last], tmp_path / f"memo-{last}")
        assert {name: data for name, data in files.files.items() if name not in OWN} == sites[last].files(), seed
        assert upload(files, sites[last], tmp_path / f"memo-{last}") == 0, seed
        assert files.reasons <= {"another run publishes to the same place at this moment"}
    assert both < 20, "one has ended before the other began"


@pytest.fixture(scope="module")
def server() -> Iterator[Storage]:
    with storage_server() as storage:
        yield storage


@pytest.fixture
def storage(server: Storage) -> Storage:
    """A storage with an empty bucket."""
    server.empty()
    return server


def publish(site: Site, endpoint: str, *options: str, language: str = "en") -> Result:
    arguments = ["--root", str(site.root), "--lang", language, "publish", "s3://city", "--endpoint", endpoint]
    return CliRunner().invoke(main, [*arguments, "--region", "us-east-1", *options], env=KEYS)


def test_a_site_is_uploaded_to_a_bucket_with_types_and_only_once(built: Site, storage: Storage) -> None:
    built.write("content/images/常州 图.svg", SQUARE)
    built.build()
    dry = publish(built, storage.address, "--dry-run")
    assert f"{len(built.files())} files would be uploaded, 0 deleted:" in dry.output
    assert storage.names() == set()
    first = publish(built, storage.address)
    assert first.exit_code == 0, first.output
    assert storage.names() - OWN == built.files().keys()
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
    assert storage.names() - OWN == built.files().keys()


def test_a_storage_that_fails_now_and_then_is_asked_again(
    built: Site, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "TIMEOUT", timedelta(seconds=SLOW / 2))
    built.edit("config.yaml", "title:", "compress: [gz, br, zst]\ntitle:")
    built.build()
    forms = {name for name in built.files() if name.endswith((".gz", ".br", ".zst"))}
    assert {"index.html.gz", "index.html.br", "index.html.zst"} <= forms
    with failing(storage.address) as endpoint:
        done = publish(built, endpoint)
    assert done.exit_code == 0, done.output
    assert storage.names() - OWN == built.files().keys() - forms, "a storage would not send a form in place of a page"
    assert all(storage.read(name) == content for name, content in built.files().items() if name not in forms)
    page = storage.get("index.html").attributes
    assert "Content-Encoding" not in page
    sheet = next(name for name in storage.names() if name.startswith("hashed/style."))
    assert storage.get(sheet).attributes["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_upload_that_is_killed_is_ended_by_the_next_one(built: Site, storage: Storage) -> None:
    command = [sys.executable, str(REPOSITORY / "site.py"), "--root", str(built.root), "publish", "s3://city"]
    command += ["--endpoint", storage.address, "--region", "us-east-1"]
    with subprocess.Popen(command, env={**os.environ, **KEYS}, stdout=subprocess.DEVNULL) as running:
        while len(storage.names()) < 20 and running.poll() is None:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    assert "index.html" not in storage.names() or RECORD not in storage.names()
    ended = publish(built, storage.address)
    assert ended.exit_code == 0, ended.output
    assert storage.names() - OWN == built.files().keys()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["s3://elsewhere"], "NoSuchBucket"),
        (["kepu.example.org"], "“kepu.example.org” is no destination."),
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


class Downloads(Handler):
    """Serves everything as a download, as Aliyun OSS does on the addresses of its own."""

    def end_headers(self) -> None:
        self.send_header("Content-Disposition", "attachment")
        super().end_headers()


def test_a_site_that_is_served_as_a_download_is_said_in_words(built: Site, storage: Storage) -> None:
    with serving(built.output, handler=Downloads) as address:
        english = publish(built, storage.address, "--check-url", address)
        chinese = publish(built, storage.address, "--check-url", address, language="zh-CN")
    assert english.exit_code == chinese.exit_code == 1
    assert f"{address}/: error: The site is served as a download, not as pages." in english.output
    assert "Aliyun OSS does so on the addresses of its own: bind a domain" in english.output
    assert "打开网站变成了下载文件，没有显示网页。" in chinese.output
    assert "阿里云 OSS 自带的域名会这样：请给存储空间绑定本市的域名。" in chinese.output


def test_kills_of_uploads_leave_pages_that_find_all_they_load() -> None:
    # In a process of its own: what uploads has threads here by now, and would not survive a fork.
    command = [sys.executable, str(REPOSITORY / "tests/publish_kills.py"), "--kills", "3"]
    paths = {**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"}
    done = subprocess.run(command, env=paths, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("    0 faults\n")


@contextmanager
def failing(address: str) -> Iterator[str]:
    """A way to a server on which every request gets status 500 first, then no answer, and then its answer.

    For the first page there is silence in between.
    """
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
            if turn == 3 and self.path == "/city/index.html" and self.command == "PUT":
                time.sleep(SLOW)
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
