"""Translations: English in the code, other languages in `.po` files, read as they are; what is made of them is kept in the cache alone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from almanac.digests import digest

_compiled: list[Path] = []  # the folder in which compiled catalogues are kept, if any
ENGINE = Path(__file__).parent / "messages"
SOURCE_LANGUAGE = "en"


def catalogue_files(language: str, folders: Iterable[Path] = ()) -> tuple[Path, ...]:
    """The catalogues of a language: the engine's, then those of the given folders, of which later ones win."""
    found = (folder / f"{language}.po" for folder in (ENGINE, *folders))
    return tuple(file for file in found if file.is_file())


@cache
def translations(language: str, files: tuple[Path, ...]) -> NullTranslations:
    """The translations that the files hold; the messages themselves for a text that none of them has."""
    loaded: NullTranslations = NullTranslations()
    for file in files:
        one = _read(language, file)
        one.add_fallback(loaded)
        loaded = one
    return loaded


def keep_compiled(folder: Path) -> None:
    """From now on keeps what is made of catalogues in `folder`, by the digest of their bytes: to read them is slow."""
    _compiled[:] = [folder]


def _read(language: str, file: Path) -> GNUTranslations:
    source = file.read_bytes()
    kept = [folder / f"messages-{digest(language.encode(), source)}.mo" for folder in _compiled]
    known = next((one.read_bytes() for one in kept if one.is_file()), None)
    compiled = known or _compile(language, source)
    for one in kept if known is None else ():
        _keep(one, compiled)
    return GNUTranslations(BytesIO(compiled))


def _compile(language: str, source: bytes) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language.replace("-", "_")))
    return compiled.getvalue()


def _keep(file: Path, compiled: bytes) -> None:
    """Writes where that is possible: without it the next build reads the catalogue again. A cache that is not there yet is not made for this alone."""
    if file.parent.is_dir():
        with suppress(OSError):
            waiting = file.with_suffix(f".{os.getpid()}")
            waiting.write_bytes(compiled)
            waiting.replace(file)
