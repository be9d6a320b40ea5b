"""A listing as a table at the terminal, as JSON or as CSV. Knows columns, nothing of what they mean."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from chitieu.cli.table import Column, laid_out
from chitieu.payload import guarded
from chitieu.words import say, visible

__all__ = ("Column", "as_csv", "print_json", "print_table", "show", "width", "write_bytes")

WIDEST = 160
NARROWEST = 60
USUAL = 120
STYLES: dict[str, dict[str, Any]] = {"red": {"fg": "red"}, "green": {"fg": "green"}, "dim": {"dim": True}}


def show(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], form: str, *, objects: Sequence[Any] | None = None
) -> None:
    """Print `rows`; for JSON the whole `objects` where they say more than the columns."""
    if form == "json":
        print_json(rows if objects is None else objects)
    elif form == "csv":
        head = [column.key for column in columns]
        write_bytes(as_csv([head, *([row.get(key) for key in head] for row in rows)]))
    else:
        print_table(rows, columns)


def print_json(objects: Iterable[Any]) -> None:
    """One array of objects, one a line as it is made: ten thousand units are never held as text.

    What a terminal would obey (bidirectional marks, halves of a pair) leaves as an escape.
    """
    before = "["
    for found in objects:
        click.echo(before + "\n" + _MARK.sub(_escaped, json.dumps(found, ensure_ascii=False)), nl=False)
        before = ","
    click.echo("\n]" if before == "," else "[]")


_MARK = re.compile(r"[^\x00-\x7e\w]")


def _escaped(found: re.Match[str]) -> str:
    return found[0] if visible(found[0]) == found[0] else json.dumps(found[0])[1:-1]


def as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as CSV with a mark, so that a spreadsheet reads its letters; no text in it can be taken for a formula.

    A text that begins like one leaves with an apostrophe before it, which `payload` takes away again.
    """
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: Any) -> str:
    cell = visible(_text(value))
    return guarded(cell) if isinstance(value, str) else cell


def write_bytes(data: bytes) -> None:
    """Bytes on standard output, after what was printed before."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def width() -> int:
    """Columns of the terminal; a fixed number where there is none, so that a file looks the same anywhere."""
    if not sys.stdout.isatty():
        return USUAL
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((USUAL, 24)).columns))


def print_table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *, styles: Sequence[str] | None = None
) -> None:
    """An aligned table; colour only at a terminal, and never alone. `styles`: a key of `STYLES` or nothing a row."""
    cells = [[visible(_text(row.get(column.key))) for column in columns] for row in rows]
    heads = [column.title or say(column.heading) for column in columns]
    layout = laid_out(cells, heads, columns, width())
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    for line in layout.head():
        click.echo(line if plain else click.style(line, bold=True))
    for number, row in enumerate(cells):
        style = "" if styles is None or plain else styles[number]
        for line in layout.row(row):
            click.echo(click.style(line, **STYLES[style]) if style else line)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
