"""What one method makes of a record, as small integers: its unit, its atoms, its numerators; and its label.

The label is the outcome if a numerator speaks: all of the table of fates that needs no day. It knows no period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chitieu.language import Expression
from chitieu.language.sql import quoted as constant
from chitieu.language.tree import Call, Case, Column, Constant, Node, Not
from chitieu.measures.engines.duckdb.columns import SLOT, Columns, own
from chitieu.measures.engines.duckdb.cuts import Cuts
from chitieu.measures.engines.duckdb.layers import names
from chitieu.measures.method import Definition, Numerator, Outcome

Field = int | str
"""A constant, or the column it stands in."""

NOT_MET, MET, MAYBE = 0, 1, 2
"""A numerator that is false, true, null."""

_VALUES, _ATOMS = (1000, 0), (1001, 0)
"""Layers above the derived columns: what is no column itself, and what is made of it."""
_COMBINED = 1002
"""The depth of atoms made of atoms."""


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
class Label:
    """The labels a method's records may have: that of the first condition that is true, else `last`."""

    whens: tuple[tuple[str, int], ...]
    last: int

    @property
    def may_be(self) -> tuple[int, ...]:
        """The labels, each once."""
        return tuple(dict.fromkeys([*(label for _, label in self.whens), self.last]))

    @property
    def columns(self) -> frozenset[str]:
        """The columns it names."""
        return frozenset(name for when, _ in self.whens for name in names(when))

    def case(self, said: Mapping[int, str]) -> str:
        """An expression that says something of each label."""
        whens = list(self.whens)
        while whens and said[whens[-1][1]] == said[self.last]:
            whens.pop()
        cases = " ".join(f"WHEN {when} THEN {said[label]}" for when, label in whens)
        return f"CASE {cases} ELSE {said[self.last]} END" if cases else said[self.last]


@dataclass(frozen=True, slots=True)
class Truth:
    """A clause: when it is true, when false, when null; an empty text is never."""

    true: str
    false: str
    null: str


class Fields:
    """The fields of methods, as columns above those of the records."""

    def __init__(
        self,
        columns: Columns,
        cuts: Cuts,
        labels: Labels,
        *,
        years: Sequence[int],
        numerators: int,
        apart: Sequence[str],
    ) -> None:
        self._columns, self._layers, self._cuts, self._labels = columns, columns.layers, cuts, labels
        self._years, self._numerators, self._apart_values = years, numerators, apart

    def of(self, definition: Definition) -> tuple[dict[str, Field], Label]:
        """The fields of a method, every method's in the same order, and its label."""
        population = definition.population
        fields: dict[str, Field] = {"slot": SLOT, "apart": self._apart(definition)}
        if population.year is not None:
            years = ", ".join(map(str, self._years))
            said = self._columns.said(population.year.tree)
            fields["population"] = self._layers.put(_ATOMS, f"coalesce(list_position([{years}], {said}), 0)")
        else:
            # A stock that ends with no day stays for ever, one that begins with none always was.
            last = population.ends if population.fixed else population.at
            fields["population"] = self._atom(last)
        fields["begins"] = 0 if population.begins is None else self._first_atom(population.begins)
        fields["counts"] = 0 if definition.counts_at is None else self._atom(definition.counts_at)
        fields["leaves"] = self._atom(definition.leaves_at)
        one = len(definition.numerators) == 1
        for number in range(self._numerators):
            spoken: tuple[Field, Field, Field] = (NOT_MET, 0, self._cuts.never)
            if number < len(definition.numerators):
                numerator = definition.numerators[number]
                spoken = (MET if one else self._met(numerator), *self._times(definition, numerator))
            names = (f"value {number}", f"meets {number}", f"lost {number}")
            fields |= dict(zip(names, spoken, strict=True))
        return fields, self._label(definition, definition.numerators[0] if one else None)

    def _apart(self, definition: Definition) -> Field:
        if definition.apart is None or not self._columns.source.has(definition.apart):
            return 0
        values = ", ".join(map(constant, self._apart_values[1:]))
        return self._layers.put(_ATOMS, f"coalesce(list_position([{values}]::VARCHAR[], {own(definition.apart)}), 0)")

    # What needs no day

    def _label(self, definition: Definition, numerator: Numerator | None) -> Label:
        """The first row of the table of fates that fits; where there is one numerator, with its truth."""
        denominator = self._truth(definition.denominator)
        exclusions = [(name, self._truth(clause)) for name, clause in definition.exclusions]
        whens = [(denominator.false, Labels.OUTSIDE)]
        whens += [(truth.true, self._labels.of("excluded", name)) for name, truth in exclusions]
        doubts = [(truth.null, Labels.UNKNOWN) for truth in (denominator, *(truth for _, truth in exclusions))]
        for name, clause in definition.unknowns:
            truth, label = self._truth(clause), self._labels.of("unknown", name)
            doubts += [(truth.true, label), (truth.null, label)]
        if numerator is None:
            whens += doubts
        else:
            met = self._truth(numerator.when)
            whens += [(met.false, Labels.FAILED), *doubts, (met.null, Labels.UNKNOWN)]
        whens = [(when, label) for when, label in whens if when]
        until = next((place for place, (when, _) in enumerate(whens) if when == "true"), None)
        if until is None:
            return Label(tuple(whens), Labels.NUMERATOR)
        return Label(tuple(whens[:until]), whens[until][1])

    def _met(self, numerator: Numerator) -> Field:
        truth = self._truth(numerator.when)
        if "true" in (truth.true, truth.false):
            return MET if truth.true else NOT_MET
        null = f" WHEN {truth.null} THEN {MAYBE}" if truth.null else ""
        return self._layers.put(_ATOMS, f"CASE WHEN {truth.true} THEN {MET}{null} ELSE {NOT_MET} END")

    def _truth(self, clause: Expression) -> Truth:
        tree = clause.tree
        if isinstance(tree, Constant):
            return Truth("true", "", "") if tree.value else Truth("", "true", "")
        inner = tree.part if isinstance(tree, Not) else tree
        value = self._value(inner)
        null = f"{value} IS NULL" if self._columns.may_be_null(inner) else ""
        return Truth(f"NOT {value}", value, null) if inner is not tree else Truth(value, f"NOT {value}", null)

    # Atoms

    def _times(self, definition: Definition, numerator: Numerator) -> tuple[Field, Field]:
        """From which atom on a numerator speaks, and until which. By default it has wherever the record is in."""
        meets: Field = 0
        if numerator.meets_at is not None or definition.population.ahead:
            meets = self._atom(numerator.meets_at or definition.population.at)
        return meets, self._atom(numerator.lost_at)

    def _atom(self, expression: Expression | None) -> Field:
        return self._cuts.never if expression is None else self._atom_of(expression.tree)

    def _atom_of(self, node: Node) -> str:
        """The column of the atom of a day or moment, `never` where it is null.

        The atom of the earliest is the least atom, that of a case the case of atoms: so few columns are cut.
        """
        if isinstance(node, Case):
            branches = [(self._columns.said(one), self._atom_of(then)) for one, then in node.branches]
            whens = " ".join(f"WHEN {one} THEN {then}" for one, then in branches)
            otherwise = self._cuts.never if node.otherwise is None else self._atom_of(node.otherwise)
            return self._layers.put((_COMBINED, _depth(node)), f"CASE {whens} ELSE {otherwise} END")
        if isinstance(node, Call) and node.function == "least":
            atoms = ", ".join(self._atom_of(argument) for argument in node.arguments)
            return self._layers.put((_COMBINED, _depth(node)), f"least({atoms})")
        return self._layers.put(_ATOMS, self._cuts.atom(self._value(node), node.type))

    def _first_atom(self, expression: Expression) -> str:
        """The atom of a beginning: before all cuts where it is null."""
        value = self._value(expression.tree)
        atom = self._cuts.atom(value, expression.type)
        return self._layers.put(_ATOMS, f"CASE WHEN {value} IS NULL THEN 0 ELSE {atom} END")

    def _value(self, node: Node) -> str:
        said = self._columns.said(node)
        return said if isinstance(node, Column) else self._layers.put(_VALUES, said)


def _depth(node: Node) -> int:
    """How deep cases and leasts stand in each other below a node."""
    if isinstance(node, Case):
        inner = [value for _, value in node.branches] + ([node.otherwise] if node.otherwise is not None else [])
        return 1 + max(map(_depth, inner))
    if isinstance(node, Call) and node.function == "least":
        return 1 + max(map(_depth, node.arguments))
    return 0
