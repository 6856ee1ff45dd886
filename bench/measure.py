"""Times of whole processes, and the memory of a process with all its children, as /proc tells it (Linux)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

PAUSE = 0.02  # seconds between two looks at the memory, at first
RARER = 50  # later it is that part of the time that has passed: to look every 20 ms took a quarter of a core, from whoever uses all of them
PROC = Path("/proc")


@dataclass(frozen=True)
class Run:
    """Seconds from start to end, and the most memory that all its processes had together, in MB; shared pages are counted once (PSS)."""

    seconds: float
    memory: float


def run(command: Sequence[str | Path], folder: Path, log: Path) -> Run:
    """Runs a command to its end. Raises CalledProcessError."""
    with log.open("ab") as output:
        started = perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        most = 0.0
        while True:
            try:
                process.wait(max(PAUSE, (perf_counter() - started) / RARER))
                break
            except subprocess.TimeoutExpired:
                most = max(most, memory_of(process.pid))
        seconds = perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(map(str, command)))
    return Run(seconds, most)


def memory_of(process: int) -> float:
    """The proportional memory of a process and its descendants in MB."""
    return sum(map(_proportional, [process, *_descendants(process)])) / 1024


def _proportional(process: int) -> int:
    """PSS in KB, as proc(5) describes it under smaps_rollup; nothing for a process that has ended."""
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _descendants(process: int) -> Iterator[int]:
    try:
        tasks = (PROC / str(process) / "task").iterdir()
        children = [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from _descendants(child)


def ratio(ours: Iterable[float], theirs: Iterable[float]) -> float:
    """The median of the ratios, pair by pair."""
    return median(our / their for our, their in zip(ours, theirs, strict=True))
