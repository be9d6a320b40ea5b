"""The script of the checkout: what it sets up, what it leaves alone, and how it heals.

A small checkout of its own, with locks that hold no package, keeps these tests off the network.
"""

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """\
import colorsys, os, sys
print(os.getcwd(), *sys.argv[1:], sep="|")
print("on standard error", file=sys.stderr)
sys.exit(int(os.environ.get("STATUS", "0")) or (7 if sys.stdin.read() else 0))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a program that says where it is, what it was asked, and ends as it is told."""
    root = tmp_path / "bản mã"
    (root / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "dev", root / "dev")
    for name in ("run", "dev"):
        (root / "requirements" / f"{name}.lock").touch()
    package = root / "src" / "chitieu"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    return root


def dev(root: Path, *arguments: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """The script called from the folder above its checkout."""
    command = (sys.executable, str(root / "dev"), *arguments)
    environment = os.environ | variables
    return subprocess.run(
        command, cwd=root.parent, env=environment, input=given, capture_output=True, text=True, check=False
    )


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    """The script, not waited for, in a process group of its own."""
    command = (sys.executable, str(root / "dev"), *arguments)
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, cwd=root, start_new_session=True
    )


def test_the_command_is_run_unchanged_and_set_up_is_said_on_standard_error_once(checkout: Path) -> None:
    first = dev(checkout, "chitieu", "units", "--on", "2024-01-23", "có dấu")
    assert (first.returncode, first.stdout) == (0, f"{checkout.parent}|units|--on|2024-01-23|có dấu\n")
    assert "dev: tạo môi trường ảo" in first.stderr
    assert "dev: thiết lập xong sau" in first.stderr
    second = dev(checkout, "chitieu", "units", "--on", "2024-01-23", "có dấu")
    assert (second.stdout, second.stderr) == (first.stdout, "on standard error\n")
    assert dev(checkout, "chitieu", given="rows").returncode == 7
    assert dev(checkout, "chitieu", STATUS="3").returncode == 3
    assert dev(checkout, "demo", "--no-serve").stdout == f"{checkout.parent}|demo|--no-serve\n"


def test_a_module_of_the_callers_folder_is_not_taken_for_one_of_python(checkout: Path) -> None:
    (checkout.parent / "colorsys.py").write_text("raise SystemExit(9)", encoding="utf-8")
    assert dev(checkout, "chitieu").returncode == 0
    assert dev(checkout, "chitieu", PYTHONPATH=str(checkout.parent)).returncode == 0


def test_a_set_up_killed_at_any_moment_is_made_whole_by_the_next_call(checkout: Path) -> None:
    for moment in (0.06, 0.12, 0.2, 0.3):
        running = start(checkout, "chitieu")
        time.sleep(moment)
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    healed = dev(checkout, "chitieu", "whole")
    assert (healed.returncode, healed.stdout) == (0, f"{checkout.parent}|whole\n")
    assert dev(checkout, "chitieu").stderr == "on standard error\n"


def test_a_changed_lock_a_lost_stamp_and_a_lost_python_are_each_set_up_again(checkout: Path) -> None:
    dev(checkout, "chitieu")
    lock, venv = checkout / "requirements" / "run.lock", checkout / ".venv"
    for spoil in (lambda: lock.write_bytes(b"\n"), (venv / "run.stamp").unlink, (venv / "bin" / "python").unlink):
        spoil()
        again = dev(checkout, "chitieu")
        assert again.returncode == 0
        assert "dev: tạo môi trường ảo" in again.stderr


def test_two_set_ups_at_once_make_one_environment_and_both_commands_run(checkout: Path) -> None:
    running = [start(checkout, "chitieu", str(number)) for number in range(2)]
    ended = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert [said for said, _ in ended] == [f"{checkout}|{number}\n" for number in range(2)]
    assert sum(told.count("dev: tạo môi trường ảo") for _, told in ended) == 1


def test_a_missing_lock_file_is_one_sentence_and_status_3(checkout: Path) -> None:
    (checkout / "requirements" / "run.lock").unlink()
    done = dev(checkout, "chitieu")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("dev: không đọc được")
    assert done.stderr.count("\n") == 1


def test_a_package_that_cannot_be_had_is_status_3_and_the_next_call_tries_again(checkout: Path) -> None:
    lock = checkout / "requirements" / "run.lock"
    lock.write_text(f"nowhere-to-be-had==1.0 \\\n    --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    cut_off = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    done = dev(checkout, "chitieu", **cut_off)
    assert (done.returncode, done.stdout) == (3, "")
    assert "dev: không dùng được uv, cài 1 gói bằng pip" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("dev: không cài được các gói")
    lock.write_text("", encoding="utf-8")
    assert dev(checkout, "chitieu", **cut_off).returncode == 0


@pytest.mark.parametrize(
    "arguments", [("tset",), ("check", "src"), ("bench",), ("bench", "../dev"), ("harden", "none")]
)
def test_a_wrong_use_is_one_sentence_and_status_2_and_sets_nothing_up(checkout: Path, arguments: tuple[str]) -> None:
    done = dev(checkout, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dev: ")
    assert done.stderr.count("\n") == 1
    assert not (checkout / ".venv").exists()


def test_help_names_every_command_and_sets_nothing_up(checkout: Path) -> None:
    done = dev(checkout, "help")
    assert (done.returncode, done.stderr) == (0, "")
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert listed == ["demo", "chitieu", "test", "check", "bench", "harden", "lock", "help"]
    assert not (checkout / ".venv").exists()
    assert dev(checkout).returncode == 2


@pytest.mark.parametrize("folder", ["bench", "harden"])
def test_a_benchmark_or_a_long_trial_runs_in_the_root_with_the_source_and_its_arguments(
    checkout: Path, folder: str
) -> None:
    (checkout / folder).mkdir()
    (checkout / folder / "_inner.py").touch()
    (checkout / folder / "standing.py").write_text(
        "import os, sys, chitieu\nprint(os.getcwd(), sys.argv[1:])", encoding="utf-8"
    )
    assert dev(checkout, folder, "standing", "--units", "9").stdout == f"{checkout} ['--units', '9']\n"
    assert dev(checkout, folder, "_inner").returncode == 2


def test_an_older_python_reads_the_script_and_is_told_in_one_sentence() -> None:
    source = (ROOT / "dev").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    older = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1], run_name='__main__')"
    done = subprocess.run((sys.executable, "-c", older, str(ROOT / "dev")), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("dev: cần Python 3.11 trở lên, đang chạy 3.9;")
    assert done.stderr.count("\n") == 1


def test_the_script_imports_nothing_but_the_standard_library() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse((ROOT / "dev").read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert imported <= set(sys.stdlib_module_names)
