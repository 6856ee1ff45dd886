"""A local index: wheels made again of the libraries that are installed here, so that pip needs no network."""

from __future__ import annotations

import tomllib
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sites import REPOSITORY

NOT_PACKED = {"INSTALLER", "REQUESTED", "direct_url.json"}  # what pip adds when it installs a wheel


def make_wheelhouse(folder: Path) -> None:
    """Writes the wheels of everything that the project needs to run, and of pip, into a new folder."""
    folder.mkdir()
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in (*project["dependencies"], "pip")]
    packed: set[str] = set()
    while wanted:
        name = canonicalize_name(wanted.pop().name)
        if name not in packed:
            packed.add(name)
            found = distribution(name)
            _pack(found, folder)
            needed = [Requirement(line) for line in found.requires or ()]
            wanted += [one for one in needed if not one.marker or one.marker.evaluate({"extra": ""})]


def _pack(found: Distribution, folder: Path) -> None:
    """Writes the wheel of an installed library."""
    lines = (found.read_text("WHEEL") or "").splitlines()
    tags = [line.removeprefix("Tag: ").split("-") for line in lines if line.startswith("Tag: ")]
    compressed = "-".join(".".join(dict.fromkeys(parts)) for parts in zip(*tags, strict=True))
    files = [file for file in found.files or () if ".." not in file.parts and file.suffix != ".pyc"]
    (name,) = {file.parts[0] for file in files if file.name == "WHEEL"}
    with ZipFile(folder / f"{name.removesuffix('.dist-info')}-{compressed}.whl", "w") as wheel:
        for file in files:
            if file.name not in NOT_PACKED:
                wheel.write(str(found.locate_file(file)), str(file))
