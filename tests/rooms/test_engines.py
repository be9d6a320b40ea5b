"""The engine in the database: where records lie and in which types, places, look-ups, working days, sums, sessions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from chitieu.acts.calendar import national
from chitieu.language import Expression, read
from chitieu.language.tree import Constant
from chitieu.measures import indicators
from chitieu.measures.engines import UNPLACED, Job, duckdb, plain
from chitieu.measures.engines.duckdb.columns import Columns
from chitieu.measures.engines.duckdb.facts import Facts
from chitieu.measures.engines.duckdb.fates import Fates
from chitieu.measures.engines.duckdb.running import opened
from chitieu.measures.indicator import Method
from chitieu.measures.method import Asked, Definition, Numerator, Population
from chitieu.period import ONE_DAY, WorkingDays, holding
from chitieu.records.kind import Kind
from chitieu.records.kinds import kinds
from tests.counting import rows_of, table
from tests.world import province
from tests.worlds import period

DOSSIER, SURVEY = kinds()["dossier"], kinds()["survey"]
TREE = province().tree
YEAR = Asked(period=period("2024"), as_of=date(2024, 12, 31))
CATALOGUE = indicators.built_in()


def method(indicator: str, code: str) -> Definition:
    found: Method | None = CATALOGUE[indicator].method(code)
    assert found is not None and found.definition is not None
    return found.definition


ON_TIME, FULL_SERVICE = method("on-time-dossiers", "portal-766"), method("online-dossiers", "full-service")


def arrow(kind: str, text: str) -> pa.Table:
    return table(kinds()[kind], rows_of(kinds()[kind], text))


def job(records: str, *definitions: Definition, procedures: str = "", kind: Kind = DOSSIER, **more: Any) -> Job:
    given: dict[str, Any] = {
        "kind": kind,
        "definitions": definitions or (ON_TIME,),
        "asked": (YEAR,),
        "tree": TREE,
        "working": national(),
        "records": arrow(kind.code, records),
        "looked_up": {"procedure": arrow("procedure", procedures)} if procedures else {},
    }
    return Job(**(given | more))


def counted(asked: Job) -> dict[str, int]:
    """What both engines count, by `unit outcome name apart`."""
    found = duckdb.count(asked)
    assert found == plain.count(asked)
    assert list(found) == sorted(found)
    said = {cell: f"{cell.unit.partition('@')[0]} {cell.outcome} {cell.name} {cell.apart}".rstrip() for cell in found}
    assert len(set(said.values())) == len(found)
    return {said[cell]: records for cell, records in found.items()}


TWO = """
    dossier_id | unit | received_at      | first_due_at     | finished_at
    d1         | X11  | 2024-03-01 08:00 | 2024-03-10 17:00 | 2024-03-10 17:00
    d2         | X12  | 2024-03-01 08:00 | 2024-03-10 17:00 | 2024-03-10 17:01
"""
COUNTS = {"X11 numerator": 1, "X12 failed": 1}


# Where records lie, and in which types


def test_no_records_no_methods_and_nothing_asked_count_nothing() -> None:
    two = job(TWO)
    assert isinstance(two.records, pa.Table)
    assert counted(replace(two, records=two.records.slice(0, 0))) == {}
    assert counted(replace(two, definitions=())) == {}
    assert counted(replace(two, asked=())) == {}
    outside = replace(ON_TIME, denominator=said("false"))
    assert counted(replace(two, definitions=(outside,))) == {}
    assert counted(replace(two, definitions=(outside, ON_TIME))) == COUNTS
    left_out = replace(ON_TIME, exclusions=(("all", said("true")),))
    assert counted(replace(two, definitions=(left_out,))) == {"X11 excluded all": 1, "X12 excluded all": 1}
    known = pa.table(
        {"asked": [0], "identity": [TREE.on(YEAR.as_of).units["X11"].identity], "unit": ["X"], "scope": ["own"]}
    )
    [only] = duckdb.tally(replace(two, definitions=(left_out,)), known).to_pylist()
    assert (only["n"], only["d"], only["excluded.all"]) == (0, 0, 1)
    whole = pa.table({"asked": [0], "identity": ["X11"], "unit": ["X11"], "scope": ["own"]})
    for none in (replace(two, definitions=()), replace(two, asked=()), replace(two, definitions=(outside,)), two):
        found = duckdb.tally(none, whole)
        assert found.num_rows == 0
        assert found.column_names[:7] == ["method", "asked", "unit", "scope", "apart", "n", "d"]


@pytest.mark.parametrize("name", ["rows.parquet", "a [b]*?'.parquet", "delivery=7/rows.parquet"])
def test_records_of_a_file_are_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    parquet.write_table(job(TWO).records, path)
    parquet.write_table(job(TWO).records, tmp_path / "a b.parquet")
    assert counted(replace(job(TWO), records=path)) == COUNTS


def test_columns_of_other_types_count_alike_and_missing_ones_are_empty() -> None:
    whole = job(TWO).records
    assert isinstance(whole, pa.Table)
    narrow = (
        whole.select(["dossier_id", "unit", "procedure", "first_due_at", "finished_at"])
        .set_column(1, "unit", whole["unit"].dictionary_encode())
        .append_column("received_at", whole["received_at"].cast(pa.timestamp("s")))
        .append_column("state", pa.nulls(2))
        .append_column("fee_total", pa.array([1, 2], pa.int16()))
    )
    assert counted(replace(job(TWO), records=narrow)) == COUNTS


def test_records_are_read_in_one_pass_for_all_methods_and_periods(tmp_path: Path) -> None:
    parquet.write_table(job(TWO).records, tmp_path / "rows.parquet")
    every = [one.definition for found in CATALOGUE.values() for one in found.methods if one.record == "dossier"]
    definitions = [one for one in every if one is not None]
    months = [Asked(period=period(f"2024-M{month:02}"), as_of=date(2025, 1, month)) for month in range(1, 13)]
    asked = replace(job(TWO, *definitions, asked=(*months, YEAR)), records=tmp_path / "rows.parquet")
    with opened() as session:
        statement, _ = Fates(session, asked, Facts(session, asked)).by_slot()
        [(_, plan)] = session.execute(f"EXPLAIN {statement}").fetchall()
    assert len(definitions) > 10
    assert plan.upper().count("READ_PARQUET") + plan.upper().count("PARQUET SCAN") == 1


# Places


def test_a_code_means_the_unit_that_bore_it_on_the_records_own_day_however_it_is_written() -> None:
    records = """
        dossier_id | unit   | received_at      | first_due_at     | finished_at
        d1         | h1     | 2024-03-01 08:00 | 2024-03-10 17:00 | 2024-03-10 17:00
        d2         | H 1    | 2024-03-01 08:00 | 2024-03-10 17:00 | 2024-03-10 17:00
        d3         | TT11   | 2024-03-01 08:00 | 2024-03-10 17:00 | 2024-03-10 17:00
        d4         | nobody | 2024-03-01 08:00 | 2024-03-10 17:00 | 2024-03-10 17:00
    """
    assert counted(job(records)) == {" numerator": 1, "H1 numerator": 2, "TT11 numerator": 1}
    assert UNPLACED == ""


# Look-ups

LOOKED_UP = """
    dossier_id | unit | procedure | received_at      | full_service | channel
    own        | X11  | a         | 2024-03-01 08:00 | false        | online
    near       | X12  | a         | 2024-03-01 08:00 |              | online
    above      | X11  | b         | 2024-03-01 08:00 |              | online
    top        | X11  | c         | 2024-03-01 08:00 |              | online
    nowhere    | X21  | a         | 2024-03-01 08:00 |              | online
    none       | X11  |           | 2024-03-01 08:00 |              | online
"""
PROCEDURES = """
    procedure | unit | full_service | statutory_days
    a         | X12  | false        |
    a         | X12  | true         | 3
    b         | X11  |              | 5
    b         | H1   | false        |
    c         | P    | true         |
"""


def test_the_own_value_goes_first_then_the_nearest_row_whose_cell_is_not_empty_and_of_two_the_later() -> None:
    assert counted(job(LOOKED_UP, FULL_SERVICE, procedures=PROCEDURES)) == {
        "X11 numerator": 1,
        "X11 unknown": 1,
        "X12 numerator": 1,
        "X21 unknown": 1,
    }


def test_without_a_day_only_the_units_own_row_is_looked_at() -> None:
    submitted = replace(FULL_SERVICE, population=Population(at=said("submitted_at")))
    records = """
        dossier_id | unit | procedure | submitted_at     | channel
        own        | X12  | a         | 2024-03-01 08:00 | online
        above      | X11  | c         | 2024-03-01 08:00 | online
    """
    found = counted(job(records, submitted, procedures=PROCEDURES))
    assert found == {"X11 unknown": 1, "X12 numerator": 1}


def test_a_record_that_names_no_procedure_is_looked_up_under_the_empty_name() -> None:
    nameless = PROCEDURES + "    ''        | X11  | true         |\n"
    rows = rows_of(kinds()["procedure"], nameless)
    rows[-1]["procedure"] = ""
    found = job(LOOKED_UP, FULL_SERVICE, looked_up={"procedure": table(kinds()["procedure"], rows)})
    assert counted(found)["X11 numerator"] == 2


# Working days and moments


def said(text: str, kind: Kind = DOSSIER) -> Expression:
    found = read(text, kind.names, ("text", "number", "day", "moment", "truth"))
    assert isinstance(found, Expression), found
    return found


def values(text: str, rows: list[dict[str, Any]], working: WorkingDays) -> list[Any]:
    """What the database gives for an expression, in the order of the rows."""
    numbered = [{"unit": "P", "dossier_id": f"{place:05}"} | row for place, row in enumerate(rows)]
    expression = said(text)
    true = Expression(text="", type="truth", tree=Constant(True, "truth"), uses=expression.uses | {"dossier_id"})
    only = Definition(record="dossier", population=Population(), denominator=true, numerators=(Numerator(when=true),))
    asked = replace(job(TWO, only, working=working), records=table(DOSSIER, numbered))
    with opened() as session:
        columns = Columns(session, asked)
        top = {"key": '"dossier_id"', "value": columns.said(expression.tree)}
        found = session.execute(columns.select(top)).fetchall()
    return [value for _, value in sorted(found)]


@pytest.mark.parametrize(
    "working",
    [
        WorkingDays(),
        national(),
        WorkingDays(
            off=frozenset(date(2024, 2, 1) + timedelta(days) for days in (*range(20), 25, 26, 27)),
            worked=frozenset({date(2024, 2, 3), date(2024, 2, 4), date(2024, 2, 24), date(2024, 2, 25)}),
        ),
        WorkingDays(off=frozenset({date(2024, 2, 3)}), worked=frozenset({date(2024, 2, 3), date(2024, 3, 2)})),
    ],
)
def test_working_days_are_reckoned_as_in_the_calendar(working: WorkingDays) -> None:
    moments = [datetime.combine(date(2024, 1, 20) + timedelta(days), time(9, 30)) for days in range(60)]
    rows = [{"received_at": moment, "state": n} for moment in moments for n in (*range(32), 600)]
    expected = [datetime.combine(working.add(row["received_at"].date(), row["state"]), time(9, 30)) for row in rows]
    assert values("add_working_days(received_at, state)", rows, working) == expected


def test_there_is_no_such_day_below_0_above_10000_and_outside_1990_to_2100() -> None:
    last = datetime(2100, 12, 31, 8)
    cases: list[tuple[datetime | None, int | None, datetime | None]] = [
        (last, 0, last),
        (last, 1, None),
        (last - timedelta(days=1), 1, last),
        (datetime(1990, 1, 1), -1, None),
        (datetime(1990, 1, 1), 0, datetime(1990, 1, 1)),
        (datetime(1989, 12, 31), 0, None),
        (datetime(1989, 12, 31), 3, None),
        (datetime(2101, 1, 1), 0, None),
        (datetime(1990, 1, 1), 10_000, datetime(2028, 5, 1)),
        (datetime(1990, 1, 1), 10_001, None),
        (datetime(1990, 1, 1), 9_999_999_999_999, None),
        (None, 3, None),
        (datetime(1990, 1, 1), None, None),
    ]
    rows = [{"received_at": at, "fee_total": n} for at, n, _ in cases]
    assert values("add_working_days(received_at, fee_total)", rows, WorkingDays()) == [found for *_, found in cases]


def test_a_call_in_a_call_and_one_of_several_choices_are_reckoned_where_they_are_needed() -> None:
    rows = [
        {"received_at": datetime(2024, 3, 1, 8), "due_at": datetime(2024, 3, 5)},
        {"received_at": datetime(2024, 3, 1, 8)},
        {},
    ]
    twice = "coalesce(due_at, add_working_days(add_working_days(received_at, 1), 1), add_working_days(submitted_at, 1))"
    assert values(twice, rows, WorkingDays()) == [datetime(2024, 3, 5), datetime(2024, 3, 5, 8), None]


# Many questions


def test_every_day_of_a_year_may_be_asked_at_once() -> None:
    days = [date(2024, 1, 1) + timedelta(days) for days in range(366)]
    asked = [Asked(period=holding(day, day), as_of=day) for day in days]
    found = duckdb.count(job(TWO, asked=(*asked, YEAR)))
    assert found == plain.count(job(TWO, asked=(*asked, YEAR)))
    assert {cell.asked for cell in found} == {days.index(date(2024, 3, 1)), 366}


def test_an_answer_as_of_a_day_before_the_period_is_none() -> None:
    assert counted(job(TWO, asked=(Asked(period=period("2024"), as_of=date(2023, 6, 1)),))) == {}


# Figures apart, and sums


ANSWERS = """
    answer_id | unit | answered_at      | method   | score
    a1        | X11  | 2024-03-01 08:00 | one-stop | 5
    a2        | X11  | 2024-03-01 08:00 | phone    | 2
    a3        | X12  | 2024-03-01 08:00 |          | 4
    a4        | H1   | 2024-03-01 08:00 | phone    |
"""


def test_a_figure_is_counted_apart_by_the_value_of_its_column() -> None:
    assert counted(job(ANSWERS, method("service-satisfaction", "survey"), kind=SURVEY)) == {
        "H1 excluded blank phone": 1,
        "X11 failed  phone": 1,
        "X11 numerator  one-stop": 1,
        "X12 numerator": 1,
    }


def test_sums_are_those_of_the_units_that_are_gathered_with_every_name() -> None:
    pairs = [("X11", "X11", "own"), ("X11", "H1", "subtree"), ("X12", "H1", "subtree"), ("H1", "H1", "subtree")]
    closure = pa.table(
        {
            "asked": [0] * len(pairs),
            "identity": [TREE.on(YEAR.as_of).units[code].identity for code, _, _ in pairs],
            "unit": [unit for _, unit, _ in pairs],
            "scope": [scope for *_, scope in pairs],
        }
    )
    found = duckdb.tally(job(ANSWERS, method("service-satisfaction", "survey"), kind=SURVEY), closure)
    names = ["method", "asked", "unit", "scope", "apart", "n", "d", "unknown", "excluded.blank"]
    assert found.column_names == names
    assert sorted(tuple(row.values()) for row in found.to_pylist()) == [
        (0, 0, "H1", "subtree", "", 1, 1, 0, 0),
        (0, 0, "H1", "subtree", "one-stop", 1, 1, 0, 0),
        (0, 0, "H1", "subtree", "phone", 0, 1, 0, 1),
        (0, 0, "X11", "own", "one-stop", 1, 1, 0, 0),
        (0, 0, "X11", "own", "phone", 0, 1, 0, 0),
    ]


# Sessions


def test_jobs_at_the_same_time_and_one_after_another_know_nothing_of_each_other() -> None:
    later = [
        job(TWO, asked=(Asked(period=YEAR.period, as_of=YEAR.as_of + days * ONE_DAY),), procedures=PROCEDURES)
        for days in range(8)
    ]
    alone = [duckdb.count(one) for one in later]
    with ThreadPoolExecutor(4) as workers:
        assert list(workers.map(duckdb.count, later)) == alone
    with opened() as session:
        left = session.execute("SELECT table_name FROM duckdb_tables() UNION ALL FROM (SHOW TABLES)")
        assert left.fetchall() == []


@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_threads_counts_the_same(threads: int) -> None:
    assert duckdb.count(job(TWO, procedures=PROCEDURES), threads=threads) == plain.count(job(TWO))


def test_the_database_fetches_no_extension() -> None:
    with opened() as session:
        for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
            assert session.execute(f"SELECT current_setting('{setting}')").fetchall() == [(False,)]
