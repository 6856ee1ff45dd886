"""Reads a row of cells into an incoming event, and writes an event as cells of the same columns.

Writing is lossless: each group of cells is read back, and if that gives another value, the value is written as YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import msgspec
from msgspec.structs import replace

from almanac.content.frontmatter import Tree
from almanac.content.names import folded
from almanac.core.problems import Text, text
from almanac.exchange.cell_types import ONLINE_PLACE, YAML
from almanac.exchange.cells import Cell, CellContext, FlawedCell, ParsedValue, cell_text, exact, public_text, read_cell
from almanac.exchange.chinese_dates import read_date_text
from almanac.exchange.columns import Column, columns, exported_columns
from almanac.exchange.incoming import IncomingEvent, checked, value_digest
from almanac.exchange.registries import Registries
from almanac.exchange.table_rows import TableRow

# Characters that XML or CSV would lose or change: controls, lone returns, line separators, and text that looks like
# Excel's code of a character (_x000D_).
LOST = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
TIME_ALONE = re.compile(r"\s*(上午|下午|晚上?|中午)?\s*\d{1,2}\s*([:：]\d{2}(:\d{2})?|[点时](\d{1,2}分?|半)?)\s*")
DATE_KEYS = ("start", "end", "repeat", "sessions")
KEYS_OF: Mapping[str, tuple[str, ...]] = {  # the front-matter keys of columns that are named otherwise
    "when": DATE_KEYS,
    "department": ("organiser",),
    "remark": ("status", "status_note"),
    "telephone": ("signup",),
    "contact": ("signup",),
    **dict.fromkeys(("body", "file", "private", "all_day"), ()),
}
STATUS_WORDS = {"cancelled": "取消", "postponed": "延期", "full": "满"}
STATUS_IN_TITLE = re.compile(r"\s*[（(【\[]\s*(已?取消|已?延期(?:举办)?|名额已满|已满)\s*[)）】\]]")
HOURS_ALONE = re.compile(rf"{TIME_ALONE.pattern}(?:[-—–~至到]+{TIME_ALONE.pattern})?")
FALLBACKS = frozenset({"department", "telephone", "contact", "remark"})  # columns that only fill gaps


class RowValues(msgspec.Struct, frozen=True):
    """The front matter of a row, its questions and its notes."""

    tree: dict[str, Tree]
    questions: tuple[Text, ...]
    notes: tuple[Text, ...]


def read_row(row: TableRow, present: Iterable[Column], context: CellContext) -> IncomingEvent | None:
    """The event of a row; None if the row has no title. `present` are the columns of the whole table."""
    present = tuple(present)
    if not any(column.key == "file" and cell_text(cell).strip() for column, cell in row.cells.items()):
        context = replace(context, own=False)  # a row that was added to an export is read like any other table
    cells = _joined_dates(row.cells, context)
    found = read_cells(cells, context)
    tree = dict(found.tree)
    has_body = any(column.key == "body" for column in present)
    body = tree.pop("body", "" if has_body and context.own else None)
    file = tree.pop("file", None)
    if not isinstance(tree.get("title"), str):
        return None
    date_text = next(
        (public_text(cell, context) for column, cell in cells.items() if column.key == "when"),
        str(tree.get("start", "")),
    )
    event = IncomingEvent(
        row.number,
        tree,
        body if isinstance(body, str) else None,
        frozenset(key for column in present for key in _keys_of(column)),
        _source_key(tree, date_text),
        str(file) if file else None,
        (*row.questions, *found.questions),
        (*row.notes, *found.notes),
        read_date_text(date_text, context.year).month,
        row_count=row.count,
    )
    dated = any(column.key == "when" or column.group in DATE_KEYS for column in present)
    return checked(event, context.registries, date_doubted=bool(date_text), dated=dated or not event.file)


def _source_key(tree: Mapping[str, Tree], date_text: str) -> str:
    """A digest of the title and the dates. Readable dates count by their value, not by their spelling."""
    dates: dict[str, Tree] = {key: tree[key] for key in DATE_KEYS if key in tree}
    return value_digest([folded(str(tree["title"])), dates or folded(date_text)])


def _keys_of(column: Column) -> tuple[str, ...]:
    """The front-matter keys that a column may fill."""
    return KEYS_OF.get(column.key, (column.group,))


def _joined_dates(cells: Mapping[Column, Cell], context: CellContext) -> Mapping[Column, Cell]:
    """The cells with day and hours in one cell, if a table has them in columns of their own: 日期, 开始, 结束."""
    by_key = {column.key: column for column in cells if column.key in {"start", "end", "when"}}
    if any(isinstance(cells[column], FlawedCell) for column in by_key.values()):
        return cells
    texts = {key: cell_text(cells[column]).strip() for key, column in by_key.items()}
    apart = texts.get("when") or TIME_ALONE.fullmatch(texts.get("end", ""))
    if context.own or not apart or not (texts.get("start") or texts.get("end")):
        return cells
    bounds = "~".join(one for one in (texts.get("start"), texts.get("end")) if one)
    texts_in_order = (
        (bounds, texts.get("when")) if HOURS_ALONE.fullmatch(texts.get("when", "")) else (texts.get("when"), bounds)
    )
    when = next(column for column in columns() if column.key == "when")
    rest = {column: cell for column, cell in cells.items() if column.key not in by_key}
    return {when: " ".join(one for one in texts_in_order if one), **rest}


def read_cells(cells: Mapping[Column, Cell], context: CellContext) -> RowValues:
    """The front matter of some cells of one row, with `body` and `file` among its keys."""
    parsed = {column: read_cell(cell, column.type, context) for column, cell in cells.items()}
    tree: dict[str, Tree] = {}
    for column in sorted(parsed, key=_precedence):
        if parsed[column].value is not None:
            _add(tree, column, parsed[column].value, context)
    _conclude_held(tree)
    if not context.own:
        _move_status_from_title(tree)
        _make_all_day(tree)
    questions = tuple(
        _of_column(column, message)
        for column, value in parsed.items()
        for message in value.questions
        if message.message != ONLINE_PLACE.message or "online" not in tree
    )
    notes = tuple(
        _of_column(column, message)
        for column, value in parsed.items()
        for message in value.notes
        if column.key != "telephone"  # it is expected to hold mobile numbers, and a remark on the table says so
    )
    return RowValues(tree, questions, (*notes, *_department_notes(parsed)))


def _conclude_held(tree: dict[str, Tree]) -> None:
    """A number of participants says that the event was held, if the row does not say so itself."""
    result = tree.get("result")
    if isinstance(result, dict) and "held" not in result and result.get("participants") not in {None, "0"}:
        tree["result"] = {"held": "true", **result}


def _make_all_day(tree: dict[str, Tree]) -> None:
    """Applies the column 全天: removes the hours. Outlook writes the midnight after the last day as the end."""
    if tree.pop("all_day", None) != "true" or "start" not in tree:
        return
    start, end = str(tree["start"]), str(tree.get("end", tree["start"]))
    last = date.fromisoformat(end[:10]) - timedelta(days=int(end.endswith(" 00:00") and end > start))
    days: dict[str, Tree] = {"start": start[:10], **({"end": f"{last}"} if f"{last}" > start[:10] else {})}
    tree.pop("end", None)
    tree.update(days)


def _move_status_from_title(tree: dict[str, Tree]) -> None:
    """Reads a status that is written behind the title: 讲座（已取消）."""
    title = tree.get("title")
    if isinstance(title, str) and (found := STATUS_IN_TITLE.search(title)):
        tree["title"] = " ".join(STATUS_IN_TITLE.sub("", title).split()) or title
        tree.setdefault("status", next(status for status, word in STATUS_WORDS.items() if word in found[1]))


def _of_column(column: Column, message: Text) -> Text:
    return text("{column}: {message}", column=column.header, message=message)


def _precedence(column: Column) -> tuple[int, int]:
    """YAML of a whole value comes first, since other cells may correct its parts; fallbacks come last."""
    whole = column.type is YAML and "." not in column.key
    return (0 if whole else 2 if column.key in FALLBACKS else 1, columns().index(column))


def _add(tree: dict[str, Tree], column: Column, value: Tree, context: CellContext) -> None:
    """Adds the value of one cell."""
    match column.key:
        case "when" | "remark" if isinstance(value, dict):
            is_known = column.key == "remark" and "status" in tree  # the column of the status says more
            tree.update({} if is_known else value)
        case "department":
            tree.setdefault("organiser", value)
        case "telephone":
            _add_part(tree, "signup", "phone", value, keep=True)
        case "contact" if context.contacts:
            _add_contact(tree, str(value))
        case "venue":
            _add_venue(tree, value)
        case "venue.address":
            _add_address(tree, str(value))
        case key if "." in key:
            _add_part(tree, column.group, key.partition(".")[2], value)
        case key if key not in {"contact", "private"}:
            tree[key] = value


def _add_part(tree: dict[str, Tree], group: str, key: str, value: Tree, *, keep: bool = False) -> None:
    """Adds a part of a mapping; with `keep`, a part that is there stays."""
    whole = tree.get(group)
    before = whole if isinstance(whole, dict) else {}
    tree[group] = {**before, key: value, **({key: before[key]} if keep and key in before else {})}


def _add_contact(tree: dict[str, Tree], name: str) -> None:
    signup = tree.get("signup")
    how = signup.get("how") if isinstance(signup, dict) else None
    _add_part(tree, "signup", "how", "；".join(part for part in (how, f"联系人：{name}") if isinstance(part, str)))


def _add_venue(tree: dict[str, Tree], value: Tree) -> None:
    """Adds a place by its name; parts that another cell gave stay."""
    before = tree.get("venue")
    tree["venue"] = {**before, **value} if isinstance(value, dict) and isinstance(before, dict) else value


def _add_address(tree: dict[str, Tree], address: str) -> None:
    """Adds the address of a place, unless it is a registered venue, which has its own."""
    venue = tree.get("venue")
    if isinstance(venue, dict):
        tree["venue"] = {**venue, "address": address}


def _department_notes(parsed: Mapping[Column, ParsedValue]) -> Iterator[Text]:
    filled = {column.key for column, value in parsed.items() if value.value}
    if "department" in filled and "organiser" not in filled:
        yield text("The department is taken as the organiser: the row names none.")


def cells_of_event(tree: Mapping[str, Tree], body: str, file: str, registries: Registries) -> dict[Column, Cell]:
    """The cells of an event. Reading them gives the same tree, body and file."""
    context = CellContext(registries, own=True)
    cells: dict[Column, Cell] = {}
    for group, value in {**tree, "body": body or None, "file": file}.items():
        if value is not None:
            ways = _ways_to_show(group, value, registries)
            cells |= next(shown for shown in ways if _reads_back(shown, group, value, context))
    return cells


def _ways_to_show(group: str, value: Tree, registries: Registries) -> Iterator[dict[Column, Cell]]:
    """The cells that may show the value of a front-matter key, the most readable first; the last are always exact."""
    own = [column for column in exported_columns() if column.group == group]
    whole = next((column for column in own if column.type is YAML), None)
    readable = dict(_readable_cells(own, value, registries))
    yield readable
    if whole:
        yield {**readable, whole: YAML.show(value, registries)}
        yield {whole: YAML.show(value, registries)}
    yield {whole or own[0]: exact(value)}


def _readable_cells(own: list[Column], value: Tree, registries: Registries) -> Iterator[tuple[Column, Cell]]:
    """The cells of a value, or of those of its parts that have columns. A registered venue shows its address too."""
    for column in own:
        part = column.key.partition(".")[2]
        if part and isinstance(value, dict) and value.get(part) is not None:
            yield column, column.type.show(value[part], registries)
        elif column.key == "venue.address" and isinstance(value, str):
            yield column, registries.addresses.get(value)
        elif not part and (column.type is not YAML or own == [column]):
            yield column, column.type.show(value, registries)


def _reads_back(shown: Mapping[Column, Cell], group: str, value: Tree, context: CellContext) -> bool:
    if any(isinstance(cell, str) and LOST.search(cell) for cell in shown.values()):
        return False
    found = read_cells(shown, context)
    return found.tree == {group: value} and not found.questions
