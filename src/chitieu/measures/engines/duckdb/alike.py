"""Methods that look at the same days: one group of records serves them all, and counts for each what it needs.

Counts lie side by side in whole numbers of 63 bits, each with room for all records: so a few sums count everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from chitieu.measures.engines.duckdb.fields import Label, Labels
from chitieu.measures.method import Population

_WORD = 63


@dataclass(frozen=True, slots=True)
class Count:
    """Where a count lies: its word, and the bits below it there."""

    word: int
    shift: int


class Sums:
    """Whole numbers to sum, of counts side by side; a new count goes where there is room."""

    def __init__(self, records: int) -> None:
        """With room for so many records in each count."""
        self.bits = max(1, records.bit_length())
        self.room = _WORD // self.bits
        self._terms: list[list[str]] = []
        self._used: list[int] = []

    @property
    def said(self) -> list[str]:
        """The whole numbers, as expressions."""
        return [" + ".join(terms) for terms in self._terms]

    @property
    def full(self) -> int:
        """All bits of the lowest count."""
        return (1 << self.bits) - 1

    def put(self, label: Label, choices: Sequence[Sequence[int]]) -> list[Count]:
        """A count for each of some choices of labels, not more than there is room for."""
        room = self.room - len(choices)
        word = next((word for word, used in enumerate(self._used) if used <= room), len(self._used))
        if word == len(self._used):
            self._terms.append([])
            self._used.append(0)
        found = [Count(word, (self._used[word] + place) * self.bits) for place in range(len(choices))]
        adds = {
            one: sum(1 << count.shift for count, choice in zip(found, choices, strict=True) if one in choice)
            for one in label.may_be
        }
        self._used[word] += len(choices)
        self._terms[word].append(label.case({one: f"{added}::BIGINT" for one, added in adds.items()}))
        return found


class Alike:
    """Methods with the same words of fields, whose periods begin and end alike.

    Of a group are counted its records and some `sums`. What lies under `wholes` in a sum stands whatever the day; the
    rest are outcomes if a numerator speaks.
    """

    def __init__(self, population: Population, words: Sequence[str], labels: Labels, sums: Sums) -> None:
        self.population, self.words, self._labels, self._all = population, words, labels, sums
        self._counts: dict[int, dict[int, Count]] = {}
        self._in_d: dict[int, Count | bool] = {}
        self.sums: list[int] = []
        """The places of its sums among all."""

    @property
    def methods(self) -> list[int]:
        """The places of its methods."""
        return list(self._counts)

    @property
    def wholes(self) -> list[int]:
        """For each of its sums the bits of the counts that stand whatever the day."""
        found = dict.fromkeys(self.sums, 0)
        left_out = [(one, count) for counts in self._counts.values() for one, count in counts.items()]
        counted = [count for one, count in left_out if one >= self._labels.excluded]
        for count in counted + [one for one in self._in_d.values() if isinstance(one, Count)]:
            found[count.word] |= self._all.full << count.shift
        return list(found.values())

    def add(self, method: int, label: Label) -> None:
        """One more method. What fails is known by all that are in d: all records, where none can be elsewhere."""
        in_d = [one for one in label.may_be if Labels.FAILED <= one < self._labels.excluded]
        wanted = [(one,) for one in label.may_be if one not in (Labels.OUTSIDE, Labels.FAILED)]
        some = bool(in_d) and len(in_d) < len(label.may_be)
        choices = [*wanted, tuple(in_d)] if some else wanted
        found: list[Count] = []
        for first in range(0, len(choices), self._all.room):
            found += self._all.put(label, choices[first : first + self._all.room])
        self.sums = list(dict.fromkeys([*self.sums, *(count.word for count in found)]))
        self._in_d[method] = found.pop() if some else bool(in_d)
        self._counts[method] = {one: count for (one,), count in zip(wanted, found, strict=True)}

    def outcomes(self, method: int, records: Any, sums: Sequence[Any], maybe: Sequence[Any]) -> dict[int, Any]:
        """How many records have which outcome by a method, of numbers or of columns of them.

        `sums`: where a numerator speaks, else only what lies under `wholes`; `maybe`: where none speaks, but one may.
        """

        def read(words: Sequence[Any], count: Count) -> Any:
            return (words[self.sums.index(count.word)] >> count.shift) & self._all.full

        found = {one: read(sums, count) for one, count in self._counts[method].items()}
        in_d = self._in_d[method]
        if in_d is False:
            return found
        spoken = [one for one in found if one < self._labels.excluded]
        for one in spoken if maybe else ():
            label = Labels.UNKNOWN if one == Labels.NUMERATOR else one
            doubted = read(maybe, self._counts[method][one])
            found[label] = found[label] + doubted if label in found else doubted
        spoken = [one for one in found if one < self._labels.excluded]
        failed = read(sums, in_d) if isinstance(in_d, Count) else records
        return found | {Labels.FAILED: reduce(lambda rest, one: rest - found[one], spoken, failed)}
