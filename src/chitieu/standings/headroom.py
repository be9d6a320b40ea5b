"""Headroom: how many more may fail, how many are needed, whether it is still possible; in records, exactly.

Closed formulas over integers for records still to come. Refuses to know which records
those are (the worklist) and how likely they are (the outlook).
"""

from __future__ import annotations

from collections.abc import Mapping

from chitieu.acts.level import Level
from chitieu.standings.shown import number
from chitieu.standings.verdict import reached
from chitieu.words import say

Headroom = dict[str, int | bool | None]
"""`{can_still_fail: k | None}` where reached, `{needs: k | None, possible: bool}` where missed."""


def headroom(level: Level, numerator: int, denominator: int | None, *, fixed: bool, final: bool) -> Headroom | None:
    """The headroom of n of d under a level; nothing where the table of `targets.md` gives none.

    `fixed`: the population is closed, no record is to come. `final`: the verdict is, a miss is no
    longer possible to mend and keeps what was short. A level of a count with a denominator is a
    duty of so many cycles.
    """
    if level.operator in ("by", "none") or level.measure == "days":
        return None
    is_duty = level.operator == "regular" or (level.measure == "count" and denominator is not None)
    if is_duty:
        return _kept(0) if reached(level, numerator, denominator) else _short(None, final)
    if denominator is None:
        return _of_count(level, numerator, final)
    if fixed:
        return _of_fixed(level, numerator, denominator, final)
    return _of_ratio(level, numerator, denominator, final)


def _kept(records: int | None) -> Headroom:
    return {"can_still_fail": records}


def _short(records: int | None, final: bool) -> Headroom:
    return {"needs": records, "possible": records is not None and not final}


def _up(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)


def _of_count(level: Level, numerator: int, final: bool) -> Headroom | None:
    if level.operator == "=":
        return None
    is_reached = reached(level, numerator, None)
    if level.operator == ">=":
        return _kept(None) if is_reached else _short(_up(level.numerator, level.denominator) - numerator, final)
    return _kept(level.numerator // level.denominator - numerator) if is_reached else _short(None, final)


def _of_fixed(level: Level, numerator: int, denominator: int, final: bool) -> Headroom | None:
    whole = 100 * level.denominator
    if level.operator == "=" and level.numerator != whole:
        return None
    is_reached = reached(level, numerator, denominator)
    asked = level.numerator * denominator
    if level.operator == "<=":
        # A level is at most 100 per cent, so neither bound below can leave the population.
        return _kept(asked // whole - numerator) if is_reached else _short(None, final)
    return _kept(None) if is_reached else _short(_up(asked, whole) - numerator, final)


def _of_ratio(level: Level, numerator: int, denominator: int, final: bool) -> Headroom | None:
    asked, whole = level.numerator, 100 * level.denominator
    is_reached = reached(level, numerator, denominator)
    if level.operator == "=":
        if asked != whole:
            return None
        return _kept(0) if is_reached else _short(None, final)
    surplus = numerator * whole - asked * denominator
    # The records that move the figure towards the level weigh `whole - asked` or `asked` each.
    if level.operator == ">=":
        if is_reached:
            return _kept(surplus // asked if asked else None)
        return _short(_up(-surplus, whole - asked) if asked < whole else None, final)
    if is_reached:
        return _kept(-surplus // (whole - asked) if asked < whole else None)
    return _short(_up(surplus, asked) if asked else None, final)


def say_in_a_cell(room: Mapping[str, int | bool | None] | None, *, final: bool) -> str:
    """The headroom as a table shows it, its noun in the heading: `cần 408`, `dư 171`. Empty where there is none."""
    if room is None:
        return ""
    if "can_still_fail" in room:
        spare = room["can_still_fail"]
        return say("headroom.cell.sure") if spare is None else say("headroom.cell.spare", k=number(spare))
    needs = room["needs"]
    if needs is None or not (final or room["possible"]):
        return say("headroom.cell.lost")
    return say(f"headroom.cell.{'short' if final else 'needs'}", k=number(needs))


def say_headroom(
    room: Mapping[str, int | bool | None] | None, *, noun: str, level: Level, fixed: bool, final: bool
) -> str:
    """The headroom as a sentence for a person; `noun` names what is counted ("hồ sơ"). Empty where there is none."""
    if room is None:
        return ""
    when = "final" if final else "running"
    if "can_still_fail" in room:
        spare = room["can_still_fail"]
        if spare is None:
            return say(f"headroom.{when}.sure")
        return say(f"headroom.{when}.{'spare' if spare else 'edge'}", k=number(spare), noun=noun)
    needs = room["needs"]
    if needs is None or not (final or room["possible"]):
        return say(f"headroom.{when}.lost")
    # Records still to come must follow each other without a failure; a count or a closed stock only has to grow.
    how = "needs_in_a_row" if level.measure == "percent" and not fixed else "needs"
    return say(f"headroom.{when}.{how}", k=number(needs), noun=noun)
