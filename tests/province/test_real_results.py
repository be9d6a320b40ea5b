"""Published results of real units through the commands: every row accounted for, every verdict exact, none early."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.province.command_line import Office, Row, counts
from tests.province.published import (
    INDICATOR,
    NAMED_UNITS,
    OF_THE_COUNTRY,
    ON_TIME,
    OWN_INDICATORS,
    TABLE,
    TWO_TIERS,
    by_unit,
    made,
)

WITHIN_HALF_A_POINT = {
    "H44.223": (2240, 2320, "96,55 %"),
    "H44.130": (1541, 1595, "96,61 %"),
    "H44.129": (4222, 4366, "96,70 %"),
    "H44.221": (2366, 2445, "96,77 %"),
    "H44.243": (2513, 2597, "96,77 %"),
    "H44.131": (1542, 1592, "96,86 %"),
    "H44.205": (3794, 3917, "96,86 %"),
    "H44.208": (2227, 2299, "96,87 %"),
    "H44.01": (156, 161, "96,89 %"),
    "H44.230": (2244, 2316, "96,89 %"),
    "H44.133": (2250, 2321, "96,94 %"),
    "H44.242": (1235, 1274, "96,94 %"),
    "H44.211": (1904, 1964, "96,95 %"),
    "H44.218": (2641, 2723, "96,99 %"),
}
"""Units of Phú Thọ in [96,5; 97): n, d and what is shown; to whole numbers each would be 97."""

KEYS = (
    "unit indicator method scope period as_of numerator denominator excluded unknown status units missing coverage "
    "reported carried provenance target verdict shown headroom outlook rank block compare_only"
).split()
"""Every key of a row of `standing` by the contract."""


def verdicts(rows: list[Row]) -> Counter[str]:
    return Counter(row["verdict"] for row in rows)


@pytest.fixture(scope="module")
def office(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A plain 97 per cent for the units of Phú Thọ and for every province, and the portal's table."""
    office = made(tmp_path_factory.mktemp("country") / "home", shared)
    for name, text in (("97.toml", TWO_TIERS), ("vn.toml", OF_THE_COUNTRY)):
        office.run("decision", "load", office.write(name, text))
    [account] = office.run("import", "figure", shared / TABLE, "--format", "json").objects
    assert account == {
        "file": str(shared / TABLE),
        "delivery": 1,
        "read": 3368,
        "accepted": 575,
        "replaced": 0,
        "unchanged": 0,
        "older": 0,
        "quarantined": 0,
        "not_taken": {"no-counts": 2195, "no-indicator": 598},
        "percentages": {"checked": 917, "agree": 917, "of_figures": 449},
    }
    return office


@pytest.fixture(scope="module")
def named(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The act with values for two named units and with indicators of the province's own."""
    folder = tmp_path_factory.mktemp("phu-tho")
    source = folder / "province"
    (source / "indicators").mkdir(parents=True)
    for code, (name, shape, unit) in OWN_INDICATORS.items():
        text = INDICATOR.format(code=code, name=name, shape=shape, unit=unit)
        (source / "indicators" / f"{code}.toml").write_text(text, encoding="utf-8")
    office = made(folder / "home", shared, source=source)
    office.run("decision", "load", office.write("1b.toml", NAMED_UNITS))
    office.run("import", "figure", shared / TABLE)
    return office


@pytest.fixture(scope="module")
def phu_tho(office: Office) -> list[Row]:
    """Phú Thọ against a plain 97 per cent on the day of reading."""
    return office.standing("MH-97", "--period", "2026", "--as-of", "2026-09-26")


def test_the_table_sent_again_brings_nothing_new_and_makes_no_delivery(office: Office, shared: Path) -> None:
    [account] = office.run("import", "figure", shared / TABLE, "--format", "json").objects
    assert (account["delivery"], account["accepted"], account["replaced"], account["unchanged"]) == (None, 0, 0, 575)
    assert len(office.run("deliveries", "list", "--format", "json").objects) == 1


def test_a_person_reads_the_account_of_every_row_and_of_every_percentage(office: Office, shared: Path) -> None:
    said = office.run("import", "figure", shared / TABLE).out
    assert "đọc 3.368 = nhận 0 + thay 0 + không đổi 575 + cũ hơn 0 + loại 0 + không lấy 2.793" in said
    assert "598 dòng thuộc chỉ số khác" in said and "917/917" in said and "449" in said


def test_eighteen_units_reach_97_per_cent_144_miss_it_and_one_received_nothing(phu_tho: list[Row]) -> None:
    assert verdicts(phu_tho) == {"meeting": 18, "missing": 144, "not_applicable": 1}
    assert Counter(row["tier"] for row in phu_tho if row["verdict"] == "meeting") == {"commune": 16, "department": 2}


def test_nothing_received_is_no_zero_per_cent(phu_tho: list[Row]) -> None:
    row = by_unit(phu_tho)["H44.23"]
    assert (counts(row), row["status"], row["shown"]) == ((0, 0), "not_applicable", "không phát sinh")
    assert (row["headroom"], row["rank"]) == (None, None)
    assert (row["source"], row["captured_on"]) == ("portal-766", "2026-09-26")


def test_a_year_read_in_september_is_never_final_whatever_day_is_asked(office: Office, phu_tho: list[Row]) -> None:
    december = office.standing("MH-97", "--period", "2026", "--as-of", "2026-12-31")
    later = office.standing("MH-97", "--period", "2026", "--as-of", "2027-03-31")
    for rows in (december, later):
        assert verdicts(rows) == verdicts(phu_tho)
        # A miss that is not final keeps how it can still be mended.
        assert all(row["headroom"]["possible"] is True for row in rows if row["verdict"] == "missing")
        assert [(row["unit"], row["headroom"]) for row in rows] == [(row["unit"], row["headroom"]) for row in phu_tho]


def test_before_the_day_of_reading_nothing_is_known(office: Office) -> None:
    rows = office.standing("MH-97", "--period", "2026", "--as-of", "2026-09-25")
    assert verdicts(rows) == {"no_data": 163}
    assert all(row["shown"] is None and row["missing"] == ["dossier"] for row in rows)


def test_fourteen_units_within_half_a_point_miss_and_none_is_shown_as_97(phu_tho: list[Row]) -> None:
    near = {row["unit"]: row for row in phu_tho if row["denominator"] and _near(*counts(row))}
    assert {unit: (*counts(row), row["shown"]) for unit, row in near.items()} == WITHIN_HALF_A_POINT
    assert {row["verdict"] for row in near.values()} == {"missing"}
    assert not any(row["shown"] == "97,00 %" for row in phu_tho)


def _near(n: int | None, d: int | None) -> bool:
    assert n is not None and d is not None
    return 9650 * d <= 10000 * n < 9700 * d


@pytest.mark.parametrize(("unit", "needs"), [("H44.131", 75), ("H44.133", 46), ("H44.205", 183), ("H44.242", 26)])
def test_how_many_must_follow_on_time_is_exact(phu_tho: list[Row], unit: str, needs: int) -> None:
    row = by_unit(phu_tho)[unit]
    n, d = counts(row)
    assert row["headroom"] == {"needs": needs, "possible": True}
    assert n is not None and d is not None
    assert (n + needs) * 100 >= 97 * (d + needs) and (n + needs - 1) * 100 < 97 * (d + needs - 1)


def test_two_shares_that_are_printed_alike_are_not_one_place(phu_tho: list[Row]) -> None:
    rows = by_unit(phu_tho)
    assert rows["H44.131"]["shown"] == rows["H44.205"]["shown"] == "96,86 %"
    assert [rows[unit]["rank"] for unit in ("H44.131", "H44.205")] == [
        {"place": 24, "of": 148},
        {"place": 23, "of": 148},
    ]


def test_departments_and_communes_are_ranked_apart_and_few_records_not_at_all(phu_tho: list[Row]) -> None:
    for tier, of in (("commune", 148), ("department", 12)):
        places = sorted(row["rank"]["place"] for row in phu_tho if row["rank"] and row["tier"] == tier)
        assert len(places) == of and places[0] == 1
    unranked = {row["unit"]: row["denominator"] for row in phu_tho if row["rank"] is None}
    assert unranked == {"H44.13": 5, "H44.46": 17, "H44.23": 0}


def test_the_act_of_two_values_for_named_units(named: Office) -> None:
    rows = named.standing("MH-01", *ON_TIME, "--as-of", "2026-09-26")
    assert verdicts(rows) == {"meeting": 17, "missing": 145, "not_assigned": 1}
    asked = by_unit(rows)
    assert (asked["H44.131"]["target"]["value"], asked["H44.131"]["target"]["from"]) == ("97.5", "named")
    assert asked["H44.131"]["headroom"] == {"needs": 408, "possible": True}
    assert asked["H44.133"]["headroom"] == {"needs": 46, "possible": True}
    without = asked["H44.23"]
    act = {"issuer": "H44", "number": "MH-01", "issued_on": "2026-01-15"}
    assert (without["verdict"], without["target"]) == ("not_assigned", {"none": {"act": act, "row": 1}})
    assert (counts(without), without["shown"], without["headroom"]) == ((0, 0), None, None)


def test_what_the_chair_sees_of_it(named: Office) -> None:
    said = named.run("standing", "--decision", "MH-01", "--indicator", "on-time-dossiers", "--as-of", "2026-09-26").out
    head, finding = said.splitlines()[:2]
    assert head.startswith("MINH HOẠ") and head.endswith("năm 2026, đến 26/09/2026")
    assert finding.startswith("Số liệu công bố, đọc 18:21 ngày 26/09/2026 · 163 đơn vị")
    assert all(part in finding for part in ("17 đạt (tạm tính)", "145 chưa đạt (tạm tính)", "1 chưa giao"))
    assert said.index("✕") < said.index("✓")
    [row] = [line for line in said.splitlines() if line.startswith("H44.131")]
    assert all(part in row for part in ("1.542 / 1.592", "96,86 %", "≥ 97,5 %", "✕ Chưa đạt (tạm tính)", "24/148"))


def test_a_level_withheld_from_one_unit_is_not_said_of_its_whole_tier(named: Office) -> None:
    asked = ("--decision", "MH-01", "--indicator", "on-time-dossiers", "--as-of", "2026-09-26")
    said = named.run("standing", *asked, "--unit", "H44.23").out
    assert "○ Chưa giao" in said and "cấp này" not in said


def test_other_lines_of_that_act_have_no_figure_and_say_so(named: Office) -> None:
    rows = named.standing("MH-01", "--period", "2026", "--as-of", "2026-09-26")
    others = [row for row in rows if row["indicator"] != "on-time-dossiers"]
    assert verdicts(others) == {"no_data": 326}
    assert {row["target"]["value"] for row in others} == {"3", "2026-01-31", "2026-02-15"}


def test_of_thirty_four_provinces_twenty_six_have_figures_and_eight_have_none(office: Office) -> None:
    rows = office.standing("MH-VN", *ON_TIME, "--as-of", "2026-10-10")
    assert verdicts(rows) == {"missing": 26, "no_data": 8}
    assert sum(row["denominator"] is not None for row in rows) == 26


@pytest.mark.parametrize(
    ("day", "on_time", "petitions"),
    [
        ("2026-09-26", (460_279, 565_120), (715, 1_055)),
        ("2026-09-28", (476_967, 599_621), (715, 1_075)),
        ("2026-10-03", (505_116, 630_071), (770, 1_181)),
        ("2026-10-06", (517_306, 644_675), (781, 1_211)),
        ("2026-10-08", (529_258, 657_928), (821, 1_242)),
        ("2026-10-10", (540_748, 670_009), (847, 1_285)),
    ],
)
def test_dong_nai_on_each_day_of_reading(
    office: Office, day: str, on_time: tuple[int, int], petitions: tuple[int, int]
) -> None:
    rows = office.standing("MH-VN", "--unit", "H19", "--period", "2026", "--as-of", day)
    assert [(row["indicator"], counts(row), row["captured_on"]) for row in rows] == [
        ("on-time-dossiers", on_time, day),
        ("petitions-settled", petitions, day),
    ]


def test_the_third_quarter_of_phu_tho_is_a_figure_of_its_own(office: Office) -> None:
    asked = ("--unit", "H44", "--indicator", "on-time-dossiers", "--period", "2026-Q3", "--as-of", "2026-10-10")
    [row] = office.standing("MH-VN", *asked)
    assert (counts(row), row["verdict"], row["units"]) == ((403_016, 464_494), "missing", None)
    assert row["period"] == {"name": "2026-Q3", "from": "2026-07-01", "to": "2026-09-30"}


def test_a_row_of_json_has_every_key_of_the_contract(phu_tho: list[Row]) -> None:
    row = by_unit(phu_tho)["H44.133"]
    act = {"issuer": "H44", "number": "MH-97", "issued_on": "2026-01-15", "row": 1}
    assert all(row.keys() >= set(KEYS) for row in phu_tho)
    provenance = row["provenance"]
    assert provenance.keys() == {"acts", "definition", "delivery", "engine"} and provenance["delivery"] == 1
    assert all(provenance[key].startswith("sha256:") for key in ("acts", "definition"))
    assert row["period"] == {"name": "2026", "from": "2026-01-01", "to": "2026-12-31"}
    assert row["target"] == {
        "operator": ">=",
        "value": "97",
        "unit": "percent",
        "act": act,
        "from": "tier",
        "tier": "commune",
        "illustration": True,
        "own": False,
        "retroactive": False,
        "overtaken": None,
        "also": [],
        "chain": [],
    }
    asked = (
        "unit",
        "indicator",
        "method",
        "scope",
        "as_of",
        "status",
        "source",
        "captured_on",
        "verdict",
        "shown",
        "rank",
    )
    assert [row[key] for key in asked] == [
        "H44.133",
        "on-time-dossiers",
        "portal-766",
        "subtree",
        "2026-09-26",
        "reported",
        "portal-766",
        "2026-09-26",
        "missing",
        "96,94 %",
        {"place": 19, "of": 148},
    ]


def test_no_number_in_the_json_is_a_float(office: Office) -> None:
    said = office.run("standing", "--decision", "MH-97", "--as-of", "2026-09-26", "--format", "json").out
    floats: list[str] = []
    json.loads(said, parse_float=floats.append)
    assert floats == []
