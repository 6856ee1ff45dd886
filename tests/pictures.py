"""`make pictures`: takes the pictures of the README and the staff guide. They show the guide's first example."""

from __future__ import annotations

import base64
import html
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from conftest import NOW, chromium, shipped_site
from playwright.sync_api import Browser, Page, Route
from previews import preview
from serving import serving
from sites import REPOSITORY, Site
from test_guide import EXAMPLES, registries

from almanac.build.checking import check
from almanac.render import rendered

PICTURES = REPOSITORY / "docs" / "pictures"
EXAMPLE = "content/events/2026/12/2026-12-05-ai-talk.md"
ADDRESS = "events/2026-12-05-ai-talk/"
# The element of the page that shows each key of the example, from top to bottom.
SHOWN = {
    "title": "h1",
    "start": ".facts dd.when",
    "end": ".facts dd.when",
    "venue": ".facts > div:nth-child(2) dd",
    "organiser": "dt:text-is('主办单位') + dd",
    "theme": "dt:text-is('主题') + dd",
    "form": "dt:text-is('活动形式') + dd",
    "ages": "dt:text-is('适合年龄') + dd",
    "audience": "dt:text-is('适合人群') + dd",
    "programme": "dt:text-is('品牌活动') + dd",
    "fee": "dt:text-is('费用') + dd",
    "signup": "dt:text-is('报名') + dd",
    "summary": ".eventhead .lead",
}
BADGE = (
    "display:inline-block;min-width:1.5em;padding:0 .3em;border-radius:1em;background:#c02717;color:#fff;"
    "font:bold 13px/1.5 sans-serif;text-align:center"
)
SHEET = """<!DOCTYPE html><meta charset="utf-8"><style>
body { margin: 0; padding: 24px; background: #e9e4d8; font: 15px/1.9 "Noto Sans CJK SC", sans-serif;
  display: flex; gap: 24px; align-items: start; width: max-content }
pre, img { margin: 0; background: #fff; border-radius: 8px; box-shadow: 0 2px 8px #0003 }
pre { padding: 20px 24px; font: 14px/1.9 "Noto Sans Mono CJK SC", "Noto Sans CJK SC", monospace; width: 560px;
  white-space: pre-wrap }
b { color: #0b5563 } i { color: #777; font-style: normal }
</style>"""


def example_site(root: Path) -> Site:
    """A site of the shipped registries with the guide's first example."""
    site = registries(root)
    site.write(EXAMPLE, EXAMPLES[0])
    site.edit("config.yaml", "outputs: {", "outputs: {admin: true, ")
    return site


def numbers(example: str) -> dict[str, int]:
    """The number of each key of the example that the page shows; start and end share one."""
    keys = [key for line in example.splitlines() if (key := line.partition(":")[0]) in SHOWN and key != "end"]
    found = {key: number for number, key in enumerate(keys, 1)}
    return {**found, "end": found["start"]}


def numbered_file(example: str) -> str:
    """The file as HTML, with a badge before each line that the page shows."""
    lines = []
    known = numbers(example)
    for line in example.splitlines():
        code, _, comment = line.partition("#")
        key, colon, value = code.partition(":")
        badge = f'<span style="{BADGE}">{known[key]}</span> ' if key in known and colon else ""
        shown = (
            f"<b>{html.escape(key)}</b>:{html.escape(value.rstrip())}"
            if badge or (colon and key.isalpha())
            else html.escape(code)
        )
        lines.append(
            f"{badge}{shown}" + (f"  <i># {html.escape(comment.strip())}</i>" if comment and not badge else "")
        )
    return "\n".join(lines)


def number_page(page: Page, example: str) -> None:
    """Puts the same badges on the page."""
    for key, number in numbers(example).items():
        if key != "end":
            place = page.locator(SHOWN[key]).first
            place.evaluate(
                "(place, [number, css]) => { const badge = document.createElement('span');"
                " badge.style.cssText = css + ';margin-right:.5em';"
                " badge.textContent = number; place.prepend(badge); }",
                [str(number), BADGE],
            )


@contextmanager
def phone(browser: Browser, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=1, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.clock.install(time=datetime.fromisoformat("2026-11-24T09:00:00+08:00"))
    yield page
    context.close()


def file_and_page(browser: Browser, site: Site, target: Path) -> None:
    """The picture of the example's file beside its page, with the same numbers on both."""
    site.build()
    with serving(site.output) as address, phone(browser, 430, 1180) as page:
        page.goto(f"{address}/{ADDRESS}")
        number_page(page, EXAMPLES[0])
        shown = base64.b64encode(page.screenshot()).decode()
    with phone(browser, 1100, 1200) as page:
        page.set_content(
            f'{SHEET}<pre>{numbered_file(EXAMPLES[0])}</pre><img src="data:image/png;base64,{shown}" alt="">'
        )
        page.locator("body").screenshot(path=target)


def overlay(browser: Browser, site: Site, target: Path) -> None:
    """The picture of a preview while the example's theme is misspelt."""
    with preview(site, "--now", NOW.isoformat(), language="zh-CN") as shown, phone(browser, 900, 620) as page:
        page.goto(shown.address + ADDRESS)
        site.edit(EXAMPLE, "[artificial-intelligence]", "[artificial-inteligence]")
        page.get_by_role("alert").wait_for()
        page.screenshot(path=target)


def home(browser: Browser, shipped: Site, target: Path) -> None:
    """The picture of the shipped site's first page on a desk, and beside it `screen.png`: its big screen."""
    with serving(shipped.output) as address, phone(browser, 1280, 860) as page:
        page.goto(f"{address}/")
        page.locator(".day .star").first.wait_for()
        page.screenshot(path=target)
    with serving(shipped.output) as address, phone(browser, 960, 540) as page:
        page.clock.set_fixed_time(datetime.fromisoformat("2026-12-05T08:20:00+08:00"))
        page.route("**/data.json", without_date)
        page.goto(f"{address}/screen/")
        page.locator("html[data-slide^=now]").wait_for()
        page.locator(".slide-code img").last.evaluate("code => code.decode()")
        page.screenshot(path=target.with_name("screen.png"), animations="disabled")


def without_date(route: Route) -> None:
    """Answers without the date of the server, which would correct the clock of a screen."""
    answer = route.fetch()
    headers = {name: value for name, value in answer.headers.items() if name not in {"date", "content-encoding"}}
    route.fulfill(response=answer, headers=headers)


def share(browser: Browser, site: Site, target: Path) -> None:
    """The picture of the example's texts for WeChat and Weibo."""
    with serving(site.output) as address, phone(browser, 1180, 860) as page:
        page.goto(f"{address}/share/{ADDRESS}")
        page.locator(".preview img").first.wait_for()
        page.screenshot(path=target)


def embed(browser: Browser, site: Site, target: Path) -> None:
    """The picture of what other sites copy, on the page of the example's theme."""
    with serving(site.output) as address, phone(browser, 1180, 860) as page:
        page.goto(f"{address}/themes/artificial-intelligence/")
        page.locator("details.embed > summary").click()
        page.locator("details.embed").scroll_into_view_if_needed()
        page.screenshot(path=target)


def digest(browser: Browser, site: Site, target: Path) -> None:
    """The picture of the digest of the example's week, as a mail program shows it."""
    with serving(site.output) as address, phone(browser, 680, 620) as page:
        page.goto(f"{address}/digest/2026-W49/")
        page.screenshot(path=target)


def offline(browser: Browser, site: Site, target: Path) -> None:
    """The picture of what a phone shows without a network in place of a page that it has not kept."""
    with serving(site.output) as address, phone(browser, 390, 560) as page:
        page.goto(f"{address}/offline/")
        page.screenshot(path=target)


def paper(browser: Browser, site: Site, target: Path) -> None:
    """The picture of what is passed on and printed of the example: card, poster, and the sheet of the month."""
    event_id = Path(EXAMPLE).stem
    month = ("almanac.site.month_sheets:month_sheet", event_id[:7], "")
    event = ("almanac.site.event_sheets:event_sheet", event_id)
    with check(site.options()) as (found, _):
        assert found is not None
        shown = [
            (base64.b64encode(found.graph.read(rendered, (f"typst:{name}", *view))).decode(), width)
            for name, view, width in (
                ("card.png", event, 420),
                ("poster.png", event, 260),
                ("month@60.png", month, 250),
            )
        ]
    with phone(browser, 1100, 420) as page:
        pictures = (f'<img src="data:image/png;base64,{data}" width="{width}" alt="">' for data, width in shown)
        page.set_content(SHEET + "".join(pictures))
        page.locator("body").screenshot(path=target)


def admin(browser: Browser, site: Site, target: Path) -> None:
    """The picture of the form for staff, in which a weekly event meets the example at its place."""
    with serving(site.output) as address, phone(browser, 760, 1180) as page:
        page.goto(f"{address}/admin/")
        page.get_by_label("标题").first.fill("机器人工作坊")
        page.get_by_label("用文字写").fill("12月5日下午2点到3点半")
        page.get_by_label("重复").select_option("weekly")
        page.get_by_label("最后一天").fill("2026-12-26")
        page.get_by_label("场馆").first.fill("市图书馆报告厅")
        page.clock.run_for(1000)
        page.locator("[data-path='venue'] > .wrong").wait_for()
        page.get_by_label("用文字写").evaluate("field => field.scrollIntoView()")
        page.screenshot(path=target)


def take(browser: Browser, shipped: Site, folder: Path) -> list[Path]:
    """Takes every picture, and returns their files."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as root:
        example = example_site(Path(root) / "site")
        pictures = {
            "file-and-page": file_and_page,
            "embed": embed,
            "share": share,
            "digest": digest,
            "offline": offline,
            "paper": paper,
            "admin": admin,
            "overlay": overlay,
        }
        for name, picture in pictures.items():
            picture(browser, example, folder / f"{name}.png")
    home(browser, shipped, folder / "home.png")
    return [folder / f"{name}.png" for name in (*pictures, "home", "screen")]


def main() -> int:
    """Writes the pictures into docs/."""
    with chromium() as browser, TemporaryDirectory() as root:
        for file in take(browser, shipped_site(Path(root) / "site"), PICTURES):
            sys.stdout.write(f"{file.relative_to(REPOSITORY)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
