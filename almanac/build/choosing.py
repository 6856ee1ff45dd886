"""Which files a build must render, and which must go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

import msgspec

from almanac.build.compression import form_stands, forms_of, page_file
from almanac.build.last_build import LastBuild
from almanac.build.publishing import Staged, is_below
from almanac.core.digests import digest
from almanac.core.extras import can_compress
from almanac.incremental.queries import Arguments
from almanac.model.site import Site
from almanac.outputs import all_pages, listing, output_names
from almanac.render import rendered


class Wanted(msgspec.Struct, frozen=True):
    """A file that must be rendered, the arguments of `rendered` for it, and the forms in which it is compressed."""

    file: str
    args: Arguments
    forms: tuple[str, ...] = ()


class Choice(msgspec.Struct, frozen=True):
    """The files to render, those of them that are assembled of many parts, and the published ones that must go.

    `plan` is the digest of all pages.
    """

    plan: bytes
    wanted: tuple[Wanted, ...] = ()
    large: tuple[Wanted, ...] = ()
    obsolete: AbstractSet[str] = frozenset()


def choose(site: Site, last: LastBuild, altered: AbstractSet[str], *, preview: bool) -> Choice:
    """What to make. `altered` files no longer stand as they were published. Raises Damaged if the store is damaged."""
    forms = () if preview else tuple(filter(can_compress, site.config.compress))
    plan = _plan(site, forms)
    if plan == last.plan:
        return Choice(plan, tuple(_stale(site, last, altered, forms)), obsolete=last.left - last.published.keys())
    pages = {page.file.casefold(): page for page in reversed(all_pages(site))}  # the first keeps its address
    files = {page.file for page in pages.values()}
    wanted: list[Wanted] = []
    large: list[Wanted] = []
    kept = set(files)
    for page in reversed(pages.values()):
        one = Wanted(page.file, (page.renderer, page.view, *page.args), forms_of(page.file, forms, files))
        kept.update(one.forms)
        if not (altered.isdisjoint((one.file, *one.forms)) and _stands(site, last, one)):
            (large if page.large else wanted).append(one)
    return Choice(plan, tuple(wanted), tuple(large), last.standing - kept)


def obsolete_files(choice: Choice, last: LastBuild, staged: Iterable[Staged]) -> set[str]:
    """What must go once the chosen files are made: a file that has become small has no compressed forms."""
    forms = {form for one in (*choice.wanted, *choice.large) for form in one.forms}
    return {*choice.obsolete, *(forms & last.standing)} - {one.file for one in staged}


def _plan(site: Site, forms: tuple[str, ...]) -> bytes:
    """The digest of all pages and of the forms in which they are compressed."""
    listings = [site.graph.digest(listing, (name,)) for name in output_names()]
    return digest(*listings, *(form.encode() for form in forms)).encode()


def _stands(site: Site, last: LastBuild, one: Wanted) -> bool:
    """Whether a file and its forms were published, and are made of what has not changed since."""
    known = last.published.get(one.file)
    if known is None or known.node != site.graph.id(rendered, one.args) or known.node in site.graph.stale:
        return False
    return all(form_stands(form, known, last.published) for form in one.forms)


def _stale(site: Site, last: LastBuild, altered: AbstractSet[str], forms: tuple[str, ...]) -> Iterator[Wanted]:
    """The files to render where the list of pages is that of the last build."""
    published = last.published
    altered_pages = {page_file(file, published) for file in altered}
    pages = {file for file in published if page_file(file, published) == file} if forms else published.keys()
    for file in pages:
        node = published[file].node
        if node in site.graph.stale or file in altered_pages:
            args = site.graph.arguments(rendered, node)
            if last.store and not (args and is_below(file)):  # no build has published it
                raise last.store.reject()
            yield Wanted(file, args, forms_of(file, forms, pages))
