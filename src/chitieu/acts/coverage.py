"""Who handed on what: the coverage of each unit that may assign under a decision, on a day.

*Not begun*, *in part* (k of n units, m of t lines) or *whole*; with the cells a raised floor
overtook and the targets the issuer added, which count for nothing here. Until a cascade is filed
the floor itself judges.
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
    """What one unit handed on. Lines and units are those that the decision gives a floor or orders to hand on."""

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
        return "in-part" if self.cells_handed else "not-begun"


def coverage(acts: Acts, catalogue: Catalogue, tiers: Tiers, root: FiledAct, day: date) -> list[Coverage]:
    """The coverage of every unit below the issuer that may assign on `day` and has something to hand on.

    Empty where the decision is not in force on the day.
    """
    if not acts.in_force(root, day):
        return []
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
    units: set[str] = set()
    reached: set[str] = set()
    overtaken: list[tuple[Unit, RowKey, Cell, Cell]] = []
    own: dict[RowKey, None] = {}
    cells = handed = 0
    keys = dict.fromkeys((*(row.key for row in family.rows), *family.handed.get(unit.identity, ())))
    for child in children:
        for key in keys:
            value = family.own_value(child, key)
            upper = family.to_hand_on(unit, key) if value is None else family.upper(value[1].act)
            target = family.target(child, key)
            if not family.binding(child, key, upper):
                if target is not None:
                    own[key] = None
                continue
            cells += 1
            lines.add(key)
            units.add(child.code)
            if value is None:
                continue
            handed += 1
            handed_lines.add(key)
            reached.add(child.code)
            if target is not None and target.overtaken is not None:
                overtaken.append((child, key, target.overtaken, target.cell))
    if not cells and not own:
        return None
    return Coverage(
        unit=unit,
        units=len(units),
        units_reached=len(reached),
        lines=len(lines),
        lines_handed=len(handed_lines),
        cells=cells,
        cells_handed=handed,
        overtaken=tuple(overtaken),
        own=tuple(own),
    )
