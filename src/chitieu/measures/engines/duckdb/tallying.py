"""From the counts of the alike to those of each method: cells for a job, and the sums of units as columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from chitieu.measures.engines import Cell, Counts
from chitieu.measures.engines.duckdb.facts import Facts
from chitieu.measures.engines.duckdb.fates import Key
from chitieu.measures.engines.duckdb.fields import Labels

if TYPE_CHECKING:
    import pyarrow as pa


def cells(facts: Facts, key: Key, rows: Sequence[Sequence[Any]]) -> Counts:
    """The counts by cell, in order, of rows of a key and its counts."""
    found: dict[Cell, int] = {}
    sums = len(facts.sums)
    for whole, records, *counts in rows:
        place, asked, slot, apart = key.parts(whole)
        alike, numbers = facts.alike[place], [count or 0 for count in counts]
        for method in alike.methods:
            outcomes = alike.outcomes(method, records, numbers[:sums], numbers[sums:])
            for outcome, number in outcomes.items():
                if number:
                    named, name = facts.labels.named[outcome]
                    found[Cell(method, asked, facts.slots[slot], named, name, facts.apart_values[apart])] = number
    return dict(sorted(found.items()))


class Gathers:
    """The units and scopes of a closure, in order, each known by its place; and whose slots each gathers."""

    def __init__(self, closure: pa.Table, facts: Facts) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        pairs = (
            pc.binary_join_element_wise(closure["unit"], closure["scope"], "\0").combine_chunks().dictionary_encode()
        )
        known = [tuple(pair.split("\0")) for pair in pairs.dictionary.to_pylist()]
        self.pairs = sorted(known)
        places = {pair: place for place, pair in enumerate(self.pairs)}
        gather = pa.array([places[pair] for pair in known], pa.int32()).take(pairs.indices)
        slot = pc.index_in(closure["identity"].combine_chunks(), value_set=pa.array(facts.slots))
        self._facts = facts
        columns = {"asked": closure["asked"].combine_chunks().cast(pa.int32()), "slot": slot, "gather": gather}
        self.table = pa.table(columns).filter(pc.is_valid(slot))

    @property
    def nothing(self) -> pa.Table:
        """No sums."""
        import pyarrow as pa

        named = pa.dictionary(pa.int32(), pa.string())
        types = {"method": pa.int32(), "asked": pa.int32(), "unit": named, "scope": named, "apart": named}
        names = [*types, "n", "d", *map(_name, self._facts.labels.named[Labels.UNKNOWN :])]
        return pa.schema([(name, types.get(name, pa.int64())) for name in names]).empty_table()

    def sums(self, found: pa.Table) -> pa.Table:
        """n, d and each unknown and exclusion by method, period, unit and scope.

        `found`: `alike asked gather apart` and the counts of the alike.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        facts = self._facts
        names, maybe = [f"sum{number}" for number in range(len(facts.sums))], facts.numerators > 1
        texts = {
            "unit": ([unit for unit, _ in self.pairs], "gather"),
            "scope": ([scope for _, scope in self.pairs], "gather"),
            "apart": (facts.apart_values, "apart"),
        }
        of_methods: dict[int, pa.Table] = {}
        for number, alike in enumerate(facts.alike):
            # Of the alike that have fewer sums than others the rest are null.
            own = names[: len(alike.sums)]
            wanted = ["asked", "gather", "apart", "records", *own, *(f"maybe_{name}" for name in own if maybe)]
            rows = found.select(wanted).filter(pc.equal(found["alike"], number)).combine_chunks()
            head = {"asked": rows["asked"].cast(pa.int32())}
            for name, (values, by) in texts.items():
                indices = rows[by].cast(pa.int32()).combine_chunks()
                head[name] = pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))
            sums = [_Column(rows[name]) for name in own]
            rests = [_Column(rows[f"maybe_{name}"].fill_null(0)) for name in own if maybe]
            for method in alike.methods:
                outcomes = alike.outcomes(method, _Column(rows["records"]), sums, rests)
                of_methods[method] = self._of_method(method, head, outcomes)
        return pa.concat_tables([self.nothing, *(of_methods[method] for method in sorted(of_methods))])

    def _of_method(self, method: int, head: dict[str, Any], outcomes: dict[int, _Column]) -> pa.Table:
        """The rows of a method with any record."""
        import pyarrow as pa
        import pyarrow.compute as pc

        labels, rows = self._facts.labels, len(head["asked"])
        none = _Column(pa.chunked_array([pa.repeat(pa.scalar(0, pa.int64()), rows)]))
        of = {label: outcomes.get(label, none) for label in range(Labels.FAILED, len(labels.named))}
        in_d = [outcomes[label] for label in sorted(outcomes) if label < labels.excluded]
        d = reduce(_Column.__add__, in_d, none)
        counts = {"n": of[Labels.NUMERATOR], "d": d}
        counts |= {_name(labels.named[label]): of[label] for label in of if label >= Labels.UNKNOWN}
        columns = {"method": pa.repeat(pa.scalar(method, pa.int32()), rows), **head}
        table = pa.table(columns | {name: column.values for name, column in counts.items()})
        left_out = [outcomes[label] for label in outcomes if label >= labels.excluded]
        there = pc.greater(reduce(_Column.__add__, left_out, d).values, 0)
        return table if pc.all(there).as_py() else table.filter(there)


def _name(outcome: tuple[str, str]) -> str:
    """What the column of an outcome is called."""
    return ".".join(filter(None, outcome))


class _Column:
    """A column of whole numbers that is added and taken away as a number is."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __add__(self, other: _Column) -> _Column:
        import pyarrow.compute as pc

        return _Column(pc.add(self.values, other.values))

    def __sub__(self, other: _Column) -> _Column:
        import pyarrow.compute as pc

        return _Column(pc.subtract(self.values, other.values))

    def __rshift__(self, bits: int) -> _Column:
        import pyarrow.compute as pc

        return _Column(pc.shift_right(self.values, bits))

    def __and__(self, bits: int) -> _Column:
        import pyarrow as pa
        import pyarrow.compute as pc

        return _Column(pc.bit_wise_and(self.values, pa.scalar(bits, pa.int64())))
