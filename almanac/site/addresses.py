"""Which addresses a site has: nothing leads to an output that the config turns off."""

from __future__ import annotations

from collections.abc import Collection

from almanac.content.config import Config
from almanac.model.labels import FACET_KINDS

NEEDS = {"my": "search", "subscribe": "feeds", "feed_codes": "subscribe"}  # what is nothing without another output
FOLDERS = {name: name for name in (*FACET_KINDS, "archive", "data", "my", "search", "subscribe")}
FOLDERS |= {
    "calendar": "months",
    "plan": "plans",
    "sitemap.xml": "sitemap",
}  # the outputs, by what their addresses begin with
FORMS = {"ics": "feeds", "atom": "news", "json": "news", "svg": "feed_codes"}  # those of a channel, by its ending


def made(output: str, config: Config) -> bool:
    """Whether neither the output is turned off nor what it lives on."""
    return config.outputs.get(output, True) and (output not in NEEDS or made(NEEDS[output], config))


def outputs_off(config: Config) -> tuple[str, ...]:
    """The outputs that are not made."""
    return tuple(sorted(name for name in {*config.outputs, *NEEDS} if not made(name, config)))


def there(address: str, off: Collection[str]) -> bool:
    """Whether an address leads somewhere although some outputs are off. The stem of a feed does if what the feed is about has pages."""
    return _outputs_of(address).isdisjoint(off)


def _outputs_of(address: str) -> set[str]:
    """The outputs without any of which an address leads nowhere, of those that can be missing."""
    folder, *below = address.strip("/").split("/")
    if folder == "feeds":
        form = FORMS.get(address.rpartition(".")[2])
        return {*FACET_KINDS} & {*below[::2]} | ({form} if form else set())
    return {FOLDERS[folder]} if folder in FOLDERS else set()
