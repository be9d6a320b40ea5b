"""Bytes enter a folder whole or not at all: one at a time, killed, refused, out of disk, put back."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest

import chitieu
from chitieu.acts.chain import LIST
from chitieu.acts.filing import Outcome, act_file_name, copy_folder, file_away
from chitieu.acts.folder import Folder, is_lawful_name, open_folder
from chitieu.problem import Problem, Weight, problem

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


def test_an_act_is_written_listed_and_leaves_nothing_else(tmp_path: Path) -> None:
    folder = filed(tmp_path / "new", (DECISION, b"x"))
    assert folder.files == {DECISION: b"x"}
    assert folder == open_folder(tmp_path / "new")
    assert set(contents(tmp_path / "new")) == {DECISION, LIST}


def test_several_files_are_listed_at_one_moment_in_the_order_given(tmp_path: Path) -> None:
    folder = filed(tmp_path, ("tiers.toml", b"t"), (CASCADE, b"c"), (DECISION, b"d"), now=EVENING)
    assert [(line.file, line.moment) for line in folder.filed] == [
        ("tiers.toml", EVENING),
        (CASCADE, EVENING),
        (DECISION, EVENING),
    ]


def test_the_list_only_grows(province: Path) -> None:
    before = (province / LIST).read_bytes()
    filed(province, (CASCADE, b"c"), now=EVENING)
    assert (province / LIST).read_bytes().startswith(before)


def test_a_new_version_of_a_table_supersedes_the_earlier_one(province: Path) -> None:
    folder = filed(province, (UNITS, b"code\n75\n731\n"), now=EVENING)
    assert folder.files[UNITS] == b"code\n75\n731\n"
    assert [line.version for line in folder.filed if line.file == UNITS] == [1, 2]
    assert set(contents(province)) == {DECISION, UNITS, LIST}


def test_a_table_with_the_bytes_that_speak_already_adds_no_line(province: Path) -> None:
    before = contents(province)
    outcome = file(province, (UNITS, b"code\n75\n"), now=EVENING)
    assert (outcome.problems, outcome.folder_after) == ((), open_folder(province))
    assert contents(province) == before


def test_a_table_may_return_to_its_first_bytes_as_a_third_version(province: Path) -> None:
    filed(province, (UNITS, b"other"))
    folder = filed(province, (UNITS, b"code\n75\n"))
    assert [line.version for line in folder.filed if line.file == UNITS] == [1, 2, 3]


def test_the_check_sees_the_proved_folder_as_it_is_under_the_lock(province: Path) -> None:
    seen: list[Folder] = []

    def check(folder: Folder) -> list[Problem]:
        seen.append(folder)
        return []

    before = open_folder(province)
    file_away(province, [(CASCADE, b"c")], now=MORNING, check=check)
    assert seen == [before]


def test_a_refusal_of_the_check_refuses_every_file_of_the_call(province: Path) -> None:
    before = contents(province)
    refusal = problem("ACT-NAME", file=CASCADE)
    writes = [(CASCADE, b"c"), (UNITS, b"new")]
    outcome = file_away(province, writes, now=MORNING, check=lambda folder: [refusal])
    assert (outcome.folder_after, outcome.problems) == (None, (refusal,))
    assert contents(province) == before


def test_a_warning_of_the_check_refuses_nothing_and_is_handed_on(province: Path) -> None:
    warning = problem("ACT-NAME", file=CASCADE, weight=Weight.WARNING)
    outcome = file_away(province, [(CASCADE, b"c")], now=MORNING, check=lambda folder: [warning])
    assert outcome.folder_after is not None
    assert CASCADE in outcome.folder_after.files
    assert outcome.problems == (warning,)


def test_the_same_bytes_twice_are_refused_and_say_when_they_were_filed(province: Path) -> None:
    outcome = file(province, (DECISION, b"number = '194'\n"), now=EVENING)
    assert codes(outcome) == [("ACT-TWICE", DECISION)]
    assert outcome.problems[0].weight is Weight.REFUSED
    assert "2024-01-23 08:00:00+07:00" in outcome.problems[0].sentence


def test_the_same_act_under_another_name_is_the_same_act(province: Path) -> None:
    outcome = file(province, ("acts/2024-01-23-194-qd-ubnd-2.toml", b"number = '194'\n"))
    assert codes(outcome) == [("ACT-TWICE", DECISION)]


def test_other_bytes_under_a_filed_name_are_refused(province: Path) -> None:
    before = contents(province)
    outcome = file(province, (DECISION, b"other"), (CASCADE, b"c"))
    assert codes(outcome) == [("ACT-NAME-TAKEN", DECISION)]
    assert contents(province) == before


@pytest.mark.parametrize("name", ["acts/194.toml", "../elsewhere.toml", "lake/a.toml", "acts/FILED", ".lock"])
def test_an_unlawful_name_is_refused(tmp_path: Path, name: str) -> None:
    outcome = file(tmp_path / "new", (name, b"x"))
    assert codes(outcome) == [("ACT-NAME", name)]
    assert not (tmp_path / "new").exists()


def test_one_name_twice_in_a_call_and_an_act_too_large_are_refused(tmp_path: Path) -> None:
    assert codes(file(tmp_path, (CASCADE, b"a"), (CASCADE, b"b"))) == [("ACT-NAME-TWICE", CASCADE)]
    assert codes(file(tmp_path, (CASCADE, bytes(4 * 1024 * 1024 + 1)))) == [("FILE-TOO-LARGE", CASCADE)]
    assert contents(tmp_path) == {}


def test_a_moment_without_an_offset_is_an_error_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="offset"):
        file(tmp_path, (DECISION, b"x"), now=MORNING.replace(tzinfo=None))


@pytest.mark.parametrize("harm", ["missing", "changed", "link"])
def test_the_filed_bytes_put_a_harmed_act_back_without_a_new_line(province: Path, tmp_path: Path, harm: str) -> None:
    before = contents(province)
    (province / DECISION).unlink()
    if harm == "changed":
        (province / DECISION).write_bytes(b"other")
    if harm == "link":
        (tmp_path / "elsewhere").write_bytes(b"kept")
        (province / DECISION).symlink_to(tmp_path / "elsewhere")
    assert open_folder(province).damaged
    outcome = file(province, ("acts/2024-01-23-any-name.toml", b"number = '194'\n"), now=EVENING)
    assert outcome.folder_after is not None
    assert outcome.folder_after.problems == ()
    assert contents(province) == before
    assert not (province / DECISION).is_symlink()
    assert harm != "link" or (tmp_path / "elsewhere").read_bytes() == b"kept"


def test_a_harmed_table_is_put_back_likewise(province: Path) -> None:
    before = contents(province)
    (province / UNITS).write_bytes(b"other")
    assert filed(province, (UNITS, b"code\n75\n"), (DECISION, b"number = '194'\n")).problems == ()
    assert contents(province) == before


def test_a_damaged_folder_files_nothing_new_and_says_where_it_is_damaged(province: Path) -> None:
    (province / UNITS).unlink()
    for writes in ([(CASCADE, b"c")], [(CASCADE, b"c"), (UNITS, b"code\n75\n")], [(DECISION, b"number = '194'\n")]):
        before = contents(province)
        outcome = file(province, *writes)
        assert outcome.folder_after is None
        assert ("ACT-MISSING", UNITS) in codes(outcome)
        assert contents(province) == before


def test_a_broken_list_files_nothing(province: Path) -> None:
    (province / LIST).write_bytes((province / LIST).read_bytes() + b"by hand\n")
    assert codes(file(province, (CASCADE, b"c"))) == [("CHAIN-BROKEN", LIST)]
    assert not (province / CASCADE).exists()


def test_an_unfiled_file_with_other_bytes_is_never_overwritten(province: Path) -> None:
    (province / CASCADE).write_bytes(b"someone's work")
    assert codes(file(province, (CASCADE, b"c"))) == [("ACT-IN-THE-WAY", CASCADE)]
    assert (province / CASCADE).read_bytes() == b"someone's work"


def test_an_unfiled_file_with_the_same_bytes_is_listed(province: Path) -> None:
    (province / CASCADE).write_bytes(b"c")
    assert filed(province, (CASCADE, b"c")).problems == ()


def test_nothing_is_written_through_a_link(province: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (province / "indicators").symlink_to(tmp_path / "elsewhere")
    (province / CASCADE).symlink_to(tmp_path / "new")
    assert codes(file(province, ("indicators/own.toml", b"x"))) == [("ACT-IN-THE-WAY", "indicators/own.toml")]
    assert codes(file(province, (CASCADE, b"x"))) == [("ACT-IN-THE-WAY", CASCADE)]
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (tmp_path / "new").exists()


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


def test_a_folder_with_a_list_is_copied_byte_for_byte_and_proved(province: Path, tmp_path: Path) -> None:
    filed(province, (UNITS, b"new"), now=EVENING)
    (province / "acts/notes.txt").write_bytes(b"x")
    outcome = copy_folder(province, tmp_path / "copy")
    assert outcome.folder_after is not None
    assert outcome.folder_after.state == open_folder(province).state
    assert codes(outcome) == [("ACT-STRANGE", "acts/notes.txt")]
    kept = contents(province)
    del kept["acts/notes.txt"]
    assert contents(tmp_path / "copy") == kept


def test_a_damaged_or_unfiled_folder_is_not_copied(province: Path, tmp_path: Path) -> None:
    (province / DECISION).unlink()
    assert codes(copy_folder(province, tmp_path / "copy")) == [("ACT-MISSING", DECISION)]
    (tmp_path / "unfiled").mkdir()
    assert codes(copy_folder(tmp_path / "unfiled", tmp_path / "copy")) == [("NOTHING-FILED", str(tmp_path / "unfiled"))]
    assert codes(copy_folder(tmp_path / "none", tmp_path / "copy")) == [("FOLDER-MISSING", str(tmp_path / "none"))]
    assert not (tmp_path / "copy").exists()


def test_nothing_is_copied_over_what_stands(province: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    filed(other, (CASCADE, b"c"))
    before = contents(other)
    assert codes(copy_folder(province, other)) == [("FOLDER-FILLED", str(other))]
    assert contents(other) == before


DAY = date(2024, 1, 23)


def named(number: str, wished: str = "x.toml", *, issuer: str = "75", taken: tuple[str, ...] = ()) -> str:
    return act_file_name(DAY, number, issuer=issuer, wished=wished, taken=taken)


def test_an_act_keeps_the_lawful_name_it_came_with_when_it_is_of_its_day_and_free() -> None:
    wished = "2024-01-23-giao-chi-tieu.toml"
    assert named("194/QĐ-UBND", wished) == f"acts/{wished}"
    assert named("194/QĐ-UBND", f"/some/folder/{wished}") == f"acts/{wished}"
    assert named("194/QĐ-UBND", wished, taken=(f"acts/{wished}",)) == DECISION
    for other in ("2024-01-24-giao-chi-tieu.toml", "Quyết định 194.toml", "194.toml", "2024-01-23-a.csv", ""):
        assert named("194/QĐ-UBND", other) == DECISION


def test_vietnamese_letters_of_a_number_become_plain_ones() -> None:
    assert named("194/QĐ-UBND") == named("194/QĐ-UBND") == DECISION
    assert named("12/NQ-HĐND, Đồng Nai – sửa Ð") == "acts/2024-01-23-12-nq-hdnd-dong-nai-sua-d.toml"
    assert named("ơƯ ẵ ỵ") == "acts/2024-01-23-ou-a-y.toml"
    assert named("///") == "acts/2024-01-23-van-ban.toml"


def test_a_taken_name_takes_the_issuer_and_then_a_number() -> None:
    with_issuer = "acts/2024-01-23-194-qd-ubnd-75.toml"
    assert named("194/QĐ-UBND", taken=(DECISION,)) == with_issuer
    second = named("194/QĐ-UBND", taken=(DECISION, with_issuer))
    assert second == "acts/2024-01-23-194-qd-ubnd-75-2.toml"
    assert named("194/QĐ-UBND", taken=(DECISION, with_issuer, second)) == "acts/2024-01-23-194-qd-ubnd-75-3.toml"


def test_a_long_number_is_cut_to_a_lawful_name_and_stays_apart_from_its_like() -> None:
    taken: tuple[str, ...] = ()
    for _ in range(12):
        name = named("a-" * 60, issuer="75-noi-vu", taken=taken)
        assert is_lawful_name(name)
        assert name not in taken
        taken += (name,)
