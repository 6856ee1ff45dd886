"""Questions to a person at the terminal. Click's own `confirm` speaks English."""

from __future__ import annotations

import click

from almanac.cli.app import Context
from almanac.core.problems import Text, text

YES = frozenset({"是", "好", "对", "y", "yes"})
NO = frozenset({"否", "不", "n", "no"})


def agreed(context: Context, question: Text, *, default: bool) -> bool:
    """Whether a person answers yes; the question is repeated until the answer is yes or no."""
    words = context.words(text("{question} (y yes, n no)", question=question))
    while True:
        answer = str(click.prompt(words, default="y" if default else "n", err=True)).strip().lower()
        if answer in YES | NO:
            return answer in YES
