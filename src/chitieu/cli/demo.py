"""`demo`: the main job from nothing, as a page of terminal. Every step is a command anybody can run.

The moment is fixed, so that two runs print the same bytes; the workspace stays to be looked at.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from chitieu.acts.founding import DEMONSTRATION
from chitieu.cli.frame import ZONE, Damage, Setting, command, leave, words_of
from chitieu.cli.listing import Column, print_table
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
    files = province / "demo"
    home = setting.home / "demo"
    if home.exists() and not (home / DEMONSTRATION).exists():
        leave([problem("DEMO-NOT-OURS", file=str(home), weight=Weight.MISUSED)])
    if home.exists():
        shutil.rmtree(home)
    with contextlib.redirect_stderr(sys.stdout):
        _walk(home, province, files)
    return 0


def _province() -> Path:
    """The province of the demonstration: beside the package in an installation, at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside, checkout = package / "provinces" / "dong-nai", package.parents[1] / "provinces" / "dong-nai"
    return inside if inside.is_dir() else checkout


def _walk(home: Path, province: Path, files: Path) -> None:
    click.echo(say("demo.title") + "\n")
    _say("demo.start")
    _run(home, "init", "--from", str(province), shown=("init", "--from", "provinces/dong-nai"))
    (home / DEMONSTRATION).touch()
    _say("demo.decision")
    _run(home, "decision", "show", "194/QĐ-UBND", "--on", "2024-01-23")
    _say("demo.later")
    _run(home, "units", "show", "75", "--on", "2024-12-31", lines=1)
    _run(home, "decision", "show", "194/QĐ-UBND", "--on", "2024-12-31", only=say("demo.only-targets"))
    _say("demo.refused")
    _run(home, "decision", "load", *_files(files, "2024-02-20-bien-hoa-duoi-muc.toml"), status=1)
    _say("demo.accepted")
    _run(home, "decision", "load", *_files(files, "2024-02-20-bien-hoa.toml"))
    _run(
        home,
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
    _run(home, "decision", "show", "194/QĐ-UBND", "--on", "2024-03-31", after=say("demo.only-coverage"))
    _say("demo.plan")
    _run(home, "decision", "load", *_files(files, "2026-01-15-ke-hoach.toml"))
    _say("demo.inside")
    units = [str(province / "units.csv"), str(files / "don-vi-ben-trong.csv")]
    units += [str(province / "successions.csv"), str(files / "don-vi-ben-trong-sap-xep.csv")]
    _run(home, "units", "load", *units, shown=("units", "load", "…/units.csv", "…/don-vi-ben-trong.csv", "…"))
    for issuer, called, file in INSIDE:
        who = ("--number", called, "--issuer", issuer)
        asked = (*who, "--issued-on", "2026-02-02", "--under", "MH-2026", "--illustration")
        _run(home, "assign", str(files / file), *asked, shown=("assign", file, *asked))
    _run(home, "explain", "on-time-dossiers", "--unit", "26041-pvhcc", "--decision", "MH-2026", lines=2)
    _say("demo.figures")
    _run(home, "import", "figure", *_files(files, "so-lieu-cong-dvcqg.csv"))
    _run(home, "standing", "--decision", "MH-2026", "--unit", "75")
    _say("demo.moved")
    _moved(home)
    _say("demo.next", home=str(home))


def _files(files: Path, name: str) -> tuple[str, ...]:
    return (str(files / name),)


def _say(key: str, **values: str) -> None:
    click.echo("\n" + say(key, **values).strip())


def _run(
    home: Path,
    *arguments: str,
    shown: tuple[str, ...] | None = None,
    status: int = 0,
    lines: int | None = None,
    only: str | None = None,
    after: str | None = None,
) -> None:
    """One command as a person would type it, and what it prints: all, its first lines, or from a line on."""
    from chitieu.cli import main

    typed = shown or tuple(Path(part).name if part.startswith("/") else part for part in arguments)
    click.echo("\n$ chitieu " + " ".join(f'"{part}"' if " " in part else part for part in typed))
    with _held() as held:
        ended = main([*arguments, "--home", str(home)])
    text = held.text().rstrip().replace(str(home), "var/demo").splitlines()
    text = [line.replace(f"{_province()}/demo/", "").replace(str(_province()), "provinces/dong-nai") for line in text]
    if only is not None:
        text = [line for line in text if only in line]
    if after is not None:
        text = text[next((number for number, line in enumerate(text) if line.startswith(after)), 0) :]
    for line in text[:lines]:
        click.echo("  " + line if line else "")
    if ended != status:
        raise Damage(ended or Weight.DAMAGED)


class _Held(io.TextIOWrapper):
    """What a command prints, kept to be shown."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, encoding="utf-8", newline="\n", write_through=True)

    def text(self) -> str:
        """All that was printed so far."""
        return self._bytes.getvalue().decode()


@contextlib.contextmanager
def _held() -> Iterator[_Held]:
    """Standard output and error in one, at the fixed moment."""
    before = os.environ.get("CHITIEU_NOW")
    os.environ["CHITIEU_NOW"] = MOMENT.isoformat()
    held = _Held()
    try:
        with contextlib.redirect_stdout(held), contextlib.redirect_stderr(held):
            yield held
    finally:
        if before is None:
            del os.environ["CHITIEU_NOW"]
        else:
            os.environ["CHITIEU_NOW"] = before


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
