"""Splits the text of a Chinese date into tokens.

The kind of a token is one letter, so that the kinds of a whole text form a signature such as `DT-T`:

    D  a date            T  a time of day           E  a repeat (每周六)
    M  a month           P  a part of the day       -  “until”
    V  a part of a month A  all day                 S  a separator
    N  a bare number     Y  the next day            C  days on which it is closed
    X  any other text
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import msgspec

NUMERALS = {numeral: place for place, numeral in enumerate("零一二三四五六七八九十")} | {"〇": 0, "两": 2}
WEEKDAYS = {"一": "MO", "二": "TU", "三": "WE", "四": "TH", "五": "FR", "六": "SA", "日": "SU", "天": "SU"}
WEEK = tuple(dict.fromkeys(WEEKDAYS.values()))
PARTS = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|晚|am|pm"
WEEKDAY_AFTER = r"(?:\s*\(?\s*(?:周|星期|礼拜)(?P<weekday{n}>[一二三四五六日天])\s*\)?)?"
WEEKDAY_LIST = r"[一二三四五六日天](?:[、,/和及与]?\s?(?:周|星期|礼拜)?[一二三四五六日天](?!\d))*"
PATTERNS = (
    ("C", rf"(?:每|逢)?(?:周|星期|礼拜)(?P<closed>{WEEKDAY_LIST})\s*(?:闭馆|休馆|闭园|休园|休息|不开放|除外)"),
    ("E", r"每(?:个)?月(?:的)?第(?P<nth>[一二三四五1-5])个?(?:周|星期|礼拜)(?P<nthday>[一二三四五六日天])"),
    ("E", r"每(?:个)?月(?:的)?最后一个?(?:周|星期|礼拜)(?P<lastday>[一二三四五六日天])"),
    ("E", r"每(?:个)?月(?:的)?(?P<monthday>\d{1,2})[日号]"),
    (
        "E",
        r"每(?:个)?(?:周|星期|礼拜)(?P<days>[一二三四五六日天末](?:(?:[、,/和及与]|\s?[~-])?\s?(?:周|星期|礼拜)?[一二三四五六日天](?![\d]))*)",
    ),
    ("E", r"(?P<daily>每[天日])"),
    (
        "D",
        r"(?P<y1>\d{4})(?:年|[-./])\s*(?P<m1>\d{1,2})(?:月|[-./])\s*(?P<d1>\d{1,2})(?!\d)[日号]?"
        + WEEKDAY_AFTER.format(n=1),
    ),
    ("D", r"(?<!\d)(?P<y2>(?:19|20)\d{2})(?P<m2>\d{2})(?P<d2>\d{2})(?!\d)"),
    ("D", r"(?P<m3>\d{1,2})月(?P<d3>\d{1,2})(?![\d:点时])[日号]?" + WEEKDAY_AFTER.format(n=3)),
    ("D", r"(?<![\d.])(?P<m4>\d{1,2})[./](?P<d4>\d{1,2})(?![\d:./])[日号]?" + WEEKDAY_AFTER.format(n=4)),
    ("D", r"(?P<d5>\d{1,2})[日号]" + WEEKDAY_AFTER.format(n=5)),
    ("V", r"(?:(?P<y6>\d{4})年)?(?P<m6>\d{1,2})月份?(?:上旬|中旬|下旬|初|中|底|末)"),
    ("M", r"(?:(?P<y7>\d{4})年)?(?P<m7>\d{1,2})月份?"),
    ("M", r"(?<!\d)(?P<y8>\d{4})[./-](?P<m8>\d{1,2})(?![\d./-])"),
    (
        "T",
        (
            rf"(?P<part>{PARTS})?\s*(?P<hour>\d{{1,2}})(?::(?P<minute>\d{{2}})(?::\d{{2}}(?!\d))?(?![\d:])"
            r"|[点时](?:(?P<quarter>[13])刻|(?P<minutes>\d{1,2})分?|(?P<half>半)|[整钟])?)\s*(?P<after>am|pm)?"
        ),
    ),
    ("P", rf"(?P<vague>{PARTS})"),
    ("A", r"全天|整天"),
    ("Y", r"次日|翌日|第二天"),
    ("N", r"\d{1,2}(?![\d年])"),
    ("-", r"[-~]"),
    ("S", r"[、,;/\n和及与]"),
    (" ", r"[\s()\[\]]"),
)
COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in PATTERNS)


class Token(msgspec.Struct, frozen=True):
    """A token: its kind, its text, and the parts of a date that it states; all others are None."""

    kind: str
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: str | None = None
    hour: int | None = None
    minute: int = 0
    part: str | None = None
    days: tuple[str, ...] = ()
    monthly: str = ""  # the part of a rule that names a day of each month, such as BYDAY=1SA


def tokenise(written: str) -> list[Token]:
    """The tokens of a text."""
    return list(_joined(_scan(normalised(written))))


def normalised(written: str) -> str:
    """The text in half width, with `~` for every kind of “until”, and digits for the Chinese numerals of dates."""
    lines = unicodedata.normalize("NFKC", written).lower().splitlines()
    plain = "\n".join(line for part in lines if (line := " ".join(part.split())))
    plain = re.sub(r"(?<=\d)t(?=\d)", " ", plain)  # ISO 8601
    plain = re.sub(r"\s*[—–―‒‐−〜~至到]+\s*", "~", plain)
    plain = re.sub(
        r"(?<![周期拜])[零〇一二三四五六七八九十两]{1,3}(?=[点时月日号分刻])",
        lambda found: str(_number(found[0])),
        plain,
    )
    return re.sub(r"\s*([年月])\s*", r"\1", re.sub(r"(?<=\d)\s+(?=[日号点时])", "", plain)).strip()


def _number(numeral: str) -> int:
    """The value of a Chinese numeral up to 99."""
    tens, ten, ones = numeral.rpartition("十") if "十" in numeral else ("", "", numeral)
    units = int("".join(str(NUMERALS[sign]) for sign in ones) or "0")
    return (NUMERALS.get(tens, 1) * 10 if ten else 0) + units


def _scan(plain: str) -> Iterator[Token]:
    place = 0
    while place < len(plain):
        kind, found = next(
            ((kind, found) for kind, pattern in COMPILED if (found := pattern.match(plain, place))), ("X", None)
        )
        yield _token(kind, found) if found else Token("X", plain[place])
        place = found.end() if found else place + 1


def _joined(scanned: Iterator[Token]) -> Iterator[Token]:
    """The tokens without blanks. Each run of unknown characters becomes one token."""
    rest = ""
    for token in scanned:
        if token.kind in {"X", " "}:
            rest += token.text
            continue
        if rest.strip(" ()[]"):
            yield Token("X", rest.strip(" ()[]"))
        rest = ""
        yield token
    if rest.strip(" ()[].。"):
        yield Token("X", rest.strip(" ()[].。"))


def _token(kind: str, found: re.Match[str]) -> Token:
    groups = {name: value for name, value in found.groupdict().items() if value is not None}
    numbers = {name: _first(groups, letter) for name, letter in (("year", "y"), ("month", "m"), ("day", "d"))}
    weekday = next((WEEKDAYS[value] for name, value in groups.items() if name.startswith("weekday")), None)
    minute = (
        int(groups.get("minute") or groups.get("minutes") or 0)
        + (30 if "half" in groups else 0)
        + 15 * int(groups.get("quarter", 0))
    )
    hour = int(groups["hour"]) if "hour" in groups else int(found[0]) if kind == "N" else None
    days = _repeated(groups.get("closed") or groups.get("days", ""), daily="daily" in groups)
    return Token(
        kind,
        found[0],
        **numbers,
        weekday=weekday,
        hour=hour,
        minute=minute,
        part=groups.get("part") or groups.get("after"),
        days=days,
        monthly=_monthly(groups),
    )


def _monthly(groups: dict[str, str]) -> str:
    """The day of each month as a part of a rule (RFC 5545): 第一个周六 is BYDAY=1SA."""
    if "monthday" in groups:
        return f"BYMONTHDAY={int(groups['monthday'])}"
    if "lastday" in groups:
        return f"BYDAY=-1{WEEKDAYS[groups['lastday']]}"
    if "nth" in groups:
        number = NUMERALS.get(groups["nth"], 0) or int(groups["nth"])
        return f"BYDAY={number}{WEEKDAYS[groups['nthday']]}"
    return ""


def _first(groups: dict[str, str], letter: str) -> int | None:
    return next((int(value) for name, value in groups.items() if re.fullmatch(rf"{letter}\d", name)), None)


def _repeated(days: str, *, daily: bool) -> tuple[str, ...]:
    """The weekdays of a repeat by their names in RFC 5545; 周一至周五 means five of them."""
    if daily:
        return WEEK
    if "末" in days:
        return ("SA", "SU")
    named = [WEEKDAYS[sign] for sign in days if sign in WEEKDAYS]
    match [WEEK.index(day) for day in named]:
        case [first, last] if first < last and re.search("[~-]", days):
            return WEEK[first : last + 1]
    return tuple(day for day in WEEK if day in named)
