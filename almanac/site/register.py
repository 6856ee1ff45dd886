"""The register of what subscribers hold: the UID of every calendar entry, and the host that all UIDs share.

A build keeps the register of what it published. The next one compares: an entry that is not over must neither vanish
nor get another UID nor go back in time without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from almanac.content.config import CONFIG
from almanac.content.history import STEP
from almanac.content.metadata import Period
from almanac.content.open_data import Dataset, DateData
from almanac.content.records.event import Status
from almanac.content.sources import CONTENT
from almanac.core.problems import Location, Problem, text
from almanac.incremental import query
from almanac.model.labels import FACET_KINDS
from almanac.model.links import Linked, own_events
from almanac.model.moments import local
from almanac.model.site import Site
from almanac.model.withdrawn import withdrawn
from almanac.site.addresses import FEED_FORMS
from almanac.site.channels import channels
from almanac.site.settings import site_settings
from almanac.site.vevents import sequence_of

ENDINGS = tuple(f".{form}" for form in FEED_FORMS)
SHRINKAGE = 10  # pages that a build may remove whatever their share
UNSUBSCRIBED = "feeds/archive/"  # files of whole years, which nobody subscribes to: their number may change


class Held(msgspec.Struct, frozen=True, array_like=True):
    """The entries of one UID: the file of their event, the local time at which the last is over, and their stamps.

    `updated` is the instant of the last change (LAST-MODIFIED), `sequence` the highest SEQUENCE among them.
    """

    path: str
    ends: datetime
    updated: datetime
    sequence: int = 0


class Register(msgspec.Struct, frozen=True):
    """The entries by their UIDs without the host, the host, and the last change of each channel by its stem."""

    host: str
    entries: dict[str, Held]
    feeds: dict[str, datetime] = msgspec.field(default_factory=dict)


@query()
def register(site: Site) -> Register:
    """The register of the site as it is now. Deleted events are in it as long as feeds tell that they are off."""
    entries = {uid: one for event in (*withdrawn(site).values(), *own_events(site)) for uid, one in _held(event)}
    feeds = {stem: channel.updated for stem, channel in channels(site).items() if channel.updated}
    return Register(site_settings(site).uid_host, entries, feeds)


def _held(event: Linked) -> Iterator[tuple[str, Held]]:
    """The entries of an event by their UIDs: one for each session, or one for all dates of a series."""
    periods = event.metadata.periods
    if event.metadata.sessions:
        for one in periods:
            sequence = sequence_of(event.updated, one.status)
            yield f"{event.uid}-{one.session}", Held(event.path, one.ends, event.updated, sequence)
    else:
        sequence = max(sequence_of(event.updated, status) for status in (event.metadata.status, *_statuses(periods)))
        yield event.uid, Held(event.path, event.ends, event.updated, sequence)


def _statuses(periods: Iterable[Period]) -> set[Status]:
    return {one.status for one in periods}


OPEN_DATA = msgspec.json.Decoder(Dataset)


def published_register(open_data: bytes) -> Register:
    """The register as published open data tell it, for want of a better: without called-off events and news feeds.

    In place of files it names the pages of events. Raises ValueError for data of another kind.
    """
    entries: dict[str, Held] = {}
    host = ""
    data = OPEN_DATA.decode(open_data)
    for event in (one for one in data.events if one.url.startswith(data.url)):  # not those gathered from other sites
        uid, _, host = event.uid.rpartition("@")
        updated = datetime.fromisoformat(event.updated).astimezone(UTC)
        for one in event.dates:
            name = f"{uid}-{one.session}" if one.session else uid
            sequence = max(sequence_of(updated, one.status), 0 if one.session else sequence_of(updated, event.status))
            held = Held(event.url, _end(one), updated, sequence)
            known = entries.get(name, held)
            entries[name] = Held(event.url, max(held.ends, known.ends), updated, max(held.sequence, known.sequence))
    return Register(host, entries)


def _end(one: DateData) -> datetime:
    """The local time at which a date of the open data is over."""
    end = datetime.fromisoformat(one.end or one.start).replace(tzinfo=None)
    return end if "T" in one.start else end + timedelta(days=1)


def compared(before: Register, site: Site) -> list[Problem]:
    """Everything that subscribers would lose or not see between what was published and the site as it is."""
    after, now = register(site), site.moment
    return [
        *changed_host(before, after, now),
        *vanishing_entries(before, after, now),
        *older_entries(before, after, now, site.config.timezone),
        *older_feeds(before, after),
    ]


def changed_host(before: Register, after: Register, now: datetime) -> Iterator[Problem]:
    """A problem if entries that are not over at the local time `now` would get another UID by another host."""
    count = len(_lasting(before, now))
    if before.host != after.host and count:
        message = text(
            "The host in UIDs would change from {before} to {after}: subscribers would have {count} entries twice.",
            before=before.host,
            after=after.host,
            count=count,
        )
        hint = text("Write it down: feeds: {{uid_host: {host}}}", host=before.host)
        yield Problem(Location(CONFIG), message, hint)


def vanishing_entries(before: Register, after: Register, now: datetime) -> Iterator[Problem]:
    """A problem if entries that are not over would vanish from feeds, although they were not called off."""
    lost = {uid: one for uid, one in _lasting(before, now).items() if uid not in after.entries}
    if lost:
        names = ", ".join(f"{uid} ({one.path})" for uid, one in sorted(lost.items()))
        message = text("{count} published calendar entries would vanish: {names}", count=len(lost), names=names)
        hint = text(
            "Subscribers would not learn why. Call it off with status: cancelled, keep ids as they were, and commit"
            " deletions; or go on with build --allow-removals."
        )
        yield Problem(Location(min(one.path for one in lost.values())), message, hint)


def older_entries(before: Register, after: Register, now: datetime, timezone: str) -> Iterator[Problem]:
    """A problem if the stamps of entries that are not over would fall: calendars take no notice of such a change."""
    lasting = _lasting(before, now)
    older = {uid: one for uid, one in lasting.items() if _falls(one, after.entries.get(uid))}
    if older:
        names = ", ".join(f"{uid} ({after.entries[uid].path})" for uid in sorted(older))
        message = text("{count} calendar entries would go back in time: {names}", count=len(older), names=names)
        later = max(now, local(max(one.updated for one in older.values()) + STEP, timezone))
        hint = text(
            "Calendars that know the newer entry would not show the change. Write updated: {moment} in the file; or go"
            " on with build --allow-removals.",
            moment=f"{later:%Y-%m-%d %H:%M}",
        )
        yield Problem(Location(min(after.entries[uid].path for uid in older)), message, hint)


def older_feeds(before: Register, after: Register) -> Iterator[Problem]:
    """A warning if the last change of a news feed would lie before the published one, as when an event has left it."""
    older = sorted(stem for stem, updated in before.feeds.items() if after.feeds.get(stem, updated) < updated)
    if older:
        names = ", ".join(f"{stem}.atom" for stem in older)
        message = text("{count} news feeds would name an earlier last change: {names}", count=len(older), names=names)
        hint = text("Commit the content: git knows when an event has left a feed. The next change repairs it, too.")
        yield Problem(Location(f"{older[0][1:]}.atom"), message, hint, "warning")


def _lasting(held: Register, now: datetime) -> dict[str, Held]:
    return {uid: one for uid, one in held.entries.items() if one.ends > now}


def _falls(before: Held, after: Held | None) -> bool:
    return after is not None and (after.updated < before.updated or after.sequence < before.sequence)


def shrinkage(published: Iterable[str], obsolete: Iterable[str]) -> Iterator[Problem]:
    """A problem if more than a third of the published pages, and more than ten, would be removed.

    A folder that is not there, as when a disk is not mounted, looks like a site whose events have all been deleted.
    """
    pages, gone = ({one for one in files if one.endswith(".html")} for files in (published, obsolete))
    lost = len(gone & pages)
    if lost > SHRINKAGE and lost * 3 > len(pages):
        message = text("{count} of {all} published pages would be removed.", count=lost, all=len(pages))
        hint = text("Check that all of content/ is there. If it is meant, go on with build --allow-removals.")
        yield Problem(Location(CONTENT), message, hint)


def vanishing_addresses(files: Iterable[str]) -> Iterator[Problem]:
    """A problem if feeds are among published files that would be removed, and a warning if pages of records are."""
    removed = sorted(files)
    feeds = [one for one in removed if one.startswith("feeds/") and one.endswith(ENDINGS)]
    feeds = [one for one in feeds if not one.startswith(UNSUBSCRIBED)]
    if feeds:
        names = ", ".join(f"/{one}" for one in feeds)
        message = text("{count} published feed addresses would vanish: {names}", count=len(feeds), names=names)
        hint = text(
            "Their subscribers would get nothing any more. Name the former key among the aliases of a renamed record;"
            " or go on with build --allow-removals."
        )
        yield Problem(Location(feeds[0]), message, hint)
    if pages := [one for one in removed if _is_record(one)]:
        names = ", ".join(f"/{one.removesuffix('index.html')}" for one in pages)
        message = text("{count} published pages vanish: {names}", count=len(pages), names=names)
        hint = text("Name the old addresses among the aliases of the pages that replace them.")
        yield Problem(Location(pages[0]), message, hint, "warning")


def _is_record(file: str) -> bool:
    """Whether a file is the page of an event, a facet or a page of text."""
    first, *below = file.split("/")
    return bool(below) and below[-1] == "index.html" and (first in {"events", *FACET_KINDS} or len(below) == 1)
