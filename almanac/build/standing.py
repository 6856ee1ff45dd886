"""The plan of the last build, where it still holds.

A plan is a pure function of what it is made of: the facts of the events, the other files of the content, the config, the site theme, the
engine, the history, and the moment, which matters only when a date begins or ends and at midnight. As long as the digest of all these is the
same, so is the plan, and nothing has to be linked and planned again. What else the files of events say is left out of that digest: pages are
given events, and those that show one that has changed are made again by their recipes. So a build in which nothing has changed, or only
titles, texts and bodies have, goes straight to what has to be published.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import msgspec

from almanac.build.manifest import Published, Standing
from almanac.build.pages import file_of
from almanac.content.reading import Content
from almanac.content.site_themes import SiteTheme, read_site_theme
from almanac.content.sources import CONTENT
from almanac.core.digests import digest, engine_version
from almanac.core.problems import Problem

if TYPE_CHECKING:
    from almanac.build.kept_plan import Relinked
    from almanac.build.pages import Page
    from almanac.build.pipeline import Options, Plan
    from almanac.render import Settings

FOLDER = f"{CONTENT}/events/"


class Last(msgspec.Struct):
    """The last plan that was followed: what stands of its files, which are `missing` since somebody has changed the output, and where the plan is kept."""

    standing: Standing
    files: dict[str, Published]
    missing: AbstractSet[str]
    file: Path
    depends: dict[str, bytes] = msgspec.field(
        default_factory=dict
    )  # what the pages of each renderer depend on, as far as that has been asked
    _relinked: Relinked | None = None

    @property
    def settings(self) -> Settings:
        return cast("Settings", pickle.loads(self.standing.settings))  # noqa: S301 - the cache is this machine's own, like the code that reads it

    def relinked(self, content: Content) -> Relinked | None:
        """The plan, ready to make pages of it: read once, then kept."""
        from almanac.build.kept_plan import read_plan, relinked  # late: where nothing has changed, none of it is needed

        if self._relinked:
            self._relinked.content = content
        elif plan := read_plan(self.file, self.standing.plan):
            self._relinked = relinked(plan, pickle.loads(self.standing.config), content)  # noqa: S301 - as above
        return self._relinked


def standing_of(
    planned: Plan, options: Options, plan: str, files: Mapping[str, Published], depends: Mapping[str, bytes]
) -> Standing:
    """What the next build must know of this one's plan, which is kept under a name, and of the files that were published by it."""
    seen = {
        path: (entry.digest, entry.fields) for path, entry in planned.content.shelf.items() if path.startswith(FOLDER)
    }
    config = planned.catalogue.config
    return Standing(
        engine=engine_version(),
        inputs=_inputs(options, planned.theme, planned.content),
        seen=seen,
        history=planned.content.commit,
        site_theme=config.site_theme,
        timezone=config.timezone,
        since=planned.catalogue.now,
        until=planned.catalogue.until,
        config=pickle.dumps(config),
        settings=pickle.dumps(planned.settings),
        plan=plan,
        chapters=dict(_fingerprints(planned, files, depends)),
    )


def _fingerprints(
    planned: Plan, files: Mapping[str, Published], depends: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    from almanac.build.kept_plan import fingerprint  # late, as below

    for chapter in planned.chapters:
        found = (
            planned.last.fingerprints[chapter.name]
            if planned.last and chapter.stands
            else fingerprint(
                chapter.digest, chapter.renderers, (file_of(page.address) for page in chapter.pages), depends, files
            )
        )
        if found:
            yield chapter.name, found


def _inputs(options: Options, theme: SiteTheme, content: Content) -> str:
    words = [file.read_bytes() for folder in theme.messages for file in sorted(folder.glob("*.po"))]
    config = (options.root / "config.yaml").read_bytes()
    where = (str(options.root.resolve()), options.base_url, [str(folder) for folder in theme.folders])
    return digest(
        msgspec.msgpack.encode(
            (engine_version(), where, config, theme.version, theme.static, words, content.commit, content.digest)
        )
    )


def holds(standing: Standing | None, options: Options, content: Content) -> bool:
    """Whether the plan of the last build is that of this one, but for what files of events say beside their facts."""
    if standing is None or content.problems or options.clean or not (options.root / "config.yaml").is_file():
        return False
    theme = read_site_theme(options.root, standing.site_theme)
    return (
        in_time(standing, options)
        and not isinstance(theme, Problem)
        and _inputs(options, theme, content) == standing.inputs
    )


def in_time(standing: Standing, options: Options) -> bool:
    """Whether nothing has begun or ended since the plan was made, nor a day."""
    return standing.since <= local_time(options.now, standing.timezone) < standing.until


def unmoved(standing: Standing, options: Options, content: Content) -> bool:
    """Whether neither time nor git has moved on; for whoever knows that nothing else has."""
    return in_time(standing, options) and content.commit == standing.history


def no_new_facts(before: Content, now: Content) -> bool:
    """Whether the files that were opened of `before` to know what stands there `now` tell new words of events at most."""
    same = (path.startswith(FOLDER) and now.shelf[path].facts == before.shelf[path].facts for path in now.opened)
    return now.problems == before.problems == [] and all(same)


def local_time(now: datetime, timezone: str) -> datetime:
    """A moment as local time of the site; one without a zone is that already."""
    return now.astimezone(ZoneInfo(timezone)).replace(tzinfo=None) if now.tzinfo else now


def changed_events(standing: Standing, content: Content, among: Collection[str]) -> list[str]:
    """The paths of those events whose files say anything else than what was published last."""
    return [path for path in among if content.shelf[path].digest != standing.seen[path][0]]


def pages_of(last: Last, content: Content, paths: list[str]) -> list[Page] | None:
    """The pages that show these events, ready to be made; nothing where the plan is not there any more."""
    from almanac.build.kept_plan import affected

    relinked = last.relinked(content)
    if relinked is None:
        return None
    fields = [path for path in paths if content.shelf[path].fields != last.standing.seen[path][1]]
    return [relinked.page(page) for page in affected(relinked.plan, fields, paths)]


def rehearse(last: Last, content: Content) -> None:
    """Renders one of the pages for nothing, so that all that the next one takes is loaded."""
    from almanac.render import render

    relinked = last.relinked(content)
    first = relinked.plan.one_with_a_body() if relinked else None
    if relinked and first:
        page = relinked.page(first)
        render(page.view.view(), page.renderer, last.settings)
