from __future__ import annotations

from pathlib import Path

import pytest
from sites import Site, small_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The small site in a temporary folder, not built yet."""
    return small_site(tmp_path / "site")
