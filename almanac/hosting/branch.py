"""A branch of a git repository that holds the published files, as the hosts of pages at forges serve it.

One push changes all files at once, so nobody meets half of a change. A commit follows the one that is there: what
others have committed stays in the history, and files of theirs in the branch. Nothing is ever forced.

The commits are made in a repository of the cache, with the config of the repository that holds the content. So its
remotes and credentials are known, and its branches, index and files are left alone.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from almanac.core.git import ask, environment
from almanac.core.problems import text
from almanac.hosting.changes import Changes
from almanac.hosting.digests import Digest
from almanac.hosting.host import HostFailed, NotAlone, There
from almanac.hosting.local import HASHED

NAMES = ".almanac/uploaded"  # the file that names what was uploaded, a line for each
PLAIN = ".nojekyll"  # has GitHub take the files as they are
HERE = "refs/heads/published"
NOBODY = ("-c", "user.name=almanac", "-c", "user.email=almanac@localhost")  # where git knows no committer
OWN_SETTINGS = ("core.hooksPath=/dev/null", "gc.autoDetach=false", "http.lowSpeedLimit=1", "http.lowSpeedTime=60")


class Branch:
    """The files of a branch. Every method raises HostFailed."""

    digest = Digest.BLOB
    compressed_forms = True

    def __init__(self, address: str, branch: str, root: Path, cache: Path) -> None:
        """`address` is that of a repository, or the name of a remote of the one that holds the folder `root`."""
        self.address, self.branch, self.repository = address, f"refs/heads/{branch}", cache
        found = ask(root, "rev-parse", "--path-format=absolute", "--git-common-dir")
        settings = [f"include.path={found.decode().strip()}/config"] if found else []
        options = [word for setting in (*settings, *OWN_SETTINGS) for word in ("-c", setting)]
        self.git = ("git", f"--git-dir={cache}", *options)

    def look(self, *, trusted: bool = True) -> There:
        """The files of the last commit, and which of them were uploaded by a run. The branch itself says so."""
        del trusted
        tip = self._fetched_tip()
        files = dict(_entries(self._said("ls-tree", "-r", "-z", tip))) if tip else {}
        named = self._said("cat-file", "blob", files[NAMES].hex()) if NAMES in files else b""
        recorded = files.keys() & set(named.decode().split("\n"))
        outlived = {name for name in files if name.startswith(HASHED)} - recorded
        there = files | dict.fromkeys(outlived, b"")
        return There(there, frozenset(recorded | outlived), frozenset(), tip, settled=True)

    def carry_out(self, found: Changes, output: Path, wanted: Mapping[str, bytes], there: There) -> Iterator[None]:
        """Commits the changes and pushes them. Where nothing has changed, there is no commit."""
        if not found.count and there.recorded == wanted.keys():
            return
        with TemporaryFile() as errors:
            command = [*self.git, "fast-import", "--quiet", "--force", "--done"]
            with self._started(command, errors) as importing:
                words = cast(IO[bytes], importing.stdin)
                try:
                    words.write(self._commit(found, there.run))
                    for piece in _pieces(found, output):
                        words.write(piece)
                        yield
                    words.write(_file(NAMES, "\n".join(sorted(wanted)).encode()) + b"done\n")
                    words.close()
                except BrokenPipeError:
                    pass  # git has ended and has said why
                except BaseException:
                    importing.kill()
                    raise
            if importing.returncode:
                raise _failed(errors)
        self._push()

    def _commit(self, found: Changes, tip: str) -> bytes:
        """How a commit after `tip` begins, in the words of `git fast-import`. A new branch has no commit before it."""
        counts = f"Publish: {len(found.uploaded)} uploaded, {len(found.deleted)} deleted\n".encode()
        start = f"from {tip}\n".encode() if tip else b""
        plain = b"" if tip else _file(PLAIN, b"")
        branch = HERE.encode()
        head = b"commit %b\ncommitter %b\ndata %d\n%b\n" % (branch, self._committer(), len(counts), counts)
        return b"reset %b\n%b\n%b%b" % (branch, start, head, plain)

    def _committer(self) -> bytes:
        try:
            return self._said("var", "GIT_COMMITTER_IDENT").strip()
        except HostFailed:
            return self._said(*NOBODY, "var", "GIT_COMMITTER_IDENT").strip()

    def _push(self) -> None:
        """Moves the branch from the commit that was there to the new one. If it has moved meanwhile, git refuses."""
        try:
            self._said("push", "--quiet", self.address, f"{HERE}:{self.branch}")
        except HostFailed as error:
            raise NotAlone if "[rejected]" in str(error.reason.values) else error from None

    def _fetched_tip(self) -> str:
        """The last commit of the branch, which is here then; empty if there is no such branch."""
        self._said("init", "--quiet", "--bare", str(self.repository))
        tip = self._said("ls-remote", self.address, self.branch).decode().partition("\t")[0]
        if not tip or self._has(tip):
            return tip
        try:
            self._fetch()
        except HostFailed:  # a run that was killed may have left locks, and a disk may lose files
            shutil.rmtree(self.repository)
            self._said("init", "--quiet", "--bare", str(self.repository))
            self._fetch()
        return self._said("rev-parse", HERE).decode().strip()

    def _fetch(self) -> None:
        self._said("fetch", "--quiet", "--depth=1", "--no-tags", self.address, f"+{self.branch}:{HERE}")

    def _has(self, commit: str) -> bool:
        try:
            self._said("ls-tree", "-r", commit)
        except HostFailed:
            return False
        return True

    def _said(self, *arguments: str) -> bytes:
        """What git prints."""
        with TemporaryFile() as errors:
            with self._started([*self.git, *arguments], errors) as running:
                answer, _ = running.communicate()
            if running.returncode:
                raise _failed(errors)
            return answer

    def _started(self, command: list[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, env=environment())  # noqa: S603
        except FileNotFoundError as error:
            raise HostFailed(text("the program {name} is not installed", name="git")) from error


def _pieces(found: Changes, output: Path) -> Iterator[bytes]:
    """Every change in the words of `git fast-import`. May raise OSError."""
    for name in found.deleted:
        yield b"D %b\n" % _quoted(name)
    for name in found.uploaded:
        yield _file(name, (output / name).read_bytes())


def _file(name: str, data: bytes) -> bytes:
    return b"M 100644 inline %b\ndata %d\n%b\n" % (_quoted(name), len(data), data)


def _quoted(name: str) -> bytes:
    return b'"%b"' % name.encode("utf-8", "surrogateescape").replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(
        b"\n", b"\\n"
    )


def _entries(tree: bytes) -> Iterator[tuple[str, bytes]]:
    """The names in a tree and what git calls the bytes of each."""
    for entry in tree.split(b"\0")[:-1]:
        about, _, name = entry.partition(b"\t")
        yield name.decode("utf-8", "surrogateescape"), bytes.fromhex(about.split()[2].decode())


def _failed(errors: IO[bytes]) -> HostFailed:
    """What git has said on standard error, but for the address and for advice to people who type commands."""
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").splitlines()
    said = " ".join(" ".join(line for line in lines if not line.startswith(("hint:", "To "))).split())
    return HostFailed(text("the host says: {words}", words=said[:300]))
