"""`generate`: made-up records of every kind, for demonstrations, tests and measurements of speed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from chitieu.cli.frame import Setting, command, leave, note, words_of
from chitieu.cli.options import text_option
from chitieu.generate import FIRST, LAST, Order
from chitieu.generate import generate as make
from chitieu.generate.writing import FORMS, Form
from chitieu.problem import Problem, Weight, problem
from chitieu.standings.shown import number
from chitieu.words import say

MOST = 50_000_000


class _Whole(click.ParamType[int]):
    """A whole number between two; what does not fit is said in words."""

    name = "number"

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        fits = re.fullmatch("[0-9]{1,19}", str(value)) is not None and self._least <= int(value) <= self._most
        if not fits:
            self.fail(say("cli.generate.bad-number", given=str(value), least=self._least, most=self._most), param, ctx)
        return int(value)


@click.command("generate", **words_of("generate"))
@text_option("--units", metavar="cli.unit", key="cli.generate.units")
@click.option(
    "--year",
    type=_Whole(FIRST, LAST),
    required=True,
    metavar=say("cli.generate.year-metavar"),
    help=say("cli.generate.year", first=FIRST, last=LAST),
)
@click.option(
    "--dossiers",
    type=_Whole(1, MOST),
    required=True,
    metavar=say("cli.generate.number"),
    help=say("cli.generate.dossiers"),
)
@click.option(
    "--seed",
    type=_Whole(0, 2**63 - 1),
    required=True,
    metavar=say("cli.generate.number"),
    help=say("cli.generate.seed"),
)
@text_option("--out", metavar="cli.folder", key="cli.generate.out", required=True)
@click.option("--format", "form", type=click.Choice(FORMS), default="csv", help=say("cli.generate.form"))
@command("generate")
def generate(setting: Setting, units: str | None, year: int, dossiers: int, seed: int, out: str, form: Form) -> int:
    """Write a folder of made-up records, whole or not at all."""
    workspace = setting.workspace()
    root = units or workspace.province.unit
    if root is None:
        leave([problem("GENERATE-NO-PROVINCE", weight=Weight.MISUSED)])
    order = Order(unit=root, year=year, dossiers=dossiers, seed=seed, form=form)
    made = make(workspace.tree, workspace.opened.calendar, order, Path(out))
    if isinstance(made, Problem):
        leave([made])
    manifest = made.manifest
    rows = sum(page["rows"] for page in manifest["files"])
    note(
        say(
            "cli.generate.done",
            year=year,
            name=manifest["name"],
            folder=out,
            rows=number(rows),
            defects=number(sum(manifest["defects"].values())),
        )
    )
    page = next(page["file"] for page in manifest["files"] if page["kind"] == "dossier")
    note(say("cli.generate.next", file=str(made.folder / page), cover=" --covers ".join(manifest["covers"])))
    return 0
