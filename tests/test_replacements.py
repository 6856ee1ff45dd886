"""What takes place instead: of an event that is called off, and of one of its dates."""

from __future__ import annotations

import re

import pytest
from sites import Site


def header(site: Site, event: str) -> str:
    """The head of an event's page, without tags in its note."""
    return site.page(f"/events/{event}/").partition("</header>")[2].partition("</header>")[0]


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("检修，改为 /kepu/events/new-talk/", "检修，改为 “星空新讲”"),
        ("检修，见https://example.org/kepu/events/new-talk/。", "检修，见“星空新讲”。"),
        ("检修，[改到周六](/events/new-talk/)", "检修，改到周六"),
        ("检修，改为new-talk", "检修，改为“星空新讲”"),
    ],
)
def test_the_note_of_a_cancelled_event_leads_to_what_replaces_it(site: Site, note: str, words: str) -> None:
    site.event("new-talk", title="星空新讲", start="2026-12-12 14:00")
    site.event("old-talk", title="星空", status="cancelled", status_note=f"'{note}'")
    site.build()
    shown = header(site, "old-talk")
    assert f"</strong> {words}</p>" in shown
    card = shown.partition("改为：")[2]
    assert re.search(r'<a href="/kepu/events/new-talk/">星空新讲</a>.*12月12日', card, re.DOTALL)


def test_a_note_that_names_nothing_stays_as_it_is(site: Site) -> None:
    note = "因 X-ray 检修取消，见 https://example.com/events/other/ 和 /events/gone/"
    site.event("off-talk", title="星空", status="postponed", status_note=note)
    site.event("moved-talk", title="云", status="moved", status_note="改在 off-talk 的会场")
    site.build()
    assert f"</strong> {note}</p>" in header(site, "off-talk")
    assert "改为：" not in header(site, "off-talk")
    assert "</strong> 改在 off-talk 的会场</p>" in header(site, "moved-talk")


def test_a_cancelled_session_names_the_next_one(site: Site) -> None:
    sessions = """
  - {id: a, start: 2026-12-05 09:00, status: cancelled}
  - {id: b, start: 2026-12-12 09:00, status: postponed}
  - {id: c, start: 2026-12-19 09:00}
  - {id: d, start: 2026-12-26 09:00, status: cancelled}"""
    site.event("series", title="四讲", start="null", sessions=sessions)
    site.build()
    dates = re.findall(r'<li class="date.*?</li>', site.page("/events/series/"), re.DOTALL)
    named = [re.findall("下一场：([^<]*)", one) for one in dates]
    assert [bool(one) for one in named] == [True, True, False, False]
    assert all("12月19日" in one[0] for one in named if one)
