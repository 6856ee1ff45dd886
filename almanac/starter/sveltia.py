"""The files of Sveltia CMS for a site: its page, and its settings made from the declarations of front matter.

Sveltia itself is not part of the engine. Whoever wants it copies its files to the others, as their README says, since
the site may load nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec
import yaml

from almanac.content.config import Config, names_in
from almanac.content.form_fields import FormField, form_fields
from almanac.content.records import kinds
from almanac.content.records.event import EventFields
from almanac.core.problems import Text, Translate, text

Forge: TypeAlias = Literal["github", "gitea", "gitlab", "gitee"]
TEMPLATES = Path(__file__).parent / "cms"
FOLDER = "static/cms"
README = "README.md"
HOSTS: Mapping[str, Forge] = {"github.com": "github", "gitlab.com": "gitlab", "gitee.com": "gitee"}
GITHUB_API = "https://api.github.com"
COLLECTIONS = {
    "events": text("Events and drafts"),
    "organisers": text("Organisers"),
    "venues": text("Venues"),
    "programmes": text("Programmes"),
    "themes": text("Themes"),
    "forms": text("Forms"),
    "pages": text("Pages of text"),
}
BY_MACHINES = frozenset({"imported"})  # keys that only programs write; Sveltia keeps keys that it does not know
WITH_REVIEW = frozenset({"github", "gitlab"})  # where Sveltia makes a request of each change
FILE_NAME = r"^[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff._-]*$"


class Unfit(msgspec.Struct, frozen=True):
    """Why the settings cannot be made, and what to do."""

    message: Text
    hint: Text


def sveltia_files(config: Config, translate: Translate) -> dict[str, str] | Unfit:
    """The files by their paths from the root of the site."""
    backend = _backend(config)
    if isinstance(backend, Unfit):
        return backend
    settings = _settings(config, backend, translate)
    api = urlsplit(backend.get("api_root", GITHUB_API))
    values = {"language": config.language, "title": config.title, "api": f"{api.scheme}://{api.netloc}"}
    files = {"config.yml": yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=10_000)}
    page = (TEMPLATES / "index.html").read_text(encoding="utf-8")
    for name, value in values.items():
        page = page.replace(f"<{name}>", escape(value), 1)
    readme = "README.zh-CN.md" if config.language.startswith("zh") else "README.en.md"
    files |= {"index.html": page, README: (TEMPLATES / readme).read_text(encoding="utf-8")}
    files |= {name: (TEMPLATES / name).read_text(encoding="utf-8") for name in ("start.js", "style.css")}
    return {f"{FOLDER}/{name}": content for name, content in files.items()}


def _backend(config: Config) -> dict[str, Any] | Unfit:
    """How Sveltia reaches the repository."""
    where = config.submission
    if not where.repository:
        return Unfit(
            text("Sveltia has to know where the repository of the site is."),
            text(
                "Write it into config.yaml, such as submission: {{repository: https://github.com/kexie/kepu}}; "
                "for a new site use --repository."
            ),
        )
    address = urlsplit(where.repository)
    host = address.netloc
    forge = where.forge or HOSTS.get(host, "gitea")
    if forge == "gitee":
        return Unfit(
            text("Sveltia does not know Gitee."),
            text("Use the form for staff (outputs: {{admin: true}}) or the desk of serve --edit."),
        )
    found = {
        "name": forge,
        "repo": address.path.strip("/").removesuffix(".git"),
        "branch": where.branch,
        "auth_methods": ["token"],
    }
    if forge == "gitea" or HOSTS.get(host) != forge:
        path = {"github": "api/v3", "gitlab": "api/v4", "gitea": "api/v1"}[forge]
        found |= {"api_root": f"https://{host}/{path}", "base_url": f"https://{host}"}
    return found


def _settings(config: Config, backend: Mapping[str, Any], translate: Translate) -> dict[str, Any]:
    form = _Form(config, translate)
    return {
        "backend": dict(backend),
        **({"publish_mode": "editorial_workflow"} if backend["name"] in WITH_REVIEW else {}),
        "app_title": config.title,
        "site_url": config.base_url,
        "media_folder": "content/images",
        "public_folder": "images",
        "output": {"omit_empty_optional_fields": True},
        "editor": {"preview": False},
        "collections": [form.collection(kind) for kind in COLLECTIONS],
    }


class _Form:
    """Turns declarations into the settings of fields, with the words of one language."""

    def __init__(self, config: Config, translate: Translate) -> None:
        self.translate = translate
        named = {"districts": config.districts, "audiences": config.audiences}
        self.listed = {to: {key: names[0] for key, names in names_in(one).items()} for to, one in named.items()}

    def collection(self, kind: str) -> dict[str, Any]:
        """The collection of a kind of files: its fields are the keys of the front matter, then the body."""
        declared = kinds()[kind].fields
        fields = [one for field in form_fields(declared, self.translate) if (one := self.field(field))]
        is_event = declared is EventFields
        body = {"name": "body", "label": self.word(text("Text")), "required": False, "modes": ["raw", "rich_text"]}
        found: dict[str, Any] = {"name": kind, "label": self.word(COLLECTIONS[kind]), "folder": f"content/{kind}"}
        found |= {"identifier_field": fields[0]["name"], "slug": self.slug(dated=is_event)}
        if is_event:
            found |= {"nested": {"subfolders": False}, "summary": "{{start}} {{title}}"}
        return found | {"fields": [*fields, {**body, "widget": "markdown"}]}

    def slug(self, *, dated: bool) -> dict[str, Any]:
        """The name of a new file, which its author may change."""
        hint = self.word(text("The name of the file, and part of the address of its page. It never changes later."))
        template = "{{start | date('YYYY-MM-DD')}}-{{uuid_shorter}}" if dated else "{{uuid_shorter}}"
        return {"template": template, "editable": ["create"], "hint": hint, "pattern": [FILE_NAME, hint]}

    def field(self, field: FormField) -> dict[str, Any] | None:
        """The settings of a field; None for a value that Sveltia has no field for."""
        widget = dict(self.widget(field)) if field.key not in BY_MACHINES else {}
        if not widget:
            return None
        return {"name": field.key, "label": field.label, "required": field.required, **self.hint(field), **widget}

    def hint(self, field: FormField) -> dict[str, str]:
        """What the help and the example say. Names are chosen from a list, so nobody has to be told of keys."""
        if field.to in self.listed or (field.to in COLLECTIONS and not field.or_text):
            return {}
        if not field.example or field.several or field.keyed or field.fields or field.kind in {"choice", "flag"}:
            return {"hint": field.help}
        return {"hint": self.word(text("{help} Example: {example}", help=field.help, example=field.example))}

    def widget(self, field: FormField) -> Iterator[tuple[str, Any]]:
        """The kind of field that Sveltia shows, with its choices."""
        if field.keyed and field.fields:
            return
        if field.keyed:
            yield "widget", "keyvalue"
        elif field.to in self.listed:
            yield from {
                "widget": "select",
                "multiple": field.several,
                "options": _options(self.listed[field.to]),
            }.items()
        elif field.to in COLLECTIONS and not field.or_text:
            yield from {"widget": "relation", "collection": field.to, "multiple": field.several}.items()
            yield from {"value_field": "{{slug}}", "display_fields": ["name"], "search_fields": ["name"]}.items()
        elif field.fields:
            yield "widget", "list" if field.several else "object"
            yield "collapsed", "auto"
            yield "fields", [one for below in field.fields if (one := self.field(below))]
        elif field.several or field.kind == "coordinates":
            yield "widget", "list"
            if field.kind == "coordinates":
                yield "field", {"name": field.key, "widget": "number", "value_type": "float"}
        else:
            yield from self.single(field)

    def single(self, field: FormField) -> Iterator[tuple[str, Any]]:
        """The same for one plain value."""
        if field.kind == "choice":
            yield from {
                "widget": "select",
                "options": _options(dict(field.choices)),
            }.items()
        elif field.kind == "flag":
            yield "widget", "boolean"
        elif field.kind == "number":
            yield from {"widget": "number", "value_type": "int"}.items()
        elif field.kind == "asset":
            yield "widget", "image"
        else:
            yield "widget", "string"
            if field.pattern:
                yield "pattern", [field.pattern, field.help]

    def word(self, message: Text) -> str:
        return message.show(self.translate)


def _options(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"label": word, "value": value} for value, word in words.items()]
