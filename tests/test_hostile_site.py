"""A site whose every text is an attack, in Chromium, under the policy of its pages and the headers of nginx's recipe.

The values are made from the declarations of all kinds of record: a new key is attacked from its first day on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Request, Response, expect
from sites import Site
from test_servers import nginx

from almanac.content.config import Config
from almanac.content.form_fields import FormField, form_fields
from almanac.content.front_matter_text import file_text, key_lines
from almanac.content.frontmatter import Tree
from almanac.content.records import kinds

NOW = "2027-03-01T09:00:00+08:00"
MARKUP = "\"'></title></textarea></script><x-hit></x-hit><img src=x onerror=__hit()>"
CODE = f"javascript:__hit()//{MARKUP}{{{{__hit()}}}}${{__hit()}}"
URL = "https://evil.example/\"'><x-hit></x-hit><img/src=x/onerror=__hit()>"
PICTURE = "images/\"'><x-hit><img src=x onerror=__hit()>.svg"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
BODY = f"""{CODE.replace("src=x", "src=/static/icon.svg")}

[a](javascript:__hit()) [b](jav&#x09;ascript:__hit()) [c](data:text/html,<script>__hit()</script>) <javascript:__hit()>

<script>__hit()</script><a href="javascript:__hit()" onclick="__hit()">d</a><svg onload="__hit()"><script>__hit()//

<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=__hit()&gt;">

`{MARKUP}` ![{MARKUP}]({PICTURE.replace(" ", "%20")})
"""
KEY = "hostile"
FORMED = {"colour", "figure", "figure_max", "repeat", "language", "timezone", "currency", "base_url"}  # not any text
TAKEN = {
    "line",
    "url",
    "attachment",
    "asset",
    "mapping",
    "choice",
    "ages",
}  # kinds of values, those that hold texts and a few
CONFIG: dict[str, Tree] = {
    "base_url": "https://kepu.example.org/",
    "districts": {KEY: CODE},
    "audiences": {KEY: {"name": CODE, "aliases": [CODE]}},
    "synonyms": {CODE: [f"{CODE} 2"]},
    "outputs": {"admin": "true", "page_search": "true", "problems": "true"},
    "submission": {"repository": URL, "branch": CODE, "mail": CODE},
}
SPANS: dict[str, dict[str, Tree]] = {  # events by their files
    "once": {"start": "2027-03-10 14:00", "end": "2027-03-10 16:00"},
    "often": {
        "start": "2027-03-06 09:00",
        "end": "2027-03-06 10:00",
        "repeat": "FREQ=WEEKLY;BYDAY=SA;COUNT=3",
        "overrides": {"2027-03-13": {"status": "cancelled", "note": CODE}},
    },
    "sessions": {"sessions": [{"id": "a", "start": "2027-03-12 14:00", "note": CODE, "venue": KEY}]},
    "off": {"start": "2027-03-11 14:00", "status": "cancelled", "status_note": CODE, "venue": KEY},
}
PARAMETERS = [  # all that scripts read, and some that they do not
    "q", "date", "district", "audience", "age", "form", "theme", "programme", "organiser", "weekday", "part", "length",
    "free", "signup", "online", "wheelchair", "past", "event", "events", "day", "month",
]  # fmt: skip
EVERY_PARAMETER = "&".join(f"{name}={quote(CODE)}" for name in PARAMETERS)
SCRIPTED = (  # pages with scripts, and queries of which they make something
    ("/search/", EVERY_PARAMETER),
    ("/search/", f"theme={KEY}&district={KEY}&past=1"),
    ("/my/", EVERY_PARAMETER),
    ("/my/", f"events=2027:once~often~{quote(CODE)}"),
    ("/subscribe/", f"{EVERY_PARAMETER}&theme={KEY}"),
    ("/admin/", EVERY_PARAMETER),
    ("/admin/", "event=/events/once/"),
    ("/pages/", EVERY_PARAMETER),
    ("/pages/", f"q={KEY}"),
    ("/events/often/", EVERY_PARAMETER),
    ("/share/events/once/", EVERY_PARAMETER),
    ("/screen/", EVERY_PARAMETER),
)


READY = {  # what pages show once their scripts have filled them
    "/search/": "#finder:not([aria-busy]) #finder-count:not(:empty)",
    "/my/": "#my-said:not(:empty)",
    "/subscribe/": "#feed-name:not(:empty)",
    "/admin/": "#admin-form:not([hidden]), #admin-unread:not([hidden])",
    "/pages/": "#pages-said",
    "/screen/": "html[data-slide]",
}


def value(field: FormField) -> Tree:
    """A value of a key that attacks wherever it is a free text."""
    one: Tree
    if field.to and field.to != "assets":
        one = KEY
    elif field.kind == "mapping":
        one = hostile(field.fields)
    elif field.choices:
        one = field.choices[-1][0]
    elif field.key in FORMED:
        one = field.example
    else:
        one = {"line": CODE, "url": URL, "attachment": URL, "asset": PICTURE}.get(field.kind, field.example)
    if field.keyed:
        return {KEY: one}
    return [one] if field.several else one


def hostile(fields: tuple[FormField, ...]) -> dict[str, Tree]:
    """Values of all keys that take a text, and of those that are required."""
    return {one.key: value(one) for one in fields if one.required or one.kind in TAKEN}


def write(site: Site, folder: str, tree: dict[str, Tree], name: str = KEY) -> None:
    left_out = {"ignore", "imported"}  # for the engine alone
    kept = {key: entry for key, entry in tree.items() if key not in left_out}
    site.write(f"content/{folder}/{name}.md", file_text(kept, BODY))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """The site, built, and its address behind nginx, as the recipe sets it up."""
    root = tmp_path_factory.mktemp("hostile")
    site = Site(root / "site")
    config = hostile(
        tuple(
            one
            for one in form_fields(Config, str)
            if one.key in {"title", "description", "footer", "open_data", "accessibility"}
        )
    )
    site.write("config.yaml", "".join(key_lines(key, entry) for key, entry in {**config, **CONFIG}.items()))
    site.write(f"content/{PICTURE}", DRAWING)
    for kind in kinds().values():
        tree = hostile(form_fields(kind.fields, str))
        if kind.folder != "events":
            write(site, kind.folder, tree)
            continue
        timeless = {
            key: entry
            for key, entry in tree.items()
            if key not in {"start", "sessions", "repeat", "overrides", "status"}
        }
        for name, span in SPANS.items():
            write(site, kind.folder, {**timeless, **span}, name)
    site.build()
    with nginx(site, root / "nginx") as port:
        yield site, f"http://127.0.0.1:{port}"


# Finds elements and handlers of a payload, and links that are programs; within templates and shadows too.
SEARCH = """
const search = (root) => [...root.querySelectorAll("*")].flatMap((node) => [
  ...(node.localName === "x-hit" ? [node.parentElement?.outerHTML.slice(0, 200) ?? node.outerHTML] : []),
  ...[...node.attributes].filter(({ name, value }) => name.startsWith("on") || isProgram(name, value))
    .map(({ name, value }) => `${node.localName} ${name}=${value}`),
  ...(node.shadowRoot ? search(node.shadowRoot) : []),
  ...(node.localName === "template" ? search(node.content) : []),
]);
const isProgram = (name, value) =>
  ["href", "src", "action", "formaction", "xlink:href", "data"].includes(name) &&
  /^(javascript|vbscript|data):/i.test(value.replace(/[\\u0000-\\u0020]/g, ""));
"""
PARSED = f"""async (addresses) => {{
  {SEARCH}
  const found = {{}};
  for (const address of addresses) {{
    const text = await (await fetch(address)).text();
    const faults = search(new DOMParser().parseFromString(text, "text/html"));
    if (faults.length) found[address] = faults;
  }}
  return found;
}}"""
SHOWN = f"() => {{ {SEARCH} return search(document); }}"


@contextmanager
def visit(browser: Browser, address: str, *, policy: bool = True) -> Iterator[Page]:
    """A page of a visitor on the day of the build. Fails if a payload runs, is refused, or asks another host."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", bypass_csp=not policy)
    faults: list[str] = []
    context.expose_function("__hit", lambda: faults.append("a payload ran"))
    page = context.new_page()
    page.clock.install(time=datetime.fromisoformat(NOW))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("dialog", lambda dialog: faults.append(f"{page.url}: {dialog.message}"))
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)

    def answered(answer: Response) -> None:
        if answer.status >= 400:
            faults.append(f"{page.url} asks {answer.url}: {answer.status}")

    page.on("response", answered)

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{address}/", "blob:")):
            faults.append(f"{page.url} asks {request.url}")

    page.on("request", asked)
    yield page
    context.close()
    assert faults == []


def test_no_text_becomes_markup_on_any_page(attacked: tuple[Site, str], browser: Browser) -> None:
    site, address = attacked
    of_facets = ("audiences/", "districts/", "forms/")  # whose pages are those of themes with other names
    pages = [
        f"/{path}" for path in site.files() if path.endswith(".html") and not any(one in path for one in of_facets)
    ]
    assert len(pages) > 50
    with visit(browser, address, policy=False) as page:  # which would judge the styles of mails that are parsed here
        page.goto(f"{address}/404.html")
        assert page.evaluate(PARSED, pages) == {}


def test_no_script_makes_a_program_of_a_text_or_of_a_parameter(attacked: tuple[Site, str], browser: Browser) -> None:
    _, address = attacked
    found = {}
    with visit(browser, address) as page:
        for path, query in SCRIPTED:
            page.goto(f"{address}{path}?{query}#{quote(CODE)}")
            expect(page.locator(READY.get(path, "body")).first).to_be_attached()
            if faults := page.evaluate(SHOWN):
                found[path, query] = faults
    assert found == {}


def test_what_is_typed_is_shown_as_it_was_typed(attacked: tuple[Site, str], browser: Browser) -> None:
    _, address = attacked
    with visit(browser, address) as page:
        page.goto(f"{address}/search/")
        page.locator("#finder-words").fill(CODE)
        expect(page.locator("#finder-chosen")).to_contain_text(MARKUP)
        assert page.evaluate(SHOWN) == []
        page.goto(f"{address}/admin/")
        expect(page.locator("#admin-form")).to_be_visible()
        for key in ("title", "fee", "venue"):
            page.locator(f"[data-path='{key}'] input").first.fill(CODE)
        page.locator("#admin-body").fill(BODY)
        page.clock.run_for(1000)
        expect(page.locator("#admin-preview")).to_contain_text(MARKUP)
        assert page.evaluate(SHOWN) == []


def test_no_link_leads_to_a_host_that_the_path_of_an_address_names(
    attacked: tuple[Site, str], browser: Browser
) -> None:
    _, address = attacked
    path = "//elsewhere.example/..%2f"  # nginx serves the page, and the path alone would be the address of that host
    with visit(browser, address) as page:
        page.goto(f"{address}{path}search/?theme={KEY}")
        expect(page.locator("#finder-chosen a").first).to_be_attached()
        assert page.evaluate("[...document.links].filter(({ host }) => host === 'elsewhere.example').length") == 0
        page.goto(f"{address}{path}pages/?q={KEY}")
        page.locator("#pages-query").fill("")
        expect(page).to_have_url(f"{address}{path}pages/")
        page.goto(f"{address}{path}my/?events=2027:once")
        page.locator("#my-keep").click()
        expect(page.locator("#my-cards .card")).to_have_count(1)
        expect(page).to_have_url(f"{address}{path}my/")


# What addresses made up by `make fuzz` have found


def search_for(page: Page, address: str, query: str) -> None:
    page.goto(f"{address}/search/?{query}")
    expect(page.locator(READY["/search/"])).to_be_attached()


def test_a_word_as_long_as_a_book_does_not_stop_the_search(attacked: tuple[Site, str], browser: Browser) -> None:
    _, address = attacked
    with visit(browser, address) as page:
        search_for(page, address, f"q={'ab' * 3000}")
        assert page.locator("#finder-words").input_value() == "ab" * 100
        search_for(page, address, f"q={'abc' * 10}d")
        assert page.locator("#finder-cards .card").count() > 0  # suggestions, where nothing fits


def test_words_are_shown_as_they_are_although_they_look_like_patterns(
    attacked: tuple[Site, str], browser: Browser
) -> None:
    _, address = attacked
    with visit(browser, address) as page:
        for words in ("$&", "$'", "$$", "{count}", "{words}"):
            search_for(page, address, f"q={quote(words)}&theme={quote(words)}")
            shown = page.locator("#finder-chosen").inner_text()
            assert shown.count(words) == 2
            removed = page.locator("#finder-chosen a").first.get_attribute("aria-label")
            assert removed
            assert words in removed


def test_a_choice_without_a_key_is_none(attacked: tuple[Site, str], browser: Browser) -> None:
    _, address = attacked
    with visit(browser, address) as page:
        search_for(page, address, "district=&theme=&weekday=")
        assert page.locator("#finder-chosen li").count() == 0


def test_an_answer_does_not_depend_on_what_was_asked_before(attacked: tuple[Site, str], browser: Browser) -> None:
    _, address = attacked
    asked = "weekday=0,1,2,3,4,5,6"  # one key that no day has
    with visit(browser, address) as page:
        search_for(page, address, asked)
        fresh = page.locator("#finder-count").inner_text()
        search_for(page, address, asked.replace(",", "&weekday="))
        every = page.locator("#finder-count").inner_text()
        page.evaluate(
            "(query) => { history.pushState(null, '', `?${query}`); dispatchEvent(new PopStateEvent('popstate')); }",
            asked,
        )
        expect(page.locator("#finder-count")).not_to_have_text(every)
        expect(page.locator("#finder-count")).to_have_text(fresh)


@pytest.mark.parametrize("year", ["", "x", "NaN", "Infinity", "1e999", "2027.5"])
def test_a_list_with_a_year_that_is_none_can_be_kept_and_shared(
    attacked: tuple[Site, str], browser: Browser, year: str
) -> None:
    _, address = attacked
    with visit(browser, address) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{address}/my/?events={year}:once")
        expect(page.locator("#my-cards .card")).to_have_count(1)
        page.locator("#my-share").click()
        page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('events='))")
        page.goto(str(page.evaluate("navigator.clipboard.readText()")))
        expect(page.locator("#my-cards .card")).to_have_count(1)
        page.locator("#my-keep").click()
        expect(page).to_have_url(f"{address}/my/")
        expect(page.locator("#my-cards .card")).to_have_count(1)
