"""`standing` and `explain`: the table a chair reads first, and why a verdict is what it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from chitieu.acts.decision import say_name
from chitieu.acts.force import FiledAct
from chitieu.cli.frame import Setting, command, leave, one_act, one_unit, say_problems, words_of
from chitieu.cli.listing import Column, print_json, show
from chitieu.cli.options import day_option, format_option, period_option
from chitieu.cli.verdicts import print_decision, print_lines, print_unit
from chitieu.period import Period
from chitieu.problem import Problem, Weight, problem
from chitieu.standings.as_json import as_json
from chitieu.standings.explain import (
    Explainer,
    say_counts,
    say_method,
    say_missing,
    say_room,
    say_source,
    say_verdict,
    say_when,
)
from chitieu.standings.standing import Standing
from chitieu.walk import Workspace, stand
from chitieu.words import say


@click.command("standing", **words_of("standing"))
@click.option("--decision", "number_", required=True, metavar=say("cli.number"), help=say("cli.standing.decision"))
@period_option()
@day_option("--as-of", "cli.as-of")
@click.option("--unit", metavar=say("cli.unit"), help=say("cli.standing.unit"))
@click.option("--indicator", metavar=say("cli.indicator"), help=say("cli.standing.indicator"))
@format_option
@command("standing")
def standing(
    setting: Setting,
    number_: str,
    period: Period | None,
    as_of: date | None,
    unit: str | None,
    indicator: str | None,
    form: str,
) -> int:
    """Verdicts, headroom, rank; red first."""
    workspace = setting.workspace()
    act = one_act(workspace, number_)
    asked = period or _period_of(workspace, act)
    found = reckoned(setting, workspace, act, asked, as_of, unit, indicator)
    if form == "table":
        if not found:
            click.echo(say("standing.no-rows"))
        elif unit is not None and indicator is None:
            print_unit(workspace, act, found)
        elif indicator is not None:
            print_lines(workspace, act, found)
        else:
            print_decision(workspace, act, found)
        return 0
    state, delivery = workspace.folder.state, _data_state(workspace)
    objects = (as_json(one, state=state, delivery=delivery) for one in found)
    if form == "json":
        print_json(objects)
    else:
        show([_flat(one) for one in objects], [Column(key=key, heading="cli.column.name") for key in FLAT], "csv")
    return 0


def reckoned(
    setting: Setting,
    workspace: Workspace,
    act: FiledAct,
    period: Period,
    as_of: date | None,
    unit: str | None,
    indicator: str | None,
) -> list[Standing]:
    """The standings of the command; leaves it where a unit or indicator is not known, or a data file is damaged."""
    day = as_of or min(period.last, setting.today)
    if indicator is not None and indicator not in workspace.catalogue:
        leave([problem("NO-SUCH-INDICATOR", value=indicator, weight=Weight.MISUSED)])
    units = None if unit is None else [one_unit(workspace, unit, min(day, period.last))]
    found = stand(workspace, act, period, day, units=units, indicator=indicator)
    if isinstance(found, Problem):
        leave([found])
    return found


def _period_of(workspace: Workspace, act: FiledAct) -> Period:
    root = workspace.acts.root_on(act, act.decision.in_force)
    if root.decision.applies is None:
        leave([problem("NO-PERIOD-OF-ACT", value=act.name.number, weight=Weight.MISUSED)])
    return root.decision.applies.in_calendar(root.decision.calendar)


def _data_state(workspace: Workspace) -> int:
    known = workspace.lake.deliveries()
    return 0 if isinstance(known, Problem) else len(known)


FLAT = (
    "unit unit_name tier row indicator method period as_of numerator denominator status source captured_at shown "
    "operator value act verdict headroom rank block own illustration"
).split()


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    target = found["target"] or {}
    act = target.get("act")
    rank = found["rank"]
    return {
        **found,
        "period": found["period"]["name"],
        "operator": target.get("operator"),
        "value": target.get("value"),
        "act": f"{act['issuer']}:{act['number']}@{act['issued_on']}#{act['row']}" if act else None,
        "rank": f"{rank['place']}/{rank['of']}" if rank else None,
        "own": target.get("own"),
        "illustration": target.get("illustration"),
    }


@click.command("explain", **words_of("explain"))
@click.argument("indicator", metavar=say("cli.indicator"))
@click.option("--unit", required=True, metavar=say("cli.unit"), help=say("cli.standing.unit"))
@click.option("--decision", "number_", required=True, metavar=say("cli.number"), help=say("cli.standing.decision"))
@period_option()
@day_option("--as-of", "cli.as-of")
@format_option
@command("explain")
def explain(
    setting: Setting, indicator: str, unit: str, number_: str, period: Period | None, as_of: date | None, form: str
) -> int:
    """Why this verdict: acts, rows, definition, n and d, and the digests to check them by."""
    workspace = setting.workspace()
    act = one_act(workspace, number_)
    asked = period or _period_of(workspace, act)
    found = reckoned(setting, workspace, act, asked, as_of, unit, indicator)
    if not found:
        say_problems([problem("NOT-IN-TABLE", value=unit, weight=Weight.WARNING, act=say_name(act.name))])
    state, delivery = workspace.folder.state, _data_state(workspace)
    explainer = Explainer(workspace.tree, workspace.province)
    if form == "json":
        objects = [{**as_json(one, state=state, delivery=delivery), "why": sentences(explainer, one)} for one in found]
        print_json(objects)
        return 0
    if form == "csv":
        rows = [{"unit": one.assigned.unit.code, "why": " ".join(sentences(explainer, one))} for one in found]
        show(rows, [Column(key="unit", heading="cli.column.code"), Column(key="why", heading="cli.column.name")], "csv")
        return 0
    for one in found:
        click.echo("\n".join(sentences(explainer, one)))
        definition = one.indicator.digest
        click.echo(say("explain.digest", acts=state, definition=definition, delivery=delivery))
    return 0


def sentences(explainer: Explainer, one: Standing) -> list[str]:
    """The whole explanation, a sentence a line."""
    unit = f"{one.assigned.unit.code} {one.assigned.unit.name}"
    illustration = one.assigned.target is not None and one.assigned.target.illustration
    heading = say("explain.heading", unit=unit, indicator=f"{one.indicator.name.vi} · {say_when(one)}")
    method = one.indicator.method(one.tally.method) if one.tally.method else None
    sources = (
        "; ".join(f"{source.act or source.text} ({source.certainty})" for source in method.sources) if method else ""
    )
    figure = " · ".join(
        part
        for part in (say_counts(one.tally), one.shown or "", say_source(one.tally), say_missing(one.tally, {}))
        if part
    )
    return [
        say("standing.head-illustration", head=heading) if illustration else heading,
        say("explain.target", sentence=explainer.target(one.assigned)),
        say("explain.method", method=say_method(one)),
        *([say("explain.source", source=sources)] if sources else []),
        say("explain.figure", figure=figure or say("explain.nothing")),
        say("explain.verdict", verdict=say_verdict(one)),
        *([say("explain.room", room=room)] if (room := say_room(one)) else []),
    ]
