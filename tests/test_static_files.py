"""Scripts, style sheets and pictures of pages: their names change with their bytes, and what names them follows."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
from networks import network_of
from playwright.sync_api import Browser, expect
from sites import NOW, Site, small_site

from almanac.build.pipeline import build

LOADED = re.compile(r'<(?:link rel="(?:stylesheet|icon)"[^>]* href|script [^>]*src|img src)="/kepu/([^"]+)"')
HASHED = re.compile(r"hashed/(.+)\.[0-9a-f]{16}(\.\w+)")
CLOUDS = "/events/2027-03-20-clouds/"


@pytest.fixture(scope="module")
def themed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site, built, in a theme whose sheets and scripts name each other, in a circle too.

    The last test changes it.
    """
    site = small_site(tmp_path_factory.mktemp("themed") / "site")
    site.edit("config.yaml", "title:", "site_theme: mine\ntitle:")
    files: dict[str, str | bytes] = {
        "style.css": '@import "base.css"; main { background: url("pictures/点.svg") }',
        "base.css": "@import url(style.css); body { background: url(/elsewhere.png), url(unknown.png) }",
        "pictures/点.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
        "own.js": 'import { two } from "./two.js"; import("./three.js"); two();',
        "two.js": 'import "./own.js"; export const two = () => document.body.append("two");',
        "three.js": 'document.body.append("three");',
        "latin.css": b"main:after { content: '\xe4' }",
    }
    for name, content in files.items():
        site.write(f"themes/mine/static/{name}", content)
    site.write(
        "themes/mine/templates/404.html",
        '<link rel="stylesheet" href="{{ "/static/style.css"|hashed|href }}">'
        '<body><script type="module" src="{{ "/static/own.js"|hashed|href }}"></script>',
    )
    site.build()
    return site


def hashed(site: Site, name: str) -> str:
    """The one file of a name in the folder of hashed files."""
    stem, _, ending = name.rpartition(".")
    (found,) = (file for file in site.files() if re.fullmatch(rf"hashed/{stem}\.[0-9a-f]{{16}}\.{ending}", file))
    return found


def test_what_pages_load_is_there_and_has_its_digest_in_its_name(themed: Site) -> None:
    files = themed.files()
    pages = {file: content.decode() for file, content in files.items() if file.endswith(".html")}
    screens = {file for file in pages if file.startswith("screen/")}  # they keep a set of files by their names
    loaded = {one for file in pages.keys() - screens for one in LOADED.findall(pages[file])}
    assert {one for one in loaded if one not in files} == set()
    lasting = {one for one in loaded if not one.startswith("hashed/")}
    assert {one for one in lasting if not one.startswith(("images/", "feeds/", "events/"))} <= {"embed/frame.js"}
    for file in filter(None, map(HASHED.fullmatch, files)):
        other = f"static/{file[1]}{file[2]}"
        assert other in files
        assert len(files[file[0]]) >= len(files[other])
    assert {*themed.build().changed} == set()


def test_a_sheet_and_a_script_name_other_files_by_their_digests(themed: Site) -> None:
    def names(file: str) -> set[str]:
        return {*re.findall(r"[\w./%-]*\.(?:css|js|svg|png)", themed.file(file).decode())}

    style, base = hashed(themed, "style.css"), hashed(themed, "base.css")
    dot = quote(hashed(themed, "pictures/点.svg").removeprefix("hashed/"))
    assert names(style) >= {base.removeprefix("hashed/"), dot}
    assert names(base) == {style.removeprefix("hashed/"), "/elsewhere.png", "unknown.png"}
    two, three = (f"./{hashed(themed, name).removeprefix('hashed/')}" for name in ("two.js", "three.js"))
    assert names(hashed(themed, "own.js")) == {two, three}
    assert 'import "base.css"' in themed.file("/static/style.css").decode(), (
        "what is at the address that stays is as written"
    )
    assert b"\xe4" in themed.file(hashed(themed, "latin.css"))


def test_modules_of_two_addresses_run_once(browser: Browser, themed: Site) -> None:
    with network_of(themed.output, NOW) as network, browser.new_context(viewport={"width": 900, "height": 700}) as seen:
        page = seen.new_page()
        page.goto(network.address("/404.html"))
        expect(page.locator("body")).to_have_text(re.compile("^(twothree|threetwo)$"))
        # A page of an earlier build may get page.js by another address than the scripts that import it.
        page.goto(network.address(CLOUDS))
        page.evaluate("import('/kepu/static/page.js').then(() => undefined)")
        page.click("#event-star")
        expect(page.locator("#event-star")).to_have_attribute("aria-pressed", "true")


def test_a_preview_names_them_by_the_addresses_that_stay(tmp_path: Path) -> None:
    site = Site(tmp_path)
    (tmp_path / "content").mkdir()
    site.write("config.yaml", "title: 小城\nbase_url: https://example.org/kepu/\n")
    options = msgspec.structs.replace(site.options(), preview=True)
    build(options)
    assert not (site.output / "hashed").exists()
    assert 'href="/kepu/static/style.css"' in site.page("/")
    site.write("static/style.css", "main { color: black }")
    report, _ = build(options)
    assert report
    assert {*report.changed} == {"static/style.css", "sw.js"}


def test_a_script_that_cannot_be_made_is_a_problem_of_its_template(site: Site) -> None:
    site.write("templates/scripts/page/menu.js", "{{ nothing_like_this }}")
    assert "templates/scripts/page.js: error: This template is broken" in site.problems()


def test_a_changed_file_has_a_new_name_as_has_each_that_names_it(themed: Site) -> None:
    site = themed
    before = {name: hashed(site, name) for name in ("style.css", "base.css", "own.js", "two.js", "three.js", "my.js")}
    site.write("themes/mine/static/pictures/点.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="1"/>')
    site.write("themes/mine/static/three.js", 'document.body.append("3");')
    changed = {*site.build().changed}
    after = {name: hashed(site, name) for name in before}
    assert {name for name, file in before.items() if file != after[name]} == {
        "style.css", "base.css", "own.js", "two.js", "three.js",
    }  # fmt: skip
    assert not [file for file in before.values() if file not in after.values() and file in site.files()]
    assert after["style.css"] in site.page(CLOUDS)
    assert "static/style.css" not in changed, "the address that stays has the same bytes"
