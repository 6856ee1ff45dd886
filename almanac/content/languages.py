"""The language in the name of a file: `about.en.md` is `about.md` in English."""

from __future__ import annotations

import re

TAGGED = re.compile(r"(?P<key>.+)\.(?P<language>[a-z]{2}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?)")


def divided(key: str) -> tuple[str, str]:
    """The key and the language (BCP 47) of a file's key; the language is empty if the name has none."""
    found = TAGGED.fullmatch(key)
    return (found["key"], found["language"]) if found else (key, "")
