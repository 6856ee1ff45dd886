"""Pages of HTML and other text, by Jinja templates of the site theme. The argument is the template's name.

A template sees `view`, `site` (the settings) and what stands in `filters.py`, and nothing else.
"""

from __future__ import annotations

from jinja2 import TemplateError, meta
from jinja2.exceptions import TemplateSyntaxError

from almanac.core.digests import digest
from almanac.core.problems import Location, Problem, text
from almanac.incremental import query
from almanac.model.site import Site
from almanac.render import BrokenPage
from almanac.render.templates import environment, source_of
from almanac.site.settings import settings
from almanac.site.theme import template_digests


def render(site: Site, view: object, argument: str) -> bytes:
    """The page as UTF-8. Raises BrokenPage where its template fails."""
    template_version(site, argument)  # the template itself is read by Jinja
    try:
        return environment(settings(site)).get_template(argument).render(view=view).encode()
    except TemplateError as error:
        raise BrokenPage(_broken(argument, error)) from error


@query(str)
def template_version(site: Site, name: str) -> str:
    """The digest of a template with all that it extends, includes and imports."""
    return digest(*[(template_digests.get(site, one) or "").encode() for one in sorted(_closure(site, name))])


@query()
def problems(site: Site) -> tuple[Problem, ...]:
    """A problem for each template that Jinja cannot read, so that it is known before anything is rendered."""
    found = []
    for name in template_digests(site):
        try:
            references(site, name)
        except TemplateError as error:
            found.append(_broken(name, error))
    return tuple(found)


def _broken(name: str, error: TemplateError) -> Problem:
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
            pending += references(site, one)
    return found


@query(tuple[str, ...])
def references(site: Site, name: str) -> tuple[str, ...]:
    """The templates that a template names. Raises TemplateError."""
    if template_digests.get(site, name) is None:
        return ()
    used = environment(settings(site))
    found = meta.find_referenced_templates(used.parse(source_of(settings(site), name), name))
    return tuple(other for other in found if other)
