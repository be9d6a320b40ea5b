"""`measure`: numerators and denominators of every unit, counted from records or as they were reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from chitieu.cli.frame import Setting, command, leave, note, one_unit, say_made_up, say_problems, words_of
from chitieu.cli.listing import Column, print_json, show
from chitieu.cli.options import NumberType, PeriodType, day_option, format_option
from chitieu.measures.as_json import tally_json
from chitieu.measures.interval import FEW, wilson
from chitieu.measures.method import Asked
from chitieu.measures.tally import Tally
from chitieu.period import Period, say_day, say_period
from chitieu.period import read as read_period
from chitieu.problem import Problem, Weight, problem
from chitieu.records.kinds import kinds
from chitieu.standings.explain import say_counts, say_missing, say_source
from chitieu.standings.shown import number, shown
from chitieu.walk import ENGINES, Counted, Workspace, measure
from chitieu.words import knows, say


@click.command("measure", **words_of("measure"))
@click.option(
    "--period",
    "periods",
    multiple=True,
    type=PeriodType(),
    metavar=say("cli.period-metavar"),
    help=say("cli.measure.period"),
)
@day_option("--as-of", "cli.as-of")
@click.option("--data-state", type=NumberType(), metavar=say("cli.number"), help=say("cli.measure.data-state"))
@click.option("--unit", "units", multiple=True, metavar=say("cli.unit"), help=say("cli.measure.unit"))
@click.option("--indicator", "codes", multiple=True, metavar=say("cli.indicator"), help=say("cli.measure.indicator"))
@click.option("--method", "methods", multiple=True, metavar=say("cli.code"), help=say("cli.measure.method"))
@click.option("--all-methods", is_flag=True, help=say("cli.measure.all-methods"))
@click.option("--scope", type=click.Choice(["subtree", "own"]), help=say("cli.measure.scope"))
@click.option("--engine", type=click.Choice(ENGINES), default=ENGINES[0], help=say("cli.measure.engine"))
@format_option
@command("measure")
def measure_(
    setting: Setting,
    periods: tuple[Period, ...],
    as_of: date | None,
    data_state: int | None,
    units: tuple[str, ...],
    codes: tuple[str, ...],
    methods: tuple[str, ...],
    all_methods: bool,
    scope: str | None,
    engine: str,
    form: str,
) -> int:
    """n and d, one row a unit, method and period."""
    workspace = setting.workspace()
    asked = [
        Asked(period=period, as_of=as_of or min(period.last, setting.today))
        for period in dict.fromkeys(periods or (_this_year(setting.today),))
    ]
    counted = chosen(workspace, codes, methods, all_methods=all_methods)
    _known_state(workspace, data_state)
    wanted = None
    if units:
        wanted = {one_unit(workspace, code, one.judged_on).code for code in units for one in asked}
    measured = measure(workspace, counted, asked, units=wanted, scope=scope, state=data_state, engine=engine)
    if isinstance(measured, Problem):
        leave([measured])
    found = measured.rows
    say_problems(
        problem("RECORDS-UNPLACED", value=code, weight=Weight.WARNING, count=count)
        for code, count in measured.unplaced.items()
    )
    if form == "table":
        say_made_up(workspace, (tally for _, tally in found))
        _print(workspace, found)
        return 0
    state, delivery = workspace.folder.state, workspace.feed(data_state).number
    objects = (
        tally_json(
            tally,
            one.period,
            one.as_of,
            workspace.catalogue[tally.indicator].digest,
            state=state,
            delivery=delivery,
        )
        for one, tally in found
    )
    if form == "json":
        print_json(objects)
    else:
        show([_flat(one) for one in objects], [Column(key=key, heading="cli.column.name") for key in FLAT], "csv")
    return 0


def chosen(workspace: Workspace, codes: Sequence[str], methods: Sequence[str], *, all_methods: bool) -> list[Counted]:
    """The methods that are meant: the default ones, those named, or all; leaves where a name means nothing."""
    if methods and all_methods:
        leave([problem("METHODS-TWICE", value="--all-methods", weight=Weight.MISUSED)])
    for code in codes:
        if code not in workspace.catalogue:
            leave([problem("NO-SUCH-INDICATOR", value=code, weight=Weight.MISUSED)])
    indicators = [workspace.catalogue[code] for code in dict.fromkeys(codes)] or list(workspace.catalogue.values())
    known = {method.code for indicator in indicators for method in indicator.methods}
    for code in methods:
        if code not in known:
            leave([problem("NO-SUCH-METHOD", value=code, known=", ".join(sorted(known)), weight=Weight.MISUSED)])
    return [
        (indicator, method.code)
        for indicator in indicators
        for method in indicator.methods
        if all_methods or (method.code in methods if methods else method.code == indicator.default)
    ]


def _known_state(workspace: Workspace, state: int | None) -> None:
    last = workspace.feed().number
    if state is not None and state > last:
        leave([problem("NO-SUCH-DELIVERY", weight=Weight.MISUSED, number=state, last=last)])


def _this_year(today: date) -> Period:
    year = read_period(f"{today.year}")
    if isinstance(year, Problem):
        leave([year])
    return year


FLAT = (
    "unit indicator method scope period as_of numerator denominator status source captured_at excluded unknown "
    "units missing coverage carried engine delivery"
).split()


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    units = found["units"]
    return {
        **found,
        "period": found["period"]["name"],
        "excluded": _named(found["excluded"]),
        "unknown": _named(found["unknown"]),
        "units": f"{units['with']}/{units['of']}" if units else None,
        "missing": " ".join(found["missing"]),
        "carried": " ".join(found["carried"]),
        "engine": found["provenance"]["engine"],
        "delivery": found["provenance"]["delivery"],
    }


def _named(counts: dict[str, int]) -> str:
    return " ".join(f"{name}={count}" for name, count in counts.items())


SAID_ONCE = ("unit", "indicator", "method", "period")
COLUMNS = (
    Column(key="unit", heading="standing.column.unit", flexible=True),
    Column(key="indicator", heading="standing.column.indicator", flexible=True),
    Column(key="method", heading="tally.column.method", flexible=True),
    Column(key="period", heading="tally.column.period"),
    Column(key="counts", heading="standing.column.counts", side="right"),
    Column(key="shown", heading="standing.column.shown", side="right"),
    Column(key="status", heading="tally.column.status"),
    Column(key="note", heading="standing.column.note", flexible=True),
)


def _print(workspace: Workspace, found: Sequence[tuple[Asked, Tally]]) -> None:
    if not found:
        note(say("standing.no-rows"))
        return
    rows = [_row(workspace, asked, tally) for asked, tally in found]
    # What is the same in every row is said once, above them.
    same = [key for key in SAID_ONCE if len({row[key] for row in rows}) == 1]
    if same:
        click.echo(" · ".join(rows[0][key] for key in same if rows[0][key]))
    used = [column for column in COLUMNS if column.key not in same and any(row[column.key] for row in rows)]
    show(rows, used, "table")


def _row(workspace: Workspace, asked: Asked, tally: Tally) -> dict[str, Any]:
    indicator = workspace.catalogue[tally.indicator]
    method = indicator.method(tally.method) if tally.method else None
    units = workspace.tree.on(asked.judged_on).units
    when = say_period(asked.period)
    if asked.as_of != asked.period.last:
        when = say("standing.until", period=when, day=say_day(asked.as_of))
    notes = [say_source(tally)] if tally.source else []
    if tally.units and not tally.whole:
        notes.append(say_missing(tally, {code: unit.name for code, unit in units.items()}))
    elif tally.missing:
        notes.append(say("tally.missing", what=", ".join(map(_missing, tally.missing[:4]))))
    if tally.coverage == "unstated":
        notes.append(say("tally.unstated"))
    notes += [say("tally.excluded", count=number(count), name=_called(name)) for name, count in tally.excluded]
    notes += [say("tally.unknown", count=number(count), name=_called(name)) for name, count in tally.unknown]
    interval = wilson(tally.numerator or 0, tally.denominator or 0) if tally.sample else None
    if interval is not None:
        low, high = (end.replace(".", ",") for end in interval)
        notes.append(say("tally.interval", low=low, high=high))
        notes += [say("tally.few", least=FEW)] if (tally.denominator or 0) < FEW else []
    return {
        "unit": f"{tally.unit} {units[tally.unit].name}",
        "indicator": indicator.name.vi,
        "method": method.name.vi if method else "",
        "period": when,
        "counts": say_counts(tally),
        "shown": shown(tally.numerator, tally.denominator, None, indicator.unit) if tally.denominator else "",
        "status": say(f"tally.status.{tally.status}"),
        "note": "; ".join(text for text in notes if text),
    }


def _called(name: str) -> str:
    """The name of an exclusion or an unknown in words; a province's own as it stands in its file."""
    key = f"tally.name.{name}"
    return say(key) if knows(key) else name


def _missing(what: str) -> str:
    """A feed by its name in words, days of a unit as people write them."""
    kind = kinds().get(what)
    if kind is not None:
        return kind.label[:1].lower() + kind.label[1:]
    unit, _, days = what.partition(" ")
    first, _, last = days.partition("..")
    if not first:
        return what
    read = [say_day(date.fromisoformat(day)) for day in (first, last or first)]
    key = "tally.days" if last else "tally.day"
    return say(key, unit=unit, first=read[0], last=read[1])
