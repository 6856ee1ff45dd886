"""The registries that an import and an export need, and hints for names in tables: a similar name is never taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from rapidfuzz import fuzz

from almanac.content.config import Config
from almanac.content.names import Registry, folded, registries, registry_of
from almanac.content.records import AnyRecord
from almanac.content.sources import CONTENT
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


class Registries(msgspec.Struct, frozen=True):
    """The registries by folder. `open` allows unknown names. `addresses` are the addresses of venues by key."""

    by_folder: Mapping[str, Registry]
    open: bool = False
    addresses: Mapping[str, str] = msgspec.field(default_factory=dict)

    def of(self, folder: str) -> Registry:
        return self.by_folder.get(folder, Registry())


def suggestion(registry: Registry, name: str) -> str | None:
    """A known name that may be meant: a usual word for it, or a similar name. None if there is none."""
    usual = next((known for known in registry.shown.values() if name in USUAL_WORDS.get(known, ())), None)
    if usual:
        return usual
    scored = ((_likeness(folded(name), folded(one)), one) for one in (*registry.shown, *registry.shown.values()))
    likeness, best = max(scored, default=(0.0, ""))
    return best if likeness >= LIKE else None


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
        return 0.0 if JOINER.search(rest) else 80 + 10 * len(known) / len(written)
    return fuzz.ratio(written, known) * 0.85


def registries_of(config: Config, records: Sequence[AnyRecord], assets: Iterable[str] = ()) -> Registries:
    """The registries of a site, with one of the paths of pictures and files."""
    by_folder = {**registries(config, records), "assets": registry_of({path: (path,) for path in assets})}
    venues = (record for record in records if record.path.startswith(f"{CONTENT}/venues/"))
    addresses = {record.key: record.fields.address for record in venues if record.fields.address}
    return Registries(by_folder, config.registries == "open", addresses)
