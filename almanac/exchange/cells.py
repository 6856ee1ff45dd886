"""Cells of tables, and the types that read them into front matter and write front matter into them.

A value that its type cannot write losslessly is written as `yaml:` and the value in YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.front_matter_text import flow, moment_text
from almanac.content.frontmatter import Tree, read_yaml_file
from almanac.content.private_numbers import without_private_numbers
from almanac.core.problems import Problem, Text, text
from almanac.exchange.registries import Registries

EXACT = "yaml:"
FORMULA = re.compile(r"\s*=\s*(?:_xlfn\.)?([A-Z][A-Z0-9.]*)\(", re.IGNORECASE)
PICTURES = frozenset({"DISPIMG", "IMAGE"})  # formulas by which WPS and Excel put a picture into a cell
ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
LEFT_OUT = text("A mobile or identity number was left out.")


class FlawedCell(msgspec.Struct, frozen=True):
    """A cell whose value cannot be used: the text that it shows, and the question to ask about it."""

    shown: str
    question: Text


Cell: TypeAlias = str | int | float | date | datetime | time | FlawedCell | None


class CellContext(msgspec.Struct, frozen=True):
    """What the meaning of a cell depends on besides the cell.

    `year` is assumed for dates without one. `contacts` keeps people and mobile numbers. `own` means that the table is
    one of our exports. Times with an offset are converted to `zone`. `synonyms` are registered names by the normalised
    names that people write instead.
    """

    registries: Registries
    year: int | None = None
    contacts: bool = False
    own: bool = False
    zone: tzinfo | None = None
    synonyms: Mapping[str, str] = msgspec.field(default_factory=dict)


class ParsedValue(msgspec.Struct, frozen=True):
    """A value read from a cell or a calendar property; None if there is none.

    `questions` must be answered by a person before the event is published. `notes` say what was assumed or left out.
    """

    value: Tree = None
    questions: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()


class CellType(msgspec.Struct, frozen=True):
    """How a type of cell is read and written.

    `read` receives text that is not blank. `show` may be lossy: the caller reads its result back and compares. `folder`
    is the registry whose names the cells hold, if any.
    """

    read: Callable[[str, CellContext], ParsedValue]
    show: Callable[[Tree, Registries], Cell]
    folder: str = ""


def cell_text(cell: Cell) -> str:
    """The text of a cell: whole numbers without a fraction, dates as in front matter."""
    if isinstance(cell, FlawedCell):
        return cell.shown
    if isinstance(cell, date):
        return moment_text(cell)
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def public_text(cell: Cell, context: CellContext) -> str:
    """The text of a cell without private numbers, unless the context keeps them.

    All reading and quoting of cells goes through this function, so that no message repeats a private number.
    """
    found = cell_text(cell)
    may_stay = context.own or context.contacts or (isinstance(cell, float) and not cell.is_integer())
    return found if may_stay else without_private_numbers(found)


def read_cell(cell: Cell, cell_type: CellType, context: CellContext) -> ParsedValue:
    """The value of a cell; an empty cell has none."""
    if isinstance(cell, FlawedCell):
        return ParsedValue(questions=(cell.question,))
    found = public_text(cell, context)
    if context.own and found.startswith(EXACT):
        return read_yaml(found.removeprefix(EXACT), context)
    if not context.own and (question := _unusable(found)):
        return ParsedValue(questions=(question,))
    parsed = cell_type.read(found, context) if found.strip() else ParsedValue()
    return parsed if found == cell_text(cell) else replace(parsed, notes=(*parsed.notes, LEFT_OUT))


def is_picture(found: str) -> bool:
    """Whether the text of a cell is the formula of a picture."""
    formula = FORMULA.match(found)
    return formula is not None and formula[1].upper() in PICTURES


def _unusable(found: str) -> Text | None:
    """The question about a cell that shows a picture, an error or a formula instead of a value."""
    if is_picture(found):
        return text("the cell holds a picture: type its text instead.")
    if FORMULA.match(found):
        return text("the cell holds a formula without a result.")
    return text("the cell shows the error {error}.", error=found.strip()) if ERROR.fullmatch(found.strip()) else None


def exact(value: Tree) -> str:
    """A cell that is read back as exactly this value."""
    return f"{EXACT} {flow(value)}"


def read_yaml(written: str, context: CellContext) -> ParsedValue:
    """The value of YAML on one line or several."""
    del context
    content = written.strip()
    document = read_yaml_file(
        "", (f"value:\n{written.strip(chr(10))}\n" if "\n" in content else f"value: {content}\n").encode()
    )
    if isinstance(document, Problem):
        message = text("“{written}” cannot be read: {message}", written=written[:60], message=document.message)
        return ParsedValue(questions=(message,))
    return ParsedValue(document.tree.get("value"))
