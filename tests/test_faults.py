"""What goes wrong around a build: other builds, git, foreign caches, folders without rights. Nothing is lost by it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flips
import msgspec
import pytest
from builds import differences
from fuzz_caches import VALUE, forge
from sites import Site, small_site

from almanac.build import pipeline
from almanac.build.places import locked
from almanac.build.publishing import JOURNAL, STAGING, write_names
from almanac.cli.reports import as_text
from almanac.incremental.queries import id_of

NOBODY = 65534
KEY = 1  # where a row of a node has its key
MOMENT = {"SOURCE_DATE_EPOCH": str(int(datetime(2027, 3, 1, 1, 0, tzinfo=UTC).timestamp()))}  # of all builds here


@pytest.fixture
def few(site: Site) -> Site:
    """A site of few pages, built once."""
    site.only()
    site.build()
    return site


def said(site: Site) -> str:
    """What a build reports, whether or not it ends well."""
    return as_text(site.try_build()[1], "en", site.root)


def run(site: Site, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in site.command(*arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **MOMENT, **environment},
    )


def git(site: Site, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", "-C", site.root, *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def tracked(few: Site) -> Site:
    """A site whose content is committed, but neither its output nor its cache."""
    few.write(".gitignore", "output\n.almanac\n")
    git(few, "init", "--quiet")
    git(few, "add", ".")
    git(few, "commit", "--quiet", "-m", "All")
    few.build()
    return few


# Two builds


def test_a_second_build_waits_for_the_first_and_says_so(few: Site) -> None:
    few.event("added")
    with locked(few.output, None):
        second = subprocess.Popen(
            [str(part) for part in few.command("build", "--allow-removals")],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **MOMENT},
        )
        assert second.stderr
        assert "Another build is writing to" in second.stderr.readline()
        assert not (few.output / "events/added").exists()
    second.communicate()
    assert second.returncode == 0
    assert (few.output / "events/added").exists()


def test_with_no_wait_a_second_build_ends_at_once(few: Site) -> None:
    few.event("added")
    with locked(few.output, None):
        done = run(few, "build", "--no-wait")
    assert done.returncode == 1
    assert "Another build is writing to" in done.stderr
    assert "Nothing was published" in done.stderr
    assert not (few.output / "events/added").exists()


def test_a_build_that_publishes_nothing_leaves_no_folder(site: Site) -> None:
    site.event("bad", start="2027-02-31")
    site.problems()
    assert not site.output.exists()


# Folders and caches


@pytest.mark.parametrize("folder", [".", "..", "content", "content/events/2027", "themes/mine", ".git"])
def test_nothing_is_built_into_the_folders_of_the_site(few: Site, folder: str) -> None:
    before = few.files()
    for option in ("--output", "--cache"):
        done = run(few, "build", option, str(few.root / folder))
        assert done.returncode == 1
        assert "This folder is for files of the site: nothing is built into it." in done.stderr
    assert few.files() == before
    assert (few.root / "config.yaml").exists()


def test_a_cache_is_not_published(few: Site) -> None:
    done = run(few, "build", "--cache", str(few.output / "cache"))
    assert "The cache lies in the output folder and would be published." in done.stderr
    assert not (few.output / "cache").exists()


def test_a_cache_that_git_tracks_is_not_used_and_that_is_said(tracked: Site) -> None:
    git(tracked, "add", "--force", ".almanac")
    git(tracked, "commit", "--quiet", "-m", "A cache")
    (cache,) = (tracked.root / ".almanac").glob("*.sqlite")
    before = cache.read_bytes()
    tracked.event("added")
    assert ".almanac: warning: This cache is tracked by git and is not used" in said(tracked)
    assert "This cache is tracked by git" in run(tracked, "check").stdout
    assert cache.read_bytes() == before
    assert differences(tracked) == []
    git(tracked, "rm", "--quiet", "-r", "--cached", ".almanac")
    assert "cache" not in said(tracked)


def test_a_cache_of_another_user_is_not_used_and_that_is_said(few: Site) -> None:
    few.event("added")
    (cache,) = (few.root / ".almanac").glob("*.sqlite")
    with owned_by_another(cache):
        assert ".almanac: warning: This cache belongs to another user and is not used." in said(few)
        assert differences(few) == []
    assert "cache" not in said(few)


@contextmanager
def owned_by_another(file: Path) -> Iterator[None]:
    """Root gives the file away; anybody else sees it as if another user looked."""
    if os.geteuid() == 0:
        os.chown(file, NOBODY, -1)
        yield
        os.chown(file, 0, -1)
    else:
        with pytest.MonkeyPatch.context() as patched:
            mine = os.geteuid()
            patched.setattr(os, "geteuid", lambda: mine + 1)
            yield


# Git


def test_a_history_that_cannot_be_read_stops_the_build(tracked: Site) -> None:
    before = tracked.files()
    tracked.event("added")
    git(tracked, "add", ".")
    git(tracked, "commit", "--quiet", "-m", "More")
    first = subprocess.run(
        ["git", "-C", tracked.root, "rev-parse", "HEAD~1^{tree}"], check=True, capture_output=True, text=True
    ).stdout.strip()
    (tracked.root / ".git/objects" / first[:2] / first[2:]).unlink()
    for verb in (("build", "--keep-going"), ("check",), ("diff",)):
        done = run(tracked, *verb)
        assert "git cannot read the history of the content" in done.stderr + done.stdout
        assert "Traceback" not in done.stderr
    assert tracked.try_build(keep_going=True)[0] is None
    assert "git cannot read the history of the content" in said(tracked)
    assert tracked.files() == before


def test_a_branch_that_points_nowhere_is_not_an_empty_history(tracked: Site) -> None:
    (head,) = (tracked.root / ".git/refs/heads").iterdir()
    head.write_text("0123456789012345678901234567890123456789\n")
    assert "git cannot read the history of the content" in said(tracked)
    head.write_text("damaged\n")
    assert "git refuses to read the history of the content" in said(tracked)


def test_without_git_a_repository_has_a_history_that_is_not_read(
    tracked: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed, so the history of the content is not read" in said(tracked)


def test_the_variables_of_another_repository_are_not_heeded(tracked: Site, tmp_path: Path) -> None:
    other = small_site(tmp_path / "other")
    git(other, "init", "--quiet")
    place = {"GIT_DIR": str(other.root / ".git"), "GIT_WORK_TREE": str(other.root), "GIT_INDEX_FILE": "/none"}
    assert run(tracked, "build", "--allow-removals").returncode == 0
    before = tracked.files()
    assert run(tracked, "build", **place).returncode == 0
    assert tracked.files() == before
    tracked.event("added")
    assert "added" in run(tracked, "diff", **place).stdout


# Content that cannot be read


def restricted(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a verb by a process that permissions hold for: to root's they do not apply."""
    no_rights = "-dac_override,-dac_read_search"
    prefix = ["setpriv", f"--bounding-set={no_rights}", f"--inh-caps={no_rights}"] if os.geteuid() == 0 else []
    command = [*prefix, *(str(part) for part in site.command(*arguments))]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **MOMENT})


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.mark.parametrize("folder", ["content", "content/events/2027"])
def test_a_folder_that_cannot_be_read_is_no_empty_folder(few: Site, folder: str) -> None:
    before = few.files()
    with mode(few.root / folder, 0):
        for verb in (("build", "--keep-going"), ("check",)):
            done = restricted(few, *verb)
            assert f"{folder}: error: This folder cannot be read (permission is missing)." in done.stderr + done.stdout
            assert "Traceback" not in done.stderr
    assert few.files() == before


def test_content_that_is_not_there_empties_no_site(few: Site) -> None:
    before = few.files()
    (few.root / "content").rename(few.root / "elsewhere")
    assert "content: error: This folder cannot be read (it does not exist)." in few.problems()
    assert few.files() == before


def test_a_theme_that_cannot_be_read_is_a_problem(few: Site) -> None:
    few.write("static/mine.css", "a {}")
    with mode(few.root / "static", 0):
        done = restricted(few, "build")
    assert "static: error: This file or folder of the site theme cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_build_that_would_remove_much_of_the_site_asks_first(few: Site) -> None:
    for number in range(12):
        few.event(f"more-{number}", start="2026-01-10 14:00")
    few.build()
    few.allow_removals = False
    before = few.files()
    (few.root / "content/events").rename(few.root / "elsewhere")
    few.write("content/events/left.md", (few.root / "elsewhere/more-0.md").read_bytes())
    few.write("content/events/bad.md", "no front matter")
    for keep_going in (False, True):
        report, problems = few.try_build(keep_going=keep_going)
        assert report is None
    message = "published pages would be removed."
    assert message in as_text(problems, "en", few.root)
    assert few.files() == before
    (few.root / "content/events/bad.md").unlink()
    assert message in few.problems()
    few.allow_removals = True
    few.build()
    assert not (few.output / "events/more-1").exists()


# Output that cannot be written


@pytest.mark.parametrize("folder", ["", "events"])
def test_where_a_folder_may_not_be_written_nothing_is_published(few: Site, folder: str) -> None:
    before = few.files()
    few.event("added")
    with mode(few.output / folder, 0o555):
        done = restricted(few, "build")
    assert "This cannot be written (permission is missing)." in done.stderr
    assert "Nothing was published" in done.stderr
    assert few.files() == before
    few.build()
    assert differences(few) == []


def test_a_cache_that_may_not_be_written_is_said(few: Site) -> None:
    few.event("added")
    before = few.files()
    (cache,) = (few.root / ".almanac").glob("*.sqlite")
    with mode(few.root / ".almanac", 0o555), mode(cache, 0o444):
        done = restricted(few, "build")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert few.files() == before or "The next build settles what is published" in done.stderr
    few.build()
    assert differences(few) == []


# Files that no store knows any more


def test_files_of_a_killed_build_are_known_although_the_cache_has_gone(few: Site) -> None:
    few.write("output/foreign.txt", "mine")
    (few.output / STAGING).mkdir()
    few.write("output/events/killed/index.html", "a page of a build that was killed")
    write_names(few.output / JOURNAL, ["events/killed/index.html", "../config.yaml"])
    shutil.rmtree(few.root / ".almanac")
    few.build()
    assert not (few.output / "events/killed").exists()
    assert not (few.output / STAGING).exists()
    assert (few.output / "foreign.txt").read_text() == "mine"
    assert (few.root / "config.yaml").exists()


@pytest.mark.parametrize("damage", [bytes, lambda whole: bytes([whole[0] ^ 1]) + whole[1:]])
def test_deleted_pages_go_although_the_store_is_lost(few: Site, damage: Callable[[bytes], bytes]) -> None:
    few.event("added")
    few.build()
    (store,) = (few.root / ".almanac").glob("*.sqlite")
    store.write_bytes(damage(store.read_bytes()))
    few.delete("content/events/added.md")
    few.build()
    assert differences(few) == []


def test_a_changed_bit_of_the_cache_is_noticed_or_harmless() -> None:
    assert flips.run(10, seed=2, seconds=3600) == (10, [])


# Caches whose checksums are true: a hostile archive, or a mistake, could leave them


def forge_rows(site: Site, function: str, change: Callable[[Any], Any]) -> None:
    """Changes the stored node of every call of a query."""
    (store,) = (site.root / ".almanac").glob("*.sqlite")
    with sqlite3.connect(store) as database:
        for name, data in database.execute("SELECT name, data FROM nodes").fetchall():
            row = msgspec.msgpack.decode(data)
            if msgspec.msgpack.decode(row[KEY])[0] == function:
                _, *rest = change(row)
                new = id_of(rest[0])
                forge(database, "nodes", name, new, msgspec.msgpack.encode([new, *rest]))
    database.close()


def forge_published(site: Site, change: Callable[[Any], Any]) -> None:
    """Changes what the store says of the published files."""
    (store,) = (site.root / ".almanac").glob("*.sqlite")
    with sqlite3.connect(store) as database:
        ((data,),) = database.execute("SELECT data FROM documents WHERE name = 'published'").fetchall()
        new = msgspec.msgpack.encode(change(msgspec.msgpack.decode(data)))
        forge(database, "documents", "published", "published", new)
    database.close()


def with_value(row: list[Any], change: Callable[[Any], Any]) -> list[Any]:
    """The row with another value."""
    return [*row[:VALUE], msgspec.msgpack.encode(change(msgspec.msgpack.decode(row[VALUE]))), *row[VALUE + 1 :]]


def test_a_cache_loads_no_module_of_the_site(few: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    few.write("payload.py", "from pathlib import Path\n\nPath(__file__).with_name('ran').touch()\n")
    monkeypatch.syspath_prepend(str(few.root))  # as the folder of `site.py` is
    before = few.files()
    nodes: dict[str, int] = {}

    def with_payload(row: list[Any]) -> list[Any]:
        name, renderer, _, *rest = msgspec.msgpack.decode(row[KEY])
        key = msgspec.msgpack.encode([name, renderer, "payload:run", *rest])
        nodes[str(row[0])] = id_of(key)
        return [row[0], key, *row[2:]]

    forge_rows(few, "almanac.render:rendered", with_payload)
    forge_published(few, lambda found: {file: [nodes[str(node)], *state] for file, (node, *state) in found.items()})
    for file in before:
        (few.output / file).unlink()
    assert few.try_build()[0] is not None
    assert few.files() == before
    assert not (few.root / "ran").exists()


def test_a_cache_publishes_no_file_from_outside_of_the_site(few: Site, tmp_path: Path) -> None:
    (tmp_path / "private").write_text("a key")
    before = few.files()

    def with_private(files: dict[str, Any]) -> dict[str, Any]:
        return {address: {**file, "file": str(tmp_path / "private")} for address, file in files.items()}

    forge_rows(few, "almanac.site.theme:static_files", lambda row: with_value(row, with_private))
    for file in few.output.glob("static/*"):
        file.unlink()
    assert few.try_build()[0] is not None
    assert few.files() == before


@pytest.mark.parametrize("name", ["a\0b", "", "../config.yaml", "/etc/hostname"])
def test_names_that_are_no_files_of_the_output_end_in_no_traceback(few: Site, name: str) -> None:
    few.event("added")
    forge_published(few, lambda found: {**found, name: next(iter(found.values()))})
    (few.output / STAGING).mkdir()
    write_names(few.output / JOURNAL, [name])
    few.build()
    assert differences(few) == []
    assert (few.root / "config.yaml").exists()


WRONG_TYPES: list[Callable[[dict[str, Any]], dict[str, Any]]] = [
    lambda fields: {**fields, "title": 5},
    lambda fields: {**fields, "theme": [["sky"]]},
    lambda fields: {**fields, "sessions": [{"id": None}]},
    lambda fields: {**fields, "signup": [1]},
    lambda fields: {key: value for key, value in fields.items() if key != "speakers"},
]


@pytest.mark.parametrize("change", WRONG_TYPES)
def test_a_stored_record_has_the_declared_types_or_counts_as_none(
    few: Site, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    def with_wrong(value: Any) -> Any:
        path, key, fields, *rest = value
        if not path.startswith("content/events/"):
            return value
        return [path, key, msgspec.msgpack.encode(change(msgspec.msgpack.decode(fields))), *rest]

    forge_rows(few, "almanac.content.queries:outcome", lambda row: with_value(row, with_wrong))
    few.edit("content/themes/sky.md", "name: ", "name: 新")  # every page of its events is made again
    few.build()
    assert differences(few) == []


def test_a_stored_value_that_makes_a_query_fail_is_made_anew_and_that_is_said(few: Site) -> None:
    def in_utc(value: list[str]) -> list[datetime]:
        return [moment.replace(tzinfo=UTC) for moment in map(datetime.fromisoformat, value)]  # cannot be compared

    forge_rows(few, "almanac.model.time:turns", lambda row: with_value(row, in_utc))
    few.now += timedelta(days=3)
    warning = "What the cache holds made this fail (TypeError: can't compare offset-naive and offset-aware datetimes)"
    assert warning in run(few, "check", "--now", few.now.isoformat()).stdout
    few.build()
    few.now += timedelta(days=3)
    forge_rows(few, "almanac.model.time:turns", lambda row: with_value(row, in_utc))
    assert warning in said(few)
    assert differences(few) == []
    assert "What the cache holds" not in said(few)


def test_a_mistake_of_a_build_without_a_cache_is_no_fault_of_the_cache(
    few: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    shutil.rmtree(few.root / ".almanac")
    monkeypatch.setattr(pipeline, "vanishing", fail)
    with pytest.raises(ZeroDivisionError):
        few.try_build()


def test_a_link_in_the_output_leads_no_removal_outside(few: Site, tmp_path: Path) -> None:
    precious = tmp_path / "precious/index.html"
    precious.parent.mkdir()
    precious.write_text("mine")
    (few.output / "way").symlink_to(precious.parent)
    (few.output / STAGING).mkdir()
    write_names(few.output / JOURNAL, ["way/index.html"])
    few.build()
    assert precious.read_text() == "mine"
