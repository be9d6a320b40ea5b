"""An expression said in the words of DuckDB. Knows the dialect, no table and no calendar: `name_of` says what a column
is called there, `working_day` what gives the n-th working day after a date, null where `plain` gives none.
"""

from __future__ import annotations

from collections.abc import Callable

from chitieu.language.tree import And, Call, Case, Column, Compare, Constant, Expression, IsNull, Node, Not, OneOf, Or

WorkingDay = Callable[[str, str], str]
"""Of a date and a number of days."""


def say(expression: Expression, name_of: Callable[[str], str], working_day: WorkingDay) -> str:
    """The text, in brackets wherever it could be read two ways."""
    return _said(expression.tree, name_of, working_day)


def quoted(text: str) -> str:
    """A text as a constant."""
    return "'" + text.replace("'", "''") + "'"


def _said(node: Node, name_of: Callable[[str], str], working_day: WorkingDay) -> str:
    def of(part: Node) -> str:
        return _said(part, name_of, working_day)

    match node:
        case Constant(value=bool() as value):
            return "true" if value else "false"
        case Constant(value=int() as value):
            return str(value)
        case Constant(value=str() as value):
            return quoted(value)
        case Column(name=name):
            return name_of(name)
        case Compare(operator=operator, left=left, right=right):
            return f"({of(left)} {operator} {of(right)})"
        case And(parts=parts):
            return "(" + " AND ".join(of(part) for part in parts) + ")"
        case Or(parts=parts):
            return "(" + " OR ".join(of(part) for part in parts) + ")"
        case Not(part=IsNull(part=part)):
            return f"({of(part)} IS NOT NULL)"
        case Not(part=part):
            return f"(NOT {of(part)})"
        case OneOf(part=part, constants=constants):
            return f"({of(part)} IN ({', '.join(of(constant) for constant in constants)}))"
        case IsNull(part=part):
            return f"({of(part)} IS NULL)"
        case Case(branches=branches, otherwise=otherwise):
            whens = " ".join(f"WHEN {of(condition)} THEN {of(value)}" for condition, value in branches)
            last = "" if otherwise is None else f" ELSE {of(otherwise)}"
            return f"(CASE {whens}{last} END)"
        case Call():
            return _called(node, [of(argument) for argument in node.arguments], working_day)
        case _:
            raise TypeError(f"no words for {node}")


def _called(call: Call, values: list[str], working_day: WorkingDay) -> str:
    if call.function in ("coalesce", "least", "greatest"):
        return f"{call.function}({', '.join(values)})"
    if call.function == "end_of_day":
        return f"(date_trunc('day', {values[0]})::TIMESTAMP + INTERVAL '23:59:59')"
    if call.function == "moved":
        moment, begins, ends = values
        later = f"{moment} + ({ends} - {begins})"
        return f"(CASE WHEN {ends} > {begins} THEN {later} WHEN {ends} <= {begins} THEN {moment} END)"
    at, n = values
    if call.type == "day":
        return working_day(at, n)
    day = working_day(f"CAST({at} AS DATE)", n)
    return f"({day} + ({at} - date_trunc('day', {at})))"
