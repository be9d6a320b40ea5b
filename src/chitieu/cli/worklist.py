"""`worklist`: the open records that decide the targets of a unit, most urgent first. What a head looks at on Monday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import click

from chitieu.acts import level as levels
from chitieu.acts.force import FiledAct, speaks_for
from chitieu.acts.units import Unit
from chitieu.cli.frame import Setting, command, leave, note, one_act, one_unit, say_made_up, words_of
from chitieu.cli.listing import Column, print_json, print_table, show
from chitieu.cli.options import NumberType, day_option, format_option, period_option
from chitieu.cli.standing import period_of, reckoned
from chitieu.measures.fetching import SEPARATOR
from chitieu.measures.indicator import Indicator, Method
from chitieu.measures.method import Asked
from chitieu.measures.prospects import END_OF_DAY
from chitieu.period import Period, say_day, say_period
from chitieu.period import read as read_period
from chitieu.problem import Problem, Weight, problem
from chitieu.questions import open_records
from chitieu.records.kinds import kinds
from chitieu.standings.explain import say_counts, say_room, say_verdict
from chitieu.standings.headroom import say_in_a_cell
from chitieu.standings.reasons_in_words import InWords
from chitieu.standings.shown import number
from chitieu.standings.standing import Standing
from chitieu.standings.worklist import Effect, Item, Worklist, as_json
from chitieu.standings.worklist import worklist as listed
from chitieu.walk import Workspace
from chitieu.words import say

USUAL_LIMIT = 20


@click.command("worklist", **words_of("worklist"))
@click.argument("unit", metavar=say("cli.unit"))
@click.argument("indicator", required=False, metavar=say("cli.worklist.indicator"))
@click.option("--decision", "number_", metavar=say("cli.number"), help=say("cli.worklist.decision"))
@period_option()
@day_option("--as-of", "cli.worklist.as-of")
@click.option("--limit", type=NumberType(), metavar=say("cli.worklist.rows"), help=say("cli.worklist.limit"))
@format_option
@command("worklist")
def worklist(
    setting: Setting,
    unit: str,
    indicator: str | None,
    number_: str | None,
    period: Period | None,
    as_of: date | None,
    limit: int | None,
    form: str,
) -> int:
    """The open records behind each target, with what each does to its headroom."""
    workspace = setting.workspace()
    if indicator is not None and indicator not in workspace.catalogue:
        leave([problem("NO-SUCH-INDICATOR", value=indicator, weight=Weight.MISUSED)])
    acts = _acts(setting, workspace, number_, period)
    asked_period = period or (period_of(workspace, acts[0]) if number_ else _this_year(setting.today))
    day = as_of or min(asked_period.last, setting.today - timedelta(days=1))
    asked = Asked(period=asked_period, as_of=day)
    standing_unit = one_unit(workspace, unit, asked.judged_on)
    lines = _lines(setting, workspace, acts, standing_unit, indicator, asked)
    most = USUAL_LIMIT if limit is None else limit
    found = [(line, _listed(workspace, standing_unit, line, asked, most)) for line in lines]
    if form == "table":
        say_made_up(workspace, (line.standing.tally for line in lines if line.standing is not None))
        _print(standing_unit, asked, found)
        return 0
    objects = [_object(line, item, asked) for line, of_line in found for item in of_line.items]
    if form == "json":
        print_json(objects)
    else:
        show([_flat(one) for one in objects], [Column(key=key, heading="cli.column.name") for key in FLAT], "csv")
    for line, of_line in found:
        if of_line.left_out:
            note(f"{line.indicator.code}: {say('worklist.more', count=of_line.left_out, noun=line.noun)}")
    return 0


class _Line:
    """One target, or an indicator by its default method where nothing is given."""

    def __init__(self, indicator: Indicator, method: Method, standing: Standing | None) -> None:
        self.indicator, self.method, self.standing = indicator, method, standing

    @property
    def noun(self) -> str:
        """What is counted: hồ sơ, nhiệm vụ, …"""
        return say(f"noun.{self.method.record}")

    @property
    def own(self) -> bool:
        """Whether the target asks the unit's own records alone."""
        return (self.indicator.scope if self.standing is None else self.standing.tally.scope) == "own"


def _acts(setting: Setting, workspace: Workspace, number_: str | None, period: Period | None) -> list[FiledAct]:
    """The decision asked for, else all that speak for the period."""
    if number_ is not None:
        return [one_act(workspace, number_)]
    return [act for act in workspace.acts.roots() if speaks_for(act, period or _this_year(setting.today))]


def _this_year(today: date) -> Period:
    year = read_period(f"{(today - timedelta(days=1)).year}")
    if isinstance(year, Problem):
        leave([year])
    return year


def _lines(
    setting: Setting, workspace: Workspace, acts: list[FiledAct], unit: Unit, indicator: str | None, asked: Asked
) -> list[_Line]:
    """A line for each target of the unit that has a method; without any target, for each indicator that has one."""
    found: dict[tuple[str, str], _Line] = {}
    for act in acts:
        for one in reckoned(setting, workspace, act, asked.period, asked.as_of, unit.code, indicator):
            method = one.indicator.method(one.tally.method) if one.tally.method else None
            if one.level is not None and method is not None and method.definition is not None:
                found.setdefault((one.indicator.code, method.code), _Line(one.indicator, method, one))
    if found:
        return list(found.values())
    note(say("worklist.not-in-any"))
    for code, known in workspace.catalogue.items():
        method = known.method(known.default) if known.default else None
        if indicator in (None, code) and method is not None and method.definition is not None:
            found[code, method.code] = _Line(known, method, None)
    return list(found.values())


def _listed(workspace: Workspace, unit: Unit, line: _Line, asked: Asked, most: int) -> Worklist:
    definition = line.method.definition
    found = [] if definition is None else open_records(workspace, definition, unit, asked, own=line.own)
    if isinstance(found, Problem):
        leave([found])
    return listed(found, line.standing, as_of=asked.as_of, working=workspace.opened.calendar, most=most)


def _print(unit: Unit, asked: Asked, found: list[tuple[_Line, Worklist]]) -> None:
    named = say("reason.unit", code=unit.code, name=unit.name)
    click.echo(say("worklist.heading", unit=named, day=say_day(asked.as_of)))
    when = say_period(asked.period)
    for line, of_line in found:
        click.echo("")
        told = {"indicator": line.indicator.name.vi, "method": line.method.name.vi, "noun": line.noun, "when": when}
        counts = ", ".join(
            say("worklist.count", count=number(count), urgency=say(f"worklist.urgency.{urgency}"))
            for urgency, count in of_line.counts.items()
        )
        key = "target" if of_line.items else "empty"
        click.echo(say(f"worklist.{key}", total=number(of_line.total), counts=counts, **told))
        if line.standing is not None:
            click.echo("  " + " · ".join(_figure(line.standing)))
        if of_line.items:
            words = InWords(kinds()[line.method.record])
            print_table([_row(item, line, words) for item in of_line.items], COLUMNS)
        if of_line.left_out:
            click.echo(say("worklist.more", count=number(of_line.left_out), noun=line.noun))


COLUMNS = (
    Column(key="record", heading="worklist.column.record"),
    Column(key="unit", heading="worklist.column.unit"),
    Column(key="urgency", heading="worklist.column.urgency"),
    Column(key="deadline", heading="worklist.column.deadline"),
    Column(key="left", heading="worklist.column.left"),
    Column(key="awaits", heading="worklist.column.awaits", flexible=True),
    Column(key="met", heading="worklist.column.met"),
    Column(key="missed", heading="worklist.column.missed"),
)


def _figure(standing: Standing) -> Iterator[str]:
    """n / d, the figure, the target, the verdict and the headroom, as far as there are such."""
    level = standing.level
    parts = (
        say_counts(standing.tally),
        standing.shown,
        None if level is None else say("worklist.level", level=levels.say(level)),
        say_verdict(standing),
        say_room(standing),
    )
    yield from (part for part in parts if part)


def _row(item: Item, line: _Line, words: InWords) -> dict[str, Any]:
    prospect, standing = item.prospect, line.standing
    final = standing is not None and standing.final
    return {
        "record": SEPARATOR.join(item.key),
        "unit": item.unit,
        "urgency": say(f"worklist.urgency.{item.urgency}"),
        "deadline": "" if prospect.deadline is None else _say_deadline(prospect.deadline),
        "left": _say_left(item.days_left),
        "awaits": ", ".join(words.label(name) for name in prospect.awaits),
        "met": _say_effect(item.met, final=final),
        "missed": _say_effect(item.missed, final=final),
    }


def _say_deadline(deadline: datetime) -> str:
    if deadline.time() == END_OF_DAY:
        return say_day(deadline.date())
    return f"{deadline:%H:%M} {say_day(deadline.date())}"


def _say_left(days: int | None) -> str:
    if days is None:
        return ""
    if days == 0:
        return say("worklist.today")
    return say(f"worklist.{'days' if days > 0 else 'past'}", count=abs(days))


def _say_effect(effect: Effect, *, final: bool) -> str:
    """What becomes of the record, and the headroom then: `đạt, dư 171`."""
    said = say(f"reason.turn.{effect.fate.outcome}")
    room = say_in_a_cell(effect.headroom, final=final)
    return f"{said}, {room}" if room else said


FLAT = (
    "record unit indicator method period as_of urgency deadline days_left awaits now met met_numerator "
    "met_denominator missed missed_numerator missed_denominator"
).split()


def _object(line: _Line, item: Item, asked: Asked) -> dict[str, Any]:
    standing = line.standing
    return {
        **as_json(item),
        "indicator": line.indicator.code,
        "method": line.method.code,
        "period": {
            "name": asked.period.name,
            "from": asked.period.first.isoformat(),
            "to": asked.period.last.isoformat(),
        },
        "as_of": asked.as_of.isoformat(),
        "headroom": None if standing is None else standing.headroom,
    }


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    flat = {**found, "period": found["period"]["name"], "awaits": " ".join(found["awaits"])}
    for key in ("met", "missed"):
        flat[key] = found[key]["fate"]
        flat |= {f"{key}_{part}": found[key][part] for part in ("numerator", "denominator")}
    return flat
