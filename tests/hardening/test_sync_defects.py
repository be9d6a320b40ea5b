"""The sync defects of real systems, planted in made-up records and imported: found one by one, their effect as told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chitieu.generate.defects import CODES
from harden.defects import SHORT, SOUGHT, Outcome, Together, printed, tried

Tried = tuple[list[Outcome], list[Together]]
UNSEEN = {("sync", "ALWAYS-DIGITISED"), ("csv", "ALWAYS-DIGITISED"), ("csv", "INPUT-AS-RESULT")}
"""What nothing in the records of a form shows."""


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    return tried(tmp_path_factory.mktemp("defects"), SHORT)


@pytest.fixture(scope="module")
def alone(short: Tried) -> dict[tuple[str, str], Outcome]:
    return {(one.form, code): one for one in short[0] for code in one.sought.codes}


def test_every_sort_that_is_planted_is_sought_in_both_forms(alone: dict[tuple[str, str], Outcome]) -> None:
    assert {code for sought in SOUGHT for code in sought.codes} == set(CODES)
    assert set(alone) == {(form, code) for form in ("sync", "csv") for code in CODES}
    assert all(one.planted > 0 for one in alone.values())


def test_every_defect_that_shows_is_found_and_nothing_besides(alone: dict[tuple[str, str], Outcome]) -> None:
    for place, one in alone.items():
        if place in UNSEEN:
            assert one.found is None
        else:
            assert (one.found, one.missed or 0, one.besides or 0) == (one.planted, 0, 0), place


def test_what_cannot_be_found_says_why(alone: dict[tuple[str, str], Outcome]) -> None:
    assert all(alone[place].sought.why for place in UNSEEN)


def n_up(n: int, d: int) -> bool:
    return n > 0 == d


EFFECTS: dict[str, Callable[[int, int], bool]] = {
    "WAITING-AS-FINISHED": lambda n, d: n == d > 0,  # not yet settled, counted as settled in time
    "UNPAID-AS-FINISHED": lambda n, d: n >= d >= 0 < n,
    "STOPPED-AS-FINISHED": lambda n, d: n >= d >= 0 < n,
    "NO-DUE-AS-FINISHED": lambda n, d: n >= 0 == d,  # what was late is in time at its receipt
    "INPUT-AS-RESULT": n_up,
    "ALWAYS-DIGITISED": n_up,
    "ANY-PAYMENT-AS-PORTAL": n_up,
    "SUBMITTED-AS-RECEIVED": lambda n, d: n == d == 0,  # no figure of the fourteen asks when it was submitted
    "REPUSHED-AT-RANDOM": lambda n, d: d > 0,  # counted twice
    "CHANNEL-LOST": lambda n, d: n < 0 == d,
    "MOMENTS-LOST": lambda n, d: d < 0,  # settled, and not counted
    "END-BEFORE-RECEIPT": lambda n, d: d < 0,  # turned away
    "FIRST-DUE-OVERWRITTEN": n_up,  # what was late is in time by its new due day
}


@pytest.mark.parametrize("form", ["sync", "csv"])
@pytest.mark.parametrize("code", CODES)
def test_a_defect_moves_its_figure_as_the_production_systems_show(
    code: str, form: str, alone: dict[tuple[str, str], Outcome]
) -> None:
    one = alone[form, code]
    assert EFFECTS[code](one.sent[0] - one.true[0], one.sent[1] - one.true[1]), (one.sent, one.true)
    assert one.holds


def test_each_defect_stands_in_the_table_with_its_figures(short: Tried) -> None:
    text = printed(*short)
    for one in short[0]:
        line = next(line for line in text.splitlines() if line.startswith(one.form) and one.sought.codes[0] in line)
        assert f"{one.sent[0]}/{one.sent[1]}" in line and f"{one.true[0]}/{one.true[1]}" in line
        assert ("không thấy được" in line) == (one.found is None)


def test_together_they_inflate_what_was_settled_in_time(short: Tried) -> None:
    figures = {(one.form, one.method[1]): one for one in short[1] if one.method[0] == "on-time-dossiers"}
    (n, d), (true_n, true_d) = (figures["sync", "resolved"].sent, figures["sync", "resolved"].true)
    assert n * true_d > true_n * d
