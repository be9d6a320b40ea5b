"""Commands and groups with help in Vietnamese, the two options everything has, and wrong use said in one sentence.

Knows how a command line is written. Refuses to know what any command does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from chitieu.words import say, visible

HOME, DEBUG = "chitieu.home", "chitieu.debug"
"""What `--home` and `--debug` said, wherever on the line they stood: the innermost speaks."""


class _Vietnamese(click.Command):
    """Help in Vietnamese."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as fault:
            fault.ctx = fault.ctx or ctx
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=say("cli.usage"))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        self.options_metavar = say("cli.options-metavar")
        return super().collect_usage_pieces(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
        rows = [(name, text.replace("[required]", say("cli.required"))) for name, text in records]
        with formatter.section(say("cli.options")):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("cli.help")
        return option

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write_paragraph()
            formatter.write(say("cli.examples") + "\n")
            for line in self.epilog.strip().splitlines():
                formatter.write(f"  {line}\n")


class Command(_Vietnamese):
    """One command."""


class Group(_Vietnamese, click.Group):
    """A group whose members are imported when they are asked for, or added by their decorator.

    `otherwise` is the member that is meant where the line names none.
    """

    command_class = Command

    def __init__(
        self, *arguments: Any, members: Mapping[str, str] | None = None, otherwise: str = "", **options: Any
    ) -> None:
        options["subcommand_metavar"] = say("cli.maybe-command" if otherwise else "cli.command-metavar")
        super().__init__(*arguments, **options)
        self.params += shared_options()
        self._members, self._otherwise = dict(members or {}), otherwise

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = any(name in args for name in (*self.list_commands(ctx), *ctx.help_option_names))
        if self._otherwise and not named and all(one.startswith("-") for one in args[:1]):
            args = [self._otherwise, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._members, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._members.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(say("cli.commands")):
            formatter.write_dl([(name, say(f"cli.{self._key(ctx, name)}.short")) for name in self.list_commands(ctx)])

    def _key(self, ctx: click.Context, name: str) -> str:
        path = ctx.command_path.split()[1:]
        return ".".join([*path, name])


def shared_options() -> list[click.Parameter]:
    """`--home` and `--debug`: every command and every group has them, and they may stand before or after its name."""

    def remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value is not None:
            ctx.meta[HOME if param.name == "home" else DEBUG] = value

    kept: dict[str, Any] = {"expose_value": False, "callback": remember, "default": None}
    return [
        click.Option(["--home"], metavar=say("cli.folder"), help=say("cli.home"), **kept),
        click.Option(["--debug"], is_flag=True, flag_value=True, help=say("cli.debug"), **kept),
    ]


def say_usage(fault: click.ClickException) -> str:
    """A wrong use of a command in one sentence, with where to read on; a group without a command gives its help."""
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return fault.message
    ctx = getattr(fault, "ctx", None)
    path = ctx.command_path if ctx is not None else "chitieu"
    return say("cli.see-help", fault=_fault(fault), command=path)


def _fault(fault: click.ClickException) -> str:
    if isinstance(fault, click.NoSuchOption):
        if re.fullmatch("-[0-9]+", fault.option_name):
            return say("cli.negative", given=fault.option_name)
        return say("cli.no-such-option", option=fault.option_name)
    if isinstance(fault, click.exceptions.NoSuchCommand):
        return say("cli.no-such-command", given=fault.command_name)
    if isinstance(fault, click.MissingParameter):
        return say("cli.missing", option=_named(fault.param))
    if isinstance(fault, click.BadParameter):
        named, kind = _named(fault.param), getattr(fault.param, "type", None)
        if isinstance(kind, click.Choice):
            return say("cli.bad-choice", option=named, choices=", ".join(map(str, kind.choices)))
        return say("cli.bad-value", option=named, reason=visible(fault.message).removesuffix("."))
    if isinstance(fault, click.BadOptionUsage):
        known = {name for param in (fault.ctx.command.params if fault.ctx else ()) for name in _valued(param)}
        key = "cli.no-value" if fault.option_name in known else "cli.takes-no-value"
        return say(key, option=fault.option_name)
    return say("cli.too-many")


def _valued(param: click.Parameter) -> list[str]:
    return param.opts if isinstance(param, click.Option) and not param.is_flag else []


def _named(param: click.Parameter | None) -> str:
    """What a person calls a parameter: the option, or the word of the usage line."""
    if isinstance(param, click.Option):
        return param.opts[0]
    return str(param.metavar or param.name or "").strip("[]") if param is not None else ""
