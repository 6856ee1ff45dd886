"""Persons at a browser: by mouse, by touch, or by the keyboard alone. They count what their hands do.

The seconds are an estimate and no measurement: how long a person takes who reads what stands on the screen, decides,
and then acts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

PER_KEY = 0.25  # seconds
PER_DECISION = 1.2  # seconds: what to do next, and where
PER_SCROLL = 1.0  # seconds: a turn of the wheel or a stroke of the thumb, and a look
PER_HAN = 4  # keys: the pinyin of a character, and its choice
HAN = re.compile(r"[\u4e00-\u9fff]")
MOST_TABS = 400


def keys_of(text: str) -> int:
    """The keys that somebody presses for a text."""
    return sum(PER_HAN if HAN.match(sign) else 1 for sign in text)


@dataclass
class Person:
    """Somebody with a mouse, or with a finger where `touches`."""

    page: Page
    touches: bool = False
    keys: int = 0
    presses: int = 0
    decisions: int = 0
    scrolls: int = 0

    @property
    def seconds(self) -> float:
        """The estimate."""
        acts = self.keys * PER_KEY + self.scrolls * PER_SCROLL
        return acts + (self.decisions + self.presses) * PER_DECISION

    def press(self, target: Locator) -> None:
        """Clicks something, or taps on it."""
        self._scroll_to(target)
        self.presses += 1
        if self.touches:
            target.tap()
        else:
            target.click()

    def type(self, target: Locator, text: str) -> None:
        """Types a text into a field."""
        self.press(target)
        self.keys += keys_of(text)
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, label: str) -> None:
        """Chooses from a list that opens."""
        self._scroll_to(target)
        self.presses += 2
        target.select_option(label=label)

    def _scroll_to(self, target: Locator) -> None:
        box = target.bounding_box()
        assert box is not None, target
        height = self.page.evaluate("innerHeight")
        above, below = -min(0, box["y"]), max(0, box["y"] + box["height"] - height)
        self.scrolls += -int(-(above + below) // (0.8 * height))
        target.scroll_into_view_if_needed()


@dataclass
class Typist(Person):
    """Somebody who uses the keyboard alone: Tab leads to everything, and nothing is pressed or scrolled."""

    def press(self, target: Locator) -> None:
        self.tab_to(target)
        self._key("Space" if target.evaluate("one => one.matches('input[type=checkbox]')") else "Enter")

    def type(self, target: Locator, text: str) -> None:
        self.tab_to(target)
        self.keys += keys_of(text)
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, label: str) -> None:
        """Goes down a list until the word stands there."""
        self.tab_to(target)
        for _ in range(MOST_TABS):
            if target.evaluate("one => one.selectedOptions[0].textContent") == label:
                return
            self._key("ArrowDown")
        raise AssertionError(label)

    def tab_to(self, target: Locator) -> None:
        """Presses Tab until something has the focus, which must be seen then."""
        self.decisions += 1
        self._until(lambda: bool(target.evaluate("one => one === document.activeElement")))
        assert target.evaluate(
            "one => { const { top, bottom } = one.getBoundingClientRect(); return bottom > 0 && top < innerHeight }"
        ), "what has the focus is out of sight"

    def _until(self, is_there: Callable[[], bool]) -> None:
        for _ in range(MOST_TABS):
            if is_there():
                return
            self._key("Tab")
        raise AssertionError("Tab does not lead there")

    def _key(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)
