"""Twelve wrong formulas of acts and verdicts, planted one at a time: each is killed by the test named beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hardening.planting import Fault, kill

STANDINGS = "tests/law/test_standings.py::"
VERDICTS = "tests/law/test_verdict_headroom_shown.py::"

FAULTS = {
    "mean of ratios": Fault(
        file="measures/tally.py",
        right="numerator=sum(tally.numerator or 0 for tally in with_data),\n            denominator=denominator,",
        wrong="numerator=sum(1000 * (tally.numerator or 0) // (tally.denominator or 1) for tally in with_data),\n"
        "            denominator=1000 * len(with_data),",
        killed_by=STANDINGS + "test_the_figure_of_a_parent_is_the_sum_of_its_childrens_never_the_mean_of_ratios",
    ),
    "rounded compare": Fault(
        file="standings/verdict.py",
        right='    if level.operator == ">=":\n        return figure >= asked',
        wrong='    if level.operator == ">=":\n        return (figure * 200 + asked) // (2 * max(asked, 1)) >= 100',
        killed_by=VERDICTS + "test_a_figure_is_compared_in_integers_and_never_after_rounding",
    ),
    "> for >=": Fault(
        file="standings/verdict.py",
        right="return figure >= asked",
        wrong="return figure > asked",
        killed_by=VERDICTS + "test_a_figure_is_compared_in_integers_and_never_after_rounding",
    ),
    "float": Fault(
        file="standings/verdict.py",
        right="return figure >= asked",
        wrong="return numerator / (denominator or 1) * 100 >= level.numerator / level.denominator",
        killed_by=STANDINGS + "test_a_figure_that_is_exactly_its_target_reaches_it",
    ),
    "floor direction for <=": Fault(
        file="acts/level.py",
        right='return asked >= least if floor.operator == ">=" else asked <= least',
        wrong="return asked >= least",
        killed_by="tests/law/test_levels.py::test_a_value_below_its_floor_is_refused_and_so_is_one_that_cannot_be_compared",
    ),
    "district of the wrong day": Fault(
        file="acts/targets.py",
        right="self.judged_on = min(as_of, period.last)",
        wrong="self.judged_on = as_of",
        killed_by="tests/law/test_which_target_judges.py",
    ),
    "amendment applied early": Fault(
        file="acts/force.py",
        right="if self.span(change).holds(day)",
        wrong="if change.name.issued_on.year <= day.year",
        killed_by="tests/law/test_amendment_replacement_annulment.py",
    ),
    "latest capture by row order": Fault(
        file="records/figures.py",
        right='captures.sort(key=attrgetter("captured_at"))',
        wrong='captures.sort(key=attrgetter("row"))',
        killed_by="tests/law/test_reported_figures.py::test_the_latest_capture_speaks_in_whatever_order_they_came",
    ),
    "a merged unit twice": Fault(
        file="measures/tally.py",
        right="tuple({past.identity: past for past in stretches}.values())",
        wrong="tuple(stretches)",
        killed_by=STANDINGS + "test_the_figures_of_merged_units_count_once_for_their_heir_where_it_has_none_of_its_own",
    ),
    "= as >=": Fault(
        file="standings/verdict.py",
        right="else figure == asked",
        wrong="else figure >= asked",
        killed_by=VERDICTS + "test_a_figure_is_compared_in_integers_and_never_after_rounding",
    ),
    "missing as zero": Fault(
        file="standings/standing.py",
        right='if level.operator == "by" or tally.numerator is None or not tally.whole:',
        wrong='if level.operator == "by" or tally.numerator is None:',
        killed_by=STANDINGS + "test_the_figure_of_a_parent_is_the_sum_of_its_childrens_never_the_mean_of_ratios",
    ),
    "0/0 as met": Fault(
        file="standings/standing.py",
        right='if (when_empty or indicator.when_empty) != "met":',
        wrong="if False:",
        killed_by=STANDINGS + "test_none_of_none_is_not_applicable_neither_reached_nor_missed",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_killed_by_the_test_that_names_it(name: str, tmp_path: Path) -> None:
    kill(FAULTS[name], tmp_path)
