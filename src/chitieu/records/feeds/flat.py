"""Our own flat columns, as CSV, XLSX, JSON or Parquet; with a mapping, a table that calls them something else.

Lists stand in their cell as JSON. Knows only names: a column that a kind does not have is not read.
"""

from __future__ import annotations

from chitieu.language.sql import quoted
from chitieu.problem import Problem, Weight, problem
from chitieu.records.feeds import JSON_ROWS, Relation
from chitieu.records.kind import Kind
from chitieu.records.mapping import DAYS, Mapping
from chitieu.records.opened import Opened, literal

SOURCE = "file"
OF_A_QUARANTINE = ("row", "why")
"""Columns a printed quarantine has beside those of its rows: what was corrected in it is sent again as it is."""
TABLE = "table_rows"
"""What the query calls the rows of a table."""


def fits(kind: Kind, opened: Opened, mapping: Mapping) -> int:
    """Columns of ours that are there."""
    return len(_ours(kind, opened, mapping))


def relation(kind: Kind, opened: Opened, mapping: Mapping, *, is_lenient: bool) -> Relation | Problem:
    """Every row, its columns under our names."""
    ours = _asked(kind, opened, mapping)
    if (missing := _missing(kind, opened, ours)) is not None:
        return missing
    cells = ", ".join(
        f"{_cell(own, quoted_name(foreign), mapping)} AS {quoted_name(own)}" for own, foreign in ours.items()
    )
    is_table = opened.form == "table"
    rows = JSON_ROWS
    if not opened.is_json:
        rows = TABLE if is_table else _parquet(opened, tuple(ours.values()))
    own = ", row, fault" if is_table else ", row" if opened.form == "parquet" else ""
    known = {*ours.values(), *mapping.ignored, *kind.personal, *OF_A_QUARANTINE}
    return Relation(
        query=f"SELECT {cells}{own} FROM {rows}",
        columns=tuple(ours),
        read=opened.records(dict.fromkeys(ours.values(), "VARCHAR")) if opened.is_json else "",
        names={name: foreign for name, foreign in ours.items() if name != foreign},
        wanted=tuple(ours.values()) if is_table else (),
        has_row=bool(own),
        has_fault=is_table,
        unread=tuple(name for name in opened.columns if name not in known),
    )


def quoted_name(name: str) -> str:
    """The name of a column in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _ours(kind: Kind, opened: Opened, mapping: Mapping) -> dict[str, str]:
    """Our columns that are there, with the name each has in the file. A mapping goes before the name itself."""
    mapped = {own: foreign for foreign, own in mapping.columns.items() if foreign in opened.columns}
    found = {column.name: mapped.get(column.name, column.name) for column in kind.columns}
    return {own: foreign for own, foreign in found.items() if foreign in opened.columns}


def _asked(kind: Kind, opened: Opened, mapping: Mapping) -> dict[str, str]:
    """The columns that are asked for. A later record of JSON may have one that the first have not."""
    ours = _ours(kind, opened, mapping)
    if not opened.is_json:
        return ours
    mapped = {own: foreign for foreign, own in mapping.columns.items()}  # one of them, where several may be
    return {column.name: ours.get(column.name) or mapped.get(column.name, column.name) for column in kind.columns}


def _missing(kind: Kind, opened: Opened, ours: dict[str, str]) -> Problem | None:
    needed = [*kind.key, "unit"] if "dossier_id" not in kind.key else list(kind.key)
    absent = [name for name in dict.fromkeys(needed) if name not in ours]
    if not absent or opened.is_json:  # what the first records of JSON have not, later ones may have
        return None
    return problem(
        "RECORD-COLUMN-MISSING",
        file=opened.file,
        weight=Weight.UNREADABLE,
        columns=", ".join(absent),
        given=", ".join(opened.columns)[:200],
    )


def _cell(own: str, foreign: str, mapping: Mapping) -> str:
    if own in mapping.days:
        pattern, written = DAYS[mapping.days[own]]
        foreign = f"regexp_replace(tidy({foreign}), {quoted(pattern)}, {quoted(written)})"
    if own in mapping.values:
        whens = " ".join(f"WHEN {quoted(code)} THEN {quoted(ours)}" for code, ours in mapping.values[own].items())
        return f"CASE tidy({foreign}) {whens} ELSE {foreign} END"
    return foreign


def _parquet(opened: Opened, columns: tuple[str, ...]) -> str:
    """The rows of a Parquet file as texts: times as we write them, whole numbers without a point, lists as JSON."""
    from pyarrow import parquet, types

    schema = parquet.ParquetFile(opened.path, pre_buffer=False).schema_arrow
    cells = []
    for name in columns:
        kind, column = schema.field(name).type, quoted_name(name)
        if types.is_timestamp(kind) and kind.tz is not None:
            column = f"timezone('Asia/Ho_Chi_Minh', {column})"
        elif types.is_floating(kind):
            whole = f"{column} = trunc({column}) AND abs({column}) < {2**53}"
            column = (
                f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
            )
        elif types.is_nested(kind):
            column = f"to_json({column})"
        cells.append(f"CAST({column} AS VARCHAR) AS {quoted_name(name)}")
    source = f"read_parquet({literal(opened.path)}, file_row_number = true, hive_partitioning = false)"
    return f"(SELECT {', '.join(cells)}, file_row_number + 1 AS row FROM {source})"
