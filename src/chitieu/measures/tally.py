"""One tally for a unit, method, period and day: n and d, where they come from, and what is missing.

Measured where records cover the period; else published or reported, and then a unit without a figure of its own gets
the sum of its direct children's, each by the same rule. Ratios are never averaged, no data is never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, Protocol

from chitieu.acts.units import Snapshot, Tree, Unit
from chitieu.measures.indicator import Indicator
from chitieu.period import ONE_DAY, Period
from chitieu.records.kinds import kinds

Status = Literal["measured", "reported", "not_applicable", "no_data"]
SELF_REPORT = "self-report"
ANY_SCOPE = ("", "own", "subtree")


class Reported(Protocol):
    """A published or reported figure, as it was stored."""

    @property
    def source(self) -> str: ...
    @property
    def numerator(self) -> int: ...
    @property
    def denominator(self) -> int | None: ...
    @property
    def captured_at(self) -> datetime: ...
    @property
    def scope(self) -> str: ...
    @property
    def own_day(self) -> date: ...


class Spoken(Protocol):
    """The figure that speaks, and those of other sources beside it."""

    @property
    def figure(self) -> Reported: ...
    @property
    def beside(self) -> Sequence[Reported]: ...


class Speaking(Protocol):
    """Which figure speaks about a unit, and which stand beside it."""

    def speaking(
        self,
        identity: str,
        indicator: str,
        method: str,
        *,
        first: date,
        last: date,
        as_of: date,
        scopes: Collection[str],
        unless: Callable[[Any], bool] | None = None,
    ) -> Spoken | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """n of d for one unit. `denominator` is None for a count and where there is no figure.

    `units` is (with, of) for a sum over the units below; `missing` names those without a whole
    figure, the days no cover holds, or the feed that brought nothing; `captured` are the first and last moment of
    capture. Of measured ones: `excluded` and `unknown` by name, `apart` n and d by the value of a column;
    `sample`: only some were asked.
    """

    unit: str
    indicator: str
    method: str | None
    scope: Literal["own", "subtree"]
    numerator: int | None = None
    denominator: int | None = None
    status: Status = "no_data"
    source: str | None = None
    captured: tuple[datetime, datetime] | None = None
    units: tuple[int, int] | None = None
    missing: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    reported: tuple[Reported, ...] = ()
    coverage: str | None = None
    excluded: tuple[tuple[str, int], ...] = ()
    unknown: tuple[tuple[str, int], ...] = ()
    apart: tuple[tuple[str, int, int], ...] = ()
    engine: str | None = None
    sample: bool = False

    @property
    def whole(self) -> bool:
        """Whether no unit is missing in the sum."""
        return self.units is None or self.units[0] == self.units[1]

    @property
    def captured_on(self) -> date | None:
        """The day up to which a reported figure speaks: that of the earliest capture in it."""
        return self.captured[0].date() if self.captured else None

    @property
    def kind(self) -> str:
        """What it may be ranked with: measured, published, or reported by the unit itself."""
        if self.source is None:
            return self.status
        return "self-reported" if self.source == SELF_REPORT else "published"


class Measuring(Protocol):
    """What was counted from records for the same period and day."""

    def tally(
        self, unit: Unit, indicator: Indicator, method: str | None, scope: Literal["own", "subtree"]
    ) -> Tally | None: ...
    def unplaced(self) -> Mapping[tuple[str, str], int]: ...


class Tallies:
    """The tallies of one period as of one day, on the tree of the deciding day; each is reckoned once."""

    def __init__(
        self, tree: Tree, figures: Speaking, period: Period, as_of: date, measured: Measuring | None = None
    ) -> None:
        self._tree, self._figures, self._measured = tree, figures, measured
        self._judged_on = min(as_of, period.last)
        self._snapshot: Snapshot = tree.on(self._judged_on)
        self._period, self._as_of = period, as_of
        self._held: Mapping[str, Sequence[Unit]] | None = None
        self._known: dict[tuple[str, str, str | None, str], Tally] = {}

    @property
    def unplaced(self) -> Mapping[tuple[str, str], int]:
        """Counted records, by indicator and method, whose unit nobody ever was."""
        return {} if self._measured is None else self._measured.unplaced()

    def tally(self, unit: Unit, indicator: Indicator, method: str | None, scope: str | None = None) -> Tally:
        """The tally of a unit that stands on the deciding day: measured, or else as it was reported."""
        asked: Literal["own", "subtree"] = "own" if (scope or indicator.scope) == "own" else "subtree"
        measured = None if self._measured is None else self._measured.tally(unit, indicator, method, asked)
        if measured is not None and measured.status != "no_data":
            below = bool(self._snapshot.children(unit.code))
            spoken = self._spoken_figures(unit, indicator, method, asked, below=below)
            return measured if spoken is None else replace(measured, reported=(spoken.figure, *spoken.beside))
        reported = self._of(unit, indicator, method, asked)
        return reported if measured is None or reported.numerator is not None else measured

    def _of(self, unit: Unit, indicator: Indicator, method: str | None, scope: Literal["own", "subtree"]) -> Tally:
        key = (unit.identity, indicator.code, method, scope)
        if key not in self._known:
            self._known[key] = self._reckon(unit, indicator, method, scope)
        return self._known[key]

    def _reckon(self, unit: Unit, indicator: Indicator, method: str | None, scope: Literal["own", "subtree"]) -> Tally:
        below = self._snapshot.children(unit.code)
        spoken = self._spoken(unit, indicator, method, scope, below=bool(below))
        if spoken is not None:
            return spoken
        # For a unit with nobody below the two scopes are one: what it holds of past units counts in both.
        if method is not None and (self._past(unit) if not below else scope == "subtree"):
            return self._sum(unit, [self._snapshot.units[code] for code in below], indicator, method, scope)
        missing = _feed(indicator, method)
        return Tally(unit=unit.code, indicator=indicator.code, method=method, scope=scope, missing=missing)

    def _sum(
        self,
        unit: Unit,
        children: Sequence[Unit],
        indicator: Indicator,
        method: str,
        scope: Literal["own", "subtree"],
    ) -> Tally:
        parts = [(child.code, self._of(child, indicator, method, "subtree")) for child in children]
        carried = [
            (past.code, tally)
            for past in self._past(unit)
            if (tally := self._carried(past, indicator, method)) is not None
        ]
        with_data = [tally for _, tally in (*parts, *carried) if tally.numerator is not None]
        missing = tuple(code for code, tally in parts if tally.numerator is None or not tally.whole)
        if not with_data:
            return Tally(
                unit=unit.code,
                indicator=indicator.code,
                method=method,
                scope=scope,
                units=(0, len(parts)) if parts else None,
                missing=missing if parts else _feed(indicator, method),
            )
        is_ratio = any(tally.denominator is not None for tally in with_data)
        denominator = sum(tally.denominator or 0 for tally in with_data) if is_ratio else None
        sources = sorted({tally.source or "" for tally in with_data})
        moments = [moment for tally in with_data for moment in tally.captured or ()]
        whole = len(parts) - len(missing) + len(carried)
        return Tally(
            unit=unit.code,
            indicator=indicator.code,
            method=method,
            scope=scope,
            numerator=sum(tally.numerator or 0 for tally in with_data),
            denominator=denominator,
            status="not_applicable" if denominator == 0 else "reported",
            source=SELF_REPORT if SELF_REPORT in sources else sources[0],
            captured=(min(moments), max(moments)) if moments else None,
            units=(whole, len(parts) + len(carried)) if parts else None,
            missing=missing,
            carried=tuple(code for code, _ in carried),
        )

    def _past(self, unit: Unit) -> Sequence[Unit]:
        """The past units whose records the unit holds, each once, however many stretches it had."""
        if self._held is None:
            self._held = {
                identity: tuple({past.identity: past for past in stretches}.values())
                for identity, stretches in self._tree.held_by(self._judged_on).items()
            }
        return self._held.get(unit.identity, ())

    def _carried(self, past: Unit, indicator: Indicator, method: str) -> Tally | None:
        """The figure of a past unit, but none about others too: who stood below it is counted where it stands."""
        return self._spoken(
            past,
            indicator,
            method,
            "subtree",
            below=False,
            unless=lambda figure: self._is_about_others(past, figure, indicator),
        )

    def _is_about_others(self, past: Unit, figure: Reported, indicator: Indicator) -> bool:
        if (figure.scope or indicator.scope) != "subtree":
            return False
        life = self._tree.life(past.identity)
        day = max(figure.own_day, life[0].begins or date.min)
        if life[-1].ends is not None:
            day = min(day, life[-1].ends - ONE_DAY)
        stretch = self._tree.stretch(past.identity, day)
        return stretch is not None and bool(self._tree.on(day).children(stretch.code))

    def _spoken(
        self,
        unit: Unit,
        indicator: Indicator,
        method: str | None,
        scope: Literal["own", "subtree"],
        *,
        below: bool,
        unless: Callable[[Reported], bool] | None = None,
    ) -> Tally | None:
        """The tally of the unit's own figure."""
        spoken = self._spoken_figures(unit, indicator, method, scope, below=below, unless=unless)
        if spoken is None:
            return None
        figure = spoken.figure
        return Tally(
            unit=unit.code,
            indicator=indicator.code,
            method=method,
            scope=scope,
            numerator=figure.numerator,
            denominator=figure.denominator,
            status="not_applicable" if figure.denominator == 0 else "reported",
            source=figure.source,
            captured=(figure.captured_at, figure.captured_at),
            reported=tuple(spoken.beside),
        )

    def _spoken_figures(
        self,
        unit: Unit,
        indicator: Indicator,
        method: str | None,
        scope: Literal["own", "subtree"],
        *,
        below: bool,
        unless: Callable[[Reported], bool] | None = None,
    ) -> Spoken | None:
        """The unit's own figure. With nobody below, the two scopes are one; an empty one is the indicator's."""
        if method is None:
            return None
        scopes: tuple[str, ...] = ANY_SCOPE
        if below:
            scopes = ("", scope) if scope == indicator.scope else (scope,)
        return self._figures.speaking(
            unit.identity,
            indicator.code,
            method,
            first=self._period.first,
            last=self._period.last,
            as_of=self._as_of,
            scopes=scopes,
            unless=unless,
        )


def _feed(indicator: Indicator, code: str | None) -> tuple[str, ...]:
    """The kind of record that would have to come; the method's own word where it is no kind of ours."""
    method = indicator.method(code) if code else None
    if method is None:
        return ()
    kind = kinds().get(method.record)
    return (method.record if kind is None else kind.feeds[0],)
