"""Fetches the open data of other sites (`sources:` in the config) before a build, and keeps the last good copy.

A source that cannot be reached, is no open data, or has lost more than a third of its events is reported, and its last
copy is used. Nothing here stops a build, and every wait has an end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from time import monotonic
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

import msgspec

from almanac.content.config import CONFIG, OtherSite
from almanac.content.gathered import entries_in
from almanac.content.inputs import copy_file, read_copy, sealed
from almanac.core.problems import Location, Problem, Text, reason_of, text

TIMEOUT = 10  # seconds without an answer
LONGEST = 30  # seconds for a whole document
MOST_BYTES = 64 << 20  # of a document
CHUNK = 1 << 18
AT_ONCE = 16  # sources that are fetched at the same time
NOT_MODIFIED = 304


class Unreachable(Exception):  # noqa: N818 - a source that keeps its last copy
    """A source that cannot be used as it is now. `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.message)
        self.reason = reason


class Copy(msgspec.Struct):
    """The last good copy of a source on disk, and the ETag that came with it."""

    file: Path

    @property
    def etag_file(self) -> Path:
        return self.file.with_suffix(".etag")

    def read(self) -> bytes | None:
        return read_copy(self.file)

    def etag(self) -> str:
        return (_read(self.etag_file) or b"").decode("ascii", "ignore").strip() if self.file.is_file() else ""

    def replace(self, document: bytes, etag: str) -> None:
        """Takes over a new document. A crash leaves the old one, or the new one without its ETag."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.etag_file.unlink(missing_ok=True)
        partly = self.file.with_suffix(".part")
        partly.write_bytes(sealed(document))
        partly.replace(self.file)
        if etag.isascii() and etag.isprintable():
            self.etag_file.write_text(etag, encoding="ascii")


def fetch_all(
    sources: Mapping[str, OtherSite], root: Path, cache: Path, *, allow_removals: bool = False
) -> list[Problem]:
    """Brings the copies of all sources up to date; a warning for each that keeps its last one.

    `allow_removals` accepts a source that has lost more than a third of its events.
    """

    def problem_of(key: str, source: OtherSite) -> Problem | None:
        copy = _copy(source, cache)
        try:
            _refresh(source, copy, root, allow_removals=allow_removals)
        except Unreachable as unreachable:
            return _kept(key, source, copy, unreachable.reason)
        except OSError as error:
            return _kept(key, source, copy, text("{reason}", reason=reason_of(error)))
        return None

    if not sources:
        return []
    with ThreadPoolExecutor(min(len(sources), AT_ONCE)) as pool:
        found = pool.map(problem_of, *zip(*sources.items(), strict=True))
        return [problem for problem in found if problem]


def _copy(source: OtherSite, cache: Path) -> Copy:
    return Copy(copy_file(cache, source.url))


def _kept(key: str, source: OtherSite, copy: Copy, reason: Text) -> Problem:
    location = Location(CONFIG, key=("sources", key))
    if not copy.file.is_file():
        message = text("The events of {name} are missing: {reason}", name=source.name, reason=reason)
        hint = text("Open {url} in a browser.") if urlsplit(source.url).scheme else text("Put the file {url} there.")
        return Problem(location, message, text(hint.message, url=source.url), "warning")
    message = text("The events of {name} are those of the last good copy: {reason}", name=source.name, reason=reason)
    return Problem(location, message, None, "warning")


def _refresh(source: OtherSite, copy: Copy, root: Path, *, allow_removals: bool) -> None:
    """Replaces the copy by the present document if that is good. Raises Unreachable and OSError."""
    before = copy.read()
    had = _count(before) if before is not None else None
    if urlsplit(source.url).scheme:
        document, etag = _fetch(source.url, copy.etag() if had is not None else "")  # a damaged copy counts as none
    else:
        document, etag = (root / source.url).read_bytes(), ""
    if document is None or (document == before and had is not None):
        return
    count = _count(document)
    if count is None:
        raise Unreachable(text("it is no open data of an Almanac site."))
    if had and count * 3 < had * 2 and not allow_removals:
        raise Unreachable(
            text(
                "it has {count} events and had {before}. build --allow-removals accepts that.", count=count, before=had
            )
        )
    copy.replace(document, etag)


def _count(document: bytes) -> int | None:
    """The number of whole entries of a document; None if it is no open data."""
    try:
        return len(entries_in(document))
    except (msgspec.MsgspecError, RecursionError):
        return None


class _OnlyHttps(HTTPRedirectHandler):
    """Follows redirects to other https addresses and to nothing else."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - as the library calls it
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme != "https":
            raise Unreachable(text("it leads to an address without https."))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> OpenerDirector:
    """An opener that knows https and no other scheme."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPSHandler(), HTTPDefaultErrorHandler(), _OnlyHttps(), HTTPErrorProcessor()):
        opener.add_handler(handler)
    return opener


def _fetch(url: str, etag: str) -> tuple[bytes | None, str]:
    """The document at an https address and its ETag; None if it is still that of the given ETag."""
    headers = {"Accept": "application/json", "User-Agent": "Almanac"} | ({"If-None-Match": etag} if etag else {})
    try:
        answer = _opener().open(Request(url, headers=headers), timeout=TIMEOUT)  # noqa: S310 - https alone, see above
        if answer is None:
            raise Unreachable(text("it leads to an address without https."))
        with answer:
            return b"".join(_chunks(answer)), answer.headers.get("ETag") or ""
    except HTTPError as error:
        if error.code == NOT_MODIFIED and etag:
            return None, etag
        raise Unreachable(text("the server answers {code}.", code=error.code)) from None
    except URLError as error:
        raise Unreachable(text("{reason}", reason=error.reason)) from None
    except (HTTPException, ValueError) as error:
        raise Unreachable(text("{reason}", reason=str(error) or type(error).__name__)) from None


def _chunks(answer: IO[bytes]) -> Iterator[bytes]:
    until, size = monotonic() + LONGEST, 0
    while chunk := answer.read1(CHUNK) if hasattr(answer, "read1") else answer.read(CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            raise Unreachable(text("it is larger than {most} MB.", most=MOST_BYTES >> 20))
        if monotonic() > until:
            raise Unreachable(text("it takes longer than {most} seconds.", most=LONGEST))
        yield chunk


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
