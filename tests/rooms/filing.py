"""What the tests of filing share: a filed province, and other processes that file, wait or are killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

import chitieu
from chitieu.acts.filing import Outcome, file_away
from chitieu.acts.folder import Folder
from chitieu.problem import Problem

MORNING = datetime.fromisoformat("2024-01-23T08:00:00+07:00")
EVENING = datetime.fromisoformat("2024-01-23T18:30:00+07:00")
DECISION = "acts/2024-01-23-194-qd-ubnd.toml"
CASCADE = "acts/2024-02-20-731-15-qd-ubnd.toml"
UNITS = "units.csv"
SOURCE = str(Path(chitieu.__file__).parent.parent)


def nothing_against(folder: Folder) -> list[Problem]:
    return []


def file(path: Path, *writes: tuple[str, bytes], now: datetime = MORNING, wait_seconds: float = 10) -> Outcome:
    return file_away(path, writes, now=now, check=nothing_against, wait_seconds=wait_seconds)


def filed(path: Path, *writes: tuple[str, bytes], now: datetime = MORNING) -> Folder:
    outcome = file(path, *writes, now=now)
    assert outcome.folder_after is not None, [one.sentence for one in outcome.problems]
    return outcome.folder_after


def codes(told: Outcome | Folder) -> list[tuple[str, str]]:
    return [(one.code, one.place.file) for one in told.problems]


def contents(path: Path) -> dict[str, bytes]:
    """Everything below `path` but the lock, hidden files too."""
    inside = (one for one in path.rglob("*") if one.is_file() and one.name != ".lock")
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in inside}


@pytest.fixture
def province(tmp_path: Path) -> Path:
    path = tmp_path / "dong-nai"
    filed(path, (UNITS, b"code\n75\n"), (DECISION, b"number = '194'\n"))
    return path


PROGRAM = """
import os, resource, signal, sys, time
from datetime import datetime
from pathlib import Path
from chitieu.acts.filing import copy_folder, file_away

path = Path(sys.argv[1])
now = datetime.fromisoformat("2024-01-23T08:00:00+07:00")
"""


def running(body: str, path: Path) -> subprocess.Popen[str]:
    """Another process that files in `path`."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM + body, str(path)],
        env={"PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        text=True,
    )


def killed_between_files_and_list(path: Path, *writes: tuple[str, bytes]) -> None:
    body = f"""
file_away(path, {list(writes)!r}, now=now, check=lambda f: [], after_write=lambda: os.kill(os.getpid(), 9))
"""
    with running(body, path) as process:
        assert process.wait(30) == -9


@contextmanager
def held(path: Path) -> Iterator[None]:
    """The folder while another process files in it, and waits in its check until the folder has a file `go`."""
    body = f"""
def check(folder):
    print("in", flush=True)
    while not (path / "go").exists():
        time.sleep(0.01)
    return []
outcome = file_away(path, [({CASCADE!r}, b"theirs")], now=now, check=check)
print("out", [one.code for one in outcome.problems])
"""
    with running(body, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        yield
        (path / "go").touch()
        assert process.stdout.readline() == "out []\n"
