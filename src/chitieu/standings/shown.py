"""Shown: a figure as people read it, rounded so that it never answers the target otherwise than the exact one.

Knows integers and one level; refuses to know verdicts and languages (figures are Vietnamese in all of them).
"""

from __future__ import annotations

from chitieu.acts.level import Level
from chitieu.standings.verdict import reached
from chitieu.words import say

LEAST_DECIMALS = 2


def number(value: int) -> str:
    """A whole number with dots between thousands: 1.234."""
    return f"{value:,}".replace(",", ".")


def shown(numerator: int | None, denominator: int | None, level: Level | None, unit: str) -> str | None:
    """The figure in the unit of its indicator; nothing where there is no figure.

    `level` is the target it is compared with: it gives the decimals where it has more than two
    and the side on which to round. Without one the figure is rounded half up.
    """
    if numerator is None:
        return None
    if unit == "count":
        return number(numerator)
    if unit == "days" and denominator is None:
        return say("shown.days", number=number(numerator))
    if unit not in ("percent", "duty", "days") or denominator is None:
        return None
    if denominator == 0:
        return say("shown.empty")
    if unit == "duty":
        return f"{number(numerator)}/{number(denominator)}"
    if level is not None and level.measure != unit:
        level = None
    written = _rounded(numerator, denominator, level, 100 if unit == "percent" else 1)
    return f"{written} %" if unit == "percent" else say("shown.days", number=written)


def _rounded(numerator: int, denominator: int, level: Level | None, times: int) -> str:
    decimals = LEAST_DECIMALS if level is None else max(LEAST_DECIMALS, level.decimals)
    steps = 10**decimals
    exact = numerator * times * steps
    half_up = (2 * exact + denominator) // (2 * denominator)
    if level is not None and reached(level, half_up, times * steps) != reached(level, numerator, denominator):
        # The target lies on a step, so the other neighbour of the exact figure is on its side of the target.
        below = exact // denominator
        half_up = below if half_up > below else below + 1
    whole, rest = divmod(half_up, steps)
    return f"{number(whole)},{rest:0{decimals}d}"
