"""Bytes enter a folder whole or not at all: listed, refused, put back, copied, named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chitieu.acts.chain import LIST
from chitieu.acts.filing import act_file_name, copy_folder, file_away
from chitieu.acts.folder import Folder, is_lawful_name, open_folder
from chitieu.problem import Problem, Weight, problem
from tests.rooms.filing import (
    CASCADE,
    DECISION,
    EVENING,
    MORNING,
    UNITS,
    codes,
    contents,
    file,
    filed,
    province,
)

__all__ = ["province"]


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
