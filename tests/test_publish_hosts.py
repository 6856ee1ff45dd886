"""Publishing with rsync and to a branch of git: the same as to a bucket, and nothing of others is lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection

import pytest
from audit import free_port
from click.testing import CliRunner, Result
from sites import Site

from almanac.cli.app import main
from almanac.hosting.rsync import Rsync

PAGES = ("index.html", "about/index.html", "events/old/index.html", "events/stays/index.html", "404.html")
GONE = "events/old/index.html"
IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.org")
DAEMON = """port = {port}
address = 127.0.0.1
use chroot = no
[site]
path = {folder}
read only = no
{user}
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """What a build has left of a site of a few pages. Names may hold any letter."""
    found = Site(tmp_path / "site")
    for page in PAGES:
        found.write(f"output/{page}", f'<link rel="stylesheet" href="/hashed/style.1.css">{page}')
    for file in ("hashed/style.1.css", "feeds/all.ics", "images/图 [1] 'a\".svg", "images/$x\\y*.svg", "index.html.gz"):
        found.write(f"output/{file}", file)
    found.write("output/.almanac-staging/files/index.html", "waits")
    return found


def change(site: Site) -> None:
    """A page and a picture go, a page changes, and a sheet has another name."""
    for file in (GONE, "images/$x\\y*.svg"):
        site.delete(f"output/{file}")
    site.write("output/index.html", '<link rel="stylesheet" href="/hashed/style.2.css">new')
    (site.output / "hashed/style.1.css").rename(site.output / "hashed/style.2.css")
    (site.output / "events/old").rmdir()


def published(folder: Path) -> dict[str, str]:
    """The files of a folder but for those of publishing and of git."""
    files = (path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in files}
    return {name: content for name, content in found.items() if not name.startswith((".almanac", ".git/"))}


def publish(site: Site, destination: str | Path, *options: str, code: int = 0) -> str:
    """What the command says when it ends with this code."""
    arguments = ["--root", str(site.root), "--lang", "en", "publish", str(destination), *options]
    done: Result = CliRunner().invoke(main, arguments)
    assert done.exit_code == code, done.output
    return done.output


@contextmanager
def daemon(folder: Path, settings: Path) -> Iterator[str]:
    """The address of a daemon of rsync that serves a folder."""
    with rsync_daemon(folder, settings) as port:
        yield f"rsync://127.0.0.1:{port}/site/kepu"


@contextmanager
def rsync_daemon(folder: Path, settings: Path) -> Iterator[int]:
    """The port of a daemon of rsync that serves a folder as the module `site`."""
    port = free_port()
    user = "uid = root\ngid = root" if os.getuid() == 0 else ""
    settings.write_text(DAEMON.format(port=port, folder=folder, user=user))
    command = ["rsync", "--daemon", "--no-detach", f"--config={settings}"]
    with listening(command, port):
        yield port


@contextmanager
def listening(command: Sequence[str | Path], port: int) -> Iterator[None]:
    """A program that listens on a port."""
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        while True:  # pytest's time limit ends it
            assert running.poll() is None, f"{command[0]} did not start"
            try:
                create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        try:
            yield
        finally:
            running.terminate()


@pytest.mark.parametrize("by_daemon", [False, True], ids=["folder", "daemon"])
def test_rsync_sends_what_changed_and_leaves_the_files_of_others(
    site: Site, tmp_path: Path, *, by_daemon: bool
) -> None:
    there = tmp_path / "www/kepu"
    there.parent.mkdir()
    if by_daemon:
        with daemon(there.parent, tmp_path / "rsyncd.conf") as address:
            tell(site, address, there)
    else:
        tell(site, f"{there}/", there)


def tell(site: Site, address: str, there: Path) -> None:
    """The story of a folder that rsync writes."""
    assert "10 files would be uploaded" in publish(site, address, "--dry-run")
    assert not there.exists()
    assert "10 files uploaded, 0 deleted" in publish(site, address)
    assert published(there) == published(site.output)
    assert "0 files uploaded, 0 deleted" in publish(site, address)
    for name in ("events/old/notes.txt", "events/by-hand/index.html", "images/xy.svg"):
        (there / name).parent.mkdir(exist_ok=True)
        (there / name).write_text("not ours")
    os.utime(there / "404.html", (1, 1))
    change(site)
    assert "2 files uploaded, 2 deleted" in publish(site, address)
    assert (there / "404.html").stat().st_mtime == 1, "a file that has not changed keeps its time"
    assert (there / "hashed/style.1.css").is_file(), "a page of the last upload may still be read"
    assert "0 files uploaded, 1 deleted" in publish(site, address)
    others = dict.fromkeys(("events/old/notes.txt", "events/by-hand/index.html", "images/xy.svg"), "not ours")
    assert published(there) == published(site.output) | others
    (there / "index.html").write_text("meddled with")
    (there / "about/index.html").unlink()
    assert "2 files uploaded, 0 deleted" in publish(site, address, "--relist")
    assert published(there) == published(site.output) | others
    site.delete("output/events/stays/index.html")
    publish(site, address)
    assert not (there / "events/stays").exists(), "a server would forbid an empty folder instead of saying 404"
    assert {path.name for path in (there / ".almanac").iterdir()} == {"uploaded", "begun"}


def test_rsync_sends_what_pages_load_before_the_pages(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    upload = Rsync.upload

    def noted(self: Rsync, output: Path, names: list[str]) -> Iterator[None]:
        sent.extend(names)
        return upload(self, output, names)

    monkeypatch.setattr(Rsync, "upload", noted)
    publish(site, tmp_path / "www")
    places = {name: sent.index(name) for name in published(site.output)}
    assert max(places[name] for name in places if name.startswith(("hashed/", "images/"))) < min(
        places[name] for name in places if ".html" in name
    )
    assert places["feeds/all.ics"] == len(sent) - 1


def instead(folder: Path, program: str, act: str) -> str:
    """A search path on which a program first does something else: lines of a shell."""
    script = folder / "bin" / program
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\n{act}\nexec {shutil.which(program)} "$@"\n')
    script.chmod(0o755)
    return f"{script.parent}:{os.environ['PATH']}"


def killed(site: Site, destination: str | Path, path: str) -> None:
    """Publishes in a process that is killed by a program of this search path."""
    command = site.command("publish", destination)
    done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL


def test_an_upload_by_rsync_that_is_killed_is_ended_by_the_next_one(site: Site, tmp_path: Path) -> None:
    there = tmp_path / "www"
    killed(site, there, instead(tmp_path, "rsync", f"[ -e {there}/404.html ] && kill -9 $PPID && exit"))
    assert "feeds/all.ics" not in published(there)
    (there / ".almanac/.index.html.x8Ds2f").write_text("half of a file that a cut upload left")
    assert "feeds/all.ics" not in published(there)
    assert "1 files uploaded" in publish(site, there)
    assert published(there) == published(site.output)
    assert {path.name for path in (there / ".almanac").iterdir()} == {"uploaded", "begun"}
    assert "0 files uploaded, 0 deleted" in publish(site, there)


def test_what_rsync_cannot_do_is_said(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "Not all was uploaded: the host says: rsync" in publish(site, tmp_path / "file/www", code=1)
    assert "Connection refused" in publish(site, f"rsync://127.0.0.1:{free_port()}/site", code=1)
    assert "The destination lies in the folder that is uploaded." in publish(site, site.output / "copy", code=2)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "the program rsync is not installed" in publish(site, tmp_path / "www", code=1)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """An empty repository."""
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    return tmp_path / "remote.git"


def git(folder: Path, *words: str | Path) -> str:
    return subprocess.run(["git", *IDENTITY, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def commits(remote: Path) -> list[str]:
    return git(remote, "log", "--format=%s", "pages").splitlines()


def checked_out(remote: Path, folder: Path) -> Path:
    """The files of the branch."""
    git(folder, "clone", "--quiet", "--branch=pages", remote, "checked-out")
    return folder / "checked-out"


def test_a_branch_gets_a_commit_for_each_change_and_none_without(site: Site, remote: Path, tmp_path: Path) -> None:
    address = f"git+{remote}#pages"
    assert "10 files would be uploaded" in publish(site, address, "--dry-run")
    assert git(remote, "branch") == ""
    publish(site, address)
    assert "0 files uploaded, 0 deleted" in publish(site, address)
    assert commits(remote) == ["Publish: 10 uploaded, 0 deleted"]
    by_hand = checked_out(remote, tmp_path)
    assert published(by_hand) == published(site.output) | {".nojekyll": ""}
    (by_hand / "CNAME").write_text("kepu.example.org")
    (by_hand / "index.html").write_text("meddled with")
    git(by_hand, "add", "--all")
    git(by_hand, "commit", "--quiet", "--message=by hand")
    git(by_hand, "push", "--quiet")
    change(site)
    assert "2 files uploaded, 2 deleted" in publish(site, address)
    assert "0 files uploaded, 1 deleted" in publish(site, address)
    assert "0 files uploaded, 0 deleted" in publish(site, address)
    assert commits(remote)[2:] == ["by hand", "Publish: 10 uploaded, 0 deleted"], "what others commit stays"
    git(by_hand, "pull", "--quiet")
    assert published(by_hand) == published(site.output) | {".nojekyll": "", "CNAME": "kepu.example.org"}


def test_a_lost_or_locked_cache_costs_a_branch_nothing(site: Site, remote: Path, tmp_path: Path) -> None:
    publish(site, f"git+{remote}")
    shutil.rmtree(site.root / ".almanac")
    change(site)
    assert "2 files uploaded, 2 deleted" in publish(site, f"git+{remote}")
    by_hand = checked_out(remote, tmp_path)
    git(by_hand, "commit", "--quiet", "--allow-empty", "--message=by hand")
    git(by_hand, "push", "--quiet")
    (cache,) = site.root.glob(".almanac/uploads/*.git")
    (cache / "shallow.lock").touch()  # as a killed git leaves it
    assert "0 files uploaded, 1 deleted" in publish(site, f"git+{remote}")
    git(by_hand, "pull", "--quiet")
    assert published(by_hand) == published(site.output) | {".nojekyll": ""}


def test_a_remote_of_the_content_is_known_by_its_name_and_its_repository_stays(site: Site, remote: Path) -> None:
    git(site.root, "init", "--quiet", "--initial-branch=main")
    git(site.root, "remote", "add", "origin", remote)
    git(site.root, "commit", "--quiet", "--allow-empty", "--message=content")
    before = {path: path.read_bytes() for path in (site.root / ".git").rglob("*") if path.is_file()}
    publish(site, "git+origin#pages")
    assert commits(remote) == ["Publish: 10 uploaded, 0 deleted"]
    assert {path: path.read_bytes() for path in (site.root / ".git").rglob("*") if path.is_file()} == before


def test_a_push_that_is_refused_is_said_and_forced_by_nobody(site: Site, remote: Path, tmp_path: Path) -> None:
    address = f"git+{remote}"
    publish(site, address)
    by_hand = checked_out(remote, tmp_path)
    git(by_hand, "commit", "--quiet", "--allow-empty", "--message=by hand")
    change(site)
    with pytest.MonkeyPatch.context() as patched:  # another push comes first, while ours is on its way
        first = f"(cd {by_hand} && {shutil.which('git')} push --quiet)"
        patched.setenv("PATH", instead(tmp_path, "git", f'case " $* " in *" push "*) {first};; esac'))
        said = publish(site, address, code=1)
    assert "another run publishes to the same place at this moment" in said
    assert commits(remote)[0] == "by hand"
    (remote / "hooks").mkdir(exist_ok=True)
    (remote / "hooks/pre-receive").write_text("#!/bin/sh\necho this branch is protected >&2\nexit 1\n")
    (remote / "hooks/pre-receive").chmod(0o755)
    assert "this branch is protected" in publish(site, address, code=1)
    (remote / "hooks/pre-receive").unlink()
    assert "2 files uploaded, 2 deleted" in publish(site, address)
    assert "does not appear to be a git repository" in publish(site, f"git+{tmp_path}/none.git", code=1)


@pytest.mark.parametrize("moment", ["fast-import", "push"])
def test_a_push_that_is_killed_leaves_the_branch_and_the_next_one_ends_it(
    site: Site, remote: Path, tmp_path: Path, moment: str
) -> None:
    publish(site, f"git+{remote}")
    change(site)
    killed(
        site, f"git+{remote}", instead(tmp_path, "git", f'case " $* " in *" {moment} "*) kill -9 $PPID; exit;; esac')
    )
    publish(site, f"git+{remote}")
    assert len(commits(remote)) == 2
    assert "0 files uploaded, 1 deleted" in publish(site, f"git+{remote}")
    assert published(checked_out(remote, tmp_path)) == published(site.output) | {".nojekyll": ""}


def test_a_password_in_an_address_is_not_shown(site: Site) -> None:
    said = publish(site, f"git+http://me:secret@127.0.0.1:{free_port()}/site.git", code=1)
    assert "127.0.0.1" in said
    assert "secret" not in said
