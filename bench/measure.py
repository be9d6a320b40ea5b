"""A province-year of dossiers counted straight from its records, all units and 17 periods, beside a bare scan.

The ways: one pass for the six basic methods, one for all; a query for each method and period; Polars. They take turns
in one process; a digest over the integers shows that all gave the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import pyarrow as pa

from bench._dossiers import PROVINCE, make, procedures, tree
from chitieu import period as periods
from chitieu.acts.calendar import national
from chitieu.measures import indicators
from chitieu.measures.engines import Job, duckdb, plain
from chitieu.measures.engines.duckdb.running import THREADS, opened
from chitieu.measures.method import Asked, Definition
from chitieu.period import Period
from chitieu.records.kinds import kinds

ROWS, SHORT = 640_000, 20_000
RUNS, APART_RUNS = 7, 1
"""How often a way is measured; a query for each method and period is slow enough to be measured once."""

AT_MOST, GROWTH = 3.0, 0.15
"""The bars: the six basic methods in scans, and what each further method may add, in scans."""

YEAR = 2024
NAMES = (
    *(f"{YEAR}-M{month:02}" for month in range(1, 13)),
    *(f"{YEAR}-Q{quarter}" for quarter in range(1, 5)),
    f"{YEAR}",
)
SIX = (
    ("digitised-dossiers", "portal-766"),
    ("electronic-results", "portal-766"),
    ("online-dossiers", "received"),
    ("on-time-dossiers", "portal-766"),
    ("service-satisfaction", "portal-766"),
    ("cashless-payments", "dossiers-online"),
)
"""The six of one population: dossiers received."""

DOSSIER = kinds()["dossier"]
ROOT = Path(__file__).resolve().parents[1]
Cell = tuple[int, int, str, str, int, int]
"""Place of the method and of the period, unit, scope, n and d."""


def asked() -> tuple[Asked, ...]:
    """Each month, quarter and the year, as of its last day."""
    found = [periods.read(name) for name in NAMES]
    return tuple(Asked(period=one, as_of=one.last) for one in found if isinstance(one, Period))


def methods() -> tuple[list[Definition], list[Definition]]:
    """The six basic methods, and all of dossiers, those six first."""
    catalogue = indicators.built_in()
    found = {
        (indicator.code, method.code): method.definition
        for indicator in catalogue.values()
        for method in indicator.methods
        if method.definition is not None and method.record == DOSSIER.code
    }
    six = [found[key] for key in SIX]
    return six, [*six, *(one for key, one in found.items() if key not in SIX)]


def job(path: Path, definitions: Sequence[Definition], of: Sequence[Asked] | None = None) -> Job:
    """What is counted."""
    return Job(
        kind=DOSSIER,
        definitions=tuple(definitions),
        asked=tuple(asked() if of is None else of),
        tree=tree(),
        working=national(),
        records=path,
        looked_up={"procedure": procedures()},
    )


def closure(of: Sequence[Asked] | None = None) -> pa.Table:
    """Whose records count for whom, by what is asked."""
    rows = []
    for place, one in enumerate(asked() if of is None else of):
        snapshot = tree().on(one.judged_on)
        for unit in {unit.identity: unit for unit in tree().units}.values():
            holder = tree().holder(unit, one.judged_on)
            rows.append((place, unit.identity, holder.code, "own"))
            rows += [(place, unit.identity, code, "subtree") for code in (holder.code, *snapshot.above(holder.code))]
    columns = zip(("asked", "identity", "unit", "scope"), zip(*rows, strict=True), strict=True)
    return pa.table({name: list(column) for name, column in columns})


def columns(definitions: Iterable[Definition]) -> list[str]:
    """The stored columns that the methods need."""
    needed = {"unit", *DOSSIER.unit_on}
    open_names = [name for one in definitions for _, clause in one.clauses() for name in clause.uses]
    while open_names:
        name = open_names.pop()
        if name in DOSSIER.derived:
            open_names += DOSSIER.derived[name].uses
        needed.add(name)
        if name in DOSSIER.lookups:
            needed.add(DOSSIER.lookups[name].on)
    return [column.name for column in DOSSIER.stored if column.name in needed]


# The ways


def scan(path: Path, names: Iterable[str]) -> None:
    """Read the columns and sum each: moments as numbers, texts by their length."""
    sums = {"text": "strlen({})", "number": "{}", "moment": "epoch_us({})", "truth": "CAST({} AS INTEGER)"}
    said = [f"sum({sums[DOSSIER.names[name].type].format(f'{chr(34)}{name}{chr(34)}')})" for name in names]
    with opened(THREADS) as session:
        session.execute(f"SELECT {', '.join(said)} FROM read_parquet('{path}')").fetchall()


def one_pass(path: Path, definitions: Sequence[Definition], gathers: pa.Table) -> pa.Table:
    """All methods, units and periods at once."""
    return duckdb.tally(job(path, definitions), gathers)


def apart(path: Path, definitions: Sequence[Definition]) -> list[Cell]:
    """A query for each method and period."""
    found: list[Cell] = []
    for place, one in enumerate(asked()):
        gathers = closure([one])
        for method, definition in enumerate(definitions):
            table = duckdb.tally(job(path, [definition], [one]), gathers)
            found += [(method, place, unit, scope, n, d) for _, _, unit, scope, n, d in cells(table)]
    return found


def cells(table: pa.Table) -> list[Cell]:
    """The integers of a tally, without those that are nothing."""
    names = ("method", "asked", "unit", "scope", "n", "d")
    found = zip(*(table[name].to_pylist() for name in names), strict=True)
    return [cell for cell in found if cell[-1]]


def digest(found: Iterable[Cell]) -> str:
    """A digest over integers, whatever their order."""
    return hashlib.sha256("\n".join(map(repr, sorted(found))).encode()).hexdigest()


# The measure


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One way: its medians in seconds, of the clock and of the processor, and the peak of memory of its own process."""

    what: str
    wall: float
    processor: float
    peak_mb: int
    digest: str | None


def timed(ways: dict[str, tuple[Callable[[], object], int]]) -> dict[str, tuple[float, float]]:
    """Medians of the ways, which take turns; the first turn only warms up."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(1 + max(runs for _, runs in ways.values())):
        for name, (way, runs) in ways.items():
            if (turn or runs > 1) and turn <= runs:
                wall, processor = time.perf_counter(), time.process_time()
                way()
                taken[name].append((time.perf_counter() - wall, time.process_time() - processor))
    return {
        name: (median(wall for wall, _ in times), median(cpu for _, cpu in times))
        for name, times in ((name, all_[1:] if ways[name][1] > 1 else all_) for name, all_ in taken.items())
    }


PEAK = """
import sys
from pathlib import Path
from bench.measure import alone
alone(sys.argv[1], Path(sys.argv[2]))
"""


def alone(way: str, path: Path) -> None:
    """One way in a process of its own: prints its peak of memory in KB."""
    ways(path, 1)[way][0]()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def peak(way: str, path: Path) -> int:
    """The peak of memory of a way in MB."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    command = [sys.executable, "-c", PEAK, way, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    return int(done.stdout) // 1024


def ways(path: Path, runs: int) -> dict[str, tuple[Callable[[], object], int]]:
    """Each way by its name, and how often it is measured."""
    from bench._polars import six_methods

    six, every = methods()
    gathers, of = closure(), asked()
    return {
        "scan": (lambda: scan(path, columns(six)), runs),
        "six methods": (lambda: one_pass(path, six, gathers), runs),
        "all methods": (lambda: one_pass(path, every, gathers), runs),
        "polars": (lambda: six_methods(path, of, gathers), runs),
        "query each": (lambda: apart(path, six), APART_RUNS),
    }


def measured(path: Path, runs: int) -> list[Measure]:
    """Every way, with what it gave."""
    from bench._polars import six_methods

    six, every = methods()
    gathers = closure()
    gave = {
        "six methods": cells(one_pass(path, six, gathers)),
        "all methods": [cell for cell in cells(one_pass(path, every, gathers)) if cell[0] < len(six)],
        "polars": six_methods(path, asked(), gathers),
        "query each": apart(path, six),
    }
    times = timed(ways(path, runs))
    return [
        Measure(
            what=name,
            wall=wall,
            processor=processor,
            peak_mb=peak(name, path),
            digest=digest(gave[name]) if name in gave else None,
        )
        for name, (wall, processor) in times.items()
    ]


def as_plain(path: Path, rows: int) -> bool:
    """Whether plain and the database count alike by all methods on some of the records."""
    from pyarrow import parquet

    whole = parquet.ParquetFile(path).read(use_threads=False)
    some = whole.take(list(range(0, whole.num_rows, max(1, whole.num_rows // rows))))
    asked_of = replace(job(path, methods()[1]), records=some)
    return bool(plain.count(asked_of) == duckdb.count(asked_of))


def results(measures: Sequence[Measure], *, agrees: bool, short: bool) -> list[dict[str, object]]:
    """What is printed as JSON: a row a way, then the growth with the methods; bars for the whole size only."""
    by_name = {one.what: one for one in measures}
    base = by_name["scan"]
    same = agrees and len({one.digest for one in measures if one.digest is not None}) == 1
    found = []
    for one in measures:
        bar = AT_MOST if one.what == "six methods" and not short else None
        ratio = one.wall / base.wall
        found.append(_result(one.what, ratio, one.processor / base.processor, bar, one.peak_mb, one.digest, same=same))
    six, every = methods()
    more, (less, most) = len(every) - len(six), (by_name["six methods"], by_name["all methods"])
    growth = (most.wall - less.wall) / base.wall / more
    in_processor = (most.processor - less.processor) / base.processor / more
    bar = None if short else GROWTH
    found.append(_result(f"each of {more} further methods", growth, in_processor, bar, None, None, same=same))
    return found


def _result(
    what: str, ratio: float, processor: float, bar: float | None, peak_mb: int | None, digest: str | None, *, same: bool
) -> dict[str, object]:
    return {
        "what": what,
        "ratio": round(ratio, 3),
        "processor_ratio": round(processor, 3),
        "bar": bar,
        "holds": same and (bar is None or ratio <= bar),
        "peak_mb": peak_mb,
        "digest": digest,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a bar does not hold or two ways differ."""
    asked_for = argparse.ArgumentParser(prog="./dev bench measure", description=__doc__.splitlines()[0])
    asked_for.add_argument("--json", action="store_true", help="in JSON")
    asked_for.add_argument("--short", action="store_true", help=f"{SHORT} hồ sơ, không xét mức")
    asked_for.add_argument("--rows", type=int, metavar="N", help=f"số hồ sơ, mặc định {ROWS}")
    asked_for.add_argument("--runs", type=int, metavar="K", help=f"số lần đo, mặc định {RUNS}")
    given = asked_for.parse_args(arguments)
    rows, runs = given.rows or (SHORT if given.short else ROWS), given.runs or (2 if given.short else RUNS)
    with tempfile.TemporaryDirectory(prefix="chitieu-bench-") as folder:
        path = Path(folder) / "dossiers.parquet"
        print(f"dựng {rows} hồ sơ của tỉnh {PROVINCE}…", file=sys.stderr, flush=True)
        make(path, rows, YEAR)
        measures = measured(path, runs)
        found = results(measures, agrees=as_plain(path, 200), short=given.short)
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print_table(measures, found)
    return 0 if all(one["holds"] for one in found) else 1


def print_table(measures: Sequence[Measure], found: Sequence[dict[str, object]]) -> None:
    """The same for a person."""
    print(f"{'cách làm':<28} {'giây':>7} {'bộ xử lý':>8} {'tỷ số':>6} {'bộ xử lý':>8} {'MB':>5}  mã kiểm")
    for one, row in zip(measures, found, strict=False):
        times = f"{one.wall:>7.3f} {one.processor:>8.3f} {row['ratio']:>6} {row['processor_ratio']:>8}"
        print(f"{one.what:<28} {times} {one.peak_mb:>5}  {(one.digest or '')[:12]}")
    for row in found:
        if row["bar"] is not None:
            print(f"{row['what']}: {row['ratio']} (mức {row['bar']}) {'đạt' if row['holds'] else 'KHÔNG ĐẠT'}")
    same = all(row["holds"] or row["bar"] is not None for row in found)
    print("Mọi cách cho cùng số liệu." if same else "CÁC CÁCH CHO SỐ LIỆU KHÁC NHAU.")


if __name__ == "__main__":
    sys.exit(main())
