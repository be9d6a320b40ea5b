"""Text → checked tree. The grammar is closed: what it does not name cannot be read.

    value      or
    or         and { OR and }
    and        not { AND not }
    not        NOT not | comparison
    comparison operand [ = <> < <= > >= operand | [NOT] IN ( constants ) | [NOT] BETWEEN operand AND operand
               | IS [NOT] NULL ]
    operand    constant | column | function ( values ) | CASE { WHEN value THEN value } [ELSE value] END | ( value )

Refuses with the place of the first sign it cannot accept, and with what is allowed there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast

from chitieu.language.tree import (
    ORDERED,
    And,
    Call,
    Case,
    Column,
    Compare,
    Comparison,
    Constant,
    Expression,
    Function,
    IsNull,
    Node,
    Not,
    OneOf,
    Or,
    Type,
    nodes,
)
from chitieu.words import say, shortened

LONGEST = 2000
DEEPEST = 40
"""Characters of an expression, and how deep it may nest: more is no definition a person reads."""

_SIGN = re.compile(
    r"\s*(?:(?P<name>[a-z_][a-z0-9_]*)|(?P<number>[0-9]+)|(?P<text>'(?:[^']|'')*')|(?P<sign><>|<=|>=|[=<>(),]))"
)
_WORDS = frozenset("and or not in between is null case when then else end true false".split())
_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
_LARGEST_NUMBER = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What an expression may say of a column: its type, and for a code the list of its codes."""

    type: Type
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a text is no expression: a reason in words, and the character, counted from 0, where it shows."""

    reason: str
    at: int


class _Refused(Exception):
    def __init__(self, at: int, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.fault = Fault(reason=say(f"language.{key}", **values), at=at)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def read(text: str, names: Mapping[str, Name], wants: Collection[Type]) -> Expression | Fault:
    """The expression of a text over the columns `names`, its value of one of the types wanted."""
    try:
        tree = _Reader(text, names).whole(wants)
    except _Refused as refused:
        return refused.fault
    uses = frozenset(node.name for node in nodes(tree) if isinstance(node, Column))
    return Expression(text=text, type=tree.type, tree=tree, uses=uses)


def _tokens(text: str) -> list[_Token]:
    if len(text) > LONGEST:
        raise _Refused(LONGEST, "long", most=LONGEST)
    found: list[_Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        sign = _SIGN.match(text, at)
        if sign is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise _Refused(at, "sign", sign=text[at])
        kind = sign.lastgroup or ""
        word = sign[kind]
        found.append(_Token("word" if kind == "name" and word in _WORDS else kind, word, sign.start(kind)))
        at = sign.end()
    found.append(_Token("end", "", end))
    return found


class _Reader:
    """One text being read, sign by sign."""

    def __init__(self, text: str, names: Mapping[str, Name]) -> None:
        self._tokens = _tokens(text)
        self._names = names
        self._next = 0
        self._depth = 0

    def whole(self, wants: Collection[Type]) -> Node:
        tree = self._value()
        if self._token.kind != "end":
            raise self._unexpected()
        if tree.type not in wants:
            raise _Refused(0, "of-type", given=_type(tree.type), wanted=_types(wants))
        return tree

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, *texts: str) -> _Token | None:
        token = self._token
        if token.kind in ("word", "sign") and token.text in texts:
            self._next += 1
            return token
        return None

    def _need(self, text: str) -> None:
        if self._take(text) is None:
            raise _Refused(self._token.at, "needs", wanted=text, given=self._shown())

    def _shown(self) -> str:
        return shortened(self._token.text, 40) or say("language.its-end")

    def _unexpected(self) -> _Refused:
        return _Refused(self._token.at, "unexpected", given=self._shown())

    def _value(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Refused(self._token.at, "deep", most=DEEPEST)
        found = self._chain(lambda: self._chain(self._not, "and", And), "or", Or)
        self._depth -= 1
        return found

    def _chain(self, inner: Callable[[], Node], word: str, made: type[And] | type[Or]) -> Node:
        at = self._token.at
        first = inner()
        if self._token.text != word or self._token.kind != "word":
            return first
        parts = [self._truth(first, at)]
        while self._take(word) is not None:
            at = self._token.at
            parts.append(self._truth(inner(), at))
        return made(tuple(parts))

    def _truth(self, node: Node, at: int) -> Node:
        if node.type != "truth":
            raise _Refused(at, "of-type", given=_type(node.type), wanted=_type("truth"))
        return node

    def _not(self) -> Node:
        if self._take("not") is None:
            return self._comparison()
        at = self._token.at
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Refused(at, "deep", most=DEEPEST)
        found = Not(self._truth(self._not(), at))
        self._depth -= 1
        return found

    def _comparison(self) -> Node:
        left = self._operand()
        token = self._token
        if self._take("is") is not None:
            negated = self._take("not") is not None
            self._need("null")
            return Not(IsNull(left)) if negated else IsNull(left)
        if self._take(*_COMPARISONS) is not None:
            return self._compared(cast(Comparison, token.text), left, token.at)
        negated = self._take("not") is not None
        if self._take("in") is not None:
            found: Node = OneOf(left, self._constants(left))
        elif self._take("between") is not None:
            low = self._compared(">=", left, token.at)
            self._need("and")
            found = And((low, self._compared("<=", left, token.at)))
        elif negated:
            raise self._unexpected()
        else:
            return left
        return Not(found) if negated else found

    def _compared(self, operator: Comparison, left: Node, at: int) -> Node:
        right_at = self._token.at
        right = self._operand()
        if left.type != right.type:
            raise _Refused(right_at, "of-type", given=_type(right.type), wanted=_type(left.type))
        if operator not in ("=", "<>") and left.type not in ORDERED:
            raise _Refused(at, "no-order", operator=operator, given=_type(left.type), wanted=_types(ORDERED))
        for one, other in ((left, right), (right, left)):
            if isinstance(other, Constant):
                self._lawful(one, other, right_at)
        return Compare(operator, left, right)

    def _constants(self, left: Node) -> tuple[Constant, ...]:
        self._need("(")
        found = []
        while True:
            at = self._token.at
            constant = self._operand()
            if not isinstance(constant, Constant):
                raise _Refused(at, "constant")
            if constant.type != left.type:
                raise _Refused(at, "of-type", given=_type(constant.type), wanted=_type(left.type))
            self._lawful(left, constant, at)
            found.append(constant)
            if self._take(",") is None:
                self._need(")")
                return tuple(found)

    def _lawful(self, node: Node, constant: Constant, at: int) -> None:
        """A text compared with a code must be one of its codes: a misspelt one would never be met, in silence."""
        for inner in _results(node):
            codes = self._names[inner.name].codes if isinstance(inner, Column) else ()
            if codes and constant.value not in codes:
                named = inner.name if isinstance(inner, Column) else ""
                raise _Refused(at, "code", given=str(constant.value), name=named, codes=", ".join(codes))

    def _operand(self) -> Node:
        token = self._token
        if self._take("("):
            inner = self._value()
            self._need(")")
            return inner
        if self._take("true", "false"):
            return Constant(token.text == "true", "truth")
        if self._take("case"):
            return self._case()
        self._next += 1
        if token.kind == "number" and len(token.text) <= _LARGEST_NUMBER:
            return Constant(int(token.text), "number")
        if token.kind == "text":
            return Constant(token.text[1:-1].replace("''", "'"), "text")
        if token.kind == "name":
            if self._take("("):
                return self._call(token)
            known = self._names.get(token.text)
            if known is None:
                raise _Refused(token.at, "name", name=shortened(token.text, 40), names=", ".join(self._names))
            return Column(token.text, known.type)
        self._next -= 1
        raise self._unexpected()

    def _case(self) -> Node:
        branches: list[tuple[Node, Node]] = []
        kind: Type | None = None
        while self._take("when"):
            at = self._token.at
            condition = self._truth(self._value(), at)
            self._need("then")
            at = self._token.at
            branches.append((condition, self._of_type(self._value(), kind, at)))
            kind = branches[0][1].type
        if kind is None:
            self._need("when")
        otherwise = None
        if self._take("else"):
            at = self._token.at
            otherwise = self._of_type(self._value(), kind, at)
        self._need("end")
        return Case(tuple(branches), otherwise, branches[0][1].type)

    def _of_type(self, node: Node, kind: Type | None, at: int) -> Node:
        if kind is not None and node.type != kind:
            raise _Refused(at, "of-type", given=_type(node.type), wanted=_type(kind))
        return node

    def _call(self, name: _Token) -> Node:
        places: list[int] = []
        arguments: list[Node] = []
        if self._take(")") is None:
            while True:
                places.append(self._token.at)
                arguments.append(self._value())
                if self._take(",") is None:
                    self._need(")")
                    break
        signature = _FUNCTIONS.get(name.text)
        if signature is None:
            raise _Refused(name.at, "function", name=shortened(name.text, 40), functions=", ".join(_FUNCTIONS))
        if not signature.least <= len(arguments) <= signature.most:
            raise _Refused(name.at, "arguments", name=name.text, wanted=signature.wanted, given=len(arguments))
        for place, (argument, at) in enumerate(zip(arguments, places, strict=True)):
            lawful = signature.types[min(place, len(signature.types) - 1)]
            if signature.one_type and place:
                lawful = (arguments[0].type,)
            if argument.type not in lawful:
                raise _Refused(at, "of-type", given=_type(argument.type), wanted=_types(lawful))
            if signature.one_type and isinstance(argument, Constant):
                self._lawful(arguments[0], argument, at)
        kind = signature.gives or arguments[0].type
        return Call(cast(Function, name.text), tuple(arguments), kind)


def _results(node: Node) -> list[Node]:
    """The columns a value may come from."""
    if isinstance(node, Call) and node.function in ("coalesce", "least", "greatest"):
        return [inner for argument in node.arguments for inner in _results(argument)]
    if isinstance(node, Case):
        values = [value for _, value in node.branches] + ([node.otherwise] if node.otherwise is not None else [])
        return [inner for value in values for inner in _results(value)]
    return [node]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signature:
    """How a function is called: how many arguments of which types (the last goes on), and the type it gives."""

    least: int
    most: int
    types: tuple[tuple[Type, ...], ...]
    gives: Type | None = None
    one_type: bool = False

    @property
    def wanted(self) -> str:
        return str(self.least) if self.least == self.most else f"{self.least}–{self.most}"


_EVERY: tuple[Type, ...] = ("text", "number", "day", "moment", "truth")
_TIMES: tuple[Type, ...] = ("moment", "day")
_FUNCTIONS: dict[str, _Signature] = {
    "coalesce": _Signature(least=2, most=9, types=(_EVERY,), one_type=True),
    "least": _Signature(least=1, most=9, types=(ORDERED,), one_type=True),
    "greatest": _Signature(least=1, most=9, types=(ORDERED,), one_type=True),
    "add_working_days": _Signature(least=2, most=2, types=(_TIMES, ("number",))),
    "end_of_day": _Signature(least=1, most=1, types=(_TIMES,), gives="moment"),
    "moved": _Signature(least=3, most=3, types=(("moment",),)),
}


def _type(kind: Type) -> str:
    return say(f"language.type.{kind}")


def _types(kinds: Collection[Type]) -> str:
    return ", ".join(_type(kind) for kind in kinds)
