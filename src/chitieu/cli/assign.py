"""`assign`: a cascade from a filled table, and the table to fill."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from chitieu.acts import handing
from chitieu.acts.decision import say_name
from chitieu.cli.decisions import refused
from chitieu.cli.frame import (
    Setting,
    command,
    day_option,
    leave,
    note,
    one_act,
    read_file,
    say_problems,
    words_of,
)
from chitieu.cli.listing import write_bytes
from chitieu.problem import Weight, problem
from chitieu.walk import file_decision
from chitieu.words import say


@click.command("assign", **words_of("assign"))
@click.argument("file", required=False, metavar=say("cli.maybe", name=say("cli.file")))
@click.option("--number", metavar=say("cli.number"), help=say("cli.assign.number"))
@click.option("--issuer", required=True, metavar=say("cli.unit"), help=say("cli.assign.issuer"))
@day_option("--issued-on", "cli.assign.issued-on")
@day_option("--in-force", "cli.assign.in-force")
@click.option("--under", required=True, metavar=say("cli.number"), help=say("cli.assign.under"))
@click.option("--title", metavar=say("cli.text"), help=say("cli.assign.title"))
@click.option("--signed-as", metavar=say("cli.text"), help=say("cli.assign.signed-as"))
@click.option("--illustration", is_flag=True, help=say("cli.assign.illustration"))
@click.option("--template", is_flag=True, help=say("cli.assign.template"))
@command("assign")
def assign(
    setting: Setting,
    file: str | None,
    number: str | None,
    issuer: str,
    issued_on: date | None,
    in_force: date | None,
    under: str,
    title: str | None,
    signed_as: str | None,
    illustration: bool,
    template: bool,
) -> int:
    """File a cascade, or write the table to fill."""
    workspace = setting.workspace()
    upper = one_act(workspace, under)
    day = in_force or issued_on or max(setting.today, upper.decision.in_force)
    if template:
        return _template(setting, file, upper, issuer, day if in_force or issued_on else upper.decision.in_force)
    if file is None or number is None or issued_on is None:
        leave([problem("ASSIGN-INCOMPLETE", weight=Weight.MISUSED)])
    name, data = read_file(file)
    heading = handing.Heading(
        issuer=issuer,
        number=number,
        issued_on=issued_on,
        in_force=in_force,
        under=upper.name,
        title=title or say("cli.assign.usual-title", act=say_name(upper.name)),
        signed_as=signed_as,
        illustration=illustration,
    )
    made, problems = handing.read(data, name, heading, workspace.acts, workspace.tiers)
    if made is None:
        leave(problems, say("cli.decision.refused"))
    filed, problems = file_decision(setting.home, made, name, setting.now)
    if filed is None:
        leave(problems, refused(problems))
    say_problems(problems)
    cells = sum(len(line.tiers) + len(line.units) for line in made.lines)
    note(say("cli.assign.done", act=say_name(filed.name), cells=cells, file=filed.file))
    return 0


def _template(setting: Setting, file: str | None, upper: object, issuer: str, day: date) -> int:
    workspace = setting.workspace()
    rows = handing.template(workspace.acts, workspace.catalogue, workspace.tiers, upper, issuer, day)  # type: ignore[arg-type]
    if len(rows) == 1:
        leave([problem("NOTHING-TO-HAND-ON", value=issuer, weight=Weight.MISUSED, day=day.isoformat())])
    data = handing.as_csv(rows)
    if file is None or file == "-":
        write_bytes(data)
        return 0
    try:
        Path(file).write_bytes(data)
    except OSError as fault:
        leave([problem("CANNOT-WRITE-FILE", file=file, weight=Weight.UNREADABLE, reason=fault.strerror or "")])
    note(say("cli.assign.template-done", file=file, rows=len(rows) - 1))
    return 0
