"""Writes `almanac/site/lunar_table.py`: the Chinese calendar of 1950 to 2100 as lunar_python computes it.

`make lunar-table` runs it. It asks the library for every single day, which takes about a minute.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from lunar_python import Lunar, Solar

YEARS = range(1950, 2101)
TABLE = Path(__file__).parent.parent / "almanac" / "site" / "lunar_table.py"
HEAD = '''"""The Chinese calendar of 1950 to 2100, one line for each year. `make lunar-table` writes this file.

A line holds the day on which the lunar year begins; its months, 大 with 30 days and 小 with 29, a leap month after 闰;
and for each month of the Gregorian year the two days on which solar terms begin.
"""

YEARS = range({first}, {end})  # Gregorian years; the lunar year before the first covers its January
LINES = {{
'''
SIZES = {29: "小", 30: "大"}


def main() -> None:
    """Writes the table."""
    lunar_years = range(YEARS.start - 1, YEARS.stop)
    days = _days(date(lunar_years.start, 1, 1), date(lunar_years.stop, 3, 1))
    lengths = Counter((found.getYear(), found.getMonth()) for found in days.values())
    lines = [
        f'    {year}: ("{_new_year(year, days)}", "{_months(year, lengths)}", "{_terms(year, days)}"),\n'
        for year in lunar_years
    ]
    head = HEAD.format(first=YEARS.start, end=YEARS.stop)
    TABLE.write_text(head + "".join(lines) + "}\n", encoding="utf-8")


def _days(first: date, end: date) -> dict[date, Lunar]:
    days = (first + timedelta(days=passed) for passed in range((end - first).days))
    return {day: Solar.fromYmd(day.year, day.month, day.day).getLunar() for day in days}


def _new_year(year: int, days: dict[date, Lunar]) -> str:
    new_year = (year, 1, 1)
    first = next(day for day, found in days.items() if (found.getYear(), found.getMonth(), found.getDay()) == new_year)
    return f"{first:%m-%d}"


def _months(year: int, lengths: Counter[tuple[int, int]]) -> str:
    """The months in their order; the library gives a leap month a negative number."""
    months = ((month, length) for (of_year, month), length in lengths.items() if of_year == year)
    return "".join(f"{'闰' if month < 0 else ''}{SIZES[length]}" for month, length in months)


def _terms(year: int, days: dict[date, Lunar]) -> str:
    terms = [f"{day:%d}" for day, found in days.items() if day.year == year and found.getJieQi()]
    return " ".join(first + second for first, second in zip(terms[::2], terms[1::2], strict=True))


if __name__ == "__main__":
    main()
