"""Bodies become the HTML that Python-Markdown makes of them, with headings from h2 down."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions.toc import slugify_unicode

from almanac.content import markdown

PIECES = [
    *"甲a *_`[]()!<>&;:#-=|\\\n^.1/~+\t\r\x02\x03",
    *(
        "    ",
        "  \n",
        "\n\n",
        "\n# 题\n",
        "\n## a *b*\n",
        "\n### `c`[^1]\n",
        "===\n",
        "---\n",
        "- ",
        "1. ",
        "> ",
        "```\n",
        "~~~\n",
        "**",
        "__",
    ),
    *(
        "[^1]",
        "[^1]: ",
        "[a]: /b\n",
        '[a](b "t")',
        "![a](b)",
        "<http://a.b>",
        "<a@b.c>",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        '<h2 id="a">',
        "<!--",
        "-->",
    ),
    *("&amp;", "&#38;", "&#1", "| a | b |\n|---|---|\n", "a\n: b\n"),
]


def plain(html: str) -> str:
    """HTML without the levels of headings, which are ours."""
    return re.sub(r"(?<=<)(/?)h[1-6]", r"\1h", html)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("![a](b)\n# h\na&#1. ")
@example('_\n\n<h2 id="a">q</h2>[^1]</b>!&#38;[a](b "t")')
def test_a_body_becomes_the_same_html_as_with_the_whole_library(body: str) -> None:
    library = Markdown(
        extensions=["tables", "fenced_code", "footnotes", "def_list", "sane_lists", "toc", markdown.JoinedLines()],
        extension_configs={"toc": {"slugify": slugify_unicode, "marker": ""}, "footnotes": {"BACKLINK_TITLE": ""}},
        output_format="html",
    )
    library.treeprocessors.deregister("prettify")
    assert plain(markdown.make_library().convert(body)) == plain(library.convert(body))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("# 甲", "h2"),
        ("### 甲\n## 乙\n#### 丙", "h2 h2 h3"),
        ("# 甲\n#### 乙\n## 丙\n#### 丁", "h2 h3 h3 h4"),
        ("# 甲\n## 乙\n# 丙\n## 乙", "h2 h3 h2 h3"),
    ],
)
def test_headings_begin_at_the_second_level_and_skip_none(written: str, shown: str) -> None:
    (html,) = markdown.to_html([written], "/kepu/")
    assert " ".join(re.findall(r"<(h\d)", html)) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("今天，\n出去。\n2026\n年", "今天，出去。\n2026\n年"),
        ("one\ntwo 甲**乙\n丙**\n丁", "one\ntwo 甲<strong>乙丙</strong>丁"),
        ("- 甲\n乙", "甲乙"),
        ("```\n甲\n乙\n```", "甲\n乙"),
    ],
)
def test_no_space_stands_where_a_line_of_chinese_wraps(written: str, shown: str) -> None:
    (html,) = markdown.to_html([written], "/kepu/")
    assert shown in html


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), max_size=4))
def test_no_body_leaves_anything_for_the_next(bodies: list[str]) -> None:
    one_by_one = [html for body in bodies for html in markdown.to_html([body], "/")]
    assert markdown.to_html(bodies, "/") == one_by_one
