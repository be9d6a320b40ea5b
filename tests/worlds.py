"""Random provinces for Hypothesis: units that are merged, split, moved and renamed, and acts filed one after the other.

Every act passed the project's own check before it was filed; what the check refuses is only remembered as tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st

from chitieu.acts import lawful, writing
from chitieu.acts.decision import ActName, Decision, Line, Order
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.level import Level, satisfies
from chitieu.acts.level import read as read_level
from chitieu.acts.stretches import UnitRow
from chitieu.acts.tiers import Assigns, Tier, Tiers
from chitieu.acts.unit_proofs import build
from chitieu.acts.units import Snapshot, Succession, Tree
from chitieu.period import Period
from chitieu.period import read as read_period
from chitieu.problem import refusals

TIERS = Tiers(
    tiers=tuple(Tier(code=code, name=code) for code in ("province", "district", "commune", "division")),
    assigns=(
        Assigns(from_tier="province", to_tier="district"),
        Assigns(from_tier="province", to_tier="commune"),
        Assigns(from_tier="district", to_tier="commune"),
        Assigns(from_tier="commune", to_tier="division"),
    ),
)
DAYS = [date(2024, 1, 1), date(2024, 2, 15), date(2024, 6, 30), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)]
PERIODS = "2024-9M 2024 2024-H1 2024-9M 2024-M02 2024-Q3 2025 report:2024 report:2024-9M 2024-01-01..2024-07-01".split()


@dataclass(frozen=True)
class Coded:
    code: str
    vi: str = ""


@dataclass(frozen=True)
class Counted:
    """As much of an indicator as acts must know, and the levels that acts of these worlds give it."""

    code: str
    unit: str
    better: str
    levels: str
    default: str | None = "m"
    scope: str = "subtree"
    methods: tuple[Coded, ...] = (Coded("m"), Coded("other"))

    @property
    def name(self) -> Coded:
        return Coded(self.code, vi=self.code)


CATALOGUE = {
    found.code: found
    for found in (
        Counted("share", "percent", "higher", ">= 30 %|>= 30 %|>= 40 %|>= 40,00 %|>= 50 %|= 40 %|= 50 %|<= 40 %|none"),
        Counted("late", "percent", "lower", "<= 5 %|<= 4,5 %|<= 3 %|= 3 %|>= 3 %|none"),
        Counted("number", "count", "higher", ">= 2|>= 3|= 3|none"),
        Counted("duty", "duty", "higher", "regular|>= 2|by 2024-06-30|by 2024-09-30|none"),
    )
}
DEFAULTS = {code: found.default for code, found in CATALOGUE.items()}


def level(text: str) -> Level:
    found = read_level(text)
    assert isinstance(found, Level), found
    return found


def period(name: str) -> Period:
    found = read_period(name)
    assert isinstance(found, Period), found
    return found


@dataclass(frozen=True, kw_only=True)
class World:
    """A province and the acts filed in it, in order; `tried` are all that came to the door, with what was wrong."""

    tree: Tree
    filed: tuple[FiledAct, ...] = ()
    tried: tuple[tuple[FiledAct, tuple[FiledAct, ...], frozenset[str]], ...] = ()

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """What Hypothesis prints: short enough to read, whole enough to write it down again."""
        units = [f"{one.code} {one.tier} < {one.parent} {one.begins}–{one.ends}" for one in self.tree.units]
        moves = [f"{one.old} → {one.new} {one.extent} {one.on}" for one in self.tree.successions]
        printer.text("\n".join([*units, *moves, *(writing.write(act.decision).decode() for act in self.filed)]))

    @property
    def acts(self) -> Acts:
        return Acts(self.filed, self.tree)

    def decisions(self) -> list[FiledAct]:
        return [act for act in self.filed if act.decision.kind == "decision"]


# Units


@dataclass
class History:
    """A province being changed: tier and parent of whoever stands now, and the rows written so far."""

    standing: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    rows: list[UnitRow] = field(default_factory=list)
    moves: list[Succession] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def row(self, code: str, tier: str, parent: str | None, begins: date | None = None) -> None:
        self.rows.append(UnitRow(code=code, name=code, tier=tier, parent=parent, begins=begins))
        self.standing[code] = tier, parent
        self.touched |= {code} | ({parent} if parent else set())

    def move(self, old: str | None, new: str | None, extent: str, on: date) -> None:
        self.moves.append(Succession(old=old, new=new, extent=extent, on=on))
        self.touched |= {code for code in (old, new) if code is not None}

    def free(self) -> list[str]:
        """Units with a parent and nobody below that nothing happened to on this day."""
        above = {parent for _, parent in self.standing.values()}
        return sorted(c for c, (_, p) in self.standing.items() if p and c not in above and c not in self.touched)

    def above(self, tier: str) -> list[str]:
        """Who may have a unit of the tier below it."""
        order = TIERS.codes.index(tier)
        return sorted(code for code, (its, _) in self.standing.items() if TIERS.codes.index(its) < order)

    def below(self, code: str) -> list[str]:
        return sorted(child for child, (_, parent) in self.standing.items() if parent == code)


EVENTS = "gathered dissolved founded moved renamed reused rose ended merged split gave head-changed".split()


def happen(history: History, event: str, day: date, fresh: str, draw: st.DrawFn) -> None:
    """One event of a day, if there is a unit for it."""
    free = history.free()
    code = draw(st.sampled_from(free)) if free else None
    tier, parent = history.standing[code] if code else ("commune", None)
    if event == "founded":
        history.move(None, fresh, "new", day)
        history.row(fresh, tier, draw(st.sampled_from(history.above(tier))), day)
    elif event == "head-changed":
        history.move("P", "P", "keep", day)
        history.row("P", "province", None, day)
    elif event == "dissolved":
        dissolve(history, day, draw)
    elif code is None:
        return
    elif event == "gathered" and tier in ("commune", "division"):
        above = TIERS.codes[TIERS.codes.index(tier) - 1]
        history.move(None, fresh, "new", day)
        history.row(fresh, above, "P", day)
        history.move(code, code, "keep", day)
        history.row(code, tier, fresh, day)
    elif event in ("moved", "renamed", "reused", "rose"):
        heir = fresh if event == "renamed" else code
        extent = "whole" if event == "reused" else draw(st.sampled_from(["keep", "rest", "whole"]))
        if event == "moved":
            parent = draw(st.sampled_from([other for other in history.above(tier) if other != code] or ["P"]))
        if event == "rose" and tier == "commune":
            tier, parent = "district", "P"
        history.move(code, heir, extent, day)
        del history.standing[code]
        history.row(heir, tier, parent, day)
    elif event == "ended":
        history.move(code, None, "ended", day)
        del history.standing[code]
    elif len(free) > 1:
        heir = draw(st.sampled_from([other for other in free if other != code]))
        history.move(code, heir, "whole" if event == "merged" else "part", day)
        if event == "gave":
            history.move(code, code, "rest", day)
        else:
            del history.standing[code]


def dissolve(history: History, day: date, draw: st.DrawFn) -> None:
    """A unit above others ends, with an heir or without; those below it move to the heir or to the top."""
    above = {parent for _, parent in history.standing.values() if parent not in (None, "P")} - history.touched
    lowest = sorted(str(code) for code in above if not set(history.below(str(code))) & (above | history.touched))
    if not lowest:
        return
    code = draw(st.sampled_from(lowest))
    tier, _ = history.standing[code]
    children = history.below(code)
    others = {one for one, (its, _) in history.standing.items() if its == tier} - {code, *children} - history.touched
    heir = draw(st.sampled_from([None, *sorted(others)]))
    if heir is None and any(history.standing[child][0] == "division" for child in children):
        return
    history.move(code, heir, "whole" if heir else "ended", day)
    del history.standing[code]
    for child in children:
        history.move(child, child, "keep", day)
        history.row(child, history.standing[child][0], heir or "P", day)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Two to four tiers, up to nine units at the start, something happening on up to four days."""
    history = History()
    history.row("P", "province", None)
    for tier, most in zip(TIERS.codes[1 : draw(st.sampled_from([3, 4, 2]))], (2, 3, 2), strict=False):
        above = [code for code in history.above(tier) if code != "P"] or ["P"]
        for number in range(draw(st.integers(1, most))):
            parent = draw(st.sampled_from([*above, above[-1], "P"] if tier != "division" else above))
            history.row(f"{tier[:3]}{number}", tier, parent)
    for step, day in enumerate(DAYS[1:]):
        history.touched = set()
        for turn, event in enumerate(draw(st.lists(st.sampled_from(EVENTS), max_size=1 + step % 2))):
            if event != "head-changed" or "P" not in history.touched:
                happen(history, event, day, f"N{step}{turn}", draw)
    found, problems = build(history.rows, history.moves, TIERS)
    assert not problems
    return found


# Acts

LEVELS = {code: [level(text) for text in found.levels.split("|")] for code, found in CATALOGUE.items()}
KEYS: list[tuple[str, str | None]] = [*((code, None) for code in CATALOGUE), ("share", "other"), ("late", "other")]
CHANGES = ["cascade"] * 4 + ["amendment"] * 4 + ["decision"] * 2 + ["replacement", "annulment"]
STORIES = ["cascade amendment cascade amendment", "cascade cascade replacement cascade amendment", "cascade", ""]


def may_hand_on(there: Snapshot, head: str) -> list[str]:
    """To whom a unit may hand on."""
    below = [there.units[code] for code in there.children(head)]
    return [unit.code for unit in below if TIERS.may_assign(there.units[head].tier, unit.tier, there.day)]


@dataclass(frozen=True, kw_only=True)
class Next:
    """The next act of a world while it is being thought of; what comes out may or may not be lawful."""

    draw: st.DrawFn
    world: World
    number: str

    def act(self, kind: str) -> Decision | None:
        """One more act, or None where nothing can be thought of."""
        if kind in ("decision", "cascade"):
            return self.decision() if kind == "decision" else self.cascade()
        kinds = ("decision", "cascade", "amendment") if kind == "annulment" else ("decision", "cascade")
        other = self.one([act.decision for act in self.world.filed if act.decision.kind in kinds])
        if kind == "amendment":
            return self.amendment(other)
        if kind == "replacement":
            return self.decision(other) if other.kind == "decision" else self.cascade(other)
        day = self.one(DAYS)
        return Decision(name=self.name(other, day), kind="annulment", title="x", in_force=day, annuls=other.name)

    def one(self, choices: list[Any]) -> Any:
        return self.draw(st.sampled_from(choices))

    def name(self, other: Decision | None, in_force: date, issuer: str = "") -> ActName:
        """Signed not before the act it touches; mostly by the issuer of that."""
        issuer = issuer or (self.one([other.name.issuer, other.name.issuer, "P"]) if other else "P")
        if self.world.tree.bearer(issuer, in_force) is None:
            issuer = "P"
        day = self.one(DAYS[:3]) if self.world.filed else DAYS[0]
        return ActName(issuer=issuer, number=self.number, issued_on=max(day, other.name.issued_on) if other else day)

    def decision(self, replaces: Decision | None = None) -> Decision:
        in_force = self.one(DAYS[: len(DAYS) if self.world.filed else 2])
        there = self.world.tree.on(in_force)
        heads = sorted(code for code in there.units if there.children(code))
        issuer = "" if replaces else self.one(["P", "P", *(heads if self.world.filed else "P")])
        name = self.name(replaces, in_force, issuer)
        return Decision(
            name=name,
            kind="decision",
            title="x",
            in_force=in_force,
            applies=period(self.one(["2024", "2024", "2024", "2024", "2024-H1", "2025"])),
            calendar=self.one(["civil", "civil", "civil", "report"]),
            illustration=self.draw(st.booleans()),
            orders=tuple(
                Order(from_tier=rule.from_tier, to_tier=rule.to_tier, not_below=self.one(["tier", "own", "both"]))
                for rule in TIERS.assigns
                if self.draw(st.booleans())
            ),
            lines=self.lines(replaces, [*there.below(name.issuer), name.issuer], there),
            replaces=replaces.name if replaces else None,
            cascades=self.one(["keep", "keep", "end"]) if replaces else "end",
        )

    def cascade(self, replaces: Decision | None = None) -> Decision | None:
        in_force = self.one([*DAYS[:4], *DAYS])
        there = self.world.tree.on(in_force)
        uppers = [act.decision for act in self.world.filed if act.decision.kind in ("decision", "cascade")]
        pairs = [(one, head) for one in uppers for head in there.below(one.name.issuer) if may_hand_on(there, head)]
        if replaces is not None:
            pairs = [(one, head) for one, head in pairs if (one.name, head) == (replaces.under, replaces.name.issuer)]
        if not pairs:
            return None
        upper, head = self.one(pairs)
        return Decision(
            name=self.name(upper, in_force, head),
            kind="cascade",
            title="x",
            in_force=in_force,
            under=upper.name,
            lines=self.lines(upper, may_hand_on(there, head), there, head),
            replaces=replaces.name if replaces else None,
            cascades=self.one(["keep", "end"]) if replaces else "end",
        )

    def amendment(self, other: Decision) -> Decision:
        in_force = max(self.one(DAYS), other.in_force)
        there = self.world.tree.on(in_force)
        issuer = other.name.issuer
        below = may_hand_on(there, issuer) if other.kind == "cascade" else [*there.below(issuer), issuer]
        return Decision(
            name=self.name(other, in_force),
            kind="amendment",
            title="x",
            in_force=in_force,
            amends=other.name,
            lines=self.lines(other, below, there, change=True),
            year_judged_by=self.one(["last-day", "last-day", "first-day"]),
        )

    def lines(
        self, other: Decision | None, reached: list[str], there: Snapshot, head: str = "", *, change: bool = False
    ) -> tuple[Line, ...]:
        """Lines about units that are reached: of a change or a cascade, mostly about rows of the other act."""
        tier_of = {code: there.units[code].tier for code in reached if code in there.units}
        rows = {(line.indicator, line.method): line for line in other.lines} if other is not None else {}
        found = []
        for row, key in enumerate(self.some([*rows, *self.one([[], [], [], [self.one(KEYS)]])] or KEYS, 3), 1):
            given = {**dict(rows[key].tiers), **dict(rows[key].units)} if key in rows else {}
            heads = [given[place] for place in (head, there.units[head].tier if head else "") if place in given][:1]
            tiers = {tier: [*heads, given.get(tier)] for tier in self.some(sorted(set(tier_of.values())), 3)}
            units = {code: [*heads, given.get(code, given.get(tier_of[code]))] for code in self.some(list(tier_of), 1)}
            line = Line(
                row=(rows[key].row if key in rows else 90 + row) if change else row,
                indicator=key[0],
                method=self.one([key[1], key[1], None])
                if change or not head
                else self.one([key[1] or "m"] * 3 + [None]),
                tiers=tuple((tier, self.level(key[0], floors)) for tier, floors in sorted(tiers.items())),
                units=tuple((code, self.level(key[0], floors)) for code, floors in sorted(units.items())),
            )
            found += [line] if line.tiers or line.units else []
        return tuple(found)

    def some(self, of: list[Any], most: int) -> list[Any]:
        least = min(most - 1, len(of))
        return self.draw(st.lists(st.sampled_from(of), min_size=least, max_size=most, unique=True)) if of else []

    def level(self, indicator: str, floors: list[Level | None]) -> Level:
        """Mostly one that satisfies what is known of the floors, often one that asks more."""
        levels = LEVELS[indicator]
        known = [floor for floor in floors if floor is not None]
        enough = [one for one in levels if all(satisfies(one, floor) for floor in known)]
        more = [one for one in enough if not any(satisfies(floor, one) for floor in known)]
        return self.one(self.one([enough, more, enough, more, enough, more, levels]) or levels)  # type: ignore[no-any-return]


def after(world: World, decision: Decision) -> World:
    """The world with the act filed, if the check lets it in."""
    act = FiledAct(decision=decision, file=f"{decision.name.number}.toml", order=len(world.filed))
    codes = frozenset(found.code for found in refusals(lawful.check(act, world.acts, CATALOGUE, TIERS)))
    filed = world.filed if codes else (*world.filed, act)
    return World(tree=world.tree, filed=filed, tried=(*world.tried, (act, world.filed, codes)))


@st.composite
def worlds(draw: st.DrawFn, *, most: int = 8) -> World:
    """A province with up to `most` acts thought of, in an order in which they may be filed."""
    world = World(tree=draw(trees()))
    story = ["decision", *draw(st.sampled_from(STORIES)).split()]
    story += draw(st.lists(st.sampled_from(CHANGES), min_size=4 - len(story) // 2, max_size=most - len(story)))
    for number, kind in enumerate(story):
        decision = Next(draw=draw, world=world, number=f"{number}/QĐ").act(kind if world.filed else "decision")
        if decision is not None and (decision.lines or decision.kind == "annulment"):
            world = after(world, decision)
    return world


def periods() -> st.SearchStrategy[Period]:
    return st.sampled_from(PERIODS).map(period)


def days() -> st.SearchStrategy[date]:
    return st.sampled_from([date(2024, 7, 31), date(2025, 6, 1), *DAYS, date(2024, 9, 30), date(2023, 12, 31)])
