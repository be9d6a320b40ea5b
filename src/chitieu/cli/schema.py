"""`schema`: the columns of a kind of record, and an empty sheet to fill in that our own reader reads.

Knows how a column is explained. Its words come from the kind itself, so a new column explains itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from chitieu.acts.folder import reason_of
from chitieu.cli.frame import Setting, command, leave, note, words_of
from chitieu.cli.listing import Column, show
from chitieu.cli.options import TextType, format_option
from chitieu.problem import Weight, problem
from chitieu.records import kinds as family
from chitieu.records.kinds import Kind
from chitieu.words import say

WORKBOOK = ".xlsx"
FLAGS = ("true", "false")
KEYS = ("name", "type", "required", "codes", "empty", "meaning", "example")


@click.command("schema", **words_of("schema"))
@click.argument("kind", type=click.Choice(family.importable()), metavar=say("cli.kind"))
@click.option("--template", type=TextType(), metavar=say("cli.file"), help=say("cli.schema.template"))
@format_option
@command("schema")
def schema(setting: Setting, kind: str, template: str | None, form: str) -> int:
    """Print the columns of a kind, or write the sheet to fill in."""
    found = family.kinds()[kind]
    if template is not None:
        return _write(found, template)
    objects = [_object(found, column) for column in found.columns]
    if form == "table":
        click.echo(say("schema.heading", label=found.label, kind=kind, columns=", ".join(found.key)))
        columns = [
            Column(key=key, heading=f"schema.column.{key}", flexible=key in ("codes", "empty", "meaning", "example"))
            for key in KEYS
        ]
        show([explained(column) for column in found.columns], columns, form)
    else:
        flat = [{**one, "codes": "|".join(one["codes"])} for one in objects]
        show(flat, [Column(key=key, heading=f"schema.column.{key}") for key in objects[0]], form, objects=objects)
    return 0


def _object(kind: Kind, column: family.Column) -> dict[str, Any]:
    """A column for scripts: its codes and types as they stand in the kind, an absent text as null."""
    return {
        "name": column.name,
        "type": column.type,
        "required": column.required and column.filled_by is None,
        "codes": list(_codes(column)),
        "empty": column.empty,
        "meaning": column.label,
        "example": column.example or None,
        "key": column.name in kind.key,
        "filled_by": column.filled_by,
        "least": column.least,
        "most": column.most,
        "longest": column.longest,
        "bare_day": column.bare_day if column.type == "moment" else None,
        "fields": dict(column.of) or None,
    }


def explained(column: family.Column) -> dict[str, str]:
    """A column for people, by the keys of the table; nothing is said twice."""
    kind = say(f"schema.type.{column.type}")
    if column.type == "moment" and column.bare_day == "end":
        kind = say("schema.bare-end", type=kind)
    if column.of:
        kind += ": " + ", ".join(
            say("schema.fields", name=name, type=say(f"schema.type.{inner}")) for name, inner in column.of.items()
        )
    return {
        "name": column.name,
        "type": kind,
        "required": say("schema.yes" if column.required and column.filled_by is None else "schema.no"),
        "codes": ", ".join(_codes(column)),
        "empty": say(f"schema.empty.{_when_empty(column)}"),
        "meaning": column.label,
        "example": column.example,
    }


def _codes(column: family.Column) -> tuple[str, ...]:
    return FLAGS if column.type == "flag" else column.codes


def _when_empty(column: family.Column) -> str:
    if column.filled_by is not None:
        return column.filled_by
    return "required" if column.required else column.empty or "none"


def _write(kind: Kind, file: str) -> int:
    from chitieu.cli.template import as_template

    if Path(file).suffix.lower() != WORKBOOK:
        leave([problem("TEMPLATE-NOT-WORKBOOK", value=file, weight=Weight.MISUSED)])
    heads: Mapping[str, str] = {key: say(f"schema.column.{key}") for key in KEYS}
    data = as_template(kind, heads, {column.name: explained(column) for column in kind.columns})
    try:
        with Path(file).open("xb") as page:
            page.write(data)
    except FileExistsError:
        leave([problem("FILE-THERE", file=file, weight=Weight.MISUSED)])
    except (OSError, ValueError) as fault:
        reason = reason_of(fault) if isinstance(fault, OSError) else ""
        leave([problem("CANNOT-WRITE-FILE", file=file, weight=Weight.UNREADABLE, reason=reason)])
    note(say("cli.schema.done", label=kind.label, kind=kind.code, file=file))
    return 0
