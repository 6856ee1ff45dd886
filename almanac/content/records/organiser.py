"""An organiser: a department, association or district that holds events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from almanac.content.fields import Field, Ignored, Keys, Line, Refers, Url, When
from almanac.content.records import RecordKind


@dataclass(frozen=True, kw_only=True)
class OrganiserFields:
    """The front matter of `content/organisers/<key>.md`."""

    name: Annotated[Line, Field("Name", "The short name that people use.", "市科协")]
    full_name: Annotated[Line | None, Field("Full name", "As on the official seal.", "常州市科学技术协会")] = None
    aliases: Annotated[Keys, Field("Other names", "What people type when they look for it.", ["科协"])] = ()
    kind: Annotated[
        Literal["lead", "party", "government", "mass", "media", "district", "other"],
        Field("Kind", "Groups the list of organisers.", "mass"),
    ] = "other"
    district: Annotated[
        Line | None, Refers("districts"), Field("District", "Only for an organiser of one district.", "tianning")
    ] = None
    address: Annotated[Line | None, Field("Address", "Street and number.", "大庙弄32号")] = None
    phone: Annotated[Line | None, Field("Telephone", "A landline.", "0519-86619627")] = None
    url: Annotated[Url | None, Field("Website", "Its own site.", "https://example.org/")] = None
    order: Annotated[int, Field("Order", "Place in lists.", 26)] = 1000
    summary: Annotated[Line | None, Field("Summary", "One sentence.", "联系广大科技工作者，牵头全民科学素质工作")] = (
        None
    )
    sample: Annotated[bool, Field("Sample", "true marks it as made up.", False)] = False
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("organisers", OrganiserFields)
