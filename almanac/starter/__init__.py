"""The files of a new site. Each language has a folder with them; what stands in `<>` is replaced by the answers.

`<day>` is a day of the sample event, about a year ahead, so that nobody takes it for an invitation. An event file is
written under its day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from babel.core import get_global
from babel.numbers import get_territory_currencies

from almanac import __version__
from almanac.content.config import CONFIG, Config
from almanac.content.front_matter_text import flow
from almanac.content.queries import checked_config
from almanac.content.slugs import slug_of
from almanac.core.messages import DEFAULT_LANGUAGE
from almanac.core.problems import Problem
from almanac.core.shipped import shipped
from almanac.exchange.contents import FOLDER
from almanac.exchange.files import edited_text
from almanac.model.given import site_of_files

STARTER = Path(__file__).parent
HOOK = ".githooks/pre-commit"
VENUES = "content/venues/"
SATURDAY = 5
LASTS = timedelta(days=8)  # an exhibition
NO_COUNTRY = "CNY"  # the currency in a time zone such as UTC
LABEL = re.compile("[a-z0-9-]+")  # a folder that can be part of a host name
UNITS = "区區县縣市"  # what the names of districts in Chinese end in


class Answers(msgspec.Struct, frozen=True):
    """The things that a new site is made of. `districts` are the names by their keys.

    `repository` is the address of its repository on a forge; empty if nothing needs it yet.
    """

    city: str
    base_url: str = "https://example.org/"
    timezone: str = "Asia/Shanghai"
    language: str = DEFAULT_LANGUAGE
    districts: Mapping[str, str] = msgspec.field(default_factory=dict)
    repository: str = ""


def districts_of(line: str) -> dict[str, str]:
    """Districts from a line of names, such as `天宁区、钟楼区`. A name may follow its key: `tianning=天宁区`."""
    parts = (part.strip() for part in re.split("[,，、;；]", line))
    named = (part.rpartition("=") for part in parts if part)
    return {key.strip() or _district_key(name): name.strip() for key, _, name in named}


def _district_key(name: str) -> str:
    short = name.rstrip(UNITS) if len(name.rstrip(UNITS)) > 1 else name
    slug = slug_of(short)
    return slug if short.isascii() else slug.replace("-", "")


def starter_files(answers: Answers, today: date) -> dict[str, str]:
    """The files of a new site by their paths."""
    folder = STARTER / answers.language
    templates = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
    files = {HOOK: shipped(HOOK).read_text(encoding="utf-8")}
    day = _saturday_after(today.replace(year=today.year + 1, day=min(today.day, 28)))
    for path, file in templates.items():
        content = file.read_text(encoding="utf-8")
        if path.startswith(f"{FOLDER}/"):
            files[f"{FOLDER}/{day:%Y/%m/%Y-%m-%d}-{file.name}"] = _filled(content, _days(day))
            day += timedelta(weeks=1)
        else:
            files[path] = _filled(content, _values(answers, quoted=path == CONFIG))
    if answers.repository:
        files[CONFIG] += f"\nsubmission: {{repository: {flow(answers.repository)}}}\n"
    if answers.districts:
        first = next(iter(answers.districts))
        files |= {path: edited_text(files[path], {"district": first}, ()) for path in files if path.startswith(VENUES)}
    return files


def problems_of(answers: Answers) -> list[Problem]:
    """What is wrong with the answers: the problems of the config that they make."""
    found = config_of(starter_files(answers, date(2000, 1, 1)))
    return found if isinstance(found, list) else []


def config_of(files: Mapping[str, str]) -> Config | list[Problem]:
    """The config among the files of a new site, or its problems."""
    return checked_config(site_of_files(STARTER, {CONFIG: files[CONFIG].encode()}))


def _values(answers: Answers, *, quoted: bool) -> dict[str, str]:
    """The texts that replace what stands in `<>`; `quoted` as values of YAML."""
    title, description = {
        "zh-CN": ("{city}科普历", "{city}的科普活动日历：一处查、随手订"),
        "en": ("Science in {city}", "The calendar of public science events in {city}"),
        "fi": ("Tiede {city}", "Kaikille avoimet tiedetapahtumat, {city}"),
        "zh-TW": ("{city}科普曆", "{city}的科普活動行事曆：一處查、隨手訂"),
    }[answers.language]
    values = {
        "city": answers.city,
        "title": title.format(city=answers.city),
        "description": description.format(city=answers.city),
        "base_url": answers.base_url,
        "timezone": answers.timezone,
        "currency": _currency(answers.timezone),
        "uid_host": _uid_host(answers.base_url),
    }
    shown = {name: flow(value) for name, value in values.items()} if quoted else values
    return {**shown, "districts": flow(dict(answers.districts)), "version": __version__}


def _uid_host(base_url: str) -> str:
    """The host in UIDs. For a site in folders it begins with their names, because the host may have other sites.

    https://kepu.example.org/nanjing/ becomes nanjing.kepu.example.org.
    """
    parts = urlsplit(base_url)
    folders = reversed([one for one in parts.path.split("/") if LABEL.fullmatch(one)])
    return ".".join((*folders, parts.hostname or ""))


def _currency(timezone: str) -> str:
    """The currency of the country that a time zone belongs to (CLDR), by ISO 4217."""
    country = get_global("zone_territories").get(timezone)
    return next(iter(get_territory_currencies(country)), NO_COUNTRY) if country else NO_COUNTRY


def _days(day: date) -> dict[str, str]:
    return {"day": f"{day:%Y-%m-%d}", "last_day": f"{day + LASTS:%Y-%m-%d}"}


def _filled(content: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        content = content.replace(f"<{name}>", value)
    return content


def _saturday_after(day: date) -> date:
    return day + timedelta(days=(SATURDAY - day.weekday()) % 7)
