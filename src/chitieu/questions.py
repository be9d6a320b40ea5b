"""Questions beside the walk: a draft on results that lie behind it, one record, the records that are still open.

Each answer is made of the same steps as the walk; nothing is filed and nothing is delivered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from chitieu.acts.force import Acts, speaks_for
from chitieu.acts.units import Unit
from chitieu.measures import fetching
from chitieu.measures.fetching import Found
from chitieu.measures.method import Asked, Definition
from chitieu.measures.prospects import Prospects
from chitieu.period import Period
from chitieu.problem import Problem, problem, refusals
from chitieu.records.kind import Kind
from chitieu.records.kinds import kinds
from chitieu.records.own_day import own_day
from chitieu.standings.standing import Standing
from chitieu.standings.worklist import Open
from chitieu.walk import Workspace, counting, read_act, stand


def trial(
    workspace: Workspace, name: str, data: bytes, period: Period, as_of: date
) -> tuple[list[Standing] | None, list[Problem]]:
    """A draft on results that lie behind it: a decision as if it applied to `period`, alone; a cascade or an
    amendment as if it had been in force from the first day of `period` among the filed acts. Nothing is filed.
    """
    act, problems = read_act(workspace, name, data, workspace.acts)
    if act is None or refusals(problems):
        return None, problems
    decision = act.decision
    if decision.kind == "decision":
        moved = decision.judging(period)
    else:
        moved = replace(decision, in_force=min(decision.in_force, period.first))
    draft = replace(act, decision=moved, codes_read_on=decision.in_force)
    acts = Acts([draft] if decision.kind == "decision" else [*workspace.acts.filed, draft], workspace.tree)
    amended = acts.find(decision.amends) or draft
    if decision.kind == "annulment" or not speaks_for(acts.root_on(amended, min(as_of, period.last)), period):
        return None, [*problems, problem("TRY-SAYS-NOTHING", file=name, field="kind", period=period.name)]
    standings = stand(workspace, draft, period, as_of, acts=acts)
    return (None, [*problems, standings]) if isinstance(standings, Problem) else (standings, problems)


def record_of(workspace: Workspace, kind: str, text: str, asked: Sequence[Asked]) -> Found | Problem | None:
    """The current record of a key written as text (`NV-2024-017@75-noi-vu`); None where there is none."""
    key = fetching.key_of(kinds()[kind], text)
    return None if key is None else fetching.by_key(kinds()[kind], key, asked, counting(workspace))


def open_records(
    workspace: Workspace, definition: Definition, unit: Unit, asked: Asked, *, own: bool
) -> list[Open] | Problem:
    """The open records of a unit, with all below it or its own alone, under one definition."""
    kind, tree = kinds()[definition.record], workspace.tree
    identities = fetching.counted_for(tree, unit, asked.judged_on, own=own)
    found = fetching.of_units(kind, identities, [asked], counting(workspace))
    if isinstance(found, Problem):
        return found
    prospects = Prospects(kind, definition, asked, workspace.opened.calendar)
    there = [replace(one, values=as_known(kind, one.values, asked.as_of)) for one in found]
    known = ((one, prospects.of(one.values)) for one in there if not _is_to_come(kind, one.values, asked.as_of))
    return [Open(key=one.key, unit=one.values["unit"], prospect=its) for one, its in known if its is not None]


def as_known(kind: Kind, values: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    """A record as it was at the end of a day: a moment after it had not come yet."""
    coming = {column.name for column in kind.stored if column.empty == "not_yet" or column.name in kind.flatten}
    coming -= set(kind.unit_on)

    def known(name: str, value: Any) -> Any:
        if name not in coming or not isinstance(value, date):
            return value
        return None if (value.date() if isinstance(value, datetime) else value) > as_of else value

    return {name: known(name, value) for name, value in values.items()}


def _is_to_come(kind: Kind, values: Mapping[str, Any], as_of: date) -> bool:
    """Whether a record came in after the day; rows that follow from acts are there before their day."""
    day = own_day(kind, values)
    return kind.feeds == (kind.code,) and day is not None and day > as_of
