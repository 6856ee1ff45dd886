"""The Chinese calendar's name of a day, and the solar term that falls on it (GB/T 33661-2017), by lunar_python.

The library computes a whole lunar year for any of its days. Here each year is asked for once, its days are counted off, and what comes of it is
a part: so an edit loads no library for it.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

import msgspec

from almanac.build.parts import part
from almanac.core.digests import digest, engine_version
from almanac.content.occurrences import day_of

if TYPE_CHECKING:
    from lunar_python import LunarMonth

FIRST_DAY = "初一"


class LunarDay(msgspec.Struct, frozen=True, array_like=True):
    """The names of a day: that of its lunar month (十月, 闰六月), its own (十七), that of the solar term which begins on it."""

    month: str
    day: str
    term: str = ""


def lunar_date(day: date) -> str:
    """十月十七; the month of a leap month begins with 闰."""
    found = _named(day)
    return f"{found.month}{found.day}"


def lunar_short(day: date) -> str:
    """十七; on the first day of a month the month, 十月, as wall calendars have it."""
    found = _named(day)
    return found.month if found.day == FIRST_DAY else found.day


def solar_term(day: date) -> str:
    """小雪 on the day on which that term begins; empty on all others."""
    return _named(day).term


def _named(day: date) -> LunarDay:
    """The names of the day, which may be given as a moment: that would never equal a plain date."""
    return _year(day.year)[day_of(day)]


@cache
def _year(year: int) -> dict[date, LunarDay]:
    """Every day of a year."""
    known = part("lunar", digest(engine_version().encode(), str(year).encode()), partial(_computed, year))
    return msgspec.msgpack.decode(known, type=dict[date, LunarDay])


def _computed(year: int) -> bytes:
    from lunar_python import LunarYear  # late: it is slow to load, and most years are known
    from lunar_python.util import LunarUtil

    days: dict[date, LunarDay] = {}
    terms = _terms(year)
    for month in (*LunarYear.fromYear(year - 1).getMonthsInYear(), *LunarYear.fromYear(year).getMonthsInYear()):
        first = _day_of(month.getFirstJulianDay())
        for number in range(1, month.getDayCount() + 1):
            day = first + timedelta(days=number - 1)
            days[day] = LunarDay(_name(month), LunarUtil.DAY[number], terms.get(day, ""))
    return msgspec.msgpack.encode({day: names for day, names in days.items() if day.year == year})


def _name(month: LunarMonth) -> str:
    from lunar_python.util import LunarUtil  # late, as above

    return f"{'闰' if month.isLeap() else ''}{LunarUtil.MONTH[abs(month.getMonth())]}月"


def _terms(year: int) -> dict[date, str]:
    """The solar terms of a year: the library's table of a day near its middle reaches beyond both ends."""
    from lunar_python import Solar  # late, as above

    table = Solar.fromYmd(year, 7, 1).getLunar().getJieQiTable()
    names = {
        "DA_XUE": "大雪",
        "DONG_ZHI": "冬至",
        "XIAO_HAN": "小寒",
        "DA_HAN": "大寒",
        "LI_CHUN": "立春",
        "YU_SHUI": "雨水",
        "JING_ZHE": "惊蛰",
    }
    return {date(term.getYear(), term.getMonth(), term.getDay()): names.get(name, name) for name, term in table.items()}


def _day_of(julian: float) -> date:
    from lunar_python import Solar  # late, as above

    solar = Solar.fromJulianDay(julian)
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
