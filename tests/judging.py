"""Published and reported figures beside a world of acts, and the standings they give, for law tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from chitieu import period as periods
from chitieu.acts.province import Province
from chitieu.measures.tally import Tallies, Tally
from chitieu.period import Period
from chitieu.records.figures import Figure, Figures
from chitieu.standings.standing import Standing, judge, ranked
from tests.world import World

A_MONTH = timedelta(days=31)
"""After a period: its figures are in, unless a test asks for another day."""


def figure(
    unit: str,
    indicator: str,
    numerator: int,
    denominator: int | None,
    captured: str,
    *,
    period: str = "2024",
    method: str = "",
    source: str = "portal-766",
    scope: str = "",
    row: int = 0,
) -> Figure:
    """One figure; `captured` is a day or a moment; without `method` it is counted by the indicator's default."""
    of = periods.read(period)
    assert isinstance(of, Period)
    return Figure(
        source=source,
        unit=unit,
        indicator=indicator,
        method=method,
        begins=of.first,
        ends=of.last,
        scope=scope,
        numerator=numerator,
        denominator=denominator,
        captured_at=datetime.fromisoformat(captured),
        document="",
        person="",
        row=row,
    )


def tally(
    world: World,
    figures: Iterable[Figure],
    unit: str,
    indicator: str,
    *,
    period: str = "2024",
    as_of: str | None = None,
) -> Tally:
    """The tally of one unit by the default method of an indicator."""
    of, day = _asked(period, as_of)
    known = world.catalogue[indicator]
    tallies = Tallies(world.tree, Figures(_filled(world, figures), world.tree.look_up), of, day)
    return tallies.tally(world.unit(unit, min(day, of.last)), known, known.default)


def standings(
    world: World,
    figures: Iterable[Figure],
    *,
    period: str = "2024",
    as_of: str | None = None,
    settings: Province | None = None,
) -> dict[tuple[str, str], Standing]:
    """The standings of the first decision, by unit and indicator, in the order of the table."""
    of, day = _asked(period, as_of)
    tallies = Tallies(world.tree, Figures(_filled(world, figures), world.tree.look_up), of, day)
    found = []
    for cell in world.assignment(of, day).table(world.act()):
        row = cell.target.row if cell.target is not None else cell.row
        known = world.catalogue[row.indicator]
        found.append(judge(cell, known, tallies.tally(cell.unit, known, row.method, row.line.scope), of, day))
    return {(one.assigned.unit.code, one.indicator.code): one for one in ranked(found, settings or Province())}


def _asked(period: str, as_of: str | None) -> tuple[Period, date]:
    of = periods.read(period)
    assert isinstance(of, Period)
    return of, of.last + A_MONTH if as_of is None else date.fromisoformat(as_of)


def _filled(world: World, figures: Iterable[Figure]) -> list[Figure]:
    from dataclasses import replace

    return [one if one.method else replace(one, method=world.catalogue[one.indicator].default or "") for one in figures]
