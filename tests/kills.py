"""Kills builds at every change of the file system and at random moments, and looks at what they leave: `make kills`.

Each kill begins from the same site. Afterwards every file must be whole, foreign files must be there, and the next
build, of the edited content or of the content as it was before, must make what a clean build makes. With `--compress`
the killed site makes compressed forms of its texts too.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, NamedTuple
from unittest.mock import patch

from msgspec.structs import replace
from sites import Site, small_site

from almanac.build import pipeline
from almanac.build.publishing import STAGING, is_unfinished
from almanac.cli.reports import as_text
from almanac.core.compressed import FORMS

FOREIGN = "events/by-hand/notes.txt"
CAUGHT = (signal.SIGINT, signal.SIGTERM)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Build(NamedTuple):
    """A kind of build that is killed: whether the site was built before, everything is made anew, and workers help."""

    name: str
    built: bool
    clean: bool
    workers: bool


BUILDS = (
    Build("incremental", True, False, False),
    Build("incremental with workers", True, False, True),
    Build("clean", True, True, False),
    Build("first", False, False, True),
)


class Story:
    """A small site in the states before and after an edit, with what clean builds make of them.

    `seconds` is the time that a clean build took.
    """

    def __init__(self, root: Path, *, compress: bool = False, prepare: Callable[[Site], None] = lambda _: None) -> None:
        self.site = site = small_site(root / "site")
        site.only()
        if compress:
            site.edit("config.yaml", "title:", f"compress: [{', '.join(FORMS)}]\ntitle:")
        site.event("deleted")
        site.event("retitled", title="旧的题目")
        prepare(site)
        site.build()
        site.write(f"output/{FOREIGN}", "mine")
        self.before = site.files()
        self.kept = root / "kept"
        shutil.copytree(site.root, self.kept, symlinks=True)
        self.edit()
        began = monotonic()
        site.build(clean=True)
        self.seconds = monotonic() - began
        self.after = site.files()

    def edit(self) -> None:
        """An event comes, one goes, one changes."""
        self.site.event("added")
        self.site.delete("content/events/deleted.md")
        self.site.event("retitled", title="新的题目")

    def bring_back(self, *, built: bool) -> None:
        """The site before the edit, built or never built."""
        shutil.rmtree(self.site.root)
        shutil.copytree(self.kept, self.site.root, symlinks=True)
        if not built:
            shutil.rmtree(self.site.output)
            shutil.rmtree(self.site.root / ".almanac")
            self.site.write(f"output/{FOREIGN}", "mine")

    def undo(self) -> None:
        """The content as it was before the edit."""
        shutil.rmtree(self.site.root / "content")
        shutil.copytree(self.kept / "content", self.site.root / "content")

    def faults(self, *, undone: bool, lost: bool) -> Iterator[str]:
        """What is wrong after a kill, and after the build that follows it. `lost` removes the cache in between.

        A build that was done before its signal came has left no journal: its cache stays.
        """
        for file, content in self.site.files().items():
            if not file.startswith(STAGING) and content not in {self.before.get(file), self.after.get(file)}:
                yield f"{file} is not whole"
        done = (self.site.output / "index.html").exists() and not is_unfinished(self.site.output)
        if lost and not done:  # only the journal knows then what has been published
            shutil.rmtree(self.site.root / ".almanac", ignore_errors=True)
        if undone:
            self.undo()
        report, problems = self.site.try_build()
        if report is None:
            yield as_text(problems, "en", self.site.root)
        wanted, found = (self.before if undone else self.after), self.site.files()
        yield from (
            f"{file} differs" for file in sorted(wanted.keys() | found.keys()) if wanted.get(file) != found.get(file)
        )


def killed(story: Story, build: Build, prepare: Callable[[], None], meddle: Callable[[int], None]) -> bool:
    """Runs a build in a process group of its own; whether it ended before it was done."""
    signal.pthread_sigmask(signal.SIG_BLOCK, CAUGHT)  # until the child catches them
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # as the command does
            signal.pthread_sigmask(signal.SIG_UNBLOCK, CAUGHT)
            prepare()
            options = replace(story.site.options(clean=build.clean), jobs=2 if build.workers else 1)
            few = 1 if build.workers else pipeline.MANY
            with patch.object(pipeline, "MANY", few), patch.object(pipeline, "FEW", few):
                code = 0 if pipeline.build(options)[0] else 1
        except KeyboardInterrupt:
            code = 130
        finally:
            os._exit(code)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, CAUGHT)
    meddle(child)
    _, status = os.waitpid(child, 0)
    return status != 0


def is_change(event: str, given: tuple[Any, ...]) -> bool:
    """Whether an audit event of Python is a change of the file system."""
    if event == "open":
        return isinstance(given[2], int) and bool(given[2] & WRITING)
    return event in {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.truncate"}


def kill_at(number: int) -> Callable[[], None]:
    """Has a process and its workers killed just before their change of the file system of this number."""
    seen = Counter[str]()

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if is_change(event, given):
            seen["changes"] += 1
            if seen["changes"] == number:
                os.killpg(0, signal.SIGKILL)

    return lambda: sys.addaudithook(hook)


def signalled(sort: signal.Signals, delay: float) -> Callable[[int], None]:
    """Sends a signal to a build after some seconds: to its whole group if it cannot be caught."""

    def send(child: int) -> None:
        sleep(delay)
        try:
            (os.killpg if sort is signal.SIGKILL else os.kill)(child, sort)
        except ProcessLookupError:
            return  # it has ended already

    return send


def attempts(story: Story, most: int, seed: int) -> Iterator[tuple[str, Build, Callable[[], bool]]]:
    """Kills at each change in turn for every kind of build, each cut off at its share, then kills at random."""
    for build in BUILDS:
        for number in count(1):
            done: list[bool] = []

            def at_change(build: Build = build, number: int = number, done: list[bool] = done) -> bool:
                done.append(killed(story, build, kill_at(number), lambda _: None))
                return done[-1]

            yield f"change {number}", build, at_change
            if done == [False] or number >= most // (2 * len(BUILDS)):
                break
    chance = random.Random(seed)  # noqa: S311 - no secret
    while True:
        build = chance.choice(BUILDS)
        sort = chance.choice((signal.SIGKILL, signal.SIGINT, signal.SIGTERM))
        delay = chance.uniform(0, 1.5 * story.seconds)
        yield (
            f"{sort.name} after {delay:.3f} s",
            build,
            partial(killed, story, build, lambda: None, signalled(sort, delay)),
        )


def main() -> None:
    """Prints each fault, and the numbers of kills by kind of build; ends with 1 if there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=86_400)
    parser.add_argument("--compress", action="store_true")
    given = parser.parse_args()
    numbers, faults, until = Counter[str](), 0, monotonic() + given.seconds
    with TemporaryDirectory() as folder:
        story = Story(Path(folder), compress=given.compress)
        for what, build, act in attempts(story, given.kills, given.seed):
            story.bring_back(built=build.built)
            story.edit()
            if not act():
                numbers["ended before they were killed"] += 1
            else:
                numbers[build.name] += 1
            total = sum(numbers.values()) - numbers["ended before they were killed"]
            found = list(story.faults(undone=total % 2 == 1, lost=total % 3 == 0 and not build.built))
            if found:
                faults += 1
                sys.stdout.write("\n    ".join((f"{build.name}, {what}:", *found[:5])) + "\n")
            if total >= given.kills or monotonic() > until:
                break
    lines = [*(f"{number:5} {name}" for name, number in sorted(numbers.items())), f"{faults:5} with faults"]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
