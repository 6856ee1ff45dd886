"""Sites without a store, from files on disk or from files as bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from almanac.content import queries as inputs
from almanac.content.config import CONFIG
from almanac.content.history import begin_history_state
from almanac.content.inputs import Bytes, Files, Given, Themes
from almanac.content.queries import ContentTree, kind_of
from almanac.content.records import kinds
from almanac.content.sources import ASSETS
from almanac.core.problems import Problem
from almanac.incremental import Input, Query
from almanac.model.site import Site

NO_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - local time of the site; few uses of these sites depend on it


def site_on_disk(root: Path) -> Site:
    """The site in a folder as it is now."""
    files, commit = Files(root, {}), begin_history_state(root)
    files.look()
    return _site(root, files, files.tree, commit())


def site_of_files(
    root: Path, files: Mapping[str, bytes], problems: Sequence[Problem] = (), state: tuple[str, ...] = ()
) -> Site:
    """A site of files by their paths from the root. The bytes of assets may be empty.

    `state` is that of its history, as `begin_history_state` gives it; by default it has none.
    """
    paths: dict[str, list[str]] = {}
    for path in sorted(files):
        if path != CONFIG and kind_of(path) in (*kinds(), *ASSETS):
            paths.setdefault(kind_of(path), []).append(path)
    tree = ContentTree({kind: tuple(found) for kind, found in paths.items()}, tuple(problems))
    return _site(root, Bytes(files), Given(tree), state)


def move_to(site: Site, moment: datetime) -> None:
    """Makes one of these sites that of another moment, for pages that depend on it."""
    source = site.graph.sources[inputs.now.name]
    if isinstance(source, Given):
        source.value = moment.isoformat()
    site.graph.update([(inputs.now, ())])


def _site(root: Path, files: Any, tree: Given, commit: tuple[str, ...]) -> Site:
    sources = {
        inputs.source.name: files,
        inputs.asset.name: files,
        inputs.tree.name: tree,
        inputs.site_theme.name: Themes(root),
        inputs.now.name: Given(NO_MOMENT.isoformat()),
        inputs.base_url.name: Given(None),
        inputs.hashed.name: Given(True),
        inputs.commit.name: Given(commit),
        inputs.other_site.name: Bytes({}),
    }
    return Site(root, sources, _find_nothing)


def _find_nothing(name: str) -> Query[Any, Any] | Input:
    raise LookupError(name)
