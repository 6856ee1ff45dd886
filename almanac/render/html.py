"""Pages of HTML and other text, by Jinja templates of the site theme. The argument is the template's name.

A template sees `view`, `site` (the settings) and what stands in `filters.py`, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec
from jinja2 import Template, TemplateError, meta
from jinja2.exceptions import TemplateSyntaxError

from almanac.build.parts import part
from almanac.content.shelf import Entry
from almanac.core.digests import digest, engine_version
from almanac.core.problems import Location, Problem, text
from almanac.render import BrokenPage, Settings
from almanac.render.filters import convert
from almanac.render.templates import environment, source_of


def render(view: object, argument: str, settings: Settings) -> bytes:
    """The page as UTF-8."""
    try:
        return _template(argument, settings).render(view=view).encode()
    except TemplateError as error:
        raise BrokenPage(_broken(argument, error)) from error


@cache
def _template(name: str, settings: Settings) -> Template:
    return environment(settings).get_template(name)


def prepare(views: Iterable[object], settings: Settings) -> None:
    """Converts bodies ahead of their pages: many after one another take two thirds of the time that they take between templates."""
    convert([body for view in views if (body := getattr(view, "body", ""))], settings.base)


def convert_bodies(entries: Sequence[Entry], base: str, numbers: Iterable[int]) -> list[None]:
    """Converts the bodies of some of the files before anybody knows their pages: they are parts, and found again by what they say."""
    convert([entries[number].body for number in numbers], base)
    return []


def load(argument: str, settings: Settings) -> None:
    """Compiles the template and all that it extends and includes."""
    for name in _closure(settings, argument):
        environment(settings).get_template(name)


def depends(argument: str, settings: Settings) -> bytes:
    """The template with all that it extends and includes, the messages, and what every page shows of the site."""
    sources = [source_of(settings, name).encode() for name in sorted(_closure(settings, argument))]
    words = [file.read_bytes() for file in settings.messages]
    site = (
        settings.title,
        settings.description,
        settings.base_url,
        settings.language,
        settings.timezone,
        settings.footer,
        settings.menu,
        settings.foot_menu,
        settings.share_pictures,
        settings.my,
        settings.news,
        settings.search,
        settings.off,
    )
    return msgspec.msgpack.encode((sources, words, site))


def broken_templates(settings: Settings) -> list[Problem]:
    """A problem for each template that Jinja cannot read, so that it is known before anything is rendered."""
    problems = []
    for name in environment(settings).list_templates():
        try:
            _references(settings, name)
        except TemplateError as error:
            problems.append(_broken(name, error))
    return problems


def _broken(name: str, error: TemplateError) -> Problem:
    line = error.lineno if isinstance(error, TemplateSyntaxError) else None
    return Problem(
        Location(f"templates/{name}", line),
        text("This template is broken: {message}", message=error.message or type(error).__name__),
    )


def _closure(settings: Settings, name: str) -> set[str]:
    """The names of a template and of every template it needs."""
    found: set[str] = set()
    pending = [name]
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += _references(settings, one)
    return found


@cache
def _references(settings: Settings, name: str) -> tuple[str, ...]:
    """The templates that a template names; to parse one is slow, and most extend the same base. Raises TemplateError."""
    source = source_of(settings, name)

    def names() -> bytes:
        found = meta.find_referenced_templates(environment(settings).parse(source, name))
        return msgspec.msgpack.encode([other for other in found if other])

    return msgspec.msgpack.decode(
        part("templates", digest(engine_version().encode(), source.encode()), names), type=tuple[str, ...]
    )
