"""One truth: every form of an event says the same title, dates, place, status, fee and deadline, in both languages.

To add a form, write a function that yields what it says of each event that it holds, and add a line to `FORMS`.
Everything is read from published files and compared with the catalogue, so a form cannot agree with itself alone.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from html import unescape
from io import StringIO
from typing import Any, Final

import feedparser
import pytest
from icalendar import Calendar
from sites import REPOSITORY, Site

from almanac.build.checking import check
from almanac.content.records.event import CALLED_OFF
from almanac.model.labels import FACET_KINDS
from almanac.model.words import STATUS_WORDS
from almanac.site.event_sheets import event_sheet

BASE = "https://kepu.changzhou.example"
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"]
MONTHS += ["November", "December"]
WEEKDAYS = {"zh-CN": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


@dataclass(frozen=True)
class Words:
    """The words by which forms tell facts, in one language. Of a status: before titles, and alone."""

    labels: Mapping[str, str]
    marks: Mapping[str, str]
    statuses: Mapping[str, str]
    colon: str
    moment: re.Pattern[str]
    until: str
    yes: str


ZH = Words(
    labels={"when": "时间", "place": "地点", "fee": "费用", "deadline": "报名截止", "signup": "报名"},
    marks={
        "cancelled": "【已取消】",
        "postponed": "【延期】",
        "moved": "【改地点】",
        "full": "【已满】",
        "sample": "【示例】",
    },
    statuses={
        "scheduled": "如期举行",
        "cancelled": "已取消",
        "postponed": "已延期",
        "moved": "地点变更",
        "full": "名额已满",
    },
    colon="：",
    moment=re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})(?:日（周(?P<w>.)）|[—日])(?P<t>\d\d:\d\d)?"),
    until="截止",
    yes="是",
)
EN = Words(
    labels={"when": "When", "place": "Where", "fee": "Fee", "deadline": "Deadline", "signup": "Signing up"},
    marks={
        "cancelled": "[Cancelled] ", "postponed": "[Postponed] ", "moved": "[New place] ", "full": "[Full] ",
        "sample": "[Sample] ",
    },
    statuses={"scheduled": "Takes place", "cancelled": "Cancelled", "postponed": "Postponed", "moved": "New place",
              "full": "Full"},
    colon=": ",
    moment=re.compile(
        rf"(?:(?P<w>[A-Z][a-z]{{2}}) )?(?P<d>\d{{1,2}})(?:–\d{{1,2}})? (?P<m>{'|'.join(MONTHS)}) (?P<y>\d{{4}})"
        r"(?:, (?P<t>\d\d:\d\d))?"
    ),
    until="Until",
    yes="Yes",
)  # fmt: skip
LANGUAGES = {"zh-CN": ZH, "en": EN}

Stamp = tuple[date, time | None]  # a moment, or a day whose time is not told
UNSAID: Final[Any] = ...  # the form does not tell the fact


@dataclass(frozen=True)
class Said:
    """What a form says of an event. `starts` may hold some of its dates only."""

    title: str
    status: str = UNSAID
    sample: bool = UNSAID
    starts: tuple[Stamp, ...] = UNSAID
    place: str = UNSAID
    fee: str = UNSAID
    deadline: Stamp | None = UNSAID


@dataclass(frozen=True)
class Truth:
    """What the catalogue knows of an event: of all its dates where a name is in the plural.

    Its sessions stand in calendars under titles with their notes.
    """

    titles: frozenset[str]
    status: str
    statuses: frozenset[str]
    sample: bool
    starts: tuple[Stamp, ...]
    places: frozenset[str]
    fee: str
    deadline: Stamp | None
    withdrawn: bool


@dataclass(frozen=True)
class Built:
    """A build of the shipped content in one language."""

    site: Site
    words: Words
    language: str
    truths: Mapping[str, Truth] = field(default_factory=dict)

    def read(self, address: str) -> str:
        return self.site.file(f"{address}index.html" if address.endswith("/") else address).decode()

    def pages(self, pattern: str) -> Iterator[tuple[str, str]]:
        for path in sorted(self.site.output.glob(pattern)):
            yield path.relative_to(self.site.output).as_posix(), path.read_text(encoding="utf-8")


def stamp(moment: date | datetime) -> Stamp:
    return (moment.date(), moment.time()) if isinstance(moment, datetime) else (moment, None)


def truths(site: Site) -> dict[str, Truth]:
    with check(site.options()) as (found, problems):
        assert found is not None
        assert not [problem for problem in problems if problem.severity == "error"]
        return {
            event.id: Truth(
                titles=frozenset(
                    {event.fields.title, *(f"{event.fields.title} · {one.note}" for one in event.dates.occurrences)}
                ),
                status=event.fields.status,
                statuses=frozenset({event.fields.status, *(one.status for one in event.dates.occurrences)}),
                sample=event.fields.sample,
                starts=tuple(stamp(one.start) for one in event.dates.occurrences),
                places=frozenset(
                    place.name if (place := event.place_of(one)) else "" for one in event.dates.occurrences
                ),
                fee=event.fields.fee or "",
                deadline=stamp(event.fields.signup.deadline)
                if event.fields.signup and event.fields.signup.deadline
                else None,
                withdrawn=event.id in {one.id for one in found.withdrawn},
            )
            for event in (*found.withdrawn, *found.events)
        }


# How values are read back from words.


def plain(markup: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).replace("\u2060", "").split())


def moments(built: Built, words: str) -> tuple[Stamp, ...]:
    """The moments of a text. A wrong weekday fails."""
    found = []
    for match in built.words.moment.finditer(words.replace("\u2060", "")):
        month = match["m"]
        day = date(int(match["y"]), int(month) if month.isdecimal() else MONTHS.index(month) + 1, int(match["d"]))
        if match["w"]:
            assert WEEKDAYS[built.language][day.weekday()] == match["w"], words
        found.append((day, time.fromisoformat(match["t"]) if match["t"] else None))
    return tuple(found)


def from_iso(words: str) -> Stamp:
    return (
        stamp(datetime.fromisoformat(words).replace(tzinfo=None)) if "T" in words else (date.fromisoformat(words), None)
    )


def before_midnight(words: str) -> Stamp:
    """The last day of a span whose end, exclusive, is midnight; any other moment as it is."""
    moment = datetime.fromisoformat(words).replace(tzinfo=None)
    return (moment.date() - timedelta(days=1), None) if moment.time() == time() else stamp(moment)


def unmarked(built: Built, title: str) -> dict[str, Any]:
    """The title, the status and whether it is a sample, from a title with its marks."""
    marks, found = built.words.marks, {"status": "scheduled", "sample": False}
    if title.startswith(marks["sample"]):
        title, found["sample"] = title.removeprefix(marks["sample"]), True
    for status, mark in marks.items():
        if title.startswith(mark):
            title, found["status"] = title.removeprefix(mark), status
    return {"title": title, **found}


def labelled(built: Built, lines: Iterable[str]) -> dict[str, Any]:
    """The facts of lines such as “费用：免费”, as far as there are such lines."""
    known = {label + built.words.colon: name for name, label in built.words.labels.items()}
    found = {
        name: line.removeprefix(label) for line in lines for label, name in known.items() if line.startswith(label)
    }
    facts: dict[str, Any] = {"fee": found.get("fee", ""), "deadline": None}
    if "deadline" in found:
        (facts["deadline"],) = moments(built, found["deadline"])
    if "when" in found:
        facts["starts"] = moments(built, found["when"])[:1]
    return facts | ({"place": found["place"]} if "place" in found else {})


def on_site(place: str) -> str:
    """A place, or nothing where feeds give the address of an event that takes place on the network alone."""
    return "" if place.startswith("http") else place


def event_of(address: str) -> str:
    """The id of an event in the address of its page."""
    found = re.search(r"/events/([^/]+)/", address)
    assert found, address
    return unescape(found[1])


# The forms. Each yields the id of an event and what it says of it.

Form = Iterator[tuple[str, Said]]


def event_page(built: Built) -> Form:
    labels = built.words.labels
    for file, page in built.pages("events/*/index.html"):
        if '<article class="event' not in page:
            continue  # an old address, or a withdrawn event
        article = page.partition("<article")[2].partition('<section class="band')[0]
        rows = re.findall(r"<div><dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", article, re.DOTALL)
        facts = {plain(label): value for label, value in reversed(rows)}  # those of the box at the top
        shown = re.findall(r'<time (?:id="event-next" )?datetime="([^"]+)">(.*?)</time>', article, re.DOTALL)
        for iso, words in shown:
            assert moments(built, words)[:1] == (from_iso(iso),), file
        status = re.search(r'<p class="notice (\w+)"><strong>(.*?)</strong>', article)
        assert status is None or built.words.statuses[status[1]] == status[2]
        signup = facts.get(labels["signup"], "")
        said = re.search(r"<span>([^<]*)</span>", signup.replace('<span class="badge signup" hidden></span>', ""))
        until = moments(built, said[1]) if said and built.words.until in said[1] else ()
        stated = re.search(r'data-deadline="([^"]+)"', article)
        assert not until or (stated and before_midnight(stated[1]) == until[0])
        yield (
            event_of(f"/{file}"),
            Said(
                title=unescape(re.search(r"<h1>(.*?)</h1>", article, re.DOTALL)[1]),  # type: ignore[index]  # each has one
                status=status[1] if status else "scheduled",
                sample='class="badge sample"' in article,
                starts=tuple(from_iso(iso) for iso, _ in shown),
                place=plain(facts.get(labels["place"], "")),
                fee=plain(facts.get(labels["fee"], "")),
                deadline=until[0] if until else None,
            ),
        )


def card(built: Built) -> Form:
    for _, page in built.pages("calendar/[0-9]*/*/index.html"):
        for one in re.findall(r'<li class="card .*?</li>', page.partition("<template")[0], re.DOTALL):
            found = dict(re.findall(r'data-(status|deadline)="([^"]*)"', one))
            link = re.search(r'class="name"><a href="([^"]+)">(.*?)</a>', one)
            shown = re.search(r'<time datetime="([^"]+)">', one)
            assert link
            assert shown
            badge = re.search(r'<span class="badge (cancelled|postponed|moved|full)">(.*?)</span>', one)
            assert (badge[1] if badge else "scheduled") == found["status"]
            assert badge is None or badge[2] == built.words.statuses[badge[1]]

            def part(name: str, markup: str = one) -> str:
                cut = re.search(rf'<span class="{name}">(.*?)</span>', markup)
                return unescape(cut[1]) if cut else ""

            yield (
                event_of(link[1]),
                Said(
                    title=unescape(link[2]),
                    status=found["status"],
                    starts=(from_iso(shown[1]),),
                    place=part("place"),
                    fee=part("fee"),
                    deadline=before_midnight(found["deadline"]) if "deadline" in found else None,
                ),
            )


def calendar_file(built: Built) -> Form:
    for path in sorted(built.site.output.glob("events/*.ics")):
        for entry in Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            start = entry.decoded("DTSTART")
            at = stamp(start.replace(tzinfo=None) if isinstance(start, datetime) else start)
            # The name of a place may hold a comma; its address follows after a comma too.
            found = labelled(built, str(entry.get("DESCRIPTION", "")).splitlines())
            told = unmarked(built, str(entry["SUMMARY"]))
            assert (entry["STATUS"] == "CANCELLED") == (told["status"] == "cancelled"), path
            about = {"starts": (at,), "place": on_site(str(entry.get("LOCATION", "")))}
            yield event_of(str(entry["URL"])), Said(**{**found, **told, **about})


def json_feed(built: Built) -> Form:
    for _, feed in (one for one in built.pages("feeds/**/*.json") if not one[0].startswith("feeds/changes")):
        for item in json.loads(feed)["items"]:
            about = item["_event"]
            found = labelled(built, [plain(line) for line in item["content_html"].split("</p>")])
            told = unmarked(built, item["title"])
            assert (told["status"], told["sample"]) == (about["status"], about["sample"])
            assert found["fee"] == about["fee"]
            assert moments(built, about["when"])[:1] == (from_iso(about["start"]),)
            yield (
                event_of(item["url"]),
                Said(**{**found, **told, "starts": (from_iso(about["start"]),), "place": on_site(about["location"])}),
            )


def atom_feed(built: Built) -> Form:
    for path in sorted(built.site.output.glob("feeds/themes/*.atom")):
        for entry in feedparser.parse(path.read_bytes()).entries:
            lines = [plain(line) for line in entry.content[0].value.split("</p>")]
            found = labelled(built, lines) | {"starts": moments(built, lines[0])[:1]}
            yield event_of(entry.link), Said(**{**found, **unmarked(built, entry.title)})


def open_data(built: Built) -> Form:
    for event in json.loads(built.read("/data/events.json"))["events"]:
        deadline = event.get("signup", {}).get("deadline")
        yield (
            event["id"],
            Said(
                title=event["title"],
                status=event["status"],
                sample=event.get("sample", False),
                starts=tuple(from_iso(one["start"]) for one in event["dates"]),
                place=event.get("venue", {}).get("name", ""),
                fee=event.get("fee", ""),
                deadline=from_iso(deadline) if deadline else None,
            ),
        )


def table(built: Built) -> Form:
    title, start, _, _, status, *_ = header = built.read("/data/events.csv").lstrip("\ufeff").splitlines()[0].split(",")
    statuses = {word: name for name, word in built.words.statuses.items()}
    venue, fee, deadline, sample, url = (header[number] for number in (10, 14, 16, 18, 21))
    for row in csv.DictReader(StringIO(built.read("/data/events.csv").lstrip("\ufeff"))):
        yield (
            event_of(row[url]),
            Said(
                title=row[title],
                status=statuses[row[status]],
                sample=row[sample] == built.words.yes,
                starts=(from_iso(row[start].replace(" ", "T")),),
                place=row[venue],
                fee=row[fee],
                deadline=from_iso(row[deadline].replace(" ", "T")) if row[deadline] else None,
            ),
        )


def search_data(built: Built) -> Form:
    for _, data in built.pages("search/[0-9]*.json"):
        for event in json.loads(data)["events"]:
            starts = []
            for begins, ends, words, _ in event["dates"]:
                all_day = begins.endswith("T00:00:00+08:00") and ends.endswith("T00:00:00+08:00")
                starts.append(from_iso(begins[:10] if all_day else begins))
                assert (moments(built, words) or (starts[-1],))[0][0] in {starts[-1][0], starts[0][0]}, event["id"]
            yield (
                event["id"],
                Said(
                    title=event["title"],
                    sample=event.get("sample", False),
                    starts=tuple(starts),
                    place=event.get("place", ""),
                    fee=event.get("fee", ""),
                    deadline=before_midnight(event["deadline"]) if event.get("deadline") else None,
                ),
            )


def texts(built: Built, kind: str) -> Iterator[tuple[str, str]]:
    """The texts of the pages of events that are passed on."""
    for file, page in built.pages("share/events/*/index.html"):
        found = re.search(rf'<textarea id="{kind}-event"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        assert found, file
        yield event_of(f"/{file}"), unescape(found[1])


def group_text(built: Built) -> Form:
    for event, content in texts(built, "group"):
        lines = content.splitlines()
        assert lines[-1] == f"{BASE}/events/{event}/"
        yield event, Said(**{"place": "", **labelled(built, lines), **unmarked(built, lines[0])})


def article(built: Built) -> Form:
    for event, content in texts(built, "article"):
        rows = [
            re.sub(r"^<strong[^>]*>(.*?)</strong> ", rf"\1{built.words.colon}", row)
            for row in re.findall(r"<p[^>]*>(.*?)</p>", content, re.DOTALL)
        ]
        lines = [plain(row) for row in rows]
        assert lines[-1] == f"{BASE}/events/{event}/"
        spaced = [line.replace(f"{built.words.colon.strip()} ", built.words.colon) for line in lines]
        title = unescape(re.sub(r"<[^>]*>", "", rows[0])).replace(built.words.colon, "", 0)
        yield event, Said(**{"place": "", **labelled(built, spaced), **unmarked(built, title)})


def weibo(built: Built) -> Form:
    for event, content in texts(built, "weibo"):
        told, _, address = content.rpartition(" ")
        assert address == f"{BASE}/events/{event}/"
        title, when, *_ = told.split("｜")
        yield event, Said(**unmarked(built, title), starts=moments(built, when)[:1])


def digest_mail(built: Built) -> Form:
    for _, page in built.pages("digest/*/index.html"):
        for cell in re.findall(r'<td class="cell event" .*?</td>', page, re.DOTALL):
            link = re.search(r'<h2[^>]*><a href="([^"]+)"[^>]*>(.*?)</a></h2>', cell)
            if link is None:
                continue  # the foot
            rows = re.findall(r"<p[^>]*>(.*?)</p>", cell, re.DOTALL)
            marked = [re.sub(r"<strong>(.*?)</strong> ", rf"\1{built.words.colon}", row) for row in rows]
            lines = [unescape(re.sub(r"<[^>]*>", "", row)) for row in marked]
            yield (
                event_of(link[1]),
                Said(**{"place": "", **labelled(built, lines), **unmarked(built, unescape(link[2]))}),
            )


def digest_text(built: Built) -> Form:
    for _, content in built.pages("digest/*.txt"):
        for block in content.split("\n\n")[1:]:
            if not (first := re.match(r"\d+\. (.*)\n(.*)\n", block)):
                continue
            address = block.splitlines()[-1]
            deadline = labelled(built, block.splitlines())["deadline"]
            starts = moments(built, first[2])[:1]
            yield event_of(address), Said(**unmarked(built, first[1]), starts=starts, deadline=deadline)


def embed(built: Built) -> Form:
    for _, page in built.pages("embed/**/index.html"):
        for item in re.findall(r'<li class="item.*?(?=<ul hidden|</li>)', page, re.DOTALL):
            link = re.search(r'<a href="([^"]+)"[^>]*>(.*?)</a>', item, re.DOTALL)
            shown = re.search(r'<time datetime="([^"]+)">(.*?)</time>', item)
            assert link
            assert shown
            marks = re.findall(r'<span class="mark">(.*?)</span>', link[2])
            names = {word: name for name, word in built.words.statuses.items()}
            status = next((names[mark] for mark in marks if mark in names), "scheduled")
            parts = dict(re.findall(r'<span class="(place|fee)">(.*?)</span>', item))
            title = unescape(re.sub(r'<span class="mark">.*?</span>', "", link[2])).strip()
            yield (
                event_of(link[1]),
                Said(
                    title=title,
                    status=status,
                    sample=bool(set(marks) & {"示例", "Sample"}),
                    starts=(from_iso(shown[1]),),
                    place=unescape(parts.get("place", "")),
                    fee=unescape(parts.get("fee", "")),
                ),
            )


def oembed(built: Built) -> Form:
    for file, content in built.pages("embed/oembed/events/*.json"):
        title, when, *place = json.loads(content)["title"].rsplit(" · ", 2)
        if not moments(built, when):  # there is no place
            title, when, place = f"{title} · {when}", place[0], []
        yield (
            event_of(f"/{file.removesuffix('.json')}/"),
            Said(**unmarked(built, title), starts=moments(built, when)[:1], place=place[0] if place else ""),
        )


def screen(built: Built) -> Form:
    for event in json.loads(built.read("/screen/data.json"))["events"]:
        for begins, ends, words, status, place in event["dates"]:
            all_day = begins.endswith("T00:00:00+08:00") and ends.endswith("T00:00:00+08:00")
            at = from_iso(begins[:10] if all_day else begins)
            assert all_day or f"{at[1]:%H:%M}" in words, event
            yield event_of(event["code"]), Said(title=event["title"], status=status, starts=(at,), place=place)


def in_year_of(built: Built, words: str, day: date) -> Stamp:
    """The moment of words without a year: the last one that is not after the day."""
    bare = re.sub(r"（周.）|\b[A-Z][a-z]{2} (?=\d)", "", words)
    found = [
        moments(built, re.sub(rf"({'|'.join(MONTHS)})", rf"\1 {year}", re.sub(r"(\d+月)", rf"{year}年\1", bare)))[0]
        for year in (day.year, day.year - 1)
    ]
    return next(one for one in found if one[0] <= day)


def card_and_poster(built: Built) -> Form:
    """What is typeset: the view of cards, of posters for phones and of posters to print."""
    with check(built.site.options()) as (site, _):
        assert site is not None
        for event in site.events:
            sheet = event_sheet(site, event.id)
            assert (sheet.status == "scheduled") == (not sheet.status_word)
            yield (
                event.id,
                Said(
                    title=sheet.title,
                    status=sheet.status,
                    sample=bool(sheet.sample),
                    starts=moments(built, " ".join(sheet.when))[:1],
                    place=sheet.place if event.place else "",
                    fee=sheet.fee,
                    deadline=in_year_of(built, sheet.deadline, event.ends.date()) if sheet.deadline else None,
                ),
            )


EVERY, SOME = True, False
ALL_FACTS = frozenset({"status", "sample", "starts", "place", "fee", "deadline"})
# Each form: whether it holds every event, and the facts that it must tell of each.
FORMS: tuple[tuple[Callable[[Built], Form], bool, frozenset[str]], ...] = (
    (event_page, EVERY, ALL_FACTS),
    (card, EVERY, ALL_FACTS - {"sample"}),  # this site says on top of every page that it is mostly samples
    (calendar_file, EVERY, ALL_FACTS),
    (json_feed, SOME, ALL_FACTS),
    (atom_feed, SOME, ALL_FACTS - {"place"}),
    (open_data, EVERY, ALL_FACTS),
    (table, EVERY, ALL_FACTS),
    (search_data, EVERY, ALL_FACTS - {"status"}),
    (group_text, EVERY, ALL_FACTS),
    (article, EVERY, ALL_FACTS),
    (weibo, EVERY, ALL_FACTS - {"place", "fee", "deadline"}),
    (digest_mail, EVERY, ALL_FACTS),
    (digest_text, EVERY, ALL_FACTS - {"place", "fee"}),
    (embed, SOME, ALL_FACTS - {"deadline"}),
    (oembed, EVERY, ALL_FACTS - {"fee", "deadline"}),
    (screen, SOME, frozenset({"status", "starts", "place"})),  # a screen sends to the page for the rest
    (card_and_poster, EVERY, ALL_FACTS),
)


def differences(said: Said, truth: Truth, facts: frozenset[str]) -> Iterator[str]:
    """The facts that a form does not tell, or tells otherwise than the catalogue."""
    yield from (f"{name} is missing" for name in facts if getattr(said, name) is UNSAID)
    # Once an event is called off, nobody needs to sign up any more.
    deadlines = {truth.deadline, None} if truth.status in CALLED_OFF else {truth.deadline}
    told: dict[str, tuple[bool, object]] = {
        "title": (said.title in truth.titles, said.title),
        "status": (said.status in truth.statuses, said.status),
        "sample": (said.sample == truth.sample, said.sample),
        "starts": (said.starts is UNSAID or are_dates(said.starts, truth.starts), said.starts),
        "place": (said.place is UNSAID or is_place(said.place, truth.places), said.place),
        "fee": (said.fee == truth.fee, said.fee),
        "deadline": (said.deadline in deadlines, said.deadline),
    }
    for name, (agrees, value) in told.items():
        if value is not UNSAID and not agrees:
            yield f"{name} {value!r}, not as in {truth}"


def are_dates(starts: tuple[Stamp, ...], known: tuple[Stamp, ...]) -> bool:
    """Whether there are dates, and all of them are the event's. A form may tell a day without its time."""
    return bool(starts) and all(any(day == one and at in {None, hour} for one, hour in known) for day, at in starts)


def is_place(place: str, known: frozenset[str]) -> bool:
    """Whether a form names a place of the event, perhaps with its address, or none if there is none."""
    return any(place.startswith(one) if one else not place for one in known)


@pytest.fixture(scope="module", params=list(LANGUAGES))
def built(request: pytest.FixtureRequest, shipped: Site, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The shipped content in a language; in English without what would only say the same again."""
    language = str(request.param)
    site = shipped if language == "zh-CN" else in_english(tmp_path_factory)
    return Built(site, LANGUAGES[language], language, truths(site))


def in_english(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("english") / "site"
    root.mkdir()
    for name in ("content", "themes"):
        (root / name).symlink_to(REPOSITORY / name)
    config = (REPOSITORY / "config.yaml").read_text(encoding="utf-8")
    config = config.replace("language: zh-CN", "language: en").replace("feeds:\n", "feeds:\n  pairs: false\n")
    config = re.sub(r"^outputs:.*$", "", config, flags=re.MULTILINE)
    off = ("share_pictures", "feed_codes", "archive", *FACET_KINDS[1:])  # all kinds but themes
    site = Site(root, datetime(2026, 11, 24, 9, 0))
    site.write("config.yaml", f"{config}\noutputs: {{{', '.join(f'{name}: false' for name in off)}}}\n")
    site.build()
    return site


@pytest.mark.parametrize(("form", "whole", "facts"), FORMS, ids=[form.__name__ for form, _, _ in FORMS])
def test_every_form_of_an_event_says_the_same(
    built: Built,
    form: Callable[[Built], Form],
    whole: bool,  # noqa: FBT001 - of the table
    facts: frozenset[str],
) -> None:
    found: dict[str, list[str]] = {}
    for event, said in form(built):
        found.setdefault(event, []).extend(differences(said, built.truths[event], facts))
    assert {event: wrong for event, wrong in found.items() if wrong} == {}
    assert found
    if whole:
        assert found.keys() >= {event for event, truth in built.truths.items() if not truth.withdrawn}


def test_each_status_has_its_words_in_both_languages() -> None:
    for words in LANGUAGES.values():
        assert words.statuses.keys() == STATUS_WORDS.keys()
        assert words.marks.keys() == (STATUS_WORDS.keys() - {"scheduled"}) | {"sample"}
