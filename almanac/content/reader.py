"""The process that parses an edit: begun before anybody knows of one, and before the engine is loaded, since what parses takes as long to load as all else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from almanac.build.parallel import Standby, standby

if TYPE_CHECKING:
    from almanac.content.reading import Outcome, Wanted

Reader: TypeAlias = "Standby[Sequence[Wanted], list[tuple[int, Outcome]]]"


def begin_reader(jobs: int) -> Reader:
    """Has another process load what parses events, so that it is ready when it is known which have changed."""
    return standby(_load, _read, jobs)


def _load() -> None:
    from almanac.content.reading import load_parser  # late: that is the matter

    load_parser()


def _read(wanted: Sequence[Wanted]) -> list[tuple[int, Outcome]]:
    from almanac.content.reading import read_all  # late, as above

    return read_all(wanted)
