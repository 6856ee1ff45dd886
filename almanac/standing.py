"""The plan of the last build, where it still holds.

A plan is a pure function of what it is made of: the files of the content, the config, the site theme, the engine, the history, and the
moment, which matters only when a date begins or ends and at midnight. As long as the digest of all these is the same, so is the plan,
and nothing has to be linked and planned again. Bodies are the one thing left out of that digest: each stands in one page alone, whose
view is kept without it. So a build in which nothing has changed, or only bodies have, goes straight to what has to be published.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import msgspec

from almanac.content.history import history_state
from almanac.content.reading import Content
from almanac.content.sources import CONTENT
from almanac.digests import digest, engine_version
from almanac.kept_views import any_kept, read_kept
from almanac.manifest import Published, Standing
from almanac.problems import Problem
from almanac.publish import Made, stage
from almanac.site_themes import SiteTheme, read_site_theme

if TYPE_CHECKING:
    from almanac.build import Options, Plan
    from almanac.render import Settings

FOLDER = f"{CONTENT}/events/"


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A page with a body, as the next build may need it without: its file, its renderer, its key, and its view, pickled."""

    file: str
    renderer: str
    bare_key: str
    view: bytes


@dataclass
class Last:
    """The last plan that was followed: what stands of its files, which of them are `expected` to, and where the views of its pages are kept."""

    standing: Standing
    files: Mapping[str, Published]
    expected: AbstractSet[str]
    kept: Path

    def views(self, paths: Iterable[str]) -> dict[str, Kept]:
        """What is kept of the pages of these records."""
        return {path: unpack(packed) for path, packed in read_kept(self.kept, self.standing.views, paths).items()}


def standing_of(planned: Plan, options: Options, views: int) -> Standing:
    """What the next build must know of this one's plan."""
    bodies = {path: entry.digest for path, entry in planned.content.shelf.items() if path.startswith(FOLDER)}
    config = planned.catalogue.config
    made_of = _inputs(options, planned.theme, planned.content)
    return Standing(made_of, bodies, config.site_theme, config.timezone, planned.catalogue.now, planned.catalogue.until, pickle.dumps(planned.settings), views)


def _inputs(options: Options, theme: SiteTheme, content: Content) -> str:
    files = [(path, entry.fields if path.startswith(FOLDER) else entry.digest) for path, entry in content.shelf.items()]
    words = [file.read_bytes() for folder in theme.messages for file in sorted(folder.glob("*.po"))]
    config = (options.root / "config.yaml").read_bytes()
    where = (str(options.root.resolve()), options.base_url, [str(folder) for folder in theme.folders])
    return digest(msgspec.msgpack.encode((engine_version(), where, config, theme.version, theme.static, words, history_state(options.root), files)))


def holds(standing: Standing | None, options: Options, content: Content) -> bool:
    """Whether the plan of the last build is that of this one, but for bodies."""
    if standing is None or content.problems or options.clean or not (options.root / "config.yaml").is_file():
        return False
    theme = read_site_theme(options.root, standing.site_theme)
    now = local_time(options.now, standing.timezone)
    return standing.since <= now < standing.until and not isinstance(theme, Problem) and _inputs(options, theme, content) == standing.inputs


def local_time(now: datetime, timezone: str) -> datetime:
    """A moment as local time of the site; one without a zone is that already."""
    return now.astimezone(ZoneInfo(timezone)).replace(tzinfo=None) if now.tzinfo else now


def new_bodies(standing: Standing, content: Content) -> list[str]:
    """The paths of the events that have another body than the one published last."""
    return [path for path, published in standing.bodies.items() if content.shelf[path].digest != published]


def remake(new: Mapping[str, Kept], content: Content, standing: Standing, output: Path) -> Iterator[Made]:
    """The pages of these events with their new bodies."""
    from almanac.render import render, with_body  # late: where nothing is rendered, none of it is needed

    settings = cast("Settings", pickle.loads(standing.settings))  # noqa: S301 - the cache is this machine's own, like the code that reads it
    for number, (path, kept) in enumerate(new.items()):
        body = content.shelf[path].unpack().body
        view = replace(pickle.loads(kept.view), body=body)  # noqa: S301 - likewise
        put = stage(render(view, kept.renderer, settings), kept.file, output)
        yield Made(kept.file, with_body(kept.bare_key, content.shelf[path].digest), put, number)


def rehearse(last: Last) -> None:
    """Renders one of the pages for nothing, so that all that the next one takes is loaded."""
    from almanac.render import render

    for kept in map(unpack, any_kept(last.kept, last.standing.views).values()):
        render(pickle.loads(kept.view), kept.renderer, pickle.loads(last.standing.settings))  # noqa: S301 - as above


def keep(view: Any, file: str, renderer: str, bare_key: str) -> bytes:
    """What `remake` needs of a page."""
    return msgspec.msgpack.encode(Kept(file, renderer, bare_key, pickle.dumps(replace(view, body=""), pickle.HIGHEST_PROTOCOL)))


def views_file(manifest_path: Path) -> Path:
    """Beside its manifest."""
    return manifest_path.with_name(manifest_path.name.replace("manifest", "views")).with_suffix(".sqlite")


def unpack(packed: bytes) -> Kept:
    """What `keep` has packed."""
    return msgspec.msgpack.decode(packed, type=Kept)
