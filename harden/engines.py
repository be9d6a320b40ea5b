"""Random records, methods, periods, days and trees: both engines must give the same counts, and the same sums.

And random expressions over random records: the database must give the value that the language gives by the letter.
Seeded: the same seed tries the same.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

if __name__ == "__main__":  # also started by the path of the file
    sys.path[:0] = [str(Path(__file__).resolve().parents[1] / place) for place in ("src", ".")]

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from chitieu.acts.calendar import national
from chitieu.language import Expression
from chitieu.language.plain import evaluate
from chitieu.language.tree import Constant
from chitieu.measures import indicators
from chitieu.measures.engines import Counts, Job, duckdb, plain
from chitieu.measures.engines.duckdb.columns import Columns
from chitieu.measures.engines.duckdb.running import opened
from chitieu.measures.method import Asked, Definition, Numerator, Population
from chitieu.records.derived import Whole
from chitieu.records.kinds import kinds
from chitieu.records.lookups import Lookups
from harden._chances import Chance, Texts, definition, table, units_of
from tests.worlds import days, periods, trees

SETS, SHORT = 2_000, 60
"""How many record sets are tried, and how many in the suite; of expressions as many times ten."""

EXPRESSIONS = 10
KEY = ("method", "asked", "unit", "scope", "apart")
TRUE = Expression(text="true", type="truth", tree=Constant(True, "truth"), uses=frozenset())

METHODS: dict[str, list[Definition]] = {}
for _indicator in indicators.built_in().values():
    for _method in _indicator.methods:
        if _method.definition is not None:
            METHODS.setdefault(_method.record, []).append(_method.definition)


@dataclass(frozen=True)
class Trial:
    """A job, and an expression over its records."""

    job: Job
    expression: Expression = TRUE

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """What Hypothesis prints: short enough to read, whole enough to be written down where few records are left."""
        job = self.job
        units = [f"{one.code} < {one.parent} {one.begins}..{one.ends}" for one in job.tree.units]
        moves = [f"{one.old} -> {one.new} {one.extent} {one.on}" for one in job.tree.successions]
        asked = [f"{one.period.name} as of {one.as_of}" for one in job.asked]
        methods = [{called: clause.text for called, clause in one.clauses()} for one in job.definitions]
        days = sorted(map(str, job.working.off)), sorted(map(str, job.working.worked))
        tables = {job.kind.code: job.records, **job.looked_up}
        rows = {code: [_said(row) for row in there.to_pylist()] for code, there in tables.items()}  # type: ignore[union-attr]
        whole = [units, moves, asked, methods, days, *rows.items(), self.expression.text]
        printer.text("\n".join(map(str, whole))[:20_000])


def _said(row: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value is not None}


@st.composite
def jobs(draw: st.DrawFn, kind_code: str | None = None) -> Trial:
    """A job of one kind: all its methods with some by chance, or only those."""
    tree = draw(trees())
    kind = kinds()[kind_code or draw(st.sampled_from(sorted(METHODS)))]
    one = st.builds(_asked, periods(), days(), st.sampled_from((None, -30, -1, 0, 1, 45)))
    asked = draw(st.lists(one, min_size=1, max_size=5))
    chance = Random(draw(st.integers(0, 2**32)))
    worth = {day for one in asked for day in (one.period.first, one.period.last, one.as_of, date(one.as_of.year, 1, 1))}
    drawn = Chance(chance=chance, days=sorted({*worth, *tree.days_of_change}), units=units_of(tree))
    own = METHODS[kind.code] if draw(st.sampled_from((True, True, False))) else []
    made = [definition(chance, kind) for _ in range(draw(st.integers(0 if own else 1, 3)))]
    looked_up = {}
    for code in sorted({lookup.kind for lookup in kind.lookups.values()}):
        there = drawn.rows(kinds()[code], draw(st.sampled_from((0, 1, 8, 20))))
        looked_up[code] = table(kinds()[code], there)
    job = Job(
        kind=kind,
        definitions=(*own, *made),
        asked=tuple(asked),
        tree=tree,
        working=national() if draw(st.booleans()) else drawn.working(),
        records=table(kind, drawn.rows(kind, draw(st.sampled_from((40, 1, 120, 0, 10))))),
        looked_up=looked_up,
    )
    return Trial(job)


def _asked(period: Any, as_of: date, moved: int | None) -> Asked:
    """A period as of a day of its own or of another's."""
    return Asked(period=period, as_of=as_of if moved is None else period.last + timedelta(days=moved))


# What must hold


def agree(trial: Trial) -> int:
    """Both engines give the same counts, and the database sums them as they are; how many cells there were."""
    job = trial.job
    counts = plain.count(job)
    assert duckdb.count(job) == counts
    gathers = closure(job)
    found = sorted(duckdb.tally(job, gathers).to_pylist(), key=lambda row: [row[name] for name in KEY])
    assert found == summed(job, counts, gathers)
    return len(counts)


def closure(job: Job) -> pa.Table:
    """Whose records count for whom: an identity for its holder on the deciding day, and for all above that."""
    rows = []
    for place, asked in enumerate(job.asked):
        snapshot = job.tree.on(asked.judged_on)
        for unit in {unit.identity: unit for unit in job.tree.units}.values():
            holder = job.tree.holder(unit, asked.judged_on)
            rows.append((place, unit.identity, holder.code, "own"))
            rows += [(place, unit.identity, code, "subtree") for code in (holder.code, *snapshot.above(holder.code))]
    columns = zip(("asked", "identity", "unit", "scope"), zip(*rows, strict=True), strict=True)
    return pa.table({name: list(column) for name, column in columns})


def summed(job: Job, counts: Counts, gathers: pa.Table) -> list[dict[str, Any]]:
    """The sums of counts, one cell at a time."""
    found: dict[tuple[Any, ...], Counter[tuple[str, str]]] = {}
    for row in gathers.to_pylist():
        for cell, records in counts.items():
            if (cell.asked, cell.unit) == (row["asked"], row["identity"]):
                key = (cell.method, cell.asked, row["unit"], row["scope"], cell.apart)
                found.setdefault(key, Counter())[cell.outcome, cell.name] += records
    names = {("unknown", "")}
    for one in job.definitions:
        names |= {("unknown", name) for name, _ in one.unknowns} | {("excluded", name) for name, _ in one.exclusions}
    return [
        dict(zip(KEY, key, strict=True))
        | {"n": outcomes["numerator", ""], "d": sum(n for (outcome, _), n in outcomes.items() if outcome != "excluded")}
        | {".".join(filter(None, name)): outcomes[name] for name in names}
        for key, outcomes in sorted(found.items())
    ]


def says_the_same(trial: Trial) -> int:
    """The database gives the value of every record as the language does; how many records there were."""
    job, expression = trial.job, trial.expression
    key = job.kind.key[0]
    uses = expression.uses | {key}
    clause = Numerator(when=replace(TRUE, uses=uses))
    only = Definition(record=job.kind.code, population=Population(), denominator=TRUE, numerators=(clause,))
    given_up = replace(job, definitions=(only,))
    with opened() as session:
        columns = Columns(session, given_up)
        text = columns.select({'"key"': f'"{key}"', '"value"': columns.said(expression.tree)})
        found = dict(session.execute(text).fetchall())
    assert not isinstance(job.records, Path)
    lookups = Lookups(job.kind, {code: rows.to_pylist() for code, rows in job.looked_up.items()}, job.tree)
    rows = job.records.to_pylist()
    for row in rows:
        whole = Whole(job.kind, {**row, **lookups.values(row)}, job.working)
        value = evaluate(expression, whole, job.working)
        assert (found[row[key]], type(found[row[key]])) == (value, type(value)), (expression.text, row)
    return len(rows)


@st.composite
def expressions(draw: st.DrawFn) -> Trial:
    """An expression by chance over the records of a job."""
    job = draw(jobs(draw(st.sampled_from(("dossier", "petition", "initiative"))))).job
    texts = Texts(Random(draw(st.integers(0, 2**32))), job.kind)
    return Trial(job, texts.expression(draw(st.sampled_from(texts.types)), depth=draw(st.integers(1, 4))))


def tried(examples: int, number: int | None) -> dict[str, Any]:
    """The settings of a run: nothing is kept between two of them."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    phases = (Phase.generate, Phase.shrink)
    return {
        "max_examples": examples,
        "deadline": None,
        "database": None,
        "derandomize": number is None,
        "phases": phases,
        "suppress_health_check": checks,
    }


def main(arguments: list[str] | None = None) -> int:
    """Try and say what was tried; 1 where the engines differ."""
    asked = argparse.ArgumentParser(prog="./dev harden engines", description=__doc__.splitlines()[0])
    asked.add_argument("--short", action="store_true", help="phần chạy trong bộ kiểm thử")
    asked.add_argument("--sets", type=int, default=SETS, metavar="N", help="số bộ hồ sơ ngẫu nhiên")
    asked.add_argument("--seed", type=int, metavar="S", help="thử bộ khác")
    given_ = asked.parse_args(arguments)
    sets = SHORT if given_.short else given_.sets
    done: Counter[str] = Counter()

    @settings(**tried(sets, given_.seed))
    @given(jobs())
    def count(trial: Trial) -> None:
        done["ô số liệu"] += agree(trial)
        done["bộ hồ sơ"] += 1
        done["hồ sơ"] += trial.job.records.num_rows  # type: ignore[union-attr]
        done["cách tính"] += len(trial.job.definitions)

    @settings(**tried(sets * EXPRESSIONS, given_.seed))
    @given(expressions())
    def evaluate_both(trial: Trial) -> None:
        done["giá trị"] += says_the_same(trial)
        done["biểu thức"] += 1

    for run in (count, evaluate_both):
        (run if given_.seed is None else seed(given_.seed)(run))()
        print(", ".join(f"{number:,} {what}".replace(",", ".", 1) for what, number in done.items()), flush=True)
    print("Hai bộ máy cho cùng kết quả.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
