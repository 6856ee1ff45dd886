"""The register of what subscribers hold: the UID of every calendar entry, and the host that all UIDs share.

A build keeps the register of what it published. The next one compares: an entry that is not over must neither vanish
nor get another UID nor go back in time without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from almanac.content.config import CONFIG
from almanac.core.problems import Location, Problem, text
from almanac.incremental import query
from almanac.model.labels import FACET_KINDS
from almanac.model.links import own_events
from almanac.model.site import Site
from almanac.model.withdrawn import withdrawn
from almanac.site.settings import site_settings

FORMS = (".ics", ".atom", ".json")
UNSUBSCRIBED = "feeds/archive/"  # files of whole years, which nobody subscribes to: their number may change


class Held(msgspec.Struct, frozen=True, array_like=True):
    """An entry: the file of its event, the local time at which it is over, and the instant of its last change."""

    path: str
    ends: datetime
    updated: datetime


class Register(msgspec.Struct, frozen=True):
    """The entries by their UIDs without the host, and the host."""

    host: str
    entries: dict[str, Held]


@query()
def register(site: Site) -> Register:
    """The register of the site as it is now. Deleted events are in it as long as feeds tell that they are off."""
    found: dict[str, Held] = {}
    for event in (*withdrawn(site).values(), *own_events(site)):
        for place, uid in enumerate(event.uids()):
            ends = event.metadata.periods[place].ends if event.metadata.sessions else event.ends
            found[uid] = Held(event.path, ends, event.updated)
    return Register(site_settings(site).uid_host, found)


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


def older_entries(before: Register, after: Register, now: datetime) -> Iterator[Problem]:
    """A warning if the last change of an entry that is not over would lie before the published one."""
    lasting = _lasting(before, now)
    if older := sorted(uid for uid, one in lasting.items() if _is_older(after.entries.get(uid), one)):
        names = ", ".join(older)
        message = text("{count} calendar entries would go back in time: {names}", count=len(older), names=names)
        hint = text("Calendars may ignore them. Write the present day and time as their updated.")
        yield Problem(Location(lasting[older[0]].path), message, hint, "warning")


def _lasting(held: Register, now: datetime) -> dict[str, Held]:
    return {uid: one for uid, one in held.entries.items() if one.ends > now}


def _is_older(after: Held | None, before: Held) -> bool:
    return after is not None and after.updated < before.updated


def vanishing_addresses(files: Iterable[str]) -> Iterator[Problem]:
    """A problem if feeds are among published files that would be removed, and a warning if pages of records are."""
    removed = sorted(files)
    feeds = [one for one in removed if one.startswith("feeds/") and one.endswith(FORMS)]
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
