"""A province gathers cities that share a host name, so that different events have one UID."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builds import differences
from sites import Site, small_site

from almanac.cli.reports import as_text
from almanac.content.metadata import metadata_of
from almanac.content.occurrences import dates
from almanac.content.parse import parse
from almanac.content.records import kinds
from almanac.content.sources import Source
from almanac.model.gathered import Apart, Clash, GatheredEvent, Home, told_apart

CITIES = ("nanjing", "suzhou")
HOST = "kepu.example.org"
SHARED = "science-day"  # the id that both cities chose for their own event


def small(root: Path, address: str) -> Site:
    """A site without events at an address."""
    site = small_site(root)
    for path in (site.root / "content/events/2027").glob("*.md"):
        path.unlink()
    site.edit("config.yaml", "https://example.org/kepu/", address)
    site.only("data", "feeds", "months")
    site.allow_removals = False
    return site


@pytest.fixture
def cities(tmp_path: Path) -> dict[str, Site]:
    """Two cities in folders of one host name. Neither wrote a host for its UIDs."""
    found = {}
    for city in CITIES:
        site = small(tmp_path / city, f"https://{HOST}/{city}/")
        site.event(SHARED, title=f"{city}科普日", start="2027-03-20")
        site.event(f"{city}-lake", title=f"{city}的湖", start="2027-03-21 09:00")
        site.event(
            "walk",
            title=f"{city}漫步",
            start="2027-03-22",
            sessions="[{id: a, start: 2027-03-22 09:00}, {id: b, start: 2027-03-23 09:00}]",
        )
        site.edit("content/events/walk.md", "start: 2027-03-22\n", "")
        site.build()
        found[city] = site
    return found


def gathering(root: Path, address: str, cities: dict[str, Site]) -> Site:
    """A province at an address that has the open data of the cities beside its config."""
    site = small(root, address)
    listed = "".join(f"  {city}: {{name: {city}市, url: {city}.json}}\n" for city in cities)
    site.edit("config.yaml", "title:", f"sources:\n{listed}title:")
    fetch(site, cities)
    return site


def fetch(province: Site, cities: dict[str, Site]) -> None:
    for city, site in cities.items():
        province.write(f"{city}.json", site.file("/data/events.json"))


def warnings(province: Site, language: str = "zh-CN") -> str:
    """What a build of the province says; it must publish."""
    report, problems = province.try_build()
    assert report is not None
    assert {problem.severity for problem in problems} <= {"warning"}
    return as_text(problems, language, province.root)


def uids_in_feed(site: Site) -> list[str]:
    return sorted(line[4:] for line in site.feed("/feeds/all.ics").split("\r\n") if line.startswith("UID:"))


def titles(site: Site) -> list[str]:
    return sorted(one["title"] for one in json.loads(site.file("/data/events.json"))["events"])


ALL = sorted(f"{city}{title}" for city in CITIES for title in ("科普日", "的湖", "漫步"))


def test_two_events_of_one_uid_are_both_shown_and_the_province_learns_what_to_do(
    tmp_path: Path, cities: dict[str, Site]
) -> None:
    province = gathering(tmp_path / "province", "https://sheng.example.org/", cities)
    said = warnings(province)
    assert titles(province) == ALL
    month = province.page("/calendar/2027/03/")
    assert all(f"https://{HOST}/{city}/events/{SHARED}/" in month for city in CITIES)
    before = uids_in_feed(province)
    kept = {f"{SHARED}@{HOST}", f"nanjing-lake@{HOST}", f"walk-a@{HOST}", f"walk-b@{HOST}", f"suzhou-lake@{HOST}"}
    given = {f"{SHARED}@suzhou.{HOST}", f"walk-a@suzhou.{HOST}", f"walk-b@suzhou.{HOST}"}
    assert before == sorted(kept | given)
    assert said.count("提醒") == 1
    assert "suzhou市有 2 场活动的日程标识（UID）与nanjing市的其他活动相同" in said
    assert f"“suzhou科普日”（https://{HOST}/suzhou/events/{SHARED}/）" in said
    assert f"“nanjing科普日”（https://{HOST}/nanjing/events/{SHARED}/）" in said
    assert f"请suzhou市在自己网站的 config.yaml 里写 feeds: {{uid_host: suzhou.{HOST}}}" in said
    assert differences(province) == []

    suzhou = cities["suzhou"]
    suzhou.edit("config.yaml", "title:", f"feeds: {{uid_host: suzhou.{HOST}}}\ntitle:")
    assert suzhou.try_build()[0] is None, "its subscribers would notice: it has to say that it means it"
    suzhou.allow_removals = True
    suzhou.build()
    fetch(province, cities)
    assert warnings(province) == ""
    assert titles(province) == ALL
    assert uids_in_feed(province) == sorted({*before} - {f"suzhou-lake@{HOST}"} | {f"suzhou-lake@suzhou.{HOST}"})
    assert {*uids_in_feed(suzhou)} <= {*uids_in_feed(province)}
    assert differences(province) == []


def test_cities_in_folders_of_the_province_keep_all_their_events(tmp_path: Path, cities: dict[str, Site]) -> None:
    """Without a host of their own the UIDs of the cities look like those of the province."""
    province = gathering(tmp_path / "province", f"https://{HOST}/", cities)
    province.event(SHARED, title="全省科普日", start="2027-03-20")
    said = warnings(province)
    assert titles(province) == sorted([*ALL, "全省科普日"])
    found = uids_in_feed(province)
    assert len(found) == len(set(found)) == 1 + 4 * len(CITIES)
    assert f"{SHARED}@{HOST}" in found
    assert all(f"{SHARED}@{city}.{HOST}" in found for city in CITIES)
    for city in CITIES:
        assert f"{city}市有 1 场活动的日程标识（UID）与小城科普历的其他活动相同" in said
        assert f"“全省科普日”（content/events/{SHARED}.md）" in said
        assert f"{city}市有 2 场活动的日程标识（UID）用了本站的主机名" in said
        assert f"feeds: {{uid_host: {city}.{HOST}}}" in said
    assert differences(province) == []


def test_an_event_that_a_neighbour_passes_on_is_shown_once_without_a_word(
    tmp_path: Path, cities: dict[str, Site]
) -> None:
    """Also under its old page, while the neighbour has not heard of the new one; and what was the province's own."""
    nanjing, suzhou = cities.values()
    nanjing.write("config.yaml", f"{(nanjing.root / 'config.yaml').read_text('utf-8')}feeds: {{uid_host: n.example}}\n")
    nanjing.allow_removals = True
    nanjing.build()
    old = json.loads(nanjing.file("/data/events.json"))["events"]
    passed_on = [{**one, "id": f"nanjing.{one['id']}"} for one in old]
    passed_on[0]["url"] = passed_on[0]["url"].replace(SHARED, "old-name")
    address = "https://sheng.example.org/kepu/"
    ours = {**old[0], "id": "sheng.gone", "uid": "gone@sheng.example.org", "url": f"{address}events/gone/"}
    province = gathering(tmp_path / "province", address, cities)
    data = json.loads(suzhou.file("/data/events.json"))
    data["events"] += [*passed_on, ours]
    province.write("suzhou.json", json.dumps(data))
    assert warnings(province) == ""
    assert titles(province) == ALL


def test_a_file_that_hides_a_gathered_event_is_named(tmp_path: Path, cities: dict[str, Site]) -> None:
    province = gathering(tmp_path / "province", "https://sheng.example.org/", {"suzhou": cities["suzhou"]})
    province.event("suzhou.walk", title="另一场", start="2027-03-25")
    said = warnings(province)
    assert titles(province) == sorted(["另一场", "suzhou的湖", "suzhou科普日"])
    assert "content/events/suzhou.walk.md" in said
    assert f"suzhou市的“suzhou漫步”（https://{HOST}/suzhou/events/walk/）没有列出" in said
    province.delete("content/events/suzhou.walk.md")
    province.allow_removals = True
    assert "没有列出" not in warnings(province)
    assert "suzhou漫步" in titles(province)


WHEN = datetime(2027, 2, 20, tzinfo=UTC)


def gathered_event(source: str, name: str, host: str, page: str, sessions: str = "") -> GatheredEvent:
    """An event of a source with the UID `name@host`; its page is at `page`."""
    start = f"sessions: [{sessions}]" if sessions else "start: 2027-03-20"
    data = f"---\ntitle: 活动\n{start}\n---\n".encode()
    path = f"sources/events/{source}/{name}"
    record = parse(Source(path, "events", name, data), kinds()["events"])
    assert not isinstance(record, list), record
    home = Home(source, page, f"{page}.ics")
    return GatheredEvent(path, metadata_of(record, dates(record.fields)), WHEN, f"{name}@{host}", home)


def apart(*found: GatheredEvent) -> Apart:
    return told_apart(found, "own.example", "own.example/kepu")


def test_a_session_and_an_event_of_another_city_do_not_share_a_uid() -> None:
    walk = gathered_event(
        "a", "walk", "h.example", "https://a.example/events/walk/", "{id: x, start: 2027-03-20 09:00}"
    )
    other = gathered_event("b", "walk-x", "h.example", "https://b.example/events/walk-x/")
    for found, uid, instead in (
        ((walk, other), "walk-x@h.example", "walk-x@b.h.example"),
        ((other, walk), "walk@h.example", "walk@a.h.example"),
    ):
        first, second = found
        known = apart(*found)
        assert [one.uid for one in known.events] == [first.uid, instead]
        assert known.clashes == (Clash(second.path, uid, instead, first.path),)


def test_a_uid_that_is_given_instead_is_free() -> None:
    first = gathered_event("a", "day", "h.example", "https://a.example/events/day/")
    honest = gathered_event("c", "day", "b.h.example", "https://c.example/events/day/")
    third = gathered_event("b", "day", "h.example", "https://b.example/events/day/")
    assert [one.uid for one in apart(first, honest, third).events] == [
        "day@h.example",
        "day@b.h.example",
        "day@b.b.h.example",
    ]


def test_one_page_is_one_event_although_its_uid_was_changed_on_the_way() -> None:
    page = "https://b.example/events/day/"
    direct = gathered_event("b", "day", "h.example", page)
    by_province = gathered_event("p", "day", "b.h.example", page)
    assert apart(direct, by_province) == Apart((direct,), ())


def test_only_pages_of_this_very_site_are_its_own() -> None:
    ours = gathered_event("b", "day", "own.example", "https://own.example/kepu/events/day/")
    city = gathered_event("b", "day", "own.example", "https://own.example/kepu/city/events/day/")
    assert apart(ours) == Apart((), ())
    (clash,) = apart(city).clashes
    assert clash == Clash(city.path, "day@own.example", "day@b.own.example", None)
