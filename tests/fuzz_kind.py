"""What a kind of made-up input is, and how one is searched. `fuzzing.py` has the kinds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from time import monotonic, process_time
from typing import Any, TypeAlias, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

SLOW = 5.0  # seconds of processor time in which any input is done with
EXAMPLES = 50  # of each kind in a round
ExampleT = TypeVar("ExampleT")
Act: TypeAlias = Callable[[Any], None]


class Unavailable(Exception):  # noqa: N818 - named after what is wrong
    """What a kind needs is not installed."""


@dataclass(frozen=True)
class Kind:
    """A kind of input: its name, its examples, and what opens the function that tries one, such as a browser.

    What is `guided` is tried by code of the engine alone, so that coverage can guide it. `opened` raises Unavailable
    where what it needs is not installed.
    """

    name: str
    examples: st.SearchStrategy[Any]
    opened: Callable[[], AbstractContextManager[Act]]
    guided: bool = True


def kind(act: Callable[[ExampleT], None], examples: st.SearchStrategy[ExampleT]) -> Kind:
    """A kind whose examples are tried by a function that needs nothing."""
    return Kind(act.__name__, examples, lambda: nullcontext(act))


class TimeUp(KeyboardInterrupt):
    """The time is over while Hypothesis makes a find smaller."""


def search(act: Act, kind: Kind, ends: float, *, most: int = EXAMPLES, seeded: bool = False) -> None:
    """Tries examples of one kind: `most` of them, until the moment `ends` at most. Raises what a bad one raises.

    A `seeded` search tries the same examples each time. A find that could not be made smaller in time is one all the
    same.
    """
    found: list[Exception] = []

    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        derandomize=seeded,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(kind.examples)
    def attempt(example: Any) -> None:
        if monotonic() > ends:
            if found:
                raise TimeUp
            return
        began = process_time()
        try:
            act(example)
            assert process_time() - began < SLOW, f"{kind.name} is slow"
        except Exception as error:
            error.add_note(f"{kind.name} of {example!r}")
            found.append(error)
            raise

    try:
        attempt()
    except TimeUp:
        raise found[-1] from None
