"""The benchmark of imports on small made-up files: what it prints, what it measures, and when it fails."""

import json
from importlib import import_module
from pathlib import Path

import pytest

from tests.receiving import Desk

bench = import_module("bench.import")
ROWS = 4_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("files")
    bench.write_lines(made / "lines", ROWS)
    bench.write_array(made / "array", ROWS)
    return made


def test_the_files_are_dossiers_of_the_newer_variant_with_few_faults(folder: Path, tmp_path: Path) -> None:
    records = [json.loads(line) for line in (folder / "lines").read_bytes().splitlines()]
    assert len({record["MaHoSo"] for record in records}) == ROWS
    assert json.loads((folder / "array").read_bytes()) == records
    _, tree = bench._desk(tmp_path)
    account = Desk(tmp_path, tree).took("dossier", folder / "lines").account
    assert account.quarantined == sum(bench.FAULTS.values())
    assert account.accepted == ROWS - account.quarantined


def test_lines_and_array_are_checked_alike_and_a_changed_value_differs(folder: Path, tmp_path: Path) -> None:
    lines, array = (bench.timed(bench.calling("stage_once"), folder / name) for name in ("lines", "array"))
    assert lines.digest == array.digest
    assert lines.seconds > 0 and lines.peak_mb > 50
    changed = tmp_path / "changed"
    changed.write_bytes((folder / "lines").read_bytes().replace(b'"Gia":"20000"', b'"Gia":"20001"', 1))
    assert bench.timed(bench.calling("stage_once"), changed).digest != lines.digest


def test_the_table_and_the_list_say_the_same_and_small_files_have_no_bars(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--rows", "2000", "--runs", "1", "--short", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [set(row) for row in found] == [{"what", "ratio", "bar", "holds", "peak_mb", "digest"}] * 6
    assert all(row["bar"] is None and row["ratio"] > 0 for row in found)


def test_a_bar_that_does_not_hold_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"what": "x", "ratio": 0.9, "bar": 0.8, "holds": False, "peak_mb": 1, "digest": None}
    monkeypatch.setattr(bench, "measured", lambda *_: [row])
    monkeypatch.setattr(bench, "memory", lambda *_: [])
    assert bench.main(["--short"]) == 1
    assert "KHÔNG ĐẠT" in capsys.readouterr().out
