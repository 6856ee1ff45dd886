"""Messages of checking for people who see a form and no file: keys by their labels, and no lines of YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from almanac.content.form_fields import FormField, form_fields
from almanac.core.problems import Text, Translate, text

LABELLED = text("{label} ({key})")

# What a form says in place of a message about the text of a file.
IN_A_FORM: Mapping[str, Text] = {
    "Write start: 2026-12-05 14:00, or a list of sessions.": text("Give the day and the hour, or add sessions."),
    "The first date of this rule is {first}: write it as the start.": text("The first date is {first}: begin then."),
    "This repeat needs either UNTIL or COUNT, or it never ends.": text("This repeat has no last day."),
    "Add ;UNTIL=20270331 (the last day) or ;COUNT=10.": text("Choose its last day."),
    "Choose a nearer UNTIL.": text("Choose a nearer last day."),
    "Choose a nearer UNTIL or a smaller COUNT.": text("Choose a nearer last day."),
    "Choose another time or place. If both have room: ignore: {{venue-clash: the reason}}.": text(
        "Choose another time or place. If both have room, give that as the reason below “Ignored warnings”."
    ),
    "Delete one of the two files. If these are two events: ignore: {{near-duplicate: the difference}}.": text(
        "Write it once only. If these are two events, give the difference below “Ignored warnings”."
    ),
    "Write the landline of an office. If it is the mobile of an office: ignore: {{private-number: the reason}}.": text(
        "Write the landline of an office. If it is the mobile of an office, say so below “Ignored warnings”."
    ),
    "Check the time and the name. If these are two people: ignore: {{speaker-clash: the reason}}.": text(
        "Check the time and the name. If these are two people, say so below “Ignored warnings”."
    ),
    "Choose another day, or add it to except. If the day is right: ignore: {{make-up-workday: the reason}}.": text(
        "Choose another day. If the day is right, give the reason below “Ignored warnings”."
    ),
    "Write updated: {moment}, or leave the key out: git knows the last change.": text(
        "Write {moment} as the day of the last change."
    ),
    "Say in a few words what the picture shows: cover_alt: …": text("Say in a few words what the picture shows."),
    "Add a file content/venues/{name}.md, or write the place itself: venue: {{name: {name}}}": text(
        "Of a place that is not registered, write the name and the address."
    ),
}
# Messages about keys of a file: their readers need the key beside its label.
ABOUT_KEYS = frozenset({"There is no key “{name}”.", "The key “{name}” stands here a second time."})
NAMES = ("name", "key", "known", "keys")  # placeholders whose values are keys or values of keys


class FormWords(msgspec.Struct, frozen=True):
    """The words of a form: the translation, the labels of keys, and the words of their values.

    A key below another one has its name with dots between them.
    """

    translate: Translate
    labels: Mapping[str, str]
    values: Mapping[str, str]

    def template(self, message: str) -> str:
        """A translated message, its placeholders as they are, in which keys have their labels."""
        replaced = IN_A_FORM.get(message)
        return self._labelled(self.translate(replaced.message if replaced else message))

    def show(self, message: Text, *, with_keys: bool = False) -> str:
        """A message. With `with_keys` a key follows its label in brackets."""
        values = {name: self._value(name, value, with_keys=with_keys) for name, value in message.values.items()}
        return Text(message.message, values).show(self.template)

    def _value(self, name: str, value: object, *, with_keys: bool) -> object:
        if isinstance(value, Text):
            return self.show(value, with_keys=with_keys)
        if name == "line" and isinstance(value, str):
            return self._labelled(value)
        if name not in NAMES or not isinstance(value, str):
            return value
        named = [self._named(one, with_keys=with_keys) for one in value.split(", ")]
        return self.translate(", ").join(named)

    def _named(self, word: str, *, with_keys: bool) -> str:
        label = self.labels.get(word) or self.labels.get(word.rpartition(".")[2] if "." in word else "")
        if label is None:
            return self.values.get(word, word)
        return self.translate(LABELLED.message).format(label=label, key=word) if with_keys else label

    def _labelled(self, words: str) -> str:
        """Words in which `key:`, and a key that stands alone among Chinese words, have their labels."""
        begun = self.translate("{name}: {message}")

        def with_value(found: re.Match[str]) -> str:
            value = found["value"] or ""
            return begun.format(name=self.labels[found["key"]], message=self.values.get(value, value))

        def alone(found: re.Match[str]) -> str:
            label = self.labels[found["key"]]
            return label if words[: found.start()].endswith("“") else f"“{label}”"

        words = self._pattern(r"\s?[（(]{key}[)）]").sub("", words)
        words = self._pattern(r"(?<![\w{{./-]){key}:\s*(?P<value>[a-z]+\b)?").sub(with_value, words)
        return self._pattern(r"(?<=[^\x00-\x7f])\s?{key}\s?(?=[^\x00-\x7f]|$)").sub(alone, words)

    def _pattern(self, pattern: str) -> re.Pattern[str]:
        keys = sorted(self.labels, key=len, reverse=True)
        return re.compile(pattern.format(key=f"(?P<key>{'|'.join(map(re.escape, keys))})"))


def form_words(declared: type, translate: Translate) -> FormWords:
    """The words of the form of a kind of record."""
    labels: dict[str, str] = {}
    values: dict[str, str] = {}

    def add(fields: tuple[FormField, ...], within: str) -> None:
        for field in fields:
            labels.setdefault(field.key, field.label)
            labels[within + field.key] = field.label
            values.update({value: word for value, word in field.choices if word != value})
            add(field.fields, f"{within}{field.key}.")

    add(form_fields(declared, translate), "")
    return FormWords(translate, labels, values)
