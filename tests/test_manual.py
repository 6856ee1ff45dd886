"""The manual: a site that Almanac builds from docs/. Its links lead somewhere, its pages are valid and can be used."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from playwright.sync_api import Browser
from serving import serving
from sites import REPOSITORY, Site
from test_browser import Scheme, violations, visit

from scripts.make_manual import compose, entries

ADDRESS = "https://almanac.example.org/"
LONGEST_LINE = 120
CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("manual") / "site"
    compose(root)
    site = Site(root)
    site.build()
    return site


class Links(HTMLParser):
    """The links of a page, and the fragments that lead into it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library gives it
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in {"href", "src"} and value:
                self.links.add(value)


def pages(site: Site) -> dict[str, str]:
    return {
        f"/{file.relative_to(site.output).as_posix().removesuffix('index.html')}": file.read_text(encoding="utf-8")
        for file in sorted(site.output.rglob("index.html"))
    }


def test_lines_of_english_prose_have_at_most_120_columns() -> None:
    documents = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    long = [
        f"{document.relative_to(REPOSITORY)}:{number}"
        for document in documents
        if ".zh-CN" not in document.name and document.name != "views.md"  # which a program writes
        for number, line in enumerate(CODE.sub(_blank, document.read_text(encoding="utf-8")).splitlines(), 1)
        if len(line) > LONGEST_LINE and not line.lstrip().startswith("|")
    ]
    assert long == []


def _blank(code: re.Match[str]) -> str:
    return "\n" * code[0].count("\n")


def test_every_link_leads_to_a_page_and_to_a_part_that_is_there(manual: Site) -> None:
    found = {address: Links(page) for address, page in pages(manual).items()}
    lost = []
    for address, page in found.items():
        for link in page.links:
            target = urlsplit(urljoin(ADDRESS + address[1:], link))
            if not urljoin(ADDRESS, target.path).startswith(ADDRESS) or target.netloc != urlsplit(ADDRESS).netloc:
                continue
            path = unquote(target.path)
            if path in found:
                part = unquote(target.fragment)
                lost += [(address, link)] if part and part not in found[path].ids else []
            elif not (manual.output / path[1:]).is_file():
                lost.append((address, link))
    assert lost == []


def test_every_page_of_the_documentation_is_in_the_manual(manual: Site) -> None:
    listed = {one.file for one in entries(yaml.safe_load((REPOSITORY / "manual/contents.yaml").read_text()))}
    files = {
        re.sub(r"(\.zh-CN)?\.md$", "", file.relative_to(REPOSITORY).as_posix())
        for file in [*(REPOSITORY / "docs").rglob("*.md"), *REPOSITORY.glob("*.md")]
    }
    assert files - listed == set()
    words = {
        language: {one["title"] for one in json.loads(manual.file(f"{folder}/pages/words.json"))}
        for language, folder in (("en", ""), ("zh-CN", "/zh-CN"))
    }
    assert {"For editors", "Command line", "Deployment"} <= words["en"]
    assert {"给编辑的手册", "命令行", "部署"} <= words["zh-CN"]


def test_the_parts_of_the_manual_exist_in_both_languages(manual: Site) -> None:
    names = ["", "staff-guide", "editors", "front-matter", "config", "command-line", "feeds", "warnings"]
    for name in [*names, "theming", "deployment", "architecture"]:
        english, chinese = (manual.page(f"{folder}/{name}") for folder in ("", "/zh-CN"))
        assert '<html lang="en"' in english
        assert '<html lang="zh-CN"' in chinese
        assert 'hreflang="zh-CN"' in english
        assert 'hreflang="en"' in chinese


def test_the_reference_is_made_of_the_declarations(manual: Site) -> None:
    def plain(address: str) -> str:
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", manual.page(address))).split())

    assert "parent Parent: The key of the page above this one" in plain("/front-matter/")
    assert "上级页面：上一级页面的代号" in plain("/zh-CN/front-matter/")
    assert "signup_days" in plain("/config/")
    assert "--keep-going Leaves out files with errors" in plain("/command-line/")
    assert "--keep-going" in plain("/zh-CN/command-line/")
    assert "/feeds/districts/<key>/themes/<key>.ics" in plain("/feeds/")
    assert "venue-clash" in plain("/zh-CN/warnings/")


def test_the_examples_of_the_page_on_themes_and_of_that_for_editors_work(site: Site) -> None:
    def shown(page: str, language: str) -> str:
        text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
        (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        return str(found)

    for page in ("theming.md", "theming.zh-CN.md"):
        site.write("themes/mine/templates/text.html", shown(page, "jinja"))
        site.write("themes/mine/static/style.css", shown(page, "css"))
    site.write("themes/mine/static/base.css", (REPOSITORY / "themes/default/static/style.css").read_bytes())
    site.edit("config.yaml", "title:", "site_theme: mine\ntitle:")
    site.write("content/pages/english.md", shown("editors.md", "yaml"))
    site.write("content/pages/chinese.md", shown("editors.zh-CN.md", "yaml"))
    site.build()
    assert '<h1>About this site</h1>\n<div class="prose"><p>The body in Markdown.</p></div>' in site.page("/english/")
    assert "<h1>关于本站</h1>" in site.page("/chinese/")
    assert site.file("/static/style.css").startswith(b'@import url("base.css");')
    assert b".prose" in site.file("/static/base.css")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_manual_is_read_on_a_phone_and_on_a_desk(
    manual: Site, browser: Browser, width: int, scheme: Scheme
) -> None:
    with serving(manual.output) as address, visit(browser, width=width, scheme=scheme) as page:
        for name in ("/", "/zh-CN/staff-guide/", "/config/", "/theming/", "/pages/"):
            page.goto(f"{address}{name}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            assert violations(page) == [], name
        page.goto(f"{address}/editors/")
        if width == 390:
            page.locator(".contents summary").click()
        page.locator(".contents a:visible", has_text="Deployment").or_(
            page.locator(".contents a:visible", has_text="Publishing")
        ).first.click()
        page.wait_for_url("**/publishing/")
        page.locator("a[rel=next]").click()
        page.wait_for_url("**/deployment/")
        page.locator(".languages a").click()
        page.wait_for_url("**/zh-CN/deployment/")
        page.locator(".tools a.tool").click()
        page.wait_for_url("**/zh-CN/pages/")
        page.fill("#pages-query", "uid_host 搬家")
        page.locator("#pages-found a").first.click()
        page.wait_for_url("**/zh-CN/deployment/#*")
