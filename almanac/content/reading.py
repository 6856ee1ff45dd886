"""From the files of a site to its records: those that have changed are read and parsed, all others come from the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from almanac.content.records import Record, kinds
from almanac.content.shelf import UNCERTAIN, Entry, Shelf, pack
from almanac.content.sources import ASSETS, Asset, File, Source, asset_of, look, read_data
from almanac.digests import digest_bytes
from almanac.problems import Problem
from almanac.render.parallel import make_all

Outcome: TypeAlias = Entry | list[Problem]


@dataclass(frozen=True)
class Content:
    """Every record and asset of a site, what cannot be read, and the shelf for the next build."""

    records: Sequence[Record[Any]]
    assets: Sequence[Asset]
    problems: list[Problem]
    shelf: Shelf


@dataclass(frozen=True)
class Files:
    """Every file of a site as it stands now: `entries` are those that are known, `changed` the numbers of all others."""

    files: Sequence[File]
    entries: dict[str, Entry]
    changed: Sequence[int]
    problems: list[Problem]


def compare(root: Path, shelf: Shelf) -> Files:
    """The files of a site, held against the shelf by their states alone."""
    files, problems = look(root, tuple(kinds()))
    entries = {file.path: known for file in files if (known := shelf.get(file.path)) and known.state == file.state != UNCERTAIN}
    return Files(files, entries, [number for number, file in enumerate(files) if file.path not in entries], problems)


def read_content(found: Files, shelf: Shelf, jobs: int = 1) -> Content:
    """Every record and asset of the content, and what cannot be read."""
    outcomes = make_all(partial(_read, found.files, shelf), found.changed, (), (), jobs)
    entries, problems = dict(found.entries), list(found.problems)
    for number, outcome in outcomes:
        if isinstance(outcome, Entry):
            entries[found.files[number].path] = outcome
        else:
            problems += outcome
    present = [file for file in found.files if file.path in entries]
    records = [entries[file.path].unpack() for file in present if file.kind not in ASSETS]
    assets = [asset_of(file, entries[file.path].digest) for file in present if file.kind in ASSETS]
    return Content(records, assets, problems, {file.path: entries[file.path] for file in present})


def _read(files: Sequence[File], shelf: Shelf, number: int) -> tuple[int, Outcome]:
    return number, read_file(files[number], shelf.get(files[number].path))


def read_file(file: File, known: Entry | None) -> Outcome:
    """The entry of a file: the known one if its bytes are the same, else what they say now."""
    data = read_data(file)
    if isinstance(data, Problem):
        return [data]
    file_digest = digest_bytes(data)
    if known and known.digest == file_digest:
        return Entry(file.state, known.digest, known.fields, known.record)
    return Entry(file.state, file_digest) if file.kind in ASSETS else _parsed(file, data, file_digest)


def _parsed(file: File, data: bytes, file_digest: bytes) -> Outcome:
    from almanac.content.parse import parse  # late: pydantic and YAML are slow to load

    record = parse(Source(file.path, file.kind, file.key, data), kinds()[file.kind])
    return record if isinstance(record, list) else pack(record, file.state, file_digest)
