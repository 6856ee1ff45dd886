"""What one decides by: who holds an event, for whom, what it costs, how and until when one signs up.

Calendar entries and items of news tell the same, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from almanac.content.records.event import Attachment, Signup, Speaker, Status
from almanac.core.problems import Text, Translate, text
from almanac.core.web_addresses import uri
from almanac.model.events import Event, Place
from almanac.site.dates import DateWords
from almanac.site.settings import Settings, absolute
from almanac.site.views import Fact, access_facts

PREFIXES: Mapping[Status, Text] = {
    "cancelled": text("[Cancelled] {title}"),
    "postponed": text("[Postponed] {title}"),
    "moved": text("[New place] {title}"),
    "full": text("[Full] {title}"),
}
SAMPLE = text("[Sample] {title}")
DOCUMENTS = text("Documents")


class Announcement(msgspec.Struct, frozen=True):
    """What one decides by, of an event or of one of its dates. `access` holds facts about its place."""

    summary: str = ""
    status_note: str = ""
    organisers: tuple[str, ...] = ()
    co_organisers: tuple[str, ...] = ()
    programme: str = ""
    speakers: tuple[Speaker, ...] = ()
    audiences: tuple[str, ...] = ()
    ages: str = ""
    fee: str = ""
    signup: Signup | None = None
    capacity: int | None = None
    access: tuple[Fact, ...] = ()
    online: str = ""
    attachments: tuple[Attachment, ...] = ()
    sample: bool = False


def announcement(event: Event, place: Place | None, capacity: int | None = None) -> Announcement:
    """The announcement of an event, or of one date at a place for a number of people."""
    fields = event.fields
    return Announcement(
        summary=fields.summary or "",
        status_note=fields.status_note or "",
        organisers=tuple([organiser.name for organiser in event.organisers]),
        co_organisers=(*[organiser.name for organiser in event.co_organisers], *event.other_co_organisers),
        programme=event.programme.name if event.programme else "",
        speakers=fields.speakers,
        audiences=tuple([audience.name for audience in event.audiences]),
        ages=fields.ages or "",
        fee=fields.fee or "",
        signup=fields.signup,
        capacity=capacity or (fields.signup.capacity if fields.signup else None),
        access=announced_access(place) if place else (),
        online=fields.online or "",
        attachments=fields.attachments,
        sample=fields.sample,
    )


def announced_access(place: Place) -> tuple[Fact, ...]:
    """The facts about access that decide whether one can come at all."""
    return tuple(fact for fact in access_facts(place) if fact.worded)


def titled(title: str, status: Status, translate: Translate, *, sample: bool) -> str:
    """A title with its status before it, and before that the word that marks a sample."""
    marks = (PREFIXES.get(status), SAMPLE if sample else None)
    for mark in marks:
        title = translate(mark.message).format(title=title) if mark else title
    return title


def lines(told: Announcement, translate: Translate) -> list[str]:
    """An announcement as lines of plain text."""
    dates = DateWords(translate)
    found = [told.status_note, told.summary]
    for label, value in _labelled(told, dates, translate):
        found += [translate("{label}: {value}").format(label=translate(label), value=value)] if value else []
    found += [translate("Sample: this event is made up.")] if told.sample else []
    return [line for line in found if line]


def _labelled(told: Announcement, dates: DateWords, translate: Translate) -> Iterator[tuple[str, str]]:
    """The labels, which are messages, and the values; a value may be empty."""
    comma = translate(", ")
    yield text("Organiser").message, comma.join(told.organisers)
    yield text("Co-organisers").message, comma.join(told.co_organisers)
    yield text("Programme").message, told.programme
    yield text("Speakers").message, comma.join(_speaker(one, translate) for one in told.speakers)
    yield text("Audiences").message, comma.join(told.audiences)
    yield text("Ages").message, told.ages
    yield text("Fee").message, told.fee
    if signup := told.signup:
        yield text("Signing up").message, " ".join(filter(None, (signup.how, signup.phone, signup.url)))
        yield text("Opens").message, dates.moment(signup.opens) if signup.opens else ""
        yield text("Deadline").message, dates.moment(signup.deadline) if signup.deadline else ""
    yield text("Places").message, str(told.capacity or "")
    yield from ((fact.label, translate(fact.value)) for fact in told.access)
    yield text("Online").message, told.online
    yield DOCUMENTS.message, comma.join(attachment.title for attachment in told.attachments)


def _speaker(speaker: Speaker, translate: Translate) -> str:
    about = " ".join(filter(None, (speaker.organisation, speaker.title)))
    return translate("{name} ({about})").format(name=speaker.name, about=about) if about else speaker.name


def document_addresses(told: Announcement, settings: Settings) -> list[str]:
    """The whole addresses of the documents."""
    return [uri(one.url) if ":" in one.url else absolute(f"/{one.url}", settings) for one in told.attachments]
