"""Who handed on what: the coverage of each unit that may assign under a decision, on a day.

*Not begun*, *in part* (k of n units, m of t lines) or *whole*; with the cells a raised floor
overtook and the targets the issuer added. Until a cascade is filed the floor itself judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chitieu.acts.family import Family
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.tables import Catalogue, Cell, RowKey, Tables
from chitieu.acts.tiers import Tiers
from chitieu.acts.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What one unit handed on. Lines and units are those that the decision gives a floor."""

    unit: Unit
    units: int
    units_reached: int
    lines: int
    lines_handed: int
    cells: int
    cells_handed: int
    overtaken: tuple[tuple[Unit, RowKey, Cell, Cell], ...]
    """Unit below, indicator and method, the cascade's cell, the floor that judges instead."""
    own: tuple[RowKey, ...]

    @property
    def state(self) -> Literal["not-begun", "in-part", "whole"]:
        if self.cells_handed == self.cells:
            return "whole"
        return "in-part" if self.cells_handed or self.own else "not-begun"


def coverage(acts: Acts, catalogue: Catalogue, tiers: Tiers, root: FiledAct, day: date) -> list[Coverage]:
    """The coverage of every unit below the issuer that may assign on `day` and has units with a floor below it."""
    snapshot = acts.tree.on(day)
    family = Family(Tables(acts, catalogue), root, day, None, day)
    found = []
    for code in sorted(family.below):
        unit = snapshot.units[code]
        children = [
            child
            for child in (snapshot.units[below] for below in snapshot.children(code))
            if tiers.may_assign(unit.tier, child.tier, day)
        ]
        if children and (covered := _of(family, unit, children)) is not None:
            found.append(covered)
    return found


def _of(family: Family, unit: Unit, children: list[Unit]) -> Coverage | None:
    lines: set[RowKey] = set()
    handed_lines: set[RowKey] = set()
    reached: set[str] = set()
    floored: set[str] = set()
    overtaken: list[tuple[Unit, RowKey, Cell, Cell]] = []
    own: dict[RowKey, None] = {}
    cells = handed = 0
    for child in children:
        for row in family.rows:
            cell = family.floor(child, row)
            if cell is None or cell.level.is_none:
                continue
            cells += 1
            lines.add(row.key)
            floored.add(child.code)
            if family.own_value(child, row.key) is None:
                continue
            handed += 1
            handed_lines.add(row.key)
            reached.add(child.code)
            target = family.target(child, row.key)
            if target is not None and target.overtaken is not None:
                overtaken.append((child, row.key, target.overtaken, target.cell))
        for key in family.own_keys(child):
            own[key] = None
    if not cells and not own:
        return None
    return Coverage(
        unit=unit,
        units=len(floored),
        units_reached=len(reached),
        lines=len(lines),
        lines_handed=len(handed_lines),
        cells=cells,
        cells_handed=handed,
        overtaken=tuple(overtaken),
        own=tuple(own),
    )
