"""The git history of the content: last changes of files, former names of events, deleted events.

With it a renamed file keeps its UID and a deleted event goes out as cancelled, without a ledger that has to be
committed (docs/decisions/0003). Without a history the build knows none of this.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

import msgspec

from almanac.core.git import ask, begin_asking, blobs

COMMIT = "\x00"
RENAMED = "-M90%"  # with less, an edited copy of last month's file would count as the same event
LOG = ("-c", "core.quotePath=off", "log", "--reverse", "--format=%x00%ct %H", "--name-status", RENAMED, "--relative")
MERGES_AS_ONE = ("--first-parent", "-m")  # changes count as made at the moment of their merge, when they are published


class Identity(msgspec.Struct, frozen=True):
    """An event through all names of its file. `uid` is the first name, with a number if it was taken."""

    uid: str
    names: tuple[str, ...]


class Withdrawn(msgspec.Struct, frozen=True):
    """A deleted file: its path, its last bytes, the local time of its deletion, and the event that it was."""

    path: str
    data: bytes
    moment: datetime
    identity: Identity


class History(msgspec.Struct, frozen=True):
    """The local time of each file's last change and its identity, by path from the root, and the deleted files.

    `uids` are all UIDs ever used: none is used for a second event. `gone` gives the UIDs of deleted events by their
    last names.
    """

    changed: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    identities: Mapping[str, Identity] = msgspec.field(default_factory=dict)
    withdrawn: tuple[Withdrawn, ...] = ()
    uids: tuple[str, ...] = ()
    gone: Mapping[str, str] = msgspec.field(default_factory=dict)


REFUSED = "refused"
Trust: TypeAlias = Literal["none", "whole", "cut off", "refused"]


def read_history(root: Path, folder: str, zone: tzinfo, state: Sequence[str]) -> History:
    """The history of `root/folder` up to the commit that `state` names, with local times of a zone.

    Empty outside a git repository. Empty in a shallow clone too, whose history gives every file the date of one commit.
    """
    return _read(root, folder, zone) if trust(state) == "whole" else History()


def begin_history_state(root: Path) -> Callable[[], tuple[str, ...]]:
    """The state of the history: whether it is cut off, the commit that is checked out, the folder in the repository.

    Empty outside a repository; (REFUSED,) if git refuses to read it, as it does if the folder belongs to another user.
    Git starts at once; the returned function waits for its answer.
    """
    answer = begin_asking(root, "rev-parse", "--is-shallow-repository", "HEAD", "--show-prefix")

    def state() -> tuple[str, ...]:
        found = tuple((answer() or b"").decode().splitlines())
        if found or not any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents)):
            return found
        return ("false",) if ask(root, "rev-parse", "--is-shallow-repository") else (REFUSED,)

    return state


def trust(state: Sequence[str]) -> Trust:
    """Whether there is a history, and whether it is whole."""
    if not state or state == ("false",):  # no repository, or one without a commit
        return "none"
    return "refused" if state[0] == REFUSED else "cut off" if state[0] == "true" else "whole"


class Change(msgspec.Struct, frozen=True):
    """One line of the log: `M path`, `A path`, `D path` or `R097 old new`."""

    kind: str
    path: str
    old: str
    moment: datetime
    commit: str


def _read(root: Path, folder: str, zone: tzinfo) -> History:
    changed = {change.path: change.moment for change in _changes(root, folder, zone, MERGES_AS_ONE)}
    register = Register()
    for change in _changes(root, folder, zone, ()):
        register.follow(change)
    deletions = tuple(register.gone.values())
    gone = {PurePosixPath(change.path).stem: identity.uid for change, identity in deletions}
    return History(changed, register.present, tuple(_last_texts(root, deletions)), tuple(sorted(register.uids)), gone)


def _changes(root: Path, folder: str, zone: tzinfo, merges: tuple[str, ...]) -> Iterator[Change]:
    """Every change of a file, the oldest first."""
    moment, commit = datetime.fromtimestamp(0, zone), ""
    for line in _git(root, *LOG, *merges, "--", folder).decode("utf-8", "replace").split("\n"):
        if line.startswith(COMMIT):
            seconds, _, commit = line[1:].partition(" ")
            moment = datetime.fromtimestamp(int(seconds), zone).replace(tzinfo=None)
        elif line:
            kind, *paths = line.split("\t")
            yield Change(kind[0], paths[-1], paths[0], moment, commit)


class Register:
    """Who is who: every event that was ever begun, by the path at which it stands, or stood last."""

    def __init__(self) -> None:
        self.present: dict[str, Identity] = {}
        self.gone: dict[str, tuple[Change, Identity]] = {}  # by UID, the last deletion last
        self.uids: set[str] = set()

    def follow(self, change: Change) -> None:
        """Takes one change into account."""
        if change.kind == "D":
            if identity := self.present.pop(change.path, None):
                self.gone[identity.uid] = (change, identity)
        elif change.kind == "R":
            identity = self.present.pop(change.old, None) or self._begin(change.old)
            name = PurePosixPath(change.path).stem
            self.present[change.path] = Identity(identity.uid, tuple(dict.fromkeys((*identity.names, name))))
        elif change.path not in self.present:
            self.present[change.path] = self._come_back(change.path) or self._begin(change.path)

    def _come_back(self, path: str) -> Identity | None:
        """The event that was last deleted with this file name, in any folder."""
        name = PurePosixPath(path).stem
        found = next(
            (uid for uid, (change, _) in reversed(self.gone.items()) if PurePosixPath(change.path).stem == name), None
        )
        return self.gone.pop(found)[1] if found else None

    def _begin(self, path: str) -> Identity:
        name = PurePosixPath(path).stem
        uid = unused(name, self.uids)
        self.uids.add(uid)
        return Identity(uid, (name,))


def unused(name: str, taken: Container[str]) -> str:
    """The name, with the first number behind it that is not taken if the name is."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def _last_texts(root: Path, deletions: Sequence[tuple[Change, Identity]]) -> Iterator[Withdrawn]:
    """The text that each deleted file had before the commit that deleted it."""
    texts = blobs(root, [f"{change.commit}^:./{change.path}" for change, _ in deletions])
    for (change, identity), data in zip(deletions, texts, strict=True):
        if data is not None:
            yield Withdrawn(change.path, data, change.moment, identity)


def _git(root: Path, *arguments: str) -> bytes:
    return ask(root, *arguments) or b""
