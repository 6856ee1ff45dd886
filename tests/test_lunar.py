"""The Chinese calendar: every day of the table against two libraries that compute it, and pages beyond its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sxtwl
from lunar_python import LunarYear, Solar
from lunar_python.util import LunarUtil
from sites import Site

from almanac.site.lunar import TERMS, lunar_date, lunar_short, solar_term

YEARS = range(1950, 2101)
DAYS = [date(1950, 1, 1) + timedelta(days=passed) for passed in range((date(2101, 1, 1) - date(1950, 1, 1)).days)]

# The new moon of 29 September 2057 comes less than a minute after midnight, as lunar_python has it; sxtwl computes a
# moment before midnight. The Hong Kong Observatory calls this date uncertain until the earth's rotation is known.
UNCERTAIN = {date(2057, 9, 28) + timedelta(days=passed) for passed in range(30)}


def test_every_day_has_the_name_that_lunar_python_gives_it() -> None:
    expected = dict(names_by_lunar_python())
    assert {day: lunar_date(day) for day in DAYS} == {day: "".join(expected[day]) for day in DAYS}


def test_every_day_has_the_name_that_sxtwl_gives_it_but_for_one_month() -> None:
    expected = dict(names_by_sxtwl())
    assert {day for day in DAYS if lunar_date(day) != "".join(expected[day])} == UNCERTAIN


def test_a_small_field_shows_the_day_or_on_the_first_day_the_month() -> None:
    expected = dict(names_by_lunar_python())
    shown = {day: month if name == "初一" else name for day, (month, name) in expected.items()}
    assert {day: lunar_short(day) for day in DAYS} == {day: shown[day] for day in DAYS}
    assert [shown[date(2033, 12, day)] for day in (21, 22, 23)] == ["三十", "闰冬月", "初二"]


def test_every_solar_term_begins_on_the_day_that_both_libraries_give() -> None:
    found = {day: term for day in DAYS if (term := solar_term(day))}
    assert found == {day: term for day, term in terms_by_lunar_python() if day.year in YEARS}
    assert found == {day: term for day, term in terms_by_sxtwl() if day.year in YEARS}


def test_a_moment_is_named_as_its_day() -> None:
    moment = datetime(2026, 11, 22, 9)
    assert (lunar_date(moment), lunar_short(moment), solar_term(moment)) == ("十月十四", "十四", "小雪")


@pytest.mark.parametrize("day", [date(1949, 12, 31), date(2101, 1, 1), date.min, date.max])
def test_a_day_outside_the_table_has_no_name(day: date) -> None:
    assert (lunar_date(day), lunar_short(day), solar_term(day)) == ("", "", "")


def test_pages_show_nothing_lunar_beyond_the_table(site: Site) -> None:
    site.event("last", start="2100-12-31 20:00")
    site.now = datetime(2100, 12, 31, 9)
    site.build()
    last, following = leaves(site.page("/"))[:2]
    assert 'data-leaf="2100-12-31"' in last
    assert "leaf-lunar" in last
    assert 'data-leaf="2101-01-01"' in following
    assert "leaf-lunar" not in following


def leaves(page: str) -> list[str]:
    """The calendar leaves of the home page: today's, then those of the days after it."""
    return [line for line in page.splitlines() if "data-leaf=" in line]


def names_by_lunar_python() -> Iterator[tuple[date, tuple[str, str]]]:
    """Every day with the names of its month and of itself."""
    for year in (YEARS.start - 1, *YEARS):
        for month in LunarYear.fromYear(year).getMonthsInYear():
            first = day_of(Solar.fromJulianDay(month.getFirstJulianDay()))
            name = f"{'闰' if month.isLeap() else ''}{LunarUtil.MONTH[abs(month.getMonth())]}月"
            for number in range(month.getDayCount()):
                yield first + timedelta(days=number), (name, LunarUtil.DAY[number + 1])


def names_by_sxtwl() -> Iterator[tuple[date, tuple[str, str]]]:
    found = sxtwl.fromSolar(DAYS[0].year, DAYS[0].month, DAYS[0].day)
    for day in DAYS:
        name = f"{'闰' if found.isLunarLeap() else ''}{LunarUtil.MONTH[found.getLunarMonth()]}月"
        yield day, (name, LunarUtil.DAY[found.getLunarDay()])
        found = found.after(1)


def terms_by_lunar_python() -> Iterator[tuple[date, str]]:
    """The library's table of a year begins with the 大雪 of the year before and reaches into the next year."""
    for year in (*YEARS, YEARS.stop):
        table = Solar.fromYmd(year, 7, 1).getLunar().getJieQiTable()
        for name, term in list(table.items())[1:25]:
            yield day_of(term), name


def terms_by_sxtwl() -> Iterator[tuple[date, str]]:
    """The library counts the terms from 冬至 on; its list of a year begins with 立春."""
    for year in (YEARS.start - 1, *YEARS):
        for term in sxtwl.getJieQiByYear(year):
            moment = sxtwl.JD2DD(term.jd)
            yield date(int(moment.Y), int(moment.M), int(moment.D)), TERMS[term.jqIndex - 1]


def day_of(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
