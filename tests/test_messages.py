"""Message catalogues: compiled by `make`, or in memory where that has not been done."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sites import REPOSITORY, Site

from almanac.core.messages import catalogue_files, compile_catalogue, compiled_file, gettext_of
from scripts.compile_messages import compile_folder

LANGUAGE = "zh-CN"
FOLDERS = ("almanac/core/catalogues", "themes/default/messages")
CATALOGUES = sorted(file for folder in FOLDERS for file in REPOSITORY.glob(f"{folder}/*.po"))
MSGID = re.compile(r'^msgid (".*"(?:\n".*")*)', re.MULTILINE)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A catalogue in a folder of its own."""
    file = tmp_path / f"{LANGUAGE}.po"
    file.write_bytes(saying("敬请期待"))
    return file


def saying(words: str) -> bytes:
    """A catalogue of one message."""
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    return f'{header}\nmsgid "Nothing announced yet"\nmsgstr "{words}"\n'.encode()


def translated(catalogue: Path) -> str:
    return gettext_of(LANGUAGE, catalogue_files(LANGUAGE, [catalogue.parent]))("Nothing announced yet")


def test_an_uncompiled_catalogue_is_compiled_in_memory(catalogue: Path) -> None:
    assert translated(catalogue) == "敬请期待"
    catalogue.write_bytes(saying("还没有"))
    assert translated(catalogue) == "还没有"
    assert list(catalogue.parent.iterdir()) == [catalogue]


def test_a_compiled_catalogue_is_read(catalogue: Path) -> None:
    compile_folder(catalogue.parent)
    compiled = compiled_file(catalogue, catalogue.read_bytes())
    assert set(catalogue.parent.iterdir()) == {catalogue, compiled}
    compiled.write_bytes(compile_catalogue(LANGUAGE, saying("已编译")))
    assert translated(catalogue) == "已编译"


@pytest.mark.parametrize("seconds", [-60, 60])
def test_an_edited_catalogue_is_used_for_any_times_of_the_files(catalogue: Path, seconds: int) -> None:
    compile_folder(catalogue.parent)
    catalogue.write_bytes(saying("还没有"))
    time = compiled_file(catalogue, saying("敬请期待")).stat().st_mtime + seconds
    os.utime(catalogue, (time, time))
    assert translated(catalogue) == "还没有"


def test_compiling_again_leaves_nothing_of_older_catalogues(catalogue: Path) -> None:
    compile_folder(catalogue.parent)
    catalogue.write_bytes(saying("还没有"))
    compile_folder(catalogue.parent)
    assert set(catalogue.parent.iterdir()) == {catalogue, compiled_file(catalogue, saying("还没有"))}
    assert translated(catalogue) == "还没有"


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_catalogue_has_each_message_once(file: Path) -> None:
    """Of two entries the later one would count, and an edit of the first would have no effect."""
    found = Counter(MSGID.findall(file.read_text(encoding="utf-8")))
    assert len(found) > 1
    assert [message for message, count in found.items() if count > 1] == []


@pytest.mark.parametrize("compiled", [False, True])
def test_a_clone_speaks_chinese_with_and_without_compiled_messages(tmp_path: Path, *, compiled: bool) -> None:
    clone = tmp_path / "clone"
    for folder in ("almanac", "scripts", "themes"):
        shutil.copytree(REPOSITORY / folder, clone / folder, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    shutil.copy(REPOSITORY / "site.py", clone)
    if compiled:
        subprocess.run([sys.executable, "-m", "scripts.compile_messages"], check=True, cwd=clone)
    command = [sys.executable, "site.py", "build", "--help"]
    done = subprocess.run(command, capture_output=True, check=True, cwd=clone, encoding="utf-8")
    assert "用法" in done.stdout
    expected = [file.parent.relative_to(REPOSITORY).as_posix() for file in CATALOGUES] if compiled else []
    assert sorted(file.parent.relative_to(clone).as_posix() for file in clone.rglob("*.mo")) == expected


def test_a_site_that_is_built_again_by_the_same_process_shows_an_edited_translation(site: Site) -> None:
    shutil.copytree(REPOSITORY / "tests" / "small_theme", site.root / "themes" / "plain")
    site.write("content/themes/quiet.md", "---\nname: 安静\n---\n")
    site.edit("config.yaml", "title:", "site_theme: plain\ntitle:")
    site.build()
    assert "敬请期待" in site.page("/themes/")
    site.edit("themes/plain/messages/zh-CN.po", "敬请期待", "还没有")
    site.build()
    assert "还没有" in site.page("/themes/")
