"""What the server keeps between two builds: it alone writes to its folder, and is told which files have changed."""

from __future__ import annotations

import gc
from collections.abc import Collection
from pathlib import Path

import msgspec
from msgspec.structs import replace

from almanac.build.pipeline import Options, Plan, follow, last_of, plan_site, publish_if_sound, read, read_before
from almanac.build.publish import Report
from almanac.build.standing import Last, holds, no_new_facts, rehearse
from almanac.content.reading import Content, reread
from almanac.core.problems import Problem
from almanac.model.catalogue import Catalogue


class Memory(msgspec.Struct):
    """The content as it was read last, the last plan with what it needs to be followed, and whether that, and garbage, has been looked for."""

    content: Content | None = None
    planned: Plan | None = None
    last: Last | None = None
    prepared: bool = False
    tidied: bool = False

    def forget(self) -> None:
        """Knows nothing any more: the next build looks at everything."""
        self.content = self.planned = self.last = None

    def build(self, options: Options, changed: Collection[Path] | None) -> tuple[Report | None, list[Problem]]:
        """The same as `almanac.build.pipeline.build`; only files that have changed are looked at, if they are records that were there before.

        Where nobody knows what has changed (None), everything is.
        """
        self.tidied = False
        before = self.content
        known = reread(before, options.root, changed) if before and changed is not None else None
        self.content = known or read(options, before.shelf if before else None)
        words = known.opened if before and known and self.last and no_new_facts(before, known) else None
        left = None if self.last else read_before(options)
        last = last_of(left, options) if left else self.last
        report, problems = follow(self.content, options, last, words) if last else (None, [])
        self.last = last if report else None
        if report or problems:
            return report, problems
        left = left or read_before(options)
        self.planned, found = plan_site(options, self.content, left)
        self.prepared = False
        return publish_if_sound(self.planned, found, options, left)

    def prepare(self, options: Options) -> None:
        """Has at hand, while nothing else is to be done, what the next saved event will need, and no garbage: to look for that takes longer than to show an edit."""
        if not self.prepared:
            self._find_last(options)
            gc.unfreeze()  # there is a new plan: the one before may be garbage
        self.prepared = True
        if not self.tidied:
            gc.collect()
            gc.freeze()  # the site stays: nobody need look through it for garbage again
        self.tidied = True

    def _find_last(self, options: Options) -> None:
        if self.content and self.last is None:
            last = last_of(read_before(options), options)
            if last and holds(last.standing, options, self.content):
                rehearse(last, self.content)
                self.last = last

    def catalogue(self, options: Options) -> Catalogue | None:
        """The catalogue of the last build, with what has been saved since it was planned."""
        if self.content is None:
            return None
        if self.planned is None:
            self.planned, _ = plan_site(options, self.content)
        return _as_saved(self.planned, self.content) if self.planned else None


def _as_saved(planned: Plan, content: Content) -> Catalogue:
    before, now = planned.content.shelf, content.shelf
    events = (
        event if now[event.path] is before[event.path] else msgspec.structs.replace(event, packed=now[event.path])
        for event in planned.catalogue.events
    )
    drafts = (
        draft if now[draft.path] is before[draft.path] else now[draft.path].unpack()
        for draft in planned.catalogue.drafts
    )
    return replace(planned.catalogue, events=tuple(events), drafts=tuple(drafts))
