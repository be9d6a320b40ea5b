"""Family of engines: each counts the fates of all records of one kind, for all methods, periods and days at once.

The contract is `Job` in, `Counts` out. `plain` is the judge of the others: one record at a time, no library. Engines
do not know each other; which one counts is chosen by whoever walks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chitieu.acts.units import Tree
from chitieu.measures.method import Asked, Definition, Outcome
from chitieu.period import WorkingDays
from chitieu.records.kind import Kind

if TYPE_CHECKING:
    import pyarrow as pa

UNPLACED = ""
"""The identity of records whose unit nobody ever bore: counted apart, never dropped."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be counted. `records` are the current records of `kind`: one row a key, as the lake keeps them.

    `looked_up`: the current records of the kinds that `kind` looks into, in the order of arrival.
    """

    kind: Kind
    definitions: tuple[Definition, ...]
    asked: tuple[Asked, ...]
    tree: Tree
    working: WorkingDays
    records: pa.Table | Path
    looked_up: Mapping[str, pa.Table] = field(default_factory=dict)


class Cell(NamedTuple):
    """Which records were counted: `method` and `asked` are places in the job, `unit` is an identity.

    `name` is that of the exclusion or the unknown, `apart` the value of the column shown apart; each empty without.
    """

    method: int
    asked: int
    unit: str
    outcome: Outcome
    name: str
    apart: str


Counts = dict[Cell, int]
"""How many records; those outside are not counted."""
