"""A folder of another machine, or of this one, that the program `rsync` writes: by ssh, a daemon, or a path.

Only files that have changed are sent, so all others keep their time of change, and feeds answer 304.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from almanac.core.problems import text
from almanac.hosting.host import HostFailed
from almanac.hosting.recorded import BEGUN, FOLDER, RECORD

TIMEOUT = 60  # seconds in which nothing comes or goes
PROGRAM = ("rsync", "--8-bit-output", "--outbuf=L", "--no-motd", f"--timeout={TIMEOUT}")
NOT_THERE = "No such file or directory (2)"  # the number is the same in every language
PARTIAL = 23  # the exit code if something could not be read
MD5 = 32  # hexadecimal digits
SPECIAL = "*?["  # in patterns
OTHERS_STAY = [f"--filter={rule}" for rule in (f"P /{RECORD}", f"P /{BEGUN}", f"R /{FOLDER}/**", "P *")]


class Rsync:
    """The files of a folder. Every method raises HostFailed."""

    compressed_forms = True

    def __init__(self, address: str) -> None:
        """`address` is what rsync takes: HOST:FOLDER, rsync://HOST/MODULE/FOLDER, or a folder of this machine."""
        self.address = address.rstrip("/") + "/"

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """The bytes of those files that are there."""
        with TemporaryDirectory() as folder:
            rules = [f"--include=/{PurePosixPath(name).parent}/" for name in names]
            rules += [f"--include=/{name}" for name in names]
            self._run("--recursive", *rules, "--exclude=*", "--", self.address, folder, may_lack=True)
            return {name: file.read_bytes() for name in names if (file := Path(folder, name)).is_file()}

    def write(self, name: str, data: bytes) -> None:
        """Writes a document of publishing. What runs that were cut have left beside the documents goes."""
        with TemporaryDirectory() as folder:
            file = Path(folder, name)
            file.parent.mkdir()
            file.write_bytes(data)
            self._run("--recursive", "--ignore-times", "--delete", *OTHERS_STAY, "--", f"{folder}/", self.address)

    def listing(self) -> dict[str, bytes]:
        """The MD5 of every file."""
        with TemporaryDirectory() as folder:
            options = ("--recursive", "--dry-run", "--checksum", "--checksum-choice=md5", "--out-format=%C %n")
            lines = self._run(*options, "--", self.address, folder, may_lack=True)
        found = (line.partition(" ") for line in lines)
        return {name: bytes.fromhex(digest) for digest, _, name in found if len(digest) == MD5}

    def upload(self, output: Path, names: Sequence[str]) -> Iterator[None]:
        """Sends files of a folder. Each waits beside the documents until it is whole."""
        listed = b"\0".join(name.encode() for name in names)
        options = ("--from0", "--files-from=-", "--ignore-times", "--copy-links", f"--temp-dir={FOLDER}")
        for line in self._lines(*options, "--out-format=%n", "--", f"{output}/", self.address, given=listed):
            if not line.endswith("/"):
                yield

    def delete(self, names: Sequence[str]) -> Iterator[None]:
        """Deletes files and the folders that are empty without them, as an empty folder lacks all; others stay."""
        places = dict.fromkeys(place for name in names for place in _with_folders(name))
        rules = "".join(f"R /{_pattern(place)}\n" for place in places) + "P *\n"
        with TemporaryDirectory() as empty:
            options = ("--recursive", "--delete", "--filter=merge -", "--out-format=%n")
            for line in self._lines(*options, "--", f"{empty}/", self.address, given=rules.encode()):
                if line in places and not line.endswith("/"):
                    yield

    def _run(self, *options: str, may_lack: bool = False) -> list[str]:
        """The lines that rsync prints. Where the address `may_lack`, a folder that is not there is empty."""
        return list(self._lines(*options, may_lack=may_lack))

    def _lines(self, *options: str, given: bytes = b"", may_lack: bool = False) -> Iterator[str]:
        """The lines that rsync prints, as they come."""
        with TemporaryFile() as standard_input, TemporaryFile() as errors:
            standard_input.write(given)
            standard_input.seek(0)
            try:
                running = subprocess.Popen(  # noqa: S603
                    [*PROGRAM, *options], stdin=standard_input, stdout=subprocess.PIPE, stderr=errors
                )
            except FileNotFoundError as error:
                raise HostFailed(text("the program {name} is not installed", name="rsync")) from error
            with running:
                try:
                    for line in running.stdout or ():
                        yield line.decode("utf-8", "surrogateescape").rstrip("\n")
                except BaseException:
                    running.terminate()
                    raise
            said = _words(errors)
        if running.returncode and not (may_lack and running.returncode == PARTIAL and NOT_THERE in said):
            raise HostFailed(text("the host says: {words}", words=said[:300]))


def _with_folders(name: str) -> list[str]:
    folders = [f"{folder}/" for folder in PurePosixPath(name).parents if folder.name]
    return [name, *folders]


def _pattern(name: str) -> str:
    """A pattern that means this name alone: a backslash is special only where a star or the like stands."""
    if not any(letter in name for letter in SPECIAL):
        return name
    return "".join(f"\\{letter}" if letter in f"{SPECIAL}\\" else letter for letter in name)


def _words(errors: IO[bytes]) -> str:
    errors.seek(0)
    return " ".join(errors.read().decode("utf-8", "replace").split())
