"""Makes many pages: one after the other where there are few, in several processes where there are many, of which this is one.

The others, the workers, are forks that inherit the plan, so that no page travels between them; each puts what it has rendered into the staging
folder itself, and answers with a few words. Where forking is impossible or unsafe they are started anew and are handed the plan. Workers begin
with the first pages, this process with the last: neighbours have parts in common, which are then made once and not in every process.
What is put together of all these parts comes then, by workers that are forked anew and know them; started anew they would not, so this process
does it alone. What a worker does not answer, whatever has become of it, is made here.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from almanac.build.parts import add_fresh, inherit, take_fresh, write_parts

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

WORTH_A_PROCESS = 400  # pages: below this, starting processes costs more than they save
MOST = 300  # at a time: each step of making them then finds what it needs near the processor
FEW = 50  # likewise, towards the end: so no process is waited for long
SHARES = 4  # in how many goes a process would make all that is left
AHEAD = 2  # tasks that a worker has, so that it need not wait for the next one while this process is busy
ROOM = 1 << 20  # bytes that can wait in a pipe, which is as much as Linux gives it

T = TypeVar("T")
TaskT = TypeVar("TaskT")
_ours: list[Connection] = []  # this process's ends of the pipes to its workers


def worth_processes(count: int) -> bool:
    """Whether so many pages or files are made faster by several processes."""
    return count >= WORTH_A_PROCESS


def make_all(
    make: Callable[[Sequence[int]], list[T]],
    first: Sequence[int],
    then: Sequence[int],
    jobs: int,
    *,
    long: bool = False,
) -> Iterator[T]:
    """What `make` makes of every number: of the `first` some at a time; when all of these are there, of each that comes `then`, out of the parts that they have brought.

    Where there are few, one process does it; what comes `then` is made by another meanwhile, if it is known to take `long`: that makes what is missing itself.
    """
    if jobs < 2 or not worth_processes(len(first) + len(then)):  # noqa: PLR2004 - one job is this process
        another = standby(_load_nothing, partial(one_by_one, make), jobs if long else 1)
        yield from beside(in_chunks(make, first), another, then)
        return
    with _workers(make, jobs - 1) as workers:
        yield from _shared(make, _Queue(first, jobs, MOST), workers, AHEAD)
    with _workers(
        make, jobs - 1 if then and _forks() else 0
    ) as workers:  # new ones: a fork knows all parts that are there when it begins
        yield from _shared(make, _Queue(then, jobs, 1), workers, ahead=1)


def beside(ours: Iterable[T], another: Standby[TaskT, list[T]], task: TaskT) -> Iterator[T]:
    """What is made here, then what another process makes of a task meanwhile."""
    others = another.ask(task)
    try:
        yield from ours
    except BaseException:  # whoever asked clears away what waits to be published: nobody may add to that any more
        another.dismiss()
        raise
    yield from others()


@contextmanager
def meanwhile(make: Callable[[Sequence[int]], list[Any]], numbers: Sequence[int], jobs: int) -> Iterator[bool]:
    """While this process does what only one can do, others begin to make the parts that `make` brings of every number; what they have not begun then is left.

    Whether there are others, is what it tells.
    """
    if jobs < 2 or not worth_processes(len(numbers)) or not _forks():  # noqa: PLR2004 - one job is this process
        yield False
        return
    workers = [_Worker(partial(_work_ahead, make, numbers[place :: jobs - 1])) for place in range(jobs - 1)]
    try:
        yield True
    finally:
        for worker in workers:
            worker.tasks.close()
        for worker in workers:
            worker.answer()
            worker.end()


class Standby(Generic[TaskT, T]):
    """Another process that stands by for one task; where there is none, or it does not answer, the task is done here when it is asked for."""

    def __init__(self, make: Callable[[TaskT], T], worker: _Worker | None) -> None:
        self.make, self.worker = make, worker

    def told(self) -> Any:
        """What it tells before it is asked, if it was begun with that; nothing where it does not answer."""
        found = self.worker.answer() if self.worker else None
        return found[0] if found else None

    @property
    def elsewhere(self) -> bool:
        """Whether there is another process."""
        return self.worker is not None

    def ask(self, task: TaskT) -> Callable[[], T]:
        """Gives it the task, and gives what waits for the answer."""
        if self.worker:
            self.worker.ask(task)
        return partial(self._answer, task)

    def _answer(self, task: TaskT) -> T:
        found = self.worker.answer() if self.worker else None
        self._end()
        return found[0] if found else self.make(task)

    def dismiss(self) -> None:
        """There will be no task, or nobody waits for it any more."""
        self._end(at_once=True)

    def _end(self, *, at_once: bool = False) -> None:
        if self.worker:
            self.worker.end(at_once=at_once)
        self.worker = None


def standby(
    load: Callable[[], None], make: Callable[[TaskT], T], jobs: int, tell: Callable[[], Any] | None = None
) -> Standby[TaskT, T]:
    """Has a fork load what a task will take, before anybody knows whether there will be one; first of all it may `tell` something."""
    return Standby(make, _Worker(partial(_stand_by, tell, load, make)) if jobs >= 2 and _forks() else None)  # noqa: PLR2004 - one job is this process


def aside(make: Callable[[], T], jobs: int) -> Callable[[], T]:
    """Begins `make` in a fork, so that this process has time for something else, and gives what waits for its answer.

    Where nothing can be forked, or no answer comes of it, it is made when it is asked for.
    """
    return standby(_load_nothing, partial(_call, make), jobs).ask(None)


class _Worker:
    """Another process, with the tasks that it has been asked for. If none can be started, or it ends too early, it answers nothing."""

    def __init__(self, program: Callable[[Connection, Connection], None]) -> None:
        from multiprocessing import Pipe  # late: an everyday build may need none of this

        self.asked: deque[Any] = deque()
        tasks, self.tasks = Pipe(duplex=False)
        self.answers, answers = Pipe(duplex=False)
        _ours.extend((self.tasks, self.answers))
        self.process: BaseProcess | None = None
        with tasks, answers, suppress(OSError):  # no memory, no more processes: then nobody answers
            _widen(answers)
            _widen(self.tasks)
            process = context().Process(target=_begin, args=(program, tasks, answers), daemon=True)  # type: ignore[attr-defined]  # each context has one
            process.start()
            self.process = process

    def ask(self, task: Any) -> None:
        """Asks for one more."""
        self.asked.append(task)
        with suppress(OSError):
            self.tasks.send(task)

    def answer(self) -> list[Any] | None:
        """Its next answer, waited for, or nothing where there will be none."""
        try:
            found, parts = self.answers.recv()
        except (EOFError, OSError):
            return None
        add_fresh(parts)
        return cast("list[Any]", found)

    def end(self, *, at_once: bool = False) -> None:
        """Lets it end, or has it end whatever it does, and waits for that."""
        for ours in (self.tasks, self.answers):
            _ours.remove(ours)
            ours.close()
        if self.process:
            if at_once:
                self.process.kill()
            self.process.join()


@contextmanager
def _workers(make: Callable[[Sequence[int]], list[Any]], count: int) -> Iterator[list[_Worker]]:
    workers = [_Worker(partial(_work, make)) for _ in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.end()


def _begin(program: Callable[[Connection, Connection], None], tasks: Connection, answers: Connection) -> None:
    """A worker, from beginning to end. It ends with the process that started it, whose ends of the pipes a fork must not hold open."""
    for theirs in _ours:
        theirs.close()
    inherit()
    with suppress(Exception, KeyboardInterrupt):  # whoever asks makes it once more, and then hears of it
        program(tasks, answers)


def _work(make: Callable[[Sequence[int]], list[Any]], tasks: Connection, answers: Connection) -> None:
    while True:
        answers.send((make(tasks.recv()), take_fresh()))


def _load_nothing() -> None:
    """What `aside` takes is there."""


def _call(make: Callable[[], T], _task: None) -> T:
    return make()


def _stand_by(
    tell: Callable[[], Any] | None,
    load: Callable[[], None],
    make: Callable[[Any], Any],
    tasks: Connection,
    answers: Connection,
) -> None:
    if tell:
        answers.send(([tell()], take_fresh()))
    load()
    found = make(tasks.recv())
    write_parts()  # by whoever made them, and not by who waits for the answer: to add some to thousands, these are read
    answers.send(([found], take_fresh()))


def _work_ahead(
    make: Callable[[Sequence[int]], list[Any]], numbers: Sequence[int], tasks: Connection, answers: Connection
) -> None:
    """Makes parts until the other end is closed."""
    for chunk in _chunks(numbers, FEW):
        if tasks.poll():
            break
        make(chunk)
    answers.send(([], take_fresh()))


def _widen(pipe: Connection) -> None:
    """Gives a pipe room, where the system lets it have that: else who writes waits until the other process looks."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, ROOM)


class _Queue:
    """Numbers that are to be made: taken from both ends, at most so many at a time, and fewer the fewer there are left for each process."""

    def __init__(self, numbers: Sequence[int], processes: int, most: int) -> None:
        self.numbers, self.processes, self.most = numbers, processes, most

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def size(self) -> int:
        """How many are the next task."""
        return min(self.most, max(FEW, len(self) // (SHARES * self.processes)))

    def first(self) -> Sequence[int]:
        taken, self.numbers = self.numbers[: self.size], self.numbers[self.size :]
        return taken

    def last(self) -> Sequence[int]:
        taken, self.numbers = self.numbers[-self.size :], self.numbers[: -self.size]
        return taken


def _shared(
    make: Callable[[Sequence[int]], list[T]], queue: _Queue, workers: Sequence[_Worker], ahead: int
) -> Iterator[T]:
    """What comes of all numbers: workers take the first, this process takes the last. As long as there are more tasks than processes, a worker has some `ahead`."""
    from multiprocessing.connection import wait  # late, as above

    while queue or any(worker.asked for worker in workers):
        for worker in workers:
            yield from _answered(worker, make)
            while queue and len(worker.asked) < (ahead if len(queue) > len(workers) * queue.size else 1):
                worker.ask(queue.first())
        if queue:
            yield from make(queue.last())
        elif awaited := [worker.answers for worker in workers if worker.asked]:
            wait(awaited)


def _answered(worker: _Worker, make: Callable[[Sequence[int]], list[T]]) -> Iterator[T]:
    while worker.asked and worker.answers.poll():
        task = worker.asked.popleft()
        found = worker.answer()
        yield from make(task) if found is None else found


def _chunks(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def context() -> BaseContext:
    """Forks, unless another thread could hold a lock that a fork would wait for."""
    import multiprocessing

    return multiprocessing.get_context("fork" if _forks() else "spawn")


def _forks() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1  # elsewhere system libraries do not survive a fork


def in_chunks(make: Callable[[Sequence[int]], list[T]], numbers: Sequence[int]) -> Iterator[T]:
    """What `make` makes of numbers, of many at a time."""
    for chunk in _chunks(numbers, MOST):
        yield from make(chunk)


def one_by_one(make: Callable[[Sequence[int]], list[T]], numbers: Iterable[int]) -> list[T]:
    """For what is large: there is never more than one of them at hand."""
    return [made for number in numbers for made in make([number])]
