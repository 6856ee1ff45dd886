"""The registries that an import and an export need, and hints for names in tables: a similar name is never taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from rapidfuzz import fuzz

from almanac.content.config import Bodies, Config
from almanac.content.names import Registry, folded, registries, registry_of
from almanac.content.records import AnyRecord
from almanac.content.sources import CONTENT
from almanac.core.problems import Text, text

MOST_LISTED = 12  # names in a hint
LIKE = 63.0  # per cent of likeness from which on a name is offered
JOINER = re.compile("[及和与或、]")
SHORTEST_REST = 2  # letters beside a known name; a single one makes another name: 农民工 is not 农民


class Registries(msgspec.Struct, frozen=True):
    """The registries by folder. `open` allows unknown names. `addresses` are the addresses of venues by key.

    `limits` are those of the texts of files.
    """

    by_folder: Mapping[str, Registry]
    open: bool = False
    addresses: Mapping[str, str] = msgspec.field(default_factory=dict)
    limits: Bodies = Bodies()

    def of(self, folder: str) -> Registry:
        return self.by_folder.get(folder, Registry())


def suggestion(registry: Registry, name: str) -> str | None:
    """A registered name that is similar; None if there is none."""
    scored = ((_likeness(folded(name), folded(one)), one) for one in (*registry.shown, *registry.written))
    likeness, best = max(scored, default=(0.0, ""))
    if likeness < LIKE:
        return None
    return best if best in registry.shown else registry.name_of(registry.key_of(best) or best)


def similar(registry: Registry, name: str) -> Text | None:
    """A hint with a name that may be meant."""
    found = suggestion(registry, name)
    return text("Did you mean “{name}”?", name=found) if found else None


def hint(registry: Registry, name: str) -> Text | None:
    """A hint for a name in a table that means no record, or more than one."""
    if meant := registry.candidates(name):
        return text("It may mean {names}.", names=", ".join(meant))
    if found := similar(registry, name):
        return found
    if 0 < len(registry.shown) <= MOST_LISTED:
        return text("Known are: {names}.", names="、".join(registry.shown.values()))
    return None


def _likeness(written: str, known: str) -> float:
    """How much a known name is like a written one, in per cent. A name that would drop another one is not like it."""
    if not written or not known:
        return 0.0
    if len(written) > 1 and written in known:
        return 90 + 10 * len(written) / len(known)
    if len(known) > 1 and known in written:
        rest = written.replace(known, "", 1)
        is_most = written.startswith(known) or 2 * len(known) >= len(written)
        is_like = is_most and len(rest) >= SHORTEST_REST and not JOINER.search(rest)
        return 80 + 10 * len(known) / len(written) if is_like else 0.0
    return fuzz.ratio(written, known) * 0.85


def registries_of(config: Config, records: Sequence[AnyRecord], assets: Iterable[str] = ()) -> Registries:
    """The registries of a site, with one of the paths of pictures and files."""
    by_folder = {**registries(config, records), "assets": registry_of({path: (path,) for path in assets})}
    venues = (record for record in records if record.path.startswith(f"{CONTENT}/venues/"))
    addresses = {record.key: record.fields.address for record in venues if record.fields.address}
    return Registries(by_folder, config.registries == "open", addresses, config.bodies)
