"""`explain`: why one record counts, or not, clause by clause; why a unit's verdict is what it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from chitieu.acts.decision import say_name
from chitieu.cli.frame import Setting, command, leave, one_act, say_made_up, say_problems, words_of
from chitieu.cli.listing import Column, print_json, show
from chitieu.cli.options import TextType, day_option, format_option, period_option
from chitieu.cli.standing import data_state, period_of, reckoned
from chitieu.measures.fetching import SEPARATOR, Found, key_of
from chitieu.measures.indicator import Indicator, Method
from chitieu.measures.method import Asked, Definition
from chitieu.measures.reasons import Reasons, moments, reasons
from chitieu.period import Period, read_day, say_period
from chitieu.period import read as read_period
from chitieu.problem import Problem, Weight, problem
from chitieu.questions import record_of
from chitieu.records.kinds import kinds
from chitieu.records.own_day import own_day
from chitieu.standings.as_json import as_json
from chitieu.standings.explain import (
    Explainer,
    say_counts,
    say_method,
    say_missing,
    say_room,
    say_source,
    say_verdict,
    say_when,
)
from chitieu.standings.reasons_in_words import InWords
from chitieu.standings.reasons_in_words import as_json as reasons_json
from chitieu.standings.standing import Standing
from chitieu.walk import Workspace
from chitieu.words import say


@click.command("explain", **words_of("explain"))
@click.argument("indicator", metavar=say("cli.indicator"))
@click.argument("record", required=False, type=TextType(), metavar=say("cli.explain.record"))
@click.option("--unit", metavar=say("cli.unit"), help=say("cli.standing.unit"))
@click.option("--decision", "number_", metavar=say("cli.number"), help=say("cli.standing.decision"))
@click.option("--method", metavar=say("cli.code"), help=say("cli.explain.method"))
@period_option()
@day_option("--as-of", "cli.as-of")
@format_option
@command("explain")
def explain(
    setting: Setting,
    indicator: str,
    record: str | None,
    unit: str | None,
    number_: str | None,
    method: str | None,
    period: Period | None,
    as_of: date | None,
    form: str,
) -> int:
    """Why this record counts, or why this verdict."""
    if record is not None and unit is not None:
        leave([problem("RECORD-AND-UNIT", value=record, weight=Weight.MISUSED)])
    if record is None:
        for name, given in (("unit", unit), ("number_", number_)):
            if given is None:
                ctx = click.get_current_context()
                missing = next(option for option in ctx.command.params if option.name == name)
                raise click.MissingParameter(ctx=ctx, param=missing)
        _unfit(method, "--method", "unit")
        return _explain_verdict(setting, indicator, str(unit), str(number_), period, as_of, form)
    _unfit(number_, "--decision", "record")
    workspace = setting.workspace()
    if indicator not in workspace.catalogue:
        leave([problem("NO-SUCH-INDICATOR", value=indicator, weight=Weight.MISUSED)])
    found = workspace.catalogue[indicator]
    wanted = _methods(found, method)
    explained = _explained(setting, workspace, found, wanted, record, period, as_of)
    if form == "json":
        print_json(_object(workspace, found, *one) for one in explained)
    elif form == "csv":
        _show_csv(explained)
    else:
        _print(found, explained)
    return 0


Explained = tuple[Method, Found, Reasons]


def _unfit(given: str | None, option: str, what: str) -> None:
    if given is not None:
        told = say(f"explain.of-{what}")
        leave([problem("EXPLAIN-OPTION", field=option, value=given, weight=Weight.MISUSED, what=told)])


def _methods(indicator: Indicator, code: str | None) -> list[Method]:
    """The method asked for, else all that say how they count."""
    if code is not None and indicator.method(code) is None:
        known = ", ".join(sorted(method.code for method in indicator.methods))
        leave([problem("NO-SUCH-METHOD", value=code, known=known, weight=Weight.MISUSED)])
    return [method for method in indicator.methods if method.definition is not None and code in (None, method.code)]


def _explained(
    setting: Setting,
    workspace: Workspace,
    indicator: Indicator,
    methods: list[Method],
    record: str,
    period: Period | None,
    as_of: date | None,
) -> list[Explained]:
    """The record under each method whose kind has one of this key."""
    found: list[Explained] = []
    known: dict[tuple[str, Asked], Found | None] = {}
    for method in methods:
        if method.definition is None:
            continue
        first = _asked(period or _year_in(record, method.record) or _year(setting.today), as_of, setting.today)
        one = _found(workspace, method, record, first, known)
        if one is None:
            continue
        asked = first if period else _asked(_year_of(one, method.definition, workspace, first), as_of, setting.today)
        one = _found(workspace, method, record, asked, known)
        if one is not None:
            found.append((method, one, reasons(one.record(workspace.opened.calendar), method.definition, asked)))
    if not found:
        labels = ", ".join(dict.fromkeys(kinds()[method.record].label for method in methods))
        leave(
            [
                problem(
                    "NO-SUCH-RECORD", value=record, weight=Weight.MISUSED, indicator=indicator.code, kinds=labels or "–"
                )
            ]
        )
    return found


def _found(
    workspace: Workspace, method: Method, record: str, asked: Asked, known: dict[tuple[str, Asked], Found | None]
) -> Found | None:
    key = method.record, asked
    if key not in known:
        one = record_of(workspace, method.record, record, [asked])
        if isinstance(one, Problem):
            leave([one])
        known[key] = one
    return known[key]


def _asked(period: Period, as_of: date | None, today: date) -> Asked:
    return Asked(period=period, as_of=as_of or min(period.last, today))


def _year_of(found: Found, definition: Definition, workspace: Workspace, otherwise: Asked) -> Period:
    """The year a record falls in: of the day by which the method places it, else of its own day."""
    record = found.record(workspace.opened.calendar)
    day = next((day for called, day in moments(record, definition) if called == "population.at"), None)
    day = day or own_day(found.kind, found.values)
    return otherwise.period if day is None else _year(day)


def _year_in(record: str, code: str) -> Period | None:
    """The year that a key itself says: of a row that follows from acts, and is there for the years asked alone."""
    kind = kinds()[code]
    for name, text in zip(kind.key, key_of(kind, record) or (), strict=False):
        day = read_day(text if kind.column(name).type == "day" else f"{text}-01-01")
        if day is not None and kind.column(name).type in ("day", "year"):
            return _year(day)
    return None


def _year(day: date) -> Period:
    year = read_period(f"{day.year:04d}")
    if isinstance(year, Problem):
        leave([year])
    return year


def _object(
    workspace: Workspace, indicator: Indicator, method: Method, found: Found, because: Reasons
) -> dict[str, Any]:
    words = InWords(found.kind, is_count=indicator.shape == "count")
    return {
        "record": SEPARATOR.join(found.key),
        "kind": found.kind.code,
        "unit": found.values["unit"],
        "unit_name": None if found.unit is None else found.unit.name,
        "indicator": indicator.code,
        "method": method.code,
        **reasons_json(because),
        "why": words.lines(because),
        "provenance": {
            "acts": workspace.folder.state,
            "definition": indicator.digest,
            "delivery": found.values.get("delivery"),
            "row": found.values.get("row"),
        },
    }


def _print(indicator: Indicator, explained: list[Explained]) -> None:
    last = ""
    for method, found, because in explained:
        code = found.values["unit"]
        unit = say("reason.no-unit") if found.unit is None else say("reason.unit", code=code, name=found.unit.name)
        heading = say("reason.heading", kind=found.kind.label, record=SEPARATOR.join(found.key), unit=unit)
        if heading != last:
            click.echo(heading)
        last = heading
        click.echo("")
        name = method.name.vi
        named = say("reason.default", method=name) if method.code == indicator.default else name
        when = say_period(because.asked.period)
        click.echo(say("reason.method", indicator=indicator.name.vi, method=named, when=when))
        click.echo("\n".join(InWords(found.kind, is_count=indicator.shape == "count").lines(because)))


def _show_csv(explained: list[Explained]) -> None:
    """One row a clause, values as in the JSON."""
    rows = []
    for method, found, because in explained:
        told = reasons_json(because)
        rows += [
            {
                **one,
                "record": SEPARATOR.join(found.key),
                "method": method.code,
                "fate": told["fate"],
                "decides": one["clause"] == told["decided_by"],
            }
            for one in told["clauses"]
        ]
    keys = "record method fate clause expression value finding asked decides".split()
    show(rows, [Column(key=key, heading="cli.column.name") for key in keys], "csv")


def _explain_verdict(
    setting: Setting,
    indicator: str,
    unit: str,
    number_: str,
    period: Period | None,
    as_of: date | None,
    form: str,
) -> int:
    """Why this verdict: acts, rows, definition, n and d, and the digests to check them by."""
    workspace = setting.workspace()
    act = one_act(workspace, number_)
    asked = period or period_of(workspace, act)
    found = reckoned(setting, workspace, act, asked, as_of, unit, indicator)
    if not found:
        say_problems([problem("NOT-IN-TABLE", value=unit, weight=Weight.WARNING, act=say_name(act.name))])
    state, delivery = workspace.folder.state, data_state(workspace)
    explainer = Explainer(workspace.tree, workspace.province)
    if form == "json":
        objects = [{**as_json(one, state=state, delivery=delivery), "why": sentences(explainer, one)} for one in found]
        print_json(objects)
        return 0
    if form == "csv":
        rows = [{"unit": one.assigned.unit.code, "why": " ".join(sentences(explainer, one))} for one in found]
        show(rows, [Column(key="unit", heading="cli.column.code"), Column(key="why", heading="cli.column.name")], "csv")
        return 0
    say_made_up(workspace, (one.tally for one in found))
    for one in found:
        click.echo("\n".join(sentences(explainer, one)))
        definition = one.indicator.digest
        click.echo(say("explain.digest", acts=state, definition=definition, delivery=delivery))
    return 0


def sentences(explainer: Explainer, one: Standing) -> list[str]:
    """The whole explanation, a sentence a line."""
    unit = f"{one.assigned.unit.code} {one.assigned.unit.name}"
    illustration = one.assigned.target is not None and one.assigned.target.illustration
    heading = say("explain.heading", unit=unit, indicator=f"{one.indicator.name.vi} · {say_when(one)}")
    method = one.indicator.method(one.tally.method) if one.tally.method else None
    sources = (
        "; ".join(f"{source.act or source.text} ({source.certainty})" for source in method.sources) if method else ""
    )
    figure = " · ".join(
        part
        for part in (say_counts(one.tally), one.shown or "", say_source(one.tally), say_missing(one.tally, {}))
        if part
    )
    return [
        say("standing.head-illustration", head=heading) if illustration else heading,
        say("explain.target", sentence=explainer.target(one.assigned)),
        say("explain.method", method=say_method(one)),
        *([say("explain.source", source=sources)] if sources else []),
        say("explain.figure", figure=figure or say("explain.nothing")),
        say("explain.verdict", verdict=say_verdict(one)),
        *([say("explain.room", room=room)] if (room := say_room(one)) else []),
    ]
