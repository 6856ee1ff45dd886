"""Every command in the documentation runs: those of the engine here, one for each verb and set of options."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sites import REPOSITORY, Site, small_site
from test_own_modules import shown

from almanac.cli.app import main

PAGES = [
    *(page for page in (REPOSITORY / "docs").rglob("*.md") if page.parent.name != "decisions"),
    *REPOSITORY.glob("README*.md"),
    *(REPOSITORY / "almanac/starter").glob("*/README.md"),
]
ENGINE = r"(?:almanac|python site\.py) "
CALL = re.compile(rf"^(?:    )?{ENGINE}(?P<line>[^\n#]+)|`{ENGINE}(?P<words>[^`]+)`", re.MULTILINE)
TARGET = re.compile(r"^(?:    )?make (?P<line>[a-z-]+)|`make (?P<words>[a-z-]+)`", re.MULTILINE)
# What stands for something else in the documentation, and the value that is tried.
STANDS_FOR = {
    **dict.fromkeys(("ID", "编号", "去年活动的编号"), "2026-12-05-ai"),
    "FILE": "table.xlsx",
    "YEAR": "2026",
    "单位": "kexie",
}
ELSEWHERE = {  # the tests of what asks, goes on, typesets, uploads or needs a text, and of the examples of code
    "--from-text": "test_admin.py",
    "--pictures": "test_review_pictures.py",
    "publish": "test_publish.py",
    "serve": "previews.py",
    "init": "test_init.py",
    "print": "test_paper.py",
}
MOMENT = "1796100000"  # seconds since 1970: in the week of the example
EXAMPLES_OF_CODE = {"count", "sponsors"}  # what the architecture adds, see below
EXAMPLE = "2026/12/2026-12-05-ai"  # a file of content/events/


def calls(pattern: re.Pattern[str]) -> Iterator[str]:
    """The commands in all pages, without the program and comments."""
    for page in PAGES:
        for found in pattern.finditer(page.read_text(encoding="utf-8")):
            yield (found["line"] or found["words"]).strip()


def runs() -> list[list[str]]:
    """One command of the engine for each verb and set of options."""
    found: dict[tuple[str, ...], list[str]] = {}
    for call in calls(CALL):
        written = call.partition(" > ")[0]  # the shell writes the output to a file
        words = [STANDS_FOR.get(word, word) for word in shlex.split(written) if not word.startswith("[")]
        options = sorted(word for word in words if word.startswith("-"))
        found.setdefault((words[0] if words[0] != "--root" else words[2], *options), words)
    return [words for words in found.values() if not {*words} & {*ELSEWHERE, *EXAMPLES_OF_CODE} and words != ["new"]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site with the event and the programme that the documentation names, and six commits."""
    root = tmp_path_factory.mktemp("commands") / "site"
    made = small_site(root)
    made.event(EXAMPLE, start="2026-12-05 14:00")
    made.write("content/programmes/longcheng-lectures.md", "---\nname: 龙城科普大讲坛\norganiser: kexie\n---\n讲座。\n")
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for _ in range(6):
        subprocess.run(["git", *identity, "commit", "--quiet", "--allow-empty", "-m", "one"], cwd=root, check=True)
    return made


@pytest.mark.parametrize("words", runs(), ids=" ".join)
def test_a_command_of_the_documentation_runs(site: Site, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", MOMENT)
    if words[0] == "import":
        table = next(word for word in words[1:] if not word.startswith("-"))
        CliRunner().invoke(main, ["export", "--force", table], catch_exceptions=False)
    if words[0] == "new" and "--start" not in words:
        words += ["--start", "2027-12-04 14:00"]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    for made in [*site.root.glob("*.xlsx"), *site.root.glob("*.eml")]:
        made.unlink()


def test_what_the_architecture_adds_to_the_engine_runs(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    shutil.copytree(REPOSITORY / "almanac", tmp_path / "almanac", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "themes").symlink_to(REPOSITORY / "themes")
    for path in ("commands/count.py", "content/records/sponsor.py"):
        (tmp_path / "almanac" / path).write_text(shown(f"here `almanac/{path}`"), encoding="utf-8")
    events = tmp_path / "almanac/content/records/event.py"
    declared, before = shown("here to `EventFields`"), "    ignore: Ignored"
    events.write_text(events.read_text(encoding="utf-8").replace(before, declared + before), encoding="utf-8")

    def said(*words: str) -> str:
        command: list[str | Path] = [sys.executable, "-m", "almanac", "--root", site.root, *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert int(said("count")) == len([*(site.root / "content/events").rglob("*.md")]) > 0
    assert '"clothing"' in said("schema", "events")
    assert '"required": [\n    "name"\n  ]' in said("schema", "sponsors")


def test_what_runs_elsewhere_is_run_there() -> None:
    for verb, file in ELSEWHERE.items():
        assert f'"{verb}"' in (REPOSITORY / "tests" / file).read_text(encoding="utf-8")


def test_every_target_of_make_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    assert set(calls(TARGET)) - targets == set()
