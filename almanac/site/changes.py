"""What changed for the public, as pages and feeds tell it: by day, for the whole site and for each facet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec
from msgspec.structs import replace

from almanac.content.occurrences import Occurrence, day_of
from almanac.content.records.event import CALLED_OFF
from almanac.core.messages import gettext_of
from almanac.core.problems import Text, text
from almanac.incremental import query, table
from almanac.model.changes import (
    SESSIONS,
    STATUS,
    ChangeKind,
    Told,
    changes_between,
    changes_since,
    last_told_change,
    past_event,
)
from almanac.model.differences import WHEN, WHERE, KeyChange, TimeSpan
from almanac.model.events import Event
from almanac.model.labels import FACET_KINDS, former_stems
from almanac.model.links import Linked
from almanac.model.moments import local, today
from almanac.model.site import Site
from almanac.model.words import STATUS_WORDS
from almanac.site.addresses import made
from almanac.site.calendar_days import RANKS
from almanac.site.change_words import ChangeWords, on_one_day
from almanac.site.settings import site_settings

DAYS_TOLD = 60  # before the day of the build
MOST_NEW = 8  # new events of one day that are named; of more, as after an import, only the first are
MOST_ON_A_DAY = 50  # other changes of one day that are named
MOST_TOLD = 200  # named changes of a list; what is older is left out
MOST_LINES = 5  # that tell of one change
CHANGE_FEEDS = "/feeds/changes"
OVERRIDES, REPEAT = text("Overrides"), text("Repeat")
DATES, PLACE = text("Dates"), text("Place")


class NamedChange(msgspec.Struct, frozen=True, array_like=True):
    """A change with the id of its event."""

    event: str
    told: Told


class ChangeDay(msgspec.Struct, frozen=True, array_like=True):
    """The changes of a day, the last first: new events by level and date, and others. The counts include unnamed ones.

    `moment` is the instant of the last one, in UTC.
    """

    day: date
    moment: datetime
    new: tuple[NamedChange, ...]
    new_count: int
    others: tuple[NamedChange, ...]
    others_count: int


class ChangeNote(msgspec.Struct, frozen=True):
    """The last change of an event, for its page. `moment` is local time."""

    moment: datetime
    kind: ChangeKind
    lines: tuple[str, ...]


@query(dict[str, str])
def change_feeds(site: Site) -> dict[str, str]:
    """The stems of feeds of changes with the facets (`themes/sky`) whose changes they tell; empty for the whole site.

    A renamed facet has its feed at its old stem too. Kinds whose pages are turned off have none.
    """
    kinds = [kind for kind in FACET_KINDS if made(kind, site.config)]
    found = {CHANGE_FEEDS: ""} | {
        f"{CHANGE_FEEDS}/{facet.stem}": facet.stem for kind in kinds for facet in site.facets(kind)
    }
    former = {f"{CHANGE_FEEDS}/{old}": stem for old, stem in former_stems(site).items() if stem in found.values()}
    return former | found


@table(tuple[ChangeDay, ...])
def change_days(site: Site) -> Mapping[str, tuple[ChangeDay, ...]]:
    """The days with changes of each facet (`themes/sky`) and, under the empty key, of the site; the last day first."""
    zone = site.config.timezone
    found: dict[str, list[tuple[Linked, Told]]] = defaultdict(list)
    for event, told in changes_since(site, date.fromisoformat(today(site)) - timedelta(days=DAYS_TOLD)):
        for stem in ("", *event.stems(), *event.venue_stems()):
            found[stem].append((event, told))

    def days(changes: list[tuple[Linked, Told]]) -> Iterator[ChangeDay]:
        named = 0
        changes.sort(key=lambda one: (one[1].moment, one[0].id), reverse=True)
        for day, of_day in groupby(changes, key=lambda one: local(one[1].moment, zone).date()):
            shown = _day(day, list(of_day))
            named += len(shown.new) + len(shown.others)
            yield shown
            if named >= MOST_TOLD:
                return

    return {stem: tuple(days(changes)) for stem, changes in found.items()}


def _day(day: date, changes: Sequence[tuple[Linked, Told]]) -> ChangeDay:
    new = [one for one in changes if one[1].kind == "new"]
    others = [NamedChange(event.id, told) for event, told in changes if told.kind != "new"]
    new.sort(key=lambda one: (RANKS[one[0].metadata.level], one[0].begins, one[0].id))
    return ChangeDay(
        day=day,
        moment=changes[0][1].moment,
        new=tuple(NamedChange(event.id, told) for event, told in new[:MOST_NEW]),
        new_count=len(new),
        others=tuple(others[:MOST_ON_A_DAY]),
        others_count=len(others),
    )


def change_note(site: Site, event: Event) -> ChangeNote | None:
    """The last change of an event that tells more than its present status does."""
    told = last_told_change(site, event.id)
    lines = change_lines(site, event.id, told.before, told.after) if told else ()
    if told is None or not (lines or told.kind == "restored"):
        return None
    return ChangeNote(local(told.moment, site.config.timezone), told.kind, lines)


@query(tuple[str, ...])
def change_lines(site: Site, event_id: str, before: str, after: str) -> tuple[str, ...]:
    """A change in words, given by the object ids of two versions; without these it is what the event declares."""
    event, settings = site.event_or_withdrawn(event_id), site_settings(site)
    words = ChangeWords(gettext_of(settings.language, settings.messages))
    old, new = (past_event(site, event.path, name) if name else None for name in (before, after))
    if not old or not new:
        status = event.fields.status
        said = () if status in (*CALLED_OFF, "scheduled") else (words.word(STATUS_WORDS[status]),)
        return () if event.withdrawn else (*said, *_note(event))
    off = not CALLED_OFF.isdisjoint((old.fields.status, new.fields.status))
    changes = [one for one in changes_between(site, old, new) if not (off and one.labels == (STATUS,))]
    lines = [words.line(_readable(one, old, new, words)) for one in changes]
    if len(lines) > MOST_LINES:
        more = text("{count} further changes", count=len(lines) - MOST_LINES + 1)
        lines = [*lines[: MOST_LINES - 1], words.word(more)]
    return (*lines, *(_note(new) if new.fields.status_note != old.fields.status_note else ()))


def _note(event: Event) -> tuple[str, ...]:
    return (event.fields.status_note,) if event.fields.status_note else ()


def _readable(change: KeyChange, old: Event, new: Event, words: ChangeWords) -> KeyChange:
    """The change with days in place of the keys and rules by which the file names dates."""
    if change.labels == (REPEAT,):
        then, now = (_dates(one, words) if one.fields.repeat else None for one in (old, new))
        return KeyChange((DATES,), then, now)
    labels = tuple(PLACE if label == WHERE else label for label in change.labels)
    if labels[0] not in (SESSIONS, OVERRIDES):
        return replace(change, labels=labels)
    kind, key, what = labels[0], str(labels[1]), labels[-1]
    first, last = (_date(one, by_session=kind == SESSIONS, key=key) for one in (old, new))
    known = first or last
    before, after = change.before, change.after
    if kind == OVERRIDES and what == WHEN:
        before, after = before or _span(first), after or _span(last)
    if what == STATUS:
        before, after = before or STATUS_WORDS["scheduled"], after or STATUS_WORDS["scheduled"]
    if not known or (what == WHEN and not on_one_day(before, after)):  # the days are told in full
        return KeyChange((what,) if known else (key, what), before, after)
    return KeyChange((words.dates.day_in_year(known.start), what), before, after)


def _dates(event: Event, words: ChangeWords) -> Text:
    """All dates of an event: their number, the first and the last day."""
    first, *_, last = (*event.dates.occurrences, event.dates.occurrences[-1])
    days = {"first": words.dates.day(first.start), "last": words.dates.day(last.start)}
    return text("{count} dates, {first} to {last}", count=len(event.dates.occurrences), **days)


def _date(event: Event, *, by_session: bool, key: str) -> Occurrence | None:
    """The date of a session, or of a repeat by its day."""
    return next(
        (
            one
            for one in event.dates.occurrences
            if key == (one.session if by_session else str(day_of(one.recurrence or one.start)))
        ),
        None,
    )


def _span(one: Occurrence | None) -> TimeSpan | None:
    return TimeSpan(one.start, one.end) if one else None
