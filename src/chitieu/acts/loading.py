"""A new version of the tables of units: what it adds, changes and drops, and which targets it moves.

Both tables only grow; to change or drop an old row needs a reason, and says what moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chitieu.acts import unit_tables
from chitieu.acts.decision import say_name
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.opening import Opened
from chitieu.acts.stretches import UnitRow
from chitieu.acts.tables import Catalogue
from chitieu.acts.targets import Assignment
from chitieu.acts.tiers import Tiers
from chitieu.acts.unit_proofs import build
from chitieu.acts.units import ONE_DAY, Succession, Tree
from chitieu.problem import Problem, Weight, problem, refusals

NAMED = 5
"""How many rows or codes a sentence names before it only counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTables:
    """The tables as they will be filed, the tree they make, and what is new in them."""

    rows: tuple[UnitRow, ...]
    successions: tuple[Succession, ...]
    tree: Tree
    added: int
    changed: int
    dropped: int
    warnings: tuple[Problem, ...]

    def texts(self) -> list[tuple[str, bytes]]:
        """The bytes of both files."""
        return [
            ("units.csv", unit_tables.write_units(self.rows)),
            ("successions.csv", unit_tables.write_successions(self.successions)),
        ]


def new_tables(
    files: Sequence[tuple[str, bytes]], opened: Opened, today: date, *, correct: str | None
) -> tuple[NewTables | None, list[Problem]]:
    """The union of the files of each sort is the new version of that table; portal tables add to what is there."""
    rows: list[UnitRow] = []
    moves: list[Succession] = []
    portal: list[UnitRow] = []
    problems: list[Problem] = []
    sorts: set[str] = set()
    for file, data in files:
        sort = unit_tables.kind_of(data, file)
        if isinstance(sort, Problem):
            problems.append(sort)
            continue
        sorts.add(sort)
        if sort == "units":
            found, faults = unit_tables.read_units(data, file)
            rows += found
        elif sort == "successions":
            read_moves, faults = unit_tables.read_successions(data, file)
            moves += read_moves
        else:
            known = [row.code for row in (*opened.unit_rows, *rows)]
            found, faults = unit_tables.read_portal_units(data, file, today, opened.tiers, known)
            portal += found
        problems += faults
    if refusals(problems):
        return None, problems
    old_rows, old_moves = list(opened.unit_rows), list(opened.successions)
    new_rows = rows if "units" in sorts else old_rows
    if portal:
        new_rows = unit_tables.together(new_rows, portal)
    new_moves = moves if "successions" in sorts else old_moves
    tree, proofs = build(new_rows, new_moves, opened.tiers)
    problems += proofs
    of_rows = unit_tables.difference(old_rows, new_rows)
    of_moves = unit_tables.difference(old_moves, new_moves)
    changed, dropped = len(of_rows.changed) + len(of_moves.changed), len(of_rows.dropped) + len(of_moves.dropped)
    if (changed or dropped) and not correct:
        codes = [new.code for _, new in of_rows.changed] + [row.code for row in of_rows.dropped]
        codes += [f"{new.old or ''}→{new.new or ''}" for _, new in of_moves.changed]
        codes += [f"{row.old or ''}→{row.new or ''}" for row in of_moves.dropped]
        named = ", ".join(codes[:NAMED]) + (", …" if len(codes) > NAMED else "")
        problems.append(problem("UNITS-CHANGED", file=files[0][0], changed=changed, dropped=dropped, codes=named))
    if refusals(problems):
        return None, problems
    if changed or dropped:
        problems += moved(opened.acts, tree, opened.catalogue)
    return NewTables(
        rows=tuple(new_rows),
        successions=tuple(new_moves),
        tree=tree,
        added=len(of_rows.added) + len(of_moves.added),
        changed=changed,
        dropped=dropped,
        warnings=tuple(problems),
    ), problems


def moved(acts: Acts, tree: Tree, catalogue: Catalogue) -> list[Problem]:
    """The filed acts whose targets another tree moves, each with how many and some of the units."""
    corrected = Acts(acts.filed, tree)
    changes = {*acts.tree.days_of_change, *tree.days_of_change}
    turns = sorted(changes | {day - ONE_DAY for day in changes})
    found = []
    for act in acts.roots():
        before, after = _given(acts, act, catalogue, turns), _given(corrected, act, catalogue, turns)
        moves = sorted(before ^ after)
        if moves:
            units = list(dict.fromkeys(f"{code} {name}" for code, name in _named(moves, tree, acts.tree)))
            named = ", ".join(units[:NAMED]) + (", …" if len(units) > NAMED else "")
            found.append(
                problem(
                    "ACT-MOVED",
                    file=act.file,
                    weight=Weight.WARNING,
                    act=say_name(act.name),
                    targets=len({(code, row) for code, row, *_ in moves}),
                    units=named,
                )
            )
    return found


Given = tuple[str, int, date, str]
"""A target: code of the unit, row, day, level."""


def _named(moves: Iterable[Given], *trees: Tree) -> Iterator[tuple[str, str]]:
    for code, _, day, _ in moves:
        bearer = next((unit for tree in trees if (unit := tree.bearer(code, day)) is not None), None)
        yield code, bearer.name if bearer is not None else ""


def _given(acts: Acts, act: FiledAct, catalogue: Catalogue, turns: Sequence[date]) -> set[Given]:
    """The targets of a decision on its first and last day, and on those between on which units change."""
    applies = act.decision.applies
    if applies is None:
        return set()
    period = applies.in_calendar(act.decision.calendar)
    first = max(act.decision.in_force, period.first)
    days = {first, period.last, *(day for day in turns if first <= day <= period.last)}
    return {
        (cell.unit.code, cell.row.row, day, repr(cell.target.level))
        for day in days
        for cell in Assignment(acts, catalogue, period, day).table(act)
        if cell.target is not None
    }


def check_tree(tree_rows: Sequence[UnitRow], successions: Sequence[Succession], tiers: Tiers) -> list[Problem]:
    """The proofs of `units check`."""
    return list(build(tree_rows, successions, tiers)[1])
