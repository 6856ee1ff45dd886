"""`init`: from an empty folder to a city's site."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from installed import Installed
from sites import NOW, REPOSITORY, Site
from test_import import answering
from test_recipes import IDENTITY, STARTER

from almanac.starter import Answers, districts_of, starter_files

TAMPERE = ("--city", "Tampere", "--base-url", "https://tiede.example.fi/", "--timezone", "Europe/Helsinki")
LANGUAGES = {"zh-CN": ("柳城", "柳城科普历", "示例"), "en": ("Tampere", "Science in Tampere", "sample")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_site_is_sound_and_says_that_its_events_are_samples(
    installed: Installed, tmp_path: Path, language: str
) -> None:
    city, title, sample = LANGUAGES[language]
    asked = ("--city", city, "--language", language, "--districts", "天宁区、North side")
    done = installed.run("init", "city", *asked, "--base-url", "https://kepu.example.org/a/", root=tmp_path)
    assert "Look at it: almanac --root city serve" in done.stderr
    site = Site(tmp_path / "city", NOW)
    assert "Nothing is wrong." in installed.run("check", "--strict", root=site.root).stderr
    installed.run("build", root=site.root)
    assert f"<title>{title}</title>" in site.page("/")
    pages = [page.parent.name for page in (site.output / "events").glob("*/index.html")]
    assert len(pages) == 3
    for page in pages:
        assert date.fromisoformat(page[:10]) >= datetime.now(UTC).date() + timedelta(days=360)
        assert sample in site.page(f"/events/{page}/")
        assert "/districts/tianning/" in site.page(f"/events/{page}/")
        assert "@a.kepu.example.org" in site.feed(f"/events/{page}.ics")
    new = installed.run("new", "Clouds", "--start", "2027-03-20 14:00", root=site.root)
    assert (site.root / new.stdout.strip()).is_file()
    assert installed.run("check", root=site.root).returncode == 0


def test_the_terminal_asks_until_each_answer_is_sound(tmp_path: Path) -> None:
    answers = ["柳城", "liucheng.cn", "https://kepu.liucheng.cn/", "Asia/Liucheng", "", "", "东城区、西城区"]
    done = answering(Site(tmp_path), "".join(f"{answer}\n" for answer in answers), "init", tmp_path, language="zh-CN")
    assert done.returncode == 0, done.stderr
    assert "“liucheng.cn”不是网址。" in done.stderr
    assert "“Asia/Liucheng”不是时区。" in done.stderr
    config = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert "base_url: https://kepu.liucheng.cn/\nlanguage: zh-CN\ntimezone: Asia/Shanghai\n" in config
    assert "districts: {dongcheng: 东城区, xicheng: 西城区}\n" in config


def test_files_that_are_there_stay(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("ours", encoding="utf-8")
    done = installed.run("init", ".", *TAMPERE, root=tmp_path)
    assert "not been changed: README.md." in done.stderr
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "ours"
    again = installed.run("init", ".", *TAMPERE, root=tmp_path, check=False)
    assert (again.returncode, again.stderr) == (2, "There is a site in . already.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--timezone", "Europe/Tampere"), "--city"),
        (("--city", "Tampere", "--timezone", "Europe/Tampere"), "“Europe/Tampere” is not a time zone."),
        (("--city", "Tampere", "--base-url", "tiede.fi"), "“tiede.fi” is not a web address."),
    ],
)
def test_unsound_answers_make_no_site(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    command: list[str | Path] = [sys.executable, REPOSITORY / "site.py", "--lang", "en", "init", tmp_path / "city"]
    done = subprocess.run([*command, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "city").exists()


def test_the_hook_of_a_new_site_uses_the_installed_command(installed: Installed, tmp_path: Path) -> None:
    installed.run("init", ".", *TAMPERE, root=tmp_path)
    environment = {**installed.environment, **IDENTITY, "ALMANAC_LANG": "en"}
    environment["PATH"] = f"{installed.program.parent}:{os.environ['PATH']}"

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["git", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    git("init", "-q")
    git("config", "core.hooksPath", ".githooks")
    git("add", "-A")
    accepted = git("commit", "-m", "first")
    assert accepted.returncode == 0, accepted.stderr
    about = tmp_path / "content/pages/about.md"
    about.write_text("---\ntitel: About\n---\n", encoding="utf-8")
    git("add", "-A")
    refused = git("commit", "-m", "second")
    assert (refused.returncode, "content/pages/about.md:2" in refused.stdout + refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("timezone", "currency"), [("Europe/Helsinki", "EUR"), ("Asia/Shanghai", "CNY"), ("UTC", "CNY")]
)
def test_a_new_site_says_the_terms_of_its_data_and_its_currency(timezone: str, currency: str) -> None:
    files = starter_files(Answers("柳城", timezone=timezone), date(2027, 1, 1))
    config = yaml.safe_load(files["config.yaml"])
    assert config["currency"] == currency
    assert (config["open_data"]["licence"], config["open_data"]["publisher"]) == ("CC BY 4.0", "柳城科普历")


def test_districts_have_keys_that_can_be_typed() -> None:
    assert districts_of("天宁区、新北区, North side；jk=常州经开区,") == {
        "tianning": "天宁区",
        "xinbei": "新北区",
        "north-side": "North side",
        "jk": "常州经开区",
    }


def test_both_languages_start_with_the_same_files_and_the_same_steps() -> None:
    chinese, english = (
        set(starter_files(Answers("柳城", language=language), date(2024, 2, 29))) for language in LANGUAGES
    )
    assert chinese == english
    workflows = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in STARTER.values()]
    for workflow in workflows:
        del workflow["name"], workflow[True]["workflow_dispatch"]["inputs"]["removals"]["description"]
        for job in workflow["jobs"].values():
            job["steps"] = [{key: value for key, value in step.items() if key != "name"} for step in job["steps"]]
    assert workflows[0] == workflows[1]
