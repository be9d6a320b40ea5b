"""From acts and reported figures to every verdict of a made-up province, cold, beside reading the same rows as CSV.

Each measure is a process of its own that opens the workspace. Knows how to make such a province and how times
grow; the digest of all verdicts shows that every run of a size reckoned the same.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from statistics import median

SIZES = (1_000, 2_000, 5_000, 10_000)
RUNS = {1_000: 5, 2_000: 5}
LEAST_RUNS = 3
GROWTH = 1.1
"""The bar: time may grow as the number of units to this power."""
USUAL = 284
"""Units of a usual province: the one in which the start of the command is measured."""
COLD_START = 1.5
"""The bar in seconds of processor time for the verdicts of one unit, the start of the command included."""

ROOT = Path(__file__).resolve().parents[1]
DEPARTMENTS, DIVISIONS_OF_A_COMMUNE, COMMUNES_TO_A_CASCADE = 20, 9, 10
ISSUER, NUMBER, PERIOD, AS_OF = "P", "MH-BENCH", "2026", date(2027, 1, 10)
NOW = datetime.fromisoformat("2027-01-10T08:00:00+07:00")

READ_ROWS = """
import csv, resource, sys
with open(sys.argv[1], encoding="utf-8", newline="") as table:
    rows = sum(1 for row in csv.reader(table))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
MAKE = """
import sys
from bench.standing import Path, make
make(Path(sys.argv[1]), int(sys.argv[2]))
"""
STAND = "import sys; from bench.standing import stand_once; stand_once(sys.argv[1])"
COMMAND = "import sys; from chitieu.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True, kw_only=True)
class Province:
    """A made-up province on the disk."""

    units: int
    home: Path
    table: Path


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Medians of one size in seconds, the peak of memory in MB and the digest of its verdicts."""

    units: int
    standing: float
    reading: float
    peak_mb: int
    digest: str

    @property
    def ratio(self) -> float:
        return self.standing / self.reading


def units_of(count: int) -> list[tuple[str, str, str, str]]:
    """Code, name, tier and parent of `count` units: a province, departments, communes and their divisions."""
    departments = min(DEPARTMENTS, max(1, count // 50))
    rows = [(ISSUER, "Tỉnh P", "province", "")]
    rows += [(f"P-{k:02}", f"Sở {k}", "department", ISSUER) for k in range(departments)]
    left = count - len(rows)
    communes = max(1, left // (DIVISIONS_OF_A_COMMUNE + 1))
    kinds = ("Xã", "Phường")
    rows += [(f"{k:05}", f"{kinds[k % 3 == 0]} {k}", "commune", ISSUER) for k in range(communes)]
    divisions = range(left - communes)
    return rows + [(f"{k % communes:05}-{k:05}", f"Phòng {k}", "division", f"{k % communes:05}") for k in divisions]


def figures_of(units: Sequence[tuple[str, str, str, str]]) -> Iterator[list[str | int]]:
    """A figure for each unit and each target that has n, or n and d; spread so that every verdict occurs."""
    from chitieu.measures import indicators

    counted = [one for one in indicators.built_in().values() if one.shape != "duty"]
    year = (f"{PERIOD}-01-01", f"{PERIOD}-12-31")
    for place, (unit, _, tier, _) in enumerate(units):
        if tier == "province":
            continue
        for position, indicator in enumerate(counted):
            d = (place * 7919 + position * 104_729) % 4_000
            n = d - d * ((place * 31 + position * 17) % 61) // 100
            asked = [unit, indicator.code, str(indicator.default), *year]
            counts = [n % 7, ""] if indicator.shape == "count" else [n, d]
            yield ["portal-766", *asked, *counts, "2027-01-05T08:00:00"]


def decision() -> str:
    """An act of fourteen targets for three tiers, as text."""
    from chitieu.measures import indicators

    text = f'number = "{NUMBER}"\nkind = "decision"\nillustration = true\ntitle = "Quyết định đo tốc độ"\n'
    text += f'issuer = "{ISSUER}"\nissued_on = 2026-01-10\napplies = "{PERIOD}"\n'
    for row, indicator in enumerate(indicators.built_in().values(), 1):
        level = {"ratio": ">= 80 %", "count": ">= 3", "duty": "regular"}[indicator.shape]
        text += f'\n[[line]]\nrow = {row}\nindicator = "{indicator.code}"\n'
        text += "".join(f'{tier} = "{level}"\n' for tier in ("department", "commune", "division"))
    return text


def cascade(commune: str, number: int) -> str:
    """What a commune hands on: two lines above their floor."""
    text = f'number = "MH-{number}"\nkind = "cascade"\nillustration = true\ntitle = "Phân giao đo tốc độ"\n'
    text += f'issuer = "{commune}"\nissued_on = 2026-02-10\n'
    text += f'under = {{ issuer = "{ISSUER}", number = "{NUMBER}", issued_on = 2026-01-10 }}\n'
    for row, indicator in enumerate(("on-time-dossiers", "digitised-dossiers"), 1):
        text += f'\n[[line]]\nrow = {row}\nindicator = "{indicator}"\ndivision = ">= 85 %"\n'
    return text


def place(folder: Path, count: int) -> Province:
    """Where the province of `count` units lies."""
    return Province(units=count, home=folder / f"home-{count}", table=folder / f"figures-{count}.csv")


def make(folder: Path, count: int) -> Province:
    """A workspace of `count` units with its acts filed and its figures delivered, and the same rows as CSV."""
    from chitieu import walk
    from chitieu.cli.listing import as_csv
    from chitieu.problem import Problem, refusals

    units = units_of(count)
    province = place(folder, count)
    source, home, table = folder / f"province-{count}", province.home, province.table
    (source / "acts").mkdir(parents=True)
    head = "code name tier parent from act also certainty".split()
    (source / "units.csv").write_bytes(as_csv([head, *([*unit, "", "", "", "made up"] for unit in units)]))
    (source / "acts" / "2026-01-10-decision.toml").write_text(decision(), encoding="utf-8")
    communes = [code for code, _, tier, _ in units if tier == "commune"]
    for number, commune in enumerate(communes[::COMMUNES_TO_A_CASCADE]):
        (source / "acts" / f"2026-02-10-cascade-{number:03}.toml").write_text(
            cascade(commune, number), encoding="utf-8"
        )
    head = "source unit indicator method from to numerator denominator captured_at".split()
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *figures_of(units)])
    table.write_text(text.getvalue(), encoding="utf-8")
    refused = refusals(walk.init(home, source, NOW))
    workspace, problems = walk.open_workspace(home)
    if refused or workspace is None:
        raise RuntimeError("; ".join(found.sentence for found in refused or problems))
    asked = {"source": None, "period": None, "captured": None, "person": "", "now": NOW}
    done = walk.deliver(workspace, table.read_bytes(), table.name, **asked)  # type: ignore[arg-type]
    if isinstance(done, Problem) or done[1].accepted != done[1].read:
        raise RuntimeError("the figures were not taken")
    return province


def stand_once(home: str) -> None:
    """Every standing of the workspace at `home`: prints their number, the peak of memory in KB and their digest."""
    from chitieu import walk
    from chitieu.period import read
    from chitieu.problem import Problem

    workspace, problems = walk.open_workspace(Path(home))
    period = read(PERIOD)
    if workspace is None or isinstance(period, Problem):
        raise RuntimeError("; ".join(found.sentence for found in problems))
    found = walk.stand(workspace, workspace.acts.fitting(NUMBER)[0], period, AS_OF)
    if isinstance(found, Problem):
        raise RuntimeError(found.sentence)
    said = hashlib.sha256()
    for one in sorted(found, key=lambda one: (one.assigned.unit.code, one.assigned.row.row)):
        cell = (one.assigned.unit.code, one.assigned.row.row, one.tally.numerator, one.tally.denominator)
        said.update(repr((*cell, one.verdict, one.shown, one.headroom, one.rank)).encode())
    print(len(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, said.hexdigest())


def timed(code: str, *arguments: str) -> tuple[float, list[str]]:
    """Seconds of processor time that a fresh process took for `code`, and the words it printed.

    Processor time, its start included: neighbours on a shared machine lengthen the other kind.
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    taken = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return taken, done.stdout.decode().split()


def measured(provinces: Sequence[Province], runs: int | None) -> list[Measure]:
    """Each size by medians; the runs of all sizes and of both sides take turns."""
    most = runs or max(RUNS.values(), default=LEAST_RUNS)
    taken: dict[int, list[tuple[float, float, int, str]]] = {province.units: [] for province in provinces}
    for run in range(most):
        for province in provinces:
            if run < (runs or RUNS.get(province.units, LEAST_RUNS)):
                reading, _ = timed(READ_ROWS, str(province.table))
                standing, (_, peak, digest) = timed(STAND, str(province.home))
                taken[province.units].append((standing, reading, int(peak), digest))
    found = []
    for units, times in taken.items():
        digests = {digest for *_, digest in times}
        found.append(
            Measure(
                units=units,
                standing=median(time[0] for time in times),
                reading=median(time[1] for time in times),
                peak_mb=max(time[2] for time in times) // 1024,
                digest=digests.pop() if len(digests) == 1 else "differs",
            )
        )
    return found


def growth(points: Sequence[tuple[float, float]]) -> float:
    """The power by which the second grows with the first: the slope of the least squares of their logarithms."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    x_mean, y_mean = (sum(axis) / len(logs) for axis in zip(*logs, strict=True))
    return sum((x - x_mean) * (y - y_mean) for x, y in logs) / sum((x - x_mean) ** 2 for x, _ in logs)


def cold_start(province: Province, runs: int) -> float:
    """Seconds of processor time of `chitieu standing` for one unit."""
    asked = ("--decision", NUMBER, "--unit", "00000", "--as-of", AS_OF.isoformat(), "--home", str(province.home))
    return float(median(timed(COMMAND, "standing", *asked)[0] for _ in range(runs)))


def results(measures: Sequence[Measure], start: float | None) -> list[dict[str, object]]:
    """What is printed as JSON: a row a size, how the time grows, and the start of the command."""
    found: list[dict[str, object]] = [
        _result(f"{one.units} units", one.ratio, None, one.digest != "differs", one.peak_mb, one.digest)
        for one in measures
    ]
    if len(measures) > 1:
        power = growth([(one.units, one.standing) for one in measures])
        peak = max(one.peak_mb for one in measures)
        digest = hashlib.sha256("".join(one.digest for one in measures).encode()).hexdigest()
        found.append(_result("growth exponent", power, GROWTH, power <= GROWTH, peak, digest))
    if start is not None:
        found.append(_result(f"one unit of {USUAL}, seconds", start, COLD_START, start <= COLD_START, None, None))
    return found


def _result(
    what: str, ratio: float, bar: float | None, holds: bool, peak_mb: int | None, digest: str | None
) -> dict[str, object]:
    return {"what": what, "ratio": round(ratio, 3), "bar": bar, "holds": holds, "peak_mb": peak_mb, "digest": digest}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a bar does not hold or two runs of a size differ."""
    asked = argparse.ArgumentParser(prog="./dev bench standing", description=__doc__.splitlines()[0])
    asked.add_argument("--json", action="store_true", help="in JSON")
    asked.add_argument("--units", type=int, nargs="+", default=list(SIZES), metavar="N", help="các cỡ tỉnh")
    asked.add_argument("--runs", type=int, metavar="K", help="số lần đo mỗi cỡ")
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="chitieu-bench-") as folder:
        for units in dict.fromkeys([*given.units, USUAL]):
            print(f"dựng tỉnh {units} đơn vị…", file=sys.stderr, flush=True)
            # Not in this process: its peak of memory would be handed on to every process it starts.
            timed(MAKE, folder, str(units))
        provinces = [place(Path(folder), units) for units in given.units]
        measures = measured(provinces, given.runs)
        start = cold_start(place(Path(folder), USUAL), given.runs or LEAST_RUNS)
    found = results(measures, start)
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print_table(measures, found)
    return 0 if all(one["holds"] for one in found) else 1


def print_table(measures: Sequence[Measure], found: Sequence[dict[str, object]]) -> None:
    """The same for a person."""
    print(f"{'đơn vị':>8}  {'đọc CSV, s':>10}  {'kết quả, s':>10}  {'tỷ số':>6}  {'MB':>5}  mã kiểm")
    for one in measures:
        times = f"{one.reading:>10.3f}  {one.standing:>10.3f}  {one.ratio:>6.1f}"
        print(f"{one.units:>8}  {times}  {one.peak_mb:>5}  {one.digest[:12]}")
    for row in found[len(measures) :]:
        print(f"{row['what']}: {row['ratio']} (mức {row['bar']}) {'đạt' if row['holds'] else 'KHÔNG ĐẠT'}")


if __name__ == "__main__":
    sys.exit(main())
