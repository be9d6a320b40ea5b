"""A row of figures as its reader understood it becomes a figure, or is quarantined with everything wrong with it.

Knows what every figure must have and when n and d contradict each other. Is handed the catalogue
of indicators and the look-up of units.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from chitieu.problem import Problem, Weight, problem
from chitieu.records import values
from chitieu.records.figures import SELF_REPORT, Figure
from chitieu.records.intake import Asked, Found
from chitieu.records.kinds import kinds

FORMAT_OF_SOURCE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

WARNINGS = frozenset(
    {
        "FIGURE-PERCENT-DIFFERS",
        "FIGURE-PERCENT-TEXT",
        "FIGURE-UNSIGNED",
        "FIGURE-BEFORE-PERIOD",
        "FIGURE-OLD-CODE",
        "FIGURE-EARLY-CODE",
    }
)
"""Codes of rows that enter all the same and are counted against their source."""


class Coded(Protocol):
    """Anything with a code."""

    @property
    def code(self) -> str: ...


class Countable(Protocol):
    """What must be known of an indicator; the catalogue that is handed in has it."""

    @property
    def code(self) -> str: ...
    @property
    def shape(self) -> str: ...
    @property
    def default(self) -> str | None: ...
    @property
    def methods(self) -> Sequence[Coded]: ...


Catalogue = Mapping[str, Countable]
Units = Callable[[str, date], tuple[Any, str | None] | None]
"""The unit a code means on a day, with `OLD-CODE` or `EARLY-CODE` where it stands no more or not yet; None: unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row that was not let in, with everything wrong with it and the row as it came."""

    row: int
    problems: tuple[Problem, ...]
    cells: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Check:
    """One pass over the rows of a file."""

    file: str
    asked: Asked
    catalogue: Catalogue
    units: Units
    figures: list[Figure] = field(default_factory=list)
    not_taken: Counter[str] = field(default_factory=Counter)
    quarantined: list[Rejected] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    checked: int = 0
    agree: int = 0
    of_figures: int = 0

    def row(self, found: Found) -> None:
        """One row: not taken, quarantined or a figure; a percentage beside it is checked in any case."""
        figure: Figure | None = None
        if found.wrong:
            self.quarantined.append(Rejected(row=found.row, problems=found.wrong, cells=found.cells))
        elif found.not_taken:
            self.not_taken[found.not_taken] += 1
        else:
            wrong: list[Problem] = []
            doubts: list[Problem] = []
            figure = self._figure(found, wrong, doubts)
            if figure is None:
                self.quarantined.append(Rejected(row=found.row, problems=tuple(wrong), cells=found.cells))
            else:
                self.figures.append(figure)
                self.warnings += doubts
        self._percentage(found, figure)

    def _problem(
        self, code: str, found: Found, name: str = "", value: str | None = None, **words: str | int
    ) -> Problem:
        weight = Weight.WARNING if code in WARNINGS else Weight.REFUSED
        shown = found.names.get(name, name)
        return problem(code, file=self.file, row=found.row, field=shown, value=value, weight=weight, **words)

    def _figure(self, found: Found, wrong: list[Problem], doubts: list[Problem]) -> Figure | None:
        if found.fault:
            wrong.append(self._problem(found.fault, found))
            return None
        for name, cell in found.cells.items():
            if (sign := values.unlawful_in(cell)) is not None:
                wrong.append(self._problem("UNLAWFUL-CHARACTER", found, name, cell, character=sign))
        if wrong:
            return None
        needed = {"source": found.source, "unit": found.unit, "indicator": found.indicator}
        wrong += [self._problem("RECORD-VALUE-MISSING", found, name) for name, cell in needed.items() if not cell]
        if found.source and not FORMAT_OF_SOURCE.fullmatch(found.source):
            wrong.append(self._problem("FIGURE-SOURCE", found, "source", found.source))
        for name, cell in (("document", found.document), ("person", found.person), ("unit", found.unit)):
            longest = kinds()["figure"].column(name).longest or 64
            if len(cell) > longest:
                wrong.append(self._problem("RECORD-TEXT-LONG", found, name, cell, longest=longest))
        if found.scope not in ("", "subtree", "own"):
            words = {"given": found.scope, "allowed": "subtree, own"}
            wrong.append(self._problem("NOT-IN-LIST", found, "scope", found.scope, **words))
        indicator = self._indicator(found, wrong)
        method = self._method(found, indicator, wrong) if indicator else ""
        begins, ends, captured = self._times(found, wrong)
        numerator, denominator = self._counts(found, indicator, wrong)
        if begins and ends and captured and found.unit:
            self._unit(found, min(ends, captured.date()), wrong, doubts)
            if captured.date() < begins:
                doubts.append(self._problem("FIGURE-BEFORE-PERIOD", found, "captured_at", found.captured or None))
        if wrong or begins is None or ends is None or captured is None or numerator is None:
            return None
        if found.source == SELF_REPORT and not (found.person and found.document):
            doubts.append(self._problem("FIGURE-UNSIGNED", found, "document" if found.person else "person"))
        return Figure(
            source=found.source,
            unit=found.unit,
            indicator=found.indicator,
            method=method,
            begins=begins,
            ends=ends,
            scope=found.scope,
            numerator=numerator,
            denominator=denominator,
            captured_at=captured,
            document=found.document,
            person=found.person,
            row=found.row,
        )

    def _unit(self, found: Found, day: date, wrong: list[Problem], doubts: list[Problem]) -> None:
        known = self.units(found.unit, day)
        if known is None:
            wrong.append(self._problem("FIGURE-UNKNOWN-UNIT", found, "unit", found.unit))
        elif known[1] is not None:
            doubts.append(self._problem(f"FIGURE-{known[1]}", found, "unit", found.unit, day=f"{day:%d/%m/%Y}"))

    def _indicator(self, found: Found, wrong: list[Problem]) -> Countable | None:
        indicator = self.catalogue.get(found.indicator)
        if indicator is None and found.indicator:
            wrong.append(self._problem("FIGURE-UNKNOWN-INDICATOR", found, "indicator", found.indicator))
        return indicator

    def _method(self, found: Found, indicator: Countable, wrong: list[Problem]) -> str:
        method = found.method or indicator.default or ""
        known = [method.code for method in indicator.methods]
        if not known:
            wrong.append(self._problem("FIGURE-NO-METHOD", found, "indicator", found.indicator))
        elif not method:
            wrong.append(self._problem("RECORD-VALUE-MISSING", found, "method"))
        elif method not in known:
            words = {"indicator": indicator.code, "known": ", ".join(known)}
            wrong.append(self._problem("FIGURE-UNKNOWN-METHOD", found, "method", method, **words))
        return method

    def _times(self, found: Found, wrong: list[Problem]) -> tuple[date | None, date | None, datetime | None]:
        begins, ends = self._moment(found, "from", found.begins, wrong), self._moment(found, "to", found.ends, wrong)
        first, last = begins.date() if begins else None, ends.date() if ends else None
        blank = [values.is_no_moment(cell) for cell in (found.begins, found.ends)]
        if all(blank):
            if self.asked.period is None:
                wrong.append(self._problem("NO-PERIOD", found))
            else:
                first, last = self.asked.period.first, self.asked.period.last
        elif any(blank):
            wrong.append(self._problem("RECORD-VALUE-MISSING", found, "from" if blank[0] else "to"))
        if first and last and first > last:
            wrong.append(self._problem("FIGURE-PERIOD-REVERSED", found, "to", found.ends))
        captured = self._moment(found, "captured_at", found.captured, wrong)
        if values.is_no_moment(found.captured):
            captured = self.asked.captured
            if captured is None:
                wrong.append(self._problem("NO-CAPTURE", found))
        return first, last, captured

    def _moment(self, found: Found, name: str, cell: str, wrong: list[Problem]) -> datetime | None:
        if values.is_no_moment(cell):
            return None
        at = values.moment(cell)
        if at is None:
            wrong.append(self._problem("RECORD-MOMENT", found, name, cell))
        return at

    def _counts(self, found: Found, indicator: Countable | None, wrong: list[Problem]) -> tuple[int | None, int | None]:
        numerator = self._count(found, "numerator", found.numerator, wrong)
        if indicator is not None and indicator.shape == "count":
            if found.denominator:
                wrong.append(self._problem("FIGURE-COUNT-DENOMINATOR", found, "denominator", found.denominator))
            return numerator, None
        denominator = self._count(found, "denominator", found.denominator, wrong)
        if numerator is not None and denominator is not None and numerator > denominator:
            words: dict[str, str | int] = {"numerator": numerator, "denominator": denominator}
            wrong.append(self._problem("FIGURE-ABOVE-DENOMINATOR", found, "numerator", None, **words))
        return numerator, denominator

    def _count(self, found: Found, name: str, cell: str, wrong: list[Problem]) -> int | None:
        value = values.integer(cell) if cell else "RECORD-VALUE-MISSING"
        if isinstance(value, int):
            return value
        wrong.append(self._problem(value, found, name, cell or None))
        return None

    def _percentage(self, found: Found, figure: Figure | None) -> None:
        numerator, denominator = values.integer(found.numerator), values.integer(found.denominator)
        if not found.percent or isinstance(numerator, str) or isinstance(denominator, str) or denominator == 0:
            return  # a percentage on 0/0 says nothing that could be checked
        compared = values.percent_of(numerator, denominator, found.percent)
        if compared is None:
            self.warnings.append(self._problem("FIGURE-PERCENT-TEXT", found, "percent", found.percent))
            return
        agrees, reckoned = compared
        self.checked += 1
        self.agree += agrees
        self.of_figures += agrees and figure is not None
        if not agrees:
            words: dict[str, str | int] = {"reckoned": reckoned, "numerator": numerator, "denominator": denominator}
            self.warnings.append(self._problem("FIGURE-PERCENT-DIFFERS", found, "percent", found.percent, **words))
