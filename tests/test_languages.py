"""Every language that the engine speaks: whole catalogues, dates as people write them there, and a site in each.

A new catalogue is tested here without a change, but for its line in `DATES` and in `HOMES`.
"""

from __future__ import annotations

import re
from calendar import SATURDAY, SUNDAY
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from click.testing import CliRunner
from messages import engine_messages, help_messages, template_messages
from sites import NOW, REPOSITORY, Site
from test_paper import model_of
from test_templates import rendered

from almanac.cli.app import main
from almanac.core.messages import LANGUAGE_OF_CODE, LANGUAGES, catalogue_files, gettext_of
from almanac.exchange.columns import columns
from almanac.site.dates import DateWords
from almanac.site.lunar import lunar_date, solar_term, written
from almanac.site.month_sheets import month_sheet
from almanac.starter import Answers, starter_files

FOLDERS = ("almanac/core/catalogues", "themes/default/messages")
TRANSLATED = [language for language in LANGUAGES if language != LANGUAGE_OF_CODE]
FILES = [f"{folder}/{language}.po" for folder in FOLDERS for language in TRANSLATED]
DRAFTS = {"fi", "zh-TW"}
LONGEST_LINE = 120
# A pattern of dates may use any of the values that are filled in, since languages order and inflect them differently.
OF_DATES = {"year", "month", "day", "month_name", "weekday", "weekday_name", "first", "last", "first_name", "last_name"}


@pytest.fixture(scope="module")
def messages() -> set[str]:
    """Every message of the engine and the templates; of one with a plural the singular."""
    engine = {*engine_messages(REPOSITORY / "almanac"), *help_messages(main, click.Context(main))}
    templates = template_messages(REPOSITORY / "themes/default/templates")
    return engine | {one if isinstance(one, str) else one[0] for one in templates}


def catalogue(file: Path | str) -> Catalog:
    path = REPOSITORY / file
    with path.open("rb") as opened:
        return read_po(opened, locale=path.stem.replace("-", "_"))


def entries(file: str) -> Iterator[tuple[str, str]]:
    """Each text with its translation; of a message with a plural, the plural with each of its forms."""
    for message in filter(lambda one: one.id, catalogue(file)):
        if isinstance(message.id, str):
            yield message.id, str(message.string)
        else:
            yield from ((message.id[1], form) for form in message.string or ("",))


def values_in(message: str) -> set[str]:
    """The names of the values that a text takes: `{name}` and `%(name)s`."""
    named = {name for _, name, _, _ in Formatter().parse(message) if name} if "%(" not in message else set()
    return named | set(re.findall(r"%\((\w+)\)s", message))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_has_a_translation_and_every_translation_a_message(messages: set[str], language: str) -> None:
    found = [message for folder in FOLDERS for message in catalogue(f"{folder}/{language}.po") if message.id]
    translated = {str(one.id if isinstance(one.id, str) else one.id[0]) for one in found if one.string}
    assert messages - translated == set()
    assert translated - messages == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_message_means_the_same_in_the_code_and_in_templates(language: str) -> None:
    code, templates = (dict(entries(f"{folder}/{language}.po")) for folder in FOLDERS)
    assert [text for text in code.keys() & templates.keys() if code[text] != templates[text]] == []


@pytest.mark.parametrize("file", FILES)
def test_no_entry_of_a_catalogue_is_empty_doubtful_or_obsolete(file: str) -> None:
    found = catalogue(file)
    assert [text for text, translation in entries(file) if not translation.strip()] == []
    plurals = [message for message in found if isinstance(message.id, tuple)]
    assert [message.id for message in plurals if len(message.string or ()) != found.num_plurals] == []
    assert [message.id for message in found if message.id and message.fuzzy] == []
    assert list(found.obsolete) == []
    lines = (REPOSITORY / file).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > LONGEST_LINE] == []


@pytest.mark.parametrize("file", FILES)
def test_a_catalogue_says_its_language_and_whether_it_is_a_draft(file: str) -> None:
    language = Path(file).stem
    header = (REPOSITORY / file).read_text(encoding="utf-8").partition("\n\n")[0]
    assert f'"Language: {language.replace("-", "_")}\\n"' in header
    assert ('"X-Draft: yes\\n"' in header) == (language in DRAFTS)


@pytest.mark.parametrize("file", FILES)
def test_a_translation_has_the_values_and_the_markup_of_its_message(file: str) -> None:
    for text, translation in entries(file):
        expected, found = values_in(text), values_in(translation)
        if expected & {"month_name", "weekday"} or "first_name" in expected:
            assert found <= OF_DATES | expected, text
        else:
            assert found == expected, text
        assert re.findall(r"<[^<>]+>", text) == re.findall(r"<[^<>]+>", translation), text


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_catalogue_of_taiwan_is_written_in_its_characters(folder: str) -> None:
    """Big5 has no characters that only mainland China uses. `import` knows columns by their names there."""
    headers = re.compile("|".join(sorted((column.header for column in columns()), key=len, reverse=True)))
    for text, translation in entries(f"{folder}/zh-TW.po"):
        assert foreign(headers.sub("", translation)) == "", text


def foreign(words: str) -> str:
    """The Chinese characters of a text that Taiwan does not use."""
    return "".join(letter for letter in words if "\u4e00" <= letter <= "\u9fff" and not in_big5(letter))


def in_big5(letter: str) -> bool:
    try:
        letter.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


START, END = datetime(2026, 12, 5, 14, 0), datetime(2026, 12, 5, 16, 30)
# Of each language: within a day, over days, whole days, into the night, a month, its leaf, days of it, a figure.
DATES = {
    "en": (
        "Sat 5 December 2026, 14:00—16:30",
        "Sat 5 December 2026, 14:00—Mon 7 December, 09:05",
        "Sat 5 December 2026—Sat 2 January 2027",
        "Sat 5 December 2026, 14:00—02:00 the next day",
        "December 2026",
        "Dec",
        "5–9 December 2026",
        "1,234.5",
    ),
    "zh-CN": (
        "2026年12月5日（周六）14:00—16:30",
        "2026年12月5日（周六）14:00—12月7日（周一）09:05",
        "2026年12月5日（周六）—2027年1月2日（周六）",
        "2026年12月5日（周六）14:00—次日02:00",
        "2026年12月",
        "12月",
        "2026年12月5—9日",
        "1,234.5",
    ),
    "zh-TW": (
        "2026年12月5日（週六）14:00—16:30",
        "2026年12月5日（週六）14:00—12月7日（週一）09:05",
        "2026年12月5日（週六）—2027年1月2日（週六）",
        "2026年12月5日（週六）14:00—次日02:00",
        "2026年12月",
        "12月",
        "2026年12月5—9日",
        "1,234.5",
    ),
    "fi": (
        "lauantaina 5. joulukuuta 2026 klo 14.00–16.30",
        "lauantaina 5. joulukuuta 2026 klo 14.00 – maanantaina 7. joulukuuta klo 09.05",
        "lauantaina 5. joulukuuta 2026 – lauantaina 2. tammikuuta 2027",
        "lauantaina 5. joulukuuta 2026 klo 14.00 – seuraavana päivänä klo 02.00",
        "joulukuu 2026",
        "joulu",
        "5.–9. joulukuuta 2026",
        "1\u00a0234,5",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_figures_have_the_form_of_their_language(language: str, tmp_path: Path) -> None:
    words = DateWords(gettext_of(language, catalogue_files(language)))
    spans = (
        words.span(START, END),
        words.span(START, datetime(2026, 12, 7, 9, 5)),
        words.span(START.date(), date(2027, 1, 2)),
        words.span(START, datetime(2026, 12, 6, 2, 0)),
        words.month(START),
        words.month_short(START),
        words.days(START.date(), date(2026, 12, 9)),
    )
    figure = rendered(tmp_path, "{{ 1234.5|figure }}", language=language)
    assert (*(span.replace("\u2060", "") for span in spans), figure) == DATES[language]


@pytest.mark.parametrize(
    ("language", "lunar", "term"),
    [("zh-CN", "腊月初三", "惊蛰"), ("zh-TW", "臘月初三", "驚蟄"), ("fi", "", ""), ("en", "", "")],
)
def test_the_chinese_calendar_is_written_in_the_script_of_the_site(language: str, lunar: str, term: str) -> None:
    assert written(lunar_date(date(2027, 1, 10)), language) == lunar
    assert written(solar_term(date(2027, 3, 6)), language) == term


@dataclass(frozen=True)
class Home:
    """A city whose site is in a language, and what its pages say."""

    city: str
    timezone: str
    week: tuple[str, ...]  # the days of a week in a month, from its first one
    title: str
    said: tuple[str, ...]  # on the page of an event
    fed: tuple[str, ...]  # in the calendar of all events


HOMES = {
    "fi": Home(
        "Tampere",
        "Europe/Helsinki",
        ("ma", "ti", "ke", "to", "pe", "la", "su"),
        "Tiede Tampere",
        ("lauantaina 4. maaliskuuta 2028 klo 09.30", "Lisää kalenteriin", "Milloin", "Yhteensä 3 päivää"),
        ("[Esimerkki] Ensiapua kotona", "Hinta: maksuton"),
    ),
    "zh-TW": Home(
        "臺南",
        "Asia/Taipei",
        ("週日", "週一", "週二", "週三", "週四", "週五", "週六"),
        "臺南科普曆",
        ("2028年3月4日（週六）09:30", "加入行事曆", "適合對象", "共 3 場"),
        ("【範例】家庭急救課", "費用：免費"),
    ),
}


@pytest.fixture(scope="module", params=list(HOMES))
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Home, Site]:
    """A new site as `init` makes it in a language, built."""
    language = str(request.param)
    home = HOMES[language]
    answers = Answers(home.city, "https://science.example.org/", home.timezone, language, {"east": home.city})
    site = Site(tmp_path_factory.mktemp("city") / language, NOW)
    for path, content in starter_files(answers, NOW.date()).items():
        site.write(path, content)
    site.edit("config.yaml", "feeds:\n", "feeds:\n  pairs: false\n")
    site.build()
    return language, home, site


SILENT = {"script", "style", "code"}


class Shown(HTMLParser):
    """The texts of a page that a reader sees or hears, each with all its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag in SILENT
        self.texts |= {
            value.strip() for name, value in attrs if name in {"aria-label", "title", "placeholder"} and value
        }

    def handle_endtag(self, tag: str) -> None:
        self.silent = self.silent and tag not in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.texts.add(" ".join(data.split()))


def test_a_site_speaks_its_language_on_every_page(city: tuple[str, Home, Site], messages: set[str]) -> None:
    language, home, site = city
    translate = gettext_of(language, catalogue_files(language, [REPOSITORY / FOLDERS[1]]))
    english = {message for message in messages if translate(message) != message and re.search("[a-z]{3}", message)}
    pages = list(site.output.rglob("*.html"))
    assert len(pages) > 50
    for file in pages:
        page = file.read_text(encoding="utf-8")
        assert f'<html lang="{language}"' in page, file
        texts = Shown(page).texts
        assert texts & english == set(), file
        assert language != "zh-TW" or foreign("".join(texts)) == "", file
    assert f"<title>{home.title}</title>" in site.page("/")
    event = next(site.output.glob("events/*first-aid/index.html")).read_text(encoding="utf-8").replace("\u2060", "")
    assert [words for words in home.said if words not in event] == []
    week = re.findall('<th scope="col">([^<]+)</th>', site.page("/calendar/2028/03/"))
    assert tuple(week) == home.week


def test_a_printed_month_has_the_weeks_of_the_language(city: tuple[str, Home, Site]) -> None:
    _, home, site = city
    sheet = month_sheet(model_of(site), "2028-03", "")
    assert sheet.weekdays == home.week
    whole_week = [date(2028, 3, day.day).weekday() for day in sheet.weeks[1]]
    assert sorted(whole_week[column] for column in sheet.weekend) == [SATURDAY, SUNDAY]


def test_the_feeds_of_a_site_speak_its_language(city: tuple[str, Home, Site]) -> None:
    language, home, site = city
    calendar = site.feed("/feeds/all.ics")
    assert [words for words in home.fed if words not in calendar] == []
    for feed in (calendar, site.feed("/feeds/all.atom"), site.feed("/feeds/all.json")):
        assert re.findall(r"\b(?:When|Where|Fee|Sample|Organiser|For): ", feed) == []
        assert language != "zh-TW" or foreign(feed) == ""


def test_the_command_line_speaks_the_language_of_the_site(city: tuple[str, Home, Site]) -> None:
    language, _, site = city
    runner = CliRunner(env={"ALMANAC_LANG": ""})
    usage = {"fi": "Käyttö: ", "zh-TW": "用法："}[language]
    assert runner.invoke(main, ["--root", str(site.root), "check", "--help"]).output.startswith(usage)
    asked = runner.invoke(main, ["--root", str(site.root), "--lang", "en", "check", "--help"])
    assert asked.output.startswith("Usage: ")


SWEDISH = r"""msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

msgid "Calendar"
msgstr "Kalender"

msgid "{month_name} {year}"
msgstr "{year}-{month}"
"""


def test_a_site_may_bring_a_language_of_its_own(site: Site) -> None:
    site.event("talk", start="2027-03-10 14:00")
    site.write("config.yaml", (site.root / "config.yaml").read_text(encoding="utf-8") + "language: sv\n")
    assert "There are no messages in the language “sv”." in site.problems()
    site.write("messages/sv.po", SWEDISH)
    site.build()
    page = site.page("/calendar/2027/03/")
    assert '<html lang="sv"' in page
    assert "<h1>2027-3</h1>" in page
    assert "Kalender" in Shown(page).texts
    assert "Search" in Shown(page).texts, "what has no translation stays in English"
