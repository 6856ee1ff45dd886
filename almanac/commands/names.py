"""`names`: lists the keys and the names that files and tables may use, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

import click

from almanac.cli.app import Context
from almanac.cli.contents import contents_of
from almanac.cli.help import Verb
from almanac.content.names import FOLDERS, Registry, folded
from almanac.core.problems import text
from almanac.exchange.columns import CHOICES

KEYS = {
    "organisers": ("organiser", "co_organiser"),
    "venues": ("venue",),
    "themes": ("theme",),
    "forms": ("form",),
    "programmes": ("programme",),
    "audiences": ("audience",),
    "districts": ("district",),
}  # the front-matter keys that hold names of each registry
TITLE = text("Keys and names")
RULE = text("A name, a full name or another name may be written in place of its key.")
KEY = text("Key in files")


@click.command(
    cls=Verb, help="Lists the keys of organisers, venues, themes and the like with all their names, as Markdown."
)
@click.argument("kinds", nargs=-1, metavar="[KIND]...", type=click.Choice([*KEYS, *CHOICES]))
@click.pass_obj
def command(context: Context, kinds: tuple[str, ...]) -> None:
    """Prints a table for each registry, and for each key with a fixed list of values."""
    registries = contents_of(context).registries
    if not kinds:
        click.echo(f"# {context.words(TITLE)}\n\n{context.words(RULE)}\n")
    for kind in kinds or (*KEYS, *CHOICES):
        lines = _of_choice(context, kind) if kind in CHOICES else _of_registry(context, kind, registries.of(kind))
        click.echo("\n".join([*lines, ""]))


def _of_registry(context: Context, kind: str, registry: Registry) -> Iterator[str]:
    keys = "、".join(f"`{key}`" for key in KEYS[kind])
    yield f"## {context.words(FOLDERS[kind])}（{keys}）\n"
    head = (KEY, text("Name"), text("Other names"))
    yield from _table([tuple(map(context.words, head)), *_rows(registry)])


def _rows(registry: Registry) -> Iterator[tuple[str, ...]]:
    others: dict[str, list[str]] = {key: [] for key in registry.shown}
    for name in registry.written:
        for key in registry.keys[folded(name)]:
            if name != registry.shown[key]:
                others[key].append(name)
    for key, name in registry.shown.items():
        yield f"`{key}`", name, "、".join(others[key])


def _of_choice(context: Context, key: str) -> Iterator[str]:
    words = {"level": text("Level"), "status": text("Status")}
    yield f"## {context.words(words[key])}（`{key}`）\n"
    head = (context.words(KEY), context.words(text("Name")))
    yield from _table([head, *((f"`{value}`", word) for value, word in CHOICES[key].items())])


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    head, *others = ("| " + " | ".join(row) + " |" for row in rows)
    yield head
    yield "|" + "---|" * len(rows[0])
    yield from others
