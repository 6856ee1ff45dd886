"""Bodies of records as HTML."""

from __future__ import annotations

from markupsafe import Markup

from almanac.content.markdown import to_html
from almanac.incremental import query
from almanac.model.site import Site
from almanac.site.settings import base_path


@query(str)
def body_html(site: Site, path: str) -> str:
    """The body of a file as sanitised HTML."""
    (found,) = to_html([site.body(path)], base_path(site))
    return found


def shown_body(site: Site, path: str) -> Markup:
    """The body of a file as markup for templates; empty if `path` is empty."""
    return Markup(body_html(site, path) if path else "")  # noqa: S704 - nh3 has cleaned it
