"""Pages of text: a tree with neighbours, other languages, links between files, headings, code, and their search."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser
from serving import serving
from sites import Site


def write_page(site: Site, name: str, title: str, body: str = "正文。", **keys: str | int) -> None:
    lines = "".join(f"{key}: {value}\n" for key, value in {"title": title, "menu": "none", **keys}.items())
    site.write(f"content/pages/{name}.md", f"---\n{lines}---\n{body}\n")


@pytest.fixture
def booklet(site: Site) -> Site:
    """The small site with a page of rules, two pages below it, and one below the first of these."""
    write_page(site, "rules", "办法")
    write_page(site, "money", "经费", parent="rules", order=1)
    write_page(site, "receipts", "票据", parent="money")
    write_page(site, "prizes", "奖励", parent="rules", order=2)
    return site


def contents(page: str) -> list[str]:
    (found,) = re.findall(r'<div class="roomy">(.*?)</div>', page, re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]*)</a>", found)


def neighbours(page: str) -> dict[str, str]:
    return dict(re.findall(r'<a rel="(prev|next)" href="([^"]*)"', page))


def test_pages_with_a_parent_make_a_tree_that_is_read_in_order(booklet: Site) -> None:
    booklet.build()
    rules, money, receipts, prizes = (booklet.page(f"/{name}/") for name in ("rules", "money", "receipts", "prizes"))
    assert contents(rules) == ["经费", "奖励"]
    assert contents(money) == contents(receipts) == ["经费", "票据", "奖励"], "what is below opens on the way"
    assert neighbours(rules) == {"next": "/kepu/money/"}
    assert neighbours(receipts) == {"prev": "/kepu/money/", "next": "/kepu/prizes/"}
    assert neighbours(prizes) == {"prev": "/kepu/receipts/"}
    assert '<a href="/kepu/rules/">办法</a>' in receipts.partition("</nav>")[2]
    assert 'class="contents"' not in booklet.page("/about/"), "a page without parent and children stands alone"


def test_a_new_title_reaches_the_neighbours_and_no_other_page(booklet: Site) -> None:
    booklet.build()
    write_page(booklet, "prizes", "奖金", parent="rules", order=2)
    report = booklet.build()
    assert "奖金" in booklet.page("/receipts/")
    names = ("rules", "money", "receipts", "prizes")
    assert set(report.changed) == {f"{name}/index.html" for name in names}


def test_a_parent_that_is_not_there_and_a_circle_are_problems(booklet: Site) -> None:
    write_page(booklet, "rules", "办法", parent="prizes")
    write_page(booklet, "prizes", "奖励", parent="rules")
    write_page(booklet, "money", "经费", parent="rule")
    said = booklet.problems()
    assert "content/pages/money.md:4: error: There is no page “rule” in this language." in said
    assert "Did you mean “rules”?" in said
    assert "content/pages/rules.md:4: error: The page stands below itself." in said


def test_a_page_in_another_language_has_menus_words_and_address_of_that(booklet: Site) -> None:
    write_page(booklet, "rules.en", "Rules", menu="header")
    write_page(booklet, "money.en", "Money", parent="rules")
    booklet.build()
    english, chinese = booklet.page("/en/money/"), booklet.page("/money/")
    assert '<html lang="en"' in english
    assert 'aria-label="Main menu"' in english
    assert ">Rules</a>" in english
    assert "办法" not in english
    assert '<a lang="zh-CN" hreflang="zh-CN" href="/kepu/money/">中文</a>' in english
    assert '<a lang="en" hreflang="en" href="/kepu/en/money/">English</a>' in chinese
    assert '<link rel="alternate" hreflang="en" href="https://example.org/kepu/en/money/">' in chinese
    assert "Rules" not in chinese
    write_page(booklet, "receipts.en", "Receipts", parent="prizes")
    assert "content/pages/receipts.en.md:4: error: There is no page “prizes” in this language." in booklet.problems()


def test_a_page_can_be_the_first_page(booklet: Site) -> None:
    booklet.build()
    assert "办法" not in booklet.page("/").partition("<main")[2].partition("</main>")[0]
    write_page(booklet, "index", "从这里开始")
    write_page(booklet, "index.en", "Begin here")
    write_page(booklet, "rules.en", "Rules")
    booklet.build()
    assert "<h1>从这里开始</h1>" in booklet.page("/")
    assert "<h1>Begin here</h1>" in booklet.page("/en/")
    assert 'class="brand" href="/kepu/en/"' in booklet.page("/en/rules/")


def test_links_between_files_lead_to_pages(site: Site) -> None:
    write_page(site, "rules", "办法", "[关于](about.md#who) [讲座](../events/2027/2027-03-20-clouds.md) [无](none.md)")
    write_page(site, "more/money", "经费", "[办法](../rules.md) [天](../../themes/sky.md) [外](https://a.example/b.md)")
    site.build()
    rules, money = site.page("/rules/"), site.page("/money/")
    assert 'href="/kepu/about/#who"' in rules
    assert 'href="/kepu/events/2027-03-20-clouds/"' in rules
    assert 'href="none.md"' in rules
    assert 'href="/kepu/rules/"' in money
    assert 'href="/kepu/themes/sky/"' in money
    assert 'href="https://a.example/b.md"' in money


def test_headings_link_to_themselves_and_are_listed(booklet: Site) -> None:
    write_page(booklet, "money", "经费", "## 来源\n\n### 市 & 区\n\n## [外](https://a.example/)\n", parent="rules")
    booklet.build()
    page = booklet.page("/money/")
    assert '<h2 id="来源"><a class="anchor" href="#来源">来源</a></h2>' in page
    assert '<li class="level-3"><a href="#市-区">市 &amp; 区</a></li>' in page
    assert re.search(r'<h2 id="外"><a href="https://a.example/"[^>]*>外</a></h2>', page)


def test_code_is_coloured_by_classes_and_nothing_in_it_becomes_markup(site: Site) -> None:
    block = "```{language}\nkey: [1, '<b>&amp;</b>'] # note\n```\n"
    write_page(site, "rules", "办法", "\n".join(block.format(language=one) for one in ("yaml", "nonsense")))
    site.build()
    page = site.page("/rules/")
    coloured, plain = re.findall(r"<pre.*?</pre>", page, re.DOTALL)
    assert '<span class="nt">key</span>' in coloured
    assert '<span class="c1"># note</span>' in coloured
    assert "style=" not in coloured
    assert "<span" not in plain
    for one in (coloured, plain):
        assert "<b>" not in one
        assert "&amp;amp;" in one


def test_wide_tables_and_code_scroll_by_keyboard_and_titles_of_links_stay_text(site: Site) -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n    code\n\n"
    write_page(site, "rules", "办法", table + '[x](https://a.example/ "<table><img src=x onerror=alert(1)><pre>")\n')
    site.build()
    page = site.page("/rules/")
    assert page.count('<div class="scroll" tabindex="0"><table>') == 1
    assert page.count('<pre tabindex="0">') == 1
    assert "<img src=x" not in page


def test_pages_are_listed_and_searched_only_where_the_config_says_so(booklet: Site, browser: Browser) -> None:
    booklet.build()
    assert not [name for name in booklet.files() if name.startswith("pages/")]
    booklet.edit("config.yaml", "title:", "outputs: {page_search: true}\ntitle:")
    write_page(booklet, "money", "经费", "开头。\n\n## 报销的期限\n\n三十天之内交<b>发票</b>。", parent="rules")
    write_page(booklet, "rules.en", "Rules", "Receipts within thirty days.")
    booklet.base_url = "https://preview.example.org/"
    booklet.build()
    words = {one["title"]: one for one in json.loads(booklet.file("/pages/words.json"))}
    assert words["经费"]["sections"] == [
        {"words": "开头。"},
        {"id": "报销的期限", "heading": "报销的期限", "words": "三十天之内交发票。"},
    ]
    assert [one["title"] for one in json.loads(booklet.file("/en/pages/words.json"))] == ["Rules"]
    assert 'href="/pages/"' in booklet.page("/search/")
    with serving(booklet.output) as address:
        page = browser.new_page()
        page.goto(f"{address}/pages/")
        assert page.locator("main nav a").all_inner_texts().count("票据") == 1
        page.fill("#pages-query", "发票 期限")
        link = page.locator("#pages-found a")
        link.wait_for()
        assert link.inner_text() == "经费 › 报销的期限"
        assert page.locator("#pages-said").inner_text() == "找到 1 处"
        link.click()
        page.wait_for_url("**/money/#*")
        page.go_back()
        page.locator("#pages-found a").wait_for()
        page.fill("#pages-query", "没有的词")
        page.get_by_text("没有找到").wait_for()
        page.close()
