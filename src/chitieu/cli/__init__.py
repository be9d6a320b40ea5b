"""The command line: words in, exit status out. Knows options and formats; every step is one of `walk`.

One module a command group, imported when it is asked for. What goes wrong is one sentence on
standard error and the status of the contract; never a traceback, unless `--debug` asks for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from chitieu.cli.frame import Damage, Group, say_usage
from chitieu.problem import Weight
from chitieu.words import say

COMMANDS = {
    "init": "chitieu.cli.setting_up:init",
    "demo": "chitieu.cli.demo:demo",
    "units": "chitieu.cli.units:units",
    "decision": "chitieu.cli.decisions:decision",
    "assign": "chitieu.cli.assign:assign",
    "import": "chitieu.cli.figures:import_",
    "deliveries": "chitieu.cli.figures:deliveries",
    "standing": "chitieu.cli.standing:standing",
    "explain": "chitieu.cli.standing:explain",
    "check": "chitieu.cli.setting_up:check",
}


@click.command("chitieu", cls=Group, members=COMMANDS, help=say("cli.chitieu.help"), epilog=say("cli.chitieu.examples"))
@click.version_option(
    package_name="chitieu", prog_name="chitieu", help=say("cli.version"), message="%(prog)s %(version)s"
)
def chitieu() -> None:
    """The root of all commands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    debug = "--debug" in given
    try:
        result = chitieu.main(given, prog_name="chitieu", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        click.echo(say("cli.interrupted"), err=True)
        return 130
    except click.ClickException as fault:
        click.echo(say_usage(fault), err=True)
        return Weight.MISUSED
    except Damage as fault:
        return fault.status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        click.echo(say("cli.interrupted"), err=True)
        return 130
    except Exception as fault:
        if debug:
            raise
        click.echo(say("cli.unexpected", fault=f"{type(fault).__name__}: {fault}"[:300]), err=True)
        return Weight.DAMAGED
