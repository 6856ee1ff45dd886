"""Reads the bytes of a calendar file into VEVENTs, and refuses files that would be read wrongly or only in part."""

from __future__ import annotations

import re
from typing import Any
from warnings import catch_warnings

from icalendar import Calendar

from almanac.core.problems import Location, Problem, Text, text
from almanac.exchange.sheets import LARGEST

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:V(?:CALENDAR|EVENT|TODO|TIMEZONE)\b", re.IGNORECASE)
FOLD = re.compile(rb"(?:\r?\n)+[ \t]")  # with blank lines, which some programs write
SAVE_AGAIN = text("Export it again from the calendar program that it comes from.")
CONTENT_LINE = re.compile(r"\s*|[A-Za-z0-9-]+[;:].*")  # section 3.1
LONGEST_QUOTE = 60  # characters of a line in a message


def is_calendar(data: bytes) -> bool:
    """Whether the bytes of a file are a calendar or a part of one, whatever its name is."""
    return BEGINS.match(data) is not None


def read_vevents(path: str, data: bytes) -> list[Any] | Problem:
    """The VEVENT components of all calendars in a file, in order; a Problem if the file cannot be trusted."""
    if len(data) > LARGEST:
        return Problem(Location(path), text("This file is larger than {size} MB.", size=LARGEST >> 20))
    content = _decoded(data)
    if isinstance(content, Text):
        return Problem(Location(path), content, SAVE_AGAIN)
    if reason := _incomplete(content):
        return Problem(Location(path), reason, SAVE_AGAIN)
    try:
        with catch_warnings(action="ignore"):  # about guesses of time zones, which are the right ones
            calendars: list[Any] = Calendar.from_ical(content, multiple=True)
        found = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, RecursionError):
        # icalendar's for broken files
        return Problem(Location(path), _unreadable(content), SAVE_AGAIN)
    return found or Problem(Location(path), text("This calendar has no events."), SAVE_AGAIN)


def _decoded(data: bytes) -> str | Text:
    """The text with unfolded lines, or the reason why it cannot be read.

    Lines are unfolded before decoding, since some programs fold within a character (RFC 5545, section 3.1). A few
    broken characters become �, and the events that have them are asked about.
    """
    if b"\n" not in data and b"\r" in data:
        return text("The lines of this calendar end in CR alone, which calendars do not allow.")
    unfolded = FOLD.sub(b"", data.removeprefix(BYTE_ORDER_MARK))
    try:
        return unfolded.decode()
    except UnicodeDecodeError:
        lines = [line for line in unfolded.splitlines() if not line.isascii()]
        broken = sum("�" in line.decode(errors="replace") for line in lines)
        if broken * 2 > len(lines):
            return text("This calendar is not in UTF-8; it may be in GBK.")
        return unfolded.decode(errors="replace")


def _unreadable(content: str) -> Text:
    """Why the text is no calendar: its first line of another form, if there is one."""
    for line in content.splitlines():
        if not CONTENT_LINE.fullmatch(line):
            return text("This calendar has a line that cannot be read: {line}", line=line[:LONGEST_QUOTE])
    return text("This calendar cannot be read.")


def _incomplete(content: str) -> Text | None:
    """The reason why the text is no whole calendar."""
    lines = [line.strip().upper() for line in content.splitlines()]
    if "BEGIN:VCALENDAR" not in lines:
        return text("BEGIN:VCALENDAR is missing: this is only a part of a calendar.")
    if lines.count("BEGIN:VCALENDAR") > lines.count("END:VCALENDAR"):
        return text("This calendar is cut off: END:VCALENDAR is missing.")
    return None
