"""Dates in words, as people type them into a search: 下周六, 12月5日, 周三上午. The script of `/search/` reads them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class DatePatterns(msgspec.Struct, frozen=True):
    """The words for dates of a language.

    `patterns` are regular expressions of JavaScript, tried in their order, each with the kind of date that it finds.
    Their groups are, for `weekend`, `week` and `month` a key of `weeks`; for `day` this and a letter of `weekdays`;
    for `weekday` that letter; for `date` year, month and day; for `near` a key of `near`; for a part of the day none.
    `weeks` and `near` count weeks, or months, and days from today; `weekdays` begins with Monday, and a letter for
    Sunday may follow. `festival` is the pattern of an ending of names of holidays that people leave out, `particle`
    joins words.

    The form for staff reads hours too. `time` finds one, with the groups part, hour and minute; parts of `later` add
    12 to an hour before 12, and `noon` to one before 6. `minutes` are words for minutes, `digits` for figures, `ten`
    for 10. `until` stands between a start and an end, and `weekday` beside a day.
    """

    patterns: tuple[tuple[str, str], ...] = ()
    weeks: Mapping[str, int] = {}
    near: Mapping[str, int] = {}
    weekdays: str = ""
    festival: str = ""
    particle: str = ""
    time: str = ""
    later: tuple[str, ...] = ()
    noon: str = ""
    minutes: Mapping[str, int] = {}
    digits: Mapping[str, int] = {}
    ten: str = ""
    until: str = "--|[-–—~]"
    weekday: str = ""


WEEK = "(下下|下|这|這|本)[个個]?"
WEEK_NAME = "(?:周|週|星期|礼拜|禮拜)"
CHINESE = DatePatterns(
    patterns=(
        ("weekend", f"(?:{WEEK})?(?:周末|週末|双休日|雙休日)"),
        ("day", f"{WEEK}{WEEK_NAME}([一二三四五六日天])"),
        ("weekday", f"每?{WEEK_NAME}([一二三四五六日天])"),
        ("week", f"{WEEK}{WEEK_NAME}"),
        ("month", f"{WEEK}月"),
        ("date", r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})[日号號]?)?"),
        ("near", "(今|明|大后|大後|后|後)[天日晚]"),
        ("morning", "上午|早上|早晨"),
        ("afternoon", "下午"),
        ("evening", "晚上|晚间|晚間|夜里|夜裡"),
    ),
    weeks={"下下": 2, "下": 1, "这": 0, "這": 0, "本": 0},
    near={"今": 0, "明": 1, "后": 2, "後": 2, "大后": 3, "大後": 3},
    weekdays="一二三四五六日天",
    festival="[节節]$",
    particle="的",
    time=(
        r"(?<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚)?\s*(?<hour>\d{1,2}|[一二三四五六七八九十两兩]{1,3})"
        r"\s*(?:[:点點时時]\s*(?<minute>\d{1,2}|半|整|一刻|三刻)?)\s*分?"
    ),
    later=("下午", "傍晚", "晚上", "晚"),
    noon="中午",
    minutes={"半": 30, "整": 0, "一刻": 15, "三刻": 45},
    digits={"一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9},
    ten="十",
    until="--|[-–—~至到]",
    weekday=f"{WEEK_NAME}[一二三四五六日天]",
)
DATE_PATTERNS: Mapping[str, DatePatterns] = {"zh-CN": CHINESE, "zh-TW": CHINESE}  # in both scripts


def date_patterns(language: str) -> DatePatterns:
    """The words for dates of a language; none if they are not known."""
    return DATE_PATTERNS.get(language, DatePatterns())
