"""Kinds of `make fuzz`: addresses of pages whose scripts read them, in Chromium under the policy of the pages.

Each example is a list of queries for one page. After each of them no error and no dialog may have come, nothing may
have run or asked another host, no element of a new kind may stand there, and the page must show what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

from conftest import FLAGS as STARTED
from conftest import chromium
from fuzz_kind import Act, Kind, Unavailable
from hypothesis import strategies as st
from playwright.sync_api import Browser, Dialog, Page, Request, Response
from previews import preview
from serving import serving
from sites import Site, small_site
from test_hostile_site import CODE, MARKUP, NOW, PARAMETERS, SEARCH

from almanac.diff.pictures import browser_program

LIMIT = 20_000  # milliseconds in which a page shows what is asked for
LONGEST = 30_000  # characters of an address that is asked from the server
KNOWN = ("2027-03-20-clouds", "sky", "kexie", "library", "east", "youth", "lecture", "云", "天文")
EVENTS = ("2027-03-20-clouds", "2027-03-06-club")

ODD_KEYS = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "", "q[]", "theme ", *PARAMETERS]
VALUES = [
    *KNOWN, *EVENTS, "1", "0", "-0", "1e999", "-1", "NaN", "Infinity", "0x7e3", "00002027", "2027", "99999999999999999",
    "today", "weekend", "next-weekend", "month", "week", "morning", "evening", "day", "half", "2027-03", "2027-99",
    "2027-02-30", "2027-03-20", "0000-00-00", "2027-03-01..2027-03-31", "2027-03-31..2027-03-01", "9999-12-31..x",
    "2027-03-20..", "..", "2027-03-20..2027-03-21..2027-03-22", "+010000-01-01", "-000001-01-01", "2027-1-1",
    "3月20日", "13月99日", "2027年3月", "下下周六", "星期八", "上周", "99999年1月1日", "国庆节", "周末下午",
    "__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "null", "undefined", "[object Object]",
    "$&", "$'", "$`", "$1", "$$", "{count}", "{words}", "{choice}", "\\", "/", "(", "[", "(?:", "a{1,", "]", "^$.*+?|",
    CODE, MARKUP, "javascript:__hit()", "<x-hit>", "&lt;x-hit&gt;", "\u202e云\u2066", "\u200b", "\ufeff", "é",
    "e\u0301", "\ufdfa" * 5, "\x00", "a\x00b", "\r\n", "\u2028", "😀", "👨‍👩‍👧", "ﬀ", "İ", "ß", " ",
    "  云  云 ", "云,天文", "a~b", "0,1", "1,part",
    "2027:2027-03-20-clouds", "2027:2027-03-20-clouds~2027-03-06-club", ":2027-03-20-clouds", "x:2027-03-06-club",
    "1e999:2027-03-20-clouds", "2026:__proto__~constructor,NaN:toString", "2027", ",,::~~", "/events/once/",
    "/events/2027-03-20-clouds/", "/events/../", "/events/a?b/", "/events/a#b/", "/events/%2e%2e/", "/events/\\..\\/",
    "content/events/2027/2027-03-20-clouds.md", "../../config.yaml", "content/events/x.md", "//evil.example/",
]  # fmt: skip
CUT = ["%", "%E4%BD", "%ED%A0%80", "%ED%BF%BF", "%u4e91", "%C0%AF", "%F8%88%80%80%80", "%FF", "%00", "%zz", "+", "%2B"]


def spelled(parts: tuple[str, str, str, int]) -> str:
    """A pair of a query, as often as it is wanted; `cut` are bytes that are no characters."""
    key, value, cut, times = parts
    return "&".join([f"{quote(key, safe='')}={quote(value, safe='~:,/')}{cut}"] * times)


VALUE = st.sampled_from(VALUES) | st.text(max_size=6)
LONG = st.tuples(VALUE, st.sampled_from((40, 700, 3000))).map(lambda found: (found[0] * found[1])[:6000])


YEARS = st.sampled_from(
    ["2027", "2026", "", "x", "-0", "1e999", "NaN", "Infinity", "2027.5", "1e21", "0x7eb", " 2027 "]
)
IDS = st.sampled_from([*EVENTS, *EVENTS, "__proto__", "toString", "", "x", "$&", MARKUP])
LISTS_OF_EVENTS = st.lists(st.tuples(YEARS, st.lists(IDS, min_size=1, max_size=3)), min_size=1, max_size=3).map(
    lambda groups: ",".join(f"{year}:{'~'.join(ids)}" for year, ids in groups)
)


def queries(keys: Sequence[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Lists of queries. Most of their pairs have one of these keys, and every other one of these values."""
    own = st.sampled_from(keys)
    key = own | own | own | st.sampled_from(ODD_KEYS) | st.text(max_size=4)
    value = values | values | values | VALUE | LONG
    cut = st.sampled_from(["", "", "", *CUT])
    pair = st.tuples(key, value, cut, st.sampled_from((1, 1, 1, 1, 2, 300))).map(spelled)
    query = st.lists(pair, min_size=1, max_size=6).map(lambda pairs: "&".join(pairs)[:LONGEST])
    return st.lists(query, min_size=1, max_size=4)


DESK = "/__almanac__/desk/"
UNTHROTTLED = "--disable-ipc-flooding-protection"  # a page may else change its address 200 times in ten seconds
OUTPUTS = (
    "admin",
    "content_pages",
    "data",
    "feeds",
    "my",
    "news",
    "not_found",
    "page_search",
    "screens",
    "search",
    "shares",
    "subscribe",
)


@dataclass
class Visitor:
    """A page of a visitor, and what it did that no page may do. Names of its elements are known by `learn`."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def go(self, path: str, query: str, ready: str) -> None:
        """Opens a page with a query and waits for its script."""
        self.page.goto(f"{self.address}{path}{'?' if query else ''}{query}", timeout=LIMIT)
        self.page.locator(ready).first.wait_for(state="attached", timeout=LIMIT)

    def learn(self) -> None:
        """Takes the elements of the page, and of what its templates make, as those that may stand there."""
        self.names |= {*self.page.evaluate(NAMES), "mark", "a", "li", "br", "button", "span"}

    def look(self) -> None:
        """Fails if anything is wrong with the page as it is."""
        found = [*self.faults, *self.page.evaluate(f"() => {{ {SEARCH} return search(document); }}")]
        found += sorted({*self.page.evaluate(NAMES)} - self.names)
        found += self.page.evaluate(
            "[...document.links].map(({ href }) => href).filter((one) => /evil/.test(one.split('?')[0]))"
        )
        self.faults.clear()
        assert not found, found


NAMES = """() => [...document.querySelectorAll("*"), ...[...document.querySelectorAll("template")].flatMap(
  (one) => [...one.content.querySelectorAll("*")])].map(({ localName }) => localName)"""


@contextmanager
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    """A visitor on the day of the build, whose faults are gathered."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    found = Visitor(context.new_page(), address)
    say = found.faults.append
    context.expose_function("__hit", lambda: say("a payload ran"))
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    found.page.clock.set_fixed_time(datetime.fromisoformat(NOW))
    found.page.on("pageerror", lambda error: say(f"{found.page.url[:300]}: {error}"))
    found.page.on("dialog", lambda dialog: refused(dialog, say))
    found.page.on("console", lambda message: told(message.type, message.text, say))
    found.page.on("request", lambda request: asked(request, address, say))
    found.page.on("response", lambda answer: answered(answer, say))
    try:
        yield found
    finally:
        context.close()


def refused(dialog: Dialog, say: Callable[[str], None]) -> None:
    say(f"a dialog: {dialog.message}")
    dialog.dismiss()


def told(sort: str, text: str, say: Callable[[str], None]) -> None:
    if sort in {"error", "warning"} and not text.startswith("Failed to load resource"):  # see `answered`
        say(f"{sort}: {text}")


def asked(request: Request, address: str, say: Callable[[str], None]) -> None:
    if not request.url.startswith((f"{address}/", "blob:", "data:")):
        say(f"asks {request.url[:300]}")


def answered(answer: Response, say: Callable[[str], None]) -> None:
    """What is not there may be asked for where an address names an event or a file of the desk, and nowhere else."""
    named = answer.status == 404 and "/admin/events/" in answer.url
    refused_by_desk = answer.status < 500 and DESK in answer.url
    if answer.status >= 400 and not named and not refused_by_desk:
        say(f"{answer.status} {answer.url[:300]}")


# The page of the search takes every state of its address: many are tried in one visit. Each is tried again in the other
# order, since an answer must not depend on what was asked before.
SEARCHED = """async ([queries, limit]) => {
  const settings = JSON.parse(document.querySelector("#finder-settings").textContent);
  const finder = document.querySelector("#finder");
  const texts = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent);
  const answer = async (query) => {
    history.pushState(null, "", location.pathname + (query && `?${query}`));
    dispatchEvent(new PopStateEvent("popstate"));
    const began = performance.now();
    const isLate = () => performance.now() - began > limit;
    while (finder.hasAttribute("aria-busy") && !isLate()) await new Promise((go) => setTimeout(go));
    const taken = performance.now() - began;
    return {
      query,
      busy: finder.hasAttribute("aria-busy"),
      taken,
      words: document.querySelector("#finder-words").value,
      count: texts("#finder-count")[0],
      cards: texts("#finder-cards .card .name"),
      choices: [...document.querySelectorAll("#finder [data-parameter] li")]
        .filter((one) => !one.hidden).map((one) => one.textContent),
      chips: [...document.querySelectorAll("#finder-chosen li")].map((one) => one.textContent),
    };
  };
  const before = await answer("");
  const first = [];
  for (const query of queries) first.push(await answer(query));
  const again = [];
  for (const query of [...queries].reverse()) again.unshift(await answer(query));
  return { before, first, again, after: await answer(""), template: settings.words };
}"""
LISTS = ("district", "audience", "age", "form", "theme", "programme", "organiser", "weekday", "part", "length")
FLAGS = ("free", "signup", "online", "wheelchair", "past")


def search_addresses(one: Visitor, queries: Sequence[str]) -> None:
    """What is asked for is shown, and nothing of it is left when it is asked for no more."""
    found = one.page.evaluate(SEARCHED, [queries, LIMIT])
    one.look()
    said = [found["before"], *found["first"], *found["again"], found["after"]]
    assert not [answer["query"] for answer in said if answer["busy"]], "too slow"
    bare = {"query": "", "taken": 0}
    assert found["before"]["cards"]
    assert {**found["before"], **bare} == {**found["after"], **bare}
    for answer, again in zip(found["first"], found["again"], strict=True):
        assert {**answer, **bare} == {**again, **bare}, (answer, again)
        chips = chips_of(one.page, answer["query"], found["template"])
        assert answer["chips"][-1:] == chips["words"] or not chips["words"], answer
        assert len(answer["chips"]) == chips["count"], answer
        assert answer["words"] == chips["typed"], answer


def chips_of(page: Page, query: str, template: str) -> Mapping[str, Any]:
    """What must stand above the results: read from the query by the browser, with which the page must agree."""
    found: Mapping[str, Any] = page.evaluate(
        """([query, lists, flags, template]) => {
          const asked = new URLSearchParams(query);
          const words = (asked.get("q") ?? "").slice(0, 200);
          const keys = lists.flatMap((one) => [...new Set(asked.getAll(one).filter((key) => key))]);
          const set = flags.filter((flag) => asked.get(flag) === "1");
          return {
            words: words ? [`${template.split("{words}").join(words)} ×`] : [],
            count: keys.length + set.length + Number(Boolean(words)) + Number(Boolean(asked.get("date"))),
            typed: words.replace(/[\\r\\n]/g, ""),
          };
        }""",
        [query, LISTS, FLAGS, template],
    )
    return found


SUBSCRIBED = """(queries) => queries.map((query) => {
  history.pushState(null, "", location.pathname + (query && `?${query}`));
  dispatchEvent(new PopStateEvent("popstate"));
  const addresses = [...document.querySelectorAll(".feeds li[data-choice] code")].map((one) => one.textContent);
  return {
    query,
    address: document.querySelector("#feed-address").textContent,
    known: addresses.includes(document.querySelector("#feed-address").textContent),
    name: document.querySelector("#feed-name").textContent,
    links: [...document.querySelectorAll("#feed-chosen [data-link]")].map((one) => one.href ?? one.src),
    chosen: [...document.querySelectorAll("#feed-chooser select")].map((one) => one.value),
  };
})"""


def subscribe_addresses(one: Visitor, queries: Sequence[str]) -> None:
    """A feed of the site is offered for every address, the same each time, and that of all where nothing is asked."""
    found = one.page.evaluate(SUBSCRIBED, ["", *queries, *reversed(queries), ""])
    one.look()
    assert not [answer for answer in found if not answer["known"] or not answer["name"]]
    assert found == found[::-1]


LISTED = "#my-said:not(:empty)"


def list_of(query: str) -> list[str]:
    """The ids that the address of a list names, as Python reads it."""
    given = dict(reversed(parse_qsl(query, keep_blank_values=True, errors="replace"))).get("events", "")
    groups = [group.split(":") for group in given.split(",")]
    return [name for group in groups for name in (group[1] if len(group) > 1 else "").split("~")]


def my_addresses(one: Visitor, queries: Sequence[str]) -> None:
    """The events of a list are shown, under the address that shares them, and once they are kept."""
    for query in queries:
        wanted = sorted({*list_of(query)} & {*EVENTS})
        shown_list(one, query)
        assert shown(one) == wanted, query
        if wanted:
            one.page.locator("#my-share").click()
            one.page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('events='))")
            shared = str(one.page.evaluate("navigator.clipboard.readText()"))
            shown_list(one, shared.partition("?")[2])
            assert shown(one) == wanted, shared
            one.page.locator("#my-keep").click()
            one.page.wait_for_url(f"{one.address}/my/")
            one.page.locator(LISTED).wait_for(state="attached", timeout=LIMIT)
            assert shown(one) == wanted, query
            one.page.evaluate("localStorage.clear(); navigator.clipboard.writeText('')")
        one.look()


def shown_list(one: Visitor, query: str) -> None:
    one.go("/my/", query, LISTED)


def shown(one: Visitor) -> list[str]:
    """The ids of the cards of a page."""
    found = one.page.evaluate(
        "[...document.querySelectorAll('.card .name a')].map(({ href }) => href.split('/').at(-2))"
    )
    return sorted(found)


FORM = "#admin-form:not([hidden]), #admin-unread:not([hidden])"
READY = {
    "/pages/": "#pages-said",
    "/admin/": FORM,
    "/events/2027-03-20-clouds/": "html[data-started]",
    "/share/events/2027-03-20-clouds/": "html",
    "/screen/": "html[data-slide]",
    "/": "html[data-started]",
}


# The page trims the words in its address, and a field drops the ends of lines.
ASKED = r"""
(new URLSearchParams(location.search).get("q") ?? "").replace(/[\r\n]/g, "").trim()
=== document.querySelector("#pages-query").value.trim()
"""


def other_addresses(one: Visitor, queries: Sequence[str]) -> None:
    """Pages that make less of their address; each query opens one of them."""
    for query in queries:
        path = [*READY][len(query) % len(READY)]
        one.go(path, query, READY[path])
        if path == "/pages/":
            assert one.page.evaluate(ASKED), "the field does not show what the address asks for"
            failed = one.page.locator("#pages-said").get_attribute("data-failed")
            assert one.page.locator("#pages-said").inner_text() != failed
        one.look()


def desk_addresses(one: Visitor, queries: Sequence[str]) -> None:
    """The form of `serve --edit`, whose address names a file, and the desk, whose address may hold a token."""
    token = one.page.evaluate("localStorage.getItem('almanac-desk')")
    for query in queries:
        one.go(f"{DESK}form/", query, FORM)
        one.look()
        one.page.goto(f"{one.address}{DESK}#key={query}")
        one.page.locator("#desk-said:not(:empty), #desk-lists:not([hidden])").first.wait_for(timeout=LIMIT)
        one.look()
        one.page.evaluate("(token) => localStorage.setItem('almanac-desk', token)", token)


class Looked(NamedTuple):
    """A page whose addresses are tried: what tries some, the keys of its queries, and what shows that it is ready.

    `values` are those that mean something to it. `learned` are addresses, each with what shows that it is ready, on
    which every kind of element is seen that may stand there; the last one is open when the first example comes.
    """

    act: Callable[[Visitor, Sequence[str]], None]
    keys: Sequence[str]
    learned: Mapping[str, str]
    values: st.SearchStrategy[str] = VALUE
    is_desk: bool = False


PAGES = {
    "search": Looked(
        search_addresses,
        ("q", "q", "q", "date", *LISTS, *FLAGS),
        {"/search/": "#finder:not([aria-busy]) #finder-count:not(:empty)"},
    ),
    "subscribe": Looked(
        subscribe_addresses, ("district", "theme", "organiser", "form"), {"/subscribe/": "#feed-name:not(:empty)"}
    ),
    "my": Looked(my_addresses, ("events",), {"/my/": LISTED}, LISTS_OF_EVENTS),
    "others": Looked(
        other_addresses,
        ("q", "event", "theme", "organiser", "venue"),
        {**READY, f"/admin/?event=/events/{EVENTS[0]}/": FORM},
    ),
    "desk": Looked(
        desk_addresses,
        ("file", "event", "theme", "organiser", "venue"),
        {
            f"{DESK}form/?file=content/events/2027/{EVENTS[0]}.md": FORM,
            f"{DESK}form/": FORM,
            DESK: "#desk-lists:not([hidden])",
        },
        is_desk=True,
    ),
}


class Asked(NamedTuple):
    """An example: a page of `PAGES`, and the queries with which it is opened, one after the other."""

    page: str
    queries: list[str]


@dataclass
class Visits:
    """The visitors of the pages, one of each page at a time. A visitor whose page broke is followed by a new one."""

    browser: Browser
    address: str
    desk: str  # the address of the desk, with its token
    visitors: dict[str, tuple[Visitor, ExitStack]] = field(default_factory=dict)

    def attempt(self, example: Asked) -> None:
        """Tries one example. What it has broken does not meet the next one."""
        one = self._visitor(example.page)
        try:
            PAGES[example.page].act(one, example.queries)
        except BaseException:
            self.visitors.pop(example.page)[1].close()
            raise

    def _visitor(self, name: str) -> Visitor:
        if name not in self.visitors:
            self.visitors[name] = self._begun(PAGES[name])
        return self.visitors[name][0]

    def _begun(self, looked: Looked) -> tuple[Visitor, ExitStack]:
        stack = ExitStack()
        desk, _, token = self.desk.partition(DESK)
        one = stack.enter_context(visitor(self.browser, desk if looked.is_desk else self.address))
        if looked.is_desk:
            one.go(f"{DESK}{token}", "", "html")
        for path, ready in looked.learned.items():
            one.go(path, "", ready)
            one.learn()
        return one, stack

    def close(self) -> None:
        """Ends all visits."""
        for _, stack in self.visitors.values():
            stack.close()


@contextmanager
def visiting(running: Browser) -> Iterator[Act]:
    """Builds a site and tries examples in a browser like the one that runs."""
    with TemporaryDirectory(prefix="fuzzed-") as folder:
        site = built(Path(folder))
        with (
            serving(site.output) as address,
            preview(site, "--edit", "--now", NOW, language="zh-CN") as shown,
            closing(
                running.browser_type.launch(executable_path=browser_program(), args=[*STARTED, UNTHROTTLED])
            ) as own,
        ):
            shown.await_said("#key=")
            (desk,) = (word for line in shown.said for word in line.split() if "#key=" in word)
            with closing(Visits(own, address, desk)) as visits:
                yield visits.attempt


@contextmanager
def opened() -> Iterator[Act]:
    """The same with a browser of its own. Raises Unavailable."""
    if browser_program() is None:
        raise Unavailable("Chromium is not installed")
    with chromium() as running, visiting(running) as attempt:
        yield attempt


def built(folder: Path) -> Site:
    """The small site with all pages whose scripts read addresses, and few others."""
    site = small_site(folder / "site")
    site.only(*OUTPUTS)
    site.edit("config.yaml", "https://example.org/kepu/", "https://kepu.example.org/")
    site.build()
    return site


ADDRESSES = Kind(
    "addresses",
    st.one_of(
        *(st.builds(Asked, st.just(name), queries(looked.keys, looked.values)) for name, looked in PAGES.items())
    ),
    opened,
    guided=False,
)
