"""What a draft would have meant: for each line and tier how many units reach it, miss it, miss by less than a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chitieu.acts import level as levels
from chitieu.standings.standing import Standing

A_POINT = 1


def outcome(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """One object a row, tier and level: `reached`, `missed`, `close` (missed by less than a point), `without`.

    `remark`: `soft` where nobody misses, `out-of-reach` where nobody reaches it, `no-data`, else `mixed`.
    """
    groups: dict[tuple[int, str, str, str], list[Standing]] = {}
    for standing in standings:
        level = standing.level
        if level is None:
            continue
        key = (standing.assigned.row.row, standing.indicator.code, standing.assigned.unit.tier, levels.write(level))
        groups.setdefault(key, []).append(standing)
    return [_of(key, members) for key, members in sorted(groups.items())]


def _of(key: tuple[int, str, str, str], members: Sequence[Standing]) -> dict[str, Any]:
    reached = sum(standing.verdict in ("met", "meeting") for standing in members)
    missed = [standing for standing in members if standing.verdict in ("not_met", "missing")]
    if not reached and not missed:
        remark = "no-data"
    elif not missed:
        remark = "soft"
    else:
        remark = "out-of-reach" if not reached else "mixed"
    return {
        "row": key[0],
        "indicator": key[1],
        "tier": key[2],
        "level": key[3],
        "reached": reached,
        "missed": len(missed),
        "close": sum(_by_less_than_a_point(standing) for standing in missed),
        "without": len(members) - reached - len(missed),
        "remark": remark,
    }


def _by_less_than_a_point(standing: Standing) -> bool:
    """|n/d · 100 − p/q| < 1, in integers."""
    level, tally = standing.level, standing.tally
    if level is None or level.measure != "percent" or tally.numerator is None or not tally.denominator:
        return False
    distance = abs(tally.numerator * 100 * level.denominator - level.numerator * tally.denominator)
    return distance < A_POINT * tally.denominator * level.denominator
