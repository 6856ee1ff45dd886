"""`schema`: writes the keys of a kind of file, for editors that check and complete, or for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

import click

from almanac.advice import meanings
from almanac.cli.app import Context
from almanac.cli.help import Verb
from almanac.cli.reports import translator
from almanac.content.config import CONFIG, Config
from almanac.content.parse import json_schema
from almanac.content.records import kinds
from almanac.content.schemas import ReferencePage, Schema, snippets, translated
from almanac.core.problems import Translate, text

CONFIG_KIND = "config"
SchemaFormat: TypeAlias = Callable[[Schema, str, Translate], str]


def _as_json(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2)


def _as_reference(schema: Schema, kind: str, translate: Translate) -> str:
    heading = (
        text("What stands in {file}", file=CONFIG)
        if kind == CONFIG_KIND
        else text("What stands in the files of content/{kind}/", kind=kind)
    )
    return "\n".join(ReferencePage(schema, heading.show(translate), translate).lines())


FORMATS: Mapping[str, SchemaFormat] = {
    "json": lambda schema, _kind, _translate: _as_json(schema),
    "markdown": _as_reference,
    "snippets": lambda schema, kind, translate: _as_json(snippets(schema, kind, translate)),
}


@click.command(
    cls=Verb,
    help="Writes what may stand in a kind of file: a JSON Schema, a reference in Markdown, or snippets for VS Code.",
)
@click.argument("kind", type=click.Choice([*kinds(), CONFIG_KIND]), default="events")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="json",
    help="json for editors, markdown for people, snippets for VS Code.",
)
@click.pass_obj
def command(context: Context, kind: str, form: str) -> None:
    """Writes the schema to standard output."""
    declared = Config if kind == CONFIG_KIND else kinds()[kind].fields
    translate = translator(context.language)
    click.echo(FORMATS[form](translated(json_schema(declared, meanings()), translate), kind, translate))
