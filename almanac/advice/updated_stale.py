"""A last change that is older than a change of date, place or status in git."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from almanac.content.occurrences import shown
from almanac.content.queries import history
from almanac.core.problems import Location, Problem, text
from almanac.model.moments import local
from almanac.model.site import Site

GRACE = timedelta(days=1)  # a change counts from its merge, which may be on the next day
MEANING = text("Date, place or status changed, and “updated” did not.")


def find(site: Site) -> Iterator[Problem]:
    """Events whose date, place or status changed in a commit later than their `updated`, before they were over."""
    unstated, timezone = history(site).unstated, site.config.timezone
    for event in site.events if unstated else ():
        moment, updated = unstated.get(event.path), event.metadata.updated
        changed = local(moment, timezone) if moment else None
        if changed and updated and event.ends > changed and changed.date() > updated.date() + GRACE:
            message = text("Date, place or status changed at {moment}, after “updated”.", moment=shown(changed))
            hint = text(
                "Write updated: {moment}, or leave the key out: git knows the last change.", moment=shown(changed)
            )
            yield Problem(Location(event.path, key=("updated",)), message, hint)
