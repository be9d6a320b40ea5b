"""Counts of records become tallies: each unit's own, with what it holds of past units, and the sum with all below.

A sum takes the units with data and names the others. Knows covers and the tree of the deciding day; no record and no
engine. Ratios are never averaged, no data is never zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from chitieu.acts.units import Tree, Unit
from chitieu.measures.coverage import Coverage, Uncovered
from chitieu.measures.engines import UNPLACED, Cell, Counts
from chitieu.measures.indicator import Indicator
from chitieu.measures.method import Asked
from chitieu.measures.tally import Tally

MethodKey = tuple[str, str]
"""The codes of an indicator and of its method."""

UNNAMED = "unnamed"


@dataclass(slots=True)
class Sum:
    """What was counted of some records: n, d, and those left out or not known, by name; `apart` n and d by value."""

    n: int = 0
    d: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    apart: dict[str, tuple[int, int]] = field(default_factory=dict)

    def count(self, outcome: str, name: str, apart: str, records: int) -> None:
        """Add records of one outcome."""
        n, d = (records if outcome == "numerator" else 0), (0 if outcome == "excluded" else records)
        self.n, self.d = self.n + n, self.d + d
        if outcome in ("excluded", "unknown"):
            named = self.excluded if outcome == "excluded" else self.unknown
            named[name or UNNAMED] = named.get(name or UNNAMED, 0) + records
        if apart:
            before = self.apart.get(apart, (0, 0))
            self.apart[apart] = before[0] + n, before[1] + d

    def add(self, other: Sum) -> None:
        """Add another sum."""
        self.n, self.d = self.n + other.n, self.d + other.d
        for mine, others in ((self.excluded, other.excluded), (self.unknown, other.unknown)):
            for name, records in others.items():
                mine[name] = mine.get(name, 0) + records
        for value, (n, d) in other.apart.items():
            before = self.apart.get(value, (0, 0))
            self.apart[value] = before[0] + n, before[1] + d


@dataclass(frozen=True, slots=True)
class _Own:
    """A unit's own: its sum with what it carries, whether that is data, and why it is none."""

    sum: Sum
    has_data: bool
    stated: bool
    missing: tuple[Uncovered, ...]
    carried: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KindCounts:
    """The counts of one kind of record: which method is which place of the job's definitions, and what was said of it.

    `delivered`: whether anything of its feeds ever came in this data state. `feed`: the kind whose covers are asked.
    `follows`: its rows follow from acts, whether anything came or not. `samples`: methods that ask some people only.
    """

    methods: Mapping[MethodKey, int]
    samples: Collection[MethodKey]
    counts: Counts
    coverage: Coverage
    delivered: bool
    feed: str
    follows: bool
    asked: Mapping[Asked, int]

    def of(self, asked: Asked) -> Sequence[tuple[Cell, int]]:
        """The cells of one period and day."""
        return self._by_asked.get(self.asked[asked], ())

    @cached_property
    def _by_asked(self) -> Mapping[int, list[tuple[Cell, int]]]:
        found: defaultdict[int, list[tuple[Cell, int]]] = defaultdict(list)
        for cell, records in self.counts.items():
            found[cell.asked].append((cell, records))
        return found


class Measured:
    """The measured tallies of one period as of one day; each is reckoned once."""

    def __init__(self, tree: Tree, kinds: Sequence[KindCounts], asked: Asked, engine: str) -> None:
        self._tree, self._asked, self.engine = tree, asked, engine
        self._day = asked.judged_on
        self._snapshot = tree.on(self._day)
        self._kinds = {method: kind for kind in kinds if asked in kind.asked for method in kind.methods}
        self._own: dict[tuple[MethodKey, str], _Own] = {}

    def unplaced(self) -> dict[MethodKey, int]:
        """Counted records whose unit nobody ever bore, by method: they are in no figure."""
        found = {}
        for method in self._kinds:
            counted = self._by_identity(method).get(UNPLACED)
            if counted is not None:
                found[method] = counted.d + sum(counted.excluded.values())
        return found

    def tally(
        self, unit: Unit, indicator: Indicator, method: str | None, scope: Literal["own", "subtree"]
    ) -> Tally | None:
        """The tally of a unit of the deciding day; None for a method that was not counted."""
        key = indicator.code, method or ""
        kind = self._kinds.get(key)
        if kind is None:
            return None
        below = self._snapshot.below(unit.code) if scope == "subtree" else ()
        units = [unit, *(self._snapshot.units[code] for code in below)]
        parts = [self._of(key, kind, one, indicator) for one in units]
        with_data = [part for part in parts if part.has_data]
        total = Sum()
        for part in with_data:
            total.add(part.sum)
        if below:
            missing = tuple(one.code for one, part in zip(units, parts, strict=True) if not part.has_data)
        else:
            missing = tuple(map(str, parts[0].missing)) or (() if with_data else (kind.feed,))
        is_count = indicator.shape == "count"
        counted = bool(with_data)
        status: Literal["measured", "not_applicable", "no_data"] = "measured"
        if not counted:
            status = "no_data"
        elif not is_count and total.d == 0:
            status = "not_applicable"
        return Tally(
            unit=unit.code,
            indicator=indicator.code,
            method=method,
            scope=scope,
            numerator=total.n if counted else None,
            denominator=total.d if counted and not is_count else None,
            status=status,
            units=(len(with_data), len(units)) if below else None,
            missing=missing,
            carried=tuple(sorted({code for part in with_data for code in part.carried})),
            coverage=("stated" if all(part.stated for part in with_data) else "unstated") if counted else None,
            excluded=_positive(total.excluded),
            unknown=_positive(total.unknown),
            apart=tuple(sorted((value, n, d) for value, (n, d) in total.apart.items())),
            engine=self.engine,
            sample=key in kind.samples,
        )

    def _of(self, key: MethodKey, kind: KindCounts, unit: Unit, indicator: Indicator) -> _Own:
        if (key, unit.identity) not in self._own:
            self._own[key, unit.identity] = self._reckon(key, kind, unit, is_count=indicator.shape == "count")
        return self._own[key, unit.identity]

    def _reckon(self, key: MethodKey, kind: KindCounts, unit: Unit, *, is_count: bool) -> _Own:
        counted = self._by_identity(key)
        total = Sum()
        carried = []
        members = [unit, *self._held.get(unit.identity, ())]
        for member in members:
            of_member = counted.get(member.identity)
            if of_member is not None:
                total.add(of_member)
                carried += [member.code] if member is not unit else []
        stated = [member for member in members if kind.coverage.is_stated(member.identity)]
        if not stated:
            # Rows that follow from acts are no sign that anything was sent.
            sent = kind.delivered or not kind.follows
            has_data = sent and (total.n if is_count else total.d) > 0
            return _Own(total, has_data, stated=False, missing=(), carried=tuple(carried))
        first = self._asked.period.first
        missing = [days for one in stated for days in kind.coverage.uncovered(one.identity, first, self._day)]
        return _Own(total, not missing, stated=True, missing=tuple(missing), carried=tuple(carried))

    def _by_identity(self, key: MethodKey) -> Mapping[str, Sum]:
        return self._sums[key]

    @cached_property
    def _sums(self) -> Mapping[MethodKey, Mapping[str, Sum]]:
        found: dict[MethodKey, dict[str, Sum]] = {}
        for kind in {id(kind): kind for kind in self._kinds.values()}.values():
            by_place: defaultdict[int, dict[str, Sum]] = defaultdict(dict)
            for cell, records in kind.of(self._asked):
                of_method = by_place[cell.method]
                if cell.unit not in of_method:
                    of_method[cell.unit] = Sum()
                of_method[cell.unit].count(cell.outcome, cell.name, cell.apart, records)
            found |= {method: by_place[at] for method, at in kind.methods.items()}
        return found

    @cached_property
    def _held(self) -> Mapping[str, Collection[Unit]]:
        """The past units that a unit of the day holds, each once."""
        return {
            identity: tuple({past.identity: past for past in stretches}.values())
            for identity, stretches in self._tree.held_by(self._day).items()
        }


def _positive(counter: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, records) for name, records in counter.items() if records > 0))
