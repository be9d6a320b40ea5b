"""`chitieu generate` as a person types it: the folder it writes, and one sentence for each wrong order."""

from pathlib import Path

import pytest

from chitieu.generate import MARK
from tests.rooms.commands import done, made, run, sentences, told_once


def test_the_command_writes_the_folder_and_says_what_it_made(tmp_path: Path) -> None:
    home = made(tmp_path / "home", figures=False)
    order = ("--units", "H01", "--year", "2026", "--dossiers", "50", "--seed", "3")
    told = done("generate", *order, "--out", tmp_path / "out", "--format", "sync", home=home)
    assert told.raw == b""
    assert "số liệu minh hoạ năm 2026 của Tỉnh Mẫu" in sentences(told)[0]
    assert "--covers H01:2026-01-01:2026-12-31" in sentences(told)[1]
    assert len((tmp_path / "out" / f"dossier.{MARK}.sync.ndjson").read_text(encoding="utf-8").splitlines()) >= 50


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        (("--units", "H99"), "đơn vị nào mang mã này"),
        (("--units", ""), "để trống"),
        (("--year", "2101"), "không phải số nguyên từ 1992"),
        (("--dossiers", "0"), "không phải số nguyên từ 1"),
        (("--seed", "x"), "không phải số nguyên từ 0"),
        (("--format", "xlsx"), "phải là một trong"),
        ((), "chưa ghi đơn vị cấp tỉnh"),
    ],
)
def test_a_wrong_order_is_refused_in_one_sentence(changed: tuple[str, ...], word: str, tmp_path: Path) -> None:
    home = made(tmp_path / "home", figures=False)
    order = {"--year": "2026", "--dossiers": "50", "--seed": "3", "--out": str(tmp_path / "out")}
    order |= dict([changed] if changed else [])
    refused = run("generate", *(part for pair in order.items() for part in pair), home=home)
    told_once(refused, 2, word)
    assert not (tmp_path / "out").exists()
