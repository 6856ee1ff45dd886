"""The unknown names of a whole file: one question for all rows that write the same name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from almanac.core.problems import Text
from almanac.exchange.cell_types import UNKNOWN_NAME
from almanac.exchange.columns import column_of
from almanac.exchange.incoming import IncomingEvent
from almanac.exchange.registries import Registries, suggestion


class UnknownName(msgspec.Struct, frozen=True):
    """A name that is not registered: the header of its column, its registry, its rows, and what may be meant."""

    header: str
    folder: str
    name: str
    rows: int
    suggestion: str | None


def unknown_names(events: Iterable[IncomingEvent], registries: Registries) -> list[UnknownName]:
    """The unknown names of all events, the most frequent first."""
    found = Counter(one for event in events for question in event.questions if (one := unknown_name(question)))
    return [
        UnknownName(header, folder, name, rows, suggestion(registries.of(folder), name))
        for (header, folder, name), rows in found.most_common()
    ]


def unknown_name(question: Text) -> tuple[str, str, str] | None:
    """The header, the registry and the name of a question about an unknown name; None for any other question."""
    inner = question.values.get("message")
    header = str(question.values.get("column", ""))
    column = column_of(header)
    if not isinstance(inner, Text) or inner.message != UNKNOWN_NAME.message or column is None:
        return None
    return header, column.type.folder, str(inner.values["name"])
