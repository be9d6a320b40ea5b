"""The lake: a delivery is there whole or not at all, and nothing that was changed on the disk is ever read."""

import random
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from deltalake import DeltaTable

from chitieu.problem import Problem, Weight, problem
from chitieu.records.checking import Rejected
from chitieu.records.delivery import Cover, Delivery
from chitieu.records.lake import Lake

NOW = datetime(2026, 11, 24, 10, 0)
SOURCES = Path(__file__).resolve().parents[2] / "src"


def draft(**other: object) -> Delivery:
    parts = {"what": "records", "kind": "figure", "source": "self-report", "person": "Nguyễn A", "delivered_at": NOW}
    return Delivery(**{**parts, "file": "báo cáo.csv", "counts": {"read": 1}, **other})  # type: ignore[arg-type]


def row(n: int) -> dict[str, object]:
    return {
        "source": "self-report",
        "unit": "26041",
        "indicator": "assigned-tasks",
        "method": "on-time",
        "from": date(2026, 1, 1),
        "to": date(2026, 12, 31),
        "numerator": n,
        "denominator": 10**6,
        "captured_at": datetime(2026, 10, 10, 14, 0, 40),
        "row": 2,
    }


def numbers(lake: Lake) -> list[int]:
    found = lake.deliveries()
    assert not isinstance(found, Problem), found.sentence
    return [delivery.number for delivery in found]


def numerators(lake: Lake, state: int | None = None) -> list[int]:
    found = lake.rows("figure", state)
    assert not isinstance(found, Problem), found.sentence
    return list(found.column("numerator").to_pylist())


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Three deliveries of one row each: 1, 2, 3."""
    made = Lake(tmp_path / "lake", patience=0.2)
    for n in (1, 2, 3):
        assert isinstance(made.deliver(draft(), [row(n)]), Delivery)
    return made


def code(found: object) -> str:
    assert isinstance(found, Problem), found
    assert found.sentence
    return found.code


def test_a_lake_that_is_not_there_yet_is_empty_and_reading_makes_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    assert (numbers(lake), numerators(lake), lake.check()) == ([], [], [])
    assert not lake.path.exists()


def test_a_delivery_is_given_back_as_it_was_made(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "kho số liệu #1 ?")
    cover = Cover(unit="26041", first=date(2026, 1, 1), last=date(2026, 6, 30))
    moment = datetime(2026, 11, 24, 3, 0, 59, 999, tzinfo=timezone(timedelta(0)))
    given = lake.deliver(draft(covers=(cover,), sha256="ab", delivered_at=moment, file="\u202e\ud800"), [row(7)])
    assert isinstance(given, Delivery)
    assert lake.deliveries() == [given]
    assert (given.number, given.delivered_at, given.covers) == (1, datetime(2026, 11, 24, 10, 0, 59), (cover,))
    assert given.file == "\u202e\\ud800"
    found = lake.rows("figure")
    assert not isinstance(found, Problem)
    assert found.to_pylist() == [{**row(7), "scope": None, "document": None, "person": None, "delivery": 1}]


def test_a_data_state_holds_the_deliveries_up_to_it_but_those_withdrawn_up_to_it(lake: Lake) -> None:
    assert isinstance(lake.withdraw(2, person="Trần B", now=NOW), Delivery)
    assert isinstance(lake.deliver(draft(), [row(5)]), Delivery)
    assert [numerators(lake, state) for state in range(6)] == [[], [1], [1, 2], [1, 2, 3], [1, 3], [1, 3, 5]]
    assert numerators(lake) == [1, 3, 5]
    assert numbers(lake) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("number", "refused"),
    [(9, "NO-SUCH-DELIVERY"), (0, "NO-SUCH-DELIVERY"), (2, "WITHDRAWN-BEFORE"), (4, "WITHDRAWAL-OF-WITHDRAWAL")],
)
def test_only_a_delivery_of_records_that_stands_can_be_withdrawn(lake: Lake, number: int, refused: str) -> None:
    lake.withdraw(2, person="Trần B", now=NOW)
    found = lake.withdraw(number, person="Trần B", now=NOW)
    assert isinstance(found, Problem)
    assert (code(found), found.weight) == (refused, Weight.MISUSED)
    assert numbers(lake) == [1, 2, 3, 4]


def test_the_rejected_rows_of_a_delivery_are_kept_with_their_reasons(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    wrong = problem("RECORD-NOT-WHOLE", file="f.csv", row=3, field="numerator", value="97.0")
    cells = {"unit": "26041\u202e", "numerator": "97.0"}
    lake.deliver(draft(), [row(1)], [Rejected(row=3, problems=(wrong,), cells=cells)])
    kept = lake.quarantine(1)
    assert kept == [
        {
            "row": 3,
            "problems": [{"code": wrong.code, "field": "numerator", "sentence": wrong.sentence}],
            "cells": cells,
        }
    ]
    assert numerators(lake) == [1]
    assert code(lake.quarantine(2)) == "NO-SUCH-DELIVERY"


def test_any_reader_of_delta_can_read_the_register(lake: Lake) -> None:
    table = DeltaTable(str(lake.path / "deliveries"))
    assert (table.protocol().min_reader_version, table.protocol().min_writer_version) == (1, 2)
    settings = table.metadata().configuration
    assert settings["delta.enableExpiredLogCleanup"] == "false"
    assert settings["delta.logRetentionDuration"] == "interval 36500 days"
    assert "delta.columnMapping.mode" not in settings
    assert table.version() == 3


def test_who_waits_longer_than_the_patience_is_told_that_another_writes(lake: Lake) -> None:
    with lake.writing() as locked:
        assert locked is None
        other = Lake(lake.path, patience=0.05)
        found = other.deliver(draft(), [row(9)])
        assert isinstance(found, Problem)
        assert (code(found), found.weight) == ("LAKE-LOCKED", Weight.DAMAGED)
        assert code(other.withdraw(1, person="B", now=NOW)) == "LAKE-LOCKED"
        assert isinstance(lake.deliver(draft(), [row(4)]), Delivery)
    assert isinstance(other.deliver(draft(), [row(5)]), Delivery)
    assert numerators(lake) == [1, 2, 3, 4, 5]


def test_a_place_where_nothing_can_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("a file")
    assert code(Lake(tmp_path / "lake").deliver(draft(), [row(1)])) == "LAKE-NOT-WRITTEN"
    assert code(Lake(tmp_path / "a%41b").deliver(draft(), [row(1)])) == "LAKE-PATH"
    assert not (tmp_path / "a%41b").exists()


def test_files_no_line_of_the_register_names_are_not_there_and_are_written_over(lake: Lake) -> None:
    left = lake.path / "figure/delivery=4"
    shutil.copytree(lake.path / "figure/delivery=3", left)
    (left / "quarantine.parquet").write_bytes(b"half")
    assert (numerators(lake), lake.check()) == ([1, 2, 3], [])
    assert isinstance(lake.deliver(draft(), [row(4)]), Delivery)
    assert (numerators(lake), [file.name for file in left.iterdir()]) == ([1, 2, 3, 4], ["rows.parquet"])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (flip, "DATA-FILE-CHANGED"),
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "DATA-FILE-CHANGED"),
        (lambda path: path.write_bytes(b""), "DATA-FILE-CHANGED"),
        (lambda path: shutil.copy(path.parents[1] / "delivery=1/rows.parquet", path), "DATA-FILE-CHANGED"),
        (lambda path: path.unlink(), "DATA-FILE-MISSING"),
    ],
    ids=["one bit", "cut", "emptied", "exchanged", "removed"],
)
def test_a_changed_or_missing_data_file_is_named_and_no_figure_is_given(
    lake: Lake, damage: Callable[[Path], object], named: str
) -> None:
    damage(lake.path / "figure/delivery=2/rows.parquet")
    found = lake.rows("figure")
    assert isinstance(found, Problem)
    assert (code(found), found.weight) == (named, Weight.DAMAGED)
    assert "delivery=2" in found.place.file
    assert [one.code for one in lake.check()] == [named]
    assert numerators(lake, 1) == [1]
    lake.withdraw(2, person="Trần B", now=NOW)
    assert numerators(lake) == [1, 3]


def log(lake: Lake) -> list[Path]:
    return sorted((lake.path / "deliveries/_delta_log").glob("*.json"))


def lines(lake: Lake) -> list[Path]:
    return sorted((lake.path / "deliveries").glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)


def another_person(lake: Lake) -> None:
    """The last line of the register with another person, in a file of the same size."""
    data = lines(lake)[-1].read_bytes()
    changed = data.replace("Nguyễn A".encode(), "Nguyễn B".encode())
    assert changed != data
    lines(lake)[-1].write_bytes(changed)


@pytest.mark.parametrize(
    "damage",
    [
        lambda lake: log(lake)[1].write_text("{"),
        lambda lake: log(lake)[1].unlink(),
        lambda lake: log(lake)[2].write_text(log(lake)[2].read_text().replace('"add"', '"adc"')),
        lambda lake: log(lake)[3].write_text(log(lake)[3].read_text().replace('"add"', '"adc"')),
        lambda lake: log(lake)[0].write_bytes(b"\xff\xfe"),
        lambda lake: lines(lake)[0].unlink(),
        lambda lake: lines(lake)[1].write_bytes(b"PAR1"),
        lambda lake: shutil.copy(lines(lake)[0], lines(lake)[2]),
        another_person,
        lambda lake: shutil.rmtree(lake.path / "deliveries"),
        lambda lake: [path.unlink() for path in log(lake)[2:]],
    ],
    ids=[
        "malformed commit",
        "missing commit",
        "a commit without its line",
        "the last commit without its line",
        "no text",
        "a line's file removed",
        "a line's file cut",
        "a line's file exchanged",
        "a line changed",
        "no register",
        "two commits lost",
    ],
)
def test_a_damaged_register_is_a_problem_and_no_figure_is_given_and_nothing_is_written(
    lake: Lake, damage: Callable[[Lake], object]
) -> None:
    assert numbers(lake)  # what was read before the damage is not believed after it
    damage(lake)
    found = lake.deliveries()
    assert isinstance(found, Problem)
    assert (code(found), found.weight) == ("REGISTER-DAMAGED", Weight.DAMAGED)
    assert code(lake.rows("figure")) == "REGISTER-DAMAGED"
    assert [one.code for one in lake.check()] == ["REGISTER-DAMAGED"]
    assert code(lake.deliver(draft(), [row(9)])) == "REGISTER-DAMAGED"
    assert code(lake.withdraw(1, person="B", now=NOW)) == "REGISTER-DAMAGED"


WRITER = textwrap.dedent(
    """
    import sys
    from datetime import date, datetime
    from pathlib import Path
    import deltalake, filelock, pyarrow.parquet
    from chitieu.records.delivery import Delivery
    from chitieu.records.lake import Lake

    lake, first = Lake(Path(sys.argv[1])), int(sys.argv[2])
    print("ready", flush=True)
    for number in range(first, first + 1000):
        rows = [{"source": "s", "unit": "U", "indicator": "i", "method": "m", "from": date(2026, 1, 1),
                 "to": date(2026, 12, 31), "numerator": number, "captured_at": datetime(2026, 1, 1), "row": row}
                for row in range(50)]
        draft = Delivery(what="records", kind="figure", delivered_at=datetime(2026, 1, 1), counts={"read": 50})
        print(lake.deliver(draft, rows).number, flush=True)
    """
)


def test_a_writer_killed_at_any_moment_loses_nothing_it_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    lake, moments = Lake(tmp_path / "lake"), random.Random(766)
    acknowledged = 0
    for _ in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(lake.path), str(acknowledged + 1)],
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(SOURCES)},
        )
        with writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0, 0.3))
            writer.kill()
            spoken = writer.stdout.read().split()
        before, acknowledged = acknowledged, len(numbers(lake))
        assert [int(number) for number in spoken] == list(range(before + 1, before + 1 + len(spoken)))
        assert acknowledged - before - len(spoken) in (
            0,
            1,
        )  # one more may be there of which it could not tell any more
        assert lake.check() == []
        assert numerators(lake) == [number for number in range(1, acknowledged + 1) for _ in range(50)]
    assert acknowledged > 0
    assert isinstance(lake.deliver(draft(), [row(7)]), Delivery)
    assert numerators(lake)[-1] == 7
