"""The kinds of record. One file = one folder of `content/`: each module declares `KIND`, its folder and its fields."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

import msgspec

FieldsT_co = TypeVar("FieldsT_co", covariant=True)


class Kind(msgspec.Struct, frozen=True):
    """A kind of record: the folder of `content/` that holds it, and the dataclass that declares its front matter."""

    folder: str
    fields: type


class Record(msgspec.Struct, Generic[FieldsT_co], frozen=True):
    """What one Markdown file says: `fields` from its front matter, `body` the Markdown after it (`body_line`: its first line)."""

    path: str
    key: str
    fields: FieldsT_co
    body: str = ""
    body_line: int = 0


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its folder, in the order of the modules' names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {module.KIND.folder: module.KIND for module in modules}


AnyRecord = Record[Any]
