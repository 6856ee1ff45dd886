"""The addresses of a site. No link leads to an output that the config turns off."""

from __future__ import annotations

from collections.abc import Collection

from almanac.content.config import Config
from almanac.core.extras import can_typeset
from almanac.model.labels import FACET_KINDS

NEEDS = {
    "deadlines": "feeds",
    "digest": "subscribe",
    "my": "search",
    "subscribe": "feeds",
    "feed_codes": "subscribe",
}  # outputs that need another one
FOLDERS = {name: name for name in (*FACET_KINDS, "archive", "changes", "data", "digest", "my", "search", "subscribe")}
FOLDERS |= {
    "admin": "admin",
    "calendar": "months",
    "plan": "plans",
    "cards": "cards",
    "embed": "embeds",
    "manifest.webmanifest": "offline",
    "offline": "offline",
    "pages": "page_search",
    "posters": "posters",
    "print": "paper",
    "screen": "screens",
    "share": "shares",
    "sitemap.xml": "sitemap",
}  # outputs by the first part of addresses
FEED_FORMS = {"ics": "feeds", "atom": "news", "json": "news"}  # outputs of a channel by the ending of addresses
TYPESET = frozenset({"cards", "paper", "posters"})  # outputs that need the extra `cards`
# Outputs that are made only where the config turns them on. A site must not look different on two machines because one
# of them has the extra.
OPTIONAL = TYPESET | {"accessibility", "admin", "page_search", "problems"}


def made(output: str, config: Config) -> bool:
    """Whether the config turns off neither the output nor an output that it needs, and turns on an optional one."""
    if output in TYPESET and not can_typeset():
        return False
    return config.outputs.get(output, output not in OPTIONAL) and (output not in NEEDS or made(NEEDS[output], config))


def lacking(config: Config) -> tuple[str, ...]:
    """The outputs that the config wants, and for which what typesets them is not installed."""
    return () if can_typeset() else tuple(sorted(one for one in TYPESET if config.outputs.get(one)))


def outputs_off(config: Config) -> tuple[str, ...]:
    """The outputs that are not made."""
    return tuple(sorted(name for name in {*config.outputs, *NEEDS, *OPTIONAL} if not made(name, config)))


def there(address: str, off: Collection[str]) -> bool:
    """Whether an address leads somewhere when the outputs `off` are not made.

    The stem of a feed counts as an address: it leads somewhere if the facets of the feed have pages.
    """
    return _outputs_of(address).isdisjoint(off)


def _outputs_of(address: str) -> set[str]:
    """The outputs that an address needs, as far as the config can turn them off."""
    folder, *below = address.strip("/").split("/")
    if folder == "feeds":
        form = (FEED_FORMS | {"svg": "feed_codes"}).get(address.rpartition(".")[2])
        return {*FACET_KINDS} & {*below[::2]} | ({form} if form else set())
    return {FOLDERS[folder]} if folder in FOLDERS else set()
