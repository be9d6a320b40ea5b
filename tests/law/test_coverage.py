"""Coverage (acts.md): what an assigning unit handed on of a decision, on a day – not begun, in part, whole."""

import pytest

from chitieu.acts.level import write
from tests.world import Act, World, amendment, annulment, cascade, decision, province

LINES = """
1  | steering           | district regular | commune none
3  | digitised-dossiers | district >= 40 % | commune >= 35 %
7  | on-time-dossiers   | district >= 97 % | commune >= 97 %
11 | cashless-payments  | district >= 15 % | commune none
14 | initiatives        | district >= 3    | commune >= 3
"""
D194 = decision("194/QĐ-UBND", "P", "2024-01-23", "2024", LINES)
WORLD = province().file(D194)
DAY = "2024-06-30"
ALL_BUT_ONE = "1 | digitised-dossiers | commune >= 40 %\n2 | on-time-dossiers | commune >= 97 %\n"


def of_h1(lines: str, number: str = "5/QĐ", day: str = "2024-02-20") -> Act:
    return cascade(number, "H1", day, D194, lines)


def covered(world: World, unit: str = "H1", day: str = DAY) -> str:
    """`in-part, 3/3 units, 1/3 lines`; `nothing` for a unit with nothing to hand on."""
    found = world.coverage(unit, day)
    if found is None:
        return "nothing"
    units, lines = f"{found.units_reached}/{found.units}", f"{found.lines_handed}/{found.lines}"
    return f"{found.state}, {units} units, {lines} lines"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("1 | digitised-dossiers | commune >= 40 %", "in-part, 3/3 units, 1/3 lines"),
        ("1 | digitised-dossiers | X11 >= 40 %", "in-part, 1/3 units, 1/3 lines"),
        ("1 | digitised-dossiers | X11 >= 40 %\n2 | initiatives | X12 >= 3", "in-part, 2/3 units, 2/3 lines"),
        (
            ALL_BUT_ONE + "3 | initiatives | X11 = 3",
            "in-part, 3/3 units, 3/3 lines",
        ),
        (
            ALL_BUT_ONE + "3 | initiatives | commune = 3",
            "whole, 3/3 units, 3/3 lines",
        ),
    ],
)
def test_coverage_counts_units_and_lines_that_have_a_floor(lines: str, expected: str) -> None:
    assert covered(WORLD.file(of_h1(lines))) == expected


def test_without_a_cascade_it_has_not_begun_and_the_floor_judges() -> None:
    assert covered(WORLD) == "not-begun, 0/3 units, 0/3 lines"
    assert WORLD.because("X11", "digitised-dossiers") == ">= 35 %, 194/QĐ-UBND row 3, tier"


def test_each_assigning_unit_is_covered_by_itself() -> None:
    world = WORLD.file(of_h1("1 | digitised-dossiers | commune >= 40 %"))
    assert covered(world, "H2") == "not-begun, 0/2 units, 0/3 lines"


def test_who_may_assign_to_nobody_or_has_no_floor_below_is_not_asked() -> None:
    assert [covered(WORLD, unit) for unit in ("S1", "S2", "X11")] == ["nothing"] * 3


def test_own_targets_are_listed_and_count_for_nothing() -> None:
    world = WORLD.file(of_h1("1 | cashless-payments | commune >= 10 %\n2 | online-dossiers | X11 >= 30 %"))
    assert covered(world) == "not-begun, 0/3 units, 0/3 lines"
    found = world.coverage("H1", DAY)
    assert found is not None
    assert [indicator for indicator, _ in found.own] == ["cashless-payments", "online-dossiers"]
    handed = of_h1("1 | initiatives | commune >= 3", "6/QĐ")
    assert covered(world.file(handed)) == "in-part, 3/3 units, 1/3 lines"


def test_a_unit_that_was_given_nothing_to_hand_on_is_listed_only_for_what_it_added() -> None:
    own = cascade("5/QĐ", "S1", "2024-02-20", D194, "1 | on-time-dossiers | division >= 90 %")
    world = WORLD.file(own)
    found = world.coverage("S1", DAY)
    assert found is not None and found.own == (("on-time-dossiers", "resolved"),)
    assert covered(world, "S1") == "whole, 0/0 units, 0/0 lines"


def test_cells_that_a_raised_floor_overtook_are_listed_and_still_handed_on() -> None:
    raised = amendment("15/QĐ", "P", "2024-08-02", D194, "3 | digitised-dossiers | commune >= 50 %")
    world = WORLD.file(of_h1("1 | digitised-dossiers | commune >= 40 % | X12 >= 60 %"), raised)
    before, after = world.coverage("H1", "2024-08-01"), world.coverage("H1", "2024-08-02")
    assert before is not None and after is not None
    assert before.overtaken == () and after.state == "in-part"
    cells = [(unit.code, write(value.level), write(floor.level)) for unit, _, value, floor in after.overtaken]
    assert cells == [("X11", ">= 40 %", ">= 50 %"), ("X13", ">= 40 %", ">= 50 %")]
    assert (before.cells_handed, after.cells_handed) == (3, 3)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-01-22", "nothing"),  # the decision is not in force
        ("2024-02-19", "not-begun, 0/3 units, 0/3 lines"),
        ("2024-02-20", "in-part, 3/3 units, 1/3 lines"),
        ("2024-05-01", "not-begun, 0/3 units, 0/3 lines"),  # annulled
        ("2024-09-01", "nothing"),  # the decision has ended
    ],
)
def test_coverage_is_that_of_a_day(day: str, expected: str) -> None:
    handed = of_h1("1 | digitised-dossiers | commune >= 40 %")
    annulled = annulment("7/QĐ", "H1", "2024-05-01", handed)
    world = WORLD.file(handed, annulled, annulment("8/QĐ", "P", "2024-09-01", D194))
    assert covered(world, day=day) == expected


def test_an_amendment_that_adds_a_line_opens_what_was_whole() -> None:
    small = decision("1", "P", "2024-01-02", "2024", "3 | digitised-dossiers | commune >= 35 %")
    handed = cascade("5", "H1", "2024-02-01", small, "1 | digitised-dossiers | commune >= 40 %")
    added = amendment("2", "P", "2024-08-01", small, "4 | initiatives | commune >= 3")
    world = province().file(small, handed, added)
    assert [covered(world, day=day) for day in ("2024-07-31", "2024-08-01")] == [
        "whole, 3/3 units, 1/1 lines",
        "in-part, 3/3 units, 1/2 lines",
    ]


def test_what_the_decision_orders_to_hand_on_from_ones_own_value_counts_like_a_floor() -> None:
    lines = "1 | on-time-dossiers | department >= 98 %\n2 | initiatives | department >= 3"
    plan = decision("1", "P", "2024-01-02", "2024", lines, orders=["department > division own"])
    world = province().file(plan)
    assert [covered(world, unit) for unit in ("S1", "S2")] == ["not-begun, 0/2 units, 0/2 lines", "nothing"]
    handed = cascade(
        "5", "S1", "2024-02-01", plan, "1 | on-time-dossiers | division >= 98 %\n2 | initiatives | PB1 >= 3"
    )
    world = world.file(handed)
    assert covered(world, "S1") == "in-part, 2/2 units, 2/2 lines"
    found = world.coverage("S1", DAY)
    assert found is not None and found.own == () and (found.cells, found.cells_handed) == (4, 3)


def test_the_counts_of_the_decision_are_those_of_its_own_levels_in_force_on_the_day() -> None:
    world = WORLD.file(of_h1("1 | cashless-payments | commune >= 10 %"))
    assert world.count(DAY) == {"district": 2 * 5, "commune": 5 * 3}
    assert world.count("2024-01-22") == {}
