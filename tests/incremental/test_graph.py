"""Stories of texts that are edited: what runs again, and that the pages are always those of a graph without a past."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from incremental.toy import (
    Toy,
    article,
    front,
    heading,
    link,
    names,
    sheets,
    stored,
    text,
    title,
    titles,
)

from almanac.incremental import Input, Missing, Query
from almanac.incremental.queries import codec_of

Nodes = list[tuple[Query[Any, Any] | Input, tuple[str, ...]]]
ARTICLES = {"index": "a b c", "a": "Air\nblows\nnext: b", "b": "Bees\nfly", "c": "Clay\nlies"}


class Story:
    """A toy in a folder. Each step of a story is a new process, or the same one, where `lasting`."""

    def __init__(self, path: Path, texts: dict[str, str], *, lasting: bool) -> None:
        self.path, self.texts, self.lasting = path, dict(texts), lasting
        self.wanted = sheets if "pages" in texts else None
        self.toy = self._toy(path)

    def _toy(self, path: Path | None) -> Toy:
        return Toy(self.texts, path, self.wanted) if self.wanted else Toy(self.texts, path)

    def step(self, **edits: str | None) -> set[str]:
        """Edits texts and builds. Returns the pages that were asked for; all are those of a build without a past."""
        self.edit(**edits)
        if not self.lasting:
            self.restart()
        pages = self.toy.build()
        assert pages == self._toy(None).build()
        self.toy.save()
        return self.toy.made

    def edit(self, **edits: str | None) -> None:
        for name, new in edits.items():
            if new is None:
                del self.texts[name]
            else:
                self.texts[name] = new

    def restart(self) -> None:
        close(self.toy)
        self.toy = self._toy(self.path)


def close(toy: Toy) -> None:
    assert toy.store
    toy.store.close()


each_way = pytest.fixture(params=["one process", "a process for each step"])


@each_way
def articles(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Story]:
    story = Story(tmp_path / "store", ARTICLES, lasting=request.param == "one process")
    yield story
    close(story.toy)


@each_way
def cells(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Story]:
    story = Story(tmp_path / "store", {"pages": "a b"}, lasting=request.param == "one process")
    yield story
    close(story.toy)


def test_everything_runs_once(articles: Story) -> None:
    assert articles.step() == {"front", "article a", "article b", "article c"}
    assert articles.toy.pages["article a"] == "<h1>Air</h1>Air\nblows\nnext: b<a>Bees</a>"
    assert articles.toy.pages["front"] == "Air, Bees, Clay"
    assert articles.toy.ran() == {
        "names": 1, "title": 3, "titles": 1, "heading": 3, "link": 3, "article": 3, "front": 1,
    }  # fmt: skip


def test_nothing_runs_where_nothing_has_changed(articles: Story) -> None:
    articles.step()
    assert articles.step() == set()
    assert articles.toy.ran() in ({}, {"names": 1})  # which is asked for the list of pages, and is not kept


def test_an_edit_that_leaves_the_title_wakes_only_the_page(articles: Story) -> None:
    articles.step()
    assert articles.step(b="Bees\nsleep") == {"article b"}
    ran = articles.toy.ran()
    assert (ran["title"], ran["link"], ran["article"]) == (1, 1, 1)
    assert "titles" not in ran
    assert "front" not in ran


def test_an_entry_of_a_table_wakes_its_readers_only(articles: Story) -> None:
    articles.step()
    assert articles.step(b="Birds\nfly") == {"article a", "article b", "front"}
    assert articles.step(c="Chalk\nlies") == {"article c", "front"}
    assert articles.toy.ran()["titles"] == 1


def test_entries_come_and_go(articles: Story) -> None:
    articles.step()
    assert articles.step(index="a b c d", d="Dust\nsettles\nnext: e") == {"article d", "front"}
    assert articles.step(index="a b c d e", e="Earth\nturns") == {"article d", "article e", "front"}
    assert articles.step(index="a c d e", b=None) == {"article a", "front"}
    assert articles.toy.pages["article a"].endswith("<a></a>")
    assert articles.step(index="a b c d e", b="Bees\nfly") == {"article a", "article b", "front"}
    assert articles.step(index="e d c b a") == {"front"}


def test_a_file_that_is_read_before_it_exists(cells: Story) -> None:
    assert cells.step(a="b 1") == {"sheet a", "sheet b"}
    assert cells.toy.pages == {"sheet a": "error Missing", "sheet b": "error Missing"}
    cells.step(b="2")
    assert cells.toy.pages == {"sheet a": "a is 3", "sheet b": "b is 2"}
    cells.step(b=None)
    assert cells.toy.pages["sheet a"] == "error Missing"


def test_a_query_that_handles_a_failure_wakes_when_its_cause_has_gone(cells: Story) -> None:
    cells.step(a="c! 1")
    assert cells.toy.pages["sheet a"] == "a is 8"
    assert cells.step(c="d") == {"sheet b"}
    assert cells.step(d="4") == {"sheet a", "sheet b"}
    assert cells.toy.pages["sheet a"] == "a is 5"
    assert cells.step(d=None) == {"sheet a", "sheet b"}
    assert cells.toy.pages["sheet a"] == "a is 8"


def test_a_query_that_nothing_needs_any_more_may_fail(articles: Story) -> None:
    """It runs before its readers, which no longer ask for it."""
    articles.step()
    assert articles.step(index="a c", b=None) == {"article a", "front"}


def test_a_page_whose_queries_failed_wakes_when_they_change_again(cells: Story) -> None:
    cells.step(a="b%", b="2")
    cells.step(b=None)
    cells.step(b="3")
    assert cells.toy.pages["sheet a"] == "a is 1"
    cells.step(b="4")
    assert cells.toy.pages["sheet a"] == "a is 0"


def test_a_query_may_read_other_things_after_an_edit(cells: Story) -> None:
    cells.step(a="b?c:d", b="1", c="10", d="20")
    assert cells.toy.pages["sheet a"] == "a is 10"
    assert cells.step(d="21") == set()
    assert cells.step(b="2") == {"sheet a", "sheet b"}
    assert cells.toy.pages["sheet a"] == "a is 21"
    assert cells.step(c="11") == set()
    assert cells.step(d="22") == {"sheet a"}


def test_a_query_may_come_to_read_what_is_higher_than_itself(cells: Story) -> None:
    cells.step(a="1", b="c", c="d", d="e", e="5")
    assert cells.step(a="b", e="6") == {"sheet a", "sheet b"}
    assert cells.toy.pages == {"sheet a": "a is 6", "sheet b": "b is 6"}
    assert cells.step(e="7") == {"sheet a", "sheet b"}
    assert cells.toy.ran()["cell"] == 5


def test_two_queries_may_change_places(cells: Story) -> None:
    cells.step(a="b", b="1")
    cells.step(a="1", b="a")
    cells.step(a="2")
    assert cells.toy.pages["sheet b"] == "b is 2"
    cells.step(a="b", b="3")
    assert cells.toy.pages["sheet a"] == "a is 3"


def test_a_circle_is_an_error() -> None:
    for circle in ("a", "a 1", "b%", "g.*"):
        toy = Toy({"pages": "a b", "a": "b", "b": "c", "c": circle, "g": "a"}, wanted=sheets)
        assert set(toy.build().values()) == {"error Circular"}


def test_a_table_wakes_its_readers_after_the_last_reader_of_the_whole_has_gone(cells: Story) -> None:
    cells.step(a="g.c", b="g.*", g="c d", c="1", d="1")
    cells.step(b="0")
    assert cells.step(c="2") == {"sheet a"}
    assert cells.toy.pages["sheet a"] == "a is 0"


def test_a_table_that_fails_wakes_the_readers_of_its_entries(cells: Story) -> None:
    cells.step(a="g.c! g.d!", g="c", c="1")
    assert cells.toy.pages["sheet a"] == "a is 8"
    cells.step(g=None)
    assert cells.toy.pages["sheet a"] == "a is 14"
    cells.step(g="d", d="1")
    assert cells.toy.pages["sheet a"] == "a is 8"


def test_a_table_that_fails_wakes_the_readers_of_entries_that_it_did_not_have(cells: Story) -> None:
    cells.step(a="g.c!", g="")
    assert cells.toy.pages["sheet a"] == "a is 7"
    cells.step(g="c")
    cells.step(c="1")
    assert cells.toy.pages["sheet a"] == "a is 1"
    cells.step(g=None)
    cells.step(g="b c", b="0")
    assert cells.toy.pages["sheet a"] == "a is 1"


def test_what_only_a_forgotten_page_has_read_leaves_the_store(articles: Story) -> None:
    articles.step()
    articles.step(index="b c")
    gone: Nodes = [(article, ("a",)), (heading, ("a",)), (link, ("a",)), (title, ("a",)), (text, ("a",))]
    assert stored(articles.path, gone) == [False] * 5
    shared: Nodes = [(article, ("b",)), (title, ("b",)), (titles, ()), (names, ()), (front, ()), (text, ("index",))]
    assert stored(articles.path, shared) == [True] * 6


def test_pages_become_stale_and_run_when_they_are_asked_for(articles: Story) -> None:
    articles.step()
    articles.edit(b="Birds\nfly")
    articles.toy.update()
    graph = articles.toy.graph
    assert graph.stale == {graph.id(front, ()), graph.id(article, ("a",)), graph.id(article, ("b",))}
    assert "article" not in articles.toy.ran()
    assert front(articles.toy) == "Air, Birds, Clay"


def test_a_process_that_dies_before_it_saves_loses_its_work_only(articles: Story) -> None:
    articles.step()
    articles.edit(b="Birds\nfly")
    articles.toy.build()
    articles.restart()
    assert articles.step() == {"front", "article a", "article b"}


def test_values_that_are_kept_are_not_computed_again(articles: Story) -> None:
    articles.step()
    articles.restart()
    articles.toy.update()
    assert (title(articles.toy, "a"), titles.entry(articles.toy, "b"), titles(articles.toy)["c"]) == (
        "Air",
        "Bees",
        "Clay",
    )
    assert articles.toy.ran() == {}
    assert heading(articles.toy, "a") == "<h1>Air</h1>"
    assert articles.toy.ran() == {"heading": 1}


def test_a_deferred_query_whose_values_are_kept_runs_only_where_it_is_stale() -> None:
    texts = {"a": "old"}
    kept: Query[[str], str] = Query(lambda site, name: text(site, name) + "!", codec_of(str), deferred=True)
    toy = Toy(texts)
    toy.update()
    assert (kept(toy, "a"), kept(toy, "a")) == ("old!", "old!")
    assert toy.graph.runs[kept.name] == 1
    texts["a"] = "new"
    toy.update()
    assert kept(toy, "a") == "new!"


def test_only_a_deferred_query_may_read_a_page() -> None:
    toy = Toy(ARTICLES)
    reader: Query[[], str] = Query(lambda site: front(site) + "!")
    with pytest.raises(TypeError, match="front"):
        reader(toy)


def test_arguments_are_given_by_position() -> None:
    with pytest.raises(TypeError, match="by position"):
        title(Toy(ARTICLES), name="a")


def test_an_entry_that_is_missing_is_an_error_or_none() -> None:
    toy = Toy(ARTICLES)
    assert titles.get(toy, "z") is None
    with pytest.raises(Missing):
        titles.entry(toy, "z")


def test_a_graph_without_a_store_forgets_everything_with_its_process() -> None:
    toy = Toy(dict(ARTICLES))
    toy.build()
    toy.save()
    toy.texts["b"] = "Birds\nfly"
    toy.build()
    assert toy.made == {"front", "article a", "article b"}


NAMES = "abcdef"
IN_GROUPS = "ef"
GROUPS = "gh"


def terms(name: str) -> st.SearchStrategy[str]:
    """Any term of a cell that reads cells behind it only, and groups only if none of their cells reads it."""
    numbers = st.integers(0, 3).map(str)
    behind = NAMES[NAMES.index(name) + 1 :]
    if not behind:
        return numbers
    cells = st.sampled_from([*behind, *(f"{other}%" for other in behind), *(f"{other}!" for other in behind)])
    choices = st.builds("{}?{}:{}".format, *[st.sampled_from(behind)] * 3)
    if name in IN_GROUPS:
        return numbers | cells | choices
    names, ends = st.sampled_from([*IN_GROUPS, "*"]), st.sampled_from(["", "!"])
    return numbers | cells | choices | st.builds("{}.{}{}".format, st.sampled_from(GROUPS), names, ends)


class AnyEdits(RuleBasedStateMachine):
    """Whatever reads whatever: the pages are those of a graph without a past, whatever is edited, saved or lost."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "store"
        self.texts = {"pages": " ".join(NAMES)}
        self.toys = [self._process()]

    def _process(self) -> Toy:
        return Toy(self.texts, self.path, sheets)

    @rule(name=st.sampled_from(NAMES), data=st.data())
    def write_cell(self, name: str, data: st.DataObject) -> None:
        self.texts[name] = " ".join(data.draw(st.lists(terms(name), max_size=3)))

    @rule(name=st.sampled_from(GROUPS), cells=st.lists(st.sampled_from(IN_GROUPS), max_size=4))
    def write_group(self, name: str, cells: list[str]) -> None:
        self.texts[name] = " ".join(cells)

    @rule(cells=st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
    def choose_pages(self, cells: list[str]) -> None:
        self.texts["pages"] = " ".join(cells)

    @rule(name=st.sampled_from(NAMES + GROUPS))
    def delete(self, name: str) -> None:
        self.texts.pop(name, None)

    @rule()
    def save(self) -> None:
        self.toys[0].save()

    @rule()
    def save_before_the_pages_are_made(self) -> None:
        self.toys[0].update()
        self.toys[0].save()

    @rule()
    def restart(self) -> None:
        close(self.toys.pop(0))
        self.toys.insert(0, self._process())

    @rule()
    def begin_another_process(self) -> None:
        self.toys.append(self._process())

    @precondition(lambda self: len(self.toys) > 1)
    @rule()
    def end_another_process(self) -> None:
        other = self.toys.pop()
        other.build()
        other.save()
        close(other)

    @invariant()
    def same_as_without_a_past(self) -> None:
        assert self.toys[0].build() == Toy(dict(self.texts), wanted=sheets).build()

    def teardown(self) -> None:
        for toy in self.toys:
            close(toy)
        self.folder.cleanup()


TestAnyEdits = AnyEdits.TestCase
TestAnyEdits.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
