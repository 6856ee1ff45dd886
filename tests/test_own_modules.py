"""A site has outputs, advice and templates of its own, beside its config. The modules are those of the manual."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from sites import REPOSITORY, Site

MANUAL = (REPOSITORY / "docs/architecture.md").read_text(encoding="utf-8")


def shown(before: str) -> str:
    """The code block of the manual that follows a text."""
    found = re.search(rf"{re.escape(before)}.*?```\w+\n(.*?)```", MANUAL, re.DOTALL)
    assert found, before
    return found[1]


def run(site: Site, *arguments: str | Path) -> tuple[int, str]:
    """The exit code of a command, and what it said."""
    done = subprocess.run(site.command(*arguments), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def build(site: Site) -> tuple[int, str]:
    return run(site, "build", "--output", site.output, "--now", "2027-01-01T09:00")


@pytest.fixture
def own(site: Site) -> Site:
    """The small site with an output, its template and a kind of advice of its own."""
    site.only("not_found")
    site.write("outputs/titles.py", shown("here `almanac/outputs/titles.py`"))
    site.write("templates/titles.txt", shown("with the template"))
    site.write("advice/no_fee.py", shown("here `almanac/advice/no_fee.py`"))
    site.event("talk", title="云从哪里来", start="2027-03-10 19:00")
    return site


def test_an_output_and_a_template_beside_the_config_make_files(own: Site) -> None:
    assert build(own)[0] == 0
    assert "2027-03-10 云从哪里来" in own.file("/titles/2027.txt").decode()

    own.edit("content/events/talk.md", "云从哪里来", "雨从哪里来")
    assert build(own)[0] == 0
    assert "2027-03-10 雨从哪里来" in own.file("/titles/2027.txt").decode()

    own.edit("outputs/titles.py", "event.fields.title)", "event.fields.title.upper() + '!')")
    own.edit("templates/titles.txt", "{{ day }}", "{{ day.day }}")
    assert build(own)[0] == 0
    assert "10 雨从哪里来!" in own.file("/titles/2027.txt").decode()

    own.edit("config.yaml", "outputs: {", "outputs: {titles: false, ")
    assert build(own)[0] == 0
    assert not (own.output / "titles").exists()


def test_a_template_and_a_style_beside_the_config_come_before_those_of_the_theme(own: Site) -> None:
    own.write("templates/404.html", "{{ site.title }}：没有这一页")
    own.write("static/style.css", "body { color: navy }")
    assert build(own)[0] == 0
    assert own.file("/404.html").decode() == "小城科普历：没有这一页"
    assert b"navy" in own.file("/static/style.css")


def test_advice_beside_the_config_warns_and_can_be_ignored(own: Site) -> None:
    code, said = run(own, "check", "--now", "2027-01-01T09:00")
    assert code == 0
    assert "talk.md: warning: The fee is missing. [no-fee]" in said
    own.event("talk", title="云从哪里来", start="2027-03-10 19:00", ignore="{no-fee: 还没有定}")
    said = run(own, "check", "--now", "2027-01-01T09:00")[1]
    assert "tour.md: warning: The fee is missing." in said
    assert "talk.md: warning: The fee is missing." not in said


def test_a_module_that_cannot_be_loaded_is_named_with_its_line(own: Site) -> None:
    own.edit("outputs/titles.py", "def pages(", "from almanac import nothing_like_this\n\n\ndef pages(")
    line = (
        own.root.joinpath("outputs/titles.py").read_text(encoding="utf-8").split("from almanac import")[0].count("\n")
    )
    code, said = build(own)
    assert code == 1
    assert f"outputs/titles.py:{line + 1}: error: This module of the site cannot be loaded (ImportError:" in said
    assert "Traceback" not in said
    own.write("outputs/titles.py", "def pages(:\n")
    assert "outputs/titles.py:1: error: This module of the site cannot be loaded (SyntaxError:" in build(own)[1]


def test_modules_in_a_folder_without_a_config_are_not_run(own: Site, tmp_path: Path) -> None:
    own.write("outputs/titles.py", f"open({str(tmp_path / 'run')!r}, 'w').close()\n")
    own.delete("config.yaml")
    assert build(own)[0] == 1
    assert not (tmp_path / "run").exists()


def test_a_verb_uses_the_output_of_the_site(own: Site, tmp_path: Path) -> None:
    own.write("outputs/digest.py", "def pages(:\n")
    code, said = run(own, "digest", "--to", tmp_path / "week.eml")
    assert code == 1
    assert "outputs/digest.py:1: error: This module of the site cannot be loaded" in said


def test_a_warning_that_the_site_no_longer_has_cannot_be_ignored(own: Site) -> None:
    own.event("talk", title="云从哪里来", start="2027-03-10 19:00", ignore="{no-fee: 还没有定}")
    assert build(own)[0] == 0
    own.delete("advice/no_fee.py")
    code, said = build(own)
    assert code == 1
    assert "There is no warning “no-fee”." in said
