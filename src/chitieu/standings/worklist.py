"""The open records behind a target, most urgent first, each with what it does to the figure when met and when missed.

Is handed prospects and a standing. Counts in integers, estimates nothing; refuses to know where records are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from chitieu.measures.fate import Fate
from chitieu.measures.fetching import SEPARATOR
from chitieu.measures.prospects import Prospect
from chitieu.period import WorkingDays
from chitieu.standings.headroom import Headroom, headroom
from chitieu.standings.standing import Standing
from chitieu.standings.verdict import COMPARED

Urgency = Literal["soon", "late", "due", "waiting", "lacking", "unknown"]
ORDER: tuple[Urgency, ...] = ("soon", "late", "due", "waiting", "lacking", "unknown")
"""Most urgent first: due within three working days, past and still open, due later, open without a deadline, closed
without a document, with an empty cell."""
SOON = 3
"""Working days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """n and d of the target with the record at this fate, and the headroom then; both None where there is no figure."""

    fate: Fate
    numerator: int | None = None
    denominator: int | None = None
    headroom: Headroom | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One open record. `key` is that of its kind; `days_left` counts working days after the day asked, the last too.

    `days_left` is negative for a deadline that is past, None without one.
    """

    key: tuple[str, ...]
    unit: str
    prospect: Prospect
    urgency: Urgency
    days_left: int | None
    met: Effect
    missed: Effect

    @property
    def at_stake(self) -> bool:
        """Whether meeting and missing differ for the figure."""
        return self.met.fate != self.missed.fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """The first items of a target and how many open records there are, by urgency."""

    items: tuple[Item, ...]
    counts: Mapping[Urgency, int]

    @property
    def total(self) -> int:
        """All open records."""
        return sum(self.counts.values())

    @property
    def left_out(self) -> int:
        """Those beyond the items."""
        return self.total - len(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An open record before its effect is reckoned: its key, the code of its unit, its prospect."""

    key: tuple[str, ...]
    unit: str
    prospect: Prospect


def worklist(
    found: Iterable[Open], standing: Standing | None, *, as_of: date, working: WorkingDays, most: int | None
) -> Worklist:
    """The worklist of one target; without a standing, of an indicator that is not given, no figure stands beside.

    `most`: how many items; None for all.
    """
    placed = sorted(((_place(one, as_of, working), one) for one in found), key=lambda pair: _order(*pair))
    counts: dict[Urgency, int] = dict.fromkeys(ORDER, 0)
    for (urgency, _), _ in placed:
        counts[urgency] += 1
    items = [
        Item(
            key=one.key,
            unit=one.unit,
            prospect=one.prospect,
            urgency=urgency,
            days_left=days_left,
            met=effect(standing, one.prospect.now, one.prospect.met),
            missed=effect(standing, one.prospect.now, one.prospect.missed),
        )
        for (urgency, days_left), one in placed[:most]
    ]
    return Worklist(items=tuple(items), counts={urgency: count for urgency, count in counts.items() if count})


def effect(standing: Standing | None, now: Fate, then: Fate) -> Effect:
    """The figure of the standing with one record moved from one fate to another, and its headroom.

    A published or reported figure is not made of our records: nothing is said of it.
    """
    if standing is None or standing.tally.numerator is None or standing.tally.source is not None:
        return Effect(fate=then)
    tally, level = standing.tally, standing.level
    n = standing.tally.numerator + _in_n(then) - _in_n(now)
    d = None if tally.denominator is None else tally.denominator + then.in_d - now.in_d
    room = None
    if level is not None and standing.verdict in (*COMPARED, "not_applicable") and d != 0:
        room = headroom(level, n, d, fixed=standing.indicator.fixed, final=standing.final)
    return Effect(fate=then, numerator=n, denominator=d, headroom=room)


def as_json(item: Item) -> dict[str, Any]:
    """One open record: codes and numbers, the same in every language."""
    prospect = item.prospect
    return {
        "record": SEPARATOR.join(item.key),
        "unit": item.unit,
        "urgency": item.urgency,
        "deadline": None if prospect.deadline is None else prospect.deadline.isoformat(),
        "days_left": item.days_left,
        "awaits": list(prospect.awaits),
        "now": prospect.now.outcome,
        "met": _effect_json(item.met),
        "missed": _effect_json(item.missed),
    }


def _effect_json(effect: Effect) -> dict[str, Any]:
    return {
        "fate": effect.fate.outcome,
        "numerator": effect.numerator,
        "denominator": effect.denominator,
        "headroom": effect.headroom,
    }


def _place(one: Open, as_of: date, working: WorkingDays) -> tuple[Urgency, int | None]:
    prospect = one.prospect
    if prospect.deadline is None:
        return prospect.state, None
    day = prospect.deadline.date()
    left = working.count(as_of, day) if day >= as_of else -working.count(day, as_of)
    return ("soon" if prospect.state == "due" and left <= SOON else prospect.state), left


def _order(place: tuple[Urgency, int | None], one: Open) -> tuple[int, datetime, Sequence[str]]:
    return ORDER.index(place[0]), one.prospect.deadline or datetime.max, one.key


def _in_n(fate: Fate) -> int:
    return int(fate.outcome == "numerator")
