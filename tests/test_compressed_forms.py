"""Compressed forms of texts: they hold their files, come and go with them, and are made only where these change."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager

import brotli
import pytest
import zstandard
from sites import Site

from almanac.build import compression
from almanac.core import extras
from almanac.core.compressed import LEAST, compressed

READ = {"gz": gzip.decompress, "br": brotli.decompress, "zst": zstandard.decompress}
LONG = "星空。\n\n" * 200
CONFIG = """title: 小城
base_url: https://example.org/
registries: open
outputs: {digest: false, shares: false, screens: false, embeds: false, offline: false, plans: false}
"""
EVENT = """---
title: 观星
start: 2027-03-10 19:00
theme: 天文
---
"""
PAGE = "events/stars/index.html"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of one event, built with compressed forms. Its tests follow each other."""
    site = Site(tmp_path_factory.mktemp("packed"))
    site.write("config.yaml", f"{CONFIG}compress: [gz, br, zst]\n")
    site.write("content/events/stars.md", EVENT)
    site.write("content/files/table.csv", "a,b\n" * LEAST)
    site.write("content/images/plan.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><!-- {"x" * LEAST} --></svg>')
    site.write("content/images/plan.svg.gz", b"a picture of its own")
    site.build()
    return site


def forms(site: Site) -> dict[str, dict[str, bytes]]:
    """The forms of each file that has any, by their endings."""
    files, found = site.files(), dict[str, dict[str, bytes]]()
    for name, content in files.items():
        original, _, form = name.rpartition(".")
        if form in READ and original in files and original != "images/plan.svg":
            found.setdefault(original, {})[form] = content
    return found


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The forms that are made meanwhile."""
    made: list[str] = []

    def count(content: bytes, form: str) -> bytes:
        made.append(form)
        return compressed(content, form)

    with monkeypatch.context() as patched:
        patched.setattr(compression, "compressed", count)
        yield made


def test_every_text_of_a_kilobyte_has_its_forms(packed: Site) -> None:
    files, found = packed.files(), forms(packed)
    endings = (".html", ".css", ".js", ".json", ".ics", ".atom", ".xml", ".csv", ".txt", ".svg", ".map")
    texts = {name for name, content in files.items() if name.endswith(endings) and len(content) >= LEAST}
    assert texts - {"files/table.csv", "images/plan.svg"} == {*found}
    for name, by_form in found.items():
        assert by_form.keys() == READ.keys(), name
        for form, content in by_form.items():
            read = READ[form](content)
            assert read == files[name], name
            assert len(content) < len(read), name
    assert files["images/plan.svg.gz"] == b"a picture of its own"
    assert "files/table.csv.gz" not in files


def test_they_are_made_only_where_the_file_has_changed(packed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(monkeypatch) as made:
        assert packed.build().changed == ()
        packed.write("content/events/stars.md", EVENT + LONG)
        changed = {*packed.build().changed}
        assert {PAGE, f"{PAGE}.gz", f"{PAGE}.br", f"{PAGE}.zst"} <= changed
        assert len(made) == len([name for name in changed if name.endswith(tuple(READ))])
    assert READ["br"](packed.file(f"{PAGE}.br")) == packed.file(PAGE)


def test_what_somebody_has_changed_or_removed_is_made_again(packed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = packed.files()
    packed.delete(f"output/{PAGE}.br")
    packed.write(f"output/{PAGE}.zst", b"?")
    packed.write("output/sitemap.xml", b"?")
    with counted(monkeypatch) as made:
        packed.build()
        assert len(made) < 2 * len(READ) + 1
    assert packed.files() == before


def test_without_the_extra_gzip_is_made_and_the_rest_is_said(packed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "COMPRESS", {"br": "no_such_library", "zst": "no_such_library"})
    extras.can_compress.cache_clear()
    before = forms(packed)
    _, problems = packed.try_build(clean=True)
    extras.can_compress.cache_clear()
    assert [one.severity for one in problems] == ["warning"]
    assert forms(packed) == {name: {"gz": by_form["gz"]} for name, by_form in before.items()}, "the same bytes"


def test_they_go_with_their_files_and_with_the_setting(packed: Site) -> None:
    packed.write("config.yaml", f"{CONFIG}compress: gz\n")
    packed.write("templates/404.html", "short")
    packed.delete("content/events/stars.md")
    packed.event("moon", title="观月")
    before = packed.files().keys()
    packed.build()
    assert {form for by_form in forms(packed).values() for form in by_form} == {"gz"}
    gone = {"404.html.gz", f"{PAGE}.gz"}
    assert gone <= before
    assert gone.isdisjoint(packed.files())
    assert "events/moon/index.html.gz" in packed.files()
    packed.write("config.yaml", CONFIG)
    packed.build()
    assert forms(packed) == {}
    assert packed.file("/images/plan.svg.gz") == b"a picture of its own"
