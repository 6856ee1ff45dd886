"""The addresses of a site. No link leads to an output that the config turns off."""

from __future__ import annotations

from collections.abc import Collection

from almanac.content.config import Config
from almanac.model.labels import FACET_KINDS

NEEDS = {
    "deadlines": "feeds",
    "my": "search",
    "subscribe": "feeds",
    "feed_codes": "subscribe",
}  # outputs that need another one
FOLDERS = {name: name for name in (*FACET_KINDS, "archive", "data", "my", "search", "subscribe")}
FOLDERS |= {"screen": "screens", "offline": "offline", "manifest.webmanifest": "offline"}
FOLDERS |= {"calendar": "months", "plan": "plans", "sitemap.xml": "sitemap"}  # outputs by the first part of addresses
FORMS = {
    "ics": "feeds",
    "atom": "news",
    "json": "news",
    "svg": "feed_codes",
}  # outputs of a channel by the ending of addresses


def made(output: str, config: Config) -> bool:
    """Whether the config turns off neither the output nor an output that it needs."""
    return config.outputs.get(output, True) and (output not in NEEDS or made(NEEDS[output], config))


def outputs_off(config: Config) -> tuple[str, ...]:
    """The outputs that are not made."""
    return tuple(sorted(name for name in {*config.outputs, *NEEDS} if not made(name, config)))


def there(address: str, off: Collection[str]) -> bool:
    """Whether an address leads somewhere when the outputs `off` are not made.

    The stem of a feed counts as an address: it leads somewhere if the facets of the feed have pages.
    """
    return _outputs_of(address).isdisjoint(off)


def _outputs_of(address: str) -> set[str]:
    """The outputs that an address needs, as far as the config can turn them off."""
    folder, *below = address.strip("/").split("/")
    if folder == "feeds":
        form = FORMS.get(address.rpartition(".")[2])
        return {*FACET_KINDS} & {*below[::2]} | ({form} if form else set())
    return {FOLDERS[folder]} if folder in FOLDERS else set()
