"""How problems are shown to people: sorted, with the line, what is wrong, and how to put it right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from almanac.content.frontmatter import Document, line_of, read_document, read_yaml_file
from almanac.messages import catalogue_files, translations
from almanac.problems import Location, Problem, Text, Translate


def located(problems: Iterable[Problem], root: Path) -> list[Problem]:
    """The problems with a line wherever the key is known, in the order of files and lines."""

    @cache
    def document(path: str) -> Document | Problem:
        read = read_document if path.endswith(".md") else read_yaml_file
        return read(path, (root / path).read_bytes())

    def with_line(location: Location) -> Location:
        if location.line is not None or not location.key:
            return location
        found = document(location.path)
        return replace(location, line=line_of(found.lines, location.key) or 1) if isinstance(found, Document) else location

    placed = [replace(problem, location=with_line(problem.location)) for problem in problems]
    return sorted(placed, key=lambda problem: (problem.location.path, problem.location.line or 0, problem.message.message))


def as_text(problems: Iterable[Problem], language: str) -> str:
    """All problems for people: one paragraph each, `file:line`, what, and the hint below it."""
    translate = _translate(language)
    severities = {"error": translate("error"), "warning": translate("warning")}
    paragraphs = []
    for problem in problems:
        place = f"{problem.location.path}:{problem.location.line}" if problem.location.line else problem.location.path
        lines = [f"{place}: {severities[problem.severity]}: {_shown(problem.message, translate)}"]
        if problem.hint:
            lines.append(f"    {_shown(problem.hint, translate)}")
        paragraphs.append("\n".join(lines))
    return "".join(f"{paragraph}\n" for paragraph in paragraphs)


def as_json(problems: Iterable[Problem], language: str) -> str:
    """The same as a JSON list of objects with path, line, severity, message and hint."""
    translate = _translate(language)
    found = [
        {
            "path": problem.location.path,
            "line": problem.location.line,
            "severity": problem.severity,
            "message": _shown(problem.message, translate),
            "hint": _shown(problem.hint, translate) if problem.hint else None,
        }
        for problem in problems
    ]
    return f"{json.dumps(found, ensure_ascii=False, indent=2)}\n"


def as_github(problems: Iterable[Problem], language: str) -> str:
    """The same as workflow commands, which GitHub shows beside the lines of a change."""
    translate = _translate(language)
    lines = []
    for problem in problems:
        said = _shown(problem.message, translate) + (f" {_shown(problem.hint, translate)}" if problem.hint else "")
        place = f"file={_property(problem.location.path)},line={problem.location.line or 1}"
        lines.append(f"::{problem.severity} {place}::{_data(said)}\n")
    return "".join(lines)


REPORTS: Mapping[str, Callable[[Iterable[Problem], str], str]] = {"text": as_text, "json": as_json, "github": as_github}


def _translate(language: str) -> Translate:
    return translations(language, catalogue_files(language)).gettext


def _shown(message: Text, translate: Translate) -> str:
    """The message without what a file may hold to steer a terminal: control characters are shown as �."""
    return "".join(character if character.isprintable() else "�" for character in message.show(translate))


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
