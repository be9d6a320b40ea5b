"""The DuckDB engine: one pass over the records of a kind for all methods, periods and days at once.

Each record becomes a few small integers a method (`facts`), equal ones are counted, and only the counts meet the
periods asked (`fates`). Nothing of a rule is written here: expressions are printed from their trees. It knows neither
coverage nor who holds whose records: `tally` is handed which unit gathers which.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from chitieu.measures.engines import Counts, Job
from chitieu.measures.engines.duckdb.facts import Facts
from chitieu.measures.engines.duckdb.fates import Fates
from chitieu.measures.engines.duckdb.running import THREADS, opened
from chitieu.measures.engines.duckdb.tallying import Gathers, cells

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "duckdb"


def count(job: Job, *, threads: int = THREADS) -> Counts:
    """The counts of a job, in order of their cells."""
    if not job.definitions or not job.asked:
        return {}
    with opened(threads) as connection:
        facts = Facts(connection, job)
        if not facts.alike:
            return {}
        statement, key = Fates(connection, job, facts).by_slot()
        return cells(facts, key, connection.execute(statement).fetchall())


def tally(job: Job, closure: pa.Table, *, threads: int = THREADS) -> pa.Table:
    """n and d of every method, period and unit, summed in the engine; rows in no order.

    `closure` has `asked` (place in the job), `identity`, `unit` and `scope`, each row once: the records of the identity
    count for that unit in that scope. Gives `method` and `asked` (places), `unit`, `scope`, `apart`, `n`, `d`,
    `unknown` without a name, and a column `unknown.NAME` or `excluded.NAME` for each name of the job's methods. A unit
    without any record of a method and period has no row.
    """
    with opened(threads) as connection:
        facts = Facts(connection, job)
        gathers = Gathers(closure, facts)
        if not facts.alike or not job.asked:
            return gathers.nothing
        result = connection.execute(Fates(connection, job, facts).by_gather(gathers.table, len(gathers.pairs)))
        with warnings.catch_warnings():
            # Its other way out plans the statement three times, which takes longer than the copy it warns of.
            warnings.filterwarnings("ignore", "Arrow output on a DB-API result")
            return gathers.sums(result.to_arrow_table())
