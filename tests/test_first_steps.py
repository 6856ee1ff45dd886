"""From a bare Python to a page in the browser, as the README says, and from one release to the next."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from installed import Installed, install
from playwright.sync_api import Browser
from previews import running
from sites import NOW, REPOSITORY, Site
from wheelhouse import make_wheelhouse

from almanac import __version__

MOST = 60  # seconds
*SERIES, PATCH = __version__.split(".")
NEXT = ".".join([*SERIES, str(int(PATCH) + 1)])


def readme(name: str) -> list[list[str]]:
    """The three commands of a README, from the wheel to the preview."""
    content = (REPOSITORY / name).read_text(encoding="utf-8")
    (block,) = re.findall(r"(    pipx install .*\n(?:    .*\n)+)", content)
    return [shlex.split(line) for line in block.splitlines()]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A local index."""
    folder = tmp_path_factory.mktemp("index") / "wheels"
    make_wheelhouse(folder)
    return folder


def test_three_commands_lead_to_a_page_within_a_minute(
    installed: Installed, wheels: Path, browser: Browser, tmp_path: Path
) -> None:
    commands = readme("README.md")
    assert commands == readme("README.zh-CN.md")
    install_it, begin, serve = commands
    assert install_it[-1] == installed.wheel.name
    environment = {
        **{name: os.environ[name] for name in ("LANG", "TZ") if name in os.environ},
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin",
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_DEFAULT_BACKEND": "pip",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
    }
    began = monotonic()
    subprocess.run(install_it, cwd=installed.distributions, env=environment, capture_output=True, check=True)
    # The terminal would ask for the city.
    subprocess.run([*begin, "--city", "柳城"], cwd=tmp_path, env=environment, capture_output=True, check=True)
    with running([*serve, "--port", "0"], tmp_path, environment) as shown:
        page = browser.new_page()
        page.goto(shown.address)
        assert page.title() == "柳城科普历"
        took = monotonic() - began
        page.close()
    waiting = max(1, os.getloadavg()[0] / (os.cpu_count() or 1))  # programs that each core has to run
    assert took <= MOST * waiting, f"{took:.0f} s, with {waiting:.1f} programs on each core"


def test_uv_installs_the_wheel_without_a_network(installed: Installed, wheels: Path, tmp_path: Path) -> None:
    environment = {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "UV_TOOL_DIR": str(tmp_path / "tools"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
        "UV_CACHE_DIR": str(tmp_path / "cache"),
    }
    index = ("--offline", "--no-config", "--no-index", "--find-links", wheels, "--python", sys.executable)
    uv = Path(sys.executable).parent / "uv"
    subprocess.run(
        [uv, "tool", "install", *index, installed.wheel], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    said = subprocess.run(
        [tmp_path / "bin/almanac", "--version"], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == f"almanac, version {__version__}\n"


def test_an_upgrade_touches_no_content_and_publishes_the_same_pages(installed: Installed, tmp_path: Path) -> None:
    (archive,) = installed.distributions.glob("*.tar.gz")
    subprocess.run(["tar", "--extract", "--file", archive, "--directory", tmp_path], check=True)
    source = tmp_path / archive.name.removesuffix(".tar.gz")
    (source / "PKG-INFO").unlink()  # it names the version, too
    version = source / "almanac/__init__.py"
    version.write_text(version.read_text(encoding="utf-8").replace(f'"{__version__}"', f'"{NEXT}"'), encoding="utf-8")
    (tmp_path / "next").mkdir()
    upgraded = install(tmp_path / "next", source)
    assert NEXT in upgraded.wheel.name
    installed.run("init", "city", "--city", "柳城", "--language", "zh-CN", root=tmp_path)
    site = Site(tmp_path / "city", NOW)
    moment = ("--now", NOW.isoformat())
    installed.run("build", *moment, root=site.root)
    kept = {path: path.read_bytes() for path in site.root.rglob("*") if path.is_file() and ".almanac" not in path.parts}
    times = site.times()
    assert upgraded.run("--version", root=site.root).stdout == f"almanac, version {NEXT}\n"
    assert "Nothing is wrong." in upgraded.run("check", root=site.root).stderr
    upgraded.run("build", *moment, root=site.root)
    assert {path for path, content in kept.items() if path.read_bytes() != content} == set()
    assert site.times() == times, "nothing is sent to the server again"
    upgraded.run("build", "--clean", *moment, root=site.root)
    assert {path for path, content in kept.items() if path.read_bytes() != content} == set()
