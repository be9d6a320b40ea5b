"""Figures counted from random records in random provinces: fates partition, sums are kept, empty cells never help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pyarrow as pa
from hypothesis import assume, given
from hypothesis import strategies as st

from chitieu.acts.units import Tree, Unit
from chitieu.measures.engines import UNPLACED, Cell, Counts, Job, duckdb, plain
from chitieu.measures.measured import Measured
from chitieu.measures.method import Asked
from chitieu.period import Period, holding
from chitieu.records.kinds import kinds
from tests.records import METHODS, SUBTREE, Held, held, n_and_d, tally
from tests.worlds import days, period, periods

YEARS = holding(date(2024, 1, 1), date(2025, 12, 31))
AT_LAST = Asked(period=YEARS, as_of=YEARS.last)


def asked(period: Period, as_of: date) -> Asked:
    return Asked(period=period, as_of=as_of)


def standing(tree: Tree, day: date) -> list[Unit]:
    return list(tree.on(day).units.values())


# Fates


def each_alone(job: Job) -> Iterator[Job]:
    """The job of each record by itself."""
    assert isinstance(job.records, pa.Table)
    for place in range(job.records.num_rows):
        yield replace(job, records=job.records.slice(place, 1))


@given(held(), st.tuples(periods(), periods()), days())
def test_each_record_has_one_fate_under_each_method_period_and_day(
    state: Held, of: tuple[Period, Period], day: date
) -> None:
    """A record by itself is counted once or is outside; together they are as many as one by one."""
    for job in state.jobs([asked(one, day) for one in dict.fromkeys(of)]):
        one_by_one: Counter[Cell] = Counter()
        for alone in each_alone(job):
            counts = plain.count(alone)
            assert set(counts.values()) <= {1}
            assert len({(cell.method, cell.asked) for cell in counts}) == len(counts)
            one_by_one.update(counts)
        assert plain.count(job) == dict(one_by_one)


@given(held(), periods(), days())
def test_in_every_tally_d_is_numerator_and_failed_and_unknown_and_n_is_numerator(
    state: Held, of: Period, day: date
) -> None:
    """What the root shows is every record whose unit is known, by its fate; the names give the same sums."""
    one = asked(of, day)
    counted: dict[int, Counts] = {}

    def count(job: Job) -> Counts:
        found = plain.count(job)
        counted.update({id(definition): found for definition in job.definitions})
        places.update({id(definition): place for place, definition in enumerate(job.definitions)})
        return found

    places: dict[int, int] = {}
    measured = state.covered().measured([one], count)[one]
    root = state.tree.on(one.judged_on).units["P"]
    for indicator, code in METHODS:
        definition = id(next(method.definition for method in indicator.methods if method.code == code))
        by_fate: Counter[str] = Counter()
        named: Counter[tuple[str, str]] = Counter()
        for cell, times in counted.get(definition, {}).items():
            if cell.method == places[definition] and cell.unit != UNPLACED:
                by_fate[cell.outcome] += times
                named[cell.outcome, cell.name or "unnamed"] += times
        found = tally(measured, root, (indicator, code))
        d = sum(by_fate[fate] for fate in ("numerator", "failed", "unknown"))
        assert found.numerator == by_fate["numerator"]
        assert found.denominator == (None if indicator.shape == "count" else d)
        for outcome, shown in (("excluded", found.excluded), ("unknown", found.unknown)):
            assert dict(shown) == {name: times for (fate, name), times in named.items() if fate == outcome}


@given(held(), periods(), days())
def test_the_fast_engine_counts_parts_of_a_set_to_the_same_sums(state: Held, of: Period, day: date) -> None:
    for job in state.jobs([asked(of, day)])[:1]:
        assert isinstance(job.records, pa.Table)
        half = job.records.num_rows // 2
        parts = [replace(job, records=rows) for rows in (job.records.slice(0, half), job.records.slice(half))]
        in_parts = Counter(duckdb.count(parts[0])) + Counter(duckdb.count(parts[1]))
        assert in_parts == duckdb.count(job) == plain.count(job)


# Units that are merged, split and moved


def decided_on(state: Held, changes: list[date]) -> dict[date, Measured]:
    """The same counts, made with all that ever happened, rolled up by the tree of each of the days."""

    def count(job: Job) -> Counts:
        """Counts of one day stand for every day asked: only whose they are may differ."""
        once = plain.count(replace(job, asked=(AT_LAST,)))
        return {cell._replace(asked=place): times for cell, times in once.items() for place in range(len(job.asked))}

    found = state.measured([asked(YEARS, day) for day in changes], count)
    return {one.as_of: measured for one, measured in found.items()}


def days_of_change(tree: Tree) -> list[date]:
    """Every day of change and the day before."""
    known = {change + timedelta(days=shift) for change in tree.days_of_change for shift in (-1, 0)}
    return sorted({YEARS.first, *(day for day in known if YEARS.holds(day))})


@given(held(), st.booleans())
def test_merging_splitting_and_moving_units_keeps_n_and_d_of_the_root(state: Held, is_covered: bool) -> None:
    """Also those that end, rise, fall and begin: before and after every day of change, under every method."""
    by_day = decided_on(state.covered() if is_covered else state, days_of_change(state.tree))
    for method in METHODS:
        sums = {n_and_d(tally(found, state.tree.on(day).units["P"], method)) for day, found in by_day.items()}
        assert len(sums) == 1, method


@given(held(), periods(), days(), st.booleans())
def test_a_parent_is_its_own_and_all_below(state: Held, of: Period, day: date, is_covered: bool) -> None:
    one = asked(of, day)
    measured = (state.covered() if is_covered else state).measured([one], methods=SUBTREE)[one]
    snapshot = state.tree.on(one.judged_on)
    for method in SUBTREE:
        sums = {unit.code: n_and_d(tally(measured, unit, method)) for unit in snapshot.units.values()}
        for unit in snapshot.units.values():
            own = n_and_d(tally(measured, unit, method, own=True))
            parts = [own, *(sums[child] for child in snapshot.children(unit.code))]
            assert sums[unit.code] == tuple(map(sum, zip(*parts, strict=True)))


@given(held(), periods(), days())
def test_the_order_of_units_and_records_changes_nothing(state: Held, of: Period, day: date) -> None:
    """Records of different keys may come in any order."""
    one = asked(of, day)
    kept = {kind: list({tuple(row[name] for name in kinds()[kind].key): row for row in rows}.values())
            for kind, rows in state.rows.items()}  # fmt: skip
    forth, back = Held(state.tree, kept), Held(state.tree, {kind: rows[::-1] for kind, rows in kept.items()})
    figures = [held_now.measured([one])[one] for held_now in (forth, back)]
    for unit in standing(state.tree, one.judged_on):
        for method in METHODS:
            assert tally(figures[0], unit, method) == tally(figures[1], unit, method)


# An empty cell never helps

DUE_DECIDES = {("on-time-dossiers", "due"): ("first_due_at", "due_at", "procedure", "statutory_days")}
"""Methods whose population the due day decides, and the cells it may come from."""


def may_be_emptied(state: Held) -> list[tuple[str, int, str]]:
    """Kind, place and column of every filled cell whose empty means unknown and for which nothing stands in."""
    found = []
    for code, rows in state.rows.items():
        kind = kinds()[code]
        unknown = {column.name for column in kind.columns if column.empty == "unknown"} - {"state", "due_on"}
        for place, row in enumerate(rows):
            filled = {name for name in unknown & row.keys() if row[name] is not None}
            if code == "procedure" and sum(other["procedure"] == row["procedure"] for other in rows) > 1:
                continue  # another row of the procedure may stand in
            without = state.looked_up({**row, **dict.fromkeys(filled)} | {"procedure": row.get("procedure")}, kind)
            filled -= {name for name, value in without.items() if value is not None}
            if row.get("due_at") is not None or without.get("statutory_days") is not None:
                filled -= {"first_due_at"}
            if without.get("statutory_days") is not None:
                filled -= {"due_at"}
            found += [(code, place, name) for name in sorted(filled)]
    return found


@given(held(most=4), st.sampled_from([YEARS, *map(period, ("2024", "2024-H1"))]), days(), st.randoms(), st.booleans())
def test_emptying_a_cell_that_means_unknown_raises_no_ratio(
    state: Held, of: Period, day: date, chance: Random, is_covered: bool
) -> None:
    """n does not grow and d - n does not shrink: of the root, so of one unit at least, under any method."""
    state = state.covered() if is_covered else state
    candidates = may_be_emptied(state)
    assume(candidates)
    one = asked(of, day)
    root = state.tree.on(one.judged_on).units["P"]
    before = state.measured([one])[one]
    for code, place, name in chance.sample(candidates, min(8, len(candidates))):
        rows = [{**row, name: None} if at == place else row for at, row in enumerate(state.rows[code])]
        after = replace(state, rows={**state.rows, code: rows}).measured([one])[one]
        for method in METHODS:
            if name in DUE_DECIDES.get((method[0].code, method[1]), ()):
                continue
            (n, d), (n_now, d_now) = (n_and_d(tally(measured, root, method)) for measured in (before, after))
            assert n_now <= n, (method, code, place, name)
            if method[0].shape != "count":
                assert d_now - n_now >= d - n, (method, code, place, name)
