"""What the first page of the desk lists: drafts, files with problems, and events that lack a result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from almanac.advice import names
from almanac.advice.no_result import overdue
from almanac.content.fences import decode_anyway
from almanac.content.fixes import ChangedLines, changed_lines
from almanac.content.front_matter_text import QUESTION, first_day, tree_of
from almanac.content.frontmatter import Document, read_document
from almanac.content.queries import source, tree
from almanac.content.sources import file_key
from almanac.core.problems import Problem
from almanac.model.fixes import fix_of
from almanac.model.labels import EVENTS
from almanac.model.site import Site
from almanac.server.desk.answers import ShownProblem, shown
from almanac.server.desk.files import digest_of
from almanac.server.desk.preview import Preview

MOST = 100  # files of a list: a site may have thousands of remarks, and of past events without a result
NO_RESULT = "no-result"  # the warning that the table of results takes the place of


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request without values."""


class Draft(msgspec.Struct, frozen=True):
    """An event that is not published; `day` is empty if it has none yet, `questions` are those of its file."""

    path: str
    title: str
    day: date | None
    questions: tuple[str, ...]


class FileProblems(msgspec.Struct, frozen=True):
    """What is wrong with a file, and the lines that correct it with certainty.

    Only files of events can be opened in the form and corrected. `digest` is that of the file as it was read.
    """

    path: str
    title: str
    is_event: bool
    problems: tuple[ShownProblem, ...]
    fix: tuple[ChangedLines, ...]
    digest: str


class Overdue(msgspec.Struct, frozen=True):
    """An event that lacks a result, with the day on which it was over."""

    path: str
    title: str
    day: date


class Lists(msgspec.Struct, frozen=True):
    """All that the first page of the desk shows.

    `problems` are files with errors, `remarks` files with warnings alone. `results` has the latest events first.
    `remarks` and `results` are cut: `counts` has the number of all.
    """

    drafts: tuple[Draft, ...]
    problems: tuple[FileProblems, ...]
    remarks: tuple[FileProblems, ...]
    results: tuple[Overdue, ...]
    counts: Mapping[str, int]


def lists(preview: Preview, _: Nothing) -> Lists:
    """The lists as they are after the last build."""
    site = preview.site
    errors = _by_file(preview.errors)
    warnings = _by_file(one for one in preview.warnings if one.name != NO_RESULT)
    remarked = [path for path in warnings if path not in errors]
    owing = [(event, over) for event, over in overdue(site) if NO_RESULT not in event.fields.ignore]
    owing.sort(key=lambda one: one[1], reverse=True)
    drafts = tuple(_drafts(site))
    return Lists(
        drafts,
        tuple(_file(site, path, (*found, *warnings.get(path, ()))) for path, found in errors.items()),
        tuple(_file(site, path, warnings[path]) for path in remarked[:MOST]),
        tuple(Overdue(event.path, event.fields.title, over) for event, over in owing[:MOST]),
        {"drafts": len(drafts), "problems": len(errors), "remarks": len(remarked), "results": len(owing)},
    )


def _drafts(site: Site) -> Iterator[Draft]:
    for record in site.drafts:
        lines = decode_anyway(_data(site, record.path))[0].split("\n")
        questions = tuple(line.removeprefix(QUESTION) for line in lines if line.startswith(QUESTION))
        yield Draft(record.path, record.fields.title, first_day(tree_of(record.fields)), questions)


def _by_file(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.location.path].append(problem)
    return found


def _file(site: Site, path: str, problems: Sequence[Problem]) -> FileProblems:
    """A file with its problems. Only one with errors is asked for corrections."""
    if path not in tree(site).of(EVENTS):
        return FileProblems(path, path, is_event=False, problems=shown(site, problems), fix=(), digest="")
    fix = fix_of(site, path, names()) if any(one.severity == "error" for one in problems) else None
    return FileProblems(
        path,
        _title(site, path),
        is_event=True,
        problems=shown(site, problems),
        fix=tuple(changed_lines(fix.before, fix.after)) if fix else (),
        digest=digest_of(_data(site, path)),
    )


def _title(site: Site, path: str) -> str:
    """The title of an event, also of one whose file has errors; else the name of the file."""
    document = read_document(path, _data(site, path))
    title = document.tree.get("title") if isinstance(document, Document) else None
    return title if isinstance(title, str) else file_key(path)


def _data(site: Site, path: str) -> bytes:
    data = source(site, path)
    return data if isinstance(data, bytes) else b""
