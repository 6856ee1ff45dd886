"""Edits the files of events key by key: what does not change stays as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from almanac.content.front_matter_text import FENCE, QUESTION, file_text, key_lines, question_lines
from almanac.content.frontmatter import Document, Tree, read_document
from almanac.core.problems import Problem


def edited_text(
    content: str, changes: Mapping[str, Tree], questions: Iterable[str] | None, body: str | None = None
) -> str:
    """The file with some keys changed; the other lines and the comments stay, and new keys come last.

    A change to None removes the key. `questions` replace the questions of the file; None keeps them. A front matter
    whose lines cannot be replaced one by one, such as one in braces, is written anew.
    """
    document = parsed(content)
    wanted = {key: value for key, value in {**document.tree, **changes}.items() if value is not None}
    asked = _questions(content) if questions is None else list(questions)
    body = document.body if body is None else body
    text = f"{FENCE}{question_lines(asked)}{_changed_head(content, document, changes)}{FENCE}{body}"
    result = read_document("", text.encode())
    if isinstance(result, Document) and result.tree == wanted:
        return text
    return file_text(wanted, body, asked)


def _questions(content: str) -> list[str]:
    return [line.removeprefix(QUESTION) for line in content.split("\n") if line.startswith(QUESTION)]


def _changed_head(content: str, document: Document, changes: Mapping[str, Tree]) -> str:
    """The lines of the front matter without its questions, and with new lines for the keys that change."""
    lines = content.split("\n")[1 : document.body_line - 2]
    begins = sorted((line - 2, str(key[0])) for key, line in document.lines.items() if len(key) == 1)
    ends = [*(begin for begin, _ in begins[1:]), len(lines)]
    kept = lines[: begins[0][0]] if begins else lines
    for (begin, key), end in zip(begins, ends, strict=True):
        kept += _changed_lines(lines[begin:end], key, changes)
    kept = [line for line in kept if not line.startswith(QUESTION.rstrip())]
    added = (
        key_lines(key, value) for key, value in changes.items() if value is not None and (key,) not in document.lines
    )
    return "".join(f"{line}\n" for line in kept) + "".join(added)


def _changed_lines(lines: list[str], key: str, changes: Mapping[str, Tree]) -> list[str]:
    """The lines of one key, or their replacement. Comments and blank lines after it stay."""
    if key not in changes:
        return lines
    last = max(place for place, line in enumerate(lines) if place == 0 or (line.strip() and not line.startswith("#")))
    value = changes[key]
    return [*(key_lines(key, value).rstrip("\n").split("\n") if value is not None else []), *lines[last + 1 :]]


def parsed(content: str) -> Document:
    """The document of a file that was read without problems before. Raises TypeError for any other."""
    document = read_document("", content.encode())
    if isinstance(document, Problem):
        raise TypeError(document)
    return document
