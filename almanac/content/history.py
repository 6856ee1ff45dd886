"""What git knows of the content: when files last changed, how they were called before, and which are gone.

History makes feeds keep their promises without a ledger that somebody would have to commit (docs/decisions/0003): a renamed
file keeps its UID, and a deleted event goes out as cancelled. Where there is no history, nothing of this is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path, PurePosixPath

import msgspec

from almanac.git import ask

FORMAT = "1"
COMMIT = "\x00"
RENAMED = "-M90%"  # less alike, and last month's file that somebody has copied would pass for the same event


@dataclass(frozen=True)
class Withdrawn:
    """A file that is no longer there: its path, its last text, and when it was deleted (local time)."""

    path: str
    data: bytes
    moment: datetime


@dataclass(frozen=True)
class History:
    """By path from the root: the local time of each file's last commit, and the stems of the names it had before, the first one first."""

    changed: Mapping[str, datetime] = field(default_factory=dict)
    former_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    withdrawn: tuple[Withdrawn, ...] = ()


def read_history(root: Path, folder: str, zone: tzinfo, cache: Path) -> History:
    """The history of `root/folder` up to the commit that is checked out, kept in `cache` until another one is.

    Empty outside a git repository, and in a shallow clone, whose history would give every file the date of its newest commit.
    """
    state = history_state(root)
    if len(state) < 2 or state[0] != "false":  # noqa: PLR2004 - the two that are asked for; outside a subfolder the prefix is empty
        return History()
    file = cache / "history.msgpack"
    key = [FORMAT, *state, str(zone), folder]
    try:
        known, history = msgspec.msgpack.decode(file.read_bytes(), type=tuple[list[str], History])
    except (OSError, msgspec.MsgspecError):
        known = []
    if known != key:
        history = _read(root, folder, zone)
        _keep(file, msgspec.msgpack.encode((key, history)))
    return history


def history_state(root: Path) -> list[str]:
    """What the history depends on: whether it is cut off, the commit that is checked out, the folder in the repository. Empty outside one."""
    return _git(root, "rev-parse", "--is-shallow-repository", "HEAD", "--show-prefix").decode().splitlines()


def _keep(file: Path, data: bytes) -> None:
    """Writes the cache where that is possible: without it the next build asks git again."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        waiting = file.with_suffix(".new")
        waiting.write_bytes(data)
        waiting.replace(file)
    except OSError:
        return


def _read(root: Path, folder: str, zone: tzinfo) -> History:
    log = _git(root, "-c", "core.quotePath=off", "log", "--reverse", "--format=%x00%ct %H", "--name-status", RENAMED, "--relative", "--", folder)
    changed: dict[str, datetime] = {}
    former_names: dict[str, tuple[str, ...]] = {}
    deleted: dict[str, tuple[datetime, str]] = {}
    moment, commit = datetime.fromtimestamp(0, zone), ""
    for line in log.decode("utf-8", "replace").split("\n"):
        if line.startswith(COMMIT):
            seconds, _, commit = line[1:].partition(" ")
            moment = datetime.fromtimestamp(int(seconds), zone).replace(tzinfo=None)
        elif line:
            _follow(line.split("\t"), moment, commit, (changed, former_names, deleted))
    return History(changed, former_names, tuple(_last_texts(root, deleted)))


_State = tuple[dict[str, datetime], dict[str, tuple[str, ...]], dict[str, tuple[datetime, str]]]


def _follow(change: list[str], moment: datetime, commit: str, state: _State) -> None:
    """Takes one line of the log into account: `M path`, `A path`, `D path` or `R097 old new`, the oldest first."""
    changed, former_names, deleted = state
    kind, path = change[0][0], change[-1]
    if kind == "D":
        deleted[path] = (moment, commit)
        changed.pop(path, None)
        former_names.pop(path, None)
        return
    if kind == "R":
        former_names[path] = tuple(dict.fromkeys((*former_names.pop(change[1], ()), PurePosixPath(change[1]).stem)))
        changed.pop(change[1], None)
    changed[path] = moment
    deleted.pop(path, None)


def _last_texts(root: Path, deleted: Mapping[str, tuple[datetime, str]]) -> Iterable[Withdrawn]:
    """The text that each deleted file had before the commit that deleted it."""
    asked = "".join(f"{commit}^:./{path}\n" for path, (_, commit) in deleted.items())
    answer = _git(root, "cat-file", "--batch", given=asked.encode()) if asked else b""
    for path, (moment, _) in deleted.items():
        head, _, answer = answer.partition(b"\n")
        size = head.rpartition(b" ")[2]
        if size.isdigit():
            yield Withdrawn(path, answer[: int(size)], moment)
            answer = answer[int(size) + 1 :]


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    return ask(root, *arguments, given=given) or b""
