"""The current records of a kind: of each key the newest version, in a data state.

The greatest `version_at` speaks, an empty one standing before every moment; of equal ones the later arrival.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from chitieu.problem import Problem
from chitieu.records import stored
from chitieu.records.kinds import kinds
from chitieu.records.lake import Lake
from chitieu.records.opened import target
from chitieu.records.own_day import in_sql as own_day
from chitieu.records.staging import connected
from chitieu.records.store import settle
from chitieu.records.tidied import name_of

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 60_000
MADE_BY = "current/1"
"""What a file of the cache was made by; another way of making it is another name."""


def current(lake: Lake, kind: str, state: int | None = None) -> pa.Table | Problem:
    """The current records with `row` and `delivery`, in the order of arrival."""
    rows = lake.rows(kind, state)
    if isinstance(rows, Problem) or rows.num_rows == 0:
        return rows
    import pyarrow as pa

    of = kinds()[kind]
    columns = [rows.column(name).to_pylist() for name in of.key]
    versions = rows.column(of.version).to_pylist() if of.version else [None] * rows.num_rows
    newest: dict[tuple[object, ...], int] = {}
    for place, key in enumerate(zip(*columns, strict=True)):
        before = newest.get(key)
        if before is None or _is_not_older(versions[place], versions[before]):
            newest[key] = place
    return rows.take(pa.array(sorted(newest.values()), pa.int64()))


def _is_not_older(version: object, before: object) -> bool:
    return before is None or (version is not None and version >= before)  # type: ignore[operator]


def current_file(lake: Lake, kind: str, state: int | None, cache: Path) -> Path | Problem:
    """The same as one file, sorted by unit and own day. A cache: made again where it is absent or not what it was.

    Every data file it was made from is proved at each use; one that is damaged gives nothing.
    """
    of = kinds()[kind]
    there = stored.proved(lake, of, state)
    if isinstance(there, Problem):
        return there
    files = [(number, sha256) for number, _, sha256 in there.files]
    made_from = json.dumps([MADE_BY, kind, [column.name for column in of.stored], of.key, of.version, files])
    name = f"{kind}-{hashlib.sha256(made_from.encode()).hexdigest()[:32]}"
    made, digest = cache / f"{name}.parquet", cache / f"{name}.sha256"
    try:
        if digest.read_text(encoding="ascii") == _digest(made):
            return made
    except (OSError, ValueError):
        pass
    return _make(there, made, digest)


def _make(there: stored.Stored, made: Path, digest: Path) -> Path:
    kind = there.kind
    made.parent.mkdir(parents=True, exist_ok=True)
    for old in made.parent.glob(f"{kind.code}-*"):
        old.unlink(missing_ok=True)
    keys = ", ".join(name_of(name) for name in kind.key)
    version = f"{name_of(kind.version)} DESC NULLS LAST, " if kind.version else ""
    newest = f"PARTITION BY {keys} ORDER BY {version}delivery DESC, row DESC"
    folder = Path(tempfile.mkdtemp(dir=made.parent, prefix=".making-"))
    connection = connected(folder / "spill")
    try:
        connection.execute(f"CREATE TEMP VIEW arrived AS SELECT *, hash({keys}) AS h FROM {there.table(connection)}")
        # Most keys came once: only the others are put in order.
        connection.execute("CREATE TEMP TABLE careful AS SELECT h FROM arrived GROUP BY h HAVING count(*) > 1")
        query = (
            "SELECT * EXCLUDE (h) FROM arrived WHERE h NOT IN (SELECT h FROM careful) UNION ALL BY NAME "
            "SELECT * EXCLUDE (h) FROM arrived WHERE h IN (SELECT h FROM careful) "
            f"QUALIFY row_number() OVER ({newest}) = 1"
        )
        unfinished = folder / "made.parquet"
        connection.execute(
            f"COPY (SELECT * FROM ({query}) ORDER BY unit, {own_day(kind)}, {keys}) TO {target(unfinished)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        settle(unfinished)
        sha256 = _digest(unfinished)
        unfinished.replace(made)
        digest.write_text(sha256, encoding="ascii")
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)
    return made


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
