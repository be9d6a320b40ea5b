"""Rows that follow from acts and the tree (indicators 1, 4, 12; rules 9, 10): cycles due, units in scope, stocks."""

import pytest

from tests.counting import Deck
from tests.law.test_units_and_time import tree as merging_tree

MEETINGS = """
meeting_id | unit | held_on    | minutes_document
q1         | S1   | 2024-03-31 | 1/TB
q2         | S1   | 2024-04-01 | 2/TB
q3         | S1   | 2024-09-30 |
q4         | S1   | 2024-10-01 | 4/TB
"""
COMMITTEE = """
decision | unit | valid_from | valid_to   | changed_on | re_established_on
1/QĐ     | S1   | 2023-01-01 |            |            |
"""


def steering(committee: str, period: str = "2024", as_of: str | None = None, meetings: str = MEETINGS) -> str:
    return Deck(meeting=meetings, committee=committee).counts("S1", "steering", period, as_of)


# 1. Cycles


def test_a_cycle_is_met_by_a_meeting_with_minutes_in_it_while_a_committee_is_in_force() -> None:
    assert steering(COMMITTEE) == "3/4"  # the meeting of the third quarter left no minutes
    assert [steering(COMMITTEE, f"2024-Q{quarter}") for quarter in range(1, 5)] == ["1/1", "1/1", "0/1", "1/1"]


def test_a_cycle_counts_once_it_has_ended_and_lies_wholly_in_the_period() -> None:
    assert steering(COMMITTEE, "2024", "2024-03-30") == "no_data"
    assert steering(COMMITTEE, "2024", "2024-03-31") == "1/1"
    assert steering(COMMITTEE, "2024-M03") == "no_data"
    assert steering(COMMITTEE, "2024-9M") == "2/3"
    assert steering(COMMITTEE, "2024-01-02..2024-06-30") == "1/1"


def test_cycles_are_quarters_of_the_calendar_of_the_period() -> None:
    # 15/12–14/03: nothing; 15/03–14/06: 31/03 and 01/04; 15/06–14/09: nothing; 15/09–14/12: 01/10
    assert steering(COMMITTEE, "report:2024") == "2/4"
    assert steering(COMMITTEE, "report:2024-Q2") == "1/1"


def test_without_a_committee_no_cycle_is_met() -> None:
    assert steering("decision | unit\n1/QĐ | S2") == "0/4"


@pytest.mark.parametrize(
    ("changed", "anew", "counts"),
    [
        ("2024-06-01", "", "2/4"),  # 29 days before 30/06: that cycle stands, the later ones do not
        ("2024-05-31", "", "1/4"),  # 30 days before it: lost
        ("2024-06-02", "2024-07-02", "3/4"),  # by the 30th day
        ("2024-06-02", "2024-07-03", "2/4"),  # late: every cycle that ends from the 30th day on is lost
        ("2024-07-01", "", "2/4"),
        ("2025-01-01", "", "3/4"),  # after the last day of every cycle
    ],
)
def test_a_committee_is_established_anew_within_thirty_days_of_a_change(changed: str, anew: str, counts: str) -> None:
    header = "decision | unit | valid_from | valid_to | changed_on | re_established_on"
    assert steering(f"{header}\n1/QĐ | S1 | 2023-01-01 | | {changed} | {anew}") == counts


def test_a_late_re_establishment_is_healed_by_a_new_row_in_force() -> None:
    header = "decision | unit | valid_from | valid_to | changed_on | re_established_on"
    late = "1/QĐ | S1 | 2023-01-01 | | 2024-01-15 | 2024-03-01"
    assert steering(f"{header}\n{late}") == "0/4"
    assert steering(f"{header}\n{late}\n2/QĐ | S1 | 2024-05-01 | | |") == "2/4"
    assert steering(f"{header}\n{late}\n2/QĐ | S1 | 2024-05-01 | 2024-06-30 | |") == "1/4"


def test_a_row_valid_until_the_last_day_of_the_cycle_is_in_force_on_it() -> None:
    header = "decision | unit | valid_from | valid_to"
    assert steering(f"{header}\n1/QĐ | S1 | 2024-03-31 | 2024-03-31") == "1/4"
    assert steering(f"{header}\n1/QĐ | S1 | 2024-04-01 | 2024-06-29") == "0/4"


def test_where_nothing_was_ever_sent_there_is_no_figure_of_steering() -> None:
    assert Deck().counts("S1", "steering", "2024") == "no_data"
    assert Deck(sent=["meeting"]).counts("S1", "steering", "2024") == "0/4"


def test_what_a_successor_held_does_not_fulfil_its_predecessors_cycle() -> None:
    tree = merging_tree()
    meetings = "meeting_id | unit | held_on | minutes_document\na | C1 | 2024-11-20 | 1/TB\nb | C1 | 2024-08-01 | 2/TB"
    committees = "decision | unit | valid_from\n1/QĐ | C1 | 2024-01-01\n2/QĐ | C1 | 2024-11-01"
    deck = Deck(tree, meeting=meetings, committee=committees)
    assert deck.counts("C1", "steering", "2024-Q4") == "1/1"
    assert deck.counts("C2", "steering", "2024-Q3") == "0/1"
    # The new C1 holds the third quarter of the old one (met) and of C2 (not), and has its own fourth.
    assert deck.counts("C1", "steering", "2024-H2") == "2/3"


def test_a_meeting_is_of_the_unit_that_bore_the_code_when_it_was_held() -> None:
    # The old C1 met in October; the new C1, which stands on the last day of the quarter, did not.
    meetings = "meeting_id | unit | held_on | minutes_document\na | C1 | 2024-10-10 | 1/TB"
    deck = Deck(merging_tree(), meeting=meetings, committee="decision | unit | valid_from\n1/QĐ | C1 | 2024-11-01")
    assert deck.counts("C1", "steering", "2024-Q4") == "0/1"


def test_a_committee_is_of_the_unit_that_bore_the_code_when_it_was_set_up() -> None:
    meetings = "meeting_id | unit | held_on | minutes_document\na | C1 | 2024-11-20 | 1/TB"
    committee = "decision | unit | valid_from\n1/QĐ | C1 | {}"
    old, new = (
        Deck(merging_tree(), meeting=meetings, committee=committee.format(day)) for day in ("2024-01-01", "2024-11-01")
    )
    assert (old.counts("C1", "steering", "2024-Q4"), new.counts("C1", "steering", "2024-Q4")) == ("0/1", "1/1")


# 12. Units in scope

INSPECTIONS = """
inspection_id | unit | inspected_unit | inspected_on | digital
k1            | H1   | X11            | 2024-05-20   | true
k2            | H1   | X11            | 2024-06-20   | false
k3            | H1   | X12            | 2024-11-02   |
k4            | P    | X13            | 2024-05-20   | true
k5            | H1   | X13            | 2023-12-31   | true
"""


def test_without_a_plan_the_direct_children_of_1_january_are_in_scope() -> None:
    deck = Deck(inspection=INSPECTIONS)
    assert deck.counts("H1", "inspected-units", "2024") == "2/3"  # X11 once; X13 by another unit, and the year before
    assert deck.counts("H1", "inspected-units", "2024", "2024-06-30") == "1/3"
    assert deck.counts("H1", "inspected-units", "2024-Q4") == "2/3"  # from 1 January, whatever the period's first day
    assert deck.counts("H1", "inspected-units", "2024-Q1") == "0/3"
    assert deck.counts("X11", "inspected-units", "2024") == "no_data"


def test_a_plan_takes_the_place_of_the_children_in_its_year() -> None:
    plan = "unit | year | inspected_unit\nH1 | 2024 | X12\nH1 | 2024 | S1\nH1 | 2023 | X11"
    deck = Deck(inspection=INSPECTIONS, inspection_scope=plan)
    assert deck.counts("H1", "inspected-units", "2024") == "1/2"
    assert deck.counts("H1", "inspected-units", "2023") == "0/1"
    assert deck.counts("H1", "inspected-units", "2022") == "0/3"


def test_the_stock_is_there_from_1_january_on() -> None:
    deck = Deck(inspection=INSPECTIONS)
    assert deck.counts("H1", "inspected-units", "report:2024", "2023-12-31") == "no_data"
    assert deck.counts("H1", "inspected-units", "report:2024", "2024-01-01") == "0/3"


def test_inspections_are_counted_by_their_day_and_an_empty_digital_is_unknown() -> None:
    tally = Deck(inspection=INSPECTIONS).tally("H1", "digital-inspections", "2024")
    assert (tally.numerator, tally.denominator, dict(tally.unknown)) == (1, 3, {"unnamed": 1})


# 4. Simplification

PROCEDURES = """
procedure | unit | valid_from | valid_to   | simplified_on | proposed_on | proposal_document
a         | S1   |            |            | 2024-05-01    |             |
b         | S1   | 2024-01-01 |            |               | 2024-02-01  | 12/TTr
c         | S1   | 2024-01-02 |            | 2024-05-01    |             |
d         | S1   |            | 2023-12-31 | 2024-05-01    |             |
e         | S1   |            | 2024-01-01 |               | 2024-03-01  |
f         | S1   |            |            | 2023-12-31    |             |
"""


def test_the_stock_of_1_january_is_the_whole_for_every_period_of_the_year() -> None:
    deck = Deck(procedure=PROCEDURES)
    assert deck.counts("S1", "simplification", "2024") == "2/4"  # a, b, e, f; c begins after, d ended before
    assert deck.counts("S1", "simplification", "2024", "2024-02-15") == "1/4"
    assert deck.counts("S1", "simplification", "2024-Q2") == "1/4"  # from the period's own first day
    assert deck.counts("S1", "simplification", "2024-Q1") == "1/4"
    assert deck.counts("S1", "simplification", "2024", "2023-12-31") == "no_data"


def test_one_procedure_under_two_units_counts_for_each_so_that_sums_hold() -> None:
    deck = Deck(procedure=PROCEDURES + "a | S2 | | | 2024-06-01 | |")
    assert deck.counts("S2", "simplification", "2024") == "1/1"
    assert deck.counts("P", "simplification", "2024", scope="subtree") == "3/5"


def test_a_later_version_of_a_procedure_is_not_counted_beside_the_earlier() -> None:
    versions = """
    procedure | unit | simplified_on | version_at
    a         | S1   |               | 2024-01-05 08:00
    a         | S1   | 2024-05-01    | 2024-05-02 08:00
    """
    assert Deck(procedure=versions).counts("S1", "simplification", "2024") == "1/1"
