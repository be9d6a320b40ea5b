"""What every command shares: Vietnamese help, common options, problems said, the clock at the edge.

The environment is read here and nowhere else: `CHITIEU_HOME`, and `CHITIEU_NOW` for a fixed moment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import click

from chitieu import period as periods
from chitieu.period import Period
from chitieu.problem import Problem, Weight, problem, refusals, worst
from chitieu.walk import Workspace, open_workspace
from chitieu.words import say, visible

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FORMATS = ("table", "json", "csv")


class Damage(Exception):
    """Leaves a command with a status after its problems were said."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Vietnamese(click.Command):
    """Help in Vietnamese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=say("cli.usage"))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        self.options_metavar = say("cli.options-metavar")
        return super().collect_usage_pieces(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        rows = [record for option in options if (record := option.get_help_record(ctx)) is not None]
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
    """A group whose members are imported when they are asked for, or added by their decorator."""

    command_class = Command

    def __init__(self, *arguments: Any, members: Mapping[str, str] | None = None, **options: Any) -> None:
        options["subcommand_metavar"] = say("cli.command-metavar")
        super().__init__(*arguments, **options)
        self._members = dict(members or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._members, *super().list_commands(ctx)]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when a command runs."""

    home: Path
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    def workspace(self) -> Workspace:
        """The workspace, opened and proved; its warnings are said. Leaves the command where it cannot be used."""
        workspace, problems = open_workspace(self.home)
        say_problems(problems)
        if workspace is None:
            raise Damage(worst(problems))
        return workspace


def now() -> datetime:
    """The moment, in the zone of the country; `CHITIEU_NOW` fixes it."""
    fixed = os.environ.get("CHITIEU_NOW")
    if not fixed:
        return datetime.now(ZONE).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(fixed)
    except ValueError:
        leave([problem("BAD-NOW", value=fixed, weight=Weight.MISUSED)])
    return moment.astimezone(ZONE) if moment.tzinfo else moment.replace(tzinfo=ZONE)


def command(key: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options every command has; its function gets a `Setting` first."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(home: str, debug: bool, **given: Any) -> Any:
            return function(Setting(home=Path(home), now=now()), **given)

        run.__name__, run.__doc__ = function.__name__, function.__doc__
        run.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        run = click.option("--debug", is_flag=True, help=say("cli.debug"))(run)
        return click.option(
            "--home",
            envvar="CHITIEU_HOME",
            default="var",
            show_default=True,
            metavar=say("cli.folder"),
            help=say("cli.home"),
        )(run)

    return decorate


def words_of(key: str) -> dict[str, Any]:
    """The help and the examples of a command, from the catalogue."""
    return {"help": say(f"cli.{key}.help"), "epilog": say(f"cli.{key}.examples"), "cls": Command}


def format_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--format table|json|csv`."""
    return click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=say("cli.format"))(
        function
    )


def say_problems(problems: Iterable[Problem]) -> None:
    """Each problem once on standard error, warnings marked as such."""
    for found in dict.fromkeys(problems):
        text = found.sentence
        click.echo(
            say("cli.warning", text=text).replace("\\u000a", "\n") if found.weight is Weight.WARNING else text, err=True
        )


def leave(problems: Iterable[Problem], closing: str = "") -> NoReturn:
    """Say the problems, and a closing sentence, and leave with the status of the heaviest."""
    found = list(problems)
    say_problems(found)
    if closing:
        click.echo(closing, err=True)
    raise Damage(worst(found) or Weight.REFUSED)


def note(text: str) -> None:
    """A message beside the result: standard error."""
    click.echo(text, err=True)


def read_file(path: str) -> tuple[str, bytes]:
    """Name and bytes of a file of the command line; `-` is standard input. Leaves the command where it cannot be read."""
    from chitieu.payload import bytes_of

    if path == "-":
        return say("cli.standard-input"), sys.stdin.buffer.read()
    data = bytes_of(Path(path), path)
    if isinstance(data, Problem):
        leave([data])
    return path, data


class PeriodType(click.ParamType[Period]):
    """A period by its name."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        if isinstance(value, Period):
            return value
        found = periods.read(str(value))
        if isinstance(found, Problem):
            self.fail(found.sentence, param, ctx)
        return found


class DayType(click.ParamType[date]):
    """A day as `YYYY-MM-DD`."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        found = periods.read_day(str(value))
        if found is None:
            self.fail(say("cli.bad-day", given=str(value)), param, ctx)
        return found


def period_option(*, required: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--period P`."""
    return click.option(
        "--period", type=PeriodType(), required=required, metavar=say("cli.period-metavar"), help=say("cli.period")
    )


def day_option(name: str, key: str, *, required: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option that is a day."""
    return click.option(name, type=DayType(), required=required, metavar=say("cli.day-metavar"), help=say(key))


def say_usage(fault: click.ClickException) -> str:
    """A wrong use of a command, in one sentence, with where to read on."""
    ctx = getattr(fault, "ctx", None)
    help_line = say("cli.see-help", command=ctx.command_path if ctx is not None else "chitieu")
    if isinstance(fault, click.NoSuchOption):
        return say("cli.no-such-option", option=fault.option_name) + " " + help_line
    if isinstance(fault, click.MissingParameter):
        named = fault.param.opts[0] if isinstance(fault.param, click.Option) else _metavar(fault)
        return say("cli.missing", option=named) + " " + help_line
    if isinstance(fault, click.BadParameter):
        named = fault.param.opts[0] if fault.param is not None else ""
        if isinstance(getattr(fault.param, "type", None), click.Choice):
            choices = ", ".join(str(choice) for choice in fault.param.type.choices)  # type: ignore[union-attr]
            return say("cli.bad-choice", option=named, choices=choices) + " " + help_line
        return say("cli.bad-value", option=named, reason=visible(fault.message)) + " " + help_line
    if isinstance(fault, click.UsageError) and "No such command" in fault.message:
        given = fault.message.split("'")[1] if "'" in fault.message else ""
        return say("cli.no-such-command", given=given) + " " + help_line
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return fault.message
    return say("cli.misused") + " " + help_line


def _metavar(fault: click.MissingParameter) -> str:
    param = fault.param
    return str(param.metavar or param.name or "").upper() if param is not None else ""


def one_act(workspace: Workspace, text: str) -> Any:
    """The one act that a name on the command line fits; leaves with what fits where it is not one."""
    fitting = workspace.acts.fitting(text)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        leave([problem("NO-SUCH-ACT", value=text, weight=Weight.MISUSED)])
    names = "; ".join(f"{act.name.issuer}:{act.name.number}@{act.name.issued_on}" for act in fitting)
    leave([problem("ACT-NOT-UNIQUE", value=text, names=names, weight=Weight.MISUSED)])


def one_unit(workspace: Workspace, code: str, day: date) -> Any:
    """The unit a code means on a day; leaves where nobody bears it."""
    found = workspace.tree.look_up(code, day)
    if found is None:
        leave([problem("NO-SUCH-UNIT", value=code, weight=Weight.MISUSED)])
    unit, warning = found
    if warning is not None:
        holder = workspace.tree.holder(unit, day)
        say_problems(
            [problem(f"UNIT-{warning}", value=code, weight=Weight.WARNING, unit=unit.name, holder=holder.name)]
        )
        return holder
    return unit


def finish(problems: Iterable[Problem]) -> int:
    """Say what was found; the status of the heaviest refusal, 0 for warnings alone."""
    found = list(problems)
    say_problems(found)
    return worst(refusals(found))
