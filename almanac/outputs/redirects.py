"""`/redirects.map`: every old address of a page or a feed with its new one, in the form of an nginx map.

Pages and feeds stand at their old addresses too, for servers that know nothing of this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from almanac.model.site import Site
from almanac.outputs.aliases import moves
from almanac.site.addresses import FEED_FORMS, made
from almanac.site.channels import former_channels
from almanac.site.pages import Page, page
from almanac.site.settings import base_path


def pages(site: Site) -> Iterator[Page]:
    """The file, also while no address has moved: nginx wants to read it."""
    del site
    yield page("/redirects.map", "html:redirects.map", redirects)


def redirects(site: Site) -> tuple[tuple[str, str], ...]:
    """Old addresses, decoded, and new ones, encoded, with the base path."""
    base = base_path(site).rstrip("/")
    found: dict[str, str] = {}
    for address, one in moves(site) if made("aliases", site.config) else ():
        found.setdefault(one.address, address)
    forms = [form for form, output in FEED_FORMS.items() if made(output, site.config)]
    for old, stem in former_channels(site).items():
        found |= {f"{old}.{form}": f"{stem}.{form}" for form in forms}
    return tuple((f"{base}{old}", f"{base}{quote(address)}") for old, address in found.items())
