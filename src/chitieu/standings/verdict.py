"""Verdict: whether a figure reaches its level, and the mark and the words that say so.

Compares integers only, never a rounded figure. Refuses to know periods: whether a
comparison is final is decided where the period and the day are known.
"""

from __future__ import annotations

from typing import Literal

from chitieu.acts.level import Level
from chitieu.words import say

Verdict = Literal["met", "not_met", "meeting", "missing", "not_judged", "not_applicable", "no_data", "not_assigned"]

COMPARED: frozenset[Verdict] = frozenset({"met", "not_met", "meeting", "missing"})
"""The verdicts that come from a comparison: only these have headroom and a rank."""


def reached(level: Level, numerator: int, denominator: int | None) -> bool:
    """Whether n of d (a count: n alone; a duty: n of its d cycles) is what the level asks.

    A per cent is compared as n · 100 · q against p · d; days with a denominator are days per
    record. `by` and `none` cannot be compared: asking is an error of ours. d = 0 is for the caller to ask first.
    """
    if level.operator in ("by", "none"):
        raise ValueError(f"a level with {level.operator} is not compared with a figure")
    if denominator is None and level.measure in ("percent", "duty"):
        raise ValueError(f"a figure in {level.measure} has a denominator")
    if level.operator == "regular":
        return numerator == denominator
    figure, asked = numerator * level.denominator, level.numerator
    if level.measure == "percent":
        figure *= 100
    if denominator is not None and level.measure != "count":
        asked *= denominator
    if level.operator == ">=":
        return figure >= asked
    return figure <= asked if level.operator == "<=" else figure == asked


def words(verdict: Verdict, *, duty: bool, none_for_tier: bool) -> str:
    """The verdict in words, without its mark. `none_for_tier`: the act itself says that nothing is given."""
    if verdict == "not_assigned" and none_for_tier:
        return say("verdict.none_for_tier.words")
    if duty and verdict in ("met", "not_met"):
        return say(f"verdict.{verdict}.duty")
    return say(f"verdict.{verdict}.words")


def mark(verdict: Verdict, *, none_for_tier: bool = False) -> str:
    """The one character before the words, so that colour never stands alone."""
    return say(f"verdict.{'none_for_tier' if verdict == 'not_assigned' and none_for_tier else verdict}.mark")
