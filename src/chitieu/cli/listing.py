"""A listing as a table at the terminal, as JSON or as CSV. Knows columns and widths, nothing of what they mean."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import click

from chitieu.acts.handing import as_csv
from chitieu.words import say, visible

WIDEST = 160
NARROWEST = 60
USUAL = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its key, its heading (a key of the catalogue), and on which side it is aligned. A `flexible` one may wrap."""

    key: str
    heading: str
    side: Literal["left", "right"] = "left"
    flexible: bool = False


def show(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], form: str, *, objects: Sequence[Any] | None = None
) -> None:
    """Print `rows`; for JSON the whole `objects` where they say more than the columns."""
    if form == "json":
        click.echo(json.dumps(list(rows if objects is None else objects), ensure_ascii=False, indent=1))
    elif form == "csv":
        head = [column.key for column in columns]
        table = [head, *([_text(row.get(column.key)) for column in columns] for row in rows)]
        write_bytes(as_csv(table))
    else:
        print_table(rows, columns)


def write_bytes(data: bytes) -> None:
    """Bytes on standard output, after what was printed before."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def print_table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *, styles: Sequence[str] | None = None
) -> None:
    """An aligned table; colour only at a terminal, and never alone."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for column in columns:
        table.add_column(
            Text(say(column.heading)),
            justify=column.side,
            no_wrap=not column.flexible,
            overflow="fold",
        )
    for number, row in enumerate(rows):
        style = styles[number] if styles is not None else ""
        table.add_row(*(Text(visible(_text(row.get(column.key)))) for column in columns), style=style)
    console = Console(file=sys.stdout, width=width(), highlight=False, markup=False, emoji=False, soft_wrap=False)
    with console.capture() as capture:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))


def width() -> int:
    """Columns of the terminal; a fixed number where there is none, so that a file looks the same anywhere."""
    if not sys.stdout.isatty():
        return USUAL
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((USUAL, 24)).columns))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
