"""The menu “转发与打印” of an event's page: the forms in which the event is passed on and printed."""

from __future__ import annotations

from almanac.core.problems import Text
from almanac.model.site import Site
from almanac.site.addresses import outputs_off, there
from almanac.site.views import Link

# The label and the address of each form; `{id}` is the event's. `FOLDERS` in `addresses.py` names the output of an
# address by its first part, so that an output which is turned off has no entry.
HANDOUTS: tuple[tuple[Text, str], ...] = ()


def handouts(site: Site, event_id: str) -> tuple[Link, ...]:
    """The entries of the menu of one event. Their names are messages; the template translates them."""
    off = outputs_off(site.config)
    links = (Link(label.message, address.format(id=event_id)) for label, address in HANDOUTS)
    return tuple(link for link in links if there(link.address, off))
