"""A standing as the JSON of the contract: keys and codes are the same in every language.

Levels are decimal strings as written, n and d whole numbers; nothing is a float.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chitieu.acts.force import FiledAct
from chitieu.acts.level import Level, value_text
from chitieu.acts.tables import Cell
from chitieu.acts.targets import Assigned
from chitieu.measures.tally import Reported, Tally
from chitieu.standings.standing import Standing

MORE_THAN_A_DAY = 24 * 3600


def as_json(standing: Standing, *, state: str, delivery: int) -> dict[str, Any]:
    """One object. `state` is the digest of the acts, `delivery` the data state."""
    assigned, tally, period = standing.assigned, standing.tally, standing.period
    found: dict[str, Any] = {
        "unit": assigned.unit.code,
        "unit_name": assigned.unit.name,
        "tier": assigned.unit.tier,
        "row": assigned.row.row,
        "indicator": standing.indicator.code,
        "method": tally.method,
        "method_named": (assigned.target.row if assigned.target else assigned.row).method_named,
        "scope": tally.scope,
        "period": {"name": period.name, "from": period.first.isoformat(), "to": period.last.isoformat()},
        "as_of": standing.as_of.isoformat(),
        "numerator": tally.numerator,
        "denominator": tally.denominator,
        "excluded": {},
        "unknown": {},
        "status": tally.status,
        "units": None if tally.units is None else {"with": tally.units[0], "of": tally.units[1]},
        "missing": list(tally.missing),
        "coverage": None,
        "reported": [_reported(figure) for figure in tally.reported] or None,
        "carried": list(tally.carried),
        "provenance": {
            "acts": state,
            "definition": standing.indicator.digest,
            "delivery": delivery,
            "engine": None,
        },
        "target": _target(assigned),
        "verdict": standing.verdict,
        "shown": standing.shown,
        "headroom": standing.headroom,
        "outlook": None,
        "rank": None if standing.rank is None else {"place": standing.rank[0], "of": standing.rank[1]},
        "block": standing.block,
        "compare_only": assigned.compare_only,
    }
    if tally.source is not None:
        found["source"] = tally.source
        found |= _captured(tally)
    return found


def _captured(tally: Tally) -> dict[str, Any]:
    if tally.captured is None:
        return {}
    first, last = tally.captured
    captured: dict[str, Any] = {"captured_on": first.date().isoformat(), "captured_at": first.isoformat()}
    if (last - first).total_seconds() > MORE_THAN_A_DAY:
        captured["captured_span"] = {"from": first.isoformat(), "to": last.isoformat()}
    return captured


def _reported(figure: Reported) -> dict[str, Any]:
    captured_at: datetime = figure.captured_at
    return {
        "source": figure.source,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "captured_at": captured_at.isoformat(),
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
