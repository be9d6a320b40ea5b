"""Rows of the tables → stretches: when each begins and ends, and which of them are one unit.

A row stands until the next row of its code begins, or until a succession names it as `old` and not also
as `new` on that day. Along `keep` and `rest` the unit stays itself, also under another code; along `whole`
it is another one as soon as a row begins. Proves nothing: `unit_proofs` does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from chitieu.acts.names import fold
from chitieu.acts.units import STAYS_ITSELF, Succession, Unit, move_order, unit_order


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A row of `units.csv` as written; `begins` None: before anything looked at."""

    code: str
    name: str
    tier: str
    parent: str | None = None
    begins: date | None = None
    act: str = ""
    also: tuple[str, ...] = ()
    certainty: str = ""
    file: str = field(default="", compare=False)
    row: int | None = field(default=None, compare=False)


def stretches(
    rows: Iterable[UnitRow], successions: Iterable[Succession]
) -> tuple[tuple[Unit, ...], tuple[Succession, ...]]:
    """The stretches and the successions in order, every code in the spelling of its first row."""
    by_code: dict[str, list[UnitRow]] = {}
    spelling: dict[str, str] = {}
    for row in rows:
        code = spelling.setdefault(fold(row.code), row.code)
        by_code.setdefault(code, []).append(row)

    def spelt(code: str | None) -> str | None:
        return None if code is None else spelling.get(fold(code), code)

    def as_spelt(move: Succession) -> Succession:
        old, new = spelt(move.old), spelt(move.new)
        return move if (old, new) == (move.old, move.new) else replace(move, old=old, new=new)

    moves = sorted(map(as_spelt, successions), key=move_order)
    reached = {(move.new, move.on) for move in moves}
    gone: dict[str, list[date]] = {}
    for move in moves:
        if move.old is not None and (move.old, move.on) not in reached:
            gone.setdefault(move.old, []).append(move.on)

    found: list[Unit] = []
    for code, rows_of in by_code.items():
        rows_of.sort(key=lambda row: row.begins or date.min)
        for row, following in zip(rows_of, [*rows_of[1:], None], strict=True):
            days = gone.get(code, [])
            after = bisect_right(days, row.begins or date.min)
            ends = [*days[after : after + 1], *([following.begins] if following and following.begins else [])]
            found.append(
                Unit(
                    code=code,
                    name=row.name,
                    tier=row.tier,
                    identity=f"{code}@{row.begins or ''}",
                    parent=spelt(row.parent),
                    begins=row.begins,
                    ends=min(ends, default=None),
                    act=row.act,
                    also=row.also,
                    certainty=row.certainty,
                )
            )
    return _identified(found, moves), tuple(moves)


def _identified(units: list[Unit], moves: Sequence[Succession]) -> tuple[Unit, ...]:
    """Each stretch that only goes on from another under its identity."""
    goes_on: dict[tuple[str, date], list[str]] = {}
    for move in moves:
        if move.extent in STAYS_ITSELF and move.old is not None and move.new is not None:
            goes_on.setdefault((move.new, move.on), []).append(move.old)
    ended: dict[tuple[str, date], str] = {}
    found: list[Unit] = []
    for unit in sorted(units, key=lambda unit: (unit.begins or date.min, unit.code)):
        identity = unit.identity
        if unit.begins is not None:
            olds = goes_on.get((unit.code, unit.begins), ())
            before = next((old for old in olds if (old, unit.begins) in ended), None)
            if before is not None:
                identity = ended.pop((before, unit.begins))
        if unit.ends is not None:
            ended[unit.code, unit.ends] = identity
        found.append(unit if identity == unit.identity else replace(unit, identity=identity))
    return tuple(sorted(found, key=unit_order))
