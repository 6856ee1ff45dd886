"""The reference of views: it is that of the code, and it names every template and every field that one may show."""

from __future__ import annotations

import re

from sites import REPOSITORY

from scripts.make_view_reference import MEANINGS, REFERENCE, reference


def test_the_reference_is_that_of_the_views() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), "run make views"


def test_it_names_every_template_of_a_page() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    sources = (REPOSITORY / "themes/default/templates").glob("[!_]*.*")
    templates = {file.name for file in sources if file.suffix != ".css"} - {"base.html"}
    assert {name for name in templates if f"## `{name}`" not in text} == set()
    assert "| `signup_days` | int |" in text
    assert "| `deadline` |" in text


def test_every_field_has_a_meaning_and_every_meaning_a_field() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for name, meaning in rows if not meaning} == set()
    shown = set(rows)
    of_types = ((name, meaning) for fields in MEANINGS["types"].values() for name, meaning in fields.items())
    assert {one for one in (*MEANINGS["fields"].items(), *of_types) if one not in shown} == set()
