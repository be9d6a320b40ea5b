"""Working days as the database counts them: two lists beside every record, and the macro that asks them.

The lists stand in a table of one row: as constants in the text they would be copied by every step of its planning.
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate, compress, cycle, islice
from typing import TYPE_CHECKING

from chitieu.language.plain import MOST_WORKING_DAYS
from chitieu.period import FIRST_YEAR, LAST_YEAR, WorkingDays

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE = "working_days"
_FIRST, _LAST = date(FIRST_YEAR - 1, 1, 1), date(LAST_YEAR, 12, 31)
"""No record has a day before the first year; a day in the year before may still come out of an act."""

_MACRO = f"""
CREATE TEMP MACRO working_day(day, n) AS CASE WHEN day <= DATE '{_LAST}' THEN
  CASE WHEN n = 0 THEN day
  WHEN n BETWEEN 1 AND {MOST_WORKING_DAYS} AND day >= DATE '{_FIRST}'
  THEN worked_days[worked_before[day - DATE '{_FIRST}' + 1] + n] END END
"""


def install(connection: DuckDBPyConnection, working: WorkingDays) -> None:
    """The macro `working_day`, for a SELECT over the table as well: `worked_days`, and how many there are by a day."""
    import pyarrow as pa

    first, size = _FIRST.toordinal(), _LAST.toordinal() - _FIRST.toordinal() + 1
    worked = list(islice(cycle((1, 1, 1, 1, 1, 0, 0)), _FIRST.weekday(), _FIRST.weekday() + size))
    for days, is_worked in ((working.off, 0), (working.worked, 1)):
        for day in days:
            if _FIRST <= day <= _LAST:
                worked[day.toordinal() - first] = is_worked
    since_1970 = first - date(1970, 1, 1).toordinal()
    days = pa.array(list(compress(range(since_1970, since_1970 + size), worked)), pa.int32()).view(pa.date32())
    counts = pa.array(list(accumulate(worked)), pa.int32())
    lists = {"worked_days": days, "worked_before": counts}
    table = pa.table({name: pa.ListArray.from_arrays(pa.array([0, len(one)]), one) for name, one in lists.items()})
    connection.register(TABLE, table)
    connection.execute(_MACRO)
