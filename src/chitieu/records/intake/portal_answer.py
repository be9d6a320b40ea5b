"""The national portal's own answer about a unit and those below it: `{"code", "data": {"parent", "children"}}`.

Knows where n and d of a department stand. The answer names neither its period nor its moment: both
are the caller's, and without them the file is refused. Its monthly chart has no counts and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chitieu.payload import Payload, objects, scalar
from chitieu.problem import Problem, Weight, problem
from chitieu.records.intake import NO_COUNTS, NO_INDICATOR, Asked, Found, first_given, source

SOURCE = "portal-766"
UPPER, LOWER = ("parent", "overview"), ("children", "evaluation")


def fits(payload: Payload) -> int:
    """Far above any table where `data` holds the parts of an answer, or where an answer came back without them."""
    if payload.tree is None or "data" not in payload.tree:
        return 0
    return 100


def read(payload: Payload, asked: Asked) -> Iterator[Found] | Problem:
    """One row a department and key of ours; one for a department with none."""
    tree = payload.tree or {}
    data = tree.get("data")
    departments = (
        []
        if not isinstance(data, Mapping)
        else [department for part in UPPER + LOWER for department in objects(data.get(part))]
    )
    if not departments:
        return problem("ANSWER-WITHOUT-UNITS", file=payload.file, weight=Weight.UNREADABLE)
    _, captured = first_given({name: scalar(tree.get(name)) for name in tree}, source(SOURCE).captured)
    if asked.period is None:
        return problem("NO-PERIOD", file=payload.file)
    if asked.captured is None and not captured:
        return problem("NO-CAPTURE", file=payload.file)
    return (
        found
        for number, department in enumerate(departments, 1)
        for found in _of_department(number, department, captured, asked)
    )


def _of_department(number: int, department: Mapping[str, Any], captured: str, asked: Asked) -> Iterator[Found]:
    portal = source(SOURCE)
    cells = {name: scalar(value) for name, value in department.items()}
    keys = [key for key in portal.raw if key in department] or [""]
    for key in keys:
        denominator, percent = portal.raw.get(key, ""), portal.percent.get(key, "")
        indicator, method = portal.figure.get(key, ("", ""))
        counts = cells.get(key, ""), cells.get(denominator, "")
        nested = any(isinstance(department.get(name), Mapping | list) for name in (key, denominator))
        yield Found(
            row=number,
            cells=cells,
            names={"unit": "departmentCode", "numerator": key, "denominator": denominator, "percent": percent},
            not_taken=NO_INDICATOR if not key else "" if any(counts) or nested else NO_COUNTS,
            fault="RECORD-NESTED" if nested else "",
            source=asked.source or portal.code,
            unit=cells.get("departmentCode", ""),
            indicator=indicator,
            method=method,
            numerator=counts[0],
            denominator=counts[1],
            percent=cells.get(percent, ""),
            captured=captured,
        )
