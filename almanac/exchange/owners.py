"""Who reviews a change of each file on a code platform: the file CODEOWNERS, from the registry of organisers.

GitHub and GitLab read patterns like those of .gitignore, and the last line that fits a file counts. Gitea and Forgejo
read Go's regular expressions with each backslash doubled, and every line that fits counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from almanac.exchange.contents import SiteContents

Platform: TypeAlias = Literal["github", "gitlab", "gitea"]


def code_owners(contents: SiteContents, platform: Platform, others: Iterable[str]) -> Iterator[str]:
    """The lines of CODEOWNERS: `others` own all files but those of organisers with accounts, and of their events.

    Organisers that hold an event together own it together. An event of which no organiser has an account, a new file
    and a file with problems are left to `others`.
    """
    if everything := _mentions(others):
        yield f"{'.*' if platform == 'gitea' else '*'} {everything}"
    for record in contents.organisers.values():
        if accounts := _mentions(record.fields.accounts):
            yield f"{_pattern(record.path, platform)} {accounts}"
    registry = contents.registries.of("organisers")
    for event in sorted(contents.events, key=lambda event: event.record.path):
        keys = [registry.key_of(name) for name in event.record.fields.organiser]
        known = [contents.organisers[key] for key in keys if key is not None and key in contents.organisers]
        if accounts := _mentions(account for one in known for account in one.fields.accounts):
            yield f"{_pattern(event.record.path, platform)} {accounts}"


def _mentions(accounts: Iterable[str]) -> str:
    """Accounts as platforms name them; a mail address needs no sign before it."""
    return " ".join(one if "@" in one else f"@{one}" for one in dict.fromkeys(accounts))


def _pattern(path: str, platform: Platform) -> str:
    """A pattern of one file. GitHub cannot escape what has a meaning in patterns, so any one character fits there."""
    if platform == "gitea":
        return re.sub(r"([.+*?()|\[\]{}^$])", r"\\\\\1", path).replace("#", r"\#").replace(" ", r"\ ")
    return "/" + re.sub(r"[\\#*?\[\]!]", "?", path).replace(" ", r"\ ")
