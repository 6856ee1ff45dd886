"""A program that builds a toy site in several processes. Tests start it, for a process with threads forks no workers.

    python forking.py STORY JOBS STORE

The story says what becomes of the workers, or of this process. It prints what came of it as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from incremental.toy import Toy, article, front

from almanac.incremental import run_all

NAMES = [f"article-{number}" for number in range(60)]
FOLLOWING = [*NAMES[1:], ""]
TEXTS = {
    "index": " ".join(NAMES),
    **{name: f"Title of {name}\ntext\nnext: {next_name}" for name, next_name in zip(NAMES, FOLLOWING, strict=True)},
}


class Work:
    """Makes a page. In this process, the first one waits until a worker has begun, so that workers always take part."""

    def __init__(self, toy: Toy, story: str) -> None:
        self.toy, self.story = toy, story
        self.here = os.getpid()
        self.begun, self.begin = os.pipe()
        self.ended, self.end = os.pipe()  # nothing is written: it ends with the processes that hold it
        self.first = True

    def __call__(self, name: str) -> tuple[str, str]:
        if os.getpid() != self.here:
            self._in_worker()
        elif self.first:
            self.first = False
            os.close(self.begin)
            os.read(self.begun, 1)  # ends too where all workers have
            if self.story == "this process is killed":
                os.kill(os.getpid(), signal.SIGKILL)
        if self.story == "a task fails" and name == NAMES[-1]:
            raise ValueError(name)
        return name, article(self.toy, name)

    def _in_worker(self) -> None:
        if self.story == "workers are killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.story == "workers fail":
            raise MemoryError
        os.write(self.begin, b".")
        if self.story == "this process is killed":
            os.close(self.end)
            os.read(self.ended, 1)


def main(story: str, jobs: int, store: Path) -> None:
    edited = story == "every text is edited"
    toy = Toy({name: found.replace("text", "new text" if edited else "text") for name, found in TEXTS.items()}, store)
    toy.update()
    work = Work(toy, story) if jobs > 1 else lambda name: (name, article(toy, name))
    results = dict(sorted(run_all(toy.graph, NAMES, work, jobs, worth=2)))
    made_here = toy.ran().get("article", 0)
    toy.pages = {"front": front(toy), **{f"article {name}": made for name, made in results.items()}}
    toy.save()
    toy.close()
    json.dump({"results": results, "made_here": made_here}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
