"""Twelve wrong formulas, planted one at a time in a copy of the source: each is killed by the test named beside it.

A fault names the file, the text it replaces (which must stand there exactly once, so that a changed
line is noticed) and the tests that must fail. The same tests pass on the copy without the fault.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A wrong formula: in `file`, `right` becomes `wrong`; `killed_by` names the tests that notice."""

    file: str
    right: str
    wrong: str
    killed_by: str


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


def run(source: Path, tests: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-o", f"pythonpath={source} .", tests],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_killed_by_the_test_that_names_it(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    file = source / "chitieu" / fault.file
    text = file.read_text(encoding="utf-8")
    assert text.count(fault.right) == 1, f"{fault.file} no longer says: {fault.right}"
    sound = run(source, fault.killed_by)
    assert sound.returncode == 0, sound.stdout
    file.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")
    broken = run(source, fault.killed_by)
    assert broken.returncode == 1, f"not killed: {broken.stdout}"
    assert "AssertionError" in broken.stdout or "Failed" in broken.stdout, broken.stdout
