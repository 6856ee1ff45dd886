"""The names that tables and calendars may use: those of a site's records, and its pictures and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from almanac.content.config import Config
from almanac.content.names import Registry, registries, registry_of
from almanac.content.records import AnyRecord


class Register(msgspec.Struct, frozen=True):
    """The names of every kind; `open`: unknown names are allowed. `addresses` are those of venues, by their keys."""

    names: Mapping[str, Registry]
    open: bool = False
    addresses: Mapping[str, str] = msgspec.field(default_factory=dict)

    def of(self, kind: str) -> Registry:
        return self.names.get(kind, Registry())


def register(config: Config, records: Iterable[AnyRecord], assets: Iterable[str] = ()) -> Register:
    """The names of a site's registries, districts, audiences, and of its pictures and files."""
    found = list(records)
    names = {**registries(config, found), "assets": registry_of({path: (path,) for path in assets})}
    venues = (record for record in found if record.path.split("/")[1] == "venues" and record.fields.address)
    return Register(names, config.registries == "open", {record.key: record.fields.address for record in venues})
