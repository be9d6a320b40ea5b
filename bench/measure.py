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

from bench._dossiers import PROVINCE, procedures, tree
from chitieu import period as periods
from chitieu.acts.calendar import national
from chitieu.measures import indicators
from chitieu.measures.engines import Job, duckdb, plain
from chitieu.measures.engines.duckdb.running import opened
from chitieu.measures.method import Asked, Definition
from chitieu.period import Period
from chitieu.records.kinds import kinds

ROWS, SHORT = 640_000, 20_000
RUNS = 7
"""How often a way is measured, after one that warms up; a query for each method and period is measured once."""

AT_MOST, GROWTH = 3.0, 0.15
"""The bars: the six basic methods in scans, and what each further method may add, in scans."""

YEAR = 2024
MONTHS = tuple(f"{YEAR}-M{month:02}" for month in range(1, 13))
QUARTERS = tuple(f"{YEAR}-Q{quarter}" for quarter in range(1, 5))
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
SCAN, BASIC, EVERY, POLARS, EACH = "scan", "six methods", "all methods", "polars", "query each"
Cell = tuple[int, int, str, str, int, int]
"""Place of the method and of the period, unit, scope, n and d."""


def methods() -> tuple[list[Definition], list[Definition]]:
    """The six basic methods, and all of dossiers, those six first."""
    found = {
        (indicator.code, method.code): method.definition
        for indicator in indicators.built_in().values()
        for method in indicator.methods
        if method.definition is not None and method.record == DOSSIER.code
    }
    six = [found[key] for key in SIX]
    return six, [*six, *(one for key, one in found.items() if key not in SIX)]


@dataclass(frozen=True, kw_only=True)
class Year:
    """A year's dossiers, and the names of the periods that are asked, each as of its last day."""

    path: Path
    names: tuple[str, ...] = (*MONTHS, *QUARTERS, str(YEAR))

    def asked(self) -> tuple[Asked, ...]:
        """The periods with their days."""
        found = [periods.read(name) for name in self.names]
        return tuple(Asked(period=one, as_of=one.last) for one in found if isinstance(one, Period))

    def job(self, definitions: Sequence[Definition]) -> Job:
        """What is counted."""
        return Job(
            kind=DOSSIER,
            definitions=tuple(definitions),
            asked=self.asked(),
            tree=tree(),
            working=national(),
            records=self.path,
            looked_up={"procedure": procedures()},
        )

    def closure(self) -> pa.Table:
        """Whose records count for whom, by what is asked."""
        rows = []
        for place, one in enumerate(self.asked()):
            snapshot = tree().on(one.judged_on)
            for unit in tree().units:
                holder = tree().holder(unit, one.judged_on)
                rows.append((place, unit.identity, holder.code, "own"))
                above = (holder.code, *snapshot.above(holder.code))
                rows += [(place, unit.identity, code, "subtree") for code in above]
        columns = zip(("asked", "identity", "unit", "scope"), zip(*rows, strict=True), strict=True)
        return pa.table({name: list(column) for name, column in columns})

    # The ways

    def scan(self) -> None:
        """Read the columns that the six need and sum each: moments as numbers, texts by their length."""
        sums = {"text": "strlen({})", "number": "{}", "moment": "epoch_us({})", "truth": "CAST({} AS INTEGER)"}
        said = [f"sum({sums[DOSSIER.names[name].type].format(name)})" for name in columns(methods()[0])]
        with opened() as session:
            session.execute(f"SELECT {', '.join(said)} FROM read_parquet('{self.path}')").fetchall()

    def one_pass(self, definitions: Sequence[Definition], closure: pa.Table) -> pa.Table:
        """All methods, units and periods at once."""
        return duckdb.tally(self.job(definitions), closure)

    def query_each(self) -> list[Cell]:
        """A query for each of the six methods and each period."""
        found: list[Cell] = []
        for place, name in enumerate(self.names):
            alone = replace(self, names=(name,))
            closure = alone.closure()
            for method, definition in enumerate(methods()[0]):
                of_one = cells(alone.one_pass([definition], closure))
                found += [(method, place, *cell[2:]) for cell in of_one]
        return found

    def ways(self) -> dict[str, Callable[[], object]]:
        """Every way by its name."""
        from bench._polars import six_methods

        (six, every), closure, asked = methods(), self.closure(), self.asked()
        return {
            SCAN: self.scan,
            BASIC: lambda: self.one_pass(six, closure),
            EVERY: lambda: self.one_pass(every, closure),
            POLARS: lambda: six_methods(self.path, asked, closure),
            EACH: self.query_each,
        }

    def agrees_with_plain(self, rows: int) -> bool:
        """Whether plain and the database count alike, by all methods, about that many of the records."""
        from pyarrow import parquet

        whole = parquet.ParquetFile(self.path).read(use_threads=False)
        some = whole.take(list(range(0, whole.num_rows, max(1, whole.num_rows // rows))))
        job = replace(self.job(methods()[1]), records=some)
        return bool(plain.count(job) == duckdb.count(job))


def columns(definitions: Iterable[Definition]) -> list[str]:
    """The stored columns that the methods need."""
    needed: set[str] = set()
    names = [
        "unit",
        *DOSSIER.unit_on,
        *(name for one in definitions for _, clause in one.clauses() for name in clause.uses),
    ]
    while names:
        name = names.pop()
        needed.add(name)
        names += DOSSIER.derived[name].uses if name in DOSSIER.derived else ()
        names += [DOSSIER.lookups[name].on] if name in DOSSIER.lookups else []
    return [column.name for column in DOSSIER.stored if column.name in needed]


def cells(found: object) -> list[Cell]:
    """The integers of the six methods, without those that are nothing."""
    if isinstance(found, pa.Table):
        names = ("method", "asked", "unit", "scope", "n", "d")
        found = [*zip(*(found[name].to_pylist() for name in names), strict=True)]
    return [cell for cell in found if cell[0] < len(SIX) and cell[-1]]  # type: ignore[attr-defined]


def digest(found: Iterable[Cell]) -> str:
    """A digest over integers, whatever their order."""
    return hashlib.sha256("\n".join(map(repr, sorted(found))).encode()).hexdigest()


# The measure


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One way: medians in seconds, of the clock and of the processor, and the peak of memory of its own process."""

    what: str
    clock: float
    processor: float
    peak_mb: int
    digest: str | None


def alone(path: Path, names: Sequence[str], way: str) -> None:
    """One way in a process of its own: prints its peak of memory in KB."""
    Year(path=path, names=tuple(names)).ways()[way]()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def start(code: str, *arguments: str) -> str:
    """What a fresh process prints."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    done = subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return done.stdout.decode()


MAKE = (
    "import sys, pathlib, bench._dossiers as d; d.make(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))"
)
ALONE = "import sys, pathlib, bench.measure as m; m.alone(pathlib.Path(sys.argv[1]), sys.argv[3:], sys.argv[2])"


def measured(year: Year, runs: int) -> list[Measure]:
    """Every way; they take turns, and the first turn, of all but the last way, only warms up."""
    # Before this process grows: its peak would be handed on to those it starts.
    peaks = {way: int(start(ALONE, str(year.path), way, *year.names)) // 1024 for way in (SCAN, BASIC, EVERY, POLARS)}
    ways = year.ways()
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    gave: dict[str, object] = {}
    for turn in range(1 + runs):
        for name, way in ways.items():
            if name != EACH or turn == runs:
                clock, processor = time.perf_counter(), time.process_time()
                gave[name] = way()
                taken[name].append((time.perf_counter() - clock, time.process_time() - processor))
    return [
        Measure(
            what=name,
            clock=median(clock for clock, _ in times[len(times) > 1 :]),
            processor=median(processor for _, processor in times[len(times) > 1 :]),
            peak_mb=peaks.get(name, 0),
            digest=None if gave[name] is None else digest(cells(gave[name])),
        )
        for name, times in taken.items()
    ]


def results(measures: Sequence[Measure], *, agrees: bool, short: bool) -> list[dict[str, object]]:
    """What is printed as JSON: a row a way, then the growth with the methods. Bars are for the whole size only."""
    by_name = {one.what: one for one in measures}
    base, less, most = by_name[SCAN], by_name[BASIC], by_name[EVERY]
    same = agrees and len({one.digest for one in measures if one.digest is not None}) == 1

    def row(what: str, clock: float, processor: float, bar: float | None, of: Measure | None) -> dict[str, object]:
        ratio = clock / base.clock
        return {
            "what": what,
            "ratio": round(ratio, 3),
            "processor_ratio": round(processor / base.processor, 3),
            "bar": None if short else bar,
            "holds": same and (short or bar is None or ratio <= bar),
            "peak_mb": of.peak_mb if of else None,
            "digest": of.digest if of else None,
        }

    bars = {BASIC: AT_MOST}
    found = [row(one.what, one.clock, one.processor, bars.get(one.what), one) for one in measures]
    six, every = methods()
    more = len(every) - len(six)
    growth = ((most.clock - less.clock) / more, (most.processor - less.processor) / more)
    return [*found, row(f"each of {more} further methods", *growth, GROWTH, None)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a bar does not hold or two ways differ."""
    asked = argparse.ArgumentParser(prog="./dev bench measure", description=__doc__.splitlines()[0])
    asked.add_argument("--json", action="store_true", help="in JSON")
    asked.add_argument("--short", action="store_true", help=f"{SHORT} hồ sơ, năm kỳ, đo một lần, không xét mức")
    asked.add_argument("--rows", type=int, metavar="N", help=f"số hồ sơ, mặc định {ROWS}")
    asked.add_argument("--runs", type=int, metavar="K", help=f"số lần đo, mặc định {RUNS}")
    given = asked.parse_args(arguments)
    rows, runs = given.rows or (SHORT if given.short else ROWS), given.runs or (1 if given.short else RUNS)
    with tempfile.TemporaryDirectory(prefix="chitieu-bench-") as folder:
        year = Year(path=Path(folder) / "dossiers.parquet")
        if given.short:
            year = replace(year, names=(*QUARTERS, str(YEAR)))
        print(f"dựng {rows} hồ sơ của tỉnh {PROVINCE}…", file=sys.stderr, flush=True)
        start(MAKE, str(year.path), str(rows), str(YEAR))
        measures = measured(year, runs)
        found = results(measures, agrees=year.agrees_with_plain(100), short=given.short)
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print_table(measures, found)
    return 0 if all(one["holds"] for one in found) else 1


def print_table(measures: Sequence[Measure], found: Sequence[dict[str, object]]) -> None:
    """The same for a person."""
    print(f"{'cách làm':<14} {'giây':>7} {'bộ xử lý':>8} {'tỷ số':>7} {'bộ xử lý':>8} {'MB':>5}  mã kiểm")
    for one, row in zip(measures, found, strict=False):
        times = f"{one.clock:>7.3f} {one.processor:>8.3f} {row['ratio']:>7} {row['processor_ratio']:>8}"
        print(f"{one.what:<14} {times} {one.peak_mb:>5}  {(one.digest or '')[:12]}")
    for row in found:
        if row["bar"] is not None:
            print(f"{row['what']}: {row['ratio']} (mức {row['bar']}) {'đạt' if row['holds'] else 'KHÔNG ĐẠT'}")
    print("Mọi cách cho cùng số liệu." if found[0]["holds"] else "CÁC CÁCH CHO SỐ LIỆU KHÁC NHAU.")


if __name__ == "__main__":
    sys.exit(main())
