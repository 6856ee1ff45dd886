"""`schema`: the JSON Schema of a kind of record, for editors that check front matter while one types."""

from __future__ import annotations

import json

import click

from almanac.config import Config
from almanac.content.parse import json_schema
from almanac.content.records import kinds


@click.command(help="Writes the JSON Schema of a kind of record to standard output.")
@click.argument("kind", type=click.Choice([*kinds(), "config"]), default="events")
def command(kind: str) -> None:
    """Writes the schema."""
    declared = Config if kind == "config" else kinds()[kind].fields
    click.echo(json.dumps(json_schema(declared), ensure_ascii=False, indent=2))
