"""Words for values of front matter, as readers see them."""

from __future__ import annotations

from collections.abc import Mapping

from almanac.content.records.event import Status
from almanac.core.problems import Text, text

STATUS_WORDS: Mapping[Status, Text] = {
    "scheduled": text("Takes place"),
    "cancelled": text("Cancelled"),
    "postponed": text("Postponed"),
    "moved": text("New place"),
    "full": text("Full"),
}
