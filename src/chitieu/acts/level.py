"""Level: the one short text that says how much is asked; read, written, said, compared.

Knows what ">= 97,5 %" means and which of two levels asks more. Refuses to know figures,
units of administration and acts; a text it cannot read becomes a problem that says what to write.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, get_args

from chitieu.problem import Problem, problem
from chitieu.words import say as sentence

Operator = Literal[">=", "<=", "=", "by", "regular", "none"]
Measure = Literal["percent", "count", "days", "day", "duty", "none"]

WHOLE_DIGITS = 9
DECIMAL_DIGITS = 6

_SUFFIX: dict[str, str] = {"percent": " %", "count": "", "days": " days"}
_MEASURE_OF_SUFFIX: dict[str, Measure] = {"%": "percent", "": "count", "days": "days"}
_OPERATOR_OF_SIGN: dict[str, Operator] = {">=": ">=", "≥": ">=", "<=": "<=", "≤": "<=", "=": "="}
_SIGN: dict[str, str] = {">=": "≥", "<=": "≤", "=": "="}
_CANONICAL = re.compile(rf"(0|[1-9][0-9]{{0,{WHOLE_DIGITS - 1}}})(\.[0-9]{{1,{DECIMAL_DIGITS}}})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What is asked. Two levels are equal when they are written alike; `satisfies` compares what they ask.

    `digits` is the number as it was written, with a point and no leading zeros ("97.50"); empty
    for `by`, `regular` and `none`. `day` is set for `by` alone. An incoherent level is an error of ours.
    """

    operator: Operator
    digits: str = ""
    measure: Measure
    day: date | None = None

    def __post_init__(self) -> None:
        alone: dict[str, str] = {"by": "day", "regular": "duty", "none": "none"}
        if self.operator in alone:
            coherent = self.measure == alone[self.operator] and self.digits == ""
        else:
            coherent = (
                self.operator in get_args(Operator)
                and self.measure in _SUFFIX
                and _CANONICAL.fullmatch(self.digits) is not None
                and (self.measure != "percent" or self.numerator <= 100 * self.denominator)
            )
        if not coherent or (self.day is not None) != (self.operator == "by"):
            raise ValueError(f"no such level: {self.operator} {self.digits} {self.measure} {self.day}")

    @property
    def numerator(self) -> int:
        """The number asked, times `denominator`. Only a level with a number has one."""
        if not self.digits:
            raise ValueError(f"a level with {self.operator} has no number")
        return _parsed(self.digits)[0]

    @property
    def denominator(self) -> int:
        """10 to the power of `decimals`."""
        return _parsed(self.digits)[1]

    @property
    def decimals(self) -> int:
        """How many digits were written after the mark."""
        return _parsed(self.digits)[2]

    @property
    def is_none(self) -> bool:
        """Whether the act says that nothing is given."""
        return self.operator == "none"


@cache
def _parsed(digits: str) -> tuple[int, int, int]:
    """Numerator, denominator and decimals of a number as written."""
    decimals = len(digits.partition(".")[2])
    return int(digits.replace(".", "") or "0"), 10**decimals, decimals


# Reading

_SHORTHAND: dict[str, str] = {
    "x": "LEVEL-CROSS",
    "-": "LEVEL-DASH",
    "–": "LEVEL-DASH",
    "—": "LEVEL-DASH",
    "−": "LEVEL-DASH",
    "không": "LEVEL-DASH",
    "không giao": "LEVEL-DASH",
    "tx": "LEVEL-REGULAR",
    "thường xuyên": "LEVEL-REGULAR",
    "nhiệm vụ thường xuyên": "LEVEL-REGULAR",
}
_SPOKEN: dict[str, str] = {
    "tối thiểu": ">=",
    "ít nhất": ">=",
    "không thấp hơn": ">=",
    "không dưới": ">=",
    "tối đa": "<=",
    "không quá": "<=",
    "không vượt quá": "<=",
}
_RANK = re.compile(r"\b(top|tốp|nhóm|hạng|xếp loại|thứ hạng|rank)\b")
_TIER_WORDS = "xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh|sở|cơ quan|đơn vị"
_SUM = re.compile(rf"[<>=≤≥ ]*[0-9][0-9.,]* ?({_TIER_WORDS}|communes?|districts?|departments?|units?)\b.*")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WRITTEN_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_NUMBER = re.compile(r"([<>=≤≥≦≧!~]*(?: [<>=]+)?) ?([-−+]?) ?([0-9][0-9.,]*) ?(.*)")
_DAY_AND_MONTH = re.compile(r"(0?[1-9]|[12][0-9]|3[01])\.(0?[1-9]|1[0-2])")


def read(text: object) -> Level | Problem:
    """The level that a cell or value of any door holds, or a problem without place that says what to write.

    Only text can be a level. A number, a moment, an empty cell or a truth value is refused:
    what a spreadsheet or TOML made of it is not what somebody signed.
    """
    if text is None:
        return problem("LEVEL-EMPTY")
    if isinstance(text, date):
        return problem("LEVEL-DATE", day=text.isoformat()[:10])
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return problem("LEVEL-BARE", said=_number_said(text))
    if not isinstance(text, str):
        return problem("LEVEL-MALFORMED")
    if any(unicodedata.category(character)[0] == "C" for character in text):
        return problem("LEVEL-CHARACTER")
    said = " ".join(unicodedata.normalize("NFC", text).split()).lower()
    if not said:
        return problem("LEVEL-EMPTY")
    if any(character.isdigit() and not character.isascii() for character in said):
        return problem("LEVEL-DIGITS")
    if said == "regular":
        return Level(operator="regular", measure="duty")
    if said == "none":
        return Level(operator="none", measure="none")
    if said in _SHORTHAND:
        return problem(_SHORTHAND[said])
    if _RANK.search(said):
        return problem("LEVEL-RANK")
    if _SUM.fullmatch(said):
        return problem("LEVEL-SUM")
    if said.startswith("by "):
        return _read_day(said.removeprefix("by "))
    if (found := _day_in(said)) is not None:
        return problem("LEVEL-DATE", day=found.isoformat())
    for spoken, operator in _SPOKEN.items():
        if said.startswith(spoken + " "):
            return problem("LEVEL-SPOKEN", spoken=spoken, operator=operator)
    return _read_number(said)


def _number_said(number: int | float) -> str:
    # A whole number of thousands of digits cannot be written out, and need not be.
    return str(number).replace(".", ",") if isinstance(number, float) or abs(number) < 10**18 else "…"


def _day_in(text: str) -> date | None:
    if found := _ISO_DAY.fullmatch(text):
        year, month, day = found.groups()
    elif found := _WRITTEN_DAY.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _read_day(said: str) -> Level | Problem:
    day = _day_in(said)
    if day is None:
        return problem("LEVEL-DAY")
    if not _ISO_DAY.fullmatch(said):
        return problem("LEVEL-DAY-ORDER", day=day.isoformat())
    return Level(operator="by", measure="day", day=day)


def _read_number(said: str) -> Level | Problem:
    found = _NUMBER.fullmatch(said)
    if found is None:
        return problem("LEVEL-MALFORMED")
    sign, minus, number, suffix = found.groups()
    refused = _refused_number(number)
    if refused is not None:
        return refused
    if not sign:
        return _bare(number, suffix)
    if sign not in _OPERATOR_OF_SIGN:
        return problem("LEVEL-OPERATOR", sign=sign[:8])
    if suffix == "ngày":
        return problem("LEVEL-DAYS", operator=_OPERATOR_OF_SIGN[sign], said=number)
    if suffix not in _MEASURE_OF_SUFFIX:
        return problem("LEVEL-SUFFIX", suffix=suffix[:20])
    whole, _, decimals = number.replace(",", ".").partition(".")
    digits = (whole.lstrip("0") or "0") + ("." + decimals if decimals else "")
    measure = _MEASURE_OF_SUFFIX[suffix]
    if measure == "percent" and (minus in ("-", "−") or int(whole + decimals) > 100 * 10 ** len(decimals)):
        return problem("LEVEL-PERCENT")
    if minus:
        return problem("LEVEL-NUMBER")
    return Level(operator=_OPERATOR_OF_SIGN[sign], digits=digits, measure=measure)


def _refused_number(number: str) -> Problem | None:
    parts = re.split("[.,]", number)
    if len(parts) > 2 or not parts[-1]:
        return problem("LEVEL-NUMBER")
    whole, decimals = parts[0], parts[1] if len(parts) == 2 else ""
    if len(whole) > WHOLE_DIGITS or len(decimals) > DECIMAL_DIGITS:
        return problem("LEVEL-LONG", whole=WHOLE_DIGITS, decimals=DECIMAL_DIGITS)
    if "." in number and len(decimals) == 3:
        # "1.234" is one thousand to a Vietnamese reader and one and a bit to a machine.
        return problem("LEVEL-AMBIGUOUS", decimal=number.replace(".", ","), thousand=number.replace(".", ""))
    return None


def _bare(number: str, suffix: str) -> Problem:
    if not suffix and _DAY_AND_MONTH.fullmatch(number):
        day, month = number.split(".")
        return problem("LEVEL-BARE-OR-DAY", said=number.replace(".", ","), day=f"{day}/{month}")
    if suffix == "%":
        return problem("LEVEL-BARE-PERCENT", said=number.replace(".", ","))
    return problem("LEVEL-BARE", said=number.replace(".", ","))


# Writing and saying


def write(level: Level) -> str:
    """The text of acts: what `read` reads back to the same level, with a comma before the decimals."""
    if level.day is not None:
        return f"by {level.day.isoformat()}"
    if not level.digits:
        return level.operator
    return f"{level.operator} {level.digits.replace('.', ',')}{_SUFFIX[level.measure]}"


def say(level: Level) -> str:
    """The level for a person, as an office writes it; the decimals are those that were written."""
    if level.day is not None:
        day = level.day
        return sentence("level.by", day=f"{day.day:02d}/{day.month:02d}/{day.year:04d}")
    if not level.digits:
        return sentence(f"level.{level.operator}")
    whole, _, decimals = level.digits.partition(".")
    number = f"{int(whole):,}".replace(",", ".") + ("," + decimals if decimals else "")
    return sentence(f"level.{level.measure}", sign=_SIGN[level.operator], number=number)


def value_text(level: Level) -> str | None:
    """The value for machines: the decimal as written, with a point; of `by` the day; of the others nothing."""
    return level.day.isoformat() if level.day is not None else level.digits or None


# Comparing


def fits(level: Level, unit: str) -> bool:
    """Whether an indicator with this unit of measure can be given the level. `none` fits them all."""
    if level.is_none:
        return True
    if unit == "duty":
        counted = level.operator == ">=" and level.measure == "count" and level.numerator % level.denominator == 0
        return level.operator in ("regular", "by") or counted
    return level.measure == unit


def satisfies(value: Level, floor: Level) -> bool | None:
    """Whether `value` asks at least what `floor` asks; nothing where the two cannot be compared.

    Only True lets a value through. A floor of `none` asks nothing; a value of `none` satisfies no floor.
    """
    if floor.is_none or value.is_none:
        return floor.is_none
    if floor.operator == "regular":
        if value.operator == "regular":
            return True
        # practice.md W2: a regular duty may be made "at least k times", it may not be dropped.
        return value.numerator >= value.denominator if value.operator == ">=" and value.measure == "count" else None
    if value.measure != floor.measure:
        return None
    if value.day is not None and floor.day is not None:
        return value.day <= floor.day
    asked, least = value.numerator * floor.denominator, floor.numerator * value.denominator
    if floor.operator == "=":
        if value.operator == "=":
            return asked == least
        falls_short = asked < least if value.operator == ">=" else asked > least
        return False if falls_short else None
    if value.operator not in (floor.operator, "="):
        return None
    return asked >= least if floor.operator == ">=" else asked <= least


def more_demanding(first: Level, second: Level) -> Level:
    """The one of two levels of the same operator that asks more; the first where neither does."""
    if first.operator != second.operator:
        raise ValueError(f"{first.operator} and {second.operator} are two targets, not two levels of one")
    return second if satisfies(second, first) and not satisfies(first, second) else first


def against(level: Level, better: str) -> bool:
    """Whether the operator asks for the worse: `<=` where higher is better, `>=` where lower is."""
    return (level.operator, better) in ((">=", "lower"), ("<=", "higher"))
