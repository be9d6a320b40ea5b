"""Every engine counts alike, and the database reads the language to the letter. At length: `./dev harden engines`."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings

from chitieu.measures.engines import Job, duckdb
from chitieu.records.kinds import kinds
from harden import engines
from harden.engines import SHORT, Trial, agree, expressions, jobs, says_the_same, tried


@settings(**tried(SHORT, None))
@given(jobs())
def test_plain_and_the_database_give_the_same_counts_and_sums(trial: Trial) -> None:
    agree(trial)


@settings(**tried(SHORT, None))
@given(expressions())
def test_the_database_gives_every_value_as_the_language_does(trial: Trial) -> None:
    says_the_same(trial)


def test_methods_of_every_kind_are_tried() -> None:
    assert engines.METHODS.keys() == kinds().keys() - {"meeting", "committee", "figure"}


def test_the_trial_fails_where_one_engine_counts_one_record_more(monkeypatch: pytest.MonkeyPatch) -> None:
    right = duckdb.count

    def wrong(job: Job) -> Counter[object]:
        return Counter(right(job)) + Counter(dict.fromkeys(list(right(job))[:1], 1))

    monkeypatch.setattr(duckdb, "count", wrong)
    with pytest.raises(AssertionError):
        engines.main(["--sets", "5"])


def test_the_trial_says_what_it_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert engines.main(["--sets", "5", "--seed", "1"]) == 0
    printed = capsys.readouterr().out
    assert "5 bộ hồ sơ" in printed and "50 biểu thức" in printed
    assert printed.endswith("Hai bộ máy cho cùng kết quả.\n")
