"""Decision → the text of an act: `read(write(act)) == act`. Keys stand in the order a person reads them."""

from __future__ import annotations

from typing import Any

import tomli_w

from chitieu.acts import level as levels
from chitieu.acts.decision import ActName, Decision, Line, Order


def write(decision: Decision) -> bytes:
    """The text, UTF-8. What is absent in the object is left out; nothing is written twice."""
    table: dict[str, Any] = {
        "number": decision.name.number,
        "kind": decision.kind,
        "illustration": decision.illustration or None,
        "title": decision.title,
        "issuer": decision.name.issuer,
        "issued_on": decision.name.issued_on,
        "in_force": decision.in_force if decision.in_force != decision.name.issued_on else None,
        "signed_as": decision.signed_as,
        "applies": decision.applies.name if decision.applies else None,
        "calendar": decision.calendar if decision.calendar != "civil" else None,
        "basis": list(decision.basis) or None,
        "answers_to": decision.answers_to,
        "source": decision.source,
        "cascades": decision.cascades if decision.cascades != "end" else None,
        "year_judged_by": decision.year_judged_by if decision.year_judged_by != "last-day" else None,
        "counts": dict(decision.counts) or None,
        "under": _name(decision.under),
        "amends": _name(decision.amends),
        "annuls": _name(decision.annuls),
        "replaces": _name(decision.replaces),
        "cascade": [_order(order) for order in decision.orders] or None,
        "line": [_line(line) for line in decision.lines] or None,
    }
    return tomli_w.dumps(_given(table)).encode()


def _given(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not None}


def _name(name: ActName | None) -> dict[str, Any] | None:
    return None if name is None else {"issuer": name.issuer, "number": name.number, "issued_on": name.issued_on}


def _order(order: Order) -> dict[str, Any]:
    return _given(
        {
            "from": order.from_tier,
            "to": order.to_tier,
            "not_below": order.not_below if order.not_below != "tier" else None,
            "wording": order.wording,
        }
    )


def _line(line: Line) -> dict[str, Any]:
    table = {
        "row": line.row,
        "indicator": line.indicator,
        "method": line.method,
        "wording": line.wording,
        **{tier: levels.write(level) for tier, level in line.tiers},
        "scope": line.scope,
        "monitor": line.monitor,
        "report_by": line.report_by,
        "evidence": line.evidence,
        "when_empty": line.when_empty,
        "weight": line.weight,
        "units": {code: levels.write(level) for code, level in line.units} or None,
    }
    return _given(table)
