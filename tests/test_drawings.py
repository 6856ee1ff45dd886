"""Which drawing an event shows: its own, or one of its theme's that its neighbours in lists do not show."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from sites import Site

CARD = re.compile(
    r'<li class="card .*?<img class="card-picture" src="[^"]*?(/images/[^"]+)".*?/events/([^/"]+)/', re.DOTALL
)


@pytest.fixture
def drawn(site: Site) -> Site:
    """The small site with three drawings of the theme `sky`, and ten talks on it."""
    for path in site.root.glob("content/events/**/*.md"):
        path.unlink()
    for name in ("sky", "sky-2", "sky-3"):
        site.write(f"content/images/themes/{name}.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>')
    for number in range(10):
        talk(site, f"talk-{number}", number + 1)
    site.build()
    return site


def talk(site: Site, name: str, day: int, **keys: str) -> None:
    site.event(name, title=f"第{day}讲", start=f"2027-04-{day:02} 14:00", theme="sky", **keys)


def cards(site: Site) -> dict[str, str]:
    """The drawing of each event on the page of the theme, in its order."""
    return {event: drawing for drawing, event in CARD.findall(site.page("/themes/sky/").partition("<template")[0])}


def test_neighbours_in_a_list_show_different_drawings(drawn: Site) -> None:
    talk(drawn, "own", 20, cover="images/themes/sky-2.svg")
    talk(drawn, "after", 21)
    drawn.build()
    shown = list(cards(drawn).values())
    assert len(shown) == 12
    assert set(shown) == {f"/images/themes/{name}.svg" for name in ("sky", "sky-2", "sky-3")}
    assert all(one != other for one, other in pairwise(shown))


def test_the_page_of_an_event_and_its_shared_link_show_the_drawing_of_its_card(drawn: Site) -> None:
    for event, drawing in cards(drawn).items():
        page = drawn.page(f"/events/{event}/")
        assert re.search(rf'<img class="cover" src="[^"]*{re.escape(drawing)}"', page)
        assert re.search(rf'<meta property="og:image" content="[^"]*{re.escape(drawing)}\.png">', page)


def test_another_title_and_another_event_change_few_drawings(drawn: Site) -> None:
    before = cards(drawn)
    talk(drawn, "talk-4", 5, summary="另一句话")
    drawn.build()
    assert cards(drawn) == before
    talk(drawn, "between", 5)
    drawn.build()
    after = cards(drawn)
    assert sum(after[event] != drawing for event, drawing in before.items()) <= 3
