"""What is wrong with a command line, in the language of the command. Click's own messages are English."""

from __future__ import annotations

import click

from almanac.cli.help import USAGE_PREFIX, translator_of
from almanac.core.problems import Text, did_you_mean, text


def usage_report(error: click.UsageError) -> str:
    """The usage of the verb, what is wrong, and how to ask for help."""
    ctx = error.ctx or click.Context(click.Command(None))
    translate = translator_of(ctx)
    pieces = " ".join(ctx.command.collect_usage_pieces(ctx))
    usage = f"{translate(USAGE_PREFIX.message)}{ctx.command_path} {pieces}"
    wrong = _wrong(error, ctx)
    help_ = text("Every option is explained by: {command} --help", command=ctx.command_path)
    return "\n".join([usage, wrong.show(translate), help_.show(translate)])


def _wrong(error: click.UsageError, ctx: click.Context) -> Text:  # noqa: PLR0911 - one return for each kind of error
    match error:
        case click.NoSuchOption():
            known = [name for parameter in ctx.command.get_params(ctx) for name in parameter.opts]
            options = [name for name in known if name.startswith("-")]
            return _with(text("There is no option {name}.", name=error.option_name), error.option_name, options)
        case click.NoSuchCommand():
            known = ctx.command.list_commands(ctx) if isinstance(ctx.command, click.Group) else []
            return _with(text("There is no verb {name}.", name=error.command_name), error.command_name, known)
        case click.MissingParameter() if error.param:
            return text("{name} is missing.", name=_name(error.param, ctx))
        case click.BadParameter() if error.param:
            return text("{name}: {message}", name=_name(error.param, ctx), message=_belongs(error.param.type))
        case click.BadOptionUsage() if _is_flag(error.option_name, ctx):
            return text("{name} takes no value.", name=error.option_name)
        case click.BadOptionUsage():
            return text("{name} takes a value, which is missing.", name=error.option_name)
        case _ if isinstance(ctx.command, click.Group):
            return text("A verb is missing.")
        case _:
            return text("There are more words here than this verb takes.")


def _with(message: Text, written: str, known: list[str]) -> Text:
    hint = did_you_mean(written, known)
    return text("{message} {hint}", message=message, hint=hint) if hint else message


def _name(parameter: click.Parameter, ctx: click.Context) -> str:
    """An option as it is written, or the name of an argument as the usage shows it."""
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.make_metavar(ctx).strip("[]")


def _is_flag(name: str, ctx: click.Context) -> bool:
    return any(
        isinstance(parameter, click.Option) and parameter.is_flag and name in parameter.opts
        for parameter in ctx.command.get_params(ctx)
    )


def _belongs(type_: click.ParamType[object]) -> Text:  # noqa: PLR0911 - one return for each type
    """What may be written as a value of this type."""
    match type_:
        case click.Choice():
            return text("write one of {known}.", known=", ".join(map(str, type_.choices)))
        case click.IntRange() if type_.max is not None:
            return text("write a whole number from {min} to {max}.", min=type_.min, max=type_.max)
        case click.IntRange():
            return text("write a whole number from {min} on.", min=type_.min)
        case click.ParamType(name="integer"):
            return text("write a whole number.")
        case click.Path() if not type_.dir_okay:
            return text("write the name of a file, and not of a folder.")
        case click.Path():
            return text("write the name of a folder that exists.")
        case _:
            return text("write a moment such as 2026-12-05T14:00, or with an offset 2026-12-05T14:00+08:00.")
