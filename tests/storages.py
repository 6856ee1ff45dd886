"""An object storage for tests: moto's server, with a bucket, and what stands in it."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import quote, unquote, urljoin, urlsplit
from urllib.request import Request, urlopen

from audit import free_port
from obstore.store import S3Store
from sites import REPOSITORY

from almanac.hosting.recorded import BEGUN, RECORD

if TYPE_CHECKING:
    from obstore import GetResult  # a name of the library's types alone

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
OWN = {RECORD, BEGUN}  # the documents of publishing
LOADS = {"stylesheet", "icon", "manifest", "modulepreload", "preload", "apple-touch-icon"}
NAMED = re.compile(rb"""(?:url\(|from\s?|import\s?\(?)["']?([^"'()$\s]+\.(?:css|js|svg|png|webp))["')]""")


class Storage:
    """An object storage that speaks S3, with a bucket."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.bucket = f"{address}/city"

    def empty(self) -> None:
        """Makes the bucket anew."""
        urlopen(Request(f"{self.address}/moto-api/reset", method="POST")).close()
        urlopen(Request(self.bucket, method="PUT")).close()

    def get(self, name: str) -> GetResult:
        """A file with its headers."""
        return S3Store(
            "city",
            endpoint=self.address,
            region="us-east-1",
            access_key_id="key",
            secret_access_key="-",  # noqa: S106
            client_options={"allow_http": True},
        ).get(name)

    def read(self, name: str) -> bytes:
        with urlopen(self._request(name)) as answer:
            content: bytes = answer.read()
        return content

    def put(self, name: str, content: bytes) -> None:
        urlopen(self._request(name, content)).close()

    def _request(self, name: str, content: bytes | None = None) -> Request:
        """A request that reads or writes a file. Moto asks for a signature, and does not read it.

        It would read a body without a type as that of a form, and store nothing.
        """
        signed = {"Authorization": "AWS somebody:something", "Content-Type": "application/octet-stream"}
        return Request(f"{self.bucket}/{quote(name)}", content, signed, method="PUT" if content else "GET")

    def tags(self) -> dict[str, str]:
        """The entity tag of every file."""
        found: dict[str, str] = {}
        token = ""
        while True:
            with urlopen(f"{self.bucket}?list-type=2{token}") as answer:
                page = answer.read().decode()
            for entry in page.split("<Contents>")[1:]:
                found[unquote(_element(entry, "Key"))] = _element(entry, "ETag").strip('"').replace("&quot;", "")
            if "<NextContinuationToken>" not in page:
                return found
            token = f"&continuation-token={quote(_element(page, 'NextContinuationToken'))}"

    def names(self) -> set[str]:
        return {*self.tags()}


def _element(text: str, name: str) -> str:
    return text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]


@contextmanager
def storage_server() -> Iterator[Storage]:
    """A storage of moto's server, with an empty bucket."""
    port = free_port()
    command = [str(REPOSITORY / ".storage/bin/moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        found = Storage(f"http://127.0.0.1:{port}")
        while True:  # pytest's time limit ends it
            assert running.poll() is None, "the storage did not start"
            try:
                found.empty()
                break
            except URLError:
                time.sleep(0.1)
        try:
            yield found
        finally:
            running.terminate()


class Loaded(HTMLParser):
    """The addresses that a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += filter(None, (given.get("src"), given.get("poster"), given.get("data-script")))
        self.addresses += [part.split()[0] for part in (given.get("srcset") or "").split(",") if part.strip()]
        if tag == "link" and LOADS & {*(given.get("rel") or "").split()}:
            self.addresses += filter(None, [given.get("href")])
        if tag == "meta" and given.get("property") == "og:image":
            self.addresses += filter(None, [given.get("content")])


@lru_cache(maxsize=4096)
def loaded(name: str, content: bytes, base: str) -> frozenset[str]:
    """The names of the site's own files that a page, a sheet or a script loads."""
    if name.endswith(".html"):
        page = Loaded()
        page.feed(content.decode())
        addresses = page.addresses
    else:
        addresses = [found.decode() for found in NAMED.findall(content)]
    whole = (urljoin(f"{base}{quote(name)}", address) for address in addresses)
    return frozenset(unquote(urlsplit(one).path[len(urlsplit(base).path) :]) for one in whole if one.startswith(base))


def missing(files: Mapping[str, bytes], base: str) -> set[tuple[str, str]]:
    """What is not there of the files that pages of a site below `base` load, directly or by sheets and scripts."""
    found = set[tuple[str, str]]()
    known = {name for name in files if name.endswith(".html")}
    waiting = sorted(known)
    while waiting:
        name = waiting.pop()
        if PurePosixPath(name).suffix not in {".html", ".css", ".js"}:
            continue
        names = loaded(name, files[name], base)
        found |= {(name, file) for file in names if file not in files}
        waiting += names & files.keys() - known
        known |= names
    return found
