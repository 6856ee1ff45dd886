"""Explains an error of pydantic to an author: the fault, and the right value if it is known."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

import msgspec
from pydantic_core import ErrorDetails

from almanac.content.declarations import annotation, as_yaml, declared_keys, nested_in
from almanac.content.fields import Field, Words
from almanac.content.values import Misspelt
from almanac.core.problems import Text, Unreadable, did_you_mean, text

YES = ("是", "是的", "对", "有", "已", "已举办", "举办了", "√", "✓", "yes", "y")
NO = ("否", "不", "不是", "无", "没有", "未", "未举办", "没举办", "×", "no", "n")
FLAGS = {**dict.fromkeys(YES, "true"), **dict.fromkeys(NO, "false")}
LIKENESS = 0.6  # of a wrong key and a guess, from 0 to 1
NUMBER = re.compile(r"\D*?(-?\d+(?:\.\d+)?)\D*")


class Explanation(msgspec.Struct, frozen=True):
    """The message and the hint for an error; `correct` is the right value or key, or a likely one if `guessed`."""

    message: Text
    hint: Text | None = None
    correct: str | tuple[str, ...] | None = None  # several values were written as one
    guessed: bool = False

    def correct_in(self, *, is_entry: bool) -> str:
        """The right words: several values become entries of the list that is there, or a list of their own."""
        if self.correct is None or isinstance(self.correct, str):
            return self.correct or ""
        entries = ", ".join(self.correct)
        return entries if is_entry else f"[{entries}]"


def explain(  # noqa: PLR0911 - one return for each kind of error
    detail: ErrorDetails, name: str, scope: type
) -> Explanation:
    """The explanation of an error at the key `name`, with dots between its parts, which `scope` declares."""
    key = name.rpartition(".")[2]
    raised = detail.get("ctx", {}).get("error")
    written = str(detail["input"])
    example = _example(scope, key)
    match detail["type"]:
        case "value_error" if isinstance(raised, Unreadable):
            correct = raised.correct if isinstance(raised, Misspelt) else None
            message = text("{name}: {message}", name=name, message=raised.message)
            return Explanation(message, raised.hint or example, correct)
        case "missing":
            return Explanation(text("The key “{name}” is missing.", name=name), _missing(scope, name) or example)
        case "unexpected_keyword_argument":
            return _unknown_key(name, scope, written)
        case "literal_error":
            return _unknown_value(detail, name, scope)
        case "int_parsing" | "int_from_float" | "float_parsing" | "int_type" | "float_type":
            number = NUMBER.fullmatch(unicodedata.normalize("NFKC", written))
            message = text("{name}: “{value}” is not a number.", name=name, value=detail["input"])
            return Explanation(message, example, number[1] if number else None)
        case "bool_parsing" | "bool_type":
            message = text("{name}: “{value}” is neither true nor false.", name=name, value=detail["input"])
            return Explanation(message, example, FLAGS.get(written.strip().lower()))
        case "string_type":
            return Explanation(text("{name}: one line of text belongs here.", name=name), example)
        case _:
            return Explanation(text("{name}: this does not have the form that belongs here.", name=name), example)


def _unknown_key(name: str, scope: type, value: str) -> Explanation:
    key = name.rpartition(".")[2]
    known = declared_keys(scope)
    message = text("There is no key “{name}”.", name=name)
    inside = [one for one in known if (nested := nested_in(scope, one)) and key in declared_keys(nested)]
    if len(inside) == 1:
        line = f"{inside[0]}: {{{key}: {value}}}"
        return Explanation(message, text("It belongs below “{key}”: {line}", key=inside[0], line=line))
    guess = did_you_mean(key, known)
    if guess and SequenceMatcher(None, key, str(guess.values["name"])).ratio() >= LIKENESS:
        return Explanation(message, guess, str(guess.values["name"]), guessed=True)
    return Explanation(message, text("Known keys: {keys}.", keys=", ".join(known)))


def _unknown_value(detail: ErrorDetails, name: str, scope: type) -> Explanation:
    known = str(detail.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
    written = str(detail["input"])
    message = text("{name}: “{value}” is not one of {known}.", name=name, value=written, known=", ".join(known))
    words = annotation(scope, name.rpartition(".")[2], Words)
    if correct := words.values.get("".join(written.split())) if words else None:
        return Explanation(message, None, correct)
    guess = did_you_mean(written, known)
    return Explanation(message, guess, str(guess.values["name"]) if guess else None, guessed=True)


def _example(scope: type, key: str) -> Text | None:
    declared = annotation(scope, key, Field)
    if declared is None or declared.example is None:
        return None
    return text("{help} For example: {example}", help=Text(declared.help), example=as_yaml(declared.example))


def _missing(scope: type, name: str) -> Text | None:
    """What to add for a missing key; None below other keys, whose form is not known here."""
    declared = annotation(scope, name, Field) if "." not in name else None
    if declared is None or declared.example is None:
        return None
    line = f"{name}: {as_yaml(declared.example)}"
    return text("{help} Add a line such as: {line}", help=Text(declared.help), line=line)
