"""Populations: rows that no file brings, because they follow from acts and the tree. Cycles due, units in scope.

What belongs together is one unit: codes that mean the same unit on the days of the two records. The counted row's
unit is asked, so what a successor did fulfils no row of its predecessor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from chitieu.acts.units import Tree
from chitieu.period import FIRST_YEAR, LAST_YEAR, Calendar, Period
from chitieu.period import read as read_period
from chitieu.records.kinds import kinds
from chitieu.records.own_day import unit_of

Row = Mapping[str, Any]

DAYS_TO_RE_ESTABLISH = 30
"""Days after a change within which a committee is established anew (indicator 1)."""


def meeting_cycles(
    tree: Tree, calendar: Calendar, first: date, last: date, meetings: Iterable[Row], committees: Iterable[Row]
) -> list[dict[str, Any]]:
    """A row for each quarter of the calendar that ends from `first` to `last`, for each unit standing on its last day.

    `meeting_held`: at least one meeting with minutes in it; `committee_in_force`: one on its last day.
    """
    held: dict[str, set[date]] = {}
    for row in meetings:
        meant = unit_of(kinds()["meeting"], row, tree)
        if (
            meant is not None
            and meant[1] is None
            and row["held_on"] is not None
            and row["minutes_document"] is not None
        ):
            held.setdefault(meant[0].identity, set()).add(row["held_on"])
    seated: dict[str, list[Row]] = {}
    for row in committees:
        meant = unit_of(kinds()["committee"], row, tree)
        if meant is not None and meant[1] is None:
            seated.setdefault(meant[0].identity, []).append(row)
    found: list[dict[str, Any]] = []
    for cycle in _quarters(calendar, first, last):
        for unit in tree.on(cycle.last).units.values():
            committee = (_in_force(row, cycle.last) for row in seated.get(unit.identity, ()))
            found.append(
                {
                    "unit": unit.code,
                    "begins_on": cycle.first,
                    "ends_on": cycle.last,
                    "meeting_held": any(cycle.holds(day) for day in held.get(unit.identity, ())),
                    "committee_in_force": any(committee),
                }
            )
    return found


def _quarters(calendar: Calendar, first: date, last: date) -> list[Period]:
    prefix = "report:" if calendar == "report" else ""
    years = range(max(first.year, FIRST_YEAR), min(last.year + 1, LAST_YEAR) + 1)
    named = [read_period(f"{prefix}{year}-Q{quarter}") for year in years for quarter in range(1, 5)]
    return [cycle for cycle in named if isinstance(cycle, Period) and first <= cycle.last <= last]


def _in_force(row: Row, day: date) -> bool:
    """Whether a row of a committee makes it one in force on the last day of a cycle."""
    begins, ends = row["valid_from"], row["valid_to"]
    if (begins is not None and begins > day) or (ends is not None and ends < day):
        return False
    changed, anew = row["changed_on"], row["re_established_on"]
    if changed is None or changed > day or (day - changed).days < DAYS_TO_RE_ESTABLISH:
        return True
    return anew is not None and anew <= changed + timedelta(days=DAYS_TO_RE_ESTABLISH)


def inspection_scope(
    tree: Tree, years: Iterable[int], plans: Sequence[Row], inspections: Iterable[Row]
) -> list[dict[str, Any]]:
    """The rows of every plan of the years, and for a unit without one its direct children on 1 January.

    `first_inspected_on`: the first day from 1 January on which that unit inspected it.
    """
    done: dict[tuple[str, str], list[date]] = {}
    for row in inspections:
        inspects = unit_of(kinds()["inspection"], row, tree)
        inspected = unit_of(kinds()["inspection"], row, tree, "inspected_unit")
        if inspects is None or inspected is None or row["inspected_on"] is None:
            continue
        if inspects[1] is None and inspected[1] is None:
            done.setdefault((inspects[0].identity, inspected[0].identity), []).append(row["inspected_on"])
    found: list[dict[str, Any]] = []
    for year in sorted(set(years)):
        day = date(year, 1, 1)
        planned = set()
        rows: list[tuple[str, str]] = []
        for plan in plans:
            if plan["year"] == year:
                rows.append((plan["unit"], plan["inspected_unit"]))
                meant = tree.look_up(plan["unit"], day)
                planned.add(meant[0].identity if meant is not None else "")
        snapshot = tree.on(day)
        for unit in snapshot.units.values():
            if unit.identity not in planned:
                rows += [(unit.code, child) for child in snapshot.children(unit.code)]
        for inspects_code, inspected_code in rows:
            pair = tree.look_up(inspects_code, day), tree.look_up(inspected_code, day)
            days = [] if None in pair else done.get((pair[0][0].identity, pair[1][0].identity), [])  # type: ignore[index]
            found.append(
                {
                    "unit": inspects_code,
                    "year": year,
                    "inspected_unit": inspected_code,
                    "first_inspected_on": min((one for one in days if one >= day), default=None),
                }
            )
    return found
