"""The account of every row of a file: accepted, replaced, unchanged, older, and which version speaks (records.md)."""

from datetime import date, datetime
from pathlib import Path

import pytest

from chitieu.problem import Problem
from tests.receiving import Desk, cover, dossier, lines


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    data = lines(*(dossier(str(n)) for n in range(5)))
    assert desk.counts("dossier", data) == {"accepted": 5}
    again = desk.took("dossier", data)
    assert (again.delivery, again.account.unchanged) == (None, 5)


def test_a_file_that_corrects_itself_changes_nothing_the_second_time(desk: Desk) -> None:
    data = lines(dossier(state=4), dossier(state=9), dossier(state=4, version_at="2024-03-01"), dossier(state=9))
    assert desk.counts("dossier", data) == {"accepted": 1, "replaced": 2, "unchanged": 1}
    assert desk.counts("dossier", data) == {"unchanged": 4}
    assert desk.records("dossier")[0]["version_at"] == at("2024-03-01")


def test_a_file_that_says_a_record_twice_without_a_version_changes_nothing_the_second_time(desk: Desk) -> None:
    data = lines(dossier(state=4), dossier(state=9))
    assert desk.counts("dossier", data) == {"accepted": 1, "replaced": 1}
    again = desk.took("dossier", data)
    assert (again.account.unchanged, again.delivery) == (2, None)
    assert desk.records("dossier")[0]["state"] == 9


def test_a_later_version_replaces_and_an_older_one_that_arrives_later_is_kept_and_counted(desk: Desk) -> None:
    old, new = dossier(state=4, version_at="2024-03-01"), dossier(state=9, version_at="2024-04-01")
    assert desk.counts("dossier", lines(new)) == {"accepted": 1}
    late = desk.took("dossier", lines(old))
    assert (late.account.older, late.delivery) == (1, 2)
    assert desk.records("dossier")[0]["state"] == 9
    assert desk.counts("dossier", lines(old)) == {"unchanged": 1}
    assert desk.counts("dossier", lines(old, new)) == {"unchanged": 2}


def test_a_later_version_replaces(desk: Desk) -> None:
    desk.took("dossier", lines(dossier(state=4, version_at="2024-03-01")))
    assert desk.counts("dossier", lines(dossier(state=9, version_at="2024-04-01"))) == {"replaced": 1}
    assert desk.records("dossier")[0]["state"] == 9


def test_an_empty_version_is_before_every_moment(desk: Desk) -> None:
    desk.took("dossier", lines(dossier(state=9, version_at="1990-01-01")))
    assert desk.counts("dossier", lines(dossier(state=4))) == {"older": 1}
    assert desk.records("dossier")[0]["state"] == 9


def test_of_equal_versions_the_later_arrival_speaks_also_when_it_said_so_before(desk: Desk) -> None:
    for state in (4, 9, 4):
        desk.took("dossier", lines(dossier(state=state)))
        assert desk.records("dossier")[0]["state"] == state


def test_the_same_key_twice_in_a_file_goes_by_the_order_of_its_rows(desk: Desk) -> None:
    assert desk.counts("dossier", lines(dossier(state=4), dossier(state=9), dossier(state=9))) == {
        "accepted": 1,
        "replaced": 1,
        "unchanged": 1,
    }
    assert desk.records("dossier")[0]["state"] == 9


def test_a_later_version_under_another_unit_moves_the_dossier(desk: Desk) -> None:
    desk.took("dossier", lines(dossier(unit="X11", version_at="2024-03-01")))
    desk.took("dossier", lines(dossier(unit="X12", version_at="2024-03-02")))
    assert [row["unit"] for row in desk.records("dossier")] == ["X12"]


def test_a_faulty_later_version_leaves_the_earlier_in_force(desk: Desk) -> None:
    desk.took("dossier", lines(dossier(state=4, version_at="2024-03-01")))
    assert desk.counts("dossier", lines(dossier(state=99, version_at="2024-03-02"))) == {"quarantined": 1}
    assert desk.records("dossier")[0]["state"] == 4


def test_a_withdrawn_delivery_takes_nothing_from_a_later_one_that_said_the_same(desk: Desk) -> None:
    desk.took("dossier", lines(dossier("1"), dossier("2")))
    desk.took("dossier", lines(dossier("2"), dossier("3")))
    desk.lake.withdraw(1, person="", now=at("2026-11-24"))
    assert [row["dossier_id"] for row in desk.records("dossier")] == ["2", "3"]
    assert [row["dossier_id"] for row in desk.records("dossier", 2)] == ["1", "2", "3"]
    assert desk.counts("dossier", lines(dossier("1"))) == {"accepted": 1}


def test_kinds_without_a_version_go_by_arrival(desk: Desk) -> None:
    row = {"decision": "15/QĐ", "unit": "S1", "valid_from": "2024-01-01"}
    desk.took("committee", lines(row))
    assert desk.counts("committee", lines({**row, "changed_on": "2024-03-01"})) == {"replaced": 1}
    assert desk.records("committee")[0]["changed_on"] == date(2024, 3, 1)


# Covers.


def test_a_file_without_a_row_may_say_what_it_covers(desk: Desk) -> None:
    for number, data in enumerate((b"", b"[]", b"dossier_id,unit,received_at\n"), 1):
        stated = cover(last=date(2024, 3, number))
        received = desk.took("dossier", data, covers=(stated,))
        assert (received.delivery, received.account.read) == (number, 0)
        delivery = desk.lake.delivery(number)
        assert not isinstance(delivery, Problem)
        assert delivery.covers == (stated,)


def test_nothing_new_and_no_new_cover_is_no_delivery(desk: Desk) -> None:
    data = lines(dossier())
    assert desk.took("dossier", data, covers=(cover(),)).delivery == 1
    assert desk.took("dossier", data, covers=(cover(),)).delivery is None
    assert desk.took("dossier", data, covers=(cover("X12"),)).delivery == 2
    desk.lake.withdraw(2, person="", now=at("2026-11-24"))
    assert desk.took("dossier", data, covers=(cover("X12"),)).delivery == 4
