"""A page of plain text, such as /about/."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from almanac.content.fields import Alias, Field, Ignored, Line, OneOrMore, When
from almanac.content.records import RecordKind


@dataclass(frozen=True, kw_only=True)
class PageFields:
    """The front matter of `content/pages/<key>.md`; the key is the page's address."""

    title: Annotated[Line, Field("Title", "The page's heading.", "关于本站")]
    summary: Annotated[Line | None, Field("Summary", "One sentence.", "这是什么，由谁维护")] = None
    menu: Annotated[Literal["header", "footer", "none"], Field("Menu", "Where it is linked.", "footer")] = "footer"
    order: Annotated[int, Field("Order", "Place in the menu.", 1)] = 1000
    aliases: Annotated[tuple[Alias, ...], OneOrMore, Field("Old addresses", "They lead here.", ["/about-us/"])] = ()
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("pages", PageFields)
