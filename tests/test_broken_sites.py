"""Each folder of `broken/` is copied over the small site; its `report.txt` is the whole report of a build.

A file named `<name>.absent` removes `<name>`. To add a case, add a folder.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from sites import Site

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(folder.name for folder in BROKEN.iterdir())
REPORT, ABSENT = "report.txt", ".absent"


def lay_over(case: Path, site: Site) -> None:
    shutil.copytree(
        case, site.root, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(REPORT, f"*{ABSENT}")
    )
    for marker in case.rglob(f"*{ABSENT}"):
        (site.root / marker.relative_to(case)).with_suffix("").unlink()


@pytest.mark.parametrize("name", CASES)
def test_a_broken_site_is_reported_in_full_and_nothing_is_published(site: Site, name: str) -> None:
    site.build()
    before = site.times()
    lay_over(BROKEN / name, site)
    assert site.problems("zh-CN") == (BROKEN / name / REPORT).read_text(encoding="utf-8")
    assert site.times() == before


@pytest.mark.parametrize("name", CASES)
def test_the_report_has_as_many_lines_in_english(site: Site, name: str) -> None:
    lay_over(BROKEN / name, site)
    english, chinese = site.problems("en"), site.problems("zh-CN")
    assert english.count("\n") == chinese.count("\n")
    assert ": error: " in english


def test_links_out_of_the_content_folder_are_not_followed(site: Site) -> None:
    events = site.root / "content" / "events"
    (events / "secret.md").symlink_to("/etc/passwd")
    (events / "everything").symlink_to("/", target_is_directory=True)
    (events / "dangling.md").symlink_to("nothing.md")
    (site.root / "content" / "images").symlink_to("/usr/share", target_is_directory=True)
    why = (
        "error: This is a link to a folder, to nothing, or out of the content folder.\n"
        "    Put a copy of the file here instead of the link.\n"
    )
    names = ("events/dangling.md", "events/everything", "events/secret.md", "images")
    assert site.problems() == "\n".join(f"content/{name}: {why}" for name in names)


def test_a_report_cannot_steer_a_terminal(site: Site) -> None:
    site.event("bad", status='"\\e[2J\\a"')
    report = site.problems()
    assert "\x1b" not in report
    assert "\x07" not in report
    assert "“�[2J�”" in report


def test_a_file_whose_name_is_not_text_is_reported(site: Site) -> None:
    name = os.fsdecode("年会.md".encode("gbk"))  # as from an archive whose names were taken for UTF-8
    site.write(f"content/events/{name}", "---\ntitle: 年会\nstart: 2027-03-09\n---\n")
    said = site.problems()
    assert "content/events/????.md: error: The name of this file or of its folder is not UTF-8 text." in said
    site.delete(f"content/events/{name}")
    site.build()
