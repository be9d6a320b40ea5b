"""The DuckDB engine: one pass over the records of a kind for all methods, periods and days at once.

Each record becomes a few small integers a method (`facts`), equal ones are counted, and only the counts meet the
periods asked (`fates`). Nothing of a rule is written here: expressions are printed from their trees. It knows neither
coverage nor who holds whose records: `tally` is handed which unit gathers which.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from chitieu.measures.engines import Cell, Counts, Job
from chitieu.measures.engines.duckdb.facts import Facts
from chitieu.measures.engines.duckdb.fates import Fates
from chitieu.measures.engines.duckdb.running import THREADS, opened

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "duckdb"


def count(job: Job, *, threads: int = THREADS) -> Counts:
    """The counts of a job, in order of their cells."""
    if not job.definitions or not job.asked:
        return {}
    with opened(threads) as connection:
        facts = Facts(connection, job)
        fates = Fates(connection, job, facts)
        found = connection.execute(fates.by_cell()).fetchall()
    counts = {}
    for method, asked, slot, label, apart, records in found:
        outcome, name = facts.labels.named[label]
        counts[Cell(method, asked, facts.slots[slot], outcome, name, facts.apart_values[apart])] = records
    return dict(sorted(counts.items()))


def tally(job: Job, closure: pa.Table, *, threads: int = THREADS) -> pa.Table:
    """n and d of every method, period and unit, summed in the engine; rows in order of their first five columns.

    `closure` has `asked` (place in the job), `identity`, `unit` and `scope`: the records of the identity count for
    that unit in that scope. Gives `method` and `asked` (places), `unit`, `scope`, `apart`, `n`, `d`, `unknown` without
    a name, and a column `unknown.NAME` or `excluded.NAME` for each name of the job's methods. A unit without any record
    of a method and period has no row.
    """
    with opened(threads) as connection:
        facts = Facts(connection, job)
        fates = Fates(connection, job, facts)
        result = connection.execute(fates.by_unit(closure))
        with warnings.catch_warnings():
            # Its other way out plans the statement three times, which takes longer than the copy it warns of.
            warnings.filterwarnings("ignore", "Arrow output on a DB-API result")
            return result.to_arrow_table()
