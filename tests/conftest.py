from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from filelock import FileLock
from installed import Installed, install
from playwright.sync_api import Browser, expect, sync_playwright
from serving import serving
from sites import REPOSITORY, Site, small_site, write_untypeset_config
from timing import PATIENCE

from almanac.diff.pictures import browser_program

NOW = datetime(2026, 11, 24, 9, 0)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    """Lets programs that tests start answer Ctrl-C: a shell's background jobs inherit that it is ignored."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The small site in a temporary folder, not built yet."""
    return small_site(tmp_path / "site")


def shipped_site(root: Path) -> Site:
    """The site of the content that comes with the engine, built."""
    root.mkdir()
    write_untypeset_config(root)
    for name in ("content", "themes"):
        (root / name).symlink_to(REPOSITORY / name)
    site = Site(root, NOW, jobs=2)
    site.build()
    return site


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The shipped site, built once for all processes of a run: tests look at it and do not change it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # as the documentation of xdist says
    root = shared / "shipped"
    with FileLock(shared / "shipped.lock"):
        if not root.exists():
            shipped_site(shared / "shipped-unfinished").root.rename(root)
    return Site(root, NOW)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The engine, installed from a wheel."""
    return install(tmp_path_factory.mktemp("package"))


def chromium_program() -> str:
    """The path of Chromium; there is no test without it."""
    found = browser_program()
    assert found, "Chromium is not installed"
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, started."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_program(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once. What is expected of a page may take long on a busy machine."""
    expect.set_options(timeout=PATIENCE * 1000)
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def address(shipped: Site) -> Iterator[str]:
    """The address of the shipped site, without a slash at its end."""
    with serving(shipped.output) as found:
        yield found
