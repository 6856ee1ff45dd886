"""The content that comes with the engine, built as `make site` builds it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter

import pytest
from playwright.sync_api import Browser, sync_playwright
from sites import REPOSITORY, Site
from test_readers import assert_readers_agree

from almanac.server.http import server
from almanac.server.news import News

NOW = datetime(2026, 11, 24, 9, 0)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PAGES = (
    "/",
    "/events/2026-11-28-longcheng-lecture-battery/",
    "/calendar/2026/12/",
    "/themes/",
    "/themes/new-energy/",
    "/organisers/",
    "/programmes/science-week/",
    "/programmes/science-week/2019/",
    "/districts/liyang/",
    "/audiences/seniors/",
    "/venues/changzhou-museum/",
    "/plan/2019/",
    "/archive/2019/",
    "/subscribe/",
    "/about/",
)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("shipped") / "site"
    root.mkdir()
    for name in ("config.yaml", "content", "themes"):
        (root / name).symlink_to(REPOSITORY / name)
    site = Site(root, NOW)
    site.build()
    return site


def test_the_second_build_takes_less_than_half_of_the_first(shipped: Site) -> None:
    def seconds(*, clean: bool) -> float:
        started = perf_counter()
        report = shipped.build(clean=clean)
        assert clean or report.written == 0
        return perf_counter() - started

    first, second = (min(seconds(clean=clean) for _ in range(3)) for clean in (True, False))
    assert second < first / 2


def test_the_same_bytes_whatever_the_hash_seed(shipped: Site, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        command: list[str | Path] = [
            sys.executable,
            "site.py",
            "--root",
            shipped.root,
            "build",
            "--now",
            NOW.isoformat(),
            "--output",
            tmp_path / seed,
            "--cache",
            tmp_path / f"c{seed}",
        ]
        subprocess.run(command, check=True, cwd=REPOSITORY, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
    one, two = ({path.relative_to(tmp_path / seed): path.read_bytes() for path in (tmp_path / seed).rglob("*") if path.is_file()} for seed in ("1", "2"))
    assert one == two


def test_every_page_is_valid_html(shipped: Site) -> None:
    pages = sorted(shipped.output.rglob("*.html"))
    assert len(pages) > 300
    checked = subprocess.run(
        ["node", "tests/readers/validate.mjs"], input="\n".join(map(str, pages)), cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert checked.stdout == ""


def test_three_readers_agree_on_the_shipped_feeds(shipped: Site) -> None:
    assert assert_readers_agree(shipped) > 400


def test_no_feed_is_too_large(shipped: Site) -> None:
    for path in shipped.output.rglob("*.ics"):
        data = path.read_bytes()
        assert len(data) < 1_000_000
        assert data.count(b"BEGIN:VEVENT") <= 1000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from shutil import which

    found = next(path for name in CHROMIUM if (path := which(name)))
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_open_without_errors_or_sideways_scroll(shipped: Site, browser: Browser, width: int) -> None:
    from threading import Thread

    serving = server(shipped.output, "/", News(), 0)
    Thread(target=serving.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{serving.server_address[1]}"
    try:
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
        page = context.new_page()
        failed: list[str] = []
        page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
        page.on("request", lambda request: failed.append(request.url) if not request.url.startswith(address) else None)
        for path in PAGES:
            page.goto(address + path)
            assert page.locator("h1").count() == 1, path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways at {width}"
        assert not failed
        context.close()
    finally:
        serving.shutdown()
        serving.server_close()


def test_every_event_page_has_structured_data_with_a_place_and_a_picture(shipped: Site) -> None:
    import json

    for path in (shipped.output / "events").glob("*/index.html"):
        page = path.read_text(encoding="utf-8")
        if found := re.search(r'<script type="application/ld\+json">(.*?)</script>', page):
            for event in json.loads(found[1]):
                assert event["location"], path
                assert event["image"], path
                assert event["organizer"], path
