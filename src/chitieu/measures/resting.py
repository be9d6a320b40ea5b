"""What a value rests on: the columns that suffice to give it, derived ones with what they rest on in turn.

Whatever else of the record is changed, the value stays: a false part decides an `and` alone, the first value that is
there a `coalesce`. Knows one record and its kind; refuses to know methods, periods and words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from chitieu.language.plain import evaluate
from chitieu.language.tree import And, Call, Case, Column, Compare, Comparison, Expression, Node, Or, parts
from chitieu.period import WorkingDays
from chitieu.records.kind import Kind

Origin = Literal["record", "looked_up", "joined", "derived"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two columns of time that were compared, neither empty, and what came out."""

    left: str
    operator: Comparison
    right: str
    is_true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A column something rests on. A derived one has its expression, its own parts and what was compared in it."""

    name: str
    value: Any
    origin: Origin
    text: str = ""
    parts: tuple[Part, ...] = ()
    compared: tuple[Compared, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record with all its columns (`records.derived.Whole`); `looked_up`: those another kind's record gave."""

    kind: Kind
    whole: Mapping[str, Any]
    working: WorkingDays
    looked_up: Collection[str] = ()
    _values: dict[int, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _columns_of: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def value(self, expression: Expression) -> Any:
        """The value of an expression, None for unknown."""
        return evaluate(expression, self.whole, self.working)

    def rests_on(self, expression: Expression) -> tuple[Part, ...]:
        """The columns the value of an expression rests on, in the order of its text."""
        return tuple(self._part(name) for name in dict.fromkeys(self._columns(expression.tree)))

    def compared(self, expression: Expression) -> tuple[Compared, ...]:
        """The comparisons of two times among what the value rests on, those of derived columns left to these."""
        return tuple(dict.fromkeys(self._comparisons(expression.tree)))

    def columns_under(self, expression: Expression) -> frozenset[str]:
        """Every column in what the value rests on, derived ones and theirs too, without their values."""
        return frozenset().union(*(self._under(name) for name in dict.fromkeys(self._columns(expression.tree))))

    def _under(self, name: str) -> frozenset[str]:
        if name not in self._columns_of:
            derived = self.kind.derived.get(name)
            below = frozenset() if derived is None else self.columns_under(derived)
            self._columns_of[name] = below | {name}
        return self._columns_of[name]

    def pattern(self, nodes: Collection[Node], names: Collection[str]) -> tuple[Any, ...]:
        """What each truth says and which columns are empty: two records of one pattern rest on the same columns."""
        return (*(self._of(node) for node in nodes), *(self.whole[name] is None for name in names))

    def _part(self, name: str) -> Part:
        value, derived = self.whole[name], self.kind.derived.get(name)
        if derived is not None:
            parts, compared = self.rests_on(derived), self.compared(derived)
            return Part(name=name, value=value, origin="derived", text=derived.text, parts=parts, compared=compared)
        if name in self.looked_up:
            return Part(name=name, value=value, origin="looked_up")
        return Part(name=name, value=value, origin="joined" if name in self.kind.joined else "record")

    def _of(self, node: Node) -> Any:
        if isinstance(node, Column):
            return self.whole[node.name]
        # Nodes of a kind and a definition live as long as these: their number stands for them.
        if id(node) not in self._values:
            alone = Expression(text="", type=node.type, tree=node, uses=frozenset())
            self._values[id(node)] = evaluate(alone, self.whole, self.working)
        return self._values[id(node)]

    def _deciding(self, node: Node) -> Iterator[Node]:
        """The parts of a node that suffice for its value."""
        match node:
            case And() | Or():
                alone = isinstance(node, Or)
                yield from next(([part] for part in node.parts if self._of(part) is alone), list(node.parts))
            case Case():
                for condition, then in node.branches:
                    yield condition
                    if self._of(condition) is True:
                        yield then
                        return
                if node.otherwise is not None:
                    yield node.otherwise
            case Call(function="coalesce"):
                for argument in node.arguments:
                    yield argument
                    if self._of(argument) is not None:
                        return
            case Call(function="least" | "greatest"):
                yield from node.arguments
            case Call() | Compare():
                inner = parts(node)
                yield from next(([part] for part in inner if self._of(part) is None), list(inner))
            case _:
                yield from parts(node)

    def _columns(self, node: Node) -> Iterator[str]:
        if isinstance(node, Column):
            yield node.name
        for part in self._deciding(node):
            yield from self._columns(part)

    def _comparisons(self, node: Node) -> Iterator[Compared]:
        if isinstance(node, Compare) and isinstance(node.left, Column) and isinstance(node.right, Column):
            times = isinstance(self._of(node.left), date) and isinstance(self._of(node.right), date)
            if times:
                yield Compared(
                    left=node.left.name, operator=node.operator, right=node.right.name, is_true=bool(self._of(node))
                )
        for part in self._deciding(node):
            yield from self._comparisons(part)


def all_parts(found: Collection[Part]) -> Iterator[Part]:
    """The parts and everything below them, each where it first stands."""
    seen: set[str] = set()
    for part in found:
        for one in (part, *all_parts(part.parts)):
            if one.name not in seen:
                seen.add(one.name)
                yield one
