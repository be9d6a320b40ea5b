"""Expressions in the words of the database, some in other words of the same meaning that it answers sooner.

A choice for an empty cell is a comparison that knows of them; a choice of few values is a few equalities, which it
asks of a column's dictionary and not of each record. Every turn is exact for true, false and null alike.
"""

from __future__ import annotations

from dataclasses import replace

from chitieu.language import Expression
from chitieu.language.sql import WorkingDay, say
from chitieu.language.tree import And, Call, Case, Column, Compare, Constant, IsNull, Node, Not, OneOf, Or, parts
from chitieu.measures.engines.duckdb.running import quoted

_FEW = 4


class Saying:
    """The words of trees, by the words of a calendar."""

    def __init__(self, working_day: WorkingDay) -> None:
        self._working_day = working_day

    def said(self, node: Node) -> str:
        """The text of a tree."""
        return self._as_it_stands(self._turned(node))

    def _as_it_stands(self, node: Node) -> str:
        # What was turned stands in brackets as a name.
        whole = Expression(text="", type=node.type, tree=node, uses=frozenset())
        return say(whole, lambda name: name if name.startswith("(") else quoted(name), self._working_day)

    def _turned(self, node: Node) -> Node:
        """The tree with its turns, from the leaves up."""
        node = _over(node, [self._turned(part) for part in parts(node)])
        match node:
            case OneOf(part=Call(function="coalesce", arguments=(part, Constant() as other)), constants=constants):
                if other not in constants:
                    return Or(tuple(self._distinct(part, constant, "NOT ") for constant in constants))
            case OneOf(part=Column() as part, constants=constants) if len(constants) <= _FEW:
                return Or(tuple(Compare("=", part, constant) for constant in constants))
            case Compare(
                operator="=" | "<>" as operator, left=Call(function="coalesce", arguments=(part, Constant() as other))
            ):
                if isinstance(node.right, Constant) and node.right != other:
                    return self._distinct(part, node.right, "NOT " if operator == "=" else "")
            case Or(parts=(IsNull(part=part), Compare(operator="<>", left=left, right=Constant() as right))) if (
                part == left
            ):
                return self._distinct(part, right, "")
            case And(parts=(Not(part=IsNull(part=part)), Compare(operator="=", left=left, right=Constant() as right))):
                if part == left:
                    return self._distinct(part, right, "NOT ")
            case Call(function="coalesce", arguments=(part, Constant(value=False) as other)):
                return self._distinct(part, replace(other, value=True), "NOT ")
            case Call(function="end_of_day", arguments=(Call(function="add_working_days", arguments=(at, n)),)):
                day = self._working_day(f"CAST({self._as_it_stands(at)} AS DATE)", self._as_it_stands(n))
                return Column(f"({day} + INTERVAL '23:59:59')", "moment")
            case _:
                pass
        return node

    def _distinct(self, part: Node, constant: Constant, negation: str) -> Column:
        """Whether a value, or that there is none, is another than a constant; `NOT `: whether it is the same."""
        said, other = self._as_it_stands(part), self._as_it_stands(constant)
        return Column(f"({said} IS {negation}DISTINCT FROM {other})", "truth")


def _over(node: Node, inner: list[Node]) -> Node:
    """The same node over other parts, given in the order of `parts`."""
    match node:
        case Compare():
            return replace(node, left=inner[0], right=inner[1])
        case And() | Or():
            return replace(node, parts=tuple(inner))
        case Not() | IsNull() | OneOf():
            return replace(node, part=inner[0])
        case Call():
            return replace(node, arguments=tuple(inner))
        case Case():
            pairs = tuple((inner[place], inner[place + 1]) for place in range(0, 2 * len(node.branches), 2))
            return replace(node, branches=pairs, otherwise=None if node.otherwise is None else inner[-1])
        case _:
            return node
