"""The tables of standings at the terminal: of a whole decision, of one line, of one unit. Red first, words and marks.

Chooses columns and their order; every sentence comes from `standings.explain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from chitieu.acts import level as levels
from chitieu.acts.decision import say_name
from chitieu.acts.force import FiledAct
from chitieu.cli.listing import Column, print_table
from chitieu.standings.explain import (
    counted,
    say_counts,
    say_finding,
    say_method,
    say_missing,
    say_noun,
    say_source,
    say_verdict,
    say_when,
)
from chitieu.standings.headroom import say_in_a_cell
from chitieu.standings.shown import number
from chitieu.standings.standing import ORDER_OF_VERDICTS, Standing
from chitieu.standings.verdict import Verdict
from chitieu.walk import Workspace
from chitieu.words import say

MOST_ROWS = 12
"""Rows of one line that the table of a whole decision shows; the rest is counted."""
RED: tuple[Verdict, ...] = ("not_met", "missing")
GREEN: tuple[Verdict, ...] = ("met", "meeting")
Line = tuple[int, str, str | None]

FIGURES = (
    Column(key="counts", heading="standing.column.counts", side="right"),
    Column(key="shown", heading="standing.column.shown", side="right"),
    Column(key="target", heading="standing.column.target", side="right"),
    Column(key="verdict", heading="standing.column.verdict"),
    Column(key="room", heading="standing.column.room", side="right"),
    Column(key="rank", heading="standing.column.rank", side="right"),
    Column(key="note", heading="standing.column.note", flexible=True),
)


def print_decision(workspace: Workspace, act: FiledAct, found: Sequence[Standing]) -> None:
    """The finding over all, the lines with how many of each verdict, then who misses, line by line."""
    click.echo(_head(act, say("standing.of-act", act=say_name(act.name), when=say_when(found[0]))))
    click.echo(say("standing.finding-targets", count=number(len(found)), finding=say_finding(found)))
    lines = _lines(found)
    present = list(counted(found))
    rows = []
    for members in lines.values():
        counts = counted(members)
        row: dict[str, Any] = {"row": members[0].assigned.row.row, "indicator": members[0].indicator.name.vi}
        rows.append(row | {verdict: number(counts[verdict]) for verdict in present if verdict in counts})
    columns = [
        Column(key="row", heading="standing.column.row", side="right"),
        Column(key="indicator", heading="standing.column.indicator", flexible=True),
        *(Column(key=verdict, heading=f"standing.verdict.{verdict}", side="right") for verdict in present),
    ]
    print_table(rows, columns)
    for members in lines.values():
        red = [one for one in members if one.verdict in RED]
        if red:
            click.echo("")
            print_line(workspace, act, members, red[:MOST_ROWS])
            if len(red) > MOST_ROWS:
                more = number(len(red) - MOST_ROWS)
                click.echo(say("standing.more", count=more, indicator=members[0].indicator.code))
    click.echo("")
    click.echo(say("standing.next-indicator"))


def print_lines(workspace: Workspace, act: FiledAct, found: Sequence[Standing]) -> None:
    """One line of the decision (an indicator counted by two methods has two): every unit."""
    for position, members in enumerate(_lines(found).values()):
        if position:
            click.echo("")
        print_line(workspace, act, members, members)


def print_line(workspace: Workspace, act: FiledAct, members: Sequence[Standing], shown: Sequence[Standing]) -> None:
    """The finding of a line over all its `members` in a sentence, then the units `shown`."""
    first = members[0]
    head = say("standing.head", indicator=first.indicator.name.vi, method=say_method(first), when=say_when(first))
    click.echo(_head(act, head))
    sources = list(dict.fromkeys(text for one in members if (text := say_source(one.tally))))
    finding = say("standing.finding", count=number(len(members)), finding=say_finding(members))
    click.echo(" · ".join([*sources, finding] if len(sources) == 1 else [finding]))
    _print(workspace, shown, Column(key="unit", heading="standing.column.unit", flexible=True))


def print_unit(workspace: Workspace, act: FiledAct, found: Sequence[Standing]) -> None:
    """Everything one unit is asked, in one table."""
    unit = found[0].assigned.unit
    head = say("standing.of-unit", unit=f"{unit.code} {unit.name}", act=say_name(act.name), when=say_when(found[0]))
    click.echo(_head(act, head))
    click.echo(say("standing.finding-targets", count=number(len(found)), finding=say_finding(found)))
    ordered = sorted(found, key=lambda one: (ORDER_OF_VERDICTS.index(one.verdict), one.assigned.row.row))
    _print(workspace, ordered, Column(key="indicator", heading="standing.column.indicator", flexible=True))


def _head(act: FiledAct, head: str) -> str:
    return say("standing.head-illustration", head=head) if act.decision.illustration else head


def _lines(found: Sequence[Standing]) -> dict[Line, list[Standing]]:
    lines: dict[Line, list[Standing]] = {}
    for one in found:
        lines.setdefault((one.assigned.row.row, one.indicator.code, one.tally.method), []).append(one)
    return lines


def _print(workspace: Workspace, shown: Sequence[Standing], first: Column) -> None:
    if any(one.assigned.compare_only for one in shown):
        click.echo(say("standing.compare-only"))
    rows = [_row(workspace, one) for one in shown]
    always = (first.key, "verdict")
    nouns = list(dict.fromkeys(say_noun(one) for one in shown if one.headroom is not None))
    used = [
        replace(column, title=say("standing.room-of", noun=nouns[0]))
        if column.key == "room" and len(nouns) == 1
        else column
        for column in (first, *FIGURES)
        if column.key in always or any(row[column.key] for row in rows)
    ]
    styles = ["red" if one.verdict in RED else "green" if one.verdict in GREEN else "dim" for one in shown]
    print_table(rows, used, styles=styles)


def _row(workspace: Workspace, one: Standing) -> dict[str, Any]:
    target, tally = one.assigned.target, one.tally
    notes = []
    if target is not None:
        notes += [say("standing.illustration")] if target.illustration else []
        notes += [say("standing.own")] if target.own else []
        notes += [say("standing.late")] if one.assigned.retroactive else []
        notes += [say("standing.overtaken")] if target.overtaken is not None else []
        notes += [say(f"standing.{code.lower()}") for code in dict.fromkeys(other.code for other in one.assigned.also)]
    if one.few_records and tally.denominator is not None and tally.denominator < workspace.province.least_denominator:
        notes.append(say("standing.few"))
    names = (
        {code: unit.name for code, unit in workspace.tree.on(min(one.as_of, one.period.last)).units.items()}
        if tally.units
        else {}
    )
    # That nobody is missing in a measured sum goes without saying.
    is_told = tally.status != "measured" or not tally.whole
    notes += [text] if is_told and (text := say_missing(tally, names)) else []
    notes += [say("tally.unstated")] if tally.coverage == "unstated" else []
    return {
        "unit": f"{one.assigned.unit.code} {one.assigned.unit.name}",
        "counts": say_counts(tally),
        "shown": one.shown or "",
        "target": levels.say(one.level) if one.level is not None else "",
        "verdict": say_verdict(one),
        "room": say_in_a_cell(one.headroom, final=one.final),
        "indicator": say("standing.line", row=one.assigned.row.row, indicator=one.indicator.name.vi),
        "rank": say("standing.rank", place=one.rank[0], of=one.rank[1]) if one.rank and one.rank[1] > 1 else "",
        "note": "; ".join(notes),
    }
