"""From the files of a site to its records: those that have changed are read and parsed, all others come from the shelf."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import msgspec

from almanac.build.parallel import aside, make_all, worth_processes
from almanac.content.history import history_state
from almanac.content.reader import Reader, begin_reader
from almanac.content.records import fields_digest, kinds
from almanac.content.shelf import UNCERTAIN, Entry, Shelf, pack, start_clock
from almanac.content.sources import ASSETS, Asset, File, Source, asset_of, look, read_data
from almanac.core.digests import digest_bytes
from almanac.core.problems import Problem
from almanac.core.stopwatch import Progress, silently

Outcome: TypeAlias = Entry | list[Problem]
Wanted: TypeAlias = tuple[
    int, File, Entry | None
]  # the number of a file that has to be opened, and what the shelf holds of it


class Content(msgspec.Struct, frozen=True, dict=True):
    """Every file of a site that can be read, by path, in the order of the paths, and what cannot be. It is the shelf of the next build, too.

    `opened` are the paths of the files that had to be, all others stand on the shelf of the last build. `commit` is what git says of the commit that
    was checked out then, as `history_state` gives it.
    """

    files: Mapping[str, File]
    shelf: Shelf
    problems: list[Problem]
    opened: frozenset[str]
    commit: list[str]

    @cached_property
    def digest(self) -> bytes:
        """Stands for all that decides what pages there are: every file, but of what events say only their facts."""
        return digest_bytes(
            msgspec.msgpack.encode([(path, entry.facts or entry.digest) for path, entry in self.shelf.items()])
        )

    def records(self) -> Iterator[tuple[str, Entry]]:
        """Every record by its path, packed."""
        return ((path, self.shelf[path]) for path, file in self.files.items() if file.kind not in ASSETS)

    def assets(self) -> list[Asset]:
        return [asset_of(file, self.shelf[path].digest) for path, file in self.files.items() if file.kind in ASSETS]


class Files(msgspec.Struct, frozen=True):
    """Every file of a site as it stands now: `entries` are those that are known, `changed` the numbers of all others."""

    files: Sequence[File]
    entries: dict[str, Entry]
    changed: Sequence[int]
    problems: list[Problem]


def compare(root: Path, shelf: Shelf) -> Files:
    """The files of a site, held against the shelf by their states alone."""
    files, problems = look(root, tuple(kinds()))
    entries = {
        file.path: known for file in files if (known := shelf.get(file.path)) and known.state == file.state != UNCERTAIN
    }
    return Files(files, entries, [number for number, file in enumerate(files) if file.path not in entries], problems)


class Reading(msgspec.Struct, frozen=True):
    """The content of a site on its way: which files stand on the shelf, and the outcomes of the `found.changed` others, by their numbers."""

    found: Files
    outcomes: Callable[[], Iterable[tuple[int, Outcome]]]
    commit: Callable[[], list[str]]
    elsewhere: bool  # whether another process is at it, if there can be one

    def content(self, progress: Progress = silently) -> Content:
        """The content, when all of it has been read."""
        found = self.found
        entries, problems = dict(found.entries), list(found.problems)
        for number, outcome in sorted(progress(self.outcomes(), len(found.changed)), key=itemgetter(0)):
            if isinstance(outcome, Entry):
                entries[found.files[number].path] = outcome
            else:
                problems += outcome
        files = {file.path: file for file in found.files if file.path in entries}
        opened = frozenset(found.files[number].path for number in found.changed)
        return Content(files, {path: entries[path] for path in files}, problems, opened, self.commit())


def begin_reading(root: Path, shelf: Shelf, jobs: int = 1, reader: Reader | None = None) -> Reading:
    """Looks at the files of a site. What the shelf does not hold is read and parsed: by the `reader` where it is little, by `jobs` processes where it is much.

    A reader that stands by already has had time to load.
    """
    commit = history_state(root)
    look: Callable[[], Files] = partial(compare, root, shelf)
    if not shelf:  # everything is new: while another process looks at it, this one loads what will parse it, for itself and those that it forks
        look = aside(look, jobs)
        load_parser()
    found = look()
    wanted = [(number, found.files[number], shelf.get(found.files[number].path)) for number in found.changed]
    if wanted and not worth_processes(len(wanted)):
        reader = reader or begin_reader(jobs)
        return Reading(found, reader.ask(wanted), commit, elsewhere=reader.elsewhere)
    if reader:
        reader.dismiss()
    return Reading(
        found, partial(make_all, partial(_read_some, wanted), range(len(wanted)), (), jobs), commit, elsewhere=False
    )


def reread(content: Content, root: Path, changed: Iterable[Path]) -> Content | None:
    """The content with some files read again; nothing where files may have come or gone, cannot be read, or are none of the content: all must be looked at."""
    commit = history_state(root)
    opened = frozenset(
        path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path) for path in changed
    )
    entries = _reread(content, opened)
    state = commit()
    return (
        Content(content.files, {**content.shelf, **entries}, content.problems, opened, state)
        if entries is not None
        else None
    )


def _reread(content: Content, paths: Iterable[str]) -> dict[str, Entry] | None:
    clock = start_clock()
    entries: dict[str, Entry] = {}
    for path in paths:
        known = content.files.get(path)
        if known is None or known.kind in ASSETS or not Path(known.file).is_file():
            return None
        outcome = read_file(
            msgspec.structs.replace(known, state=clock.state(Path(known.file).lstat())), content.shelf[path]
        )
        if not isinstance(outcome, Entry):
            return None
        entries[path] = outcome
    return entries


def read_all(wanted: Iterable[Wanted]) -> list[tuple[int, Outcome]]:
    """The outcome of each file, with its number."""
    return [(number, read_file(file, known)) for number, file, known in wanted]


def _read_some(wanted: Sequence[Wanted], places: Sequence[int]) -> list[tuple[int, Outcome]]:
    return read_all(wanted[place] for place in places)


def read_file(file: File, known: Entry | None) -> Outcome:
    """The entry of a file: the known one if its bytes are the same, else what they say now."""
    data = read_data(file)
    if isinstance(data, Problem):
        return [data]
    file_digest = digest_bytes(data)
    if known and known.digest == file_digest:
        return msgspec.structs.replace(known, state=file.state)
    return Entry(file.state, file_digest) if file.kind in ASSETS else _parsed(file, data, file_digest, known)


def load_parser() -> None:
    """Loads what parses events: libraries that are slow to load, and the checker of all that an event may say."""
    from almanac.content.parse import adapter  # late, as above

    adapter(kinds()["events"].fields)


def _only_body(file: File, data: bytes, known: Entry) -> str | None:
    """The body of a file whose fields are those that are known, to the letter: nothing else need be parsed."""
    from almanac.content.fences import InvalidFrontMatter, decode, split

    try:
        body = split(decode(data)).body
    except InvalidFrontMatter:
        return None
    return body if fields_digest(file.key, data, body) == known.fields else None


def _parsed(file: File, data: bytes, file_digest: bytes, known: Entry | None) -> Outcome:
    if known and known.record and (body := _only_body(file, data, known)) is not None:
        return msgspec.structs.replace(known, state=file.state, digest=file_digest, text=memoryview(body.encode()))
    from almanac.advice import names  # late: it stands above this module, whose callers will pass the names
    from almanac.content.parse import parse  # late: pydantic and YAML are slow to load

    record = parse(Source(file.path, file.kind, file.key, data), kinds()[file.kind], names())
    return record if isinstance(record, list) else pack(record, file.state, file_digest)
