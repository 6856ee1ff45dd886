"""Measures the time of a command, and the memory of its processes from /proc (Linux)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

PAUSE = 0.02  # seconds between the first samples of the memory
# Later a sample is taken after each 50th part of the elapsed time. A sample every 20 ms took a quarter of a core from
# a build that uses all cores.
SAMPLES = 50
PROC = Path("/proc")


@dataclass(frozen=True)
class Run:
    """Seconds from start to end, and the peak memory of all processes together in MB; shared pages count once (PSS)."""

    seconds: float
    memory: float


def run(command: Sequence[str | Path], folder: Path, log: Path) -> Run:
    """Runs a command to its end and appends its output to `log`. Raises CalledProcessError."""
    with log.open("ab") as output:
        started = perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        peak = 0.0
        while True:
            try:
                process.wait(max(PAUSE, (perf_counter() - started) / SAMPLES))
                break
            except subprocess.TimeoutExpired:
                peak = max(peak, memory_of(process.pid))
        seconds = perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(map(str, command)))
    return Run(seconds, peak)


def memory_of(process: int) -> float:
    """The proportional memory (PSS) of a process and its descendants in MB; 0 if the process has ended."""
    return sum(map(_proportional, [process, *_descendants(process)])) / 1024


def _proportional(process: int) -> int:
    """The PSS of a process in KB (proc(5), smaps_rollup); 0 if it has ended."""
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
    """The median of the ratios of the pairs."""
    return median(our / their for our, their in zip(ours, theirs, strict=True))
