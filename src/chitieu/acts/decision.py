"""Decision, Line: what a signed act says, as an object. Knows no other act, no unit and no day but its own.

Four kinds share one shape: a decision (which may replace another), a cascade under it, an
amendment and an annulment. Text becomes an object in `reading`, an object text in `writing`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from chitieu.acts.level import Level
from chitieu.acts.names import fold
from chitieu.period import Period, say_day
from chitieu.words import say

Kind = Literal["decision", "cascade", "amendment", "annulment"]
NotBelow = Literal["tier", "own", "both"]
KINDS: tuple[Kind, ...] = ("decision", "cascade", "amendment", "annulment")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActName:
    """The three parts of an act's name: `194/QĐ-UBND` exists every year in every province."""

    issuer: str
    number: str
    issued_on: date

    @property
    def key(self) -> tuple[str, str, date]:
        """What two spellings of one name have in common."""
        return fold(self.issuer), fold(self.number), self.issued_on

    def __str__(self) -> str:
        return f"{self.number}@{self.issued_on}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of an act: an indicator and the levels it gives to tiers and to named units."""

    row: int
    indicator: str
    wording: str | None = None
    method: str | None = None
    tiers: tuple[tuple[str, Level], ...] = ()
    units: tuple[tuple[str, Level], ...] = ()
    scope: Literal["own", "subtree"] | None = None
    monitor: str | None = None
    report_by: str | None = None
    evidence: str | None = None
    when_empty: Literal["not_applicable", "met"] | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The order to hand on: from which tier to which, and what the values may not be below."""

    from_tier: str
    to_tier: str
    not_below: NotBelow = "tier"
    wording: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An act of any kind, as written. `applies` is None where it is another act's to say."""

    name: ActName
    kind: Kind
    title: str
    in_force: date
    applies: Period | None = None
    calendar: Literal["civil", "report"] = "civil"
    signed_as: str | None = None
    basis: tuple[str, ...] = ()
    answers_to: str | None = None
    counts: tuple[tuple[str, int], ...] = ()
    source: str | None = None
    illustration: bool = False
    orders: tuple[Order, ...] = ()
    lines: tuple[Line, ...] = ()
    under: ActName | None = None
    amends: ActName | None = None
    annuls: ActName | None = None
    replaces: ActName | None = None
    cascades: Literal["end", "keep"] = "end"
    year_judged_by: Literal["last-day", "first-day"] = "last-day"

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers its lines name, each once, in order of appearance."""
        return tuple(dict.fromkeys(tier for line in self.lines for tier, _ in line.tiers))

    @property
    def given_tiers(self) -> tuple[str, ...]:
        """The tiers to which one of its lines gives a level."""
        return tuple(dict.fromkeys(tier for line in self.lines for tier, level in line.tiers if not level.is_none))

    def judging(self, period: Period) -> Decision:
        """The same act as if it applied to `period` and took no other's place: a draft tried on results behind it."""
        return replace(self, applies=period, in_force=period.first, replaces=None, cascades="end")


def say_name(name: ActName) -> str:
    """`194/QĐ-UBND ngày 23/01/2024`."""
    return say("act.name", number=name.number, day=say_day(name.issued_on))


def say_kind(decision: Decision) -> str:
    """What a person calls the act: Quyết định, Văn bản giao tiếp, …"""
    return say(f"act.kind.{decision.kind}")
