"""What is read in DuckDB, a column at once, is what is read plainly, a cell at a time."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from chitieu.acts.names import fold
from chitieu.payload import tidy
from chitieu.records import cells, cells_in_sql, flattening
from chitieu.records.kind import Column, Kind
from chitieu.records.kinds import kinds
from chitieu.records.staging import connected


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    connection = connected(tmp_path_factory.mktemp("spill") / "spill")
    yield connection
    connection.close()


def column(kind: str, **more: Any) -> Column:
    return Column(name="c", type=kind, label="Cột", **more)


COLUMNS = {
    "text of five": column("text", longest=5),
    "code": column("code", codes=("counter", "online")),
    "whole number": column("integer"),
    "whole number from 1 to 10": column("integer", least=1, most=10),
    "year": column("year"),
    "money": column("money", least=0),
    "flag": column("flag"),
    "day": column("day"),
    "moment": column("moment"),
    "moment of a due column": column("moment", bare_day="end"),
}

WRITTEN = [
    *("", " ", "\u00a0", "abc", "abcdef", " ab ", "a\tb", "a\u200bb", "é", "e\u0301", "Đơn vị"),
    *("20240101080000", "2024010108000", "2024010108000 ", " 20240101080000", "202401010800000", "20240230080000"),
    *("20241301080000", "20240101240000", "20240101080060", "19891231235959", "21010101000000", "2.024010108e13"),
    *(
        "２０２４０１０１０８００００",
        "+2024010108000",
        "2024-01-15",
        "2024-1-15",
        "2024-02-30",
        "2024-01-15T08:30",
        "2024-01-15 08:30:15.999",
    ),
    *("2024-01-15T08:30Z", "2024-01-15 23:30+0900", "2024-01-15T08:30:15.5Z"),
    *("2024-01-15T08:30:15Z", "2024-01-15T23:30:15+0900", "2024-01-15T23:30:15-09:30", "2024-01-15T23:30+07:75"),
    *("2024-01-15T23:30:15+24:00", "2024-01-15T23:30:15+23:59", "2024-01-15T24:00:00", "2024-01-15T08:30:00,5"),
    *(
        "1990-01-01T00:30:00+09:00",
        "1989-12-31T23:30:00Z",
        "2100-12-31T23:00:00Z",
        "9999-12-31T23:59:59Z",
        "0000-01-01",
    ),
    *("15/01/2024", "15/01/2024 08:30", "15/01/2024 08:30:60", "31/02/2024", "1/1/2024", "01/15/2024"),
    *("45000", "45000.5", "45000.354166667", "32873.99999999999", "32874", "99999", "4500", "45000."),
    *("00000000000000", "0000-00-00T00:00:00", "0001-01-01T00:00:00", "0:0", "-", "0", "00/00/0000"),
    *("1", "10", "11", "007", "-5", "−5", "–5", "+5", "1.0", "1,000", "1.000", "1.000.000", "1.00", "12.34", "1_000"),
    *("123456789012345678", "1234567890123456789", "1.234.567.890.123.456.789", "123.456.789.012.345.678"),
    *("true", "TRUE", "False", "yes", "1", "counter", "Counter", "online ", "2024", "1989", "2101"),
]
"""What people and systems write, and what is one sign away from it."""


def differing(database: DuckDBPyConnection, of: Column, texts: Sequence[str]) -> list[tuple[str, Any, Any]]:
    """The texts that the two read differently, with both readings."""
    value = cells_in_sql.value(of, "t", "m")
    fault = cells_in_sql.fault(of, "t", "v", "is_unlawful(t)")
    given = "(SELECT tidy(x) AS t FROM (SELECT unnest(?::VARCHAR[]) AS x))"
    moments = f"(SELECT t, {cells_in_sql.moments('[t]')}[1] AS m FROM {given})"
    rows = database.execute(f"SELECT v, {fault} FROM (SELECT t, {value} AS v FROM {moments})", [list(texts)]).fetchall()
    found = []
    for text, (read, wrong) in zip(texts, rows, strict=True):
        there = (None if wrong else read, wrong or "")
        if there != (plain := cells.read(of, text)):
            found.append((text, there, plain))
    return found


@pytest.mark.parametrize("name", COLUMNS)
def test_what_is_written_in_files_is_read_alike(database: DuckDBPyConnection, name: str) -> None:
    assert differing(database, COLUMNS[name], WRITTEN) == []


def assigned(text: str) -> bool:
    """Whether this Python knows every character: a newer standard may have named others since."""
    return all(unicodedata.category(sign) not in ("Cn", "Cs") for sign in text)


ANY = st.text(max_size=30).filter(assigned)
NEAR = st.text(alphabet="0123456789-/: .T+Z,eE", max_size=26)
CHANGED = st.builds(
    lambda text, at, sign, cut: text[: at % (len(text) + 1)] + sign + text[at % (len(text) + 1) + cut :],
    st.sampled_from(WRITTEN),
    st.integers(0, 30),
    st.sampled_from(
        ["", " ", "0", "9", "-", ":", ".", "T", "Z", "+", "\u00a0", "٣", "\n", "đ", "é\x00", "\x00", "\u202e"]
    ),
    st.integers(0, 2),
)
MOMENTS = st.datetimes(datetime(1989, 12, 30), datetime(2101, 1, 2)).flatmap(
    lambda at: st.sampled_from(
        [
            at.strftime("%Y%m%d%H%M%S").rjust(14, "0"),
            at.isoformat(),
            at.isoformat(timespec="minutes") + "+07:00",
            at.isoformat(timespec="seconds") + "Z",
            at.strftime("%d/%m/%Y %H:%M:%S"),
            at.strftime("%d/%m/%Y"),
            str((at - datetime(1899, 12, 30)) / timedelta(days=1)),
            str((at - datetime(1899, 12, 30)).days),
        ]
    )
)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.one_of(ANY, NEAR, CHANGED, MOMENTS), min_size=1, max_size=60))
def test_any_text_is_read_alike(database: DuckDBPyConnection, texts: list[str]) -> None:
    for of in COLUMNS.values():
        assert differing(database, of, texts) == []


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.one_of(MOMENTS, NEAR, CHANGED), min_size=1, max_size=60))
def test_fourteen_digits_are_read_at_a_glance_and_nothing_else(database: DuckDBPyConnection, texts: list[str]) -> None:
    moment = column("moment")
    rows = database.execute("SELECT compact(x) FROM (SELECT unnest(?::VARCHAR[]) AS x)", [texts]).fetchall()
    for text, (quick,) in zip(texts, rows, strict=True):
        is_compact = len(text) == 14 and text.isascii() and text.isdigit()
        assert quick == (cells.read(moment, text)[0] if is_compact else None), text


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(*[st.one_of(st.none(), ANY, CHANGED)] * 3), min_size=1, max_size=40))
def test_texts_that_are_plain_side_by_side_are_tidy_and_lawful(
    database: DuckDBPyConnection, rows: list[tuple[str | None, ...]]
) -> None:
    three = "unnest(?::VARCHAR[]) AS a, unnest(?::VARCHAR[]) AS b, unnest(?::VARCHAR[]) AS c"
    asked = f"SELECT {cells_in_sql.are_plain(['a', 'b', 'c'])}, [tidy(a), tidy(b), tidy(c)] FROM (SELECT {three})"
    found = database.execute(asked, [list(texts) for texts in zip(*rows, strict=True)]).fetchall()
    for texts, (are_plain, tidied) in zip(rows, found, strict=True):
        for text, there in zip(texts, tidied, strict=True):
            assert (there or "").replace("\0", "\1") == tidy((text or "").replace("\0", "\1")), text
            if are_plain:
                assert cells.read(column("text"), text) == (text or None, ""), text


def test_a_text_that_holds_the_sign_between_texts_is_not_plain(database: DuckDBPyConnection) -> None:
    asked = f"SELECT {cells_in_sql.are_plain(['a', 'b'])} FROM (SELECT ? AS a, ? AS b)"
    assert database.execute(asked, ["x", None]).fetchone() == (True,)
    assert database.execute(asked, ["x\x1fy", None]).fetchone() == (False,)


LATIN = st.text(alphabet="aAzZ09.-–—−_ \u00a0ĐÐƉđðɖẾếÂâÜüßẞſ:/", max_size=20)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(LATIN, min_size=1, max_size=60))
def test_codes_of_units_are_folded_alike(database: DuckDBPyConnection, texts: list[str]) -> None:
    rows = database.execute("SELECT folded(x) FROM (SELECT unnest(?::VARCHAR[]) AS x)", [texts]).fetchall()
    assert [folded for (folded,) in rows] == [fold(text) for text in texts]


DAY = st.one_of(st.none(), st.dates(date(2024, 3, 1), date(2024, 3, 6)))
MOMENT = DAY.map(lambda day: None if day is None else datetime(day.year, day.month, day.day, 8))


def flat_in_sql(
    database: DuckDBPyConnection, kind: Kind, name: str, entries: list[dict[str, Any]], row: dict[str, Any]
) -> Any:
    form = kind.flatten[name]
    of = kind.column(form.list).of
    stored = {field: cells_in_sql.STORED_AS[type_] for field, type_ in of.items()}
    shape = ", ".join(f"{field} {type_}" for field, type_ in stored.items())
    own = "".join(f", CAST(? AS DATE) AS {own}" for own in row)
    first = next(iter(of))
    listed = f"SELECT CAST(? AS STRUCT({shape})[]) AS v{own}"
    ordered = f"SELECT *, {flattening.firsts('v', first)} AS o FROM ({listed})"
    found = database.execute(
        f"SELECT {flattening.flat(form, first, 'v', 'o')} FROM ({ordered})", [entries, *row.values()]
    ).fetchone()
    assert found is not None
    return found[0]


@settings(max_examples=100, deadline=None)
@given(entries=st.lists(st.fixed_dictionaries({"requested_at": MOMENT, "supplied_at": MOMENT}), max_size=5))
def test_requests_for_supplements_are_flattened_alike(
    database: DuckDBPyConnection, entries: list[dict[str, Any]]
) -> None:
    kind = kinds()["dossier"]
    plain = flattening.flattened(kind, {"supplements": entries}, {})
    assert plain == {name: flat_in_sql(database, kind, name, entries, {}) for name in kind.flatten}


@settings(max_examples=100, deadline=None)
@given(
    entries=st.lists(st.fixed_dictionaries({"granted_on": DAY, "new_due_on": DAY}), max_size=5),
    row=st.fixed_dictionaries({"due_on": DAY, "done_on": DAY}),
)
def test_extensions_are_flattened_alike(
    database: DuckDBPyConnection, entries: list[dict[str, Any]], row: dict[str, Any]
) -> None:
    kind = kinds()["task"]
    plain = flattening.flattened(kind, {"extensions": entries}, row)
    assert plain == {name: flat_in_sql(database, kind, name, entries, row) for name in kind.flatten}


def test_an_extension_counts_if_granted_in_time_and_to_a_later_day() -> None:
    kind = kinds()["task"]
    may = {day: date(2024, 5, day) for day in range(1, 32)}

    def reached(*granted: tuple[int, int], done: int | None = None) -> Any:
        entries = [{"granted_on": may[on], "new_due_on": may[to]} for on, to in granted]
        row = {"due_on": may[10], "done_on": may.get(done or 0)}
        return flattening.flattened(kind, {"extensions": entries}, row)["due_in_force"].day

    assert reached() == 10
    assert reached((10, 20)) == 20  # on the day then due
    assert reached((11, 20)) == 10  # a day late
    assert reached((5, 20), (20, 25)) == 25
    assert reached((20, 25), (5, 20)) == 25  # in order of grant, not of the list
    assert reached((5, 8)) == 10  # an earlier day is no extension
    assert reached((9, 20), done=8) == 10  # granted after it was done
    assert reached((5, 15), (5, 20)) == 20  # granted on one day: one, the latest day
