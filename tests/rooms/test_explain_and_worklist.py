"""`explain` of one record and `worklist`, by the real commands on a small lake: what is said, and what is refused."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from chitieu.records.delivery import Delivery
from chitieu.records.lake import Lake
from tests.rooms.commands import done, made, run, told_once

METHODS = ("resolved", "portal-766", "due")
NOW = datetime(2026, 10, 10, 17)


def dossier(number: int, unit: str, due: str | None, finished: str | None = None, **other: Any) -> dict[str, Any]:
    moments = {"received_at": "2026-10-01 08:00", "first_due_at": due, "finished_at": finished}
    return {
        "dossier_id": f"HS-{number}", "unit": unit, "state": 4, "row": number, "procedure": "1.1",
        **{name: datetime.fromisoformat(text) for name, text in moments.items() if text}, **other,
    }  # fmt: skip


ROWS: dict[str, list[dict[str, Any]]] = {
    "dossier": [
        dossier(1, "H01.2", "2026-10-12 17:00"),
        dossier(2, "H01.2", "2026-10-07 17:00"),
        dossier(3, "H01.2", "2026-10-20 17:00", "2026-10-09 09:00"),
        dossier(4, "H01.1.1", "2026-10-06 17:00", "2026-10-06 17:00:01"),
        dossier(5, "H01.3", None),
    ],
    "procedure": [{"procedure": "1.1", "unit": "H01", "statutory_days": 3, "row": 1}],
    "task": [{"task_id": "NV-1", "unit": "H01.1", "done_on": date(2026, 3, 1), "row": 1}],
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = made(tmp_path_factory.mktemp("world") / "home", figures=False)
    for kind, rows in ROWS.items():
        Lake(home / "lake").deliver(Delivery(what="records", kind=kind, source="test", delivered_at=NOW), rows)
    yield home


def test_a_record_is_explained_under_every_method_of_its_indicator(world: Path) -> None:
    found = done("explain", "on-time-dossiers", "HS-4", "--format", "json", home=world).objects
    assert [one["method"] for one in found] == list(METHODS)
    assert {(one["fate"], one["unit"], one["kind"]) for one in found} == {("failed", "H01.1.1", "dossier")}
    assert [one["decided_by"] for one in found] == ["lost_at", "lost_at", "numerator"]
    assert all("quá 1 giây" in one["why"][0] for one in found)


def test_the_period_and_the_day_are_those_asked_for(world: Path) -> None:
    asked = ("explain", "on-time-dossiers", "HS-1", "--method", "portal-766", "--period", "2026-M10")
    (before,) = done(*asked, "--as-of", "2026-10-11", "--format", "json", home=world).objects
    (after,) = done(*asked, "--as-of", "2026-10-12", "--format", "json", home=world).objects
    assert (before["fate"], after["fate"], after["as_of"]) == ("numerator", "failed", "2026-10-12")
    assert before["course"] == after["course"]


def test_what_another_kind_gave_is_said_to_come_from_there(world: Path) -> None:
    out = done("explain", "on-time-dossiers", "HS-5", "--method", "portal-766", home=world).out
    assert "(statutory_days): 3, theo danh mục thủ tục" in out
    assert out.startswith("Hồ sơ thủ tục hành chính HS-5 · H01.3 Xã Ba\n")


def test_a_key_of_two_parts_is_written_with_the_unit(world: Path) -> None:
    (found,) = done("explain", "assigned-tasks", "NV-1@H01.1", "--format", "json", home=world).objects
    assert (found["record"], found["fate"]) == ("NV-1@H01.1", "outside")
    cycle = done("explain", "steering", "H01.1@2026-03-31@2026-01-01", "--format", "json", home=world).objects
    assert [(one["fate"], one["decided_by"]) for one in cycle] == [("failed", "numerator")]


def test_the_table_says_the_same_as_the_sheet(world: Path) -> None:
    out = done("explain", "on-time-dossiers", "HS-4", "--method", "due", "--format", "csv", home=world).out
    head, *lines = out.lstrip("\ufeff").splitlines()
    assert head == "record,method,fate,clause,expression,value,finding,asked,decides"
    assert [line.endswith("true,true") for line in lines] == [False, False, True, False]


def test_the_worklist_of_a_unit_stands_by_its_targets_most_urgent_first(world: Path) -> None:
    found = done("worklist", "H01.2", "--format", "json", home=world).objects
    assert [(one["record"], one["urgency"], one["deadline"], one["days_left"]) for one in found] == [
        ("HS-1", "soon", "2026-10-12T17:00:00", 1),
        ("HS-2", "late", "2026-10-07T17:00:00", -2),
    ]
    first = found[0]
    assert first["as_of"] == "2026-10-09"  # the evening before: the day itself is still there to work in
    assert (first["indicator"], first["method"], first["now"]) == ("on-time-dossiers", "resolved", "outside")
    assert first["met"] == {"fate": "numerator", "numerator": 2, "denominator": 2, "headroom": {"can_still_fail": 0}}
    assert first["missed"]["headroom"] == {"needs": 18, "possible": True}


def test_a_unit_with_others_below_has_their_records_too(world: Path) -> None:
    found = done("worklist", "H01", "on-time-dossiers", "--format", "json", home=world)
    assert [one["record"] for one in found.objects] == ["HS-1", "HS-5", "HS-2"]
    assert "không có quyết định nào giao" in found.err
    assert {one["met"]["numerator"] for one in found.objects} == {None}


def test_a_worklist_is_bounded_and_says_what_is_left_out(world: Path) -> None:
    table = done("worklist", "H01.2", "--limit", "1", home=world).out
    assert "HS-1" in table
    assert "HS-2" not in table
    assert "… và 1 hồ sơ nữa." in table
    assert "2 hồ sơ còn mở (1 sắp đến hạn, 1 quá hạn)" in table


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("explain on-time-dossiers HS-9", "không có bản ghi nào mang số này"),
        ("explain assigned-tasks NV-1", "không có bản ghi nào mang số này"),
        ("explain on-time-dossiers HS-1 --unit H01.2", "một hồ sơ hoặc một đơn vị"),
        ("explain on-time-dossiers HS-1 --decision MH-1", "không dùng khi giải thích một hồ sơ"),
        ("explain on-time-dossiers --unit H01.2 --decision MH-1 --method due", "không dùng khi giải thích kết quả"),
        ("explain on-time-dossiers HS-1 --method dues", "không có cách tính này"),
        ("explain on-time HS-1", "không có chỉ số"),
        ("worklist H77", "không có đơn vị"),
        ("worklist H01.2 on-time", "không có chỉ số"),
        ("worklist H01.2 --decision MH-9", "không có văn bản"),
        ("worklist H01.2 --limit 0", "--limit"),
        ("worklist", "Thiếu ĐƠN_VỊ"),
    ],
)
def test_a_wrong_use_is_one_sentence(world: Path, line: str, word: str) -> None:
    told_once(run(*line.split(), home=world), 2, word)
