"""Reads the content of a commit from git, without touching the files on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from almanac.content.config import CONFIG
from almanac.content.history import begin_history_state
from almanac.content.queries import checked_config
from almanac.content.records import kinds
from almanac.content.sources import ASSETS, CONTENT, left_out
from almanac.core.git import ask, blobs
from almanac.core.problems import Problem, Text, did_you_mean, text
from almanac.model.given import site_of_files, site_on_disk
from almanac.model.problems import record_problems
from almanac.model.site import Site

REGULAR_FILES = ("100644", "100755")  # modes in a git tree; links and submodules have others


class UnreadableRevision(msgspec.Struct, frozen=True):
    """A revision that cannot be read: the reason, and what to do."""

    message: Text
    hint: Text


class SiteFiles(msgspec.Struct, frozen=True):
    """The files of a site at one moment, which people call `name`."""

    name: Text
    site: Site


class Snapshot(msgspec.Struct, frozen=True):
    """A site at one moment; `skipped` are the paths of files with errors, which it lacks."""

    name: Text
    site: Site
    skipped: frozenset[str]


class CommittedFiles(Mapping[str, bytes]):
    """The files of a commit by their paths. The `assets`, of which the object ids are given, are read when asked for.

    Raises GitFailed.
    """

    def __init__(self, root: Path, contents: Mapping[str, bytes], assets: Mapping[str, str]) -> None:
        self.root, self.contents, self.assets = root, contents, assets

    def __getitem__(self, path: str) -> bytes:
        if path in self.contents:
            return self.contents[path]
        (data,) = blobs(self.root, [self.assets[path]])
        if data is None:
            raise KeyError(path)
        return data

    def __iter__(self) -> Iterator[str]:
        yield from self.contents
        yield from self.assets

    def __len__(self) -> int:
        return len(self.contents) + len(self.assets)


def files_on_disk(root: Path) -> SiteFiles:
    """The files on disk, with changes that are not committed."""
    return SiteFiles(text("the files on disk"), site_on_disk(root))


def files_at(root: Path, revision: str) -> SiteFiles | UnreadableRevision:
    """The files below `root` in a revision: a branch, a tag, a commit, HEAD~1."""
    if ask(root, "rev-parse", "--is-inside-work-tree") is None:
        return UnreadableRevision(
            text("There is no git repository here."),
            text("Only what git has kept can be compared: run this where the content is cloned."),
        )
    commit = ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        return _unknown(root, revision)
    entries = dict(_entries(ask(root, "ls-tree", "-r", "-z", commit.decode().strip(), "--", CONFIG, CONTENT) or b""))
    wanted = {path: oid for path, oid in entries.items() if path == CONFIG or _is_source(path)}
    contents = {
        path: data for path, data in zip(wanted, blobs(root, list(wanted.values())), strict=True) if data is not None
    }
    if len(contents) < len(wanted):
        return UnreadableRevision(
            text("git does not have every file of “{revision}” here.", revision=revision),
            text("Look what is missing: git fsck"),
        )
    assets = {path: oid for path, oid in entries.items() if _kind(path) in ASSETS}
    cut_off, _, *folder = begin_history_state(root)()
    state = (cut_off, commit.decode().strip(), *folder)
    files = CommittedFiles(root, contents, assets)
    return SiteFiles(Text("{revision}", {"revision": revision}), site_of_files(root, files, (), state))


def snapshot(files: SiteFiles) -> Snapshot | list[Problem]:
    """The site of the files, or the problems of the config."""
    config = checked_config(files.site)
    if isinstance(config, list):
        return [
            replace(problem, message=text("{name}: {message}", name=files.name, message=problem.message))
            for problem in config
        ]
    return Snapshot(files.name, files.site, frozenset(problem.location.path for problem in record_problems(files.site)))


def _kind(path: str) -> str:
    return path.removeprefix(f"{CONTENT}/").partition("/")[0]


def _is_source(path: str) -> bool:
    below = path.removeprefix(f"{CONTENT}/")
    return path.endswith(".md") and "/" in below and _kind(path) in kinds() and not any(map(left_out, below.split("/")))


def _unknown(root: Path, revision: str) -> UnreadableRevision:
    names = (
        (ask(root, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes") or b"")
        .decode(errors="replace")
        .split()
    )
    message = text("git knows no revision “{revision}”.", revision=revision)
    first, dots, last = revision.partition("..")
    if dots:
        return UnreadableRevision(
            message,
            text(
                "Name the two with a space between them: diff {first} {last}",
                first=first or "HEAD",
                last=last.strip(".") or "HEAD",
            ),
        )
    hint = did_you_mean(revision, names) or text(
        "Name a branch, a tag or a commit (see git log). A shallow clone lacks older ones: git fetch --unshallow."
    )
    return UnreadableRevision(message, hint)


def _entries(listing: bytes) -> Iterator[tuple[str, str]]:
    """Path and object id of every regular file in the answer of `git ls-tree -z`."""
    for entry in filter(None, listing.split(b"\0")):
        about, _, path = entry.partition(b"\t")
        mode, _kind_of_object, oid = about.decode().split()
        if mode in REGULAR_FILES:
            yield path.decode(errors="replace"), oid
