"""The contract of the open data: fields and their meanings stay."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sites import Site

from almanac.core.formulas import FORMULA
from almanac.core.formulas import escape_formula as harmless

# Names that programs of others use. A new one is added here; one that is taken away breaks them.
REQUIRED = {"id", "uid", "url", "ics", "title", "status", "level", "dates", "organisers", "updated"}
OPTIONAL = {
    "summary", "status_note", "programme", "themes", "co_organisers", "other_co_organisers", "audiences", "district",
    "venue", "online", "fee", "free", "language", "signup", "tags", "sample", "result", "form", "ages",
    "repeat",
}  # fmt: skip


def dataset(site: Site) -> dict[str, Any]:
    data = json.loads(site.file("/data/events.json"))
    schema = json.loads(site.file("/data/events.schema.json"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(data)
    assert data["$schema"] == schema["$id"] == "https://example.org/kepu/data/events.schema.json"
    found: dict[str, Any] = data
    return found


def test_the_json_holds_every_event_with_its_dates_and_follows_its_schema(site: Site) -> None:
    site.build()
    data = dataset(site)
    assert data["timezone"] == "Asia/Shanghai"
    events = {event["id"]: event for event in data["events"]}
    assert len(events) == 5
    clouds = events["2027-03-20-clouds"]
    assert clouds["url"] == "https://example.org/kepu/events/2027-03-20-clouds/"
    assert clouds["uid"] == "2027-03-20-clouds@example.org"
    assert clouds["dates"] == [
        {"start": "2027-03-20T14:00:00+08:00", "end": "2027-03-20T16:00:00+08:00", "status": "scheduled"}
    ]
    assert clouds["themes"] == [{"key": "sky", "name": "气象"}, {"key": "water", "name": "水资源"}]
    assert clouds["form"] == {"key": "lecture", "name": "讲座"}
    assert clouds["ages"] == "6-12"
    assert clouds["free"] is True
    assert clouds["venue"]["longitude"] == pytest.approx(119.97)
    assert len(events["2027-03-06-club"]["dates"]) == 9
    assert events["2027-05-18-open-day"]["dates"][0]["start"] == "2027-05-18"


def test_the_page_states_the_terms_of_the_config(site: Site) -> None:
    site.build()
    assert "许可" not in site.page("/data/")
    terms = "{licence: CC BY 4.0, licence_url: https://example.org/by/, publisher: 市科协}"
    site.edit("config.yaml", "title:", f"open_data: {terms}\ntitle:")
    site.build()
    assert '<a href="https://example.org/by/" rel="license">CC BY 4.0</a>' in site.page("/data/")
    assert "<dt>请注明来源</dt><dd>市科协</dd>" in site.page("/data/")


def test_the_names_of_the_contract_stay(site: Site) -> None:
    site.build()
    definition = json.loads(site.file("/data/events.schema.json"))["$defs"]["EventData"]
    assert set(definition["required"]) == REQUIRED
    assert set(definition["properties"]) == REQUIRED | OPTIONAL
    page = site.page("/data/")
    for name in REQUIRED | OPTIONAL:
        assert f"<code>{name}</code>" in page


def test_an_event_without_all_of_it_follows_the_schema_too(site: Site) -> None:
    site.event("bare", organiser="[]", theme="[]")
    site.event(
        "full",
        status="full",
        signup="{url: https://example.org/s, opens: 2027-03-01, deadline: 2027-03-09 12:00, capacity: 0}",
    )
    site.event(
        "held",
        start="2027-02-01 10:00",
        result="{held: true, participants: 0}",
        online="https://example.org/live",
        tags="[甲, 乙]",
    )
    site.build()
    events = {event["id"]: event for event in dataset(site)["events"]}
    assert events["bare"]["organisers"] == []
    assert events["held"]["result"] == {"held": True, "participants": 0}
    assert events["full"]["signup"]["deadline"] == "2027-03-09T12:00:00+08:00"


def rows(site: Site) -> list[dict[str, str]]:
    text = site.file("/data/events.csv").decode("utf-8")
    assert text.startswith("\ufeff"), "Excel asks for the mark"
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_csv_has_a_row_for_each_event_under_chinese_headings(site: Site) -> None:
    site.event("quoted", title="'甲，\"乙\", 丙'")
    site.build()
    found = {row["标题"]: row for row in rows(site)}
    clouds = found["云从哪里来"]
    assert (clouds["开始"], clouds["结束"], clouds["场次"], clouds["状态"]) == (
        "2027-03-20 14:00",
        "2027-03-20 16:00",
        "1",
        "如期举行",
    )
    assert clouds["主题"] == "气象、水资源"
    assert clouds["场馆"] == "小城图书馆"
    assert '甲，"乙", 丙' in found
    assert len(found) == 6


@pytest.mark.parametrize("evil", ["=1+1", "+86", "-2+3", "@SUM(A1)", "＝1＋1", '=HYPERLINK("https://evil.example")'])
def test_no_cell_of_the_csv_is_a_formula(site: Site, evil: str) -> None:
    site.event("evil", title=json.dumps(evil), summary=json.dumps(evil), fee=json.dumps(evil))
    site.build()
    for row in rows(site):
        assert not any(FORMULA.match(cell) and not cell.startswith("'") for cell in row.values())
    assert any(row["标题"] == f"'{evil}" for row in rows(site))
    assert harmless("0519-86619627") == "0519-86619627"


def test_a_new_body_changes_no_data(site: Site) -> None:
    site.build()
    before = {name: site.file(f"/data/events.{name}") for name in ("json", "csv")}
    site.edit("content/events/2027/2027-03-20-clouds.md", "带一双眼睛来就够了。", "请带望远镜。")
    site.now = datetime(2027, 3, 2, 9, 0)
    site.build()
    assert {name: site.file(f"/data/events.{name}") for name in ("json", "csv")} == before
