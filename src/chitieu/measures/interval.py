"""Wilson's score interval at 95 %: between which shares the whole may lie, when only some were asked.

Decimal arithmetic, printed to two decimals of a percent; a figure of fewer than thirty answers is flagged.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

Z_SQUARED = Decimal("3.841458820694124")
"""The square of 1,959964, the 97,5 % point of the normal distribution."""
FEW = 30
"""Answers below which the page says that they are few (indicators.md, 8)."""

_PRECISE = Context(prec=30)


def wilson(n: int, d: int) -> tuple[str, str] | None:
    """The lower and upper end in percent, as decimal texts; None without answers."""
    if d <= 0:
        return None
    context = _PRECISE
    share = context.divide(Decimal(n), Decimal(d))
    spread = context.divide(Z_SQUARED, Decimal(d))
    root = context.sqrt(spread * (4 * share * (1 - share) + spread))
    width = 2 + 2 * spread
    ends = (2 * share + spread - root, 2 * share + spread + root)
    low, high = (_percent(context.divide(end, width)) for end in ends)
    return low, high


def _percent(share: Decimal) -> str:
    bounded = min(max(share, Decimal(0)), Decimal(1))
    return str((bounded * 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
