"""The names of registered records: a key, a name, a full name or an alias means the record.

Likeness is a hint and never a match: a guess neither drops a part of a name nor picks another record.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from almanac.content.config import Config, names_in
from almanac.content.records import AnyRecord
from almanac.content.references import Reference
from almanac.core.problems import Location, Problem, Text, did_you_mean, text

REGISTERED = frozenset({"organisers", "themes", "forms", "programmes", "venues"})
SEPARATORS = re.compile(r"[、，,；;/\n]+")
AND = re.compile("以及|及其|[及和与跟暨]")
FEW = 12  # names that a hint may list
SHORTEST = 2  # letters of a name that shortens another
END = 3  # letters with which a longer name ends
KEY = re.compile(r"[a-z0-9._-]+")  # what looks like a key is no name in words


class Registry(msgspec.Struct, frozen=True):
    """The names of one kind of record: the keys that each folded name may mean, and the name to show of each key."""

    keys: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    shown: Mapping[str, str] = msgspec.field(default_factory=dict)
    written: tuple[str, ...] = ()  # every name as its record writes it

    def key_of(self, name: str) -> str | None:
        """The one record that a name means; None where there is none, or more than one."""
        if name in self.shown:
            return name
        found = self.candidates(name)
        return found[0] if len(found) == 1 else None

    def name_of(self, key: str) -> str:
        """The name to show of a record; the key itself if it is unknown."""
        return self.shown.get(key, key)

    def candidates(self, name: str) -> list[str]:
        """The keys of the records that have this name."""
        return sorted(self.keys.get(folded(name), ()))

    def keys_of_several(self, names: str) -> list[str]:
        """The keys of several names in one, such as 市科协、市教育局 or 青少年及家长; empty unless all are known."""
        for several in (split_names(names), names.split(), AND.split(names)):
            keys = [key for name in several if (key := self.key_of(name))]
            if len(keys) == len(several) > 1:
                return list(dict.fromkeys(keys))
        return []

    def near(self, name: str) -> Text | None:
        """A guess: a key that is spelt much like an ASCII name; for others a longer or shorter form of the name."""
        if name.isascii():
            return did_you_mean(name, self.shown)
        plain = folded(name)
        guesses = {key for name, keys in self.keys.items() if _is_like(plain, name) for key in keys}
        likely = [self.shown[key] for key in sorted(guesses)]
        if len(likely) == 1:
            return text("Did you mean “{name}”?", name=likely[0])
        return _listed(likely) if 0 < len(likely) <= FEW else None


def _listed(names: Iterable[str]) -> Text:
    return text("It may mean {names}.", names=", ".join(names))


def _is_like(written: str, name: str) -> bool:
    """Whether one shortens the other, or a name begins or ends with the written one."""
    is_part = (len(written) >= SHORTEST and name.startswith(written)) or (
        len(written) >= END and name.endswith(written)
    )
    return is_part or _shortens(written, name) or _shortens(name, written)


def _shortens(short: str, name: str) -> bool:
    """Whether a name shortens a longer one, as 市科协 does 市科学技术协会: some letters are left out between others.

    With letters left out at one end alone it is another name: 农民工 is not 农民.
    """
    letters = iter(name)
    in_order = len(short) < len(name) and all(letter in letters for letter in short)
    return in_order and len(short) >= SHORTEST and short not in name


def registries(config: Config, records: Iterable[AnyRecord]) -> dict[str, Registry]:
    """The names of organisers, themes, forms, programmes, venues, districts and audiences, by their kind."""
    called: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for record in records:
        kind = record.path.split("/")[1]
        if kind in REGISTERED:
            called[kind][record.key] = names_of(record)
    called["districts"] = names_in(config.districts)
    called["audiences"] = names_in(config.audiences)
    return {kind: registry_of(found) for kind, found in called.items()}


def names_of(record: AnyRecord) -> tuple[str, ...]:
    """Everything that a record is called beside its key, the name to show first."""
    fields = record.fields
    names = (fields.name, getattr(fields, "full_name", None), *getattr(fields, "aliases", ()))
    return tuple(name for name in names if name)


def registry_of(called: Mapping[str, tuple[str, ...]]) -> Registry:
    """The registry of records by their keys and all that each of them is called, the name to show first."""
    keys: dict[str, set[str]] = defaultdict(set)
    for key, names in called.items():
        for name in (key, *names):
            keys[folded(name)].add(key)
    return Registry(
        {name: frozenset(found) for name, found in keys.items()},
        {key: names[0] for key, names in called.items()},
        tuple(dict.fromkeys(name for names in called.values() for name in names)),
    )


def names_in_order(registry: Registry) -> tuple[tuple[str, ...], ...]:
    """The records of a registry, each as its key, the name to show and its other names, folded."""
    others: dict[str, list[str]] = defaultdict(list)
    for name, keys in registry.keys.items():
        for key in sorted(keys):
            if name not in {folded(key), folded(registry.shown[key])}:
                others[key].append(name)
    return tuple((key, shown, *others[key]) for key, shown in registry.shown.items())


def is_text(reference: Reference, registry: Registry) -> bool:
    """Whether a name that means no record may stay as plain text; several names in one, or a wrong key, may not."""
    name = reference.name
    if not reference.or_text or KEY.fullmatch(name) or registry.candidates(name):
        return False
    return len(split_names(name)) == 1 and sum(map(str.isalpha, name)) >= SHORTEST


def right_names(reference: Reference, registry: Registry) -> tuple[str, ...]:
    """The key that a name certainly means, or the keys of several names in one; empty if it is right, or unclear.

    Where plain text is allowed, the names among several that no record has stay as they are.
    """
    name = reference.name
    if key := registry.key_of(name):
        return (key,) if key != name else ()
    if registry.candidates(name):
        return ()
    if keys := registry.keys_of_several(name):
        return tuple(keys)
    parts = [msgspec.structs.replace(reference, name=part) for part in split_names(name)]
    keys = [registry.key_of(part.name) or (part.name if is_text(part, registry) else "") for part in parts]
    return tuple(dict.fromkeys(keys)) if len(keys) > 1 and all(keys) else ()


FOLDERS = {
    "themes": text("themes"),
    "forms": text("forms"),
    "organisers": text("organisers"),
    "programmes": text("programmes"),
    "districts": text("districts"),
    "audiences": text("audiences"),
    "venues": text("venues"),
}
ADD = {
    "districts": text("Add it under districts in config.yaml."),
    "audiences": text("Add it under audiences in config.yaml."),
    "assets": text("Put the file there, or correct the name."),
}


def unknown_name(path: str, reference: Reference, registry: Registry) -> Problem:
    """The problem of a name that means no record of its registry, or more than one."""
    name, to = reference.name, reference.to
    location = Location(path, key=reference.key)
    candidates = registry.candidates(name)
    if len(candidates) > 1:
        message = text("“{name}” is the name of several {folder}.", name=name, folder=FOLDERS[to])
        return Problem(location, message, text("Write the key that is meant: {keys}.", keys=", ".join(candidates)))
    if to == "assets":
        message = text("There is no file content/{name}.", name=name)
        file = did_you_mean(name, registry.shown)
        files = (str(file.values["name"]),) if file else ()
        return Problem(location, message, file or ADD[to], correct=files, guessed=True)
    message = text("“{name}” is not known among the {folder}.", name=name, folder=FOLDERS[to])
    if keys := right_names(reference, registry):
        hint = text("These are several names: [{names}]", names=", ".join(keys))
        return Problem(location, message, hint, correct=keys)
    add = text("Add a file content/{folder}/{name}.md, or correct the name.", folder=to, name=name)
    if to == "venues" and reference.key == ("venue",):
        add = text("Add a file content/venues/{name}.md, or write the place itself: venue: {{name: {name}}}", name=name)
    near = registry.near(name)
    guess = registry.key_of(str(near.values.get("name"))) if near else None
    return Problem(location, message, near or ADD.get(to, add), correct=(guess,) if guess else (), guessed=True)


@lru_cache(maxsize=1 << 14)
def folded(name: str) -> str:
    """A name without the differences that people do not see: width, case, blanks, kinds of brackets and dots."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s·•・.“”\"'‘’]", "", plain)


def split_names(written: str) -> list[str]:
    """The names of a text that holds several."""
    return [name for part in SEPARATORS.split(written) if (name := " ".join(part.split()))]
