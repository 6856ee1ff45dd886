"""A bucket of an object storage that speaks Amazon's S3: also Aliyun OSS, Tencent COS, MinIO.

The access keys are those that `obstore` takes from the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar
from urllib.parse import urlsplit

from obstore.exceptions import BaseError, GenericError
from obstore.store import S3Store

from almanac.core.problems import Text, text
from almanac.hosting.host import HostFailed
from almanac.hosting.local import headers

AT_ONCE = 16  # files that are uploaded at the same time
TIMEOUT = timedelta(seconds=30)  # for one request
RETRIES = 6  # of a request that fails for reasons of the host or the network
LONGEST = timedelta(minutes=3)  # with all retries
AGAIN = 4  # times that a request is repeated whose connection broke off
PAUSE = 0.25  # seconds before that; twice as long each time
PROMPT = 5  # seconds in which a failure comes that the library has not retried
NO_HEADERS = {"Content-Type": "application/octet-stream", "Cache-Control": "no-store"}


Answer = TypeVar("Answer")


class Bucket:
    """The files below a prefix of a bucket. Every method raises HostFailed, after the retries."""

    compressed_forms = False  # it sends the file that is asked for, and a CDN before it compresses

    def __init__(self, address: str, endpoint: str | None, region: str | None) -> None:
        """`address` is s3://BUCKET or s3://BUCKET/PREFIX; an `endpoint` without https is for tests and own machines."""
        parts = urlsplit(address)
        given: dict[str, Any] = {"endpoint": endpoint, "region": region}
        try:
            self.store = S3Store(
                parts.netloc,
                prefix=parts.path.strip("/") or None,
                virtual_hosted_style_request=False if endpoint and _by_path(endpoint) else None,
                client_options={"timeout": TIMEOUT, "allow_http": bool(endpoint and endpoint.startswith("http:"))},
                retry_config={"max_retries": RETRIES, "retry_timeout": LONGEST},
                **{key: value for key, value in given.items() if value},
            )
        except (BaseError, ValueError) as error:
            raise HostFailed(_reason(error)) from error

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """The bytes of those files that are there."""
        found = ((name, self._read(name)) for name in names)
        return {name: data for name, data in found if data is not None}

    def _read(self, name: str) -> bytes | None:
        try:
            return _repeated(lambda: bytes(self.store.get(name).bytes()))
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise HostFailed(_reason(error)) from error
            return None
        except (BaseError, OSError) as error:
            raise HostFailed(_reason(error)) from error

    def write(self, name: str, data: bytes, headers: Mapping[str, str] = NO_HEADERS) -> None:
        """Writes a file as a whole; without headers it is none that visitors ask for."""
        try:
            _repeated(lambda: self.store.put(name, data, attributes=dict(headers), use_multipart=False))
        except (BaseError, OSError) as error:
            raise HostFailed(_reason(error)) from error

    def upload(self, output: Path, names: Sequence[str]) -> Iterator[None]:
        """Uploads files of a folder, with the headers of the site. May raise OSError."""
        return _each(lambda name: self.write(name, (output / name).read_bytes(), headers(name)), names)

    def delete(self, names: Sequence[str]) -> Iterator[None]:
        """Deletes files. It is no error if one is not there."""
        return _each(self._delete, names)

    def _delete(self, name: str) -> None:
        try:
            _repeated(lambda: self.store.delete(name))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise HostFailed(_reason(error)) from error

    def listing(self) -> dict[str, bytes]:
        """The MD5 of every file. Of a file that was uploaded in parts the storage has none: it is empty."""
        try:
            return _repeated(
                lambda: {one["path"]: _md5(one["e_tag"] or "") for chunk in self.store.list() for one in chunk}
            )
        except (BaseError, OSError) as error:
            raise HostFailed(_reason(error)) from error


def _repeated(request: Callable[[], Answer]) -> Answer:
    """The answer to a request, of which each may be repeated. Raises BaseError and OSError.

    The library repeats a request that fails, but not one that is reset while its body is sent, or whose answer ends
    within its body. Such a failure comes at once; one that comes late has been retried already.
    """
    began = monotonic()
    for time in range(AGAIN):
        try:
            return request()
        except GenericError:
            if monotonic() - began > PROMPT:
                raise
            sleep(PAUSE * 2**time)
    return request()


def _each(work: Callable[[str], None], names: Sequence[str]) -> Iterator[None]:
    """Does the work for each name, several at the same time. The first failure ends it."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        try:
            yield from threads.map(work, names)
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise


def _by_path(endpoint: str) -> bool:
    """Whether the bucket stands in the path of requests: on own machines, where names have no subdomains."""
    host = urlsplit(endpoint).hostname or ""
    return host == "localhost" or host.replace(".", "").isdigit()


def _md5(e_tag: str) -> bytes:
    try:
        return bytes.fromhex(e_tag.strip('"'))
    except ValueError:
        return b""


def _reason(error: BaseException) -> Text:
    """The words of the host, on one line."""
    said = " ".join(str(error).partition("\n\nDebug source")[0].split())
    return text("the host says: {words}", words=said[:300])
