"""`standing`: the table a chair reads first."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from chitieu.acts.force import FiledAct
from chitieu.cli.frame import Setting, command, leave, one_act, one_unit, say_made_up, words_of
from chitieu.cli.listing import Column, print_json, show
from chitieu.cli.options import day_option, format_option, period_option
from chitieu.cli.verdicts import print_decision, print_lines, print_unit
from chitieu.period import Period
from chitieu.problem import Problem, Weight, problem
from chitieu.standings.as_json import as_json
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
    asked = period or period_of(workspace, act)
    found = reckoned(setting, workspace, act, asked, as_of, unit, indicator)
    if form == "table":
        say_made_up(workspace, (one.tally for one in found))
        if not found:
            click.echo(say("standing.no-rows"))
        elif unit is not None and indicator is None:
            print_unit(workspace, act, found)
        elif indicator is not None:
            print_lines(workspace, act, found)
        else:
            print_decision(workspace, act, found)
        return 0
    state, delivery = workspace.folder.state, data_state(workspace)
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


def period_of(workspace: Workspace, act: FiledAct) -> Period:
    """The period an act applies to; leaves where it says none."""
    root = workspace.acts.root_on(act, act.decision.in_force)
    if root.decision.applies is None:
        leave([problem("NO-PERIOD-OF-ACT", value=act.name.number, weight=Weight.MISUSED)])
    return root.decision.applies.in_calendar(root.decision.calendar)


def data_state(workspace: Workspace) -> int:
    """The number of the last delivery."""
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
