"""The menu “转发与打印” of an event's page: the forms in which the event is passed on and printed."""

from __future__ import annotations

from almanac.core.problems import text
from almanac.incremental import query
from almanac.model.events import Event
from almanac.model.links import Linked
from almanac.model.site import Site
from almanac.site.addresses import made, outputs_off, there
from almanac.site.views import Link

# The addresses of forms; `{id}` is the event's, and `{first}` its first day, whose week and month have pages.
SHARED_EVENT, SHARED_WEEK, SHARED_MONTH = "/share/events/{id}/", "/share/week/", "/share/month/"
CARD = "/cards/events/{id}.png"
POSTER = "/posters/events/{id}.png"
PRINTED_POSTER = "/print/events/{id}.pdf"
# The label and the address of each form. `FOLDERS` in `addresses.py` names the output of an address by its first part,
# so that an output which is turned off has no entry.
FORMS = (
    (text("Texts for WeChat and Weibo"), SHARED_EVENT),
    (text("Digest of the week, for mail"), "/digest/{first:%G-W%V}/"),
    (text("Sheets of the month to print (A3)"), "/print/{first:%Y}/{first:%m}/"),
    (text("Big screen"), "/screen/"),
)
TYPESET_FORMS = (
    (text("Card (picture)"), CARD),
    (text("Poster for phones (picture)"), POSTER),
    (text("Poster to print (A4)"), PRINTED_POSTER),
)


@query(int)
def this_year(site: Site) -> int:
    """The year of the build. Its readers run again at New Year only."""
    return site.now.year


def is_typeset(site: Site, event: Event | Linked) -> bool:
    """Whether a card and posters are made of an event: those of earlier years would cost time and help nobody."""
    return event.ends.year >= this_year(site)


def handouts(site: Site, event: Event) -> tuple[Link, ...]:
    """The entries of the menu of one event. Their names are messages; the template translates them."""
    forms = (*FORMS, *TYPESET_FORMS) if is_typeset(site, event) else FORMS
    off, first = outputs_off(site.config), event.begins.date()
    links = (Link(label.message, address.format(id=event.id, first=first)) for label, address in forms)
    return tuple(link for link in links if there(link.address, off))


def card_of(site: Site, event: Event) -> str:
    """The address of the card of an event; empty if it has none."""
    return CARD.format(id=event.id) if made("cards", site.config) and is_typeset(site, event) else ""
