"""A tally as the JSON of the contract: n and d are whole numbers, nothing is a float."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from chitieu.measures.interval import FEW, wilson
from chitieu.measures.tally import Reported, Tally
from chitieu.period import Period

MORE_THAN_A_DAY = 24 * 3600


def tally_json(
    tally: Tally, period: Period, as_of: date, definition: str, *, state: str, delivery: int
) -> dict[str, Any]:
    """One object. `definition` and `state` are the digests of the indicator's file and of the acts, `delivery` the
    data state.
    """
    found: dict[str, Any] = {
        "unit": tally.unit,
        "indicator": tally.indicator,
        "method": tally.method,
        "scope": tally.scope,
        "period": {"name": period.name, "from": period.first.isoformat(), "to": period.last.isoformat()},
        "as_of": as_of.isoformat(),
        "numerator": tally.numerator,
        "denominator": tally.denominator,
        "excluded": dict(tally.excluded),
        "unknown": dict(tally.unknown),
        "status": tally.status,
        "units": None if tally.units is None else {"with": tally.units[0], "of": tally.units[1]},
        "missing": list(tally.missing),
        "coverage": tally.coverage,
        "reported": [_reported(figure) for figure in tally.reported] or None,
        "carried": list(tally.carried),
        "provenance": {"acts": state, "definition": definition, "delivery": delivery, "engine": tally.engine},
    }
    if tally.apart:
        found["apart"] = {value: {"numerator": n, "denominator": d} for value, n, d in tally.apart}
    interval = wilson(tally.numerator or 0, tally.denominator or 0) if tally.sample else None
    if interval is not None:
        found["interval"] = {"low": interval[0], "high": interval[1], "few": (tally.denominator or 0) < FEW}
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
