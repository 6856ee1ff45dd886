"""What `import` shows and asks: the unknown names, a preview, the changes, and the sum of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from almanac.cli.app import Context
from almanac.cli.display import FigureTable, show_tables
from almanac.cli.questions import agreed
from almanac.content.names import folded
from almanac.core.problems import Text, text
from almanac.exchange.contents import SiteContents
from almanac.exchange.importing import preview_row, questions_of
from almanac.exchange.incoming import IncomingEvent, key_label
from almanac.exchange.merge import FileChange, ImportPlan
from almanac.exchange.reading import FileEvents
from almanac.exchange.registries import hint
from almanac.exchange.unknown_names import UnknownName

PREVIEWED = 20  # rows of a preview


def confirmed(context: Context, contents: SiteContents, plan: ImportPlan) -> bool:
    """Whether a person at the terminal agrees to the changes of a preview. Nobody is asked if nothing changes."""
    changes = [change for change in plan.changes if change.kind != "unchanged"]
    if not changes or not sys.stdin.isatty():
        return True
    columns = (text("Row"), text("Title"), text("Date"), text("Place"), text("State"))
    rows = [_preview(context, contents, change) for change in changes[:PREVIEWED]]
    show_tables(context.words, [FigureTable(text("What is written"), columns, rows)])
    if len(changes) > PREVIEWED:
        context.say(text("… and {count} more.", count=len(changes) - PREVIEWED))
    return agreed(context, text("Write these files?"), default=True)


def _preview(context: Context, contents: SiteContents, change: FileChange) -> tuple[str, ...]:
    row = preview_row(contents, change)
    return str(row.row), row.title, str(row.day or "–"), row.place or "–", context.words(row.state)


def show_plan(context: Context, name: str, found: FileEvents, plan: ImportPlan, unknown: list[UnknownName]) -> None:
    """Prints every new or changed file with its questions and notes, and the events without a file."""
    for change in plan.changes:
        if change.kind == "unchanged" and not change.conflicts:
            continue
        click.echo(context.words(_headline(change, context)))
        _show_each(context, questions_of(change, unknown))
        _show_each(context, change.event.notes if change.kind == "new" else (), mark="·")
    for skipped in plan.skipped:
        place = _place(name, skipped.event)
        click.echo(context.words(text("Left out: {place}, “{title}”.", place=place, title=skipped.event.title)))
        _show_each(context, (skipped.reason,))
    for row in found.skipped:
        place = f"{name}:{row.number}"
        click.echo(context.words(text("Left out: {place}, “{title}”.", place=place, title=row.shown)))
        _show_each(context, (row.reason,))
    for remark in found.remarks:
        hint = remark.option
        message = text("{message} {hint}", message=remark.message, hint=hint) if hint else remark.message
        _show_each(context, (message,), mark="·")


def show_gone(context: Context, plan: ImportPlan, *, asks: bool) -> None:
    """Prints the events that the source no longer has. If it `asks`, a person confirms that the file is complete."""
    if asks:
        question = text(
            "{count} of {known} events of this source are gone: is the file complete?",
            count=len(plan.gone),
            known=plan.known,
        )
        if not sys.stdin.isatty():
            context.say(text("{question} If it is, import it again with --complete.", question=question))
            return
        if not agreed(context, question, default=False):
            return
    for path in plan.gone:
        message = text(
            "{path}: the source no longer has it. If the event is cancelled, write status: cancelled.", path=path
        )
        click.echo(context.words(message))


def _show_each(context: Context, messages: Iterable[Text], mark: str = "?") -> None:
    for message in messages:
        click.echo(f"    {mark} {context.words(message)}")


def _headline(change: FileChange, context: Context) -> Text:
    match change.kind:
        case "new" if change.event.questions:
            return text("New, a draft: {path} (row {row})", path=change.path, row=change.event.row)
        case "new":
            return text("New: {path} (row {row})", path=change.path, row=change.event.row)
        case "updated" if change.keys:
            keys = "、".join(context.words(key_label(key)) for key in change.keys)
            return text("Updated: {path} (row {row}): {keys}", path=change.path, row=change.event.row, keys=keys)
        case _:
            return text("Kept: {path} (row {row})", path=change.path, row=change.event.row)


def _place(name: str, event: IncomingEvent) -> str:
    return f"{name}（{event.sheet}）:{event.row}" if event.sheet else f"{name}:{event.row}"


def sum_up(context: Context, plan: ImportPlan, *, dry_run: bool) -> None:
    """Prints how many files are new, updated and unchanged, and what to do next."""
    counts = {kind: sum(change.kind == kind for change in plan.changes) for kind in ("new", "updated", "unchanged")}
    drafts = sum(bool(change.event.questions) for change in plan.changes if change.kind == "new")
    context.say(
        text("{new} new ({drafts} of them drafts), {updated} updated, {unchanged} unchanged.", drafts=drafts, **counts)
    )
    if dry_run:
        context.say(text("Nothing was written: this was a dry run."))
    elif drafts:
        context.say(
            text(
                "To settle a draft, open its file and answer the lines that begin with “#?”. "
                "Then delete those lines and “draft: true”."
            )
        )
    if counts["new"] or counts["updated"]:
        context.say(text("Then check the site: {program} check", program=context.program))


def ask_names(context: Context, contents: SiteContents, unknown: Iterable[UnknownName]) -> dict[str, str]:
    """What a person at the terminal answers about each unknown name: one question for all rows that write it."""
    answers = {}
    for one in unknown:
        registry = contents.registries.of(one.folder)
        question = text(
            "{rows} rows, {column}: “{name}” is not known. Which name is meant? (- leaves it open)",
            rows=one.rows,
            column=one.header,
            name=one.name,
        )
        while True:
            answer = str(click.prompt(context.words(question), default=one.suggestion or "-", err=True)).strip()
            if answer == "-":
                break
            if registry.key_of(answer):
                answers[folded(one.name)] = answer
                break
            context.say(hint(registry, answer) or text("“{name}” is not known.{hint}", name=answer, hint=""))
    return answers


def show_unknown_names(context: Context, unknown: Iterable[UnknownName]) -> None:
    """Prints one line for each unknown name of several rows, with the option that settles it for all of them."""
    for one in (one for one in unknown if one.rows > 1):
        message = text(
            "{rows} rows, {column}: “{name}” is not known. To settle all of them: --name {name}={suggestion}",
            rows=one.rows,
            column=one.header,
            name=one.name,
            suggestion=one.suggestion or "…",
        )
        click.echo(context.words(message))
