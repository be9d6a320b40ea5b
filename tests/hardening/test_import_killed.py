"""An import killed at any moment loses nothing and doubles nothing: what it had not delivered is delivered again."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from chitieu.problem import Problem, Weight
from chitieu.records.current import current, current_file
from chitieu.records.lake import Lake
from chitieu.records.staging import FOLDER
from tests.receiving import dossier
from tests.rooms.commands import copied, done, made, run

ROOT = Path(__file__).resolve().parents[2]
DOSSIERS = 20_000
KILLS = 30
IMPORTER = """
import os, sys
from pathlib import Path
from tests.receiving import Desk
for line in sys.stdin:
    folder, given = line.rstrip().split("\\t")
    child = os.fork()
    if child == 0:
        found = Desk(Path(folder)).give("dossier", Path(given))
        said = getattr(found, "sentence", "") or str(found.account.counts())
        os.write(1, f"said {said}\\n".encode())
        os._exit(0)
    os.write(1, f"began {child}\\n".encode())
    os.waitpid(child, 0)
    os.write(1, b"ended\\n")
"""
"""A process that makes one of itself for each import, so that what is killed has just begun to import."""


class Importer:
    """Imports, each in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", IMPORTER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        )

    def close(self) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()

    def run(self, folder: Path, given: Path, *, killed_after: float | None = None) -> str:
        """What an import said of its account before it ended; nothing where it was killed in time."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{folder}\t{given}\n")
        self._process.stdin.flush()
        said = ""
        while (line := self._process.stdout.readline()) != "ended\n":
            word, _, rest = line.partition(" ")
            assert word in ("began", "said"), line
            if word == "said":
                said = rest
            elif killed_after is not None:
                time.sleep(killed_after)
                with suppress(ProcessLookupError):
                    os.kill(int(rest), signal.SIGKILL)
        return said


@pytest.fixture(scope="module")
def importer() -> Iterator[Importer]:
    made = Importer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of dossiers, one a line."""
    path = tmp_path_factory.mktemp("given") / "dossiers.ndjson"
    with path.open("w", encoding="utf-8") as file:
        for number in range(DOSSIERS):
            state = 12 if number % 1000 == 999 else 4
            file.write(json.dumps(dossier(f"HS-{number}", unit=f"X1{number % 3 + 1}", state=state)) + "\n")
    return path


def numbers(folder: Path) -> list[str]:
    found = current(Lake(folder / "lake"), "dossier")
    assert not isinstance(found, Problem), found.sentence
    return [str(number) for number in found.column("dossier_id").to_pylist()]


def moments(seconds: float) -> Iterator[float]:
    """Moments of an import: as many as it has parts, and more near its end, where it delivers."""
    chance = random.Random(20260124)
    for kill in range(KILLS):
        yield chance.uniform(0, seconds) if kill % 3 else chance.uniform(0.75, 1.1) * seconds


def test_thirty_kills_at_any_moment_lose_nothing_and_double_nothing(
    tmp_path: Path, given: Path, importer: Importer
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    began = time.monotonic()
    assert "'accepted': 19980" in importer.run(whole, given)
    seconds = time.monotonic() - began
    expected = sorted(numbers(whole))
    assert len(expected) == len(set(expected)) == DOSSIERS - DOSSIERS // 1000
    stages = set()
    for kill, moment in enumerate(moments(seconds)):
        folder = tmp_path / str(kill)
        folder.mkdir()
        importer.run(folder, given, killed_after=moment)
        lake = Lake(folder / "lake")
        known = lake.deliveries()
        assert not isinstance(known, Problem), known.sentence
        assert len(known) <= 1 and lake.check() == []
        assert sorted(numbers(folder)) == (expected if known else [])
        stages.add((bool(known), (folder / "lake" / FOLDER).is_dir(), (folder / "lake" / "dossier").is_dir()))
        said = importer.run(folder, given)
        assert f"'{'unchanged' if known else 'accepted'}': 19980" in said, said
        assert sorted(numbers(folder)) == expected
        delivered = lake.deliveries()
        assert not isinstance(delivered, Problem) and len(delivered) == 1 and lake.check() == []
        left = [path.name for path in (folder / "lake").glob(f"{FOLDER}/*")]
        assert [name for name in left if not name.endswith(".lock")] == []
    assert len(stages) > 1, "every kill fell into one stage of the import"


def test_a_flipped_bit_in_a_data_file_is_named_and_no_record_is_given(
    tmp_path: Path, given: Path, importer: Importer
) -> None:
    importer.run(tmp_path, given)
    lake, cache = Lake(tmp_path / "lake"), tmp_path / "cache"
    made = current_file(lake, "dossier", None, cache)
    assert isinstance(made, Path)
    (rows,) = (tmp_path / "lake" / "dossier").rglob("rows.parquet")
    chance = random.Random(7)
    whole = rows.read_bytes()
    for _ in range(20):
        place = chance.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        rows.write_bytes(flipped)
        for found in (*lake.check(), current(lake, "dossier"), current_file(lake, "dossier", None, cache)):
            assert isinstance(found, Problem)
            assert (found.code, found.weight, found.place.file) == ("DATA-FILE-CHANGED", Weight.DAMAGED, str(rows))
    rows.write_bytes(whole)
    assert lake.check() == [] and current_file(lake, "dossier", None, cache) == made


def test_a_flipped_bit_in_the_cache_makes_it_again(tmp_path: Path, given: Path, importer: Importer) -> None:
    importer.run(tmp_path, given)
    lake, cache = Lake(tmp_path / "lake"), tmp_path / "cache"
    made = current_file(lake, "dossier", None, cache)
    assert isinstance(made, Path)
    whole = made.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 4
    made.write_bytes(flipped)
    again = current_file(lake, "dossier", None, cache)
    assert isinstance(again, Path)
    assert again.read_bytes() == whole


def test_a_workspace_with_a_flipped_bit_says_it_and_gives_no_figure(tmp_path: Path) -> None:
    home = copied(made(tmp_path / "home"), tmp_path / "other")
    table = tmp_path / "dossiers.csv"
    table.write_text("dossier_id,unit,received_at\nHS-1,H01.2,2026-03-01 08:00\n", encoding="utf-8")
    done("import", "dossier", table, home=home)
    (rows,) = (home / "lake" / "dossier").rglob("rows.parquet")
    whole = bytearray(rows.read_bytes())
    whole[len(whole) // 2] ^= 1
    rows.write_bytes(whole)
    for asked in (("check",), ("measure", "--period", "2026"), ("import", "dossier", table)):
        ended = run(*asked, home=home)
        assert ended.status in (1, 4) and "lần nhận số 2" in ended.err + ended.out, (asked, ended.err)
        assert ended.raw == b"" or asked == ("check",)
