"""`assign`: a cascade from a filled table, and the table to fill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from chitieu.acts import handing
from chitieu.acts.decision import Decision, say_name
from chitieu.acts.folder import reason_of
from chitieu.acts.force import FiledAct
from chitieu.acts.tiers import Tiers
from chitieu.cli.decisions import refused
from chitieu.cli.frame import Setting, command, leave, note, one_act, one_unit, read_file, say_problems, words_of
from chitieu.cli.listing import as_csv, write_bytes
from chitieu.cli.options import day_option, text_option
from chitieu.payload import Payload, opened
from chitieu.problem import Problem, Weight, problem
from chitieu.toml import unlawful
from chitieu.walk import Workspace, file_decision
from chitieu.words import say

WORKBOOK = ".xlsx"


@click.command("assign", **words_of("assign"))
@click.argument("file", required=False, metavar=say("cli.maybe", name=say("cli.file")))
@text_option("--number", metavar="cli.number", key="cli.assign.number")
@text_option("--issuer", required=True, metavar="cli.unit", key="cli.assign.issuer")
@day_option("--issued-on", "cli.assign.issued-on")
@day_option("--in-force", "cli.assign.in-force")
@text_option("--under", required=True, metavar="cli.number", key="cli.assign.under")
@text_option("--title", metavar="cli.text", key="cli.assign.title")
@text_option("--signed-as", metavar="cli.text", key="cli.assign.signed-as")
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
    day = in_force or issued_on or upper.decision.in_force
    one_unit(workspace, issuer, day)
    if template:
        return _template(workspace, file, upper, issuer, day)
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
    payload = opened(data, name)
    if isinstance(payload, Problem):
        leave([payload], say("cli.decision.refused"))
    unseen = list(_unseen(payload))
    if unseen:
        leave(unseen, say("cli.decision.refused"))
    made, problems = handing.read(data, name, heading, workspace.acts, workspace.tiers)
    if made is None:
        leave(problems, say("cli.decision.refused"))
    filed, problems = file_decision(setting.home, made, name, setting.now)
    problems = in_the_table(problems, made, payload, workspace.tiers)
    if filed is None:
        leave(problems, refused(problems))
    say_problems(problems)
    cells = sum(len(line.tiers) + len(line.units) for line in made.lines)
    note(say("cli.assign.done", act=say_name(filed.name), cells=cells, file=filed.file))
    return 0


def _unseen(payload: Payload) -> Iterator[Problem]:
    """The cells with a character that nobody sees."""
    for row in payload.rows:
        for column, cell in row.cells.items():
            if not cell.isprintable() and (character := unlawful(cell)) is not None:
                where: dict[str, Any] = {"file": payload.file, "row": row.number, "field": column, "value": cell}
                yield problem("UNLAWFUL-CHARACTER", **where, character=character)


def in_the_table(problems: Iterable[Problem], made: Decision, payload: Payload, tiers: Tiers) -> list[Problem]:
    """Problems of the act's rows as problems of the table's rows: its author sees the table, never the act."""
    lines = {(line.indicator, line.method): line.row for line in made.lines}
    places: dict[tuple[int, str], int] = {}
    for row in payload.rows:
        cells = row.cells
        at = lines.get((cells.get("indicator", ""), cells.get("method") or None))
        if at is None or not cells.get("level"):
            continue
        unit, tier = cells.get("unit"), cells.get("tier", "")
        field = say("place.unit", unit=unit) if unit else say("place.tier", tier=tiers.name(tier))
        places.setdefault((at, field), row.number)
        places.setdefault((at, ""), row.number)

    def moved(found: Problem) -> Problem:
        at = found.place.row
        if at is None:
            return found
        row = places.get((at, found.place.field), places.get((at, ""), at))
        return replace(found, place=replace(found.place, row=row))

    return [moved(found) for found in problems]


def _template(workspace: Workspace, file: str | None, upper: FiledAct, issuer: str, day: date) -> int:
    rows = handing.template(workspace.acts, workspace.catalogue, workspace.tiers, upper, issuer, day)
    if len(rows) == 1:
        leave([problem("NOTHING-TO-HAND-ON", value=issuer, weight=Weight.MISUSED, day=day.isoformat())])
    if file is None or file == "-":
        write_bytes(as_csv(rows))
        return 0
    if Path(file).suffix.lower() == WORKBOOK:
        from chitieu.cli.workbook import as_workbook

        data = as_workbook(rows)
    else:
        data = as_csv(rows)
    try:
        with Path(file).open("xb") as page:
            page.write(data)
    except FileExistsError:
        leave([problem("FILE-THERE", file=file, weight=Weight.MISUSED)])
    except (OSError, ValueError) as fault:
        reason = reason_of(fault) if isinstance(fault, OSError) else ""
        leave([problem("CANNOT-WRITE-FILE", file=file, weight=Weight.UNREADABLE, reason=reason)])
    note(say("cli.assign.template-done", file=file, rows=len(rows) - 1))
    return 0
