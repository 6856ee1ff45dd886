"""Problems as people see them: each with its line and columns, and with the corrected line where it is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from almanac.content.corrections import Correction, corrected_lines, correction_of, write
from almanac.content.positions import Opener, opener, positioned
from almanac.core.problems import Problem, Text, text


def located(problems: Iterable[Problem], root: Path) -> list[Problem]:
    """The problems with line and columns wherever they are known, in the order of files and lines."""
    return located_in(problems, opener(root))


def located_in(problems: Iterable[Problem], opened: Opener) -> list[Problem]:
    """The same problems, with the lines of files as `opened` gives them."""
    found = [replace(problem, location=positioned(problem.location, opened)) for problem in problems]
    certain: dict[str, set[Correction]] = defaultdict(set)
    corrections = {number: one for number, problem in enumerate(found) if (one := _correction(problem, opened))}
    for number, one in corrections.items():
        if not found[number].guessed:
            certain[found[number].location.path].add(one)
    for number, own in corrections.items():
        problem = found[number]
        document = opened(problem.location.path).document
        lines = corrected_lines(document, {own, *certain[problem.location.path]})
        found[number] = replace(problem, hint=_hint(problem, own, lines[own.columns.line - document.head_line]))
    return sorted(
        found, key=lambda problem: (problem.location.path, problem.location.line or 0, problem.message.message)
    )


def _correction(problem: Problem, opened: Opener) -> Correction | None:
    """The correction of a problem whose right words are known; None if it would take several lines."""
    file = opened(problem.location.path) if problem.correct else None
    one = correction_of(file.document, file.read_columns, problem.location.key, problem.correct) if file else None
    return one if one and "\n" not in one.words else None


def _hint(problem: Problem, own: Correction, line: str) -> Text:
    if problem.guessed:
        return text("Did you mean “{name}”? Write: {line}", name=own.words, line=line.rstrip())
    return write(line)
