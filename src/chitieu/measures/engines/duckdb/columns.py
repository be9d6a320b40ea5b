"""All that an expression may name of a record, as columns of one SELECT, each reckoned once; and the record's slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from chitieu.language.tree import And, Call, Case, Column, Compare, Constant, IsNull, Node, Not, OneOf, Or, nodes, parts
from chitieu.measures.engines import Job
from chitieu.measures.engines.duckdb.layers import Layers
from chitieu.measures.engines.duckdb.lookups import Looked
from chitieu.measures.engines.duckdb.places import Places
from chitieu.measures.engines.duckdb.running import quoted
from chitieu.measures.engines.duckdb.saying import Saying
from chitieu.measures.engines.duckdb.source import Source
from chitieu.measures.engines.duckdb.working import days
from chitieu.records.kind import Lookup

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SLOT = '"the slot"'


class Columns:
    """The columns of a job's records that its methods need."""

    def __init__(self, connection: DuckDBPyConnection, job: Job) -> None:
        self._connection, self._job, self._kind = connection, job, job.kind
        self.source = Source(connection, job.kind, job.records)
        clauses = [clause for one in job.definitions for _, clause in one.clauses()]
        apart = [one.apart for one in job.definitions if one.apart]
        needed = self._needed([*(name for clause in clauses for name in clause.uses), *apart])
        derived = {name: self._kind.derived[name] for name in self._kind.derived if self._is_derived(name, needed)}
        stored = sorted(needed - derived.keys())
        looked = [name for name in stored if name in self._kind.lookups]
        self._looked = self._look_up(looked)
        self._places = Places(self.source, job.kind, job.tree)
        self.slots = self._places.slots
        self.layers = Layers()
        self._days = days(job.working)
        self._saying = Saying(self._days.after)
        self._counts_working_days = False
        self._rows = f"{self.source.said} r {self._joins()}"
        self._stored = {quoted(name): self._given(name) for name in stored} | {SLOT: "p.slot"}
        shown = {one.apart for one in job.definitions if one.apart is not None}
        self._stored |= {own(name): self.source.column(name) for name in shown}
        depth: dict[str, int] = {}
        for name, expression in derived.items():
            depth[name] = 1 + max((depth.get(used, 0) for used in expression.uses), default=0)
            self.layers.name((depth[name], 0), name, self.said(expression.tree))

    def select(self, top: Mapping[str, str]) -> str:
        """The columns `top` of every record, by name."""
        return self.layers.above(self._stored, self._rows, top)

    def said(self, node: Node) -> str:
        """A part of an expression in the words of the database, which has them from now on."""
        calls = (one.function for one in nodes(node) if isinstance(one, Call))
        if not self._counts_working_days and "add_working_days" in calls:
            self._days.install(self._connection)
            self._counts_working_days = True
        return self._saying.said(node)

    def may_be_null(self, node: Node) -> bool:
        """Whether a truth can be null; yes where that is not plain to see."""
        match node:
            case Constant() | IsNull():
                return False
            case Column(name=name):
                derived = None if self.source.has(name) else self._kind.derived.get(name)
                return derived is None or self.may_be_null(derived.tree)
            case Call(function="coalesce", arguments=arguments):
                return all(map(self.may_be_null, arguments))
            case And() | Or() | Not() | Compare() | OneOf():
                return any(map(self.may_be_null, parts(node)))
            case Case(branches=branches, otherwise=otherwise):
                return otherwise is None or any(map(self.may_be_null, (otherwise, *(then for _, then in branches))))
            case _:
                return True

    def _is_derived(self, name: str, needed: frozenset[str]) -> bool:
        return name in needed and not self.source.has(name)

    def _needed(self, names: Iterable[str]) -> frozenset[str]:
        """The names with all that derived ones are made of."""
        found: set[str] = set()
        asked = list(names)
        while asked:
            name = asked.pop()
            if name not in found:
                found.add(name)
                derived = None if self.source.has(name) else self._kind.derived.get(name)
                asked += () if derived is None else derived.uses
        return frozenset(found)

    def _look_up(self, names: Iterable[str]) -> list[Looked]:
        groups: dict[tuple[str, str], dict[str, Lookup]] = {}
        for name in names:
            lookup = self._kind.lookups[name]
            groups.setdefault((lookup.kind, lookup.on), {})[name] = lookup
        tables = self._job.looked_up
        return [
            Looked(self._connection, f"looked {place}", group, tables.get(kind), self._job.tree)
            for place, ((kind, _), group) in enumerate(sorted(groups.items()))
        ]

    def _given(self, name: str) -> str:
        """The record's own value, before what is looked up."""
        own = self.source.column(name)
        for there in self._looked:
            if name in there.columns:
                looked = f"{quoted(there.name)}.{quoted(name)}"
                return f"coalesce({own}, {looked})" if self.source.has(name) else looked
        return own

    def _joins(self) -> str:
        """The places and the look-ups beside a record."""
        import pyarrow as pa

        places = self._places
        code, span, slot, chain = zip(*places.rows, strict=True) if places.rows else ((), (), (), ())
        table = {
            "code": pa.array(code, pa.string()),
            "span": pa.array(span, pa.int32()),
            "slot": pa.array(slot, pa.int32()),
        }
        joins = f" JOIN places p ON p.code = {self.source.column('unit')}"
        joins += f" AND p.span = {places.span}" if places.span else ""
        for number, looked in enumerate(self._looked):
            asked = looked.create(places.chains)
            chains = [asked.get(place) for place in chain]
            table[f"chain {number}"] = pa.array(chains, pa.int32())
            if asked:
                joins += (
                    f" LEFT JOIN {quoted(looked.name)} ON {quoted(looked.name)}.sought = {looked.asks(self.source)}"
                )
                if len(set(chains)) > 1:
                    joins += f" AND {quoted(looked.name)}.chain = p.{quoted(f'chain {number}')}"
        self._connection.register("places rows", pa.table(table))
        self._connection.execute('CREATE TEMP TABLE places AS SELECT * FROM "places rows"')
        return joins


def own(name: str) -> str:
    """What a stored column is called as it came, without what is looked up."""
    return quoted(f"own {name}")
