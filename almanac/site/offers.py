"""How many events to come the choices of the filter bar would leave, apart from those among facets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import inf

from almanac.content.records.event import CALLED_OFF
from almanac.core.problems import text
from almanac.incremental import table
from almanac.model.days_off import WEEKEND
from almanac.model.indexes import takes_place
from almanac.model.links import Linked, events
from almanac.model.site import Site
from almanac.site.views import free

DAYS_COUNTED = 28  # a site not built for two weeks still counts the events of the next weekend
AGES = {
    "0-5": text("Preschool").message,
    "6-11": text("Primary school").message,
    "12-14": text("Junior secondary school").message,
    "15-17": text("Senior secondary school").message,
}


@table(dict[str, int])
def offered(site: Site) -> Mapping[str, dict[str, int]]:
    """The number of events to come for each choice (`age/6-11`, `free/1`), by the stem of a facet; of all if empty."""
    moment = site.now
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for event in events(site).values():
        if takes_place(event, moment):
            keys = list(choices_of(site, event))
            for stem in ("", *event.stems()):
                found[stem].update(keys)
    return {stem: dict(counts) for stem, counts in found.items()}


@table(dict[str, tuple[int, ...]])
def offered_on(site: Site) -> Mapping[str, dict[str, tuple[int, ...]]]:
    """The number of events on each of the next days, in ISO 8601, by the stem of a facet; of all if the stem is empty.

    A Saturday has a second number: the events on it or on the Sunday after it.
    """
    first = site.now.date()
    days: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for day, event, number in site.between(first, last_counted(site)):
        period = event.periods[number]
        if period.ends > site.now and period.status not in CALLED_OFF:
            for stem in ("", *event.linked.stems()):
                days[stem][day].add(event.id)
    return {
        stem: {day.isoformat(): _numbers(of_stem, day) for day in sorted(_with_saturdays(of_stem, first))}
        for stem, of_stem in days.items()
    }


def last_counted(site: Site) -> date:
    """The last day of which events are counted."""
    return site.now.date() + timedelta(days=DAYS_COUNTED - 1)


def _with_saturdays(days: Mapping[date, set[str]], first: date) -> set[date]:
    """The days, and the Saturdays before the Sundays among them."""
    sundays = (day for day in days if day.weekday() == max(WEEKEND) and day > first)
    return {*days, *(day - timedelta(days=1) for day in sundays)}


def _numbers(days: Mapping[date, set[str]], day: date) -> tuple[int, ...]:
    none: set[str] = set()
    ids = days.get(day, none)
    if day.weekday() != min(WEEKEND):
        return (len(ids),)
    return len(ids), len(ids | days.get(day + timedelta(days=1), none))


def choices_of(site: Site, event: Linked) -> Iterator[str]:
    """The choices among ages and flags that show an event."""
    metadata = event.metadata
    yield from (f"age/{key}" for key in AGES if metadata.ages and _overlap(metadata.ages, key))
    if free(metadata.fee):
        yield "free/1"
    if event.venue and site.facet("venues", event.venue).fields.wheelchair == "full":
        yield "wheelchair/1"


def _overlap(one: str, other: str) -> bool:
    """Whether two spans of ages, such as `6-12` or `6+`, have an age in common."""
    (first, last), (begin, end) = _bounds(one), _bounds(other)
    return first <= end and begin <= last


def _bounds(ages: str) -> tuple[int, float]:
    first, dash, last = ages.rstrip("+").partition("-")
    return int(first), int(last) if dash else inf
