"""The identity of each event's file: its UID in calendars and its former ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from almanac.content.history import History, Identity, unused
from almanac.content.ids import id_problem


class NamedFile(NamedTuple):
    """The facts that decide which event a file is. `own_id` is the id in the file, `aliases` are its old addresses."""

    path: str
    key: str
    own_id: str | None
    aliases: tuple[str, ...]


EVENT_PAGES = "/events/"


def event_address(event_id: str) -> str:
    """The address of an event's page."""
    return f"{EVENT_PAGES}{event_id}/"


def site_of_page(page: str) -> str:
    """The host and the folder of the site that the page of an event belongs to, from the page's whole address."""
    host_and_path = page.partition("://")[2]
    return host_and_path.rpartition(EVENT_PAGES)[0] or host_and_path


def part_of(uid: str, part: str) -> str:
    """The UID of a part of an event; a host stays at its end."""
    name, at, host = uid.partition("@")
    return f"{name}{part}{at}{host}"


def entry_uids(uid: str, sessions: Sequence[str]) -> tuple[str, ...]:
    """The UIDs of an event's calendar entries: those of its sessions, or its own."""
    return tuple(part_of(uid, f"-{session}") for session in sessions) or (uid,)


def identify(found: Sequence[NamedFile], past: History) -> dict[str, Identity]:
    """The identity of each file by its path: a unique UID, and former ids that no other event has now.

    The UID is the id in the file; without one, the UID in the history; without history, the file's name. A name that
    was another event's UID is not used again, because subscribers' calendars still hold it.
    """
    given = {file.own_id for file in found if file.own_id}
    ids = {file.own_id or file.key for file in found}
    aliases = {alias for file in found for alias in file.aliases}
    known = {
        file.path: past.identities[file.path] for file in found if file.path in past.identities and not file.own_id
    }
    # Of several files that had a name, the last one keeps its address.
    last = {name: path for path, identity in known.items() for name in identity.names if not id_problem(name)}
    taken = {*given, *past.uids}
    identities: dict[str, Identity] = {}
    for file in found:
        names: tuple[str, ...] = ()
        if file.own_id:
            uid = file.own_id
        elif identity := known.get(file.path):
            uid = identity.uid if identity.uid not in given else unused(file.key, taken)
            own = (name for name in identity.names if last.get(name) == file.path)
            names = tuple(name for name in own if name not in ids and event_address(name) not in aliases)
        elif (before := past.gone.get(file.key)) and before not in given:
            uid = before
        else:
            uid = unused(file.key, taken)
        taken.add(uid)
        identities[file.path] = Identity(uid, names)
    return identities
