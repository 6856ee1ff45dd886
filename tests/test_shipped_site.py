"""The content that comes with the engine, built as `make site` builds it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from time import perf_counter

import pytest
from conftest import NOW
from installed import Installed
from sites import REPOSITORY, Site, write_untypeset_config
from test_readers import assert_readers_agree


def test_an_installed_engine_makes_the_same_bytes_whatever_the_hash_seed_and_the_second_build_takes_little(
    shipped: Site, installed: Installed, tmp_path: Path
) -> None:
    city = Site(tmp_path / "city")
    city.root.mkdir()
    write_untypeset_config(city.root)
    (city.root / "content").symlink_to(REPOSITORY / "content")  # and no themes: those of the engine are used
    command: list[str | Path] = [installed.program, "--root", city.root, "build", "--now", NOW.isoformat()]

    def seconds(seed: str) -> float:
        started = perf_counter()
        environment = {**installed.environment, "PYTHONHASHSEED": seed}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        return perf_counter() - started

    first, second = seconds("1"), seconds("2")
    assert second < first / 2
    here, there = shipped.files(), city.files()
    assert [file for file in here.keys() | there.keys() if here.get(file) != there.get(file)] == []


@pytest.mark.parametrize("share", [12, pytest.param(1, marks=pytest.mark.long)])
def test_pages_of_every_kind_are_valid_html(shipped: Site, share: int) -> None:
    pages = sorted(shipped.output.rglob("*.html"))
    # Of many pages of one template a share is read: html-validate takes longer for all of them than the build.
    alike = re.compile(
        "/(share|digest|embed|changes|screen|plan)/"
        "|/(events|organisers|venues|themes|forms|programmes|districts|audiences)/[^/]+/"
    )
    pages = [page for number, page in enumerate(pages) if number % share == 0 or not alike.search(page.as_posix())]
    assert len(pages) > 200
    checked = subprocess.run(
        ["node", "tests/readers/validate.mjs"],
        input="\n".join(map(str, pages)),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert checked.stdout == ""


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
def test_three_readers_agree_on_the_shipped_feeds(shipped: Site, every: int) -> None:
    assert assert_readers_agree(shipped, every) > 400 // every


def test_no_feed_is_too_large(shipped: Site) -> None:
    for path in shipped.output.rglob("*.ics"):
        data = path.read_bytes()
        assert len(data) < 1_000_000
        assert data.count(b"BEGIN:VEVENT") <= 1000


def test_every_event_page_has_structured_data_with_a_place_and_a_picture(shipped: Site) -> None:
    import json

    for path in (shipped.output / "events").glob("*/index.html"):
        page = path.read_text(encoding="utf-8")
        if found := re.search(r'<script type="application/ld\+json">(.*?)</script>', page):
            for event in json.loads(found[1]):
                assert event["location"], path
                assert event["image"], path
                assert event["organizer"], path


def test_every_page_can_be_reached_by_links_and_every_anchor_stands(shipped: Site) -> None:
    pages = {
        f"/{path.relative_to(shipped.output).as_posix().removesuffix('index.html')}": path.read_text(encoding="utf-8")
        for path in shipped.output.rglob("*.html")
    }
    links = {address: set(re.findall(r'href="(/[^"]*|#[^"]+)"', page)) for address, page in pages.items()}
    reached, pending = set(), ["/"]
    while pending:
        address = pending.pop()
        if address not in reached and address in pages:
            reached.add(address)
            pending += [re.split("[#?]", link)[0] or address for link in links[address]]
    # Pages of errors are reached by errors alone, and old addresses only lead on.
    led_on = {address for address, page in pages.items() if 'http-equiv="refresh"' in page}
    assert set(pages) - reached - led_on == {"/404.html", "/offline/"}
    for address, found in links.items():
        for link in found:
            target, _, anchor = link.partition("#")
            if anchor:
                assert f'id="{anchor}"' in pages[target or address], f"{address} links to {link}"
