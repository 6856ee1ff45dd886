"""`config.yaml`: the settings of a site. Unknown keys are problems."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from almanac.content.fields import (
    Bounds,
    ByShape,
    Day,
    Field,
    Identifier,
    Keys,
    Line,
    OneOrMore,
    Reads,
    Url,
    WrittenOutline,
)
from almanac.core.messages import DEFAULT_LANGUAGE, LANGUAGES
from almanac.core.problems import Unreadable, text
from almanac.core.web_addresses import uri

CONFIG = "config.yaml"
MOST_MONTHS = 60  # before or after the present one, in a feed
TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")  # BCP 47: a language, perhaps with a script and a country


def _read_language(value: object) -> object:
    """A tag of BCP 47. Whether the site has messages in the language is known with its theme, in `checked_theme`."""
    if not isinstance(value, str) or not TAG.fullmatch(value):
        raise Unreadable(
            text("“{value}” is not a language.", value=value),
            text("Write a tag such as {names}.", names=", ".join(LANGUAGES)),
        )
    return value


def _read_zone(value: object) -> object:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable(
            text("“{value}” is not a time zone.", value=value), text("Write an IANA name such as Asia/Shanghai.")
        ) from None
    return value


def _read_base_url(value: object) -> object:
    if not isinstance(value, str) or urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
        raise Unreadable(
            text("“{value}” is not a web address.", value=value),
            text("Write a whole address such as https://example.org/ or https://example.org/kepu/."),
        )
    parts = urlsplit(value)
    if parts.query or parts.fragment:
        raise Unreadable(
            text("“{value}” is not a web address.", value=value), text("Leave out what follows “?” or “#”.")
        )
    return uri(f"{parts.scheme}://{parts.netloc}/{parts.path.strip('/')}".rstrip("/") + "/")


def _read_months(value: object) -> object:
    if isinstance(value, int | str) and str(value).lstrip("-").isdigit() and not 0 <= int(value) <= MOST_MONTHS:
        raise Unreadable(
            text("{value} months are out of range.", value=value),
            text("Write a number from 0 to {most}.", most=MOST_MONTHS),
        )
    return value


@dataclass(frozen=True, kw_only=True)
class Named:
    """A name with the other words that people write for the same thing."""

    name: Annotated[Line, Field("Name", "The name to show.", "青少年")]
    aliases: Annotated[
        Keys, Field("Other names", "Words that mean the same in files and tables.", ["中小学生", "少年儿童"])
    ] = ()


NameList: TypeAlias = dict[Identifier, Annotated[str | Named, ByShape(Line, Named)]]


def names_in(listed: NameList) -> dict[str, tuple[str, ...]]:
    """All names of each key, the name to show first."""
    return {key: (one.name, *one.aliases) if isinstance(one, Named) else (one,) for key, one in listed.items()}


@dataclass(frozen=True, kw_only=True)
class Feeds:
    """How feeds are made."""

    uid_host: Annotated[
        Line | None,
        Field(
            "Host in UIDs",
            "By default the host of base_url; set it before the site moves, so that subscribers keep their events.",
            "kepu.example.org",
        ),
    ] = None
    cancelled_in_feeds: Annotated[
        Literal["status", "notice"],
        Field(
            "Cancelled events",
            "status: as cancelled, which Google hides; notice: as events with 【已取消】 in the title.",
            "status",
        ),
    ] = "status"
    pairs: Annotated[
        bool, Field("Pairs", "Whether pairs such as a district and a theme have feeds of their own.", True)
    ] = True
    months_back: Annotated[
        int, Reads(_read_months), Field("Months back", "Whole months before this one that a feed holds.", 1)
    ] = 1
    months_ahead: Annotated[
        int, Reads(_read_months), Field("Months ahead", "Whole months after this one that a feed holds.", 12)
    ] = 12


LEAST_TEXT, MOST_TEXT = 32, 960  # KB: a file may have 1 MB
MOST_SECONDS = 60


def _number_between(least: int, most: int) -> Reads:
    def read(value: object) -> object:
        if isinstance(value, int | str) and str(value).lstrip("-").isdecimal() and not least <= int(value) <= most:
            hint = text("Write a number from {least} to {most}.", least=least, most=most)
            raise Unreadable(text("{value} is out of range.", value=value), hint)
        return value

    return Reads(read)


@dataclass(frozen=True, kw_only=True)
class Bodies:
    """How much work the text of one file may make."""

    seconds: Annotated[
        int,
        _number_between(1, MOST_SECONDS),
        Field("Seconds", "Processor time to turn one text into HTML; one that needs more is a problem.", 2),
    ] = 2
    kilobytes: Annotated[
        int, _number_between(LEAST_TEXT, MOST_TEXT), Field("Size", "The longest text of one file, in KB.", 256)
    ] = 256


@dataclass(frozen=True, kw_only=True)
class Themes:
    """How far templates are trusted."""

    sandbox: Annotated[
        bool,
        Field("Sandbox", "true: templates cannot reach Python; for a site theme from elsewhere.", True),
    ] = False


@dataclass(frozen=True, kw_only=True)
class OpenData:
    """What whoever uses the open data must know."""

    licence: Annotated[Line | None, Field("Licence", "What the open data may be used for.", "CC BY 4.0")] = None
    licence_url: Annotated[
        Url | None,
        Field("Text of the licence", "Its address.", "https://creativecommons.org/licenses/by/4.0/"),
    ] = None
    publisher: Annotated[Line | None, Field("Publisher", "Who is to be named as the source.", "常州市科学技术协会")] = (
        None
    )


def _read_source(value: object) -> object:
    if not isinstance(value, str):
        return value
    is_url = urlsplit(value).scheme == "https" and bool(urlsplit(value).hostname)
    if not is_url and (":" in value or not value.endswith(".json")):
        raise Unreadable(
            text("“{value}” is no source of events.", value=value),
            text("Write the address of open data, https://…/data/events.json, or a .json file beside config.yaml."),
        )
    return value


@dataclass(frozen=True, kw_only=True)
class OtherSite:
    """Another Almanac site whose events this site lists too."""

    name: Annotated[Line, Field("Name", "What its events are marked with.", "南京市")]
    url: Annotated[
        str,
        Reads(_read_source),
        Field("Link", "Its open data, or a copy of it in a file.", "https://kepu.nanjing.example/data/events.json"),
    ]
    district: Annotated[
        Line | None, Field("District", "The key of the district of all its events, in `districts`.", "nanjing")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Footer:
    """What a public site of a city shows at its foot; everything is optional."""

    host: Annotated[Line | None, Field("Host", "Who runs the site.", "常州市全民科学素质工作领导小组办公室")] = None
    undertaker: Annotated[Line | None, Field("Undertaker", "Who keeps it.", "常州市科学技术协会")] = None
    address: Annotated[Line | None, Field("Address", "Street and number.", "大庙弄32号")] = None
    phone: Annotated[Line | None, Field("Telephone", "A landline.", "0519-86619627")] = None
    icp: Annotated[Line | None, Field("ICP number", "Number of the ICP record.", "苏ICP备00000000号")] = None
    police: Annotated[
        Line | None, Field("Police number", "Number of the public-security record.", "苏公网安备 00000000000000号")
    ] = None
    site_code: Annotated[Line | None, Field("Site code", "Identifier of a government website.", "0000000000")] = None


@dataclass(frozen=True, kw_only=True)
class Submission:
    """Where the form for staff at `/admin/` sends what was written."""

    repository: Annotated[
        Url | None,
        Field("Repository", "The address of the site's repository on a forge.", "https://github.com/kexie/kepu"),
    ] = None
    branch: Annotated[Line, Field("Branch", "The branch from which the site is published.", "main")] = "main"
    forge: Annotated[
        Literal["github", "gitea", "gitlab", "gitee"] | None,
        Field("Forge", "The program that runs it, where its host does not say so; gitea also for Forgejo.", "gitea"),
    ] = None
    mail: Annotated[
        Line | None, Field("Mail", "The office to which staff send events by mail.", "kepu@example.org")
    ] = None


MAIL = re.compile(r"[^\s@:/<>]+@[\w-]+(\.[\w-]+)+")
CONTACT = re.compile(rf"mailto:{MAIL.pattern}|https://[\w-]+(\.[\w-]+)+[^\s<>]*|tel:\+[\d-]+")


def _read_contact(value: object) -> object:
    """A way to reach somebody as a URI. A mail address may be written alone."""
    if isinstance(value, str) and MAIL.fullmatch(value):
        return f"mailto:{value}"
    if not isinstance(value, str) or not CONTACT.fullmatch(value):
        hint = text("Write a mail address, or a web address that begins with https://.")
        raise Unreadable(text("“{value}” is no address to which a report can be sent.", value=value), hint)
    return value


@dataclass(frozen=True, kw_only=True)
class Security:
    """Whom to tell of a weakness of the site, for `/.well-known/security.txt`."""

    contact: Annotated[
        tuple[Annotated[str, Reads(_read_contact)], ...],
        OneOrMore,
        Field(
            "Contact", "Mail or web addresses to which reports are sent, the best one first.", ["security@example.org"]
        ),
    ] = ()
    policy: Annotated[
        Url | None,
        Field("Policy", "The page that says how reports are dealt with.", "https://example.org/security/"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Accessibility:
    """What the statement at `/accessibility/` cannot know by itself."""

    phone: Annotated[
        Line | None,
        Field("Telephone", "Where readers tell of barriers; by default the telephone of the footer.", "0519-86619627"),
    ] = None
    mail: Annotated[
        Line | None, Field("Mail", "The same in writing, for those who cannot telephone.", "kepu@example.org")
    ] = None
    online: Annotated[
        Url | None,
        Field("Answers at once", "A page where somebody answers at once.", "https://example.org/ask/"),
    ] = None
    checked: Annotated[
        Day | None,
        Field("Content checked", "The day on which the city last checked what the statement lists.", "2026-12-01"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Config:
    """One site's settings."""

    title: Annotated[Line, Field("Title", "The site's name.", "常州科普历")]
    base_url: Annotated[
        str,
        Reads(_read_base_url),
        Field("Link", "Where the site will stand; it may be a folder of a site.", "https://example.org/kepu/"),
    ]
    description: Annotated[Line | None, Field("Description", "One sentence.", "常州市科普活动日历")] = None
    language: Annotated[
        str,
        Reads(
            _read_language, {"anyOf": [{"enum": list(LANGUAGES)}, {"type": "string", "pattern": f"^{TAG.pattern}$"}]}
        ),
        Field("Language", "Of labels, dates and messages.", DEFAULT_LANGUAGE),
    ] = DEFAULT_LANGUAGE
    timezone: Annotated[Line, Reads(_read_zone), Field("Time zone", "An IANA name.", "Asia/Shanghai")] = "Asia/Shanghai"
    site_theme: Annotated[Identifier, Field("Site theme", "A folder in themes/.", "default")] = "default"
    registries: Annotated[
        Literal["closed", "open"],
        Field("Registries", "open: names without a file make records of themselves.", "closed"),
    ] = "closed"
    districts: Annotated[
        NameList,
        Field("Districts", "Key and name, or a mapping with the name and other names.", {"tianning": "天宁区"}),
    ] = field(default_factory=dict)
    audiences: Annotated[
        NameList,
        Field(
            "Audiences",
            "Key and name, or a mapping with the name and other names.",
            {"youth": {"name": "青少年", "aliases": ["中小学生"]}},
        ),
    ] = field(default_factory=dict)
    outlines: Annotated[
        dict[Identifier, WrittenOutline],
        Field(
            "Outlines",
            "Of districts, by their keys, for the map: corners as longitude and latitude in degrees.",
            {"tianning": "119.93 31.83, 120.05 31.90, 120.03 31.77"},
        ),
    ] = field(default_factory=dict)
    synonyms: Annotated[
        dict[Line, Keys],
        Field("Synonyms", "Name of a facet or a flag and what people type for it.", {"老年人": ["老人", "爸妈"]}),
    ] = field(default_factory=dict)
    bounds: Annotated[
        Bounds | None,
        Field(
            "Bounds",
            "West, south, east and north of the city in degrees; `check` warns of places outside.",
            [119.0, 31.0, 120.3, 32.1],
        ),
    ] = None
    mostly_samples: Annotated[
        bool,
        Field("Mostly samples", "true: one line on every page says that most is made up, no badge on each card.", True),
    ] = False
    signup_days: Annotated[
        int,
        Field(
            "Days of signing up",
            "An event that names a deadline and no opening counts as open this many days before it begins.",
            30,
        ),
    ] = 30
    currency: Annotated[Line, Field("Currency", "ISO 4217, for search engines.", "CNY")] = "CNY"
    outputs: Annotated[
        dict[Line, bool],
        Field(
            "Outputs",
            "Name and true or false; by default all but accessibility, admin, cards, posters, paper, page_search and "
            "problems are made.",
            {"robots": False},
        ),
    ] = field(default_factory=dict)
    compress: Annotated[
        tuple[Literal["gz", "br", "zst"], ...],
        OneOrMore,
        Field(
            "Compressed forms",
            "Made beside every text, for servers that send them: gz; with the extra `compress` also br and zst.",
            ["gz", "br", "zst"],
        ),
    ] = ()
    feeds: Annotated[Feeds, Field("Feeds", "How feeds are made.", {"cancelled_in_feeds": "notice"})] = Feeds()
    bodies: Annotated[Bodies, Field("Texts", "How much work the text of one file may make.", {"kilobytes": 512})] = (
        Bodies()
    )
    themes: Annotated[Themes, Field("Site themes", "How far templates are trusted.", {"sandbox": True})] = Themes()
    open_data: Annotated[OpenData, Field("Open data", "The terms that /data/ states.", {"licence": "CC BY 4.0"})] = (
        OpenData()
    )
    submission: Annotated[
        Submission,
        Field("Submission", "Where the form for staff at /admin/ sends events.", {"mail": "kepu@example.org"}),
    ] = Submission()
    accessibility: Annotated[
        Accessibility,
        Field("Accessibility", "What the statement on accessibility says of this site.", {"mail": "kepu@example.org"}),
    ] = Accessibility()
    security: Annotated[
        Security,
        Field("Security", "Whom to tell of a weakness of the site.", {"contact": "security@example.org"}),
    ] = Security()
    footer: Annotated[Footer, Field("Footer", "What stands at the foot of every page.", {"phone": "0519-86619627"})] = (
        Footer()
    )
    sources: Annotated[
        dict[Identifier, OtherSite],
        Field(
            "Sources",
            "Other Almanac sites, by a key: their events are listed here and lead there.",
            {"nanjing": {"name": "南京市", "url": "https://kepu.nanjing.example/data/events.json"}},
        ),
    ] = field(default_factory=dict)


def uid_host(config: Config) -> str:
    """The host in the UIDs of calendar entries."""
    return config.feeds.uid_host or urlsplit(config.base_url).hostname or "localhost"
