"""The facts of all methods about all records, counted in one pass.

Every method has the same fields, packed into words of whole numbers; one that is one constant for all methods takes
no room. Records are grouped by these words, once for all methods with the same fields: those that look at the same
days. In a group the records of each method's labels are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chitieu.measures.engines import Job
from chitieu.measures.engines.duckdb.columns import Columns
from chitieu.measures.engines.duckdb.cuts import Cuts, stock_day
from chitieu.measures.engines.duckdb.fields import MAYBE, Field, Fields, Label, Labels

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
        found = [fields.of(one) for one in definitions]
        self.constants: dict[str, int] = {}
        """The fields that all methods share."""
        self.parts: dict[str, Part] = {}
        self._lay_out([one for one, _ in found])
        self._alike: dict[tuple[str, ...], list[tuple[int, Label]]] = {}
        """The methods with the same words, by these: each with its place and its label."""
        for place, (one, label) in enumerate(found):
            self._alike.setdefault(tuple(self._packed(one)), []).append((place, label))

    def _lay_out(self, methods: Sequence[Mapping[str, Field]]) -> None:
        atoms = self.cuts.never
        most = {"slot": len(self.slots) - 1, "apart": len(self.apart_values) - 1}
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
            shared: list[str] = []
            own: list[str] = []
            fixed = 0
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
        """A WITH clause whose `counted` has the words, `method`, `label`, and `records`: how many there are."""
        top: dict[str, str] = {}
        selects = []
        for place, (saids, methods) in enumerate(self._alike.items()):
            words = [f'"word {place} {number}"' for number in range(self.words)]
            top |= dict(zip(words, saids, strict=True))
            top |= {label.column: label.column for _, label in methods if label.column is not None}
            counts, codes = self._counts(methods)
            grouped = f"SELECT {', '.join(words)}, {', '.join(counts)} FROM facts GROUP BY {', '.join(words)}"
            unnested = {"method": codes[0], "label": codes[1], "records": [f"count{n}" for n in range(len(counts))]}
            columns = [f"{word} AS word{number}" for number, word in enumerate(words)]
            columns += [f"unnest([{', '.join(values)}]::BIGINT[]) AS {name}" for name, values in unnested.items()]
            selects.append(f"SELECT {', '.join(columns)} FROM ({grouped})")
        facts = self._columns.select(top)
        return f"WITH facts AS MATERIALIZED ({facts}), counted AS ({' UNION ALL '.join(selects)})"

    def _counts(self, methods: Sequence[tuple[int, Label]]) -> tuple[list[str], tuple[list[str], list[str]]]:
        """How many records of a group each label of each method has, and whose these counts are."""
        counts: list[str] = []
        places: list[str] = []
        labels: list[str] = []
        for place, label in methods:
            for one in label.may_be:
                if one != Labels.OUTSIDE:
                    only = len(label.may_be) == 1
                    # Faster than a filtered count: no record is picked.
                    counted = "count(*)" if only else f"sum(CAST({label.column} = {one} AS INTEGER))"
                    counts.append(f"{counted} AS count{len(counts)}")
                    places.append(str(place))
                    labels.append(str(one))
        return counts, (places, labels)
