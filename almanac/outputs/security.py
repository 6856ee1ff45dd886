"""`/.well-known/security.txt`: whom to tell of a weakness of the site (RFC 9116), where the config names a contact.

Agents look for it at the root of a host. A site below a folder makes it there too, for whoever copies it to the root.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from almanac.model.moments import month
from almanac.model.site import Site
from almanac.site.pages import Page, page
from almanac.site.settings import site_settings

ADDRESS = "/.well-known/security.txt"
MONTHS = 11  # until it expires: RFC 9116, section 2.5.5, wants less than a year


class SecurityView(msgspec.Struct, frozen=True):
    """The fields of the file. `expires` is in UTC; `canonical` and `policy` are empty where the file names none."""

    contact: tuple[str, ...]
    expires: datetime
    canonical: str
    policy: str


def pages(site: Site) -> Iterator[Page]:
    """The file."""
    if site.config.security.contact:
        yield page(ADDRESS, "html:security.txt", security_view)


def security_view(site: Site) -> SecurityView:
    """The view of the file. It expires on the first of a month: a build of another day changes nothing."""
    declared, parts = site.config.security, urlsplit(site_settings(site).base_url)
    year, number = map(int, month(site).split("-"))
    later = number - 1 + MONTHS
    return SecurityView(
        contact=declared.contact,
        expires=datetime(year + later // 12, later % 12 + 1, 1, tzinfo=UTC),
        canonical=f"https://{parts.netloc}{ADDRESS}" if parts.scheme == "https" else "",  # section 2.5.2
        policy=declared.policy or "",
    )
