"""The Python modules of a site: outputs and advice in the folders `outputs/` and `advice/` beside its config."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from almanac.content.sources import ADVICE, OUTPUTS
from almanac.core.problems import Location, Problem, text


def add_own_modules(root: Path) -> list[Problem]:
    """Lets the engine find the modules of a site like its own; returns a problem for each that cannot be imported.

    A module with the name of one of the engine's takes its place. A folder without a config is no site: nothing of it
    is run. Call this once in a process, before the engine lists its outputs.
    """
    if not (root / "config.yaml").is_file():
        return []
    return [
        problem
        for name in (OUTPUTS, ADVICE)
        if (root / name).is_dir()
        for problem in _extend(f"almanac.{name}", root / name)
    ]


def _extend(package: str, folder: Path) -> list[Problem]:
    import_module(package).__path__.insert(0, str(folder))
    names = sorted(module.name for module in iter_modules([str(folder)]))
    return [problem for name in names if (problem := _imported(f"{package}.{name}", folder / f"{name}.py"))]


def _imported(module: str, file: Path) -> Problem | None:
    try:
        import_module(module)
    except Exception as error:  # noqa: BLE001 - a module may raise anything
        import traceback

        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == file]
        line = error.lineno if isinstance(error, SyntaxError) else (lines or [None])[-1]
        place = f"{file.parent.name}/{file.name}"
        message = text(
            "This module of the site cannot be loaded ({reason}).", reason=f"{type(error).__name__}: {error}"
        )
        return Problem(Location(place, line), message, text("Correct it, or move it out of the folder."))
    return None
