"""Names that people write, and the records they mean: exactly one, by its key, name, full name or an alias. Likeness is a hint, never a match."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from almanac.content.config import Config
from almanac.content.records import AnyRecord
from almanac.core.problems import Text, did_you_mean, text

SEPARATORS = re.compile(r"[、，,；;/\n]+")
FEW = 12  # names that a hint may list
KINDS = frozenset({"organisers", "themes", "programmes", "venues"})


class Names(msgspec.Struct, frozen=True):
    """The records of one folder: the keys that each folded name may mean, and the name that is shown for each key."""

    keys: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    shown: Mapping[str, str] = msgspec.field(default_factory=dict)

    def key_of(self, name: str) -> str | None:
        """The one record that `name` means; nothing where there is none, or more than one."""
        if name in self.shown:
            return name
        found = self.keys.get(folded(name), frozenset())
        return next(iter(found)) if len(found) == 1 else None

    def near(self, name: str) -> Text | None:
        """A name much like this one."""
        return did_you_mean(name, (*self.shown.values(), *self.shown))

    def hint(self, name: str) -> Text | None:
        """What may have been meant."""
        meant = self.keys.get(folded(name), frozenset())
        if len(meant) > 1:
            return text("It may mean {names}.", names=", ".join(sorted(meant)))
        return self.near(name) or (
            text("Known are: {names}.", names="、".join(self.shown.values())) if 0 < len(self.shown) <= FEW else None
        )


class Register(msgspec.Struct, frozen=True):
    """The names of every folder; `open`: unknown names are allowed. `addresses` are those of venues, by their keys."""

    names: Mapping[str, Names]
    open: bool = False
    addresses: Mapping[str, str] = msgspec.field(default_factory=dict)

    def of(self, kind: str) -> Names:
        return self.names.get(kind, Names())


def register(config: Config, records: Iterable[AnyRecord], assets: Iterable[str] = ()) -> Register:
    """The names of a site's registries, districts, audiences, and of its pictures and files."""
    called: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    addresses = {}
    for record in records:
        kind = record.path.split("/")[1]
        if kind in KINDS:
            fields = record.fields
            called[kind][record.key] = tuple(
                name
                for name in (fields.name, getattr(fields, "full_name", None), *getattr(fields, "aliases", ()))
                if name
            )
            if kind == "venues" and fields.address:
                addresses[record.key] = fields.address
    called["districts"] = {key: (name,) for key, name in config.districts.items()}
    called["audiences"] = {key: (name,) for key, name in config.audiences.items()}
    called["assets"] = {path: (path,) for path in assets}
    return Register({kind: names_of(found) for kind, found in called.items()}, config.registries == "open", addresses)


def names_of(called: Mapping[str, tuple[str, ...]]) -> Names:
    """Names from the keys of records and all that each of them is called, the name to show first."""
    keys: dict[str, set[str]] = defaultdict(set)
    for key, names in called.items():
        for name in (key, *names):
            keys[folded(name)].add(key)
    return Names(
        {name: frozenset(found) for name, found in keys.items()}, {key: names[0] for key, names in called.items()}
    )


@lru_cache(maxsize=1 << 14)
def folded(name: str) -> str:
    """A name without what does not tell names apart: width, case, blanks, kinds of brackets and dots."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s·•・.“”\"'‘’]", "", plain)


def split_names(written: str) -> list[str]:
    """Several names of one cell."""
    return [name for part in SEPARATORS.split(written) if (name := " ".join(part.split()))]
