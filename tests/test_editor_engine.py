"""The schemas in the engine of VS Code's YAML extension: keys complete, explain themselves and are checked."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
from sites import REPOSITORY
from test_editors import output

from almanac.content.records import kinds

HAN = re.compile("[\u4e00-\u9fff]")
HERE = "‸"  # the place of the cursor


@dataclass(frozen=True)
class Answer:
    """What an editor offers at a place, with the help to each; what it shows on hovering; what it finds wrong."""

    offered: dict[str, str]
    shown: str
    wrong: list[str]


def ask(schema: dict[str, Any], *texts: str) -> list[Answer]:
    """Asks the language server once for each text, at its cursor."""
    questions = []
    for marked in texts:
        before, _, after = marked.partition(HERE)
        place = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        questions.append({"schema": schema, "text": before + after, **place})
    done = subprocess.run(
        ["node", "tests/readers/editor.mjs"],
        input=json.dumps(questions),
        cwd=REPOSITORY,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [Answer(**one) for one in json.loads(done.stdout)]


def front_matter(content: str) -> str:
    return content.split("---\n")[1]


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REPOSITORY / ".vscode/config.schema.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def events() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output("schema", "events"))
    return found


def test_keys_of_the_config_complete_and_explain_themselves(config: dict[str, Any]) -> None:
    shipped = (REPOSITORY / "config.yaml").read_text(encoding="utf-8")
    top, nested, hover, sound, misspelt = ask(
        config,
        f"title: 科普历\n{HERE}\n",
        f"title: 科普历\nfeeds:\n  {HERE}\n",
        f"title: 科普历\nbase_{HERE}url: https://example.org/\n",
        HERE + shipped,
        f"{HERE}titel: 科普历\nbase_url: https://example.org/\n",
    )
    properties = config["properties"]
    assert {name: top.offered.get(name) for name in properties if name != "title"} == {
        name: one["description"] for name, one in properties.items() if name != "title"
    }
    assert {"uid_host", "months_ahead"} <= nested.offered.keys()
    assert properties["base_url"]["title"] in hover.shown
    assert HAN.search(hover.shown)
    assert sound.wrong == []
    assert "Property titel is not allowed." in misspelt.wrong


def test_keys_complete_inside_the_front_matter_of_an_event(events: dict[str, Any]) -> None:
    top, values, nested, hover, wrong = ask(
        events,
        f"title: 讲座\n{HERE}\n",
        f"title: 讲座\nstatus: {HERE}\n",
        f"title: 讲座\nsignup:\n  {HERE}\n",
        f"ti{HERE}tle: 讲座\nstart: 2027-03-20 14:00\n",
        f"{HERE}title: 讲座\nstatus: 取消\ntitel: 讲座\n",
    )
    assert top.offered.keys() >= events["properties"].keys() - {"title"}
    assert all(HAN.search(top.offered[name]) for name in events["properties"].keys() - {"title"})
    assert values.offered.keys() == {"scheduled", "cancelled", "postponed", "moved", "full"}
    assert {"deadline", "phone"} <= nested.offered.keys()
    assert "活动名称" in hover.shown
    assert len(wrong.wrong) == 2


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_editors_find_nothing_wrong_with_sound_files(kind: str) -> None:
    folder = REPOSITORY / "content" / kind
    names = sorted([*folder.rglob("*.md"), *folder.rglob("*.yaml")])[::8]
    texts = [HERE + front_matter(file.read_text(encoding="utf-8")) for file in names]
    found = ask(json.loads(output("schema", kind)), *texts)
    assert {file.name: one.wrong for file, one in zip(names, found, strict=True) if one.wrong} == {}
