"""The shipped content: every month has events in every district and for every audience, and no text stands twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sites import REPOSITORY

from almanac.build.checking import check
from almanac.build.options import Options
from almanac.model.events import Event
from almanac.model.site import Site

NOW = datetime(2026, 11, 24, 9, 0)
MONTHS = [date(2026, month, 1) for month in range(9, 13)] + [date(2027, month, 1) for month in range(1, 13)]
PROGRAMMES = {
    "science-week",
    "science-day",
    "monthly-theme",
    "longcheng-lectures",
    "day-tours",
    "grassroots-talks",
    "love-science",
    "youth-contests",
    "liangchun-cup",
    "rural-science",
    "skills-training",
    "volunteers",
}
STATUSES = {"cancelled", "postponed", "moved", "full"}
LONG_SENTENCE = 20
# Sentences that may stand in several events.
BOILERPLATE: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def calendar() -> Iterator[Site]:
    with check(Options(REPOSITORY, REPOSITORY / "output", REPOSITORY / ".almanac", NOW)) as (found, problems):
        assert problems == []
        assert found is not None
        yield found


def months_of(event: Event) -> set[date]:
    """The first days of the months in which the event has a date that takes place."""
    called_off = {"cancelled", "postponed"}
    if event.fields.status in called_off:
        return set()
    days = (day for one in event.dates.occurrences if one.status not in called_off for day in one.days())
    return {day.replace(day=1) for day in days}


def sentences(body: str) -> Iterator[str]:
    """The long sentences of a body, without Markdown's markup."""
    for sentence in re.split(r"[。！？\n]", body):
        bare = re.sub(r"[\s#*`>|-]", "", sentence)
        if len(bare) >= LONG_SENTENCE:
            yield bare


def test_every_month_has_events_in_every_district_and_for_every_audience(calendar: Site) -> None:
    offered: dict[date, set[tuple[str, str]]] = defaultdict(set)
    for event in calendar.events:
        for month in months_of(event):
            offered[month] |= {(facet.kind, facet.key) for facet in event.facets()}
    wanted = {("districts", key) for key in calendar.config.districts} | {
        ("audiences", key) for key in calendar.config.audiences
    }
    assert {month: wanted - offered[month] for month in MONTHS if wanted - offered[month]} == {}


def test_every_programme_has_events_in_2019_and_from_september_2026_on(calendar: Site) -> None:
    for first, last in ((date(2019, 1, 1), date(2019, 12, 1)), (MONTHS[0], MONTHS[-1])):
        events = [event for event in calendar.events if any(first <= month <= last for month in months_of(event))]
        assert {event.fields.programme for event in events} >= PROGRAMMES


def test_the_calendar_has_at_least_220_events_and_40_of_2019(calendar: Site) -> None:
    of_2019 = [event for event in calendar.events if any(month.year == 2019 for month in months_of(event))]
    assert len(calendar.events) >= 220
    assert len(of_2019) >= 40


def test_every_status_and_every_form_of_date_has_an_example(calendar: Site) -> None:
    events = calendar.events
    assert {event.fields.status for event in events} >= STATUSES
    assert any(event.fields.repeat and event.fields.except_ for event in events)
    assert any(len(event.fields.sessions) >= 5 for event in events)
    assert any(event.fields.online and not event.place for event in events)
    assert any(event.fields.online and event.place for event in events)


def test_no_two_events_share_a_sentence(calendar: Site) -> None:
    written: dict[str, set[str]] = defaultdict(set)
    for event in calendar.events:
        for sentence in sentences(event.body):
            written[sentence].add(event.id)
    shared = {sentence: ids for sentence, ids in written.items() if len(ids) > 1 and sentence not in BOILERPLATE}
    assert shared == {}


def test_every_event_has_an_organiser_a_theme_a_place_and_a_text(calendar: Site) -> None:
    for event in calendar.events:
        assert event.organisers, event.id
        assert event.themes, event.id
        assert event.place or event.fields.online, event.id
        assert len(event.body) >= 60, event.id


def test_past_sample_events_have_a_result(calendar: Site) -> None:
    for event in calendar.events:
        if event.fields.sample and all(one.ends <= calendar.now for one in event.dates.occurrences):
            assert event.fields.result, event.id
