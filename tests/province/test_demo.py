"""The demonstration as a person starts it: a process of its own, the same bytes each time, nothing foreign touched."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

import chitieu
from chitieu.acts.founding import exists
from chitieu.problem import refusals
from chitieu.walk import init

SOURCE = Path(chitieu.__file__).resolve().parents[1]


def demo(home: Path, *, zone: str = "Asia/Ho_Chi_Minh") -> subprocess.CompletedProcess[bytes]:
    """`chitieu demo --no-serve` in the folder above the workspace."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHITIEU_")}
    environment |= {"PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": "random", "TZ": zone}
    command = [sys.executable, "-m", "chitieu", "demo", "--no-serve", "--home", home.name]
    return subprocess.run(command, cwd=home.parent, env=environment, capture_output=True, check=False)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """What it prints the first time and, over what the first left, the second."""
    home = tmp_path_factory.mktemp("demo") / "var"
    runs = demo(home), demo(home, zone="America/New_York")
    assert [(run.returncode, run.stderr) for run in runs] == [(0, b""), (0, b"")]
    return runs[0].stdout, runs[1].stdout


def test_two_runs_print_the_same_bytes_in_whatever_zone(twice: tuple[bytes, bytes]) -> None:
    assert twice[0] == twice[1] != b""


@pytest.mark.parametrize(
    "said",
    [
        "2.304 chỉ tiêu ngày 23/01/2024",
        "1+20+11+159",
        "2.183 chỉ tiêu ngày 31/12/2024",
        "DƯỚI MỨC TỐI THIỂU  34,99 < 35 (Quyết định 194/QĐ-UBND ngày 23/01/2024, dòng 3",
        "Văn bản không được lưu. 1 ô bị từ chối.",
        "≥ 60 % theo Văn bản phân giao MH-02",
        "mức tối thiểu ≥ 35 % theo Quyết định 194/QĐ-UBND",
        "giao một phần   30/30  3/11",
        "≥ 99 % theo Văn bản phân giao MH-04",
        "đọc 12 = nhận 12",
        "540.748 / 670.009  80,71 %",
        "5.793.041",
        "MINH HOẠ",
    ],
)
def test_it_tells_the_whole_walk(twice: tuple[bytes, bytes], said: str) -> None:
    assert said in twice[0].decode()


@pytest.mark.parametrize("day", ["26/09/2026", "28/09/2026", "03/10/2026", "06/10/2026", "08/10/2026", "10/10/2026"])
def test_it_shows_how_the_published_figures_moved(twice: tuple[bytes, bytes], day: str) -> None:
    [row] = [line for line in twice[0].decode().splitlines() if line.startswith(day)]
    assert " / " in row and " %" in row


def test_it_ends_by_saying_what_to_do_next(twice: tuple[bytes, bytes]) -> None:
    paragraphs = twice[0].decode().strip().split("\n\n")
    assert paragraphs[-1].startswith("Tiếp theo")
    assert all(line.startswith("  ./dev chitieu ") for line in paragraphs[-1].splitlines()[1:])


def test_each_verdict_of_an_act_that_nobody_signed_is_marked(twice: tuple[bytes, bytes]) -> None:
    acts, _, _ = twice[0].decode().partition("9. Từ hồ sơ đến con số.")
    verdicts = [line for line in acts.splitlines() if "✕ " in line or "? Chưa có" in line]
    assert len(verdicts) == 3 and all("MINH HOẠ" in line for line in verdicts)


def test_whatever_is_counted_from_made_up_records_says_so(twice: tuple[bytes, bytes]) -> None:
    _, _, records = twice[0].decode().partition("9. Từ hồ sơ đến con số.")
    commands = [block for block in records.split("\n$ chitieu ")[1:] if not block.startswith(("generate", "import"))]
    counted = [block for block in commands if " --decision " in block or block.startswith("measure")]
    assert len(counted) == 6
    assert all("SỐ LIỆU MINH HOẠ: do chương trình tạo" in block for block in counted)


def test_no_path_of_the_machine_is_in_it(twice: tuple[bytes, bytes]) -> None:
    assert str(SOURCE.parent).encode() not in twice[0]


def test_a_folder_named_demo_that_is_not_its_own_is_left_as_it_is(tmp_path: Path) -> None:
    foreign = tmp_path / "var" / "demo"
    foreign.mkdir(parents=True)
    (foreign / "thư.txt").write_text("của tôi", encoding="utf-8")
    run = demo(tmp_path / "var")
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.decode().count("\n") == 1 and "demo" in run.stderr.decode()
    assert [(page.name, page.read_text(encoding="utf-8")) for page in foreign.iterdir()] == [("thư.txt", "của tôi")]


def test_an_unwritable_place_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("một tệp", encoding="utf-8")
    run = demo(tmp_path / "var")
    assert run.returncode == 4 and b"Traceback" not in run.stderr
    assert (tmp_path / "var").read_text(encoding="utf-8") == "một tệp"


def test_a_workspace_can_be_made_beside_the_demonstrations(tmp_path: Path) -> None:
    home = tmp_path / "var"
    (home / "demo" / "acts").mkdir(parents=True)
    (home / "demo" / ".demo").touch()
    assert not refusals(init(home, None, datetime.fromisoformat("2026-10-10T17:00:00+07:00")))
    assert exists(home)
    assert exists(home / "demo")
