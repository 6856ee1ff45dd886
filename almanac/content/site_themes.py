"""Site themes: a folder of templates, static files and messages; what it does not hold comes from `default`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from almanac.content.sources import Asset, files_below, read_asset
from almanac.core.digests import digest
from almanac.core.problems import Location, Problem, did_you_mean, text

DEFAULT = "default"
SHIPPED = Path(__file__).parent.parent.parent / "themes"


class SiteTheme(msgspec.Struct, frozen=True):
    """The folders searched for templates and messages, nearest first; all static files; the digest of every template."""

    folders: tuple[Path, ...]
    static: tuple[Asset, ...]
    version: str

    @property
    def templates(self) -> tuple[Path, ...]:
        return tuple(folder / "templates" for folder in self.folders)

    @property
    def messages(self) -> tuple[Path, ...]:
        return tuple(folder / "messages" for folder in reversed(self.folders))


def read_site_theme(root: Path, name: str) -> SiteTheme | Problem:
    """The site theme `name`, looked for in the root's `themes/` and then in those that come with the engine."""
    places = [place for place in (root / "themes", SHIPPED) if place.is_dir()]
    own = next((place / name for place in places if (place / name).is_dir()), None)
    if own is None:
        known = sorted({folder.name for place in places for folder in place.iterdir() if folder.is_dir()})
        hint = did_you_mean(name, known) or text("Known site themes: {names}.", names=", ".join(known))
        return Problem(
            Location("config.yaml", key=("site_theme",)), text("There is no site theme “{name}”.", name=name), hint
        )
    base = next(place / DEFAULT for place in places if (place / DEFAULT).is_dir())
    folders = tuple(dict.fromkeys((own, base)))
    static: dict[str, Asset] = {}
    for folder in reversed(folders):
        for file in files_below(folder / "static"):
            below = file.relative_to(folder / "static").as_posix()
            static[below] = read_asset(file, f"themes/{folder.name}/static/{below}", f"/static/{below}")
    templates = (file.read_bytes() for folder in folders for file in files_below(folder / "templates"))
    return SiteTheme(folders, tuple(static[below] for below in sorted(static)), digest(*templates))
