"""`demo`: the main job from nothing, as a page of terminal. Every step is a command anybody can run.

The moment is fixed, so that two runs print the same bytes; the workspace stays to be looked at.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from datetime import date, datetime
from pathlib import Path

import click

from chitieu.acts.founding import DEMONSTRATION
from chitieu.cli.demo_records import show_records
from chitieu.cli.frame import ZONE, Setting, command, leave, words_of
from chitieu.cli.listing import Column, print_table
from chitieu.cli.stage import Stage
from chitieu.period import read, say_day
from chitieu.problem import Problem, Weight, problem
from chitieu.standings.explain import say_counts, say_room
from chitieu.standings.shown import number
from chitieu.walk import open_workspace, stand
from chitieu.words import say

MOMENT = datetime(2026, 10, 10, 17, 0, tzinfo=ZONE)
INSIDE = (("75-noi-vu", "MH-03", "giao-so-noi-vu.csv"), ("26041", "MH-04", "giao-phuong-tran-bien.csv"))
READ_ON = tuple(date(2026, month, day) for month, day in ((9, 26), (9, 28), (10, 3), (10, 6), (10, 8), (10, 10)))


@click.command("demo", **words_of("demo"))
@click.option("--no-serve", is_flag=True, help=say("cli.demo.no-serve"))
@command("demo")
def demo(setting: Setting, no_serve: bool) -> int:
    """Walk through it all on a workspace of its own."""
    province = _province()
    home = setting.home / "demo"
    if home.exists() and not (home / DEMONSTRATION).exists():
        leave([problem("DEMO-NOT-OURS", file=str(home), weight=Weight.MISUSED)])
    if home.exists():
        shutil.rmtree(home)
    with contextlib.redirect_stderr(sys.stdout):
        _walk(Stage(home=home, province=province, moment=MOMENT))
    return 0


def _province() -> Path:
    """The province of the demonstration: beside the package in an installation, at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside, checkout = package / "provinces" / "dong-nai", package.parents[1] / "provinces" / "dong-nai"
    return inside if inside.is_dir() else checkout


def _walk(stage: Stage) -> None:
    home, province, files = stage.home, stage.province, stage.files
    click.echo(say("demo.title") + "\n")
    stage.say("demo.start")
    stage.run("init", "--from", str(province), shown=("init", "--from", "provinces/dong-nai"))
    (home / DEMONSTRATION).touch()
    stage.say("demo.decision")
    stage.run("decision", "show", "194/QĐ-UBND", "--on", "2024-01-23")
    stage.say("demo.later")
    stage.run("units", "show", "75", "--on", "2024-12-31", lines=1)
    stage.run("decision", "show", "194/QĐ-UBND", "--on", "2024-12-31", only=say("demo.only-targets"))
    stage.say("demo.refused")
    stage.run("decision", "load", *_files(files, "2024-02-20-bien-hoa-duoi-muc.toml"), status=1)
    stage.say("demo.accepted")
    stage.run("decision", "load", *_files(files, "2024-02-20-bien-hoa.toml"))
    stage.run(
        "explain",
        "digitised-dossiers",
        "--unit",
        "26011",
        "--decision",
        "194/QĐ-UBND",
        "--as-of",
        "2024-03-31",
        lines=2,
    )
    stage.run("decision", "show", "194/QĐ-UBND", "--on", "2024-03-31", after=say("demo.only-coverage"))
    stage.say("demo.plan")
    stage.run("decision", "load", *_files(files, "2026-01-15-ke-hoach.toml"))
    stage.say("demo.inside")
    units = [str(province / "units.csv"), str(files / "don-vi-ben-trong.csv")]
    units += [str(province / "successions.csv"), str(files / "don-vi-ben-trong-sap-xep.csv")]
    stage.run("units", "load", *units, shown=("units", "load", "…/units.csv", "…/don-vi-ben-trong.csv", "…"))
    for issuer, called, file in INSIDE:
        who = ("--number", called, "--issuer", issuer)
        asked = (*who, "--issued-on", "2026-02-02", "--under", "MH-2026", "--illustration")
        stage.run("assign", str(files / file), *asked, shown=("assign", file, *asked))
    stage.run("explain", "on-time-dossiers", "--unit", "26041-pvhcc", "--decision", "MH-2026", lines=2)
    stage.say("demo.figures")
    stage.run("import", "figure", *_files(files, "so-lieu-cong-dvcqg.csv"))
    stage.run("standing", "--decision", "MH-2026", "--unit", "75")
    stage.say("demo.moved")
    _moved(home)
    show_records(stage)
    stage.say("demo.next", home=str(home))


def _files(files: Path, name: str) -> tuple[str, ...]:
    return (str(files / name),)


def _moved(home: Path) -> None:
    """The published figures of the province by day of reading: how they moved, and what is needed now."""
    workspace, problems = open_workspace(home)
    period = read("2026")
    if workspace is None or isinstance(period, Problem):
        leave(problems)
    act = workspace.acts.fitting("MH-2026")[0]
    unit = workspace.tree.on(READ_ON[-1]).units["75"]
    rows = []
    before = None
    for day in READ_ON:
        found = stand(workspace, act, period, day, units=[unit], indicator="on-time-dossiers")
        if isinstance(found, Problem):
            leave([found])
        tally = found[0].tally
        late = (tally.denominator or 0) - (tally.numerator or 0)
        rows.append(
            {
                "day": say_day(day),
                "counts": say_counts(tally),
                "shown": found[0].shown or "",
                "more": "" if before is None else number(late - before),
                "room": say_room(found[0]),
            }
        )
        before = late
    columns = [
        Column(key="day", heading="demo.column.day"),
        Column(key="counts", heading="standing.column.counts", side="right"),
        Column(key="shown", heading="standing.column.shown", side="right"),
        Column(key="more", heading="demo.column.more", side="right"),
        Column(key="room", heading="standing.column.room", flexible=True),
    ]
    click.echo("")
    print_table(rows, columns)
