"""The whole program on one page: open a province, walk from acts and records to verdicts. Read this first.

    folder ─open→ acts            file ─import→ delivery
    acts + tree ─assign→ targets  records + methods ─count→ tallies, figures ─tally→ tallies   both ─judge→ standings

Here alone it is chosen which catalogue, which lake, which engine and which figures are used. Every step gives
its result and the problems it found; a result of None means that nothing was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from chitieu.acts import filing, founding, lawful, loading, reading, writing
from chitieu.acts.chain import digest_of
from chitieu.acts.decision import Decision
from chitieu.acts.folder import Folder, open_folder
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.founding import exists
from chitieu.acts.opening import Opened, open_texts
from chitieu.acts.province import Province
from chitieu.acts.targets import Assigned, Assignment
from chitieu.acts.tiers import Tiers
from chitieu.acts.units import Tree, Unit
from chitieu.measures import indicators
from chitieu.measures.indicator import Indicator
from chitieu.measures.jobs import Counting
from chitieu.measures.measured import Measured
from chitieu.measures.method import Asked
from chitieu.measures.tally import Tallies, Tally
from chitieu.period import Period
from chitieu.problem import Problem, Weight, problem, refusals
from chitieu.records.feed import Feed
from chitieu.records.lake import Lake
from chitieu.standings.standing import Standing, judge, ranked

if TYPE_CHECKING:
    from chitieu.records.accounting import Accounting
    from chitieu.records.reading import Reading
    from chitieu.records.receiving import Coming, Received


ENGINES = ("duckdb", "plain")
"""The first counts where nobody asks for another."""

Counted = tuple[Indicator, str]
"""An indicator and the code of one of its methods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Tallies by unit, indicator, method and period; and, by indicator, records of units that nobody ever was.

    The latter are in no figure: they are said, not dropped.
    """

    rows: tuple[tuple[Asked, Tally], ...]
    unplaced: Mapping[str, int]


@dataclass(frozen=True)
class Workspace:
    """One installation, opened and proved: what its acts say, and its record store."""

    home: Path
    opened: Opened

    @property
    def folder(self) -> Folder:
        return self.opened.folder

    @property
    def acts(self) -> Acts:
        return self.opened.acts

    @property
    def tree(self) -> Tree:
        return self.opened.tree

    @property
    def tiers(self) -> Tiers:
        return self.opened.tiers

    @property
    def province(self) -> Province:
        return self.opened.province

    @cached_property
    def catalogue(self) -> dict[str, Indicator]:
        """The indicators, as the catalogue that was handed to the acts has them."""
        own = [(name, data) for name, data in self.folder.files.items() if name.startswith("indicators/")]
        return indicators.catalogue(own)[0]

    @cached_property
    def lake(self) -> Lake:
        """One for all questions: it reads its register again only when that has changed."""
        return Lake(self.home / "lake")

    def feed(self, state: int | None = None) -> Feed:
        """The records of a data state; None: all that came until now."""
        return Feed(self.lake, self.home / "cache", state)


def open_workspace(home: Path) -> tuple[Workspace | None, list[Problem]]:
    """Open and prove. Unfiled files are warnings; damage leaves nothing to judge with."""
    if not exists(home):
        return None, [problem("NO-WORKSPACE", file=str(home), weight=Weight.MISUSED)]
    folder = open_folder(home)
    if refusals(folder.problems):
        return None, list(folder.problems)
    opened, faults = open_texts(folder, indicators.catalogue)
    problems = [*folder.problems, *faults]
    return (None if opened is None else Workspace(home=home, opened=opened)), problems


def init(home: Path, source: Path | None, now: datetime) -> list[Problem]:
    """Make a workspace, empty or from a province folder; whole or not at all."""
    return founding.make(home, source, now, indicators.catalogue, lambda draft, acts: file_acts(draft, acts, now)[1])


def load_units(
    home: Path, files: Sequence[tuple[str, bytes]], now: datetime, *, correct: str | None = None
) -> tuple[loading.NewTables | None, list[Problem]]:
    """File a new version of the tables of units; both files or none."""
    workspace, problems = open_workspace(home)
    if workspace is None:
        return None, problems
    tables, problems = loading.new_tables(files, workspace.opened, now.date(), correct=correct)
    if tables is None:
        return None, problems
    state = workspace.folder.state

    def unchanged(folder: Folder) -> list[Problem]:
        return [] if folder.state == state else [problem("FOLDER-MOVED-ON", weight=Weight.DAMAGED)]

    outcome = filing.file_away(home, tables.texts(), now=now, check=unchanged, reason=correct)
    return (None if outcome.folder_after is None else tables), [*problems, *outcome.problems]


def read_act(workspace: Workspace, name: str, data: bytes, before: Acts) -> tuple[FiledAct | None, list[Problem]]:
    """An act as it would be filed after the acts `before`, with all that is wrong with it."""
    decision, problems = reading.read(data, name, workspace.tiers)
    if decision is None:
        return None, problems
    act = FiledAct(decision=decision, file=name, order=len(before.filed), digest=digest_of(data))
    return act, [*problems, *lawful.check(act, before, workspace.opened.catalogue, workspace.tiers)]


def file_acts(
    home: Path, files: Sequence[tuple[str, bytes]], now: datetime
) -> tuple[list[FiledAct] | None, list[Problem]]:
    """File acts in the order given: all, or none. Each is checked whole against those before it, under the lock."""
    if not files:
        return [], []
    tiers = _tiers_of(home)
    if not isinstance(tiers, Tiers):
        return None, list(tiers)
    folder = open_folder(home)
    names = {filed.digest: filed.file for filed in folder.speaking.values()}
    writes: list[tuple[str, bytes]] = []
    called: dict[str, str] = {}
    for file, data in files:
        decision, faults = reading.read(data, file, tiers)
        if decision is None:
            return None, faults
        taken = {*folder.speaking, *(name for name, _ in writes)}
        name = names.get(digest_of(data)) or filing.act_file_name(
            decision.name.issued_on, decision.name.number, issuer=decision.name.issuer, wished=file, taken=taken
        )
        called[name] = file
        writes.append((name, data))
    filed: list[FiledAct] = []

    def check(folder: Folder) -> list[Problem]:
        opened, problems = open_texts(folder, indicators.catalogue)
        if opened is None:
            return problems
        workspace = Workspace(home=home, opened=opened)
        acts = opened.acts
        for name, data in writes:
            act, found = read_act(workspace, called[name], data, acts)
            problems += found
            if act is None or refusals(found):
                return problems
            act = replace(act, file=name)
            filed.append(act)
            acts = Acts([*acts.filed, act], acts.tree)
        return problems

    outcome = filing.file_away(home, writes, now=now, check=check)
    return (None if outcome.folder_after is None else filed), list(outcome.problems)


def _tiers_of(home: Path) -> Tiers | Sequence[Problem]:
    """The tiers alone: a folder that cannot be judged with may still get a file put back."""
    if not exists(home):
        return [problem("NO-WORKSPACE", file=str(home), weight=Weight.MISUSED)]
    data = open_folder(home).files.get("tiers.toml")
    return Tiers.national() if data is None else Tiers.read(data, "tiers.toml")


def file_decision(home: Path, decision: Decision, file: str, now: datetime) -> tuple[FiledAct | None, list[Problem]]:
    """File an act that was made here; its problems speak of `file`."""
    filed, problems = file_acts(home, [(file, writing.write(decision))], now)
    return (filed[0] if filed else None), problems


def stand(
    workspace: Workspace,
    act: FiledAct,
    period: Period,
    as_of: date,
    *,
    acts: Acts | None = None,
    units: Iterable[Unit] | None = None,
    indicator: str | None = None,
) -> list[Standing] | Problem:
    """Every cell of a decision's table for one period as of one day: judged, ranked, red first.

    Ranks are those among all units, also where only some `units` are asked for.
    """
    assignment = Assignment(acts or workspace.acts, workspace.catalogue, period, as_of)
    cells = [cell for cell in assignment.table(act) if indicator is None or cell.row.indicator == indicator]
    rows = [cell.target.row if cell.target is not None else cell.row for cell in cells]
    methods = dict.fromkeys((row.indicator, row.method) for row in rows if row.method is not None)
    asked = Asked(period=period, as_of=as_of)
    found = _tallies(workspace, [(workspace.catalogue[code], method) for code, method in methods], [asked])
    if isinstance(found, Problem):
        return found
    judged = [_standing(workspace, cell, found[asked], period, as_of) for cell in cells]
    wanted = None if units is None else {unit.code for unit in units}
    standings = ranked(judged, workspace.province)
    return [one for one in standings if wanted is None or one.assigned.unit.code in wanted]


def measure(
    workspace: Workspace,
    methods: Sequence[Counted],
    asked: Sequence[Asked],
    *,
    units: Iterable[str] | None = None,
    scope: str | None = None,
    state: int | None = None,
    engine: str = ENGINES[0],
) -> Measurement | Problem:
    """n and d of every unit that stands on the deciding day (or of the codes `units`)."""
    tallies = _tallies(workspace, methods, asked, state=state, engine=engine)
    if isinstance(tallies, Problem):
        return tallies
    wanted = None if units is None else set(units)
    found = [
        (one, tallies[one].tally(unit, indicator, method, scope))
        for one in asked
        for unit in workspace.tree.on(one.judged_on).units.values()
        if wanted is None or unit.code in wanted
        for indicator, method in methods
    ]
    order = {one: place for place, one in enumerate(asked)}
    found.sort(key=lambda row: (row[1].unit, row[1].indicator, row[1].method or "", order[row[0]]))
    unplaced: dict[str, int] = {}
    for tally in tallies.values():
        for (indicator_code, _), count in tally.unplaced.items():
            unplaced[indicator_code] = max(count, unplaced.get(indicator_code, 0))
    return Measurement(rows=tuple(found), unplaced=dict(sorted(unplaced.items())))


def _tallies(
    workspace: Workspace,
    methods: Sequence[Counted],
    asked: Sequence[Asked],
    *,
    state: int | None = None,
    engine: str = ENGINES[0],
) -> dict[Asked, Tallies] | Problem:
    """The tallies of each period and day: measured where records are, else as they were reported."""
    from chitieu.records.accounting import figures

    speaking = figures(workspace.lake, workspace.tree.look_up, state)
    if isinstance(speaking, Problem):
        return speaking
    measured = count(workspace, methods, asked, state=state, engine=engine)
    if isinstance(measured, Problem):
        return measured
    return {
        one: Tallies(workspace.tree, speaking, one.period, one.as_of, measured.get(one)) for one in dict.fromkeys(asked)
    }


def count(
    workspace: Workspace,
    methods: Sequence[Counted],
    asked: Sequence[Asked],
    *,
    state: int | None = None,
    engine: str = ENGINES[0],
) -> dict[Asked, Measured] | Problem:
    """What the records of a data state give, counted by an engine; nothing where none ever came."""
    feed = workspace.feed(state)
    known = feed.known
    if isinstance(known, Problem):
        return known
    if all(delivery.kind == "figure" for delivery in known):
        return {}
    return counting(workspace, state, engine).measured(methods, list(dict.fromkeys(asked)))


def counting(workspace: Workspace, state: int | None = None, engine: str = ENGINES[0]) -> Counting:
    """What counts the records of a data state, by an engine; also how single ones of them are found."""
    return Counting(
        tree=workspace.tree,
        working=workspace.opened.calendar,
        records=workspace.feed(state),
        count=import_module(f"chitieu.measures.engines.{engine}").count,
        engine=engine,
    )


def _standing(workspace: Workspace, cell: Assigned, tallies: Tallies, period: Period, as_of: date) -> Standing:
    row = cell.target.row if cell.target is not None else cell.row
    indicator = workspace.catalogue[row.indicator]
    tally = tallies.tally(cell.unit, indicator, row.method, row.line.scope)
    return judge(cell, indicator, tally, period, as_of)


def deliver(
    workspace: Workspace,
    data: bytes,
    name: str,
    *,
    source: str | None,
    period: Period | None,
    captured: datetime | None,
    person: str,
    now: datetime,
    unit: str | None = None,
) -> tuple[Reading, Accounting] | Problem:
    """A file of figures into the lake: what was read of it, and the account of every row."""
    from chitieu.records.accounting import deliver_figures
    from chitieu.records.reading import read_figures

    reading_of = read_figures(
        data,
        name,
        source=source,
        period=period,
        captured=captured,
        unit=unit,
        catalogue=workspace.catalogue,
        units=workspace.tree.look_up,
    )
    if isinstance(reading_of, Problem):
        return reading_of
    account = deliver_figures(workspace.lake, reading_of, person=person, now=now)
    return account if isinstance(account, Problem) else (reading_of, account)


def receive(workspace: Workspace, coming: Coming) -> Received | Problem:
    """A file of records into the lake: each row is let in or turned away, and all is accounted for."""
    from chitieu.records.receiving import receive

    return receive(workspace.lake, workspace.tree, coming)
