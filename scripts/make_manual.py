"""Makes the manual: a site of Almanac whose pages are `docs/`, in the order of `manual/contents.yaml`.

`make manual` runs it. It copies the Markdown files below `content/pages/`, with front matter, and writes the pages of
reference from the declarations. Almanac itself does the rest: the tree, languages, links between files, and the search.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from almanac.cli.app import run
from almanac.core.messages import catalogue_files, gettext_of
from almanac.core.problems import Translate
from scripts import manual_reference

REPOSITORY = Path(__file__).parent.parent
MANUAL = REPOSITORY / "manual"
LANGUAGES = ("zh-CN", "en")  # of the manual
PLAIN = "en"  # the language of files whose names have none
PICTURES = (".png", ".svg", ".jpg")
LINK = re.compile(r"(?P<before>\]\()(?P<target>[^)\s#:]+)(?P<part>#[^)\s]*)?(?=\))")
FENCE = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
HEADER = ("guides", "reference", "docs/theming", "publishing", "docs/architecture")  # pages in the main menu
SWITCH = re.compile(r"^\[[^\]]+\]\(README[\w.-]*\)\n+", re.MULTILINE)  # to the other language; pages have their own


@dataclass(frozen=True)
class Entry:
    """A page of the manual: its file without the ending, the page above it, and its place among those."""

    file: str
    parent: str
    order: int
    title: dict[str, str]
    reference: str

    @property
    def key(self) -> str:
        return key_of(self.file)


def key_of(file: str) -> str:
    """The key of a page, by its file without the ending; the README is the first page."""
    name = posixpath.basename(file).lower()
    return "index" if name == "readme" else name


def entries(listed: list[dict[str, Any]], parent: str = "index") -> Iterator[Entry]:
    """The pages of `contents.yaml`, each before those below it."""
    for order, one in enumerate(listed, start=1):
        is_first = key_of(one["page"]) == "index"
        entry = Entry(one["page"], "" if is_first else parent, order, one.get("title", {}), one.get("reference", ""))
        yield entry
        yield from entries(one.get("below", []), entry.key)


def compose(folder: Path) -> None:
    """Writes the site of the manual into a new folder."""
    shutil.copytree(MANUAL, folder)
    found = list(entries(yaml.safe_load((MANUAL / "contents.yaml").read_text(encoding="utf-8"))))
    pages = {page: staged for entry in found for page, staged in _files(entry)}
    for entry in found:
        for language in LANGUAGES:
            if (text := _text(entry, language)) is not None:
                source, staged = _path(entry.file, language), _staged(entry, language)
                file = folder / "content/pages" / staged
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(_page(entry, language, _linked(text, source, staged, pages, folder)), encoding="utf-8")


def _files(entry: Entry) -> Iterator[tuple[str, str]]:
    """The file of a page in each language, and its path below `content/pages/`."""
    return ((_path(entry.file, language), _staged(entry, language)) for language in LANGUAGES)


def _path(file: str, language: str) -> str:
    return f"{file}.md" if language == PLAIN else f"{file}.{language}.md"


def _staged(entry: Entry, language: str) -> str:
    return posixpath.join(posixpath.dirname(entry.file), _path(entry.key, language))


def _text(entry: Entry, language: str) -> str | None:
    """The Markdown of a page in a language; None if it has none."""
    if entry.reference:
        return getattr(manual_reference, entry.reference)(language, _translate(language))  # type: ignore[no-any-return]
    file = REPOSITORY / _path(entry.file, language)
    if entry.title:
        return ""
    return SWITCH.sub("", file.read_text(encoding="utf-8")) if file.is_file() else None


def _translate(language: str) -> Translate:
    return gettext_of(language, catalogue_files(language))


def _page(entry: Entry, language: str, text: str) -> str:
    """The page with its front matter. The first heading of a file is its title."""
    heading, _, body = text.partition("\n") if text.startswith("# ") else ("", "", text)
    keys = {
        "title": entry.title.get(language) or heading.removeprefix("# ").replace("`", "").strip(),
        "menu": "header" if entry.file in HEADER else "none",
        "order": entry.order,
        **({"parent": entry.parent} if entry.parent else {}),
    }
    return f"---\n{yaml.safe_dump(keys, allow_unicode=True)}---\n{body}"


def _linked(text: str, source: str, staged: str, pages: dict[str, str], folder: Path) -> str:
    """The text with links to staged pages, and with pictures and other files copied to where a site has them."""

    def led(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link["target"]))
        if target in pages:
            address = posixpath.relpath(pages[target], posixpath.dirname(staged))
        else:
            address = _asset(target, folder)
        return f"{link['before']}{address}{link['part'] or ''}"

    parts = FENCE.split(text)
    return "".join(part if place % 2 else LINK.sub(led, part) for place, part in enumerate(parts))


def _asset(target: str, folder: Path) -> str:
    """The address of a copy of a file of the repository. Raises FileNotFoundError if a link leads nowhere."""
    below = f"{'images' if target.endswith(PICTURES) else 'files'}/{target}"
    copy = folder / "content" / below
    copy.parent.mkdir(parents=True, exist_ok=True)
    if (REPOSITORY / target).is_dir():
        raise FileNotFoundError(target)
    shutil.copyfile(REPOSITORY / target, copy)
    return f"/{below}"


def main() -> None:
    """Composes the manual and builds it with the options that are given."""
    folder = REPOSITORY / ".manual"
    shutil.rmtree(folder, ignore_errors=True)
    compose(folder)
    options = ("--output", str(REPOSITORY / "output-manual"), "--cache", str(REPOSITORY / ".almanac-manual"))
    sys.argv[1:] = ["--root", str(folder), "build", *options, *sys.argv[1:]]
    run("almanac")


if __name__ == "__main__":
    main()
