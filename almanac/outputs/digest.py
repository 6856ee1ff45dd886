"""`/digest/`: the events of each week as mail programs keep them, as plain text, and as a feed with an entry a week.

`digest --to FILE.eml` makes a message of the same pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

import msgspec

from almanac.core.problems import text
from almanac.model.moments import instant, today
from almanac.model.site import Site
from almanac.render.news import NewsFeed, WeekEvent, WeekNews, week_entry
from almanac.site.bulletins import Bulletin, first_of_week, week_bulletin, week_key, weeks_with_events
from almanac.site.calendar_days import DAYS_IN_WEEK
from almanac.site.channels import channels
from almanac.site.pages import Page, page
from almanac.site.settings import site_settings
from almanac.site.shared_words import SharedWords, WordedEvent, worded_event
from almanac.site.views import ALL_EVENTS, Head

DIGEST = "/digest/"
FEED = "/digest/weeks.atom"
NAME = text("Weekly digest").message
DAYS_BEFORE = 4  # a week is announced on the Thursday before it
WEEKS_IN_FEED = 8
WEEKS_AHEAD = 8  # that the list begins with; a script hides those that are over


class WeekLink(msgspec.Struct, frozen=True):
    """A link to the page of a week, and its last day."""

    name: str
    address: str
    last: date


class DigestView(msgspec.Struct, frozen=True):
    """The next weeks with events, from that of the build on; and all weeks by year, the latest first."""

    head: Head
    feed: str
    ahead: tuple[WeekLink, ...]
    years: tuple[tuple[int, tuple[WeekLink, ...]], ...]


class MailView(msgspec.Struct, frozen=True):
    """The message of a week. `plain` is all of it as plain text, `rest` its last line."""

    key: str
    address: str
    heading: str
    events: tuple[WordedEvent, ...]
    rest: str
    plain: str


def pages(site: Site) -> Iterator[Page]:
    """The list, the feed, and each week with events in both forms."""
    yield page(DIGEST, "html:digest.html", digest_view, indexed=True)
    yield page(FEED, "news:atom", digest_feed)
    for key in weeks_with_events(site):
        yield mail_page(key)
        yield text_page(key)


def mail_page(key: str) -> Page:
    """The message of an ISO 8601 week as HTML."""
    return page(week_address(key), "html:digest_mail.html", mail_view, key)


def text_page(key: str) -> Page:
    """The message of a week as plain text."""
    return page(f"{week_address(key)[:-1]}.txt", "html:digest_mail.txt", mail_view, key)


def week_address(key: str) -> str:
    """The page of a week."""
    return f"{DIGEST}{key}/"


def announced_week(day: date) -> str:
    """The week that is announced last on a day."""
    return week_key(day + timedelta(days=DAYS_BEFORE))


def digest_view(site: Site) -> DigestView:
    """The view of the list."""
    words = SharedWords(site_settings(site))

    def link(key: str) -> WeekLink:
        first = first_of_week(key)
        last = first + timedelta(days=DAYS_IN_WEEK - 1)
        return WeekLink(words.days(first, last), week_address(key), last)

    known, this_week = weeks_with_events(site), week_key(date.fromisoformat(today(site)))
    ahead = tuple(link(key) for key in [key for key in known if key >= this_week][:WEEKS_AHEAD])
    by_year = groupby(reversed(known), key=lambda key: int(key.partition("-")[0]))
    years = tuple((year, tuple(map(link, keys))) for year, keys in by_year)
    return DigestView(Head(DIGEST, NAME), FEED, ahead, years)


def mail_view(site: Site, key: str) -> MailView:
    """The message of a week."""
    words, bulletin = SharedWords(site_settings(site)), week_bulletin(site, key)
    events = tuple(worded_event(words, event) for event in bulletin.events)
    plain = words.bulletin_group(bulletin)
    return MailView(key, week_address(key), words.heading(bulletin), events, words.rest(bulletin), plain)


def digest_feed(site: Site) -> NewsFeed:
    """The feed: the weeks up to the one that is announced last, the latest first."""
    settings = site_settings(site)
    last = announced_week(date.fromisoformat(today(site)))
    keys = [key for key in weeks_with_events(site) if key <= last][-WEEKS_IN_FEED:]
    weeks = [_week_news(site, SharedWords(settings), week_bulletin(site, key)) for key in reversed(keys)]
    name = f"{settings.title} · {SharedWords(settings).translate(NAME)}"
    updated = max((week.updated for week in weeks), default=None)
    entries = tuple(week_entry(week, settings) for week in weeks)
    return NewsFeed(name, settings.description, FEED, DIGEST, "", entries, updated)


def _week_news(site: Site, words: SharedWords, bulletin: Bulletin) -> WeekNews:
    """A week as news. Its stamp follows the last change of any event until the week is over, so it never goes back.

    The last change among its own events would go back when one of them moves to another week.
    """
    zone = site.config.timezone
    published = instant(datetime.combine(bulletin.first - timedelta(days=DAYS_BEFORE), time()), zone)
    over = instant(datetime.combine(bulletin.last + timedelta(days=1), time()), zone)
    changed = channels.entry(site, ALL_EVENTS).updated or published
    return WeekNews(
        address=week_address(bulletin.key),
        title=words.heading(bulletin),
        published=published,
        updated=max(published, min(changed.astimezone(UTC), over)),
        events=tuple(
            WeekEvent(words.title(one), words.address(one), tuple(words.lines(one))) for one in bulletin.events
        ),
    )
