"""Which target judges, in random provinces: the quick code says of every cell what the pages say by the letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chitieu.acts import lawful, reading, writing
from chitieu.acts.decision import ActName, Decision, Kind, Line, Order
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.level import Level, satisfies
from chitieu.acts.level import write as level_text
from chitieu.acts.stretches import UnitRow
from chitieu.acts.tables import Cell
from chitieu.acts.targets import Assigned, Assignment, count
from chitieu.acts.unit_proofs import build
from chitieu.acts.units import Succession, Tree
from chitieu.period import Period
from chitieu.problem import refusals
from tests.plain import Answer, Pages, Value
from tests.worlds import CATALOGUE, DEFAULTS, TIERS, World, after, days, level, period, periods, worlds


def pages(world: World) -> Pages:
    return Pages(filed=world.filed, tree=world.tree, tiers=TIERS, defaults=DEFAULTS)


def table(world: World, act: FiledAct, period: Period, as_of: date) -> list[Assigned]:
    return Assignment(world.acts, CATALOGUE, period, as_of).table(act)


def tables(world: World, period: Period, as_of: date) -> Iterator[tuple[FiledAct, Assigned]]:
    """Every cell of every decision."""
    for act in world.decisions():
        for cell in table(world, act, period, as_of):
            yield act, cell


def said(cell: Assigned) -> object:
    """What a table says of a cell, in words that both ways of reckoning have."""
    target = cell.target
    return (
        target and (named(target.cell), target.origin, target.own, target.overtaken and named(target.overtaken)),
        cell.none and named(cell.none),
        cell.later_act and cell.later_act.name.number,
        cell.retroactive,
        sorted({(beside.code, beside.cell.act.name.number) for beside in cell.also}),
    )


def said_plainly(answer: Answer) -> object:
    target = answer.target
    return (
        target and (named(target.value), target.origin, target.own, target.overtaken and named(target.overtaken)),
        answer.none and named(answer.none),
        answer.later_act and answer.later_act.name.number,
        answer.retroactive,
        sorted(set(answer.also)),
    )


def named(cell: Cell | Value) -> tuple[str, str, int]:
    return level_text(cell.level), cell.act.name.number, cell.row


@given(worlds(), st.lists(st.tuples(periods(), days()), min_size=3, max_size=3))
def test_every_cell_of_every_table_is_what_the_pages_say(world: World, asked: list[tuple[Period, date]]) -> None:
    plain = pages(world)
    for act in world.decisions():
        for of, as_of in asked:
            found = {(cell.unit.code, cell.row.key): said(cell) for cell in table(world, act, of, as_of)}
            assert found == {key: said_plainly(answer) for key, answer in plain.table(act, of, as_of).items()}


def asks_less(value: Level, floor: Level) -> bool:
    return satisfies(floor, value) is True and satisfies(value, floor) is not True


@given(worlds(), periods(), days())
def test_no_target_asks_less_than_the_floor_of_its_day(world: World, period: Period, as_of: date) -> None:
    plain = pages(world)
    for act, cell in tables(world, period, as_of):
        if cell.target is not None:
            answer = plain.answer(act, cell.unit, cell.row.key, period, as_of)
            floors = [floor for rival in answer.rivals for floor in rival.floors]
            assert not any(asks_less(cell.target.level, floor.level) for floor in floors)


@given(worlds(), periods(), days())
def test_a_unit_has_one_target_for_each_indicator_method_and_operator(
    world: World, period: Period, as_of: date
) -> None:
    found: dict[tuple[str, str, str | None, str], Level] = {}
    for act in world.decisions():
        cells = table(world, act, period, as_of)
        assert len({(cell.unit.code, cell.row.key) for cell in cells}) == len(cells)
        for cell in cells:
            if cell.target is not None:
                level = cell.target.level
                key = (cell.unit.code, cell.row.indicator, cell.row.method, level.operator)
                other = found.setdefault(key, level)
                assert not asks_less(other, level) and not asks_less(level, other)


@given(worlds(), periods(), days())
def test_the_act_a_target_names_holds_its_level_in_that_row(world: World, period: Period, as_of: date) -> None:
    for _, cell in tables(world, period, as_of):
        target = cell.target
        if target is None:
            continue
        for named_cell in (target.cell, *target.chain):
            line = next(line for line in named_cell.act.decision.lines if line.row == named_cell.row)
            assert line.indicator == cell.row.indicator
            assert named_cell.level in [level for _, level in (*line.tiers, *line.units)]
        line = next(line for line in target.cell.act.decision.lines if line.row == target.cell.row)
        day = target.cell.act.decision.in_force
        by_unit = {bearer.identity: level for code, level in line.units if (bearer := world.tree.bearer(code, day))}
        if target.origin != "floor":
            assert by_unit.get(cell.unit.identity, dict(line.tiers).get(cell.unit.tier)) == target.level


@given(worlds())
@settings(max_examples=settings.default.max_examples // 2)
def test_an_act_is_read_back_as_it_was_written(world: World) -> None:
    for act, _, _ in world.tried:
        assert reading.read(writing.write(act.decision), act.file, TIERS) == (act.decision, [])


@given(worlds(), days())
def test_the_targets_of_a_decision_are_counted_as_its_table_shows_them(world: World, as_of: date) -> None:
    for act in world.decisions():
        applies = act.decision.applies
        assert applies is not None
        given_by_itself: dict[str, int] = {}
        for cell in table(world, act, applies.in_calendar(act.decision.calendar), as_of):
            if cell.target is not None and not cell.target.own and world.acts.in_force(act, as_of):
                given_by_itself[cell.unit.tier] = given_by_itself.get(cell.unit.tier, 0) + 1
        if as_of <= applies.in_calendar(act.decision.calendar).last and world.acts.in_force(act, as_of):
            assert count(world.acts, CATALOGUE, act, as_of) == given_by_itself


# At the door

FLOOR_CODES = {"BELOW-FLOOR", "NOT-COMPARABLE-WITH-FLOOR"}


def is_below(plain: Pages, act: FiledAct) -> bool | None:
    """Whether a value that an act hands on is below what binds it on its first day; None if it never judges."""
    cascade = plain.find(act.decision.amends) or act
    day = max(act.decision.in_force, plain.begins(cascade))
    decision = plain.root(cascade, day)
    assert decision.decision.applies is not None
    applies = decision.decision.applies.in_calendar(decision.decision.calendar)
    if day > applies.last or not plain.in_force(act, day) or not plain.in_force(cascade, day):
        return None
    rest = Period(name="", first=day, last=applies.last, kind="range", calendar=None)
    others = replace(plain, filed=[other for other in plain.filed if other is not act])
    there = plain.tree.on(day)
    issuer = there.by_identity[plain.issuer(cascade).identity]
    for line in act.decision.lines:
        key = (line.indicator, plain.method(cascade, act, line))
        named_units = {plain.tree.bearer(code, act.decision.in_force): level for code, level in line.units}
        by_identity = {unit.identity: level for unit, level in named_units.items() if unit is not None}
        for code in there.children(issuer.code):
            unit = there.units[code]
            level = by_identity.get(unit.identity)
            if level is None:
                other = others.handed(decision, unit, key, day, rest, day)
                level = None if other is not None and other.named else dict(line.tiers).get(unit.tier)
            if level is not None:
                value = Value(level, act, line.row, False, cascade)
                bounds = plain.binding(decision, unit, key, value, day, rest, day)
                if not all(satisfies(level, bound.level) for bound in bounds):
                    return True
    return False


@given(worlds())
def test_what_is_handed_on_is_refused_where_it_is_below_a_floor_of_its_first_day_and_only_there(world: World) -> None:
    for act, before, codes in world.tried:
        plain = replace(pages(world), filed=[*before, act])
        cascade = plain.find(act.decision.amends) or act
        hands_on = cascade.decision.kind == "cascade" and act.decision.kind in ("cascade", "amendment")
        if hands_on and codes <= FLOOR_CODES:
            below = is_below(plain, act)
            assert below is None or below == bool(codes)


# The order of filing


def refiled(world: World, decisions: list[Decision]) -> World | None:
    """The same acts in another order, if each may be filed in it."""
    filed: list[FiledAct] = []
    for decision in decisions:
        act = FiledAct(decision=decision, file=f"{decision.name.number}.toml", order=len(filed))
        if refusals(lawful.check(act, Acts(filed, world.tree), CATALOGUE, TIERS)):
            return None
        filed.append(act)
    return World(tree=world.tree, filed=tuple(filed))


def touched(world: World, act: FiledAct) -> set[str]:
    """The acts that an act rests on or changes, itself among them."""
    found, open_acts = set(), [act]
    while open_acts:
        decision = open_acts.pop().decision
        found.add(decision.name.number)
        names = (decision.under, decision.amends, decision.annuls, decision.replaces)
        open_acts += [other for name in names if (other := world.acts.find(name)) is not None]
    return found


def independent(world: World, first: FiledAct, second: FiledAct) -> bool:
    """Neither rests on what the other does: no act in common, and another issuer or no indicator in common."""
    about = [{line.indicator for line in act.decision.lines} for act in (first, second)]
    apart = first.name.issuer != second.name.issuer or not about[0] & about[1]
    return apart and not touched(world, first) & touched(world, second)


@given(worlds(), periods(), days(), st.data())
def test_the_order_in_which_independent_acts_are_filed_changes_nothing(
    world: World, period: Period, as_of: date, data: st.DataObject
) -> None:
    places = [n for n in range(len(world.filed) - 1) if independent(world, world.filed[n], world.filed[n + 1])]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    decisions = [act.decision for act in world.filed]
    decisions[place], decisions[place + 1] = decisions[place + 1], decisions[place]
    swapped = refiled(world, decisions)
    assert swapped is not None
    for act in world.decisions():
        same = swapped.acts.find(act.name)
        assert same is not None
        before = [said(cell) for cell in table(world, act, period, as_of)]
        assert [said(cell) for cell in table(swapped, same, period, as_of)] == before


# What random provinces once found, kept as small as it was


def filed(tree: Tree, *decisions: Decision) -> World:
    """The acts one after the other, whatever is wrong with them."""
    world = World(tree=tree)
    for decision in decisions:
        world = after(world, decision)
    return world


def an_act(kind: Kind, number: str, in_force: date, line: Line, issuer: str = "P", **parts: Any) -> Decision:
    name = ActName(issuer=issuer, number=number, issued_on=date(2024, 1, 1))
    return Decision(name=name, kind=kind, title="x", in_force=in_force, lines=(line,), **parts)


def a_line(row: int, **tiers: str) -> Line:
    return Line(row=row, indicator="share", tiers=tuple((tier, level(text)) for tier, text in tiers.items()))


def units(*rows: UnitRow, moves: tuple[Succession, ...] = ()) -> Tree:
    tree, problems = build([UnitRow(code="P", name="P", tier="province"), *rows], moves, TIERS)
    assert not problems
    return tree


A_DISTRICT = UnitRow(code="D", name="D", tier="district", parent="P")
A_COMMUNE = UnitRow(code="C", name="C", tier="commune", parent="D")
JANUARY, JULY, OCTOBER = date(2024, 1, 1), date(2024, 7, 1), date(2024, 10, 1)


def test_two_amendments_may_not_bring_one_line_twice_whichever_of_them_is_in_force_first() -> None:
    first = an_act("decision", "1", JANUARY, Line(row=1, indicator="late", tiers=(("district", level("<= 5 %")),)))
    first = replace(first, applies=period("2024"))
    later = an_act("amendment", "2", OCTOBER, a_line(2, district=">= 30 %"), amends=first.name)
    same = an_act("amendment", "3", JULY, a_line(3, district=">= 40 %"), amends=first.name)
    other = an_act("amendment", "3", JULY, replace(a_line(2), indicator="number", tiers=(("district", level(">= 2")),)))
    for second in (same, replace(other, amends=first.name)):
        for order in ((later, second), (second, later)):
            assert [act.name.number for act in filed(units(A_DISTRICT), first, *order).filed] == [
                "1",
                order[0].name.number,
            ]


def test_a_decision_reaches_nobody_on_a_day_before_its_issuer_stood() -> None:
    founded = UnitRow(code="N", name="N", tier="district", parent="P", begins=JULY)
    tree = units(A_DISTRICT, A_COMMUNE, founded, moves=(Succession(old=None, new="N", extent="new", on=JULY),))
    world = filed(tree, an_act("decision", "1", JULY, a_line(1, commune=">= 30 %"), "N", applies=period("2024")))
    assert table(world, world.filed[0], period("2024-H1"), OCTOBER) == []


def test_an_act_that_does_not_speak_for_a_period_names_the_one_that_will_all_the_same() -> None:
    asked = an_act("decision", "1", JANUARY, a_line(1, district=">= 30 %"), applies=period("2024-H1"))
    later = an_act("decision", "2", OCTOBER, a_line(1, district=">= 30 %"), applies=period("2024"))
    world = filed(units(A_DISTRICT), asked, later)
    assert [cell.later_act for cell in table(world, world.filed[0], period("2024-9M"), JULY)] == [world.filed[1]]


def test_the_later_act_is_one_that_gives_the_unit_the_indicator_not_one_that_says_none() -> None:
    order = Order(from_tier="district", to_tier="commune", not_below="own")
    above = an_act(
        "decision", "1", JULY, a_line(1, district=">= 30 %", commune="none"), applies=period("2024"), orders=(order,)
    )
    handed = an_act("cascade", "2", JULY, a_line(1, commune=">= 40 %"), "D", under=above.name)
    world = filed(units(A_DISTRICT, A_COMMUNE), above, handed)
    cells = {cell.unit.code: cell for cell in table(world, world.filed[0], period("2024"), JANUARY)}
    assert (cells["D"].later_act, cells["C"].later_act) == (world.filed[0], world.filed[1])
