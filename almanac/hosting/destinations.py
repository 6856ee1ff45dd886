"""The address of a destination tells what kind of host it is."""

from __future__ import annotations

import re
from enum import Enum
from hashlib import blake2b
from pathlib import Path

from almanac.hosting.host import Host

USUAL_BRANCH = "pages"
# What rsync takes: the address of a daemon, HOST:FOLDER, HOST::MODULE, or a folder of this machine.
FOLDER = re.compile(r"rsync://.|[^/:]+:.|[^:]*/")
SECRET = re.compile(r"(?<=//)[^/@]*@")


class Kind(Enum):
    """The kinds of hosts, by what begins their addresses."""

    BUCKET = "s3://"
    BRANCH = "git+"
    FOLDER = ""


def kind_of(destination: str) -> Kind | None:
    """The kind of a destination; None if it is none."""
    for kind in (Kind.BUCKET, Kind.BRANCH):
        if destination.startswith(kind.value):
            return kind if destination != kind.value else None
    return Kind.FOLDER if FOLDER.match(destination) else None


def host_of(destination: str, endpoint: str | None, region: str | None, root: Path, cache: Path) -> Host:
    """The host of a destination. Only what it needs is loaded: libraries of others may lack. Raises HostFailed."""
    from almanac.hosting.recorded import Recorded

    if kind_of(destination) is Kind.BUCKET:
        from almanac.hosting.bucket import Bucket

        return Recorded(Bucket(destination, endpoint, region))
    if kind_of(destination) is Kind.BRANCH:
        from almanac.hosting.branch import Branch

        address, _, branch = destination.removeprefix(Kind.BRANCH.value).partition("#")
        name = blake2b(destination.encode(), digest_size=8).hexdigest()
        return Branch(address, branch or USUAL_BRANCH, root, cache / f"{name}.git")
    from almanac.hosting.rsync import Rsync

    return Recorded(Rsync(destination))


def shown_address(destination: str) -> str:
    """The address without what may be a password in it."""
    return SECRET.sub("", destination)
