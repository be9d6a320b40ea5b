"""Where and when the units of a province stood in a year: the days on which each may have records at all.

A unit that only goes on (`keep`, `rest`) under its code is one; another unit under the same code is another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from chitieu.acts.units import Tree, Unit
from chitieu.generate.clock import Clock
from chitieu.generate.dice import Dice

_CARRIED = timedelta(days=60)
"""How long before the year a unit must have stood to carry dossiers over from the year before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A unit on the days of a year on which it stood below the unit asked for: ordinals, both inclusive."""

    unit: Unit
    first: int
    last: int
    carries: bool
    """Whether it stood there in the weeks before the year too."""
    keeps_code: bool
    """Whether its code, read without a day, means this unit."""
    takes_dossiers: bool
    """Whether it has an office of its own: a tier that settles dossiers, or nobody below."""

    @property
    def name(self) -> str:
        """What tells it from every other unit, for its own throws."""
        return f"{self.unit.code}@{self.first}"

    def days(self, clock: Clock) -> tuple[int, int]:
        """The positions of its first and last working day; the wrong way round where it has none."""
        return clock.position(self.first - 1) + 1, clock.position(self.last)


SETTLES = ("department", "district", "commune")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A part of a province in a year: what every kind of record is made from."""

    tree: Tree
    clock: Clock
    root: str
    year: int
    stands: tuple[Stand, ...]
    covers: tuple[tuple[int, int], ...]
    first: int = field(init=False)
    last: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", date(self.year, 1, 1).toordinal())
        object.__setattr__(self, "last", date(self.year, 12, 31).toordinal())

    def is_root(self, stand: Stand) -> bool:
        """Whether the unit is the one asked for."""
        return stand.unit.code == self.root

    def label(self, stand: Stand) -> str:
        """What numbers of its records begin with: code, year, and the month and day of a later beginning."""
        later = f"-{date.fromordinal(stand.first):%m%d}" if stand.first > self.first else ""
        return f"{stand.unit.code}-{self.year}{later}"

    @property
    def highest(self) -> Stand:
        """The unit asked for, as it stood first."""
        return next(stand for stand in self.stands if self.is_root(stand))

    @property
    def opening(self) -> tuple[Stand, ...]:
        """The units that stood on 1 January."""
        return tuple(stand for stand in self.stands if stand.first == self.first)


_WEIGHTS = {"department": 40, "district": 160, "commune": 20}
"""How many dossiers a unit of a tier has beside one of another."""
_OTHERS = 10


def shares(made_of: World, count: int) -> dict[str, int]:
    """`count` things among the units that take dossiers, by tier and days stood, each unit busy in its own way.

    Largest remainders; the sum is `count`.
    """
    weights = {}
    for stand in made_of.stands:
        if stand.takes_dossiers:
            busy = Dice("busy", stand.unit.code).between(40, 200)
            weights[stand.name] = _WEIGHTS.get(stand.unit.tier, _OTHERS) * busy * (stand.last - stand.first + 1)
    whole = sum(weights.values())
    found = {name: count * weight // whole for name, weight in weights.items()}
    left = count - sum(found.values())
    rest = sorted(weights, key=lambda name: (-(count * weights[name] % whole), name))
    return found | {name: found[name] + 1 for name in rest[:left]}


def world(tree: Tree, clock: Clock, root: str, year: int) -> World | None:
    """The unit of that code and all below it in the year, by code and time; None where nobody bore the code then."""
    found: dict[tuple[str, str], list[tuple[Unit, int, int, bool]]] = {}
    covers: list[tuple[int, int]] = []
    spelt = root
    for first, last in _spans(tree, year):
        snapshot = tree.on(first)
        bearer = tree.bearer(root, first)
        if bearer is None:
            continue
        spelt = bearer.code
        days = first.toordinal(), last.toordinal()
        if covers and covers[-1][1] == days[0] - 1:
            covers[-1] = covers[-1][0], days[1]
        else:
            covers.append(days)
        for code in (bearer.code, *snapshot.below(bearer.code)):
            unit = snapshot.units[code]
            takes = unit.tier in SETTLES or not snapshot.children(code)
            found.setdefault((code, unit.identity), []).append((unit, *days, takes))
    stands = [stand for pieces in found.values() for stand in _joined(tree, spelt, pieces) if _works(clock, stand)]
    stands.sort(key=lambda stand: (stand.unit.code, stand.first))
    if not any(stand.unit.code == spelt for stand in stands):
        return None
    return World(tree=tree, clock=clock, root=spelt, year=year, stands=tuple(stands), covers=tuple(covers))


def _works(clock: Clock, stand: Stand) -> bool:
    least, most = stand.days(clock)
    return least <= most


def _spans(tree: Tree, year: int) -> Iterator[tuple[date, date]]:
    """The year cut at the days on which the tree changes."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    begins = [first, *(day for day in tree.days_of_change if first < day <= last)]
    for begin, following in zip(begins, [*begins[1:], date(year + 1, 1, 1)], strict=True):
        yield begin, following - timedelta(days=1)


def _joined(tree: Tree, root: str, pieces: list[tuple[Unit, int, int, bool]]) -> Iterator[Stand]:
    """The pieces of one unit under one code, those that touch as one."""
    at = 0
    while at < len(pieces):
        upto = at
        while upto + 1 < len(pieces) and pieces[upto + 1][1] == pieces[upto][2] + 1:
            upto += 1
        unit, first = pieces[at][0], pieces[at][1]
        without_day = tree.look_up(unit.code, None)
        yield Stand(
            unit=unit,
            first=first,
            last=pieces[upto][2],
            carries=_carried(tree, root, unit, date.fromordinal(first)),
            keeps_code=without_day is not None and without_day[0].identity == unit.identity,
            takes_dossiers=any(piece[3] for piece in pieces[at : upto + 1]),
        )
        at = upto + 1


def _carried(tree: Tree, root: str, unit: Unit, first: date) -> bool:
    """Whether it begins with the year and its stretch stood under the root, unchanged, for weeks before."""
    if (first.month, first.day) != (1, 1):
        return False
    before = first - _CARRIED
    changed = any(before < day <= first for day in tree.days_of_change)
    above = tree.on(before).above(unit.code)
    return not changed and unit.stands(before) and (unit.code == root or root in above)
