"""Plans of inspection and the inspections done: of the units directly below, or of the unit itself by itself.

A unit is inspected on a day on which it stood; some inspect without a plan of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from chitieu.generate.clock import CLOSES, DAY
from chitieu.generate.dice import Dice
from chitieu.generate.stands import Stand, World

Row = dict[str, Any]


def inspections(world: World, seed: int) -> Iterator[tuple[str, Row]]:
    """Rows of `inspection_scope` and of `inspection`, each with its kind, unit by unit in the plan of 1 January."""
    for stand in world.opening:
        dice = Dice(seed, world.year, "inspection", stand.name)
        yield from _of(world, stand, dice)


def _of(world: World, stand: Stand, dice: Dice) -> Iterator[tuple[str, Row]]:
    opening = world.tree.on(date.fromordinal(world.first))
    children = opening.children(stand.unit.code)
    is_root = world.is_root(stand)
    if not children and not is_root and dice.falls(500):
        return
    has_plan = is_root or not children or dice.falls(800)
    ends = {child: opening.units[child].ends for child in children}
    number = 0
    for code in children or (stand.unit.code,):
        first = number == 0
        planned = has_plan and (is_root or not children or dice.falls(900))
        if planned:
            row: Row = {"unit": stand.unit.code, "year": world.year, "inspected_unit": code}
            yield "inspection_scope", row
        if not (is_root and first) and not dice.falls(760 if planned or not has_plan else 100):
            continue
        until = ends.get(code)
        last = min(stand.last, until.toordinal() - 1) if until is not None else stand.last
        for _ in range(2 if dice.falls(80) else 1):
            number += 1
            yield "inspection", _inspection(world, stand, dice, code, number, last)


def _inspection(world: World, stand: Stand, dice: Dice, code: str, number: int, last: int) -> Row:
    clock = world.clock
    least, most = clock.position(stand.first - 1) + 1, clock.position(last)
    day = clock.days[dice.between(least, most)] if least <= most else last
    row: Row = {
        "inspection_id": f"KT-{world.label(stand)}-{number:03d}",
        "unit": stand.unit.code,
        "inspected_unit": code,
        "inspected_on": day,
        "version_at": day * DAY + CLOSES,
    }
    if not dice.falls(20):
        row["digital"] = dice.falls(560)
    if not dice.falls(80):
        row["conclusion_document"] = f"{1 + dice.below(400)}/KL-MH"
    return row
