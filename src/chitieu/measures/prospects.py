"""What may still become of an open record under a method: met, missed, and the last moment that parts the two.

Nothing is said of any indicator here. What has not come yet is let come, at one moment or another, and the fate asked:
the deadline is the last moment that still brings the record into the numerator. Only what is empty may come; what is
known stays, and so does the day from which a term runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any, Literal

from chitieu.language.tree import Call, Column, Node, nodes
from chitieu.measures.fate import FAILED, NUMERATOR, Fate, fate
from chitieu.measures.method import Asked, Definition
from chitieu.measures.reasons import day_of, decided
from chitieu.measures.resting import Record
from chitieu.period import ONE_DAY, WorkingDays
from chitieu.records.derived import Whole
from chitieu.records.kind import Kind
from chitieu.records.own_day import own_day

State = Literal["due", "late", "waiting", "lacking", "unknown"]
"""A deadline ahead; past and still open; open without one; only a document is missing; a cell is missing."""

Values = Mapping[str, Any]
Way = tuple[str, ...]

END_OF_DAY, ONE_SECOND = time(23, 59, 59), timedelta(seconds=1)
MOST_EVENTS = 2
"""Events that may have to come together: an answer and its publication."""
IN_THE_END = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """An open record: its fate now, when what is awaited comes in time, and when not.

    `deadline`: the last second in which it is in time; None without one. `awaits`: the empty columns, those that
    suffice where one of several would do.
    """

    state: State
    now: Fate
    met: Fate
    missed: Fate
    deadline: datetime | None = None
    awaits: tuple[str, ...] = ()


class Prospects:
    """The prospects of the records of one kind under one method, for a period as of a day."""

    def __init__(self, kind: Kind, definition: Definition, asked: Asked, working: WorkingDays) -> None:
        self._kind, self._definition, self._asked, self._working = kind, definition, asked, working
        self._reached = _reached(kind, definition)
        begins_a_term = _begins_a_term(kind, self._reached)
        columns = [*kind.stored, *kind.joined.values()]
        self._days = {column.name for column in columns if column.type == "day"}
        self._events = tuple(
            column.name
            for column in columns
            if column.empty == "not_yet" and column.type in ("day", "moment") and column.name in self._reached
            if column.name not in begins_a_term
        )
        self._documents = tuple(
            column.name
            for column in columns
            if column.type == "text" and column.empty == "none" and column.name in self._reached
        )
        trees = [clause.tree for _, clause in definition.clauses()]
        trees += [kind.derived[name].tree for name in self._reached if name in kind.derived]
        self._truths = [node for tree in trees for node in nodes(tree) if node.type == "truth"]
        self._known_ways: dict[tuple[Any, ...], list[Way]] = {}
        self._next = datetime.combine(min(asked.as_of, date.max - ONE_DAY) + ONE_DAY, time())

    def of(self, values: Values) -> Prospect | None:
        """What may become of a record, given with what was looked up and joined; None where nothing is open."""
        if self._kind.mass and own_day(self._kind, values) is None:
            return None
        if self._kind.population:
            return self._of_population(values)
        record = Record(kind=self._kind, whole=Whole(self._kind, values, self._working), working=self._working)
        now = fate(self._definition, record.whole, self._asked, self._working)
        if now == FAILED and (prospect := self._lacking(values, now)) is not None:
            return prospect
        ways = self._ways(record, now)
        moments = self._moments(record) if ways else []
        meeting: list[Way] = []
        for way in ways:
            more = any(set(one) <= set(way) for one in meeting)
            if not more and self._filled(values, way, self._next) == NUMERATOR:
                meeting.append(way)
        if meeting:
            return self._ahead(values, meeting, now, [at for at in moments if at >= self._next])
        if now.outcome in ("failed", "outside"):
            return self._late(values, ways, now, [at for at in moments if at < self._next])
        return self._unknown(record, now) if now.outcome == "unknown" else None

    def _ahead(self, values: Values, ways: list[Way], now: Fate, moments: list[datetime]) -> Prospect | None:
        """A record that can still be met: by the way that leaves most time."""
        end = self._fate(values)
        way, deadline = ways[0], self._deadline(values, ways[0], moments)
        for other in ways[1:]:
            if deadline is not None and self._filled(values, other, deadline + ONE_SECOND) == NUMERATOR:
                way, deadline = other, self._deadline(values, other, moments)
        bare = self._filled(values, way, self._next, documents=False)
        awaits = (*way, *(() if bare == NUMERATOR else self._missing(values)))
        if now == end == NUMERATOR:
            # Nothing is at stake: the clock stands still, or has nothing to do with what may come.
            return None if deadline else Prospect(state="waiting", now=now, met=now, missed=now, awaits=awaits)
        late = end if deadline is None else self._filled(values, way, deadline + ONE_SECOND)
        state: State = "due" if deadline is not None else "waiting"
        missed = _worst(end, late, bare)
        return Prospect(state=state, now=now, met=NUMERATOR, missed=missed, deadline=deadline, awaits=awaits)

    def _deadline(self, values: Values, way: Way, moments: list[datetime]) -> datetime | None:
        """The last moment at which the way still meets; None if there is none."""
        return next((at for at in moments if self._filled(values, way, at + ONE_SECOND) != NUMERATOR), None)

    def _late(self, values: Values, ways: list[Way], now: Fate, moments: list[datetime]) -> Prospect | None:
        """A record that would have been met by what still has not come, had it come by a moment that is past."""
        for at in reversed(moments):
            for way in ways:
                if self._filled(values, way, at) == NUMERATOR:
                    then = _worst(self._filled(values, way, self._next), self._fate(values))
                    if then.outcome == "outside":
                        return None
                    return Prospect(state="late", now=now, met=then, missed=then, deadline=at, awaits=way)
        return None

    def _unknown(self, record: Record, now: Fate) -> Prospect:
        """A record that would perhaps be met, were a cell not empty."""
        decider, _ = decided(record, self._definition, self._asked)
        clause = dict(self._definition.clauses())[decider.called]
        empty = {column.name for column in self._kind.columns if column.empty == "unknown"} | set(self._kind.lookups)
        under = record.columns_under(clause) & empty
        awaits = tuple(name for name in self._reached if name in under and record.whole[name] is None)
        return Prospect(state="unknown", now=now, met=NUMERATOR, missed=now, awaits=awaits)

    def _lacking(self, values: Values, now: Fate) -> Prospect | None:
        missing = self._missing(values)
        if not missing or self._filled(values, (), self._next) != NUMERATOR:
            return None
        return Prospect(state="lacking", now=now, met=NUMERATOR, missed=now, awaits=missing)

    def _of_population(self, values: Values) -> Prospect | None:
        """A row that follows from acts: what is false of it may still turn until its day."""
        at = self._definition.population.at
        whole = Whole(self._kind, values, self._working)
        day = None if at is None else day_of(Record(kind=self._kind, whole=whole, working=self._working).value(at))
        if day is None or day <= self._asked.as_of:
            return None
        now, end = self._fate(values, self._asked.as_of), self._fate(values)
        turned = tuple(
            column.name
            for column in self._kind.columns
            if column.type == "flag" and column.name in self._reached and values.get(column.name) is False
        )
        if end == NUMERATOR or self._fate({**values, **dict.fromkeys(turned, True)}) != NUMERATOR:
            return None
        deadline = datetime.combine(day, END_OF_DAY)
        return Prospect(state="due", now=now, met=NUMERATOR, missed=end, deadline=deadline, awaits=turned)

    def _ways(self, record: Record, now: Fate) -> list[Way]:
        """Which events that have not come may come, one or several together: one at least on which the fate rests."""
        place = 0
        if now == NUMERATOR and len(self._definition.numerators) > 1:
            place = decided(record, self._definition, self._asked)[0].place
        pattern = place, *record.pattern(self._truths, self._reached)
        if pattern not in self._known_ways:
            rests = self._rests_on(record, place)
            empty = [name for name in self._events if record.whole[name] is None]
            ways = [way for count in range(1, MOST_EVENTS + 1) for way in combinations(empty, count)]
            self._known_ways[pattern] = [way for way in ways if not rests.isdisjoint(way)]
        return self._known_ways[pattern]

    def _rests_on(self, record: Record, place: int) -> frozenset[str]:
        """The columns on which population, entry and numerators rest; of several numerators the one that is met."""
        found: set[str] = set()
        for called, clause in self._definition.clauses():
            other = place > 0 and "[" in called and not called.endswith(f"[{place}]")
            if not other and not called.startswith(("leaves_at", "exclusion", "unknown")):
                found |= record.columns_under(clause)
        return frozenset(found)

    def _missing(self, values: Values) -> tuple[str, ...]:
        return tuple(name for name in self._documents if values.get(name) is None)

    def _moments(self, record: Record) -> list[datetime]:
        """Every moment of the record and of its clauses that could be a deadline, and the end of the period."""
        found = [record.whole[name] for name in self._reached]
        found += [record.value(clause) for _, clause in self._definition.clauses()]
        found.append(self._asked.period.last)
        return sorted({_last_second(value) for value in found if isinstance(value, date)})

    def _filled(self, values: Values, way: Way, at: datetime, *, documents: bool = True) -> Fate:
        """The fate in the end, when these events come at a moment, with the documents that are missing."""
        came: dict[str, Any] = {name: at.date() if name in self._days else at for name in way}
        if documents:
            came |= dict.fromkeys(self._missing(values), "+")
        return self._fate({**values, **came})

    def _fate(self, values: Values, as_of: date = IN_THE_END) -> Fate:
        asked = Asked(period=self._asked.period, as_of=as_of)
        return fate(self._definition, Whole(self._kind, values, self._working), asked, self._working)


def _worst(*fates: Fate) -> Fate:
    order = ("failed", "unknown", "excluded", "outside", "numerator")
    return min(fates, key=lambda one: order.index(one.outcome))


def _last_second(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, END_OF_DAY)


def _reached(kind: Kind, definition: Definition) -> tuple[str, ...]:
    """Every column the method rests on, derived ones with what they are made of."""
    found: dict[str, None] = {}
    waiting = [name for _, clause in definition.clauses() for name in sorted(clause.uses)]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += sorted(kind.derived[name].uses) if name in kind.derived else []
    return tuple(found)


def _begins_a_term(kind: Kind, reached: tuple[str, ...]) -> frozenset[str]:
    """The columns from which a term is reckoned: letting one come would move the deadline, not meet it."""
    found: set[str] = set()
    waiting: list[Node] = []
    for name in reached:
        if name in kind.derived:
            calls = [node for node in nodes(kind.derived[name].tree) if isinstance(node, Call)]
            waiting += [call.arguments[0] for call in calls if call.function == "add_working_days"]
            waiting += [inner for call in calls if call.function == "moved" for inner in call.arguments[1:]]
    while waiting:
        for node in nodes(waiting.pop()):
            if isinstance(node, Column) and node.name not in found:
                found.add(node.name)
                waiting += [kind.derived[node.name].tree] if node.name in kind.derived else []
    return frozenset(found)
