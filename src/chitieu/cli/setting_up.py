"""`init` and `check`: make a workspace, prove one."""

from __future__ import annotations

from pathlib import Path

import click

from chitieu.acts.folder import open_folder
from chitieu.cli.frame import Setting, command, leave, note, say_problems, words_of
from chitieu.measures import indicators
from chitieu.problem import Weight, refusals
from chitieu.records.lake import Lake
from chitieu.walk import init as make
from chitieu.walk import open_workspace
from chitieu.words import say, visible


@click.command("init", **words_of("init"))
@click.option("--from", "source", metavar=say("cli.folder"), help=say("cli.init.from"))
@command("init")
def init(setting: Setting, source: str | None) -> int:
    """Make a workspace."""
    problems = make(setting.home, Path(source) if source is not None else None, setting.now)
    if refusals(problems):
        leave(problems, say("cli.init.nothing"))
    workspace, found = open_workspace(setting.home)
    say_problems([*problems, *found])
    if workspace is None:
        return Weight.DAMAGED
    note(say("cli.init.done", home=str(setting.home), acts=len(workspace.acts.filed), units=len(workspace.tree.units)))
    note(say("cli.init.next"))
    return 0


@click.command("check", **words_of("check"))
@command("check")
def check(setting: Setting) -> int:
    """Prove acts, tables and data files: a line each on standard output, status 1 where something is found."""
    setting.needed()
    folder = open_folder(setting.home)
    found = list(folder.problems)
    if not refusals(found):
        from chitieu.acts.opening import open_texts

        found += open_texts(folder, indicators.catalogue)[1]
    found += Lake(setting.home / "lake").check()
    for one in found:
        click.echo(f"{one.code}\t{visible(one.place.file)}\t{' '.join(one.told.split())}")
    if found:
        note(say("cli.check.found", count=len(found)))
        return 1
    note(say("cli.check.sound", files=len(folder.files), state=folder.state))
    return 0
