"""A verdict is a fact about integers as of a day: what is asked first, what is missing, when it is final."""

from __future__ import annotations

import pytest

from chitieu.acts.province import Province
from tests.judging import figure, standings, tally
from tests.world import decision, province

ON_TIME = "on-time-dossiers"
DECISION = decision("1/QĐ", "P", "2024-01-02", "2024", f"1 | {ON_TIME} | commune >= 97 % | X13 none")


def one(numerator: int, denominator: int, captured: str, *, period: str = "2024", as_of: str | None = None) -> str:
    """The verdict of X11 under ≥ 97 % with one published figure."""
    world = province().file(DECISION)
    figures = [figure("X11", ON_TIME, numerator, denominator, captured, period=period)]
    return standings(world, figures, period=period, as_of=as_of)["X11", ON_TIME].verdict


# In which order it is asked


def test_a_unit_without_a_target_is_not_assigned_whatever_its_figure() -> None:
    world = province().file(DECISION)
    found = standings(world, [figure("X13", ON_TIME, 99, 100, "2025-01-05")])["X13", ON_TIME]
    assert (found.verdict, found.shown, found.headroom, found.rank) == ("not_assigned", None, None, None)
    assert found.tally.numerator == 99


def test_nothing_sent_is_no_data_and_never_zero() -> None:
    found = standings(province().file(DECISION), [])["X11", ON_TIME]
    assert (found.verdict, found.shown, found.tally.numerator, found.tally.denominator) == ("no_data", None, None, None)
    assert found.tally.missing == ("dossier",)


def test_none_of_none_is_not_applicable_neither_reached_nor_missed() -> None:
    found = standings(province().file(DECISION), [figure("X11", ON_TIME, 0, 0, "2025-01-05")])["X11", ON_TIME]
    assert (found.verdict, found.shown, found.headroom, found.rank) == ("not_applicable", "không phát sinh", None, None)
    assert (found.tally.status, found.tally.source) == ("not_applicable", "portal-766")


def test_none_of_none_is_met_where_the_line_says_so() -> None:
    act = decision("1/QĐ", "P", "2024-01-02", "2024", f"1 | {ON_TIME} | commune >= 97 % | when_empty = met")
    found = standings(province().file(act), [figure("X11", ON_TIME, 0, 0, "2025-01-05")])["X11", ON_TIME]
    assert found.verdict == "met"


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator", "level"),
    [("initiatives", 3, None, ">= 3"), ("simplification", 1, 10, ">= 10 %")],
)
@pytest.mark.parametrize(("period", "verdict"), [("2024-Q3", "not_judged"), ("2024-9M", "not_judged"), ("2024", "met")])
def test_a_count_and_a_fixed_population_are_judged_by_the_year(
    indicator: str, numerator: int, denominator: int | None, level: str, period: str, verdict: str
) -> None:
    world = province().file(decision("1/QĐ", "P", "2024-01-02", "2024", f"1 | {indicator} | commune {level}"))
    figures = [figure("X11", indicator, numerator, denominator, "2025-01-05", period=period)]
    assert standings(world, figures, period=period, as_of="2025-01-31")["X11", indicator].verdict == verdict


def test_a_year_of_the_reporting_calendar_is_a_whole_year_too() -> None:
    act = decision("1/QĐ", "P", "2024-01-02", "2024", "1 | initiatives | commune >= 3", calendar="report")
    figures = [figure("X11", "initiatives", 2, None, "2024-12-20", period="report:2024")]
    found = standings(province().file(act), figures, period="report:2024")["X11", "initiatives"]
    assert (found.verdict, found.shown, found.headroom) == ("not_met", "2", {"needs": 1, "possible": False})


def test_a_count_of_nothing_is_a_figure_not_a_gap() -> None:
    act = decision("1/QĐ", "P", "2024-01-02", "2024", "1 | initiatives | commune >= 3")
    found = standings(province().file(act), [figure("X11", "initiatives", 0, None, "2025-01-05")])["X11", "initiatives"]
    assert (found.verdict, found.headroom) == ("not_met", {"needs": 3, "possible": False})


def test_a_level_that_is_a_day_has_no_data_and_so_has_an_indicator_without_a_method() -> None:
    act = decision(
        "1/QĐ",
        "P",
        "2024-01-02",
        "2024",
        "1 | reform-plan-issued | commune by 2024-02-15\n2 | press-answers | commune >= 2",
    )
    figures = [figure("X11", "reform-plan-issued", 1, 1, "2025-01-05", method="issued")]
    found = standings(province().file(act), figures)
    assert found["X11", "reform-plan-issued"].verdict == "no_data"
    assert found["X11", "press-answers"].verdict == "no_data"


@pytest.mark.parametrize("share", [29, 57, 58])
def test_a_figure_that_is_exactly_its_target_reaches_it(share: int) -> None:
    """A machine's fraction of 57/100 is 56,99999…: the comparison is of whole numbers."""
    world = province().file(decision("1/QĐ", "P", "2024-01-02", "2024", f"1 | {ON_TIME} | commune >= {share} %"))
    found = standings(world, [figure("X11", ON_TIME, share, 100, "2025-01-05")])["X11", ON_TIME]
    assert (found.verdict, found.headroom) == ("met", {"can_still_fail": 0})


# When it is final


@pytest.mark.parametrize(
    ("numerator", "as_of", "captured", "verdict"),
    [
        (97, "2024-12-31", "2024-12-31T07:00:00", "met"),
        (96, "2024-12-31", "2024-12-31T07:00:00", "not_met"),
        (97, "2024-12-30", "2024-12-30", "meeting"),
        (96, "2024-12-30", "2024-12-30", "missing"),
        (97, "2025-03-31", "2025-01-05", "met"),
    ],
)
def test_a_verdict_is_final_from_the_last_day_of_the_period_on(
    numerator: int, as_of: str, captured: str, verdict: str
) -> None:
    assert one(numerator, 100, captured, as_of=as_of) == verdict


def test_a_figure_read_before_the_last_day_stays_provisional_whatever_the_day_asked() -> None:
    world = province().file(DECISION)
    figures = [figure("X11", ON_TIME, 96, 100, "2024-12-30T23:59:59")]
    found = standings(world, figures, as_of="2025-06-30")["X11", ON_TIME]
    assert (found.verdict, found.final) == ("missing", False)
    assert found.headroom == {"needs": 34, "possible": True}


def test_a_final_miss_keeps_what_was_short_and_is_not_possible_any_more() -> None:
    world = province().file(DECISION)
    found = standings(world, [figure("X11", ON_TIME, 96, 100, "2025-01-05")])["X11", ON_TIME]
    assert (found.verdict, found.headroom) == ("not_met", {"needs": 34, "possible": False})


def test_a_figure_read_after_the_day_asked_is_not_known_yet() -> None:
    assert one(99, 100, "2025-01-05", as_of="2025-01-04") == "no_data"
    assert one(99, 100, "2025-01-05", as_of="2025-01-05") == "met"


# Sums of units


def test_the_figure_of_a_parent_is_the_sum_of_its_childrens_never_the_mean_of_ratios() -> None:
    """W7: 1/1 and 10/100 are 11/101 = 10,89 %, not 55 %; a third without a report makes it 2 of 3 units."""
    act = decision("1/QĐ", "P", "2024-01-02", "2024", f"1 | {ON_TIME} | district >= 10 %")
    figures = [figure("X11", ON_TIME, 1, 1, "2025-01-05"), figure("X12", ON_TIME, 10, 100, "2025-01-06")]
    found = standings(province().file(act), figures)["H1", ON_TIME]
    assert (found.tally.numerator, found.tally.denominator, found.shown) == (11, 101, "10,89 %")
    assert (found.tally.units, found.tally.missing) == ((2, 3), ("X13",))
    assert (found.verdict, found.headroom, found.rank) == ("no_data", None, None)
    whole = [*figures, figure("X13", ON_TIME, 0, 9, "2025-01-07")]
    found = standings(province().file(act), whole)["H1", ON_TIME]
    assert (found.tally.numerator, found.tally.denominator, found.shown, found.verdict) == (11, 110, "10,00 %", "met")
    assert (found.tally.units, found.tally.missing) == ((3, 3), ())


def test_a_sum_speaks_only_up_to_its_earliest_capture() -> None:
    act = decision("1/QĐ", "P", "2024-01-02", "2024", f"1 | {ON_TIME} | district >= 10 %")
    early = figure("X11", ON_TIME, 5, 10, "2024-12-01")
    late = [figure(code, ON_TIME, 5, 10, "2025-01-05") for code in ("X12", "X13")]
    found = standings(province().file(act), [early, *late])["H1", ON_TIME]
    assert (found.verdict, str(found.tally.captured_on)) == ("meeting", "2024-12-01")


def test_a_units_own_figure_is_used_before_the_sum_of_those_below_it() -> None:
    figures = [figure("H1", ON_TIME, 50, 100, "2025-01-05"), figure("X11", ON_TIME, 1, 1, "2025-01-05")]
    found = tally(province(), figures, "H1", ON_TIME)
    assert (found.numerator, found.denominator, found.units) == (50, 100, None)


def test_an_indicator_that_is_the_units_own_is_not_summed_over_those_below() -> None:
    found = tally(province(), [figure("X11", "initiatives", 2, None, "2025-01-05")], "H1", "initiatives")
    assert (found.numerator, found.status) == (None, "no_data")


MERGED = (
    """
code, name,       tier,     parent, from
P,    Tỉnh P,     province
A,    Xã A,       commune,  P
B,    Xã B,       commune,  P
B,    Phường B,   commune,  P,      2024-03-01
C,    Xã C,       commune,  P,      2024-07-01
D,    Xã D,       commune,  P
""",
    """
old, new, extent, on
B,   B,   keep,   2024-03-01
A,   C,   whole,  2024-07-01
B,   C,   whole,  2024-07-01
""",
)


def test_the_figures_of_merged_units_count_once_for_their_heir_where_it_has_none_of_its_own() -> None:
    """B had two names before it was merged: it is one unit, and counts once."""
    figures = [figure("A", ON_TIME, 1, 10, "2024-06-30"), figure("B", ON_TIME, 4, 20, "2024-06-30")]
    found = tally(province(*MERGED), figures, "C", ON_TIME)
    assert (found.numerator, found.denominator, found.carried) == (5, 30, ("A", "B"))
    above = tally(province(*MERGED), [*figures, figure("D", ON_TIME, 1, 1, "2024-06-30")], "P", ON_TIME)
    assert (above.numerator, above.denominator) == (6, 31)


def test_an_heir_with_a_figure_of_its_own_is_not_added_to_its_sources() -> None:
    figures = [figure("A", ON_TIME, 1, 10, "2024-06-30"), figure("C", ON_TIME, 9, 40, "2025-01-05")]
    found = tally(province(*MERGED), figures, "C", ON_TIME)
    assert (found.numerator, found.denominator, found.carried) == (9, 40, ())


# Rank


def test_few_records_are_listed_without_a_rank_and_stay_out_of_it() -> None:
    world = province().file(DECISION)
    figures = [
        figure("X11", ON_TIME, 30, 30, "2025-01-05"),
        figure("X12", ON_TIME, 29, 29, "2025-01-05"),
        figure("X21", ON_TIME, 60, 60, "2025-01-05"),
        figure("X22", ON_TIME, 59, 60, "2025-01-05"),
    ]
    found = standings(world, figures)
    ranks = {code: found[code, ON_TIME].rank for code in ("X11", "X12", "X13", "X21", "X22")}
    assert ranks == {"X11": (1, 3), "X12": None, "X13": None, "X21": (1, 3), "X22": (3, 3)}
    assert found["X12", ON_TIME].few_records


def test_published_and_self_reported_figures_are_ranked_apart_and_so_are_blocks() -> None:
    from chitieu.acts.province import Block

    world = province().file(decision("1/QĐ", "P", "2024-01-02", "2024", f"1 | {ON_TIME} | commune >= 97 %"))
    figures = [
        figure("X11", ON_TIME, 40, 40, "2025-01-05"),
        figure("X12", ON_TIME, 39, 40, "2025-01-05", source="self-report"),
        figure("X13", ON_TIME, 38, 40, "2025-01-05"),
        figure("X21", ON_TIME, 37, 40, "2025-01-05"),
    ]
    settings = Province(blocks=(Block(name="Phường", tier="commune", name_begins=("Phường",)),))
    found = standings(world, figures, settings=settings)
    assert {code: (found[code, ON_TIME].rank, found[code, ON_TIME].block) for code in ("X11", "X12", "X13", "X21")} == {
        "X11": ((1, 2), None),
        "X12": ((1, 1), None),
        "X13": ((1, 1), "Phường"),
        "X21": ((2, 2), None),
    }


def test_a_table_is_red_first() -> None:
    world = province().file(decision("1/QĐ", "P", "2024-01-02", "2024", f"1 | {ON_TIME} | commune >= 97 %"))
    figures = [
        figure("X11", ON_TIME, 99, 100, "2025-01-05"),
        figure("X12", ON_TIME, 90, 100, "2025-01-05"),
        figure("X13", ON_TIME, 10, 100, "2025-01-05"),
        figure("X21", ON_TIME, 0, 0, "2025-01-05"),
    ]
    order = [code for code, _ in standings(world, figures)]
    assert order == ["X13", "X12", "X22", "X11", "X21"]
