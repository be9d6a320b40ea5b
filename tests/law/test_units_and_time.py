"""Units and time (acts.md): when a unit stands, which unit a code means, who holds the records of the past.

A small made-up province first, then the real tables of Đồng Nai.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest

from chitieu.acts.tiers import Tiers
from chitieu.acts.unit_tables import build, read_successions, read_units
from chitieu.acts.units import Tree
from chitieu.problem import refusals

DONG_NAI = Path(__file__).resolve().parents[2] / "provinces" / "dong-nai"

UNITS = """
code,name,tier,parent,from,act,also,certainty
P,Tỉnh P,province,,,,portal:H99,
D1,Huyện Một,district,P,,,,
D2,Huyện Hai,district,P,,,,
C1,Xã Đông,commune,D1,,,portal:H99.1;stat:001,
C2,Xã Tây,commune,D1,,,stat:002,
C3,Xã Nam,commune,D2,,,stat:003,
C4,Xã Bắc,commune,D2,,,,
C5,Xã Trung,commune,D2,,,,
C1,Xã Đông Tây,commune,D1,2024-11-01,,,
C1,Phường Đông Tây,commune,P,2025-07-01,,portal:H99.1,
C3,Xã Nam,commune,P,2025-07-01,,stat:003,
C6,Phường Bắc Trung,commune,P,2025-07-01,,,
"""
SUCCESSIONS = """
old,new,extent,on,act,certainty
C1,C1,whole,2024-11-01,,
C2,C1,whole,2024-11-01,,
C1,C1,keep,2025-07-01,,
C3,C3,keep,2025-07-01,,
C4,C6,part,2025-07-01,,
C4,C3,part,2025-07-01,,
C5,,ended,2025-07-01,,
,C6,new,2025-07-01,,
D1,,ended,2025-07-01,,
D2,,ended,2025-07-01,,
"""
EARLY, LAST_DAY, LATER = date(2024, 1, 1), date(2025, 6, 30), date(2025, 7, 1)


def tree(units: str = UNITS, successions: str = SUCCESSIONS) -> Tree:
    rows, unit_faults = read_units(units.strip().encode(), "units.csv")
    moves, move_faults = read_successions(successions.strip().encode(), "successions.csv")
    found, proofs = build(rows, moves, Tiers.national())
    assert [fault.sentence for fault in [*unit_faults, *move_faults, *proofs]] == []
    return found


def names(found: Tree, day: date) -> dict[str, str]:
    return {unit.code: unit.name for unit in found.on(day).units.values()}


def held(found: Tree, code: str, of_day: date, day: date) -> str:
    """Who holds on `day` the records of the unit that bore `code` on `of_day`."""
    unit = found.bearer(code, of_day)
    assert unit is not None
    return found.holder(unit, day).code


def codes(found: Tree, code: str, day: date | None) -> tuple[str, str, str | None] | None:
    answer = found.look_up(code, day)
    return None if answer is None else (answer[0].code, answer[0].name, answer[1])


def test_a_row_stands_until_the_next_of_its_code_or_until_a_succession_takes_it_away() -> None:
    assert names(tree(), EARLY)["C1"] == "Xã Đông"
    assert names(tree(), date(2024, 10, 31)).keys() >= {"C1", "C2"}
    assert names(tree(), date(2024, 11, 1))["C1"] == "Xã Đông Tây"
    assert "C2" not in names(tree(), date(2024, 11, 1))
    assert sorted(names(tree(), LAST_DAY)) == ["C1", "C3", "C4", "C5", "D1", "D2", "P"]
    assert sorted(names(tree(), LATER)) == ["C1", "C3", "C6", "P"]


def test_a_unit_stays_itself_along_keep_and_rest_and_is_another_after_whole() -> None:
    first, second, third = (tree().bearer("C1", day) for day in (EARLY, LAST_DAY, LATER))
    assert first is not None and second is not None and third is not None
    assert (first.identity, second.identity, third.identity) == ("C1@", "C1@2024-11-01", "C1@2024-11-01")
    assert tree().end_of("C1@") == date(2024, 11, 1)
    assert tree().end_of("C1@2024-11-01") is None


def test_a_unit_kept_under_another_code_stays_itself() -> None:
    found = tree(
        "code,name,tier,parent,from\nP,P,province,,\nA,Ban Dân tộc,department,P,\nB,Sở Dân tộc,department,P,2025-03-01",
        "old,new,extent,on\nA,B,keep,2025-03-01",
    )
    unit = found.bearer("B", date(2025, 3, 1))
    assert unit is not None and unit.identity == "A@"
    assert [stretch.code for stretch in found.life("A@")] == ["A", "B"]
    assert found.holder(unit, EARLY).code == "A"


def test_what_stays_after_a_part_left_is_the_same_unit_without_a_new_row() -> None:
    found = tree(
        "code,name,tier,parent,from\nP,P,province,,\nA,Xã A,commune,P,\nB,Xã B,commune,P,",
        "old,new,extent,on\nA,A,rest,2024-11-01\nA,B,part,2024-11-01",
    )
    assert [stretch.ends for stretch in found.life("A@")] == [None]
    assert held(found, "A", EARLY, LATER) == "A"


def test_what_stays_after_a_part_left_is_the_same_unit_under_another_parent() -> None:
    found = tree(
        "code,name,tier,parent,from\nP,P,province,,\nD,D,district,P,\nA,A,commune,D,\nA,A,commune,P,2025-07-01",
        "old,new,extent,on\nD,,ended,2025-07-01\nA,P,part,2025-07-01\nA,A,rest,2025-07-01",
    )
    assert [stretch.parent for stretch in found.life("A@")] == ["D", "P"]


@pytest.mark.parametrize(
    ("code", "of_day", "day", "holder", "why"),
    [
        ("C3", EARLY, LATER, "C3", "it stands"),
        ("C2", EARLY, date(2024, 11, 1), "C1", "all of it went to C1"),
        ("C1", EARLY, LATER, "C1", "whole to the new C1, which was kept"),
        ("C4", EARLY, LATER, "P", "parts only: to its last parent D2, which ended, so to P"),
        ("C5", EARLY, LATER, "P", "no heir: likewise"),
        ("D1", EARLY, LATER, "P", "a district without heir: to its parent"),
        ("C6", LATER, EARLY, "P", "not yet begun: to its first parent"),
        ("C1", LATER, EARLY, "D1", "the unit of 2024-11-01 has not begun: to its first parent"),
    ],
)
def test_holder(code: str, of_day: date, day: date, holder: str, why: str) -> None:
    assert held(tree(), code, of_day, day) == holder, why


def test_when_the_last_day_of_a_unit_is_the_last_of_its_parent_the_holder_is_sought_above() -> None:
    assert held(tree(), "C5", LAST_DAY, LAST_DAY) == "C5"
    assert held(tree(), "C5", LAST_DAY, LATER) == "P"


def test_a_unit_that_ends_with_its_parent_goes_where_the_parent_went() -> None:
    found = tree(
        "code,name,tier,parent,from\nP,P,province,,\nD,D,department,P,\nE,E,department,P,\nV,V,division,D,",
        "old,new,extent,on\nD,E,whole,2025-03-01\nV,,ended,2025-03-01",
    )
    assert held(found, "V", EARLY, LATER) == "E"


def test_a_code_given_again_after_a_gap_is_another_unit() -> None:
    found = tree(
        "code,name,tier,parent,from\nP,P,province,,\nA,Sở cũ,department,P,\nA,Sở mới,department,P,2025-07-01",
        "old,new,extent,on\nA,,ended,2024-11-01\n,A,new,2025-07-01",
    )
    assert [str(unit.ends) for unit in found.units if unit.code == "A"] == ["2024-11-01", "None"]
    assert codes(found, "A", date(2025, 1, 1)) == ("A", "Sở cũ", "OLD-CODE")
    assert held(found, "A", EARLY, LATER) == "P" and held(found, "A", LATER, EARLY) == "P"


def test_held_by_names_the_past_and_future_stretches_of_each_holder() -> None:
    later = tree().held_by(LATER)
    assert {holder: [unit.identity for unit in units] for holder, units in later.items()} == {
        "C1@2024-11-01": ["C1@", "C2@"],
        "P@": ["C4@", "C5@", "D1@", "D2@"],
    }
    assert [unit.identity for unit in tree().held_by(EARLY)["P@"]] == ["C6@2025-07-01"]


@pytest.mark.parametrize(
    ("code", "day", "answer"),
    [
        ("c1", EARLY, ("C1", "Xã Đông", None)),
        ("portal:H99.1", EARLY, ("C1", "Xã Đông", None)),
        ("H99.1", EARLY, ("C1", "Xã Đông", None)),
        ("002", EARLY, ("C2", "Xã Tây", None)),
        ("C2", LATER, ("C2", "Xã Tây", "OLD-CODE")),
        ("stat:002", LATER, ("C2", "Xã Tây", "OLD-CODE")),
        ("C6", EARLY, ("C6", "Phường Bắc Trung", "EARLY-CODE")),
        ("H99.1", LAST_DAY, ("C1", "Xã Đông", "OLD-CODE")),
        ("H99.1", LATER, ("C1", "Phường Đông Tây", None)),
        ("C1", None, ("C1", "Phường Đông Tây", None)),
        ("C5", None, ("C5", "Xã Trung", None)),
        ("C7", EARLY, None),
        ("C7", None, None),
    ],
)
def test_a_code_means_who_bore_it_that_day(
    code: str, day: date | None, answer: tuple[str, str, str | None] | None
) -> None:
    assert codes(tree(), code, day) == answer


def test_a_code_speaks_before_an_also() -> None:
    found = tree(
        "code,name,tier,parent,from,also\nP,P,province,,,\nA,Sở A,department,P,,portal:B\nB,Sở B,department,P,,",
        "old,new,extent,on",
    )
    assert codes(found, "B", EARLY) == ("B", "Sở B", None)
    assert codes(found, "portal:b", EARLY) == ("A", "Sở A", None)


def test_dashes_letters_and_spaces_that_look_alike_are_one_code() -> None:
    found = tree("code,name,tier,parent,from\nP,P,province,,\nP-Đ1,Sở Đ,department,p,", "old,new,extent,on")
    assert codes(found, "p–Ð 1", EARLY) == ("P-Đ1", "Sở Đ", None)
    assert found.on(EARLY).children("P") == ("P-Đ1",)


def test_the_tree_of_a_day_answers_up_and_down() -> None:
    found = tree()
    then, now, next_year = found.on(EARLY), found.on(LATER), found.on(date(2026, 1, 1))
    assert then.children("P") == ("D1", "D2")
    assert then.below("P") == ("C1", "C2", "C3", "C4", "C5", "D1", "D2")
    assert then.above("C4") == ("D2", "P")
    assert then.count_by_tier("P") == {"commune": 5, "district": 2}
    assert now.count_by_tier("P") == {"commune": 3}
    parent = now.parent("C3")
    assert parent is not None and parent.code == "P" and now.parent("P") is None
    assert [root.code for root in now.roots] == ["P"]
    assert (then.day, now.day, next_year.day) == (EARLY, LATER, date(2026, 1, 1))
    assert now.children("C4") == now.above("C4") == now.below("C4") == ()


@pytest.fixture(scope="module")
def dong_nai() -> Tree:
    if not (DONG_NAI / "successions.csv").exists():
        pytest.skip("the tables of provinces/dong-nai are not there")
    rows, _ = read_units((DONG_NAI / "units.csv").read_bytes(), "units.csv")
    moves, _ = read_successions((DONG_NAI / "successions.csv").read_bytes(), "successions.csv")
    found, proofs = build(rows, moves, Tiers.national())
    assert [fault.sentence for fault in refusals(proofs)] == []
    return found


@pytest.mark.parametrize(
    ("day", "tiers"),
    [
        ("2024-01-23", {"commune": 170, "department": 20, "district": 11}),
        ("2024-11-01", {"commune": 159, "department": 20, "district": 11}),
        ("2025-06-30", {"commune": 159, "department": 15, "district": 11}),
        ("2025-07-01", {"commune": 95, "department": 15}),
        ("2026-12-31", {"commune": 95, "department": 15}),
    ],
)
def test_dong_nai_has_as_many_units_as_its_resolutions_left(dong_nai: Tree, day: str, tiers: dict[str, int]) -> None:
    assert dong_nai.on(date.fromisoformat(day)).count_by_tier("75") == tiers


def test_26041_was_three_units_one_after_the_other(dong_nai: Tree) -> None:
    days = [date(2024, 10, 31), date(2024, 11, 1), date(2025, 7, 1)]
    found = [dong_nai.bearer("26041", day) for day in days]
    assert [unit.name for unit in found if unit] == ["Phường Quyết Thắng", "Phường Trung Dũng", "Phường Trấn Biên"]
    assert len({unit.identity for unit in found if unit}) == 3
    assert [held(dong_nai, "26041", days[0], day) for day in days] == ["26041"] * 3


@pytest.mark.parametrize("code", ["26071", "26074", "26128", "26197", "26203"])
def test_a_commune_without_a_known_heir_is_held_by_its_district_then_by_the_province(dong_nai: Tree, code: str) -> None:
    unit = dong_nai.bearer(code, EARLY)
    assert unit is not None
    assert dong_nai.holder(unit, date(2024, 10, 31)).code == code
    assert dong_nai.holder(unit, date(2024, 11, 1)).code == unit.parent
    assert dong_nai.holder(unit, LATER).code == "75"


def test_the_split_with_a_rest_stays_itself_and_the_split_without_goes_to_its_parent(dong_nai: Tree) -> None:
    assert held(dong_nai, "25996", EARLY, date(2024, 11, 1)) == "25996"
    assert held(dong_nai, "26449", LAST_DAY, LAST_DAY) == "26449"
    assert held(dong_nai, "26449", LAST_DAY, LATER) == "75"


def test_the_eleven_districts_are_found_under_the_province_after_30_june_2025(dong_nai: Tree) -> None:
    districts = [
        unit.code for unit in dong_nai.on(LAST_DAY).units.values() if unit.parent == "75" and unit.tier == "district"
    ]
    assert len(districts) == 11
    assert {held(dong_nai, code, LAST_DAY, LAST_DAY) for code in districts} == set(districts)
    assert {held(dong_nai, code, LAST_DAY, LATER) for code in districts} == {"75"}


def test_kept_communes_are_the_same_units_before_and_after(dong_nai: Tree) -> None:
    for code in ("25222", "25225", "26119", "26173", "26209", "26374", "26377"):
        before, after = dong_nai.bearer(code, LAST_DAY), dong_nai.bearer(code, LATER)
        assert before is not None and after is not None
        assert (before.identity, after.parent) == (after.identity, "75")


def test_on_every_day_of_2024_to_2026_the_sum_over_the_holders_is_everything(dong_nai: Tree) -> None:
    weight = {identity: 1 << place for place, identity in enumerate(sorted({unit.identity for unit in dong_nai.units}))}
    everything = sum(weight.values())
    day = EARLY
    while day <= date(2026, 12, 31):
        snapshot = dong_nai.on(day)
        own = {unit.identity: weight[unit.identity] for unit in snapshot.units.values()}
        for holder, units in dong_nai.held_by(day).items():
            for identity in {unit.identity for unit in units}:
                own[holder] += weight[identity]
        of_roots = [[root.code, *snapshot.below(root.code)] for root in snapshot.roots]
        summed = sum(own[snapshot.units[code].identity] for of_root in of_roots for code in of_root)
        # Each unit weighs another power of two: the sum is right only if each is in it once.
        assert summed == everything, day
        day += timedelta(days=1)
