"""The pages of the manual that are made of the declarations: keys of files, the command line, feeds and warnings."""

from __future__ import annotations

import re
from pathlib import Path

import click
import yaml
from click.testing import CliRunner

from almanac.advice import meanings
from almanac.cli.app import main
from almanac.content.config import Config
from almanac.content.parse import json_schema
from almanac.content.records import kinds
from almanac.content.schemas import ReferencePage, translated
from almanac.core.problems import Translate, text
from almanac.model.labels import FACET_KINDS
from almanac.site.addresses import FEED_FORMS
from almanac.site.channels import PAIRS
from almanac.site.menus import SECTIONS

HEADING = re.compile("^#", re.MULTILINE)
INTRODUCTIONS = yaml.safe_load((Path(__file__).parent.parent / "manual/introductions.yaml").read_text(encoding="utf-8"))
ALL_EVENTS = {"en": "All events", "zh-CN": "全部活动"}
HEADS = {
    "feeds": {"en": "| Feed of | Address |", "zh-CN": "| 订阅什么 | 地址 |"},
    "forms": {"en": "| Ending | Output |", "zh-CN": "| 结尾 | 输出的名称 |"},
    "warnings": {"en": "| Name | Meaning |", "zh-CN": "| 名称 | 含义 |"},
}


def front_matter(language: str, translate: Translate) -> str:
    """The keys of every kind of file."""
    pages = (_keys(kind.fields, f"content/{name}/", translate) for name, kind in kinds().items())
    return "\n\n".join([INTRODUCTIONS["front_matter"][language], *pages])


def config(language: str, translate: Translate) -> str:
    """The keys of the config."""
    return f"{INTRODUCTIONS['config'][language]}\n\n{_keys(Config, 'config.yaml', translate)}"


def _keys(declared: type, heading: str, translate: Translate) -> str:
    """The tables of a declaration, one heading lower than `almanac schema` writes them."""
    page = ReferencePage(translated(json_schema(declared, meanings()), translate), f"`{heading}`", translate)
    return HEADING.sub("##", "\n".join(page.lines()))


def command_line(language: str, translate: Translate) -> str:
    """The help of every verb."""
    del translate
    found = [INTRODUCTIONS["command_line"][language]]
    for words in ([], *([name] for name in main.list_commands(click.Context(main)))):
        asked = ["--lang", language, *words, "--help"]
        shown = CliRunner().invoke(main, asked, prog_name="almanac").output.rstrip()
        found.append(f"## {' '.join(['almanac', *words])}\n\n```text\n{shown}\n```")
    return "\n\n".join(found)


def feeds(language: str, translate: Translate) -> str:
    """The kinds of feeds with their addresses, and the forms of each."""
    names = {kind: translate(SECTIONS[kind].message) for kind in FACET_KINDS}
    rows = [
        (ALL_EVENTS[language], "/feeds/all.ics"),
        *((names[kind], f"/feeds/{kind}/<key>.ics") for kind in FACET_KINDS),
    ]
    rows += [(f"{names[one]} × {names[other]}", f"/feeds/{one}/<key>/{other}/<key>.ics") for one, other in PAIRS]
    forms = [(f"`.{ending}`", f"`{output}`") for ending, output in FEED_FORMS.items()]
    return "\n\n".join(
        [
            INTRODUCTIONS["feeds"][language],
            _table(HEADS["feeds"][language], [(name, f"`{address}`") for name, address in rows]),
            _table(HEADS["forms"][language], forms),
        ]
    )


def warnings(language: str, translate: Translate) -> str:
    """The names of all warnings with their meanings."""
    rows = [(f"`{name}`", text(meaning.message).show(translate)) for name, meaning in meanings().items()]
    return f"{INTRODUCTIONS['warnings'][language]}\n\n{_table(HEADS['warnings'][language], rows)}"


def _table(head: str, rows: list[tuple[str, str]]) -> str:
    return "\n".join([head, "|---|---|", *(f"| {name} | {words} |" for name, words in rows)])
