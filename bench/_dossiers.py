"""A made-up province and a year of its dossiers: margins of a real one, made fast and always the same.

250 units with dossiers below 33 others, a few of them with most; 82 % on time, 8 % with a supplement, some without a
due day or a state. Every die is a hash of the dossier's number.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa

from chitieu.acts.units import Succession, Tree, Unit
from chitieu.measures.engines.duckdb.running import opened
from chitieu.records.kinds import kinds

PROVINCE, UPPER, LOWER = "P", 33, 250
PROCEDURES = 300
MERGED_ON = date(2024, 7, 1)
ROW_GROUP = 122_880
DICE = 24


@cache
def tree() -> Tree:
    """A province, 33 units below it, 250 below those; one of these becomes part of another in the year."""
    units = [_unit(PROVINCE, "province", None)]
    units += [_unit(f"H{place:02}", "district", PROVINCE) for place in range(UPPER)]
    for place in range(LOWER):
        ends = MERGED_ON if place == LOWER - 1 else None
        units.append(_unit(_code(place), "commune", f"H{place % UPPER:02}", ends))
    merger = Succession(old=_code(LOWER - 1), new=_code(LOWER - 2), extent="whole", on=MERGED_ON)
    return Tree(units, [merger])


def _unit(code: str, tier: str, parent: str | None, ends: date | None = None) -> Unit:
    return Unit(code=code, name=code, tier=tier, identity=f"{code}@", parent=parent, ends=ends)


def _code(place: int) -> str:
    return f"{26_000 + place:05}"


@cache
def procedures() -> pa.Table:
    """The procedures of the province, some cells empty."""
    rows = [
        {
            "procedure": f"1.{5_000 + place:06}",
            "unit": PROVINCE,
            "returns_paper_result": None if place % 41 == 0 else place % 2 == 0,
            "fee_bearing": None if place % 53 == 0 else place % 3 == 0,
            "full_service": None if place % 37 == 0 else place % 5 < 3,
            "statutory_days": None if place % 29 == 0 else 5 + place % 20,
        }
        for place in range(PROCEDURES)
    ]
    names = [column.name for column in kinds()["procedure"].stored]
    types = {"unit": pa.string(), "procedure": pa.string(), "statutory_days": pa.int64()}
    found = {name: pa.array([row.get(name) for row in rows], types.get(name, pa.bool_())) for name in rows[0]}
    return pa.table(found | {name: pa.nulls(len(rows), pa.date32()) for name in names if name == "valid_from"})


_ROLLED = """
SELECT *,
  CAST(floor({units} * u1 * u1) AS INTEGER) AS place, CAST(floor({procedures} * u2 * u2) AS INTEGER) AS what,
  TIMESTAMP '{year}-01-01' + INTERVAL 1 DAY * CAST(floor(366 * u3) AS INTEGER)
    + INTERVAL 1 SECOND * CAST(27000 + floor(34000 * u4) AS INTEGER) AS received_at,
  5 + CAST(floor(20 * u5) AS INTEGER) AS days,
  26000 + least(place, if(received_at < TIMESTAMP '{merged_on}', {units}, {units} - 2)) AS code
FROM (SELECT i, {dice} FROM range({rows}) r(i))
"""
_COURSE = """
SELECT *,
  CASE WHEN u6 < 0.08 THEN received_at + INTERVAL 1 SECOND * CAST(u9 * days * 86400 AS INTEGER) END AS asked_at,
  CASE WHEN u7 >= 0.93 THEN NULL
    WHEN u8 < 0.87 THEN received_at + INTERVAL 1 SECOND * CAST(u10 * days * 80000 AS INTEGER)
    ELSE promised_at + INTERVAL 1 SECOND * CAST(1 + u10 * 864000 AS INTEGER) END AS done_at,
  u7 < 0.93 AS has_ended
FROM (SELECT *, date_trunc('day', received_at) + INTERVAL 1 DAY * days + INTERVAL '17:00:00' AS promised_at
      FROM rolled)
"""
_COLUMNS = {
    "dossier_id": "'H19.' || place || '-' || i",
    "unit": "code",
    "procedure": "'1.' || lpad(CAST(5000 + what AS VARCHAR), 6, '0')",
    "field": "'LV' || what % 30",
    "channel": "CASE WHEN u11 < 0.6 THEN 'online' WHEN u11 < 0.97 THEN 'counter' WHEN u11 < 0.99 THEN 'post' END",
    "applicant_kind": "CASE WHEN u12 < 0.9 THEN 'citizen' ELSE 'business' END",
    "submitted_at": "received_at - INTERVAL 1 SECOND * CAST(u12 * 7200 AS INTEGER)",
    "received_at": "received_at",
    "first_due_at": "CASE WHEN u13 >= 0.005 THEN promised_at END",
    "due_at": "CASE WHEN u13 >= 0.03 THEN promised_at WHEN u13 >= 0.005 THEN promised_at + INTERVAL 7 DAY END",
    "finished_at": "CASE WHEN u14 >= 0.02 THEN done_at END",
    "returned_at": "CASE WHEN u14 < 0.7 THEN done_at + INTERVAL 1 HOUR END",
    "refused_at": "CASE WHEN u15 < 0.01 THEN received_at + INTERVAL 2 DAY END",
    "stopped_at": "CASE WHEN u15 > 0.99 THEN received_at + INTERVAL 3 DAY END",
    "withdrawn_at": "CASE WHEN u15 BETWEEN 0.5 AND 0.505 THEN received_at + INTERVAL 1 DAY END",
    "state": "CASE WHEN u16 < 0.002 THEN NULL WHEN u16 < 0.004 THEN 3 WHEN done_at IS NULL THEN 4 ELSE 9 END",
    "digitised_inputs": "CASE WHEN u17 >= 0.03 THEN u17 < 0.75 END",
    "reused_inputs": "u17 < 0.3",
    "result_code": "CASE WHEN u18 < 0.7 AND has_ended THEN 'KQ.G15.' || lpad(CAST(i AS VARCHAR), 8, '0') END",
    "result_file": "CASE WHEN u18 < 0.65 AND has_ended THEN 'kq/' || lpad(CAST(i AS VARCHAR), 8, '0') || '.pdf' END",
    "result_signed": "CASE WHEN u18 < 0.5 THEN 'yes' WHEN u18 < 0.6 THEN 'no' END",
    "returns_paper_result": "CASE WHEN u19 > 0.99 THEN what % 2 = 0 END",
    "fee_bearing": "CASE WHEN u19 < 0.5 THEN what % 3 = 0 END",
    "fee_total": "CASE WHEN what % 3 = 0 THEN floor(u19 * 10) * 5000 END",
    "paid_online": """CASE WHEN u20 < 0.5 THEN 'none' WHEN u20 < 0.8 THEN 'portal' WHEN u20 < 0.85 THEN 'gateway'
                      WHEN u20 < 0.9 THEN 'other' END""",
    "full_service": "CAST(NULL AS BOOLEAN)",
    "rating": """CASE WHEN u21 < 0.45 THEN 'satisfied' WHEN u21 < 0.48 THEN 'neutral'
                 WHEN u21 < 0.5 THEN 'dissatisfied' END""",
    "petitioned": "CASE WHEN u22 < 0.01 THEN true END",
    "version_at": "coalesce(done_at, received_at)",
    "supplement1_requested_at": "asked_at",
    "supplement1_supplied_at": "CASE WHEN u23 < 0.8 THEN asked_at + INTERVAL 2 DAY END",
    "supplement2_requested_at": "CASE WHEN u23 < 0.1 THEN asked_at + INTERVAL 4 DAY END",
}
"""How each stored column follows from the dice `u1`…, the unit's `place` and the procedure, `what`."""


def make(path: Path, rows: int, year: int) -> None:
    """The file of a year's dossiers: all stored columns, in order of unit and receipt."""
    dice = ", ".join(f"(hash(i * 64 + {n}) >> 11) / 9007199254740992.0 AS u{n}" for n in range(1, DICE))
    numbers: dict[str, object] = {"dice": dice, "merged_on": MERGED_ON} | {
        "units": LOWER,
        "procedures": PROCEDURES,
        "year": year,
        "rows": rows,
    }
    types = {"number": "BIGINT", "moment": "TIMESTAMP", "truth": "BOOLEAN", "text": "VARCHAR"}
    stored = ", ".join(
        f'CAST({_COLUMNS[column.name]} AS {types[column.named.type]}) AS "{column.name}"'
        for column in kinds()["dossier"].stored
    )
    with opened() as session:
        session.execute(
            f"COPY (WITH rolled AS ({_ROLLED.format(**numbers)}), course AS ({_COURSE})"
            f' SELECT {stored}, i AS "row", CAST(1 AS BIGINT) AS delivery FROM course'
            f" ORDER BY unit, received_at, i) TO '{path}'"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
