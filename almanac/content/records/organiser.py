"""An organiser: a department, association or district that holds events."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from almanac.content.fields import Field, Ignored, Keys, Line, OneOrMore, Reads, Refers, Url, When
from almanac.content.records import RecordKind
from almanac.core.problems import Unreadable, text

ACCOUNT = re.compile(r"[A-Za-z0-9][\w.+-]*([@/][\w.-]+)*", re.ASCII)


def _read_account(value: Any) -> Any:
    """An account or a team of a code platform, or a mail address, without the `@` before it that YAML cannot read."""
    if not isinstance(value, str):
        return value
    if not ACCOUNT.fullmatch(value.removeprefix("@")):
        raise Unreadable(
            text("“{value}” is not an account of a code platform.", value=value),
            text("Write the account (kexie), the team (city/kexie) or the mail address that the platform knows."),
        )
    return value.removeprefix("@")


Account: TypeAlias = Annotated[
    str, Reads(_read_account, {"type": "string", "pattern": f"^@?{ACCOUNT.pattern}$"}, "account")
]


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
    accounts: Annotated[
        tuple[Account, ...],
        OneOrMore,
        Field("Accounts", "Who reviews its events on the code platform: accounts or teams.", ["kexie"], public=False),
    ] = ()
    sample: Annotated[bool, Field("Sample", "true marks it as made up.", False)] = False
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("organisers", OrganiserFields)
