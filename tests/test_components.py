"""The list of components of a release: whole, valid, the same bytes, and under licences that ask for a notice alone.

`docs/decisions/0023-components.md` says how licences are judged.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import get_spdx_licensing
from sites import REPOSITORY

from almanac import __version__
from scripts.list_components import NAME, licence_of, pins, write

MOMENT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
LICENSING = get_spdx_licensing()
NOTICE_ALONE = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
    "CDLA-Permissive-2.0", "ISC", "MIT", "OFL-1.1", "PSF-2.0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "Zlib",
}  # fmt: skip
WEAK = {"MPL-2.0"}  # within the wheels of others
WORDS = {  # that only the licence has
    "MIT": "Permission is hereby granted, free of charge, to any person obtaining a copy of this software",
    "BSD-2-Clause": "Redistribution and use in source and binary forms, with or without modification, are permitted",
    "BSD-3-Clause": "used to endorse or promote products derived from this software without",
    "Apache-2.0": "Apache License",
    "OFL-1.1": "SIL Open Font License",
    "PSF-2.0": "PYTHON SOFTWARE FOUNDATION LICENSE",
}


def is_permitted(expression: str, permitted: set[str]) -> bool:
    """Whether an SPDX expression asks for no other licence: of alternatives one is enough."""

    def judged(part: Any) -> bool:
        if isinstance(part, LICENSING.OR):
            return any(map(judged, part.args))
        if isinstance(part, LICENSING.AND):
            return all(map(judged, part.args))
        return str(part) in permitted

    return judged(LICENSING.parse(expression, validate=True))


def licence_in(component: dict[str, Any]) -> str:
    (one,) = component["licenses"]
    return str(one.get("expression") or one["license"]["id"])


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    written = write(tmp_path_factory.mktemp("dist"), MOMENT)
    assert written.name == f"almanac_kepu-{__version__}.cdx.json"
    return written.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def components(text: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(text)["components"]
    return listed


def test_the_list_is_valid_and_names_every_pinned_package(text: str, components: list[dict[str, Any]]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    listed = {(one["name"], one["version"]) for one in components}
    assert listed == {(pin.name, pin.version) for pin in pins()}
    assert {"jinja2", "typst", "obstore", "brotli"} <= {name for name, _ in listed}
    about = json.loads(text)["metadata"]
    assert about["component"]["version"] == __version__
    assert datetime.fromisoformat(about["timestamp"]) == MOMENT
    crates = {crate["name"] for one in components for crate in one.get("components", ())}
    assert {"cssparser", "resvg", "object_store"} <= crates, "what is compiled into wheels"


def in_order(references: Iterable[str]) -> bool:
    """Whether they are sorted, as a whole or by name and version: the library does either."""
    listed = list(references)
    return listed in (sorted(listed), sorted(listed, key=lambda reference: reference.split("@")))


def test_nothing_in_the_list_is_left_to_chance(text: str, components: list[dict[str, Any]]) -> None:
    whole = json.loads(text)
    for entries, key in ((components, "bom-ref"), (whole["dependencies"], "ref")):
        assert in_order(entry[key] for entry in entries)
    assert all(in_order(crate["bom-ref"] for crate in one.get("components", ())) for one in components)
    assert all(in_order(one.get("dependsOn", ())) for one in whole["dependencies"])
    assert whole["serialNumber"] == uuid5(NAMESPACE_URL, f"pkg:pypi/{NAME}@{__version__}").urn


def test_no_package_is_copyleft_and_within_wheels_nothing_but_the_mpl(components: list[dict[str, Any]]) -> None:
    assert [
        (one["name"], licence_in(one)) for one in components if not is_permitted(licence_in(one), NOTICE_ALONE)
    ] == []
    crates = [(one["name"], crate) for one in components for crate in one.get("components", ())]
    judged = {(wheel, crate["name"], licence_in(crate)) for wheel, crate in crates}
    assert [one for one in judged if not is_permitted(one[2], NOTICE_ALONE | WEAK)] == []
    assert {wheel for wheel, _, licence in judged if not is_permitted(licence, NOTICE_ALONE)} == {
        "css-inline",
        "nh3",
        "typst",
    }


def test_copyleft_is_recognised() -> None:
    for refused in ("GPL-3.0-only", "MIT AND AGPL-3.0-or-later", "LGPL-2.1-or-later", "MPL-2.0", "MIT AND MPL-2.0"):
        assert not is_permitted(refused, NOTICE_ALONE), refused
    assert is_permitted("MIT OR Apache-2.0 OR LGPL-2.1-or-later", NOTICE_ALONE)
    assert is_permitted("(Apache-2.0 OR GPL-2.0-only) AND Unicode-3.0", NOTICE_ALONE)


def texts_of(name: str) -> Iterator[str]:
    """The licences that a package brings along, without line breaks."""
    for file in distribution(name).files or ():
        if ".dist-info/" in file.as_posix() and re.search("licen[cs]e", file.name, re.IGNORECASE):
            yield re.sub(r"\s+", " ", Path(str(file.locate())).read_text(encoding="utf-8"))


def test_packages_bring_the_words_of_the_licences_that_are_stated() -> None:
    without = set()
    for pin in pins():
        whole = " ".join(texts_of(pin.name)).lower()
        if not whole:
            without.add(pin.name)
            continue
        symbols = {str(one) for one in LICENSING.license_symbols(licence_of(pin))}
        assert [one for one in symbols if WORDS[one].lower() not in whole] == [], pin.name
    assert without <= {"mdurl", "obstore"}, "their metadata alone say MIT"


@pytest.mark.parametrize(
    ("said", "meaning"),
    [("Found 2 known vulnerabilities in 1 package", "knows of weaknesses"), ("405 Not Allowed", "could not be asked")],
)
def test_a_database_that_does_not_answer_is_no_clean_bill(said: str, meaning: str) -> None:
    asking = (str(REPOSITORY / "scripts" / "ask-advisories"), "npm")
    done = subprocess.run([*asking, "sh", "-c", f"echo '{said}'; exit 1"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert f"The advisory database of npm {meaning}" in done.stderr
    clean = subprocess.run([*asking, "true"], capture_output=True, text=True, check=True)
    assert clean.stderr == ""
