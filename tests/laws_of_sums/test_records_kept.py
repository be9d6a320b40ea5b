"""Files of random records into a real lake and out as figures: order, number and withdrawal of files change nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chitieu.language.plain import evaluate
from chitieu.measures.method import Asked
from chitieu.records.derived import Whole
from chitieu.records.kinds import kinds
from chitieu.walk import open_workspace
from tests.records import METHODS, NOBODY, WORKING, Held, Row, dumped, examples, records, tally
from tests.rooms.commands import done, made, run
from tests.worlds import period

KINDS = ("dossier", "petition", "survey", "payment", "procedure", "initiative", "inspection")
CODES = ("H01.1", "H01.1.1", "H01.2", "H01.2", "H01.3", NOBODY)
FIRST = datetime(2024, 5, 1, 8)
FEW = settings(max_examples=5, phases=[Phase.generate])
"""Each example makes workspaces and runs commands; to make a failing one smaller takes longer than to read it."""
Figures = list[dict[str, Any]]
Counted = tuple[Any, ...]


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small province without records."""
    return made(tmp_path_factory.mktemp("province") / "home", figures=False)


class Home:
    """A workspace of the province that takes files of one kind."""

    def __init__(self, path: Path, kind: str) -> None:
        self.path, self.kind, self._files = path, kind, 0

    def take(self, rows: Sequence[Row], *options: str) -> dict[str, Any]:
        """Import rows as a file; its account."""
        self._files += 1
        file = self.path.parent / f"{self._files}.csv"
        file.write_text(dumped(kinds()[self.kind], rows), encoding="utf-8")
        ended = run("import", self.kind, file, "--format", "json", *options, home=self.path)
        assert ended.status in (0, 1), ended.err
        account = ended.objects[0]
        counted = sum(account[name] for name in ("accepted", "replaced", "unchanged", "older", "quarantined"))
        assert account["read"] == len(rows) == counted + sum(account["not_taken"].values())
        return account

    def withdraw(self, number: int) -> None:
        done("deliveries", "withdraw", str(number), home=self.path)

    def measured(self, *options: str) -> str:
        """Every method, unit and period as JSON."""
        asked = (
            "--all-methods",
            "--period",
            "2024",
            "--period",
            "2024-Q1",
            "--period",
            "2025",
            "--as-of",
            "2025-01-31",
        )
        return done("measure", *asked, "--format", "json", "--engine", "plain", *options, home=self.path).out

    def figures(self, *options: str) -> Figures:
        """The same without the number of the last delivery."""
        found: Figures = json.loads(self.measured(*options))
        for one in found:
            del one["provenance"]["delivery"]
        return found


@contextmanager
def homes(province: Path, kind: str, count: int = 1) -> Iterator[list[Home]]:
    """Empty workspaces."""
    with tempfile.TemporaryDirectory(dir=province.parent) as folder:
        found = []
        for number in range(count):
            place = Path(folder) / str(number) / "home"
            shutil.copytree(province, place)
            found.append(Home(place, kind))
        yield found


@st.composite
def sent(draw: st.DrawFn, *, also_equal: bool = False) -> tuple[str, list[Row]]:
    """A kind and rows of it, some versions of one another; no two of one key and one moment unless `also_equal`."""
    kind = draw(st.sampled_from(KINDS))
    of = kinds()[kind]
    rows = draw(st.lists(records(kind, CODES), min_size=6, max_size=12))
    if also_equal:
        return kind, rows
    known = {(*(row[name] for name in of.key), row[str(of.version)]): row for row in rows}
    return kind, list(known.values())


def valid(account: dict[str, Any]) -> int:
    return int(account["read"]) - int(account["quarantined"])


@FEW
@given(sent())
def test_a_file_sent_again_is_unchanged_and_changes_no_figure(province: Path, file: tuple[str, list[Row]]) -> None:
    kind, rows = file
    with homes(province, kind) as (home,):
        first = home.take(rows)
        before = home.measured()
        again = home.take(rows, "--source", "another")
        assert (again["unchanged"], again["quarantined"]) == (valid(first), first["quarantined"])
        assert again["delivery"] is None
        assert home.measured() == before


@settings(FEW, max_examples=3)
@given(sent(), st.randoms(use_true_random=False))
def test_rows_in_one_file_or_in_ten_of_two_sources_in_any_order_give_the_same_figures(
    province: Path, file: tuple[str, list[Row]], chance: Any
) -> None:
    kind, rows = file
    with homes(province, kind, 2) as (whole, split):
        at_once = whole.take(rows)
        parts = [rows[place::10] for place in range(10) if rows[place::10]]
        chance.shuffle(parts)
        accounts = [split.take(part, "--source", "ab"[place % 2]) for place, part in enumerate(parts)]
        assert split.figures() == whole.figures()
        keys = len({tuple(row[name] for name in kinds()[kind].key) for row in rows})
        assert sum(account["accepted"] for account in accounts) <= keys
        for counted in ("read", "quarantined", "accepted"):
            assert sum(account[counted] for account in accounts) == at_once[counted], counted


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, list[Row]]:
    """Two versions of one record, the earlier first, which may have no moment; the later moves it, or is faulty."""
    kind = draw(st.sampled_from(KINDS))
    of = kinds()[kind]
    rows = [draw(records(kind, CODES)), draw(records(kind, CODES))]
    moments = draw(st.sampled_from([(None, FIRST), (FIRST, FIRST + timedelta(seconds=1))]))
    units = ("H01.2", draw(st.sampled_from(["H01.3", NOBODY])))
    key = {name: "H01.2" if of.column(name).type == "unit" else "a" for name in of.key}
    return kind, [
        {**row, "unit": unit, **key, str(of.version): at} for row, unit, at in zip(rows, units, moments, strict=True)
    ]


@FEW
@given(versions())
def test_the_newest_version_speaks_in_either_order_of_arrival(province: Path, given_: tuple[str, list[Row]]) -> None:
    """Alone, after the earlier one, before it, and in one file with it; a faulty one leaves the earlier in force."""
    kind, (earlier, later) = given_
    with homes(province, kind, 4) as (alone, forth, back, together):
        if alone.take([later])["quarantined"]:
            alone.take([earlier])
        forth.take([earlier])
        forth.take([later])
        back.take([later])
        older = back.take([earlier])
        together.take([later, earlier])
        expected = alone.figures()
        for home in (forth, back, together):
            assert home.figures() == expected
        assert older["replaced"] == 0
        assert older["quarantined"] or older["older"] or older["accepted"]


@pytest.mark.parametrize("kind", ["survey", "initiative"])
@pytest.mark.parametrize("version", [None, FIRST])
def test_of_equal_versions_the_later_arrival_speaks_in_every_figure(
    province: Path, kind: str, version: datetime | None
) -> None:
    """In one file and in two, of a kind that comes in mass and of a small one."""
    of = kinds()[kind]
    row = {column.name: None for column in of.stored} | next(one for one in examples(kind) if one)
    first, later = ({**row, of.key[0]: "a", "unit": unit, "version_at": version} for unit in ("H01.2", "H01.3"))
    with homes(province, kind, 3) as (alone, at_once, apart):
        alone.take([later])
        at_once.take([first, later])
        apart.take([first])
        assert apart.take([later])["replaced"] == 1
        assert apart.figures() == at_once.figures() == alone.figures()
        assert any(one["numerator"] is not None for one in alone.figures())


@FEW
@given(sent(), sent())
def test_a_withdrawn_delivery_leaves_no_trace_in_figures(
    province: Path, first: tuple[str, list[Row]], second: tuple[str, list[Row]]
) -> None:
    """Also one of another kind, one that says what it covers, and the earlier one; sent again it counts again."""
    with homes(province, first[0], 2) as (home, other):
        home.take(first[1])
        before = home.figures()
        home.kind = other.kind = second[0]
        taken = home.take(second[1], "--covers", "H01:2024-01-01:2025-12-31")["delivery"]
        both = home.figures()
        home.withdraw(taken)
        assert home.figures() == before
        again = home.take(second[1], "--covers", "H01:2024-01-01:2025-12-31")
        assert again["delivery"] == taken + 2
        assert home.figures() == both
        other.take(second[1], "--covers", "H01:2024-01-01:2025-12-31")
        home.withdraw(1)
        assert home.figures() == other.figures()


def lawful(kind: str, row: Row) -> bool:
    """Whether the check lets a row in."""
    errors = [rule.when for rule in kinds()[kind].rules if rule.severity == "error"]
    whole = Whole(kinds()[kind], row, WORKING)
    return NOBODY not in row.values() and not any(evaluate(when, whole, WORKING) for when in errors)


@settings(FEW, max_examples=4)
@given(sent(also_equal=True), st.lists(st.integers(0, 3), min_size=1, max_size=3))
def test_a_data_state_is_the_same_bytes_for_ever_and_counts_what_stood_then(
    province: Path, file: tuple[str, list[Row]], story: list[int]
) -> None:
    """A story of files and withdrawals: each state is what its rows give in memory, then and at the end."""
    kind, rows = file[0], [row for row in file[1] if lawful(file[0], row)]
    parts = [rows[place::3] for place in range(3)]
    workspace, _ = open_workspace(province)
    assert workspace is not None
    with homes(province, kind) as (home,):
        standing: dict[int, list[Row]] = {}
        seen: dict[int, str] = {}
        for number in [0, *story, 3]:
            if number == 3 and standing:
                home.withdraw(min(standing))
                del standing[min(standing)]
                state = len(seen) + 1
            elif number == 3 or (taken := home.take(parts[number])["delivery"]) is None:
                continue
            else:
                state, standing[taken] = taken, parts[number]
            seen[state] = home.measured()
            held = Held(workspace.tree, {kind: [row for part in standing.values() for row in part]})
            assert counted(json.loads(seen[state])) == in_memory(held)
        assert {state: home.measured("--data-state", str(state)) for state in seen} == seen


def counted(figures: Figures) -> dict[tuple[str, str, str, str], Counted]:
    """n, d and the names of what is left out or unknown, by unit, indicator, method and period."""
    return {
        (one["unit"], one["indicator"], one["method"], one["period"]["name"]): (
            one["numerator"], one["denominator"], one["excluded"], one["unknown"], one["status"]
        )
        for one in figures
    }  # fmt: skip


def in_memory(state: Held) -> dict[tuple[str, str, str, str], Counted]:
    """The same of records that never saw a lake."""
    found = {}
    for name in ("2024", "2024-Q1", "2025"):
        asked = Asked(period=period(name), as_of=date(2025, 1, 31))
        measured = state.measured([asked])[asked]
        for unit in state.tree.on(asked.judged_on).units.values():
            for method in METHODS:
                one = tally(measured, unit, method, own=method[0].scope == "own")
                names = dict(one.excluded), dict(one.unknown)
                found[unit.code, method[0].code, method[1], name] = (one.numerator, one.denominator, *names, one.status)
    return found
