"""The tree of an expression: its node types are all there is. Knows no text and no value of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "number", "day", "moment", "truth"]
ORDERED: tuple[Type, ...] = ("number", "day", "moment")
"""Types of which one value may be less than another."""

Comparison = Literal["=", "<>", "<", "<=", ">", ">="]
Function = Literal["coalesce", "least", "greatest", "add_working_days", "end_of_day", "moved"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, a whole number, true or false."""

    value: str | int | bool
    type: Type


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the record by its name."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values of one type; null if either is."""

    operator: Comparison
    left: Node
    right: Node
    type: Type = "truth"


@dataclass(frozen=True, slots=True)
class And:
    """`and`: false if one part is, else null if one is."""

    parts: tuple[Node, ...]
    type: Type = "truth"


@dataclass(frozen=True, slots=True)
class Or:
    """`or`: true if one part is, else null if one is."""

    parts: tuple[Node, ...]
    type: Type = "truth"


@dataclass(frozen=True, slots=True)
class Not:
    """Null stays null."""

    part: Node
    type: Type = "truth"


@dataclass(frozen=True, slots=True)
class OneOf:
    """`in`: the value is one of the constants; null if it is null."""

    part: Node
    constants: tuple[Constant, ...]
    type: Type = "truth"


@dataclass(frozen=True, slots=True)
class IsNull:
    """Never null itself."""

    part: Node
    type: Type = "truth"


@dataclass(frozen=True, slots=True)
class Case:
    """The value of the first condition that is true; without one `otherwise`, null where that is left out."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None
    type: Type


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions of the language."""

    function: Function
    arguments: tuple[Node, ...]
    type: Type


Node = Constant | Column | Compare | And | Or | Not | OneOf | IsNull | Case | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A checked expression: its text, the type of its value, and the columns it names."""

    text: str
    type: Type
    tree: Node
    uses: frozenset[str]


def nodes(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    yield node
    for part in parts(node):
        yield from nodes(part)


def parts(node: Node) -> tuple[Node, ...]:
    """What stands directly below a node."""
    if isinstance(node, Compare):
        return node.left, node.right
    if isinstance(node, And | Or):
        return node.parts
    if isinstance(node, Not | IsNull):
        return (node.part,)
    if isinstance(node, OneOf):
        return node.part, *node.constants
    if isinstance(node, Case):
        inner = [part for branch in node.branches for part in branch]
        return (*inner, *(() if node.otherwise is None else (node.otherwise,)))
    if isinstance(node, Call):
        return node.arguments
    return ()
