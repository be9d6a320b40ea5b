"""The command line as the contract says it: help, formats, streams, statuses, keys."""

import csv
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from python_calamine import CalamineWorkbook

from chitieu import cli
from chitieu.cli import frame, progress
from tests.conftest import ROOT
from tests.rooms.commands import ACT, CASCADE, FIGURES, NOW, copied, done, made, run, sentences, untouched


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that the tests read; one that changes something copies it."""
    return made(tmp_path_factory.mktemp("world") / "w")


@pytest.fixture
def own(world: Path, tmp_path: Path) -> Path:
    return copied(world, tmp_path / "own")


def commands(
    group: click.Group = cli.chitieu, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group by its words, the root too."""
    yield path, group
    with click.Context(group) as ctx:
        for name in group.list_commands(ctx):
            member = group.get_command(ctx, name)
            assert member is not None
            if isinstance(member, click.Group):
                yield from commands(member, (*path, name))
            else:
                yield (*path, name), member


ALL = dict(commands())
LISTINGS = [
    ("decision", "list"),
    ("decision", "show", "MH-1"),
    ("units", "show"),
    ("units", "show", "H01"),
    ("deliveries",),
    ("deliveries", "list"),
    ("deliveries", "show", "1"),
    ("deliveries", "quarantine", "1"),
    ("standing", "--decision", "MH-1"),
    ("explain", "on-time-dossiers", "--unit", "H01.2", "--decision", "MH-1"),
]


@pytest.mark.parametrize("path", ALL, ids=[" ".join(path) or "chitieu" for path in ALL])
def test_every_command_has_help_with_examples_that_it_understands(path: tuple[str, ...]) -> None:
    command, ended = ALL[path], run(*path, "--help")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("Cách dùng: chitieu " + " ".join(path))
    assert not re.search(r"\b(?:Usage|Options|Commands|default|required|Show this)\b", ended.out)
    named = [option for option in command.params if isinstance(option, click.Option)]
    assert {"--home", "--debug"} <= {name for option in named for name in option.opts}
    assert all(option.help and any(ord(sign) > 127 for sign in option.help) for option in named)
    examples = [line.strip() for line in ended.out.partition("Ví dụ:\n")[2].splitlines()]
    assert examples, path
    for example in examples:
        words = shlex.split(re.sub(r" [<>] .*", "", example))
        assert words[: len(path) + 1] == ["chitieu", *path]
        leaf: click.Command = cli.chitieu
        rest = words[1:]
        while isinstance(leaf, click.Group) and rest:
            with click.Context(leaf) as ctx:
                found = leaf.get_command(ctx, rest.pop(0))
            assert found is not None, example
            leaf = found
        leaf.make_context("example", rest)


def test_the_version_is_that_of_the_package() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert done("--version").out == f"chitieu {package['version']}\n"
    assert package["scripts"] == {"chitieu": "chitieu.cli:program"}


def test_home_may_stand_anywhere_and_the_innermost_speaks(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = done("decision", "list", home=world).out
    assert done("--home", world, "decision", "list").out == wanted
    assert done("decision", "--home", world, "list").out == wanted
    assert done("--home", tmp_path, "decision", "list", "--home", world).out == wanted
    monkeypatch.setenv("CHITIEU_HOME", str(world))
    assert done("decision", "list").out == wanted
    assert run("decision", "list", home=tmp_path).status == 2


@pytest.mark.parametrize("listing", LISTINGS, ids=[" ".join(one) for one in LISTINGS])
def test_a_listing_is_one_array_of_json_a_csv_with_a_mark_or_a_table(world: Path, listing: tuple[str, ...]) -> None:
    with untouched(world):
        as_json, as_csv, table = (run(*listing, "--format", form, home=world) for form in ("json", "csv", "table"))
    assert [one.status for one in (as_json, as_csv, table)] == [0, 0, 0]
    assert as_json.err == ""
    assert as_csv.raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(as_csv.raw.decode("utf-8-sig"))))
    assert len(rows) == len(as_json.objects) or listing[:2] == ("decision", "show")
    assert not table.out.startswith(("[", "\ufeff")) or listing[:2] == ("deliveries", "quarantine")
    assert all(sign in ("\n", "\ufeff") or sign.isprintable() for sign in table.out)


PERIOD = {"name", "from", "to"}
MEASURED = set(
    "unit indicator method scope period as_of numerator denominator excluded unknown status units missing coverage "
    "reported carried provenance".split()
)
STANDING = MEASURED | set("target verdict shown headroom outlook rank block compare_only".split())
MORE = {"unit_name", "tier", "row", "method_named"}
OF_FIGURES = {"source", "captured_on", "captured_at"}
TARGET = set("operator value unit act from tier illustration own retroactive overtaken also chain".split())


def test_the_keys_of_a_standing_are_those_of_the_contract(world: Path) -> None:
    objects = done("standing", "--decision", "MH-1", "--format", "json", home=world).objects
    found = {one["unit"]: one for one in objects if one["row"] == 1}
    assert found["H01.2"].keys() == STANDING | MORE | OF_FIGURES
    assert found["H01.1.1"].keys() == STANDING | MORE
    one = found["H01.2"]
    assert (one["period"].keys(), one["provenance"].keys()) == (PERIOD, {"acts", "definition", "delivery", "engine"})
    assert one["target"].keys() == TARGET
    assert one["target"]["act"] == {"issuer": "H01", "number": "MH-1", "issued_on": "2026-01-15", "row": 1}
    assert (one["target"]["operator"], one["target"]["value"], one["target"]["unit"]) == (">=", "95", "percent")
    assert (one["numerator"], one["denominator"], one["shown"], one["verdict"]) == (97, 100, "97,00 %", "meeting")
    assert one["provenance"]["acts"].startswith("sha256:")
    asked = ("--unit", "H01.2", "--decision", "MH-1", "--format", "json")
    (explained,) = done("explain", "on-time-dossiers", *asked, home=world).objects
    assert explained.keys() == one.keys() | {"why"}
    assert {key: explained[key] for key in one} == {**one, "rank": explained["rank"]}


def test_the_keys_of_the_other_listings(own: Path, tmp_path: Path) -> None:
    page = tmp_path / "cascade.toml"
    page.write_text(CASCADE, encoding="utf-8")
    done("decision", "load", page, home=own)
    acts = done("decision", "list", "--format", "json", home=own).objects
    assert [list(one) for one in acts] == [
        ["issuer", "number", "issued_on", "kind", "title", "in_force", "ended_on", "under", "illustration", "file"]
    ] * 2
    assert [one["under"] for one in acts] == [None, {"issuer": "H01", "number": "MH-1", "issued_on": "2026-01-15"}]
    assert [(one["kind"], one["illustration"], one["ended_on"]) for one in acts] == [
        ("decision", True, None),
        ("cascade", True, None),
    ]
    (unit,) = done("units", "show", "H01", "--format", "json", home=own).objects
    assert (unit["below"], unit["children"]) == (
        {"department": 1, "commune": 2, "division": 1},
        ["H01.1", "H01.2", "H01.3"],
    )
    (account,) = done("import", "figure", "-", "--format", "json", home=own, stdin=FIGURES.encode()).objects
    wanted = "file delivery read accepted replaced unchanged older quarantined not_taken".split()
    assert set(wanted) <= account.keys()
    assert (account["file"], account["delivery"], account["unchanged"]) == ("đầu vào chuẩn", None, 2)
    (shown,) = done("decision", "show", "MH-1", "--on", "2026-02-01", "--format", "json", home=own).objects
    assert shown["targets"] == {"total": 5, "by_tier": {"department": 2, "commune": 2, "division": 1}}


def test_a_cell_that_begins_like_a_formula_leaves_as_text_and_comes_back_as_it_was(own: Path, tmp_path: Path) -> None:
    page, again = tmp_path / "figures.csv", tmp_path / "again.csv"
    bad = FIGURES.replace("BC-1", "=1+1", 1).replace(",97,", ",-97,").replace("2026-12-31", "2026-06-30")
    page.write_text(bad, encoding="utf-8")
    assert run("import", "figure", page, home=own).status == 1
    rejected = done("deliveries", "quarantine", "2", home=own)
    (row,) = csv.DictReader(io.StringIO(rejected.raw.decode("utf-8-sig")))
    assert (row["document"], row["numerator"]) == ("'=1+1", "'-97")
    again.write_bytes(rejected.raw.replace(b"'-97", b"97"))
    (account,) = done("import", "figure", again, "--format", "json", home=own).objects
    assert (account["accepted"], account["quarantined"]) == (1, 0)
    page.write_text(bad.replace("-97", "97"), encoding="utf-8")
    (account,) = done("import", "figure", page, "--format", "json", home=own).objects
    assert account["unchanged"] == 2, "the repaired row says =1+1 again, without the apostrophe"


def test_json_is_what_it_says_and_shows_nothing_a_terminal_would_obey(own: Path, tmp_path: Path) -> None:
    page = tmp_path / "quý\u202e\x7f\x1b\udcff≥.csv"
    page.write_text(FIGURES.replace("2026-12-31", "2026-06-30"), encoding="utf-8")
    (account,) = done("import", "figure", page, "--format", "json", home=own).objects
    assert account["file"] == str(page)
    listed = done("deliveries", "--format", "json", home=own)
    assert listed.objects[-1]["file"] == str(page).replace("\udcff", "\\udcff")
    for seen in (listed.out, done("deliveries", home=own).out, done("deliveries", "show", "2", home=own).out):
        assert "quý\\u202e\\u007f\\u001b" in "".join(seen.split())
        assert "≥.csv" in "".join(seen.split())
        assert seen.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", ["giao.csv", "giao.xlsx"])
def test_a_template_is_filled_and_becomes_a_cascade(own: Path, tmp_path: Path, name: str) -> None:
    page = tmp_path / name
    form = ("--issuer", "H01.1", "--issued-on", "2026-02-01", "--under", "MH-1")
    told = done("assign", page, "--template", *form, home=own)
    assert (told.raw, len(told.err.splitlines())) == (b"", 1)
    if name.endswith("csv"):
        rows = list(csv.reader(io.StringIO(page.read_text(encoding="utf-8-sig"))))
    else:
        rows = [list(map(str, row)) for row in CalamineWorkbook.from_path(page).get_sheet_by_index(0).to_python()]
        other = tmp_path / "again.xlsx"
        done("assign", other, "--template", *form, home=own)
        assert other.read_bytes() == page.read_bytes()
    head = ["unit", "name", "tier", "indicator", "method", "wording", "floor", "level"]
    assert (rows[0], rows[1][:4]) == (head, ["H01.1.1", "Phòng Một", "division", "on-time-dossiers"])
    assert (rows[1][6], len(rows)) == (">= 96 %", 3)
    filled = tmp_path / "filled.csv"
    with filled.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([rows[0], [*rows[1][:-1], ">= 97,5 %"], rows[2]])
    done("assign", filled, *form, "--number", "15/QĐ-SM", "--illustration", home=own)
    asked = ("--unit", "H01.1.1", "--indicator", "on-time-dossiers", "--format", "json")
    (one,) = done("standing", "--decision", "MH-1", *asked, home=own).objects
    assert (one["target"]["value"], one["target"]["from"], one["target"]["act"]["number"]) == (
        "97.5",
        "cascade",
        "15/QĐ-SM",
    )


def test_the_life_of_a_delivery(own: Path) -> None:
    def verdict() -> str:
        asked = ("--unit", "H01.3", "--indicator", "on-time-dossiers", "--format", "json")
        (one,) = done("standing", "--decision", "MH-1", *asked, home=own).objects
        return str(one["verdict"])

    assert verdict() == "missing"
    mixed = FIGURES.replace("2026-10-01", "2026-10-02").replace(",97,", ",970,").replace(",90,", ",96,")
    ended = run("import", "figure", "-", "--person", "Văn thư", home=own, stdin=mixed.encode())
    assert (ended.status, len(sentences(ended))) == (1, 1)
    assert ended.out.splitlines() == [
        "đầu vào chuẩn: đọc 2 = nhận 1 + thay 0 + không đổi 0 + cũ hơn 0 + loại 1 + không lấy 0",
        "  đợt số 2",
    ]
    assert verdict() == "meeting"
    (rejected,) = done("deliveries", "quarantine", "2", "--format", "json", home=own).objects
    assert (rejected["row"], rejected["problems"][0]["code"]) == (2, "FIGURE-ABOVE-DENOMINATOR")
    shown = done("deliveries", "show", "2", home=own).out
    assert "người gửi: Văn thư" in shown
    assert "đọc 2 = nhận 1" in shown
    done("deliveries", "withdraw", "2", "--person", "Văn thư", home=own)
    assert verdict() == "missing"
    listed = done("deliveries", "--format", "json", home=own).objects
    assert [(one["delivery"], one["what"], one["withdraws"], one["withdrawn_by"]) for one in listed] == [
        (1, "records", None, None),
        (2, "records", None, 3),
        (3, "withdrawal", 2, None),
    ]
    assert "đã rút bởi đợt 3" in done("deliveries", home=own).out
    assert done("check", home=own).raw == b""


def test_check_prints_what_it_finds_a_line_each_and_exits_1(own: Path) -> None:
    (own / "acts" / "2026-02-02-x\x1b.toml").write_text("x", encoding="utf-8")
    (own / "acts" / "2026-02-02-y.toml").write_text("x", encoding="utf-8")
    (data,) = (own / "lake" / "figure").rglob("rows.parquet")
    data.write_bytes(b"")
    ended = run("check", home=own)
    lines = [line.split("\t") for line in ended.out.splitlines()]
    assert (ended.status, [line[0] for line in lines]) == (1, ["ACT-STRANGE", "ACT-UNFILED", "DATA-FILE-CHANGED"])
    assert all(len(line) == 3 and line[2].endswith(".") for line in lines)
    assert "\x1b" not in ended.out
    assert run("standing", "--decision", "MH-1", home=own).status == 4


def test_a_warning_marks_itself_and_cannot_begin_a_line_of_its_own(own: Path, tmp_path: Path) -> None:
    page = tmp_path / "x.csv"
    page.write_text(
        FIGURES.replace("captured_at", "captured_at,a\\u000ab").replace("2026-10-01", "2026-10-03,x"), encoding="utf-8"
    )
    ended = run("import", "figure", page, home=own)
    assert (ended.status, len(ended.err.splitlines())) == (0, 1)
    assert ended.err.startswith("Lưu ý: ")


def test_a_fault_of_ours_is_one_sentence_and_a_traceback_only_for_who_asks(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(home: Path) -> None:
        raise RuntimeError("bên trong")

    monkeypatch.setattr(frame, "open_workspace", broken)
    ended = run("decision", "list", home=world)
    assert (ended.status, ended.raw) == (4, b"")
    (line,) = ended.err.splitlines()
    assert "RuntimeError" in line
    assert "--debug" in line
    assert "bên trong" not in line
    for debugged in (run("decision", "list", "--debug", home=world), run("--debug", "decision", "list", home=world)):
        assert debugged.status == 4
        assert "Traceback" in debugged.err
        assert "RuntimeError: bên trong" in debugged.err


def program(*arguments: str, home: Path, stdout: int) -> tuple[int, str]:
    """Status and standard error of the program itself."""
    ended = subprocess.run(
        (sys.executable, "-m", "chitieu", *arguments, "--home", str(home)),
        env={"PYTHONPATH": str(ROOT / "src"), "CHITIEU_NOW": NOW},
        stdout=stdout, stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return ended.returncode, ended.stderr


def test_a_reader_that_has_enough_ends_the_command_in_silence_and_a_full_disk_does_not(world: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert program("decision", "show", "MH-1", home=world, stdout=writing) == (0, "")
    finally:
        os.close(writing)
    with Path("/dev/full").open("wb") as full:
        status, told = program("decision", "list", "--format", "csv", home=world, stdout=full.fileno())
    assert (status, told.count("\n"), "ổ đĩa đã đầy" in told) == (4, 1, True)


def test_progress_is_for_a_person_only(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "figures.csv"
    page.write_text(FIGURES, encoding="utf-8")
    assert "Đang xử lý" not in run("import", "figure", page, home=own, terminal=True).err
    monkeypatch.setattr(progress, "MANY_ROWS", 2)
    assert "Đang xử lý" not in run("import", "figure", page, home=own).err
    seen = run("import", "figure", page, home=own, terminal=True)
    assert f"Đang xử lý {page} (3 dòng)" in seen.err
    assert seen.err.endswith("\r\x1b[K")
    assert "Đang xử lý" not in seen.out


def test_at_a_keyboard_standard_input_says_that_it_waits(own: Path) -> None:
    ended = run("import", "figure", "-", home=own, stdin=FIGURES.encode(), terminal=True)
    assert (ended.status, ended.err) == (0, "Đang đọc từ bàn phím; dán nội dung rồi kết thúc bằng Ctrl-D.\n")


@pytest.mark.parametrize("columns", [60, 80, 120, None])
def test_a_table_keeps_every_word_at_every_width(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int | None
) -> None:
    """How wide the lines are is a law of the layout (`test_table`); here, that nothing is lost on the way."""
    long = "Kết quả giải quyết thủ tục hành chính đúng hạn của mọi cơ quan, đơn vị trên địa bàn tỉnh"
    page = tmp_path / "act.toml"
    draft = ACT.replace('"MH-1"', '"MH-9"').replace("row = 1", f'row = 1\nwording = "{long}"')
    page.write_text(draft, encoding="utf-8")
    done("decision", "load", page, home=own)
    monkeypatch.setenv("COLUMNS", str(columns))
    for line, words in (
        (("decision", "show", "MH-9"), [*long.split(), "≥", "97", "không", "giao"]),
        (("decision", "list"), ["MH-9", "2026-01-15", "HOẠ", "mẫu"]),
        (("standing", "--decision", "MH-1", "--unit", "H01.2"), ["H01.2", "97", "100", "97,00", "95", "HOẠ"]),
        (("units", "show", "H01"), ["H01.1", "Sở", "Một", "H01.3", "Ba"]),
    ):
        seen = re.sub("\x1b\\[[0-9;]*m", "", run(*line, home=own, terminal=columns is not None).out)
        assert set(words) <= set(seen.split()), seen
        assert "…" not in seen
