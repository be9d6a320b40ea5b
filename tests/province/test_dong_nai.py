"""Đồng Nai through all its reorganisations, from its folder by the commands: who stands, who holds, what 194 gives."""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from chitieu.acts.units import OLD_CODE, Tree, Unit
from chitieu.measures.tally import Tallies
from chitieu.period import Period, read
from chitieu.records.figures import Figure, Figures
from chitieu.walk import Workspace, open_workspace
from tests.province.command_line import Office

PROVINCE = Path(__file__).resolve().parents[2] / "provinces" / "dong-nai"
DAYS = [date(2024, 1, 1) + timedelta(days=day) for day in range(366 + 365 + 365)]
TURNS = [date(2024, 1, 1), date(2024, 11, 1), date(2025, 3, 1), date(2025, 7, 1), date(2026, 4, 30)]
BEFORE, MERGED, NOW = date(2024, 10, 31), date(2024, 11, 1), date(2026, 10, 10)
NEW_PROVINCE = date(2025, 7, 1)
DISTRICTS = {"731", "732", *(str(code) for code in range(734, 743))}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(home=tmp_path_factory.mktemp("dong-nai") / "home")
    office.run("init", "--from", PROVINCE)
    return office


@pytest.fixture(scope="module")
def workspace(office: Office) -> Workspace:
    opened, problems = open_workspace(office.home)
    assert opened is not None and problems == []
    return opened


@pytest.fixture(scope="module")
def tree(workspace: Workspace) -> Tree:
    return workspace.tree


def the_unit(tree: Tree, code: str, day: date) -> Unit:
    found = tree.bearer(code, day)
    assert found is not None, f"{code} on {day}"
    return found


def holder(tree: Tree, code: str, stood: date, day: date) -> tuple[str, str]:
    """Code and name of who holds on `day` what was recorded for the bearer of a code on `stood`."""
    found = tree.holder(the_unit(tree, code, stood), day)
    return found.code, found.name


@pytest.mark.parametrize(
    ("day", "tiers"),
    [
        ("2024-01-23", "1+20+11+170"),
        ("2024-10-31", "1+20+11+170"),
        ("2024-11-01", "1+20+11+159"),
        ("2025-02-28", "1+20+11+159"),
        ("2025-03-01", "1+15+11+159"),  # departments merged, on an assumed day
        ("2025-06-30", "1+15+11+159"),
        ("2025-07-01", "1+15+95"),  # no district any more
        ("2026-04-29", "1+15+95"),
        ("2026-10-10", "1+15+95"),
    ],
)
def test_units_of_dong_nai_on_a_day(office: Office, day: str, tiers: str) -> None:
    said = office.run("units", "show", "75", "--on", day).out.splitlines()[0]
    assert re.search(r"\d+(\+\d+)+", said).group() == tiers  # type: ignore[union-attr]


@pytest.mark.parametrize("day", ["2024-01-23", "2024-11-01", "2025-06-30"])
def test_binh_phuoc_stands_beside_it_until_the_last_of_june_2025(office: Office, day: str) -> None:
    [found] = office.run("units", "show", "70", "--on", day, "--format", "json").objects
    assert (found["tier"], found["below"]) == ("province", {"district": 11, "commune": 111})
    roots = office.run("units", "show", "--on", day, "--format", "json").objects
    assert [root["unit"] for root in roots] == ["70", "75"]


def test_from_july_2025_there_is_one_province_and_the_code_of_binh_phuoc_leads_to_it(office: Office) -> None:
    [root] = office.run("units", "show", "--on", "2025-07-01", "--format", "json").objects
    answer = office.run("units", "show", "70", "--on", "2025-07-01", "--format", "json")
    assert (root["unit"], root["below"]) == ("75", {"department": 15, "commune": 95})
    assert [found["unit"] for found in answer.objects] == ["75"] and "70" in answer.err


@pytest.mark.parametrize(("day", "rural", "urban"), [("2025-07-01", 72, 23), ("2026-04-30", 62, 33)])
def test_rural_and_urban_communes(office: Office, day: str, rural: int, urban: int) -> None:
    said = office.run("units", "show", "75", "--on", day).out
    kinds = Counter(re.findall(r"^\d{5} +(Xã|Phường) ", said, re.MULTILINE))
    assert kinds == {"Xã": rural, "Phường": urban}


def test_both_tables_pass_every_proof(office: Office) -> None:
    answer = office.run("units", "check")
    assert len(answer.err.splitlines()) == 1 and answer.out == ""
    assert office.run("check").err.count("\n") <= 1


@pytest.mark.parametrize(
    ("day", "total", "by_tier"),
    [
        ("2024-01-23", 2304, {"department": 280, "district": 154, "commune": 1870}),
        ("2024-12-31", 2183, {"department": 280, "district": 154, "commune": 1749}),
    ],
)
def test_targets_of_decision_194(office: Office, day: str, total: int, by_tier: dict[str, int]) -> None:
    [found] = office.run("decision", "show", "194/QĐ-UBND", "--on", day, "--format", "json").objects
    assert found["targets"] == {"total": total, "by_tier": by_tier}


def test_decision_194_gives_fourteen_fourteen_and_eleven(office: Office) -> None:
    [found] = office.run("decision", "show", "194/QĐ-UBND", "--on", "2024-01-23", "--format", "json").objects
    given = Counter(tier for row in found["rows"] for tier, level in row["tiers"].items() if level != "none")
    assert given == {"department": 14, "district": 14, "commune": 11}
    withheld = [row["row"] for row in found["rows"] if row["tiers"]["commune"] == "none"]
    assert withheld == [1, 2, 11]
    said = office.run("decision", "show", "194/QĐ-UBND", "--on", "2024-01-23").out
    assert "2.304 chỉ tiêu ngày 23/01/2024" in said and said.count("không giao") == 3


def test_a_year_without_a_record_has_no_data_for_any_of_the_2183(office: Office) -> None:
    rows = office.standing("194/QĐ-UBND")
    verdicts = Counter(row["verdict"] for row in rows)
    assert verdicts == {"no_data": 2183, "not_assigned": 3 * 159}
    assert all(row["numerator"] is None and row["shown"] is None for row in rows)


def test_on_every_day_of_three_years_the_sum_over_holders_is_everything(tree: Tree) -> None:
    # Each unit that ever stood brings a number of its own, so that no two sets of them have one sum.
    lives = list({unit.identity: unit for unit in tree.units}.values())
    brought = {unit.identity: 1 << position for position, unit in enumerate(lives)}
    everything = (1 << len(lives)) - 1
    for day in DAYS:
        snapshot = tree.on(day)
        held = dict.fromkeys(snapshot.units, 0)
        for unit in lives:
            held[tree.holder(unit, day).code] += brought[unit.identity]
        reached = {root.code: {root.code, *snapshot.below(root.code)} for root in snapshot.roots}
        assert sum(map(len, reached.values())) == len(snapshot.units)
        assert sum(held[code] for codes in reached.values() for code in codes) == everything, day


@pytest.mark.parametrize("day", [*TURNS[1:], *(turn - timedelta(days=1) for turn in TURNS[1:]), NOW])
def test_figures_of_past_units_are_carried_whole_into_the_sum_of_those_who_hold_them(
    workspace: Workspace, day: date
) -> None:
    tree = workspace.tree
    period = read("2024-01-01..2026-12-31")
    assert isinstance(period, Period)
    stand = tree.on(day)
    leaves = [unit for unit in stand.units.values() if unit.tier in ("commune", "department")]
    past = {unit.identity: unit for unit in tree.units if unit.ends is not None and unit.ends <= day}
    past = {identity: unit for identity, unit in past.items() if identity not in stand.by_identity}
    holding = tree.held_by(day).keys()
    told = [unit for unit in leaves if unit.identity not in holding] + list(past.values())
    figures = Figures((figure(unit, 1 << place, day) for place, unit in enumerate(told)), tree.look_up)
    assert figures.unplaced == []
    indicator = workspace.catalogue["on-time-dossiers"]
    tallies = Tallies(tree, figures, period, day)
    sums = [tallies.tally(root, indicator, "portal-766") for root in stand.roots]
    assert sum(tally.numerator or 0 for tally in sums) == (1 << len(told)) - 1


def figure(unit: Unit, n: int, day: date) -> Figure:
    """A figure about a unit, captured on the last day on which it stood, not after `day`.

    Of a unit with others below it, about itself alone: those below have figures of their own.
    """
    last = day if unit.ends is None or unit.ends > day else unit.ends - timedelta(days=1)
    return Figure(
        source="self-report",
        unit=unit.code,
        indicator="on-time-dossiers",
        method="portal-766",
        begins=date(2024, 1, 1),
        ends=date(2026, 12, 31),
        scope="own" if unit.tier in ("province", "district") else "",
        numerator=n,
        denominator=n,
        captured_at=datetime(last.year, last.month, last.day, 8),
        document="",
        person="",
    )


@pytest.mark.parametrize(
    ("code", "named"),
    [
        (
            "26041",
            {"2024-10-31": "Phường Quyết Thắng", "2024-11-01": "Phường Trung Dũng", "2025-07-01": "Phường Trấn Biên"},
        ),
        ("26014", {"2024-10-31": "Phường Tân Tiến", "2024-11-01": "Phường Tân Mai"}),
        ("26146", {"2024-10-31": "Xã Phú Trung", "2024-11-01": "Xã Phú Sơn"}),
        ("25195", {"2025-06-30": "Phường Tân Phú", "2025-07-01": "Phường Bình Phước"}),
        (
            "26368",
            {"2025-06-30": "Thị trấn Long Thành", "2025-07-01": "Xã Long Thành", "2026-04-30": "Phường Long Thành"},
        ),
    ],
)
def test_trap_1_and_5_one_code_many_bearers(tree: Tree, code: str, named: dict[str, str]) -> None:
    found = {day: the_unit(tree, code, date.fromisoformat(day)) for day in named}
    assert {day: unit.name for day, unit in found.items()} == named
    before, after, *_ = found.values()
    assert before.identity != after.identity


@pytest.mark.parametrize(
    ("gone", "name", "heir"),
    [
        ("26032", "Phường Trung Dũng", "26041"),
        ("26026", "Phường Tân Mai", "26014"),
        ("26137", "Xã Phú Sơn", "26146"),
    ],
)
def test_trap_1_the_name_lives_on_under_the_code_of_the_other(tree: Tree, gone: str, name: str, heir: str) -> None:
    assert holder(tree, gone, BEFORE, MERGED) == (heir, name)
    found = tree.look_up(gone, MERGED)
    assert found is not None and (found[0].name, found[1]) == (name, OLD_CODE)


def test_trap_2_tan_phong_gave_two_parts_away_and_holds_all_its_records(tree: Tree) -> None:
    before, after = the_unit(tree, "25996", BEFORE), the_unit(tree, "25996", MERGED)
    assert before.identity == after.identity
    assert holder(tree, "25996", BEFORE, MERGED) == ("25996", "Phường Tân Phong")
    held = tree.held_by(MERGED)
    for heir in ("26023", "26041"):  # what they hold, they hold of others
        assert before.identity not in {past.identity for past in held.get(the_unit(tree, heir, MERGED).identity, ())}


def test_trap_3_xuan_tam_was_divided_and_its_records_stand_with_the_province(tree: Tree) -> None:
    last = NEW_PROVINCE - timedelta(days=1)
    assert holder(tree, "26449", last, last) == ("26449", "Xã Xuân Tâm")
    assert holder(tree, "26449", last, NEW_PROVINCE) == ("75", "Tỉnh Đồng Nai")
    assert {move.new for move in tree.successions if move.old == "26449"} == {"26359", "26446"}


@pytest.mark.parametrize("code", ["25222", "25225", "26119", "26173", "26209", "26374", "26377"])
def test_trap_4_the_seven_kept_communes_are_themselves(tree: Tree, code: str) -> None:
    before, after = (the_unit(tree, code, day) for day in (NEW_PROVINCE - timedelta(days=1), NEW_PROVINCE))
    assert before.identity == after.identity
    assert before.identity not in {move.old for move in tree.successions if move.extent == "part"}
    assert after.parent == "75" != before.parent


def test_trap_6_a_name_is_no_code(office: Office, tree: Tree) -> None:
    assert tree.look_up("Tân Tiến", BEFORE) is None
    answer = office.run("units", "show", "Tân Tiến", "--on", "2024-10-31", status=2)
    assert answer.err.count("\n") == 1 and answer.out == ""
    bearers = {unit.code for unit in tree.units if unit.name.endswith(" Tân Tiến")}
    assert bearers == {"25318", "25321", "25393", "26014"}


@pytest.mark.parametrize(
    ("code", "district"),
    [
        ("26071", ("732", "Thành phố Long Khánh")),
        ("26074", ("732", "Thành phố Long Khánh")),
        ("26128", ("734", "Huyện Tân Phú")),
        ("26197", ("735", "Huyện Vĩnh Cửu")),
        ("26203", ("735", "Huyện Vĩnh Cửu")),
    ],
)
def test_trap_7_five_communes_without_a_known_heir(tree: Tree, code: str, district: tuple[str, str]) -> None:
    assert holder(tree, code, BEFORE, MERGED) == district
    assert holder(tree, code, BEFORE, NEW_PROVINCE - timedelta(days=1)) == district
    assert holder(tree, code, BEFORE, NEW_PROVINCE) == ("75", "Tỉnh Đồng Nai")
    assert holder(tree, code, BEFORE, NOW) == ("75", "Thành phố Đồng Nai")


@pytest.mark.parametrize("code", sorted(DISTRICTS))
def test_the_eleven_districts_leave_their_records_to_the_province(tree: Tree, code: str) -> None:
    last = NEW_PROVINCE - timedelta(days=1)
    assert the_unit(tree, code, last).tier == "district"
    assert holder(tree, code, last, NEW_PROVINCE) == ("75", "Tỉnh Đồng Nai")


@pytest.mark.parametrize(
    ("code", "heir"),
    [
        ("75-khdt", "75-tai-chinh"),
        ("75-gtvt", "75-xay-dung"),
        ("75-tnmt", "75-nnmt"),
        ("75-nnptnt", "75-nnmt"),
        ("75-dan-toc", "75-dttg"),
        ("75-ldtbxh", "75"),  # divided among three
        ("75-ttts", "75"),  # only a part is known
        ("75-noi-vu", "75-noi-vu"),  # gave a part away and stayed
    ],
)
def test_trap_8_departments_merged_in_march_2025(tree: Tree, code: str, heir: str) -> None:
    assert holder(tree, code, date(2025, 2, 28), date(2025, 3, 1))[0] == heir


def test_the_province_itself_keeps_its_records_through_both_changes(tree: Tree) -> None:
    assert holder(tree, "75", BEFORE, NOW) == holder(tree, "70", BEFORE, NOW) == ("75", "Thành phố Đồng Nai")
    assert [unit.name for unit in tree.units if "portal:H19" in unit.also] == [
        "Tỉnh Đồng Nai",
        "Tỉnh Đồng Nai",
        "Thành phố Đồng Nai",
    ]
    found = tree.look_up("H19", NOW)
    assert found is not None and (found[0].code, found[1]) == ("75", None)
