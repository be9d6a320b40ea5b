"""Acts filed that are not in force yet (acts.md): what may be filed before them, and which of them is named."""

import pytest

from tests.world import Act, World, amendment, cascade, decision, province

CASHLESS = "cashless-payments"
D194 = decision(
    "194/QĐ-UBND",
    "P",
    "2024-01-23",
    "2024",
    """
    7  | on-time-dossiers  | department >= 97 % | district >= 97 % | commune >= 97 %
    11 | cashless-payments | department >= 30 % | district >= 15 % | commune none
    """,
)
WORLD = province().file(D194)


def amended(lines: str, day: str, number: str = "15/QĐ", **more: str) -> Act:
    return amendment(number, "P", day, D194, lines, **more)


def later(world: World, *question: str) -> str | None:
    act = world.cell(*question).later_act
    return None if act is None else act.name.number


# Two rows of one act may not have the same indicator and method, on any day


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("13 | initiatives | commune >= 4", "ROW-INDICATOR-TWICE"),
        ("12 | online-dossiers | commune >= 30 %", "ROW-OF-ANOTHER-INDICATOR"),
        ("12 | initiatives | commune >= 2", None),
        ("13 | online-dossiers | commune >= 30 %", None),
    ],
)
def test_no_two_rows_are_one_on_the_first_day_of_an_amendment_filed_before_that_comes_into_force_after(
    lines: str, code: str | None
) -> None:
    in_october = amended("12 | initiatives | commune >= 3", "2024-05-01", "14/QĐ", in_force="2024-10-01")
    world = WORLD.file(in_october)
    assert world.codes(amended(lines, "2024-05-02", in_force="2024-07-01")) == ([code] if code else [])


def test_a_row_of_an_amendment_to_come_is_not_counted_another_way_before_it() -> None:
    added = amended("12 | online-dossiers/portal-766 | commune >= 30 %", "2024-05-01", "14/QĐ", in_force="2024-10-01")
    early = amended("12 | online-dossiers | commune >= 20 %", "2024-05-02", in_force="2024-07-01")
    assert WORLD.file(added).codes(early) == ["METHOD-CHANGED"]


# The act to come that is named gives the unit the indicator


def test_the_act_to_come_is_one_that_gives_the_unit_a_level_not_one_that_says_none_or_binds_its_parent() -> None:
    own_value_binds = ["district > commune own"]
    above = decision(
        "1/QĐ",
        "P",
        "2024-01-23",
        "2024",
        "11 | cashless-payments | district >= 15 % | commune none",
        orders=own_value_binds,
    )
    handed = cascade("5/QĐ", "H1", "2024-01-23", above, "1 | cashless-payments | commune >= 20 %")
    world = province().file(above, handed)
    assert later(world, "H1", CASHLESS, "2024", "2024-01-22") == "1/QĐ"
    assert later(world, "X11", CASHLESS, "2024", "2024-01-22") == "5/QĐ"
    assert later(world, "X21", CASHLESS, "2024", "2024-01-22") is None


def test_nor_is_it_a_cascade_that_says_none_on_the_day_an_amendment_gives_the_level() -> None:
    handed = cascade("5/QĐ", "H1", "2024-02-20", D194, "1 | cashless-payments | commune none", in_force="2024-10-01")
    lines = "11 | cashless-payments | commune >= 10 %"
    given = amendment("15/QĐ-UBND", "P", "2024-03-01", D194, lines, in_force="2024-10-01")
    assert later(WORLD.file(handed, given), "X11", CASHLESS, "2024", "2024-09-30") == "15/QĐ-UBND"
