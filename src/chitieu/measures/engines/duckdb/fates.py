"""Facts meet what is asked: the table of fates over counted facts, for every period and day at once.

Everything is compared as atoms. `windows` says for each of the alike and each place of what is asked which populations
are in it, and from which to which atom a numerator speaks. Where none does, what is not excluded has failed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chitieu.measures.engines import Job
from chitieu.measures.engines.duckdb.cuts import stock_day
from chitieu.measures.engines.duckdb.facts import Facts
from chitieu.measures.engines.duckdb.fields import MAYBE, MET
from chitieu.measures.method import Asked, Population

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

_WINDOW = ("alike", "asked", "first", "last", "begins_first", "begins_last", "by", "speaks_first", "speaks_last")


class Fates:
    """The fates of a job's records, counted, as statements for its connection.

    For each sum of the alike there is a column: the whole of it where a numerator that speaks is true, else what
    stands whatever the day; and with several numerators one more: the rest of it where none is true, but one null.
    """

    def __init__(self, connection: DuckDBPyConnection, job: Job, facts: Facts) -> None:
        self._connection, self._facts = connection, facts
        windows = [
            (place, asked, *window)
            for place, alike in enumerate(facts.alike)
            for asked, one in enumerate(job.asked)
            if (window := self._window(alike.population, one)) is not None
        ]
        connection.register("windows", integers(_WINDOW, windows))
        self._asked = len(job.asked)

    def _window(self, population: Population, asked: Asked) -> tuple[int, ...] | None:
        """The bounds, both ends in, of `_WINDOW`; None where no record can be in."""
        cuts = self._facts.cuts
        by = cuts.until(asked.as_of)
        first, last = cuts.since(asked.period.first), cuts.until(asked.period.last)
        begins = (0, cuts.never)
        if not population.fixed:
            if population.begins is not None:
                begins = (first, cuts.never)
            return first, (last if population.ahead else min(last, by)), *begins, by, 0, by
        day = stock_day(asked)
        if day > asked.as_of:
            return None
        since = cuts.since(day) if population.window == "year" else first
        speaks = (since, cuts.until(asked.judged_on))
        if population.year is not None:
            year = self._facts.years.index(day.year) + 1
            return year, year, *begins, by, *speaks
        return cuts.since(day), cuts.never, 0, cuts.until(day), by, *speaks

    def by_slot(self) -> tuple[str, Key]:
        """The counts of each slot, and the key."""
        facts = self._facts
        key = Key(alike=len(facts.alike), asked=self._asked, slot=len(facts.slots), apart=len(facts.apart_values))
        return f"{self._summed(key)} SELECT key, {', '.join(self.columns)} FROM slots", key

    def by_gather(self, closure: pa.Table, gathers: int) -> str:
        """`alike asked gather apart` and their counts, in rows of no order.

        `closure`: which slots a gather has, by what is asked.
        """
        facts = self._facts
        self._connection.register("closure", closure)
        slots = Key(alike=len(facts.alike), apart=len(facts.apart_values), asked=self._asked, slot=len(facts.slots))
        key = Key(alike=len(facts.alike), asked=self._asked, gather=gathers, apart=len(facts.apart_values))
        sums = self._sums({name: name for name in self.columns})
        return f"""
        {self._summed(slots)},
        placed AS (SELECT {slots.unpacked}, {", ".join(self.columns)} FROM slots),
        gathered AS (
          SELECT {key.packed} AS key, {sums} FROM placed JOIN closure USING (asked, slot) GROUP BY key)
        SELECT {key.unpacked}, {", ".join(self.columns)} FROM gathered
        """

    @property
    def columns(self) -> list[str]:
        """The counts that a statement gives, in order: the records, the sums, and where it may be the `maybe`."""
        sums = self._facts.sums
        return ["records", *sums, *(f"maybe_{one}" for one in sums if self._facts.numerators > 1)]

    def _summed(self, key: Key) -> str:
        """WITH clauses up to `slots`: the key and its counts."""
        facts = self._facts
        fields = ["alike", "records", *(name for one in facts.sums for name in (one, f"whole_{one}"))]
        names = ("slot", "apart", "population", "begins", "counts", "leaves")
        fields += [f"{self._unpacked(name)} AS {name}" for name in names]
        met, maybe = [], []
        for number in range(facts.numerators):
            fields += [f"{self._unpacked(f'{what} {number}')} AS {what}{number}" for what in ("value", "meets", "lost")]
            speaks = f"meets{number} BETWEEN speaks_first AND speaks_last AND lost{number} > speaks_last"
            met.append(f"(value{number} = {MET} AND {speaks})")
            maybe.append(f"(value{number} = {MAYBE} AND {speaks})")
        sums = {"records": "records"}
        sums |= {one: f"CASE WHEN is_met THEN {one} ELSE {one} & whole_{one} END" for one in facts.sums}
        rests = {one: f"{one} - ({one} & whole_{one})" for one in facts.sums if facts.numerators > 1}
        sums |= {f"maybe_{one}": f"CASE WHEN may_be AND NOT is_met THEN {rest} END" for one, rest in rests.items()}
        fated = [f"{key.packed} AS key", f"{' OR '.join(met)} AS is_met", "records"]
        fated += [name for one in facts.sums for name in (one, f"whole_{one}")]
        fated += [f"{' OR '.join(maybe)} AS may_be"] if rests else []
        populations = max(facts.cuts.never, len(facts.years)) + 1
        return f"""
        {facts.counted()},
        told AS (SELECT {", ".join(fields)} FROM counted),
        days AS (SELECT w.*, CAST(p AS INTEGER) AS population FROM windows w, range({populations}) r(p)
                 WHERE p BETWEEN first AND last),
        fated AS (
          SELECT {", ".join(fated)} FROM told JOIN days USING (alike, population)
          WHERE begins BETWEEN begins_first AND begins_last AND counts <= days.by AND leaves > days.by),
        slots AS (SELECT key, {self._sums(sums)} FROM fated GROUP BY key)
        """

    @staticmethod
    def _sums(of: Mapping[str, str]) -> str:
        return ", ".join(f"CAST(sum({said}) AS BIGINT) AS {name}" for name, said in of.items())

    def _unpacked(self, name: str) -> str:
        facts = self._facts
        if name in facts.constants:
            return str(facts.constants[name])
        part = facts.parts[name]
        return f"CAST((word{part.word} >> {part.shift}) & {(1 << part.bits) - 1} AS INTEGER)"


class Key:
    """Small integers as one whole number, by which rows are grouped faster than by many columns."""

    def __init__(self, **sizes: int) -> None:
        """How many values each column has, the first weighing most."""
        self._sizes = sizes
        whole = 1
        self.packed = ""
        for name, size in sizes.items():
            self.packed = f"({self.packed}) * {size} + {name}" if self.packed else f"CAST({name} AS BIGINT)"
            whole *= size
        if whole < 1 << 31:
            self.packed = self.packed.replace("BIGINT", "INTEGER")
        self._whole = whole

    @property
    def unpacked(self) -> str:
        """The columns of a `key`."""
        found, whole = [], self._whole
        for name, size in self._sizes.items():
            found.append(f"key % {whole} // {whole // size} AS {name}")
            whole //= size
        return ", ".join(found)

    def parts(self, key: int) -> list[int]:
        """The values of a key."""
        found = []
        for size in reversed(self._sizes.values()):
            key, rest = divmod(key, size)
            found.append(rest)
        return found[::-1]


def integers(names: Sequence[str], rows: Sequence[Sequence[int]]) -> pa.Table:
    """Rows of integers as a table."""
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table({name: pa.array(column, pa.int32()) for name, column in zip(names, columns, strict=True)})
