"""Translations: English in the code, other languages in `.po` files, read as they are; what is made of them stands in the cache alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from almanac.build.compiled import read_compiled, write_compiled
from almanac.core.digests import digest
from almanac.core.problems import Translate

ENGINE = Path(__file__).parent / "catalogues"
SOURCE_LANGUAGE = "en"
MOST_KEPT = 1 << 11  # texts: more than there are messages, since titles of pages are asked for, too


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


@cache
def gettext_of(language: str, files: tuple[Path, ...]) -> Translate:
    """What translates a text by them. It remembers what it was asked, for calendars and pages ask the same a few times for each event."""
    return lru_cache(MOST_KEPT)(translations(language, files).gettext)


def _read(language: str, file: Path) -> GNUTranslations:
    source = file.read_bytes()
    key = digest(b"messages", language.encode(), source)
    compiled = read_compiled(key)
    if compiled is None:
        compiled = _compile(language, source)
        write_compiled(key, compiled)
    return GNUTranslations(BytesIO(compiled))


def _compile(language: str, source: bytes) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language.replace("-", "_")))
    return compiled.getvalue()
