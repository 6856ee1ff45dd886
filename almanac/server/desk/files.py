"""The files of events as the desk opens and saves them. A file that has changed meanwhile is never overwritten."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import msgspec

from almanac.content.fences import decode_anyway
from almanac.content.ids import id_problem
from almanac.content.queries import tree
from almanac.content.sources import LARGEST_RECORD, file_key
from almanac.core.digests import digest
from almanac.core.problems import reason_of, text
from almanac.exchange.contents import FOLDER
from almanac.exchange.matching import FOLDER_NAME
from almanac.exchange.writing import write_new, write_over
from almanac.model.labels import EVENTS
from almanac.model.links import own_events
from almanac.model.site import Site
from almanac.server.desk.answers import Refused, ShownProblem, refused, shown
from almanac.server.desk.preview import Preview
from almanac.site.event_sources import EventSource, event_source
from almanac.site.settings import site_settings

NO_FILE = ""  # the digest of a file that does not exist


class FileAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file by its path, or by the address of its event."""

    path: str = ""
    event: str = ""


class OpenedFile(msgspec.Struct, frozen=True):
    """A file with the digest of its bytes, and the address of its page; empty if it has none."""

    source: EventSource
    digest: str
    page: str


class FileSaved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file to save: its text, and the digest of the version that was opened."""

    path: str
    text: str
    digest: str


class Saved(msgspec.Struct, frozen=True):
    """A file as it was saved, and the errors that the build of the preview has found in it."""

    file: OpenedFile
    problems: tuple[ShownProblem, ...]


class Conflict(msgspec.Struct, frozen=True):
    """The version that stands on the disk, where another one was opened."""

    file: OpenedFile


def open_file(preview: Preview, asked: FileAsked) -> OpenedFile:
    """The file of an event. Raises Refused if there is none."""
    site = preview.site
    path = _path_of(site, asked.event) if asked.event else asked.path
    return _opened(site, path, bytes_of(site, path))


def save_file(preview: Preview, wanted: FileSaved) -> Saved:
    """Writes a file and builds the preview. Raises Refused, with a Conflict if the file has changed meanwhile."""
    path = wanted.path
    save(preview.site, path, wanted.text, wanted.digest)
    file = preview.root / path
    preview.rebuild({file})
    found = [one for one in preview.errors if path in {one.location.path, one.other}]
    return Saved(_opened(preview.site, path, file.read_bytes()), shown(preview.site, found))


def save(site: Site, path: str, content: str, began: str) -> None:
    """Writes a file whose bytes have the digest `began`, and a new one for NO_FILE. Raises Refused."""
    if len(content.encode(errors="replace")) > LARGEST_RECORD:
        message = text("This file is larger than {size} MB.", size=LARGEST_RECORD >> 20)
        raise refused(site, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
    file = _known_file(site, path) if path in tree(site).of(EVENTS) else _new_file(site, path)
    data = _bytes(site, file)
    if digest_of(data) != began:
        raise Refused(HTTPStatus.CONFLICT, Conflict(_opened(site, path, data)))
    problem = (write_new if data is None else write_over)(site.root, path, content)
    if problem:
        raise refused(site, HTTPStatus.FORBIDDEN, problem.message)


def bytes_of(site: Site, path: str) -> bytes:
    """The bytes of an event's file as they are now. Raises Refused if there is no such file."""
    data = _bytes(site, _known_file(site, path))
    if data is None:
        raise refused(site, HTTPStatus.NOT_FOUND, text("There is no file {path}.", path=path))
    return data


def digest_of(data: bytes | None) -> str:
    """The digest of a file's bytes; NO_FILE if it does not exist."""
    return NO_FILE if data is None else digest(data)


def event_of(site: Site, path: str) -> str:
    """The id of the published event of a file; empty if it has none."""
    return next((event.id for event in own_events(site) if event.path == path), "")


def _opened(site: Site, path: str, data: bytes | None) -> OpenedFile:
    content, _ = decode_anyway(data or b"")
    source = event_source(path, content.encode()) or EventSource(path, content, {}, (), 0)
    event = event_of(site, path)
    return OpenedFile(source, digest_of(data), f"{site_settings(site).base}events/{event}/" if event else "")


def _path_of(site: Site, address: str) -> str:
    """The path of the file of an event by its address `/events/<id>/`; empty if there is no such event."""
    return next((event.path for event in own_events(site) if address == f"/events/{event.id}/"), "")


def _known_file(site: Site, path: str) -> Path:
    """The file of a path that the last look at `content/` has found."""
    if path not in tree(site).of(EVENTS):
        raise refused(site, HTTPStatus.NOT_FOUND, text("There is no file {path}.", path=path))
    return _inside(site, path)


def _new_file(site: Site, path: str) -> Path:
    """The file of a path below `content/events/` whose names may become an address."""
    *folders, name = path.removeprefix(f"{FOLDER}/").split("/")
    is_sound = path.startswith(f"{FOLDER}/") and name.endswith(".md") and not id_problem(file_key(path))
    if not is_sound or any(not FOLDER_NAME.fullmatch(one) for one in folders):
        raise refused(site, HTTPStatus.FORBIDDEN, text("“{name}” cannot be the name of a file.", name=path))
    return _inside(site, path)


def _inside(site: Site, path: str) -> Path:
    """The file, if neither it nor a folder above it is a link that leads out of the folder of events."""
    file, events = site.root / path, site.root / FOLDER
    if file.is_symlink() or not file.parent.resolve().is_relative_to(events.resolve()):
        message = text("A link leads from this folder out of the site; nothing was written there.")
        raise refused(site, HTTPStatus.FORBIDDEN, message)
    return file


def _bytes(site: Site, file: Path) -> bytes | None:
    """The bytes of a file as they are now; None if it does not exist."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        message = text("This file cannot be read ({reason}).", reason=reason_of(error))
        raise refused(site, HTTPStatus.FORBIDDEN, message) from error
