"""Bodies of records as HTML."""

from __future__ import annotations

import posixpath
import re
from html import escape, unescape
from urllib.parse import quote, unquote

from markupsafe import Markup

from almanac.content.markdown import to_html
from almanac.content.queries import kind_of, tree
from almanac.content.sources import CONTENT, file_key
from almanac.incremental import query
from almanac.model.identities import event_address
from almanac.model.labels import EVENTS, facet_labels
from almanac.model.links import events
from almanac.model.site import Site
from almanac.site.page_tree import PAGES, text_pages
from almanac.site.settings import base_path

TO_FILE = re.compile(r'(?<= href=")(?P<file>[^":#?]+\.md)(?P<part>#[^"]*)?(?=")')


@query(str)
def body_html(site: Site, path: str) -> str:
    """The body of a file as sanitised HTML. Links to other Markdown files of the content lead to their pages."""
    (found,) = to_html([site.body(path)], base_path(site))

    def led(link: re.Match[str]) -> str:
        file = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(unescape(link["file"]))))
        address = address_of_file(site, file)
        return escape(base_path(site) + quote(address[1:])) + (link["part"] or "") if address else link[0]

    return TO_FILE.sub(led, found) if ".md" in found else found


def address_of_file(site: Site, path: str) -> str:
    """The address of the page of a file of the content; empty if it has none."""
    if not path.startswith(f"{CONTENT}/") or path not in tree(site).of(kind_of(path)):
        return ""
    kind = kind_of(path)
    if kind == PAGES:
        return next((one.address for one in text_pages(site) if one.path == path), "")
    if kind == EVENTS:
        return next((event_address(one.id) for one in events(site).values() if one.path == path), "")
    found = facet_labels.get(site, f"{kind}/{file_key(path)}")
    return f"/{kind}/{found.key}/" if found else ""


def shown_body(site: Site, path: str) -> Markup:
    """The body of a file as markup for templates; empty if `path` is empty."""
    return Markup(body_html(site, path) if path else "")  # noqa: S704 - nh3 has cleaned it
