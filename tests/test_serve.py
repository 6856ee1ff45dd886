"""The preview of `serve`: it follows every change of editors and of git, and answers this machine alone."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect
from previews import Preview, preview
from sites import Site

from almanac.server.watch import Then, watch

CLOUDS = "content/events/2027/2027-03-20-clouds.md"
PAGE = "events/2027-03-20-clouds/"


def test_a_saved_change_shows_and_the_published_site_is_left_alone(site: Site) -> None:
    with preview(site) as shown:
        assert "云从哪里来" in shown.page(PAGE)
        site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
        shown.await_page(PAGE, "雨从哪里来")
        shown.await_page("themes/sky/", "雨从哪里来")
        assert "/__almanac__/reload.js" in shown.page(PAGE)
        assert not site.output.exists()


def test_the_last_good_site_stays_up_while_something_is_wrong(site: Site) -> None:
    with preview(site) as shown:
        site.edit(CLOUDS, "theme: [sky, water]", "theme: [skies]")
        shown.await_said("is not known among the themes")
        assert "云从哪里来" in shown.page(PAGE)
        site.edit(CLOUDS, "theme: [skies]", "theme: [water]")
        site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
        shown.await_page(PAGE, "雨从哪里来")


def test_a_cache_that_cannot_be_written_is_said_and_the_next_change_tries_again(site: Site) -> None:
    site.write(".almanac", "a file where the cache belongs")
    with preview(site) as shown:
        shown.await_said("This cannot be written")
        site.delete(".almanac")
        site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
        shown.await_page(PAGE, "雨从哪里来")


def test_it_survives_the_ways_editors_and_git_write_files(site: Site) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-C", str(site.root), "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments],
            check=True,
            capture_output=True,
        )

    git("init", "--initial-branch", "main")
    git("add", "content", "config.yaml")
    git("commit", "-m", "one")
    git("checkout", "-b", "other")
    site.edit(CLOUDS, "云从哪里来", "另一个分支的云")
    site.event("only-here", title="只在这个分支")
    git("add", "content")
    git("commit", "-m", "two")
    git("checkout", "main")
    with preview(site) as shown:
        # A burst of saves, as of an editor that replaces all at once.
        for number in range(30):
            site.event(f"burst-{number}", title=f"连珠{number}")
            site.edit(CLOUDS, "updated: 2027-02-20", "updated: 2027-02-20 ")
        shown.await_page("events/burst-29/", "连珠29")
        # An editor's leftovers, a swap by renaming, a file that is gone before it can be read.
        site.write("content/events/.clouds.md.swp", b"\x00\xff")
        site.write("content/events/4913", "vim looks whether it may write here")
        site.write("content/events/notes.md~", "---\ntitle: [\n")
        site.write(
            "content/events/clouds.tmp",
            (site.root / CLOUDS).read_text(encoding="utf-8").replace("云从哪里来", "换了文件的云"),
        )
        (site.root / "content/events/clouds.tmp").replace(site.root / CLOUDS)
        site.write("content/events/blink.md", "---\ntitle: 一闪而过\nstart: 2027-03-09\n---\n")
        site.delete("content/events/blink.md")
        shown.await_page(PAGE, "换了文件的云")
        # Another branch.
        git("checkout", "--", "content")
        git("checkout", "other")
        shown.await_page(PAGE, "另一个分支的云")
        shown.await_page("events/only-here/", "只在这个分支")
        git("checkout", "main")
        shown.await_page(PAGE, "云从哪里来")
        # A folder that is renamed, deleted, and put back; then content/ itself.
        (site.root / "content/events/2027").rename(site.root / "content/events/next-year")
        site.edit("content/events/next-year/2027-03-20-clouds.md", "云从哪里来", "搬了家的云")
        shown.await_page(PAGE, "搬了家的云")
        shutil.copytree(site.root / "content", site.root / "kept")
        shutil.rmtree(site.root / "content")
        shown.await_said("content: error: This folder cannot be read (it does not exist).")
        assert "搬了家的云" in shown.page(PAGE), "a folder that is away for a moment empties no site"
        (site.root / "kept").rename(site.root / "content")
        site.edit("content/events/next-year/2027-03-20-clouds.md", "搬了家的云", "回来的云")
        shown.await_page(PAGE, "回来的云")
        assert shown.process.poll() is None


def test_it_answers_this_machine_alone_and_serves_its_folder_alone(site: Site) -> None:
    site.edit("config.yaml", "title:", "security: {contact: kepu@example.org}\ntitle:")
    with preview(site) as shown:
        assert shown.status("/kepu/.well-known/security.txt") == 200
        assert shown.status("/kepu/") == shown.status("/kepu/", "localhost") == 200
        for host in ("kepu.example.org", "evil.example", "127.0.0.1.evil.example", "["):
            assert shown.status("/kepu/", host) == shown.status("/__almanac__/events", host) == 421
        for path in (
            "/kepu/../config.yaml",
            "/kepu/%2e%2e/%2e%2e/config.yaml",
            "/kepu/..%2f..%2fconfig.yaml",
            "/kepu//etc/passwd",
            "/kepu/%00",
        ):
            assert shown.status(path) in {302, 404}, path
        assert shown.status("/kepu/" + "x" * 300) == 404
        site.event("走进")
        shown.await_page(quote("events/走进/"), "新活动")
        assert shown.status(quote("/kepu/events/走进")) == 302


def test_what_an_editor_leaves_for_itself_starts_no_build(site: Site) -> None:
    saved = site.root / CLOUDS
    bursts: list[set[Path]] = []

    def save() -> None:
        for name in (".clouds.md.swp", "clouds.md~", "clouds.tmp"):
            site.write(f"content/events/{name}", b"x")
            site.delete(f"content/events/{name}")
        site.edit(CLOUDS, "云从哪里来", "雨从哪里来")

    def end(changed: Collection[Path] | None) -> None:
        bursts.append(set(changed or ()))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch([site.root / "content"], [], [], Then(save, end, lambda _: None))
    assert bursts == [{saved}]


def test_ctrl_c_ends_it_cleanly(site: Site) -> None:
    with preview(site) as shown:
        shown.process.send_signal(signal.SIGINT)
        assert shown.process.wait(20) == 0
    assert shown.said[-1].strip() == "Ended."
    assert not any("Traceback" in line for line in shown.said)


AS_IT_WAS = "html[data-as-it-was]"  # gone once the page has been loaded again


def opened(browser: Browser, shown: Preview, path: str) -> Page:
    """A page with a mark that a reload removes. Use locators on it: a reload can lose the answer of `evaluate`."""
    page = browser.new_context(viewport={"width": 800, "height": 500}).new_page()
    page.goto(shown.address + path)
    page.locator("html").evaluate("root => { root.dataset.asItWas = '' }")
    return page


def test_an_open_page_reloads_where_it_was_and_shows_problems_above_it(browser: Browser, site: Site) -> None:
    site.edit(
        CLOUDS,
        "带一双眼睛来就够了。",
        "带一双眼睛来就够了。\n\n" + "\n\n".join(f"再看第{number}段。" for number in range(60)),
    )
    with preview(site, language="zh-CN") as shown:
        page = opened(browser, shown, PAGE)
        read = page.get_by_text("再看第40段。")
        expect(read).not_to_be_in_viewport()
        read.scroll_into_view_if_needed()
        site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
        expect(page.locator("h1")).to_have_text("雨从哪里来")
        expect(page.locator(AS_IT_WAS)).to_have_count(0)
        expect(read).to_be_in_viewport()
        site.edit(CLOUDS, "theme: [sky, water]", "theme: [skies]")
        report = page.get_by_role("alert")
        expect(report).to_contain_text("2027-03-20-clouds.md:6: 错误: 主题里没有“skies”。")
        expect(report).to_contain_text("是不是想写“sky”？")
        expect(page.locator("h1")).to_have_text("雨从哪里来")
        site.edit(CLOUDS, "theme: [skies]", "theme: [sky]")
        expect(report).to_have_count(0)
        page.context.close()


def test_a_style_sheet_is_swapped_without_a_reload(browser: Browser, site: Site) -> None:
    site.edit("config.yaml", "title: 小城科普历", "title: 小城科普历\nsite_theme: mine")
    site.write("themes/mine/static/style.css", "body { background: rgb(1, 2, 3); }")
    with preview(site) as shown:
        page = opened(browser, shown, PAGE)
        expect(page.locator("body")).to_have_css("background-color", "rgb(1, 2, 3)")
        site.write("themes/mine/static/style.css", "body { background: rgb(4, 5, 6); }")
        expect(page.locator("body")).to_have_css("background-color", "rgb(4, 5, 6)")
        expect(page.locator(AS_IT_WAS)).to_have_count(1)
        page.context.close()


def test_a_page_left_open_follows_a_full_stop_and_start(browser: Browser, site: Site) -> None:
    with preview(site) as first:
        page = opened(browser, first, PAGE)
        port = first.port
    site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
    with preview(site, "--port", str(port)):
        expect(page.locator("h1")).to_have_text("雨从哪里来")
    page.context.close()
