"""A filing that is killed, waits, runs out of disk or is interrupted loses nothing and doubles nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from chitieu.acts.chain import LIST
from chitieu.acts.filing import file_away
from chitieu.acts.folder import Folder, open_folder
from chitieu.problem import Weight
from tests.rooms.filing import (
    CASCADE,
    DECISION,
    MORNING,
    UNITS,
    codes,
    contents,
    file,
    filed,
    held,
    killed_between_files_and_list,
    nothing_against,
    province,
    running,
)

__all__ = ["province"]


def test_a_kill_between_the_file_and_the_list_leaves_an_unfiled_act_that_is_named(province: Path) -> None:
    state = open_folder(province).state
    killed_between_files_and_list(province, (CASCADE, b"c"))
    folder = open_folder(province)
    assert codes(folder) == [("ACT-UNFILED", CASCADE)]
    assert folder.state == state
    assert not folder.damaged


def test_filing_again_after_a_kill_lists_the_act_and_clears_what_was_left(province: Path) -> None:
    killed_between_files_and_list(province, (CASCADE, b"c"))
    folder = filed(province, (CASCADE, b"c"))
    assert folder.files[CASCADE] == b"c"
    assert folder.problems == ()
    assert set(contents(province)) == {UNITS, DECISION, CASCADE, LIST}


def test_a_kill_before_a_new_version_is_listed_leaves_the_filed_version_speaking(province: Path) -> None:
    killed_between_files_and_list(province, (UNITS, b"new"), (CASCADE, b"c"))
    folder = open_folder(province)
    assert folder.files[UNITS] == b"code\n75\n"
    assert codes(folder) == [("ACT-UNFILED", CASCADE), ("ACT-UNFILED", UNITS)]
    assert not folder.damaged


def test_the_next_filing_puts_the_filed_version_back_first(province: Path) -> None:
    killed_between_files_and_list(province, (UNITS, b"new"))
    folder = filed(province, (CASCADE, b"c"))
    assert folder.problems == ()
    assert contents(province)[UNITS] == b"code\n75\n"
    assert set(contents(province)) == {UNITS, DECISION, CASCADE, LIST}


def test_a_new_version_is_filed_again_after_a_kill(province: Path) -> None:
    killed_between_files_and_list(province, (UNITS, b"new"))
    assert filed(province, (UNITS, b"new")).files[UNITS] == b"new"
    assert set(contents(province)) == {UNITS, DECISION, LIST}


def test_a_kill_after_the_list_leaves_only_what_the_next_filing_clears(province: Path) -> None:
    filed(province, (UNITS, b"new"))
    (province / ".units.csv.filed").write_bytes(b"code\n75\n")
    (province / "acts/.FILED.new").write_bytes(b"half a li")
    (province / f"acts/.{CASCADE[5:]}.new").write_bytes(b"half")
    assert open_folder(province).problems == ()
    filed(province, (CASCADE, b"c"))
    assert set(contents(province)) == {UNITS, DECISION, CASCADE, LIST}


def test_kills_at_any_moment_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    body = """
turn = len((path / "acts/FILED").read_bytes().splitlines())
while True:
    turn += 1
    writes = [("units.csv", b"%d" % turn), (f"acts/2024-01-23-{turn}.toml", b"act %d" % turn)]
    outcome = file_away(path, writes, now=now, check=lambda f: [])
    assert outcome.folder_after, [one.sentence for one in outcome.problems]
    print(outcome.folder_after.state, flush=True)
"""
    path = tmp_path / "dong-nai"
    filed(path, (UNITS, b"0"))
    for wait in (0.0, 0.003, 0.007, 0.013, 0.02):
        with running(body, path) as process:
            assert process.stdout is not None
            told = [process.stdout.readline().strip()]
            time.sleep(wait)
            process.kill()
            told += process.stdout.read().split()
        folder = open_folder(path)
        known = {line.line_digest for line in folder.filed}
        assert [state for state in told if len(state) == 71 and state not in known] == []
        assert not folder.damaged
        assert folder.files[UNITS] == b"%s" % str(open_turn(folder)).encode()
        turn = open_turn(folder) + 1
        cleared = filed(path, (f"acts/2024-01-23-{turn}.toml", b"act %d" % turn), (UNITS, b"%d" % turn))
        assert {one.code for one in cleared.problems} <= {"ACT-UNFILED"}
        assert not any(name.rpartition("/")[2].startswith(".") for name in contents(path))


def open_turn(folder: Folder) -> int:
    return max((int(line.file[16:-5]) for line in folder.filed if line.file != UNITS), default=0)


def test_of_two_filings_at_once_under_one_name_one_wins_and_the_other_is_told(province: Path) -> None:
    with held(province):
        (province / "go").touch()
        outcome = file(province, (CASCADE, b"ours"))
    assert codes(outcome) == [("ACT-NAME-TAKEN", CASCADE)]
    assert open_folder(province).files[CASCADE] == b"theirs"


def test_a_filing_that_waits_too_long_for_the_lock_is_told_and_changes_nothing(province: Path) -> None:
    with held(province):
        before = contents(province)
        outcome = file(province, (CASCADE, b"ours"), wait_seconds=0.2)
        assert contents(province) == before
    assert [(one.code, one.weight) for one in outcome.problems] == [("FOLDER-LOCKED", Weight.DAMAGED)]


def test_two_filings_of_different_acts_at_once_are_both_filed(province: Path) -> None:
    with held(province):
        (province / "go").touch()
        filed(province, (f"{CASCADE[:-5]}-2.toml", b"ours"))
    assert sorted(open_folder(province).files) == [DECISION, f"{CASCADE[:-5]}-2.toml", CASCADE, UNITS]


def test_a_folder_can_be_opened_while_another_files_in_it_and_is_never_damaged(tmp_path: Path) -> None:
    body = """
for turn in range(100):
    file_away(path, [("units.csv", b"%d" % turn)], now=now, check=lambda f: [])
"""
    filed(tmp_path, (UNITS, b"start"))
    seen: set[str] = set()
    with running(body, tmp_path) as process:
        while process.poll() is None:
            folder = open_folder(tmp_path)
            assert not folder.damaged, codes(folder)
            seen.add(folder.state)
    assert len(seen) > 2


@pytest.mark.parametrize("limit", [10, 100, 400])
def test_a_disk_that_takes_no_more_leaves_nothing_half_done_and_says_why(province: Path, limit: int) -> None:
    """The limit falls on the small act, on the table of 200 bytes, or on the list."""
    filed(province, ("province.toml", b"p"))
    before = contents(province)
    body = f"""
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
outcome = file_away(path, [({CASCADE!r}, b"c" * 50), ("units.csv", b"u" * 200)], now=now, check=lambda f: [])
print(outcome.folder_after, *(one.sentence for one in outcome.problems))
"""
    with running(body, province) as process:
        told, _ = process.communicate(timeout=30)
    name, size = {10: (CASCADE, 50), 100: (UNITS, 200), 400: (LIST, len(before[LIST]) + 400)}[limit]
    assert told.startswith(f"None {name}: không ghi được {province / name} (")
    assert int(told.split("(")[1].split(" byte")[0]) in range(size - 60, size + 60)
    assert "vượt quá cỡ" in told
    assert contents(province) == before


def test_a_filing_that_fails_after_the_renames_takes_them_back(province: Path) -> None:
    (province / CASCADE).write_bytes(b"c")
    before = contents(province)

    def full() -> None:
        raise OSError(28, "No space left on device")

    writes = [(UNITS, b"new"), (CASCADE, b"c"), ("tiers.toml", b"t")]
    outcome = file_away(province, writes, now=MORNING, check=nothing_against, after_write=full)
    assert [(one.code, one.weight) for one in outcome.problems] == [("CANNOT-WRITE", Weight.DAMAGED)]
    assert "ổ đĩa đã đầy" in outcome.problems[0].sentence
    assert contents(province) == before


def test_an_interrupt_takes_the_filing_back_and_goes_on(province: Path) -> None:
    before = contents(province)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        file_away(province, [(UNITS, b"new")], now=MORNING, check=nothing_against, after_write=interrupt)
    assert contents(province) == before
    assert filed(province, (UNITS, b"new")).files[UNITS] == b"new"


def test_a_path_that_is_a_file_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        outcome = file(path, (DECISION, b"x"))
        assert [(one.code, one.weight) for one in outcome.problems] == [("CANNOT-WRITE", Weight.DAMAGED)]
        assert str(path) in outcome.problems[0].sentence


def test_a_folder_in_the_place_of_a_draft_is_named(province: Path) -> None:
    (province / ".units.csv.new").mkdir()
    assert codes(file(province, (UNITS, b"new"))) == [("CANNOT-WRITE", ".units.csv.new")]
    assert open_folder(province).files[UNITS] == b"code\n75\n"
