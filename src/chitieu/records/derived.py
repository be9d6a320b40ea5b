"""A record with everything an expression may name: its columns, what was looked up and joined, what is derived.

Each derived column is reckoned when it is first asked for. Knows the kind; the values are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chitieu.language.plain import evaluate
from chitieu.period import WorkingDays
from chitieu.records.kind import Kind


class Whole(Mapping[str, Any]):
    """One record, read only. A name it has no value for is unknown, None."""

    def __init__(self, kind: Kind, values: Mapping[str, Any], working: WorkingDays) -> None:
        """`values`: stored, looked-up and joined columns by name."""
        self._kind, self._working = kind, working
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            if name not in self._kind.names:
                raise KeyError(name)
            derived = self._kind.derived.get(name)
            self._values[name] = None if derived is None else evaluate(derived, self, self._working)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kind.names)

    def __len__(self) -> int:
        return len(self._kind.names)
