"""The desk: which request gets which answer."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from almanac.core.media_types import media_type
from almanac.render import BrokenPage
from almanac.server.desk.answers import Answer, Refusal, Refused, answer_of
from almanac.server.desk.files import FileAsked, FileSaved, open_file, save_file
from almanac.server.desk.fixing import FixAgreed, fix_file
from almanac.server.desk.importing import Table, import_table
from almanac.server.desk.lists import Nothing, lists
from almanac.server.desk.pages import PAGES, made
from almanac.server.desk.preview import NoSite, Preview
from almanac.server.desk.results import Results, save_results
from almanac.server.desk.tasks import Busy, Tasks

Made = TypeVar("Made")

PATIENCE = 60.0  # seconds that a request waits for a build to end
LARGEST = 4 << 20  # bytes of a request; a file has at most 1 MB, and JSON may escape its characters
LARGEST_TABLE = 28 << 20  # likewise; Base64 makes 27 MB of the largest table that is read


class Action(msgspec.Struct, frozen=True):
    """What the desk can be asked for: the type of the values, the function that answers, and the most bytes."""

    asks: type
    act: Callable[[Preview, Any], msgspec.Struct]
    largest: int = LARGEST


ACTIONS: Mapping[str, Action] = {
    "lists": Action(Nothing, lists),
    "file": Action(FileAsked, open_file),
    "fix": Action(FixAgreed, fix_file),
    "save": Action(FileSaved, save_file),
    "results": Action(Results, save_results),
    "import": Action(Table, import_table, LARGEST_TABLE),
}


class Links(msgspec.Struct, frozen=True):
    """The words of the links that pages of the preview get: to the desk, and to the form with the event of the page."""

    desk: str
    event: str


class Desk(msgspec.Struct, frozen=True):
    """The desk of one run of `serve`. Any thread may ask it."""

    preview: Preview
    token: str
    tasks: Tasks
    links: Links

    def page(self, path: str) -> Answer | None:
        """A page, or what one needs, by its path below the desk; None if there is no such page."""
        page = PAGES.get(path)
        if page is None:
            return None
        try:
            content = self._on_main_thread(lambda: made(self.preview.site, page))
        except Refused as refused:
            return Answer(refused.status, str(refused).encode(), media_type("why.txt"))
        return Answer(HTTPStatus.OK, content, media_type(page.file))

    def act(self, action: Action, values: bytes) -> Answer:
        """The answer to a request with its values as JSON."""
        try:
            asked: Any = msgspec.json.decode(values, type=action.asks)
            return answer_of(self._on_main_thread(lambda: action.act(self.preview, asked)))
        except (msgspec.MsgspecError, RecursionError):
            return answer_of(Refusal(""), HTTPStatus.BAD_REQUEST)
        except Refused as refused:
            return answer_of(refused.value, refused.status)
        except Exception:  # noqa: BLE001 - a file may vanish while it is read: the page must not wait for an answer
            traceback.print_exc()
            return answer_of(Refusal(""), HTTPStatus.INTERNAL_SERVER_ERROR)

    def _on_main_thread(self, call: Callable[[], Made]) -> Made:
        """What the main thread makes. Raises Refused, also where there is no site, and while a build takes long."""
        try:
            return self.tasks.run(call, PATIENCE)
        except NoSite as no_site:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, Refusal(no_site.report)) from no_site
        except BrokenPage as broken:
            report = broken.problem.message.show(str)
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, Refusal(report)) from broken
        except Busy as busy:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, Refusal("")) from busy
