"""Links records to events: only this module knows how records refer to each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter

import msgspec

from almanac.content.config import CONFIG, Config
from almanac.content.history import History, Identity
from almanac.content.metadata import Metadata, names_of_all
from almanac.content.names import Registry, is_text, unknown_name
from almanac.content.occurrences import Impossible, dates
from almanac.content.queries import config, history, record, tree
from almanac.content.records import AnyRecord, Record
from almanac.content.records.event import EventFields
from almanac.content.references import Reference, references
from almanac.content.sources import ASSETS, CONTENT, file_key
from almanac.core.problems import Location, Problem, Text, text
from almanac.incremental import Asked, query, table
from almanac.model.gathered import Home, gathered
from almanac.model.identities import NamedFile, entry_uids, identify
from almanac.model.labels import FACET_KINDS, Label, labels, name_registries, sound_metadata
from almanac.model.moments import instant, today

NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # the last change of an event of which neither its file nor git tells one
BY_BEGIN, BY_END = attrgetter("begins", "id"), attrgetter("ends", "id")


class Linked(msgspec.Struct, frozen=True, array_like=True):
    """An event with the keys of all facets that its file names. `begins` is the start of its first date, local time.

    `updated` is the instant, in UTC, of the last change that subscribers could see, in its file or one that it names.
    `uid` is its UID in calendars without the host; it survives a renamed file. `former_ids` are ids whose addresses
    lead to it. `venues` gives the keys of the venues of single dates by their names in the file. A gathered event has a
    `home`, and its UID has a host.
    """

    id: str
    uid: str
    path: str
    metadata: Metadata
    updated: datetime
    begins: datetime
    ends: datetime
    programme: str | None
    themes: tuple[str, ...]
    form: str | None
    organisers: tuple[str, ...]
    co_organisers: tuple[str, ...]
    audiences: tuple[str, ...]
    district: str | None
    venue: str | None
    venues: dict[str, str]
    former_ids: tuple[str, ...]
    home: Home | None = None

    def stems(self) -> list[str]:
        """The stem (`themes/sky`) of every facet that lists the event, except venues, each once."""
        organisers = dict.fromkeys((*self.organisers, *self.co_organisers)) if self.co_organisers else self.organisers
        found = [f"themes/{key}" for key in self.themes]
        found += [f"forms/{self.form}"] if self.form else []
        found += [f"organisers/{key}" for key in organisers]
        found += [f"audiences/{key}" for key in self.audiences]
        found += [f"programmes/{self.programme}"] if self.programme else []
        found += [f"districts/{self.district}"] if self.district else []
        return found

    def venue_stems(self) -> list[str]:
        """The stems of its venues."""
        return [
            f"venues/{key}" for key in dict.fromkeys((*((self.venue,) if self.venue else ()), *self.venues.values()))
        ]

    def uids(self) -> tuple[str, ...]:
        """The UIDs of its calendar entries, without the host: those of its sessions, or its own."""
        return entry_uids(self.uid, self.metadata.sessions)

    def next_after(self, moment: datetime) -> datetime:
        """The start of its first date that is not over at a moment; of the last one if all are over."""
        periods = self.metadata.periods
        return next((one for one in periods if one.ends > moment), periods[-1]).begins


class Linking(msgspec.Struct, frozen=True):
    """Every published event by its id, in the order of first dates; the paths of drafts; the problems of links."""

    events: dict[str, Linked]
    drafts: tuple[str, ...]
    problems: tuple[Problem, ...]


@query()
def linking(site: Asked) -> Linking:
    """Links all events. An event with a problem is left out, so that the others can be published."""
    files = list(sound_metadata(site))
    chosen, by_name = config(site), labels(site)
    known = known_names(site, by_name)
    problems = list(_doubled_ids(files))
    refused: dict[str, list[Problem]] = {}
    for one in _with_unknown_names(site, files, known):
        found = [
            problem_of_name(site, one.path, ref)
            for ref in references(one.fields)
            if is_unknown(site, ref, known, chosen)
        ]
        refused[one.path] = found
        problems += found
    published = [(path, one) for path, one in files if not one.draft]
    impossible = [_impossible(record(site, path)) for path, one in published if not one.periods]
    sound = [(path, one) for path, one in published if one.periods and not refused.get(path)]
    linked = _linked(site, published, sound, by_name)
    confused = dict(_doubled_uids(linked.values()))
    sure = {event.id: event for event in linked.values() if event.path not in confused}
    drafts = tuple(path for path, one in files if one.draft)
    sure |= {
        event.id: event
        for one in gathered(site)
        if (event := link(one.path, one.metadata, by_name, one.updated, Identity(one.uid, ()), one.home)).id not in sure
    }
    sure = {event.id: event for event in sorted(sure.values(), key=BY_BEGIN)}
    return Linking(sure, drafts, (*problems, *impossible, *confused.values()))


def _linked(
    site: Asked,
    published: Sequence[tuple[str, Metadata]],
    sound: Sequence[tuple[str, Metadata]],
    by_name: Mapping[str, Label],
) -> dict[str, Linked]:
    past, ahead, timezone = history(site), updated_ahead(site), config(site).timezone
    identities = identify([NamedFile(path, file_key(path), one.id, one.aliases) for path, one in published], past)
    found: dict[str, Linked] = {}
    for path, one in sound:
        event_id = one.id or file_key(path)
        if event_id not in found:
            said = instant(one.updated, timezone) if one.updated and path not in ahead else NEVER
            updated = max(said, last_change(path, one, by_name, past))
            found[event_id] = link(path, one, by_name, updated, identities[path])
    return {event.id: event for event in sorted(found.values(), key=BY_BEGIN)}


@query(tuple[str, ...])
def updated_ahead(site: Asked) -> tuple[str, ...]:
    """The paths of events whose `updated` lies after the day of the build: it does not count before its day comes."""
    day = date.fromisoformat(today(site))
    return tuple(path for path, one in sound_metadata(site) if one.updated and one.updated.date() > day)


def last_change(path: str, one: Metadata, by_name: Mapping[str, Label], past: History) -> datetime:
    """The instant of the last commit that changed what calendar entries show of an event, in any file; else NEVER."""
    named = [by_name.get(f"{kind}/{name}") for kind, name in one.shown()]
    paths = (path, CONFIG, *[label.path for label in named if label and label.path])
    return max([past.changed.get(each, NEVER) for each in paths])


def link(  # noqa: PLR0913, PLR0917 - all that an event is made of
    path: str,
    one: Metadata,
    by_name: Mapping[str, Label],
    updated: datetime,
    identity: Identity,
    home: Home | None = None,
) -> Linked:
    """The event of a file. Unknown names, which a withdrawn or a gathered event may have, are left out.

    The organisers of a gathered event are another city's, also where they have the name of one that is known here.
    """

    def keys(kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
        found = [label.key for name in names if (label := by_name.get(f"{kind}/{name}"))]
        return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)  # 市科协 and kexie are the same

    def key(kind: str, name: str | None) -> str | None:
        label = by_name.get(f"{kind}/{name}") if name else None
        return label.key if label else None

    venue = by_name.get(f"venues/{one.venue}") if one.venue else None
    begins = one.periods[0].begins
    return Linked(
        id=one.id or file_key(path),
        uid=identity.uid,
        path=path,
        metadata=one,
        updated=updated,
        begins=begins,
        ends=one.ends or begins,
        programme=key("programmes", one.programme),
        themes=keys("themes", one.theme),
        form=key("forms", one.form),
        organisers=keys("organisers", one.organiser),
        co_organisers=() if home else keys("organisers", one.co_organiser),
        audiences=keys("audiences", one.audience),
        district=key("districts", one.district or (venue.district if venue else None)),
        venue=venue.key if venue else None,
        venues={name: label.key for name in one.venues if (label := by_name.get(f"venues/{name}"))},
        former_ids=identity.names,
        home=home,
    )


@table(Linked)
def events(site: Asked) -> Mapping[str, Linked]:
    """Every published event by its id, in the order of first dates."""
    return linking(site).events


def own_events(site: Asked) -> Iterator[Linked]:
    """Every published event of the site's own files."""
    return (event for event in events(site).values() if event.home is None)


@query(tuple[str, ...])
def order(site: Asked) -> tuple[str, ...]:
    """The ids of all published events, by their first dates."""
    return tuple(events(site))


@query(tuple[str, ...])
def drafts(site: Asked) -> tuple[str, ...]:
    """The paths of events that are not published yet."""
    return linking(site).drafts


def known_names(site: Asked, by_name: Mapping[str, Label]) -> dict[str, set[str]]:
    """Every name that files may refer to, by its folder or by its key in the config."""
    known: dict[str, set[str]] = {kind: set() for kind in FACET_KINDS}
    for stem in by_name:
        kind, _, name = stem.partition("/")
        known[kind].add(name)
    known["assets"] = {path.removeprefix(f"{CONTENT}/") for kind in ASSETS for path in tree(site).of(kind)}
    return known


def _with_unknown_names(
    site: Asked, files: Sequence[tuple[str, Metadata]], known: Mapping[str, set[str]]
) -> Iterator[AnyRecord]:
    """The records of events with unknown names."""
    all_known = {(to, name) for to, names in known.items() for name in names}
    unknown = names_of_all([one for _, one in files]) - all_known
    for path, one in files if unknown else ():
        if not unknown.isdisjoint(one.names()):
            yield record(site, path)


def is_unknown(site: Asked, reference: Reference, known: Mapping[str, set[str]], chosen: Config) -> bool:
    """Whether nothing has the name of a reference, and it may not stay as plain text."""
    if reference.to == "assets":
        return ":" not in reference.name and reference.name not in known["assets"]
    if reference.name in known[reference.to] or chosen.registries == "open":
        return False
    return not is_text(reference, name_registries(site).get(reference.to) or Registry())


def problem_of_name(site: Asked, path: str, reference: Reference) -> Problem:
    """The problem of a reference that leads nowhere; the hint is what may have been meant."""
    return unknown_name(path, reference, name_registries(site).get(reference.to) or Registry())


def _doubled_ids(files: Sequence[tuple[str, Metadata]]) -> Iterator[Problem]:
    hint = text("Rename one of the two files, or give it an id of its own.")
    return doubled(((one.id or file_key(path), path) for path, one in files), hint)


def doubled(found: Iterable[tuple[str, str]], hint: Text) -> Iterator[Problem]:
    """A problem for each file whose key another file has already; `found` gives keys and paths."""
    first: dict[str, str] = {}
    for key, path in found:
        if key in first:
            message = text("The id “{id}” is already that of {path}.", id=key, path=first[key])
            yield Problem(Location(path, 1, ("id",)), message, hint)
        first.setdefault(key, path)


def _doubled_uids(found: Collection[Linked]) -> Iterator[tuple[str, Problem]]:
    """The path and a problem of each event with a session whose UID another event's entry has already."""
    paths = {event.uid: event.path for event in found if not event.metadata.sessions}
    for event in found:
        for place, uid in enumerate(event.uids()) if event.metadata.sessions else ():
            if other := paths.get(uid):
                message = text("In calendars this session would be taken for the event of {path}.", path=other)
                yield event.path, confusion(event, place, message)
        paths |= dict.fromkeys(event.uids(), event.path)


def confusion(event: Linked, place: int, message: Text) -> Problem:
    """The problem of an event whose entry at `place` has the UID of another entry."""
    if event.metadata.sessions:
        return Problem(
            Location(event.path, key=("sessions", place, "id")), message, text("Give the session another id.")
        )
    return Problem(Location(event.path), message, text("Rename the file, or give it an id of its own."))


def _impossible(one: Record[EventFields]) -> Problem:
    """The problem of impossible dates."""
    try:
        dates(one.fields)
    except Impossible as impossible:
        key, message, hint = impossible.fault
        return Problem(Location(one.path, key=key), message, hint)
    raise AssertionError(one.path)  # metadata without periods is that of impossible dates
