"""Drawings (SVG) of the content that hold a program: who opens such a file by itself would run it on the site."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from almanac.core.problems import Location, Problem, text
from almanac.incremental import query
from almanac.model.site import Site

ACTIVE = frozenset({"script", "foreignobject", "iframe", "embed", "object", "handler", "listener"})
MOVING = frozenset({"set", "animate"})  # may change a link while the drawing is shown
LINKS = frozenset({"href", "src"})
SAFE = frozenset({"", "http", "https", "mailto", "data"})
PICTURE = "data:image/"


def drawing_problems(site: Site) -> Iterator[Problem]:
    """A problem for each drawing with a program."""
    for path in site.assets:
        if path.casefold().endswith(".svg") and is_active(site, path):
            yield Problem(
                Location(path),
                text("This drawing holds a program, or it cannot be read."),
                text("Open it in a drawing program and save it as a plain SVG, or save it as PNG."),
            )


@query(bool)
def is_active(site: Site, path: str) -> bool:
    """Whether a drawing holds scripts, or something else that is no drawing."""
    from defusedxml.common import DefusedXmlException  # few builds see a new drawing
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        return any(_acts(element.tag, element.items()) for element in fromstring(site.asset(path)).iter())
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return True


def _acts(tag: object, attributes: Iterator[tuple[str, str]]) -> bool:
    name = _local(str(tag))
    if name in ACTIVE:
        return True
    for attribute, value in attributes:
        key, words = _local(attribute), "".join(value.split()).casefold()
        if key.startswith("on") or (name in MOVING and key == "attributename" and words.endswith("href")):
            return True
        if key in LINKS and not _is_safe(words):
            return True
    return False


def _is_safe(link: str) -> bool:
    """Whether a link leads to a page or to a picture."""
    try:
        scheme = urlsplit(link).scheme
    except ValueError:
        return False
    return scheme in SAFE and (scheme != "data" or link.startswith(PICTURE))


def _local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2].casefold()
