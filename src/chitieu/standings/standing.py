"""A target beside a figure: the verdict of a unit on a line, as of a day. Reckons in integers, estimates nothing.

Asked in this order: not assigned → no data → not applicable → not judged → the comparison.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chitieu.acts.level import Level
from chitieu.acts.province import Province
from chitieu.acts.targets import Assigned
from chitieu.measures.indicator import Indicator
from chitieu.measures.tally import Tally
from chitieu.period import Period
from chitieu.standings.headroom import Headroom, headroom
from chitieu.standings.rank import Entry, ranks
from chitieu.standings.shown import shown
from chitieu.standings.verdict import COMPARED, Verdict, reached

ORDER_OF_VERDICTS: tuple[Verdict, ...] = (
    "not_met",
    "missing",
    "no_data",
    "not_judged",
    "meeting",
    "met",
    "not_applicable",
    "not_assigned",
)
"""Red first."""
_PLACE_OF_VERDICT = {verdict: place for place, verdict in enumerate(ORDER_OF_VERDICTS)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """One cell of the table: what was asked, what is, and what follows. `rank` is (place, of).

    `shown` and `headroom` are reckoned where they are asked for: a table of a province prints few of them.
    """

    assigned: Assigned
    indicator: Indicator
    period: Period
    as_of: date
    tally: Tally
    verdict: Verdict
    final: bool
    rank: tuple[int, int] | None = None
    block: str | None = None

    @property
    def level(self) -> Level | None:
        """The level that judges, if one does."""
        return self.assigned.target.level if self.assigned.target else None

    @property
    def shown(self) -> str | None:
        """The figure as people read it beside its level; nothing where no level is given."""
        level, tally = self.level, self.tally
        if level is None:
            return None
        # A sum of some units only answers no target: it is rounded half up.
        side = None if level.operator in ("by", "none") or not tally.whole else level
        return shown(tally.numerator, tally.denominator, side, self.indicator.unit)

    @property
    def headroom(self) -> Headroom | None:
        """What may still fail or is still needed, for the four compared verdicts."""
        level, n = self.level, self.tally.numerator
        if self.verdict not in COMPARED or level is None or n is None:
            return None
        return headroom(level, n, self.tally.denominator, fixed=self.indicator.fixed, final=self.final)

    @property
    def few_records(self) -> bool:
        """Compared, yet listed without a rank for want of records; meaningful after `ranked`."""
        return self.verdict in COMPARED and self.rank is None and _is_ratio(self)


def judge(assigned: Assigned, indicator: Indicator, tally: Tally, period: Period, as_of: date) -> Standing:
    """The standing of one cell; its rank is given later, among its peers."""
    level = assigned.target.level if assigned.target else None
    verdict, final = _verdict(assigned, indicator, tally, level, period, as_of)
    return Standing(
        assigned=assigned,
        indicator=indicator,
        period=period,
        as_of=as_of,
        tally=tally,
        verdict=verdict,
        final=final,
    )


def _verdict(
    assigned: Assigned, indicator: Indicator, tally: Tally, level: Level | None, period: Period, as_of: date
) -> tuple[Verdict, bool]:
    if level is None:
        return "not_assigned", False
    if level.operator == "by" or tally.numerator is None or not tally.whole:
        return "no_data", False
    if tally.denominator == 0:
        when_empty = assigned.target.row.line.when_empty if assigned.target else None
        if (when_empty or indicator.when_empty) != "met":
            return "not_applicable", False
    if (indicator.shape == "count" or indicator.fixed) and not period.is_whole_year:
        return "not_judged", False
    final = as_of >= period.last and (tally.captured_on is None or tally.captured_on >= period.last)
    is_reached = tally.denominator == 0 or reached(level, tally.numerator, tally.denominator)
    if final:
        return ("met" if is_reached else "not_met"), True
    return ("meeting" if is_reached else "missing"), False


def ranked(standings: Iterable[Standing], province: Province) -> list[Standing]:
    """The same standings with rank and block, red first within each line.

    Comparable are: one line, tier and block, with the same method, kind of figure and scope. Own
    targets, duties and what is not compared have no rank.
    """
    found = list(standings)
    peers: dict[tuple[object, ...], list[int]] = {}
    blocks: list[str | None] = []
    for position, standing in enumerate(found):
        unit, tally = standing.assigned.unit, standing.tally
        block = province.block(unit.tier, unit.name)
        blocks.append(block)
        line = (standing.assigned.row.row, standing.assigned.row.indicator, tally.method)
        key = (line, standing.period.name, unit.tier, block or "", tally.kind, tally.scope)
        peers.setdefault(key, []).append(position)
    for members in peers.values():
        entries = [_entry(position, found[position]) for position in members]
        for position, place in ranks(entries, province.least_denominator).items():
            if place is not None or blocks[position] is not None:
                found[position] = _placed(found[position], place, blocks[position])
    return sorted(found, key=_red_first)


def _placed(standing: Standing, rank: tuple[int, int] | None, block: str | None) -> Standing:
    """The same with its rank; written out, for there is one of them for every cell of a province."""
    return Standing(
        assigned=standing.assigned,
        indicator=standing.indicator,
        period=standing.period,
        as_of=standing.as_of,
        tally=standing.tally,
        verdict=standing.verdict,
        final=standing.final,
        rank=rank,
        block=block,
    )


def _entry(position: int, standing: Standing) -> Entry[int]:
    target = standing.assigned.target
    return Entry(
        key=position,
        numerator=standing.tally.numerator or 0,
        denominator=standing.tally.denominator,
        less_is_better=standing.level is not None and standing.level.operator == "<=",
        ranked=standing.verdict in COMPARED
        and target is not None
        and not target.own
        and standing.indicator.shape != "duty",
        asks_denominator=_is_ratio(standing),
    )


def _is_ratio(standing: Standing) -> bool:
    return standing.indicator.shape == "ratio" and not standing.indicator.fixed


def _red_first(standing: Standing) -> tuple[object, ...]:
    row, tally = standing.assigned.row, standing.tally
    worst = (0, 0)
    if tally.numerator is not None and tally.denominator:
        less = standing.level is not None and standing.level.operator == "<="
        share = tally.numerator * 10**9 // tally.denominator
        worst = (0, -share if less else share)
    return (
        row.row,
        row.indicator,
        standing.period.first,
        _PLACE_OF_VERDICT[standing.verdict],
        worst,
        standing.assigned.unit.code,
    )
