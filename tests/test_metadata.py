"""Records and metadata of events: read from the store, they equal those of the file."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from event_values import BODIES, EVENTS
from hypothesis import HealthCheck, given, settings

from almanac.content.metadata import metadata_of
from almanac.content.queries import OUTCOMES, Outcome, body, metadata, possible_dates
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.content.references import references
from almanac.model.given import site_of_files

GENERATED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
PATH = "content/events/a.md"


def parsed(event: EventFields) -> Outcome:
    return Outcome(Record(PATH, "a", event), possible_dates(event))


@GENERATED
@given(event=EVENTS)
def test_metadata_has_every_name_that_a_file_refers_to(event: EventFields) -> None:
    found = metadata_of(Record(PATH, "a", event), possible_dates(event))
    assert set(found.names()) == {(reference.to, reference.name) for reference in references(event)}


@GENERATED
@given(event=EVENTS)
def test_a_record_and_its_metadata_come_back_from_the_store_as_they_were(event: EventFields) -> None:
    outcome = parsed(event)
    stored = OUTCOMES.encode(outcome)
    assert stored
    assert OUTCOMES.decode(stored) == outcome
    found = metadata_of(Record(PATH, "a", event), outcome.dates)
    assert metadata.codec
    stored = metadata.codec.encode(found)
    assert stored
    assert metadata.codec.decode(stored) == found


@GENERATED
@given(text=BODIES)
def test_a_body_is_the_text_below_the_front_matter_without_control_characters(text: str) -> None:
    site = site_of_files(Path(), {PATH: f"---\ntitle: 甲\n---\n{text}".encode()})
    plain = [
        one for one in text if one in "\t\n" or (unicodedata.category(one) != "Cc" and one not in "\ufeff\ufffe\uffff")
    ]
    assert body(site, PATH) == "".join(plain)
