"""Files of a crawler of the national portal's "766" results: `metadata`, then one list of units with their groups.

Knows where n and d stand in a group: as entries of `metrics`, or beside each other under the portal's
own names. Refuses scores and ranks: a unit with nothing else is counted and not taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chitieu.payload import Payload, objects, scalar
from chitieu.period import Period
from chitieu.period import read as read_period
from chitieu.problem import Problem, Weight, problem
from chitieu.records.intake import NO_COUNTS, NO_INDICATOR, Asked, Found, Source, first_given, run_day, source

SOURCE = "portal-766"
LISTS = ("provinces", "agencies", "agenciesDetail", "communes", "communesDetail", "unitsDetail")
GROUPS, METRICS = "componentIndicators", "metrics"
PARTS = {"year": "", "quarter": "-Q", "month": "-M"}


def fits(payload: Payload) -> int:
    """Far above any table where `metadata` stands beside a list of units."""
    tree = payload.tree or {}
    return 100 if isinstance(tree.get("metadata"), Mapping) and any(name in tree for name in LISTS) else 0


def read(payload: Payload, asked: Asked) -> Iterator[Found] | Problem:
    """One row a unit and key with counts; one for a unit without any."""
    tree = payload.tree or {}
    metadata = {name: scalar(value) for name, value in tree["metadata"].items()}
    units = [unit for name in LISTS for unit in objects(tree.get(name))]
    if not units:
        return problem("CRAWL-WITHOUT-UNITS", file=payload.file, weight=Weight.UNREADABLE)
    period = _period(metadata) or asked.period
    if period is None:
        return problem("NO-PERIOD", file=payload.file)
    _, captured = first_given(metadata, source(SOURCE).captured)
    if asked.captured is None and not captured:
        return problem("NO-CAPTURE", file=payload.file)
    return (
        found
        for number, unit in enumerate([*objects(tree.get("overview")), *units], 1)
        for found in _of_unit(number, unit, period, run_day(captured), asked)
    )


def _period(metadata: Mapping[str, str]) -> Period | None:
    """The year, quarter or month that was asked of the portal; None where the file does not say which."""
    kind, year, number = (metadata.get(name, "") for name in ("timeType", "year", "period"))
    if kind not in PARTS or (kind != "year" and not number.isdecimal()):
        return None
    found = read_period(
        year + (PARTS[kind] + (number if kind == "quarter" else number.zfill(2)) if PARTS[kind] else "")
    )
    return None if isinstance(found, Problem) else found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """A key with the names of its n, d and percentage in the object they stand in."""

    key: str
    numerator: str
    denominator: str
    percent: str
    place: Mapping[str, Any]

    @property
    def nested(self) -> bool:
        return any(isinstance(self.place.get(name), Mapping | list) for name in (self.numerator, self.denominator))

    def cell(self, name: str) -> str:
        return scalar(self.place.get(name))


def _of_unit(number: int, unit: Mapping[str, Any], period: Period, captured: str, asked: Asked) -> Iterator[Found]:
    portal = source(SOURCE)
    said = {name: scalar(unit.get(name)) for name in ("departmentCode", "departmentName")}
    counts = list(_counts(unit.get(GROUPS), portal))
    if not counts:
        yield Found(row=number, cells=said, not_taken=NO_COUNTS)
    for count in counts:
        indicator, method = portal.figure.get(count.key, ("", ""))
        numerator, denominator = count.cell(count.numerator), count.cell(count.denominator)
        any_counts = bool(numerator or denominator or count.nested)
        yield Found(
            row=number,
            cells=said | {name: scalar(value) for name, value in count.place.items()},
            names={
                "unit": "departmentCode",
                "numerator": " ".join(dict.fromkeys((count.key, count.numerator))),
                "denominator": " ".join(dict.fromkeys((count.key, count.denominator))),
                "percent": f"{count.key} {count.percent}",
                "captured_at": "metadata",
            },
            not_taken=NO_COUNTS if not any_counts else "" if indicator else NO_INDICATOR,
            fault="RECORD-NESTED" if count.nested else "",
            source=asked.source or portal.code,
            unit=said["departmentCode"],
            indicator=indicator,
            method=method,
            begins=period.first.isoformat(),
            ends=period.last.isoformat(),
            numerator=numerator,
            denominator=denominator,
            percent=count.cell(count.percent),
            captured=captured,
        )


def _counts(groups: Any, portal: Source) -> Iterator[_Count]:
    for group in groups.values() if isinstance(groups, Mapping) else ():
        if not isinstance(group, Mapping):
            continue
        for key, denominator in portal.raw.items():
            if key in group:
                percent = portal.percent.get(key, "")
                place = {name: group[name] for name in (key, denominator, percent) if name in group}
                yield _Count(key=key, numerator=key, denominator=denominator, percent=percent, place=place)
        for metric in objects(group.get(METRICS)):
            key = scalar(metric.get("code"))
            yield _Count(key=key, numerator="numerator", denominator="denominator", percent="ratio", place=metric)
