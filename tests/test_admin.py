"""The form for staff at `/admin/`: it writes what `new` writes, says what `check` says, and works in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from event_values import BODIES, EVENTS, REGISTRIES, fields_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page
from serving import serving
from sites import NOW, REPOSITORY, small_site

from almanac.build.pipeline import Options, check
from almanac.content.front_matter_text import QUESTION, moment_text, tree_of
from almanac.content.frontmatter import Tree
from almanac.content.names import names_in_order
from almanac.content.new_event_text import listed_values
from almanac.content.occurrences import Impossible, dates
from almanac.core.messages import catalogue_files, gettext_of
from almanac.exchange.contents import SiteContents, read_contents
from almanac.exchange.new_events import NewEventRequest, new_event
from almanac.site.staff_form import staff_form

SCRIPTS = REPOSITORY / "themes" / "default" / "templates" / "scripts"
CHINESE = gettext_of("zh-CN", catalogue_files("zh-CN"))
MANY = 2  # events that one call of the browser writes


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> SiteContents:
    """The small site with the registries of the generated events."""
    found = read_contents(small_site(tmp_path_factory.mktemp("admin") / "site").root)
    assert isinstance(found, SiteContents)
    return msgspec.structs.replace(found, registries=REGISTRIES, taken=frozenset())


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the script of the form is told, with the same registries."""
    root = small_site(tmp_path_factory.mktemp("admin") / "site").root
    with check(Options(root, root / "output", root / ".almanac", NOW)) as (site, problems):
        assert site is not None
        assert not problems
        told = staff_form(site)
    names = {folder: names_in_order(registry) for folder, registry in REGISTRIES.by_folder.items()}
    assets = tuple((path, path) for path in ("images/ai.jpg", "files/报名表 (1).pdf"))
    comments = msgspec.structs.replace(told.comments, listed=tuple(listed_values(REGISTRIES.by_folder, CHINESE)))
    told = msgspec.structs.replace(told, names=names | {"assets": assets}, comments=comments)
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    return decoded


@pytest.fixture(scope="module")
def scripts(browser: Browser) -> Iterator[Page]:
    """A page that can import the modules of the form."""
    with serving(SCRIPTS) as address:
        page = browser.new_page()
        page.goto(f"{address}/admin/writing.js")
        yield page
        page.close()


def without_questions(text: str) -> str:
    """A file without the questions that `new` asks about impossible dates: the form asks them on its page."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(QUESTION))


def without_empty(value: Tree) -> Tree:
    """Front matter without empty mappings, which no form can hold."""
    if isinstance(value, dict):
        kept = {key: without_empty(entry) for key, entry in value.items()}
        return {key: entry for key, entry in kept.items() if entry not in ({}, [])}
    return [one for entry in value if (one := without_empty(entry)) != {}] if isinstance(value, list) else value


WRITTEN = """async ([form, events]) => {
    const [{ fileText }, { read }, { typedOf }] = await Promise.all(
        ["writing", "reading", "typing"].map((name) => import(`/admin/${name}.js`)));
    return events.map(([tree, body]) => {
        const found = read(form, typedOf(form, tree));
        return found.problems.length ? JSON.stringify(found.problems) : fileText(form, found.tree, body);
    });
}"""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_the_form_writes_what_new_writes(
    data: st.DataObject, scripts: Page, form: dict[str, Any], contents: SiteContents
) -> None:
    events = data.draw(st.lists(st.tuples(EVENTS, BODIES), min_size=1, max_size=MANY))
    trees = []
    for fields, body in events:
        tree = {key: value for key, value in tree_of(fields).items() if key != "imported"}
        bare = without_empty(tree)
        assert isinstance(bare, dict)
        trees.append((bare, body))
    written = scripts.evaluate(WRITTEN, [form, trees])
    for (tree, body), text in zip(trees, written, strict=True):
        request = NewEventRequest(str(tree["title"]), tree=tree, body=body)
        head, body_of_new = new_event(request, contents, CHINESE).content.split("\n---\n", 1)
        assert text == f"{without_questions(head)}\n---\n{body_of_new}"


DATED = """async ([form, events]) => {
    const [{ datesOf }, { problemOf }] = await Promise.all(
        ["dating", "messages"].map((name) => import(`/admin/${name}.js`)));
    return events.map((tree) => {
        try {
            return datesOf(form, tree).map(({ start, end }) => [start, end ?? null]);
        } catch (error) {
            return problemOf(form, [], error).message;
        }
    });
}"""
WEEKDAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
PLACED = st.tuples(st.sampled_from(["", "1", "+2", "-1", "5"]), WEEKDAYS).map("".join)


def joined(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return st.lists(entries.map(str), min_size=1, max_size=3, unique=True).map(",".join)


PARTS = {
    "INTERVAL": st.integers(0, 4).map(str),
    "BYDAY": joined(PLACED),
    "BYMONTHDAY": joined(st.sampled_from([1, 15, 29, 31, -1, -2])),
    "BYMONTH": joined(st.integers(1, 12)),
    "BYSETPOS": joined(st.sampled_from([1, 2, -1])),
    "WKST": WEEKDAYS,
}
ENDS = st.sampled_from(
    [
        "UNTIL=20270601",
        "UNTIL=20270410T143000",
        "COUNT=5",
        "COUNT=0",
        "UNTIL=20400101",
        "UNTIL=20270231",
        "COUNT=900",
        "",
    ]
)


@st.composite
def repeats(draw: st.DrawFn) -> dict[str, Tree]:
    """Front matter of a repeating event, right or wrong. Half of the starts are the first day of the rule."""
    day = draw(st.dates(date(2026, 12, 1), date(2027, 4, 30)))
    hours = draw(st.sampled_from([("", ""), (" 14:00", " 16:00"), (" 22:00", " 01:30")]))
    start = f"{day}{hours[0]}"
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY"]))
    parts = draw(st.fixed_dictionaries({}, optional=PARTS))
    rule = ";".join([f"FREQ={frequency}", *(f"{name}={value}" for name, value in parts.items()), draw(ENDS)])
    tree: dict[str, Tree] = {"title": "一", "start": start, "repeat": rule}
    if draw(st.booleans()):
        tree["start"] = first_start(tree) or start
    if draw(st.booleans()):
        ending = day + timedelta(days=draw(st.integers(-1, 2)))
        tree["end"] = f"{ending}{hours[1]}"
    if draw(st.booleans()):
        tree["except"] = [str(day + timedelta(days=draw(st.sampled_from([0, 7, 14]))))]
    return tree


def first_start(tree: dict[str, Tree]) -> str | None:
    """The start that the engine asks for, if there is one."""
    try:
        dates(fields_of(tree))
    except Impossible as impossible:
        hint = impossible.fault[2]
        return str(hint.values["first"]) if hint and "first" in hint.values else None
    return None


def engine_dates(tree: dict[str, Tree]) -> list[list[str | None]] | str:
    """The dates of the engine as front matter writes moments, or its message."""
    try:
        found = dates(fields_of(tree)).occurrences
    except Impossible as impossible:
        return impossible.fault[1].show(CHINESE)
    return [[moment_text(one.start), moment_text(one.end) if one.end else None] for one in found]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees=st.lists(repeats(), min_size=1, max_size=8))
def test_the_form_knows_the_dates_that_the_engine_makes(
    trees: list[dict[str, Tree]], scripts: Page, form: dict[str, Any]
) -> None:
    found = scripts.evaluate(DATED, [form, trees])
    assert dict(enumerate(found)) == dict(enumerate(map(engine_dates, trees)))
