"""The facts of all methods about all records, counted in one pass.

Every method has the same fields, packed into words of whole numbers; one that is one constant for all methods takes
no room. Methods with the same words that look at the same days are *alike*. Records are grouped once, by all that any
word tells apart, and these groups again by the words of each of the alike; a group has the counts of all its methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chitieu.measures.engines import Job
from chitieu.measures.engines.duckdb.alike import Alike, Sums
from chitieu.measures.engines.duckdb.columns import Columns
from chitieu.measures.engines.duckdb.cuts import Cuts, stock_day
from chitieu.measures.engines.duckdb.fields import MAYBE, Field, Fields, Label, Labels
from chitieu.measures.engines.duckdb.layers import names
from chitieu.measures.method import Population

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WORD, _WIDE = 31, 63
"""Bits of a word, and of what records are grouped by."""


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
        self._columns = columns
        self.slots = columns.slots
        self.labels = Labels(definitions)
        self.cuts = Cuts(job.asked, fixed=any(one.population.fixed for one in definitions))
        self.years = sorted({stock_day(one).year for one in job.asked})
        self.numerators = max((len(one.numerators) for one in definitions), default=1)
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
        self._bits: dict[str, int] = {}
        """How many bits the values of a column take."""
        self._lay_out([one for one, _ in methods])
        self._sums = Sums(columns.source.rows)
        self._alike: dict[tuple[object, ...], Alike] = {}
        self._label_columns: dict[str, str] = {}
        for place, (one, label) in enumerate(methods):
            self._add(place, definitions[place].population, self._packed(one), label)

    @property
    def alike(self) -> list[Alike]:
        """The groups of methods that look at the same days."""
        return list(self._alike.values())

    def _add(self, place: int, population: Population, words: list[str], label: Label) -> None:
        if label.may_be == (Labels.OUTSIDE,):
            return
        said = (
            population.fixed,
            population.window,
            population.ahead,
            population.begins is None,
            population.year is None,
        )
        key = (*words, *said)
        if key not in self._alike:
            self._alike[key] = Alike(population, words, self.labels, self._sums)
        self._alike[key].add(place, label)
        self._label_columns |= {column: column for column in label.columns}

    def _lay_out(self, methods: Sequence[Mapping[str, Field]]) -> None:
        atoms = self.cuts.never
        most = {"slot": len(self.slots) - 1, "apart": len(self.apart_values) - 1}
        most |= {"population": max(atoms, len(self.years))}
        most |= {f"value {number}": MAYBE for number in range(self.numerators)}
        word = shift = 0
        for name in methods[0] if methods else ():
            given = {one[name] for one in methods}
            only = next(iter(given))
            if len(given) == 1 and isinstance(only, int):
                self.constants[name] = only
                continue
            bits = max(1, most.get(name, atoms).bit_length())
            self._bits |= {value: max(bits, self._bits.get(value, 0)) for value in given if isinstance(value, str)}
            if shift + bits > _WORD:
                word, shift = word + 1, 0
            self.parts[name] = Part(word, shift, bits)
            shift += bits

    @property
    def words(self) -> int:
        """How many words the fields take."""
        return 1 + max((part.word for part in self.parts.values()), default=0)

    def _packed(self, fields: Mapping[str, Field]) -> list[str]:
        """The words of a method."""
        found = []
        for word in range(self.words):
            fixed, terms = 0, []
            for name, part in self.parts.items():
                value = fields[name]
                if part.word == word and isinstance(value, int):
                    fixed += value << part.shift
                elif part.word == word:
                    terms.append(f"{value} * {1 << part.shift}")
            found.append(" + ".join([*terms, *([str(fixed)] if fixed or not terms else [])]))
        return found

    @property
    def sums(self) -> list[str]:
        """The names of the sums of a group."""
        return [f"sum{number}" for number in range(max(len(one.sums) for one in self.alike))]

    def counted(self) -> str:
        """WITH clauses up to `counted`: the place of the `alike`, the words, `records`, and each sum and its whole.

        A sum that the alike have not is null. Records are grouped by all that differs in any word, and these groups,
        far fewer, by the words of each of the alike.
        """
        keys = sorted({column for one in self.alike for word in one.words for column in names(word)})
        packed, unpacked = self._joint(keys)
        top = {column: column for column in {*keys, *self._label_columns}}
        groups = [f'"group {number}"' for number in range(len(packed))]
        joint = [*(f"{said} AS {group}" for said, group in zip(packed, groups, strict=True)), "count(*) AS records"]
        joint += [f'CAST(sum({said}) AS BIGINT) AS "all {place}"' for place, said in enumerate(self._sums.said)]
        selects = []
        for place, alike in enumerate(self.alike):
            columns = [f"{place} AS alike", *(f"{word} AS word{number}" for number, word in enumerate(alike.words))]
            columns.append("CAST(sum(records) AS BIGINT) AS records")
            for number, name in enumerate(self.sums):
                said, whole = "NULL", 0
                if number < len(alike.sums):
                    said, whole = f'sum("all {alike.sums[number]}")', alike.wholes[number]
                columns += [f"CAST({said} AS BIGINT) AS {name}", f"{whole}::BIGINT AS whole_{name}"]
            selects.append(f"SELECT {', '.join(columns)} FROM joint GROUP BY ALL")
        return f"""WITH facts AS ({self._columns.select(dict(sorted(top.items())))}),
        grouped AS (SELECT {", ".join(joint)} FROM facts GROUP BY {", ".join(groups)}),
        joint AS MATERIALIZED (SELECT * EXCLUDE ({", ".join(groups)}), {", ".join(unpacked)} FROM grouped),
        counted AS ({" UNION ALL ".join(selects)})"""

    def _joint(self, columns: Sequence[str]) -> tuple[list[str], list[str]]:
        """Columns packed as whole numbers, and what each of them is again."""
        packed: list[list[str]] = [[]]
        unpacked, shift = [], 0
        narrow = sum(self._bits[column] for column in columns) <= _WORD
        for column in columns:
            bits = self._bits[column]
            if shift + bits > _WIDE:
                packed.append([])
                shift = 0
            packed[-1].append(f"CAST({column} AS {'INTEGER' if narrow else 'BIGINT'}) * {1 << shift}")
            word = f'"group {len(packed) - 1}"'
            unpacked.append(f"CAST({word} >> {shift} & {(1 << bits) - 1} AS INTEGER) AS {column}")
            shift += bits
        return [" + ".join(word) or "0" for word in packed], unpacked
