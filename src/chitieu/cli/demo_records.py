"""The second half of the demonstration: a province-year of made-up records, counted, judged and explained.

Every figure of it is marked *số liệu minh hoạ*: the decision is real, the records are not.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import click

from chitieu.cli.frame import leave
from chitieu.cli.listing import Column, print_table
from chitieu.cli.stage import Stage
from chitieu.measures import fetching
from chitieu.measures.fate import fate
from chitieu.measures.method import Asked
from chitieu.period import Period, read
from chitieu.problem import Problem
from chitieu.records.kinds import kinds
from chitieu.standings.shown import number
from chitieu.standings.standing import Standing
from chitieu.walk import Workspace, counting, measure, open_workspace, stand
from chitieu.words import say

ACT = "194/QĐ-UBND"
YEAR, DOSSIERS, SEED = 2024, "20000", "194"
SOURCE = "so-lieu-minh-hoa"
COVERED = f"75:{YEAR}-01-01:{YEAR}-12-31"
INDICATOR = "on-time-dossiers"
DISTRICT = "731"
UNITS = ("75-noi-vu", DISTRICT, "26041")
"""One department, one district, one commune: 14, 14 and 11 targets."""
PERIODS = [f"{YEAR}-M{month:02d}" for month in range(1, 13)] + [f"{YEAR}-Q{quarter}" for quarter in range(1, 5)]
WORKED_ON = date(YEAR, 11, 28)
"""The evening before the day whose worklist is shown."""
BY_KIND = [*"procedure dossier petition survey payment task inspection inspection_scope".split()]
BY_KIND += ["initiative", "meeting", "committee"]


def show_records(stage: Stage) -> None:
    """Generate, import, measure, judge, explain one miss down to the clause, and the worklist that would avoid one."""
    out = stage.home / "minh-hoa"
    stage.say("demo.records")
    made = ("--units", "75", "--year", str(YEAR), "--dossiers", DOSSIERS, "--seed", SEED)
    stage.run("generate", *made, "--out", str(out), shown=("generate", *made, "--out", "var/demo/minh-hoa"), lines=1)
    stage.say("demo.imported")
    for kind in BY_KIND:
        file = next(out.glob(f"{kind}.*"))
        said = ("--source", SOURCE, "--covers", COVERED)
        # Dossiers and the defects planted among them: a share is quarantined, by name.
        stage.run(
            "import", kind, str(file), *said, status=1 if kind == "dossier" else 0, lines=8 if kind == "dossier" else 1
        )
    workspace, problems = open_workspace(stage.home)
    if workspace is None:
        leave(problems)
    stage.say("demo.measured")
    _measure(workspace)
    stage.run("measure", "--period", str(YEAR), "--unit", "75")
    stage.say("demo.judged")
    for unit in UNITS:
        stage.run("standing", "--decision", ACT, "--period", str(YEAR), "--unit", unit)
    missed = _missed(workspace)
    unit = missed.assigned.unit.code
    stage.say("demo.explained", unit=f"{unit} {missed.assigned.unit.name}")
    asked = ("--unit", unit, "--decision", ACT, "--period", str(YEAR))
    stage.run("explain", INDICATOR, *asked)
    stage.run("explain", INDICATOR, _late(workspace, missed), "--method", "resolved", "--period", str(YEAR))
    stage.say("demo.worklist")
    stage.run("worklist", DISTRICT, INDICATOR, "--decision", ACT, "--as-of", str(WORKED_ON), "--limit", "8")


def _period(name: str) -> Period:
    found = read(name)
    if isinstance(found, Problem):
        leave([found])
    return found


def _measure(workspace: Workspace) -> None:
    """How many figures: every indicator, every unit, months, quarters and the year, by what they are."""
    methods = [(one, one.default or "") for one in workspace.catalogue.values() if one.built_in and one.default]
    asked = [Asked(period=period, as_of=period.last) for period in map(_period, [*PERIODS, str(YEAR)])]
    found = measure(workspace, methods, asked)
    if isinstance(found, Problem):
        leave([found])
    counted = Counter(tally.status for _, tally in found.rows)
    units = {tally.unit for _, tally in found.rows}
    size = {"units": number(len(units)), "periods": number(len(asked)), "methods": number(len(methods))}
    click.echo("\n" + say("demo.figures-of-all", count=number(len(found.rows)), **size))
    rows = [{"status": say(f"tally.status.{status}"), "count": number(counted[status])} for status in sorted(counted)]
    columns = [
        Column(key="status", heading="tally.column.status"),
        Column(key="count", heading="demo.column.count", side="right"),
    ]
    print_table(rows, columns)


def _missed(workspace: Workspace) -> Standing:
    """The commune that missed the target by the most dossiers."""
    act, year = workspace.acts.fitting(ACT)[0], _period(str(YEAR))
    found = stand(workspace, act, year, year.last, indicator=INDICATOR)
    if isinstance(found, Problem):
        leave([found])
    missed = [one for one in found if one.verdict == "not_met" and one.assigned.unit.tier == "commune"]
    return max(
        missed, key=lambda one: ((one.tally.denominator or 0) - (one.tally.numerator or 0), one.assigned.unit.code)
    )


def _late(workspace: Workspace, missed: Standing) -> str:
    """The first of its dossiers that waited for a supplement and failed all the same, else the first that failed."""
    method = missed.indicator.method(missed.tally.method or "")
    if method is None or method.definition is None:
        raise LookupError(missed.tally.method)
    asked = Asked(period=missed.period, as_of=missed.as_of)
    unit, kind = missed.assigned.unit, kinds()[method.record]
    identities = fetching.counted_for(workspace.tree, unit, asked.judged_on, own=False)
    found = fetching.of_units(kind, identities, [asked], counting(workspace))
    if isinstance(found, Problem):
        leave([found])
    working = workspace.opened.calendar
    failed = [
        one for one in found if fate(method.definition, one.record(working).whole, asked, working).outcome == "failed"
    ]
    failed.sort(key=lambda one: (one.values["supplement1_requested_at"] is None, one.key))
    return failed[0].key[0]
