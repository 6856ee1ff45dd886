"""The sources of templates: what each uses, and its version.

Jinja opens the files itself, so whatever renders a template reads `template_version`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import Environment, TemplateError, meta
from jinja2.exceptions import TemplateSyntaxError

from almanac.core.digests import digest
from almanac.core.problems import Location, Problem, text
from almanac.incremental import query
from almanac.model.site import Site
from almanac.render.templates import environment, source_of
from almanac.site.settings import settings_in, site_settings
from almanac.site.theme import template_digests

MOST_SOURCES = 1000  # that one process keeps: those of some site themes


def environment_of(site: Site, language: str = "", hashed: Mapping[str, str] | None = None) -> Environment:
    """The environment for pages in a language; the empty one is the site's. `hashed` are addresses of static files.

    It is no read of all templates: a page depends on those that it uses.
    """
    settings = settings_in(site, language) if language else site_settings(site)
    return environment(settings, site.graph.digest(template_digests, ()), tuple((hashed or {}).items()))


@query(str)
def template_version(site: Site, name: str) -> str:
    """The digest of a template together with every template that it extends, includes or imports."""
    return digest(*[(template_digests.get(site, one) or "").encode() for one in sorted(_closure(site, name))])


@query()
def template_problems(site: Site) -> tuple[Problem, ...]:
    """A problem for each template that Jinja cannot read."""
    found = []
    for name in template_digests(site):
        try:
            referenced_templates(site, name)
        except TemplateError as error:
            found.append(broken(name, error))
    return tuple(found)


def broken(name: str, error: TemplateError) -> Problem:
    """The problem of a template that fails."""
    line = error.lineno if isinstance(error, TemplateSyntaxError) else None
    return Problem(
        Location(f"templates/{name}", line),
        text("This template is broken: {message}", message=error.message or type(error).__name__),
    )


def _closure(site: Site, name: str) -> set[str]:
    """The names of a template and of every template it needs."""
    found: set[str] = set()
    pending = [name]
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += referenced_templates(site, one)
    return found


@query(tuple[str, ...])
def referenced_templates(site: Site, name: str) -> tuple[str, ...]:
    """The templates that a template may use: those it names, or all if it computes a name. Raises TemplateError."""
    if template_digests.get(site, name) is None:
        return ()
    used = environment_of(site)
    found = _names_in(used, source_of(used, name), name)
    return tuple(template_digests(site) if None in found else sorted(filter(None, found)))


@lru_cache(MOST_SOURCES)
def _names_in(used: Environment, source: str, name: str) -> frozenset[str | None]:
    """The names of templates in a template's source; None stands for one that is computed. Raises TemplateError."""
    return frozenset(meta.find_referenced_templates(used.parse(source, name)))
