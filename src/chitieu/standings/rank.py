"""Rank: places in one line of a table, by exact ratios; equal ratios share a place.

Knows numbers only. Which units are comparable (tier, block, method, status, scope) is
decided by who makes the entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[Key]):
    """One unit in one line. A count has no denominator and is ranked by n; `ranked` says whether it takes part at all.

    `asks_denominator`: the least denominator holds for it (not for counts, fixed populations and cycles).
    """

    key: Key
    numerator: int
    denominator: int | None
    less_is_better: bool
    ranked: bool
    asks_denominator: bool


def ranks(entries: Sequence[Entry[Key]], least_denominator: int) -> dict[Key, tuple[int, int] | None]:
    """(place, of) of every entry, in the order given: 1, 2, 2, 4. Nothing for one that is not ranked.

    One below the least denominator, or with d = 0, has no place and is not in `of`. Counts and
    ratios, and the two directions, are ranked apart: no order holds between them.
    """
    # Two unequal ratios differ by 1/(d·d) at least: whole steps of 1/most² keep their order, equal ones share one.
    steps = max((entry.denominator or 1 for entry in entries), default=1) ** 2
    values: dict[Key, tuple[tuple[bool, bool], int]] = {}
    for entry in entries:
        value = _value(entry, least_denominator, steps)
        if value is not None:
            values[entry.key] = ((entry.denominator is None, entry.less_is_better), value)
    places: dict[tuple[tuple[bool, bool], int], tuple[int, int]] = {}
    for group in {group for group, _ in values.values()}:
        tied = Counter(value for of_group, value in values.values() if of_group == group)
        place, of = 1, sum(tied.values())
        for value in sorted(tied, reverse=not group[1]):
            places[group, value] = (place, of)
            place += tied[value]
    return {entry.key: places[values[entry.key]] if entry.key in values else None for entry in entries}


def _value(entry: Entry[Key], least_denominator: int, steps: int) -> int | None:
    if not entry.ranked:
        return None
    if entry.denominator is None:
        return entry.numerator
    if entry.denominator == 0 or (entry.asks_denominator and entry.denominator < least_denominator):
        return None
    return entry.numerator * steps // entry.denominator
