"""A place of another shape, no code for it: two tiers of its own, three units, one decision, two own indicators."""

from pathlib import Path

import pytest

from tests.rooms.commands import done, run, sentences, untouched

SOURCE = Path(__file__).parent / "another_shape"
FIGURES = """\
unit,indicator,from,to,numerator,denominator,captured_at,person,document
TP.A,overdue-dossiers,2026-01-01,2026-12-31,30,1000,2026-10-01,Văn thư,BC-1
TP.B,overdue-dossiers,2026-01-01,2026-12-31,30,1000,2026-10-01,Văn thư,BC-2
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of this place, made by the commands of everyone."""
    place = tmp_path_factory.mktemp("another") / "w"
    with untouched(SOURCE):
        done("init", "--from", SOURCE, home=place)
    done("import", "figure", "-", home=place, stdin=FIGURES.encode())
    return place


def test_its_units_and_its_acts_are_as_its_folder_says(home: Path) -> None:
    (city,) = done("units", "show", "--format", "json", home=home).objects
    assert (city["unit"], city["below"], city["children"]) == ("TP", {"ward": 2}, ["TP.A", "TP.B"])
    assert "1+2 (2 Phường)" in done("units", "show", "TP", home=home).out
    assert "3 dòng đơn vị" in done("units", "check", home=home).err
    (act,) = done("decision", "list", "--format", "json", home=home).objects
    assert (act["number"], act["file"]) == ("MH-01", "acts/2026-01-15-mh-01.toml")
    assert done("check", home=home).raw == b""


def test_its_decision_is_shown_with_its_own_tiers(home: Path) -> None:
    table = done("decision", "show", "MH-01", home=home).out
    assert "dòng  chỉ số" in table
    assert "Thành phố" in table
    assert "6 chỉ tiêu ngày 10/10/2026: 2 Thành phố, 4 Phường." in table
    (shown,) = done("decision", "show", "MH-01", "--format", "json", home=home).objects
    assert shown["targets"] == {"total": 6, "by_tier": {"city": 2, "ward": 4}}
    assert shown["rows"][0]["tiers"] == {"city": "<= 2 %", "ward": "<= 3 %"}
    assert shown["rows"][0]["units"] == {"TP.A": "<= 2,5 %"}


def test_its_own_indicators_are_judged_lower_is_better(home: Path) -> None:
    rows = done("standing", "--decision", "MH-01", "--format", "json", home=home).objects
    found = {(one["unit"], one["indicator"]): one for one in rows}
    judged = {
        key[0]: (one["verdict"], one["shown"], one["headroom"]) for key, one in found.items() if "dossiers" in key[1]
    }
    # A and B have the same 30 of 1.000; A has a value of its own, which is stricter than its tier's.
    assert judged == {
        "TP": ("missing", "3,00 %", {"needs": 1000, "possible": True}),
        "TP.A": ("missing", "3,00 %", {"needs": 200, "possible": True}),
        "TP.B": ("meeting", "3,00 %", {"can_still_fail": 0}),
    }
    assert found["TP.A", "overdue-dossiers"]["target"]["from"] == "named"
    assert found["TP", "overdue-dossiers"]["units"] == {"with": 2, "of": 2}
    assert (found["TP.A", "overdue-dossiers"]["rank"], found["TP.B", "overdue-dossiers"]["rank"]) == (
        {"place": 1, "of": 2},
    ) * 2
    assert {one["verdict"] for (_, indicator), one in found.items() if indicator == "reform-plan-issued"} == {"no_data"}
    plan = found["TP.B", "reform-plan-issued"]["target"]
    assert (plan["operator"], plan["value"], plan["unit"]) == ("by", "2026-02-15", "day")
    table = done("standing", "--decision", "MH-01", "--unit", "TP.B", home=home).out
    assert {"HOẠ", "quá", "hạn", "1.000", "3,00", "≤", "15/02/2026"} <= set(table.split())
    assert "≤ 2,5 %" in done("explain", "overdue-dossiers", "--unit", "TP.A", "--decision", "MH-01", home=home).out


def test_its_words_are_checked_like_everyones(home: Path, tmp_path: Path) -> None:
    text = (SOURCE / "acts" / "2026-01-15-mh-01.toml").read_text(encoding="utf-8").replace('"MH-01"', '"MH-02"')
    wrong = {
        "commune": text.replace("ward = ", "commune = "),
        "cột Phường": text.replace('"<= 3 %"', '"<= 3"'),
        "counts.ward": text.replace("ward = 2", "ward = 3"),
        "TP.C": text.replace("TP.A", "TP.C"),
    }
    for word, act in wrong.items():
        page = tmp_path / "x.toml"
        page.write_text(act, encoding="utf-8")
        with untouched(home):
            ended = run("decision", "check", page, home=home)
        assert (ended.status, word in sentences(ended)[0]) == (1, True), ended.err
    page.write_text(text, encoding="utf-8")
    tried = done("decision", "try", page, "--period", "2026", "--format", "json", home=home).objects
    assert [(one["tier"], one["level"], one["reached"], one["missed"]) for one in tried if one["row"] == 1] == [
        ("city", "<= 2 %", 0, 1),
        ("ward", "<= 2,5 %", 0, 1),
        ("ward", "<= 3 %", 1, 0),
    ]


def test_a_built_in_indicator_stands_beside_its_own_and_may_not_be_taken(home: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    (twin / "indicators").mkdir(parents=True)
    own = (SOURCE / "indicators" / "overdue-dossiers.toml").read_text(encoding="utf-8")
    (twin / "indicators" / "x.toml").write_text(own.replace("overdue-dossiers", "on-time-dossiers"), encoding="utf-8")
    ended = run("init", "--from", twin, home=tmp_path / "w")
    assert (ended.status, "on-time-dossiers" in ended.err) == (1, True)
    assert not (tmp_path / "w").exists()
    assert (
        done("standing", "--decision", "MH-01", "--indicator", "initiatives", "--format", "json", home=home).objects
        == []
    )
