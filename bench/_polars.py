"""The six basic methods over a year of dossiers in Polars, as one who knows it well would write them: lazily, one pass.

Each dossier is compared with the ends of the month, the quarter and the year in which it was received; the counts of
unit and month are then summed. Written by hand for these methods and these periods; no other is meant.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import polars as pl
import pyarrow as pa

from bench._dossiers import procedures
from chitieu.acts.calendar import national
from chitieu.measures.method import Asked

CUTS = ("month", "quarter", "year")


def six_methods(path: Path, asked: Sequence[Asked], closure: pa.Table) -> list[tuple[int, int, str, str, int, int]]:
    """Method and period by place, unit, scope, n and d; without those in which nothing counts."""
    counts = _with_fates(_with_moments(pl.scan_parquet(path))).group_by("unit", "month").agg(_sums()).collect()
    months = pl.DataFrame(
        [
            {"asked": place, "month": month, "cut": _cut(one)}
            for place, one in enumerate(asked)
            for month in range(one.period.first.month, one.period.last.month + 1)
        ]
    )
    gathers = pl.DataFrame({name: closure[name].to_pylist() for name in closure.column_names}).with_columns(
        code=pl.col("identity").str.strip_chars_end("@")
    )
    summed = (
        counts.join(months, on="month")
        .join(gathers, left_on=["asked", "unit"], right_on=["asked", "code"], suffix="_of")
        .group_by("asked", "unit_of", "scope")
        .agg(
            *(pl.col(f"d{method}").sum() for method in range(6)),
            *(
                pl.sum_horizontal(
                    pl.when(pl.col("cut") == k).then(pl.col(f"n{method}_{cut}")) for k, cut in enumerate(CUTS)
                )
                .sum()
                .alias(f"n{method}")
                for method in range(6)
            ),
        )
    )
    return [
        (method, row["asked"], row["unit_of"], row["scope"], row[f"n{method}"], row[f"d{method}"])
        for row in summed.to_dicts()
        for method in range(6)
        if row[f"d{method}"]
    ]


def _cut(one: Asked) -> int:
    return {"month": 0, "quarter": 1, "year": 2}[one.period.kind]


def _with_moments(records: pl.LazyFrame) -> pl.LazyFrame:
    """What is looked up and derived."""
    looked_up = pl.LazyFrame(
        procedures().select(["procedure", "returns_paper_result", "fee_bearing", "statutory_days"]).to_pydict()
    )
    terms = pl.LazyFrame(_terms())
    c = pl.col
    records = (
        records.join(looked_up, on="procedure", how="left", suffix="_there")
        .with_columns(
            paper=pl.coalesce("returns_paper_result", "returns_paper_result_there"),
            bears_fee=pl.coalesce("fee_bearing", "fee_bearing_there"),
            day=c("received_at").dt.date(),
        )
        .join(terms, on=["day", "statutory_days"], how="left")
        .with_columns(
            accepted=c("received_at").is_not_null() & ~c("state").fill_null(2).is_in([1, 3]),
            resulted_at=pl.coalesce("finished_at", "returned_at"),
            due=pl.coalesce("first_due_at", "due_at", "term_ends_at"),
        )
    )
    ends = [pl.when(c(name) >= c("received_at")).then(c(name)) for name in ("refused_at", "stopped_at", "withdrawn_at")]
    records = records.with_columns(
        ended_at=pl.when(c("resulted_at").is_not_null())
        .then(c("resulted_at"))
        .when(c("accepted"))
        .then(pl.min_horizontal(*ends))
    )
    asked, supplied, again = (c(f"supplement{name}_at") for name in ("1_requested", "1_supplied", "2_requested"))
    counts = (asked <= c("due")) & (c("ended_at").is_null() | (asked < c("ended_at")))
    moved = c("due") + pl.max_horizontal(supplied - asked, pl.duration())
    deadline = pl.when(~counts.fill_null(value=False)).then(c("due")).when(supplied.is_not_null()).then(moved)
    second = pl.when(c("ended_at").is_null() | (again < c("ended_at"))).then(again)
    records = records.with_columns(
        deadline_at=pl.when(c("due").is_not_null()).then(pl.min_horizontal(deadline, second))
    )
    late = c("accepted") & (c("ended_at").is_null() | (c("ended_at") > c("deadline_at")))
    return records.with_columns(late_at=pl.when(late).then(c("deadline_at")), month=c("received_at").dt.month())


def _terms() -> dict[str, list[Any]]:
    """The end of every term that a procedure may give, from every day of a year."""
    working = national()
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
    pairs = [(day, n) for day in days for n in range(5, 25)]
    ends = [datetime.combine(working.add(day, n), time(23, 59, 59)) for day, n in pairs]
    return {"day": [day for day, _ in pairs], "statutory_days": [n for _, n in pairs], "term_ends_at": ends}


def _with_fates(records: pl.LazyFrame) -> pl.LazyFrame:
    """For each method whether the dossier counts, and whether it is met by each of the three cuts."""
    c = pl.col
    received = c("received_at")
    cuts = {
        "month": received.dt.truncate("1mo").dt.offset_by("1mo"),
        "quarter": received.dt.truncate("1q").dt.offset_by("1q"),
        "year": received.dt.truncate("1y").dt.offset_by("1y"),
    }
    records = records.with_columns(**{f"after_{name}": cut for name, cut in cuts.items()})
    result = c("result_code").is_not_null() & c("result_file").is_not_null()
    digitised = c("digitised_inputs") & (~c("paper") | c("result_file").is_not_null())
    known = c("accepted") & (c("due").is_not_null())
    liked = (c("rating").is_null() | (c("rating") != "dissatisfied")) & ~c("petitioned").fill_null(value=False)
    paid = c("paid_online").is_in(["portal", "gateway"])
    free = c("fee_total") == 0
    in_d = {
        0: pl.lit(value=True),
        1: pl.lit(value=True),
        2: pl.lit(value=True),
        3: c("accepted"),
        4: c("accepted"),
        5: c("bears_fee").fill_null(value=True) & ~free.fill_null(value=False),
    }
    records = records.with_columns(**{f"d{method}": one for method, one in in_d.items()})
    for name in CUTS:
        resulted = c("resulted_at") < c(f"after_{name}")
        in_time = ~(c("late_at") < c(f"after_{name}")).fill_null(value=False)
        met = {
            0: digitised & ((~c("paper")).fill_null(value=False) | resulted),
            1: result & resulted,
            2: c("channel").fill_null("counter") == "online",
            3: known & in_time,
            4: known & in_time & liked,
            5: c("bears_fee") & ~free & paid,
        }
        records = records.with_columns(
            **{f"n{method}_{name}": one.fill_null(value=False) for method, one in met.items()}
        )
    return records


def _sums() -> list[pl.Expr]:
    names = [f"d{method}" for method in range(6)] + [f"n{method}_{cut}" for method in range(6) for cut in CUTS]
    return [pl.col(name).sum().cast(pl.Int64) for name in names]
