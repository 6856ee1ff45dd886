"""The site that queries read: every read goes through it and is recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from almanac.content.config import Config
from almanac.content.queries import asset, body, config, now, tree, whole_record
from almanac.content.records import AnyRecord
from almanac.incremental import Graph, Input, Query, Source, Store
from almanac.model import indexes, links
from almanac.model.events import Event, Facet
from almanac.model.labels import facet_order, keyed_record, sound_paths
from almanac.model.moments import local_now
from almanac.model.time import CurrentPeriod, period
from almanac.model.withdrawn import withdrawn


class Site:
    """A site at one moment. Its attributes are read through the graph: a query that uses one is recorded as its reader.

    `root` is the folder of the site; no query reads its files there. `known_warnings` are the names that a file may
    ignore; None accepts any name.
    """

    def __init__(
        self,
        root: Path,
        sources: Mapping[str, Source],
        find: Callable[[str], Query[Any, Any] | Input],
        store: Store | None = None,
        known_warnings: Collection[str] | None = None,
    ) -> None:
        self.root, self.known_warnings = root, known_warnings
        self.graph = Graph(self, sources, find, store)

    @property
    def config(self) -> Config:
        return config(self)

    @property
    def now(self) -> datetime:
        """The last moment, local time, at which something began or ended, or a day began."""
        return self.period.since

    @property
    def period(self) -> CurrentPeriod:
        """The span around the moment of the build in which nothing begins or ends."""
        return period(self)

    @property
    def moment(self) -> datetime:
        """The moment of the build, local time. A query that reads it runs at every build."""
        return local_now(now(self), self.config.timezone)

    def event(self, event_id: str) -> Event:
        """The event of an id."""
        return Event(self, event_id, withdrawn=False)

    def event_or_withdrawn(self, event_id: str) -> Event:
        """The event of an id; if there is none, the withdrawn event."""
        gone = event_id in withdrawn(self) and links.events.get(self, event_id) is None
        return Event(self, event_id, withdrawn=gone)

    def facet(self, kind: str, key: str) -> Facet:
        """The facet of a kind and a key."""
        return Facet(self, kind, key)

    def events_of(self, ids: Iterable[str]) -> tuple[Event, ...]:
        """The events of some ids, in their order."""
        return tuple([Event(self, event_id, withdrawn=False) for event_id in ids])

    @property
    def events(self) -> tuple[Event, ...]:
        """Every published event of the site's own files, by its first date."""
        return self.events_of(event.id for event in links.own_events(self))

    @property
    def withdrawn(self) -> tuple[Event, ...]:
        """Deleted events whose dates are not over, as cancelled events."""
        return tuple(Event(self, event_id, withdrawn=True) for event_id in withdrawn(self))

    def facets(self, kind: str) -> tuple[Facet, ...]:
        """Every facet of a kind, in the order in which pages list them."""
        return tuple(self.facet(kind, key) for key in facet_order.get(self, kind) or ())

    def coming_of(self, facet: Facet) -> tuple[Event, ...]:
        """The events of a facet that are not over, by their next date."""
        return self.events_of(indexes.coming.get(self, facet.stem) or ())

    @property
    def year_numbers(self) -> tuple[int, ...]:
        """The years in which dates begin, the latest first."""
        return indexes.year_numbers(self)

    @property
    def pages(self) -> tuple[AnyRecord, ...]:
        """The records of pages of plain text, in the order of menus."""
        return tuple(sorted(self.records("pages"), key=lambda page: (page.fields.order, page.key)))

    @property
    def plans(self) -> tuple[AnyRecord, ...]:
        """The records of work plans, by year."""
        return tuple(sorted(self.records("plans"), key=lambda plan: plan.fields.year))

    def body(self, path: str) -> str:
        """The Markdown of a file."""
        return body(self, path)

    def records(self, kind: str) -> tuple[AnyRecord, ...]:
        """The records of a kind, except events, by their paths. They have no bodies, and faulty files are left out."""
        return tuple(keyed_record(self, path) for path in sound_paths(self, kind))

    def whole_records(self, kind: str) -> tuple[AnyRecord, ...]:
        """The records of a kind with their bodies."""
        return tuple(whole_record(self, path) for path in sound_paths(self, kind))

    @property
    def drafts(self) -> tuple[AnyRecord, ...]:
        """The records of events that are not published yet."""
        return tuple(whole_record(self, path) for path in links.drafts(self))

    @property
    def assets(self) -> tuple[str, ...]:
        """The paths of pictures and other files of the content, from the root."""
        found = tree(self)
        return tuple(sorted(chain(found.of("images"), found.of("files"))))

    def asset(self, path: str) -> bytes:
        """The bytes of a picture or another file of the content."""
        data: bytes = asset(self, path)
        return data

    def between(self, first: date, last: date) -> list[tuple[date, Event, int]]:
        """The days from `first` to `last` inclusive, each with an event on it and the number of its date, by time."""
        since, until = datetime.combine(first, time()), datetime.combine(last + timedelta(days=1), time())
        found = [
            (day, event, number)
            for event in self._touching(since, until)
            for number, one in enumerate(event.periods)
            if one.begins < until and one.ends >= since
            for day in one.days()
            if first <= day <= last
        ]
        return sorted(found, key=lambda entry: (entry[0], entry[1].periods[entry[2]].begins, entry[1].id))

    def _touching(self, since: datetime, until: datetime) -> Iterator[Event]:
        for linked in links.events(self).values():
            if linked.begins < until and linked.ends >= since:
                yield self.event(linked.id)
