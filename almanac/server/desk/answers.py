"""The answers of the desk: values that its pages read as JSON, and refusals."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

import msgspec

from almanac.content.form_words import ABOUT_KEYS, form_words
from almanac.content.records.event import EventFields
from almanac.core.messages import gettext_of
from almanac.core.printing import display, printable
from almanac.core.problems import KeyPath, Problem, Text, Translate, text
from almanac.exchange.contents import FOLDER
from almanac.model.site import Site
from almanac.site.settings import site_settings


class Answer(msgspec.Struct, frozen=True):
    """The answer to a request."""

    status: HTTPStatus
    content: bytes
    media_type: str = "application/json; charset=utf-8"


class Refusal(msgspec.Struct, frozen=True):
    """Why a request is refused, in the language of the site."""

    message: str


class Refused(Exception):  # noqa: N818 - not an error
    """Raised where a request is refused; `value` is what its page is told."""

    def __init__(self, status: HTTPStatus, value: msgspec.Struct) -> None:
        super().__init__(getattr(value, "message", str(status)))
        self.status, self.value = status, value


class ShownProblem(msgspec.Struct, frozen=True):
    """A problem as a page shows it. `key` leads to the field; `line` is 0 if it is of the whole file."""

    key: KeyPath
    line: int
    message: str
    hint: str
    is_warning: bool


def answer_of(value: msgspec.Struct, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """A value as an answer."""
    return Answer(status, msgspec.json.encode(value))


def language_of(site: Site) -> Translate:
    """The translation into the language of the site, which its pages speak too."""
    settings = site_settings(site)
    return gettext_of(settings.language, settings.messages)


def refused(site: Site, status: HTTPStatus, message: Text) -> Refused:
    """A refusal with a message."""
    return Refused(status, Refusal(message.show(language_of(site))))


def reason(site: Site, refusal: Refused) -> str:
    """Why one of several files was not written; a conflict is one of this very moment."""
    if refusal.status == HTTPStatus.CONFLICT:
        return text("This file has just changed. Please try again.").show(language_of(site))
    return str(refusal)


def shown(site: Site, problems: Iterable[Problem]) -> tuple[ShownProblem, ...]:
    """Problems as pages show them: those of events in the words of the form, which other files do not have."""
    translate = language_of(site)
    words = form_words(EventFields, translate)

    def say(message: Text | None, problem: Problem) -> str:
        if message is None:
            return ""
        if not problem.location.path.startswith(f"{FOLDER}/"):
            return display(message, translate)
        return printable(words.show(message, with_keys=problem.message.message in ABOUT_KEYS))

    return tuple(
        ShownProblem(
            problem.location.key,
            problem.location.line or 0,
            say(problem.message, problem),
            say(problem.hint, problem),
            problem.severity == "warning",
        )
        for problem in problems
    )
