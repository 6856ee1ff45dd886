"""The site theme: its templates, its static files, its messages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath

from almanac.content.config import CONFIG
from almanac.content.queries import site_theme
from almanac.content.site_themes import SiteTheme, StaticFile, static_folders
from almanac.core.messages import LANGUAGES
from almanac.core.problems import Location, Problem, text
from almanac.incremental import Missing, query, table
from almanac.model.labels import DEFAULT_COLOUR, labels
from almanac.model.site import Site


def chosen_theme(site: Site) -> SiteTheme:
    """The site theme. Raises Missing if the config names none or a language without messages; see `checked_theme`."""
    found = checked_theme(site)
    if isinstance(found, Problem):
        raise Missing(site.config.site_theme)
    return found


def checked_theme(site: Site) -> SiteTheme | Problem:
    """The site theme, or the problem that there is none of the name in the config, or none in its language."""
    found: SiteTheme | Problem = site_theme(site, site.config.site_theme)
    language = site.config.language
    if isinstance(found, Problem) or language in {*LANGUAGES, *found.catalogues}:
        return found
    known = [*LANGUAGES, *sorted({*found.catalogues} - {*LANGUAGES})]
    hint = text(
        "Known languages: {names}. Another one needs its translations in {file}.",
        names=", ".join(known),
        file=f"messages/{language}.po",
    )
    return Problem(
        Location(CONFIG, key=("language",)),
        text("There are no messages in the language “{name}”.", name=language),
        hint,
    )


@table(StaticFile)
def static_files(site: Site) -> Mapping[str, StaticFile]:
    """The static files by their addresses."""
    return chosen_theme(site).static


def bytes_of(site: Site, file: StaticFile) -> bytes:
    """The bytes of a static file. Raises LookupError if it lies in no site theme: a foreign cache may name any."""
    place = PurePath(file.file)
    if ".." in place.parts or not any(place.is_relative_to(folder) for folder in static_folders(site.root)):
        raise LookupError(file.file)
    return Path(place).read_bytes()


@query(str)
def colour_classes(site: Site) -> str:
    """A class for each colour of themes and programmes: the content policy forbids inline styles."""
    colours = sorted({label.colour for label in labels(site).values()} | {DEFAULT_COLOUR})
    return "".join(f".tint-{colour} {{ --tint: {colour}; }}\n" for colour in colours)


@table(str)
def template_digests(site: Site) -> Mapping[str, str]:
    """The digest of each template by its name."""
    return chosen_theme(site).digests


@table(str)
def typst_templates(site: Site) -> Mapping[str, str]:
    """The text of each template for pictures and paper by its name."""
    return chosen_theme(site).typst
