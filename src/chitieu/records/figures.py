"""Figure: one published or reported n and d. Figures: which of them speaks for a unit, period and day.

Knows captures and sources. Refuses to know what sums are: a unit without a figure of its own is
the tally's concern.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Protocol

SELF_REPORT = "self-report"

Key = tuple[str, str, str, str, date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as it came. `denominator` is None for a count; `captured_at` is local, without zone, whole seconds.

    `scope` is `subtree`, `own` or empty: the indicator's. `row` is its place in the file it came in,
    `delivery` the number of the delivery that brought it, 0 before.
    """

    source: str
    unit: str
    indicator: str
    method: str
    begins: date
    ends: date
    scope: str
    numerator: int
    denominator: int | None
    captured_at: datetime
    document: str
    person: str
    row: int = 0
    delivery: int = 0

    @property
    def key(self) -> Key:
        return self.source, self.unit, self.indicator, self.method, self.begins, self.ends

    @property
    def record(self) -> tuple[Key, datetime]:
        """A record is key and capture: a later capture replaces none."""
        return self.key, self.captured_at

    @property
    def said(self) -> tuple[str, int, int | None, str, str]:
        """What two arrivals of one record may differ in."""
        return self.scope, self.numerator, self.denominator, self.document, self.person

    @property
    def own_day(self) -> date:
        """The day on which its unit's code is read: the earlier of its period's last day and the day of capture."""
        return min(self.ends, self.captured_at.date())

    @property
    def is_published(self) -> bool:
        """Published by somebody else; False: the unit reported it itself."""
        return self.source != SELF_REPORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The figure that speaks, and those of other sources that stand beside it, in the order they would speak."""

    figure: Figure
    beside: tuple[Figure, ...]


class Identified(Protocol):
    """What must be known of a unit: who it is, whatever its code."""

    @property
    def identity(self) -> Hashable: ...


LookUp = Callable[[str, date], tuple[Identified, str | None] | None]
"""The unit a code means on a day, with a warning; None for a code never known (`Tree.look_up`)."""

Subject = tuple[Hashable, str, str, date, date]


class Figures:
    """Figures by the unit they are about, put in order once. Of one record, the later arrival stands."""

    def __init__(self, arrivals: Iterable[Figure], look_up: LookUp) -> None:
        """`arrivals` in order of delivery and row."""
        self._by_subject: dict[Subject, list[Figure]] = {}
        self.unplaced: list[Figure] = []
        identities: dict[tuple[str, date], Hashable] = {}
        for figure in standing(arrivals):
            at = figure.unit, figure.own_day
            if at not in identities:
                found = look_up(*at)
                identities[at] = found[0].identity if found is not None else None
            if identities[at] is None:
                self.unplaced.append(figure)
                continue
            subject = identities[at], figure.indicator, figure.method, figure.begins, figure.ends
            self._by_subject.setdefault(subject, []).append(figure)
        for captures in self._by_subject.values():
            captures.sort(key=attrgetter("captured_at"))

    def __len__(self) -> int:
        return sum(map(len, self._by_subject.values()))

    def __iter__(self) -> Iterator[tuple[Hashable, Figure]]:
        """Every figure with the identity of its unit."""
        for subject, captures in self._by_subject.items():
            for figure in captures:
                yield subject[0], figure

    def speaking(
        self,
        identity: Hashable,
        indicator: str,
        method: str,
        *,
        first: date,
        last: date,
        as_of: date,
        scopes: Collection[str] = ("", "own", "subtree"),
        unless: Callable[[Figure], bool] | None = None,
    ) -> Spoken | None:
        """What speaks for a unit about exactly the days `first` to `last`, known at the end of the day `as_of`.

        `scopes` are those that answer; an empty one is the indicator's; `unless` keeps a figure silent.
        Of each source the capture that is last and not after `as_of`; of several sources a published
        one before `self-report`, then the later capture, then the code of the source.
        """
        latest: dict[str, Figure] = {}
        for figure in self._by_subject.get((identity, indicator, method, first, last), ()):
            if figure.captured_at.date() > as_of or figure.scope not in scopes:
                continue
            if unless is None or not unless(figure):
                latest[figure.source] = figure
        if not latest:
            return None
        by_source = list(latest.values())
        if len(by_source) == 1:
            return Spoken(figure=by_source[0], beside=())
        by_source.sort(key=attrgetter("source"))
        by_source.sort(key=attrgetter("captured_at"), reverse=True)
        by_source.sort(key=attrgetter("is_published"), reverse=True)
        return Spoken(figure=by_source[0], beside=tuple(by_source[1:]))


def standing(arrivals: Iterable[Figure]) -> Iterable[Figure]:
    """The latest arrival of each record; one that says the same again leaves the first in its place."""
    latest: dict[tuple[Key, datetime], Figure] = {}
    for figure in arrivals:
        record = figure.record
        before = latest.get(record)
        if before is None or before.said != figure.said:
            latest[record] = figure
    return latest.values()
