"""The catalogue of procedures: what a dossier is about, what the unit at the top says of it, what those below say.

The rows under the highest unit carry the values; those under other units leave most cells empty, so that a
look-up goes up the tree, and some set a shorter time of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chitieu.generate.clock import CLOSES, DAY
from chitieu.generate.dice import Dice
from chitieu.generate.stands import Stand, World

Row = dict[str, Any]

_HOW_MANY = {"department": 12, "district": 40, "commune": 34}
_OTHERS = 16
_OWN_ROWS = {"department": 12, "district": 18, "commune": 10}
_FEE_BEARING = {"department": 600, "district": 560, "commune": 500}
_DAYS = (1, 1, 2, 3, 3, 5, 5, 7, 10, 10, 15, 15, 20, 30)
_FEES = (5_000, 8_000, 10_000, 20_000, 30_000, 50_000, 100_000, 150_000, 300_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A procedure as it truly is; `fee` is 0 where nothing is paid, `days` the statutory working days."""

    code: str
    field: str
    days: int
    fee: int
    returns_paper_result: bool
    full_service: bool


Catalogue = Mapping[str, tuple[Procedure, ...]]
"""The procedures of each group: those of one department, or of all units of a tier."""


def group_of(stand: Stand) -> str:
    """Whose procedures a unit settles: every department has its own, the units of another tier share theirs."""
    return stand.unit.code if stand.unit.tier == "department" else stand.unit.tier


def catalogue(world: World, seed: int) -> Catalogue:
    """Procedures for every group of units that settles dossiers, the most asked for first."""
    tiers = {group_of(stand): stand.unit.tier for stand in world.stands if stand.takes_dossiers}
    found: dict[str, tuple[Procedure, ...]] = {}
    number = 0
    for group in sorted(tiers):
        tier, dice = tiers[group], Dice(seed, world.year, "procedure", group)
        made = []
        for _ in range(_HOW_MANY.get(tier, _OTHERS)):
            number += 1
            fee = _FEES[dice.below(len(_FEES))] if dice.falls(_FEE_BEARING.get(tier, 500)) else 0
            made.append(
                Procedure(
                    code=f"9.9{number:05d}",  # no real procedure begins so
                    field=f"MH.{1 + number // 6:02d}",
                    days=_DAYS[dice.below(len(_DAYS))],
                    fee=fee,
                    returns_paper_result=dice.falls(900),
                    full_service=dice.falls(550),
                )
            )
        found[group] = tuple(made)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """The shorter times that single units gave themselves: working days by unit and procedure."""

    days: Mapping[tuple[str, str], int]

    def of(self, stand: Stand, procedure: Procedure) -> int:
        """The statutory days as the look-up finds them for a dossier of the unit."""
        return self.days.get((stand.name, procedure.code), procedure.days)


def rows(world: World, known: Catalogue, seed: int) -> tuple[list[Row], Shortened]:
    """The records of the kind, and the times they change. A procedure and a code give one record, and its versions."""
    made = list(_highest_rows(world, known, seed))
    shortened: dict[tuple[str, str], int] = {}
    seen = {world.root}
    for stand in world.stands:
        if stand.unit.code in seen or not stand.takes_dossiers:
            continue
        seen.add(stand.unit.code)
        dice = Dice(seed, world.year, "procedure-row", stand.name)
        for procedure in known[group_of(stand)][: _OWN_ROWS.get(stand.unit.tier, _OTHERS)]:
            row = _row(world, stand, procedure, dice)
            if procedure.days > 2 and dice.falls(100):
                shortened[stand.name, procedure.code] = row["statutory_days"] = procedure.days - 1
            if dice.falls(100):
                row |= _values(procedure, shortened.get((stand.name, procedure.code), procedure.days))
            made += _with_versions(world, stand, row, dice)
    return made, Shortened(days=shortened)


def _highest_rows(world: World, known: Catalogue, seed: int) -> Iterator[Row]:
    highest = world.highest
    dice = Dice(seed, world.year, "procedure-row", highest.name)
    for group in sorted(known):
        for procedure in known[group]:
            row = _row(world, highest, procedure, dice) | _values(procedure, procedure.days)
            if highest.keeps_code and dice.falls(300):
                row["valid_from"] = None
            if dice.falls(60):
                row[dice.one_of("returns_paper_result", "fee_bearing", "full_service", "statutory_days")] = None
            yield from _with_versions(world, highest, row, dice)


def _values(procedure: Procedure, days: int) -> Row:
    return {
        "returns_paper_result": procedure.returns_paper_result,
        "fee_bearing": procedure.fee > 0,
        "full_service": procedure.full_service,
        "statutory_days": days,
    }


def _row(world: World, stand: Stand, procedure: Procedure, dice: Dice) -> Row:
    """A record without values: valid from a day on which the unit stood."""
    begins = stand.unit.begins.toordinal() if stand.unit.begins is not None else world.first - 1_500
    earliest = max(begins, world.first - 1_500)
    valid_from = dice.between(earliest, world.first - 1) if earliest < world.first else stand.first
    row: Row = {"procedure": procedure.code, "unit": stand.unit.code, "valid_from": valid_from}
    if dice.falls(30):
        row["valid_to"] = dice.between(stand.first, stand.last)
    day = dice.between(stand.first, stand.last)
    fate = dice.below(1000)
    if fate < 70:
        row["simplified_on"] = day
    elif fate < 130:
        row["proposed_on"] = day
        if fate < 115:
            row["proposal_document"] = f"{1 + dice.below(400)}/TTr-MH"
    event = day if fate < 130 else 0
    row["version_at"] = max(valid_from, event, world.first - 30) * DAY + CLOSES
    return row


def _with_versions(world: World, stand: Stand, row: Row, dice: Dice) -> Iterator[Row]:
    """The record, before it for a few an earlier version that knew no simplification yet."""
    if "simplified_on" in row and dice.falls(300):
        before = max(row["valid_from"] or 0, world.first - 30)
        if before < row["simplified_on"]:
            earlier = {name: value for name, value in row.items() if name != "simplified_on"}
            yield earlier | {"version_at": before * DAY + CLOSES}
    yield row
