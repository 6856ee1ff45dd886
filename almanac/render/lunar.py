"""The Chinese calendar's name of a day, and the solar term that falls on it (GB/T 33661-2017), by lunar_python."""

from __future__ import annotations

from datetime import date
from functools import cache

from lunar_python import Solar


@cache
def lunar_date(day: date) -> str:
    """十月十七; the month of a leap month begins with 闰."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"


@cache
def lunar_short(day: date) -> str:
    """十七; on the first day of a month the month, 十月, as wall calendars have it."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"{lunar.getMonthInChinese()}月" if lunar.getDay() == 1 else str(lunar.getDayInChinese())


@cache
def solar_term(day: date) -> str:
    """小雪 on the day on which that term begins; empty on all others."""
    return str(Solar.fromYmd(day.year, day.month, day.day).getLunar().getJieQi())
