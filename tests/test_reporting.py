"""The plan and its figures: states, units, sums, and the lists that every figure leads to."""

from __future__ import annotations

import random
import re
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from reports import Events, events_of, front_matter, recount
from sites import Site, small_site

from almanac.content.records.plan import ReportedFigure, Target
from almanac.model.reporting import Tally, forecast, reported

NOW = datetime(2027, 6, 15, 12, 0)
STATES = ("held", "overdue", "announced", "planned", "cancelled")
UNITS = ("events", "occurrences", "days", "participants")


def plan(site: Site, *targets: str, year: int = 2027, sample: bool = False) -> None:
    """A plan with targets in the order given; each is what it counts, or other keys."""
    lines = "".join(
        f"  - {{id: t{number}, name: 目标, figure: 10, unit: 场, {keys}}}\n" for number, keys in enumerate(targets)
    )
    front = f"title: {year}年要点\nyear: {year}\nsample: {str(sample).lower()}\ntargets:\n{lines}"
    site.write(f"content/plans/{year}.md", f"---\n{front}---\n正文。\n")


def bare(root: Path) -> Site:
    """The small site without its events, in the middle of the year."""
    site = small_site(root)
    site.now = NOW
    for file in sorted((site.root / "content/events").rglob("*.md")):
        file.unlink()
    site.delete("content/plans/2027.md")
    return site


def section(page: str, anchor: str) -> str:
    """The part of a page with an id, without further parts; empty if there is none."""
    found = re.search(rf'<section id="{anchor}">(.*?)</section>', page, re.DOTALL)
    return found[1] if found else ""


def listed(site: Site, target: str, year: int = 2027) -> dict[str, int]:
    """The number of lines of each list of a target."""
    page = site.page(f"/plan/{year}/targets/{target}/")
    return {state: count for state in (*STATES, "samples", "before") if (count := section(page, state).count("<li>"))}


def counts(of: str, more: str = "") -> str:
    return f"counts: {{of: {of}{more}}}"


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site with an event for each edge, in a theme of its own, and for each of them a target for each unit."""
    site = bare(tmp_path_factory.mktemp("edges") / "site")
    cases = {
        "camp": {"start": "2027-05-01 09:00", "end": "2027-05-03 17:00", "result": "{held: true, participants: 30}"},
        "whole-days": {"start": "2027-05-01", "end": "2027-05-03", "result": "{held: true}"},
        "closed-day": {
            "start": "2027-05-01 09:00",
            "end": "2027-05-04 17:00",
            "except": "[2027-05-03]",
            "result": "{held: true, participants: 7}",
        },
        "sessions": {
            "start": "",
            "sessions": "[{id: a, start: 2027-05-01 09:00, end: 2027-05-01 10:00},"
            " {id: b, start: 2027-05-01 14:00, end: 2027-05-01 15:00},"
            " {id: c, start: 2027-05-02 09:00, end: 2027-05-02 10:00, status: cancelled},"
            " {id: d, start: 2027-07-02 09:00, end: 2027-07-02 10:00}]",
            "result": "{held: true, participants: 12}",
        },
        "cancelled": {"start": "2027-05-01 09:00", "status": "cancelled"},
        "cancelled-yet-with-a-result": {"start": "2027-05-01 09:00", "status": "cancelled", "result": "{held: true}"},
        "not-held": {"start": "2027-05-01 09:00", "result": "{held: false}"},
        "postponed": {"start": "2027-05-01 09:00", "status": "postponed"},
        "full": {"start": "2027-07-01 09:00", "status": "full"},
        "overdue": {"start": "2027-05-01 09:00"},
        "under-way": {"start": "2027-06-10", "end": "2027-06-20"},
        "early-result": {"start": "2027-07-01 09:00", "result": "{held: true, participants: 99}"},
        "over-new-year": {"start": "2026-12-30", "end": "2027-01-02", "result": "{held: true, participants: 5}"},
        "moved-into-the-year": {
            "start": "2026-12-18 09:00",
            "end": "2026-12-18 10:00",
            "repeat": "FREQ=WEEKLY;COUNT=2",
            "overrides": "\n  2026-12-25: {start: 2027-01-03 09:00, end: 2027-01-03 10:00}",
            "result": "{held: true, participants: 40}",
        },
        "draft": {"start": "2027-07-01 09:00", "draft": "true"},
    }
    for name, keys in cases.items():
        site.write(f"content/themes/{name}.md", f"---\nname: {name}\n---\n")
        site.event(name, theme=name, **{key: value for key, value in keys.items() if value})
        if "sessions" in keys:
            site.edit(f"content/events/{name}.md", "start: 2027-03-10 14:00\n", "")
    targets = "\n".join(
        f"  - {{id: {name}-{of}, name: {name}, figure: 1, unit: 场, counts: {{of: {of}, theme: {name}}}}}"
        for name in cases
        for of in UNITS
    )
    for year in (2026, 2027):
        site.write(f"content/plans/{year}.md", f"---\ntitle: 要点\nyear: {year}\ntargets:\n{targets}\n---\n")
    site.build()
    return site


# The name, the lines by state of events, of occurrences and of days, and the participants.
EDGES = [
    ("camp", ({"held": 1}, {"held": 1}, {"held": 3}), 30),
    ("whole-days", ({"held": 1}, {"held": 1}, {"held": 3}), 0),
    ("closed-day", ({"held": 1}, {"held": 1}, {"held": 3}), 7),
    (
        "sessions",
        ({"held": 1}, {"held": 2, "cancelled": 1, "announced": 1}, {"held": 1, "cancelled": 1, "announced": 1}),
        12,
    ),
    ("cancelled", ({"cancelled": 1}, {"cancelled": 1}, {"cancelled": 1}), 0),
    ("cancelled-yet-with-a-result", ({"cancelled": 1}, {"cancelled": 1}, {"cancelled": 1}), 0),
    ("not-held", ({"cancelled": 1}, {"cancelled": 1}, {"cancelled": 1}), 0),
    ("postponed", ({"planned": 1}, {"planned": 1}, {"planned": 1}), 0),
    ("full", ({"announced": 1}, {"announced": 1}, {"announced": 1}), 0),
    ("overdue", ({"overdue": 1}, {"overdue": 1}, {"overdue": 1}), 0),
    ("under-way", ({"announced": 1}, {"announced": 1}, {"announced": 11}), 0),
    ("early-result", ({"announced": 1}, {"announced": 1}, {"announced": 1}), 0),
    ("over-new-year", ({}, {}, {"held": 2}), 0),
    ("moved-into-the-year", ({"held": 1}, {"held": 1}, {"held": 1}), 40),
    ("draft", ({}, {}, {}), 0),
]


@pytest.mark.parametrize(("name", "expected", "people"), EDGES, ids=[one[0] for one in EDGES])
def test_each_edge_counts_as_its_unit_says(
    edges: Site, name: str, expected: tuple[dict[str, int], ...], people: int
) -> None:
    for of, lines in zip(UNITS, expected, strict=False):
        found = listed(edges, f"{name}-{of}")
        found.pop("before", None)
        assert found == lines, of
    assert held_on_page(edges, f"{name}-participants") == people


def held_on_page(site: Site, target: str, year: int = 2027) -> int:
    """The figure in the column of what is held."""
    return figures_on_page(site, target, year)["held"]


def figures_on_page(site: Site, target: str, year: int = 2027) -> dict[str, int]:
    """The figures of a target on the page of the plan, by the anchor to which they lead. What is held needs no link."""
    row = re.search(rf'<tr id="target-{target}">(.*?)</tr>', site.page(f"/plan/{year}/"), re.DOTALL)
    assert row, target
    links = re.findall(rf'/plan/{year}/targets/{target}/#(\w+)">([\d,]+)</a>', row[1])
    plain = re.findall(r'<td class="figure">(\d+)</td>', row[1])
    return {"held": int(plain[0]) if plain else 0} | {anchor: int(figure.replace(",", "")) for anchor, figure in links}


def test_what_begins_before_the_new_year_belongs_to_the_old_one_and_a_day_to_its_own(edges: Site) -> None:
    assert listed(edges, "over-new-year-events", 2026) == {"held": 1}
    assert listed(edges, "over-new-year-days", 2026) == {"held": 2}
    assert held_on_page(edges, "over-new-year-participants", 2026) == 5
    assert listed(edges, "moved-into-the-year-events", 2026) == {"held": 1}
    assert held_on_page(edges, "moved-into-the-year-participants", 2026) == 0


def test_every_figure_of_a_page_is_the_number_of_lines_of_its_list(edges: Site) -> None:
    seen = 0
    for target in re.findall(r'<tr id="target-([^"]+)">', edges.page("/plan/2027/")):
        page = edges.page(f"/plan/2027/targets/{target}/")
        for anchor, figure in figures_on_page(edges, target).items():
            part = page.partition('id="forecast"')[2].partition('<section id="overdue">')[0]
            lines = part.count("<li>") if anchor == "forecast" else section(page, anchor).count("<li>")
            people = target.endswith("participants") and anchor in {"held", "forecast", "before"}
            if not people:
                assert lines == figure, (target, anchor)
            elif anchor == "held" and figure:
                assert sum(map(int, re.findall(r"<b>(\d+)</b>", section(page, "held")))) == figure
            seen += figure
    assert seen > 50


def test_a_result_that_comes_late_counts_in_the_year_of_the_event(tmp_path: Path) -> None:
    site = bare(tmp_path / "site")
    site.now = datetime(2028, 2, 1, 9, 0)
    plan(site, counts("events"), counts("participants"))
    site.event("talk", start="2027-12-30 09:00")
    site.build()
    assert listed(site, "t0") == {"overdue": 1}
    assert held_on_page(site, "t0") == 0
    site.edit("content/events/talk.md", "theme: sky", "theme: sky\nresult: {held: true, participants: 64}")
    site.build()
    assert listed(site, "t0") == {"held": 1}
    assert held_on_page(site, "t1") == 64


def test_an_event_counts_once_in_a_target_of_two_programmes_and_once_in_each_of_two_targets(tmp_path: Path) -> None:
    site = bare(tmp_path / "site")
    site.write("content/programmes/tours.md", "---\nname: 一日游\n---\n")
    site.event("a", start="2027-05-01 09:00", programme="lectures", form="lecture", result="{held: true}")
    site.event("b", start="2027-05-02 09:00", programme="tours", result="{held: true}")
    plan(
        site,
        counts("events", ", programme: [lectures, tours]"),
        counts("events", ", programme: lectures"),
        counts("events", ", form: lecture"),
        counts("events", ", programme: tours, form: lecture"),
    )
    site.build()
    assert [listed(site, f"t{number}").get("held", 0) for number in range(4)] == [2, 1, 1, 0]


def test_made_up_events_fulfil_no_target_of_a_real_plan_and_are_listed_apart(tmp_path: Path) -> None:
    site = bare(tmp_path / "site")
    site.event("real", start="2027-05-01 09:00", result="{held: true}")
    site.event("made-up", start="2027-05-02 09:00", result="{held: true}", sample="true")
    plan(site, counts("events"))
    site.build()
    assert listed(site, "t0") == {"held": 1, "samples": 1}
    assert "示例活动不计入真实要点的任何目标" in site.page("/plan/2027/")
    plan(site, counts("events"), sample=True)
    site.build()
    assert listed(site, "t0") == {"held": 2}


def test_the_year_before_stands_beside_the_year_if_the_calendar_knows_it(tmp_path: Path) -> None:
    site = bare(tmp_path / "site")
    site.event("new", start="2027-05-01 09:00", result="{held: true}")
    plan(site, counts("events"))
    site.build()
    assert "before" not in figures_on_page(site, "t0")
    for number in (1, 2):
        site.event(f"old-{number}", start=f"2026-05-0{number} 09:00", result="{held: true}")
    site.event("old-3", start="2026-05-03 09:00")
    site.build()
    assert figures_on_page(site, "t0")["before"] == 2
    assert listed(site, "t0") == {"held": 1, "before": 2}


def test_a_title_changes_its_lists_and_no_page_of_figures(tmp_path: Path) -> None:
    site = bare(tmp_path / "site")
    site.event("talk", start="2027-05-01 09:00", programme="lectures")
    plan(site, counts("events", ", programme: lectures"), counts("events", ", form: lecture"))
    site.build()
    before = site.times()
    site.edit("content/events/talk.md", "title: 新活动", "title: 改名了")
    site.build()
    after = site.times()
    changed = {file for file in after if file.startswith("plan/") and after[file] != before[file]}
    assert "plan/2027/targets/t0/index.html" in changed
    assert not changed & {"plan/2027/index.html", "plan/2027/targets/t1/index.html"}


def reports(*figures: tuple[float, date | None, str | None], total: str = "sum") -> Target:
    found = tuple(ReportedFigure(figure=figure, date=day, by=by) for figure, day, by in figures)
    return Target(id="a", name="学校", figure=13, unit="所", reported=found, reported_total=total)  # type: ignore[arg-type]


def test_of_each_department_the_latest_report_counts() -> None:
    spring, autumn = date(2027, 4, 1), date(2027, 10, 1)
    assert reported(reports()) is None
    assert reported(reports((14, None, None))) == 14
    assert reported(reports((6, autumn, "a"), (4, spring, "a"), (3, spring, "b"))) == 9
    assert reported(reports((6, spring, "a"), (4, spring, "a"))) == 4
    assert reported(reports((2, None, "a"), (4, spring, "a"))) == 4
    assert reported(reports((71, spring, "a"), (85, autumn, "b"), total="latest")) == 85


def test_a_reported_figure_may_be_a_number_or_say_when_where_and_by_whom(tmp_path: Path) -> None:
    site = bare(tmp_path / "site")
    plan(
        site,
        "reported: 14",
        "reported: {figure: 3, date: 2027-05-01, source: 来函, by: 科协}",
        "reported: [{figure: 3, by: kexie}, {figure: 4, by: 某某学会}]",
        "note: 不统计",
    )
    site.build()
    assert [figures_on_page(site, f"t{number}").get("reported") for number in range(4)] == [14, 3, 7, None]
    page = site.page("/plan/2027/targets/t1/")
    assert "来函" in page
    assert "市科协" in page
    assert not (site.output / "plan/2027/targets/t3").exists()


def test_paragraphs_without_a_figure_are_listed_with_their_units(tmp_path: Path) -> None:
    site = bare(tmp_path / "site")
    plan(site, "paragraph: 5")
    site.edit(
        "content/plans/2027.md",
        "targets:",
        "paragraphs: [{number: 4, name: 监测评估, organiser: kexie}, {number: 5, name: 科普日}]\ntargets:",
    )
    site.build()
    rows = re.findall(r'<tr class="group">(.*?)</tr>', site.page("/plan/2027/"), re.DOTALL)
    assert [re.search(r"监测评估|科普日", row)[0] for row in rows] == ["监测评估", "科普日"]  # type: ignore[index]
    assert "没有数字目标" in rows[0]
    assert "市科协" in rows[0]
    assert "没有数字目标" not in rows[1]


def test_the_forecast_adds_what_is_announced() -> None:
    assert forecast(Tally(held=4, announced=3, overdue=2), "events") == 7
    assert forecast(Tally(announced=3), "participants") is None
    assert forecast(Tally(held=3, announced=2, participants=100, known=3), "participants") == 166
    assert forecast(Tally(held=3, participants=100, known=3), "participants") == 100


@pytest.fixture(scope="module")
def made_up_year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Events]:
    """A year of events of every kind, by chance, with targets of every unit and filter."""
    site = bare(tmp_path_factory.mktemp("year") / "site")
    chance = random.Random(30)  # noqa: S311 - it makes up events, no secrets
    site.write("content/programmes/tours.md", "---\nname: 一日游\n---\n")
    site.write("content/organisers/jiaoyu.md", "---\nname: 教育局\n---\n")
    for number in range(160):
        site.event(f"e{number}", **made_up(chance))
    filters = (
        "",
        ", programme: lectures",
        ", programme: [lectures, tours]",
        ", form: lecture, theme: [sky, water]",
        ", level: [city, key]",
        ", audience: youth",
        ", organiser: jiaoyu",
    )
    targets = [counts(of, one) for of in UNITS for one in filters]
    for year in (2026, 2027):
        plan(site, *targets, year=year, sample=True)
    site.build()
    return site, events_of(site)


def made_up(chance: random.Random) -> dict[str, str]:
    """The front matter of an event, by chance."""
    month, day = chance.randrange(1, 13), chance.randrange(1, 29)
    year = chance.choice((2026, 2027, 2027, 2027))
    start, length = f"{year}-{month:02}-{day:02}", chance.randrange(0, 4)
    keys = {
        "organiser": chance.choice(("kexie", "jiaoyu", "[kexie, jiaoyu]")),
        "level": chance.choice(("city", "key", "regular")),
        "theme": chance.choice(("sky", "water", "[sky, water]")),
        "audience": chance.choice(("youth", "public", "[youth, public]")),
    }
    if chance.random() < 0.7:
        keys["programme"] = chance.choice(("lectures", "tours"))
        keys["form"] = chance.choice(("lecture", "tour"))
    if chance.random() < 0.3:
        keys["co_organiser"] = "jiaoyu"
    if chance.random() < 0.2:
        keys["status"] = chance.choice(("cancelled", "postponed", "full", "moved"))
    if chance.random() < 0.5:
        people = f", participants: {chance.randrange(1, 200)}" if chance.random() < 0.8 else ""
        keys["result"] = f"{{held: {chance.choice(('true', 'true', 'false'))}{people}}}"
    match chance.randrange(4):
        case 0:
            keys |= {"start": f"{start} 09:00", "end": f"{start} 11:00"}
        case 1:
            keys |= {"start": start, "end": str(date.fromisoformat(start).replace(day=min(day + length, 28)))}
        case 2:
            keys |= {"start": f"{start} 09:00", "end": f"{year}-{month:02}-{day:02} 10:00"}
            keys |= {"repeat": f"FREQ=WEEKLY;COUNT={2 + length * 3}"}
        case _:
            keys |= {"start": f"{year}-12-{28 + length} 09:00", "end": f"{year + 1}-01-0{1 + length} 17:00"}
    return keys


def test_another_count_of_a_made_up_year_gives_the_same_figures(made_up_year: tuple[Site, Events]) -> None:
    site, events = made_up_year
    compared = 0
    for year in (2026, 2027):
        for target in front_matter(site.root / f"content/plans/{year}.md")["targets"]:
            expected = recount(events, target["counts"], year, site.now)
            people = expected.pop("people", 0)
            lines = listed(site, target["id"], year)
            lines.pop("before", None)
            assert lines == dict(expected), target
            held = people if target["counts"]["of"] == "participants" else expected["held"]
            assert held_on_page(site, target["id"], year) == held, target
            compared += sum(expected.values())
    assert compared > 3000


def test_another_count_of_the_shipped_content_gives_the_figures_of_its_plans(shipped: Site) -> None:
    events = events_of(shipped)
    for file in sorted((shipped.root / "content/plans").glob("*.md")):
        front = yaml.safe_load(file.read_text(encoding="utf-8").split("---\n")[1])
        chosen = events if front.get("sample") else [one for one in events if not one.get("sample")]
        for target in front["targets"]:
            if "counts" not in target:
                continue
            expected = recount(chosen, target["counts"], front["year"], shipped.now)
            people = expected.pop("people", 0)
            lines = listed(shipped, target["id"], front["year"])
            assert {state: lines[state] for state in STATES if state in lines} == dict(expected), target
            held = people if target["counts"]["of"] == "participants" else expected["held"]
            assert held_on_page(shipped, target["id"], front["year"]) == held, target
