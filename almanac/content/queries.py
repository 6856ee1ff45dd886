"""The inputs of a site, and queries for the records of its files.

The parser with pydantic and PyYAML is imported only if a file has changed: importing it takes a quarter of a build
without changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec

from almanac.content.codec import decode_fields, encode_fields
from almanac.content.config import CONFIG, Bodies, Config
from almanac.content.fences import CONTROLS, CutText, InvalidFrontMatter, decode, split
from almanac.content.history import History, read_history
from almanac.content.metadata import Metadata, metadata_of
from almanac.content.occurrences import Dates, Impossible, dates
from almanac.content.records import Record, kinds
from almanac.content.records.event import EventFields
from almanac.content.references import Reference
from almanac.content.sources import CONTENT, Source, file_key
from almanac.content.trials import is_simple, problem_of
from almanac.core.problems import Location, Problem, text
from almanac.incremental import Asked, Codec, Input, Missing, query, table

source = Input("source")  # (path from the root) -> bytes
asset = Input("asset")  # (path from the root) -> bytes of a picture or another file
tree = Input("tree")  # () -> ContentTree
site_theme = Input("site_theme")  # (name) -> SiteTheme or Problem
now = Input("now")  # () -> the moment of the build in ISO 8601, with an offset or as local time
base_url = Input("base_url")  # () -> the address of a preview, or None
hashed = Input("hashed")  # () -> whether pages name static files by the digests of their bytes
other_site = Input("other_site")  # (its address) -> the last good copy of the open data of another site, or None
commit = Input("commit")  # () -> what git says of the commit that is checked out, as `begin_history_state` gives it


class ContentTree(msgspec.Struct, frozen=True):
    """The paths of a site's files by kind, in order, and the problems of files without a kind.

    `unreadable` has a problem for each folder whose files are not known.
    """

    paths: dict[str, tuple[str, ...]]
    problems: tuple[Problem, ...] = ()
    unreadable: tuple[Problem, ...] = ()

    def of(self, kind: str) -> tuple[str, ...]:
        return self.paths.get(kind, ())


class Outcome(msgspec.Struct, frozen=True):
    """The result of parsing a file: a record, with dates if it is an event with possible dates, or problems."""

    record: Record[Any] | None
    dates: Dates | None = None
    problems: tuple[Problem, ...] = ()


OUTCOME = msgspec.msgpack.Decoder(tuple[str, str, bytes, bytes, tuple[CutText, ...]])


def _encode_outcome(outcome: Outcome) -> bytes | None:
    record = outcome.record
    if record is None:
        return None  # problems are not kept: their values may be of any type
    its_dates = encode_fields(outcome.dates) if outcome.dates else b""
    return msgspec.msgpack.encode((record.path, record.key, encode_fields(record.fields), its_dates, record.cut))


def _decode_outcome(data: bytes) -> Outcome:
    path, key, fields, its_dates, cut = OUTCOME.decode(data)
    declared = kinds()[kind_of(path)].fields
    record: Record[Any] = Record(path, key, decode_fields(declared, fields), cut=cut)
    return Outcome(record, decode_fields(Dates, its_dates) if its_dates else None)


def _encode_config(config: Config | list[Problem]) -> bytes | None:
    return encode_fields(config) if isinstance(config, Config) else None


def kind_of(path: str) -> str:
    """The kind of a file of the content: the first folder below `content/`."""
    return path.split("/", 2)[1]


@query(Codec(_encode_config, lambda data: decode_fields(Config, data)))
def checked_config(site: Asked) -> Config | list[Problem]:
    """The site's config, or its problems."""
    data = source(site, CONFIG)
    if data is None:
        hint = text(
            "Run this in the folder that holds config.yaml, or name it: --root DIR. `init DIR` makes a new site."
        )
        return [Problem(Location(CONFIG), text("There is no config.yaml here."), hint)]
    from almanac.content.parse import parse_yaml  # see above

    return parse_yaml(Config, CONFIG, data)


def config(site: Asked) -> Config:
    """The site's config. Raises Missing if it is faulty; `checked_config` finds that first."""
    found = checked_config(site)
    if isinstance(found, list):
        raise Missing(CONFIG)
    return found


@query(Bodies)
def body_limits(site: Asked) -> Bodies:
    """How much work the text of one file may make; the default if the config cannot be read."""
    found = checked_config(site)
    return found.bodies if isinstance(found, Config) else Bodies()


OUTCOMES = Codec(_encode_outcome, _decode_outcome)


@query(OUTCOMES)
def outcome(site: Asked, path: str) -> Outcome:
    """The result of parsing a file, without the body. Raises Missing if the file does not exist."""
    data = source(site, path)
    if data is None:
        raise Missing(path)
    if isinstance(data, Problem):
        return Outcome(None, problems=(data,))
    parsed = parse_file(path, data, getattr(site, "known_warnings", None))
    if isinstance(parsed, list):
        return Outcome(None, problems=tuple(parsed))
    if problem := _problem_of_body(site, parsed):
        return Outcome(None, problems=(problem,))
    return Outcome(without_body(parsed), possible_dates(parsed.fields))


def _problem_of_body(site: Asked, parsed: Record[Any]) -> Problem | None:
    """Why the body cannot be turned into HTML. The limits are read only where they may matter."""
    whole = msgspec.structs.replace(parsed, body=CONTROLS.sub("", parsed.body))
    return None if is_simple(whole.body) else problem_of(whole, body_limits(site))


def parse_file(path: str, data: bytes, known_warnings: Collection[str] | None = None) -> Record[Any] | list[Problem]:
    """The record of a file, or all its problems."""
    from almanac.content.parse import parse  # see above

    kind = kind_of(path)
    return parse(Source(path, kind, file_key(path), data), kinds()[kind], known_warnings)


@query()
def names_in_faulty(site: Asked, path: str) -> tuple[Reference, ...]:
    """The names in a file of which no record could be made, as far as it can be read."""
    data = source(site, path)
    if not isinstance(data, bytes):
        return ()
    from almanac.content.parse import names_in  # see above

    return tuple(names_in(data, kinds()[kind_of(path)]))


def without_body(record: Record[Any]) -> Record[Any]:
    """The record without its body."""
    return msgspec.structs.replace(record, body="", body_line=0)


def possible_dates(fields: Any) -> Dates | None:
    """The dates of an event; None if they are impossible, and for other records."""
    if not isinstance(fields, EventFields):
        return None
    try:
        return dates(fields)
    except Impossible:
        return None


def record(site: Asked, path: str) -> Record[Any]:
    """The record of a file without its body. Raises Missing if the file is faulty."""
    found = outcome(site, path).record
    if found is None:
        raise Missing(path)
    return found


@query(Metadata | None)
def metadata(site: Asked, path: str) -> Metadata | None:
    """The metadata of an event; None if its file is faulty."""
    found = outcome(site, path)
    return metadata_of(found.record, found.dates) if found.record else None


def body(site: Asked, path: str) -> str:
    """The Markdown of a file without control characters; empty if it is not UTF-8 or has no front matter."""
    return _body(site, path)[0]


def _body(site: Asked, path: str) -> tuple[str, int]:
    try:
        found = split(decode(source(site, path) or b""))
    except InvalidFrontMatter:
        return "", 0
    return CONTROLS.sub("", found.body), found.body_line


def whole_record(site: Asked, path: str) -> Record[Any]:
    """The record of a file with its body and the body's first line number."""
    text_of_body, line = _body(site, path)
    return msgspec.structs.replace(record(site, path), body=text_of_body, body_line=line)


@query(tuple[str, ...])
def faulty(site: Asked) -> tuple[str, ...]:
    """The paths of faulty files, which have no record."""
    found = tree(site)
    events = [path for path in found.of("events") if metadata(site, path) is None]
    others = [path for kind in kinds() if kind != "events" for path in found.of(kind)]
    return (*events, *[path for path in others if outcome(site, path).record is None])


@table(datetime)
def begun(site: Asked) -> Mapping[str, datetime]:
    """The instant, in UTC, at which each file of the history was first published, by its path."""
    return history(site).begun


@query(History)
def history(site: Any) -> History:
    """The history of the content up to the commit that is checked out."""
    return read_history(site.root, CONTENT, CONFIG, commit(site))
