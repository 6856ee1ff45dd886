"""JSON that is harmless where a server calls it HTML by mistake, as some storage services do."""

from __future__ import annotations

import msgspec


def as_json(value: object) -> bytes:
    """The value as JSON without `<`, which stands in strings only and can be written as a code."""
    return msgspec.json.encode(value).replace(b"<", b"\\u003c")
