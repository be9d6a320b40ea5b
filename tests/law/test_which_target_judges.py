"""Which target judges (acts.md, rules 1 to 6): for a unit, an indicator, a period and an as-of day."""

from datetime import date

import pytest

from chitieu.acts.tables import Tables
from tests.world import SUCCESSIONS, UNITS, Act, World, amendment, annulment, cascade, decision, province, said

D194 = decision(
    "194/QĐ-UBND",
    "P",
    "2024-01-23",
    "2024",
    """
    1  | steering           | department regular | district regular | commune none
    3  | digitised-dossiers | department >= 70 % | district >= 40 % | commune >= 35 % | X12 >= 60 %
    7  | on-time-dossiers   | department >= 97 % | district >= 97 % | commune >= 97 %
    11 | cashless-payments  | department >= 30 % | district >= 15 % | commune none
    """,
)
WORLD = province().file(D194)
DIGITISED, ON_TIME, CASHLESS = "digitised-dossiers", "on-time-dossiers", "cashless-payments"
RAISED = amendment("15/QĐ-UBND", "P", "2024-08-02", D194, "3 | digitised-dossiers | commune >= 50 %")


def later(world: World, *question: str) -> str | None:
    act = world.cell(*question).later_act
    return None if act is None else act.name.number


# 1. An act speaks for a period whose last day lies in what it applies to


@pytest.mark.parametrize(
    ("period", "speaks"),
    [
        ("2024", True),
        ("2024-Q1", True),
        ("2024-M12", True),
        ("2023-12-01..2024-01-31", True),
        ("report:2024", True),  # 15/12/2023 – 14/12/2024
        ("report:2024-M01", True),
        ("2023", False),
        ("2025-M01", False),
        ("report:2025-M01", False),  # its last day is 14/01/2025
        ("2024-12-01..2025-01-01", False),
    ],
)
def test_an_act_speaks_for_a_period_whose_last_day_lies_in_what_it_applies_to(period: str, speaks: bool) -> None:
    assert WORLD.level("X11", ON_TIME, period, "2025-06-30") == (">= 97 %" if speaks else "not assigned")


@pytest.mark.parametrize(
    ("period", "level", "compare_only"),
    [
        ("report:2024", ">= 97 %", False),
        ("2024-M11", ">= 97 %", True),
        ("2024-M12", "not assigned", True),  # 31/12/2024 is a day of the reporting year 2025
        ("2023-12-16..2023-12-31", ">= 97 %", False),  # a range has no calendar
        ("2023-12-01..2023-12-14", "not assigned", False),
    ],
)
def test_what_an_act_applies_to_is_read_in_its_calendar_and_the_other_calendar_is_for_comparison_only(
    period: str, level: str, compare_only: bool
) -> None:
    reporting = decision("1/QĐ", "P", "2023-12-01", "2024", "1 | on-time-dossiers | commune >= 97 %", calendar="report")
    cell = province().file(reporting).cell("X11", ON_TIME, period)
    assert (cell.compare_only, province().file(reporting).level("X11", ON_TIME, period)) == (compare_only, level)


def test_an_act_that_does_not_speak_for_the_period_assigns_nothing_where_another_does() -> None:
    next_year = decision("2/QĐ", "P", "2024-12-20", "2025", "1 | on-time-dossiers | commune >= 98 %")
    world = WORLD.file(next_year)
    assert world.level("X11", ON_TIME, "2025") == "not assigned"
    assert world.level("X11", ON_TIME, "2025", act=next_year) == ">= 98 %"


def test_an_amendment_applies_to_what_its_act_applies_to() -> None:
    world = WORLD.file(amendment("1/QĐ", "P", "2024-12-30", D194, "7 | on-time-dossiers | commune >= 98 %"))
    assert world.level("X11", ON_TIME, "2024") == ">= 98 %"
    assert world.level("X11", ON_TIME, "2025-M01") == "not assigned"


def test_a_campaign_speaks_for_periods_that_end_in_its_days() -> None:
    campaign = decision("92/KH", "P", "2024-06-01", "2024-06-01..2024-08-31", "1 | on-time-dossiers | commune >= 99 %")
    world = province().file(campaign)
    levels = {period: world.level("X11", ON_TIME, period, "2024-12-31") for period in ("2024-M06", "2024-Q3")}
    assert levels == {"2024-M06": ">= 99 %", "2024-Q3": "not assigned"}


# 2. The acts in force on J and the tree of J; J is the earlier of D and the last day of P


@pytest.mark.parametrize(
    ("period", "as_of", "level"),
    [
        ("2024", "2024-08-01", ">= 35 %"),
        ("2024", "2024-08-02", ">= 50 %"),
        ("2024", "2025-03-31", ">= 50 %"),  # J is 31/12/2024
        ("2024-H1", "2024-12-31", ">= 35 %"),  # J is 30/06/2024
    ],
)
def test_the_acts_in_force_on_the_earlier_of_the_day_and_the_last_day_of_the_period_judge(
    period: str, as_of: str, level: str
) -> None:
    assert WORLD.file(RAISED).level("X11", DIGITISED, period, as_of) == level


def test_the_units_are_those_that_stand_on_that_day() -> None:
    units = {period: {cell.unit.code for cell in WORLD.table(period, "2025-12-31")} for period in ("2024", "2024-Q3")}
    assert units["2024"] == units["2024-Q3"] == {"S1", "S2", "H1", "H2", "X11", "X12", "X13", "X21", "X22"}
    two_years = decision("2/QĐ", "P", "2024-01-02", "2024-01-01..2025-12-31", "1 | on-time-dossiers | district >= 97 %")
    world = province().file(two_years)
    assert {cell.unit.code for cell in world.table("2025-H1")} == {"H1", "H2"}
    assert world.table("2025") == []  # no district stands on 31/12/2025


def test_an_act_that_came_into_force_later_judges_the_days_before_it_and_is_marked_retroactive() -> None:
    early = ("X11", DIGITISED, "2024-01-01..2024-01-15")
    assert WORLD.because(*early, "2024-01-23") == ">= 35 %, 194/QĐ-UBND row 3, tier"
    assert WORLD.cell(*early, "2024-01-23").retroactive
    assert not WORLD.cell("X11", DIGITISED, "2024-M01").retroactive


def test_before_the_act_came_into_force_nothing_is_assigned_and_the_act_to_come_is_named() -> None:
    assert WORLD.level("X11", DIGITISED, "2024", "2024-01-22") == "not assigned"
    assert later(WORLD, "X11", DIGITISED, "2024", "2024-01-22") == "194/QĐ-UBND"


def test_a_retroactive_target_is_that_of_the_first_day_of_the_act() -> None:
    early = ("X11", DIGITISED, "2024-01-01..2024-01-15", "2024-12-31")
    assert WORLD.file(RAISED).because(*early) == ">= 35 %, 194/QĐ-UBND row 3, tier"


def test_the_tree_of_a_retroactive_target_stays_that_of_the_deciding_day() -> None:
    units = UNITS + "X11, Phường Đông, commune, H1, 2024-01-20\n"
    moves = SUCCESSIONS + "X11, X11, whole, 2024-01-20\nX12, X11, whole, 2024-01-20\n"
    units = units.replace("X12,  Xã Tây,           commune,    P,      2025-07-01\n", "")
    moves = moves.replace("X12, X12,  keep,   2025-07-01\n", "")
    merged = decision("1/QĐ", "P", "2024-01-23", "2024", "3 | digitised-dossiers | commune >= 35 %")
    world = province(units, moves).file(merged)
    early = world.cell("X12", DIGITISED, "2024-01-01..2024-01-15", "2024-12-31")
    assert (early.unit.name, early.retroactive, early.target is not None) == ("Xã Tây", True, True)


def test_an_act_of_which_another_gave_the_indicator_before_gives_way() -> None:
    second = decision("200/QĐ-UBND", "P", "2024-06-01", "2024", "1 | on-time-dossiers | commune >= 99 %")
    world = WORLD.file(second)
    assert world.level("X11", ON_TIME, "2024-Q1", "2024-12-31", second) == "not assigned"
    assert later(world, "X11", ON_TIME, "2024-Q1", "2024-12-31") is None
    assert world.level("X11", ON_TIME, "2024-Q1", "2024-12-31") == ">= 97 %"


def test_a_level_that_an_amendment_adds_judges_earlier_periods_that_had_none() -> None:
    added = amendment("1/QĐ", "P", "2024-08-02", D194, "11 | cashless-payments | commune >= 10 %")
    world = WORLD.file(added)
    first_quarter = world.cell("X11", CASHLESS, "2024-Q1", "2024-12-31")
    assert first_quarter.retroactive and first_quarter.target is not None
    before = world.cell("X11", CASHLESS, "2024-Q1", "2024-08-01")
    assert before.target is None and before.none is not None and before.later_act is world.act(added)


def test_an_amendment_that_keeps_begun_periods_adds_nothing_to_them() -> None:
    lines = "11 | cashless-payments | commune >= 10 %"
    world = WORLD.file(amendment("1/QĐ", "P", "2024-08-02", D194, lines, year_judged_by="first-day"))
    assert world.level("X11", CASHLESS, "2024", "2024-12-31") == "none"
    assert world.level("X11", CASHLESS, "2024-Q4", "2024-12-31") == ">= 10 %"


def test_an_annulment_gives_nothing_so_what_it_restores_is_not_retroactive() -> None:
    withdrawn = amendment("1/QĐ", "P", "2024-03-01", D194, "7 | on-time-dossiers | commune none")
    restored = annulment("2/QĐ", "P", "2024-06-01", withdrawn)
    beside = decision("3/QĐ", "P", "2024-06-01", "2024", "1 | on-time-dossiers | department >= 98 %")
    world = WORLD.file(withdrawn, restored, beside)
    assert world.level("X11", ON_TIME, "2024-Q1", "2024-12-31") == "none"
    assert later(world, "X11", ON_TIME, "2024-Q1", "2024-12-31") is None
    assert world.level("X11", ON_TIME, "2024-H1") == ">= 97 %"


def test_an_own_target_that_comes_later_is_retroactive_too() -> None:
    own = cascade("5/QĐ", "H1", "2024-04-01", D194, "1 | cashless-payments | commune >= 10 %")
    cell = WORLD.file(own).cell("X11", CASHLESS, "2024-Q1", "2024-12-31")
    assert cell.retroactive and cell.target is not None and cell.target.own


# 3. and 4. The floor, and the value of the cascade


def test_the_floor_is_the_units_own_named_value_else_that_of_its_tier() -> None:
    assert WORLD.because("X11", DIGITISED) == ">= 35 %, 194/QĐ-UBND row 3, tier"
    assert WORLD.because("X12", DIGITISED) == ">= 60 %, 194/QĐ-UBND row 3, named"


def test_none_is_no_floor_and_is_said_with_its_act_and_row() -> None:
    cell = WORLD.cell("X11", CASHLESS)
    assert cell.target is None and cell.none is not None
    assert said(cell.none) == "none, 194/QĐ-UBND row 11"


def test_the_value_of_the_units_parent_judges_where_it_is_as_demanding_as_the_floor() -> None:
    handed = cascade("5/QĐ", "H1", "2024-02-20", D194, "1 | digitised-dossiers | commune >= 40 % | X12 >= 60 %")
    world = WORLD.file(handed)
    target = world.cell("X11", DIGITISED).target
    assert target is not None and target.origin == "cascade" and not target.own
    assert [said(target.cell), *map(said, target.chain)] == [">= 40 %, 5/QĐ row 1", ">= 35 %, 194/QĐ-UBND row 3"]
    assert world.because("X21", DIGITISED) == ">= 35 %, 194/QĐ-UBND row 3, tier"  # of another district


def test_a_value_below_the_floor_of_the_day_is_overtaken_and_the_floor_judges() -> None:
    handed = cascade("5/QĐ", "H1", "2024-02-20", D194, "1 | digitised-dossiers | commune >= 40 % | X12 >= 60 %")
    world = WORLD.file(handed, RAISED)
    target = world.cell("X11", DIGITISED).target
    assert target is not None and target.overtaken is not None
    assert (said(target.cell), target.origin, said(target.overtaken)) == (
        ">= 50 %, 15/QĐ-UBND row 3",
        "floor",
        ">= 40 %, 5/QĐ row 1",
    )
    assert world.because("X12", DIGITISED) == ">= 60 %, 5/QĐ row 1, cascade"
    assert world.because("X11", DIGITISED, "2024-H1") == ">= 40 %, 5/QĐ row 1, cascade"


def test_only_the_unit_that_is_the_parent_on_the_day_hands_on() -> None:
    units = UNITS + "X11, Xã Đông, commune, H2, 2024-10-01\n"
    moves = SUCCESSIONS + "X11, X11, keep, 2024-10-01\n"
    handed = cascade("5/QĐ", "H1", "2024-02-20", D194, "1 | on-time-dossiers | commune >= 98 %")
    world = province(units, moves).file(D194, handed)
    assert world.level("X11", ON_TIME, "2024-H1") == ">= 98 %"
    assert world.level("X11", ON_TIME, "2024") == ">= 97 %"


# Whom a decision reaches


def reached(act: Act, period: str = "2024") -> set[str]:
    return {cell.unit.code for cell in province().file(act).table(period)}


def test_a_decision_reaches_units_in_the_tiers_it_names_and_those_it_names_whatever_their_tier() -> None:
    assert reached(decision("1", "P", "2024-01-02", "2024", "1 | on-time-dossiers | department >= 97 %")) == {
        "S1",
        "S2",
    }
    lines = "1 | on-time-dossiers | department >= 97 % | PB1 >= 90 %"
    assert reached(decision("1", "P", "2024-01-02", "2024", lines)) == {"S1", "S2", "PB1"}
    assert reached(decision("1", "H1", "2024-01-02", "2024", "1 | on-time-dossiers | commune >= 97 %")) == {
        "X11",
        "X12",
        "X13",
    }


def test_every_unit_it_reaches_stands_beside_every_line() -> None:
    lines = "1 | on-time-dossiers | department >= 97 %\n2 | digitised-dossiers | district >= 40 % | PB1 none"
    world = province().file(decision("1", "P", "2024-01-02", "2024", lines))
    units = ("S1", "H1", "PB1")
    assert [world.level(unit, ON_TIME) for unit in units] == [">= 97 %", "not assigned", "not assigned"]
    assert [world.level(unit, DIGITISED) for unit in units] == ["not assigned", ">= 40 %", "none"]


def test_a_plan_binds_its_author_where_it_names_the_authors_own_tier() -> None:
    plan = decision("1/KH", "P", "2024-01-02", "2024", "1 | on-time-dossiers | province >= 98 % | department >= 97 %")
    assert reached(plan) == {"P", "S1", "S2"}
    assert province().file(plan).level("P", ON_TIME) == ">= 98 %"


def test_a_retroactive_act_of_an_issuer_that_did_not_stand_yet_reaches_nobody() -> None:
    units = UNITS + "H3, Huyện Ba, district, P, 2024-06-01\nX22, Xã Trung, commune, H3, 2024-06-01\n"
    moves = SUCCESSIONS + ", H3, new, 2024-06-01\nX22, X22, keep, 2024-06-01\nH3, , ended, 2025-07-01\n"
    act = decision("1", "H3", "2024-06-10", "2024", "1 | on-time-dossiers | commune >= 97 %")
    world = province(units, moves).file(act)
    assert world.table("2024-Q1", "2024-12-31") == []
    assert {cell.unit.code for cell in world.table("2024")} == {"X22"}


def test_an_author_named_by_code_alone_is_refused_and_told_to_name_its_tier() -> None:
    plan = decision("1/KH", "P", "2024-01-02", "2024", "1 | on-time-dossiers | department >= 97 % | P >= 98 %")
    assert province().codes(plan) == ["AUTHOR-BY-NAME"]


# 5. Not assigned


def test_an_act_that_has_ended_assigns_nothing_and_its_table_is_that_of_its_last_day() -> None:
    world = WORLD.file(RAISED, annulment("20/QĐ-UBND", "P", "2024-10-01", D194))
    cell = world.cell("X11", DIGITISED, "2024")
    assert cell.target is None and cell.later_act is None
    assert [said(cell.row.tiers["commune"]), cell.none] == [">= 50 %, 15/QĐ-UBND row 3", None]
    assert world.level("X11", DIGITISED, "2024-Q3") == ">= 50 %"


def test_the_rows_of_an_ended_act_are_those_of_its_last_day_whenever_they_are_asked_for() -> None:
    world = WORLD.file(RAISED, annulment("20/QĐ-UBND", "P", "2024-10-01", D194))
    rows = Tables(world.acts, world.catalogue).rows(world.act(), date(2025, 1, 31), None)
    assert [said(row.tiers["commune"]) for row in rows if row.row == 3] == [">= 50 %, 15/QĐ-UBND row 3"]


def test_before_its_first_day_the_table_of_an_act_has_the_rows_of_that_day() -> None:
    assert [row.row.row for row in WORLD.table("2024", "2024-01-02") if row.unit.code == "X11"] == [1, 3, 7, 11]


# 6. Two acts


@pytest.mark.parametrize(
    ("indicator", "first", "second", "judges"),
    [
        (ON_TIME, ">= 97 %", ">= 98 %", "second"),
        (ON_TIME, ">= 98 %", ">= 97 %", "first"),
        ("overdue-dossiers", "<= 3 %", "<= 2 %", "second"),
        ("reform-plan-issued", "by 2024-06-30", "by 2024-03-31", "second"),
        (ON_TIME, ">= 97 %", ">= 97,0 %", "asked"),
        ("steering", "regular", "regular", "asked"),
    ],
)
def test_of_two_unrelated_acts_the_more_demanding_judges_and_of_equals_the_one_asked_for(
    indicator: str, first: str, second: str, judges: str
) -> None:
    one = decision("first", "P", "2024-01-02", "2024", f"1 | {indicator} | commune {first}")
    two = decision("second", "P", "2024-01-03", "2024", f"1 | {indicator} | commune {second}")
    world = province().file(one, two)
    for asked in (one, two):
        cell = world.cell("X11", indicator, act=asked)
        assert cell.target is not None
        winner = asked.name.number if judges == "asked" else judges
        loser = {"first": "second", "second": "first"}[winner]
        assert cell.target.cell.act.name.number == winner
        assert [(other.code, other.act.name.number) for other in cell.also] == [("TWO-ACTS", loser)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("1 | on-time-dossiers/resolved | commune >= 97 %", "1 | on-time-dossiers/portal-766 | commune >= 98 %"),
        ("1 | on-time-dossiers | commune >= 97 %", "1 | on-time-dossiers | commune = 100 %"),
    ],
)
def test_by_another_method_or_operator_they_are_two_targets_told_apart_by_their_acts(one: str, two: str) -> None:
    first, second = decision("1", "P", "2024-01-02", "2024", one), decision("2", "P", "2024-01-03", "2024", two)
    world = province().file(first, second)
    for asked, other in ((first, "2"), (second, "1")):
        cell = world.cell("X11", ON_TIME, act=asked)
        assert cell.target is not None and cell.target.cell.act is world.act(asked)
        assert [(found.code, found.act.name.number) for found in cell.also] == [("TWO-DEFINITIONS", other)]


def test_what_another_act_does_not_give_is_no_second_target() -> None:
    other = decision("1", "P", "2024-01-02", "2024", "1 | on-time-dossiers | department >= 99 % | commune none")
    world = WORLD.file(other)
    assert world.cell("X11", ON_TIME).also == ()
    assert world.because("S1", ON_TIME) == ">= 99 %, 1 row 1, tier"


def test_a_decision_of_the_district_itself_is_a_second_act_and_no_cascade() -> None:
    of_district = decision("7/QĐ-UBND", "H1", "2024-02-01", "2024", "1 | on-time-dossiers | commune >= 95 %")
    world = WORLD.file(of_district)
    assert world.because("X11", ON_TIME, act=of_district) == ">= 97 %, 194/QĐ-UBND row 7, tier"


# The table of a cascade and of an amendment, and made-up acts


def test_the_table_of_a_cascade_has_its_rows_and_units_judged_under_the_decision_above() -> None:
    handed = cascade("5/QĐ", "H1", "2024-02-20", D194, "2 | digitised-dossiers | commune >= 40 % | X12 none")
    handed = handed.replaced('X12 = "none"', 'X12 = ">= 60 %"')
    world = WORLD.file(handed, RAISED)
    assert {
        cell.unit.code: world.because(cell.unit.code, DIGITISED, act=handed) for cell in world.table(act=handed)
    } == {
        "X11": ">= 50 %, 15/QĐ-UBND row 3, floor",
        "X12": ">= 60 %, 5/QĐ row 2, cascade",
        "X13": ">= 50 %, 15/QĐ-UBND row 3, floor",
    }
    assert len(world.table(act=RAISED)) == len(world.table())


def test_a_target_is_marked_where_nobody_signed_the_act_that_holds_it_or_one_that_act_rests_on() -> None:
    handed = cascade("MH-2", "H1", "2024-02-20", D194, "1 | on-time-dossiers | commune >= 98 %", illustration=True)
    changed = amendment("9/QĐ", "H1", "2024-05-01", handed, "1 | on-time-dossiers | X12 >= 99 %")
    world = WORLD.file(handed, changed)
    marked = {cell.unit.code for cell in world.table() if cell.target is not None and cell.target.illustration}
    assert marked == {"X11", "X12", "X13"}  # X12: a signed amendment of what nobody signed
    made_up = decision("MH-1", "P", "2024-01-02", "2024", "1 | on-time-dossiers | commune >= 97 %", illustration=True)
    signed = cascade("5/QĐ", "H1", "2024-02-20", made_up, "1 | on-time-dossiers | commune >= 98 %")
    target = province().file(made_up, signed).cell("X11", ON_TIME).target
    assert target is not None and target.illustration


def test_a_signed_value_above_a_made_up_floor_is_not_marked() -> None:
    handed = cascade("5/QĐ", "H1", "2024-02-20", D194, "1 | digitised-dossiers | commune >= 60 %")
    raised = amendment("MH-3", "P", "2024-08-02", D194, "3 | digitised-dossiers | commune >= 50 %", illustration=True)
    marked = {unit: WORLD.file(handed, raised).cell(unit, DIGITISED).target for unit in ("X11", "X21")}
    assert {unit: target and target.illustration for unit, target in marked.items()} == {"X11": False, "X21": True}
