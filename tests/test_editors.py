"""Support for editors: schemas with Chinese labels, valid snippets, and a task whose problems are parsed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from sites import REPOSITORY, Site

from almanac.advice import advise, advisers
from almanac.build.checking import check
from almanac.build.options import Options
from almanac.cli.app import main
from almanac.cli.reports import as_github
from almanac.content.config import Config
from almanac.content.frontmatter import Document, Tree, read_document, read_yaml_file
from almanac.content.located import located
from almanac.content.parse import json_schema, validate
from almanac.content.records import kinds
from almanac.core.problems import Problem

VSCODE = REPOSITORY / ".vscode"
SHIPPED = sorted(file.name.removesuffix(".code-snippets") for file in VSCODE.glob("*.code-snippets"))
PLACEHOLDER = re.compile(r"\$\{\d+(?::((?:\\.|[^\\}])*)|\|((?:\\.|[^|])*)\|)\}|\$0")


def output(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["--root", str(REPOSITORY), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def filled(lines: list[str]) -> str:
    """A snippet after pressing only Tab: with its examples, or the first of its choices."""
    fill = PLACEHOLDER.sub(
        lambda found: found[2].split(",")[0] if found[2] is not None else found[1] or "", "\n".join(lines)
    )
    return re.sub(r"\\([\\$}])", r"\1", fill)


def faults(kind: str, content: str) -> list[Problem]:
    document = read_document("x.md", content.encode())
    assert isinstance(document, Document), document
    found: Any = validate(kinds()[kind].fields, document, "x.md")
    return found if isinstance(found, list) else []


def snippets(kind: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(output("schema", kind, "--format", "snippets"))
    return found


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_snippet_makes_valid_front_matter(kind: str) -> None:
    required = json_schema(kinds()[kind].fields).get("required", [])
    found = snippets(kind)
    assert faults(kind, filled(found[f"{kind}/"]["body"])) == []
    assert found[f"{kind}/"]["body"][-1] == "$0"
    smallest = {name: filled(found[f"{kind}/{name}"]["body"]) for name in required}
    for name in json_schema(kinds()[kind].fields)["properties"]:
        keys = smallest | {name: filled(found[f"{kind}/{name}"]["body"])}
        assert faults(kind, "\n".join(["---", *keys.values(), "---", ""])) == [], name


@pytest.mark.parametrize("kind", SHIPPED)
def test_shipped_snippets_match_the_declaration(kind: str) -> None:
    assert (VSCODE / f"{kind}.code-snippets").read_text(encoding="utf-8") == output(
        "schema", kind, "--format", "snippets"
    ), "run make editor"


def test_snippets_of_events_and_venues_are_shipped() -> None:
    assert {"events", "venues"} <= set(SHIPPED)


def test_the_shipped_schema_of_the_config_matches_the_declaration() -> None:
    schema = (VSCODE / "config.schema.json").read_text(encoding="utf-8")
    assert schema == output("schema", "config"), "run make editor"
    settings = json.loads((VSCODE / "settings.json").read_text(encoding="utf-8"))
    assert settings["yaml.schemas"] == {"./.vscode/config.schema.json": "/config.yaml"}


def test_the_shipped_config_is_valid_and_a_misspelt_key_is_not() -> None:
    schema = json.loads((VSCODE / "config.schema.json").read_text(encoding="utf-8"))
    document = read_yaml_file("config.yaml", (REPOSITORY / "config.yaml").read_bytes())
    assert isinstance(document, Document)
    assert isinstance(validate(Config, document, "config.yaml"), Config)
    settings = as_yaml_sees_it(document.tree)
    Draft202012Validator(schema).validate(settings)
    assert not Draft202012Validator(schema).is_valid({**settings, "tittle": "x"})


def as_yaml_sees_it(tree: dict[str, Tree]) -> dict[str, Any]:
    """The tree with numbers and booleans, as an editor reads YAML; this engine reads every scalar as text."""
    return json.loads(re.sub(r'"(-?\d+(?:\.\d+)?|true|false)"', r"\1", json.dumps(tree)))  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", [*sorted(kinds()), "config"])
def test_every_key_is_explained_in_chinese(kind: str) -> None:
    schema = json.loads(output("schema", kind))
    Draft202012Validator.check_schema(schema)
    for declared in (schema, *schema.get("$defs", {}).values()):
        for name, prop in declared["properties"].items():
            assert re.search("[\u4e00-\u9fff]", prop["title"] + prop["description"]), f"{kind}.{name}"


def test_the_schema_knows_every_warning_that_can_be_ignored() -> None:
    ignore = json.loads(output("schema", "events"))["properties"]["ignore"]
    assert set(ignore["properties"]) == set(advisers())
    assert ignore["properties"]["venue-clash"]["description"] == "同一时间同一地点有两场活动。"


@pytest.mark.parametrize("kind", [*sorted(kinds()), "config"])
def test_the_reference_has_a_row_for_every_key_and_a_table_for_every_mapping(kind: str) -> None:
    reference = output("schema", kind, "--format", "markdown")
    schema = json_schema(Config if kind == "config" else kinds()[kind].fields)
    assert all(f"| `{name}`" in reference for name in schema["properties"])
    assert all(len(re.split(r"(?<!\\)\|", line)) == 6 for line in reference.splitlines() if line.startswith("|"))


def test_the_reference_describes_a_venue() -> None:
    reference = output("schema", "events", "--format", "markdown")
    assert "| `title`（必填） | 标题：活动名称，一行。 | 一行文字 | `走进人工智能` |" in reference
    assert "## venue – 场馆" in reference
    assert (
        "| `coordinates` | 坐标：先经度后纬度，单位为度。 | 几个数字，写在方括号里 | `[119.98, 31.77]` |" in reference
    )


def test_the_task_of_vs_code_parses_every_problem(site: Site) -> None:
    site.event("bad", title="讲座，100%", theme="skies", signup="{phone: 13812345678}")
    site.event("odd", "电话13812345678。", title="观星")
    with check(Options(site.root, site.output, site.root / ".almanac", site.now)) as (checked, problems):
        assert checked
        lines = as_github(located([*problems, *advise(checked)], site.root), "zh-CN").splitlines()
    (task,) = json.loads((VSCODE / "tasks.json").read_text(encoding="utf-8"))["tasks"]
    assert task["args"][1:] == ["check", "--format", "github"]
    pattern = task["problemMatcher"]["pattern"]
    found = [re.fullmatch(pattern["regexp"], line) for line in lines]
    assert len(found) > 3
    assert all(found)
    told = {
        (one[pattern["file"]], one[pattern["line"]], one[pattern["severity"]], one[pattern["code"]])
        for one in found
        if one
    }
    assert {
        ("content/events/bad.md", "4", "error", None),
        ("content/events/odd.md", "8", "warning", "private-number"),
    } <= told
