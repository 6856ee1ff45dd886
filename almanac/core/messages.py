"""Translations: English in the code, other languages in `.po` catalogues. A catalogue more is a language more.

`make` compiles each catalogue to a `.mo` file beside it, whose name holds the digest of the catalogue. A catalogue
without such a file, as that of a site's own theme or one that has been edited since, is compiled in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

import msgspec

from almanac.core.digests import digest
from almanac.core.problems import Translate

ENGINE = Path(__file__).parent / "catalogues"
DEFAULT_LANGUAGE, LANGUAGE_OF_CODE = "zh-CN", "en"
LANGUAGES = tuple(  # of the engine's messages, the default first
    dict.fromkeys((DEFAULT_LANGUAGE, LANGUAGE_OF_CODE, *sorted(file.stem for file in ENGINE.glob("*.po"))))
)
MOST_KEPT = 1 << 11  # texts: more than there are messages, since titles of pages are asked for, too


class CatalogueFile(msgspec.Struct, frozen=True):
    """A catalogue file with the digest of its content, so that an edited file is another value."""

    path: Path
    digest: str


def catalogue_files(language: str, folders: Iterable[Path] = ()) -> tuple[CatalogueFile, ...]:
    """The catalogues of a language: the engine's, then those of the given folders. Later ones take precedence."""
    found = (folder / f"{language}.po" for folder in (ENGINE, *folders))
    return tuple(CatalogueFile(file, digest(file.read_bytes())) for file in found if file.is_file())


@cache
def translations(language: str, files: tuple[CatalogueFile, ...]) -> NullTranslations:
    """The translations that the files hold; the messages themselves for a text that none of them has."""
    loaded: NullTranslations = NullTranslations()
    for file in files:
        one = _load(language, file.path)
        one.add_fallback(loaded)
        loaded = one
    return loaded


@cache
def gettext_of(language: str, files: tuple[CatalogueFile, ...]) -> Translate:
    """A function that translates a text by the files. It remembers texts: pages ask for the same few for each event."""
    return lru_cache(MOST_KEPT)(translations(language, files).gettext)


def compiled_file(file: Path, source: bytes) -> Path:
    """The `.mo` file of a catalogue that holds `source`; that of an older source has another name."""
    return file.with_suffix(f".{digest(source)}.mo")


def compile_catalogue(language: str, source: bytes) -> bytes:
    """The content of a `.mo` file."""
    from babel.messages.mofile import write_mo  # late: it is slow to load, and most catalogues are compiled by `make`
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language.replace("-", "_")))
    return compiled.getvalue()


def _load(language: str, file: Path) -> GNUTranslations:
    source = file.read_bytes()
    try:
        compiled = compiled_file(file, source).read_bytes()
    except FileNotFoundError:
        compiled = compile_catalogue(language, source)
    return GNUTranslations(BytesIO(compiled))
