"""Reports of problems for people, for programs (JSON) and for a forge (workflow commands)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from almanac.content.positions import Opener, opener
from almanac.core.messages import catalogue_files, gettext_of
from almanac.core.printing import cut_line, display, printable, width
from almanac.core.problems import Location, Problem, Translate, text

SEVERITIES = {"error": text("error"), "warning": text("warning")}
VERSION = 1  # of the JSON report, as docs/check-report.schema.json describes it
RED, YELLOW, BLUE, BOLD, PLAIN = "\033[31m", "\033[33m", "\033[34m", "\033[1m", "\033[0m"


def as_text(problems: Iterable[Problem], language: str, root: Path | None = None, *, colour: bool = False) -> str:
    """The report for people: `file:line:`, the message, the line itself if `root` is given, and the hint."""
    report = _TextReport(translator(language), opener(root) if root else None, colour=colour)
    return "".join(report.lines(problems))


class _TextReport:
    """Formats each problem as a paragraph, with a blank line between files."""

    def __init__(self, translate: Translate, opened: Opener | None, *, colour: bool) -> None:
        self.translate, self.opened, self.colour = translate, opened, colour

    def lines(self, problems: Iterable[Problem]) -> Iterator[str]:
        last = None
        for problem in problems:
            if last not in {None, problem.location.path}:
                yield "\n"
            last = problem.location.path
            yield f"{self.head(problem)}\n"
            yield from (f"    {line}\n" for line in self.excerpt(problem.location, problem.severity))
            if problem.hint:
                yield f"    {display(problem.hint, self.translate)}\n"

    def head(self, problem: Problem) -> str:
        location = problem.location
        place = ":".join(map(str, [printable(location.path), *([location.line] if location.line else [])]))
        severity = self.painted(display(SEVERITIES[problem.severity], self.translate), _colour_of(problem.severity))
        name = f" [{problem.name}]" if problem.name else ""
        return f"{self.painted(place, BOLD)}: {severity}: {display(problem.message, self.translate)}{name}"

    def excerpt(self, location: Location, severity: str) -> Iterator[str]:
        """The faulty line, and below it marks under the faulty text."""
        line = self.opened(location.path).line(location.line) if self.opened and location.line else ""
        missing = location.key and not location.columns  # a missing key has no line of its own
        if missing or not line.strip():
            return
        start, end = location.columns or (1, 1)
        shown, start, end = cut_line(line.rstrip(), start, end)
        yield f"{self.painted('│', BLUE)} {printable(shown)}"
        if location.columns:
            mark = "^" * max(1, width(printable(shown[start - 1 : end - 1])))
            before = " " * width(printable(shown[: start - 1]))
            yield f"{self.painted('│', BLUE)} {before}{self.painted(mark, _colour_of(severity))}"

    def painted(self, words: str, colour: str) -> str:
        return f"{colour}{words}{PLAIN}" if self.colour else words


def _colour_of(severity: str) -> str:
    return RED if severity == "error" else YELLOW


def as_json(problems: Iterable[Problem], language: str) -> str:
    """The report for programs, as `docs/check-report.schema.json` describes it."""
    translate = translator(language)
    found = [_as_object(problem, translate) for problem in problems]
    counts = {
        f"{severity}s": sum(problem["severity"] == severity for problem in found) for severity in ("error", "warning")
    }
    return f"{json.dumps({'version': VERSION, **counts, 'problems': found}, ensure_ascii=False, indent=2)}\n"


def _as_object(problem: Problem, translate: Translate) -> dict[str, object]:
    column, end_column = problem.location.columns or (None, None)
    return {
        "path": problem.location.path,
        "line": problem.location.line,
        "column": column,
        "end_column": end_column,
        "severity": problem.severity,
        "name": problem.name,
        "message": display(problem.message, translate),
        "hint": display(problem.hint, translate) if problem.hint else None,
        "other": problem.other,
    }


def as_github(problems: Iterable[Problem], language: str, folder: str = "") -> str:
    """The report as workflow commands, which GitHub shows beside the changed lines.

    `folder` is the path from the repository to the site's root, with a slash at its end.
    """
    translate = translator(language)
    return "".join(
        f"::{problem.severity} {_properties(problem, folder)}::{_data(_with_hint(problem, translate))}\n"
        for problem in problems
    )


def _properties(problem: Problem, folder: str) -> str:
    location = problem.location
    properties = {"file": printable(f"{folder}{location.path}"), "line": location.line or 1}
    if location.columns:
        properties |= {"col": location.columns[0], "endColumn": max(location.columns[0], location.columns[1] - 1)}
    if problem.name:
        properties |= {"title": problem.name}
    return ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())


def _with_hint(problem: Problem, translate: Translate) -> str:
    return " ".join(display(message, translate) for message in (problem.message, problem.hint) if message)


def translator(language: str) -> Translate:
    """The translation of the engine's messages into a language."""
    return gettext_of(language, catalogue_files(language))


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
