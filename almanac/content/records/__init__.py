"""The kinds of record. Each module declares one as `KIND`: a folder of `content/` and the front matter of its files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

import msgspec

from almanac.content.fences import CutText

FieldsT_co = TypeVar("FieldsT_co", covariant=True)


class RecordKind(msgspec.Struct, frozen=True):
    """A kind of record: its folder of `content/`, and the dataclass that declares its front matter.

    If it is `translated`, the name of a file may end in a language: `about.en.md`.
    """

    folder: str
    fields: type
    translated: bool = False


class Record(msgspec.Struct, Generic[FieldsT_co], frozen=True):
    """One Markdown file: `fields` is its front matter, `body` the Markdown after it, `body_line` the body's first line.

    `cut` are comments that were perhaps meant as text.
    """

    path: str
    key: str
    fields: FieldsT_co
    body: str = ""
    body_line: int = 0
    cut: tuple[CutText, ...] = ()


@cache
def kinds() -> Mapping[str, RecordKind]:
    """Every kind by its folder, in alphabetical order of the modules."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {module.KIND.folder: module.KIND for module in modules}


AnyRecord = Record[Any]
