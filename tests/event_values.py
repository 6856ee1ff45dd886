"""Hypothesis strategies for every value that the file of an event may have."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from hypothesis import strategies as st

from almanac.advice import advisers
from almanac.content.front_matter_text import moment_text
from almanac.content.frontmatter import Document, Tree
from almanac.content.names import is_text, registry_of
from almanac.content.occurrences import Impossible, dates
from almanac.content.parse import validate
from almanac.content.records.event import EventFields
from almanac.content.references import Reference
from almanac.content.values import FILLERS
from almanac.exchange.registries import Registries

REGISTRIES = Registries(
    {
        "organisers": registry_of(
            {
                "kexie": ("市科协", "小城科学技术协会", "科协"),
                "twin-a": ("双胞胎",),
                "twin-b": ("双胞胎",),
                "odd": ("甲、乙单位",),
            }
        ),
        "themes": registry_of({"sky": ("气象",), "water": ("水",), "ai": ("AI/人工智能", "人工智能")}),
        "forms": registry_of({"lecture": ("讲座",), "tour": ("参观",)}),
        "programmes": registry_of({"lectures": ("小城讲坛",), "yaml": ("yaml: x",)}),
        "venues": registry_of({"library": ("小城图书馆",), "museum": ("=博物馆",)}),
        "districts": registry_of({"east": ("东区",), "west": ("西区",)}),
        "audiences": registry_of({"youth": ("青少年",), "public": ("公众",)}),
    },
    addresses={"library": "东街1号"},
)
ODD = [
    "=1+1",
    "'=x",
    "@here",
    "+86",
    "-",
    "yaml: [",
    "no",
    "null",
    "~",
    "12:00",
    "2027-03-01",
    "a: b",
    "a #b",
    "“引号”",
    '"',
    "'",
    "\\",
    "_x0041_",
    "1.0",
    "是",
]
LETTERS = st.characters(
    codec="utf-8",
    exclude_categories=["Cc", "Cs", "Co", "Cn"],
    exclude_characters="\u202a\u202b\u202d\u202e\u2066\u2067\u2068",
)
LINES = (
    (st.text(LETTERS, min_size=1, max_size=12) | st.sampled_from(ODD))
    .map(lambda line: " ".join(line.split()))
    .filter(lambda line: any(unicodedata.category(one)[0] in "LNPS" and one not in FILLERS for one in line))
)
DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31)).map(moment_text)
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2100, 12, 31)).map(
    lambda moment: moment_text(moment.replace(microsecond=0))
)
WHENS = DAYS | MOMENTS
URLS = st.sampled_from(["https://example.org/", "http://例.example/甲?a=1&b=2#c", "https://example.org/'=x"])
NUMBERS = st.integers(-5, 10**7).map(str)
FLAGS = st.sampled_from(["true", "false"])
IDS = st.from_regex(r"[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff-]{0,10}", fullmatch=True)


def keys(folder: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(REGISTRIES.of(folder).shown))


OTHER_CO_ORGANISERS = LINES.filter(
    lambda name: is_text(Reference((), "organisers", name, or_text=True), REGISTRIES.of("organisers"))
)


def some(entries: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.lists(entries, max_size=3, unique_by=str).map(list)


def mapping(
    required: dict[str, st.SearchStrategy[Tree]], optional: dict[str, st.SearchStrategy[Tree]]
) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries(required, optional=optional).map(dict)


CRS = st.sampled_from(["wgs84", "gcj02"])
COORDINATES: st.SearchStrategy[Tree] = st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(
    lambda pair: [repr(pair[0]), repr(pair[1])]
)
PLACES = mapping(
    {"name": LINES}, {"address": LINES, "district": keys("districts"), "coordinates": COORDINATES, "crs": CRS}
)
STATUSES = st.sampled_from(["scheduled", "cancelled", "postponed", "moved", "full"])
SIGNUPS = mapping(
    {}, {"url": URLS, "phone": LINES, "how": LINES, "opens": WHENS, "deadline": WHENS, "capacity": NUMBERS}
)
SPEAKERS = mapping({"name": LINES}, {"title": LINES, "organisation": LINES, "bio": LINES})
SESSIONS = mapping(
    {"id": IDS, "start": WHENS},
    {"end": WHENS, "status": STATUSES, "venue": keys("venues"), "capacity": NUMBERS, "note": LINES},
)
OVERRIDES = mapping({}, {"start": WHENS, "end": WHENS, "status": STATUSES, "venue": keys("venues"), "note": LINES})
ASSETS = st.sampled_from(["images/ai.jpg", "files/报名表 (1).pdf"])
OPTIONAL: dict[str, st.SearchStrategy[Tree]] = {
    "start": WHENS,
    "end": WHENS,
    "programme": keys("programmes"),
    "theme": some(keys("themes")),
    "form": keys("forms"),
    "ages": st.sampled_from(["6-12", "6+", "0-3"]),
    "organiser": some(keys("organisers")),
    "co_organiser": some(keys("organisers") | OTHER_CO_ORGANISERS),
    "venue": keys("venues") | PLACES,
    "district": keys("districts"),
    "audience": some(keys("audiences")),
    "level": st.sampled_from(["city", "key", "regular"]),
    "status": STATUSES,
    "status_note": LINES,
    "fee": LINES,
    "online": URLS,
    "language": LINES,
    "signup": SIGNUPS,
    "speakers": some(SPEAKERS),
    "sessions": some(SESSIONS),
    "repeat": LINES | st.just("FREQ=WEEKLY;BYDAY=SA;UNTIL=20270508"),
    "except": some(DAYS),
    "overrides": st.dictionaries(DAYS, OVERRIDES, max_size=2).map(dict),
    "url": URLS,
    "summary": LINES,
    "cover": ASSETS.filter(lambda path: path.startswith("images/")),
    "cover_alt": LINES,
    "attachments": some(mapping({"title": LINES, "url": URLS | ASSETS}, {})),
    "tags": some(LINES),
    "id": IDS,
    "aliases": some(IDS.map(lambda name: f"/events/{name}/")),
    "updated": WHENS,
    "draft": FLAGS,
    "sample": FLAGS,
    "result": mapping({"held": FLAGS}, {"participants": NUMBERS, "note": LINES}),
    "ignore": st.dictionaries(st.sampled_from(sorted(advisers())), LINES, max_size=2).map(dict),
    "imported": mapping({"source": LINES, "row": LINES}, {"cells": st.dictionaries(IDS, LINES, max_size=2).map(dict)}),
}
LONG = st.just("长").map(lambda sign: sign * 40_000)  # longer than the cell of a workbook
BODIES = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60) | LONG
BODIES |= st.sampled_from(["", "\n", "  缩进\n", "=1\n", "yaml: x", "　　全角缩进。\n\n## 标题\n"])


def fields_of(tree: dict[str, Tree]) -> EventFields:
    """The declared values of a valid tree."""
    found = validate(EventFields, Document(tree, {}, "", 0), "")
    assert isinstance(found, EventFields), found
    return found


def valid_event(tree: Tree) -> EventFields:
    """The event of a tree. An event with impossible dates is a draft, since `check` accepts it only so."""
    assert isinstance(tree, dict)
    fields = fields_of(tree)
    try:
        dates(fields)
    except Impossible:
        return fields_of({**tree, "draft": "true"})
    return fields


EVENTS = mapping({"title": LINES}, OPTIONAL).map(valid_event)
