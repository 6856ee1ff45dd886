"""Compiles every message catalogue of the engine and of the site themes in `themes/` to a `.mo` file beside it.

`make` runs it, as `python -m scripts.compile_messages`. `almanac/core/messages.py` reads the files.
"""

from __future__ import annotations

from pathlib import Path

from almanac.core.messages import ENGINE, compile_catalogue, compiled_file

THEMES = Path(__file__).parent.parent / "themes"


def main() -> None:
    """Compiles all catalogues, and removes what was compiled from older ones."""
    for folder in (ENGINE, *THEMES.glob("*/messages")):
        compile_folder(folder)


def compile_folder(folder: Path) -> None:
    """Compiles the catalogues of a folder; a program that reads them meanwhile finds whole files."""
    written = {_compile(file) for file in folder.glob("*.po")}
    for file in set(folder.glob("*.mo")) - written:
        file.unlink(missing_ok=True)


def _compile(file: Path) -> Path:
    source = file.read_bytes()
    compiled = compiled_file(file, source)
    new = compiled.with_suffix(".mo.new")
    new.write_bytes(compile_catalogue(file.stem, source))
    return new.replace(compiled)


if __name__ == "__main__":
    main()
