"""Cells become values: whole numbers, days and moments, as people and systems of the country write them.

Knows no column and no file. Refuses whatever could be read two ways: a number is ASCII digits and
nothing else, a year lies in 1990–2100, and nothing is ever a float.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from chitieu.toml import unlawful

LOCAL = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh in every year accepted here: +07:00 without summer time since 13/06/1975."""

YEARS = range(1990, 2101)
LARGEST = 10**18 - 1
"""The largest count: eighteen digits, so that a sum over any tree of units stays exact in 64 bits where stored."""

_DIGITS = re.compile(r"[0-9]+")
_NEGATIVE = re.compile(r"[-−–][0-9]+")
_NOTHING = re.compile(r"[0\-/:T\s]*")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})")
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_SLASHED = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})(?: ([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_PERCENT = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")


def unlawful_in(cell: str) -> str | None:
    """The first control, format or bidirectional character as `U+XXXX`, or None."""
    return None if cell.isprintable() else unlawful(cell)


def integer(cell: str) -> int | str:
    """A whole number, not negative; else the code of what is wrong with it."""
    if _DIGITS.fullmatch(cell):
        return int(cell) if len(cell) <= 18 else "RECORD-NUMBER-LARGE"
    return "RECORD-NEGATIVE" if _NEGATIVE.fullmatch(cell) else "RECORD-NOT-WHOLE"


def is_no_moment(cell: str) -> bool:
    """Whether a cell of a day or moment is empty: nothing, or only zeros and marks between them."""
    return _NOTHING.fullmatch(cell) is not None


def moment(cell: str) -> datetime | None:
    """Local time in whole seconds, without zone, fractions cut; a day alone is its start; None for no date.

    `yyyyMMddHHmmss`, ISO 8601, `dd/MM/yyyy[ HH:mm[:ss]]`, serials of a spreadsheet.
    """
    if found := _COMPACT.fullmatch(cell):
        return _moment(*found.groups())
    if found := _ISO.fullmatch(cell):
        *parts, offset = found.groups()
        return _moment(*parts, offset=offset)
    if found := _SLASHED.fullmatch(cell):
        day, month, year, *clock = found.groups()
        return _moment(year, month, day, *clock)
    if _SERIAL.fullmatch(cell):
        # A spreadsheet keeps a moment as a binary fraction of a day; to the millisecond it is what was typed.
        milliseconds = int((Decimal(cell) * 86_400_000).to_integral_value())
        return _in_range(datetime(1899, 12, 30) + timedelta(seconds=milliseconds // 1000))
    return None


def day(cell: str) -> date | None:
    """The local day of a cell, or None for no date."""
    at = moment(cell)
    return at.date() if at is not None else None


def _moment(
    year: str,
    month: str,
    day: str,
    hour: str | None,
    minute: str | None,
    second: str | None,
    *,
    offset: str | None = None,
) -> datetime | None:
    try:
        at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        if offset:
            away = offset.replace(":", "")
            zone = timedelta() if offset == "Z" else timedelta(hours=int(away[1:3]), minutes=int(away[3:5]))
            at = at.replace(tzinfo=timezone(-zone if away[0] == "-" else zone)).astimezone(LOCAL).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return _in_range(at)


def _in_range(at: datetime) -> datetime | None:
    return at if at.year in YEARS else None


def percent_of(numerator: int, denominator: int, published: str) -> tuple[bool, str] | None:
    """Whether n/d, rounded half up to the published number of decimals, gives what was published, and what it gives.

    None where d is 0 or the published text is no percentage. Reckoned in integers.
    """
    found = _PERCENT.fullmatch(published)
    if not found or denominator == 0 or len(published) > 40:
        return None
    whole, fraction = found[1], found[2] or ""
    scale = 100 * 10 ** len(fraction)
    reckoned = (2 * numerator * scale + denominator) // (2 * denominator)
    digits = str(reckoned).rjust(len(fraction) + 1, "0")
    shown = digits if not fraction else f"{digits[: -len(fraction)]},{digits[-len(fraction) :]}"
    return reckoned == int(whole + fraction), shown


def local(at: datetime) -> datetime:
    """A given moment as stored: local, without zone, whole seconds."""
    there = at.astimezone(LOCAL).replace(tzinfo=None) if at.tzinfo is not None else at
    return there.replace(microsecond=0)
