"""What each method makes of a record, as small integers: its place, its atoms, its label, its numerators.

The label is the outcome if a numerator speaks, as far as no day is asked. All methods have the same fields; a field
that is one constant for all of them takes no room. The integers of a method are packed into words and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chitieu.language import Expression
from chitieu.language.sql import quoted as constant
from chitieu.language.tree import Call, Case, Column, Constant, Node
from chitieu.measures.engines import Job
from chitieu.measures.engines.duckdb.columns import SLOT, Columns
from chitieu.measures.engines.duckdb.cuts import Cuts, stock_day
from chitieu.measures.engines.duckdb.running import quoted
from chitieu.measures.method import Definition, Numerator, Outcome

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Field = int | str
"""A constant, or the column it stands in."""

MET, MAYBE = 1, 2
"""A numerator that is true, and one that is null; 0 is false."""

_WORD = 62
_VALUES, _ATOMS, _COMBINED = 1000, 1001, 1002
"""Layers above the derived columns: moments that are no column; atoms, labels and truths; atoms made of atoms."""


class Labels:
    """Outcomes with their names, by number; from `excluded` on a record is left out."""

    OUTSIDE, FAILED, NUMERATOR, UNKNOWN = range(4)

    def __init__(self, definitions: Sequence[Definition]) -> None:
        unknowns = sorted({name for one in definitions for name, _ in one.unknowns})
        excluded = sorted({name for one in definitions for name, _ in one.exclusions})
        self.named: list[tuple[Outcome, str]] = [("outside", ""), ("failed", ""), ("numerator", ""), ("unknown", "")]
        self.named += [("unknown", name) for name in unknowns]
        self.excluded = len(self.named)
        self.named += [("excluded", name) for name in excluded]

    def of(self, outcome: Outcome, name: str) -> int:
        """The number of a named outcome."""
        return self.named.index((outcome, name))


@dataclass(frozen=True, slots=True)
class Part:
    """Where a field lies: its word, the bits below it there, and its own."""

    word: int
    shift: int
    bits: int


class Facts:
    """The facts of a job: how many records share them, as a SELECT, and what each integer means."""

    def __init__(self, connection: DuckDBPyConnection, job: Job) -> None:
        self._job = job
        self._columns = Columns(connection, job)
        self._layers = self._columns.layers
        self.slots = self._columns.slots
        self.labels = Labels(job.definitions)
        self.cuts = Cuts(job.asked, fixed=any(one.population.fixed for one in job.definitions))
        self.years = sorted({stock_day(one).year for one in job.asked})
        self.numerators = max(len(one.numerators) for one in job.definitions)
        self.apart_values = self._apart_values()
        fields = [self._of(place, one) for place, one in enumerate(job.definitions)]
        self.constants: dict[str, int] = {}
        """The fields that all methods share."""
        self.parts: dict[str, Part] = {}
        self._lay_out(fields)
        self._words = [self._packed(one) for one in fields]

    def _apart_values(self) -> list[str]:
        """Values by which figures are shown apart, by number; 0 is none."""
        columns = {one.apart for one in self._job.definitions if one.apart and self._columns.source.has(one.apart)}
        return ["", *sorted({value for name in columns for value in self._columns.source.distinct(name)} - {""})]

    # The fields of a method

    def _of(self, place: int, definition: Definition) -> dict[str, Field]:
        population = definition.population
        fields: dict[str, Field] = {"method": place, "slot": SLOT, "apart": self._apart(definition)}
        if population.year is not None:
            years = ", ".join(map(str, self.years))
            said = self._columns.said(population.year.tree)
            fields["population"] = self._layers.put(_ATOMS, f"coalesce(list_position([{years}], {said}), 0)")
            fields["begins"] = 0
        else:
            # Where a stock begins or ends with no day, it always was, or stays for ever.
            last = population.ends if population.fixed else population.at
            fields["population"] = self.cuts.never if last is None else self._atom(last.tree)
            fields["begins"] = 0 if population.begins is None else self._first_atom(population.begins)
        fields["counts"] = 0 if definition.counts_at is None else self._atom(definition.counts_at.tree)
        fields["leaves"] = self.cuts.never if definition.leaves_at is None else self._atom(definition.leaves_at.tree)
        fields["label"] = self._label(definition)
        for number in range(self.numerators):
            known = number < len(definition.numerators)
            spoken = self._spoken(definition, definition.numerators[number]) if known else (0, 0, self.cuts.never)
            fields |= {f"{what} {number}": field for what, field in zip(("value", "meets", "lost"), spoken, strict=True)}
        return fields

    def _apart(self, definition: Definition) -> Field:
        if definition.apart is None or not self._columns.source.has(definition.apart):
            return 0
        values = ", ".join(map(constant, self.apart_values[1:]))
        return self._layers.put(_ATOMS, f"coalesce(list_position([{values}]::VARCHAR[], {quoted(definition.apart)}), 0)")

    def _label(self, definition: Definition) -> Field:
        """The first of the table of fates that needs no day: outside, excluded, unknown, else a numerator's."""
        whens, nulls = [], []
        denominator = self._truth(definition.denominator)
        if isinstance(denominator, str):
            whens.append((f"NOT {denominator}", Labels.OUTSIDE))
            nulls.append(denominator)
        elif not denominator:
            return Labels.OUTSIDE
        for name, clause in definition.exclusions:
            truth = self._truth(clause)
            if isinstance(truth, str):
                whens.append((truth, self.labels.of("excluded", name)))
                nulls.append(truth)
            elif truth:
                whens.append(("true", self.labels.of("excluded", name)))
        whens += [(f"{truth} IS NULL", Labels.UNKNOWN) for truth in nulls]
        for name, clause in definition.unknowns:
            truth = self._truth(clause)
            if truth is not False:
                said = "true" if truth is True else f"coalesce({truth}, true)"
                whens.append((said, self.labels.of("unknown", name)))
        if not whens:
            return Labels.NUMERATOR
        cases = " ".join(f"WHEN {condition} THEN {label}" for condition, label in whens)
        return self._layers.put(_ATOMS, f"CASE {cases} ELSE {Labels.NUMERATOR} END")

    def _spoken(self, definition: Definition, numerator: Numerator) -> tuple[Field, Field, Field]:
        """Whether it is met, from which atom on, and until which."""
        truth = self._truth(numerator.when)
        if truth is False:
            return 0, 0, self.cuts.never
        value = MET if truth is True else self._layers.put(_ATOMS, f"coalesce(CAST({truth} AS TINYINT), {MAYBE})")
        population = definition.population
        meets: Field = 0
        if numerator.meets_at is not None:
            meets = self._atom(numerator.meets_at.tree)
        elif population.ahead and population.at is not None:
            meets = self._atom(population.at.tree)  # else it has come by D wherever the record is in the period
        return value, meets, self.cuts.never if numerator.lost_at is None else self._atom(numerator.lost_at.tree)

    def _truth(self, clause: Expression) -> bool | str:
        tree = clause.tree
        return bool(tree.value) if isinstance(tree, Constant) else self._columns.said(tree)

    # Atoms

    def _atom(self, node: Node) -> str:
        """The column of the atom of a day or moment, `never` where it is null.

        The atom of the earliest is the least atom, that of a case the case of atoms: so few columns are cut.
        """
        if isinstance(node, Case):
            whens = " ".join(f"WHEN {self._columns.said(one)} THEN {self._atom(then)}" for one, then in node.branches)
            otherwise = self.cuts.never if node.otherwise is None else self._atom(node.otherwise)
            return self._layers.put(_COMBINED + _depth(node), f"CASE {whens} ELSE {otherwise} END")
        if isinstance(node, Call) and node.function == "least":
            atoms = ", ".join(self._atom(argument) for argument in node.arguments)
            return self._layers.put(_COMBINED + _depth(node), f"least({atoms})")
        return self._layers.put(_ATOMS, self.cuts.atom(self._value(node), node.type))

    def _first_atom(self, expression: Expression) -> str:
        """The atom of a beginning: before all cuts where it is null."""
        value = self._value(expression.tree)
        atom = self.cuts.atom(value, expression.type)
        return self._layers.put(_ATOMS, f"CASE WHEN {value} IS NULL THEN 0 ELSE {atom} END")

    def _value(self, node: Node) -> str:
        said = self._columns.said(node)
        return said if isinstance(node, Column) else self._layers.put(_VALUES, said)

    # Packing

    def _lay_out(self, methods: Sequence[Mapping[str, Field]]) -> None:
        atoms = self.cuts.never
        most = {"method": len(methods) - 1, "slot": len(self.slots) - 1, "apart": len(self.apart_values) - 1}
        most |= {"population": max(atoms, len(self.years)), "label": len(self.labels.named) - 1}
        word = shift = 0
        for field in methods[0]:
            given = {one[field] for one in methods}
            only = next(iter(given))
            if len(given) == 1 and isinstance(only, int):
                self.constants[field] = only
                continue
            bits = (MAYBE if field.startswith("value") else most.get(field, atoms)).bit_length() or 1
            if shift + bits > _WORD:
                word, shift = word + 1, 0
            self.parts[field] = Part(word, shift, bits)
            shift += bits

    def _packed(self, fields: Mapping[str, Field]) -> list[str]:
        """The words of a method; no word where it would be 0 for every record."""
        words: dict[int, list[str]] = {}
        fixed: dict[int, int] = {}
        for field, part in self.parts.items():
            value = fields[field]
            if isinstance(value, int):
                fixed[part.word] = fixed.get(part.word, 0) + (value << part.shift)
            else:
                words.setdefault(part.word, []).append(f"(CAST({value} AS BIGINT) << {part.shift})")
        return [
            " + ".join([*words.get(word, []), f"CAST({fixed.get(word, 0)} AS BIGINT)"])
            for word in range(self.words)
        ]

    @property
    def words(self) -> int:
        """How many words a method's integers take."""
        return 1 + max((part.word for part in self.parts.values()), default=0)

    def counted(self) -> str:
        """Words and `records`, how many records have them: a row for each method and all its records that are alike."""
        names = [[f'"word {place}.{word}"' for word in range(self.words)] for place in range(len(self._words))]
        top = {name: said for words, saids in zip(names, self._words, strict=True) for name, said in zip(words, saids, strict=True)}
        sets = ", ".join(f"({', '.join(words)})" for words in names)
        columns = [
            f"{', '.join(words)} AS word{number}" if len(words) == 1 else f"coalesce({', '.join(words)}) AS word{number}"
            for number, words in enumerate(zip(*names, strict=True))
        ]
        facts = self._layers.select(top)
        return f"SELECT {', '.join(columns)}, count(*) AS records FROM ({facts}) GROUP BY GROUPING SETS ({sets})"


def _depth(node: Node) -> int:
    """How deep cases and leasts stand in each other below a node."""
    if isinstance(node, Case):
        inner = [value for _, value in node.branches] + ([node.otherwise] if node.otherwise is not None else [])
        return 1 + max(map(_depth, inner))
    if isinstance(node, Call) and node.function == "least":
        return 1 + max(map(_depth, node.arguments))
    return 0
