"""What the watcher tells the open pages: how often the site has been built, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Condition


@dataclass(frozen=True)
class State:
    """The number of the last build, and the report of its problems (empty where all is well)."""

    build: int = 0
    report: str = ""


class News:
    """The last state, and a way to wait for the next; one thread writes, any number read."""

    def __init__(self) -> None:
        self._state = State()
        self._changed = Condition()

    @property
    def state(self) -> State:
        return self._state

    def publish(self, report: str) -> None:
        """Announces one more build."""
        with self._changed:
            self._state = State(self._state.build + 1, report)
            self._changed.notify_all()

    def after(self, build: int, timeout: float) -> State | None:
        """The state as soon as it is newer than `build`; nothing after `timeout` seconds."""
        with self._changed:
            newer = self._changed.wait_for(lambda: self._state.build > build, timeout)
            return self._state if newer else None
