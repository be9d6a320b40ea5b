"""`import figure` and `deliveries`: records in, and what came in."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from chitieu.cli.frame import (
    ZONE,
    Group,
    Setting,
    command,
    finish,
    format_option,
    leave,
    note,
    period_option,
    read_file,
    say_problems,
    words_of,
)
from chitieu.cli.listing import Column, show
from chitieu.period import Period
from chitieu.problem import Problem, refusals, worst
from chitieu.records.accounting import Accounting
from chitieu.records.delivery import Cover, Delivery
from chitieu.records.reading import Reading
from chitieu.standings.shown import number
from chitieu.walk import Workspace, deliver
from chitieu.words import say

NAMED_ROWS = 20
"""Rejected rows that are said at once; all of them stand in `deliveries quarantine`."""


class MomentType(click.ParamType[datetime]):
    """A moment, ISO 8601; without an offset it is local."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(say("cli.bad-moment", given=str(value)), param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


@click.command("import", **words_of("import"))
@click.argument("kind", type=click.Choice(["figure"]), metavar=say("cli.kind"))
@click.argument("files", nargs=-1, required=True, metavar=say("cli.files"))
@click.option("--source", metavar=say("cli.code"), help=say("cli.import.source"))
@period_option()
@click.option("--captured", type=MomentType(), metavar=say("cli.moment"), help=say("cli.import.captured"))
@click.option("--person", default="", metavar=say("cli.text"), help=say("cli.import.person"))
@format_option
@command("import")
def import_(
    setting: Setting,
    kind: str,
    files: tuple[str, ...],
    source: str | None,
    period: Period | None,
    captured: datetime | None,
    person: str,
    form: str,
) -> int:
    """Deliver files, each whole or not at all, and print the account of each."""
    workspace = setting.workspace()
    objects: list[dict[str, Any]] = []
    status = 0
    for path in files:
        name, data = read_file(path)
        done = deliver(
            workspace, data, name, source=source, period=period, captured=captured, person=person, now=setting.now
        )
        if isinstance(done, Problem):
            say_problems([done])
            status = max(status, done.weight)
            continue
        reading, account = done
        objects.append(_object(reading, account))
        status = max(status, _say(reading, account, form))
    if form == "json":
        click.echo(json.dumps(objects, ensure_ascii=False, indent=1))
    elif form == "csv":
        show(
            objects,
            [Column(key=key, heading="cli.column.name") for key in (objects[0] if objects else {"file": ""})],
            "csv",
        )
    return status


def _object(reading: Reading, account: Accounting) -> dict[str, Any]:
    shares = reading.percentages
    percentages = {"checked": shares.checked, "agree": shares.agree, "of_figures": shares.of_figures}
    return {**account.as_json(), "percentages": percentages}


def _say(reading: Reading, account: Accounting, form: str) -> int:
    """What a person reads of an import: the account, percentages, warnings counted, rejected rows named."""
    if form == "table":
        click.echo(
            say(
                "account.line",
                file=account.file,
                read=number(account.read),
                accepted=number(account.accepted),
                replaced=number(account.replaced),
                unchanged=number(account.unchanged),
                older=number(account.older),
                quarantined=number(account.quarantined),
                left=number(sum(account.not_taken.values())),
            )
        )
        for reason, count in account.not_taken.items():
            click.echo(say("account.reason", count=number(count), reason=say(f"account.{reason}")))
        shares = reading.percentages
        if shares.checked:
            click.echo(
                say(
                    "account.percentages",
                    agree=number(shares.agree),
                    checked=number(shares.checked),
                    of_figures=number(shares.of_figures),
                )
            )
        if account.delivery is None:
            click.echo(say("account.nothing-new"))
        else:
            click.echo(say("account.delivery", delivery=account.delivery))
    problems = [found for rejected in reading.quarantined for found in rejected.problems]
    say_problems([*problems[:NAMED_ROWS], *reading.warnings[:NAMED_ROWS]])
    if len(problems) > NAMED_ROWS or len(reading.warnings) > NAMED_ROWS:
        rest = max(0, len(problems) - NAMED_ROWS) + max(0, len(reading.warnings) - NAMED_ROWS)
        note(say("account.more", count=rest))
    return worst(refusals(problems))


@click.group("deliveries", cls=Group, invoke_without_command=True, help=say("cli.deliveries.help"))
@click.pass_context
def deliveries(ctx: click.Context) -> None:
    """What came in."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_command)


def _all(workspace: Workspace) -> list[Delivery]:
    known = workspace.lake.deliveries()
    if isinstance(known, Problem):
        leave([known])
    return known


def _row(delivery: Delivery, withdrawn: dict[int | None, int]) -> dict[str, Any]:
    return {
        "delivery": delivery.number,
        "what": delivery.what,
        "kind": delivery.kind,
        "source": delivery.source,
        "person": delivery.person or None,
        "delivered_at": delivery.delivered_at.isoformat(),
        "file": delivery.file or None,
        "sha256": delivery.sha256 or None,
        "counts": dict(delivery.counts),
        "withdraws": delivery.withdraws,
        "withdrawn_by": withdrawn.get(delivery.number),
    }


def _covered(cover: Cover) -> str:
    return f"{cover.unit}:{cover.first}:{cover.last}"


@deliveries.command("list", **words_of("deliveries.list"))
@format_option
@command("deliveries.list")
def list_(setting: Setting, form: str) -> int:
    """All deliveries, by number."""
    known = _all(setting.workspace())
    withdrawn = {delivery.withdraws: delivery.number for delivery in known if delivery.what == "withdrawal"}
    objects = [_row(delivery, withdrawn) for delivery in known]
    rows = [
        {
            **found,
            "what": say(f"account.what.{found['what']}", number=found["withdraws"] or 0),
            "accepted": found["counts"].get("accepted", ""),
            "state": say("account.withdrawn", number=found["withdrawn_by"]) if found["withdrawn_by"] else "",
        }
        for found in objects
    ]
    columns = [
        Column(key="delivery", heading="account.column.delivery", side="right"),
        Column(key="what", heading="account.column.what"),
        Column(key="source", heading="account.column.source"),
        Column(key="delivered_at", heading="account.column.at"),
        Column(key="accepted", heading="account.column.accepted", side="right"),
        Column(key="file", heading="account.column.file", flexible=True),
        Column(key="state", heading="standing.column.note", flexible=True),
    ]
    if not objects and form == "table":
        note(say("account.none"))
        return 0
    show(rows if form == "table" else objects, columns, form, objects=objects)
    return 0


list_command = list_


@deliveries.command("show", **words_of("deliveries.show"))
@click.argument("number_", type=int, metavar="K")
@format_option
@command("deliveries.show")
def show_(setting: Setting, number_: int, form: str) -> int:
    """One delivery with its account and its files."""
    workspace = setting.workspace()
    known = _all(workspace)
    found = workspace.lake.delivery(number_)
    if isinstance(found, Problem):
        leave([found])
    withdrawn = {delivery.withdraws: delivery.number for delivery in known if delivery.what == "withdrawal"}
    files = [{"path": file.path, "sha256": file.sha256, "rows": file.rows} for file in found.files]
    shown = {**_row(found, withdrawn), "covers": [_covered(cover) for cover in found.covers], "files": files}
    if form == "table":
        for key, value in shown.items():
            click.echo(f"{key}: {json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value}")
    else:
        show([shown], [Column(key=key, heading="cli.column.name") for key in shown], form)
    return 0


@deliveries.command("withdraw", **words_of("deliveries.withdraw"))
@click.argument("number_", type=int, metavar="K")
@click.option("--person", default="", metavar=say("cli.text"), help=say("cli.import.person"))
@command("deliveries.withdraw")
def withdraw(setting: Setting, number_: int, person: str) -> int:
    """Take a delivery back: its rows speak no longer; the delivery stays listed."""
    done = setting.workspace().lake.withdraw(number_, person=person, now=setting.now)
    if isinstance(done, Problem):
        leave([done])
    note(say("account.withdrawn-now", number=number_, withdrawal=done.number))
    return 0


@deliveries.command("quarantine", **words_of("deliveries.quarantine"))
@click.argument("number_", type=int, metavar="K")
@format_option
@command("deliveries.quarantine")
def quarantine(setting: Setting, number_: int, form: str) -> int:
    """The rejected rows of a delivery, with why and how to fix; CSV unless asked otherwise."""
    found = setting.workspace().lake.quarantine(number_)
    if isinstance(found, Problem):
        return finish([found])
    rows = [
        {"row": one["row"], "why": " ".join(wrong["sentence"] for wrong in one["problems"]), **one["cells"]}
        for one in found
    ]
    keys = list(dict.fromkeys(key for row in rows for key in row)) or ["row", "why"]
    columns = [Column(key=key, heading="cli.column.name") for key in keys]
    show(rows, columns, "json" if form == "json" else "csv", objects=found)
    return 0
