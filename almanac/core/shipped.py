"""Files of the repository that come with the engine beside its code."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def shipped(name: str) -> Path:
    """A file or folder by its path in the repository. A wheel holds it in the package, a clone beside the package."""
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parent / name
