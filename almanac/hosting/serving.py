"""Looks at the site as visitors get it, after it was uploaded."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from almanac.core.media_types import media_type
from almanac.core.problems import Location, Problem, reason_of, text

TIMEOUT = 15  # seconds
LOOKED_AT = {"": "index.html", "feeds/all.ics": "feeds/all.ics", "robots.txt": "robots.txt"}  # by their addresses


def serving_problems(base_url: str, output: Path) -> Iterator[Problem]:
    """What is wrong with the answers of a site at a few addresses, of which each stands for a kind of file."""
    for address, file in LOOKED_AT.items():
        if (output / file).is_file():
            yield from _problems(base_url.rstrip("/") + "/" + quote(address), file, (output / file).read_bytes())


def _problems(url: str, file: str, expected: bytes) -> Iterator[Problem]:
    location = Location(url)
    try:
        headers, body = _get(url)
    except HTTPError as error:
        hint = text("Look at the settings of the host: which file is the first page, and who may read the files.")
        yield Problem(location, text("The site answers with status {status}.", status=error.code), hint)
        return
    except (OSError, HTTPException, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        yield Problem(location, text("The site does not answer ({reason}).", reason=reason), None)
        return
    if "attachment" in headers.get("Content-Disposition", ""):
        hint = text("Aliyun OSS does so on the addresses of its own: bind a domain of the city to the bucket.")
        yield Problem(location, text("The site is served as a download, not as pages."), hint)
    sent, wanted = headers.get_content_type(), media_type(file).partition(";")[0]
    if sent != wanted:
        message = text("The site says {sent} where {wanted} is right.", sent=sent, wanted=wanted)
        yield Problem(location, message, text("Set the type of files with this ending at the host."))
    if md5(body, usedforsecurity=False).digest() != md5(expected, usedforsecurity=False).digest():
        hint = text("A CDN in front of the host may still have the earlier one: have it fetch pages each time.")
        yield Problem(location, text("The site serves another file than was uploaded."), hint, "warning")


def _get(url: str) -> tuple[HTTPMessage, bytes]:
    """The headers and the body of an answer. Raises HTTPError, OSError, HTTPException and ValueError."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(url)
    with urlopen(Request(url, headers={"User-Agent": "Almanac"}), timeout=TIMEOUT) as answer:  # noqa: S310 - checked
        return answer.headers, answer.read()
