"""`units load`, `units show`, `units check`."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from chitieu.acts import loading
from chitieu.cli.commands import Group
from chitieu.cli.frame import Setting, command, finish, leave, note, one_unit, read_file, say_problems, words_of
from chitieu.cli.listing import Column, show
from chitieu.cli.options import day_option, format_option, text_option
from chitieu.period import say_day
from chitieu.problem import refusals
from chitieu.walk import Workspace, load_units
from chitieu.words import say


@click.group("units", cls=Group, help=say("cli.units.help"), epilog=say("cli.units.examples"))
def units() -> None:
    """Units and their history."""


@units.command("load", **words_of("units.load"))
@click.argument("files", nargs=-1, required=True, metavar=say("cli.files"))
@text_option("--correct", metavar="cli.reason", key="cli.units.correct")
@command("units.load")
def load(setting: Setting, files: tuple[str, ...], correct: str | None) -> int:
    """File a new version of the tables."""
    setting.needed()
    read = [read_file(path) for path in files]
    tables, problems = load_units(setting.home, read, setting.now, correct=correct)
    if tables is None:
        leave(problems, say("cli.units.nothing"))
    say_problems(problems)
    changes = {"added": tables.added, "changed": tables.changed, "dropped": tables.dropped}
    note(say("cli.units.done", units=len(tables.rows), successions=len(tables.successions), **changes))
    return 0


@units.command("show", **words_of("units.show"))
@click.argument("code", required=False, metavar=say("cli.maybe", name=say("cli.unit")))
@day_option("--on", "cli.units.on")
@format_option
@command("units.show")
def show_units(setting: Setting, code: str | None, on: date | None, form: str) -> int:
    """A unit with all below it, counted by tier."""
    workspace = setting.workspace()
    day = on or setting.today
    snapshot = workspace.tree.on(day)
    roots = [one_unit(workspace, code, day)] if code is not None else list(snapshot.roots)
    objects = [_object(workspace, root.code, day) for root in roots]
    rows = [_row(workspace, found) for found in objects]
    columns = [
        Column(key="unit", heading="cli.column.code"),
        Column(key="name", heading="cli.column.name", flexible=True),
        Column(key="counts", heading="cli.column.counts", flexible=True),
        Column(key="act", heading="cli.column.act", flexible=True),
    ]
    if code is not None and form == "table":
        _one(workspace, code, day, rows, columns)
    else:
        show(rows, columns, form, objects=objects)
    return 0


def _object(workspace: Workspace, code: str, day: date) -> dict[str, Any]:
    snapshot = workspace.tree.on(day)
    unit = snapshot.units[code]
    counts = snapshot.count_by_tier(code)
    return {
        "unit": unit.code,
        "name": unit.name,
        "tier": unit.tier,
        "parent": unit.parent,
        "on": day.isoformat(),
        "from": None if unit.begins is None else unit.begins.isoformat(),
        "act": unit.act or None,
        "certainty": unit.certainty or None,
        "also": list(unit.also),
        "below": {tier: counts[tier] for tier in workspace.tiers.codes if tier in counts},
        "children": list(snapshot.children(code)),
    }


def _row(workspace: Workspace, found: dict[str, Any]) -> dict[str, Any]:
    tiers = {found["tier"]: 1, **found["below"]}
    counts = "+".join(str(tiers[tier]) for tier in workspace.tiers.codes if tier in tiers)
    named = ", ".join(f"{count} {workspace.tiers.name(tier)}" for tier, count in found["below"].items())
    return {
        "unit": found["unit"],
        "name": found["name"],
        "counts": f"{counts} ({named})" if named else counts,
        "act": found["act"] or "",
    }


def _one(workspace: Workspace, code: str, day: date, rows: list[dict[str, Any]], columns: list[Column]) -> None:
    """At the terminal: the unit, its history, and what stands directly below it."""
    unit = one_unit(workspace, code, day)
    click.echo(say("cli.units.heading", name=unit.name, code=unit.code, day=say_day(day), counts=rows[0]["counts"]))
    for past in workspace.tree.life(unit.identity):
        begins = say_day(past.begins) if past.begins else say("cli.units.always")
        click.echo(
            say(
                "cli.units.stretch",
                begins=begins,
                name=past.name,
                act=past.act or say("cli.units.no-act"),
                certainty=past.certainty,
            )
        )
    snapshot = workspace.tree.on(day)
    children = [_row(workspace, _object(workspace, child, day)) for child in snapshot.children(unit.code)]
    if children:
        click.echo("")
        show(children, columns, "table")


@units.command("check", **words_of("units.check"))
@command("units.check")
def check(setting: Setting) -> int:
    """The proofs over both tables."""
    workspace = setting.workspace()
    found = loading.check_tree(workspace.opened.unit_rows, workspace.opened.successions, workspace.tiers)
    status = finish(found)
    if not refusals(found):
        note(say("cli.units.sound", units=len(workspace.tree.units), successions=len(workspace.tree.successions)))
    return status
