"""Small disks of their own, and another user, for tests of what a full or a write-protected disk does to a build."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096
AMPLE = "size=400m,nr_inodes=100000"
OTHER = 65534  # nobody
# Another user that may read the tests and the engine wherever they are, but writes only what is its own.
AS_OTHER = (
    "setpriv",
    f"--reuid={OTHER}",
    f"--regid={OTHER}",
    "--clear-groups",
    "--securebits=+no_setuid_fixup",  # or access(2) says that it may not read what it can read
    "--inh-caps=-all,+dac_read_search",
    "--ambient-caps=-all,+dac_read_search",
)


def mount(*arguments: str | Path) -> None:
    """Runs mount(8); fails the test in plain words where that is refused."""
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"This test mounts a small disk (tmpfs), which only root may: {done.stderr}"


@dataclass(frozen=True)
class Disk:
    """A disk in memory, with as much room as a test gives it."""

    place: Path

    def leave(self, *, pages: int | None = None, files: int | None = None) -> None:
        """Leaves room for as many more pages of 4 KB, or for as many more files."""
        state = os.statvfs(self.place)
        if pages is not None:
            used = (state.f_blocks - state.f_bfree) * state.f_bsize
            mount("-o", f"remount,size={used + pages * PAGE}", self.place)
        if files is not None:
            mount("-o", f"remount,nr_inodes={state.f_files - state.f_ffree + files}", self.place)

    def protect(self) -> None:
        """Lets nobody write to it."""
        mount("-o", "remount,ro", self.place)

    def free(self) -> None:
        """Gives it room again."""
        mount("-o", f"remount,rw,{AMPLE}", self.place)


@contextmanager
def disk(place: Path) -> Iterator[Disk]:
    """A disk that is mounted on an empty folder for the length of the block."""
    place.mkdir(exist_ok=True)
    mount("-t", "tmpfs", "-o", AMPLE, "tmpfs", place)
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
