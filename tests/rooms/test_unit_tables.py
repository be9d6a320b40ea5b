"""The tables of units and successions: what is refused, where, and with which weight."""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from chitieu.acts.tiers import Tiers
from chitieu.acts.unit_tables import (
    UnitRow,
    build,
    difference,
    kind_of,
    read_portal_units,
    read_successions,
    read_units,
    together,
    write_successions,
    write_units,
)
from chitieu.problem import Problem, Weight, worst

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(os.environ.get("CHITIEU_SHARED", ROOT.parent / "shared")) / "data" / "portal766" / "results.csv"
TODAY = date(2026, 11, 24)
HEAD = "code,name,tier,parent,from,act,also,certainty\n"
MOVES = "old,new,extent,on,act,certainty\n"


def codes(problems: Iterable[Problem]) -> list[str]:
    return [found.code for found in problems]


def of_units(text: str | bytes) -> list[Problem]:
    return read_units(text if isinstance(text, bytes) else text.encode(), "units.csv")[1]


def table(head: str, rows: str) -> bytes:
    width = head.count(",")
    given = [row.strip() for row in rows.split("|") if row.strip()]
    return (head + "".join(row + "," * (width - row.count(",")) + "\n" for row in given)).encode()


def proofs(units: str, successions: str = "") -> tuple[Problem, ...]:
    """What is wrong with a province P and the rows given, ` | ` between them, empty cells at their ends left out."""
    rows, faults = read_units(table(HEAD, "P,P,province | " + units), "units.csv")
    moves, other_faults = read_successions(table(MOVES, successions), "successions.csv")
    assert not faults and not other_faults
    found = build(rows, moves, Tiers.national())[1]
    assert all(fault.sentence for fault in found)
    return found


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY-FILE"),
        (b" \n\n", "EMPTY-FILE"),
        ((HEAD + "75,Đ,province,,,,,\n").encode("utf-16"), "WRONG-ENCODING"),
        ((HEAD + "75,Đ,province,,,,,\n").encode("cp1258"), "WRONG-ENCODING"),
        (b"code,name,tier\n75,A,province\n", "UNITS-MISSING-COLUMN"),
        (HEAD.replace(",", ";").encode(), "UNITS-SEPARATOR"),
        (HEAD.encode() + b"75,A,province\n", "UNITS-WRONG-CELLS"),
        (HEAD.encode() + b"75,A,province,,,,,,\n", "UNITS-WRONG-CELLS"),
        (HEAD.encode() + b'75,"A"x,province,,,,,\n', "UNITS-MALFORMED"),
        (HEAD.encode() + b'75,"A,province,,,,,\n', "UNITS-MALFORMED"),
        (b"PK\x03\x04rest", "UNITS-MALFORMED"),
        (b"code,code,name,tier,parent,from\n", "UNITS-COLUMN-TWICE"),
        (b"x" * (33 * 1024 * 1024), "FILE-TOO-LARGE"),
    ],
)
def test_a_table_of_the_wrong_form_cannot_be_read(data: bytes, code: str) -> None:
    found = of_units(data)
    assert codes(found) == [code]
    assert worst(found) is Weight.UNREADABLE
    assert found[0].place.file == "units.csv"


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (",A,province,,,,,", "UNITS-MISSING-CELL", "code"),
        ("75,,province,,,,,", "UNITS-MISSING-CELL", "name"),
        ("75,A,,,,,,", "UNITS-MISSING-CELL", "tier"),
        ("75,A\u202eB,province,,,,,", "UNLAWFUL-CHARACTER", "name"),
        ("75,A\x07,province,,,,,", "UNLAWFUL-CHARACTER", "name"),
        ("75,A\x00,province,,,,,", "UNLAWFUL-CHARACTER", "name"),
        ('75,"A\nB",province,,,,,', "UNLAWFUL-CHARACTER", "name"),
        ("75\u200b,A,province,,,,,", "UNLAWFUL-CHARACTER", "code"),
        ("7С,A,province,,,,,", "UNIT-CODE", "code"),
        ("75,A,province,Р,,,,", "UNIT-CODE", "parent"),
        ("75,A,province,,,,portal:Н19,", "UNIT-CODE", "also"),
        (f"{'7' * 65},A,province,,,,,", "UNIT-CODE", "code"),
        (f"75,{'A' * 501},province,,,,,", "UNITS-TOO-LONG", "name"),
        ("75,A,province,,01/07/2025,,,", "UNIT-DAY", "from"),
        ("75,A,province,,2025-02-30,,,", "UNIT-DAY", "from"),
        ("75,A,province,,1975-04-30,,,", "UNIT-DAY", "from"),
    ],
)
def test_a_row_that_says_something_wrong_is_refused_with_its_cell(row: str, code: str, field: str) -> None:
    rows, found = read_units((HEAD + "70,Bình Phước,province,,,,,\n" + row + "\n").encode(), "units.csv")
    assert [good.code for good in rows] == ["70"]
    assert [(fault.code, fault.place.row, fault.place.field, fault.weight) for fault in found] == [
        (code, 3, field, Weight.REFUSED)
    ]
    assert found[0].sentence


def test_an_unknown_column_is_refused_by_name() -> None:
    found = of_units("code,name,tier,parent,from,to\n75,A,province,,,\n")
    assert [(fault.code, fault.place.value, fault.weight) for fault in found] == [
        ("UNITS-UNKNOWN-COLUMN", "to", Weight.REFUSED)
    ]


def test_a_succession_needs_its_day() -> None:
    _, found = read_successions((MOVES + "A,B,whole,,,\nA,B,whole,ngày mai,,\n").encode(), "successions.csv")
    assert codes(found) == ["UNITS-MISSING-CELL", "UNIT-DAY"]


def test_what_a_spreadsheet_adds_does_not_matter() -> None:
    plain = HEAD + "75,Tỉnh Đồng Nai,province,,,,portal:H19,\n731,Biên Hòa,district,75,,,,\n"
    rows, faults = read_units(plain.encode(), "units.csv")
    spreadsheet = "\ufeff" + plain.replace("\n", "\r\n").replace("75,T", '"75",  T') + ",,,,,,,\r\n\r\n"
    assert faults == []
    assert read_units(spreadsheet.encode(), "units.csv") == (rows, [])
    decomposed = plain.replace("ồ", "ồ").replace("ò", "ò")
    assert read_units(decomposed.encode(), "units.csv") == (rows, [])


def test_act_also_and_certainty_may_be_left_out_and_also_may_hold_several_codes() -> None:
    rows, faults = read_units(b"code,name,tier,parent,from\n75,A,province,,\n", "units.csv")
    assert faults == [] and rows == [UnitRow(code="75", name="A", tier="province")]
    rows, faults = read_units(f"{HEAD}75,A,province,,,,portal:H19; stat:75 STAT:75,\n".encode(), "units.csv")
    assert faults == [] and rows[0].also == ("portal:H19", "STAT:75")


def test_a_table_is_told_by_its_head() -> None:
    assert kind_of(HEAD.encode(), "x") == "units"
    assert kind_of(MOVES.encode(), "x") == "successions"
    assert kind_of("\ufeffunit_code,unit_name,unit_level,parent_code,run_date\r\n".encode(), "x") == "portal"
    found = kind_of(b"old,new,on\n", "x")
    assert isinstance(found, Problem)
    assert (found.code, found.weight, dict(found.values)["columns"]) == (
        "UNITS-MISSING-COLUMN",
        Weight.UNREADABLE,
        "extent",
    )
    empty = kind_of(b"", "x")
    assert isinstance(empty, Problem) and empty.code == "EMPTY-FILE"


@pytest.mark.parametrize(
    ("units", "successions", "code", "row"),
    [
        ("P,P,province", "", "UNITS-DUPLICATE-ROW", 3),
        ("p,Q,province", "", "UNIT-OVERLAP", 3),
        ("A,A,xa,P", "", "UNIT-UNKNOWN-TIER", 3),
        ("A,A,district,P", "", "UNIT-TIER-GONE", 3),
        ("A,A,commune,Q", "", "UNIT-PARENT-UNKNOWN", 3),
        ("A,A,commune,P | A,B,commune,P,2025-07-01", "A,A,new,2025-07-01", "SUCCESSION-SIDES-NEW", 2),
        ("A,A,commune,P | A,B,commune,P,2025-07-01", ",A,new,2025-07-01", "UNIT-ENDS-UNSAID", 3),
        ("A,A,commune,P,2025-07-01", "", "UNIT-BEGINS-UNSAID", 3),
        ("D,D,district,P | A,A,commune,D", "D,,ended,2025-07-01", "UNIT-PARENT-GONE", 4),
        ("D,D,commune,P,2025-07-01 | A,A,division,D", ",D,new,2025-07-01", "UNIT-PARENT-LATER", 4),
        ("A,A,commune,P", "A,,gone,2025-07-01", "SUCCESSION-EXTENT", 2),
        ("A,A,commune,P", "A,,part,2025-07-01", "SUCCESSION-SIDES-BOTH", 2),
        ("A,A,commune,P", "A,P,ended,2025-07-01", "SUCCESSION-SIDES-ENDED", 2),
        ("A,A,commune,P", "B,A,part,2025-07-01", "SUCCESSION-OLD-GONE", 2),
        ("A,A,commune,P", "A,B,whole,2025-07-01", "SUCCESSION-NEW-GONE", 2),
        ("Q,Q,province", "Q,,ended,2025-07-01", "ROOT-WITHOUT-HEIR", 3),
        ("Q,Q,province", "Q,P,part,2025-07-01", "ROOT-WITHOUT-HEIR", 3),
        ("A,A,commune,P,,,s:1 | B,B,commune,P,,,S:1", "", "ALSO-TWICE", 4),
        ("A,A,commune,P | B,B,commune,P", "A,B,whole,2025-07-01 | A,P,whole,2025-07-01", "SUCCESSION-CONTRADICTS", 3),
        ("A,A,commune,P | B,B,commune,P", "A,,ended,2025-07-01 | A,B,part,2025-07-01", "SUCCESSION-CONTRADICTS", 2),
        ("A,A,commune,P | B,B,commune,P", "A,B,keep,2025-07-01", "SUCCESSION-TWO-IN-ONE", 2),
        (
            "A,A,commune,P | B,B,commune,P | C,C,commune,P,2025-07-01",
            "A,C,keep,2025-07-01 | B,C,keep,2025-07-01",
            "SUCCESSION-TWO-IN-ONE",
            3,
        ),
        ("A,A,commune,P | B,B,commune,P", "A,B,whole,2025-07-01 | A,B,whole,2025-07-01", "UNITS-DUPLICATE-ROW", 3),
    ],
)
def test_each_rule_of_units_check_is_broken_once_and_named_with_its_row(
    units: str, successions: str, code: str, row: int
) -> None:
    assert (code, row) in [(found.code, found.place.row) for found in proofs(units, successions)]
    assert all(found.weight is Weight.REFUSED for found in proofs(units, successions))


def test_a_cycle_is_named_at_each_unit_of_it_and_the_tree_still_answers() -> None:
    text = table(HEAD, "P,P,province | A,A,division,B | B,B,division,A | C,C,division,C | D,D,division,A")
    tree, found = build(read_units(text, "units.csv")[0], [], Tiers.national())
    assert codes(found) == ["UNIT-CYCLE"] * 3
    assert tree.on(TODAY).above("A") == ("B", "A") and tree.on(TODAY).below("A") == ("B", "D")


def test_a_cycle_that_begins_later_is_found() -> None:
    units = "A,A,division,B | B,B,division,P | B,B,division,A,2025-07-01"
    assert codes(proofs(units, "B,B,keep,2025-07-01")) == ["UNIT-CYCLE"]


def test_a_hundred_units_above_one_another_are_refused() -> None:
    units = " | ".join(["U0,U,province", *(f"U{n},U,division,U{n - 1}" for n in range(1, 100))])
    assert set(codes(proofs(units))) == {"UNIT-TOO-DEEP"}


def test_an_also_code_may_pass_to_another_unit_and_is_ambiguous_only_without_its_system() -> None:
    assert proofs("A,A,commune,P,,,s:1 | B,B,commune,P,2025-07-01,,s:1", "A,B,whole,2025-07-01") == ()
    both = "A,A,commune,P,,,s:1 | B,B,commune,P,,,t:1"
    found = proofs(both)
    assert [(fault.code, fault.place.value, fault.weight) for fault in found] == [
        ("ALSO-AMBIGUOUS", "1", Weight.WARNING)
    ]
    tree, _ = build(read_units(table(HEAD, "P,P,province | " + both), "units.csv")[0], [], Tiers.national())
    assert tree.look_up("1", TODAY) is None
    answer = tree.look_up("t:1", TODAY)
    assert answer is not None and answer[0].code == "B"


def test_every_end_of_a_whole_table_follows_from_the_table_itself() -> None:
    units = HEAD + "75,Đồng Nai,province,,,,portal:H19,seen\n75,Đồng Nai,province,,2025-07-01,202/2025/QH15,,\n"
    rows, _ = read_units(units.encode(), "units.csv")
    moves, _ = read_successions((MOVES + "75,75,whole,2025-07-01,202/2025/QH15,certain\n").encode(), "s.csv")
    assert build(rows, moves, Tiers.national())[1] == ()
    assert read_units(write_units(rows), "units.csv")[0] == rows
    assert read_successions(write_successions(moves), "s.csv")[0] == moves
    assert write_units(reversed(rows)) == units.encode()


def test_a_new_version_is_compared_row_by_row_and_only_growth_needs_no_reason() -> None:
    old, _ = read_units((HEAD + "A,A,commune,P,,,,\nB,B,commune,P,,,,\n").encode(), "units.csv")
    new, _ = read_units((HEAD + "C,C,commune,P,,,,\na,Á,commune,P,,,,\n").encode(), "units.csv")
    found = difference(old, new)
    assert [row.code for row in found.added] == ["C"]
    assert [(before.name, after.name) for before, after in found.changed] == [("A", "Á")]
    assert [row.code for row in found.dropped] == ["B"]
    assert not found.only_adds and difference(old, [*old, new[0]]).only_adds
    assert [row.name for row in together(old, new)] == ["Á", "B", "C"]


PORTAL = "unit_code,unit_name,unit_level,parent_code,run_date,captured_at,percent\n"


def test_a_table_of_the_portal_gives_one_row_a_unit_from_its_latest_run() -> None:
    text = PORTAL + (
        "H19.1,Tên mới,commune,H19,2026-10-10,2026-10-10T08:00:00Z,1\n"
        "H19.1,Tên giữa,commune,H19,2026-10-10,2026-10-10T07:00:00Z,2\n"
        "H19.1,Tên cũ,commune,H19,2026-09-26,2026-10-11T07:00:00Z,3\n"
        "H19,Đồng Nai,province,,2026-10-10,,4\n"
        "H19,Thành phố Đồng Nai,province,,2026-10-10,,5\n"
    )
    rows, found = read_portal_units(text.encode(), "r.csv", TODAY, Tiers.national())
    assert found == []
    assert [(row.code, row.name, row.parent, row.begins) for row in rows] == [
        ("H19", "Thành phố Đồng Nai", None, None),
        ("H19.1", "Tên mới", "H19", None),
    ]


@pytest.mark.parametrize(
    ("level", "day", "tier"),
    [
        ("commune", "2025-06-30", "province"),
        ("commune", "2025-07-01", "province"),
        ("division", "2025-07-01", "department"),
        ("province", "2026-01-01", "country"),
    ],
)
def test_a_parent_without_a_row_is_made_in_the_highest_tier_that_may_assign(level: str, day: str, tier: str) -> None:
    text = f"{PORTAL}X.1,Một,{level},X,,,\n"
    rows, found = read_portal_units(text.encode(), "r.csv", date.fromisoformat(day), Tiers.national())
    assert next((row.code, row.name, row.tier, row.parent) for row in rows) == ("X", "X", tier, None)
    assert [(fault.code, fault.weight) for fault in found] == [("PORTAL-PARENT-MADE", Weight.WARNING)]
    assert found[0].sentence


def test_a_parent_that_is_there_already_is_not_made_and_one_nobody_can_place_is_refused() -> None:
    text = f"{PORTAL}X.1,Một,commune,X,,,\n".encode()
    rows, found = read_portal_units(text, "r.csv", TODAY, Tiers.national(), known=["x"])
    assert ([row.code for row in rows], found) == (["X.1"], [])
    _, found = read_portal_units(text.replace(b"commune", b"country"), "r.csv", TODAY, Tiers.national())
    assert [(fault.code, fault.place.row, fault.weight) for fault in found] == [
        ("PORTAL-PARENT-UNKNOWN", 2, Weight.REFUSED)
    ]


@pytest.mark.skipif(not RESULTS.exists(), reason="the shared results of the portal are not there (CHITIEU_SHARED)")
def test_the_published_results_of_the_portal_are_a_lawful_tree() -> None:
    data = RESULTS.read_bytes()
    assert kind_of(data, "results.csv") == "portal"
    rows, found = read_portal_units(data, "results.csv", TODAY, Tiers.national())
    tree, faults = build(rows, [], Tiers.national())
    assert (len(rows), found, faults) == (309, [], ())
    assert tree.on(TODAY).above("H21.17") == ("H21", "VN")
