"""Writes `docs/views.md`: what each template of a site theme may show, read from the types of the views.

`make views` runs it. The pages are those of the shipped site; a test compares the result with the file.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import yaml

from almanac.build.checking import check
from almanac.build.options import Options
from almanac.content.fields import Field
from almanac.outputs import all_pages
from almanac.render import view_function
from almanac.render.templates import make_environment
from almanac.site.settings import Settings, site_settings

REPOSITORY = Path(__file__).parent.parent
REFERENCE = REPOSITORY / "docs/views.md"
NOT_SHIPPED = {  # pages that the shipped site does not have
    "html:admin.html": "almanac.outputs.admin:admin_view",
    "html:desk.html": "almanac.server.desk.pages:desk_view",
    "html:desk_form.html": "almanac.outputs.admin:admin_view",
    "html:day.html": "almanac.outputs.months:day_view",
    "html:problems.html": "almanac.outputs.problems:problems_view",
    "html:security.txt": "almanac.outputs.security:security_view",
    "html:sitemap_index.xml": "almanac.outputs.sitemap:sitemap_index",
}
MEANINGS: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("view_fields.yaml").read_text(encoding="utf-8")
)
HEAD = """# What templates show

A template of a site theme renders `view`, a frozen value, with `site`, the settings that all pages share. This page
lists the fields of both, from the types in the code; `make views` writes it. A site changes a template by a file of the
same name in `templates/` beside its `config.yaml`, or in its site theme. Addresses begin with `/`: write
`{{ link.address|href }}`, which adds the base path of the site.

Jinja's own filters and tests can be used too. Texts for readers stand in `_("…")`, with their translations in
`messages/<language>.po`.
"""


def main() -> None:
    """Writes the reference."""
    REFERENCE.write_text(reference(), encoding="utf-8")


def reference() -> str:
    """The whole reference in Markdown."""
    templates, filters = _templates()
    known: dict[str, type] = {}
    parts = [HEAD, "## `site`\n", *_described(Settings, known), "## Filters\n", _listed_filters(filters)]
    for template, (view, meaning) in sorted(templates.items()):
        parts.append(f"## `{template}`\n\n{meaning}\n")
        parts += _described(view, known) if _fields(view) else [f"`view` is {_named(view, known)}.\n"]
    parts.append("## Types of fields\n")
    done: set[str] = set()
    while waiting := sorted(known.keys() - done):
        for name in waiting:
            parts += [f"### {name}\n", *_described(known[name], known)]
        done |= set(waiting)
    return "\n".join(parts)


def _templates() -> tuple[dict[str, tuple[Any, str]], dict[str, Any]]:
    """The type of each template's view with its meaning, and the filters of templates by their names."""
    with TemporaryDirectory() as folder:
        options = Options(
            REPOSITORY, Path(folder) / "output", Path(folder) / "cache", datetime(2026, 12, 1, 9, tzinfo=UTC)
        )
        with check(options) as (site, problems):
            if site is None:
                sys.exit(f"The shipped site has problems: {problems}")
            pages = (page for page in all_pages(site) if page.renderer.startswith("html:"))
            views = NOT_SHIPPED | {page.renderer: page.view for page in pages}
            filters = make_environment(site_settings(site)).filters
    found = {}
    for renderer, name in views.items():
        function = view_function(name)
        found[renderer.removeprefix("html:")] = (get_type_hints(function)["return"], _first_line(function))
    return found, {name: made for name, made in filters.items() if "almanac" in getattr(made, "__module__", "")}


def _listed_filters(filters: dict[str, Any]) -> str:
    lines = [f"- `{name}`: {_first_line(made)}" for name, made in sorted(filters.items()) if inspect.getdoc(made)]
    return "\n".join(lines) + "\n"


def _first_line(documented: Any) -> str:
    return " ".join((inspect.getdoc(documented) or "").split("\n\n")[0].split())


def _described(kind: type, known: dict[str, type]) -> Iterator[str]:
    """The text of a type and the table of its fields. Types of fields are added to `known`."""
    meaning = inspect.getdoc(kind) or ""
    if not meaning.startswith(f"{kind.__name__}("):  # what dataclasses write themselves
        yield re.sub(r"\n(?!\n)", " ", meaning.replace("\n\n", "\0")).replace("\0", "\n\n") + "\n"
    rows = [f"| `{name}` | {_named(of, known)} | {_meaning(kind, name, of)} |" for name, of in _fields(kind)]
    yield "\n".join(["| Field | Type | Meaning |", "|---|---|---|", *rows]) + "\n"


def _meaning(kind: type, name: str, of: Any) -> str:
    """The help of a key of the front matter or the config, as `schema` shows it; else what MEANINGS says of it."""
    declared = next((f"{one.help}" for one in get_args(of) if isinstance(one, Field)), "")
    return declared or MEANINGS["types"].get(kind.__name__, {}).get(name) or MEANINGS["fields"].get(name, "")


def _fields(kind: Any) -> list[tuple[str, Any]]:
    """The fields of a struct or dataclass, and its properties, with their types."""
    if not isinstance(kind, type) or not (issubclass(kind, msgspec.Struct) or dataclasses.is_dataclass(kind)):
        return []
    hints = get_type_hints(kind, include_extras=True)
    fields = [name for name in hints if not name.startswith("_")]
    made = [name for name, value in vars(kind).items() if isinstance(value, property) and not name.startswith("_")]
    return [(name, hints[name]) for name in fields] + [
        (name, get_type_hints(vars(kind)[name].fget).get("return", Any)) for name in made
    ]


def _named(of: Any, known: dict[str, type]) -> str:
    """A type in words; its structs become links and are added to `known`."""
    origin, arguments = get_origin(of), get_args(of)
    if origin is Annotated:
        return _named(arguments[0], known)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if arguments:
        return _composed(origin, arguments, known)
    if _fields(of):
        known[of.__name__] = of
        return f"[{of.__name__}](#{of.__name__.lower()})"
    return "text" if of is str else str(getattr(of, "__name__", of))


def _composed(origin: Any, arguments: tuple[Any, ...], known: dict[str, type]) -> str:
    names = [_named(one, known) for one in arguments if one not in {NoneType, Ellipsis}]
    if origin in {Union, UnionType}:
        return " or ".join([*names, "none"] if NoneType in arguments else names)
    if Ellipsis in arguments:
        return f"list of {names[0]}"
    return f"{origin.__name__} of ({', '.join(names)})"


if __name__ == "__main__":
    main()
