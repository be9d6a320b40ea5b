"""Facts meet what is asked: the table of fates over counted facts, for every period and day at once.

Everything is compared as atoms. `windows` says for a method and a place of what is asked which populations are in it,
and from which to which atom a numerator speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chitieu.measures.engines import Job
from chitieu.measures.engines.duckdb.cuts import stock_day
from chitieu.measures.engines.duckdb.facts import Facts
from chitieu.measures.engines.duckdb.fields import MAYBE, MET, Labels
from chitieu.measures.engines.duckdb.running import quoted
from chitieu.measures.method import Asked, Definition

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

_WINDOW = ("method", "asked", "first", "last", "begins_first", "begins_last", "by", "speaks_first", "speaks_last")


class Fates:
    """The fates of a job's records, counted, as statements for its connection."""

    def __init__(self, connection: DuckDBPyConnection, job: Job, facts: Facts) -> None:
        self._connection, self._facts = connection, facts
        self._methods, self._asked, self._aparts = len(job.definitions), len(job.asked), len(facts.apart_values)
        windows = [
            (method, asked, *window)
            for method, definition in enumerate(job.definitions)
            for asked, one in enumerate(job.asked)
            if (window := self._window(definition, one)) is not None
        ]
        connection.register("windows", _integers(_WINDOW, windows))

    def _window(self, definition: Definition, asked: Asked) -> tuple[int, ...] | None:
        """The bounds, both ends in, of `_WINDOW`; None where no record can be in."""
        cuts, population = self._facts.cuts, definition.population
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

    def by_cell(self) -> str:
        """`method asked slot label apart records` for each cell with records, as integers of the facts."""
        units = {"method": self._methods, "asked": self._asked, "slot": len(self._facts.slots)}
        key = Key(**units, label=len(self._facts.labels.named), apart=self._aparts)
        return f"""
        {self._fated()},
        cells AS (SELECT {key.packed} AS key, CAST(sum(records) AS BIGINT) AS records FROM fated GROUP BY key)
        SELECT {key.unpacked}, records FROM cells
        """

    def by_unit(self, closure: pa.Table) -> str:
        """n, d and the counts of every unknown and exclusion by unit, scope and value apart; in order of these."""
        facts, run = self._facts, self._connection
        run.register("closure", closure)
        run.register("slots", _table(identity=facts.slots, slot=range(len(facts.slots))))
        run.register("aparts", _table(value=facts.apart_values, apart=range(self._aparts)))
        run.execute(
            "CREATE TEMP TABLE gathers AS SELECT unit, scope, CAST(row_number() OVER (ORDER BY unit, scope) - 1 AS"
            " INTEGER) AS gather FROM (SELECT DISTINCT unit, scope FROM closure)"
        )
        [(gathers,)] = run.execute("SELECT count(*) FROM gathers").fetchall()
        slots = Key(method=self._methods, apart=self._aparts, asked=self._asked, slot=len(facts.slots))
        units = Key(method=self._methods, asked=self._asked, gather=gathers, apart=self._aparts)
        labels = range(Labels.FAILED, len(facts.labels.named))
        whole = " + ".join(f"of{label}" for label in labels if label < facts.labels.excluded)
        named = [
            f"of{label} AS {quoted('.'.join(filter(None, facts.labels.named[label])))}"
            for label in labels
            if label >= Labels.UNKNOWN
        ]

        def each(sum_of: str) -> str:
            return ", ".join(f"{sum_of.format(label)} AS of{label}" for label in labels)

        return f"""
        {self._fated()},
        cells AS (
          SELECT {slots.packed} AS key, {each("sum(CASE WHEN label = {} THEN records END)")} FROM fated GROUP BY key),
        own AS (SELECT {slots.unpacked}, {each("CAST(coalesce(of{}, 0) AS BIGINT)")} FROM cells),
        gathered AS (
          SELECT asked, slot, gather FROM closure JOIN slots USING (identity) JOIN gathers USING (unit, scope)),
        units AS (
          SELECT {units.packed} AS key, {each("CAST(sum(of{}) AS BIGINT)")}
          FROM own JOIN gathered USING (asked, slot) GROUP BY key),
        named AS (SELECT key, {units.unpacked}, of{Labels.NUMERATOR} AS n, {whole} AS d, {", ".join(named)} FROM units)
        SELECT method, asked, unit, scope, value AS apart, n, d,
          named.* EXCLUDE (key, method, asked, gather, apart, n, d)
        FROM named JOIN gathers USING (gather) JOIN aparts USING (apart) ORDER BY key
        """

    def _fated(self) -> str:
        """WITH clauses up to `fated`: `method asked slot apart label records`."""
        facts = self._facts
        fields = ["method", "label", "records"]
        names = ("slot", "apart", "population", "begins", "counts", "leaves")
        fields += [f"{self._unpacked(name)} AS {name}" for name in names]
        met, maybe = [], []
        for number in range(facts.numerators):
            fields += [f"{self._unpacked(f'{what} {number}')} AS {what}{number}" for what in ("value", "meets", "lost")]
            speaks = f"meets{number} BETWEEN speaks_first AND speaks_last AND lost{number} > speaks_last"
            met.append(f"(value{number} = {MET} AND {speaks})")
            maybe.append(f"(value{number} = {MAYBE} AND {speaks})")
        populations = max(facts.cuts.never, len(facts.years)) + 1
        return f"""
        {facts.counted()},
        told AS (SELECT {", ".join(fields)} FROM counted WHERE records > 0),
        days AS (SELECT w.*, CAST(p AS INTEGER) AS population FROM windows w, range({populations}) r(p)
                 WHERE p BETWEEN first AND last),
        fated AS (
          SELECT method, asked, slot, apart, records,
            CASE WHEN label >= {facts.labels.excluded} OR {" OR ".join(met)} THEN label
                 WHEN {" OR ".join(maybe)} THEN if(label = {Labels.NUMERATOR}, {Labels.UNKNOWN}, label)
                 ELSE {Labels.FAILED} END AS label
          FROM told JOIN days USING (method, population)
          WHERE begins BETWEEN begins_first AND begins_last AND counts <= days.by AND leaves > days.by)
        """

    def _unpacked(self, field: str) -> str:
        facts = self._facts
        if field in facts.constants:
            return str(facts.constants[field])
        part = facts.parts[field]
        return f"CAST((word{part.word} >> {part.shift}) & {(1 << part.bits) - 1} AS INTEGER)"


class Key:
    """Small integers as one whole number, by which records are grouped faster than by many columns."""

    def __init__(self, **sizes: int) -> None:
        """How many values each column has, the first weighing most."""
        self.packed, self.unpacked = "0", ""
        whole = 1
        for size in sizes.values():
            whole *= size
        of = "INTEGER" if whole < 1 << 31 else "BIGINT"
        unpacked = []
        weight = whole
        for name, size in sizes.items():
            self.packed = f"CAST({name} AS {of})" if self.packed == "0" else f"({self.packed}) * {size} + {name}"
            unpacked.append(f"key {f'% {weight} ' if weight != whole else ''}// {weight // size} AS {name}")
            weight //= size
        self.unpacked = ", ".join(unpacked)


def _table(**columns: Sequence[str] | range) -> pa.Table:
    """Texts and whole numbers as a table."""
    import pyarrow as pa

    of = {name: pa.int32() if isinstance(column, range) else pa.string() for name, column in columns.items()}
    return pa.table({name: pa.array(column, of[name]) for name, column in columns.items()})


def _integers(names: Sequence[str], rows: Sequence[Sequence[int]]) -> pa.Table:
    """Rows of integers as a table."""
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table({name: pa.array(column, pa.int32()) for name, column in zip(names, columns, strict=True)})
