"""The names of registries, and the keys that they mean: exactly one record by its key, name, full name or alias.

A similar name is offered as a hint and never taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec
from rapidfuzz import fuzz

from almanac.content.config import Config
from almanac.content.names import REGISTERED, folded, names_of
from almanac.content.records import AnyRecord
from almanac.core.problems import Text, text

MOST_LISTED = 12  # names in a hint
LIKE = 63.0  # per cent of likeness from which on a name is offered
JOINER = re.compile("[及和与或、]")
# What people write instead of the usual names of audiences. These words are offered, and never taken without asking.
USUAL_WORDS = {
    "青少年": ("中小学生", "学生", "小学生", "中学生", "儿童", "少年儿童", "少儿", "青少年儿童", "在校学生"),
    "亲子家庭": ("亲子", "家庭", "家长", "亲子游客"),
    "社会公众": ("公众", "市民", "全体市民", "广大市民", "社区居民", "居民", "群众", "社会大众", "不限", "所有人"),
    "老年人": ("老人", "老年朋友", "中老年人", "离退休人员", "退休职工"),
    "农民": ("农民朋友", "村民", "农户", "种植户", "养殖户"),
    "城镇劳动者": ("职工", "企业职工", "工人", "上班族", "产业工人"),
    "领导干部和公务员": ("公务员", "领导干部", "机关干部", "党员干部"),
}


class Registry(msgspec.Struct, frozen=True):
    """The names of one folder's records: the keys by normalised name, and the display name by key."""

    keys: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    names: Mapping[str, str] = msgspec.field(default_factory=dict)

    def resolve(self, name: str) -> str | None:
        """The key of the one record with this name; None if there is no such record or more than one."""
        if name in self.names:
            return name
        found = self.keys.get(folded(name), frozenset())
        return next(iter(found)) if len(found) == 1 else None

    def display_name(self, key: str) -> str:
        """The name of a record; the key itself if it is unknown."""
        return self.names.get(key, key)

    def suggestion(self, name: str) -> str | None:
        """A known name that may be meant: by a usual word for it, or by a name that is similar enough; else None."""
        usual = next((known for known in self.names.values() if name in USUAL_WORDS.get(known, ())), None)
        if usual:
            return usual
        scored = ((_likeness(folded(name), folded(one)), one) for one in self._all_names())
        likeness, best = max(scored, default=(0.0, ""))
        return best if likeness >= LIKE else None

    def _all_names(self) -> Iterable[str]:
        return (*self.names, *self.names.values())

    def similar(self, name: str) -> Text | None:
        """A hint with a name that may be meant."""
        suggestion = self.suggestion(name)
        return text("Did you mean “{name}”?", name=suggestion) if suggestion else None

    def hint(self, name: str) -> Text | None:
        """A hint for a name that `resolve` does not find."""
        meant = self.keys.get(folded(name), frozenset())
        if len(meant) > 1:
            return text("It may mean {names}.", names=", ".join(sorted(meant)))
        if similar := self.similar(name):
            return similar
        if 0 < len(self.names) <= MOST_LISTED:
            return text("Known are: {names}.", names="、".join(self.names.values()))
        return None


class Registries(msgspec.Struct, frozen=True):
    """The registries by folder. `open` allows unknown names. `addresses` are the addresses of venues by key."""

    by_folder: Mapping[str, Registry]
    open: bool = False
    addresses: Mapping[str, str] = msgspec.field(default_factory=dict)

    def of(self, folder: str) -> Registry:
        return self.by_folder.get(folder, Registry())


def _likeness(written: str, known: str) -> float:
    """How much a known name is like a written one, in per cent. A name that would drop another one is not like it."""
    if not written or not known:
        return 0.0
    if len(written) > 1 and written in known:
        return 90 + 10 * len(written) / len(known)
    if len(known) > 1 and known in written:
        rest = written.replace(known, "", 1)
        return 0.0 if JOINER.search(rest) else 80 + 10 * len(known) / len(written)
    return fuzz.ratio(written, known) * 0.85


def registries_of(config: Config, records: Iterable[AnyRecord], assets: Iterable[str] = ()) -> Registries:
    """The registries of a site. Districts, audiences, and the paths of pictures and files are registries too."""
    names: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    addresses = {}
    for record in records:
        folder = record.path.split("/")[1]
        if folder in REGISTERED:
            names[folder][record.key] = names_of(record)
            if folder == "venues" and record.fields.address:
                addresses[record.key] = record.fields.address
    names["districts"] = {key: (name,) for key, name in config.districts.items()}
    names["audiences"] = {key: (name,) for key, name in config.audiences.items()}
    names["assets"] = {path: (path,) for path in assets}
    by_folder = {folder: registry_of(found) for folder, found in names.items()}
    return Registries(by_folder, config.registries == "open", addresses)


def registry_of(names: Mapping[str, tuple[str, ...]]) -> Registry:
    """A registry from the names of each key, the display name first."""
    keys: dict[str, set[str]] = defaultdict(set)
    for key, own in names.items():
        for name in (key, *own):
            keys[folded(name)].add(key)
    return Registry(
        {name: frozenset(found) for name, found in keys.items()}, {key: own[0] for key, own in names.items()}
    )
