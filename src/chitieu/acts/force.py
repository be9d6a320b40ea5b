"""Which act is in force on which day: ends by replacement, annulment, the end of an upper act or of an issuer.

Knows the acts that were filed and the tree; knows no level. A code in an act is read once, on the
act's own first day, and follows no code afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chitieu.acts.decision import ActName, Decision
from chitieu.acts.names import fold
from chitieu.acts.units import Tree, Unit
from chitieu.period import Period

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FiledAct:
    """An act as it lies in the folder. `order` is its place among the filings, from 0."""

    decision: Decision
    file: str
    order: int
    digest: str = ""

    @property
    def name(self) -> ActName:
        return self.decision.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the first to the last day in force; `cause` is the act that ended it, if one did."""

    begins: date
    ended_on: date | None = None
    cause: FiledAct | None = None

    def holds(self, day: date) -> bool:
        """Whether the act is in force on `day`."""
        return self.begins <= day and (self.ended_on is None or day <= self.ended_on)


class Acts:
    """All filed acts beside the tree of units: find one, say when it is in force and under which act it stands."""

    def __init__(self, filed: Iterable[FiledAct], tree: Tree) -> None:
        self.filed: tuple[FiledAct, ...] = tuple(sorted(filed, key=lambda act: act.order))
        self.tree = tree
        self._by_key = {act.name.key: act for act in self.filed}
        self._spans: dict[int, Span] = {}
        self._referring: dict[tuple[str, tuple[str, str, date]], list[FiledAct]] = {}
        for act in self.filed:
            for relation in ("replaces", "annuls", "amends"):
                name: ActName | None = getattr(act.decision, relation)
                if name is not None:
                    self._referring.setdefault((relation, name.key), []).append(act)

    def find(self, name: ActName | None) -> FiledAct | None:
        """The act of a name in three parts, or None."""
        return None if name is None else self._by_key.get(name.key)

    def fitting(self, text: str) -> list[FiledAct]:
        """The acts that a short name fits: `194/QĐ-UBND`, `194/QĐ-UBND@2024-01-23`, `731:15/QĐ-UBND`."""
        issuer, _, rest = text.rpartition(":")
        number, _, day = rest.partition("@")
        return [
            act
            for act in self.filed
            if fold(number) == fold(act.name.number)
            and (not issuer or fold(issuer) == fold(act.name.issuer))
            and (not day or day.strip() == act.name.issued_on.isoformat())
        ]

    def referring(self, relation: str, act: FiledAct) -> Sequence[FiledAct]:
        """The acts that replace, annul or amend `act`, in order of filing."""
        return self._referring.get((relation, act.name.key), ())

    def issuer(self, act: FiledAct) -> Unit | None:
        """The unit that bore the issuer's code on the act's first day."""
        return self.tree.bearer(act.name.issuer, act.decision.in_force)

    def span(self, act: FiledAct) -> Span:
        """When the act is in force."""
        known = self._spans.get(act.order)
        if known is None:
            known = self._spans[act.order] = self._span(act)
        return known

    def in_force(self, act: FiledAct, day: date) -> bool:
        """Whether the act is in force on `day`; a cascade also waits for the act it is under."""
        if not self.span(act).holds(day):
            return False
        upper = self.upper_on(act, day)
        return upper is None or self.in_force(upper, day)

    def upper_on(self, act: FiledAct, day: date) -> FiledAct | None:
        """The act a cascade is under on `day`: the one it names, or the one that replaced that and keeps cascades."""
        upper = self.find(act.decision.under)
        while upper is not None:
            span = self.span(upper)
            if span.ended_on is None or day <= span.ended_on or not _keeps(span.cause, upper):
                return upper
            upper = span.cause
        return None

    def root_on(self, act: FiledAct, day: date) -> FiledAct:
        """The decision at the top of the chain `act` stands in on `day`."""
        while (upper := self.upper_on(act, day)) is not None:
            act = upper
        return act

    def amendments(self, act: FiledAct, day: date, period: Period | None) -> list[FiledAct]:
        """What changes `act` on `day` for `period`, in the order in which it speaks."""
        found = [
            change
            for change in self.referring("amends", act)
            if self.span(change).holds(day)
            and not (
                period is not None
                and change.decision.year_judged_by == "first-day"
                and period.first < change.decision.in_force
            )
        ]
        return sorted(found, key=speaking_order)

    def roots(self) -> list[FiledAct]:
        """All decisions, in order of filing."""
        return [act for act in self.filed if act.decision.kind == "decision"]

    def _span(self, act: FiledAct) -> Span:
        begins = act.decision.in_force
        ends: list[tuple[date, FiledAct | None]] = [
            (other.decision.in_force - ONE_DAY, other)
            for relation in ("replaces", "annuls")
            for other in self.referring(relation, act)
        ]
        if act.decision.kind == "cascade":
            upper = self.find(act.decision.under)
            while upper is not None:
                span = self.span(upper)
                if span.ended_on is None:
                    break
                if not _keeps(span.cause, upper):
                    ends.append((span.ended_on, span.cause))
                    break
                upper = span.cause
            issuer = self.issuer(act)
            gone = self.tree.end_of(issuer.identity) if issuer is not None else None
            if gone is not None:
                ends.append((gone - ONE_DAY, None))
        if act.decision.kind == "amendment" and (amended := self.find(act.decision.amends)) is not None:
            span = self.span(amended)
            if span.ended_on is not None:
                ends.append((span.ended_on, span.cause))
        if not ends:
            return Span(begins=begins)
        ended_on, cause = min(ends, key=lambda end: (end[0], end[1].order if end[1] else -1))
        return Span(begins=begins, ended_on=ended_on, cause=cause)


def speaking_order(act: FiledAct) -> tuple[date, date, int]:
    """Of two changes of one cell: the later in force speaks, then the later signed, then the later filed."""
    return act.decision.in_force, act.name.issued_on, act.order


def speaks_for(act: FiledAct, period: Period) -> bool:
    """Whether a decision's `applies`, read in its calendar, holds the last day of `period`."""
    applies = act.decision.applies
    if applies is None:
        return False
    applies = applies.in_calendar(act.decision.calendar)
    return applies.first <= period.last <= applies.last


def _keeps(cause: FiledAct | None, ended: FiledAct) -> bool:
    return (
        cause is not None
        and cause.decision.cascades == "keep"
        and cause.decision.replaces is not None
        and cause.decision.replaces.key == ended.name.key
    )
