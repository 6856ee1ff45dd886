"""Kills uploads at every request in turn and at random moments, and looks at what visitors find: `make publish-kills`.

Two versions of a small site take turns in a bucket. After each kill no page, sheet or script may load a file that is
not there, and files of others stay. The next upload completes: then the bucket holds the version, and no file more.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import md5
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import sleep
from typing import Any, NamedTuple

from sites import Site, small_site
from storages import KEYS, OWN, Storage, missing, storage_server

from almanac.cli.app import main as almanac
from almanac.hosting.bucket import Bucket

BASE = "https://example.org/kepu/"
FOREIGN = "verification.txt"
REQUESTS = ("_read", "write", "_delete", "listing")  # each of these is one, but for long listings
REQUESTS_OF_A_CHANGE = 50  # of the small site
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="9"/>'


class Sort(NamedTuple):
    """A sort of upload that is killed: into an empty bucket, of a change, or after one that was killed itself."""

    name: str
    empty: bool = False
    resumed: bool = False


SORTS = (Sort("change"), Sort("first", empty=True), Sort("after a kill", resumed=True))


class Story:
    """A small site in two versions, which differ in events, pictures, sheets and titles, and the bucket it goes to."""

    def __init__(self, root: Path, storage: Storage) -> None:
        self.site, self.storage = small_site(root / "site"), storage
        self.site.only("feeds")
        self.versions = [self._version(word) for word in ("one", "other")]
        self.seen: dict[tuple[str, str], bytes] = {}

    def _version(self, word: str) -> Site:
        """A version of the site, built: an event, its picture, a sheet and a title are of this version alone."""
        site = self.site.copy(self.site.root.parent / word)
        site.event(word, cover=f"images/{word}.svg", cover_alt=word)
        site.write(f"content/images/{word}.svg", SQUARE.format(len(word)))
        site.write("static/style.css", f"main {{ --version: {word} }}")
        site.event("retitled", title=f"题目{word}")
        site.build()
        return site

    def publish(self, version: Site, prepare: Callable[[], None] = lambda: None, delay: float | None = None) -> bool:
        """Uploads a version in another process; whether that was killed. Any other end but a good one is a fault."""
        options = ["--endpoint", self.storage.address, "--region", "us-east-1", "--allow-removals"]
        child = os.fork()
        if child == 0:
            code: Any = 1
            try:
                os.environ.update(KEYS)
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                prepare()
                almanac(["--root", str(version.root), "--lang", "en", "publish", "s3://city", *options])
            except SystemExit as ended:
                code = ended.code or 0
            finally:
                os._exit(code)
        if delay is not None:
            sleep(delay)
            os.kill(child, signal.SIGKILL)  # one that has ended is still to be waited for
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return True
        assert status == 0, f"an upload ended with {os.waitstatus_to_exitcode(status)}"
        return False

    def begin(self, sort: Sort, earlier: Site, later: Site, chance: random.Random) -> None:
        """What stands in the bucket before an upload is killed."""
        if sort.empty:
            self.storage.empty()
        else:
            self.publish(earlier)
        self.storage.put(FOREIGN, b"not ours")
        if sort.resumed:
            self.publish(later, kill_at(chance.randrange(3, 40)))

    def faults(self, later: Site) -> Iterator[str]:
        """What is wrong in the bucket after a kill, and after the uploads that follow it."""
        yield from self.unsound("after the kill")
        self.publish(later)
        yield from self.unsound("after the next upload")
        self.publish(later)  # which deletes what pages of the last but one have loaded
        wanted = {name: md5(content, usedforsecurity=False).hexdigest() for name, content in later.files().items()}
        found = {name: tag for name, tag in self.storage.tags().items() if name not in OWN | {FOREIGN}}
        yield from (f"{name} differs" for name in sorted(wanted.keys() | found) if wanted.get(name) != found.get(name))

    def unsound(self, moment: str) -> Iterator[str]:
        """What pages load that is not there, and what of others is lost. A file that was seen before is not read."""
        tags = self.storage.tags()
        for name, tag in tags.items():
            if (name, tag) not in self.seen:
                self.seen[name, tag] = self.storage.read(name)
        if FOREIGN not in tags:
            yield f"{moment}: {FOREIGN} is lost"
        for name, file in sorted(missing({name: self.seen[name, tag] for name, tag in tags.items()}, BASE)):
            yield f"{moment}: {name} loads {file}"


def kill_at(number: int, *, after: bool = False) -> Callable[[], None]:
    """Has a process killed at its request of this number, before it is sent or after it was answered."""
    lock, begun, ended = Lock(), count(1), count(1)

    def counted(request: Callable[..., Any]) -> Callable[..., Any]:
        def meddled(*given: Any, **named: Any) -> Any:
            with lock:
                if next(begun) == number and not after:
                    os.kill(os.getpid(), signal.SIGKILL)
            answer = request(*given, **named)
            with lock:
                if next(ended) == number:
                    os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return meddled

    def prepare() -> None:
        for name in REQUESTS:
            setattr(Bucket, name, counted(getattr(Bucket, name)))

    return prepare


def attempts(most: int, chance: random.Random) -> Iterator[tuple[Sort, str, Callable[[], None], float | None]]:
    """Kills at requests of every sort of upload, at each in turn if `most` allows it, then at random moments."""
    step = max(1, REQUESTS_OF_A_CHANGE * (len(SORTS) + 1) // most)
    for sort in SORTS:
        for number in range(step, REQUESTS_OF_A_CHANGE + 1, step):
            after = chance.random() < 0.5
            yield sort, f"request {number}, {'after' if after else 'before'} it", kill_at(number, after=after), None
    while True:
        delay = chance.uniform(0, 0.5)
        yield chance.choice(SORTS), f"after {delay:.3f} s", lambda: None, delay


def main() -> None:
    """Prints each fault, and the numbers of kills by sort of upload; ends with 1 if there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    numbers, faults = kill(given.kills, given.seed)
    for found in faults:
        sys.stdout.write(f"{found}\n")
    lines = [*(f"{number:5} {name}" for name, number in sorted(numbers.items())), f"{len(faults):5} faults"]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(1 if faults else 0)


def kill(most: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """The numbers of kills by the sort of upload, and the faults that were found after so many kills."""
    numbers, faults, chance = Counter[str](), list[str](), random.Random(seed)  # noqa: S311 - no secret
    with TemporaryDirectory() as folder, storage_server() as storage:
        story = Story(Path(folder), storage)
        for turn, (sort, what, prepare, delay) in enumerate(attempts(most, chance)):
            earlier, later = story.versions[turn % 2], story.versions[1 - turn % 2]
            story.begin(sort, earlier, later, chance)
            killed = story.publish(later, prepare, delay)
            numbers[sort.name if killed else "ended before they were killed"] += 1
            faults += (f"{sort.name}, {what}: {found}" for found in islice(story.faults(later), 5))
            if numbers.total() - numbers["ended before they were killed"] >= most:
                break
    return numbers, faults


if __name__ == "__main__":
    main()
