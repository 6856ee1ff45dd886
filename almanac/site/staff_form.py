"""What the form for staff at `/admin/` knows: the declarations of an event, the names of the site, and messages.

The script of the form writes what `new` writes and says what `check` says. Everything that both must agree on comes
from the modules of `content/`, and stands here once as data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from almanac.content.config import Submission
from almanac.content.form_fields import FormField, form_fields
from almanac.content.form_words import form_words
from almanac.content.front_matter_text import QUOTING, Quoting, commented_key
from almanac.content.frontmatter import Tree
from almanac.content.ids import ID_HINT
from almanac.content.names import FOLDERS, names_in_order
from almanac.content.new_event_text import COMMENTED, FURTHER, archetype, listed_values, themes_by_month
from almanac.content.open_data import EVENTS_JSON
from almanac.content.private_numbers import NUMBER, WEB_ADDRESS
from almanac.content.queries import record
from almanac.content.records import AnyRecord
from almanac.content.records.event import CALLED_OFF, EventFields
from almanac.content.recurrence import LONGEST_REPEAT, LONGEST_RULE, MOST_OCCURRENCES, PARTS, RULE_HINT
from almanac.content.slugs import LONGEST
from almanac.content.values import AGES_HINT, FIRST_YEAR, LAST_YEAR, URL_HINT, WHEN_HINT, WIDTHLESS
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.model.alike import ALIKE, NEAR, NUMERAL
from almanac.model.labels import name_registries, sound_paths
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.date_patterns import DatePatterns, date_patterns
from almanac.site.pinyin import syllable_runs
from almanac.site.settings import site_settings

BY_MACHINES = frozenset({"imported"})  # keys that only programs write
# Messages of `check` and of its advice, by the names under which the script finds them; `…_hint` says what helps.
MESSAGES = {
    "missing": text("The key “{name}” is missing."),
    "invisible": text("The invisible character U+{code:04X} stands here."),
    "invisible_hint": text("Delete the line and type it again."),
    "moment": text("“{value}” is not a date."),
    "moment_hint": WHEN_HINT,
    "year": text("The year {year} is out of range."),
    "year_hint": text("Years go from {first} to {last}."),
    "no_day": text("There is no such day or time as “{value}”."),
    "timed": text("“{value}” has a time where only a date belongs."),
    "timed_hint": text("Write 2026-12-05."),
    "url": text("“{value}” is not a web address."),
    "url_hint": URL_HINT,
    "id": text("“{value}” cannot be part of an address."),
    "id_hint": ID_HINT,
    "alias": text("“{value}” is not an old address of this site."),
    "alias_hint": text("Write the path alone, such as /events/old-name/."),
    "asset": text("“{value}” is not a file below content/images or content/files."),
    "asset_hint": text("Put the file there and write images/name.jpg."),
    "ages": text("“{value}” is no span of ages."),
    "ages_hint": AGES_HINT,
    "ages_order": text("“{value}” ends before it begins."),
    "coordinates": text("Coordinates are two numbers."),
    "coordinates_hint": text("Write [longitude, latitude], such as [119.97, 31.79]."),
    "nowhere": text("{longitude}, {latitude} is no place on Earth."),
    "number": text("{name}: “{value}” is not a number."),
    "unknown": text("“{name}” is not known among the {folder}."),
    "no_file": text("There is no file content/{name}."),
    "no_file_hint": text("Put the file there, or correct the name."),
    "one_timed": text("One of start and end has a time, the other has none."),
    "one_timed_hint": text("Give both a time, or neither."),
    "end_first": text("The end ({end}) lies before the start ({start})."),
    "end_first_hint": text("Check the date and the time of both."),
    "too_long": text("From {start} to {end} are more than ten years."),
    "too_long_hint": text("Check the year of both."),
    "no_length": text("The end ({end}) is the start."),
    "no_length_hint": text("Leave the end out if it is not known."),
    "no_date": text("There is no date."),
    "with_sessions": text("An event with sessions has no {name} of its own."),
    "with_sessions_hint": text("Delete the key, or the sessions."),
    "session_twice": text("The session id “{id}” stands here a second time."),
    "until": text("UNTIL={until} is not a date."),
    "until_hint": text("Write the last day as UNTIL=20270331."),
    "rule": text("“{rule}” is not a rule of repetition."),
    "rule_hint": RULE_HINT,
    "part_twice": text("A part of this rule stands there twice."),
    "no_part": text("“{part}” is no part of such a rule."),
    "endless": text("This repeat needs either UNTIL or COUNT, or it never ends."),
    "endless_hint": text("Add ;UNTIL=20270331 (the last day) or ;COUNT=10."),
    "ten_years": text("This repeat goes on for more than ten years."),
    "ten_years_hint": text("Choose a nearer UNTIL."),
    "too_many": text("This repeat has more than {most} dates."),
    "too_many_hint": text("Choose a nearer UNTIL or a smaller COUNT."),
    "smaller_count": text("Choose a smaller COUNT."),
    "nearer_end": text("Choose a nearer end."),
    "unfit": text("No day within ten years fits this repeat."),
    "start_unfit": text("The start {start} does not fit the repeat."),
    "start_unfit_hint": text("The first date of this rule is {first}: write it as the start."),
    "not_of_repeat": text("{day} is not a date of this repeat."),
    "not_of_repeat_hint": text("Its dates are {days} …"),
    "none_left": text("No date is left: every one is excepted."),
    "mobile": text("A mobile number stands here: {number}."),
    "identity": text("The number of an identity card stands here: {number}."),
    "private_hint": text(
        "Write the landline of an office. If it is the mobile of an office: ignore: {{private-number: the reason}}."
    ),
    "taken": text("{place} is taken at {moment}: “{title}” ({path}) is there then."),
    "taken_hint": text("Choose another time or place. If both have room: ignore: {{venue-clash: the reason}}."),
    "twice": text("This may be the same event as “{title}” of {day} ({path})."),
    "twice_hint": text(
        "Delete one of the two files. If these are two events: ignore: {{near-duplicate: the difference}}."
    ),
}
# The warnings that an event may ignore with a reason, in the words of their modules in `advice/`.
IGNORABLE = {
    "venue-clash": text("Two events are in the same place at the same time."),
    "near-duplicate": text("Two files seem to describe the same event."),
    "private-number": text("A mobile or identity-card number stands in the file."),
    "speaker-clash": text("A speaker is in two places at the same time."),
    "make-up-workday": text("The event is on a weekend day that is a make-up workday."),
}


class UsualValues(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a new event of a programme begins with, and its themes by the month in which it begins, as `2027-03`."""

    values: Mapping[str, Tree] = {}
    themes: Mapping[str, tuple[str, ...]] = {}


class NewFile(msgspec.Struct, frozen=True):
    """The comments of a new file: the first line, those of keys that it may lack, and the last ones."""

    further: str
    keys: tuple[tuple[str, str], ...]
    listed: tuple[str, ...]


class Alike(msgspec.Struct, frozen=True):
    """When two events may be one: they begin within `days`, and their titles are alike by `likeness` per cent.

    The numerals of both titles are the same then; `numeral` is their pattern.
    """

    days: int
    likeness: int
    numeral: str


class RuleBounds(msgspec.Struct, frozen=True):
    """What a rule of repetition may be: the patterns of its parts by name, and its most characters, days and dates."""

    parts: Mapping[str, str]
    characters: int
    days: int
    dates: int


RULE_BOUNDS = RuleBounds(
    {name: pattern.pattern for name, pattern in PARTS.items()}, LONGEST_RULE, LONGEST_REPEAT.days, MOST_OCCURRENCES
)


class StaffForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that the script of the form is told.

    `names` holds for each folder the records by key, name and other names; `folders` says what such records are called.
    `districts` are those of venues. `patterns` are regular expressions. `syllables` are the runs of equal pinyin in the
    order of GB 2312, of which a file name has at most `longest` characters. `events` is the address of the open data,
    empty if there is none. `ignorable` says what the warnings are that an event can ignore.
    """

    fields: tuple[FormField, ...]
    names: Mapping[str, tuple[tuple[str, ...], ...]]
    folders: Mapping[str, str]
    open: bool
    districts: Mapping[str, str]
    programmes: Mapping[str, UsualValues]
    comments: NewFile
    quoting: Quoting
    patterns: Mapping[str, str]
    years: tuple[int, int]
    repeats: RuleBounds
    called_off: tuple[str, ...]
    alike: Alike
    messages: Mapping[str, str]
    ignorable: Mapping[str, str]
    dates: DatePatterns
    syllables: str
    longest: int
    events: str
    submission: Submission


def staff_form(site: Site) -> StaffForm:
    """What the form of this site knows."""
    settings = site_settings(site)
    translate = gettext_of(settings.language, settings.messages)
    registries = name_registries(site)
    return StaffForm(
        fields=tuple(one for one in form_fields(EventFields, translate) if one.key not in BY_MACHINES),
        names={folder: names_in_order(registry) for folder, registry in registries.items()},
        folders={folder: word.show(translate) for folder, word in FOLDERS.items()},
        open=site.config.registries == "open",
        districts={one.key: one.fields.district for one in site.records("venues") if one.fields.district},
        programmes=_usual_values(site),
        comments=NewFile(
            translate(FURTHER.message),
            tuple((key, commented_key(EventFields, key, translate)) for key in COMMENTED),
            tuple(listed_values(registries, translate)),
        ),
        quoting=QUOTING,
        patterns={"widthless": WIDTHLESS.pattern, "private": _named(NUMBER.pattern), "address": WEB_ADDRESS.pattern},
        years=(FIRST_YEAR, LAST_YEAR),
        repeats=RULE_BOUNDS,
        called_off=tuple(sorted(CALLED_OFF)),
        alike=Alike(NEAR.days, ALIKE, NUMERAL.pattern),
        messages=_messages(form_words(EventFields, translate).template),
        ignorable={name: word.show(translate) for name, word in IGNORABLE.items()},
        dates=date_patterns(site.config.language),
        syllables=syllable_runs(site),
        longest=LONGEST,
        events=EVENTS_JSON if made("data", site.config) else "",
        submission=site.config.submission,
    )


def _usual_values(site: Site) -> dict[str, UsualValues]:
    """The usual values by programme, with names as its file writes them: `new` writes those too."""
    found = {one.key: UsualValues(archetype(one.fields), themes_by_month(one.fields)) for one in _programmes(site)}
    return {key: usual for key, usual in found.items() if usual != UsualValues()}


def _programmes(site: Site) -> Iterator[AnyRecord]:
    return (record(site, path) for path in sound_paths(site, "programmes"))


def _messages(words: Translate) -> dict[str, str]:
    """The messages in the words of a form. A brace that is doubled in a message stands for itself."""
    return {name: words(message.message) for name, message in MESSAGES.items()}


def _named(pattern: str) -> str:
    """A regular expression of Python with the groups of JavaScript."""
    return pattern.replace("(?P<", "(?<")
