"""`make bench-visitor` measures in Chromium what a visitor of a large site waits for: 10,000 events, every output.

The events are those of `bench/corpus.py`, with the titles and summaries of the shipped content. The few words of the
corpus repeat so often that gzip shrinks them to a third of realistic text.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from conftest import chromium
from playwright.sync_api import Browser, CDPSession, Locator, Page, Response
from serving import serving

from almanac.build.checking import check
from almanac.build.options import Options
from almanac.build.pipeline import build
from bench.corpus import NOW, write_for_us
from bench.sites import REPOSITORY

DOCUMENT = REPOSITORY / "docs/performance.md"
MEMORY = Path("/dev/shm")  # noqa: S108 - as in bench/__main__.py
MARKS = ("<!-- visitor -->\n", "<!-- end visitor -->")
MOST_BYTES = 60 * 1024
MOST_REQUESTS = 8
MOST_MILLISECONDS = 100  # from a key press to its results
SLOWED = 4  # times slower; the processor of Chromium's "mid-tier phone"
WIDTHS = (390, 1280)
ROUNDS = 5  # the fastest counts for each action: other work on the machine only slows it
TYPED = "科学电池"  # each character is one key press

# Moves the date of the page; time runs on.
CLOCK = """
const Real = Date;
const ahead = new Real(%r) - Real.now();
globalThis.Date = class extends Real {
  constructor(...given) { if (given.length) super(...given); else super(Real.now() + ahead); }
  static now() { return Real.now() + ahead; }
};
"""

# Measures the time from a key press or click to the painting of its results.
STOPWATCH = """
globalThis.waits = [];
let since = 0;
for (const kind of ["keydown", "input", "click"]) {
  addEventListener(kind, (event) => { since ||= event.timeStamp; }, true);
}
new MutationObserver(() => {
  const started = since;
  if (!started) return;
  since = 0;
  requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = () => waits.push(performance.now() - started);
    painted.port2.postMessage(0);
  });
}).observe(document.querySelector("#finder-results"), { childList: true, subtree: true });
"""


@dataclass(frozen=True)
class View:
    """The first view of a page at one width: its address, its requests, and their bytes as transferred."""

    address: str
    width: int
    requests: int
    size: int


@dataclass(frozen=True)
class Search:
    """The search on a slow phone.

    `data` is in bytes, `loading` in seconds, the JavaScript `heap` in MB, and the waits of each kind of action in
    milliseconds.
    """

    data: int
    loading: float
    heap: float
    waits: Mapping[str, Sequence[float]]


def main() -> None:
    """Measures, prints the tables, and exits with 1 if a figure is above its limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.visitor", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="builds the site there, and keeps it for the next run")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of every page")
    parser.add_argument("--write", action="store_true", help="writes docs/performance.md")
    given = parser.parse_args()
    with _folder(given.folder) as folder, serving(built_site(folder, given.events)) as address, chromium() as browser:
        views = [
            first_view(browser, address, path, width, given.pictures)
            for path in paths(folder / "output")
            for width in WIDTHS
        ]
        searches = {past: search(browser, address, past=past) for past in (False, True)}
    found = tables(given.events, views, searches)
    sys.stdout.write(found)
    if given.write:
        _write(found)
    if missed(views, searches):
        sys.exit(1)


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    if wanted:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted
        return
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="visitor-") as name:
        yield Path(name)


def built_site(folder: Path, count: int) -> Path:
    """Builds the large site in a folder, and returns its output."""
    root, output = folder / "site", folder / "output"
    if not root.exists():
        write_site(root, count)
    report, problems = build(Options(root, output, folder / "cache", NOW, jobs=2))
    if report is None:
        sys.exit("\n".join(str(problem.message) for problem in problems))
    return output


def write_site(root: Path, count: int) -> None:
    """Writes the site of the corpus with every output and realistic titles and summaries."""
    write_for_us(root, count)
    config = json.loads((root / "config.yaml").read_text(encoding="utf-8"))
    kept = {key: value for key, value in config.items() if key not in {"outputs", "feeds"}}
    (root / "config.yaml").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    titles, summaries = zip(*_words(), strict=True)
    chance = random.Random(7)
    for number, file in enumerate(sorted((root / "content/events").rglob("*.md")), 1):
        words = {"title": f"{chance.choice(titles)}（{number}）", "summary": chance.choice(summaries)}
        file.write_text(_reworded(file.read_text(encoding="utf-8"), words), encoding="utf-8")


def _words() -> Iterator[tuple[str, str]]:
    """The title and summary of each shipped event."""
    with (
        tempfile.TemporaryDirectory() as cache,
        check(Options(REPOSITORY, Path(cache) / "output", Path(cache) / "cache", NOW)) as (site, _),
    ):
        if site is None:
            sys.exit("The content of the repository has problems: make check tells which.")
        for event in site.events:
            yield event.fields.title, event.fields.summary or ""


def _reworded(text: str, words: dict[str, str]) -> str:
    for key, word in words.items():
        line = f"{key}: {json.dumps(word, ensure_ascii=False)}".replace("\\", r"\\")
        text = re.sub(f"^{key}: .*$", line, text, count=1, flags=re.MULTILINE)
    return text


def paths(output: Path) -> list[str]:
    """The address of the largest page of every kind."""
    kinds: dict[str, list[Path]] = {}
    for file in output.rglob("*.html"):
        kinds.setdefault(_kind(file.relative_to(output)), []).append(file)
    largest = [max(files, key=_weight) for _, files in sorted(kinds.items())]
    return [f"/{file.relative_to(output).as_posix().removesuffix('index.html')}" for file in largest]


def _weight(file: Path) -> tuple[int, Path]:
    return len(gzip.compress(file.read_bytes(), 1)), file


def _kind(file: Path) -> str:
    """The kind of a page: `themes/*/#/#` for `themes/space/2026/07/index.html`."""
    first, *rest = file.parts
    return "/".join([first, *("#" if part.isdigit() else part if part == "index.html" else "*" for part in rest)])


def first_view(browser: Browser, address: str, path: str, width: int, pictures: Path | None) -> View:
    """The first view of a page by a new visitor. Saves its picture into the folder `pictures`, if that is given."""
    with _visit(browser, width) as page:
        answers = _answers(page)
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        # As in tests/test_browser.py: the data of the search does not count, and repeated requests count once.
        asked = {answer.url: answer for answer in answers if "/search/20" not in answer.url}.values()
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)
            name = path.strip("/").replace("/", "-") or "home"
            page.screenshot(
                path=pictures / f"{name}-{width}.png",
                clip={"x": 0, "y": 0, "width": width, "height": 3200},
                full_page=True,
            )
        return View(path, width, len(asked), sum(answer.request.sizes()["responseBodySize"] for answer in asked))


def _answers(page: Page) -> list[Response]:
    """A list to which every further response to the page is added."""
    answers: list[Response] = []

    def collect(answer: Response) -> None:
        answers.append(answer)

    page.on("response", collect)
    return answers


@contextmanager
def _visit(browser: Browser, width: int) -> Iterator[Page]:
    # wait_for_function evaluates text, which the site's Content-Security-Policy forbids.
    context = browser.new_context(
        viewport={"width": width, "height": 844}, timezone_id="Asia/Shanghai", locale="zh-CN", bypass_csp=True
    )
    page = context.new_page()
    page.add_init_script(CLOCK % f"{NOW.isoformat()}+08:00")
    yield page
    context.close()


def search(browser: Browser, address: str, *, past: bool) -> Search:
    """Loads the data, types, deletes and filters on a slowed processor."""
    with _visit(browser, WIDTHS[0]) as page:
        answers = _answers(page)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.goto(f"{address}/search/{'?past=1' if past else ''}")
        page.wait_for_function("document.querySelector('#finder-count').textContent !== ''")
        loading = page.evaluate("performance.now()") / 1000
        page.evaluate(STOPWATCH)
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        page.focus("#finder-words")
        rounds = [_answers_of(page) for _ in range(ROUNDS)]
        waits = {
            what: [min(same) for same in zip(*(found[what] for found in rounds), strict=True)] for what in rounds[0]
        }
        size = sum(answer.request.sizes()["responseBodySize"] for answer in answers if "/search/20" in answer.url)
        return Search(size, loading, _heap(session), waits)


def _answers_of(page: Page) -> dict[str, list[float]]:
    """The waits of each kind of action, in milliseconds."""
    choices = page.locator("[data-parameter='district'] a").all()[:2]
    return {
        "a character typed": [_wait(page, partial(page.keyboard.insert_text, key)) for key in TYPED],
        "a character taken back": [_wait(page, partial(page.keyboard.press, "Backspace")) for _ in TYPED],
        "a choice made or let go": [*(_wait(page, partial(_click, page, link)) for link in (*choices, *choices))],
    }


def _click(page: Page, link: Locator) -> None:
    link.click()
    page.focus("#finder-words")


def _wait(page: Page, act: Callable[[], None]) -> float:
    """Milliseconds from an action to the painting of its results."""
    before = page.evaluate("waits.length")
    act()
    page.wait_for_function(f"waits.length > {before}")
    page.wait_for_timeout(400)  # the fastest typing on a phone; deferred work is done by then
    return float(page.evaluate("waits.at(-1)"))


def _heap(session: CDPSession) -> float:
    """MB of JavaScript's heap after a garbage collection."""
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1024**2


def missed(views: Sequence[View], searches: dict[bool, Search]) -> bool:
    """Whether any figure is above its limit."""
    slow = any(median(waits) > MOST_MILLISECONDS for found in searches.values() for waits in found.waits.values())
    # As in tests/test_browser.py, the phone counts: on a desk, the page of all feeds requests its QR code too.
    return slow or any(
        view.size > MOST_BYTES or view.requests > MOST_REQUESTS for view in views if view.width == WIDTHS[0]
    )


def tables(count: int, views: Sequence[View], searches: dict[bool, Search]) -> str:
    """The tables in Markdown."""
    lines = [
        f"### {count:,} events, every output: the largest page of each kind, on a phone and on a desk",
        "",
        "| page | requests | KB |",
        "|---|---|---|",
    ]
    for phone, desk in zip(views[::2], views[1::2], strict=True):
        lines.append(
            f"| `{phone.address}` | {phone.requests}, {desk.requests} "
            f"| {phone.size / 1024:.1f}, {desk.size / 1024:.1f} |"
        )
    lines += [
        "",
        f"### Searching them, on a processor slowed {SLOWED} times",
        "",
        "| | what is to come | past events too |",
        "|---|---|---|",
    ]
    to_come, past = searches[False], searches[True]
    lines += [
        f"| data over the wire, KB | {to_come.data / 1024:.0f} | {past.data / 1024:.0f} |",
        f"| until the first results, s | {to_come.loading:.2f} | {past.loading:.2f} |",
        f"| memory of the page's scripts, MB | {to_come.heap:.0f} | {past.heap:.0f} |",
        *(
            f"| {what}: median and most, ms | {_spread(waits)} | {_spread(past.waits[what])} |"
            for what, waits in to_come.waits.items()
        ),
    ]
    return "\n".join([*lines, ""])


def _spread(waits: Sequence[float]) -> str:
    return f"{median(waits):.0f}, {max(waits):.0f}"


def _write(found: str) -> None:
    begin, end = MARKS
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    DOCUMENT.write_text(f"{before}{begin}\n{found}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
