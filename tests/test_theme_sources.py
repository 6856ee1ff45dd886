"""The sources of the site themes: readable, one concern a script, and complete where modules are joined to one file."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sites import REPOSITORY, Site

from almanac.build.checking import check
from almanac.render.filters import joined
from almanac.render.html import render

THEMES = (REPOSITORY / "themes", REPOSITORY / "tests/small_theme")
SCRIPTS = REPOSITORY / "themes/default/templates/scripts"
STATIC = REPOSITORY / "themes/default/static"
LONGEST_LINE = 120
MOST_LINES = 150
BUNDLES = sorted(file.stem for file in SCRIPTS.glob("*.js"))
# Bundles outside of `/static/`.
ELSEWHERE = {"screen": "/screen/screen.js"}
OPTIONAL = {"admin", "desk", "desk_form"}  # bundles that the shipped site does not turn on, or that `serve` makes
ELSEWHERE |= {name: f"/embed/{name}.js" for name in ("almanac-events", "frame", "resize")}
IMPORT = re.compile(r'^import ?\{([^}]*)\} ?from ?"(?:\.\./(\w+)|\.)/([\w-]+)\.js";', re.MULTILINE)
RULES = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  // What stands with a variable or after @supports is kept as it was written, with its spaces.
  return [...sheet.cssRules].map((rule) => rule.cssText.replace(/([,:])\\s+/g, "$1"));
}"""
EXPORT = re.compile(r"^export (?:const|let|function) (\w+)", re.MULTILINE)
DECLARED = re.compile(r"^(?:export )?(?:const|let|function|class) (\w+)", re.MULTILINE)


def sources(*endings: str) -> list[Path]:
    return sorted(file for theme in THEMES for file in theme.rglob("*") if file.suffix.removeprefix(".") in endings)


def imports(source: str) -> list[tuple[str, str, set[str]]]:
    """The folder (empty for the module's own), the module and the names of each import."""
    return [
        (folder, name, {one.strip() for one in names.split(",")} - {""})
        for names, folder, name in IMPORT.findall(source)
    ]


def test_no_line_of_a_theme_is_long() -> None:
    long = {
        f"{file.relative_to(REPOSITORY)}:{number}"
        for file in sources("html", "css", "js", "txt", "xml", "po")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    }
    assert long == set()


@pytest.mark.parametrize("file", [*SCRIPTS.glob("*/*.js"), *STATIC.glob("*.js")], ids=lambda file: file.name)
def test_a_script_states_its_one_concern_and_has_no_chinese_words(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert re.match(r"// [A-Z].*\.\n", text)
    assert not re.search(r"[\u4e00-\u9fff]", text)


@pytest.mark.parametrize("bundle", BUNDLES)
def test_every_module_is_joined_once_after_its_imports(bundle: str) -> None:
    template = (SCRIPTS / f"{bundle}.js").read_text(encoding="utf-8")
    included = re.findall(rf'{{% include "scripts/{bundle}/([\w-]+)\.js" %}}', template)
    assert sorted(included) == sorted(file.stem for file in (SCRIPTS / bundle).glob("*.js"))
    for number, name in enumerate(included):
        source = (SCRIPTS / bundle / f"{name}.js").read_text(encoding="utf-8")
        for folder, other, names in imports(source):
            exported = (SCRIPTS / (folder or bundle) / f"{other}.js").read_text(encoding="utf-8")
            assert names <= {*EXPORT.findall(exported)}, (name, other)
            assert folder or other in included[:number], (name, other)


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_joined_script_declares_each_name_once_and_imports_only_other_files(shipped: Site, bundle: str) -> None:
    script = joined_script(shipped, bundle)
    found = imports(script)
    names = Counter([*DECLARED.findall(script), *(name for _, _, some in found for name in some)])
    assert [name for name, count in names.items() if count > 1] == []
    assert {f"{name}.js" for _, name, _ in found} <= {
        *(file.name for file in (shipped.output / "static").iterdir()),
        *(f"{name}.js" for name in OPTIONAL),
    }
    assert {name for _, name, _ in found} <= {*BUNDLES} - {bundle}


def joined_script(shipped: Site, bundle: str) -> str:
    """The script of a bundle as the shipped site serves it, or would serve it."""
    if bundle not in OPTIONAL:
        return shipped.file(ELSEWHERE.get(bundle, f"/static/{bundle}.js")).decode()
    with check(shipped.options()) as (site, _):
        assert site is not None
        return render(site, (), f"scripts/{bundle}.js").decode()


def test_modules_are_joined() -> None:
    modules = """import { a, b } from "../page/one.js";
// First.
/**
 * The sum.
 */
export const c = a + b;
import {
  b,
  d,
} from "../page/two.js";
import { c } from "./first.js";
const e = c + d;
"""
    assert joined(modules, "page") == "export const c=a+b;const e=c+d;"
    assert joined(modules) == 'import{a,b,d}from"./page.js";export const c=a+b;const e=c+d;'


@pytest.mark.parametrize("sheet", sorted(file.name for file in STATIC.glob("*.css")))
def test_a_minified_sheet_has_the_rules_of_its_source(shipped: Site, browser: Browser, sheet: str) -> None:
    source = (STATIC / sheet).read_text(encoding="utf-8")
    published = shipped.file(f"/static/{sheet}").decode()
    assert len(published) < len(source)
    with browser.new_page() as page:
        before, after = [page.evaluate(RULES, text) for text in (source, published)]
    assert after[: len(before)] == before
    assert all(".tint-" in rule for rule in after[len(before) :])  # the colours of the content
