"""Records, expressions and methods by chance, where mistakes show.

Days are those asked or changed, and the days beside them; moments are equal or a second apart; cells are often
empty; units are past ones, written otherwise, or nobody. Knows the kinds and the language, no engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pyarrow as pa

from chitieu.acts.units import Tree
from chitieu.language import Expression, Type, read
from chitieu.measures.method import Definition, Numerator, Population
from chitieu.period import WorkingDays
from chitieu.records.kind import Column, Kind

TIMES = (time(), time(17), time(17, 0, 1), time(23, 59, 59))
NUMBERS = (0, 1, 2, 3, 4, 5, 8, 15, 60, 10_000, 10_001, -1)
WORDS = ("a", "b", "", "1.005129", "no'one")
ARROW: Mapping[Type, pa.DataType] = {
    "text": pa.string(),
    "number": pa.int64(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
    "truth": pa.bool_(),
}


@dataclass(frozen=True, kw_only=True)
class Chance:
    """What is drawn from: chance itself, the days and the codes of units worth drawing."""

    chance: Random
    days: Sequence[date]
    units: Sequence[str]

    def day(self) -> date:
        """A day asked, or one beside it."""
        return self.chance.choice(self.days) + timedelta(days=self.chance.choice((-1, 0, 0, 0, 1, 3)))

    def rows(self, kind: Kind, count: int) -> list[dict[str, Any]]:
        """Records of a kind, with its joined columns; no two of one key."""
        columns = [*kind.stored, *kind.joined.values()]
        found = {}
        for number in range(count):
            row = {column.name: self._cell(kind, column, number) for column in columns}
            found[tuple(row[name] for name in kind.key)] = row
        return list(found.values())

    def _cell(self, kind: Kind, column: Column, number: int) -> Any:
        if column.type == "unit":
            return self.chance.choice(self.units)
        if not column.required and self.chance.random() < 0.35:
            return None
        if column.name in kind.key and column.type == "text" and kind.code != "procedure":
            return f"{number}"
        if column.codes:
            return self.chance.choice(column.codes)
        if column.type == "year":
            return self.day().year
        if column.type == "day":
            return self.day()
        if column.type == "moment":
            return datetime.combine(self.day(), self.chance.choice(TIMES))
        if column.type == "flag":
            return self.chance.random() < 0.5
        if column.type in ("integer", "money"):
            return self.chance.choice(NUMBERS)
        return self.chance.choice(WORDS)

    def working(self) -> WorkingDays:
        """Days off and worked, in a heap where records lie."""
        near = [self.day() + timedelta(days=self.chance.randrange(-6, 20)) for _ in range(24)]
        return WorkingDays(off=frozenset(near[:16]), worked=frozenset(near[14:]), years=frozenset())


def units_of(tree: Tree) -> list[str]:
    """Codes of every unit that ever stood, some written otherwise, and one that nobody bore."""
    codes = sorted({unit.code for unit in tree.units})
    return [*codes, *codes, *(code.lower() for code in codes[:2]), f" {codes[-1]} ", "nobody"]


def table(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Records as the lake keeps them."""
    columns = [*kind.stored, *kind.joined.values()]
    schema = pa.schema([(column.name, ARROW[column.named.type]) for column in columns])
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


# Expressions


class Texts:
    """Texts of lawful expressions over the columns of a kind."""

    def __init__(self, chance: Random, kind: Kind) -> None:
        self._chance, self._names = chance, kind.names
        self._by_type: dict[Type, list[str]] = {}
        for name, known in kind.names.items():
            self._by_type.setdefault(known.type, []).append(name)
        self.types: list[Type] = sorted(self._by_type)

    def expression(self, *types: Type, depth: int = 3) -> Expression:
        """A checked expression of one of the types that the kind has."""
        text = self._of(self._chance.choice([one for one in types if one in self._by_type] or list(types)), depth)
        found = read(text, self._names, types)
        assert isinstance(found, Expression), (text, found)
        return found

    def _of(self, wanted: Type, depth: int) -> str:
        if depth <= 0 or self._chance.random() < 0.15:
            return self._leaf(wanted)
        if self._chance.random() < 0.2:
            return self._case(wanted, depth)
        if wanted == "truth":
            return self._truth(depth)
        if wanted == "text" or (wanted in ("number", "day") and self._chance.random() < 0.3):
            return self._leaf(wanted)
        calls = ["coalesce", "least", "greatest"]
        calls += ["add_working_days", "end_of_day", "moved"] if wanted == "moment" else []
        calls += ["add_working_days"] if wanted == "day" else []
        call = self._chance.choice(calls)
        chance_of_call = self._chance.random()
        if call == "add_working_days":
            return f"add_working_days({self._of(wanted, depth - 1)}, {self._of('number', depth - 1)})"
        if call == "end_of_day" and chance_of_call < 0.5:
            return f"end_of_day(add_working_days({self._of(wanted, depth - 1)}, {self._of('number', depth - 1)}))"
        if call == "end_of_day":
            inner: list[Type] = [one for one in ("day", "moment") if one in self._by_type]  # type: ignore[misc]
            return f"end_of_day({self._of(self._chance.choice(inner), depth - 1)})"
        count = 3 if call == "moved" else self._chance.choice((2, 3))
        return f"{call}({', '.join(self._of(wanted, depth - 1) for _ in range(count))})"

    def _leaf(self, wanted: Type) -> str:
        known = self._by_type.get(wanted, [])
        if wanted == "truth" and (not known or self._chance.random() < 0.1):
            return self._chance.choice(("true", "false"))
        if wanted == "number" and (not known or self._chance.random() < 0.4):
            return str(self._chance.choice([number for number in NUMBERS if number >= 0]))
        return self._chance.choice(known)

    def _case(self, wanted: Type, depth: int) -> str:
        whens = " ".join(
            f"when {self._of('truth', depth - 1)} then {self._of(wanted, depth - 1)}"
            for _ in range(self._chance.choice((1, 2)))
        )
        last = f" else {self._of(wanted, depth - 1)}" if self._chance.random() < 0.6 else ""
        return f"case {whens}{last} end"

    def _truth(self, depth: int) -> str:
        chance = self._chance
        form = chance.choice(("compare", "compare", "and", "or", "not", "null", "in", "between", "coalesce"))
        if form in ("and", "or"):
            return "(" + f" {form} ".join(self._of("truth", depth - 1) for _ in range(chance.choice((2, 3)))) + ")"
        if form == "not":
            return f"not ({self._of('truth', depth - 1)})"
        if form == "coalesce":
            return f"coalesce({self._of('truth', depth - 1)}, {chance.choice(('true', 'false'))})"
        if form == "null":
            of = self._of(chance.choice(self.types), depth - 1)
            return f"({of}) is {chance.choice(('', 'not '))}null"
        if form == "in" or (form == "compare" and chance.random() < 0.4):
            return self._among()
        ordered = [one for one in ("number", "day", "moment") if one in self._by_type]
        of_type: Type = chance.choice(ordered or ["number"])  # type: ignore[assignment]
        one, two, three = (self._of(of_type, depth - 1) for _ in range(3))
        if form == "between":
            return f"({one}) {chance.choice(('', 'not '))}between {two} and {three}"
        return f"({one}) {chance.choice(('=', '<>', '<', '<=', '>', '>='))} ({two})"

    def _among(self) -> str:
        """Choices, and what choices are often written with: a value for an empty cell."""
        chance = self._chance
        if "text" not in self._by_type or chance.random() < 0.2:
            numbers = ", ".join(str(chance.choice((0, 1, 3, 4, 5))) for _ in range(3))
            return f"{self._leaf('number')} {chance.choice(('', 'not '))}in ({numbers})"
        name = chance.choice(self._by_type["text"])
        codes = self._names[name].codes or WORDS
        one, other, *more = ("'" + chance.choice(codes).replace("'", "''") + "'" for _ in range(5))
        forms = (
            f"{name} {chance.choice(('=', '<>'))} {one}",
            f"coalesce({name}, {one}) {chance.choice(('=', '<>'))} {other}",
            f"({name} is null or {name} <> {one})",
            f"({name} is not null and {name} = {one})",
            f"coalesce({name}, {one}) {chance.choice(('', 'not '))}in ({other}, {more[0]})",
            f"{name} {chance.choice(('', 'not '))}in ({one}, {other})",
            f"{name} {chance.choice(('', 'not '))}in ({', '.join([one, other, *more])})",
        )
        return chance.choice(forms)


def definition(chance: Random, kind: Kind) -> Definition:
    """A method of a kind, all of its clauses by chance."""
    texts = Texts(chance, kind)

    def at(*, often: float = 0.5) -> Expression | None:
        return texts.expression("moment", "day", depth=2) if chance.random() < often else None

    def some(names: str) -> tuple[tuple[str, Expression], ...]:
        return tuple((name, texts.expression("truth", depth=2)) for name in names.split() if chance.random() < 0.5)

    fixed = chance.random() < 0.3
    by_year = fixed and chance.random() < 0.3
    population = Population(
        at=None if fixed else at(often=1),
        begins=None if by_year else at(often=0.6 if fixed else 0.2),
        ends=at(often=0.6) if fixed and not by_year else None,
        year=Texts(chance, kind).expression("number", depth=1) if by_year else None,
        ahead=not fixed and chance.random() < 0.3,
        fixed=fixed,
        window=chance.choice(("period", "year")) if fixed else "period",
    )
    coded = [name for name, known in kind.names.items() if known.codes]
    numerators = tuple(
        Numerator(when=texts.expression("truth", depth=2), meets_at=at(often=1 if fixed else 0.6), lost_at=at())
        for _ in range(chance.choice((1, 1, 2, 5)))
    )
    return Definition(
        record=kind.code,
        population=population,
        denominator=texts.expression("truth", depth=chance.choice((0, 2))),
        numerators=numerators,
        counts_at=at(often=0.2),
        leaves_at=at(often=0.2),
        exclusions=some("one two"),
        unknowns=some("one three"),
        apart=chance.choice(coded) if coded and chance.random() < 0.3 else None,
    )
