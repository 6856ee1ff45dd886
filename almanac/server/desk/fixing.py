"""Corrects a file as `check --fix` does, once somebody has seen the lines."""

from __future__ import annotations

from http import HTTPStatus

import msgspec

from almanac.advice import names
from almanac.content.queries import tree
from almanac.core.problems import text
from almanac.model.fixes import fix_of
from almanac.model.labels import EVENTS
from almanac.server.desk.answers import refused
from almanac.server.desk.files import FileSaved, Saved, save_file
from almanac.server.desk.preview import Preview


class FixAgreed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file to correct, and the digest of the version whose corrections were shown."""

    path: str
    digest: str


def fix_file(preview: Preview, agreed: FixAgreed) -> Saved:
    """Writes the corrections of a file and builds the preview. Raises Refused, as for any other change."""
    is_event = agreed.path in tree(preview.site).of(EVENTS)
    fix = fix_of(preview.site, agreed.path, names()) if is_event else None
    if fix is None:
        message = text("There is nothing that can be corrected with certainty.")
        raise refused(preview.site, HTTPStatus.NOT_FOUND, message)
    return save_file(preview, FileSaved(agreed.path, fix.after, agreed.digest))
