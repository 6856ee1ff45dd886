"""Big screens: what they show at a moment, and how they live through a week with a cut network and a new build."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from conftest import FLAGS, chromium_program
from networks import Network, network_of
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sites import Site, small_site
from test_browser import violations
from timing import PATIENCE

from almanac.outputs import screens

ZONE = "Asia/Shanghai"
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630"><rect width="1200" height="630" fill="{}"/></svg>'
)
MONDAY = "2027-03-01"
THEMES = """editions:
  - {year: 2027, months: [{month: 3, title: 看懂天气 珍惜水, theme: [sky],
     days: [{name: 全国爱耳日, start: 2027-03-03}, {name: 世界水日, start: 2027-03-22}]}]}
  - {year: 2028, name: 科普宣传周, start: 2028-05-20, end: 2028-05-27}
---
"""
ONCE = {  # events that happen once: their title with their beginning and end
    "望远镜怎样看见过去": ("2027-03-01 10:00", "2027-03-01 11:00"),
    "夜里的河": ("2027-03-01 19:00", "2027-03-01 20:30"),
    "显微镜下的春天": ("2027-03-04 14:00", "2027-03-04 16:00"),
    "一滴水的账": ("2027-03-07 09:00", "2027-03-07 11:00"),
}
WHATEVER = re.compile(".+")
BAD_WORDS = ("undefined", "NaN", "Invalid", "null", "{", "Error")
WORKER_IS_READY = "navigator.serviceWorker.ready.then(({active}) => Boolean(active))"


def at(moment: str) -> datetime:
    """A moment of the site's zone."""
    return datetime.fromisoformat(f"{moment}+08:00")


def programme_of_screens(root: Path) -> Site:
    """The small site with drawings, the themes of months, a campaign, and a week of events: none on Tuesday."""
    site = small_site(root)
    for theme, colour in {"sky": "#acd", "water": "#adc"}.items():
        site.write(f"content/images/themes/{theme}.svg", DRAWING.format(colour))
    site.write("content/programmes/months.md", f"---\nname: 一月一主题\n{THEMES}每月一题。\n")
    for number, (title, (start, end)) in enumerate(ONCE.items()):
        site.event(f"once-{number}", title=title, start=start, end=end, venue="library", fee="免费")
    site.event("called-off", title="改期的讲座", start=f"{MONDAY} 16:00", end=f"{MONDAY} 17:00", status="cancelled")
    site.event("show", title="水的展览", start="2027-03-03 09:00", end="2027-03-03 17:00", theme="water",
               repeat="FREQ=DAILY;UNTIL=20270307")  # fmt: skip
    return site


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site with screens, built on Monday morning. Tests leave it as it is."""
    site = programme_of_screens(tmp_path_factory.mktemp("screens") / "site")
    site.build()
    return site


@pytest.fixture(scope="module")
def network(screened: Site) -> Iterator[Network]:
    with network_of(screened.output, at(f"{MONDAY} 09:00")) as found:
        yield found


def data_of(site: Site, stem: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(site.file(f"/screen/{stem}data.json"))
    return found


class Screen:
    """A screen in a browser whose clock stands still except when told to go."""

    def __init__(self, context: BrowserContext, network: Network, path: str = "/screen/") -> None:
        self.page, self.network, self.path = context.new_page(), network, path
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.now = datetime.now().astimezone()

    def start(self, moment: str, device: str | None = None, attempts: int = 1) -> None:
        """Opens the screen at a moment; the clock of the device may be wrong. Returns when its set is kept.

        `attempts`: how often the screen has to look for it.
        """
        self.now = self.network.now = at(moment)
        self.page.clock.install(time=at(device or moment) - timedelta(seconds=1))
        self.page.clock.pause_at(at(device or moment))
        self.page.goto(self.network.address(self.path))
        for _ in range(attempts - 1):
            expect(self.page.locator("html")).to_have_attribute("data-look", "failed")
            self.page.clock.run_for(20_000)
        expect(self.page.locator("html")).to_have_attribute("data-kept", WHATEVER)
        self.page.clock.run_for(1000)
        expect(self.page.locator("html")).to_have_attribute("data-slide", WHATEVER)

    def go(self, **time: int) -> None:
        """Lets time pass; each timer that is due runs once, and then the time of some ticks."""
        self.now += timedelta(**time)
        self.network.now = self.now
        self.page.clock.fast_forward(int(timedelta(**time).total_seconds() * 1000))

    def go_to(self, moment: str) -> None:
        self.go(seconds=int((at(moment) - self.now).total_seconds()) - 6)
        self.page.clock.run_for(6000)
        self.now = at(moment)

    @property
    def text(self) -> str:
        """The text of the slide that is shown."""
        return self.page.locator("#screen-stage > :last-child").inner_text()

    @property
    def kind(self) -> str:
        """The classes of the slide that is shown."""
        return self.page.locator("#screen-stage > :last-child").get_attribute("class") or ""

    @property
    def version(self) -> str | None:
        return self.page.locator("html").get_attribute("data-version")

    def cycle(self) -> str:
        """The texts of all slides, one after the other, within the next minutes."""
        texts, first = [], None
        while (key := self.page.locator("html").get_attribute("data-slide")) != first:
            first = first or key
            texts.append(self.text)
            before = key
            while self.page.locator("html").get_attribute("data-slide") == before and len(texts) < 30:
                self.page.clock.run_for(3000)
                self.now += timedelta(seconds=3)
        return "\n".join(texts)

    def look(self) -> str:
        """The visible text, which is never empty nor a mistake."""
        text = self.text
        assert len(text.strip()) > 5, (self.now, text)
        assert not [word for word in BAD_WORDS if word in text], (self.now, text)
        for title, (_, end) in ONCE.items():
            assert title not in text or self.now < at(end) + timedelta(seconds=60), (self.now, text)
        assert self.faults == []
        return text


@contextmanager
def screen(browser: Browser, network: Network, path: str = "/screen/", **options: Any) -> Iterator[Screen]:
    """A screen in a context of its own."""
    size = options.pop("viewport", {"width": 1920, "height": 1080})
    context = browser.new_context(viewport=size, timezone_id=ZONE, locale="zh-CN", reduced_motion="reduce", **options)
    network.cut = False
    network.faults.clear()
    network.asked.clear()
    shown = Screen(context, network, path)
    yield shown
    assert shown.faults == []
    context.close()


def collect_garbage(page: Page) -> tuple[int, int]:
    """The bytes of JavaScript and the number of nodes that the page holds when all that can go has gone."""
    devtools = page.context.new_cdp_session(page)
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    used = int(devtools.send("Runtime.getHeapUsage")["usedSize"])
    nodes = int(devtools.send("Memory.getDOMCounters")["nodes"])
    devtools.detach()
    return used, nodes


def test_the_data_hold_what_a_screen_needs_and_nothing_leads_astray(screened: Site) -> None:
    data = data_of(screened)
    titles = [event["title"] for event in data["events"]]
    assert len(titles) == len(set(titles)), "an event with many dates is one event"
    club = next(event for event in data["events"] if event["title"] == "周六观测俱乐部")
    assert (club["repeats"], len(club["dates"])) == ("weekly", 9)
    assert data["built"] == f"{MONDAY}T00:00:00+08:00"
    for address in (*data["shell"], *data["assets"]):
        path = address.removeprefix("/kepu/")
        file = screened.output / path
        assert address.startswith("/kepu/")
        assert (file / "index.html" if path.endswith("/") else file).is_file(), address
    assert [event["title"] for event in data_of(screened, "themes/water/")["events"]] != titles
    page = screened.page("/screen/venues/library/")
    assert '<meta name="robots" content="noindex">' in page
    assert "/screen/" not in screened.file("/sitemap.xml").decode()
    assert 'href="/kepu/screen/venues/library/"' in screened.page("/venues/library/")


def test_a_demonstration_says_so_on_its_screens_and_lives_without_codes_of_events(site: Site) -> None:
    site.edit("config.yaml", "title:", "mostly_samples: true\noutputs: {event_codes: false}\ntitle:")
    site.build()
    assert "请勿前往" in site.page("/screen/")
    assert {event.get("code") for event in data_of(site)["events"]} == {None}
    assert data_of(site)["code"] == "/kepu/screen/codes/home.svg"


def test_a_screen_of_a_large_site_knows_fewer_days_and_all_of_them(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "MOST_DATES", 4)
    site.build()
    data = data_of(site)
    begins = sorted(date[0] for event in data["events"] for date in event["dates"])
    assert data["until"] == "2027-03-22"
    assert begins[-1] < data["until"]
    assert len(begins) == 4


def test_a_change_wakes_only_the_screens_that_show_it(site: Site) -> None:
    site.build()
    versions = {stem: data_of(site, stem)["version"] for stem in ("", "themes/sky/", "districts/west/")}
    site.edit("content/events/2027/2027-03-22-exhibition.md", "五天", "五整天")
    report = site.build()
    assert not [file for file in report.changed if file.startswith("screen/")], "no screen shows the text"
    site.edit("content/events/2027/2027-03-22-exhibition.md", "世界水日图片展", "水日图片展")
    site.build()
    changed = {stem for stem, version in versions.items() if data_of(site, stem)["version"] != version}
    assert changed == {"", "districts/west/"}


def test_a_screen_tells_what_is_on_next_and_over(browser: Browser, network: Network) -> None:
    with screen(browser, network) as shown:
        shown.start(f"{MONDAY} 09:20")
        assert "40分钟后开始" in shown.text
        assert "望远镜怎样看见过去" in shown.text
        shown.go_to(f"{MONDAY} 10:30")
        told = shown.cycle()
        assert "正在进行" in told
        assert "进行到 11:00" in told
        assert "夜里的河" in told
        expect(shown.page.locator("#screen-time")).to_have_text(re.compile("^10:3"))
        shown.go_to(f"{MONDAY} 10:59")
        assert "望远镜怎样看见过去" in shown.cycle()
        shown.go_to(f"{MONDAY} 11:01")
        assert "望远镜怎样看见过去" not in shown.cycle()


@pytest.mark.parametrize("second", [0, 15])
def test_what_is_over_goes_within_a_minute_from_the_slide_that_is_shown(
    browser: Browser, network: Network, second: int
) -> None:
    with screen(browser, network) as shown:
        shown.start(f"{MONDAY} 10:50")
        assert "望远镜怎样看见过去" in shown.text
        shown.go_to(f"{MONDAY} 10:59:{30 + second}")
        while "望远镜怎样看见过去" not in shown.text:
            shown.page.clock.run_for(1000)
            shown.now += timedelta(seconds=1)
            assert shown.now < at(f"{MONDAY} 11:00")
        passed = (at(f"{MONDAY} 11:00") - shown.now).total_seconds()
        shown.page.clock.run_for(int(passed + 8) * 1000)
        assert "望远镜怎样看见过去" not in shown.text


def test_what_is_called_off_is_struck_through_until_it_is_past(browser: Browser, network: Network) -> None:
    with screen(browser, network) as shown:
        shown.start(f"{MONDAY} 15:30")
        while "改期的讲座" not in shown.text:
            shown.page.clock.run_for(3000)
        row = shown.page.locator("#screen-stage > :last-child .off")
        expect(row).to_contain_text("已取消")
        assert "line-through" in row.locator(".row-title").evaluate("row => getComputedStyle(row).textDecoration")
        shown.go_to(f"{MONDAY} 17:01")
        assert "改期的讲座" not in shown.cycle()


def test_a_day_without_events_is_told_kindly(browser: Browser, network: Network) -> None:
    with screen(browser, network) as shown:
        shown.start("2027-03-02 10:00")
        told = shown.cycle()
        assert "今天没有活动" in told
        assert "看懂天气 珍惜水" in told
        assert "距全国爱耳日还有1天" in told
        assert "下一场：显微镜下的春天" in told
        assert "距科普宣传周开幕还有" in told
        shown.go_to("2027-03-12 10:00")
        told = shown.cycle()
        assert "今天没有活动" in told
        assert "信息截至3月1日" in shown.page.inner_text("#screen-note")
        shown.go_to("2027-12-12 10:00")
        assert "今天没有活动" not in shown.cycle(), "nothing is known of that day"


def test_repeats_do_not_drown_what_happens_once(browser: Browser, tmp_path: Path) -> None:
    site = programme_of_screens(tmp_path / "site")
    for number in range(20):
        site.event(f"daily-{number}", title=f"每天的展项{number}", start=f"{MONDAY} 08:{number + 10}",
                   end=f"{MONDAY} 18:00", repeat="FREQ=DAILY;UNTIL=20270401")  # fmt: skip
    site.build()
    with network_of(site.output, at(f"{MONDAY} 09:00")) as network, screen(browser, network) as shown:
        shown.start(f"{MONDAY} 09:00")
        told = shown.cycle()
        for title in (*list(ONCE)[:3], "改期的讲座"):
            assert title in told
        assert told.count("每天的展项3\n") <= 2, "once today, once this week"
        assert "项，扫码查看" in told
        assert told.index("改期的讲座") < told.index("每天的展项")


def test_a_wrong_clock_is_put_right_by_the_server(browser: Browser, network: Network) -> None:
    with screen(browser, network) as shown:
        shown.start(f"{MONDAY} 10:30", device="2019-03-01 10:30")
        expect(shown.page.locator("#screen-day")).to_have_text("3月1日周一")
        assert "正在进行" in shown.cycle()
    with screen(browser, network) as shown:  # a server whose own clock is wrong changes nothing
        shown.start("2001-01-01 00:00", device=f"{MONDAY} 10:30")
        expect(shown.page.locator("#screen-time")).to_have_text("10:30")


def test_a_wrong_clock_without_a_network_is_told_and_nothing_is_called_now(browser: Browser, network: Network) -> None:
    with screen(browser, network) as shown:
        shown.start(f"{MONDAY} 10:30")
        assert shown.page.evaluate(WORKER_IS_READY)
        network.cut = True
        again = Screen(shown.page.context, network)
        again.start(f"{MONDAY} 10:40", device="2019-05-05 10:00")
        expect(again.page.locator("html")).to_have_attribute("data-slide", re.compile("^ahead"))
        expect(again.page.locator("#screen-note")).to_have_text("本机时钟不准，请工作人员校准")
        expect(again.page.locator("#screen-time")).to_have_text("")
        assert "望远镜怎样看见过去" in again.text
        assert not re.search("今天|正在进行|后开始", again.text)
        assert again.faults == []


def persistent(browser: Browser, folder: Path) -> BrowserContext:
    """A browser that keeps what it has on disk."""
    return browser.browser_type.launch_persistent_context(
        folder, executable_path=chromium_program(), args=FLAGS, timezone_id=ZONE, locale="zh-CN",
        reduced_motion="reduce", viewport={"width": 1920, "height": 1080},
    )  # fmt: skip


def live_until(shown: Screen, moment: str, **step: int) -> None:
    """Lets time pass in steps, and looks at the screen after each."""
    while shown.now < at(moment):
        shown.go(**(step or {"minutes": 45}))
        shown.look()


def test_a_week_with_a_cut_network_a_restart_and_a_new_build(browser: Browser, tmp_path: Path) -> None:
    site = programme_of_screens(tmp_path / "site")
    site.build()
    with network_of(site.output, at(f"{MONDAY} 07:55")) as network:
        context = persistent(browser, tmp_path / "browser")
        shown = Screen(context, network)
        shown.start(f"{MONDAY} 07:55")
        assert shown.page.evaluate(WORKER_IS_READY)
        first = shown.version
        network.cut = True
        live_until(shown, f"{MONDAY} 12:00")
        context.close()
        context = persistent(browser, tmp_path / "browser")  # started again without a network
        shown = Screen(context, network)
        shown.start(f"{MONDAY} 12:05")
        assert shown.version == first
        shown.page.evaluate("globalThis.sameAsBefore = true")
        live_until(shown, f"{MONDAY} 16:00")
        used, nodes = collect_garbage(shown.page)
        live_until(shown, "2027-03-04 12:00")
        assert "显微镜下的春天" in shown.cycle()
        _bring_a_new_build(site, network, shown)
        live_until(shown, "2027-03-08 16:00")
        later = collect_garbage(shown.page)
        assert later[0] < used * 1.1 + 200_000, (used, later)
        assert later[1] < nodes * 1.2 + 100, (nodes, later)
        assert shown.page.evaluate("globalThis.sameAsBefore"), "the screen never navigates"
        assert "今天没有活动" in shown.cycle()
        context.close()


def _bring_a_new_build(site: Site, network: Network, shown: Screen) -> None:
    """The network comes back with a new build, of which a file cannot be had at first: the set before then stays."""
    first = shown.version
    site.event("new", title="新来的讲座", start="2027-03-05 14:00", end="2027-03-05 15:00", venue="library")
    site.now = datetime(2027, 3, 4, 11, 0)
    site.build()
    network.faults["/events/new/code.svg"] = 500
    network.asked.clear()
    network.cut = False
    live_until(shown, "2027-03-04 12:20", minutes=4)
    deadline = monotonic() + PATIENCE
    while "/events/new/code.svg" not in network.asked:
        shown.go(minutes=2)
        shown.look()
        assert monotonic() < deadline
    expect(shown.page.locator("html")).to_have_attribute("data-look", "failed")
    assert shown.version == first
    network.faults.clear()
    while shown.version == first:
        shown.go(minutes=2)
        assert monotonic() < deadline
    assert shown.version == data_of(site)["version"]
    assert "新来的讲座" in shown.cycle()
    kept = shown.page.evaluate("caches.keys()")
    assert [name for name in kept if str(first) in name] == [], "the set before is removed"


def test_a_file_that_is_gone_does_not_hold_up_the_others(browser: Browser, network: Network) -> None:
    with screen(browser, network) as shown:
        network.faults["/images/themes/sky.svg"] = 404
        shown.start(f"{MONDAY} 09:20", attempts=2)
        while "望远镜怎样看见过去" not in shown.text or "list" in shown.kind:
            shown.page.clock.run_for(3000)
        expect(shown.page.locator("#screen-stage > :last-child .slide-picture")).to_have_count(0)


def test_a_full_disk_or_a_broken_file_keeps_nobody_from_the_first_data(browser: Browser, network: Network) -> None:
    full = """Cache.prototype.put = () => Promise.reject(new DOMException("full", "QuotaExceededError"));"""
    with screen(browser, network) as shown:
        shown.page.add_init_script(full)
        shown.start(f"{MONDAY} 09:20")
        network.cut = True
        shown.go_to(f"{MONDAY} 10:30")
        assert "正在进行" in shown.cycle()
    with screen(browser, network) as shown:
        network.faults["/images/themes/sky.svg"] = 500
        shown.page.clock.install(time=at(f"{MONDAY} 09:20"))
        shown.page.goto(network.address("/screen/index.html"))
        expect(shown.page.locator("html")).to_have_attribute("data-slide", WHATEVER)
        expect(shown.page.locator("html")).to_have_attribute("data-look", "failed")


def test_a_screen_without_worker_and_caches_lives_in_memory(browser: Browser, network: Network) -> None:
    without = (
        "delete globalThis.caches; Object.defineProperty(Navigator.prototype, 'serviceWorker', {value: undefined})"
    )
    with screen(browser, network) as shown:
        shown.page.add_init_script(without)
        shown.start(f"{MONDAY} 09:20")
        network.cut = True
        shown.go_to(f"{MONDAY} 10:30")
        assert "正在进行" in shown.cycle()
        network.cut = False
        network.faults["/screen/data.json"] = 500
        shown.page.reload()
        expect(shown.page.locator("html")).to_have_attribute("data-slide", WHATEVER)
        network.faults.clear()


def test_the_display_stays_on(browser: Browser, network: Network) -> None:
    fake = """globalThis.locks = [];
        Object.defineProperty(navigator, "wakeLock", {value: {request: async () => {
            const lock = {released: false}; globalThis.locks.push(lock); return lock; }}});"""
    with screen(browser, network) as shown:
        shown.page.add_init_script(fake)
        shown.start(f"{MONDAY} 09:20")
        assert shown.page.evaluate("locks.length") == 1
        release = "locks.at(-1).released = true; document.dispatchEvent(new Event('visibilitychange')); locks.length"
        assert shown.page.evaluate(release) == 2
        shown.page.evaluate("locks.at(-1).released = true")
        shown.page.clock.run_for(61_000)
        assert shown.page.evaluate("locks.length") == 3


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920), (3840, 2160), (1280, 800)])
def test_every_slide_is_read_from_the_other_side_of_the_room(
    browser: Browser, network: Network, width: int, height: int
) -> None:
    sizes = """() => {
        const slide = document.querySelector("#screen-stage > :last-child");
        const texts = [...slide.querySelectorAll("*")].filter((one) => one.childElementCount === 0 && one.textContent);
        const found = texts.map((one) => parseFloat(getComputedStyle(one).fontSize));
        const text = slide.querySelector(".slide-text");
        return [Math.max(...found), Math.min(...found), text.scrollHeight - text.clientHeight,
            document.documentElement.scrollWidth - innerWidth, slide.querySelectorAll(".slide-code img").length];
    }"""
    unit = min(width / 100, height / 56.25) if width > height else min(width / 56.25, height / 100)
    with screen(browser, network, viewport={"width": width, "height": height}) as shown:
        shown.start(f"{MONDAY} 10:30")
        met = set()
        while (key := shown.page.locator("html").get_attribute("data-slide")) not in met:
            met.add(key)
            largest, smallest, cut_off, sideways, codes = shown.page.evaluate(sizes)
            assert largest > 4 * unit, key  # 8 pixels in a picture scaled to a twelfth
            assert smallest > 1.3 * unit, key
            assert (cut_off <= 1, sideways, codes) == (True, 0, 1), key
            while shown.page.locator("html").get_attribute("data-slide") == key:
                shown.page.clock.run_for(3000)
        assert len(met) >= 6
        if width == 1920:
            shown.page.clock.resume()  # axe waits by timers
            assert violations(shown.page) == []


def test_a_screen_without_script_lists_days_in_full(browser: Browser, network: Network) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(network.address("/screen/"))
    text = page.inner_text("main")
    assert "2027年3月4日（周四）14:00" in text.replace("\u2060", "")
    assert not re.search("今天|明天|本周", text)
    context.close()
