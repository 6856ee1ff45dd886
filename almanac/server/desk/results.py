"""Writes the results of events into their files. Only the key `result` is added: all else stays as it is."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from almanac.advice import names
from almanac.content.fences import decode
from almanac.content.frontmatter import Document, read_document
from almanac.content.queries import parse_file
from almanac.core.problems import Location, Problem, text
from almanac.exchange.files import edited_text
from almanac.model.site import Site
from almanac.server.desk.answers import Refused, ShownProblem, reason, shown
from almanac.server.desk.files import bytes_of, digest_of, save
from almanac.server.desk.preview import Preview

RESULT = "result"


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is typed into the fields of an event's result."""

    path: str
    values: Mapping[str, str]


class Results(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The results to save."""

    results: tuple[Result, ...]


class SavedResult(msgspec.Struct, frozen=True):
    """What became of a result: it was written if there is no problem."""

    path: str
    problems: tuple[ShownProblem, ...]


class SavedResults(msgspec.Struct, frozen=True):
    """What became of each result."""

    results: tuple[SavedResult, ...]


def save_results(preview: Preview, given: Results) -> SavedResults:
    """Writes the results that are right, each onto its file as it is now, and builds the preview."""
    site = preview.site
    found = [SavedResult(one.path, _saved(site, one)) for one in given.results]
    written = {preview.root / one.path for one in found if not one.problems}
    if written:
        preview.rebuild(written)
    return SavedResults(tuple(found))


def _saved(site: Site, given: Result) -> tuple[ShownProblem, ...]:
    """Writes a result. Returns why it was not written; nothing if it was."""
    try:
        data = bytes_of(site, given.path)
        content = _with_result(given, data)
        if isinstance(content, list):
            return shown(site, content)
        save(site, given.path, content, digest_of(data))
    except Refused as refused:
        return (ShownProblem((), 0, reason(site, refused), "", is_warning=False),)
    return ()


def _with_result(given: Result, data: bytes) -> str | list[Problem]:
    """The file with the result, or what is wrong with it."""
    document = read_document(given.path, data)
    if not isinstance(document, Document):
        return [document]
    if RESULT in document.tree:
        return [Problem(Location(given.path), text("This event has a result meanwhile; it was not touched."))]
    content = edited_text(decode(data), {RESULT: {key: one for key, one in given.values.items() if one}}, None)
    parsed = parse_file(given.path, content.encode(), names())
    return parsed if isinstance(parsed, list) else content
