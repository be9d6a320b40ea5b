"""Units and their history: who stands where on a day, and who holds the records of one that no longer stands.

A unit is a chain of stretches joined by `keep` and `rest`. Knows no level, no record and no file: rows are
read by `unit_tables`, become stretches in `stretches`, and are proved in `unit_proofs`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar

from chitieu.acts.names import fold

ONE_DAY = timedelta(days=1)
EXTENTS = ("whole", "part", "rest", "keep", "ended", "new")
GOES_ON = ("whole", "keep", "rest")
STAYS_ITSELF = ("keep", "rest")
OLD_CODE, EARLY_CODE = "OLD-CODE", "EARLY-CODE"
_REMEMBERED = 64
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """A row of `successions.csv`: `old` is the unit of the day before `on`, `new` the unit of `on`."""

    old: str | None
    new: str | None
    extent: str
    on: date
    act: str = ""
    certainty: str = ""
    file: str = field(default="", compare=False)
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One stretch of a unit, from `begins` (None: before anything looked at) to the day before `ends` (None: for ever).

    `identity` is the `code@day` of the unit's first stretch: what stays the same along `keep` and `rest`.
    """

    code: str
    name: str
    tier: str
    identity: str
    parent: str | None = None
    begins: date | None = None
    ends: date | None = None
    act: str = ""
    also: tuple[str, ...] = ()
    certainty: str = ""

    def stands(self, day: date) -> bool:
        """Whether the stretch holds the day."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)


class _Line:
    """Stretches that answer to one key, in the order in which they begin."""

    __slots__ = ("_begins", "stretches")

    def __init__(self, stretches: Iterable[Unit]) -> None:
        self.stretches = sorted(stretches, key=lambda unit: unit.begins or date.min)
        self._begins = [unit.begins or date.min for unit in self.stretches]

    def on(self, day: date) -> Unit | None:
        """The one that stands on the day."""
        last = self.before(day)
        return last if last is not None and last.stands(day) else None

    def before(self, day: date) -> Unit | None:
        """The last one that had begun by the day."""
        at = bisect_right(self._begins, day)
        return self.stretches[at - 1] if at else None

    def after(self, day: date) -> Unit | None:
        """The first one that begins after the day."""
        at = bisect_right(self._begins, day)
        return self.stretches[at] if at < len(self.stretches) else None


class Tree:
    """All units over time. Between two `days_of_change` nothing differs: answers are remembered by such a span."""

    def __init__(self, units: Iterable[Unit], successions: Iterable[Succession] = ()) -> None:
        self.units: tuple[Unit, ...] = tuple(sorted(units, key=unit_order))
        self.successions: tuple[Succession, ...] = tuple(sorted(successions, key=move_order))
        self.days_of_change: tuple[date, ...] = tuple(
            sorted({day for unit in self.units for day in (unit.begins, unit.ends) if day is not None})
        )
        self._codes = _lines((fold(unit.code), unit) for unit in self.units)
        self._lives = _lines((unit.identity, unit) for unit in self.units)
        self._heirs: dict[tuple[str, date], str] = {}
        for move in self.successions:
            if move.extent in GOES_ON and move.old is not None and move.new is not None:
                self._heirs.setdefault((move.old, move.on), move.new)
        self._snapshots: dict[int, Snapshot] = {}
        self._holders: dict[int, dict[str, Unit]] = {}
        self._held: dict[int, Mapping[str, tuple[Unit, ...]]] = {}

    @cached_property
    def _also(self) -> dict[str, _Line]:
        return _lines(pair for pair in self._also_pairs() if pair[0] not in self.ambiguous)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code that some unit ever answers to, folded and sorted."""
        return tuple(sorted({*self._codes, *self._also}))

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """Codes of `also` that without the prefix of their system mean two units on one day: they answer to neither."""
        bare = _lines(pair for pair in self._also_pairs(prefixed=False))
        return frozenset(key for key, line in bare.items() if _overlap(line.stretches))

    def _also_pairs(self, *, prefixed: bool = True) -> Iterable[tuple[str, Unit]]:
        for unit in self.units:
            keys: dict[str, None] = {}
            for code in unit.also:
                keys[fold(code.partition(":")[2] or code)] = None
                if prefixed:
                    keys[fold(code)] = None
            for key in keys:
                yield key, unit

    def on(self, day: date) -> Snapshot:
        """The tree of a day."""
        span = bisect_right(self.days_of_change, day)
        if span not in self._snapshots:
            _make_room(self._snapshots)
            self._snapshots[span] = Snapshot((unit for unit in self.units if unit.stands(day)), day)
        return self._snapshots[span].at(day)

    def bearer(self, code: str, day: date) -> Unit | None:
        """The unit that bears the code on the day."""
        line = self._codes.get(fold(code))
        return line.on(day) if line else None

    def stretch(self, identity: str, day: date) -> Unit | None:
        """The stretch of a unit that stands on the day."""
        line = self._lives.get(identity)
        return line.on(day) if line else None

    def life(self, identity: str) -> tuple[Unit, ...]:
        """All stretches of a unit, in order of time."""
        line = self._lives.get(identity)
        return tuple(line.stretches) if line else ()

    def end_of(self, identity: str) -> date | None:
        """The first day on which the unit no longer stands; None for one that stands for ever."""
        life = self.life(identity)
        return life[-1].ends if life else None

    def look_up(self, code: str, day: date | None) -> tuple[Unit, str | None] | None:
        """The unit a code means on a day, by code, then by `also`; with a warning where it did not stand that day.

        `OLD-CODE`: its last bearer before; `EARLY-CODE`: its first one later; whose records these are is asked of
        `holder`. Without a day: the last bearer. None: nobody ever bore it.
        """
        key = fold(code)
        lines = [line for line in (self._codes.get(key), self._also.get(key)) if line is not None]
        if not lines:
            return None
        if day is None:
            return lines[0].stretches[-1], None
        for ask, warning in ((_Line.on, None), (_Line.before, OLD_CODE), (_Line.after, EARLY_CODE)):
            for line in lines:
                unit = ask(line, day)
                if unit is not None:
                    return unit, warning
        return None

    def holder(self, unit: Unit, day: date) -> Unit:
        """Who has the unit's records on the day: itself, else its heir along whole, keep and rest, else the parent's.

        Never nobody: at the very last the first root of the day; the unit itself only where nothing stands at all.
        """
        known = self._known_holders(day)
        path: dict[str, None] = {}
        found: Unit | None = None
        asked: Unit | None = unit
        while asked is not None and found is None:
            found = known.get(asked.identity) or self.stretch(asked.identity, day)
            if found is None:
                if asked.identity in path:
                    break
                path[asked.identity] = None
                asked = self._next(asked.identity, day)
        if found is None:
            roots = self.on(day).roots
            found = roots[0] if roots else unit
        for identity in path:
            known[identity] = found
        return found

    def held_by(self, day: date) -> Mapping[str, tuple[Unit, ...]]:
        """For each unit of the day that holds others, by identity: the stretches of those that do not stand."""
        span = bisect_right(self.days_of_change, day)
        if span not in self._held:
            held: dict[str, list[Unit]] = {}
            for unit in self.units:
                holder = self.holder(unit, day)
                if holder.identity != unit.identity:
                    held.setdefault(holder.identity, []).append(unit)
            _make_room(self._held)
            self._held[span] = MappingProxyType({identity: tuple(held[identity]) for identity in sorted(held)})
        return self._held[span]

    def _known_holders(self, day: date) -> dict[str, Unit]:
        span = bisect_right(self.days_of_change, day)
        if span not in self._holders:
            _make_room(self._holders)
            self._holders[span] = {}
        return self._holders[span]

    def _next(self, identity: str, day: date) -> Unit | None:
        """One step from a unit that does not stand on the day towards its holder."""
        life = self._lives[identity].stretches if identity in self._lives else []
        if not life:
            return None
        first, last = life[0], life[-1]
        if last.ends is not None and last.ends <= day:
            heir = self._heirs.get((last.code, last.ends))
            found = self.bearer(heir, last.ends) if heir is not None else None
            if found is not None or last.parent is None:
                return found
            return self.bearer(last.parent, last.ends - ONE_DAY)
        if first.parent is None or first.begins is None:
            return None
        return self.bearer(first.parent, first.begins)


class Snapshot:
    """The tree of one day: units by code and by identity; questions take codes and give codes, in their order."""

    __slots__ = ("_children", "by_identity", "day", "roots", "units")

    def __init__(self, units: Iterable[Unit], day: date) -> None:
        self.day = day
        self.units: Mapping[str, Unit] = MappingProxyType(
            {unit.code: unit for unit in sorted(units, key=lambda unit: unit.code)}
        )
        self.by_identity: Mapping[str, Unit] = MappingProxyType({unit.identity: unit for unit in self.units.values()})
        self.roots: tuple[Unit, ...] = tuple(unit for unit in self.units.values() if unit.parent is None)
        below: dict[str, list[str]] = {}
        for unit in self.units.values():
            if unit.parent is not None:
                below.setdefault(unit.parent, []).append(unit.code)
        self._children = {code: tuple(children) for code, children in below.items()}

    def at(self, day: date) -> Snapshot:
        """The same tree on another day of its span."""
        if day == self.day:
            return self
        same = copy(self)
        same.day = day
        return same

    def children(self, code: str) -> tuple[str, ...]:
        """The codes of the units directly below."""
        return self._children.get(code, ())

    def parent(self, code: str) -> Unit | None:
        """The unit directly above; None for a root and for a code that nobody bears."""
        unit = self.units.get(code)
        return self.units.get(unit.parent) if unit is not None and unit.parent is not None else None

    def above(self, code: str) -> tuple[str, ...]:
        """The codes of all units above, the nearest first."""
        found: dict[str, None] = {}
        unit = self.parent(code)
        while unit is not None and unit.code not in found:
            found[unit.code] = None
            unit = self.parent(unit.code)
        return tuple(found)

    def below(self, code: str) -> tuple[str, ...]:
        """The codes of all units below at every depth, without the unit itself."""
        found: set[str] = set()
        open_codes = [code]
        while open_codes:
            for child in self.children(open_codes.pop()):
                if child not in found and child != code:
                    found.add(child)
                    open_codes.append(child)
        return tuple(sorted(found))

    def count_by_tier(self, code: str) -> dict[str, int]:
        """How many units of each tier stand below, without the unit itself."""
        return dict(sorted(Counter(self.units[below].tier for below in self.below(code)).items()))


def _lines(pairs: Iterable[tuple[str, Unit]]) -> dict[str, _Line]:
    by_key: dict[str, list[Unit]] = {}
    for key, unit in pairs:
        by_key.setdefault(key, []).append(unit)
    return {key: _Line(units) for key, units in by_key.items()}


def _overlap(line: Sequence[Unit]) -> bool:
    """Whether two stretches of a line, in order of their beginnings, stand on one day."""
    return any(before.ends is None or before.ends > (after.begins or date.min) for before, after in pairwise(line))


def _make_room(remembered: dict[int, T]) -> None:
    while len(remembered) >= _REMEMBERED:
        del remembered[next(iter(remembered))]


def unit_order(unit: Unit) -> tuple[str, date]:
    """Units by code, then by time."""
    return unit.code, unit.begins or date.min


def move_order(move: Succession) -> tuple[date, str, str, str]:
    """Successions by day, then by what they say."""
    return move.on, move.old or "", move.new or "", move.extent
