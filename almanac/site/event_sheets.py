"""What cards, posters and sheets to print show of an event, in the language of the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from almanac.content.occurrences import Occurrence, day_of, taking_place
from almanac.content.records.event import CALLED_OFF, Status
from almanac.core.colours import HEX
from almanac.core.messages import gettext_of
from almanac.core.problems import Text, Translate, text
from almanac.model.events import Event
from almanac.model.site import Site
from almanac.model.words import STATUS_WORDS
from almanac.site.dates import DateWords
from almanac.site.lunar import lunar_date, solar_term, written
from almanac.site.pictures import picture_of
from almanac.site.replacements import replacement
from almanac.site.rhythms import rhythm_of
from almanac.site.settings import Settings, site_settings
from almanac.site.views import CodeTarget, colour_of, place_name

MOST_DATES = 3  # in words; of an event with more the number follows
MOST_DEPARTING = 2  # dates of a rhythm, or after the first few, that are called off or moved
SAMPLE = text("A made-up sample: please do not go there")
ONLINE = text("Online")
LABELS = {"when": text("When"), "where": text("Where"), "scan": text("Scan for details")}
LIST = text("{several}, {another}")
RHYTHM = text("{count} dates: {days}")
MORE = text("{count} dates in all, the last on {last}")
SCAN = text("Scan the code to sign up")
UNTIL = text("Sign up until {moment}")
WITH_STATUS = text("{date} ({status})")


class SheetLeaf(msgspec.Struct, frozen=True):
    """The leaf of a calendar for one day. `lunar` and `term` are empty except on Chinese sites."""

    month: str
    day: int
    weekday: str
    lunar: str
    term: str
    red: bool


class EventSheet(msgspec.Struct, frozen=True):
    """What cards and posters show of an event, in the language of the site.

    `sample` and `status_word` are empty if there is nothing to say. `colour` is `#rrggbb`. `picture` is the address of
    a picture. `facts` are pairs of a label and what it says; those of when and where are not among them.
    """

    language: str
    site: str
    title: str
    sample: str
    status: Status
    status_word: str
    status_note: str
    colour: str
    picture: str
    leaf: SheetLeaf
    when: tuple[str, ...]
    place: str
    address: str
    district: str
    fee: str
    deadline: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    organisers: str
    labels: dict[str, str]
    code: CodeTarget
    website: str


def event_sheet(site: Site, event_id: str) -> EventSheet:
    """What cards and posters show of an event. It does not depend on the moment of the build."""
    event, settings = site.event(event_id), site_settings(site)
    translate = gettext_of(settings.language, settings.messages)
    fields, place, shown = event.fields, event.place, picture_of(event)
    return EventSheet(
        language=settings.language,
        site=settings.title,
        title=fields.title,
        sample=translate(SAMPLE.message) if fields.sample else "",
        status=fields.status,
        status_word=translate(STATUS_WORDS[fields.status].message) if fields.status != "scheduled" else "",
        status_note=replacement(site, event)[0],
        colour=HEX[colour_of(event)],
        picture=shown.address if shown else "",
        leaf=leaf(_first(event), DateWords(translate), settings.language),
        when=tuple(_when(event, DateWords(translate))),
        place=place.name if place else translate(ONLINE.message) if fields.online else "",
        address=(place.address or "") if place else "",
        district=event.district.name if event.district else "",
        fee=fields.fee or "",
        deadline=deadline_words(event, DateWords(translate)),
        summary=fields.summary or "",
        facts=tuple((translate(label.message), value) for label, value in _facts(event, translate) if value),
        organisers=listed([one.name for one in event.organisers], translate),
        labels={name: translate(label.message) for name, label in LABELS.items()},
        code=CodeTarget(event.address),
        website=website(settings),
    )


def leaf(day: date, words: DateWords, language: str) -> SheetLeaf:
    """The leaf for a day. Weekends are red, as on the pages of events."""
    return SheetLeaf(
        month=words.month(day),
        day=day.day,
        weekday=words.weekday(day),
        lunar=written(lunar_date(day), language),
        term=written(solar_term(day), language),
        red=day.weekday() >= 5,  # noqa: PLR2004 - Saturday
    )


def website(settings: Settings) -> str:
    """The address of the site as people write it: kepu.example.org."""
    return settings.base_url.partition("://")[2].rstrip("/")


def _first(event: Event) -> date:
    """The day of the first date that takes place."""
    return day_of(taking_place(event.dates.occurrences)[0].start)


def _when(event: Event, words: DateWords) -> Iterator[str]:
    """The dates in words: the rhythm of all, or the first few with the number of all; then what departs from these."""
    dates = event.dates.occurrences
    held, first, told = taking_place(dates), dates[0], dates[:MOST_DATES]
    if rhythm := rhythm_of(event, first):
        told = ()
        yield words.occasion(first.start, first.end, rhythm)
        if rhythm.kind != "daily":
            span = words.days(rhythm.first, rhythm.last)
            yield words.translate(RHYTHM.message).format(count=len(held), days=span)
    for one in told:
        yield _placed_date(event, one, words)
    if told and len(dates) > MOST_DATES:
        yield words.translate(MORE.message).format(count=len(held), last=words.day(day_of(held[-1].start)))
    usual = {event.fields.status, "scheduled"}
    departing = [one for one in dates[len(told) :] if one.recurrence or one.status not in usual]
    for one in departing[:MOST_DEPARTING]:
        yield _placed_date(event, one, words)


def _placed_date(event: Event, one: Occurrence, words: DateWords) -> str:
    """A date with its place, if it has one of its own."""
    return joined_words(_date(one, event.fields.status, words), place_name(event.place_of(one)) if one.venue else "")


def _date(one: Occurrence, status: Status, words: DateWords) -> str:
    """A date in words; what departs from the status of the event is said."""
    shown = words.span(one.start, one.end)
    if one.status in {status, "scheduled"}:
        return shown
    said = words.translate(STATUS_WORDS[one.status].message)
    return words.translate(WITH_STATUS.message).format(date=shown, status=said)


def deadline_words(event: Event, words: DateWords) -> str:
    """Until when one signs up, without the year; empty if not known, and for an event that is called off."""
    signup = event.fields.signup
    if not signup or not signup.deadline or event.fields.status in CALLED_OFF:
        return ""
    return words.translate(UNTIL.message).format(moment=words.moment_in_year(signup.deadline))


def signup_words(event: Event, words: DateWords) -> str:
    """How and until when one signs up. An address on the web is on the page to which the QR code leads."""
    signup = event.fields.signup
    if not signup or event.fields.status in CALLED_OFF:
        return ""
    way = signup.how or (words.translate(SCAN.message) if signup.url else "")
    return joined_words(way, deadline_words(event, words))


def event_phone(event: Event) -> str:
    """The number to call: that for signing up, else that of the place."""
    signup, place = event.fields.signup, event.place
    venue = place.venue if place else None
    return (signup.phone if signup else None) or (venue.phone if venue else None) or ""


def _facts(event: Event, translate: Translate) -> Iterator[tuple[Text, str]]:
    """What a poster says beside when and where; a value may be empty."""
    fields = event.fields
    ages = _ages(fields.ages or "", translate)
    yield text("Fee"), fields.fee or ""
    yield text("For"), joined_words(listed([one.name for one in event.audiences], translate), ages)
    yield text("Signing up"), signup_words(event, DateWords(translate))
    yield text("Telephone"), event_phone(event)
    yield text("Online"), translate(text("Scan the code to follow it online").message) if fields.online else ""
    others = [*(one.name for one in event.co_organisers), *event.other_co_organisers]
    yield text("Organiser"), listed([one.name for one in event.organisers], translate)
    yield text("Co-organisers"), listed(others, translate)


def _ages(ages: str, translate: Translate) -> str:
    """Ages in words: `6-12` is 6–12岁, `6+` is 6岁及以上."""
    first, _, last = ages.replace("+", "-").partition("-")
    pattern = text("ages {first}–{last}") if last else text("age {first} and over")
    return translate(pattern.message).format(first=first, last=last) if ages else ""


def joined_words(*parts: str) -> str:
    """The parts that are not empty, as one line."""
    return " · ".join(filter(None, parts))


def listed(names: list[str], translate: Translate) -> str:
    """Names as a list in the language of the site."""
    listed = "".join(names[:1])
    for name in names[1:]:
        listed = translate(LIST.message).format(several=listed, another=name)
    return listed
