"""The facts of all methods about all records, counted: one pass, one row for all records alike in a method's eyes.

Every method has the same fields. A field that is one constant for all methods takes no room; the others are packed
into words of whole numbers, by which records are grouped, once for each method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chitieu.measures.engines import Job
from chitieu.measures.engines.duckdb.columns import Columns
from chitieu.measures.engines.duckdb.cuts import Cuts, stock_day
from chitieu.measures.engines.duckdb.fields import MAYBE, Field, Fields, Labels

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WORD = 31
"""Bits of a word: its sums stay those of the database's fastest numbers."""

_SHARED = (2000, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """Where a field lies: its word, the bits below it there, and its own."""

    word: int
    shift: int
    bits: int


class Facts:
    """The facts of a job: how many records share them, as a SELECT, and what each integer means."""

    def __init__(self, connection: DuckDBPyConnection, job: Job) -> None:
        definitions = job.definitions
        columns = Columns(connection, job)
        self._columns, self._layers = columns, columns.layers
        self.slots = columns.slots
        self.labels = Labels(definitions)
        self.cuts = Cuts(job.asked, fixed=any(one.population.fixed for one in definitions))
        self.years = sorted({stock_day(one).year for one in job.asked})
        self.numerators = max(len(one.numerators) for one in definitions)
        known = {one.apart for one in definitions if one.apart and columns.source.has(one.apart)}
        self.apart_values = ["", *sorted({value for name in known for value in columns.source.distinct(name)} - {""})]
        """Values by which figures are shown apart, by number."""
        fields = Fields(
            columns,
            self.cuts,
            self.labels,
            years=self.years,
            numerators=self.numerators,
            apart=self.apart_values,
        )
        methods = [fields.of(one) for one in definitions]
        self.constants: dict[str, int] = {}
        """The fields that all methods share."""
        self.parts: dict[str, Part] = {}
        self._lay_out(methods)
        self._words = [self._packed(one) for one in methods]

    def _lay_out(self, methods: Sequence[Mapping[str, Field]]) -> None:
        atoms = self.cuts.never
        most = {"slot": len(self.slots) - 1, "apart": len(self.apart_values) - 1, "label": len(self.labels.named) - 1}
        most |= {"population": max(atoms, len(self.years))}
        most |= {f"value {number}": MAYBE for number in range(self.numerators)}
        word = shift = 0
        for field in methods[0]:
            given = {one[field] for one in methods}
            only = next(iter(given))
            if len(given) == 1 and isinstance(only, int):
                self.constants[field] = only
                continue
            bits = max(1, most.get(field, atoms).bit_length())
            if shift + bits > _WORD:
                word, shift = word + 1, 0
            self.parts[field] = Part(word, shift, bits)
            shift += bits

    @property
    def words(self) -> int:
        """How many words the fields take."""
        return 1 + max((part.word for part in self.parts.values()), default=0)

    def _packed(self, fields: Mapping[str, Field]) -> list[str]:
        """The words of a method. Unit and population, which many methods share, are added once."""
        found = []
        for word in range(self.words):
            shared, own, fixed = [], [], 0
            for field, part in self.parts.items():
                value = fields[field]
                if part.word == word and isinstance(value, int):
                    fixed += value << part.shift
                elif part.word == word:
                    added = shared if field in ("slot", "population") else own
                    added.append(f"CAST({value} AS INTEGER) * {1 << part.shift}")
            first = [self._layers.put(_SHARED, " + ".join(shared))] if shared else []
            found.append(" + ".join([*first, *own, *([str(fixed)] if fixed or not first + own else [])]))
        return found

    def counted(self) -> str:
        """`method`, the words, and `records`, how many have them."""
        names = [[f'"{place}.{word}"' for word in range(self.words)] for place in range(len(self._words))]
        top = dict(zip(sum(names, []), sum(self._words, []), strict=True))
        sets = ", ".join(f"({', '.join(words)})" for words in names)
        whens = " ".join(f"WHEN {words[0]} IS NOT NULL THEN {place}" for place, words in enumerate(names))
        columns = [
            f"{', '.join(words)} AS word{number}" if len(words) == 1 else f"coalesce({', '.join(words)}) AS word{number}"
            for number, words in enumerate(zip(*names, strict=True))
        ]
        columns = [f"CASE {whens} END AS method", *columns, "count(*) AS records"]
        return f"SELECT {', '.join(columns)} FROM ({self._columns.select(top)}) GROUP BY GROUPING SETS ({sets})"
