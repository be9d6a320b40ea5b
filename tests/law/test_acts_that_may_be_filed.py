"""What an act, the catalogue and the units say together (acts.md, *Decisions*): refusals and warnings at filing."""

import re
from pathlib import Path

import pytest

import chitieu.acts
from chitieu.words import knows
from tests.world import amendment, decision, province


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("1 | happiness | commune >= 3", ["UNKNOWN-INDICATOR"]),
        ("1 | on-time-dossiers/guess | commune >= 97 %", ["UNKNOWN-METHOD"]),
        ("1 | initiatives | commune >= 3 %", ["WRONG-MEASURE"]),
        ("1 | on-time-dossiers | commune >= 97 | X11 <= 5 days", ["WRONG-MEASURE"]),
        ("1 | steering | commune >= 4 | X11 by 2024-06-30", []),
        ("1 | waiting-days | commune <= 5 days", []),
        ("1 | press-answers | commune >= 5", []),  # an indicator without a method can be assigned
        (
            "1 | on-time-dossiers | commune >= 97 %\n2 | on-time-dossiers/resolved | X11 >= 98 %",
            ["ROW-INDICATOR-TWICE"],
        ),
        ("1 | on-time-dossiers | commune >= 97 %\n2 | on-time-dossiers/portal-766 | X11 >= 98 %", []),
        ("1 | on-time-dossiers | X99 >= 97 %", ["UNKNOWN-UNIT"]),
    ],
)
def test_an_act_speaks_of_indicators_methods_measures_and_units_that_are_known(lines: str, codes: list[str]) -> None:
    assert province().codes(decision("1", "P", "2024-01-23", "2024", lines)) == codes


@pytest.mark.parametrize(
    ("lines", "warned"),
    [
        ("1 | on-time-dossiers | commune <= 97 %", ["OPERATOR-AGAINST"]),
        ("1 | overdue-dossiers | commune >= 3 %", ["OPERATOR-AGAINST"]),
        ("1 | overdue-dossiers | commune = 3 %", []),
        ("1 | on-time-dossiers | country >= 97 %", ["NOBODY-IN-TIER"]),
        ("1 | on-time-dossiers | country none | commune >= 97 %", []),
    ],
)
def test_what_is_odd_but_said_is_filed_with_a_warning(lines: str, warned: list[str]) -> None:
    assert province().warned(decision("1", "P", "2024-01-23", "2024", lines)) == warned


def test_a_unit_outside_the_issuers_reach_cannot_be_named() -> None:
    of_district = decision("1", "H1", "2024-01-23", "2024", "1 | on-time-dossiers | commune >= 97 % | X21 >= 98 %")
    assert province().codes(of_district) == ["OUTSIDE-SUBTREE"]
    mine = decision("1", "H1", "2024-01-23", "2024", "1 | on-time-dossiers | commune >= 97 %")
    changed = amendment("2", "H1", "2024-05-01", mine, "1 | on-time-dossiers | X21 >= 98 %")
    assert province().file(mine).codes(changed) == ["OUTSIDE-SUBTREE"]


def test_a_tier_that_has_ended_is_given_nothing_but_may_be_said_to_have_none() -> None:
    given = decision("1", "P", "2025-07-01", "2025", "1 | on-time-dossiers | district >= 97 % | commune >= 97 %")
    assert province().codes(given) == ["TIER-ENDED"]
    assert province().codes(given.replaced('district = ">= 97 %"', 'district = "none"')) == []


@pytest.mark.parametrize(
    ("counts", "codes"),
    [
        ({"department": 2, "commune": 1}, []),
        ({"commune": 1}, []),
        ({"department": 2, "commune": 2}, ["COUNT-DIFFERS"]),
        ({"district": 1}, ["TIER-NOT-IN-LINE"]),
    ],
)
def test_the_acts_own_counts_are_checked_against_its_lines(counts: dict[str, int], codes: list[str]) -> None:
    lines = (
        "1 | on-time-dossiers | department >= 97 % | commune >= 97 %\n2 | initiatives | department >= 3 | commune none"
    )
    act = decision("1", "P", "2024-01-23", "2024", lines, counts=counts)
    assert province().codes(act) == codes


def test_every_line_in_which_a_counted_tier_is_forgotten_is_named() -> None:
    lines = (
        "1 | on-time-dossiers | commune >= 97 %\n2 | initiatives | department >= 3\n3 | steering | department regular"
    )
    act = decision("1", "P", "2024-01-23", "2024", lines, counts={"commune": 1})
    assert [found.place.row for found in province().check(act)] == [2, 3]


def test_every_problem_the_acts_can_name_has_its_sentence() -> None:
    folder = Path(chitieu.acts.__file__).parent
    codes = {code for page in folder.glob("*.py") for code in re.findall(r'"([A-Z]+(?:-[A-Z]+)+)"', page.read_text())}
    assert len(codes) > 100
    marks = {"TWO-ACTS", "TWO-DEFINITIONS", "OLD-CODE", "EARLY-CODE"}  # said beside a cell or a record
    assert {code for code in codes - marks if not knows(f"problem.{code}.says")} == set()
