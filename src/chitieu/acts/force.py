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
    """An act as it lies in the folder. `order` is its place among the filings, from 0.

    `codes_read_on` is set for a draft that is tried on a past period: its codes stay those of its own first day.
    """

    decision: Decision
    file: str
    order: int
    digest: str = ""
    codes_read_on: date | None = None

    @property
    def name(self) -> ActName:
        return self.decision.name

    @property
    def codes_on(self) -> date:
        """The day on which the codes in it are read."""
        return self.codes_read_on or self.decision.in_force


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
        self.cascades: tuple[FiledAct, ...] = tuple(act for act in self.filed if act.decision.kind == "cascade")
        self._by_key = {act.name.key: act for act in self.filed}
        self._spans: dict[int, Span] = {}
        self._above: dict[int, list[tuple[FiledAct, date | None]]] = {}
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
            and (not day or fold(day) == act.name.issued_on.isoformat())
        ]

    def referring(self, relation: str, act: FiledAct) -> Sequence[FiledAct]:
        """The acts that replace, annul or amend `act`, in order of filing."""
        return self._referring.get((relation, act.name.key), ())

    def issuer(self, act: FiledAct) -> Unit | None:
        """The unit that bore the issuer's code on the act's first day."""
        return self.tree.bearer(act.name.issuer, act.codes_on)

    def span(self, act: FiledAct) -> Span:
        """When the act is in force."""
        known = self._spans.get(act.order)
        if known is None:
            known = self._spans[act.order] = self._span(act)
        return known

    def begins(self, act: FiledAct) -> date:
        """The first day on which the act speaks: a cascade and what amends it not before the act it is under."""
        first = act.decision.in_force
        above = self.find(act.decision.amends)
        if act.decision.kind == "cascade":
            above = self.upper_on(act, first)
        return first if above is None else max(first, self.begins(above))

    def in_force(self, act: FiledAct, day: date) -> bool:
        """Whether the act speaks on `day`; a cascade also waits for the act it is under."""
        return self.span(act).holds(day) and (act.decision.kind == "decision" or self.begins(act) <= day)

    def shown_on(self, act: FiledAct, day: date) -> date:
        """The day whose rows are shown for `day` (rule 5): the last in force up to it; before the act, its first."""
        ended_on = self.span(act).ended_on
        return max(day if ended_on is None else min(day, ended_on), self.begins(act))

    def upper_on(self, act: FiledAct, day: date) -> FiledAct | None:
        """The act a cascade is under on `day`: the one it names, or the one that replaced that and keeps cascades."""
        for upper, until in self._uppers(act):
            if until is None or day <= until:
                return upper
        return None

    def root_on(self, act: FiledAct, day: date) -> FiledAct:
        """The decision at the top of what `act` rests on, on `day`."""
        return self.resting_on(act, day)[-1]

    def resting_on(self, act: FiledAct, day: date) -> list[FiledAct]:
        """The act, then the one it amends, then those above it on `day`, up to a decision."""
        found = [act]
        amended = self.find(act.decision.amends)
        if amended is not None:
            found.append(amended)
        while (upper := self.upper_on(found[-1], day)) is not None:
            found.append(upper)
        return found

    def _uppers(self, cascade: FiledAct) -> list[tuple[FiledAct, date | None]]:
        """The acts a cascade is under, one after the other, each with the last day on which it is."""
        if cascade.order not in self._above:
            found: list[tuple[FiledAct, date | None]] = []
            upper, since = self.find(cascade.decision.under), date.min
            while upper is not None:
                span = self.span(upper)
                until = None if span.ended_on is None else max(since, span.ended_on)
                found.append((upper, until))
                upper, since = (span.cause if _keeps(span.cause, upper) else None), until or since
            self._above[cascade.order] = found
        return self._above[cascade.order]

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
            above = self._uppers(act)
            if above and above[-1][1] is not None:
                ends.append((above[-1][1], self.span(above[-1][0]).cause))
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
