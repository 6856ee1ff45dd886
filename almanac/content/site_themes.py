"""Site themes: folders of templates, static files and messages. Files that a theme lacks come from `default`.

A site may also have these three folders beside its config. Their files come before those of its theme.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from almanac.content.sources import files_below
from almanac.core.digests import digest
from almanac.core.messages import CatalogueFile, catalogue_files
from almanac.core.problems import Location, Problem, did_you_mean, reason_of, text
from almanac.core.shipped import shipped

DEFAULT = "default"
FOLDERS = ("templates", "static", "messages")  # of a theme, and beside a config
SHIPPED = shipped("themes")


class StaticFile(msgspec.Struct, frozen=True):
    """A file that is published unchanged: its path for problems, its path on this machine, and its digest."""

    path: str
    file: str
    digest: str


class SiteTheme(msgspec.Struct, frozen=True):
    """The folders searched for templates, nearest first; static files by address; digests of templates by name.

    `typst` are the texts of the templates for pictures and paper, by name. `catalogues` are the translations of each
    language, the engine's among them; later ones win.
    """

    folders: tuple[Path, ...]
    static: dict[str, StaticFile]
    digests: dict[str, str]
    catalogues: dict[str, tuple[CatalogueFile, ...]]
    typst: dict[str, str] = {}

    @property
    def templates(self) -> tuple[Path, ...]:
        return tuple(folder / "templates" for folder in self.folders)


def static_folders(root: Path) -> tuple[Path, ...]:
    """The folders in which static files of a site may lie."""
    return tuple(folder.absolute() for folder in (root / "static", root / "themes", SHIPPED))


def read_site_theme(root: Path, name: str) -> SiteTheme | Problem:
    """The site theme `name`, from the root's `themes/` or else from the engine's."""
    try:
        return _read_site_theme(root, name)
    except OSError as error:
        message = text("This file or folder of the site theme cannot be read ({reason}).", reason=reason_of(error))
        return Problem(Location(str(error.filename)), message, text("Check that you may read it."))


def _read_site_theme(root: Path, name: str) -> SiteTheme | Problem:
    places = [place for place in (root / "themes", SHIPPED) if place.is_dir()]
    own = next((place / name for place in places if (place / name).is_dir()), None)
    if own is None:
        known = sorted({folder.name for place in places for folder in place.iterdir() if folder.is_dir()})
        hint = did_you_mean(name, known) or text("Known site themes: {names}.", names=", ".join(known))
        return Problem(
            Location("config.yaml", key=("site_theme",)), text("There is no site theme “{name}”.", name=name), hint
        )
    base = next(place / DEFAULT for place in places if (place / DEFAULT).is_dir())
    beside = (root,) if any((root / name).is_dir() for name in FOLDERS) else ()
    folders = tuple(dict.fromkeys((*beside, own, base)))
    static: dict[str, StaticFile] = {}
    digests: dict[str, str] = {}
    typst: dict[str, str] = {}
    for folder in reversed(folders):
        for file in files_below(folder / "static"):
            below = file.relative_to(folder / "static").as_posix()
            path = f"static/{below}" if folder == root else f"themes/{folder.name}/static/{below}"
            static[f"/static/{below}"] = StaticFile(path, str(file.absolute()), digest(file.read_bytes()))
        for file in files_below(folder / "templates"):
            digests[file.relative_to(folder / "templates").as_posix()] = digest(file.read_bytes())
        for file in filter(_is_typst, files_below(folder / "typst")):
            typst[file.name] = file.read_text(encoding="utf-8")
    messages = [folder / "messages" for folder in reversed(folders)]
    languages = {file.stem for folder in messages for file in folder.glob("*.po")}
    catalogues = {language: catalogue_files(language, messages) for language in sorted(languages)}
    return SiteTheme(folders, dict(sorted(static.items())), digests, catalogues, typst)


def _is_typst(file: Path) -> bool:
    return file.suffix == ".typ"
