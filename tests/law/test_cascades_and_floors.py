"""Cascades and floors (acts.md; practice.md W1, W2, W3): who may hand on what to whom, and never below what binds."""

import pytest

from chitieu.problem import refusals
from tests.world import Act, amendment, annulment, cascade, decision, province, said

DIGITISED, ON_TIME, CASHLESS = "digitised-dossiers", "on-time-dossiers", "cashless-payments"
D194 = decision(
    "194/QĐ-UBND",
    "P",
    "2024-01-23",
    "2024",
    """
    1  | steering           | district regular | commune regular
    2  | assigned-tasks     | district = 100 % | commune = 100 %
    3  | digitised-dossiers | district >= 40 % | commune >= 35 % | X12 >= 60 % | X13 >= 20 %
    4  | overdue-dossiers   | district <= 3 %  | commune <= 3 %
    5  | reform-plan-issued | district by 2024-06-30 | commune by 2024-06-30
    7  | on-time-dossiers   | district >= 97 % | commune >= 97 %
    11 | cashless-payments  | district >= 15 % | commune none
    14 | initiatives        | district >= 3    | commune >= 3
    """,
)
WORLD = province().file(D194)


def of_h1(lines: str, day: str = "2024-02-20", number: str = "5/QĐ", **more: object) -> Act:
    return cascade(number, "H1", day, D194, lines, **more)


# More demanding (W1, W2)


@pytest.mark.parametrize(
    ("indicator", "value", "code"),
    [
        (ON_TIME, ">= 97 %", None),
        (ON_TIME, ">= 97,5 %", None),
        (ON_TIME, "= 97 %", None),
        (ON_TIME, "= 100 %", None),
        (ON_TIME, ">= 96,99 %", "BELOW-FLOOR"),
        (ON_TIME, "= 96 %", "BELOW-FLOOR"),
        (ON_TIME, "<= 99 %", "NOT-COMPARABLE-WITH-FLOOR"),
        (ON_TIME, "none", "BELOW-FLOOR"),
        ("assigned-tasks", "= 100 %", None),
        ("assigned-tasks", ">= 97 %", "BELOW-FLOOR"),
        ("assigned-tasks", ">= 100 %", "NOT-COMPARABLE-WITH-FLOOR"),
        ("overdue-dossiers", "<= 2 %", None),
        ("overdue-dossiers", "= 0 %", None),
        ("overdue-dossiers", "<= 4 %", "BELOW-FLOOR"),
        ("overdue-dossiers", ">= 2 %", "NOT-COMPARABLE-WITH-FLOOR"),
        ("reform-plan-issued", "by 2024-06-15", None),
        ("reform-plan-issued", "by 2024-07-15", "BELOW-FLOOR"),
        ("reform-plan-issued", "regular", "NOT-COMPARABLE-WITH-FLOOR"),
        ("steering", "regular", None),
        ("steering", ">= 4", None),  # a regular duty may be made "at least k times"
        ("steering", "none", "BELOW-FLOOR"),  # it may not be dropped
        ("initiatives", "= 3", None),
        ("initiatives", ">= 2", "BELOW-FLOOR"),
    ],
)
def test_a_value_is_at_least_as_demanding_as_its_floor(indicator: str, value: str, code: str | None) -> None:
    assert WORLD.codes(of_h1(f"1 | {indicator} | commune {value}")) == ([code] if code else [])


@pytest.mark.parametrize(("indicator", "value"), [(ON_TIME, ">= 97"), ("initiatives", ">= 3 %"), ("steering", "= 4")])
def test_another_unit_of_measure_is_refused(indicator: str, value: str) -> None:
    assert WORLD.codes(of_h1(f"1 | {indicator} | commune {value}")) == ["WRONG-MEASURE"]


def test_a_method_of_its_own_is_refused_where_there_is_a_floor() -> None:
    assert WORLD.codes(of_h1("1 | on-time-dossiers/portal-766 | commune >= 99 %")) == ["METHOD-OF-ITS-OWN"]
    assert WORLD.codes(of_h1("1 | on-time-dossiers/resolved | commune >= 99 %")) == []  # the default, said


def test_a_scope_of_its_own_is_refused_where_there_is_a_floor() -> None:
    assert WORLD.codes(of_h1("1 | on-time-dossiers | commune >= 99 % | scope = own")) == ["SCOPE-OF-ITS-OWN"]
    assert WORLD.codes(of_h1("1 | on-time-dossiers | commune >= 99 % | scope = subtree")) == []
    assert WORLD.codes(of_h1("1 | cashless-payments | commune >= 10 % | scope = own")) == []


def test_without_a_method_it_is_that_of_the_row_it_hands_on() -> None:
    above = decision("1", "P", "2024-01-02", "2024", "1 | on-time-dossiers/portal-766 | commune >= 97 %")
    world = province().file(above, cascade("5", "H1", "2024-02-01", above, "1 | on-time-dossiers | commune >= 98 %"))
    assert world.because("X11", ON_TIME) == ">= 98 %, 5 row 1, cascade"
    assert world.cell("X11", ON_TIME).row.method == "portal-766"


def test_a_line_that_could_hand_on_either_of_two_rows_says_which() -> None:
    lines = "1 | on-time-dossiers/portal-766 | commune >= 97 %\n2 | on-time-dossiers/resolved | commune >= 98 %"
    above = decision("1", "P", "2024-01-02", "2024", lines)
    world = province().file(above)
    assert world.codes(cascade("5", "H1", "2024-02-01", above, "1 | on-time-dossiers | commune >= 99 %")) == [
        "METHOD-NEEDED"
    ]
    handed = cascade("5", "H1", "2024-02-01", above, "1 | on-time-dossiers/resolved | commune >= 99 %")
    assert world.codes(handed) == []
    changed = amendment("6", "H1", "2024-03-01", handed, "1 | on-time-dossiers | commune >= 99,5 %")
    assert world.file(handed).codes(changed) == []  # the row it changes has its method


def test_two_rows_of_one_cascade_may_not_have_one_indicator_and_method() -> None:
    lines = "1 | on-time-dossiers | commune >= 98 %\n2 | on-time-dossiers/resolved | X11 >= 99 %"
    assert WORLD.codes(of_h1(lines)) == ["ROW-INDICATOR-TWICE"]


# Unit by unit


@pytest.mark.parametrize(
    ("cells", "refused"),
    [
        ("commune >= 60 %", 0),
        ("commune >= 35 %", 1),  # X12 has 60 of its own
        ("commune >= 35 % | X12 >= 60 %", 0),
        ("commune >= 35 % | X12 >= 59 %", 1),
        ("commune >= 34 %", 2),  # the tier's floor for X11, the named one for X12
        ("X13 >= 20 %", 0),  # the same authority set it lower: that is its floor
        ("X13 >= 19 %", 1),
        ("X11 >= 20 %", 1),
        ("commune >= 35 % | X12 none", 1),
    ],
)
def test_the_floor_is_checked_unit_by_unit(cells: str, refused: int) -> None:
    problems = refusals(WORLD.check(of_h1(f"1 | digitised-dossiers | {cells}")))
    assert [found.code for found in problems] == ["BELOW-FLOOR"] * refused


def test_a_refusal_names_cell_value_floor_act_row_and_what_to_write() -> None:
    said = WORLD.sentences(of_h1("1 | digitised-dossiers | commune >= 60 % | X11 >= 34,99 %"))
    assert said == (
        'acts/2.toml, dòng 1, đơn vị X11: ">= 34,99 %"\n'
        "  DƯỚI MỨC TỐI THIỂU  34,99 < 35 (Quyết định 194/QĐ-UBND ngày 23/01/2024, dòng 3, cột UBND cấp xã). "
        "Ghi 35 trở lên."
    )


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        ("1 | digitised-dossiers | X12 >= 59 %", ("59 < 60", "mức ghi riêng cho đơn vị X12", "dòng 3")),
        ("1 | overdue-dossiers | commune <= 4 %", ("4 > 3", "Ghi 3 trở xuống")),
        ("1 | assigned-tasks | commune >= 97 %", ("97 ≠ 100", "Ghi đúng 100")),
        ("1 | on-time-dossiers | commune none", ("không giao", "≥ 97 %", "dòng 7")),
        ("1 | reform-plan-issued | commune by 2024-07-15", ("15/07/2024 muộn hơn", "30/06/2024")),
        ("1 | on-time-dossiers | commune <= 99 %", ("KHÔNG SO ĐƯỢC", 'Ghi ">= 97 %"')),
    ],
)
def test_each_sort_of_breach_is_said_in_words(lines: str, parts: tuple[str, ...]) -> None:
    said = WORLD.sentences(of_h1(lines))
    assert all(part in said for part in parts), said


def test_every_cell_that_is_below_is_said_at_once() -> None:
    lines = "1 | digitised-dossiers | commune >= 34 %\n2 | on-time-dossiers | commune >= 90 % | X11 >= 91 %"
    rows = [(found.code, found.place.row) for found in WORLD.check(of_h1(lines))]
    assert rows == [("BELOW-FLOOR", 1), ("BELOW-FLOOR", 1), ("BELOW-FLOOR", 2), ("BELOW-FLOOR", 2)]


def test_a_cell_is_checked_though_another_cascade_of_the_issuer_speaks_over_it() -> None:
    first = of_h1("1 | on-time-dossiers | commune >= 98 %", "2024-03-01")
    second = of_h1("1 | on-time-dossiers | commune >= 90 %", "2024-02-01", "4/QĐ", in_force="2024-03-01")
    assert WORLD.file(first).codes(second) == ["BELOW-FLOOR"]


def test_an_amendment_of_a_cascade_is_checked_for_its_own_cells_alone() -> None:
    handed = of_h1("1 | digitised-dossiers | commune >= 60 %\n2 | initiatives | commune >= 3")
    raised = amendment("15/QĐ", "P", "2024-05-01", D194, "3 | digitised-dossiers | commune >= 70 %")
    changed = amendment("6/QĐ", "H1", "2024-06-01", handed, "2 | initiatives | commune >= 4")
    assert WORLD.file(handed, raised).codes(changed) == []


def test_what_a_cascade_leaves_out_is_no_breach_and_the_floor_judges() -> None:
    world = WORLD.file(of_h1("1 | digitised-dossiers | X11 >= 40 %"))
    assert world.because("X13", DIGITISED) == ">= 20 %, 194/QĐ-UBND row 3, named"
    assert world.because("X11", ON_TIME) == ">= 97 %, 194/QĐ-UBND row 7, tier"


# Own targets (W3)


def test_where_there_is_no_floor_the_line_is_the_issuers_own_target() -> None:
    world = WORLD.file(of_h1("4 | cashless-payments | commune >= 10 %"))
    cell = world.cell("X11", CASHLESS)
    assert cell.target is not None and cell.target.own and cell.target.floor is None
    assert (cell.row.row, said(cell.target.cell)) == (11, ">= 10 %, 5/QĐ row 4")
    assert world.level("X21", CASHLESS) == "none"
    assert world.count("2024-12-31") == WORLD.count("2024-12-31")


def test_an_own_target_is_in_the_table_where_the_upper_act_has_a_line_for_its_indicator() -> None:
    lines = "4 | cashless-payments/dossiers-online | commune >= 10 %\n5 | online-dossiers | commune >= 30 %"
    world = WORLD.file(of_h1(lines))
    own = world.cell("X11", CASHLESS, method="dossiers-online")
    assert own.target is not None and own.target.own and own.row.row == 11
    assert world.level("X11", CASHLESS, method="transactions") == "none"
    assert not any(cell.row.indicator == "online-dossiers" for cell in world.table())
    assert world.level("X11", "online-dossiers", act="5/QĐ") == ">= 30 %"


def test_an_own_target_is_counted_as_its_issuer_says() -> None:
    above = decision("1", "P", "2024-01-02", "2024", "1 | cashless-payments | district >= 15 % | scope = own")
    lines = "1 | cashless-payments | commune >= 10 % | when_empty = met"
    world = province().file(above, cascade("5", "H1", "2024-02-01", above, lines))
    target = world.cell("X11", CASHLESS).target
    assert target is not None
    assert (target.row.row, target.row.line.scope, target.row.line.when_empty) == (1, "own", "met")


def test_an_own_target_ends_when_an_amendment_says_none() -> None:
    handed = of_h1("4 | cashless-payments | commune >= 10 %")
    taken = amendment("6/QĐ", "H1", "2024-06-01", handed, "4 | cashless-payments | commune none")
    cell = WORLD.file(handed, taken).cell("X11", CASHLESS)
    assert cell.target is None and cell.none is not None


# Whom a cascade reaches


@pytest.mark.parametrize(
    ("issuer", "lines", "codes"),
    [
        ("H1", "1 | on-time-dossiers | X21 >= 98 %", ["OUTSIDE-SUBTREE"]),  # of another district
        ("H1", "1 | on-time-dossiers | S1 >= 98 %", ["OUTSIDE-SUBTREE"]),
        ("H1", "1 | on-time-dossiers | H1 >= 98 %", ["OUTSIDE-SUBTREE"]),  # itself
        ("H1", "1 | on-time-dossiers | district >= 98 %", ["TIER-NOT-ASSIGNABLE"]),
        ("H1", "1 | on-time-dossiers | division >= 98 %", ["TIER-NOT-ASSIGNABLE"]),
        ("X11", "1 | on-time-dossiers | division >= 98 %", ["TIER-NOT-ASSIGNABLE"]),  # only since 01/07/2025
        ("S1", "1 | on-time-dossiers | division >= 98 %", []),
        ("S2", "1 | on-time-dossiers | division >= 98 %", ["NOBODY-BELOW"]),
        ("P", "1 | on-time-dossiers | department >= 98 %", ["OUTSIDE-UPPER-ACT"]),  # the author itself
    ],
)
def test_a_cascade_hands_on_to_units_directly_below_in_a_tier_the_issuer_may_assign_to(
    issuer: str, lines: str, codes: list[str]
) -> None:
    assert WORLD.codes(cascade("5", issuer, "2024-02-20", D194, lines)) == codes


def test_a_commune_hands_on_to_its_divisions_from_july_2025() -> None:
    above = decision("1", "P", "2025-01-02", "2025", "1 | on-time-dossiers | commune >= 97 %")
    handed = cascade("5", "X11", "2025-07-01", above, "1 | on-time-dossiers | division >= 98 %")
    world = province().file(above, handed)
    assert world.level("TT11", ON_TIME, "2025") == ">= 98 %"


@pytest.mark.parametrize("place", ["X21", "district"])
def test_an_amendment_of_a_cascade_reaches_no_further_than_the_cascade(place: str) -> None:
    handed = of_h1("1 | on-time-dossiers | commune >= 98 %")
    changed = amendment("6/QĐ", "P", "2024-06-01", handed, f"1 | on-time-dossiers | {place} >= 99 %")
    expected = ["OUTSIDE-SUBTREE"] if place == "X21" else ["TIER-NOT-ASSIGNABLE"]
    assert WORLD.file(handed).codes(changed) == expected


def test_a_unit_outside_the_reach_of_the_upper_act_may_not_hand_it_on() -> None:
    of_district = decision("1", "H2", "2024-01-02", "2024", "1 | on-time-dossiers | commune >= 97 %")
    handed = cascade("5", "H1", "2024-02-20", of_district, "1 | on-time-dossiers | commune >= 98 %")
    assert province().file(of_district).codes(handed) == ["OUTSIDE-UPPER-ACT"]


# Its days


def test_a_cascade_before_its_upper_act_waits_for_it_and_stands_on_the_floors_of_its_first_day() -> None:
    above = decision("1", "P", "2024-01-02", "2024", "1 | on-time-dossiers | commune >= 97 %", in_force="2024-03-01")
    raised = amendment("2", "P", "2024-01-03", above, "1 | on-time-dossiers | commune >= 98 %", in_force="2024-03-01")
    world = province().file(above, raised)
    assert world.codes(cascade("5", "H1", "2024-02-01", above, "1 | on-time-dossiers | commune >= 97,5 %")) == [
        "BELOW-FLOOR"
    ]
    world = world.file(cascade("5", "H1", "2024-02-01", above, "1 | on-time-dossiers | commune >= 99 %"))
    assert world.level("X11", ON_TIME, "2024", "2024-02-15") == "not assigned"
    assert world.level("X11", ON_TIME, "2024-Q1") == ">= 99 %"


def test_an_issuer_that_is_gone_before_the_upper_act_begins_has_nothing_to_hand_on() -> None:
    above = decision("1", "P", "2025-06-01", "2025", "1 | on-time-dossiers | commune >= 97 %", in_force="2025-07-01")
    handed = cascade("5", "H1", "2025-06-10", above, "1 | on-time-dossiers | commune >= 1 %")
    assert province().file(above).codes(handed) == ["OUTSIDE-UPPER-ACT"]


def test_two_cascades_of_one_issuer_for_one_cell_are_as_two_changes_of_it() -> None:
    first = of_h1("1 | on-time-dossiers | commune >= 98 % | X12 >= 99 %", "2024-02-20", "5/QĐ")
    second = of_h1("9 | on-time-dossiers | commune >= 97,5 %", "2024-05-01", "6/QĐ")
    world = WORLD.file(first, second)
    assert world.because("X11", ON_TIME) == ">= 97,5 %, 6/QĐ row 9, cascade"
    assert world.because("X12", ON_TIME) == ">= 99 %, 5/QĐ row 1, cascade"
    assert world.because("X11", ON_TIME, "2024-Q1") == ">= 98 %, 5/QĐ row 1, cascade"
    assert WORLD.file(second, first).because("X11", ON_TIME) == ">= 97,5 %, 6/QĐ row 9, cascade"
    world = world.file(annulment("7/QĐ", "H1", "2024-09-01", second))
    assert world.because("X11", ON_TIME) == ">= 98 %, 5/QĐ row 1, cascade"
