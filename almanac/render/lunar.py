"""The Chinese calendar's name of a day, and the solar term that falls on it (GB/T 33661-2017), by lunar_python.

The library computes a whole lunar year for any of its days. Here each year is asked for once, and its days are counted off.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from lunar_python import LunarMonth, LunarYear, Solar
from lunar_python.util import LunarUtil


def lunar_date(day: date) -> str:
    """十月十七; the month of a leap month begins with 闰."""
    month, number = _months(day.year)[_date(day)]
    return f"{month}月{LunarUtil.DAY[number]}"


def lunar_short(day: date) -> str:
    """十七; on the first day of a month the month, 十月, as wall calendars have it."""
    month, number = _months(day.year)[_date(day)]
    return f"{month}月" if number == 1 else str(LunarUtil.DAY[number])


def solar_term(day: date) -> str:
    """小雪 on the day on which that term begins; empty on all others."""
    return _terms(day.year).get(_date(day), "")


def _date(day: date) -> date:
    """The day of a moment, which would never equal a plain date."""
    return date(day.year, day.month, day.day)


@cache
def _months(year: int) -> dict[date, tuple[str, int]]:
    """Every day of a year with the name of its lunar month, and the number of the day in it; days of the years around come along."""
    days: dict[date, tuple[str, int]] = {}
    for lunar_year in (year - 1, year):
        for month in LunarYear.fromYear(lunar_year).getMonthsInYear():
            first = _day_of(month.getFirstJulianDay())
            days |= {first + timedelta(days=offset): (_name(month), offset + 1) for offset in range(month.getDayCount())}
    return days


def _name(month: LunarMonth) -> str:
    return f"{'闰' if month.isLeap() else ''}{LunarUtil.MONTH[abs(month.getMonth())]}"


@cache
def _terms(year: int) -> dict[date, str]:
    """The solar terms of a year: the library's table of a day near its middle reaches beyond both ends."""
    table = Solar.fromYmd(year, 7, 1).getLunar().getJieQiTable()
    names = {"DA_XUE": "大雪", "DONG_ZHI": "冬至", "XIAO_HAN": "小寒", "DA_HAN": "大寒", "LI_CHUN": "立春", "YU_SHUI": "雨水", "JING_ZHE": "惊蛰"}
    found = ((date(term.getYear(), term.getMonth(), term.getDay()), names.get(name, name)) for name, term in table.items())
    return {day: name for day, name in found if day.year == year}


def _day_of(julian: float) -> date:
    solar = Solar.fromJulianDay(julian)
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
