"""A page of plain text, such as /about/."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from almanac.content.fields import Alias, Field, Identifier, Ignored, Line, OneOrMore, When
from almanac.content.records import RecordKind


@dataclass(frozen=True, kw_only=True)
class PageFields:
    """The front matter of `content/pages/<key>.md`; the key is the page's address, and `index` is the first page.

    `<key>.en.md` is the same page in English.
    """

    title: Annotated[Line, Field("Title", "The page's heading.", "关于本站")]
    summary: Annotated[Line | None, Field("Summary", "One sentence.", "这是什么，由谁维护")] = None
    menu: Annotated[Literal["header", "footer", "none"], Field("Menu", "Where it is linked.", "footer")] = "footer"
    order: Annotated[int, Field("Order", "Place in the menu, and among the pages of one parent.", 1)] = 1000
    parent: Annotated[
        Identifier | None,
        Field("Parent", "The key of the page above this one: pages with a parent make a tree.", "about"),
    ] = None
    aliases: Annotated[tuple[Alias, ...], OneOrMore, Field("Old addresses", "They lead here.", ["/about-us/"])] = ()
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("pages", PageFields, translated=True)
