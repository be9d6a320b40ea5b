"""What every command shares: where and when it runs, files read, problems said, acts and units found by name.

The environment is read here and nowhere else: `CHITIEU_HOME`, and `CHITIEU_NOW` for a fixed moment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from chitieu.acts.founding import exists
from chitieu.cli.commands import HOME, Command, shared_options
from chitieu.cli.options import ZONE, read_moment
from chitieu.measures.tally import Tally
from chitieu.problem import Problem, Weight, problem, refusals, worst
from chitieu.walk import Workspace, open_workspace
from chitieu.words import say

__all__ = (
    "ZONE",
    "Damage",
    "Setting",
    "command",
    "finish",
    "leave",
    "note",
    "now",
    "one_act",
    "one_unit",
    "read_file",
    "say_problems",
    "try_file",
    "words_of",
)


class Damage(Exception):
    """Leaves a command with a status after its problems were said."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when a command runs."""

    home: Path
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    def needed(self) -> None:
        """Leaves the command where no workspace was made; one that is damaged may still get a file put back."""
        if not exists(self.home):
            leave([problem("NO-WORKSPACE", file=str(self.home), weight=Weight.MISUSED)])

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
    moment = read_moment(fixed)
    if moment is None:
        leave([problem("BAD-NOW", value=fixed, weight=Weight.MISUSED)])
    return moment


def home_of(ctx: click.Context) -> Path:
    """The folder of the workspace: of the line, else of the environment, else `./var`. An empty name is no folder."""
    named = ctx.meta.get(HOME)
    if named is None:
        named = os.environ.get("CHITIEU_HOME") or "var"
    if not named.strip() or "\0" in named:
        leave([problem("BAD-HOME", value=named, weight=Weight.MISUSED)])
    return Path(named)


def command(key: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What every command has: its function gets a `Setting` first, its line the shared options last."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(**given: Any) -> Any:
            return function(Setting(home=home_of(click.get_current_context()), now=now()), **given)

        run.__name__, run.__doc__ = function.__name__, function.__doc__
        own = getattr(function, "__click_params__", [])
        run.__click_params__ = [*reversed(shared_options()), *own]  # type: ignore[attr-defined]
        return run

    return decorate


def words_of(key: str) -> dict[str, Any]:
    """The help and the examples of a command, from the catalogue."""
    return {"help": say(f"cli.{key}.help"), "epilog": say(f"cli.{key}.examples"), "cls": Command}


def say_problems(problems: Iterable[Problem]) -> None:
    """Each problem once on standard error, warnings marked as such."""
    for found in dict.fromkeys(problems):
        mark = say("cli.warning") + " " if found.weight is Weight.WARNING else ""
        click.echo(mark + found.sentence, err=True)


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
    """Name and bytes of a file; `-` is standard input. Leaves the command where it cannot be read."""
    read = try_file(path)
    if isinstance(read, Problem):
        leave([read])
    return read


def try_file(path: str) -> tuple[str, bytes] | Problem:
    """Name and bytes of a file of the command line, or why it cannot be read; `-` is standard input."""
    from chitieu.payload import LARGEST, bytes_of

    if path != "-":
        data = bytes_of(Path(path), path)
        return data if isinstance(data, Problem) else (path, data)
    name = say("cli.standard-input")
    if sys.stdin is None:
        return name, b""
    if sys.stdin.isatty():
        note(say("cli.from-keyboard"))
    return name, sys.stdin.buffer.read(LARGEST + 1)


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


def say_made_up(workspace: Workspace, tallies: Iterable[Tally]) -> None:
    """One line above what is counted from records that a program made up."""
    if any(tally.engine is not None for tally in tallies) and workspace.feed().is_made_up:
        click.echo(say("standing.made-up"))


def finish(problems: Iterable[Problem]) -> int:
    """Say what was found; the status of the heaviest refusal, 0 for warnings alone."""
    found = list(problems)
    say_problems(found)
    return worst(refusals(found))
