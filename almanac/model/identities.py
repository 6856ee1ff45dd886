"""Which event each file is: its name in calendars, and the names that it had before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from almanac.content.fields import id_problem
from almanac.content.history import History, Identity, unused


class Named(NamedTuple):
    """What decides which event a file is: its path and key, the id that it gives itself, its old addresses."""

    path: str
    key: str
    own_id: str | None
    aliases: tuple[str, ...]


def event_address(event_id: str) -> str:
    """The address of an event's page."""
    return f"/events/{event_id}/"


def identify(found: Sequence[Named], past: History) -> dict[str, Identity]:
    """Which event each file is: its UID, which no two share, and the ids it had before, none of which is now another's.

    An id in the file is the UID. Else history knows it; else the file's name is, unless somebody has that in their calendars already.
    """
    given = {file.own_id for file in found if file.own_id}
    ids = {file.own_id or file.key for file in found}
    aliases = {alias for file in found for alias in file.aliases}
    known = {
        file.path: past.identities[file.path] for file in found if file.path in past.identities and not file.own_id
    }
    last = {
        name: path for path, identity in known.items() for name in identity.names if not id_problem(name)
    }  # who had a name last keeps its address
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
