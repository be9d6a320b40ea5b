"""The command line: words in, exit status out. Knows options and formats; every step is one of `walk`.

One module a command group, imported when it is asked for. What goes wrong is one sentence on
standard error and the status of the contract; never a traceback, unless `--debug` asks for it.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from chitieu.acts.folder import reason_of
from chitieu.cli.commands import Group, say_usage
from chitieu.cli.frame import Damage
from chitieu.problem import Weight
from chitieu.words import say

VERSION = "0.1.0"
INTERRUPTED = 130
"""What a shell gives a program that Ctrl-C ended."""

COMMANDS = {
    "init": "chitieu.cli.setting_up:init",
    "demo": "chitieu.cli.demo:demo",
    "units": "chitieu.cli.units:units",
    "decision": "chitieu.cli.decisions:decision",
    "assign": "chitieu.cli.assign:assign",
    "import": "chitieu.cli.figures:import_",
    "deliveries": "chitieu.cli.figures:deliveries",
    "schema": "chitieu.cli.schema:schema",
    "measure": "chitieu.cli.measure:measure_",
    "standing": "chitieu.cli.standing:standing",
    "explain": "chitieu.cli.explain:explain",
    "worklist": "chitieu.cli.worklist:worklist",
    "check": "chitieu.cli.setting_up:check",
    "generate": "chitieu.cli.generate:generate",
}


@click.command("chitieu", cls=Group, members=COMMANDS, help=say("cli.chitieu.help"), epilog=say("cli.chitieu.examples"))
@click.version_option(VERSION, prog_name="chitieu", help=say("cli.version"), message="%(prog)s %(version)s")
def chitieu() -> None:
    """The root of all commands."""


def program() -> NoReturn:
    """The program of an installation: `main`, then an end at once.

    The threads of the columnar library may outlive its pools and abort a process that tears itself down, after
    all is done and said (apache/arrow, issue 39862). Nothing is left to tear down: what is written was settled.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever called: then nobody listens
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # for the whole run
    status = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        with chitieu.make_context("chitieu", list(given)) as context:
            result = chitieu.invoke(context)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say(say("cli.interrupted"), INTERRUPTED)
    except click.ClickException as fault:
        return _say(say_usage(fault), Weight.MISUSED)
    except Damage as fault:
        return fault.status
    except BrokenPipeError:
        # The reader has what it wanted (`| head`). What is still in the buffer goes nowhere, without a complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as fault:
        if "--debug" in given:
            traceback.print_exc()
        key = "cli.machine" if isinstance(fault, OSError) else "cli.unexpected"
        return _say(say(key, fault=_called(fault)), Weight.DAMAGED)


def _say(sentence: str, status: int) -> int:
    click.echo(sentence, err=True)
    return status


def _called(fault: Exception) -> str:
    """What a fault of the machine is called in words, what one of ours in the source."""
    return reason_of(fault) if isinstance(fault, OSError) else type(fault).__name__
