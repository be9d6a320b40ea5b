"""A folder of a province proves itself, or says what in it differs from what was filed."""

import hashlib
import os
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chitieu.acts.chain import LIST, NOTHING
from chitieu.acts.filing import file_away
from chitieu.acts.folder import Folder, found, is_lawful_name, open_folder, read_standing
from chitieu.problem import Problem, Weight

MORNING = datetime.fromisoformat("2024-01-23T08:00:00+07:00")
DECISION = "acts/2024-01-23-194-qd-ubnd.toml"
CASCADE = "acts/2024-02-20-731-15-qd-ubnd.toml"
UNITS = "units.csv"


def filed(path: Path, *writes: tuple[str, bytes]) -> Folder:
    outcome = file_away(path, writes, now=MORNING, check=lambda folder: [])
    assert outcome.folder_after is not None, [found.sentence for found in outcome.problems]
    return outcome.folder_after


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """Two acts and the units in two versions: four lines."""
    path = tmp_path / "dong-nai"
    filed(path, (UNITS, b"code\n75\n"), (DECISION, "number = '194/QĐ-UBND'\n".encode()))
    filed(path, (CASCADE, b"number = '15'\n"))
    filed(path, (UNITS, b"code\n75\n731\n"))
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """An act and the units: two lines."""
    path = tmp_path / "small"
    filed(path, (DECISION, "number = '194/QĐ-UBND'\n".encode()), (UNITS, b"code\n75\n"))
    return path


def codes(folder: Folder) -> list[tuple[str, str]]:
    return [(one.code, one.place.file) for one in folder.problems]


def lines(path: Path) -> list[bytes]:
    return (path / LIST).read_bytes().splitlines(keepends=True)


def relist(path: Path, rows: list[bytes]) -> Folder:
    (path / LIST).write_bytes(b"".join(rows))
    return open_folder(path)


def broken_rows(folder: Folder) -> list[int | None]:
    assert folder.damaged
    return [one.place.row for one in folder.problems if one.code == "CHAIN-BROKEN"]


def test_an_intact_folder_gives_what_was_filed_last_under_each_name_in_order_of_filing(province: Path) -> None:
    folder = open_folder(province)
    assert list(folder.files) == [DECISION, CASCADE, UNITS]
    assert folder.files[UNITS] == b"code\n75\n731\n"
    assert [(line.file, line.version) for line in folder.filed] == [(UNITS, 1), (DECISION, 1), (CASCADE, 1), (UNITS, 2)]
    assert folder.problems == ()
    assert not folder.damaged


def test_the_state_of_a_folder_is_the_digest_of_the_last_line_of_its_list(province: Path) -> None:
    last = lines(province)[-1].rstrip(b"\n")
    assert open_folder(province).state == "sha256:" + hashlib.sha256(last).hexdigest()


def test_a_line_of_the_list_is_moment_file_digest_and_the_digest_of_the_line_before(province: Path) -> None:
    first, second = (line.decode().rstrip("\n").split(" ") for line in lines(province)[:2])
    digest = hashlib.sha256((province / DECISION).read_bytes()).hexdigest()
    assert second[:3] == ["2024-01-23T08:00:00+07:00", DECISION, f"sha256:{digest}"]
    assert first[3] == NOTHING
    assert second[3] == "sha256:" + hashlib.sha256(" ".join(first).encode()).hexdigest()


def test_a_folder_without_a_list_has_nothing_filed_and_is_not_damaged(tmp_path: Path) -> None:
    (tmp_path / "acts").mkdir()
    (tmp_path / DECISION).write_bytes(b"x")
    (tmp_path / UNITS).write_bytes(b"y")
    folder = open_folder(tmp_path)
    assert (folder.files, folder.state, folder.damaged) == ({}, NOTHING, False)
    assert codes(folder) == [("ACT-UNFILED", DECISION), ("ACT-UNFILED", UNITS)]


def test_a_path_that_is_no_folder_is_a_wrong_use(tmp_path: Path) -> None:
    missing = open_folder(tmp_path / "nowhere")
    assert [(one.code, one.weight) for one in missing.problems] == [("FOLDER-MISSING", Weight.MISUSED)]


def test_a_changed_act_is_named_and_does_not_speak(province: Path) -> None:
    (province / DECISION).write_bytes(b"number = '194'\n")
    folder = open_folder(province)
    assert codes(folder) == [("ACT-CHANGED", DECISION)]
    assert folder.damaged
    assert DECISION not in folder.files


def test_a_table_of_an_earlier_version_is_a_changed_one(province: Path) -> None:
    (province / UNITS).write_bytes(b"code\n75\n")
    assert codes(open_folder(province)) == [("ACT-CHANGED", UNITS)]


def test_a_filed_act_that_has_grown_beyond_all_measure_is_a_changed_one(province: Path) -> None:
    os.truncate(province / DECISION, 5 * 1024 * 1024)
    assert codes(open_folder(province)) == [("ACT-CHANGED", DECISION)]


def test_a_missing_act_is_named(province: Path) -> None:
    (province / CASCADE).unlink()
    folder = open_folder(province)
    assert codes(folder) == [("ACT-MISSING", CASCADE)]
    assert folder.damaged


def test_an_added_act_is_named_and_judges_nothing_and_judging_goes_on(province: Path) -> None:
    added = "acts/2024-03-01-200-qd-ubnd.toml"
    (province / added).write_bytes(b"x")
    folder = open_folder(province)
    assert codes(folder) == [("ACT-UNFILED", added)]
    assert added not in folder.files
    assert not folder.damaged


def test_a_renamed_act_is_a_missing_one_and_an_unfiled_one(province: Path) -> None:
    renamed = "acts/2024-02-20-15.toml"
    (province / CASCADE).rename(province / renamed)
    folder = open_folder(province)
    assert codes(folder) == [("ACT-UNFILED", renamed), ("ACT-MISSING", CASCADE)]
    assert folder.damaged


def test_a_case_twin_of_a_filed_name_is_named_and_not_read(province: Path) -> None:
    twins = ["Units.csv", "acts/2024-01-23-194-QD-UBND.toml", "acts/filed"]
    for twin in twins:
        (province / twin).write_bytes(b"x")
    folder = open_folder(province)
    assert codes(folder) == [("ACT-TWIN", twin) for twin in twins]
    assert not folder.damaged


def test_two_names_that_differ_by_the_composition_of_a_letter_are_twins(province: Path) -> None:
    for name in ("acts/qu\u1ebf.toml", "acts/que\u0302\u0301.toml"):
        (province / name).write_bytes(b"x")
    assert {code for code, _ in codes(open_folder(province))} == {"ACT-TWIN"}


def test_a_link_is_named_and_never_followed(province: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_bytes(b"x")
    (province / "acts/2024-03-01-1.toml").symlink_to(elsewhere)
    folder = open_folder(province)
    assert codes(folder) == [("ACT-LINK", "acts/2024-03-01-1.toml")]
    assert not folder.damaged


def test_a_filed_act_replaced_by_a_link_to_the_same_bytes_counts_as_changed(province: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    (province / DECISION).rename(elsewhere)
    (province / DECISION).symlink_to(elsewhere)
    folder = open_folder(province)
    assert codes(folder) == [("ACT-CHANGED", DECISION), ("ACT-LINK", DECISION)]
    assert DECISION not in folder.files


def test_a_folder_of_acts_that_is_a_link_is_damage(province: Path, tmp_path: Path) -> None:
    (province / "acts").rename(tmp_path / "moved")
    (province / "acts").symlink_to(tmp_path / "moved")
    folder = open_folder(province)
    assert ("ACT-LINK", "acts") in codes(folder)
    assert folder.damaged
    assert folder.files == {}


def test_a_list_that_is_a_link_or_a_folder_is_damage(province: Path, tmp_path: Path) -> None:
    (province / LIST).rename(tmp_path / "list")
    (province / LIST).symlink_to(tmp_path / "list")
    assert broken_rows(open_folder(province)) == [None]
    (province / LIST).unlink()
    (province / LIST).mkdir()
    assert broken_rows(open_folder(province)) == [None]


def test_a_hidden_file_is_named(province: Path) -> None:
    (province / "acts/.2024-03-01-1.toml.swp").write_bytes(b"x")
    assert codes(open_folder(province)) == [("ACT-HIDDEN", "acts/.2024-03-01-1.toml.swp")]


def test_folders_pipes_and_unlawful_names_are_named_as_strange(province: Path) -> None:
    (province / "acts/2023").mkdir()
    os.mkfifo(province / "acts/2024-03-01-1.toml")
    (province / "acts/notes.txt").write_bytes(b"x")
    (province / "indicators").mkdir()
    (province / "indicators/Own.toml").write_bytes(b"x")
    folder = open_folder(province)
    strange = ["acts/2023", "acts/2024-03-01-1.toml", "acts/notes.txt", "indicators/Own.toml"]
    assert codes(folder) == [("ACT-STRANGE", name) for name in strange]
    assert not folder.damaged


def test_a_name_that_is_not_text_is_named_with_its_bytes_written_out(province: Path) -> None:
    os.close(os.open(os.fsencode(province) + b"/acts/\xff\x1b[2J.toml", os.O_CREAT))
    (one,) = open_folder(province).problems
    assert (one.code, one.place.file) == ("ACT-STRANGE", "acts/\\udcff\\u001b[2J.toml")
    one.sentence.encode("utf-8")


def test_what_else_lies_in_the_root_is_not_ours(province: Path) -> None:
    (province / "lake").mkdir()
    (province / "cache").mkdir()
    (province / "README.md").write_bytes(b"x")
    (province / ".secret").write_bytes(b"x")
    assert open_folder(province).problems == ()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_edited_line_of_the_list_is_found_at_the_line_that_does_not_follow_it(province: Path, number: int) -> None:
    rows = lines(province)
    rows[number - 1] = rows[number - 1].replace(b"08:00:00", b"09:00:00")
    assert broken_rows(relist(province, rows)) == [number + 1]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_dropped_line_of_the_list_is_found_at_the_line_that_follows(province: Path, number: int) -> None:
    rows = lines(province)
    del rows[number - 1]
    assert broken_rows(relist(province, rows)) == [number]


def test_the_last_line_dropped_leaves_its_file_unfiled_or_changed(province: Path) -> None:
    rows = lines(province)
    assert codes(relist(province, rows[:-1])) == [("ACT-CHANGED", UNITS)]
    (province / UNITS).write_bytes(b"code\n75\n")
    assert codes(relist(province, rows[:-2])) == [("ACT-UNFILED", CASCADE)]


def test_lines_in_another_order_are_found(province: Path) -> None:
    first, second, third, fourth = lines(province)
    assert broken_rows(relist(province, [first, third, second, fourth])) == [2, 3, 4]


def test_a_list_cut_off_at_any_byte_is_found(small: Path) -> None:
    whole = (small / LIST).read_bytes()
    for length in range(len(whole)):
        (small / LIST).write_bytes(whole[:length])
        folder = open_folder(small)
        assert folder.problems, f"cut at byte {length}"
        if length == 0 or whole[length - 1 : length] != b"\n":
            assert broken_rows(folder), f"cut at byte {length}"


@pytest.mark.parametrize(
    "row",
    [
        b"2024-05-01T08:00:00+07:00 acts/2024-05-01-1.toml sha256:%b sha256:%b" % (b"0" * 64, b"1" * 64),
        b"one more act",
        b"",
        b"\xff\xfe",
    ],
)
def test_a_line_appended_by_hand_is_found(province: Path, row: bytes) -> None:
    assert broken_rows(relist(province, [*lines(province), row + b"\n"])) == [5]


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        ("2024-05-01T08:00:00", "acts/2024-05-01-1.toml"),
        ("2024-05-01 08:00:00+07:00", "acts/2024-05-01-1.toml"),
        ("20240501T080000+0700", "acts/2024-05-01-1.toml"),
        ("2024-13-01T08:00:00+07:00", "acts/2024-05-01-1.toml"),
        ("2024-05-01T08:00:00+07:00", "acts/../units.csv"),
        ("2024-05-01T08:00:00+07:00", "/etc/passwd"),
        ("2024-05-01T08:00:00+07:00", DECISION),
    ],
    ids=["no offset", "a space", "another writing", "month 13", "a way out", "an absolute path", "an act once more"],
)
def test_a_line_that_follows_but_is_not_lawful_is_found(province: Path, moment: str, name: str) -> None:
    before = open_folder(province).state
    row = f"{moment} {name} sha256:{'0' * 64} {before}\n".encode()
    assert broken_rows(relist(province, [*lines(province), row])) == [5]


def test_lines_with_carriage_returns_are_no_list(province: Path) -> None:
    assert broken_rows(relist(province, [line.replace(b"\n", b"\r\n") for line in lines(province)])) == [1, 2, 3, 4]


def test_every_flipped_byte_of_a_filed_file_is_found(small: Path) -> None:
    for name, whole in open_folder(small).files.items():
        for position in range(len(whole)):
            for bit in (0, 5):  # 5 turns a small letter into a capital
                flip(small / name, whole, position, bit)
                assert codes(open_folder(small)) == [("ACT-CHANGED", name)], (name, position, bit)
        (small / name).write_bytes(whole)


def test_every_flipped_byte_of_the_list_is_found_and_the_moment_of_the_last_line_by_the_state(small: Path) -> None:
    """Nothing follows the last line: its moment is vouched for by the state that every provenance names."""
    whole = (small / LIST).read_bytes()
    state = open_folder(small).state
    last_moment = range(whole.rindex(b"\n", 0, -1) + 1, whole.rindex(b" units.csv "))
    for position in range(len(whole)):
        for bit in (0, 5):  # 5 turns a small letter into a capital
            flip(small / LIST, whole, position, bit)
            folder = open_folder(small)
            found_out = folder.damaged or (position in last_moment and folder.state != state)
            assert found_out, (position, bit)


def flip(path: Path, whole: bytes, position: int, bit: int) -> None:
    path.write_bytes(whole[:position] + bytes([whole[position] ^ (1 << bit)]) + whole[position + 1 :])


@pytest.mark.parametrize(
    "name",
    [UNITS, DECISION, f"acts/2024-01-23-{'a' * 64}.toml", "indicators/own-count.toml", "records/visit.toml"],
)
def test_lawful_names(name: str) -> None:
    assert is_lawful_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "notes.toml", "acts/FILED", "acts/194.toml", "acts/2024-02-30-194.toml", "acts/2024-01-23-194.toml\n",
        "acts/2024-01-23-194-QD.toml", "acts/2024-01-23-194-qđ.toml", "acts/2024-01-23-.csv", "acts/2024-01-23.toml",
        f"acts/2024-01-23-{'a' * 65}.toml", "acts/sub/2024-01-23-194.toml", "../acts/2024-01-23-194.toml", "",
        "acts/٢024-01-23-194.toml", "indicators/.toml", "indicators/a_b.toml", "lake/a.toml", "acts\\2024-01-23-1.toml",
    ],
)  # fmt: skip
def test_unlawful_names(name: str) -> None:
    assert not is_lawful_name(name)


def test_the_lawful_files_of_a_folder_without_a_list_are_found_sorted(tmp_path: Path) -> None:
    (tmp_path / "acts").mkdir()
    for name in (UNITS, CASCADE, DECISION, "acts/notes.txt", "other.csv"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "tiers.toml").symlink_to(tmp_path / UNITS)
    assert found(tmp_path) == [DECISION, CASCADE, UNITS]


def test_a_standing_file_is_read_whole_or_a_problem_says_why_not(tmp_path: Path) -> None:
    (tmp_path / UNITS).write_bytes(b"code\n")
    (tmp_path / "tiers.toml").symlink_to(tmp_path / UNITS)
    (tmp_path / "calendar.toml").touch()
    os.truncate(tmp_path / "calendar.toml", 33 * 1024 * 1024)
    assert read_standing(tmp_path, UNITS) == b"code\n"
    told = [read_standing(tmp_path, name) for name in ("tiers.toml", "calendar.toml", "province.toml")]
    assert [one.code for one in told if isinstance(one, Problem)] == ["ACT-LINK", "FILE-TOO-LARGE", "CANNOT-READ"]


def test_every_problem_of_a_folder_has_its_words(province: Path) -> None:
    (province / DECISION).write_bytes(b"x")
    (province / CASCADE).unlink()
    (province / "acts/FILEd").write_bytes(b"x")
    (province / "acts/.x").write_bytes(b"x")
    (province / "acts/x").symlink_to(province)
    (province / "acts/y").mkdir()
    (province / "tiers.toml").write_bytes(b"x")
    folder = relist(province, [*lines(province), b"\n"])
    assert len({one.sentence for one in folder.problems}) == 8


WRITES = st.tuples(st.sampled_from([UNITS, "tiers.toml", "acts"]), st.binary(max_size=40))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(WRITES, max_size=3), max_size=6))
def test_any_sequence_of_filings_proves_and_each_changes_the_state(
    tmp_path_factory: pytest.TempPathFactory, filings: list[list[tuple[str, bytes]]]
) -> None:
    path = tmp_path_factory.mktemp("province")
    states = [NOTHING]
    expected: dict[str, bytes] = {}
    for turn, filing in enumerate(filings):
        writes: dict[str, bytes] = {}
        for number, (name, data) in enumerate(filing):
            act = f"acts/2024-01-23-{turn}-{number}.toml"
            writes |= {act: act.encode() + data} if name == "acts" else {name: data}
        folder = filed(path, *writes.items())
        if any(expected.get(name) != data for name, data in writes.items()):
            states.append(folder.state)
        expected |= writes
    folder = open_folder(path)
    assert folder.problems == ()
    assert folder.files == expected
    assert folder.state == states[-1]
    assert len(set(states)) == len(states)
