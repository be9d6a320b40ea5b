"""Working days in the words of the database: no calendar beside the records, only whole numbers and the days off.

A day is a number from 1 for Monday 01/01/0001. Its working number is how many working days there are up to and with
it; the n-th working day after it is the day whose working number is that plus n. Both ways are a reckoning of weeks,
put right by the days off, and those worked on a weekend, that lie before. Each step is a layer of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from chitieu.language.plain import MOST_WORKING_DAYS
from chitieu.language.tree import And, Call, Case, Column, Compare, IsNull, Node, Not, OneOf, Or, nodes, parts
from chitieu.measures.engines.duckdb.cuts import steps
from chitieu.measures.engines.duckdb.layers import Layers
from chitieu.period import LAST_YEAR, WorkingDays

_BEFORE = "(DATE '0001-01-01' - 1)"
_LAST = date(LAST_YEAR, 12, 31)
_STEPS = 4


class Working:
    """Calls of `add_working_days` become columns of layers, reckoned only where their value is needed."""

    def __init__(self, layers: Layers, working: WorkingDays, say: Callable[[Node], str]) -> None:
        self._layers, self._say, self._working = layers, say, working
        special = [day for day in working.off - working.worked if day.weekday() < 5]
        special += [day for day in working.worked if day.weekday() >= 5]
        self._special = sorted(special)

    def without_calls(self, node: Node, depth: int, needed: str = "true") -> Node:
        """The tree with columns in the place of calls; their layers are below the depth."""
        if not any(map(_is_call, nodes(node))):
            return node
        if isinstance(node, Call) and node.function == "coalesce":
            arguments: list[Node] = []
            for argument in node.arguments:
                arguments.append(self.without_calls(argument, depth, needed))
                if arguments[-1] is argument:  # what has calls itself stands in no layer below
                    needed += f" AND {self._say(argument)} IS NULL"
            return replace(node, arguments=tuple(arguments))
        if isinstance(node, Call) and node.function == "end_of_day" and _is_call(node.arguments[0]):
            return replace(node, arguments=(Column(self._day(node.arguments[0], depth, needed), "day"),))
        if isinstance(node, Call) and node.function == "add_working_days":
            day = self._day(node, depth, needed)
            if node.type == "day":
                return Column(day, "day")
            at = self._say(self.without_calls(node.arguments[0], depth, needed))
            moment = f"CASE WHEN {day} IS NOT NULL THEN {day} + ({at} - date_trunc('day', {at})) END"
            return Column(self._layers.put(self._layer(node, depth, 3), moment), "moment")
        return _with_parts(node, [self.without_calls(part, depth, needed) for part in parts(node)])

    def _day(self, call: Node, depth: int, needed: str) -> str:
        """The column of the day of a call, null where `plain` gives none."""
        at, n = (self._say(self.without_calls(part, depth, needed)) for part in parts(call))

        def put(step: int, when: str, then: str) -> str:
            return self._layers.put(self._layer(call, depth, step), f"CASE WHEN {when} THEN {then} END")

        lawful = f"{needed} AND {n} BETWEEN 0 AND {MOST_WORKING_DAYS}"
        day = put(0, lawful, f"CAST(CAST({at} AS DATE) - {_BEFORE} AS INTEGER)")
        number = f"{day} // 7 * 5 + least({day} % 7, 5) + {self._more(day)}"
        reached = put(1, f"{day} IS NOT NULL", f"{number} + TRY_CAST({n} AS INTEGER)")
        itself = f"WHEN {n} = 0 THEN CASE WHEN {day} <= {_LAST.toordinal()} THEN {_BEFORE} + {day} END"
        later = f"WHEN {reached} <= {self._number(_LAST)} THEN {_BEFORE} + CAST({self._reached(reached)} AS INTEGER)"
        return put(2, f"{reached} IS NOT NULL", f"CASE {itself} {later} END")

    def _layer(self, call: Node, depth: int, step: int) -> tuple[int, int]:
        """The layer of a step: above those of the calls that stand in the call."""
        return depth, _STEPS * (sum(map(_is_call, nodes(call))) - 1) + step

    def _more(self, day: str) -> str:
        """How many working days more than Mondays to Fridays there are up to a day; fewer is below 0."""
        counts = [0]
        for special in self._special:
            counts.append(counts[-1] + (1 if special.weekday() >= 5 else -1))
        return steps(day, [str(special.toordinal()) for special in self._special], list(map(str, counts)))

    def _number(self, day: date) -> int:
        """The working number of a day."""
        return self._working.count(date.min, day) + self._working.is_working(date.min)

    def _reached(self, number: str) -> str:
        """The day of a working number: by weeks, as many days later as days off lie before it; or a weekend day."""

        def weekday(later: int) -> str:
            return f"({number} + {later - 1}) // 5 * 7 + ({number} + {later - 1}) % 5 + 1"

        later, found = 0, {0: weekday(0)}
        for special in self._special:
            reached = self._number(special)
            if special.weekday() >= 5:
                found[reached] = str(special.toordinal())
                later -= 1
            else:
                later += 1
            found[reached + 1] = weekday(later)
        _, *bounds = sorted(found)
        return steps(number, list(map(str, bounds)), [found[bound] for bound in sorted(found)])


def _is_call(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "add_working_days"


def _with_parts(node: Node, inner: list[Node]) -> Node:
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
