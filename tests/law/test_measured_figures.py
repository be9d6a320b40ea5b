"""Figures counted from records (indicators.md, rules 3, 5–10): periods, days, units, covers. Small tables, n/d out."""

from datetime import date

import pytest

from chitieu.acts.units import Tree
from chitieu.measures.method import Asked
from chitieu.period import holding
from tests.counting import Deck
from tests.law.test_units_and_time import tree as merging_tree

LATE = """
dossier_id | unit | received_at      | first_due_at     | finished_at
a          | X11  | 2024-12-20 08:00 | 2025-01-10 17:00 |
b          | X11  | 2024-09-02 08:00 | 2024-09-09 17:00 | 2024-09-09 17:00
"""


def test_the_december_figure_as_of_31_12_and_as_of_31_01() -> None:
    deck = Deck(dossier=LATE)
    assert deck.counts("X11", "on-time-dossiers", "2024-M12", "2024-12-31", method="portal-766") == "1/1"
    assert deck.counts("X11", "on-time-dossiers", "2024-M12", "2025-01-31", method="portal-766") == "0/1"
    assert deck.counts("X11", "on-time-dossiers", "2024-M12", "2025-01-09", method="portal-766") == "1/1"


def test_a_dossier_received_in_september_is_absent_as_of_30_06() -> None:
    deck = Deck(dossier=LATE, covers={"dossier": ["P:2024-01-01:2024-12-31"]})
    assert deck.counts("X11", "online-dossiers", "2024", "2024-06-30") == "0/0"
    assert deck.counts("X11", "online-dossiers", "2024", "2024-09-02") == "0/1"


@pytest.mark.parametrize(("period", "counts"), [("2024", "1/1"), ("2024-M12", "1/1"), ("2025", "no_data")])
def test_the_last_second_of_the_year_is_in_the_year(period: str, counts: str) -> None:
    deck = Deck(dossier="dossier_id | unit | received_at | channel\na | X11 | 2024-12-31 23:59:59 | online")
    assert deck.counts("X11", "online-dossiers", period) == counts


def test_the_reporting_year_ends_on_14_12() -> None:
    deck = Deck(
        dossier="""
        dossier_id | unit | received_at      | channel
        a          | X11  | 2024-12-14 16:00 | online
        b          | X11  | 2024-12-15 07:00 | counter
        c          | X11  | 2023-12-15 07:00 | counter
        """
    )
    assert deck.counts("X11", "online-dossiers", "report:2024") == "1/2"
    assert deck.counts("X11", "online-dossiers", "2024") == "1/2"
    assert deck.counts("X11", "online-dossiers", "report:2025") == "0/1"


# Own and below (rule 6)

ROLL_UP = """
dossier_id | unit | received_at      | channel
a          | X11  | 2024-03-01 08:00 | online
b          | X12  | 2024-03-01 08:00 | online
c          | X12  | 2024-03-01 09:00 | counter
d          | H1   | 2024-03-01 08:00 | counter
e          | X21  | 2024-03-01 08:00 | online
f          | S1   | 2024-03-01 08:00 | post
"""


def test_a_parent_has_its_own_and_all_below_it_summed_from_counts() -> None:
    deck = Deck(dossier=ROLL_UP, covers={"dossier": ["P:2024-01-01:2024-12-31"]})
    assert deck.counts("H1", "online-dossiers", "2024") == "2/4"
    assert deck.counts("H1", "online-dossiers", "2024", scope="own") == "0/1"
    assert deck.counts("P", "online-dossiers", "2024") == "3/6"
    assert deck.counts("P", "online-dossiers", "2024", scope="own") == "0/0"
    assert deck.tally("P", "online-dossiers", "2024").units == (14 - 2, 14 - 2)  # all that stand in 2024, itself too


def test_w7_ratios_are_never_averaged_and_who_sent_nothing_is_named() -> None:
    rows = ["dossier_id | unit | received_at | channel", "a | X11 | 2024-03-01 08:00 | online"]
    rows += [f"b{n} | X12 | 2024-03-01 08:00 | {'online' if n < 10 else 'counter'}" for n in range(100)]
    deck = Deck(dossier="\n".join(rows), covers={"dossier": [f"{u}:2024-01-01:2024-12-31" for u in ("X11", "X12")]})
    tally = deck.tally("H1", "online-dossiers", "2024")
    assert (tally.numerator, tally.denominator) == (11, 101)
    assert tally.units == (2, 4)
    assert tally.missing == ("H1", "X13")
    assert not tally.whole
    assert tally.coverage == "stated"


# No data is not zero (rule 7)

FULL = "2024-01-01:2024-12-31"


def test_nothing_received_and_covered_is_none_arisen_and_nothing_sent_is_no_data() -> None:
    assert Deck(covers={"dossier": [f"X11:{FULL}"]}).tally("X11", "online-dossiers", "2024").status == "not_applicable"
    nothing = Deck().tally("X11", "online-dossiers", "2024")
    assert (nothing.status, nothing.numerator, nothing.missing) == ("no_data", None, ("dossier",))
    assert Deck(dossier=ROLL_UP).tally("X22", "online-dossiers", "2024").status == "no_data"


def test_zero_petitions_and_zero_inspections_are_never_all_of_them() -> None:
    deck = Deck(covers={"petition": [f"P:{FULL}"], "inspection": [f"P:{FULL}"]})
    for indicator in ("petitions-settled", "petition-satisfaction", "digital-inspections"):
        assert deck.tally("X11", indicator, "2024").status == "not_applicable"
        assert deck.counts("X11", indicator, "2024") == "0/0"
    assert deck.counts("P", "inspected-units", "2024") == "0/4"


def test_a_count_that_is_covered_is_a_figure_even_if_it_is_nought() -> None:
    deck = Deck(initiative="initiative_id | unit | recognised_on | recognition_document\na | S1 | 2024-05-01 | 1/QĐ")
    assert deck.counts("S1", "initiatives", "2024") == "1"
    assert deck.tally("S1", "initiatives", "2024").coverage == "unstated"
    assert deck.counts("S2", "initiatives", "2024") == "no_data"
    assert Deck(covers={"initiative": [f"S2:{FULL}"]}).counts("S2", "initiatives", "2024") == "0"


def test_a_day_of_the_period_that_is_not_covered_makes_no_data_and_is_named() -> None:
    deck = Deck(dossier=ROLL_UP, covers={"dossier": ["X11:2024-01-01:2024-05-31", "X11:2024-06-03:2024-12-31"]})
    tally = deck.tally("X11", "online-dossiers", "2024")
    assert (tally.status, tally.missing) == ("no_data", ("X11 2024-06-01..2024-06-02",))
    assert deck.counts("X11", "online-dossiers", "2024", "2024-05-31") == "1/1"
    assert deck.counts("X11", "online-dossiers", "2024-Q1") == "1/1"


def test_only_days_up_to_the_deciding_day_are_asked_and_none_of_a_period_that_begins_later() -> None:
    deck = Deck(dossier=ROLL_UP, covers={"dossier": ["X11:2024-03-01:2024-03-31"]})
    assert deck.counts("X11", "online-dossiers", "2024-M03") == "1/1"
    assert deck.counts("X11", "online-dossiers", "2024-M04") == "no_data"
    assert deck.tally("X11", "online-dossiers", "2024-M04", "2024-03-31").status == "not_applicable"


def test_a_cover_holds_for_every_unit_below_on_each_day() -> None:
    deck = Deck(dossier=ROLL_UP, covers={"dossier": [f"H1:{FULL}"]})
    assert deck.counts("X13", "online-dossiers", "2024") == "0/0"
    assert deck.tally("X22", "online-dossiers", "2024").status == "no_data"
    assert deck.tally("X21", "online-dossiers", "2024").coverage == "unstated"


def test_what_was_stated_for_a_unit_above_it_once_is_stated_for_ever() -> None:
    deck = Deck(dossier=ROLL_UP, covers={"dossier": ["H1:2024-01-01:2024-01-31"]})
    assert deck.tally("X13", "online-dossiers", "2024").missing == ("X13 2024-02-01..2024-12-31",)
    assert deck.tally("X13", "online-dossiers", "2025").status == "no_data"


def test_a_cover_that_names_a_unit_on_a_day_it_does_not_stand_covers_nothing() -> None:
    deck = Deck(covers={"dossier": ["H1:2025-06-01:2025-12-31"]})
    assert deck.counts("X11", "online-dossiers", "2025-M06") == "0/0"
    assert deck.counts("X11", "online-dossiers", "2025-M07") == "no_data"


def test_own_records_of_a_unit_without_data_are_left_out_of_the_sum_too() -> None:
    deck = Deck(dossier=ROLL_UP, covers={"dossier": [f"X11:{FULL}", "X12:2024-01-01:2024-02-01"]})
    tally = deck.tally("H1", "online-dossiers", "2024")
    assert (tally.numerator, tally.denominator, tally.units) == (1, 2, (2, 4))  # X11, and H1's own, which is unstated
    assert tally.missing == ("X12", "X13")
    assert tally.coverage == "unstated"


# Units that are no more (rule 10, acts.md)


@pytest.fixture
def merging() -> Tree:
    """C1 and C2 become C1 on 01/11/2024; the districts end on 30/06/2025."""
    return merging_tree()


MERGED = """
dossier_id | unit | received_at      | channel
a          | C1   | 2024-10-01 08:00 | online
b          | C2   | 2024-10-01 08:00 | counter
c          | C1   | 2024-12-01 08:00 | online
d          | D1   | 2024-10-01 08:00 | counter
"""


def test_a_merged_commune_is_found_under_its_successor_once(merging: Tree) -> None:
    deck = Deck(merging, dossier=MERGED)
    assert deck.counts("C1", "online-dossiers", "2024", "2024-10-31") == "1/1"
    assert deck.counts("C1", "online-dossiers", "2024") == "2/3"
    assert deck.tally("C1", "online-dossiers", "2024").carried == ("C1", "C2")
    assert deck.counts("P", "online-dossiers", "2024") == "2/4"


def test_the_dossiers_of_a_district_are_found_under_the_province_after_its_end(merging: Tree) -> None:
    deck = Deck(merging, dossier=MERGED)
    assert deck.counts("D1", "online-dossiers", "2024", scope="own") == "0/1"
    assert deck.counts("P", "online-dossiers", "2024", "2025-08-01", scope="own") == "no_data"  # J is in 2024
    year = "2024-01-01..2025-12-31"
    assert deck.counts("P", "online-dossiers", year, "2025-08-01", scope="own") == "0/1"
    assert deck.tally("P", "online-dossiers", year, "2025-08-01", scope="own").carried == ("D1",)


def test_merging_keeps_the_sum_of_the_province(merging: Tree) -> None:
    deck = Deck(merging, dossier=MERGED)
    for day in ("2024-12-31", "2025-06-30", "2025-07-01", "2025-12-31"):
        assert deck.counts("P", "online-dossiers", "2024-01-01..2025-12-31", day) == "2/4"


def test_a_unit_that_carries_others_is_asked_for_those_for_which_it_was_stated(merging: Tree) -> None:
    covers = {"dossier": ["C2:2024-01-01:2024-10-31"]}
    deck = Deck(merging, dossier=MERGED, covers=covers)
    assert deck.counts("C1", "online-dossiers", "2024") == "2/3"
    part = Deck(merging, dossier=MERGED, covers={"dossier": ["C2:2024-01-01:2024-10-30"]})
    assert part.tally("C1", "online-dossiers", "2024").missing == ("C2 2024-10-31",)
    empty = Deck(merging, covers=covers)
    assert empty.counts("C1", "online-dossiers", "2024") == "0/0"


def test_a_record_of_a_code_nobody_bore_is_counted_apart_never_dropped() -> None:
    deck = Deck(dossier="dossier_id | unit | received_at | channel\na | Z9 | 2024-03-01 08:00 | online")
    assert deck.counts("P", "online-dossiers", "2024") == "no_data"
    asked = Asked(period=holding(date(2024, 1, 1), date(2024, 12, 31)), as_of=date(2024, 12, 31))
    assert deck.measured("online-dossiers", None, asked).unplaced() == {("online-dossiers", "received"): 1}


# Looked up (records.md)

PROCEDURES = """
procedure | unit | returns_paper_result | statutory_days
p         | P    | true                 | 5
p         | H1   |                      |
q         | X11  | false                |
r         | P    |                      | 1
r         | H1   |                      | 10
"""


def test_a_look_up_goes_up_the_tree_and_passes_over_an_empty_cell() -> None:
    deck = Deck(
        procedure=PROCEDURES,
        dossier="""
        dossier_id | unit | procedure | received_at      | finished_at      | returns_paper_result
        a          | X11  | p         | 2024-03-01 08:00 | 2024-03-06 08:00 |
        b          | X11  | q         | 2024-03-01 08:00 | 2024-03-06 08:00 |
        c          | X11  | p         | 2024-03-01 08:00 | 2024-03-06 08:00 | false
        d          | X21  | q         | 2024-03-01 08:00 | 2024-03-06 08:00 |
        e          | X12  | r         | 2024-03-01 08:00 | 2024-03-06 08:00 | false
        """,
    )
    # a: H1's cell is empty, so P's: prescribed, no file. b and c: not prescribed. d: unknown, stays in d.
    assert deck.counts("P", "digitised-dossiers", "2024", method="results") == "0/2"
    assert dict(deck.tally("P", "digitised-dossiers", "2024", method="results").unknown) == {}
    # a and c: H1's cell is empty, so P's five days. e: H1's ten days, not P's one. b and d: no term is known.
    tally = deck.tally("P", "on-time-dossiers", "2024")
    assert (tally.numerator, tally.denominator, dict(tally.unknown)) == (3, 5, {"no-due-date": 2})


def test_a_dossier_without_receipt_asks_its_own_units_row_only() -> None:
    cells = "dossier_id | unit | procedure | finished_at\na | X11 | p | 2024-03-06 08:00\nb | H1 | p | 2024-03-06 08:00"
    deck = Deck(procedure=PROCEDURES.replace("H1   |     ", "H1   | true"), dossier=cells)
    tally = deck.tally("P", "digitised-dossiers", "2024", method="results")
    assert (tally.numerator, tally.denominator) == (0, 2)
    deck = Deck(
        procedure=PROCEDURES.replace("H1   |     ", "H1   | false"),
        dossier=cells,
    )
    assert deck.counts("P", "digitised-dossiers", "2024", method="results") == "0/1"  # H1's own says: none prescribed


def test_a_second_request_in_the_second_of_the_end_moves_no_deadline() -> None:
    deck = Deck(
        dossier="""
        dossier_id | unit | received_at      | first_due_at     | supplement1_requested_at | supplement1_supplied_at \
| supplement2_requested_at | finished_at
        a          | X11  | 2024-03-01 08:00 | 2024-03-20 17:00 | 2024-03-05 08:00         | 2024-03-06 08:00        \
| 2024-03-08 10:00         | 2024-03-08 10:00
        """
    )
    assert deck.counts("X11", "on-time-dossiers", "2024-03-01..2024-03-20", method="due") == "no_data"
    assert deck.counts("X11", "on-time-dossiers", "2024-03-21..2024-03-21", method="due") == "1/1"
