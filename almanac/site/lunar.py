"""The Chinese calendar's name of a day, and the solar term that begins on it (GB/T 33661-2017).

The table covers the years 1950 to 2100. For other years every function returns an empty string, so pages show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from almanac.content.occurrences import day_of
from almanac.site.lunar_table import LINES, YEARS

MONTHS = "正二三四五六七八九十冬腊"
DAYS = (
    *("初一", "初二", "初三", "初四", "初五", "初六", "初七", "初八", "初九", "初十"),
    *("十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十"),
    *("廿一", "廿二", "廿三", "廿四", "廿五", "廿六", "廿七", "廿八", "廿九", "三十"),
)
TERMS = (
    *("小寒", "大寒", "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至"),
    *("小暑", "大暑", "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至"),
)
LENGTHS = {"小": 29, "大": 30}
TRADITIONAL = str.maketrans("腊闰惊蛰谷满种处", "臘閏驚蟄穀滿種處")
IN_TRADITIONAL = ("zh-TW", "zh-HK", "zh-MO", "zh-Hant")


def written(name: str, language: str) -> str:
    """A name from this module as sites in a language show it: in their script of Chinese, or not at all."""
    if not language.startswith("zh"):
        return ""
    return name.translate(TRADITIONAL) if language.startswith(IN_TRADITIONAL) else name


def lunar_date(day: date) -> str:
    """The month and the day, 十月十七; a leap month begins with 闰."""
    month, name = _month_and_day(day)
    return f"{month}{name}"


def lunar_short(day: date) -> str:
    """The day, 十七; on the first day of a month the month, 十月, as wall calendars have it."""
    month, name = _month_and_day(day)
    return month if name == DAYS[0] else name


def solar_term(day: date) -> str:
    """The term that begins on the day, 小雪; empty on all other days."""
    if day.year not in YEARS:
        return ""
    _, _, terms = LINES[day.year]
    pair = terms.split()[day.month - 1]
    begins = (int(pair[:2]), int(pair[2:]))
    return TERMS[2 * (day.month - 1) + begins.index(day.day)] if day.day in begins else ""


def _month_and_day(moment: date) -> tuple[str, str]:
    day = day_of(moment)  # a datetime cannot be compared with a date
    if day.year not in YEARS:
        return "", ""
    months = (*_months(day.year - 1), *_months(day.year))
    month, first = next((month, first) for month, first in reversed(months) if first <= day)
    return month, DAYS[(day - first).days]


def _months(year: int) -> Iterator[tuple[str, date]]:
    """The name and the first day of each month of a lunar year."""
    new_year, lengths, _ = LINES[year]
    first = date.fromisoformat(f"{year}-{new_year}")
    number = -1
    for leap, length in re.findall("(闰?)(.)", lengths):
        number += not leap
        yield f"{leap}{MONTHS[number]}月", first
        first += timedelta(days=LENGTHS[length])
