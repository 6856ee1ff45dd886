"""A second way to the figures of a plan: it counts dates of the open data and knows nothing of the engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sites import Site

OFF = ("cancelled", "postponed")
Events = list[dict[str, Any]]


def front_matter(file: Path) -> dict[str, Any]:
    """The front matter of a content file."""
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8").split("---\n")[1])
    return found


def events_of(site: Site) -> Events:
    """The events of the open data, each with `occasions`: lists of its dates that are one occurrence."""
    data = json.loads(site.file("/data/events.json"))["events"]
    files = {file.stem: front_matter(file) for file in sorted(site.root.glob("content/events/**/*.md"))}
    by_id = {front.get("id", stem): front for stem, front in files.items()}
    for event in data:
        front = by_id[event["id"]]
        daily = "repeat" not in front and "sessions" not in front
        dates = [(first(one), end(one), one["status"]) for one in event["dates"]]
        event["occasions"] = [dates] if daily else [[one] for one in dates]
    return list(data)


def first(one: Mapping[str, Any]) -> datetime:
    """The moment at which a date of the open data begins, in local time."""
    return datetime.fromisoformat(one["start"]).replace(tzinfo=None)


def end(one: Mapping[str, Any]) -> datetime:
    """The moment at which a date of the open data is over, in local time."""
    last = datetime.fromisoformat(one.get("end") or one["start"]).replace(tzinfo=None)
    return last if "T" in one["start"] else last + timedelta(days=1)


def state(dates: Iterable[tuple[datetime, datetime, str]], result: Mapping[str, Any] | None, now: datetime) -> str:
    """The state of some dates of an event."""
    dates = list(dates)
    left = [one for one in dates if one[2] not in OFF]
    if not left:
        return "planned" if any(one[2] == "postponed" for one in dates) else "cancelled"
    if result and not result["held"]:
        return "cancelled"
    if result and any(one[1] <= now for one in left):
        return "held"
    return "overdue" if all(one[1] <= now for one in left) else "announced"


def fits(event: Mapping[str, Any], counts: Mapping[str, Any]) -> bool:
    """Whether an event passes the filters of a target."""

    def keys(*names: str) -> set[str]:
        found = [event.get(name) or [] for name in names]
        return {one["key"] for many in found for one in (many if isinstance(many, list) else [many])}

    had = {
        "programme": keys("programme"),
        "form": keys("form"),
        "theme": keys("themes"),
        "audience": keys("audiences"),
        "organiser": keys("organisers", "co_organisers"),
        "level": {event["level"]},
    }
    wanted = {name: counts.get(name, []) for name in had}
    return all(not one or had[name] & set(one if isinstance(one, list) else [one]) for name, one in wanted.items())


def recount(events: Events, counts: Mapping[str, Any], year: int, now: datetime) -> Counter[str]:
    """The number of units by state, and `people`: the participants of held events."""
    found: Counter[str] = Counter()
    for event in events:
        if not fits(event, counts):
            continue
        result = event.get("result")
        dates = [one for occasion in event["occasions"] for one in occasion]
        begun = [one for one in dates if one[0].year == year]
        last = [one for one in dates if one[2] not in OFF] or dates
        of = counts["of"]
        if of == "events" and begun:
            found[state(begun, result, now)] += 1
        elif of == "occurrences":
            found.update(state(one, result, now) for one in event["occasions"] if one[0][0].year == year)
        elif of == "days":
            found.update(one for day, one in days(event, now).items() if day.startswith(str(year)))
        elif of == "participants" and begun and last[-1][0].year == year:
            known = state(begun, result, now)
            found[known] += 1
            if known == "held":
                found["people"] += (result or {}).get("participants", 0)
    return found


def days(event: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """The state of each day of an event; of several on one day, the one that counts most."""
    order = ("held", "overdue", "announced", "planned", "cancelled")
    found: dict[str, str] = {}
    for occasion in event["occasions"]:
        whole = state(occasion, event.get("result"), now)
        for begins, ends, status in occasion:
            own = state([(begins, ends, status)], None, now) if status in OFF else whole
            night = begins.time() != datetime.min.time() and ends - begins < timedelta(days=1) and ends.hour < 12
            day = begins.date()
            while True:
                found[str(day)] = min(found.get(str(day), own), own, key=order.index)
                day += timedelta(days=1)
                if night or datetime.combine(day, datetime.min.time()) >= ends:
                    break
    return found
