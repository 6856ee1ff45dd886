"""The kinds of cell that tables of events have: text, dates, numbers, names of registries, and YAML for all that fits nowhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from almanac.content.fields import WHEN
from almanac.content.frontmatter import Tree
from almanac.content.names import split_names
from almanac.core.problems import Text, text
from almanac.exchange.cells import Cell, Kind, Reading, Setting, read_yaml
from almanac.exchange.files import block, written
from almanac.exchange.names import Register
from almanac.exchange.when import read_when

FIRST_SERIAL, LAST_SERIAL = 32874, 73415  # 1990 and 2100, in days since the last of December 1899, as Excel counts them
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - local time of the site
LANDLINE = re.compile(r"(?<!\d)(?:\(?0\d{2,3}\)?[\s-]?)?[2-8]\d{6,7}(?:(?:[-转]|\s转)\d{1,6})?(?!\d)")


def _line(said: str, setting: Setting) -> Reading:
    del setting
    return Reading(" ".join(said.split()))


def _prose(said: str, setting: Setting) -> Reading:
    """Several lines become paragraphs of Markdown; the lines of our own exports stay as they are."""
    if setting.own:
        return Reading(said)
    lines = (line.strip() for line in said.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    prose = "\n\n".join(line for line in lines if line)
    return Reading(f"{prose}\n" if prose else None)


def _moment(said: str, setting: Setting) -> Reading:
    """One moment: as authors write it, or as people do."""
    line = said.strip()
    if WHEN.fullmatch(line):
        return Reading(line)
    found = read_when(serial(line) or line, setting.year)
    if set(found.keys) - {"start"}:
        return Reading(unsettled=(text("“{written}” is more than one moment.", written=line),))
    return Reading(found.keys.get("start"), found.unsettled)


def read_dates(said: str, setting: Setting) -> Reading:
    """Everything that one cell says of the dates, as a mapping of keys."""
    line = " ".join(said.split(" ")).strip()
    found = read_when(serial(line) or line, setting.year)
    if re.fullmatch(r"\d{1,2}\.\d", line):
        why = text(
            "“{written}” may be a day with or without a zero at its end: Excel took it for a number.", written=line
        )
        return Reading({}, (why,))
    return Reading(dict(found.keys), found.unsettled)


def serial(said: str) -> str | None:
    """The moment that Excel means by a number of days."""
    if not re.fullmatch(r"\d{5}(\.\d+)?", said) or not FIRST_SERIAL <= float(said) <= LAST_SERIAL:
        return None
    moment = EPOCH + timedelta(minutes=round(float(said) * 1440))
    return written(moment if "." in said else moment.date())


def _number(said: str, setting: Setting) -> Reading:
    del setting
    plain = unicodedata.normalize("NFKC", said).strip().replace(",", "")
    if re.fullmatch(r"-?\d+", plain):
        return Reading(plain)
    found = re.fullmatch(r"(约|共|限|不超过)?\s*(\d+)\s*(余|多|左右)?\s*(?:人|名|个)?次?\s*(以内|左右|以上)?", plain)
    if found and not (found[1] or found[3] or found[4]):
        return Reading(found[2])
    if found:
        return Reading(
            found[2], notes=(text("“{written}” is taken as {number}.", written=said.strip(), number=found[2]),)
        )
    return Reading(unsettled=(text("“{written}” is not a number.", written=said.strip()),))


YES, NO = frozenset({"是", "√", "✓", "true", "yes", "y", "1"}), frozenset({"否", "×", "false", "no", "n", "0"})


def _flag(said: str, setting: Setting) -> Reading:
    del setting
    word = said.strip().lower()
    if word in YES | NO:
        return Reading("true" if word in YES else "false")
    return Reading(unsettled=(text("“{written}” is neither 是 nor 否.", written=said.strip()),))


def choice(words: Mapping[str, str]) -> Kind:
    """One of several values, each of which has a word of its own."""
    values = {word: value for value, word in words.items()}

    def read(said: str, setting: Setting) -> Reading:
        del setting
        word = said.strip()
        found = values.get(word, word if word in words else None)
        return Reading(
            found, () if found else (text("“{written}” is not one of {known}.", written=word, known="、".join(values)),)
        )

    return Kind(read, lambda value, _: words.get(str(value), str(value)))


def name(kind: str) -> Kind:
    """One name of a registry."""

    def read(said: str, setting: Setting) -> Reading:
        found = _names([" ".join(said.split())], kind, setting)
        return Reading(found.value[0] if isinstance(found.value, list) and found.value else None, found.unsettled)

    return Kind(read, lambda value, register: register.of(kind).shown.get(str(value), str(value)))


def names(kind: str) -> Kind:
    """Several names of a registry."""

    def show(value: Tree, register: Register) -> Cell:
        return "、".join(register.of(kind).shown.get(str(entry), str(entry)) for entry in value or ())

    def read(said: str, setting: Setting) -> Reading:
        whole = setting.register.of(kind).key_of(" ".join(said.split()))  # a name may have a comma of its own
        return Reading([whole]) if whole else _names(split_names(said), kind, setting)

    return Kind(read, show)


def _names(found: list[str], kind: str, setting: Setting) -> Reading:
    known = setting.register.of(kind)
    keys: list[Tree] = []
    unknown: list[Text] = []
    for one in found:
        key = known.key_of(one) or (one if setting.register.open else None)
        if key:
            keys.append(key)
        else:
            unknown.append(text("“{name}” is not known.{hint}", name=one, hint=_spaced(known.hint(one))))
    return Reading(keys or None, tuple(unknown))


def _spaced(hint: Text | None) -> Text | str:
    return text(" {hint}", hint=hint) if hint else ""


def _place(said: str, setting: Setting) -> Reading:
    """A venue by its name; any other place stands for itself."""
    line = " ".join(said.split())
    known = setting.register.of("venues")
    if key := known.key_of(line) or (line if setting.register.open else None):
        return Reading(key)
    if re.fullmatch(r"待定|未定|另行通知|待通知", line):
        return Reading(unsettled=(text("“{written}”: the place is not settled yet.", written=line),))
    like = known.near(line)
    return Reading(
        {"name": line},
        notes=(text("“{name}” is no registered venue.{hint}", name=line, hint=_spaced(like)),)
        if like and not setting.own
        else (),
    )


def _show_place(value: Tree, register: Register) -> Cell:
    if isinstance(value, dict):
        return str(value.get("name", ""))
    return register.of("venues").shown.get(str(value), str(value))


def _words(said: str, setting: Setting) -> Reading:
    del setting
    found: list[Tree] = list(split_names(said))
    return Reading(found or None)


def _phone(said: str, setting: Setting) -> Reading:
    """A landline; any number where contacts may stay."""
    if setting.contacts or setting.own:
        return Reading(" ".join(said.split()))
    landline = LANDLINE.search(unicodedata.normalize("NFKC", said))
    return Reading(landline[0].strip() if landline else None)


def _show(value: Tree, register: Register) -> Cell:
    del register
    return value if isinstance(value, str) else None


def _show_words(value: Tree, register: Register) -> Cell:
    del register
    return "、".join(str(entry) for entry in value or ())


def _show_moment(value: Tree, register: Register) -> Cell:
    """A real date, so that a table can be sorted by it."""
    del register
    found = WHEN.fullmatch(str(value))
    if not found:
        return str(value)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second) if found[4] else date(year, month, day)  # noqa: DTZ001 - local time of the site


def _show_number(value: Tree, register: Register) -> Cell:
    del register
    return int(str(value)) if re.fullmatch(r"0|-?[1-9]\d{0,14}", str(value)) else str(value)


def _show_flag(value: Tree, register: Register) -> Cell:
    del register
    return {"true": "是", "false": "否"}.get(str(value), str(value))


def _show_yaml(value: Tree, register: Register) -> Cell:
    del register
    return block(value).lstrip("\n")


def _speakers(said: str, setting: Setting) -> Reading:
    del setting
    return Reading([{"name": one} for one in split_names(said)])


LINE, PROSE, MOMENT, NUMBER = (
    Kind(_line, _show),
    Kind(_prose, _show),
    Kind(_moment, _show_moment),
    Kind(_number, _show_number),
)
FLAG, WORDS, PLACE, PHONE = (
    Kind(_flag, _show_flag),
    Kind(_words, _show_words),
    Kind(_place, _show_place),
    Kind(_phone, _show),
)
YAML, SPEAKERS, DATES = Kind(read_yaml, _show_yaml), Kind(_speakers, _show), Kind(read_dates, _show)
