"""Renders HTML and other text with the Jinja templates of the site theme. The argument is the template's name.

A template sees `view`, `site` (the settings), and the filters and tests of `filters.py`.
"""

from __future__ import annotations

from jinja2 import TemplateError

from almanac.model.site import Site
from almanac.render import BrokenPage
from almanac.render.sources import broken, environment_of, template_problems, template_version
from almanac.render.static import hashed_addresses
from almanac.site.views import Head

__all__ = ["render", "template_problems"]


def render(site: Site, view: object, argument: str) -> bytes:
    """The page as UTF-8. Raises BrokenPage if its template fails."""
    try:
        template_version(site, argument)  # records the read: Jinja opens the files itself
        used = environment_of(site, _language(view), hashed_addresses(site))
        return used.get_template(argument).render(view=view).encode()
    except TemplateError as error:
        raise BrokenPage(broken(argument, error)) from error


def _language(view: object) -> str:
    """The language of a page; empty for that of the site, and for what is no page."""
    head = getattr(view, "head", None)
    return head.language if isinstance(head, Head) else ""
