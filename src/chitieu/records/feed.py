"""Feed: what the lake knows in one data state, kind by kind: current records, covers, whether anything ever came.

Every data file is proved before a row of it is given. Knows deliveries; refuses to know what is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from chitieu.problem import Problem
from chitieu.records.current import current, current_file
from chitieu.records.delivery import MADE_UP, Cover, Delivery, in_state
from chitieu.records.kinds import kinds
from chitieu.records.lake import Lake

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Feed:
    """A data state: the deliveries up to the number `state` (None: all), without those withdrawn by then."""

    lake: Lake
    cache: Path
    state: int | None = None

    @cached_property
    def known(self) -> list[Delivery] | Problem:
        """Every delivery and withdrawal of the state, by number."""
        known = self.lake.deliveries()
        if isinstance(known, Problem) or self.state is None:
            return known
        return [delivery for delivery in known if delivery.number <= self.state]

    @property
    def number(self) -> int:
        """The number of the state: that of its last delivery, 0 for none."""
        return len(self.known) if isinstance(self.known, list) else 0

    def table(self, kind: str) -> pa.Table | Problem:
        """The current records of a kind, in the order of arrival, with `delivery` and `row`."""
        return current(self.lake, kind, self.state)

    def records(self, kind: str) -> pa.Table | Path | Problem:
        """The same as one sorted file where the kind comes in mass, else as a table."""
        if kinds()[kind].mass and self.delivered(kind):
            return current_file(self.lake, kind, self.state, self.cache)
        return self.table(kind)

    def covers(self, kind: str) -> list[Cover]:
        """What deliveries of the kind said they cover."""
        return [cover for delivery in self._of(kind) for cover in delivery.covers]

    def delivered(self, kind: str) -> bool:
        """Whether a delivery of the kind stands."""
        return bool(self._of(kind))

    @property
    def is_made_up(self) -> bool:
        """Whether a delivery stands whose records a program made up."""
        known = self.known if isinstance(self.known, list) else []
        return any(delivery.source == MADE_UP for delivery in in_state(known, None))

    def _of(self, kind: str) -> list[Delivery]:
        known = self.known if isinstance(self.known, list) else []
        return [delivery for delivery in in_state(known, None) if delivery.kind == kind]
