"""The problems of a site's records and of the links between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from almanac.content.queries import config, faulty, names_in_faulty, outcome, record, tree
from almanac.content.records import kinds
from almanac.content.references import names as names_in
from almanac.content.references import references
from almanac.content.sources import file_key
from almanac.core.problems import Location, Problem, text
from almanac.incremental import Asked, query
from almanac.model.labels import EVENTS, labels, sound_paths
from almanac.model.links import confusion, doubled, is_unknown, known_names, linking, own_events, problem_of_name
from almanac.model.source_problems import source_problems
from almanac.model.withdrawn import deletions


@query()
def record_problems(site: Asked) -> tuple[Problem, ...]:
    """All problems of a site's records and of the links between them."""
    unread = chain.from_iterable(_of_faulty_file(site, path) for path in faulty(site))
    found = [*tree(site).problems, *unread]
    found += [*_doubled_records(site), *_unfit_names(site), *_problem_of_name(site), *link_problems(site)]
    return (*found, *_uids_of_deleted(site), *source_problems(site))


@query()
def link_problems(site: Asked) -> tuple[Problem, ...]:
    """The problems of links between events."""
    return linking(site).problems


@query()
def _problem_of_name(site: Asked) -> tuple[Problem, ...]:
    """The unknown names in records that are no events."""
    chosen = config(site)
    known = known_names(site, labels(site))
    found: list[Problem] = []
    for path in chain.from_iterable(sound_paths(site, kind) for kind in kinds() if kind != EVENTS):
        one = record(site, path)
        if any(name not in known[to] for to, name in names_in(one.fields)):
            found += [
                problem_of_name(site, path, ref)
                for ref in references(one.fields)
                if is_unknown(site, ref, known, chosen)
            ]
    return tuple(found)


def _of_faulty_file(site: Asked, path: str) -> Iterator[Problem]:
    """What is wrong with a file of which no record could be made, and the unknown names in it."""
    found = outcome(site, path).problems
    yield from found
    wrong = {one.location.key for one in found if one.location.key}
    chosen, known = config(site), known_names(site, labels(site))
    for reference in names_in_faulty(site, path):
        is_wrong = any(reference.key[: len(key)] == key for key in wrong)
        if not is_wrong and reference.to in known and is_unknown(site, reference, known, chosen):
            yield problem_of_name(site, path, reference)


def _doubled_records(site: Asked) -> Iterator[Problem]:
    """A problem for each file whose key, and so whose address, another file has already."""
    for kind in kinds():
        if kind != EVENTS:
            hint = text("Rename or delete one of the two files.")
            yield from doubled(((file_key(path), path) for path in sound_paths(site, kind)), hint)


def _uids_of_deleted(site: Asked) -> Iterator[Problem]:
    """A problem for each event with the UID of a deleted event that subscribers still hold."""
    taken = deletions(site).taken
    for event in own_events(site) if taken else ():
        for place, uid in enumerate(event.uids()):
            if path := taken.get(uid):
                message = text("In calendars this would be taken for an event that was deleted: {path}.", path=path)
                yield confusion(event, place, message)


def _unfit_names(site: Asked) -> Iterator[Problem]:
    for path in sound_paths(site, "themes"):
        if "," in record(site, path).fields.name:
            yield Problem(
                Location(path, key=("name",)),
                text("A theme's name has no comma: calendars separate themes by commas."),
                text("Write “、” or leave it out."),
            )
