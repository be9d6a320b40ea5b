"""A standing as the JSON of the contract: keys and codes are the same in every language.

Levels are decimal strings as written, n and d whole numbers; nothing is a float.
"""

from __future__ import annotations

from typing import Any

from chitieu.acts.force import FiledAct
from chitieu.acts.level import Level, value_text
from chitieu.acts.tables import Cell
from chitieu.acts.targets import Assigned
from chitieu.measures.as_json import tally_json
from chitieu.standings.standing import Standing


def as_json(standing: Standing, *, state: str, delivery: int) -> dict[str, Any]:
    """One object. `state` is the digest of the acts, `delivery` the data state."""
    assigned, tally, period = standing.assigned, standing.tally, standing.period
    measured = tally_json(tally, period, standing.as_of, standing.indicator.digest, state=state, delivery=delivery)
    return {
        "unit": assigned.unit.code,
        "unit_name": assigned.unit.name,
        "tier": assigned.unit.tier,
        "row": assigned.row.row,
        **measured,
        "method_named": (assigned.target.row if assigned.target else assigned.row).method_named,
        "target": _target(assigned),
        "verdict": standing.verdict,
        "shown": standing.shown,
        "headroom": standing.headroom,
        "outlook": None,
        "rank": None if standing.rank is None else {"place": standing.rank[0], "of": standing.rank[1]},
        "block": standing.block,
        "compare_only": assigned.compare_only,
    }


def _target(assigned: Assigned) -> dict[str, Any] | None:
    target = assigned.target
    if target is None:
        if assigned.none is not None:
            return {"none": {"act": act_json(assigned.none.act), "row": assigned.none.row}}
        return None if assigned.later_act is None else {"later_act": act_json(assigned.later_act)}
    return {
        **_level(target.level),
        "act": {**act_json(target.cell.act), "row": target.cell.row},
        "from": target.origin,
        "tier": target.unit.tier,
        "illustration": target.illustration,
        "own": target.own,
        "retroactive": assigned.retroactive,
        "overtaken": None if target.overtaken is None else _cell(target.overtaken),
        "also": [{"code": other.code, **_cell(other.cell)} for other in assigned.also],
        "chain": [_cell(cell) for cell in target.chain],
    }


def _level(level: Level) -> dict[str, Any]:
    return {"operator": level.operator, "value": value_text(level), "unit": level.measure}


def _cell(cell: Cell) -> dict[str, Any]:
    level = _level(cell.level)
    return {"act": {**act_json(cell.act), "row": cell.row}, **level}


def act_json(act: FiledAct) -> dict[str, Any]:
    """The name of an act in its three parts."""
    return {"issuer": act.name.issuer, "number": act.name.number, "issued_on": act.name.issued_on.isoformat()}
