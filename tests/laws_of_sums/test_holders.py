"""Whatever mergers, splits and endings a province goes through: on every day each unit has one holder that stands.

A lawful history is played out year by year; the tables it leaves must pass every proof, and the law
of the sum must hold on every day of them.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from chitieu.acts.tiers import Assigns, Tier, Tiers
from chitieu.acts.unit_tables import (
    UnitRow,
    build,
    read_successions,
    read_units,
    write_successions,
    write_units,
)
from chitieu.acts.units import Succession, Tree

TIERS = Tiers(
    tiers=(Tier(code="top", name="Trên"), Tier(code="low", name="Dưới")),
    assigns=(Assigns(from_tier="top", to_tier="low"),),
)
DAYS = [date(2020, 1, 1) + timedelta(days=200 * step) for step in range(8)]


@dataclass
class History:
    """A province being changed: who stands below whom now, and the rows written so far."""

    parents: dict[str, str | None] = field(default_factory=dict)
    rows: list[UnitRow] = field(default_factory=list)
    moves: list[Succession] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def row(self, code: str, parent: str | None, begins: date | None = None) -> None:
        tier = "top" if parent is None else "low"
        self.rows.append(UnitRow(code=code, name=f"Đơn vị {code}", tier=tier, parent=parent, begins=begins))
        self.parents[code] = parent
        self.touched.add(code)

    def move(self, old: str | None, new: str | None, extent: str, on: date) -> None:
        self.moves.append(Succession(old=old, new=new, extent=extent, on=on))
        self.touched |= {code for code in (old, new) if code is not None}

    def free(self, *, leaf: bool = False) -> list[str]:
        """Units with a parent that nothing happened to on this day."""
        above = set(self.parents.values())
        return sorted(
            code
            for code, parent in self.parents.items()
            if parent is not None and code not in self.touched and not (leaf and code in above)
        )

    def lawful_parents(self, code: str) -> list[str]:
        """Whoever stands, was not touched today, and is not the unit or below it."""
        below = {code}
        while more := {child for child, parent in self.parents.items() if parent in below} - below:
            below |= more
        return sorted(other for other in self.parents if other not in below and other not in self.touched)


def happen(history: History, event: str, day: date, data: st.DataObject, fresh: str) -> None:
    """One event of a day, if there is a unit for it."""
    leaves = history.free(leaf=True)
    if event == "founded":
        parent = data.draw(st.sampled_from(sorted(set(history.parents) - history.touched) or ["P"]))
        history.move(None, fresh, "new", day)
        history.row(fresh, parent, day)
    elif event == "moved" and leaves:
        code = data.draw(st.sampled_from(leaves))
        parent = data.draw(st.sampled_from(history.lawful_parents(code) or ["P"]))
        extent = data.draw(st.sampled_from(["keep", "rest", "whole"]))
        heir = data.draw(st.sampled_from([code, fresh]))
        history.move(code, heir, extent, day)
        del history.parents[code]
        history.row(heir, parent, day)
    elif event == "ended" and leaves:
        code = data.draw(st.sampled_from(leaves))
        history.move(code, None, "ended", day)
        del history.parents[code]
    elif event in ("merged", "split", "gave") and len(leaves) > 1:
        code, heir = data.draw(st.lists(st.sampled_from(leaves), min_size=2, max_size=2, unique=True))
        history.move(code, heir, "whole" if event == "merged" else "part", day)
        if event == "gave":
            history.move(code, code, "rest", day)
        else:
            del history.parents[code]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[UnitRow], list[Succession]]:
    data = draw(st.data())
    history = History()
    history.row("P", None)
    for number in range(draw(st.integers(1, 8))):
        history.row(f"U{number}", draw(st.sampled_from(sorted(history.parents))))
    for step, day in enumerate(DAYS):
        history.touched = set()
        for turn, event in enumerate(
            draw(st.lists(st.sampled_from(["founded", "moved", "ended", "merged", "split", "gave"]), max_size=3))
        ):
            happen(history, event, day, data, f"N{step}-{turn}")
    return history.rows, history.moves


def tree(tables: tuple[list[UnitRow], list[Succession]]) -> Tree:
    found, problems = build(*tables, TIERS)
    assert [fault.sentence for fault in problems] == []
    return found


ASKED = st.dates(DAYS[0] - timedelta(days=1), DAYS[-1] + timedelta(days=1))


@given(histories(), ASKED)
@settings(deadline=None)
def test_each_unit_that_ever_stood_has_a_holder_that_stands_and_one_that_stands_holds_itself(
    tables: tuple[list[UnitRow], list[Succession]], day: date
) -> None:
    found = tree(tables)
    for unit in found.units:
        holder = found.holder(unit, day)
        assert holder.stands(day)
        standing = found.stretch(unit.identity, day)
        assert standing is None or holder == standing


@given(histories(), ASKED)
@settings(deadline=None)
def test_on_every_day_the_sum_over_the_tree_is_the_records_of_all_units(
    tables: tuple[list[UnitRow], list[Succession]], day: date
) -> None:
    found = tree(tables)
    snapshot, held = found.on(day), found.held_by(day)
    records = {unit.identity: 1 << place for place, unit in enumerate(found.units)}
    own = {
        unit.code: records[unit.identity]
        + sum(records[identity] for identity in {past.identity for past in held.get(unit.identity, ())})
        for unit in snapshot.units.values()
    }

    def subtree(code: str) -> int:
        return own[code] + sum(subtree(child) for child in snapshot.children(code))

    assert sum(subtree(root.code) for root in snapshot.roots) == sum(records.values())
    assert subtree("P") == own["P"] + sum(own[code] for code in snapshot.below("P"))


@given(histories(), st.data())
@settings(deadline=None)
def test_a_unit_stands_at_most_once_on_a_day_and_its_life_has_no_gap(
    tables: tuple[list[UnitRow], list[Succession]], data: st.DataObject
) -> None:
    found = tree(tables)
    unit = data.draw(st.sampled_from(found.units))
    life = found.life(unit.identity)
    assert unit in life
    assert all(before.ends == after.begins for before, after in pairwise(life))
    assert unit.identity == f"{life[0].code}@{life[0].begins or ''}"


@given(histories(), st.data())
@settings(deadline=None)
def test_the_order_of_the_rows_does_not_matter_and_what_is_written_is_read_back(
    tables: tuple[list[UnitRow], list[Succession]], data: st.DataObject
) -> None:
    rows, moves = tables
    shuffled = data.draw(st.permutations(rows)), data.draw(st.permutations(moves))
    found = tree(tables)
    assert tree(shuffled).units == found.units
    written_rows, faults = read_units(write_units(rows), "units.csv")
    written_moves, other_faults = read_successions(write_successions(moves), "successions.csv")
    assert faults == other_faults == []
    assert tree((written_rows, written_moves)).units == found.units


@given(histories(), st.data())
@settings(deadline=None)
def test_a_history_from_which_a_needed_succession_is_struck_out_is_refused(
    tables: tuple[list[UnitRow], list[Succession]], data: st.DataObject
) -> None:
    rows, moves = tables
    begun = {(row.code, row.begins) for row in rows}
    needed = [move for move in moves if (move.new, move.on) in begun]
    if needed:
        struck = data.draw(st.sampled_from(needed))
        assert build(rows, [move for move in moves if move is not struck], TIERS)[1]
