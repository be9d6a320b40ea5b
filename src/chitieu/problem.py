"""Problem: what is wrong, where, by which rule, said in Vietnamese, and how to fix it.

Errors about data are values of this type: collected, sorted, shown; never raised. What a
person reads stands in the catalogue of words under `problem.<CODE>` (`says`, `fix`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum

from chitieu.words import knows, say, shortened, template, visible

LONGEST_SHOWN = 80
"""Characters of a value, or of the name of a field, that a sentence shows."""


class Weight(IntEnum):
    """How much a problem weighs: its number is the exit status of a command that ends with it."""

    WARNING = 0
    REFUSED = 1
    """Read, and refused for what it says."""
    MISUSED = 2
    """A wrong use of a command."""
    UNREADABLE = 3
    """The input could not be read."""
    DAMAGED = 4
    """The workspace is locked or damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands. `row` is counted from 1 in a table with its head, `field` names a column or key."""

    file: str = ""
    row: int | None = None
    field: str = ""
    value: str | None = None

    def __str__(self) -> str:
        parts = [visible(shortened(self.file))] if self.file else []
        if self.row is not None:
            parts.append(say("place.row", row=self.row))
        if self.field:
            parts.append(visible(shortened(self.field, LONGEST_SHOWN)))
        where = ", ".join(parts)
        if self.value is None:
            return where
        shown = visible(shortened(self.value, LONGEST_SHOWN))
        return f'{where}: "{shown}"' if where else f'"{shown}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding. `values` fill the sentence of `code`; equal problems are one."""

    code: str
    place: Place = field(default_factory=Place)
    values: tuple[tuple[str, str | int], ...] = ()
    weight: Weight = Weight.REFUSED

    @property
    def says(self) -> str:
        """What is wrong and why, without the place."""
        return say(f"problem.{self.code}.says", **dict(self.values))

    @property
    def fix(self) -> str:
        """What to do; empty where the sentence says it."""
        key = f"problem.{self.code}.fix"
        return say(key, **dict(self.values)) if knows(key) else ""

    @property
    def told(self) -> str:
        """What is wrong, why and what to do, as one sentence, without the place."""
        says, fix = self._inside("says"), self._inside("fix")
        if says.startswith("\n"):  # the one form of two lines, of a value below its floor
            return f"{says} {self.fix}"
        return f"{says.removesuffix('.')}; {fix}" if fix else says

    @property
    def sentence(self) -> str:
        """Where, what, why and what to do, as one sentence of text."""
        where, told = str(self.place), self.told
        if not where:
            return told[:1].upper() + told[1:]
        return where + told if told.startswith("\n") else f"{where}: {told}"

    def _inside(self, part: str) -> str:
        """One of the two as a part of a sentence: its first letter small, unless it begins with a value or a name."""
        key = f"problem.{self.code}.{part}"
        if part == "fix" and not knows(key):
            return ""
        said, begins = say(key, **dict(self.values)), template(key)
        is_word = begins[:1].isalpha() and (begins[1:2].islower() or begins[1:2] == " ")
        return said[:1].lower() + said[1:] if is_word else said

    def at(self, *, file: str, row: int | None = None, field: str = "", value: str | None = None) -> Problem:
        """The same problem, found at this place."""
        return replace(self, place=Place(file=file, row=row, field=field, value=value))


def problem(
    code: str,
    *,
    file: str = "",
    row: int | None = None,
    field: str = "",
    value: str | None = None,
    weight: Weight = Weight.REFUSED,
    **values: str | int,
) -> Problem:
    """A problem with its place and the values of its sentence."""
    return Problem(
        code=code,
        place=Place(file=file, row=row, field=field, value=value),
        values=tuple(sorted(values.items())),
        weight=weight,
    )


def worst(problems: Iterable[Problem]) -> Weight:
    """The heaviest weight among them; WARNING for none."""
    return max((found.weight for found in problems), default=Weight.WARNING)


def refusals(problems: Iterable[Problem]) -> list[Problem]:
    """Those that refuse: all but the warnings."""
    return [found for found in problems if found.weight > Weight.WARNING]
