"""Makes up input of every kind for some seconds: `python -m fuzzing SECONDS`. A find is printed and ends it with 1.

Hypothesis makes each example smaller before it shows it. The kinds are those of `fuzz_texts.py`, `fuzz_caches.py` and
`fuzz_addresses.py`.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from time import monotonic

from fuzz_addresses import ADDRESSES
from fuzz_caches import CACHES
from fuzz_kind import Act, Kind, Unavailable, search
from fuzz_texts import TEXTS
from guided import can_guide, search_apart

KINDS: tuple[Kind, ...] = (*TEXTS, *CACHES, ADDRESSES)
LEAST = 3 * len(KINDS)  # shares of the time: in a third of it each kind has had its turn, however slow it is


def available(stack: ExitStack) -> list[tuple[Act, Kind]]:
    """The kinds for which all is installed, opened. Says what is left out."""
    found = []
    for kind in KINDS:
        try:
            found.append((stack.enter_context(kind.opened()), kind))
        except Unavailable as lacking:
            sys.stdout.write(f"{lacking}: no {kind.name} were made up.\n")
    return found


def main(seconds: float) -> None:
    """Rounds of all kinds for half of the time, then a search of each that is guided by coverage, if it can be."""
    guides = can_guide()
    with ExitStack() as stack:
        opened = available(stack)
        ends = monotonic() + (seconds / 2 if guides else seconds)
        rounds = 0
        while monotonic() < ends:
            for act, kind in opened:
                search(act, kind, min(ends, monotonic() + seconds / LEAST))
            rounds += 1
    sys.stdout.write(f"{rounds} rounds of {len(opened)} kinds, nothing found.\n")
    if not guides:
        version = ".".join(map(str, sys.version_info[:2]))
        sys.stdout.write(f"There is no atheris for this Python ({version}): no search was guided by coverage.\n")
        return
    guided = [kind.name for kind in KINDS if kind.guided]
    if found := [name for name in guided if not search_apart(name, seconds / 2 / len(guided))]:
        raise SystemExit(f"Found by coverage: {', '.join(found)}")
    sys.stdout.write(f"{len(guided)} kinds guided by coverage, nothing found.\n")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
