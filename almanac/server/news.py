"""What the watcher tells the open pages: how often the site has been built, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection
from threading import Condition
from uuid import uuid4

import msgspec
from msgspec.structs import replace


class Advice(msgspec.Struct, frozen=True):
    """How many warnings there are, in words, and the report of them; both are empty where there are none."""

    count: str = ""
    report: str = ""


class State(msgspec.Struct, frozen=True):
    """The number of the last build, the report of its problems (empty where all is well), and advice. `number` counts every piece of news.

    `run` tells one start of the server from another. `styles_only`: the last build has changed nothing but style sheets.
    """

    run: str = ""
    build: int = 0
    styles_only: bool = False
    report: str = ""
    advice: Advice = Advice()
    number: int = 0


class News:
    """The last state, and a way to wait for the next; one thread writes, any number read."""

    def __init__(self) -> None:
        self._state = State(run=uuid4().hex)
        self._changed = Condition()

    @property
    def state(self) -> State:
        return self._state

    def publish(self, report: str, changed: Collection[str] = ()) -> None:
        """Announces one more build, with the report of its problems and the files that it has changed."""
        styles_only = bool(changed) and all(file.endswith(".css") for file in changed)
        with self._changed:
            state = self._state
            self._state = replace(
                state, build=state.build + 1, report=report, styles_only=styles_only, number=state.number + 1
            )
            self._changed.notify_all()

    def advise(self, advice: Advice) -> None:
        """Announces advice on the last build; pages show it and stay as they are."""
        with self._changed:
            self._state = replace(self._state, advice=advice, number=self._state.number + 1)
            self._changed.notify_all()

    def after(self, number: int, timeout: float) -> State | None:
        """The state as soon as it is newer than piece `number` of the news; nothing after `timeout` seconds."""
        with self._changed:
            newer = self._changed.wait_for(lambda: self._state.number > number, timeout)
            return self._state if newer else None
