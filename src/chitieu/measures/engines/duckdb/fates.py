"""Facts meet what is asked: the table of fates over counted facts, for every period and day at once.

Everything is compared as atoms. `windows` says for a method and a place of what is asked which populations are in it,
and from which to which atom a numerator speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chitieu.language.sql import quoted as constant
from chitieu.measures.engines import Job
from chitieu.measures.engines.duckdb.cuts import stock_day
from chitieu.measures.engines.duckdb.facts import Facts
from chitieu.measures.engines.duckdb.fields import MAYBE, MET, Labels
from chitieu.measures.method import Asked, Definition

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

_WINDOW = ("method", "asked", "first", "last", "begins_first", "begins_last", "by", "speaks_first", "speaks_last")
_CLOSURE = ("asked", "identity", "unit", "scope")
_CELL = "method, asked, slot, label, apart"


class Fates:
    """The fates of a job's records, counted, as statements for its connection."""

    def __init__(self, connection: DuckDBPyConnection, job: Job, facts: Facts) -> None:
        self._connection, self._facts = connection, facts
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
        return f"{self._fated()} SELECT {_CELL}, CAST(sum(records) AS BIGINT) AS records FROM fated GROUP BY ALL"

    def by_unit(self, closure: pa.Table) -> str:
        """n and d, and what is left out or not known by name, of each unit and scope of the closure."""
        import pyarrow as pa

        facts = self._facts
        slots = {identity: slot for slot, identity in enumerate(facts.slots)}
        gathers: dict[tuple[str, str], int] = {}
        rows = [
            (asked, slots[identity], gathers.setdefault((unit, scope), len(gathers)))
            for asked, identity, unit, scope in zip(*(closure[name].to_pylist() for name in _CLOSURE), strict=True)
            if identity in slots
        ]
        tables = {
            "closure": _integers(("asked", "slot", "gather"), rows),
            "gathers": pa.table(
                {
                    "gather": pa.array(gathers.values(), pa.int32()),
                    "unit": pa.array([unit for unit, _ in gathers], pa.string()),
                    "scope": pa.array([scope for _, scope in gathers], pa.string()),
                }
            ),
            "aparts": pa.table(
                {"apart": pa.array(range(len(facts.apart_values)), pa.int32()), "value": facts.apart_values}
            ),
        }
        for name, table in tables.items():
            self._connection.register(name, table)
        names = ", ".join(constant(name) for _, name in facts.labels.named)
        named = f"list({{'name': ([{names}])[label + 1], 'records': records}} ORDER BY label)"
        excluded = f"label >= {facts.labels.excluded}"
        return f"""
        {self._fated()},
        cells AS (SELECT {_CELL}, sum(records) AS records FROM fated GROUP BY ALL),
        gathered AS MATERIALIZED (
          SELECT method, asked, gather, apart, label, CAST(sum(records) AS BIGINT) AS records
          FROM cells JOIN closure USING (asked, slot) GROUP BY ALL),
        summed AS (
          SELECT method, asked, gather, apart,
            CAST(sum(CASE WHEN label = {Labels.NUMERATOR} THEN records ELSE 0 END) AS BIGINT) AS n,
            CAST(sum(CASE WHEN {excluded} THEN 0 ELSE records END) AS BIGINT) AS d
          FROM gathered GROUP BY ALL),
        named AS (
          SELECT method, asked, gather, apart,
            {named} FILTER (WHERE {excluded}) AS excluded, {named} FILTER (WHERE NOT ({excluded})) AS "unknown"
          FROM gathered WHERE label >= {Labels.UNKNOWN} GROUP BY ALL)
        SELECT method, asked, unit, scope, value AS apart, n, d, excluded, "unknown"
        FROM summed JOIN gathers USING (gather) JOIN aparts USING (apart)
        LEFT JOIN named USING (method, asked, gather, apart) ORDER BY method, asked, unit, scope, value
        """

    def _fated(self) -> str:
        facts = self._facts
        fields = ["method"]
        for name in ("slot", "apart", "population", "begins", "counts", "leaves", "label"):
            fields.append(f"{self._unpacked(name)} AS {name}")
        met, maybe = [], []
        for number in range(facts.numerators):
            for what in ("value", "meets", "lost"):
                fields.append(f"{self._unpacked(f'{what} {number}')} AS {what}{number}")
            speaks = f"meets{number} BETWEEN speaks_first AND speaks_last AND lost{number} > speaks_last"
            met.append(f"(value{number} = {MET} AND {speaks})")
            maybe.append(f"(value{number} = {MAYBE} AND {speaks})")
        return f"""
        WITH counted AS MATERIALIZED ({facts.counted()}),
        facts AS (SELECT {", ".join(fields)}, records FROM counted),
        days AS (SELECT w.*, CAST(p AS INTEGER) AS population FROM windows w, range({max(facts.cuts.never, len(facts.years)) + 1}) r(p)
                 WHERE p BETWEEN first AND last),
        fated AS (
          SELECT method, asked, slot, apart, records,
            CASE WHEN label >= {facts.labels.excluded} THEN label
                 WHEN {" OR ".join(met)} THEN label
                 WHEN {" OR ".join(maybe)} THEN CASE WHEN label = {Labels.NUMERATOR} THEN {Labels.UNKNOWN} ELSE label END
                 ELSE {Labels.FAILED} END AS label
          FROM facts JOIN days USING (method, population)
          WHERE label <> {Labels.OUTSIDE} AND begins BETWEEN begins_first AND begins_last
            AND counts <= days.by AND leaves > days.by)
        """

    def _unpacked(self, field: str) -> str:
        facts = self._facts
        if field in facts.constants:
            return str(facts.constants[field])
        part = facts.parts[field]
        return f"CAST((word{part.word} >> {part.shift}) & {(1 << part.bits) - 1} AS INTEGER)"


def _integers(names: Sequence[str], rows: Sequence[Sequence[int]]) -> pa.Table:
    """Rows of integers as a table."""
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table({name: pa.array(column, pa.int32()) for name, column in zip(names, columns, strict=True)})
