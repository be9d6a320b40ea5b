"""A filled table → a cascade, and the table to fill with its floors. One door more for the same level text.

Columns: unit (a code, or empty for the whole tier), tier, indicator, method, level. A cell that
could mean several things is refused with what could be meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chitieu.acts import level as levels
from chitieu.acts.decision import ActName, Decision, Line
from chitieu.acts.family import Family, strictest
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.level import Level
from chitieu.acts.names import fold
from chitieu.acts.tables import Catalogue, Tables
from chitieu.acts.tiers import Tiers
from chitieu.payload import Payload, Row, opened
from chitieu.problem import Problem, problem

COLUMNS = ("unit", "indicator", "level")
TEMPLATE = ("unit", "name", "tier", "indicator", "method", "wording", "floor", "level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the command says beside the table."""

    issuer: str
    number: str
    issued_on: date
    under: ActName
    title: str
    in_force: date | None = None
    signed_as: str | None = None
    illustration: bool = False


def read(data: bytes, file: str, heading: Heading, acts: Acts, tiers: Tiers) -> tuple[Decision | None, list[Problem]]:
    """The cascade of a filled table; a row with an empty level hands nothing on and is counted by coverage."""
    payload = opened(data, file)
    if isinstance(payload, Problem):
        return None, [payload]
    missing = payload.missing(*COLUMNS)
    if missing is not None:
        return None, [missing]
    return _Filled(payload, heading, acts, tiers).decision()


class _Filled:
    def __init__(self, payload: Payload, heading: Heading, acts: Acts, tiers: Tiers) -> None:
        self._payload, self._heading, self._acts, self._tiers = payload, heading, acts, tiers
        self._problems: list[Problem] = []
        self._day = heading.in_force or heading.issued_on

    def decision(self) -> tuple[Decision | None, list[Problem]]:
        cells: dict[tuple[str, str | None], tuple[dict[str, Level], dict[str, Level]]] = {}
        seen: dict[tuple[str, str, str | None], int] = {}
        for row in self._payload.rows:
            if row.fault:
                self._complain(row.fault, row, "")
                continue
            text = row.cells.get("level", "")
            if not text:
                continue
            indicator, method = row.cells.get("indicator", ""), row.cells.get("method") or None
            unit, tier = row.cells.get("unit", ""), row.cells.get("tier", "")
            if not indicator:
                self._complain("MISSING-KEY", row, "indicator")
                continue
            key = (fold(unit or f"tier:{tier}"), indicator, method)
            if key in seen:
                self._complain("FILLED-TWICE", row, "unit", unit or tier, first=seen[key])
                continue
            seen[key] = row.number
            level = levels.read(text)
            if isinstance(level, Problem):
                self._problems.append(level.at(file=self._payload.file, row=row.number, field="level", value=text))
                continue
            by_tier, by_unit = cells.setdefault((indicator, method), ({}, {}))
            if unit:
                by_unit[unit] = level
            elif self._tiers.tier(tier) is not None:
                by_tier[tier] = level
            else:
                self._complain("UNKNOWN-TIER", row, "tier", tier, tier=tier)
        if not cells and not self._problems:
            self._problems.append(problem("NOTHING-FILLED", file=self._payload.file, field="level"))
        if self._problems:
            return None, self._problems
        lines = [
            Line(
                row=number,
                indicator=indicator,
                method=method,
                tiers=tuple(by_tier.items()),
                units=tuple(by_unit.items()),
            )
            for number, ((indicator, method), (by_tier, by_unit)) in enumerate(cells.items(), 1)
        ]
        heading = self._heading
        name = ActName(issuer=heading.issuer, number=heading.number, issued_on=heading.issued_on)
        return Decision(
            name=name,
            kind="cascade",
            title=heading.title,
            in_force=self._day,
            signed_as=heading.signed_as,
            illustration=heading.illustration,
            under=heading.under,
            lines=tuple(lines),
        ), []

    def _complain(self, code: str, row: Row, field: str, value: str | None = None, **values: Any) -> None:
        self._problems.append(
            problem(code, file=self._payload.file, row=row.number, field=field, value=value, **values)
        )


def template(
    acts: Acts, catalogue: Catalogue, tiers: Tiers, upper: FiledAct, issuer: str, day: date
) -> list[Sequence[str]]:
    """The table to fill, head first: every unit directly below the issuer × every line, with what binds there."""
    snapshot = acts.tree.on(day)
    bearer = acts.tree.bearer(issuer, day)
    rows: list[Sequence[str]] = [TEMPLATE]
    if bearer is None:
        return rows
    family = Family(Tables(acts, catalogue), acts.root_on(upper, day), day, None, day)
    indicators = [row.indicator for row in family.rows]
    for row in family.rows:
        named = row.method_named or indicators.count(row.indicator) > 1
        for child in (snapshot.units[code] for code in snapshot.children(bearer.code)):
            if not tiers.may_assign(bearer.tier, child.tier, day):
                continue
            floors = [cell.level for cell in family.binding(child, row.key, upper)]
            wording = row.line.wording or catalogue[row.indicator].name.vi
            method = row.method if named and row.method else ""
            floor = levels.write(strictest(floors)) if floors else ""
            rows.append((child.code, child.name, child.tier, row.indicator, method, wording, floor, ""))
    return rows
