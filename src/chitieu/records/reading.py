"""A file of figures is read: opened, understood by its reader, checked row by row. Nothing enters the lake here.

Is handed the catalogue of indicators and the look-up of units; knows no format and no rule itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chitieu.payload import opened
from chitieu.period import Period
from chitieu.problem import Problem, Weight, problem
from chitieu.records import values
from chitieu.records.checking import FORMAT_OF_SOURCE, Catalogue, Check, Rejected, Units
from chitieu.records.figures import Figure
from chitieu.records.intake import Asked, understood
from chitieu.records.kinds import kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentages:
    """Published percentages beside n and d > 0: all, those that n/d gives, and how many of these are of figures."""

    checked: int
    agree: int
    of_figures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file, read: `read` rows are the figures, the quarantined and those not taken, by reason."""

    file: str
    sha256: str
    source: str
    read: int
    figures: tuple[Figure, ...]
    not_taken: Mapping[str, int]
    quarantined: tuple[Rejected, ...]
    warnings: tuple[Problem, ...]
    percentages: Percentages


def read_figures(
    data: bytes,
    file: str,
    *,
    source: str | None = None,
    period: Period | None = None,
    captured: datetime | None = None,
    unit: str | None = None,
    catalogue: Catalogue,
    units: Units,
) -> Reading | Problem:
    """The figures of a file, or why it cannot be read as a whole. What the file itself says goes first."""
    if source is not None and not FORMAT_OF_SOURCE.fullmatch(source):
        return problem("FIGURE-SOURCE", weight=Weight.MISUSED, value=source)
    payload = opened(data, file)
    if isinstance(payload, Problem):
        return payload
    moment = values.local(captured) if captured else None
    asked = Asked(source=source, period=period, captured=moment, unit=unit or "")
    found = understood(payload, asked)
    if isinstance(found, Problem):
        return found
    check = Check(file=file, asked=asked, catalogue=catalogue, units=units)
    for row in found:
        check.row(row)
    columns = {column.name for column in kinds()["figure"].columns} | {"percent"}
    own = "unit" in payload.columns
    check.warnings += [
        problem("RECORD-COLUMN-UNKNOWN", file=file, field=name, weight=Weight.WARNING)
        for name in payload.columns
        if own and name not in columns
    ]
    sources = {figure.source for figure in check.figures} or {source or ""}
    return Reading(
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        source=", ".join(sorted(sources)),
        read=len(found),
        figures=tuple(check.figures),
        not_taken=dict(sorted(check.not_taken.items())),
        quarantined=tuple(check.quarantined),
        warnings=tuple(check.warnings),
        percentages=Percentages(checked=check.checked, agree=check.agree, of_figures=check.of_figures),
    )
