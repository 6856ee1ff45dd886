"""The pages of the desk and what they need: made from templates of the site theme when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from almanac.content.form_fields import FormField, form_fields
from almanac.content.records.event import EventFields
from almanac.core.problems import text
from almanac.model.site import Site
from almanac.outputs.admin import admin_view
from almanac.render import renderer, view_function
from almanac.server.desk.answers import language_of
from almanac.site.pages import Page, no_view, page
from almanac.site.views import Head

PLACE = "/__almanac__/desk/"


class DeskView(msgspec.Struct, frozen=True):
    """The page with the lists; `result` are the fields of the table of results."""

    head: Head
    result: tuple[FormField, ...]


def desk_view(site: Site) -> DeskView:
    """The view of the page with the lists."""
    fields = {one.key: one for one in form_fields(EventFields, language_of(site))}
    return DeskView(Head(PLACE, text("Desk").message, indexed=False), fields["result"].fields)


PAGES: Mapping[str, Page] = {
    one.address.removeprefix(PLACE): one
    for one in (
        page(PLACE, "html:desk.html", desk_view),
        page(f"{PLACE}desk.js", "html:scripts/desk.js", no_view),
        page(f"{PLACE}desk.css", "html:desk.css", no_view),
        page(f"{PLACE}form/", "html:desk_form.html", admin_view),
        page(f"{PLACE}admin.js", "html:scripts/admin.js", no_view),
        page(f"{PLACE}admin.css", "html:admin.css", no_view),
        page(f"{PLACE}desk_form.js", "html:scripts/desk_form.js", no_view),
    )
}


def made(site: Site, found: Page) -> bytes:
    """The bytes of a page. Raises BrokenPage if its template fails."""
    kind, _, argument = found.renderer.partition(":")
    return renderer(kind).render(site, view_function(found.view)(site, *found.args), argument)
