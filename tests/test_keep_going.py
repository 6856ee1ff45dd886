"""One bad file delays no other event: `build --keep-going`, its exit status, and the page of problems for editors."""

from __future__ import annotations

import re
import subprocess
from html import unescape

from builds import differences
from sites import NOW, Site

from almanac.cli.reports import as_text

TALK = "content/events/2027/2027-03-20-clouds.md"
TAGS = re.compile(r"<[^>]+>")


def built(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = site.command("build", "--now", NOW.isoformat(), *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=False)


def with_page(site: Site) -> Site:
    site.edit("config.yaml", "title:", "outputs: {problems: true}\ntitle:")
    return site


def lines_of(page: str) -> list[str]:
    """The lines of text in the main part of a page."""
    main = page.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return [line.strip() for line in unescape(TAGS.sub("", main)).splitlines() if line.strip()]


def test_the_exit_status_tells_a_site_without_some_files_from_one_that_was_not_published(site: Site) -> None:
    assert built(site, "--keep-going").returncode == 0
    site.edit(TALK, "theme: [sky, water]", "theme: [skies]")
    site.event("new", title="新的讲座")
    stopped = built(site)
    assert (stopped.returncode, "Nothing was published" in stopped.stderr) == (1, True)
    assert not (site.output / "events/new").exists()
    partly = built(site, "--keep-going")
    assert (partly.returncode, "What has errors was not published: 1 to put right." in partly.stderr) == (3, True)
    assert f"{TALK}:6: error: " in partly.stderr
    assert "新的讲座" in site.page("/events/new/")
    site.write("config.yaml", "titel: ?\n")
    assert built(site, "--keep-going").returncode == 1


def test_only_errors_excuse_that_something_published_vanishes(site: Site) -> None:
    site.allow_removals = False
    site.build()
    talk = (site.root / TALK).read_text(encoding="utf-8")
    site.delete(TALK)
    report, problems = site.try_build(keep_going=True)
    assert report is None
    assert "1 published calendar entries would vanish" in as_text(problems, "en")
    assert (site.output / "events/2027-03-20-clouds/index.html").exists()
    site.write(TALK, talk.replace("theme: [sky, water]", "theme: [skies]"))
    report, problems = site.try_build(keep_going=True)
    assert report is not None
    assert "warning: 1 published calendar entries would vanish" in as_text(problems, "en")
    assert not (site.output / "events/2027-03-20-clouds/index.html").exists()


def test_the_page_of_problems_says_what_check_says_in_the_language_of_the_site(site: Site) -> None:
    site.build()
    assert not (site.output / "problems").exists()
    with_page(site).build()
    assert lines_of(site.page("/problems/")) == ["内容里的问题", "没有发现问题。"]
    site.edit(TALK, "theme: [sky, water]", "theme: [skies]")
    site.event("bad", title="<b>讲座</b>", start="2027年3月10日 下午2点")
    site.write("content/events/worse.md", "---\ntitle: 观星\nstatus: 取消\n")
    site.build(keep_going=True)
    page = site.page("/problems/")
    assert '<meta name="robots" content="noindex">' in page
    assert "/problems/" not in site.file("/sitemap.xml").decode() + site.page("/")
    said = site.problems("zh-CN")
    shown: list[str] = []
    for line in lines_of(page)[2:]:
        shown += line.split(" · ") if line.startswith("错误") else [line]
    heads = re.findall(r"^(\S+?):(\d+): (错误): (.*)$", said, re.MULTILINE)
    assert len(heads) == 4
    hints = [line.strip() for line in said.splitlines() if line.startswith("    ") and "│" not in line]
    expected: list[str] = []
    for (path, number, severity, message), hint in zip(heads, hints, strict=True):
        expected += [path] if path not in expected else []
        expected += [severity, f"第 {number} 行", message, hint]
    assert shown == expected


def test_the_page_of_problems_follows_every_edit(site: Site) -> None:
    with_page(site).build()
    site.edit(TALK, "theme: [sky, water]", "theme: [skies]")
    site.build(keep_going=True)
    assert "第 6 行" in site.page("/problems/")
    site.edit(TALK, "---\n", "---\n# 说明\n")
    site.build(keep_going=True)
    assert "第 7 行" in site.page("/problems/")
    site.edit("config.yaml", "title:", "language: en\ntitle:")
    site.build(keep_going=True)
    assert "line 7" in site.page("/problems/")
    assert differences(site, keep_going=True) == []
    site.edit(TALK, "[skies]", "[sky]")
    site.build()
    assert "Nothing is wrong." in site.page("/problems/")
    assert differences(site) == []
