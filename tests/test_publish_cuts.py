"""Uploads whose connections are cut within an answer or within the body of a request: asked again, or said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from audit import free_port
from click.testing import CliRunner, Result
from cuts import Asked, Cut, Line, cutting, line_to
from sites import Site
from storages import KEYS, OWN, Storage, missing, storage_server
from test_publish_hosts import git, listening, rsync_daemon

from almanac.cli.app import main
from almanac.hosting import bucket
from almanac.hosting.recorded import BEGUN, RECORD

BASE = "https://example.org/"
FOREIGN = "verification.txt"
POSITIONS = (  # of each request: before its body, in it, and before, in and at the end of each part of the answer
    *(Cut("request", share, reset=reset) for share in (0, 0.5, 1) for reset in (False, True)),
    *(Cut("head", share) for share in (0, 0.1, 1)),
    *(Cut("answer", share, reset=reset) for share in (0, 0.5, 1) for reset in (False, True)),
)


def version(root: Path, word: str) -> Site:
    """What a build has left of a site of a few pages. The pages, sheets and pictures of each version differ."""
    site = Site(root / word)
    for page in ("index.html", "about/index.html", f"events/{word}/index.html"):
        picture, sheet = f"/images/{word}.svg", f"/hashed/style.{word}.css"
        site.write(f"output/{page}", f'<link rel="stylesheet" href="{sheet}"><img src="{picture}">{page}' * 20)
    for file in (f"hashed/style.{word}.css", f"images/{word}.svg", "feeds/all.ics"):
        site.write(f"output/{file}", f"{file} of {word}\n" * 20)
    return site


@pytest.fixture(scope="module")
def server() -> Iterator[Storage]:
    with storage_server() as storage:
        yield storage


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer and sooner retries."""
    monkeypatch.setattr(bucket, "RETRIES", 1)
    monkeypatch.setattr(bucket, "PAUSE", 0.01)


def publish(site: Site, endpoint: str, *options: str) -> Result:
    """Publishes; it may fail, and never with a traceback."""
    arguments = ["--root", str(site.root), "--lang", "zh-CN", "publish", "s3://city", "--endpoint", endpoint]
    done = CliRunner().invoke(main, [*arguments, "--region", "us-east-1", "--allow-removals", *options], env=KEYS)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def begin(storage: Storage, earlier: Site) -> None:
    """A bucket with a version of the site and a file of others."""
    storage.empty()
    storage.put(FOREIGN, b"not ours")
    assert publish(earlier, storage.address).exit_code == 0


def assert_whole(storage: Storage) -> None:
    """No page loads what is not there, and the file of others is."""
    files = {name: storage.read(name) for name in storage.names()}
    assert missing(files, BASE) == set()
    assert files[FOREIGN] == b"not ours"


def assert_completes(storage: Storage, later: Site) -> None:
    """The next upload completes, and the one after it leaves nothing of earlier versions."""
    assert publish(later, storage.address).exit_code == 0
    assert_whole(storage)
    assert publish(later, storage.address).exit_code == 0
    assert publish(later, storage.address).output.startswith("上传 0 个文件，删除 0 个")
    assert {name: storage.read(name) for name in storage.names() - OWN} == later.files() | {FOREIGN: b"not ours"}


@pytest.mark.parametrize("where", POSITIONS, ids=lambda cut: f"{cut.part}-{cut.share}{'-reset' if cut.reset else ''}")
@pytest.mark.usefixtures("quick")
def test_an_upload_goes_on_if_every_request_is_cut_once(server: Storage, tmp_path: Path, where: Cut) -> None:
    begin(server, version(tmp_path, "one"))
    later = version(tmp_path, "other")
    cut = set[str]()

    def once(asked: Asked) -> Cut | None:
        if asked.before:
            return None
        cut.add(asked.method)
        return where

    with cutting(server.address, once) as endpoint:
        done = publish(later, endpoint, "--relist")
    assert done.exit_code == 0, done.output
    assert cut == {"GET", "PUT", "POST"}
    assert_whole(server)
    assert_completes(server, later)


def asks_for(method: str, part: str) -> Callable[[Asked], bool]:
    """Whether a request has a method and a part of a path."""
    return lambda asked: asked.method == method and part in asked.path


WRITING, READING = ("request", "head"), ("head", "answer")  # the parts that have a body
REQUESTS = {
    "reads the record": (asks_for("GET", RECORD), READING),
    "reads what was begun": (asks_for("GET", BEGUN), READING),
    "lists": (asks_for("GET", "list-type"), READING),
    "says that it begins": (asks_for("PUT", BEGUN), WRITING),
    "uploads a sheet": (asks_for("PUT", "hashed/"), WRITING),
    "uploads a page": (asks_for("PUT", "about/index.html"), WRITING),
    "uploads a feed": (asks_for("PUT", "feeds/"), WRITING),
    "deletes": (asks_for("POST", "delete"), ("request", "head", "answer")),
    "writes the record": (asks_for("PUT", RECORD), WRITING),
}


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, (_, parts) in REQUESTS.items() for part in parts])
@pytest.mark.usefixtures("quick")
def test_an_upload_whose_request_is_cut_each_time_says_so_and_the_next_one_completes(
    server: Storage, tmp_path: Path, name: str, part: str
) -> None:
    begin(server, version(tmp_path, "one"))
    later = version(tmp_path, "other")
    with cutting(server.address, lambda asked: Cut(part, 0.5) if REQUESTS[name][0](asked) else None) as endpoint:
        done = publish(later, endpoint, *(["--relist"] if name == "lists" else []))
    assert done.exit_code == 1
    assert "没有全部上传：对方的回答是：" in done.output
    assert "再运行一次" in done.output
    assert_whole(server)
    assert_completes(server, later)


SHARES = (0, 0.3, 0.7, 1)  # of the bytes that a stretch has if nothing cuts it


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder but for those of publishing and of git."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith((".almanac/", ".git/"))}


def send(site: Site, address: str) -> int:
    """Publishes; it may fail, in words. Returns the exit code."""
    arguments = ["--root", str(site.root), "--lang", "zh-CN", "publish", address, "--allow-removals"]
    done = CliRunner().invoke(main, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    assert done.exit_code == 0 or "没有全部上传：" in done.output
    return done.exit_code


def cut_in_turn(line: Line, address: str, found: Callable[[], dict[str, bytes]], root: Path, *, every: int) -> None:
    """Publishes two versions in turn over a line that is cut: in each connection, each way, at one of the shares.

    `found` gives the files that are there. Only every so many cuts are made.
    """
    versions = [version(root, "one"), version(root, "other")]
    for site in (*versions, *versions):  # the last of them is an upload as they all are
        line.begin(None)
        assert send(site, address) == 0
    sizes = sorted(line.bytes.items())
    assert len(sizes) >= 4, "asking and writing, both ways"
    failed = 0
    for turn, (stretch, size) in enumerate(sizes[::every]):
        site = versions[turn % 2]
        line.begin((stretch, min(round(size * SHARES[turn % len(SHARES)]), size - 1)))
        failed += send(site, address)
        assert missing(found(), BASE) == set()
        line.begin(None)
        assert send(site, address) == 0
        assert missing(found(), BASE) == set()
        assert found().items() >= {**site.files(), FOREIGN: b"not ours"}.items()
    assert failed > len(sizes[::every]) / 2
    assert send(site, address) == 0
    assert found() == {**site.files(), FOREIGN: b"not ours"}


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.long)])
def test_rsync_over_a_line_that_is_cut_leaves_whole_pages_and_the_next_upload_completes(
    tmp_path: Path, every: int
) -> None:
    there = tmp_path / "www/kepu"
    there.mkdir(parents=True)
    (there / FOREIGN).write_text("not ours")
    with rsync_daemon(there.parent, tmp_path / "rsyncd.conf") as port, line_to(port) as line:
        cut_in_turn(line, f"rsync://127.0.0.1:{line.port}/site/kepu", lambda: files_of(there), tmp_path, every=every)


def test_a_branch_over_a_line_that_is_cut_is_whole_and_the_next_upload_completes(tmp_path: Path) -> None:
    by_hand = tmp_path / "by-hand"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=pages", "remote.git")
    git(tmp_path, "clone", "--quiet", "remote.git", by_hand)
    (by_hand / FOREIGN).write_text("not ours")
    git(by_hand, "add", ".")
    git(by_hand, "commit", "--quiet", "--message=by hand")
    git(by_hand, "push", "--quiet", "origin", "HEAD:pages")

    def found() -> dict[str, bytes]:
        git(by_hand, "pull", "--quiet", "origin", "pages")
        return files_of(by_hand)

    port = free_port()
    command = ["git", "daemon", "--reuseaddr", "--export-all", "--enable=receive-pack", f"--base-path={tmp_path}"]
    with listening([*command, "--listen=127.0.0.1", f"--port={port}"], port), line_to(port) as line:
        cut_in_turn(line, f"git+git://127.0.0.1:{line.port}/remote.git#pages", found, tmp_path, every=1)
