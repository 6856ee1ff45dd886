"""Text behind ` #`, which YAML takes for a comment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from almanac.advice import ContentFile, published
from almanac.core.problems import Location, Problem, text
from almanac.model.site import Site

MEANING = text("A value ends before #, and the rest of its line is not shown.")


def find(site: Site) -> Iterator[Problem]:
    """Comments behind a value, in drafts too; two spaces before # and one after it show that a comment is meant."""
    for file in chain[ContentFile](published(site), site.drafts):
        for cut in file.cut:
            message = text("“{comment}” is cut off: it is a comment and not a part of the value.", comment=cut.comment)
            hint = text(
                "A comment takes two spaces before # and one after it. Text takes quotes: {line}", line=cut.corrected
            )
            yield Problem(Location(file.path, cut.line, columns=(cut.start, cut.end)), message, hint)
