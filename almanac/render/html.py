"""Pages of HTML and other text, by Jinja templates of the site theme. The argument is the template's name.

A template sees `view`, `site` (the settings) and the filters below, and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any
from urllib.parse import quote

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, meta, select_autoescape
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from almanac.addresses import there
from almanac.compiled import read_compiled, write_compiled
from almanac.digests import digest, digest_bytes, engine_version
from almanac.messages import translations
from almanac.occurrences import Moment, as_datetime
from almanac.parts import part
from almanac.problems import Location, Problem, Translate, text
from almanac.render import BrokenPage, Settings
from almanac.render import absolute as absolute_address
from almanac.render.dates import MONTHS, WEEKDAYS, DateWords, iso
from almanac.views import MOST_CARDS, STATUS_WORDS, Link, free, share_address

AUTOESCAPED = ("html", "xml")
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
MOST_KEPT = 1 << 11  # links, and days in words, that each process keeps for the pages that show them again


def render(view: object, argument: str, settings: Settings) -> bytes:
    """The page as UTF-8."""
    try:
        return _environment(settings).get_template(argument).render(view=view).encode()
    except TemplateError as error:
        raise BrokenPage(_broken(argument, error)) from error


def prepare(view: object, settings: Settings) -> None:
    """Converts a body ahead of the page: many after one another take two thirds of the time that they take between templates."""
    if body := getattr(view, "body", ""):
        _body(body, settings.base)


@lru_cache(256)  # those of the pages at hand
def _body(body: str, base: str) -> Markup:
    """A body as HTML, a part of its page that outlives a change of all that stands around it."""

    def converted() -> bytes:
        from almanac.render.markdown import to_html

        return to_html(body, base).encode()

    key = digest(engine_version().encode(), base.encode(), body.encode())
    return Markup(part("bodies", key, converted).decode())  # noqa: S704 - nh3 has cleaned it


def depends(argument: str, settings: Settings) -> bytes:
    """The template with all that it extends and includes, the messages, and what every page shows of the site."""
    environment = _environment(settings)
    sources = [_source(environment, name).encode() for name in sorted(_closure(settings, argument))]
    words = [file.read_bytes() for file in settings.messages]
    site = (
        settings.title,
        settings.description,
        settings.base_url,
        settings.language,
        settings.timezone,
        settings.footer,
        settings.menu,
        settings.foot_menu,
        settings.share_pictures,
        settings.my,
        settings.news,
        settings.search,
        settings.off,
    )
    return msgspec.msgpack.encode((sources, words, site))


def broken_templates(settings: Settings) -> list[Problem]:
    """A problem for each template that Jinja cannot read, so that it is known before anything is rendered."""
    environment = _environment(settings)
    problems = []
    for name in environment.list_templates():
        try:
            _references(settings, name)
        except TemplateError as error:
            problems.append(_broken(name, error))
    return problems


def _broken(name: str, error: TemplateError) -> Problem:
    line = error.lineno if isinstance(error, TemplateSyntaxError) else None
    return Problem(Location(f"templates/{name}", line), text("This template is broken: {message}", message=error.message or type(error).__name__))


def _closure(settings: Settings, name: str) -> set[str]:
    """The names of a template and of every template it needs."""
    found: set[str] = set()
    pending = [name]
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += _references(settings, one)
    return found


@cache
def _references(settings: Settings, name: str) -> tuple[str, ...]:
    """The templates that a template names; to parse one is slow, and most extend the same base. Raises TemplateError."""
    environment = _environment(settings)
    source = _source(environment, name)

    def names() -> bytes:
        return msgspec.msgpack.encode([other for other in meta.find_referenced_templates(environment.parse(source, name)) if other])

    return msgspec.msgpack.decode(part("templates", digest(engine_version().encode(), source.encode()), names), type=tuple[str, ...])


def _source(environment: Environment, name: str) -> str:
    if environment.loader is None:
        raise TemplateNotFound(name)
    return environment.loader.get_source(environment, name)[0]


@cache
def _environment(settings: Settings) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([str(folder) for folder in settings.templates]),
        autoescape=select_autoescape(AUTOESCAPED, default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        extensions=["jinja2.ext.i18n", FixedWords],
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=Compiled(settings),
    )
    translated = translations(settings.language, settings.messages)
    gettext, ngettext = lru_cache(MOST_KEPT)(translated.gettext), translated.ngettext
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    environment.globals |= {"site": settings, "weekday_names": [text.message for text in WEEKDAYS], "month_names": [text.message for text in MONTHS]}
    environment.globals["once"] = lru_cache(MOST_CARDS * 2)(_call)
    environment.globals["_"] = lambda message, **values: Markup(gettext(message)) % values  # noqa: S704 - messages are ours, and values are escaped
    environment.filters |= _filters(settings, gettext)
    environment.tests |= _tests(settings)
    environment.filters[FixedWords.FILTER] = lambda message: Markup(gettext(message)) % {}  # noqa: S704 - likewise
    return environment


class Compiled(BytecodeCache):
    """Compiled templates, kept from build to build. What is fixed when they are compiled follows from the settings: language, base path, outputs."""

    def __init__(self, settings: Settings) -> None:
        words = (file.read_bytes() for file in settings.messages)
        shown = replace(settings, theme_version="")  # what a change of one template must not tell of all others
        self.ground = digest_bytes(engine_version().encode(), repr(shown).encode(), *words)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills the bucket, if its template is known."""
        if compiled := read_compiled(self._key(bucket)):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what has been compiled."""
        write_compiled(self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        return digest(b"template", self.ground, bucket.key.encode(), bucket.checksum.encode())


class FixedWords(Extension):
    """`_("…")` without values becomes a filter of a constant, which Jinja applies when it compiles the template, and not once more for each page."""

    FILTER = "_fixed"

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """`_`, `(`, a string, `)` become `(`, the string, `|`, the filter, `)`."""
        seen: list[Token] = []
        for token in stream:
            seen.append(token)
            if not _may_be_fixed(seen):
                yield from seen
                seen = []
            elif len(seen) == len(FIXED):
                called, opened, message, closed = seen
                yield from (opened, message, Token(called.lineno, "pipe", "|"), Token(called.lineno, "name", self.FILTER), closed)
                seen = []
        yield from seen


FIXED = (("name", "_"), ("lparen", "("), ("string", None), ("rparen", ")"))  # types and values of tokens, where the value matters


def _may_be_fixed(seen: Sequence[Token]) -> bool:
    return all(token.type == kind and value in {token.value, None} for token, (kind, value) in zip(seen, FIXED, strict=False))


def _call(macro: Callable[..., Any], *arguments: Any) -> Any:
    """`once(macro, …)` in a template: what a macro makes of the same values is made once, and kept for the next page."""
    return macro(*arguments)


def _tests(settings: Settings) -> dict[str, Callable[..., Any]]:
    return {"there": lru_cache(MOST_KEPT)(partial(there, off=settings.off))}


def _filters(settings: Settings, translate: Translate) -> dict[str, Callable[..., Any]]:
    addresses, dates = _address_filters(settings), _date_filters(settings, translate)
    absolute, iso_here = addresses["absolute"], dates["iso"]

    def markdown(body: str) -> Markup:
        """A body as sanitised HTML."""
        return _body(body, settings.base)

    def json_ld(document: object) -> Markup:
        """JSON that is safe between script tags: no `<` can end it."""
        dumped = COMPACT.encode(document)
        return Markup(dumped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here

    return {
        **addresses,
        **dates,
        "markdown": markdown,
        "json_ld": json_ld,
        "word": translate,
        "status_word": lambda status: translate(STATUS_WORDS[status].message),
        "figure": lambda figure: f"{figure:,.10g}",
        "event_json": lambda view: _event_json(view, settings, absolute, iso_here),
    }


def _address_filters(settings: Settings) -> dict[str, Callable[[str], Any]]:
    """What is made of addresses; most stand on many pages, and are remembered."""
    base = settings.base
    in_menu = (settings.search or "/search/", *(link.address for link in settings.menu))

    @lru_cache(MOST_KEPT)
    def href(address: str) -> str:
        """An address of this site as a link, below the base path."""
        return base + quote(address.lstrip("/"))

    @lru_cache(MOST_KEPT)
    def absolute(address: str) -> str:
        """The same with scheme and host, for whoever reads it elsewhere."""
        return absolute_address(address, settings)

    def webcal(address: str) -> str:
        """The same for the program that subscribes to calendars."""
        return re.sub(r"^https?:", "webcal:", absolute(address))

    return {
        "href": href,
        "absolute": absolute,
        "webcal": webcal,
        "share": lambda address: share_address(address) if settings.share_pictures else address,
        "in_menu": lambda address: address == "/" or address.startswith(in_menu),
    }


def _date_filters(settings: Settings, translate: Translate) -> dict[str, Callable[..., Any]]:
    """Days and times in words and for machines: what many pages say is remembered."""
    words, zone = DateWords(translate), settings.zone
    chinese = settings.language.startswith("zh")

    def iso_here(moment: Moment) -> str:
        """ISO 8601 with the offset of the site's zone, or a plain date."""
        return iso(moment, zone)

    def instant(moment: Moment) -> str:
        """The same of a moment; a day is its beginning."""
        return iso(as_datetime(moment), zone)

    def lunar(day: date) -> str:
        """The day in the Chinese calendar, where the site speaks Chinese."""
        from almanac.render.lunar import lunar_date

        return lunar_date(day) if chinese else ""

    def lunar_short(day: date) -> str:
        """The same for a small field, likewise."""
        from almanac.render.lunar import lunar_short

        return lunar_short(day) if chinese else ""

    def solar_term(day: date) -> str:
        """The solar term that begins on the day, likewise."""
        from almanac.render.lunar import solar_term

        return solar_term(day) if chinese else ""

    named = {"iso": iso_here, "instant": instant, "lunar": lunar, "lunar_short": lunar_short, "solar_term": solar_term}
    in_words = (
        words.day,
        words.day_in_year,
        words.month,
        words.month_name,
        words.months,
        words.weekday,
        words.month_short,
        words.moment,
        words.span,
        words.hours,
    )
    return {name: lru_cache(MOST_KEPT)(made) for name, made in (*named.items(), *((method.__name__, method) for method in in_words))}


EVENT_STATUS = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}
MOST_IN_JSON = 20


def _event_json(view: Any, settings: Settings, absolute: Callable[[str], str], iso: Callable[[Moment], str]) -> list[dict[str, Any]]:
    """schema.org Events for an event page's view, one for each of its dates (https://schema.org/Event)."""
    common: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": view.title,
        "url": absolute(view.head.address),
        "description": view.summary or view.title,
        "organizer": [_organisation_json(link, settings, absolute) for link in view.organisers],
        "isAccessibleForFree": free(view.fee),
    }
    if view.head.picture:
        common["image"] = [absolute(view.head.picture.address)]
    if view.signup and view.signup.url:
        availability = "SoldOut" if view.status == "full" else "InStock"
        common["offers"] = {"@type": "Offer", "url": view.signup.url, "availability": f"https://schema.org/{availability}"}
        if common["isAccessibleForFree"]:
            common["offers"] |= {"price": 0, "priceCurrency": "CNY"}
    return [{**common, **_occurrence_json(date, view, iso)} for date in view.dates[:MOST_IN_JSON]]


def _organisation_json(link: Link, settings: Settings, absolute: Callable[[str], str]) -> dict[str, str]:
    found = {"@type": "Organization", "name": link.name}
    return {**found, "url": absolute(link.address)} if there(link.address, settings.off) else found


def _occurrence_json(date: Any, view: Any, iso: Callable[[Moment], str]) -> dict[str, Any]:
    places: list[dict[str, Any]] = []
    if place := date.place or view.place:
        places.append(_place_json(place))
    if view.online:
        places.append({"@type": "VirtualLocation", "url": view.online})
    mode = "MixedEventAttendanceMode" if len(places) > 1 else "OnlineEventAttendanceMode" if view.online else "OfflineEventAttendanceMode"
    found: dict[str, Any] = {
        "startDate": iso(date.start),
        "eventStatus": f"https://schema.org/{EVENT_STATUS.get(date.status, 'EventScheduled')}",
        "eventAttendanceMode": f"https://schema.org/{mode}",
    }
    if date.end:
        found["endDate"] = iso(date.end)
    if places:
        found["location"] = places[0] if len(places) == 1 else places
    return found


def _place_json(place: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "Place", "name": place.name, "address": place.address or place.name}
    if place.coordinates:
        found["geo"] = {"@type": "GeoCoordinates", "longitude": place.coordinates[0], "latitude": place.coordinates[1]}
    return found
