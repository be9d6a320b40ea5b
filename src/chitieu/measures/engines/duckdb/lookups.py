"""Look-ups as one join: for each chain of units that is asked, what each looked-up column gives at the end.

The nearest unit with a cell that is not empty speaks; what of two rows about one unit stands is the later one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chitieu.acts.units import Tree
from chitieu.measures.engines.duckdb.places import Chain
from chitieu.measures.engines.duckdb.running import quoted
from chitieu.measures.engines.duckdb.source import SQL_TYPE, Source
from chitieu.records.kind import TYPE_OF_VALUE, Lookup
from chitieu.records.kinds import kinds
from chitieu.records.own_day import unit_of

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection


class Looked:
    """The columns looked up in one kind by one column, as the table `name`: `chain`, `sought`, and each column."""

    def __init__(
        self,
        connection: DuckDBPyConnection,
        name: str,
        lookups: Mapping[str, Lookup],
        table: pa.Table | None,
        tree: Tree,
    ) -> None:
        self.name, self._lookups = name, lookups
        first = next(iter(lookups.values()))
        self.on = first.on
        self._connection = connection
        self._asked: dict[Chain, int] = {}
        self._rows = None if table is None or not table.num_rows else self._placed(first, table, tree)

    @property
    def columns(self) -> frozenset[str]:
        """The names it gives: none where no unit that is asked has a row."""
        return frozenset(self._lookups) if self._asked else frozenset()

    def asks(self, source: Source) -> str:
        """The value of a record that is looked for; an empty one is a text without signs."""
        column = source.column(self.on)
        empty = self._rows is not None and "" in self._rows["sought"].to_pylist()
        return f"coalesce({column}, '')" if empty else column

    @property
    def identities(self) -> frozenset[str]:
        """The units with a row of their own."""
        return frozenset() if self._rows is None else frozenset(self._rows["identity"].to_pylist())

    def _placed(self, lookup: Lookup, table: pa.Table, tree: Tree) -> pa.Table:
        """The rows that stand, each with the identity it is about."""
        import pyarrow as pa

        kind = kinds()[lookup.kind]
        asked = {"unit", *kind.unit_on, lookup.on} & set(table.column_names)
        standing: dict[tuple[str, str], int] = {}
        for place, row in enumerate(table.select(sorted(asked)).to_pylist()):
            meant = unit_of(kind, row, tree)
            if meant is not None and row[lookup.on] is not None:
                standing[meant[0].identity, row[lookup.on]] = place
        columns = {
            name: table[found.column].take(pa.array(standing.values(), pa.int64()))
            for name, found in self._lookups.items()
            if found.column in table.column_names
        }
        keys = {"identity": [key[0] for key in standing], "sought": [key[1] for key in standing]}
        return pa.table({name: pa.array(values, pa.string()) for name, values in keys.items()} | columns)

    def create(self, chains: Sequence[Chain]) -> dict[int, int]:
        """Make the table; which chain of it each of the given asks, those without any row left out."""
        if self._rows is None:
            return {}
        here = self.identities
        found: dict[int, int] = {}
        for place, chain in enumerate(chains):
            known = tuple(identity for identity in chain if identity in here)
            if known:
                found[place] = self._asked.setdefault(known, len(self._asked))
        if found:
            self._connection.register(f"{self.name} rows", self._by_chain(self._rows))
            there = set(self._rows.column_names)
            # Where each chain is one unit, nothing is nearer than anything else.
            deep = any(len(chain) > 1 for chain in self._asked)
            nearest = "arg_min({0}, depth) FILTER (WHERE {0} IS NOT NULL)" if deep else "{0}"
            columns = []
            for name, lookup in self._lookups.items():
                column = nearest.format(quoted(name)) if name in there else "NULL"
                columns.append(f"CAST({column} AS {SQL_TYPE[TYPE_OF_VALUE[lookup.type]]}) AS {quoted(name)}")
            self._connection.execute(
                f"CREATE TEMP TABLE {quoted(self.name)} AS SELECT chain, sought, {', '.join(columns)}"
                f" FROM {quoted(f'{self.name} rows')}" + " GROUP BY ALL" * deep
            )
        return found

    def _by_chain(self, rows: pa.Table) -> pa.Table:
        """The rows of each chain that is asked, with how far up each stands."""
        import pyarrow as pa

        asking: dict[str, list[tuple[int, int]]] = {}
        for chain, number in self._asked.items():
            for depth, identity in enumerate(chain):
                asking.setdefault(identity, []).append((number, depth))
        places, numbers, depths = [], [], []
        for place, identity in enumerate(rows["identity"].to_pylist()):
            for number, depth in asking.get(identity, ()):
                places.append(place)
                numbers.append(number)
                depths.append(depth)
        found = rows.drop_columns("identity").take(pa.array(places, pa.int64()))
        found = found.append_column("chain", pa.array(numbers, pa.int32()))
        return found.append_column("depth", pa.array(depths, pa.int32()))
