"""Form II.06a/VPCP/KSTT: its row of the total gives n and d of the reporting unit; rows by field are proved and left.

Knows the numbers of its columns, which sums they must be, and where the head says period and unit. Does not know
units: a name without a code is asked for.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from chitieu.payload import Payload, Row
from chitieu.problem import Problem, Weight, problem
from chitieu.records import values
from chitieu.records.intake import Asked, Found
from chitieu.words import say

FIELD_ROW, FORM_TEXT = "field-row", "form-text"
"""Why a row is not taken: it is about one field, or it holds no number at all."""

_DAY = r"([0-9]{1,2})(?:\s*[/.-]\s*|\s+tháng\s+)([0-9]{1,2})(?:\s*[/.-]\s*|\s+năm\s+)([0-9]{4})"
_PERIOD = re.compile(rf"từ\s+ngày\s+{_DAY}\s+đến\s+(?:hết\s+)?ngày\s+{_DAY}", re.IGNORECASE)
_UNIT = re.compile(r"đơn\s+vị\s+báo\s+cáo\s*:?([^\n]*)", re.IGNORECASE)
_CODE = re.compile(r"\(([^()\s]+)\)$|(?:^|\s)mã(?:\s+đơn\s+vị)?\s*:?\s*(\S+)$", re.IGNORECASE)
_TO_FILL_IN = " .…_:;-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form as data. `columns`: element ids by the number of their column."""

    code: str
    heads: tuple[str, ...]
    total: tuple[str, ...]
    sums: tuple[tuple[int, ...], ...]
    indicator: str
    method: str
    numerator: tuple[int, ...]
    denominator: int
    columns: Mapping[int, str]

    @property
    def counts(self) -> tuple[int, ...]:
        """The columns that hold counts: those that stand in a sum."""
        return tuple(sorted({column for sum_of in self.sums for column in sum_of}))


@cache
def form() -> Form:
    """The form of the file beside this module. A malformed one is an error of ours and fails."""
    table = tomllib.loads(files(__package__).joinpath("ii06a.toml").read_text(encoding="utf-8"))
    figure = table["figure"]
    return Form(
        code=table["code"],
        heads=tuple(table["heads"]),
        total=tuple(table["total"]),
        sums=tuple(tuple(columns) for columns in table["sums"]),
        indicator=figure["indicator"],
        method=figure["method"],
        numerator=tuple(figure["numerator"]),
        denominator=figure["denominator"],
        columns={number: name for name, number in table["column"].items()},
    )


def fits(payload: Payload) -> int:
    """The element ids that are there; all columns where the printed heads are those of the form."""
    if payload.heading:
        said = " ".join(cell for line in payload.heading for cell in line).casefold()
        known = len(payload.columns) == len(form().columns) and all(head in said for head in form().heads)
        return len(form().columns) if known else 0
    return len(set(form().columns.values()) & set(payload.columns))


def read(payload: Payload, asked: Asked) -> Iterator[Found] | Problem:
    """Every row: the total as a figure, a row that breaks a sum with what is wrong, the rest by reason."""
    names = {number: str(number) if payload.heading else name for number, name in form().columns.items()}
    if not payload.heading and (missing := payload.missing(*names.values())) is not None:
        return missing
    totals = [row.number for row in payload.rows if _is_total(row, names)]
    if not totals:
        return problem("FORM-WITHOUT-TOTAL", file=payload.file, weight=Weight.UNREADABLE)
    begins, ends = _period(payload.heading)
    if asked.period is None and not begins:
        return problem("NO-PERIOD", file=payload.file)
    if asked.captured is None:
        return problem("NO-CAPTURE", file=payload.file)
    unit, called = _unit(payload.heading)
    if not unit and not asked.unit:
        code = "FORM-UNIT-BY-NAME" if called else "FORM-WITHOUT-UNIT"
        return problem(code, file=payload.file, value=called or None)
    figure = Found(
        row=0,
        cells={},
        names={
            "numerator": _plus(_shown(names, number) for number in form().numerator),
            "denominator": _shown(names, form().denominator),
        },
        source=asked.source or form().code,
        unit=unit or asked.unit,
        indicator=form().indicator,
        method=form().method,
        begins=begins,
        ends=ends,
    )
    return (_found(row, names, totals, figure, payload.file) for row in payload.rows)


def _is_total(row: Row, names: Mapping[int, str]) -> bool:
    said = [cell.casefold().rstrip(" .:") for cell in (row.cells.get(names[1]), row.cells.get(names[2])) if cell]
    return bool(said) and said[-1] in form().total


def _shown(names: Mapping[int, str], number: int) -> str:
    """What a person calls a column: its element id, else its printed number."""
    return say("form.column", number=number) if names[number] == str(number) else names[number]


def _found(row: Row, names: Mapping[int, str], totals: list[int], figure: Found, file: str) -> Found:
    """`figure` is what the total row becomes once n and d are in it."""
    if not any(row.cells.get(names[number]) for number in form().counts):
        return Found(row=row.number, cells=row.cells, not_taken=FORM_TEXT)
    if row.fault:
        return Found(row=row.number, cells=row.cells, fault=row.fault)
    wrong = list(_wrong(row, names, file))
    if row.number not in totals:
        return Found(row=row.number, cells=row.cells, wrong=tuple(wrong), not_taken=FIELD_ROW)
    if row.number != totals[0]:
        wrong.append(problem("FORM-TOTAL-TWICE", file=file, row=row.number, first=totals[0]))
    if wrong:
        return Found(row=row.number, cells=row.cells, wrong=tuple(wrong))
    counts = {number: int(row.cells[names[number]]) for number in form().counts}
    return replace(
        figure,
        row=row.number,
        cells=row.cells,
        numerator=str(sum(counts[number] for number in form().numerator)),
        denominator=str(counts[form().denominator]),
    )


def _wrong(row: Row, names: Mapping[int, str], file: str) -> Iterator[Problem]:
    """Cells that are no counts; where all are, the sums that do not hold, with both sides."""
    counts: dict[int, int] = {}
    for number in form().counts:
        cell = row.cells.get(names[number], "")
        count = values.integer(cell) if cell else "RECORD-VALUE-MISSING"
        if isinstance(count, int):
            counts[number] = count
        else:
            yield problem(count, file=file, row=row.number, field=_shown(names, number), value=cell or None)
    if len(counts) < len(form().counts):
        return
    for whole, *parts in form().sums:
        total = sum(counts[part] for part in parts)
        if counts[whole] != total:
            yield problem(
                "FORM-IDENTITY",
                file=file,
                row=row.number,
                field=_shown(names, whole),
                identity=f"{whole} = {_plus(map(str, parts))}",
                left=str(counts[whole]),
                right=f"{_plus(str(counts[part]) for part in parts)} = {total}",
            )


def _plus(parts: Iterable[str]) -> str:
    return " + ".join(parts)


def _period(heading: tuple[tuple[str, ...], ...]) -> tuple[str, str]:
    """The first and last day as `dd/MM/yyyy`; two empty texts where the head leaves them to be filled in."""
    for line in heading:
        for cell in line:
            if said := _PERIOD.search(cell):
                day, month, year, last_day, last_month, last_year = said.groups()
                return f"{day:0>2}/{month:0>2}/{year}", f"{last_day:0>2}/{last_month:0>2}/{last_year}"
    return "", ""


def _unit(heading: tuple[tuple[str, ...], ...]) -> tuple[str, str]:
    """The code of the reporting unit and what the head calls it: in the cell of its label, else in the next one."""
    for line in heading:
        for at, cell in enumerate(line):
            if said := _UNIT.search(cell):
                after = next((beside for beside in line[at + 1 :] if beside), "")
                called = said[1].strip(_TO_FILL_IN) or after.strip(_TO_FILL_IN)
                coded = _CODE.search(called)
                code = (coded[1] or coded[2]) if coded else "" if " " in called else called
                return code, called
    return "", ""
