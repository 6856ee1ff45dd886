"""QR codes (ISO/IEC 18004) of addresses of the site, as SVG."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import segno

from almanac.model.site import Site
from almanac.site.settings import absolute, site_settings
from almanac.site.views import CodeTarget

MASK = 3  # every reader reads every mask; without one segno draws all eight to choose, at three times the cost
MOST_CODES = 1000  # that one process keeps: pages, screens and paper show the same ones
QUIET_ZONE = 4  # modules, as the standard requires


def render(site: Site, view: CodeTarget, argument: str) -> bytes:
    """The code of the full address, black on white in every colour scheme of the page."""
    del argument
    return code_of(site, view)


def code_of(site: Site, view: CodeTarget) -> bytes:
    """The code of an address of the site, as SVG."""
    return drawn(absolute(view.address, site_settings(site), view.query))


@lru_cache(MOST_CODES)
def drawn(address: str) -> bytes:
    """The code of a whole address, as SVG."""
    code = segno.make(address, error="m", micro=False, mask=MASK)
    picture = BytesIO()
    code.save(picture, kind="svg", border=QUIET_ZONE, light="#fff", svgns=True, xmldecl=False, omitsize=True, nl=False)
    return picture.getvalue()
