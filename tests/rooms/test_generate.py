"""Made-up records: the same for the same order, lawful, within the margins of a province, every defect counted."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from chitieu.acts import unit_proofs, unit_tables
from chitieu.acts.tiers import Tiers
from chitieu.generate import COVERS, DEFECTS, MANIFEST, MARK, Generated, Order, generate
from chitieu.generate.defects import CODES, Numbers
from chitieu.generate.dice import Dice
from chitieu.language.plain import evaluate
from chitieu.problem import Problem
from chitieu.records.derived import Whole
from chitieu.records.kinds import Kind, kinds
from tests.conftest import ROOT
from tests.rooms.generated import KINDS, TREE, WORKING, Folder, Row, ordered

SMALL = """\
code,name,tier,parent,from,act,also,certainty
H19,Tỉnh Mẫu,province,,,,portal:H19,
H19.01,Sở Một,department,H19,,,,
H19.01.1,Phòng Một,division,H19.01,,,,
H19.26,Xã Hai,commune,H19,,,,
"""


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Đồng Nai 2024 with 6.000 dossiers."""
    return Folder(home=ordered(tmp_path_factory.mktemp("generated") / "province", dossiers=6000))


@pytest.fixture(scope="module")
def dossiers(province: Folder) -> list[Row]:
    return province.rows("dossier")


@pytest.fixture(scope="module")
def latest(province: Folder, dossiers: list[Row]) -> list[Row]:
    """The newest version of each dossier that carries no defect."""
    wrong = {row["record"] for row in province.defects()}
    newest: dict[str, Row] = {}
    for row in sorted(dossiers, key=lambda row: row["version_at"]):
        newest[row["dossier_id"]] = row
    return [row for number, row in newest.items() if number not in wrong]


def digest(folder: Path) -> dict[str, str]:
    return {page.name: hashlib.sha256(page.read_bytes()).hexdigest() for page in sorted(folder.iterdir())}


def test_the_same_order_gives_the_same_bytes_here_and_in_another_process(tmp_path: Path) -> None:
    first = digest(ordered(tmp_path / "a", unit="731"))
    assert digest(ordered(tmp_path / "b", unit="731")) == first
    program = "from pathlib import Path; from tests.rooms.generated import ordered; import sys"
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONHASHSEED": "4", "TZ": "UTC"}
    command = [sys.executable, "-c", f"{program}; ordered(Path(sys.argv[1]), unit='731')", str(tmp_path / "c")]
    subprocess.run(command, check=True, env=environment, cwd=ROOT)
    assert digest(tmp_path / "c") == first


def test_another_seed_gives_other_records_of_every_kind(tmp_path: Path) -> None:
    one, other = (digest(ordered(tmp_path / str(seed), unit="731", seed=seed)) for seed in (7, 8))
    assert {name for name in one if one[name] == other[name]} == {COVERS}


@pytest.mark.parametrize("unit", ["75", "75-noi-vu", "731", "26011"])
def test_every_kind_has_records_for_a_province_a_department_a_district_and_a_commune(unit: str, tmp_path: Path) -> None:
    folder = Folder(home=ordered(tmp_path / "a", unit=unit, dossiers=60))
    assert {kind: bool(folder.rows(kind)) for kind in KINDS} == dict.fromkeys(KINDS, True)


def test_as_many_dossiers_are_made_as_were_asked_for(province: Folder, dossiers: list[Row]) -> None:
    numbers = {row["dossier_id"] for row in dossiers}
    assert len(numbers - province.listed("REPUSHED-AT-RANDOM")) == 6000


@cache
def stood(unit: str, day: date) -> bool:
    """Whether the unit stood on the day, in the province."""
    tree = TREE.on(day)
    return unit in tree.units and (unit == "75" or "75" in tree.above(unit))


def own_day(kind: Kind, row: Row) -> date | None:
    """The day on which the codes of a record are read."""
    value = row[kind.unit_on[0]]
    if kind.unit_on == ("year",):
        return date(value, 1, 1)
    return value.date() if isinstance(value, datetime) else value


def none_astray(folder: Folder, year: int) -> None:
    """Every unit of every record stood on the record's own day; without one its code still means a unit of the year."""
    checked = Counter[str]()
    for code in KINDS:
        for row in folder.rows(code):
            day = own_day(kinds()[code], row)
            if day is None:
                found = TREE.look_up(row["unit"], None)
                assert found is not None
                assert any(
                    one.stands(date(year, month, 15)) for month in range(1, 13) for one in TREE.life(found[0].identity)
                ), (code, row)
                continue
            assert stood(row["unit"], day), (code, day, row["unit"])
            assert stood(row.get("inspected_unit", row["unit"]), day), (code, day, row)
            checked[code] += 1
    assert set(checked) == set(KINDS)


def test_no_record_of_2024_is_of_a_unit_on_a_day_on_which_it_did_not_stand(province: Folder) -> None:
    none_astray(province, 2024)
    after = {row["unit"] for row in province.rows("dossier") if received(row) and row["received_at"].year == 2024}
    assert {"26041", "26032"} <= after  # one code borne by two units, one that ended on 01/11/2024


def test_no_record_of_the_year_without_districts_is_of_one_after_their_end(tmp_path: Path) -> None:
    folder = Folder(home=ordered(tmp_path / "a", year=2025, dossiers=800))
    none_astray(folder, 2025)
    assert {
        row["received_at"].month > 6 for row in folder.rows("dossier") if row["unit"] == "731" and received(row)
    } == {False}


def test_what_is_covered_is_stated_day_by_day_on_which_the_unit_stood(tmp_path: Path) -> None:
    assert (ordered(tmp_path / "a", unit="731", year=2025) / COVERS).read_text() == "731:2025-01-01:2025-06-30\n"
    assert (ordered(tmp_path / "b", unit="26041") / COVERS).read_text() == "26041:2024-01-01:2024-12-31\n"


def per_mille(rows: list[Row], counts: Callable[[Row], bool], meets: Callable[[Row], bool]) -> int:
    counted = [row for row in rows if counts(row)]
    return 1000 * sum(meets(row) for row in counted) // len(counted)


def received(row: Row) -> bool:
    return row["received_at"] is not None


def plainly_ended(row: Row) -> bool:
    return row["finished_at"] is not None and row["supplements"] is None


MARGINS: list[tuple[str, Callable[[Row], bool], Callable[[Row], bool], int, int]] = [
    ("on time", plainly_ended, lambda row: row["finished_at"] <= row["first_due_at"], 860, 930),
    ("online", received, lambda row: row["channel"] == "online", 920, 980),
    ("electronic results", received, lambda row: row["result_file"] is not None, 700, 790),
    ("digitised", received, lambda row: row["digitised_inputs"] is True and row["result_file"] is not None, 220, 300),
    ("supplements", received, lambda row: row["supplements"] is not None, 65, 95),
    ("paid", lambda row: bool(row["fee_total"]), lambda row: row["paid_online"] in ("portal", "gateway"), 880, 940),
    ("extended", received, lambda row: row["due_at"] != row["first_due_at"], 20, 60),
    ("received before the year", received, lambda row: row["received_at"].year == 2023, 10, 25),
    ("open at the end of the year", received, lambda row: row["state"] in (4, 5, 6), 15, 60),
    ("refused, stopped or withdrawn", received, lambda row: row["state"] in (3, 7, 8), 15, 45),
    ("never received", lambda row: True, lambda row: row["received_at"] is None, 2, 12),
    ("papers of the year", received, lambda row: row["returns_paper_result"] is not None, 100, 300),
]


@pytest.mark.parametrize("margin", MARGINS, ids=[margin[0] for margin in MARGINS])
def test_the_margins_are_those_of_a_real_province(margin: tuple[Any, ...], latest: list[Row]) -> None:
    _, counts, meets, least, most = margin
    assert least <= per_mille(latest, counts, meets) <= most


def test_other_kinds_come_in_proportion(province: Folder) -> None:
    assert len(province.rows("petition")) == 12
    assert len(province.rows("survey")) == 360
    scores = [row["score"] for row in province.rows("survey") if row["score"] is not None]
    assert 900 <= 1000 * sum(score >= 4 for score in scores) // len(scores) <= 985
    tasks = [row for row in province.rows("task") if row["done_on"] is not None and row["due_on"] is not None]
    assert 850 <= per_mille(tasks, lambda row: True, lambda row: row["done_on"] <= row["due_on"]) <= 960


def test_some_dossiers_come_twice_the_later_version_knowing_more(dossiers: list[Row]) -> None:
    numbers = Counter(row["dossier_id"] for row in dossiers)
    again = [number for number, times in numbers.items() if times > 1]
    assert 150 < len(again) < 400
    for earlier, later in pairwise(dossiers):
        if earlier["dossier_id"] != later["dossier_id"]:
            continue
        assert earlier["version_at"] < later["version_at"]
        assert all(later[name] is not None for name in ("received_at", "finished_at") if earlier[name] is not None)


def test_a_dossier_is_received_and_finished_in_office_hours_of_a_working_day(latest: list[Row]) -> None:
    for row in filter(received, latest):
        at = row["received_at"]
        assert WORKING.is_working(at.date())
        assert "07:30:00" <= f"{at:%H:%M:%S}" < "17:00:00"
        assert row["submitted_at"] < at


def test_a_dossier_is_due_after_the_days_that_the_look_up_finds(province: Folder, latest: list[Row]) -> None:
    days = {(row["procedure"], row["unit"]): row["statutory_days"] for row in province.rows("procedure")}
    ways = Counter[str]()
    for row in (row for row in latest if row["first_due_at"] is not None):
        day = row["received_at"].date()
        units = [row["unit"], *TREE.on(day).above(row["unit"])]
        held = [unit for unit in units if days.get((row["procedure"], unit)) is not None]
        ways["own" if held[:1] == units[:1] else "above" if held else "nowhere"] += 1
        if held:
            due = WORKING.add(day, days[row["procedure"], held[0]])
            assert row["first_due_at"] == datetime(due.year, due.month, due.day, 17)
    assert min(ways["own"], ways["above"], ways["nowhere"]) > 5, ways


def test_every_payment_is_of_a_dossier_with_that_fee(province: Folder, dossiers: list[Row]) -> None:
    known = {row["dossier_id"]: row for row in dossiers}
    for row in province.rows("payment"):
        dossier = known[row["dossier_id"]]
        assert (row["amount"], row["unit"]) == (dossier["fee_total"], dossier["unit"])
        assert row["amount"] > 0
        assert timedelta(0) < row["paid_at"] - dossier["received_at"] < timedelta(hours=1)


@pytest.mark.parametrize("code", KINDS)
def test_the_rows_of_a_kind_pass_its_checks_but_for_planted_defects(code: str, province: Folder) -> None:
    kind = kinds()[code]
    planted = province.listed("END-BEFORE-RECEIPT") if code == "dossier" else set()
    found, keys = set(), Counter[tuple[Any, ...]]()
    for row in province.rows(code):
        keys[(*(row[name] for name in kind.key), row.get("version_at"))] += 1
        for column in kind.columns:
            value = row[column.name]
            assert value is not None or not column.required
            assert value is None or not column.codes or value in column.codes
            assert value is None or column.longest is None or len(value) <= column.longest
            assert value is None or column.least is None or value >= column.least
        whole = Whole(kind, {name: value for name, value in row.items() if name != "supplements"}, WORKING)
        for rule in kind.rules:
            if rule.severity == "error" and evaluate(rule.when, whole, WORKING) is True:
                found.add(row[kind.key[0]])
    assert found == planted
    assert max(keys.values()) == 1


def test_every_sort_of_defect_is_planted_and_counted(province: Folder) -> None:
    listed = Counter(row["defect"] for row in province.defects())
    assert province.manifest["defects"] == dict(sorted(listed.items()))
    assert set(listed) == set(CODES)
    assert sum(listed.values()) < 180  # three in a hundred
    assert max(Counter(row["record"] for row in province.defects()).values()) == 1


def without_due(row: Row) -> bool:
    return received(row) and row["state"] == 9 and row["first_due_at"] is None and row["due_at"] is None


def at_receipt(row: Row) -> bool:
    return received(row) and row["finished_at"] == row["received_at"] and row["first_due_at"] is not None


def at_request(row: Row) -> bool:
    asked = [one["requested_at"] for one in row["supplements"] or ()]
    return row["finished_at"] is not None and f"{row['finished_at']:%Y-%m-%dT%H:%M:%S}" in asked


SEEN: list[tuple[tuple[str, ...], Callable[[Row], bool]]] = [
    (("CHANNEL-LOST",), lambda row: row["channel"] is None),
    (("SUBMITTED-AS-RECEIVED",), lambda row: row["submitted_at"] == row["received_at"]),
    (("MOMENTS-LOST",), lambda row: row["state"] in (9, 10) and not row["finished_at"] and not row["returned_at"]),
    (("END-BEFORE-RECEIPT",), lambda row: bool(row["finished_at"]) and row["finished_at"] < row["received_at"]),
    (("INPUT-AS-RESULT",), lambda row: "/dau-vao/" in (row["result_file"] or "")),
    (("NO-DUE-AS-FINISHED",), without_due),
    (("STOPPED-AS-FINISHED", "UNPAID-AS-FINISHED"), at_receipt),
    (("WAITING-AS-FINISHED",), at_request),
    (("REPUSHED-AT-RANDOM",), lambda row: re.fullmatch(r"H19-\d{6}-\d{5}", row["dossier_id"]) is not None),
]


@pytest.mark.parametrize("seen", SEEN, ids=[seen[0][0] for seen in SEEN])
def test_a_planted_defect_is_found_in_the_data_and_nowhere_else(
    seen: tuple[tuple[str, ...], Callable[[Row], bool]], province: Folder, dossiers: list[Row]
) -> None:
    codes, shows = seen
    found = [row["dossier_id"] for row in dossiers if shows(row)]
    assert len(found) == len(set(found))
    assert set(found) == set().union(*map(province.listed, codes))


def test_no_random_number_is_given_twice() -> None:
    numbers, dice = Numbers("H19"), Dice("numbers")
    assert len({numbers.give(dice, "240123") for _ in range(3000)}) == 3000


def test_what_was_true_is_listed_and_differs_from_what_was_sent(province: Folder, dossiers: list[Row]) -> None:
    sent = {row["dossier_id"]: row for row in dossiers}
    means = {row["dossier_id"]: row["means"] for row in province.rows("payment")}
    kind = kinds()["dossier"]
    for defect in province.defects():
        row, truth = sent[defect["record"]], json.loads(defect["truth"])
        assert row["unit"] == defect["unit"]
        said = {name: None if row[name] is None else json.loads(written(kind, name, row[name])) for name in truth}
        assert said != truth
        if defect["defect"] == "ANY-PAYMENT-AS-PORTAL":
            assert row["paid_online"] == "portal"
            assert means[row["dossier_id"]] in ("cash", "transfer", "card", "qr")
        if defect["defect"] == "REPUSHED-AT-RANDOM":
            assert sent[truth["dossier_id"]] | {"dossier_id": row["dossier_id"]} == row
        if defect["defect"] == "FIRST-DUE-OVERWRITTEN":
            assert said["first_due_at"] == f"{row['due_at']:%Y-%m-%dT%H:%M:%S}" > truth["first_due_at"]


def written(kind: Kind, name: str, value: Any) -> str:
    return json.dumps(value.isoformat() if kind.column(name).type in ("moment", "day") else value)


def test_the_manifest_marks_and_proves_every_file(province: Folder) -> None:
    manifest, pages = province.manifest, {page.name for page in province.home.iterdir()}
    assert manifest["mark"] == "số liệu minh hoạ"
    assert manifest["illustration"] is True
    assert {page["file"] for page in manifest["files"]} == {f"{kind}.{MARK}.csv" for kind in KINDS}
    assert pages == {*(page["file"] for page in manifest["files"]), MANIFEST, DEFECTS, COVERS}
    for page in manifest["files"]:
        assert hashlib.sha256((province.home / page["file"]).read_bytes()).hexdigest() == page["sha256"]
        assert len(province.rows(page["kind"])) == page["rows"]


def test_three_forms_hold_the_same_dossiers(tmp_path: Path) -> None:
    table = Folder(home=ordered(tmp_path / "csv", unit="731")).rows("dossier")
    lines = (ordered(tmp_path / "ndjson", unit="731", form="ndjson") / f"dossier.{MARK}.ndjson").read_text(
        encoding="utf-8"
    )
    columns = pyarrow.parquet.read_table(
        ordered(tmp_path / "parquet", unit="731", form="parquet") / f"dossier.{MARK}.parquet"
    )
    kind = kinds()["dossier"]
    plain = [
        {name: json.loads(written(kind, name, value)) for name, value in row.items() if value is not None}
        for row in table
    ]
    assert [dict(sorted(json.loads(line).items())) for line in lines.splitlines()] == [
        dict(sorted(row.items())) for row in plain
    ]
    typed_rows = [row | {"supplements": json.loads(row["supplements"] or "null")} for row in columns.to_pylist()]
    assert typed_rows == table


def test_the_national_form_says_the_same_and_names_no_person(tmp_path: Path) -> None:
    folder = ordered(tmp_path / "sync", unit="731", form="sync", dossiers=1500)
    text = (folder / f"dossier.{MARK}.sync.ndjson").read_text(encoding="utf-8")
    records = [json.loads(line) for line in text.splitlines()]
    personal = [name for record in records for name in kinds()["dossier"].personal if record.get(name)]
    assert personal == []
    assert all(re.fullmatch(r"(\d{14})?", record["NgayTiepNhan"]) for record in records)
    assert {record["DonViXuLy"] for record in records} <= set(TREE.on(date(2024, 10, 1)).units) | set(
        TREE.on(date(2024, 12, 1)).units
    )
    extended = [record for record in records for one in record["DanhSachHoSoBoSung"] if one["NgayHenTraMoi"]]
    assert extended
    assert all(one["NgayHenTra"] > one["DanhSachHoSoBoSung"][0]["NgayHenTraTruoc"] for one in extended)
    same = [one for one in records if one["DanhSachGiayToKetQua"] and one["TaiLieuNop"][0]["DuongDanTaiTepTin"] ==
            one["DanhSachGiayToKetQua"][0]["DuongDanTepTinKetQua"]]  # fmt: skip
    assert {one["MaHoSo"] for one in same} == Folder(home=folder).listed("INPUT-AS-RESULT")


def test_numbers_of_dossiers_are_made_of_the_code_of_the_unit(tmp_path: Path) -> None:
    (tiers, (rows, _)) = Tiers.national(), unit_tables.read_units(SMALL.encode(), "")
    tree = unit_proofs.build(rows, [], tiers)[0]
    made = generate(tree, WORKING, Order(unit="h19", year=2024, dossiers=300, seed=1), tmp_path / "a")
    assert isinstance(made, Generated)
    numbers = {row["dossier_id"] for row in Folder(home=made.folder).rows("dossier")}
    assert {re.sub(r"\d{6}-\d{4,5}$", "", number) for number in numbers} >= {"H19.01-", "H19.26-", "H19.01.1-"}
    assert (made.folder / COVERS).read_text() == "H19:2024-01-01:2024-12-31\n"


def test_a_code_that_nobody_bore_and_a_folder_that_holds_something_are_refused(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept.txt").write_text("kept")
    orders = [("99999", 2024, "new", "GENERATE-NO-UNIT"), ("731", 2026, "new", "GENERATE-NO-UNIT"),
              ("75", 2024, "full", "GENERATE-NOT-EMPTY")]  # fmt: skip
    for unit, year, name, code in orders:
        refused = generate(TREE, WORKING, Order(unit=unit, year=year, dossiers=5, seed=1), tmp_path / name)
        assert isinstance(refused, Problem)
        assert (refused.code, int(refused.weight)) == (code, 2)
    assert [str(page.relative_to(tmp_path)) for page in sorted(tmp_path.rglob("*"))] == ["full", "full/kept.txt"]
