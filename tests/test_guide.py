"""The staff guide: its examples pass the check, and its keys, anchors and pictures exist."""

from __future__ import annotations

import re
import shutil
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import NOW
from playwright.sync_api import Browser
from sites import REPOSITORY, Site, write_untypeset_config

from almanac.cli.app import main
from almanac.cli.reports import as_text
from almanac.content.records.event import EventFields

GUIDE = (REPOSITORY / "docs/staff-guide.zh-CN.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^```yaml\n(---\n.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = EXAMPLE.findall(GUIDE)
ENGLISH = EXAMPLE.findall((REPOSITORY / "docs/staff-guide.md").read_text(encoding="utf-8"))


def registries(root: Path) -> Site:
    """A site of the shipped registries, without its events."""
    (root / "content").mkdir(parents=True)
    write_untypeset_config(root)
    for folder in ("organisers", "programmes", "themes", "forms", "venues", "images"):
        shutil.copytree(REPOSITORY / "content" / folder, root / "content" / folder)
    return Site(root, NOW)


@pytest.fixture
def site_of_the_content(tmp_path: Path) -> Site:
    return registries(tmp_path / "site")


def test_every_example_can_be_copied_unchanged(site_of_the_content: Site) -> None:
    site = site_of_the_content
    assert len(EXAMPLES) >= 5
    assert len(ENGLISH) >= 2
    for number, example in enumerate([*EXAMPLES, *ENGLISH]):
        site.write(f"content/events/example-{number}.md", example)
    report, problems = site.try_build()
    assert report is not None, as_text(problems, "zh-CN")
    assert problems == []
    assert "走进人工智能" in site.page("/events/example-0/")


def test_the_report_in_the_guide_is_that_of_a_check(site_of_the_content: Site) -> None:
    site = site_of_the_content
    site.write(
        "content/events/2026/12/2026-12-05-ai-talk.md",
        EXAMPLES[0].replace("[artificial-intelligence]", "[artificial-inteligence]"),
    )
    said = site.problems("zh-CN").splitlines()
    (explained,) = re.findall(r"^```text\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    for line in explained.splitlines():
        assert line.strip() in [one.strip() for one in said]


def test_the_table_of_keys_is_that_of_the_registries() -> None:
    shipped = (REPOSITORY / "docs/codes.zh-CN.md").read_text(encoding="utf-8")
    done = CliRunner().invoke(main, ["--root", str(REPOSITORY), "names"])
    assert done.stdout == shipped, "run make guide"
    assert "| `kexie` | 市科协 |" in shipped
    (levels,) = CliRunner().invoke(main, ["--root", str(REPOSITORY), "names", "level"]).stdout.split("## ")[1:]
    assert levels in shipped


def test_every_key_of_the_guide_exists() -> None:
    keys = {field.name.rstrip("_") for field in fields(EventFields)}
    named = set(re.findall(r"`([a-z_]+):", GUIDE)) | set(re.findall(r"加一行 `([a-z_]+)", GUIDE))
    assert named - keys == set()


def test_every_anchor_and_picture_of_the_guide_exists() -> None:
    headings = {
        re.sub(r"[^\w-]", "", line.lstrip("# ").replace(" ", "-"))
        for line in GUIDE.splitlines()
        if line.startswith("## ")
    }
    for anchor in re.findall(r"\]\(#([^)]+)\)", GUIDE):
        assert anchor in headings
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", GUIDE):
        assert (REPOSITORY / "docs" / picture).stat().st_size > 10_000


@pytest.mark.long
def test_the_pictures_of_the_guide_can_be_taken_again(browser: Browser, shipped: Site, tmp_path: Path) -> None:
    from pictures import PICTURES, take

    taken = take(browser, shipped, tmp_path / "pictures")
    assert sorted(file.name for file in taken) == sorted(file.name for file in PICTURES.glob("*.png"))
    for file in taken:
        assert 20_000 < file.stat().st_size < 400_000
