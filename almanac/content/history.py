"""The git history of the content: last changes of files, former names of events, deleted events.

With it a renamed file keeps its UID and a deleted event goes out as cancelled, without a ledger that has to be
committed (docs/decisions/0003). Without a history the build knows none of this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from shutil import which
from typing import Literal, TypeAlias

import msgspec

from almanac.content.versions import Blocks, announced, blocks, left, moved_silently, visible
from almanac.core.git import ask, begin_asking, blobs, demand

COMMIT = "\x00"
RENAMED = "-M90%"  # with less, an edited copy of last month's file would count as the same event
LOG = (
    "-c",
    "core.quotePath=off",
    "log",
    "--reverse",
    "--format=%x00%ct %H",
    "--raw",
    "--no-abbrev",
    RENAMED,
    "--relative",
)
MERGES_AS_ONE = ("--first-parent", "-m")  # changes count as made at the moment of their merge, when they are published
EVENTS = "events"
STEP = timedelta(minutes=2)  # between two changes of a file: SEQUENCE counts minutes, and one more for a cancellation
TEXTS = (".md", ".yaml")
AT_ONCE = 1000  # versions that are read by one call of git
EDITS_SINCE = timedelta(days=90)  # before the last commit: earlier edits are no news any more
MOST_EDITS = 400  # that are kept: telling one of them takes two versions to be parsed
BULK = 100  # edits of one commit; such a commit, as of a renamed key, keeps no edits of others from being told


class Identity(msgspec.Struct, frozen=True):
    """An event through all names of its file. `uid` is the first name, with a number if it was taken."""

    uid: str
    names: tuple[str, ...]


class Withdrawn(msgspec.Struct, frozen=True):
    """A deleted file: its path, its last bytes, the instant of its deletion in UTC, and the event that it was."""

    path: str
    data: bytes
    moment: datetime
    identity: Identity


class Edit(msgspec.Struct, frozen=True, array_like=True):
    """A change of an event's date, place or status: its instant in UTC, and the object ids of both versions."""

    moment: datetime
    before: str
    after: str


class History(msgspec.Struct, frozen=True):
    """What is known of each file by its path from the root, and the deleted files. Instants are in UTC.

    - `changed` is the last change that subscribers could see. Along the history of a file it only grows, whatever the
      clocks of its committers said. Deleted files have one too.
    - `begun` is the instant at which the file was first published.
    - `edits` are the last edits of each event, the oldest first.
    - `unstated` is the last change of date, place or status of an event that left its key `updated` as it was.
    - `left` is the last instant at which an event may have left a facet, by the facet's folder and its name in the
      event's file; the name is empty for the last deletion.
    - `uids` are all UIDs ever used: none is used for a second event. `gone` gives the UIDs of deleted events by their
      last names.
    """

    changed: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    begun: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    edits: Mapping[str, tuple[Edit, ...]] = msgspec.field(default_factory=dict)
    unstated: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    left: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    identities: Mapping[str, Identity] = msgspec.field(default_factory=dict)
    withdrawn: tuple[Withdrawn, ...] = ()
    uids: tuple[str, ...] = ()
    gone: Mapping[str, str] = msgspec.field(default_factory=dict)


REFUSED, NO_GIT = "refused", "no git"
Trust: TypeAlias = Literal["none", "whole", "cut off", "refused", "no git"]


def read_history(root: Path, folder: str, config: str, state: Sequence[str]) -> History:
    """The history of `root/folder`, and of the file `config` beside it, up to the commit that `state` names.

    Empty outside a git repository. Empty in a shallow clone too, whose history gives every file the date of one commit.
    Raises GitFailed if git cannot read what it should know.
    """
    return _read(root, folder, config, state[1]) if trust(state) == "whole" else History()


def begin_history_state(root: Path) -> Callable[[], tuple[str, ...]]:
    """The state of the history: whether it is cut off, the commit that is checked out, the folder in the repository.

    Empty outside a repository; (REFUSED,) if git refuses to read it, as it does if the folder belongs to another user,
    and (NO_GIT,) if there is a repository and no git. Git starts at once; the returned function waits for its answer.
    """
    answer = begin_asking(root, "rev-parse", "--is-shallow-repository", "HEAD", "--show-prefix")

    def state() -> tuple[str, ...]:
        found = tuple((answer() or b"").decode().splitlines())
        if found or not any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents)):
            return found
        if which("git") is None:
            return (NO_GIT,)
        no_commit = ask(root, "rev-list", "--max-count=1", "--all") == b""  # it fails if a branch is damaged
        return ("false",) if no_commit else (REFUSED,)

    return state


def trust(state: Sequence[str]) -> Trust:
    """Whether there is a history, and whether it is whole."""
    if not state or state == ("false",):  # no repository, or one without a commit
        return "none"
    found: dict[str, Trust] = {REFUSED: "refused", NO_GIT: "no git", "true": "cut off"}
    return found.get(state[0], "whole")


class Change(msgspec.Struct, frozen=True):
    """One line of the log: a file was added (A), modified (M), deleted (D) or renamed (R).

    `before` and `after` are the object ids of its two versions.
    """

    kind: str
    path: str
    old: str
    moment: datetime
    commit: str
    before: str = ""
    after: str = ""

    @property
    def compared(self) -> bool:
        """Whether its two versions are compared as texts."""
        return self.kind in "MDR" and self.before != self.after and self.path.endswith(TEXTS)


def _read(root: Path, folder: str, config: str, head: str) -> History:
    register = Register()
    for change in _changes(root, head, (), folder):
        register.follow(change)
    deletions = tuple(register.gone.values())
    gone = {PurePosixPath(change.path).stem: identity.uid for change, identity in deletions}
    stamps = Stamps()
    for change, before, after in _with_blocks(root, list(_changes(root, head, MERGES_AS_ONE, folder, config))):
        stamps.follow(change, before, after)
    return History(
        stamps.changed,
        stamps.begun,
        last_edits(stamps.edits, stamps.instant),
        stamps.unstated,
        stamps.left,
        register.present,
        tuple(_last_texts(root, deletions)),
        tuple(sorted(register.uids)),
        gone,
    )


def _changes(root: Path, head: str, merges: tuple[str, ...], *paths: str) -> Iterator[Change]:
    """Every change of a file up to a commit, the oldest first."""
    moment, commit = datetime.fromtimestamp(0, UTC), ""
    for line in demand(root, *LOG, *merges, head, "--", *paths).decode("utf-8", "replace").split("\n"):
        if line.startswith(COMMIT):
            seconds, _, commit = line[1:].partition(" ")
            moment = datetime.fromtimestamp(int(seconds), UTC)
        elif line:
            about, *found = line.split("\t")
            _, _, before, after, kind = about.split(" ")
            yield Change(kind[0], found[-1], found[0], moment, commit, before, after)


def _with_blocks(root: Path, changes: Sequence[Change]) -> Iterator[tuple[Change, Blocks | None, Blocks | None]]:
    """Each change with the blocks of both versions of a modified text, or of the last one of a deleted text.

    A text that was renamed without another change has none.
    """
    for first in range(0, len(changes), AT_ONCE):
        some = changes[first : first + AT_ONCE]
        compared = [change for change in some if change.compared]
        names = list(dict.fromkeys(name for change in compared for name in (change.before, change.after)))
        texts = dict(zip(names, blobs(root, names), strict=True))
        for change in some:
            before, after = (
                blocks(found, change.path) if change.compared and (found := texts.get(name)) is not None else None
                for name in (change.before, change.after)
            )
            yield change, before, after


class Stamps:
    """When subscribers could first see each file, and when they could last see a change of it, by its path.

    A commit whose clock is behind that of the commit before it counts as a little later than that.
    """

    def __init__(self) -> None:
        self.commit = ""
        self.instant = datetime.fromtimestamp(0, UTC)  # of the commit
        self.changed: dict[str, datetime] = {}
        self.begun: dict[str, datetime] = {}
        self.edits: dict[str, tuple[Edit, ...]] = {}
        self.unstated: dict[str, datetime] = {}
        self.left: dict[str, datetime] = {}

    def follow(self, change: Change, before: Blocks | None, after: Blocks | None) -> None:
        """Takes one change into account. A modified file has blocks `before` and `after`, a deleted one `before`."""
        path, old = change.path, change.old
        if change.commit != self.commit:
            self.commit = change.commit
            self.instant = change.moment if change.moment >= self.instant else self.instant + STEP
        self.begun[path] = self.begun.get(old, self.instant)
        if _kind(path) == EVENTS:
            self._follow_edits(change, before, after)
        if change.kind == "M" and not visible(before, after, _kind(path)):
            return
        known = self.changed.get(old)
        self.changed[path] = max(self.instant, known + STEP) if known else self.instant
        if before is not None and _kind(path) == EVENTS:
            gone = after is None
            self.left |= dict.fromkeys((*left(before, after), *(("",) if gone else ())), self.instant)
        if change.kind == "M" and (silently := moved_silently(before, after)) is not None:
            self._note(path, self.instant if silently else None)
        elif change.kind in "AD":
            self._note(path, None)

    def _follow_edits(self, change: Change, before: Blocks | None, after: Blocks | None) -> None:
        """Notes an edit of an event under the present path of its file."""
        known = self.edits.pop(change.old, ())
        if change.kind in "MR" and change.compared and announced(before, after):
            known = (*known, Edit(self.instant, change.before, change.after))
        if change.kind in "MR" and known:
            self.edits[change.path] = known

    def _note(self, path: str, moment: datetime | None) -> None:
        """Notes an instant at which an event moved silently; None forgets it."""
        if moment:
            self.unstated[path] = moment
        else:
            self.unstated.pop(path, None)


def last_edits(found: Mapping[str, tuple[Edit, ...]], last: datetime) -> dict[str, tuple[Edit, ...]]:
    """The edits of the time before the instant `last`, at most MOST_EDITS of them; those of bulk commits come last."""
    ahead = [(edit, path) for path, edits in found.items() for edit in edits if edit.moment >= last - EDITS_SINCE]
    counts = Counter(edit.moment for edit, _ in ahead)
    ahead.sort(key=lambda one: (counts[one[0].moment] > BULK, -one[0].moment.timestamp(), one[1]))
    kept: dict[str, tuple[Edit, ...]] = {}
    for edit, path in sorted(ahead[:MOST_EDITS], key=lambda one: (one[1], one[0].moment)):
        kept[path] = (*kept.get(path, ()), edit)
    return kept


def _kind(path: str) -> str:
    """The folder of a record below `content/`; the path itself for a file beside it."""
    return path.split("/")[1] if "/" in path else path


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
