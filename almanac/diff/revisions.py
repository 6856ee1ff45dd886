"""Reads the content of a commit from git, without touching the files on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.config import CONFIG, Config
from almanac.content.parse import parse, parse_yaml
from almanac.content.records import Record, kinds
from almanac.content.shelf import pack
from almanac.content.sources import ASSETS, CONTENT, Asset, Source, left_out, scan
from almanac.core.git import ask, blobs
from almanac.core.problems import Location, Problem, Text, did_you_mean, text
from almanac.model.catalogue import Catalogue
from almanac.model.linking import link

REGULAR_FILES = ("100644", "100755")  # modes in a git tree; links and submodules have others


class UnreadableRevision(msgspec.Struct, frozen=True):
    """A revision that cannot be read: the reason, and what to do."""

    message: Text
    hint: Text


class SiteFiles(msgspec.Struct, frozen=True):
    """The files of a site at one moment; `config` is None without a config.yaml. People call the moment `name`."""

    name: Text
    config: bytes | None
    sources: tuple[Source, ...]
    assets: tuple[Asset, ...]
    problems: tuple[Problem, ...] = ()


class Snapshot(msgspec.Struct, frozen=True):
    """The catalogue of a site at one moment; `skipped` are the paths of files with errors, which it lacks."""

    name: Text
    catalogue: Catalogue
    skipped: frozenset[str]


Parse: TypeAlias = Callable[[Source], Record[Any] | list[Problem]]


def parse_once() -> Parse:
    """A parser with a cache: most files are the same in two snapshots."""
    return cache(lambda source: parse(source, kinds()[source.kind]))


def files_on_disk(root: Path) -> SiteFiles:
    """The files on disk, with changes that are not committed."""
    sources, assets, problems = scan(root, tuple(kinds()))
    config = root / CONFIG
    return SiteFiles(
        text("the files on disk"),
        config.read_bytes() if config.is_file() else None,
        tuple(sources),
        tuple(assets),
        tuple(problems),
    )


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
    sources = tuple(
        Source(path, _kind(path), Path(path).stem, contents[path]) for path in sorted(wanted) if path != CONFIG
    )
    assets = tuple(
        Asset(path, "", f"/{path.removeprefix(f'{CONTENT}/')}", oid)
        for path, oid in sorted(entries.items())
        if _kind(path) in ASSETS
    )
    return SiteFiles(Text("{revision}", {"revision": revision}), contents.get(CONFIG), sources, assets)


def snapshot(files: SiteFiles, parse_source: Parse) -> Snapshot | list[Problem]:
    """The catalogue of the files, or the problems of the config."""
    config = _config(files)
    if isinstance(config, list):
        return [
            replace(problem, message=text("{name}: {message}", name=files.name, message=problem.message))
            for problem in config
        ]
    records, problems = [], list(files.problems)
    for source in files.sources:
        parsed = parse_source(source)
        if isinstance(parsed, list):
            problems += parsed
        else:
            records.append((parsed.path, pack(parsed)))
    no_moment = datetime.min  # noqa: DTZ901 - neither the moment nor the last change is compared
    catalogue, unfit = link(config, records, files.assets, no_moment)
    return Snapshot(files.name, catalogue, frozenset(problem.location.path for problem in (*problems, *unfit)))


def _config(files: SiteFiles) -> Config | list[Problem]:
    if files.config is None:
        return [Problem(Location(CONFIG), text("There is no config.yaml here."))]
    return parse_yaml(Config, CONFIG, files.config)


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
