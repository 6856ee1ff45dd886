"""The filters and tests of templates, by their names.

Filters that many pages call with equal values are cached. The caches belong to one environment, and so to one site's
settings; each holds the results of a function of plain values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote

import msgspec
from markupsafe import Markup, escape
from rjsmin import jsmin

from almanac.content.markdown import to_html
from almanac.content.occurrences import as_datetime, day_of
from almanac.content.recurrence import Moment
from almanac.core.printing import display
from almanac.core.problems import Text, Translate, text
from almanac.model.reporting import STATE_WORDS
from almanac.model.words import STATUS_WORDS
from almanac.render import inlined
from almanac.render.schema_org import event_json
from almanac.site.addresses import there
from almanac.site.dates import DateWords, iso
from almanac.site.lunar import lunar_date, lunar_short, solar_term, written
from almanac.site.pictures import share_address
from almanac.site.settings import Settings
from almanac.site.settings import absolute as absolute_address
from almanac.site.views import embed_address, oembed_address

IMPORT = re.compile(r'^import \{([^}]*)\} from "(?:\.\./(\w+)|\.)/[\w-]+\.js";\n', re.MULTILINE)
NUMBER = text("1,234.5")  # its translation shows the separators of thousands and of decimals
MOST_KEPT = 1 << 11  # cached results of each filter


def tests(settings: Settings) -> dict[str, Callable[..., Any]]:
    """The tests of templates. `address is there` is false where the config turns off the output of the address."""
    return {"there": lru_cache(MOST_KEPT)(partial(there, off=settings.off))}


def filters(
    settings: Settings, translate: Translate, hashed_addresses: Mapping[str, str]
) -> dict[str, Callable[..., Any]]:
    """The filters of templates, in the language of the site; `hashed_addresses` are those of static files."""
    addresses, dates = _address_filters(settings), _date_filters(settings, translate)
    absolute, iso_here = addresses["absolute"], dates["iso"]

    def markdown(body: str) -> Markup:
        """Markdown as sanitised HTML. Markup, such as the body of a record, is returned unchanged."""
        if isinstance(body, Markup):
            return body
        return Markup(*to_html([body], settings.base))  # noqa: S704 - nh3 has cleaned it

    def json_ld(document: object) -> Markup:
        """JSON that is safe between script tags: no `<` can end it."""
        dumped = msgspec.json.encode(document, enc_hook=str).decode()  # words of templates are Markup
        escaped = dumped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        return Markup(escaped)  # noqa: S704 - escaped here

    def hashed(address: str) -> str:
        """The address of a static file (`/static/style.css`) that changes with its bytes, so that browsers keep it."""
        return hashed_addresses.get(address, address)

    def said(message: Text) -> str:
        """A message with its values, such as that of a problem, in the language of the site."""
        return display(message, translate)

    return {
        **addresses,
        **dates,
        "joined": joined,
        "markdown": markdown,
        "json_ld": json_ld,
        "hashed": hashed,
        "article": inlined.article,
        "mail": inlined.mail,
        "said": said,
        "word": translate,
        "state_word": lambda state: translate(STATE_WORDS[state].message),
        "status_word": lambda status: translate(STATUS_WORDS[status].message),
        "figure": _number_filter(translate),
        "event_json": lambda view: event_json(view, settings, absolute, addresses["share"], iso_here),
    }


def _number_filter(translate: Translate) -> Callable[[float], str]:
    """The filter of figures: 1,234.5, with the separators of the language."""
    shown = translate(NUMBER.message)
    separators = str.maketrans({",": shown[1], ".": shown[-2]})
    return lambda figure: f"{figure:,.10g}".translate(separators)


def joined(modules: str, *within: str) -> str:
    """Script modules of one folder as a single minified module.

    `modules` is their text; a module follows those it imports.

    Imports from the same folder are removed, and so are those from the folders `within`, whose modules are in the text
    too. Imports from another folder become one import of its joined file.
    """
    outside: dict[str, set[str]] = {}
    for names, folder in IMPORT.findall(modules):
        if folder and folder not in within:
            outside.setdefault(folder, set()).update(name.strip() for name in names.split(","))
    imports = (
        f'import {{ {", ".join(sorted(names - {""}))} }} from "./{folder}.js";\n' for folder, names in outside.items()
    )
    minified: str = jsmin("".join(imports) + IMPORT.sub("", modules))
    return minified


def _address_filters(settings: Settings) -> dict[str, Callable[[Any], Any]]:
    """The filters of addresses. Most addresses stand on many pages, so links are cached."""
    base = settings.base
    in_menu = (settings.search or "/search/", *(link.address for link in settings.menu))

    @lru_cache(MOST_KEPT)
    def href(address: str) -> str:
        """An address of this site as a link, below the base path. Whole addresses stay as they are."""
        return address if "://" in address else base + quote(address.lstrip("/"))

    @lru_cache(MOST_KEPT)
    def absolute(address: str) -> str:
        """An address of this site with scheme and host."""
        return absolute_address(address, settings)

    def webcal(address: str) -> str:
        """An address of this site with the scheme that opens a calendar program."""
        return re.sub(r"^https?:", "webcal:", absolute(address))

    def urls(entries: Iterable[tuple[str, datetime | None]]) -> Markup:
        """The lines of a site map. A template would take three times as long for ten thousand lines."""
        start, zone = escape(absolute("/")), settings.zone
        found = (
            (quote(address.lstrip("/")), f"<lastmod>{iso(updated, zone)}</lastmod>" if updated else "")
            for address, updated in entries
        )
        lines = [f"<url><loc>{start}{path}</loc>{lastmod}</url>" for path, lastmod in found]
        return Markup("\n".join(lines))  # noqa: S704 - `start` is escaped, and a quoted path has no character of XML

    return {
        "href": href,
        "absolute": absolute,
        "urls": urls,
        "webcal": webcal,
        "share": lambda address: share_address(address) if settings.share_pictures else address,
        "embed": embed_address,
        "oembed": oembed_address,
        "in_menu": lambda address: address == "/" or address.startswith(in_menu),
    }


def _date_filters(settings: Settings, translate: Translate) -> dict[str, Callable[..., Any]]:
    """The filters of days and times, in words and in ISO 8601. Most dates stand on many pages, so they are cached."""
    words, zone = DateWords(translate), settings.zone

    def iso_here(moment: Moment) -> str:
        """ISO 8601 with the offset of the site's zone, or a plain date."""
        return iso(moment, zone)

    def instant(moment: Moment) -> str:
        """ISO 8601 with the offset of the site's zone; a day stands for its first moment."""
        return iso(as_datetime(moment), zone)

    def in_chinese(made: Callable[[date], str]) -> Callable[[date], str]:
        """A filter that returns an empty string on sites that are not Chinese."""
        return _by_day(lambda day: written(made(day), settings.language))

    of_days = (
        words.day_in_year,
        words.month,
        words.month_name,
        words.month_short,
        words.weekday,
    )
    of_moments = (instant, words.months, words.moment, words.span, words.span_in_year, words.hours, words.occasion)
    remembered = {made.__name__: lru_cache(MOST_KEPT)(made) for made in of_moments}
    return {
        **remembered,
        **{made.__name__: _by_day(made) for made in of_days},
        "day": words.day,
        "lunar": in_chinese(lunar_date),
        "lunar_short": in_chinese(lunar_short),
        "solar_term": in_chinese(solar_term),
        "iso": iso_here,
        "date": day_of,
    }


def _by_day(made: Callable[[date], str]) -> Callable[[date], str]:
    """The filter with a cache by day: all moments of a day share one result."""
    remembered = lru_cache(MOST_KEPT)(made)
    return lambda day: remembered(day_of(day))
