"""From the cells of a row to an entry, and from an event to cells: both by the same columns.

An export reads back every group of cells that it shows, and where that gives another value, it writes the value itself as YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from almanac.content.frontmatter import Tree
from almanac.content.names import folded
from almanac.core.problems import Text, text
from almanac.exchange.cells import Cell, Reading, Setting, as_text, exact, read_cell, said_in
from almanac.exchange.columns import Column, columns, exported
from almanac.exchange.entries import Entry, checked, value_digest
from almanac.exchange.kinds import YAML
from almanac.exchange.names import Register
from almanac.exchange.when import read_when

# What XML or CSV would lose or change: controls, lone returns, line separators, and Excel's own way to write a code (_x000D_).
LOST = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
TIME_ALONE = re.compile(r"\s*(上午|下午|晚上?|中午)?\s*\d{1,2}\s*([:：]\d{2}(:\d{2})?|[点时](\d{1,2}分?|半)?)\s*")
NOT_KEYS = frozenset({"body", "file"})


def read_row(place: int, cells: Mapping[Column, Cell], present: Iterable[Column], setting: Setting) -> Entry | None:
    """The entry of a row; nothing where it has no title. `present` are the columns that the table has."""
    setting = (
        setting
        if any(column.key == "file" and as_text(cell).strip() for column, cell in cells.items())
        else replace(setting, own=False)
    )
    cells = _one_cell_of_dates(cells, setting)
    tree, unsettled, notes = assembled(cells, setting)
    body = tree.pop("body", "" if any(column.key == "body" for column in present) and setting.own else None)
    file = tree.pop("file", None)
    if not isinstance(tree.get("title"), str):
        return None
    said = next(
        (said_in(cell, setting) for column, cell in cells.items() if column.key == "when"), str(tree.get("start", ""))
    )
    keys = frozenset(key for column in present for key in _keys_of(column))
    entry = Entry(
        place,
        tree,
        body if isinstance(body, str) else None,
        keys,
        _row(str(tree["title"]), said),
        str(file) if file else None,
        unsettled,
        notes,
    )
    return checked(replace(entry, month=read_when(said, setting.year).month), setting.register, date_doubted=bool(said))


def _keys_of(column: Column) -> tuple[str, ...]:
    """The front-matter keys that a column may fill."""
    further = {
        "when": ("start", "end", "repeat", "sessions"),
        "department": ("organiser",),
        "telephone": ("signup",),
        "contact": ("signup",),
    }
    return further.get(column.key, () if column.key in NOT_KEYS else (column.group,))


def _row(title: str, said: str) -> str:
    return value_digest([folded(title), folded(said)])


def _one_cell_of_dates(cells: Mapping[Column, Cell], setting: Setting) -> Mapping[Column, Cell]:
    """The cells with day and hours together where a table has them apart: 日期 | 开始 | 结束."""
    by_key = {column.key: column for column in cells if column.key in {"start", "end", "when"}}
    said = {key: as_text(cells[column]).strip() for key, column in by_key.items()}
    apart = said.get("when") or TIME_ALONE.fullmatch(said.get("end", ""))
    if setting.own or not apart or not (said.get("start") or said.get("end")):
        return cells
    hours = "~".join(one for one in (said.get("start"), said.get("end")) if one)
    when = next(column for column in columns() if column.key == "when")
    rest = {column: cell for column, cell in cells.items() if column.key not in by_key}
    return {when: " ".join(one for one in (said.get("when"), hours) if one), **rest}


def assembled(
    cells: Mapping[Column, Cell], setting: Setting
) -> tuple[dict[str, Tree], tuple[Text, ...], tuple[Text, ...]]:
    """The front matter that some cells say together, what is to settle, and what was assumed."""
    readings = {column: read_cell(cell, column.kind, setting) for column, cell in cells.items()}
    tree: dict[str, Tree] = {}
    for column in sorted(readings, key=_precedence):
        if readings[column].value is not None:
            _put(tree, column, readings[column].value, setting)
    unsettled = tuple(
        _of_column(column, message) for column, reading in readings.items() for message in reading.unsettled
    )
    notes = tuple(
        _of_column(column, message)
        for column, reading in readings.items()
        for message in reading.notes
        if column.key != "telephone"
    )
    return tree, unsettled, (*notes, *_taken_from_department(readings))


def _of_column(column: Column, message: Text) -> Text:
    return text("{column}: {message}", column=column.header, message=message)


def _precedence(column: Column) -> tuple[int, int]:
    """YAML of a whole comes before its parts, which may say it better; helpers that only fill gaps come last."""
    last = column.key in {"department", "telephone", "contact"}
    return (0 if column.kind is YAML and "." not in column.key else 2 if last else 1, columns().index(column))


def _put(tree: dict[str, Tree], column: Column, value: Tree, setting: Setting) -> None:
    """Adds what one cell says."""
    match column.key:
        case "when" if isinstance(value, dict):
            tree.update(value)
        case "department":
            tree.setdefault("organiser", value)
        case "telephone":
            _part(tree, "signup", "phone", value, keep=True)
        case "contact" if setting.contacts:
            _contact(tree, str(value))
        case "venue":
            _venue(tree, value)
        case "venue.address":
            _address(tree, str(value))
        case key if "." in key:
            _part(tree, column.group, key.partition(".")[2], value)
        case key if key != "contact":
            tree[key] = value


def _part(tree: dict[str, Tree], group: str, key: str, value: Tree, *, keep: bool = False) -> None:
    """Adds a part of a mapping; with `keep` only where there is none yet."""
    whole = tree.get(group)
    before = whole if isinstance(whole, dict) else {}
    tree[group] = {**before, key: value, **({key: before[key]} if keep and key in before else {})}


def _contact(tree: dict[str, Tree], name: str) -> None:
    signup = tree.get("signup")
    how = signup.get("how") if isinstance(signup, dict) else None
    _part(tree, "signup", "how", "；".join(part for part in (how, f"联系人：{name}") if isinstance(part, str)))


def _venue(tree: dict[str, Tree], value: Tree) -> None:
    """A place by its name; what else is known of it stays."""
    before = tree.get("venue")
    tree["venue"] = {**before, **value} if isinstance(value, dict) and isinstance(before, dict) else value


def _address(tree: dict[str, Tree], address: str) -> None:
    """The address of a place that has no file of its own: a registered venue knows its own."""
    venue = tree.get("venue")
    if isinstance(venue, dict):
        tree["venue"] = {**venue, "address": address}


def _taken_from_department(readings: Mapping[Column, Reading]) -> Iterator[Text]:
    told = {column.key for column, reading in readings.items() if reading.value}
    if "department" in told and "organiser" not in told:
        yield text("The department is taken as the organiser: the row names none.")


def show_row(tree: Mapping[str, Tree], body: str, file: str, register: Register) -> dict[Column, Cell]:
    """The cells of an event; reading them gives the same tree, body and file."""
    setting = Setting(register, own=True)
    cells: dict[Column, Cell] = {}
    for group, value in {**tree, "body": body or None, "file": file}.items():
        if value is not None:
            cells |= next(shown for shown in _ways(group, value, register) if _reads_back(shown, group, value, setting))
    return cells


def _ways(group: str, value: Tree, register: Register) -> Iterator[dict[Column, Cell]]:
    """How a value may be shown, the friendliest way first; the last one holds whatever it is."""
    own = [column for column in exported() if column.group == group]
    whole = next((column for column in own if column.kind is YAML), None)
    friendly = dict(_parts(own, value, register))
    yield friendly
    if whole:
        yield {**friendly, whole: YAML.show(value, register)}
        yield {whole: YAML.show(value, register)}
    yield {whole or own[0]: exact(value)}


def _parts(own: list[Column], value: Tree, register: Register) -> Iterator[tuple[Column, Cell]]:
    """The cells for people: a whole, or the parts of it that have columns; of a registered venue its address too."""
    for column in own:
        part = column.key.partition(".")[2]
        if part and isinstance(value, dict) and value.get(part) is not None:
            yield column, column.kind.show(value[part], register)
        elif column.key == "venue.address" and isinstance(value, str):
            yield column, register.addresses.get(value)
        elif not part and (column.kind is not YAML or own == [column]):
            yield column, column.kind.show(value, register)


def _reads_back(shown: Mapping[Column, Cell], group: str, value: Tree, setting: Setting) -> bool:
    if any(isinstance(cell, str) and LOST.search(cell) for cell in shown.values()):
        return False
    tree, unsettled, _ = assembled(shown, setting)
    return tree == {group: value} and not unsettled
