"""What deliveries said they cover, and of which days of a unit nothing is known. No data is not zero.

A cover names a unit and every unit below it on each day. Where a cover of the kind ever named a unit, or one that
was ever above it, every day on which it stood is asked; where none did, nothing is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from chitieu.acts.units import ONE_DAY, Tree

Days = tuple[date, date]
"""A closed range of days."""


class Covering(Protocol):
    """A statement of cover as a delivery keeps it."""

    @property
    def unit(self) -> str: ...
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Days of one unit that no cover holds."""

    unit: str
    first: date
    last: date

    def __str__(self) -> str:
        days = f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"
        return f"{self.unit} {days}"


class Coverage:
    """The covers of one kind of record in a data state, on a tree of units."""

    def __init__(self, tree: Tree, covers: Iterable[Covering]) -> None:
        self._tree = tree
        self._named: set[str] = set()
        self._covered: dict[str, list[Days]] = {}
        for cover in covers:
            for first, last in _spans(tree, cover.first, cover.last):
                meant = tree.look_up(cover.unit, first)
                if meant is None:
                    continue
                unit, warning = meant
                self._named.add(unit.identity)
                if warning is None:
                    snapshot = tree.on(first)
                    for code in (unit.code, *snapshot.below(unit.code)):
                        self._covered.setdefault(snapshot.units[code].identity, []).append((first, last))

    def is_stated(self, identity: str) -> bool:
        """Whether a cover ever named the unit or one that was ever above it."""
        return identity in self._stated

    def uncovered(self, identity: str, first: date, last: date) -> list[Uncovered]:
        """The days from `first` to `last` on which the unit stood and that no cover holds, in order."""
        covered = sorted(self._covered.get(identity, ()))
        found: list[Uncovered] = []
        for stretch in self._tree.life(identity):
            begins = max(first, stretch.begins or first)
            ends = last if stretch.ends is None else min(last, stretch.ends - ONE_DAY)
            found += [Uncovered(stretch.code, *days) for days in _without(begins, ends, covered)]
        return found

    @cached_property
    def _stated(self) -> frozenset[str]:
        if not self._named:
            return frozenset()
        found = set(self._named)
        for day in (date.min, *self._tree.days_of_change):
            snapshot = self._tree.on(day)
            for unit in snapshot.units.values():
                if unit.identity in self._named:
                    found |= {snapshot.units[code].identity for code in snapshot.below(unit.code)}
        return frozenset(found)


def _spans(tree: Tree, first: date, last: date) -> Iterator[Days]:
    """The parts of a range of days in which no unit changes."""
    changes = tree.days_of_change
    begins = first
    for day in changes[bisect_right(changes, first) :]:
        if day > last:
            break
        yield begins, day - ONE_DAY
        begins = day
    if begins <= last:
        yield begins, last


def _without(first: date, last: date, covered: Sequence[Days]) -> Iterator[Days]:
    """What of a range of days lies in none of the covered ones, which come in order."""
    for begins, ends in covered:
        if ends < first or begins > last:
            continue
        if begins > first:
            yield first, begins - ONE_DAY
        first = max(first, ends + ONE_DAY)
    if first <= last:
        yield first, last
