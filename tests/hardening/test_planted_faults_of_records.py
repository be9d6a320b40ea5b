"""Wrong steps on the way in and in the store, planted one at a time: each is killed by the test named beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hardening.planting import Fault, kill

DOOR = "tests/law/test_records_in.py::test_"
KEPT = "tests/laws_of_sums/test_records_kept.py::test_"
FIGURES = "tests/law/test_measured_figures.py::test_"
ROWS = "tests/law/test_populations.py::test_"

FAULTS = {
    # The way in
    "time-zone shift": Fault(
        file="records/cells_in_sql.py",
        right="WHEN right(t, 1) = 'Z' THEN INTERVAL 7 HOUR",
        wrong="WHEN right(t, 1) = 'Z' THEN INTERVAL 0 HOUR",
        killed_by=DOOR + "a_moment_is_local_whatever_way_it_is_written",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_killed_by_the_test_that_names_it(name: str, tmp_path: Path) -> None:
    kill(FAULTS[name], tmp_path)
