"""The plain engine: one record at a time, by the letter, no library. Slow, and the judge of every other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chitieu.measures.engines import UNPLACED, Cell, Counts, Job
from chitieu.measures.fate import fate
from chitieu.records.derived import Whole
from chitieu.records.lookups import Lookups
from chitieu.records.own_day import unit_of

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "plain"


def count(job: Job) -> Counts:
    """The counts of a job."""
    lookups = Lookups(job.kind, {code: table.to_pylist() for code, table in job.looked_up.items()}, job.tree)
    counts: Counter[Cell] = Counter()
    for row in _rows(job.records):
        meant = unit_of(job.kind, row, job.tree)
        identity = UNPLACED if meant is None else meant[0].identity
        whole = Whole(job.kind, {**row, **lookups.values(row)}, job.working)
        for method, definition in enumerate(job.definitions):
            apart = str(row[definition.apart] or "") if definition.apart else ""
            for place, asked in enumerate(job.asked):
                found = fate(definition, whole, asked, job.working)
                if found.outcome != "outside":
                    counts[Cell(method, place, identity, found.outcome, found.name, apart)] += 1
    return dict(counts)


def _rows(records: pa.Table | Path) -> Iterable[Mapping[str, Any]]:
    if isinstance(records, Path):
        from pyarrow import parquet

        records = parquet.ParquetFile(records).read(use_threads=False)
    rows: list[Mapping[str, Any]] = records.to_pylist()
    return rows
