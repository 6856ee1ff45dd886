"""A site of five events in a temporary folder, for tests that read like a story: build, look, edit, build again."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from almanac.advice import advise
from almanac.build.checking import check
from almanac.build.options import Options
from almanac.build.pipeline import build
from almanac.build.publishing import Report
from almanac.cli.reports import as_text
from almanac.content.located import located
from almanac.core.problems import Problem
from almanac.outputs import NEEDED, output_names

SMALL_SITE = Path(__file__).parent / "small_site"
REPOSITORY = Path(__file__).parent.parent
NOW = datetime(2027, 3, 1, 9, 0)


@dataclass
class Site:
    """A site on disk, and the messages of its last build."""

    root: Path
    now: datetime = NOW
    base_url: str | None = None
    jobs: int = 1
    allow_removals: bool = True

    @property
    def output(self) -> Path:
        return self.root / "output"

    def write(self, path: str, content: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def edit(self, path: str, old: str, new: str) -> None:
        content = (self.root / path).read_text(encoding="utf-8")
        assert old in content, f"{path} does not hold {old!r}"
        self.write(path, content.replace(old, new))

    def delete(self, path: str) -> None:
        (self.root / path).unlink()

    def event(self, name: str, body: str = "正文。", **keys: str) -> None:
        """An event file with a title, a start, an organiser and a theme, unless `keys` say otherwise."""
        front = {
            "title": "新活动",
            "start": "2027-03-10 14:00",
            "theme": "sky",
            "organiser": "kexie",
            "updated": "2027-02-20",
            **keys,
        }
        lines = "\n".join(f"{key}: {value}" for key, value in front.items())
        self.write(f"content/events/{name}.md", f"---\n{lines}\n---\n{body}\n")

    def only(self, *outputs: str) -> None:
        """Turns on these outputs, and off all others that a site can do without. Needs a config without `outputs:`."""
        chosen = (f"{name}: {str(name in outputs).lower()}" for name in output_names() if name not in NEEDED)
        self.edit("config.yaml", "title:", f"outputs: {{{', '.join(chosen)}}}\ntitle:")

    def build(self, *, clean: bool = False, keep_going: bool = False) -> Report:
        """Builds the site; fails the test if the build fails, or only a new one without the cache did not."""
        report, problems = self.try_build(clean=clean, keep_going=keep_going)
        assert report is not None, as_text(problems, "en", self.root)
        assert not any(is_misleading(one) for one in problems), as_text(problems, "en", self.root)
        return report

    def try_build(self, *, clean: bool = False, keep_going: bool = False) -> tuple[Report | None, list[Problem]]:
        return build(self.options(clean=clean, keep_going=keep_going))

    def options(self, *, clean: bool = False, keep_going: bool = False) -> Options:
        """The options of a build of the site in this process. By default published entries and feeds may vanish."""
        return Options(
            root=self.root,
            output=self.output,
            cache=self.root / ".almanac",
            now=self.now,
            base_url=self.base_url,
            clean=clean,
            keep_going=keep_going,
            allow_removals=self.allow_removals,
            jobs=self.jobs,
        )

    def command(self, *arguments: str | Path, language: str = "en") -> list[str | Path]:
        """The command that runs a verb for the site as a program."""
        return [sys.executable, REPOSITORY / "site.py", "--root", self.root, "--lang", language, *arguments]

    def problems(self, language: str = "en") -> str:
        """The report of a build that must fail."""
        report, problems = self.try_build()
        assert report is None, "this site should not have been built"
        return as_text(problems, language, self.root)

    def warnings(self) -> list[Problem]:
        """The advice of `check` on a site without errors."""
        with check(Options(self.root, self.output, self.root / ".almanac", self.now)) as (found, problems):
            assert found is not None
            assert not problems, as_text(problems, "en", self.root)
            return located(advise(found), self.root)

    def page(self, address: str) -> str:
        return (self.output / address.strip("/") / "index.html").read_text(encoding="utf-8")

    def file(self, address: str) -> bytes:
        return (self.output / address.lstrip("/")).read_bytes()

    def feed(self, address: str) -> str:
        """A feed with its folded lines joined (RFC 5545, section 3.1)."""
        return self.file(address).decode().replace("\r\n ", "")

    def files(self) -> dict[str, bytes]:
        """Everything in the output folder."""
        return {
            path.relative_to(self.output).as_posix(): path.read_bytes()
            for path in sorted(self.output.rglob("*"))
            if path.is_file()
        }

    def times(self) -> dict[str, int]:
        """The time of change of every published file, in nanoseconds."""
        return {
            path.relative_to(self.output).as_posix(): path.stat().st_mtime_ns
            for path in self.output.rglob("*")
            if path.is_file()
        }

    def copy(self, root: Path) -> Site:
        """The same content in another folder, never built."""
        shutil.copytree(self.root, root, ignore=shutil.ignore_patterns("output", ".almanac"), symlinks=True)
        return replace(self, root=root)


def is_misleading(problem: Problem) -> bool:
    """Whether a problem says that what the cache held made a build fail: without an attack that is a mistake."""
    return problem.message.message.startswith("What the cache holds made this fail")


def small_site(root: Path) -> Site:
    """The small site, in a folder of its own."""
    shutil.copytree(SMALL_SITE, root)
    return Site(root)


def write_untypeset_config(root: Path) -> None:
    """The config of the shipped site without cards, posters and paper: hundreds of them would take half a minute."""
    config = (REPOSITORY / "config.yaml").read_text(encoding="utf-8")
    typeset = "cards: true, posters: true, paper: true, "
    assert typeset in config
    (root / "config.yaml").write_text(config.replace(typeset, ""), encoding="utf-8")
