"""Time as an input: the period around the moment of the build in which no date begins or ends."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import chain

import msgspec

from almanac.content.queries import config, now
from almanac.incremental import Asked, query
from almanac.model.links import events
from almanac.model.moments import local_now


class CurrentPeriod(msgspec.Struct, frozen=True):
    """Local moments between which no date and no day begins or ends."""

    since: datetime
    until: datetime


@query(list[datetime])
def turns(site: Asked) -> list[datetime]:
    """Every moment at which a date begins or ends, in order."""
    periods = chain.from_iterable(event.metadata.periods for event in events(site).values())
    return sorted({moment for one in periods for moment in (one.begins, one.ends)})


@query(CurrentPeriod)
def period(site: Asked) -> CurrentPeriod:
    """The period around the moment of the build."""
    moment = local_now(now(site), config(site).timezone)
    midnight = datetime.combine(moment.date(), datetime.min.time())
    known = turns(site)
    place = bisect_right(known, moment)
    since = max([midnight, *known[max(place - 1, 0) : place]])
    until = min([midnight + timedelta(days=1), *known[place : place + 1]])
    return CurrentPeriod(since, until)
