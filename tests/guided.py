"""The kinds of `fuzzing.py`, searched by what code each example reaches (atheris): `python -m guided KIND SECONDS`.

libFuzzer changes the choices of which Hypothesis makes an example, and keeps those that reach new code in
`.guided/found/`, from which the next search begins. It ends its process, so each kind has one of its own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

from fuzz_kind import SLOW, Act, Kind
from hypothesis import HealthCheck, given, settings

FOUND = Path(__file__).parent.parent / ".guided/found"
LARGEST = 8192  # bytes of choices
HANGS = 20  # seconds after which an example is a find
MEMORY = 2048  # MB likewise


def can_guide() -> bool:
    """Whether atheris is installed; the newest Pythons have none."""
    return find_spec("atheris") is not None


def search_apart(kind: str, seconds: float) -> bool:
    """Searches one kind in a process of its own; whether nothing was found. Prints what it says of a find."""
    command = [sys.executable, "-m", "guided", kind, str(max(1, round(seconds)))]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.stdout.write(done.stdout.decode(errors="replace"))
    return done.returncode == 0


def guided(act: Act, kind: Kind) -> Callable[[bytes], object]:
    """What libFuzzer calls with bytes: an example is made of them and tried, and shown if it is a find."""

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(kind.examples)
    def attempt(example: Any) -> None:
        began = process_time()
        try:
            act(example)
            assert process_time() - began < SLOW, f"{kind.name} is slow"
        except BaseException:
            sys.stdout.write(f"{kind.name} of {example!r}\n")
            sys.stdout.flush()
            raise

    return attempt.hypothesis.fuzz_one_input  # type: ignore[attr-defined,no-any-return]  # Hypothesis adds it


def main(name: str, seconds: int) -> None:
    """Searches until the time is up; libFuzzer ends the process with another status if there is a find."""
    atheris = import_module("atheris")  # it is not among what the type checker knows
    with atheris.instrument_imports(include=["almanac"]):
        from fuzz_caches import CACHES
        from fuzz_texts import TEXTS
    kind = next(one for one in (*TEXTS, *CACHES) if one.name == name)
    folder = FOUND / name
    folder.mkdir(parents=True, exist_ok=True)
    limits = (f"-max_total_time={seconds}", f"-timeout={HANGS}", f"-rss_limit_mb={MEMORY}", f"-max_len={LARGEST}")
    arguments = [sys.argv[0], *limits, f"-artifact_prefix={folder.parent}/find-{name}-", "-verbosity=0", str(folder)]
    with kind.opened() as act:
        atheris.Setup(arguments, guided(act, kind))
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
