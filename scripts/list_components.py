"""Writes the components of a release with their licences as CycloneDX: `python -m scripts.list_components DIST`.

It lists what the engine runs with and its extras, in the versions of `requirements/`, and what is compiled into their
wheels, as the wheels themselves list it (PEP 770). They have to be installed. SOURCE_DATE_EPOCH is the moment of the
list; the same versions give the same bytes.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.licenses import canonicalize_license_expression
from packaging.requirements import Requirement

from almanac import __version__

REPOSITORY = Path(__file__).parent.parent
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
SBOMS = re.compile(r"\.dist-info/sboms/.*\.json$")
NAME = "almanac-kepu"
# What the metadata of a package do not say, or say incompletely; read in its licence.
READ = {
    "defusedxml": "PSF-2.0",
    "fonttools": "MIT AND OFL-1.1 AND BSD-3-Clause AND Apache-2.0",  # with what LICENSE.external lists
    "jinja2": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "resvg-py": "MIT",
    "segno": "BSD-3-Clause",
}
CLASSIFIERS = {"License :: OSI Approved :: MIT License": "MIT"}


class Pin(NamedTuple):
    """A package with its version, and the extra that needs it; "" if the engine itself does."""

    name: str
    version: str
    extra: str


def pins() -> list[Pin]:
    """Everything that is installed with the engine and its extras."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, Pin] = {}
    for extra in ("", *project["optional-dependencies"]):
        file = REPOSITORY / "requirements" / f"{extra or 'site'}.txt"
        for name, version in PINNED.findall(file.read_text(encoding="utf-8")):
            found.setdefault(name, Pin(name, version, extra))
    return sorted(found.values())


def licence_of(pin: Pin) -> str:
    """The licence as an SPDX expression. Raises LookupError where neither the metadata nor `READ` have one."""
    if pin.name in READ:
        return READ[pin.name]
    said = distribution(pin.name).metadata
    by_classifier = [CLASSIFIERS[one] for one in said.get_all("Classifier") or () if one in CLASSIFIERS]
    for one in (said["License-Expression"], said["License"], *by_classifier):
        if one:
            return str(canonicalize_license_expression(one))
    raise LookupError(pin.name)


def compiled_in(installed: Distribution) -> Iterator[dict[str, Any]]:
    """What a wheel says to be compiled into it, as its own lists have it."""
    for file in installed.files or ():
        if SBOMS.search(file.as_posix()):
            yield from json.loads(file.read_text(encoding="utf-8"))["components"]


def component(name: str, version: str, kind: str, licence: str, inner: Iterable[Component] = ()) -> Component:
    """A component of the list; `kind` is that of its package URL."""
    address = PackageURL(kind, name=name, version=version)
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        purl=address,
        bom_ref=str(address),
        licenses=[LicenseFactory().make_from_string(licence)],
        components=inner,
    )


def nested(one: dict[str, Any], owner: Pin) -> Component:
    """A component that a wheel lists. The same crate may be in several wheels, so its reference names the wheel."""
    (licence,) = one["licenses"]
    said = licence.get("expression") or licence["license"].get("id") or licence["license"]["name"]
    found = component(one["name"], one["version"], "cargo", canonicalize_license_expression(said))
    found.bom_ref.value = f"{found.purl} in {owner.name}"
    return found


def listed(pin: Pin) -> Component:
    """A package with what is compiled into it."""
    installed = distribution(pin.name)
    if installed.version != pin.version:
        raise LookupError(f"{pin.name} {pin.version} is pinned, and {installed.version} is installed")
    inner = [nested(one, pin) for one in compiled_in(installed)]
    found = component(pin.name, pin.version, "pypi", licence_of(pin), inner)
    if pin.extra:
        found.properties.add(Property(name="almanac:extra", value=pin.extra))
    return found


def needs(name: str, known: Iterable[str]) -> set[str]:
    """The names among `known` that a package asks for, on any system."""
    asked = {Requirement(line).name.lower().replace("_", "-") for line in distribution(name).requires or ()}
    return asked & set(known)


def bill(moment: datetime) -> Bom:
    """The list of this version."""
    packages = {pin.name: listed(pin) for pin in pins()}
    release = component(NAME, __version__, "pypi", "MIT")
    release.type = ComponentType.APPLICATION
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, str(release.purl)), components=packages.values())
    bom.metadata.component = release
    bom.metadata.timestamp = moment
    bom.register_dependency(release, packages.values())
    for name, found in packages.items():
        bom.register_dependency(found, [packages[one] for one in needs(name, packages)])
    return bom


def write(folder: Path, moment: datetime) -> Path:
    """Writes the list of this version as CycloneDX 1.6 in JSON, and returns its file."""
    target = folder / f"{NAME.replace('-', '_')}-{__version__}.cdx.json"
    target.write_text(f"{JsonV1Dot6(bill(moment)).output_as_string(indent=1)}\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    write(Path(sys.argv[1]), datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC))
