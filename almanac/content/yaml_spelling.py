"""Corrects single lines of YAML as people mistype them: full-width signs, missing spaces, open quotes and brackets.

`respelled` corrects signs that are wrong wherever they stand. `repairs` suggests corrections for a line that YAML
refuses; the caller reads each suggestion to find the right one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from almanac.core.problems import Text, text

BLANK = r"[ \t\u3000\u00a0]"
KEY = r"(?:[A-Za-z_][A-Za-z0-9_-]*|\d{4}-\d{1,2}-\d{1,2}|[\u4e00-\u9fff]{1,8})"
KEY_AND_COLON = re.compile(rf"(?P<key>{KEY})(?P<before>{BLANK}*)(?P<colon>：|:(?!//))(?P<after>{BLANK}*)")
DASH = re.compile(rf"-(?P<after>{BLANK}+|(?=[\w\"'\[{{]))")
FLOW_KEY = re.compile(rf"(?P<lead>[{{,，；、]{BLANK}*){KEY_AND_COLON.pattern}")
QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
BRACKET_OR_TEXT = re.compile(rf"{QUOTED.pattern}|[\[\]{{}}]|[^\[\]{{}}\"']+|.")
WITHOUT_COLON = re.compile(rf"(?P<key>[a-z_]+){BLANK}+(?P<value>\S.*)")
RESERVED = "@`%&*!|>?,]}#"  # no plain value begins with one of these (YAML 1.2, section 7.3.3)
SPLIT_TIME = re.compile(r"(?<=\d)\s*:\s+(?=\d\d\b)")
CLOSING = {"[": "]", "{": "}"}
WIDE_BRACKETS = {"［": "[", "］": "]", "｛": "{", "｝": "}"}
ODD_BLANK = text("The blank here is not an ordinary space.")


class Misspelling(msgspec.Struct, frozen=True):
    """The words at fault on a line, and what is wrong with them."""

    words: str
    message: Text


class Repair(msgspec.Struct, frozen=True):
    """The corrected line, and what was wrong."""

    line: str
    findings: tuple[Misspelling, ...] = ()


class LineParts(msgspec.Struct, frozen=True):
    """A line in parts: `start` is its indentation and hyphens, `key` a key with its colon and blanks, or empty."""

    start: str
    key: str
    value: str

    @property
    def name(self) -> str:
        """The key alone."""
        return self.key.rstrip(" \t\u3000\u00a0:：")


def line_parts(line: str) -> LineParts:
    """The parts of a line, right or wrong."""
    start = indentation(line)
    while dash := DASH.match(line, len(start)):
        start += dash[0]
    found = KEY_AND_COLON.match(line, len(start))
    key = found[0] if found else ""
    return LineParts(start, key, line[len(start) + len(key) :])


def indentation(line: str) -> str:
    """The blanks at the start of a line."""
    return line[: len(line) - len(line.lstrip())]


def respelled(line: str, *, may_be_text: bool = False) -> Repair:
    """The line with ordinary blanks, colons, commas and brackets around its keys.

    `may_be_text`: the line may belong to the text above, so that Chinese words before a colon are no key.
    """
    parts = line_parts(line)
    start = _start(line, len(parts.start))
    found = KEY_AND_COLON.match(parts.key)
    if found and not found["key"].isascii() and may_be_text:
        return Repair(f"{start.line}{parts.key}{parts.value}", start.findings)
    key = _key(found, at_end=not parts.value) if found else Repair("")
    value = _flow(parts.value) if parts.value[:1] in {*CLOSING, *WIDE_BRACKETS} else Repair(parts.value)
    return Repair(f"{start.line}{key.line}{value.line}", (*start.findings, *key.findings, *value.findings))


def _start(line: str, end: int) -> Repair:
    """The indentation and the hyphens of a line, which end at index `end`."""
    indent = indentation(line)
    plain = indent.replace("\t", "  ").replace("\u3000", "  ").replace("\u00a0", " ")
    findings = []
    if plain != indent:
        tab = text("This line is indented with a tab.")
        findings.append(Misspelling(indent, tab if "\t" in indent else text("This line is indented with wide blanks.")))
    place = len(indent)
    while place < end and (dash := DASH.match(line, place)):
        place = dash.end()
        if not dash["after"]:
            findings.append(Misspelling("-", text("There is no space after the hyphen.")))
        elif not dash["after"].startswith((" ", "\t")):
            findings.append(Misspelling(dash[0], ODD_BLANK))
        plain += dash[0] if dash["after"].startswith(" ") else "- "
    return Repair(plain, tuple(findings))


def _key(found: re.Match[str], *, at_end: bool) -> Repair:
    """A key with a half-width colon and a space after it."""
    name, after = found["key"], found["after"]
    words = f"{name}{found['before']}{found['colon']}"
    if found["colon"] == "：":
        finding = Misspelling(words, text("A full-width colon “：” follows “{name}”.", name=name))
    elif not after and not at_end:
        finding = Misspelling(words, text("There is no space after the colon of “{name}”.", name=name))
    elif found["before"].strip(" ") or (after and not after.startswith((" ", "\t"))):
        finding = Misspelling(f"{words}{after}", ODD_BLANK)
    else:
        return Repair(f"{words}{after}")
    return Repair(f"{name}:" if at_end else f"{name}: ", (finding,))


def _flow(value: str) -> Repair:
    """A value in brackets, with ordinary signs around the keys of its mappings."""
    bare = _with_plain_brackets(value)
    masked = QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), bare.line)  # what stands in quotes is text
    findings = list(bare.findings)
    out, done, brackets = "", 0, Brackets()
    for found in FLOW_KEY.finditer(masked):
        brackets.read(masked[brackets.end : found.start() + 1])
        if brackets.innermost == "{":
            key = _key(found, at_end=masked[found.end() : found.end() + 1] in {"", ",", "}"})
            before, signs = found["lead"], found["lead"].strip()
            if signs not in "{,":
                message = text("A full-width “{sign}” separates the keys.", sign=signs)
                findings.append(Misspelling(signs, message))
                before = ", "
            out, done = f"{out}{bare.line[done : found.start()]}{before}{key.line}", found.end()
            findings += key.findings
    return Repair(out + bare.line[done:], tuple(findings))


def _with_plain_brackets(value: str) -> Repair:
    first, last = WIDE_BRACKETS.get(value[0]), value.rstrip()[-1]
    if first is None:
        return Repair(value)
    end = len(value.rstrip()) - (WIDE_BRACKETS.get(last, last) == CLOSING[first])
    message = text("The bracket “{sign}” is full-width.", sign=value[0])
    return Repair(f"{first}{value[1:end]}{CLOSING[first]}", (Misspelling(value[0], message),))


class Brackets:
    """The brackets that are open at the end of a text, which is read piece by piece."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.end = 0

    @property
    def innermost(self) -> str:
        """The bracket of a list, that of a mapping, or nothing."""
        return self.opened[-1] if self.opened else ""

    def read(self, piece: str) -> None:
        self.end += len(piece)
        for sign in piece:
            if sign in CLOSING:
                self.opened.append(sign)
            elif self.opened and sign == CLOSING[self.opened[-1]]:
                self.opened.pop()


def repairs(line: str) -> Iterator[Repair]:
    """Corrections of a line that YAML refuses, the most likely first."""
    parts = line_parts(line)
    before, name, value = parts.start + parts.key, parts.name, parts.value.rstrip()
    if value[:1] in {'"', "'"}:
        yield from (Repair(f"{before}{one.line}", one.findings) for one in _quotes(value))
    elif value[:1] in CLOSING:
        if _closes_early(value):
            message = text("The value needs quotes because of its “{sign}”.", sign=value[0])
            yield Repair(f"{before}{quoted(value)}", (Misspelling(value, message),))
        message = text("The brackets do not match.")
        yield Repair(f"{before}{_with_closed_brackets(value)}", (Misspelling(value, message),))
    elif value.startswith("- "):
        message = text("A list cannot begin behind “{name}”.", name=name)
        yield Repair(f"{before}[{value[2:]}]", (Misspelling(value, message),))
    elif SPLIT_TIME.search(value):
        message = text("There is a space within the time.")
        yield Repair(f"{before}{SPLIT_TIME.sub(':', value)}", (Misspelling(value, message),))
    elif sign := _sign_that_needs_quotes(value):
        message = text("The value needs quotes because of its “{sign}”.", sign=sign)
        yield Repair(f"{before}{quoted(value)}", (Misspelling(value, message),))
    if not name and (found := WITHOUT_COLON.fullmatch(value)):
        message = text("There is no colon after “{name}”.", name=found["key"])
        yield Repair(f"{before}{found['key']}: {found['value']}", (Misspelling(found["key"], message),))
    if name and value and value[0] not in CLOSING:
        message = text("The value cannot be read without quotes.")
        yield Repair(f"{before}{quoted(value)}", (Misspelling(value, message),))


def _quotes(value: str) -> Iterator[Repair]:
    """Corrections of a value that begins with a quote."""
    whole = QUOTED.match(value)
    if not whole:
        yield Repair(quoted(value[1:].rstrip("\"'“”‘’")), (Misspelling(value, text("The quote is not closed.")),))
    elif whole.end() < len(value):
        inner = value[1:-1] if value[-1] == value[0] else value
        yield Repair(quoted(inner), (Misspelling(value, text("Text follows the closing quote.")),))
    elif "\\" in value:
        yield Repair(quoted(value[1:-1]), (Misspelling("\\", text("A backslash is no text between double quotes.")),))


def _with_closed_brackets(value: str) -> str:
    """The value with a closing bracket for each opening one, and without others."""
    opened: list[str] = []
    out = ""
    for piece in BRACKET_OR_TEXT.findall(value):
        if piece in CLOSING.values():
            out += CLOSING[opened.pop()] if opened else ""
            continue
        if piece in CLOSING:
            opened.append(piece)
        out += piece
    return out.rstrip(", ") + "".join(CLOSING[sign] for sign in reversed(opened)) if opened else out


def _closes_early(value: str) -> bool:
    """Whether text follows the bracket that closes the first one."""
    end = value.find(CLOSING[value[0]])
    return 0 < end < len(value) - 1 and not set(value[1:end]) & {*CLOSING, '"', "'"}


def _sign_that_needs_quotes(value: str) -> str:
    if value[:1] in RESERVED:
        return value[:1]
    return ": " if ": " in value else ":" if value.endswith(":") else ""


def quoted(value: str) -> str:
    """The value in quotes that need no other sign to change, or else in single quotes."""
    return f'"{value}"' if '"' not in value and "\\" not in value else "'" + value.replace("'", "''") + "'"
