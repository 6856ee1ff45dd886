"""Calls that other threads hand to the main thread, which alone may use the site."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any, TypeVar

import msgspec

Made = TypeVar("Made")


class Busy(Exception):  # noqa: N818 - named after what is wrong
    """The main thread has not begun with a call in time; it will not be made."""


class Tasks(msgspec.Struct, frozen=True):
    """The waiting calls. `added` is set by each new one: the main thread waits for it."""

    added: Event
    waiting: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = msgspec.field(default_factory=SimpleQueue)

    def run(self, call: Callable[[], Made], seconds: float) -> Made:
        """What the main thread gets from a call. Raises what it raises, and Busy if it has not begun in time."""
        future: Future[Made] = Future()
        self.waiting.put((future, call))
        self.added.set()
        try:
            return future.result(seconds)
        except TimeoutError:
            if future.cancel():
                raise Busy from None
            return future.result()  # it has begun, so its outcome must be told

    def work(self) -> None:
        """Makes all waiting calls. Only the main thread may do so."""
        while True:
            try:
                future, call = self.waiting.get_nowait()
            except Empty:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except Exception as error:  # noqa: BLE001 - the thread that waits for it is told
                future.set_exception(error)
