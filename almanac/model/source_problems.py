"""The problems of `sources:` in the config, and of the events that are gathered from there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from almanac.content.config import CONFIG, uid_host
from almanac.content.queries import config, record
from almanac.core.problems import Location, Problem, Text, did_you_mean, text
from almanac.incremental import Asked, query
from almanac.model.gathered import Clash, GatheredEvent, apart, gathered_outcome, sound_counts
from almanac.model.links import Linked, events, own_events


@query()
def source_problems(site: Asked) -> tuple[Problem, ...]:
    """A problem for each source with an unknown district, and warnings of events that are not shown as they are."""
    return (*_unknown_districts(site), *_faulty_events(site), *_hidden_events(site), *_clashes(site))


def _unknown_districts(site: Asked) -> Iterator[Problem]:
    chosen = config(site)
    for key, source in chosen.sources.items():
        if source.district and source.district not in chosen.districts:
            message = text("There is no district “{name}”.", name=source.district)
            hint = did_you_mean(source.district, chosen.districts) or text("Write it below districts.")
            yield Problem(Location(CONFIG, key=("sources", key, "district")), message, hint)


def _faulty_events(site: Asked) -> Iterator[Problem]:
    """A warning for each source that has faulty events."""
    for key, (count, total) in sound_counts(site).items():
        if count < total:
            message = text(
                "{count} of {total} events of {name} are faulty and left out.",
                count=total - count,
                total=total,
                name=config(site).sources[key].name,
            )
            yield Problem(Location(CONFIG, key=("sources", key)), message, severity="warning")


def _hidden_events(site: Asked) -> Iterator[Problem]:
    """A warning for each file with the id that a gathered event has here: the file's event is shown alone."""
    for one in apart(site).events:
        shown = events(site).get(one.metadata.id or "")
        if shown and shown.home is None:
            hidden = _of_gathered(site, one)
            message = text(
                "“{title}” ({place}) of {name} is not shown: this file has its id here, {id}.",
                title=hidden.title,
                place=hidden.place,
                name=hidden.site,
                id=shown.id,
            )
            hint = text("Rename the file, or give it an id of its own.")
            yield Problem(Location(shown.path), message, hint, severity="warning")


class _Named(NamedTuple):
    """An event as a message names it: the name of its site, its title, and its page or file."""

    site: str
    title: str
    place: str


def _clashes(site: Asked) -> Iterator[Problem]:
    """A warning for each two sites with different events of one UID, and for each source with UIDs of this site.

    It names the first two events and counts the others.
    """
    found = apart(site)
    if not found.clashes:
        return
    gathered, own = {one.path: one for one in found.events}, _own_by_uid(site)
    groups: dict[tuple[str, str | None], list[tuple[Clash, _Named, _Named | None]]] = defaultdict(list)
    for clash in found.clashes:
        one = gathered[clash.path]
        other = _of_gathered(site, gathered[clash.other]) if clash.other else _of_own(site, own.get(clash.uid))
        groups[one.source, other.site if other else None].append((clash, _of_gathered(site, one), other))
    for (source, _), clashes in groups.items():
        clash, named, other = clashes[0]
        host = clash.instead.partition("@")[2]
        message = _of_two(len(clashes), named, other, host) if other else _of_one(len(clashes), named, host)
        hint = text(
            "Ask {name} to write feeds: {{uid_host: {host}}} in its config.yaml and to build once with"
            " --allow-removals.",
            name=named.site,
            host=host,
        )
        yield Problem(Location(CONFIG, key=("sources", source)), message, hint, severity="warning")


def _of_two(count: int, one: _Named, other: _Named, host: str) -> Text:
    return text(
        "{count} events of {name} have the UIDs of other events of {other}, such as “{title}” ({place}) and"
        " “{other_title}” ({other_place}). All are shown; those of {name} have UIDs with the host {host} here.",
        count=count,
        name=one.site,
        other=other.site,
        title=one.title,
        place=one.place,
        other_title=other.title,
        other_place=other.place,
        host=host,
    )


def _of_one(count: int, one: _Named, host: str) -> Text:
    return text(
        "{count} events of {name} have UIDs with the host of this site, such as “{title}” ({place})."
        " They are shown and have UIDs with the host {host} here.",
        count=count,
        name=one.site,
        title=one.title,
        place=one.place,
        host=host,
    )


def _own_by_uid(site: Asked) -> dict[str, Linked]:
    """The site's own events by their UIDs and those of their calendar entries, with the host."""
    host = uid_host(config(site))
    return {f"{uid}@{host}": event for event in own_events(site) for uid in (event.uid, *event.uids())}


def _of_gathered(site: Asked, one: GatheredEvent) -> _Named:
    found = gathered_outcome(site, one.path).record
    return _Named(one.home.name, found.fields.title if found else one.path, one.home.address)


def _of_own(site: Asked, one: Linked | None) -> _Named | None:
    return _Named(config(site).title, record(site, one.path).fields.title, one.path) if one else None
