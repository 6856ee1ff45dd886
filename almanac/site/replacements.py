"""What takes place instead of an event that is called off: the event that its status note names."""

from __future__ import annotations

import re
from urllib.parse import unquote

from almanac.content.records.event import CALLED_OFF
from almanac.model.events import Event
from almanac.model.links import events
from almanac.model.site import Site
from almanac.site.settings import base_path

# An id has a hyphen, so that no word of an English note is taken for one.
NAMED = (
    r"(?:\[(?P<text>[^\]]+)\]\()?(?:{places})events/(?P<address>[^/\s()]+)/?(?(text)\))"
    r"|(?P<id>[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+)"
)


def replacement(site: Site, event: Event) -> tuple[str, Event | None]:
    """The status note in words, and the event that it names if the event itself is called off.

    A note names another event by its address, a Markdown link to it, or its id. In the words its title stands there.
    """
    note = event.fields.status_note or ""
    if event.fields.status not in CALLED_OFF:
        return note, None
    found: list[Event] = []

    def words(match: re.Match[str]) -> str:
        event_id = unquote(match["address"] or match["id"])
        if event_id == event.id or events.get(site, event_id) is None:
            return match[0]
        found.append(site.event(event_id))
        return match["text"] or f"“{found[-1].fields.title}”"

    places = "|".join(map(re.escape, (site.config.base_url.rstrip("/") + "/", base_path(site), "/")))
    shown = re.sub(NAMED.format(places=places), words, note)
    return shown, found[0] if found else None
