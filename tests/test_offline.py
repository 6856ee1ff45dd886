"""Reading without a network: the manifest, what is kept, pages that are never old, and how the worker leaves again."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from networks import Network, network_of
from playwright.sync_api import Browser, Page, expect
from sites import Site, small_site
from timing import PATIENCE

NOW = datetime.fromisoformat("2027-03-01T09:00:00+08:00")
CLOUDS = "/events/2027-03-20-clouds/"
TOUR = "/events/2027-04-03-tour/"
READY = "navigator.serviceWorker.ready.then(({active}) => Boolean(active))"
# Browsers look for a new worker when a page is opened, but at a time of their own; this makes them look now.
UPDATE = """navigator.serviceWorker.getRegistrations().then((all) =>
    Promise.all(all.map((one) => one.update().catch(() => undefined))))"""
KEPT = """async () => {
    const found = {};
    for (const name of await caches.keys()) {
        const keys = await caches.has(name) ? await (await caches.open(name)).keys() : [];
        if (keys.length > 0) found[name] = keys.map(({url}) => new URL(url).pathname);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def readable(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site with many pictures, built. Tests leave it as it is."""
    site = small_site(tmp_path_factory.mktemp("offline") / "site")
    site.edit("config.yaml", "title:", "outputs: {share_pictures: false}\ntitle:")
    for number in range(130):
        site.write(f"content/images/picture-{number}.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    site.build()
    return site


@contextmanager
def visitor(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page of a new visitor whose clock shows the day of the build. Nothing may fail on it but the network."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="zh-CN", **options)
    page = context.new_page()
    page.clock.install(time=NOW)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def settle(page: Page, address: str) -> None:
    """Opens a page, lets it start the worker, and opens it again under the worker."""
    page.goto(address)
    page.wait_for_load_state("load")
    page.clock.run_for(5000)
    assert page.evaluate(READY)
    page.goto(address)
    page.wait_for_load_state("load")


def fill(page: Page, condition: Callable[[dict[str, list[str]]], bool]) -> dict[str, list[str]]:
    """Lets a page under the worker ask for the coming weeks; returns what is kept when the condition holds."""
    page.clock.run_for(5000)
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        page.evaluate(UPDATE)
        kept: dict[str, list[str]] = page.evaluate(KEPT)
        if condition(kept):
            return kept
    raise AssertionError(kept)


def listed(kept: dict[str, list[str]]) -> bool:
    """Whether the list is kept, which comes last."""
    return any("/kepu/offline/pages.json" in paths for paths in kept.values())


def test_the_manifest_and_its_icons(readable: Site) -> None:
    manifest = json.loads(readable.file("/manifest.webmanifest"))
    assert (manifest["name"], manifest["start_url"], manifest["scope"]) == ("小城科普历", "/kepu/", "/kepu/")
    sizes = {}
    for icon in manifest["icons"]:
        data = readable.file(icon["src"].removeprefix("/kepu"))
        if icon["type"] == "image/png":
            assert data.startswith(b"\x89PNG\r\n")
            sizes[icon["src"]] = "x".join(map(str, struct.unpack(">II", data[16:24])))
            assert sizes[icon["src"]] == icon["sizes"]
    assert len(sizes) == 3
    assert '<link rel="manifest" href="/kepu/manifest.webmanifest">' in readable.page("/")


def test_the_list_holds_the_coming_four_weeks_and_follows_their_events(site: Site) -> None:
    def kept() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(site.file("/offline/pages.json"))
        return found

    site.build()
    first = kept()
    assert {"/kepu/", "/kepu/my/", "/kepu/calendar/2027/03/", f"/kepu{CLOUDS}"} <= {*first["pages"]}
    assert f"/kepu{TOUR}" not in first["pages"], "it is five weeks away"
    site.edit("content/events/2027/2027-03-20-clouds.md", "updated: 2027-02-20", "updated: 2027-02-28")
    site.build()
    assert kept()["pages"] == first["pages"]
    assert kept()["version"] != first["version"]
    site.edit("config.yaml", "title:", "outputs: {my: false, months: false}\ntitle:")
    site.build()
    assert not [path for path in kept()["pages"] if path.startswith(("/kepu/my/", "/kepu/calendar/"))]


def test_the_coming_weeks_and_the_starred_events_are_read_without_a_network(browser: Browser, readable: Site) -> None:
    with network_of(readable.output, NOW) as network, visitor(browser) as page:
        page.goto(network.address(TOUR))
        page.click("#event-star")
        page.wait_for_load_state("load")
        assert "/sw.js" not in network.asked, "reading comes first"
        settle(page, network.address(TOUR))
        fill(page, listed)
        network.cut = True
        for path, words in {"/": "小城科普历", CLOUDS: "云从哪里来", "/calendar/2027/03/": "2027年3月"}.items():
            page.goto(network.address(path))
            expect(page.locator("h1")).to_contain_text(words)
        assert page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor") == "rgb(11, 85, 99)"
        page.goto(network.address("/my/"))
        expect(page.locator("#my-cards .card")).to_contain_text("水厂一日游")
        page.goto(network.address("/archive/"))
        expect(page.locator("h1")).to_have_text("没有网络")
        assert page.url == network.address("/archive/"), "loading it again asks for the same page"


def test_three_builds_from_the_first_worker_to_none(browser: Browser, tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    site.build()
    with network_of(site.output, NOW) as network, visitor(browser) as page:
        settle(page, network.address(CLOUDS))
        first = fill(page, listed)
        # The second build: other words, another look. The words are there at once, the former caches go.
        site.edit("content/events/2027/2027-03-20-clouds.md", "云从哪里来", "云到哪里去")
        site.write("themes/own/static/extra.css", "")
        site.edit("config.yaml", "title:", "site_theme: own\ntitle:")
        site.build()
        page.goto(network.address(CLOUDS))
        expect(page.locator("h1")).to_contain_text("云到哪里去")
        fill(page, lambda kept: any(listed({name: paths}) for name, paths in kept.items() if name not in first))
        page.goto(network.address("/"))
        fill(page, lambda kept: listed(kept) and not {*kept} & {*first})
        network.cut = True
        page.goto(network.address(CLOUDS))
        expect(page.locator("h1")).to_contain_text("云到哪里去")
        # The third build: no worker.
        network.cut = False
        site.edit("config.yaml", "title:", "outputs: {offline: false, screens: false}\ntitle:")
        site.build()
        page.goto(network.address(CLOUDS))
        fill(page, lambda kept: kept == {})
        page.goto(network.address("/"))
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0
        page.clock.run_for(5000)
        assert page.evaluate("navigator.serviceWorker.controller") is None
        assert page.evaluate(KEPT) == {}


def test_the_worker_of_screens_leaves_too(browser: Browser, tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    site.build()
    with network_of(site.output, NOW) as network, visitor(browser) as page:
        page.goto(network.address("/screen/"))
        expect(page.locator("html")).to_have_attribute("data-version", re.compile(".+"))
        assert page.evaluate(READY)
        settle(page, network.address("/"))
        fill(page, listed)
        site.edit("config.yaml", "title:", "outputs: {screens: false}\ntitle:")
        site.build()
        page.goto(network.address("/"))
        page.evaluate(UPDATE)
        kept = fill(page, lambda kept: not any("/screen/" in name for name in kept))
        assert listed(kept), "what the site has kept stays"


def test_a_page_that_does_not_come_is_the_one_that_was_kept(browser: Browser, readable: Site, network: Network) -> None:
    with visitor(browser) as page:
        settle(page, network.address(CLOUDS))
        style = next(file for file in readable.files() if file.startswith("hashed/style."))
        network.faults[f"/{style}"] = 404  # the page is one of an earlier build, whose sheet has gone
        page.goto(network.address(CLOUDS))
        assert page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor") == "rgb(11, 85, 99)"
        network.cut = True
        unknown = "fetch('/kepu/hashed/style.0123456789abcdef.css').then((answer) => answer.text())"
        assert page.evaluate(unknown) == readable.file("/static/style.css").decode()
        network.cut = False
        network.faults[CLOUDS] = 502
        page.goto(network.address(CLOUDS))
        expect(page.locator("h1")).to_contain_text("云从哪里来")
        network.faults.clear()
        network.held.clear()
        page.goto(network.address(CLOUDS))
        expect(page.locator("h1")).to_contain_text("云从哪里来")
        network.held.set()
        answer = page.goto(network.address("/nowhere/"))
        assert answer
        assert answer.status == 404


def test_no_data_are_spent_where_they_are_to_be_saved(browser: Browser, network: Network) -> None:
    with visitor(browser) as page:
        page.add_init_script("Object.defineProperty(navigator.connection, 'saveData', {value: true})")
        settle(page, network.address("/"))
        page.clock.run_for(5000)
        page.evaluate("fetch('/kepu/themes/').then((answer) => answer.text())")
        assert "/offline/pages.json" not in network.asked


def test_visited_pages_do_not_pile_up(browser: Browser, network: Network) -> None:
    with visitor(browser) as page:
        settle(page, network.address("/"))
        page.evaluate("""async () => {
            for (let number = 0; number < 130; number += 1) await fetch(`/kepu/images/picture-${number}.svg`);
        }""")

        def are_bounded(kept: dict[str, list[str]]) -> bool:
            return any(" seen " in name and 100 <= len(paths) <= 121 for name, paths in kept.items())

        fill(page, are_bounded)


@pytest.fixture
def network(readable: Site) -> Iterator[Network]:
    with network_of(readable.output, NOW) as found:
        yield found
