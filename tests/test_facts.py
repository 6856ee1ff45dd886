"""What is kept of an event's file, and what linking is told of it."""

from __future__ import annotations

from event_values import BODIES, EVENTS
from hypothesis import HealthCheck, given, settings

from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.content.references import references
from almanac.content.shelf import pack

GENERATED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@GENERATED
@given(event=EVENTS)
def test_facts_tell_every_name_that_a_file_refers_to(event: EventFields) -> None:
    facts = pack(Record("content/events/a.md", "a", event)).unpack_facts()
    assert set(facts.names()) == {(reference.to, reference.name) for reference in references(event)}


@GENERATED
@given(event=EVENTS, body=BODIES)
def test_what_stands_on_the_shelf_is_the_record_with_its_body(event: EventFields, body: str) -> None:
    record = Record("content/events/a.md", "a", event, body, 7, b"digest")
    packed = pack(record)
    assert packed.unpack() == record
    assert packed.body == body
    assert not packed.unpack_fields()[0].body, "whoever asks for fields opens no text"
