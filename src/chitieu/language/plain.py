"""An expression evaluated for one record, by the letter: the judge of every engine. Null is unknown, never false.

Knows no column but through the row it is given. No library, no optimisation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from operator import eq, ge, gt, le, lt, ne
from typing import Any as Value

from chitieu.language.tree import And, Call, Case, Column, Compare, Constant, Expression, IsNull, Node, Not, OneOf, Or
from chitieu.period import FIRST_YEAR, LAST_YEAR, WorkingDays

FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
MOST_WORKING_DAYS = 10_000
"""More than any term of law: above it, and below 0, there is no such day."""

_COMPARED: Mapping[str, Callable[[Value, Value], bool]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def evaluate(expression: Expression, row: Mapping[str, Value], working: WorkingDays) -> Value:
    """The value for a record: a str, int, date, datetime or bool, or None for unknown."""
    return _value(expression.tree, row, working)


def _value(node: Node, row: Mapping[str, Value], working: WorkingDays) -> Value:
    def of(part: Node) -> Value:
        return _value(part, row, working)

    match node:
        case Constant(value=value):
            return value
        case Column(name=name):
            return row.get(name)
        case Compare(operator=operator, left=left, right=right):
            one, other = of(left), of(right)
            return None if one is None or other is None else _COMPARED[operator](one, other)
        case And(parts=parts):
            truths = [of(part) for part in parts]
            return False if False in truths else None if None in truths else True
        case Or(parts=parts):
            truths = [of(part) for part in parts]
            return True if True in truths else None if None in truths else False
        case Not(part=part):
            truth = of(part)
            return None if truth is None else not truth
        case OneOf(part=part, constants=constants):
            found = of(part)
            return None if found is None else found in [constant.value for constant in constants]
        case IsNull(part=part):
            return of(part) is None
        case Case(branches=branches, otherwise=otherwise):
            for condition, then in branches:
                if of(condition) is True:
                    return of(then)
            return None if otherwise is None else of(otherwise)
        case Call(function=function, arguments=arguments):
            return _called(function, [of(argument) for argument in arguments], working)


def _called(function: str, values: list[Value], working: WorkingDays) -> Value:
    present = [value for value in values if value is not None]
    if function == "coalesce":
        return present[0] if present else None
    if function == "least":
        return min(present, default=None)
    if function == "greatest":
        return max(present, default=None)
    if len(present) < len(values):
        return None
    if function == "end_of_day":
        return datetime.combine(_day(values[0]), time(23, 59, 59))
    if function == "moved":
        moment, begins, ends = values
        return moment + (ends - begins) if ends > begins else moment
    return _working_days_after(values[0], values[1], working)


def _working_days_after(at: date | datetime, n: int, working: WorkingDays) -> date | datetime | None:
    """The n-th working day after, at the same time of day; none outside the years that a record may name."""
    if not (0 <= n <= MOST_WORKING_DAYS and _day(at) >= FIRST_DAY):
        return None
    reached = working.add(_day(at), n)
    if reached > LAST_DAY:
        return None
    return datetime.combine(reached, at.time()) if isinstance(at, datetime) else reached


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at
