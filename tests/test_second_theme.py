"""The theme `noticeboard`: a village's site on one sheet in large type, made of the same views."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect
from serving import serving
from sites import Site
from test_browser import violations, visit

OFF = (
    *("audiences", "districts", "forms", "organisers", "programmes", "themes", "venues"),
    *("archive", "data", "months", "my", "plans", "subscribe"),
)
NOW = "2027-03-01T09:00:00+08:00"


@pytest.fixture
def board(site: Site) -> Iterator[str]:
    """The address of the small site on a notice board, without the outputs that it does not need."""
    off = f"{{{', '.join(f'{name}: false' for name in OFF)}}}"
    site.edit("config.yaml", "title:", f"site_theme: noticeboard\noutputs: {off}\ntitle:")
    site.event("ploughing", title="春耕技术讲座", start="2027-03-03 14:00", signup="{phone: 0519-86619627}")
    site.event("harvest", title="秋收防火", start="2027-09-20 09:00")
    replace(site, base_url="https://kepu.example/").build()
    with serving(site.output) as address:
        yield address


@pytest.mark.parametrize("width", [320, 1280])
def test_everything_is_on_one_sheet_in_large_type(board: str, browser: Browser, width: int) -> None:
    with visit(browser, width=width, now=NOW) as page:
        page.goto(f"{board}/")
        expect(page.get_by_role("link", name="春耕技术讲座")).to_be_visible()
        assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.card .name')).fontSize)") >= 24
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator("header nav").count() == 0
        assert violations(page) == []


def test_months_later_the_sheet_shows_what_is_ahead_then(board: str, browser: Browser) -> None:
    with visit(browser, now="2027-09-10T09:00:00+08:00") as page:
        page.goto(f"{board}/")
        expect(page.get_by_role("link", name="秋收防火")).to_be_visible()
        expect(page.get_by_role("link", name="春耕技术讲座")).to_be_hidden()


def test_an_event_leads_back_to_the_sheet_and_says_whom_to_call(board: str, browser: Browser) -> None:
    with visit(browser, width=390, now=NOW) as page:
        page.goto(f"{board}/events/ploughing/")
        expect(page.get_by_role("link", name="电话报名")).to_have_attribute("href", "tel:0519-86619627")
        assert violations(page) == []
        page.get_by_role("link", name="小城科普历").first.click()
        expect(page).to_have_url(f"{board}/")
