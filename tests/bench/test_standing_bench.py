"""The benchmark of standings on small made-up provinces: what it prints, what it measures, and when it fails."""

import json
from collections import Counter
from pathlib import Path

import pytest

from bench import standing as bench
from chitieu import walk
from chitieu.period import Period, read

SMALL = ("--units", "60", "120", "--runs", "1")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bench.Province:
    return bench.make(tmp_path_factory.mktemp("province"), 120)


@pytest.mark.parametrize("count", [60, 120, 1_000, 10_000])
def test_a_made_up_province_has_as_many_units_as_asked_each_below_another(count: int) -> None:
    units = bench.units_of(count)
    codes = {code for code, *_ in units}
    assert len(units) == len(codes) == count
    assert {parent for *_, parent in units} <= codes | {""}
    tiers = Counter(tier for _, _, tier, _ in units)
    assert tiers["province"] == 1 and set(tiers) == {"province", "department", "commune", "division"}


def test_every_ratio_and_count_of_every_unit_has_a_figure(small: bench.Province) -> None:
    units = bench.units_of(small.units)
    rows = list(bench.figures_of(units))
    assert len(rows) == 13 * (small.units - 1)
    assert {row[1] for row in rows if row[1] != "P"} == {code for code, *_ in units[1:]}


def test_the_province_gives_verdicts_of_many_sorts_to_fourteen_targets_of_every_unit(small: bench.Province) -> None:
    workspace, _ = walk.open_workspace(small.home)
    period = read(bench.PERIOD)
    assert workspace is not None and isinstance(period, Period)
    found = walk.stand(workspace, workspace.acts.fitting(bench.NUMBER)[0], period, bench.AS_OF)
    assert isinstance(found, list) and len(found) == 14 * (small.units - 1)
    verdicts = Counter(one.verdict for one in found)
    assert set(verdicts) == {"met", "not_met", "not_applicable", "no_data"}
    assert verdicts["no_data"] == small.units - 1  # the one duty, for which nobody reports
    assert any(one.assigned.target and one.assigned.target.origin == "cascade" for one in found)


def test_two_processes_reckon_the_same_digest(small: bench.Province) -> None:
    first, second = (bench.timed(bench.STAND, str(small.home))[1] for _ in range(2))
    assert first[2] == second[2] and len(first[2]) == 64


def test_in_json_it_says_what_ratio_bar_peak_and_digest(capsys: pytest.CaptureFixture[str]) -> None:
    status = bench.main(["--json", *SMALL])
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert [one["what"] for one in found] == ["60 units", "120 units", "growth exponent", "one unit of 284, seconds"]
    assert all(one.keys() == {"what", "ratio", "bar", "holds", "peak_mb", "digest"} for one in found)
    assert [one["bar"] for one in found] == [None, None, bench.GROWTH, bench.COLD_START]
    assert all(one["ratio"] > 0 for one in found[:2]) and all(one["peak_mb"] > 10 for one in found[:3])
    assert status == (0 if all(one["holds"] for one in found) else 1)
    assert "60" in printed.err


@pytest.mark.parametrize(("power", "holds"), [(0.9, True), (1.09, True), (1.11, False), (2.0, False)])
def test_growth_is_the_power_with_which_time_rises(power: float, holds: bool) -> None:
    measures = [
        bench.Measure(units=units, standing=0.001 * units**power, reading=0.01, peak_mb=1, digest="d")
        for units in bench.SIZES
    ]
    *_, found = bench.results(measures, None)
    assert (found["what"], found["holds"]) == ("growth exponent", holds)
    assert found["ratio"] == pytest.approx(power)


def test_two_runs_of_one_size_that_differ_do_not_hold() -> None:
    measure = bench.Measure(units=1_000, standing=1.0, reading=0.5, peak_mb=1, digest="differs")
    [found] = bench.results([measure], None)
    assert (found["ratio"], found["holds"]) == (2.0, False)


def test_a_slow_start_does_not_hold() -> None:
    [found] = bench.results([], bench.COLD_START + 0.1)
    assert found["holds"] is False


def test_a_province_that_cannot_be_opened_stops_the_bench(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        bench.timed(bench.STAND, str(tmp_path))
