"""`decision load`, `list`, `show`, `check`, `try`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from chitieu.acts import level as levels
from chitieu.acts.coverage import Coverage, coverage
from chitieu.acts.decision import say_name
from chitieu.acts.force import FiledAct
from chitieu.acts.tables import Tables
from chitieu.acts.targets import count
from chitieu.cli.commands import Group
from chitieu.cli.frame import Setting, command, finish, leave, note, one_act, read_file, say_problems, words_of
from chitieu.cli.listing import Column, show
from chitieu.cli.options import day_option, format_option, period_option
from chitieu.period import Period, say_day
from chitieu.problem import Problem, refusals
from chitieu.questions import trial
from chitieu.standings.as_json import act_json
from chitieu.standings.shown import number
from chitieu.standings.trial import outcome
from chitieu.walk import Workspace, file_acts, read_act
from chitieu.words import knows, say


@click.group("decision", cls=Group, help=say("cli.decision.help"), epilog=say("cli.decision.examples"))
def decision() -> None:
    """Acts of all sorts."""


@decision.command("load", **words_of("decision.load"))
@click.argument("files", nargs=-1, required=True, metavar=say("cli.files"))
@command("decision.load")
def load(setting: Setting, files: tuple[str, ...]) -> int:
    """File acts: all, or none."""
    setting.needed()
    read = [read_file(path) for path in files]
    filed, problems = file_acts(setting.home, read, setting.now)
    if filed is None:
        leave(problems, refused(problems))
    say_problems(problems)
    for act in filed:
        note(
            say("cli.decision.filed", kind=say(f"act.kind.{act.decision.kind}"), act=say_name(act.name), file=act.file)
        )
    if not filed:
        note(say("cli.decision.put-back"))
    return 0


def refused(problems: Sequence[Problem]) -> str:
    """How a refusal ends: nothing was filed, and how many cells were the reason."""
    cells = sum(found.code in ("BELOW-FLOOR", "NOT-COMPARABLE-WITH-FLOOR") for found in problems)
    return say("cli.decision.refused-cells", cells=cells) if cells else say("cli.decision.refused")


@decision.command("list", **words_of("decision.list"))
@format_option
@command("decision.list")
def list_(setting: Setting, form: str) -> int:
    """All filed acts, in order of filing."""
    workspace = setting.workspace()
    objects = [_object(workspace, act) for act in workspace.acts.filed]
    rows = [
        {
            **found,
            "kind": say(f"act.kind.{found['kind']}"),
            "ended_on": found["ended_on"] or "",
            "illustration": say("standing.illustration") if found["illustration"] else "",
        }
        for found in objects
    ]
    columns = [
        Column(key="issuer", heading="cli.column.issuer"),
        Column(key="number", heading="cli.column.number"),
        Column(key="issued_on", heading="cli.column.issued"),
        Column(key="kind", heading="cli.column.kind"),
        Column(key="in_force", heading="cli.column.in-force"),
        Column(key="ended_on", heading="cli.column.ended"),
        Column(key="illustration", heading="cli.column.note"),
        Column(key="title", heading="cli.column.title", flexible=True),
    ]
    show(rows if form == "table" else objects, columns, form, objects=objects)
    return 0


def _object(workspace: Workspace, act: FiledAct) -> dict[str, Any]:
    span = workspace.acts.span(act)
    under = act.decision.under or act.decision.amends or act.decision.annuls
    return {
        **act_json(act),
        "kind": act.decision.kind,
        "title": act.decision.title,
        "in_force": act.decision.in_force.isoformat(),
        "ended_on": None if span.ended_on is None else span.ended_on.isoformat(),
        "under": None
        if under is None
        else {"issuer": under.issuer, "number": under.number, "issued_on": under.issued_on.isoformat()},
        "illustration": act.decision.illustration,
        "file": act.file,
    }


@decision.command("show", **words_of("decision.show"))
@click.argument("number_", metavar=say("cli.number"))
@day_option("--on", "cli.decision.on")
@format_option
@command("decision.show")
def show_(setting: Setting, number_: str, on: date | None, form: str) -> int:
    """One act: its rows on a day, what it gives to whom, and who handed it on."""
    workspace = setting.workspace()
    act = one_act(workspace, number_)
    span = workspace.acts.span(act)
    day = on or max(
        act.decision.in_force, min(setting.today, span.ended_on or setting.today, _last(act) or setting.today)
    )
    rows = Tables(workspace.acts, workspace.catalogue).rows(act, day, None)
    counted = count(workspace.acts, workspace.catalogue, act, day) if act.decision.kind == "decision" else {}
    covered = coverage(workspace.acts, workspace.catalogue, workspace.tiers, act, day) if counted else []
    if form == "json":
        found = {
            **_object(workspace, act),
            "on": day.isoformat(),
            "targets": {"total": sum(counted.values()), "by_tier": counted},
            "rows": [
                {
                    "row": row.row,
                    "indicator": row.indicator,
                    "method": row.method,
                    "tiers": {tier: levels.write(cell.level) for tier, cell in row.tiers.items()},
                    "units": {cell.place: levels.write(cell.level) for cell in row.named.values()},
                }
                for row in rows
            ],
            "coverage": [coverage_json(one) for one in covered],
        }
        show([found], [], form)
        return 0
    tiers = [tier for tier in workspace.tiers.codes if any(tier in row.tiers for row in rows)]
    listed = [
        {
            "row": row.row,
            "wording": row.line.wording or workspace.catalogue[row.indicator].name.vi,
            **{tier: levels.say(row.tiers[tier].level) if tier in row.tiers else "" for tier in tiers},
            "named": ", ".join(f"{cell.place} {levels.say(cell.level)}" for cell in row.named.values()),
        }
        for row in rows
    ]
    columns = [
        Column(key="row", heading="standing.column.row", side="right"),
        Column(key="wording", heading="standing.column.indicator", flexible=True),
        *(Column(key=tier, title=_short(workspace, tier), side="right") for tier in tiers),
    ]
    if any(row["named"] for row in listed):
        columns.append(Column(key="named", heading="cli.column.named", flexible=True))
    if form == "table":
        click.echo(describe(workspace, act, day))
        click.echo("")
    show(listed, columns, form)
    if form == "table" and counted:
        click.echo("")
        click.echo(say_counted(workspace, counted, day))
        show_coverage(workspace, covered)
    return 0


def _short(workspace: Workspace, tier: str) -> str:
    """A tier above its column: the national ones have short words, another is called as its province calls it."""
    return say(f"tier.{tier}") if knows(f"tier.{tier}") else workspace.tiers.name(tier)


def _last(act: FiledAct) -> date | None:
    applies = act.decision.applies
    return None if applies is None else applies.in_calendar(act.decision.calendar).last


def describe(workspace: Workspace, act: FiledAct, day: date) -> str:
    """Kind, name, title and days of an act."""
    span = workspace.acts.span(act)
    kind = say(f"act.kind.{act.decision.kind}")
    head = say("cli.decision.heading", kind=kind, act=say_name(act.name), title=act.decision.title)
    if act.decision.illustration:
        head = say("standing.head-illustration", head=head)
    force = say("cli.decision.in-force", day=say_day(act.decision.in_force))
    if span.ended_on is not None:
        force += say("cli.decision.ended", day=say_day(span.ended_on))
    return f"{head}\n{force}"


def say_counted(workspace: Workspace, counted: dict[str, int], day: date) -> str:
    """`2.304 chỉ tiêu ngày 23/01/2024: …`."""
    parts = ", ".join(
        f"{number(counted[tier])} {workspace.tiers.name(tier)}" for tier in workspace.tiers.codes if tier in counted
    )
    return say("cli.decision.counted", total=number(sum(counted.values())), day=say_day(day), parts=parts)


def show_coverage(workspace: Workspace, covered: Sequence[Coverage]) -> None:
    """Who handed on, in words, one line a unit."""
    if not covered:
        return
    rows = [
        {
            "unit": f"{one.unit.code} {one.unit.name}",
            "state": say(f"coverage.{one.state}"),
            "units": f"{one.units_reached}/{one.units}",
            "lines": f"{one.lines_handed}/{one.lines}",
            "overtaken": str(len(one.overtaken)) if one.overtaken else "",
            "own": str(len(one.own)) if one.own else "",
        }
        for one in covered
        if one.state != "not-begun" or one.own
    ]
    idle = len(covered) - len(rows)
    click.echo(say("coverage.heading", count=len(covered)))
    if rows:
        show(
            rows,
            [
                Column(key="unit", heading="standing.column.unit", flexible=True),
                Column(key="state", heading="coverage.column.state"),
                Column(key="units", heading="coverage.column.units", side="right"),
                Column(key="lines", heading="coverage.column.lines", side="right"),
                Column(key="overtaken", heading="coverage.column.overtaken", side="right"),
                Column(key="own", heading="coverage.column.own", side="right"),
            ],
            "table",
        )
    if idle:
        click.echo(say("coverage.idle", count=idle))


def coverage_json(one: Coverage) -> dict[str, Any]:
    """The coverage of a unit for scripts."""
    return {
        "unit": one.unit.code,
        "state": one.state,
        "units": {"with": one.units_reached, "of": one.units},
        "lines": {"with": one.lines_handed, "of": one.lines},
        "overtaken": [
            {
                "unit": unit.code,
                "indicator": key[0],
                "value": levels.write(cell.level),
                "floor": levels.write(floor.level),
            }
            for unit, key, cell, floor in one.overtaken
        ],
        "own": [{"indicator": key[0], "method": key[1]} for key in one.own],
    }


@decision.command("check", **words_of("decision.check"))
@click.argument("file", metavar=say("cli.file"))
@command("decision.check")
def check(setting: Setting, file: str) -> int:
    """Everything that is wrong with an act; nothing is filed."""
    workspace = setting.workspace()
    name, data = read_file(file)
    act, problems = read_act(workspace, name, data, workspace.acts)
    status = finish(problems)
    if act is not None and not refusals(problems):
        note(say("cli.decision.sound", kind=say(f"act.kind.{act.decision.kind}"), act=say_name(act.name)))
    return status


@decision.command("try", **words_of("decision.try"))
@click.argument("file", metavar=say("cli.file"))
@period_option(required=True)
@day_option("--as-of", "cli.as-of")
@format_option
@command("decision.try")
def try_(setting: Setting, file: str, period: Period, as_of: date | None, form: str) -> int:
    """A draft on past results: how many would reach each line. Nothing is filed."""
    workspace = setting.workspace()
    name, data = read_file(file)
    day = as_of or min(period.last, setting.today)
    standings, problems = trial(workspace, name, data, period, day)
    if standings is None:
        leave(problems)
    say_problems(problems)
    objects = outcome(standings)
    rows = [
        {
            **found,
            "tier": workspace.tiers.name(found["tier"]),
            "indicator": workspace.catalogue[found["indicator"]].name.vi,
            "remark": say(f"trial.{found['remark']}"),
        }
        for found in objects
    ]
    columns = [
        Column(key="row", heading="standing.column.row", side="right"),
        Column(key="indicator", heading="standing.column.indicator", flexible=True),
        Column(key="tier", heading="standing.column.tier"),
        Column(key="level", heading="standing.column.target", side="right"),
        Column(key="reached", heading="trial.column.reached", side="right"),
        Column(key="missed", heading="trial.column.missed", side="right"),
        Column(key="close", heading="trial.column.close", side="right"),
        Column(key="without", heading="trial.column.without", side="right"),
        Column(key="remark", heading="standing.column.note", flexible=True),
    ]
    show(rows if form == "table" else objects, columns, form, objects=objects)
    note(say("trial.nothing-filed"))
    return 0
