"""Ids: the part of an address that names a record, and addresses of earlier days."""

from __future__ import annotations

import re

from almanac.core.problems import Text, Unreadable, text

ID_LETTERS = r"a-z0-9\u4e00-\u9fff"
ID = re.compile(rf"[{ID_LETTERS}][{ID_LETTERS}._-]*")
LONGEST_ID = 120  # characters
ID_HINT = text("Use lower-case letters, digits and hyphens, such as 2026-12-05-meeting-ai.")


def id_problem(value: str) -> Text | None:
    """Why `value` cannot be part of an address, or nothing where it can. At most 120 characters, no `..`, no slash."""
    if ID.fullmatch(value) and ".." not in value and not value.endswith(".") and len(value) <= LONGEST_ID:
        return None
    return text("“{value}” cannot be part of an address.", value=value[:LONGEST_ID])


def suggested_id(value: str) -> str:
    """The id nearest to a name: lower case, with a hyphen for whatever has no place in an address; "" if nothing fits.

    `2026-12-05 科普（一）` becomes `2026-12-05-科普-一`.
    """
    words = (word.strip("._-") for word in re.split(rf"[^{ID_LETTERS}._-]+|\.{{2,}}", value.lower()))
    suggested = "-".join(filter(None, words))[:LONGEST_ID].strip("._-")
    return "" if id_problem(suggested) else suggested


def read_id(value: object) -> object:
    """What a record is called in its address."""
    if isinstance(value, str) and (problem := id_problem(value)):
        raise Unreadable(problem, ID_HINT)
    return value


def read_alias(value: object) -> object:
    """An address that a page had earlier, as `/events/old-name/`."""
    segments = value.strip("/").split("/") if isinstance(value, str) else []
    if not segments or any(id_problem(segment) for segment in segments):
        raise Unreadable(
            text("“{value}” is not an old address of this site.", value=value),
            text("Write the path alone, such as /events/old-name/."),
        )
    return f"/{'/'.join(segments)}/"
