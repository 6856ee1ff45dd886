"""Takes pictures of altered pages as a phone shows them, before and after a change.

Nothing is built and no server runs: the browser's requests are answered with the pages of the two sites, each rendered
when it is asked for. Requests to other hosts are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from hashlib import blake2b
from shutil import which
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from almanac.core.media_types import media_type
from almanac.core.problems import Text, text
from almanac.diff.altered import AlteredPage
from almanac.model.given import move_to
from almanac.model.site import Site
from almanac.outputs import all_pages
from almanac.render import BrokenPage, rendered
from almanac.site.pages import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 390, 844  # of a phone
HIGHEST = 5000  # pixels of a picture; what lies below is related events and the foot
LONGEST = 30_000  # milliseconds that the browser may take to start, or a page to be shown
# Loaded as far as they lie within the picture: a browser loads the others when one scrolls to them.
LOADED = "() => [...document.images].every(one => one.complete || one.getBoundingClientRect().top > innerHeight)"


class PagePictures(msgspec.Struct, frozen=True):
    """The pictures of a page: the names of their files. A new page has none before."""

    title: str
    before: str
    after: str


class Pictures(msgspec.Struct, frozen=True):
    """The pictures of a change; `files` are their bytes by name.

    `alike` are the titles of pages whose pictures do not differ, which are left out. `further` pages are not
    photographed, since there are too many.
    """

    pages: tuple[PagePictures, ...]
    files: dict[str, bytes]
    alike: tuple[str, ...] = ()
    further: int = 0


class NoBrowser(Exception):  # noqa: N818 - named after what is missing
    """No browser can be started, or it has failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.message = text("Chromium does not work here ({reason}).", reason=reason)
        self.hint: Text = text(
            "Install Chromium or Google Chrome, or run: {command}",
            command="python -m playwright install --with-deps chromium",
        )


class _Pages:
    """The pages of a site, as a web server would answer with them."""

    def __init__(self, site: Site, moment: datetime) -> None:
        move_to(site, moment)
        self.site, self.base = site, site.config.base_url
        self.pages: dict[str, Page] = {page.file: page for page in reversed(all_pages(site))}

    def has(self, address: str) -> bool:
        return f"{address[1:]}index.html" in self.pages

    def url(self, address: str) -> str:
        return f"{self.base}{quote(address[1:])}"

    def content(self, url: str) -> tuple[bytes, str] | None:
        """The bytes and the media type of what stands at an address; None if nothing does. Raises BrokenPage."""
        parts = urlsplit(url)
        whole, base = f"{parts.scheme}://{parts.netloc}{parts.path}", self.base
        path = unquote(whole.removeprefix(base))
        file = f"{path}index.html" if path.endswith("/") or not path else path
        page = self.pages.get(file) if whole.startswith(base) else None
        if page is None:
            return None
        return rendered(self.site, page.renderer, page.view, *page.args), media_type(file)


def take_pictures(altered: Sequence[AlteredPage], before: Site, after: Site, moment: datetime, most: int) -> Pictures:
    """The pictures of the first `most` pages that look different. Raises NoBrowser and BrokenPage."""
    if not altered:
        return Pictures((), {})
    old, new = _Pages(before, moment), _Pages(after, moment)
    rest = iter([one for one in altered if new.has(one.after)])
    pages: list[PagePictures] = []
    files: dict[str, bytes] = {}
    alike: list[str] = []
    with _browser() as browser:
        while len(pages) < most and (page := next(rest, None)):
            now = _picture(browser, new, page.after, moment)
            then = _picture(browser, old, page.before, moment) if page.before and old.has(page.before) else b""
            if now == then:
                alike.append(page.title)
                continue
            number = len(pages) + 1
            taken = PagePictures(page.title, _name(number, "before", then) if then else "", _name(number, "after", now))
            files |= {name: data for name, data in ((taken.before, then), (taken.after, now)) if name}
            pages.append(taken)
    return Pictures(tuple(pages), files, tuple(alike), sum(1 for _ in rest))


def browser_program() -> str | None:
    """The path of the Chromium or Google Chrome that is installed; None if there is none."""
    return next(filter(None, map(which, CHROMIUM)), None)


@contextmanager
def _browser() -> Iterator[Browser]:
    """Chromium of the system, else the one that Playwright has installed. Raises NoBrowser."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with (
            sync_playwright() as playwright,
            closing(playwright.chromium.launch(executable_path=browser_program(), timeout=LONGEST)) as browser,
        ):
            yield browser
    except Error as error:
        raise NoBrowser(error.message.partition("\n")[0]) from error


def _picture(browser: Browser, pages: _Pages, address: str, moment: datetime) -> bytes:
    """The page at an address as PNG. Raises BrokenPage."""
    config, url = pages.site.config, pages.url(address)
    pages.content(url)  # a broken page is reported before the browser asks for it

    def answer(route: Route) -> None:
        with suppress(BrokenPage):
            if found := pages.content(route.request.url):
                route.fulfill(body=found[0], content_type=found[1])
                return
        route.abort()

    with closing(
        browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            locale=config.language,
            timezone_id=config.timezone,
            color_scheme="light",
            reduced_motion="reduce",
            service_workers="block",
        )
    ) as context:
        context.route("**/*", answer)
        shown = context.new_page()
        shown.clock.set_fixed_time(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(config.timezone)))
        shown.goto(url, wait_until="networkidle", timeout=LONGEST)
        height = min(shown.evaluate("document.documentElement.scrollHeight"), HIGHEST)
        shown.set_viewport_size({"width": WIDTH, "height": height})
        shown.wait_for_function(LOADED)
        return shown.screenshot(animations="disabled")


def _name(number: int, side: str, data: bytes) -> str:
    """The name of a picture, another one for other bytes: forges keep copies of pictures by their addresses."""
    return f"{number}-{side}-{blake2b(data, digest_size=6).hexdigest()}.png"
