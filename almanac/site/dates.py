"""Dates in words, in the language of the site: 2026年12月5日（周六）14:00—16:00.

All forms are patterns in the catalogues of messages; a translation chooses among the values that `DateWords` fills in.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from almanac.content.occurrences import day_of
from almanac.content.recurrence import Moment
from almanac.core.problems import Translate, text
from almanac.site.calendars import Months
from almanac.site.rhythms import Rhythm

WEEKDAYS = (text("Mon"), text("Tue"), text("Wed"), text("Thu"), text("Fri"), text("Sat"), text("Sun"))
WEEKDAY_NAMES = (
    text("Monday"), text("Tuesday"), text("Wednesday"), text("Thursday"), text("Friday"), text("Saturday"),
    text("Sunday"),
)  # fmt: skip
MONTHS = (
    text("January"), text("February"), text("March"), text("April"), text("May"), text("June"),
    text("July"), text("August"), text("September"), text("October"), text("November"), text("December"),
)  # fmt: skip
SHORT_MONTHS = text("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")  # one message: “May” is the whole name, too

# Caches: cards, pages, feeds and the search write the same dates, and formatting is slow.
MOST_DAYS = 1 << 10  # cached days in words: about three years
MOST_MOMENTS = 1 << 11  # cached moments in ISO 8601
WORD_JOINER = "\u2060"  # keeps browsers from breaking the line; some editors show it as a box
TIME, HOURS, DAYS = text("{hour}:{minute}"), text("{begins}—{ends}"), text("{first}—{last}")


@lru_cache(MOST_MOMENTS)
def iso(moment: Moment, zone: ZoneInfo) -> str:
    """ISO 8601: a time with the offset of the zone, or a plain date. A time without a zone is local time there."""
    if isinstance(moment, datetime) and moment.tzinfo:
        return moment.astimezone(zone).isoformat()
    return (
        f"{moment.isoformat()}{_offset(zone.utcoffset(moment) or timedelta())}"
        if isinstance(moment, datetime)
        else moment.isoformat()
    )


@lru_cache(MOST_MOMENTS)
def _offset(offset: timedelta) -> str:
    """An offset from UTC as ISO 8601 writes it after a time: `+08:00`."""
    midnight = datetime(1, 1, 2)  # noqa: DTZ001 - any local time
    return midnight.replace(tzinfo=timezone(offset)).isoformat().removeprefix(midnight.isoformat())


def short_months(translate: Translate) -> list[str]:
    """The names of the months as a leaf of an almanac shows them: 12月, or Dec."""
    return translate(SHORT_MONTHS.message).split()


class DateWords:
    """Writes dates with the patterns of one language."""

    def __init__(self, translate: Translate) -> None:
        self.translate = translate
        self._in_full = lru_cache(MOST_DAYS)(partial(self._fill, translate("{weekday} {day} {month_name} {year}")))
        self._time, self._hours, self._days = (translate(pattern.message) for pattern in (TIME, HOURS, DAYS))

    def day(self, day: date) -> str:
        """A day in full: 2026年12月5日（周六）."""
        return self._in_full(day_of(day))

    def day_in_year(self, day: date) -> str:
        """A day without its year: 12月5日（周六）."""
        return self._fill(self.translate("{weekday} {day} {month_name}"), day)

    def month(self, day: date) -> str:
        """The month of a day: 2026年12月."""
        return self._fill(self.translate("{month_name} {year}"), day)

    def month_name(self, day: date) -> str:
        """The month alone: 12月."""
        return self.translate(MONTHS[day.month - 1].message)

    def months(self, months: Months) -> str:
        """Whole months of a year: 1–3月, or March alone."""
        first, last = (self.translate(MONTHS[month - 1].message) for month in (months.first, months.last))
        if first == last:
            return first
        return self.translate("{first_name}–{last_name}").format(
            first=months.first, last=months.last, first_name=first, last_name=last
        )

    def month_short(self, day: date) -> str:
        """The month above the number on a leaf of an almanac: 12月, or Dec."""
        return short_months(self.translate)[day.month - 1]

    def weekday(self, day: date) -> str:
        """周六."""
        return self.translate(WEEKDAYS[day.weekday()].message)

    def weekday_name(self, day: date) -> str:
        """The whole name of a day of the week: 星期六, or Saturday."""
        return self.translate(WEEKDAY_NAMES[day.weekday()].message)

    def moment(self, moment: Moment) -> str:
        """A day in full, with the time of day unless `moment` is a date."""
        return self._at(self.day(moment), self._clock(moment)) if isinstance(moment, datetime) else self.day(moment)

    def moment_in_year(self, moment: Moment) -> str:
        """The same without the year."""
        day = self.day_in_year(moment)
        return self._at(day, self._clock(moment)) if isinstance(moment, datetime) else day

    def span(self, start: Moment, end: Moment | None) -> str:
        """From start to end, without repeating the day or the year. The end of an all-day span is its last day."""
        begun = self.moment(start)
        if end is None or end == start:
            return begun
        if not isinstance(start, datetime) or not isinstance(end, datetime):
            return self._from_to(begun, self._short(start, end))
        if end.date() == start.date():
            return self._at(self.day(start), self._within_day(start, end))
        if end - start < timedelta(hours=24):
            return self._from_to(begun, self.translate("{time} the next day").format(time=self._clock(end)))
        return self._from_to(begun, self._at(self._short(start, end), self._clock(end)))

    def span_in_year(self, start: Moment, end: Moment | None) -> str:
        """From start to end without the year, with both days: 12月5日（周六）—12月8日（周二）."""
        begun = self.moment_in_year(start)
        return self._from_to(begun, self.moment_in_year(end)) if end and end != start else begun

    def days(self, first: date, last: date) -> str:
        """From one day to another, without weekdays where they are in one month: 2026年4月10—16日."""
        if (first.year, first.month) != (last.year, last.month):
            return self.span(first, last)
        pattern = self.translate("{first_day}–{last_day} {month_name} {year}")
        return pattern.format(
            year=first.year,
            month=first.month,
            first_day=first.day,
            last_day=last.day,
            month_name=self.month_name(first),
        )

    def occasion(self, start: Moment, end: Moment | None, rhythm: Rhythm | None) -> str:
        """A date of an event, or its rhythm: 2026年4月10—16日 每天 9:00—17:00, 每周三 19:00—20:30."""
        if rhythm is None:
            return self.span(start, end)
        hours = self.hours(start, end)
        if rhythm.kind == "weekly":
            return self._fill(self.translate("every {weekday}, {hours}"), start, hours=hours)
        return self.translate("{days}, daily {hours}").format(days=self.days(rhythm.first, rhythm.last), hours=hours)

    def hours(self, start: Moment, end: Moment | None) -> str:
        """The time of day without the day: 14:00—16:00, or all day."""
        if not isinstance(start, datetime):
            return self.translate("all day")
        return self._within_day(start, end) if isinstance(end, datetime) and end != start else self._clock(start)

    def _short(self, start: Moment, end: Moment) -> str:
        return self.day_in_year(end) if end.year == start.year else self.day(end)

    def _clock(self, moment: datetime) -> str:
        """The time of day: 14:00. `strftime` is slower."""
        hour, _, minute = moment.time().isoformat("minutes").partition(":")
        return self._time.format(hour=hour, minute=minute)

    def _within_day(self, start: datetime, end: datetime) -> str:
        """From one time of day to another, on one line: 14:00—16:00."""
        begins, ends = f"{self._clock(start)}{WORD_JOINER}", f"{WORD_JOINER}{self._clock(end)}"
        return self._hours.format(begins=begins, ends=ends)

    def _from_to(self, first: str, last: str) -> str:
        return self._days.format(first=first, last=last)

    def _at(self, day: str, time: str) -> str:
        return self.translate("{day}, {time}").format(day=day, time=time)

    def _fill(self, pattern: str, day: date, **others: str) -> str:
        return pattern.format(
            year=day.year,
            month=day.month,
            day=day.day,
            month_name=self.month_name(day),
            weekday=self.weekday(day),
            weekday_name=self.weekday_name(day),
            **others,
        )
