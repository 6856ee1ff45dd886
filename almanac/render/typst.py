"""Typesets pictures and paper with the Typst templates of the site theme.

The argument is a template, perhaps with a resolution in pixels per inch, and a format: `card.png`, `month@36.png`,
`poster.pdf`. A template follows those whose names begin with `_`. It sees the view as data, so no text can become
markup. PDFs are tagged and keep to PDF/UA-1 (ISO 14289-1): Typst refuses to write others.

The fonts come from a package, never from the machine, so every machine makes the same bytes.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import manimgx_fonts_cjk
import msgspec
import typst
from fontTools.ttLib import TTFont

from almanac.content.sources import CONTENT
from almanac.core.problems import Location, Problem, text
from almanac.incremental import query
from almanac.model.site import Site
from almanac.render import BrokenPage
from almanac.render.qr import code_of
from almanac.site.theme import typst_templates
from almanac.site.views import CodeTarget

FONTS = Path(manimgx_fonts_cjk.__file__).parent
FONT = FONTS / "NotoSansCJK-VF.otf.ttc"
FAMILY, FACE = "Noto Sans CJK SC", 2  # of the Chinese mainland: its place in the collection
PIXEL = 72  # pixels per inch; a point is then a pixel
MEDIA = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
SPACES = re.compile(" {2,}")
GETA = "〓"  # stands for a character that cannot be printed, as printers have it


class Typesettable(Protocol):
    """What every view has: the address of its picture and that of its QR code, both perhaps empty."""

    @property
    def picture(self) -> str: ...

    @property
    def code(self) -> CodeTarget: ...


def render(site: Site, view: Typesettable, argument: str) -> bytes:
    """The picture or the PDF; a picture shows the first page. Raises BrokenPage if the template fails."""
    name, _, form = argument.rpartition(".")
    template, _, resolution = name.partition("@")
    known = typst_templates(site)
    source = "\n".join(known[one] for one in [*(one for one in known if one.startswith("_")), f"{template}.typ"])
    data = {
        "view": printable(msgspec.to_builtins(view, str_keys=True)),
        "picture": picture(site, view.picture),
        "code": code_of(site, view.code).decode() if view.code.address else "",
    }
    try:
        return _compiled(source, msgspec.json.encode(data).decode(), form, int(resolution or PIXEL))
    except typst.TypstError as error:
        message = text("This template is broken: {message}", message=error.message)
        raise BrokenPage(Problem(Location(f"typst/{template}.typ"), message)) from error


def _compiled(source: str, data: str, form: str, resolution: int) -> bytes:
    if _first_process() != os.getpid():
        raise RuntimeError("Typst's threads have not come along into this fork")  # the process that forked does it
    compiler, inputs = _compiler(), {"data": data, "font": FAMILY}
    if form == "pdf":
        made = compiler.compile(source.encode(), format="pdf", pdf_standards=["ua-1"], timestamp=0, sys_inputs=inputs)
    else:
        made = compiler.compile(source.encode(), format="png", ppi=resolution, sys_inputs=inputs)
    first = made[0] if isinstance(made, list) else made
    assert first is not None  # noqa: S101 - for mypy: None stands where a file is named
    return first


@cache
def _first_process() -> int:
    """The process that typeset first, of this one and those from which it is forked.

    Typst starts threads. A fork has none of them and would wait for them without end.
    """
    return os.getpid()


@cache
def _compiler() -> typst.Compiler:
    """The compiler of this process. Loading the fonts takes longer than typesetting a card."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(FONTS), font_paths=fonts, ignore_system_fonts=True)


@query(str)
def picture(site: Site, address: str) -> str:
    """A picture of the content as SVG, empty if there is no address. A photograph is put into a drawing."""
    if not address:
        return ""
    data, kind = site.asset(f"{CONTENT}{address}"), PurePosixPath(address).suffix.lower()
    if kind == ".svg":
        return data.decode()
    link = f"data:{MEDIA.get(kind, MEDIA['.png'])};base64,{b64encode(data).decode()}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">'
        f'<image href="{link}" width="1200" height="630" preserveAspectRatio="xMidYMid slice"/></svg>'
    )


def printable(value: Any) -> Any:
    """A value of JSON whose texts hold only characters that the font has: PDF/UA forbids others.

    Emoji and control characters go; 〓 stands for any other character.
    """
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    return [printable(one) for one in value] if isinstance(value, list | tuple) else value


def _printable(words: str) -> str:
    known = characters()
    if known.issuperset(map(ord, words)):
        return words
    kept = (one if ord(one) in known else _instead_of(one) for one in words)
    return SPACES.sub(" ", "".join(kept)).strip()


def _instead_of(character: str) -> str:
    """What stands for a character that the font lacks."""
    return GETA if character.isalnum() else " " if character.isspace() else ""


@cache
def characters() -> frozenset[int]:
    """The code points of all characters in the font."""
    with TTFont(FONT, fontNumber=FACE, lazy=True) as font:
        return frozenset(font.getBestCmap())
