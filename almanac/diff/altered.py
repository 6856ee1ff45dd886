"""The pages that a change adds or alters: those of events, and of the other files that have a page of their own."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.content.queries import source
from almanac.diff.differences import Comparison, Difference
from almanac.diff.revisions import Snapshot
from almanac.model.labels import FACET_KINDS
from almanac.model.site import Site
from almanac.site.page_tree import text_pages


class AlteredPage(msgspec.Struct, frozen=True):
    """A page with its addresses before and after the change. A new page has no address before."""

    title: str
    before: str
    after: str


def altered_pages(comparison: Comparison, before: Snapshot, after: Snapshot) -> Iterator[AlteredPage]:
    """The pages: first those of changed files, then those of events that differ through other files, as by a venue."""
    shown = [one for one in comparison.differences if one.kind != "removed"]
    own = [one for one in shown if one.former is None or _differs(one.event.path, before.site, after.site)]
    yield from map(_page_of, own)
    yield from _other_pages(before, after)
    yield from (_page_of(one) for one in shown if one not in own)


def _page_of(one: Difference) -> AlteredPage:
    return AlteredPage(one.event.fields.title, one.former.address if one.former else "", one.event.address)


def _other_pages(before: Snapshot, after: Snapshot) -> Iterator[AlteredPage]:
    old, new = dict(_pages_of_files(before.site)), dict(_pages_of_files(after.site))
    for path, (title, address) in sorted(new.items()):
        if path not in before.skipped and _differs(path, before.site, after.site):
            yield AlteredPage(title, old[path][1] if path in old else "", address)


def _differs(path: str, before: Site, after: Site) -> bool:
    return bool(source(before, path) != source(after, path))


def _pages_of_files(site: Site) -> Iterator[tuple[str, tuple[str, str]]]:
    """The path of each file of the registries and of each page of text, with its title and its address."""
    for kind in FACET_KINDS:
        for facet in site.facets(kind):
            if facet.path:
                yield facet.path, (facet.name, facet.address)
    for one in text_pages(site):
        yield one.path, (one.title, one.address)
