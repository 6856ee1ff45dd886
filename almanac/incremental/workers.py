"""Runs many tasks in several processes, of which this is one, and gathers what their graphs have recorded."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar, cast

import msgspec

from almanac.incremental.graph import Graph
from almanac.incremental.queries import encode
from almanac.incremental.store import Row

TaskT = TypeVar("TaskT")
T = TypeVar("T")
ROWS = msgspec.msgpack.Decoder(list[Row])
MOST = 100  # tasks in a batch: none waits long for the last one
AHEAD = 2  # batches that a worker holds, so that it need not wait while this process is busy


class _Worker(msgspec.Struct):
    """A forked process with the batches that it has been given, and this process's ends of its pipes."""

    process: Any
    batches: Connection
    answers: Connection
    given: deque[range]


def run_all(
    graph: Graph, tasks: Sequence[TaskT], work: Callable[[TaskT], T], jobs: int, *, worth: int = 400
) -> Iterator[T]:
    """The result of `work` for every task, in any order.

    Fewer tasks than `worth` run in this process, and all do where forking is not safe: outside Linux, or beside other
    threads. Workers inherit graph and tasks by forking, and send results and recorded nodes back. A worker that ends
    early is no loss: its batches run here, and an error shows itself here.
    """
    if jobs < 2 or len(tasks) < worth or not _can_fork():  # noqa: PLR2004 - one job is this process
        yield from map(work, tasks)
        return
    size = min(MOST, max(1, len(tasks) // (jobs * 4)))
    left = deque(range(start, min(start + size, len(tasks))) for start in range(0, len(tasks), size))
    workers: list[_Worker] = []
    try:
        with suppress(OSError):  # where no more processes can be started, those that run do the work
            for _ in range(jobs - 1):
                workers.append(_started(graph, tasks, work, workers))
        yield from _shared(graph, tasks, work, left, workers)
    finally:
        for worker in workers:
            worker.batches.close()
            worker.answers.close()
            worker.process.kill()
            worker.process.join()


def _can_fork() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1


def _shared(
    graph: Graph, tasks: Sequence[TaskT], work: Callable[[TaskT], T], left: deque[range], workers: Sequence[_Worker]
) -> Iterator[T]:
    """Workers take batches from the front, this process from the back. It looks after the workers before each task."""
    own: deque[int] = deque()
    while left or own or any(worker.given for worker in workers):
        for worker in workers:
            while worker.given and worker.answers.poll():
                batch = worker.given.popleft()
                results = _answer(graph, worker)
                yield from [work(tasks[place]) for place in batch] if results is None else results
            while left and len(worker.given) < AHEAD:
                _give(worker, left.popleft())
        if own:
            yield work(tasks[own.popleft()])
        elif left:
            own.extend(left.pop())
        elif busy := [worker.answers for worker in workers if worker.given]:
            wait(busy)


def _give(worker: _Worker, batch: range) -> None:
    worker.given.append(batch)
    with suppress(OSError):  # it has ended: no answer will come
        worker.batches.send((batch.start, batch.stop))


def _answer(graph: Graph, worker: _Worker) -> list[Any] | None:
    """The results of a worker's next batch; None where it has ended without them."""
    try:
        results, rows = worker.answers.recv()
    except (EOFError, OSError):
        return None
    graph.absorb(ROWS.decode(rows))
    return cast("list[Any]", results)


def _started(graph: Graph, tasks: Sequence[TaskT], work: Callable[[TaskT], T], others: Sequence[_Worker]) -> _Worker:
    context = multiprocessing.get_context("fork")
    batches, ours = context.Pipe(duplex=False)
    theirs, answers = context.Pipe(duplex=False)
    inherited = [ours, theirs, *(end for other in others for end in (other.batches, other.answers))]
    process = context.Process(target=_serve, args=(graph, tasks, work, batches, answers, inherited), daemon=True)
    process.start()
    batches.close()
    answers.close()
    return _Worker(process, ours, theirs, deque())


def _serve(  # noqa: PLR0913, PLR0917 - what a fork inherits
    graph: Graph,
    tasks: Sequence[TaskT],
    work: Callable[[TaskT], T],
    batches: Connection,
    answers: Connection,
    inherited: Sequence[Connection],
) -> None:
    """Answers batches until the other end closes, as it does when the process that started this one ends."""
    for end in inherited:
        end.close()
    graph.enter_fork()
    with suppress(
        Exception, KeyboardInterrupt
    ):  # the batch runs once more in the other process, and shows the error there
        while True:
            start, stop = batches.recv()
            results = [work(tasks[place]) for place in range(start, stop)]
            answers.send((results, encode(graph.take_log())))
