"""The values of options: periods, days, moments, numbers, texts. Each refuses in Vietnamese what it does not fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from chitieu import period as periods
from chitieu.period import FIRST_YEAR, LAST_YEAR, Period
from chitieu.problem import Problem
from chitieu.toml import unlawful
from chitieu.words import say

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FORMATS = ("table", "json", "csv")
LONGEST = 2000
"""Characters a text of the command line may have, as one of an act."""

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-].{5})?)?")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def read_moment(text: str) -> datetime | None:
    """A moment of the years 1990–2100 in ISO 8601, local where it has no offset; None for anything else."""
    if _MOMENT.fullmatch(text) is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        local = moment.astimezone(ZONE) if moment.tzinfo else moment.replace(tzinfo=ZONE)
    except (ValueError, OverflowError):
        return None
    return local if FIRST_YEAR <= local.year <= LAST_YEAR else None


class PeriodType(click.ParamType[Period]):
    """A period by its name."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        found = value if isinstance(value, Period) else periods.read(str(value))
        if isinstance(found, Problem):
            self.fail(found.sentence, param, ctx)
        return found


class DayType(click.ParamType[date]):
    """A day as `YYYY-MM-DD`."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        found = value if isinstance(value, date) else periods.read_day(str(value))
        if found is None:
            self.fail(say("cli.bad-day", given=str(value)), param, ctx)
        return found


class MomentType(click.ParamType[datetime]):
    """A moment, ISO 8601; without an offset it is local."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        found = value if isinstance(value, datetime) else read_moment(str(value))
        if found is None:
            self.fail(say("cli.bad-moment", given=str(value)), param, ctx)
        return found


class NumberType(click.ParamType[int]):
    """The number of a delivery: ASCII digits, from 1."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if re.fullmatch(r"0*[1-9][0-9]{0,17}", str(value)) is None:
            self.fail(say("cli.bad-number", given=str(value)), param, ctx)
        return int(value)


class TextType(click.ParamType[str]):
    """A text that enters an act, a list or a register: of one line, in NFC, without invisible characters."""

    name = "text"

    def __init__(self, *, may_be_empty: bool = False) -> None:
        self._may_be_empty = may_be_empty

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = unicodedata.normalize("NFC", str(value)).strip()
        if not text and not self._may_be_empty:
            self.fail(say("cli.empty-text"), param, ctx)
        if (character := unlawful(text)) is not None:
            self.fail(say("cli.unlawful-text", character=character), param, ctx)
        if len(text) > LONGEST:
            self.fail(say("cli.long-text", limit=LONGEST), param, ctx)
        return text


def format_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--format table|json|csv`."""
    return click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=say("cli.format"))(
        function
    )


def period_option(*, required: bool = False) -> Decorator:
    """`--period P`."""
    return click.option(
        "--period", type=PeriodType(), required=required, metavar=say("cli.period-metavar"), help=say("cli.period")
    )


def day_option(name: str, key: str) -> Decorator:
    """An option that is a day."""
    return click.option(name, type=DayType(), metavar=say("cli.day-metavar"), help=say(key))


def text_option(name: str, *called: str, metavar: str, key: str, **more: Any) -> Decorator:
    """An option that is a text, which may not be empty."""
    return click.option(name, *called, type=TextType(), metavar=say(metavar), help=say(key), **more)
