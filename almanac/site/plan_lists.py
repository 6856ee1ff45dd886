"""The lists to which the figures of a plan lead: a line for each event, occurrence or day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

import msgspec

from almanac.model.reporting import STATES, State, Unit, YearEvent, units
from almanac.model.site import Site
from almanac.site.views import Link, facet_link


class ListedUnit(msgspec.Struct, frozen=True):
    """A line of a list: the event, its day, with the hour if it has one, and its participants if they are counted."""

    link: Link
    begins: datetime
    timed: bool
    participants: int | None = None


class StateList(msgspec.Struct, frozen=True):
    """The lines of one state."""

    state: State
    lines: tuple[ListedUnit, ...]


def sections_of(site: Site, found: Iterable[YearEvent], of: str) -> tuple[StateList, ...]:
    """A section for each state, with the lines of some events."""
    chosen = list(found)
    return tuple(StateList(state, lines_of(site, chosen, of, state)) for state in STATES)


def lines_of(site: Site, found: Iterable[YearEvent], of: str, state: State | None = None) -> tuple[ListedUnit, ...]:
    """A line for each unit of some events in a state, or in any state, by time."""
    chosen = [
        (unit.begins, event.id, event, unit)
        for event in found
        for unit in units(event, of)
        if state in {None, unit.state}
    ]
    return tuple(_line(site, event, unit, of) for _, _, event, unit in sorted(chosen, key=lambda one: one[:2]))


def _line(site: Site, event: YearEvent, unit: Unit, of: str) -> ListedUnit:
    shown = site.event(event.id)
    return ListedUnit(
        link=Link(shown.fields.title, shown.address),
        begins=unit.begins,
        timed=of == "occurrences" and unit.begins.time() != time(),
        participants=event.participants if of == "participants" and unit.state == "held" else None,
    )


def organiser_links(site: Site, keys: Iterable[str]) -> tuple[Link, ...]:
    """Links to organisers, without keys that no organiser has."""
    organisers = {facet.key: facet for facet in site.facets("organisers")}
    return tuple(facet_link(organisers[key]) for key in keys if key in organisers)
