"""The types of cell in tables of events: text, dates, numbers, names of registries, and YAML for structured values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from almanac.content.front_matter_text import block, moment_text
from almanac.content.frontmatter import Tree
from almanac.content.names import folded, is_text, split_names
from almanac.content.references import Reference
from almanac.content.values import WHEN, rewritten_ages
from almanac.core.problems import Text, text
from almanac.exchange.calendar_zones import zone_named
from almanac.exchange.cells import Cell, CellContext, CellType, ParsedValue, read_yaml
from almanac.exchange.chinese_dates import read_date_text
from almanac.exchange.registries import Registries, hint, similar

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of Excel's dates, in local time of the site
FIRST_SERIAL, LAST_SERIAL = 32874, 73415  # the years 1990 to 2100 in days since EPOCH
ZONED = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]+(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*([Zz]|UTC|GMT|[+-]\d{2}:?\d{2})")
LANDLINE = re.compile(r"(?<!\d)(?:\(?0\d{2,3}\)?[\s-]?)?[2-8]\d{6,7}(?:(?:[-转]|\s转)\d{1,6})?(?!\d)")
ONLINE = re.compile(r"线上|网上|网络直播|云端|云上|腾讯会议|钉钉|视频号|直播|zoom", re.IGNORECASE)
ONLINE_PLACE = text("“{written}” is not a place: what is its web address? Write it as online: https://…")
UNKNOWN_NAME = text("“{name}” is not known.{hint}")
NONE = frozenset({"无", "暂无", "没有", "/", "／", "-", "--", "－", "—", "——"})  # written for no name
IN_PERSON = re.compile(r"线下(?:活动|开展|举办|进行)?|现场(?:活动)?|实地|室内|室外|户外")
UNLIMITED = frozenset({"不限", "无限制", "不限年龄", "所有年龄", "全年龄"})
UNDECIDED_PLACE = re.compile(r"待定|未定|另行通知|待通知")


def _line(written: str, context: CellContext) -> ParsedValue:
    del context
    return ParsedValue(" ".join(written.split()))


def _prose(written: str, context: CellContext) -> ParsedValue:
    """Markdown, in which each line becomes a paragraph. The text of our own exports is Markdown already."""
    if context.own:
        return ParsedValue(written)
    lines = (line.strip() for line in written.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    prose = "\n\n".join(line for line in lines if line)
    prose = re.sub(r"(?<=\n)(- [^\n]*)\n(?=\n- )", r"\1", prose)  # the items of a list stay together
    return ParsedValue(f"{prose}\n" if prose else None)


def _moment(written: str, context: CellContext) -> ParsedValue:
    """A day or a moment, in the form of front matter or in Chinese."""
    line = written.strip()
    if WHEN.fullmatch(line):
        return ParsedValue(line)
    if local := local_moment(line, context):
        return ParsedValue(local)
    found = read_date_text(excel_moment(line) or line, context.year)
    if set(found.keys) - {"start"}:
        return ParsedValue(questions=(text("“{written}” is more than one moment.", written=line),))
    return ParsedValue(found.keys.get("start"), found.questions)


def read_dates(written: str, context: CellContext) -> ParsedValue:
    """A mapping with the front-matter keys of dates that one cell gives: start, end, repeat or sessions."""
    line = written.strip()
    if re.fullmatch(r"\d{1,2}\.\d", line):
        why = text("“{written}”: Excel turned a date into a number; is it {written} or {written}0?", written=line)
        return ParsedValue({}, (why,))
    if local := local_moment(line, context):
        return ParsedValue({"start": local})
    found = read_date_text(excel_moment(line) or line, context.year)
    return ParsedValue(dict(found.keys), found.questions)


def local_moment(written: str, context: CellContext) -> str | None:
    """The local moment of a time in ISO 8601 with an offset or zone: 2026-04-01T14:00:00+01:00. None for other text."""
    found = ZONED.fullmatch(written)
    zone = zone_named("UTC" if found[3] in {"Z", "z"} else found[3]) if found else None
    if found is None or zone is None or context.zone is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{found[1]} {found[2]}").replace(tzinfo=zone).astimezone(context.zone)
    except ValueError:
        return None
    return moment_text(moment.replace(tzinfo=None))


def excel_moment(written: str) -> str | None:
    """The moment that Excel stores as a number of days; None for any other text."""
    if not re.fullmatch(r"\d{5}(\.\d+)?", written) or not FIRST_SERIAL <= float(written) <= LAST_SERIAL:
        return None
    moment = EPOCH + timedelta(minutes=round(float(written) * 1440))
    return moment_text(moment if "." in written else moment.date())


def _number(written: str, context: CellContext) -> ParsedValue:
    del context
    plain = unicodedata.normalize("NFKC", written).strip().replace(",", "")
    if re.fullmatch(r"-?\d+", plain):
        return ParsedValue(plain)
    found = re.fullmatch(r"(约|共|限|不超过)?\s*(\d+)\s*(余|多|左右)?\s*(?:人|名|个)?次?\s*(以内|左右|以上)?", plain)
    if not found:
        return ParsedValue(questions=(text("“{written}” is not a number.", written=written.strip()),))
    if not (found[1] or found[3] or found[4]):
        return ParsedValue(found[2])
    note = text("“{written}” is taken as {number}.", written=written.strip(), number=found[2])
    return ParsedValue(found[2], notes=(note,))


YES, NO = frozenset({"是", "√", "✓", "true", "yes", "y", "1"}), frozenset({"否", "×", "false", "no", "n", "0"})


def _flag(written: str, context: CellContext) -> ParsedValue:
    del context
    word = written.strip().lower()
    if word in YES | NO:
        return ParsedValue("true" if word in YES else "false")
    return ParsedValue(questions=(text("“{written}” is neither 是 nor 否.", written=written.strip()),))


def choice(words: Mapping[str, str], synonyms: Mapping[str, tuple[str, ...]] | None = None) -> CellType:
    """The type of one value out of several. `words` are the Chinese words by value, `synonyms` further ones."""
    values = {word: value for value, more in (synonyms or {}).items() for word in more}
    values |= {word: value for value, word in words.items()}

    def read(written: str, context: CellContext) -> ParsedValue:
        del context
        word = written.strip()
        found = values.get(word, word if word in words else None)
        if found:
            return ParsedValue(found)
        return ParsedValue(
            questions=(text("“{written}” is not one of {known}.", written=word, known="、".join(words.values())),)
        )

    return CellType(read, lambda value, _: words.get(str(value), str(value)))


def name(folder: str) -> CellType:
    """The type of one name of a registry."""

    def read(written: str, context: CellContext) -> ParsedValue:
        found = _resolve_all([" ".join(written.split())], folder, context)
        return ParsedValue(found.value[0] if isinstance(found.value, list) and found.value else None, found.questions)

    return CellType(read, lambda value, registries: registries.of(folder).name_of(str(value)), folder)


def _form(written: str, context: CellContext) -> ParsedValue:
    """The form of an event. Many tables say there whether people meet in person, which is no form."""
    line = written.strip()
    if IN_PERSON.fullmatch(line):
        return ParsedValue(notes=(text("“{written}” is no form of event: it was not imported.", written=line),))
    return name("forms").read(written, context)


def names(folder: str, *, or_text: bool = False) -> CellType:
    """The type of several names of a registry. With `or_text`, a name that no record has stays as text."""

    def show(value: Tree, registries: Registries) -> Cell:
        return "、".join(registries.of(folder).name_of(str(key)) for key in value or ())

    def read(written: str, context: CellContext) -> ParsedValue:
        whole = context.registries.of(folder).key_of(" ".join(written.split()))  # a name may contain a comma
        return ParsedValue([whole]) if whole else _resolve_all(split_names(written), folder, context, or_text=or_text)

    return CellType(read, show, folder)


def _resolve_all(written: list[str], folder: str, context: CellContext, *, or_text: bool = False) -> ParsedValue:
    registry = context.registries.of(folder)
    keys: list[Tree] = []
    unknown: list[Text] = []
    notes: list[Text] = []
    for one in written:
        if one in NONE:
            continue
        key = registry.key_of(one) or registry.key_of(context.synonyms.get(folded(one), one))
        if not key and (several := registry.keys_of_several(one)):
            keys += several
        elif key or context.registries.open or is_text(Reference((), folder, one, or_text), registry):
            keys.append(key or one)
            if not key and not context.own and (meant := similar(registry, one)):
                notes.append(text("“{name}” is not registered and stays as text. {hint}", name=one, hint=meant))
        else:
            unknown.append(Text(UNKNOWN_NAME.message, {"name": one, "hint": _spaced(hint(registry, one))}))
    return ParsedValue(list(dict.fromkeys(map(str, keys))) or None, tuple(unknown), tuple(notes))


def _spaced(hint: Text | None) -> Text | str:
    return text(" {hint}", hint=hint) if hint else ""


def _place(written: str, context: CellContext) -> ParsedValue:
    """The key of a registered venue, or a place that has only a name."""
    line = " ".join(written.split())
    registry = context.registries.of("venues")
    if key := registry.key_of(line) or (line if context.registries.open else None):
        return ParsedValue(key)
    if UNDECIDED_PLACE.fullmatch(line):
        return ParsedValue(questions=(text("“{written}”: the place is not settled yet.", written=line),))
    if ONLINE.match(line):
        return ParsedValue(questions=(Text(ONLINE_PLACE.message, {"written": line}),))
    meant = None if context.own else similar(registry, line)
    note = text("“{name}” is not a registered venue.{hint}", name=line, hint=_spaced(meant))
    return ParsedValue({"name": line}, notes=(note,) if meant else ())


def _show_place(value: Tree, registries: Registries) -> Cell:
    if isinstance(value, dict):
        return str(value.get("name", ""))
    return registries.of("venues").name_of(str(value))


def _words(written: str, context: CellContext) -> ParsedValue:
    del context
    found: list[Tree] = list(split_names(written))
    return ParsedValue(found or None)


REASON = r"(?:[因由](?:(?!可能|或|若|如)[^，,。；;（(]){1,20}?)?(?:本?活动)?(?:现|已经?)?"
ASIDE = r"(?:[（(][^）)]*[）)])?[。！!]?"
CANCELLED = re.compile(rf"{REASON}(?:取消|停办|中止|不再举办){ASIDE}")
POSTPONED = re.compile(rf"{REASON}(?:延期|推迟|延后)(?:举办|举行)?[，,]?(?:时间)?(?:另行通知|待定)?{ASIDE}")
FULL = re.compile(r"(?:名额|人数)?(?:已经?)?(?:报?满|满员)[。！!]?")
BARE_STATUS = re.compile(r"已?(?:取消|停办|延期|推迟|延后)|(?:名额)?已?满")
MAYBE_CHANGED = re.compile(
    r"取消|停办|中止|延期|推迟|延后|改期|改至|改到|改在|改为|暂停|暂缓|(?:时间|地点|地址|场地)(?:有变|变更|调整)"
)
CONDITIONAL = re.compile(r"雨|如遇|若遇|天气|取消报名|取消预约|可取消")


def _remark(written: str, context: CellContext) -> ParsedValue:
    """The status that a remark states, with the remark as its note; a remark that may mean a change is a question."""
    del context
    line = " ".join(written.split())
    for pattern, status in ((CANCELLED, "cancelled"), (POSTPONED, "postponed"), (FULL, "full")):
        if pattern.fullmatch(line):
            note: dict[str, Tree] = {} if BARE_STATUS.fullmatch(line) else {"status_note": line}
            return ParsedValue({"status": status, **note})
    if MAYBE_CHANGED.search(line) and not CONDITIONAL.search(line):
        return ParsedValue(questions=(text("“{written}”: does the event take place as the row says?", written=line),))
    return ParsedValue()


def _phone(written: str, context: CellContext) -> ParsedValue:
    """The first landline; any number if contacts may stay."""
    if context.contacts or context.own:
        return ParsedValue(" ".join(written.split()))
    landline = LANDLINE.search(unicodedata.normalize("NFKC", written))
    return ParsedValue(landline[0].strip() if landline else None)


def _ages(written: str, context: CellContext) -> ParsedValue:
    """A span of ages; a limit that there is not is none. What cannot be read stays for the check of the event."""
    del context
    line = " ".join(written.split())
    return ParsedValue(None if line in NONE or line in UNLIMITED else rewritten_ages(line) or line)


def _speakers(written: str, context: CellContext) -> ParsedValue:
    del context
    return ParsedValue([{"name": one} for one in split_names(written)])


def _show_text(value: Tree, registries: Registries) -> Cell:
    del registries
    return value if isinstance(value, str) else None


def _show_words(value: Tree, registries: Registries) -> Cell:
    del registries
    return "、".join(str(word) for word in value or ())


def _show_moment(value: Tree, registries: Registries) -> Cell:
    """A date cell, by which a spreadsheet program can sort."""
    del registries
    found = WHEN.fullmatch(str(value))
    if not found:
        return str(value)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    if not found[4]:
        return date(year, month, day)
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - local time of the site


def _show_number(value: Tree, registries: Registries) -> Cell:
    del registries
    return int(str(value)) if re.fullmatch(r"0|-?[1-9]\d{0,14}", str(value)) else str(value)


def _show_flag(value: Tree, registries: Registries) -> Cell:
    del registries
    return {"true": "是", "false": "否"}.get(str(value), str(value))


def _show_yaml(value: Tree, registries: Registries) -> Cell:
    del registries
    return block(value).lstrip("\n")


LINE = CellType(_line, _show_text)
PROSE = CellType(_prose, _show_text)
MOMENT = CellType(_moment, _show_moment)
DATES = CellType(read_dates, _show_text)
NUMBER = CellType(_number, _show_number)
FLAG = CellType(_flag, _show_flag)
WORDS = CellType(_words, _show_words)
PLACE = CellType(_place, _show_place)
PHONE = CellType(_phone, _show_text)
FORM = CellType(_form, name("forms").show, "forms")
AGES = CellType(_ages, _show_text)
SPEAKERS = CellType(_speakers, _show_text)
REMARK = CellType(_remark, _show_text)
YAML = CellType(read_yaml, _show_yaml)
