"""Kinds of cell: how each is read into front matter, and how a front-matter value is shown in it.

Whatever a cell cannot show so that it is read back as the same value, stands in it as `yaml:` and the value itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.frontmatter import Tree, read_yaml_file
from almanac.content.private_numbers import without_private_numbers
from almanac.core.problems import Problem, Text, text
from almanac.exchange.files import flow, written
from almanac.exchange.names import Register

Cell: TypeAlias = str | int | float | date | datetime | time | None
EXACT = "yaml:"
LEFT_OUT = text("A mobile or identity number was left out.")


class Setting(msgspec.Struct, frozen=True):
    """What reading depends on beside the cell: the registries, the assumed year, and whether contacts may stay."""

    register: Register
    year: int | None = None
    contacts: bool = False
    own: bool = False  # the table is one of our exports


class Reading(msgspec.Struct, frozen=True):
    """What a cell says: a value (None: nothing), what is to settle, and what was assumed or left out."""

    value: Tree = None
    unsettled: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()


class Kind(msgspec.Struct, frozen=True):
    """A kind of cell: `read` takes text that is not empty; `show` may lose something, which is found by reading it back."""

    read: Callable[[str, Setting], Reading]
    show: Callable[[Tree, Register], Cell]


def as_text(cell: Cell) -> str:
    """A cell as text: whole numbers without a fraction, dates as authors write them."""
    if isinstance(cell, date):
        return written(cell)
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def said_in(cell: Cell, setting: Setting) -> str:
    """A cell as text, without private numbers unless they may stay: nothing else reads or quotes what people have written."""
    said = as_text(cell)
    may_stay = setting.own or setting.contacts or (isinstance(cell, float) and not cell.is_integer())
    return said if may_stay else without_private_numbers(said)


def read_cell(cell: Cell, kind: Kind, setting: Setting) -> Reading:
    """What a cell says; an empty one says nothing."""
    said = said_in(cell, setting)
    if setting.own and said.startswith(EXACT):
        return read_yaml(said.removeprefix(EXACT), setting)
    reading = kind.read(said, setting) if said.strip() else Reading()
    return reading if said == as_text(cell) else replace(reading, notes=(*reading.notes, LEFT_OUT))


def exact(value: Tree) -> str:
    """A value that is read back as it is."""
    return f"{EXACT} {flow(value)}"


def read_yaml(said: str, setting: Setting) -> Reading:
    """A value as YAML, on one line or several."""
    del setting
    document = read_yaml_file(
        "",
        f"value: {said.strip()}\n".encode()
        if "\n" not in said.strip()
        else f"value:\n{said.strip(chr(10))}\n".encode(),
    )
    if isinstance(document, Problem):
        return Reading(
            unsettled=(text("“{written}” cannot be read: {message}", written=said[:60], message=document.message),)
        )
    return Reading(document.tree.get("value"))
