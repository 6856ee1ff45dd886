"""Changes of single keys in words: `Venue: library → museum`."""

from __future__ import annotations

from datetime import date, datetime

from almanac.core.problems import Text, Translate, text
from almanac.model.differences import KeyChange, TimeSpan, Value
from almanac.site.dates import DateWords


class ChangeWords:
    """Writes changes in one language."""

    def __init__(self, translate: Translate) -> None:
        self.translate = translate
        self.dates = DateWords(translate)

    def line(self, change: KeyChange) -> str:
        """One change: `Venue: library → museum`."""
        label = " · ".join(self.word(label) if isinstance(label, Text) else label for label in change.labels)
        if change.lines:
            return self.word(
                text(
                    "{label}: {added} lines new, {removed} gone",
                    label=label,
                    added=change.lines.added,
                    removed=change.lines.removed,
                )
            )
        if change.before is None or change.after is None:
            message = text("{label}: new: {value}") if change.before is None else text("{label}: gone: {value}")
            value = self.value(change.after if change.before is None else change.before)
            return self.word(Text(message.message, {"label": label, "value": value}))
        before, after = self.both(change.before, change.after)
        return self.word(text("{label}: {before} → {after}", label=label, before=before, after=after))

    def both(self, before: Value, after: Value) -> tuple[str, str]:
        """Two values before and after; two times of one day are shown by their hours alone."""
        if isinstance(before, TimeSpan) and isinstance(after, TimeSpan) and on_one_day(before, after):
            return self.dates.hours(before.start, before.end), self.dates.hours(after.start, after.end)
        return self.value(before), self.value(after)

    def value(self, value: Value) -> str:
        if isinstance(value, TimeSpan):
            return self.dates.span(value.start, value.end)
        if isinstance(value, tuple):
            return self.translate(", ").join(value)
        if isinstance(value, date):
            return self.dates.moment(value)
        return self.word(value) if isinstance(value, Text) else value or ""

    def word(self, message: Text) -> str:
        return message.show(self.translate)


def on_one_day(before: Value, after: Value) -> bool:
    """Whether two values are times of one day."""
    if not isinstance(before, TimeSpan) or not isinstance(after, TimeSpan):
        return False
    moments = (before.start, before.end or before.start, after.start, after.end or after.start)
    return (
        all(isinstance(moment, datetime) for moment in moments)
        and len({f"{moment:%Y-%m-%d}" for moment in moments}) == 1
    )
