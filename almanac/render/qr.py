"""QR codes (ISO/IEC 18004) of addresses of the site, as SVG."""

from __future__ import annotations

from io import BytesIO

import segno

from almanac.model.site import Site
from almanac.site.settings import absolute, settings
from almanac.site.views import Target

MASK = 3  # segno would draw all eight and choose the best, at three times the cost; every reader reads every mask
QUIET_ZONE = 4  # modules, as the standard asks


def render(site: Site, view: Target, argument: str) -> bytes:
    """The code of the full address, black on white whatever the page around it looks like."""
    del argument
    code = segno.make(absolute(view.address, settings(site), view.query), error="m", micro=False, mask=MASK)
    picture = BytesIO()
    code.save(picture, kind="svg", border=QUIET_ZONE, light="#fff", svgns=True, xmldecl=False, omitsize=True, nl=False)
    return picture.getvalue()
