"""An output is a file with pure functions. Whatever it reads, its pages are those of a clean build after every edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builds import Kept, build, differences, more_outputs
from sites import NOW, Site

TALK = "content/events/talk.md"
LEAFLET = '''
"""`/leaflets/<id>/`: a sheet for the door of each event."""

import msgspec

from almanac.site.pages import page


class Leaflet(msgspec.Struct, frozen=True):
    title: str
    start: object
    organisers: tuple[str, ...]
    body: str


def pages(site):
    for event in site.events:
        yield page(f"/leaflets/{event.id}/", "html:leaflet.html", leaflet, event.id, source=event.path)


def leaflet(site, event_id):
    event = site.event(event_id)
    names = tuple(organiser.name for organiser in event.organisers)
    return Leaflet(event.fields.title, event.dates.occurrences[0].start, names, event.body)
'''
TEMPLATE = """{% from "_sheet.html" import sheet %}
{% call sheet(site.title) %}
<h1>{{ view.title }}</h1><p>{{ view.start|moment }}</p><p>{{ view.organisers|join("、") }}</p>{{ view.body|markdown }}
{% endcall %}
"""
SHEET = "{% macro sheet(title) %}<title>{{ title }}</title>{{ caller() }}{% endmacro %}\n"


@pytest.fixture
def add_outputs(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Adds outputs for one test: `add_outputs(name=source)`."""
    with ExitStack() as stack:
        yield lambda **modules: stack.enter_context(more_outputs(tmp_path / "outputs", **modules))


@pytest.fixture
def leaflets(site: Site, add_outputs: Callable[..., None]) -> Site:
    """A site with leaflets, built once."""
    add_outputs(leaflets=LEAFLET)
    site.edit("config.yaml", "title:", "site_theme: own\ntitle:")
    site.write("themes/own/templates/leaflet.html", TEMPLATE)
    site.write("themes/own/templates/_sheet.html", SHEET)
    site.event("talk", title="旧的题目", body="旧的正文。")
    site.build()
    return site


def talk(site: Site, **changes: str) -> None:
    site.event("talk", **{"title": "旧的题目", "body": "旧的正文。", **changes})


EDITS: dict[str, tuple[Callable[[Site], None], str]] = {
    "title": (lambda site: talk(site, title="新的题目"), "<h1>新的题目</h1>"),
    "body": (lambda site: talk(site, body="新的*正文*。"), "<p>新的<em>正文</em>。</p>"),
    "date": (lambda site: talk(site, start="2027-04-01 19:00"), "2027年4月1日（周四）19:00"),
    "organiser": (lambda site: site.edit("content/organisers/kexie.md", "name: 市科协", "name: 科协"), "<p>科协</p>"),
    "template": (lambda site: site.edit("themes/own/templates/leaflet.html", "h1", "h2"), "<h2>旧的题目</h2>"),
    "part of the template": (lambda site: site.edit("themes/own/templates/_sheet.html", "title", "head"), "<head>"),
    "config": (lambda site: site.edit("config.yaml", "小城科普历", "新城科普历"), "<title>新城科普历</title>"),
    "language": (lambda site: site.edit("config.yaml", "title:", "language: en\ntitle:"), "10 March 2027"),
}


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        pytest.param(edit, kept, marks=() if kept == bool(number % 2) else pytest.mark.long)
        for number, edit in enumerate(EDITS)
        for kept in (False, True)  # in a new process, and in `serve`
    ],
)
def test_a_leaflet_follows_every_edit(leaflets: Site, edit: str, *, kept: bool) -> None:
    make, shown = EDITS[edit]
    builder = Kept(leaflets) if kept else None
    if builder:
        builder.build()
    make(leaflets)
    assert (builder.build() if builder else build(leaflets)).rendered
    assert shown in leaflets.page("/leaflets/talk/")
    assert differences(leaflets) == []
    if builder:
        builder.close()


def test_an_edit_renders_the_leaflets_that_show_it_and_no_others(leaflets: Site) -> None:
    everything = {f"leaflets/{path.name}/index.html" for path in (leaflets.output / "leaflets").iterdir()}

    def changed() -> set[str]:
        return build(leaflets).changed & everything

    talk(leaflets, title="新的题目")
    assert changed() == {"leaflets/talk/index.html"}
    talk(leaflets, title="新的题目", summary="没有海报显示它。")
    assert changed() == set()
    leaflets.edit("content/organisers/kexie.md", "name: 市科协", "name: 科协")
    assert changed() == everything
    leaflets.delete(TALK)
    assert changed() == set()
    assert not (leaflets.output / "leaflets/talk").exists()
    assert differences(leaflets) == []


def test_an_output_that_is_new_comes_and_goes_with_the_config(site: Site, add_outputs: Callable[..., None]) -> None:
    site.event("talk")
    site.build()
    add_outputs(slips=LEAFLET.replace("html:leaflet.html", "html:event_slip.html").replace("leaflets", "slips"))
    site.edit("config.yaml", "title:", "site_theme: own\ntitle:")
    site.write("themes/own/templates/event_slip.html", "{{ view.title }}\n")
    assert "新活动" in (site.build(), site.page("/slips/talk/"))[1]
    assert differences(site) == []
    site.edit("config.yaml", "site_theme: own", "outputs: {slips: false}\nsite_theme: own")
    site.event("talk", title="关着的时候改的")
    site.build()
    assert not (site.output / "slips").exists()
    assert differences(site) == []
    site.edit("config.yaml", "outputs: {slips: false}\n", "")
    site.build()
    assert "关着的时候改的" in site.page("/slips/talk/")
    assert differences(site) == []


EVERYTHING = '''
"""`/everything.txt`: reads far more than it shows."""

from almanac.site.pages import page


def pages(site):
    for number in range(1 + site.moment.minute % 3):
        yield page(f"/everything-{number}.txt", "copy", everything, number)


def everything(site, number):
    titles = [event.fields.title for event in site.events]
    names = [facet.name for kind in ("themes", "organisers", "venues") for facet in site.facets(kind)]
    return repr((number, site.moment, titles, names, site.year_numbers, len(site.assets))).encode()
'''


def test_an_output_may_read_all_events_and_the_moment_of_the_build(
    site: Site, add_outputs: Callable[..., None]
) -> None:
    add_outputs(everything=EVERYTHING)
    kept = Kept(site)
    for minutes, title in ((0, "甲"), (1, "甲"), (2, "乙"), (3, "丙"), (3, "丙"), (63, "丁")):
        site.now = NOW + timedelta(minutes=minutes)
        site.event("talk", title=title)
        kept.build()
        shown = site.file("/everything-0.txt").decode()
        assert repr(site.now) in shown
        assert title in shown
        assert differences(site) == []
    assert kept.build().rendered == 0
    kept.close()


BORROWED = '''
"""`/borrowed.txt`: made of what other outputs know."""

from almanac.outputs import all_pages, listing
from almanac.outputs.event_pages import event_view
from almanac.outputs.months import month_view, paged_days
from almanac.outputs.sitemap import sitemap_entries
from almanac.render.search import search_entry
from almanac.site.pages import page

LISTS_PAGES = True


def pages(site):
    yield page("/borrowed.txt", "copy", borrowed)


def borrowed(site):
    of_events = [(search_entry(site, event.id), event_view(site, event.id).title) for event in site.events]
    counts = [len(listing(site, name)) for name in ("feeds", "months", "aliases")]
    month = len(month_view(site, "2027-03-01").days) if "2027-03" in {str(e.begins)[:7] for e in site.events} else 0
    return repr((of_events, counts, month, paged_days(site), len(sitemap_entries(site)))).encode()
'''


def test_an_output_may_read_the_queries_of_other_outputs(site: Site, add_outputs: Callable[..., None]) -> None:
    add_outputs(borrowed=BORROWED)
    site.build()
    for changes in (
        {"title": "甲"},
        {"title": "甲", "summary": "一句话"},
        {"title": "甲", "start": "2027-07-01 10:00"},
        {"title": "甲", "start": "2029-07-01 10:00", "aliases": "/events/old/"},
        {"title": "乙", "start": "2029-07-01 10:00"},
    ):
        site.event("talk", **changes)
        site.build()
        assert differences(site) == [], changes
    site.edit("config.yaml", "title:", "outputs: {months: false}\ntitle:")
    site.build()
    assert differences(site) == []


CHECKSUMS = '''
"""`/checksums.txt`: made of the bytes of other pages."""

from almanac.core.digests import digest
from almanac.outputs import listed_pages
from almanac.render import rendered
from almanac.site.pages import page

LISTS_PAGES = True


def pages(site):
    yield page("/checksums.txt", "copy", checksums)
    yield page("/checksum-of-all.txt", "copy", checksum)


def checksums(site):
    found = [
        f"{digest(rendered(site, one.renderer, one.view, *one.args))} {one.file}"
        for one in listed_pages(site)
        if one.file.endswith("index.html")
    ]
    return "\\n".join(found).encode()


def checksum(site):
    return digest(rendered(site, "copy", f"{__name__}:checksums")).encode()
'''


def test_an_output_may_be_made_of_the_bytes_of_other_pages(site: Site, add_outputs: Callable[..., None]) -> None:
    add_outputs(checksums=CHECKSUMS)
    site.build()
    before = site.file("/checksum-of-all.txt")
    site.event("talk", body="旧的正文。")
    for body in ("旧的正文。", "新的正文。"):
        site.event("talk", body=body)
        assert {"checksums.txt", "checksum-of-all.txt"} <= build(site).changed
        assert differences(site) == []
    assert site.file("/checksum-of-all.txt") != before


IMPATIENT = '''
"""Asks for the bytes of a page in order to list its own."""

from almanac.render import rendered
from almanac.site.pages import page


def pages(site):
    size = len(rendered(site, "html:404.html", "almanac.outputs.not_found:not_found_view"))
    yield page(f"/{size}.txt", "copy", nothing)


def nothing(site):
    return b""
'''


def test_an_output_cannot_be_listed_by_the_bytes_of_pages_which_are_rendered_later(
    site: Site, add_outputs: Callable[..., None]
) -> None:
    add_outputs(impatient=IMPATIENT)
    with pytest.raises(TypeError, match=r"almanac\.render:rendered"):
        site.build()


OPAQUE = '''
"""Has a query whose values cannot be compared."""

from almanac.incremental import query
from almanac.site.pages import page


class Opaque:
    def __init__(self, title):
        self.title = title


@query()
def opaque(site):
    return Opaque(site.config.title)


def pages(site):
    yield page("/opaque.txt", "copy", shown)


def shown(site):
    return opaque(site).title.encode()
'''


def test_a_query_cannot_return_what_cannot_be_compared(site: Site, add_outputs: Callable[..., None]) -> None:
    add_outputs(opaque=OPAQUE)
    with pytest.raises(TypeError, match="Opaque"):
        site.build()


LENIENT = '''
"""`/lenient.txt`: handles what is missing."""

from almanac.incremental import Missing, query
from almanac.model.links import events
from almanac.site.pages import page


def pages(site):
    yield page("/lenient.txt", "copy", lenient)


@query(str)
def title(site, event_id):
    return site.event(event_id).fields.title


def lenient(site):
    found = []
    for ask in (lambda: events.entry(site, "talk").id, lambda: title(site, "talk"), lambda: title(site, "other")):
        try:
            found.append(ask())
        except Missing as missing:
            found.append(repr(missing.args))
    return repr(found).encode()
'''


@pytest.mark.parametrize("kept", [False, True], ids=["new process", "serve"])
def test_an_output_may_handle_what_is_missing(site: Site, add_outputs: Callable[..., None], *, kept: bool) -> None:
    add_outputs(lenient=LENIENT)
    builder = Kept(site)

    def build_again() -> str:
        builder.build()
        if not kept:
            builder.close()
        return site.file("/lenient.txt").decode()

    assert "新的" not in build_again()
    site.event("talk", title="新的")
    assert build_again().count("新的") == 1
    site.event("other", title="新的")
    assert build_again().count("新的") == 2
    site.delete(TALK)
    assert build_again().count("新的") == 1
    site.event("talk", title="又是新的")
    assert build_again().count("新的") == 2
    assert differences(site) == []
    builder.close()


ENTRIES = '''
"""`/entries/<key>.txt`: each reads one entry of a table, which nothing may read as a whole."""

from almanac.incremental import table
from almanac.site.pages import page


@table(str)
def names(site):
    return {facet.key: facet.name for facet in site.facets("organisers")}


def pages(site):
    if site.config.description == "测试用的小城":
        yield page("/entries/all.txt", "copy", whole)
    yield page("/entries/kexie.txt", "copy", single, "kexie")


def whole(site):
    return repr(names(site)).encode()


def single(site, key):
    return (names.get(site, key) or "-").encode()
'''


def test_an_entry_stays_fresh_when_nothing_reads_the_whole_table_any_more(
    site: Site, add_outputs: Callable[..., None]
) -> None:
    add_outputs(entries=ENTRIES)
    site.build()
    site.edit("config.yaml", "测试用的小城", "谁也不读整张表的小城")
    site.build()
    assert not (site.output / "entries/all.txt").exists()
    site.edit("content/organisers/kexie.md", "name: 市科协", "name: 科协")
    site.build()
    assert site.file("/entries/kexie.txt").decode() == "科协"
    site.delete("content/organisers/kexie.md")
    site.edit("config.yaml", "title:", "registries: open\ntitle:")
    site.build()
    assert differences(site) == []


SHARED = '''
"""`/shared.txt`: one address, of which the config decides what stands there."""

from almanac.site.pages import page


def pages(site):
    yield page("/shared.txt", "copy", theme if site.config.description == "测试用的小城" else nothing)


def theme(site):
    return site.event("talk").themes[0].name.encode()


def nothing(site):
    return b"-"
'''


def test_a_page_that_gave_way_for_a_while_is_fresh_when_it_comes_back(
    site: Site, add_outputs: Callable[..., None]
) -> None:
    add_outputs(shared=SHARED)
    site.event("talk", theme="sky")
    site.build()
    site.edit("config.yaml", "测试用的小城", "另一个小城")
    site.build()
    site.event("talk", theme="water")
    site.build()
    site.edit("config.yaml", "另一个小城", "测试用的小城")
    site.build()
    assert site.file("/shared.txt").decode() == "水资源"
    site.edit("content/themes/water.md", "name: 水资源", "name: 水")
    site.build()
    assert site.file("/shared.txt").decode() == "水"
    assert differences(site) == []


def test_a_template_may_choose_another_one_by_what_it_shows(leaflets: Site) -> None:
    leaflets.write("themes/own/templates/leaflet.html", '{% include "_of_" ~ view.title|length ~ ".html" %}\n')
    leaflets.write("themes/own/templates/_of_4.html", "四个字：{{ view.title }}")
    for length in {*range(12)} - {4}:
        leaflets.write(f"themes/own/templates/_of_{length}.html", "别的：{{ view.title }}")
    leaflets.build()
    assert "四个字" in leaflets.page("/leaflets/talk/")
    leaflets.edit("themes/own/templates/_of_4.html", "四个字", "4个字")
    leaflets.build()
    assert "4个字" in leaflets.page("/leaflets/talk/")
    assert differences(leaflets) == []


def test_pages_that_depend_on_the_day_turn_at_midnight(site: Site, add_outputs: Callable[..., None]) -> None:
    add_outputs(days=DAYS)
    shown = []
    for site.now in (datetime(2027, 3, 1, 23, 59), datetime(2027, 3, 2), datetime(2027, 3, 2, 9), datetime(2027, 3, 1)):
        site.build()
        shown.append(site.file("/today.txt").decode())
        assert differences(site) == []
    assert shown == ["2027-03-01", "2027-03-02", "2027-03-02", "2027-03-01"]


DAYS = '''
"""`/today.txt`: the day of the build."""

from almanac.site.pages import page


def pages(site):
    yield page("/today.txt", "copy", today)


def today(site):
    return str(site.now.date()).encode()
'''
