"""Makes many pages: one after the other where there are few, in several processes where there are many, of which this is one.

The others are forks that inherit the plan, so that no page travels between them; each puts what it has rendered into the staging folder
itself, and answers with a few words. Where forking is impossible or unsafe they are started anew and are handed the plan. The others begin
with the first pages, this process with the last: neighbours have parts in common, which are then made once and not in every process.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from almanac.parts import Fresh, add_fresh, inherit, take_fresh

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

WORTH_A_PROCESS = 400  # pages: below this, starting processes costs more than they save
CHUNK = 50

T = TypeVar("T")
_work: list[Callable[[Sequence[int]], list[Any]]] = []


Answer: TypeAlias = "Future[tuple[list[Any], Fresh]]"
Asked: TypeAlias = tuple[Answer, Sequence[int]]


def worth_processes(count: int) -> bool:
    """Whether so many pages or files are made faster by several processes."""
    return count >= WORTH_A_PROCESS


def make_all(make: Callable[[Sequence[int]], list[T]], first: Sequence[int], together: Sequence[int], others: Sequence[int], jobs: int) -> Iterator[T]:
    """What `make` makes of every number, some at a time. `together` are made in this process, out of the parts that the `first` bring, while others make the `others`."""
    if jobs < 2 or not worth_processes(len(first) + len(others)):  # noqa: PLR2004 - one job is this process
        yield from _one_by_one(make, (first, together, others))
        return
    from concurrent.futures import ProcessPoolExecutor  # late: an everyday build needs none of this

    processes = ProcessPoolExecutor(jobs - 1, context(), _begin, (make,))
    try:
        with _collected():
            of_first = [(processes.submit(_make_some, chunk), chunk) for chunk in _chunks(first)]
            of_others = [processes.submit(_make_some, [number]) for number in others[: jobs - 1]]  # what is asked for too early, nobody else can make
            yield from _shared(make, of_first)
            yield from _one_by_one(make, (together,))
            yield from _in_turn(make, of_others, others[jobs - 1 :], lambda number: processes.submit(_make_some, [number]))
    finally:
        processes.shutdown(cancel_futures=True)


@contextmanager
def meanwhile(make: Callable[[Sequence[int]], list[Any]], numbers: Sequence[int], jobs: int) -> Iterator[bool]:
    """While this process does what only one can do, others begin to make the parts that `make` brings of every number; what they have not begun then is left.

    Whether there are others, is what it tells.
    """
    if jobs < 2 or not worth_processes(len(numbers)) or not _forks():  # noqa: PLR2004 - one job is this process
        yield False
        return
    from concurrent.futures import ProcessPoolExecutor  # late, as above

    processes = ProcessPoolExecutor(jobs - 1, context(), _begin, (make,))
    with _collected():
        asked = [processes.submit(_make_some, chunk) for chunk in _chunks(numbers)]
    try:
        yield True
    finally:
        processes.shutdown(cancel_futures=True)
    for answer in asked:
        if not answer.cancelled():
            _found(answer)


def aside(make: Callable[[], T], jobs: int) -> Callable[[], T]:
    """Begins `make` in a fork, so that this process has time for something else, and gives what waits for its answer.

    Where nothing can be forked, or no answer comes of it, it is made when it is asked for.
    """
    if jobs < 2 or not _forks():  # noqa: PLR2004 - one job is this process
        return make
    from multiprocessing import Pipe  # late, as above

    answers, sender = Pipe(duplex=False)
    with sender, suppress(OSError):  # no memory, no more processes: then nobody sends anything
        context().Process(target=_answer, args=(make, sender), daemon=True).start()  # type: ignore[attr-defined]  # each context has one

    def answer() -> T:
        with answers, suppress(EOFError, OSError):
            found: T = answers.recv()
            return found
        return make()

    return answer


def _answer(make: Callable[[], T], sender: Connection) -> None:
    with suppress(Exception, KeyboardInterrupt):  # whoever asks makes it once more, and then hears of it
        sender.send(make())


@contextmanager
def _collected() -> Iterator[None]:
    """What a process makes of one page is garbage at the next; but nothing of the plan will be freed, and no process need look at it."""
    was_enabled = gc.isenabled()
    gc.freeze()
    gc.enable()
    try:
        yield
    finally:
        gc.unfreeze()
        if not was_enabled:
            gc.disable()


def _shared(make: Callable[[Sequence[int]], list[T]], asked: Iterable[Asked]) -> Iterator[T]:
    """All answers. What no other process has begun, from the last on, this one makes itself."""
    waiting = deque(asked)
    while waiting:
        if waiting[0][0].done() or not waiting[-1][0].cancel():
            yield from _found(waiting.popleft()[0])
        else:
            yield from make(waiting.pop()[1])


def _in_turn(make: Callable[[Sequence[int]], list[T]], asked: Sequence[Answer], left: Sequence[int], ask: Callable[[int], Answer]) -> Iterator[T]:
    """All answers, and what is `left`: its first where another process is free, its last by this one."""
    answers, waiting = list(asked), deque(left)
    while waiting:
        if ready := next((answer for answer in answers if answer.done()), None):
            answers.remove(ready)
            answers.append(ask(waiting.popleft()))
            yield from _found(ready)
        else:
            yield from make([waiting.pop()])
    for answer in answers:
        yield from _found(answer)


def _found(answer: Answer) -> list[Any]:
    found, parts = answer.result()
    add_fresh(parts)
    return found


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))


def context() -> BaseContext:
    """Forks, unless another thread could hold a lock that a fork would wait for."""
    import multiprocessing

    return multiprocessing.get_context("fork" if _forks() else "spawn")


def _forks() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1  # elsewhere system libraries do not survive a fork


def _one_by_one(make: Callable[[Sequence[int]], list[T]], groups: Iterable[Sequence[int]]) -> Iterator[T]:
    for numbers in groups:
        for chunk in _chunks(numbers):
            yield from make(chunk)


def _begin(make: Callable[[Sequence[int]], list[Any]]) -> None:
    inherit()
    _work[:] = [make]


def _make_some(numbers: Sequence[int]) -> tuple[list[Any], Fresh]:
    return _work[0](numbers), take_fresh()
