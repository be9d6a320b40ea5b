"""The tables of Đồng Nai read as plain text, with nothing of the project between them and the facts.

Shape, counts and the known traps are asserted on the tables alone; the codes and names are then compared
with the shared list of units, and the calendar day by day with the package holidays.
"""

import csv
import tomllib
import unicodedata
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import holidays
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROVINCE = ROOT / "provinces" / "dong-nai"
NATIONAL = ROOT / "src" / "chitieu" / "acts" / "national"
DECISION = PROVINCE / "acts" / "2024-01-23-194-qd-ubnd.toml"

Row = dict[str, str]

WITHOUT_HEIR = {
    "26071": "Phường Xuân Trung",
    "26074": "Phường Xuân Thanh",
    "26128": "Xã Núi Tượng",
    "26197": "Xã Bình Hòa",
    "26203": "Xã Hiếu Liêm",
}
KEPT_IN_2025 = {"25222", "25225", "26119", "26173", "26209", "26374", "26377"}
UPGRADED_IN_2026 = {"25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485"}

# row, indicator, department, district, commune
LINES_OF_194 = [
    (1, "steering", "regular", "regular", "none"),
    (2, "assigned-tasks", "= 100 %", "= 100 %", "none"),
    (3, "digitised-dossiers", ">= 70 %", ">= 40 %", ">= 35 %"),
    (4, "simplification", ">= 10 %", ">= 10 %", ">= 10 %"),
    (5, "electronic-results", ">= 80 %", ">= 30 %", ">= 20 %"),
    (6, "online-dossiers", ">= 80 %", ">= 40 %", ">= 30 %"),
    (7, "on-time-dossiers", ">= 97 %", ">= 97 %", ">= 97 %"),
    (8, "service-satisfaction", ">= 94 %", ">= 94 %", ">= 94 %"),
    (9, "petitions-settled", ">= 97 %", ">= 97 %", ">= 97 %"),
    (10, "petition-satisfaction", ">= 93 %", ">= 93 %", ">= 93 %"),
    (11, "cashless-payments", ">= 30 %", ">= 15 %", "none"),
    (12, "inspected-units", ">= 70 %", ">= 70 %", ">= 70 %"),
    (13, "digital-inspections", ">= 50 %", ">= 50 %", ">= 50 %"),
    (14, "initiatives", ">= 3", ">= 3", ">= 3"),
]

# The package holidays 0.109 does not know the swap that public servants were given at New Year 2026.
UNKNOWN_TO_THE_PACKAGE = {
    date(2026, 1, 2): "off: Friday, swapped with Saturday 10/01 (Công văn 12729/VPCP-KGVX)",
    date(2026, 1, 10): "worked: Saturday, for Friday 02/01 (Công văn 12729/VPCP-KGVX)",
}


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


UNITS = read(PROVINCE / "units.csv")
SUCCESSIONS = read(PROVINCE / "successions.csv")
OLD = {(row["old"], row["on"]) for row in SUCCESSIONS}
NEW = {(row["new"], row["on"]) for row in SUCCESSIONS}


def stretches(code: str) -> list[Row]:
    return [row for row in UNITS if row["code"] == code]


def moved_on(day: str) -> list[Row]:
    return [row for row in SUCCESSIONS if row["on"] == day]


def heirs(old: str, day: str) -> dict[str, str]:
    return {row["new"]: row["extent"] for row in moved_on(day) if row["old"] == old}


@cache
def standing(day: str) -> dict[str, Row]:
    """The rows that stand on a day, by code.

    A row stands from its day until the next of its code, or until a succession names it as old and not also as new.
    """
    tree = {row["code"]: row for row in UNITS if row["from"] <= day}
    for code, on in OLD - NEW:
        if code in tree and tree[code]["from"] < on <= day:
            del tree[code]
    return tree


def below(root: str, day: str) -> list[Row]:
    tree = standing(day)

    def is_below(code: str) -> bool:
        parent = tree[code]["parent"]
        return bool(parent) and (parent == root or is_below(parent))

    return [row for code, row in tree.items() if is_below(code)]


def day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def days_of(entry: str) -> set[date]:
    first, _, last = entry.partition("..")
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return {start + timedelta(days=step) for step in range((end - start).days + 1)}


def calendar_years() -> list[dict[str, Any]]:
    years: list[dict[str, Any]] = tomllib.loads((PROVINCE / "calendar.toml").read_text(encoding="utf-8"))["year"]
    return years


def test_the_tables_are_plain_utf8_in_one_order_without_a_double() -> None:
    for name, columns, key in [
        ("units.csv", "code,name,tier,parent,from,act,also,certainty", ("code", "from")),
        ("successions.csv", "old,new,extent,on,act,certainty", ("on", "old", "new")),
    ]:
        text = (PROVINCE / name).read_bytes().decode("utf-8")
        rows = read(PROVINCE / name)
        assert text.startswith(columns + "\n") and "\r" not in text and text == unicodedata.normalize("NFC", text)
        keys = [tuple(row[column] for column in key) for row in rows]
        assert keys == sorted(set(keys))
        assert all(row["certainty"] for row in rows)


@pytest.mark.parametrize(
    ("root", "day", "departments", "districts", "communes"),
    [
        ("75", "2024-01-23", 20, 11, 170),
        ("75", "2024-10-31", 20, 11, 170),
        ("75", "2024-11-01", 20, 11, 159),
        ("75", "2025-02-28", 20, 11, 159),
        ("75", "2025-03-01", 15, 11, 159),
        ("75", "2025-06-30", 15, 11, 159),
        ("70", "2024-01-23", 0, 11, 111),
        ("70", "2025-06-30", 0, 11, 111),
        ("75", "2025-07-01", 15, 0, 95),
        ("75", "2026-04-30", 15, 0, 95),
    ],
)
def test_as_many_units_stand_as_the_resolutions_leave(
    root: str, day: str, departments: int, districts: int, communes: int
) -> None:
    tiers = Counter(row["tier"] for row in below(root, day))
    assert tiers == Counter(department=departments, district=districts, commune=communes)


@pytest.mark.parametrize(
    ("day", "rural", "urban"), [("2025-07-01", 72, 23), ("2026-04-29", 72, 23), ("2026-04-30", 62, 33)]
)
def test_ten_of_the_seventy_two_rural_communes_became_urban(day: str, rural: int, urban: int) -> None:
    kinds = Counter(row["name"].split()[0] for row in below("75", day) if row["tier"] == "commune")
    assert kinds == {"Xã": rural, "Phường": urban}


def test_the_ten_upgraded_communes_are_the_same_units_under_a_new_name() -> None:
    assert {row["old"] for row in moved_on("2026-04-30")} == UPGRADED_IN_2026 | {"75"}
    for code in UPGRADED_IN_2026:
        assert heirs(code, "2026-04-30") == {code: "keep"}
        before, after = standing("2026-04-29")[code]["name"], standing("2026-04-30")[code]["name"]
        assert (before.removeprefix("Xã "), before[:2]) == (after.removeprefix("Phường "), "Xã")


def test_every_end_and_every_later_beginning_follows_from_a_succession_of_that_day() -> None:
    for row in UNITS:
        begins = (row["code"], row["from"])
        assert not row["from"] or begins in NEW, row
        assert row is stretches(row["code"])[0] or begins in OLD, row
    for row in SUCCESSIONS:
        assert not row["old"] or row["old"] in standing(day_before(row["on"])), row
        assert not row["new"] or row["new"] in standing(row["on"]), row
        assert (row["new"] == "") == (row["extent"] == "ended"), row


def test_a_unit_that_took_in_another_whole_begins_a_row_of_its_own() -> None:
    begun = {(row["code"], row["from"]) for row in UNITS}
    assert {(row["new"], row["on"]) for row in SUCCESSIONS if row["extent"] in ("whole", "keep")} <= begun


def test_the_parent_stands_on_every_day_on_which_its_unit_stands() -> None:
    turns = {row["on"] for row in SUCCESSIONS}
    for day in turns | {day_before(turn) for turn in turns}:
        tree = standing(day)
        assert all(row["parent"] in tree for row in tree.values() if row["tier"] != "province"), day
        assert all(not row["parent"] for row in tree.values() if row["tier"] == "province"), day


def test_dong_nai_is_three_units_in_turn_and_binh_phuoc_goes_whole_into_the_second() -> None:
    assert [(row["name"], row["from"], row["also"]) for row in stretches("75")] == [
        ("Tỉnh Đồng Nai", "", "portal:H19"),
        ("Tỉnh Đồng Nai", "2025-07-01", "portal:H19"),
        ("Thành phố Đồng Nai", "2026-04-30", "portal:H19"),
    ]
    assert heirs("75", "2025-07-01") == heirs("70", "2025-07-01") == {"75": "whole"}
    assert heirs("75", "2026-04-30") == {"75": "keep"}
    assert "70" in standing("2025-06-30") and "70" not in standing("2025-07-01")


def test_the_twenty_two_districts_end_without_an_heir() -> None:
    districts = [row["code"] for row in UNITS if row["tier"] == "district"]
    assert len(districts) == 22
    assert all(heirs(code, "2025-07-01") == {"": "ended"} for code in districts)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("26041", ["Phường Quyết Thắng", "Phường Trung Dũng", "Phường Trấn Biên"]),
        ("26014", ["Phường Tân Tiến", "Phường Tân Mai"]),
        ("26146", ["Xã Phú Trung", "Xã Phú Sơn"]),
        ("25195", ["Phường Tân Phú", "Phường Bình Phước"]),
        ("26368", ["Thị trấn Long Thành", "Xã Long Thành", "Phường Long Thành"]),
    ],
)
def test_a_code_may_change_its_name(code: str, names: list[str]) -> None:
    assert [row["name"] for row in stretches(code)] == names


@pytest.mark.parametrize(
    ("code", "name", "heir"),
    [
        ("26032", "Phường Trung Dũng", "26041"),
        ("26026", "Phường Tân Mai", "26014"),
        ("26137", "Xã Phú Sơn", "26146"),
    ],
)
def test_a_code_may_vanish_while_its_name_lives_on_under_another(code: str, name: str, heir: str) -> None:
    assert [row["name"] for row in stretches(code)] == [name]
    assert code in standing("2024-10-31") and code not in standing("2024-11-01")
    assert heirs(code, "2024-11-01") == {heir: "whole"} and standing("2024-11-01")[heir]["name"] == name


def test_tan_phong_gave_two_parts_away_and_stayed() -> None:
    assert heirs("25996", "2024-11-01") == {"25996": "rest", "26023": "part", "26041": "part"}
    assert standing("2024-10-31")["25996"] is standing("2025-06-30")["25996"]


def test_xuan_tam_was_divided_and_is_no_more() -> None:
    assert heirs("26449", "2025-07-01") == {"26359": "part", "26446": "part"}
    assert "26449" in standing("2025-06-30") and "26449" not in standing("2025-07-01")
    assert [standing("2025-07-01")[code]["name"] for code in ("26359", "26446")] == ["Xã Xuân Đông", "Xã Xuân Hòa"]


def test_seven_communes_were_kept_in_2025_and_eighty_eight_are_mergers() -> None:
    kept = {row["old"] for row in moved_on("2025-07-01") if row["extent"] == "keep"}
    merged = {row["new"] for row in moved_on("2025-07-01") if row["extent"] == "whole"} - {"75"}
    assert (kept, len(merged), kept & merged) == (KEPT_IN_2025, 88, set())
    assert all(heirs(code, "2025-07-01") == {code: "keep"} for code in kept)
    assert merged <= {row["old"] for row in moved_on("2025-07-01")}  # each reuses the code of one of its sources


def test_five_communes_end_in_2024_without_a_known_heir() -> None:
    ended = [row for row in moved_on("2024-11-01") if row["extent"] == "ended"]
    assert {row["old"]: stretches(row["old"])[0]["name"] for row in ended} == WITHOUT_HEIR
    assert all("not" in row["certainty"] for row in ended)
    assert not WITHOUT_HEIR.keys() & standing("2024-11-01").keys()


def test_a_name_is_no_key() -> None:
    codes: dict[str, set[str]] = {}
    for row in UNITS:
        if row["tier"] == "commune":
            kind = next(kind for kind in ("Xã ", "Phường ", "Thị trấn ") if row["name"].startswith(kind))
            codes.setdefault(row["name"].removeprefix(kind), set()).add(row["code"])
    assert len([name for name, under in codes.items() if len(under) > 1]) == 51
    assert codes["Tân Tiến"] == {"25318", "25321", "25393", "26014"}


def test_departments_merged_in_march_2025_on_an_assumed_day() -> None:
    assert all("day assumed" in row["certainty"] and not row["act"] for row in moved_on("2025-03-01"))
    before, after = standing("2025-02-28").keys(), standing("2025-03-01").keys()
    gone = {"75-khdt", "75-gtvt", "75-tnmt", "75-nnptnt", "75-ttts", "75-ldtbxh", "75-dan-toc"}
    assert (before - after, after - before) == (gone, {"75-nnmt", "75-dttg"})
    assert heirs("75-ttts", "2025-03-01") == {"75-khcn": "part"}
    assert heirs("75-noi-vu", "2025-03-01") == {"75-noi-vu": "rest", "75-dttg": "part"}
    assert set(heirs("75-ldtbxh", "2025-03-01")) == {"75-noi-vu", "75-y-te", "75-gddt"}


def test_decision_194_says_what_the_published_page_says() -> None:
    act = tomllib.loads(DECISION.read_text(encoding="utf-8"))
    assert (act["number"], act["issuer"], act["issued_on"]) == ("194/QĐ-UBND", "75", date(2024, 1, 23))
    tiers = ("department", "district", "commune")
    assert [tuple(line[key] for key in ("row", "indicator", *tiers)) for line in act["line"]] == LINES_OF_194
    assert {tier: sum(line[tier] != "none" for line in act["line"]) for tier in tiers} == act["counts"]
    assert act["counts"] == {"department": 14, "district": 14, "commune": 11}


def test_the_province_names_every_district_as_an_issuer() -> None:
    issuers = tomllib.loads((PROVINCE / "province.toml").read_text(encoding="utf-8"))["issuers"]
    districts = [row for row in below("75", "2024-01-23") if row["tier"] == "district"]
    named = {row["code"]: f"UBND {row['name'][0].lower()}{row['name'][1:]}" for row in districts}
    assert issuers == {"75": "UBND tỉnh Đồng Nai"} | named


def test_the_national_tiers_and_calendar_are_those_of_the_province() -> None:
    for name in ("tiers.toml", "calendar.toml"):
        assert (NATIONAL / name).read_bytes() == (PROVINCE / name).read_bytes()


def test_working_days_are_those_of_the_package_but_for_the_named_differences() -> None:
    years = calendar_years()
    assert [year["year"] for year in years] == [2023, 2024, 2025, 2026]
    different = set()
    for year in years:
        package = holidays.country_holidays("VN", years=year["year"])
        off = set().union(*(days_of(entry) for entry in year["off"]))
        worked = {date.fromisoformat(day) for day in year["worked"]}
        assert year["act"] and year["certainty"] and not off & worked and all(day.weekday() == 5 for day in worked)
        assert {day.year for day in off | worked} == {year["year"]}
        for day in days_of(f"{year['year']}-01-01..{year['year']}-12-31"):
            ours = day in worked or (day.weekday() < 5 and day not in off)
            theirs = day in package.weekend_workdays or (day.weekday() < 5 and day not in package)
            if ours != theirs:
                different.add(day)
    assert different == UNKNOWN_TO_THE_PACKAGE.keys()


def test_every_code_and_name_agrees_with_the_shared_list(shared: Path) -> None:
    listed = read(shared / "data" / "units" / "units.csv")
    theirs = {(row["code"], row["name"].removesuffix(" (mới)")) for row in listed}
    ours = {(row["code"], row["name"]) for row in UNITS if row["tier"] != "department"}
    assert ours == theirs
    departments = {row["name"] for row in read(shared / "data" / "units" / "departments.csv")}
    assert {row["name"] for row in UNITS if row["tier"] == "department"} == departments


def test_every_succession_of_the_shared_list_is_here(shared: Path) -> None:
    listed = read(shared / "data" / "units" / "succession.csv")
    untouched = {("keep", "2024-11-01")}  # the communes of 2024 of which nothing changed need no row
    theirs = {
        (row["old_code"], row["new_code"], row["effective_date"].rstrip("?"))
        for row in listed
        if (row["kind"], row["effective_date"]) not in untouched
    }
    assert {(row["old"], row["new"], row["on"]) for row in SUCCESSIONS if row["on"] != "2025-03-01"} == theirs
