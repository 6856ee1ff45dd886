"""What subscribers and visitors would lose by a build."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from almanac.build.last_build import LastBuild
from almanac.core.problems import Problem
from almanac.model.site import Site
from almanac.render import rendered
from almanac.site.pages import view_name
from almanac.site.register import compared, register, shrinkage, vanishing_addresses


def vanishing(
    site: Site, last: LastBuild, obsolete: AbstractSet[str], *, allow_removals: bool, incomplete: bool
) -> list[Problem]:
    """The published entries, feeds and pages that would go.

    No error if the site is `incomplete` for errors in its files, unless much of it would go.
    """
    same = site.graph.digest(register, ()) == last.registered
    found = [] if same else compared(last.register(), site)
    found += vanishing_addresses(file for file in obsolete if not _was_over(site, last, file))
    if allow_removals or incomplete:
        found = [replace(one, severity="warning") for one in found]
    return found if allow_removals else [*found, *shrinkage(last.published, obsolete)]


def _was_over(site: Site, last: LastBuild, file: str) -> bool:
    """Whether a file is the page of a deleted event, which goes when the event is over."""
    from almanac.outputs.withdrawn import withdrawn_view  # all outputs are loaded where a page has gone

    known = last.published.get(file)
    return known is not None and view_name(withdrawn_view) in site.graph.arguments(rendered, known.node)
