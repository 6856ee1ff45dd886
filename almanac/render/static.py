"""Static files: the scripts, style sheets and pictures that pages load. Site themes hold most, templates make some.

Each has two addresses. `/static/style.css` stays as it is. `/hashed/style.<digest>.css`, which pages name, is another
one for other bytes, so that browsers may keep the file for good (docs/decisions/0022).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import dirname, normpath, relpath
from urllib.parse import quote, unquote

from jinja2 import TemplateError
from rcssmin import cssmin

from almanac.content.queries import hashed
from almanac.core.digests import digest
from almanac.incremental import query
from almanac.model.site import Site
from almanac.render import BrokenPage
from almanac.render.sources import broken, environment_of, template_version
from almanac.site.addresses import made
from almanac.site.pages import Page, page
from almanac.site.theme import bytes_of, colour_classes, static_files

STATIC, HASHED = "/static/", "/hashed/"
DIGITS = 16  # of a digest: 64 bits
STYLE_SHEET = "/static/style.css"
MADE = {
    "scripts": {f"/static/{name}.js": f"scripts/{name}.js" for name in ("page", "search", "my", "share", "reading")},
    "admin": {"/static/admin.css": "admin.css", "/static/admin.js": "scripts/admin.js"},
    "page_search": {"/static/pages.js": "scripts/pages.js"},
}  # by output: the files that templates make
# Where a sheet or a script names a file beside it.
NAMED = re.compile(r"""(\burl\(\s*["']?|@import\s*["']|\bfrom\s*["']|\bimport\s*\(?\s*["'])([^"')?#]+)""")


def static_pages(site: Site, address: str, source: str = "") -> Iterator[Page]:
    """The pages of a static file: one for each of its addresses."""
    yield page(address, "copy", static_file, address, source=source)
    if (other := hashed_address(site, address)) != address:
        yield page(other, "copy", hashed_file, address, source=source)


@query(dict[str, str])
def hashed_addresses(site: Site) -> dict[str, str]:
    """The address by which pages name each static file, by the one that stays."""
    return {address: hashed_address(site, address) for address in (*static_files(site), *_made_by_templates(site))}


@query(str)
def hashed_address(site: Site, address: str) -> str:
    """The address with the digest of a static file and of those that it names; the other one for a broken file."""
    if not hashed(site):
        return address
    try:
        others = sorted(_reached(site, address) - {address})
        found = digest(*[content(site, one) for one in (address, *others)])[:DIGITS]
    except BrokenPage:  # the page at the other address gives the problem
        return address
    path = PurePosixPath(address.removeprefix(STATIC))
    return f"{HASHED}{path.with_name(f'{path.stem}.{found}{path.suffix}')}"


def static_file(site: Site, address: str) -> bytes:
    """The bytes at the address that stays. Raises BrokenPage."""
    return content(site, address)


def hashed_file(site: Site, address: str) -> bytes:
    """The bytes at the hashed address: it names other files by their hashed addresses. Raises BrokenPage."""
    data, own = content(site, address), dirname(hashed_address(site, address))
    named = _named(site, address)
    links = {name: quote(relpath(hashed_address(site, other), own)) for name, other in named.items()}

    def with_link(found: re.Match[str]) -> str:
        name = found[2]
        if name not in links:
            return found[0]
        return f"{found[1]}{'./' if name.startswith('./') else ''}{links[name]}"  # scripts import `./page.js`

    return _encoded(NAMED.sub(with_link, _decoded(data))) if links else data


@query()
def content(site: Site, address: str) -> bytes:
    """The bytes of a static file. Sheets are minified, and that of all pages has the colours too. Raises BrokenPage."""
    file = static_files.get(site, address)
    if file is None:
        return _made(site, _made_by_templates(site)[address])
    data = bytes_of(site, file)
    if not address.endswith(".css"):
        return data
    colours = colour_classes(site) if address == STYLE_SHEET else ""
    minified: bytes = cssmin(data + colours.encode())
    return minified


def _made(site: Site, template: str) -> bytes:
    """What a template makes that needs no view and names no static file by a filter."""
    try:
        template_version(site, template)  # records the read: Jinja opens the files itself
        return environment_of(site).get_template(template).render(view=()).encode()
    except TemplateError as error:
        raise BrokenPage(broken(template, error)) from error


def _named(site: Site, address: str) -> dict[str, str]:
    """The static files that a sheet or a script names: their addresses by the words that name them."""
    if not address.endswith((".css", ".js")):
        return {}
    words = {found[2] for found in NAMED.finditer(_decoded(content(site, address)))}
    found = {one: normpath(f"{dirname(address)}/{unquote(one)}") for one in words if not one.startswith("/")}
    return {one: path for one, path in found.items() if _is_static(site, path)}


def _is_static(site: Site, address: str) -> bool:
    return static_files.get(site, address) is not None or address in _made_by_templates(site)


def _made_by_templates(site: Site) -> dict[str, str]:
    """The template of each static file that one makes. Outputs that are off have none."""
    return {one: name for output, files in MADE.items() if made(output, site.config) for one, name in files.items()}


def _reached(site: Site, address: str) -> set[str]:
    """The addresses of a static file and of all that it needs, directly or through others."""
    found: set[str] = set()
    pending = [address]
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += _named(site, one).values()
    return found


def _decoded(data: bytes) -> str:
    return data.decode(errors="surrogateescape")  # what is no UTF-8 stays as it is


def _encoded(words: str) -> bytes:
    return words.encode(errors="surrogateescape")
