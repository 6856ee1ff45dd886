"""Advice while one writes: looked for when the hands rest, so that no saved change waits for it."""

from __future__ import annotations

from collections.abc import Callable

from almanac.advice import Interrupted, advise
from almanac.cli.app import Context
from almanac.cli.reports import as_text
from almanac.content.located import located
from almanac.core.problems import Problem, text
from almanac.model.site import Site
from almanac.server.news import Advice, News


class Adviser:
    """Remembers the reported warnings: the terminal shows new ones, open pages show all."""

    def __init__(self, context: Context, news: News) -> None:
        self.context, self.news = context, news
        self.look: Callable[[], Site | None] | None = (
            None  # gives the site of the last build, until it has been looked at
        )
        self.known: list[Problem] | None = None

    def tell(self, interrupted: Callable[[], bool] = lambda: False) -> None:
        """Looks at the last build, unless that has been done; the next time, where something is saved meanwhile."""
        site = self.look() if self.look else None
        try:
            found = advise(site, interrupted=interrupted) if site else None
        except Interrupted:
            return
        self.look = None
        if found is None:
            return
        if found != self.known and (found or self.known):
            self._tell(found)
        self.known = found

    def _tell(self, found: list[Problem]) -> None:
        count = text("{count} warnings", count=len(found))
        if self.known is not None:
            self.context.report(located([problem for problem in found if problem not in self.known], self.context.root))
        elif found:
            self.context.say(text("{count}: check shows them.", count=count))
        report = as_text(located(found, self.context.root), self.context.language, self.context.root)
        self.news.advise(Advice(self.context.words(count), report) if found else Advice())
