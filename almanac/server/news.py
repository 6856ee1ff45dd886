"""The news for open pages: the number of the last build, its problems and its advice."""

from __future__ import annotations

from collections.abc import Collection
from threading import Condition
from uuid import uuid4

import msgspec
from msgspec.structs import replace

WORKERS = ("sw.js", "screen/worker.js")  # browsers renew them without the page


class Advice(msgspec.Struct, frozen=True):
    """The number of warnings, in words, and their report; both are empty if there are none."""

    count: str = ""
    report: str = ""


class State(msgspec.Struct, frozen=True):
    """The number of the last build, the report of its problems (empty if it has none), and its advice.

    `number` counts all states. `run` identifies one start of the server. `styles_only`: the last build has changed only
    style sheets.
    """

    run: str = ""
    build: int = 0
    styles_only: bool = False
    report: str = ""
    advice: Advice = Advice()
    number: int = 0


class News:
    """Holds the last state and lets threads wait for the next. One thread writes, any number of threads read."""

    def __init__(self) -> None:
        self._state = State(run=uuid4().hex)
        self._changed = Condition()

    @property
    def state(self) -> State:
        return self._state

    def publish(self, report: str, changed: Collection[str] = ()) -> None:
        """Announces a build, with the report of its problems and the files that it has changed."""
        shown = [file for file in changed if file not in WORKERS]
        styles_only = bool(shown) and all(file.endswith(".css") for file in shown)
        with self._changed:
            state = self._state
            self._state = replace(
                state, build=state.build + 1, report=report, styles_only=styles_only, number=state.number + 1
            )
            self._changed.notify_all()

    def advise(self, advice: Advice) -> None:
        """Announces advice on the last build; pages show it without reloading."""
        with self._changed:
            self._state = replace(self._state, advice=advice, number=self._state.number + 1)
            self._changed.notify_all()

    def after(self, number: int, timeout: float) -> State | None:
        """Waits for a state newer than `number`; None after `timeout` seconds."""
        with self._changed:
            newer = self._changed.wait_for(lambda: self._state.number > number, timeout)
            return self._state if newer else None
