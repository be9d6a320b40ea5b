"""`import figure` and `deliveries`: records in, and what came in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from chitieu.cli.commands import Group
from chitieu.cli.frame import Setting, command, finish, leave, note, say_problems, try_file, words_of
from chitieu.cli.imports import Said, account_lines, import_records
from chitieu.cli.listing import Column, print_json, show
from chitieu.cli.options import MomentType, NumberType, TextType, format_option, period_option, text_option
from chitieu.cli.progress import working
from chitieu.period import Period
from chitieu.problem import Problem, Weight, problem, refusals, worst
from chitieu.records.accounting import Accounting
from chitieu.records.delivery import Cover, Delivery
from chitieu.records.kinds import importable
from chitieu.records.reading import Reading
from chitieu.standings.shown import number
from chitieu.walk import Workspace, deliver
from chitieu.words import say, visible

person_option = click.option(
    "--person", type=TextType(may_be_empty=True), default="", metavar=say("cli.text"), help=say("cli.import.person")
)

FLAT = (
    "delivery what kind source person delivered_at file sha256 read accepted replaced unchanged older quarantined "
    "withdraws withdrawn_by"
).split()

NAMED_ROWS = 20
"""Rejected rows that are said at once; all of them stand in `deliveries quarantine`."""


@click.command("import", **words_of("import"))
@click.argument("kind", type=click.Choice(importable()), metavar=say("cli.kind"))
@click.argument("files", nargs=-1, required=True, metavar=say("cli.files"))
@text_option("--source", metavar="cli.code", key="cli.import.source")
@period_option()
@click.option("--captured", type=MomentType(), metavar=say("cli.moment"), help=say("cli.import.captured"))
@text_option("--unit", metavar="cli.unit", key="cli.import.unit")
@click.option("--covers", "covered", multiple=True, metavar=say("cli.cover"), help=say("cli.import.covers"))
@text_option("--mapping", metavar="cli.code", key="cli.import.mapping")
@person_option
@format_option
@command("import")
def import_(
    setting: Setting,
    kind: str,
    files: tuple[str, ...],
    source: str | None,
    period: Period | None,
    captured: datetime | None,
    unit: str | None,
    covered: tuple[str, ...],
    mapping: str | None,
    person: str,
    form: str,
) -> int:
    """Deliver files, each whole or not at all, and print the account of each."""
    workspace = setting.workspace()
    if kind != "figure":
        if period or captured or unit:
            leave([problem("PERIOD-OF-RECORDS", weight=Weight.MISUSED)])
        said = Said(kind=kind, source=source, person=person, covered=covered, mapping=mapping, form=form)
        return import_records(setting, workspace, files, said)
    if covered or mapping:
        leave([problem("COVER-OF-FIGURES", weight=Weight.MISUSED)])
    objects: list[dict[str, Any]] = []
    status = 0

    def receive(name: str, data: bytes) -> tuple[Reading, Accounting] | Problem:
        with working(name, data):
            return deliver(
                workspace,
                data,
                name,
                source=source,
                period=period,
                captured=captured,
                unit=unit,
                person=person,
                now=setting.now,
            )

    for path in files:
        read = try_file(path)
        done = read if isinstance(read, Problem) else receive(*read)
        if isinstance(done, Problem):
            say_problems([done])
            status = max(status, done.weight)
            continue
        reading, account = done
        objects.append(_object(reading, account))
        status = max(status, _say(reading, account, form))
    if form == "json":
        print_json(objects)
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
        click.echo("\n".join(account_lines(account.file, account.counts())))
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
        kept = account.delivery is not None
        note(say("account.more" if kept else "account.more-unkept", count=rest, delivery=account.delivery))
    return worst(refusals(problems))


@click.group(
    "deliveries",
    cls=Group,
    otherwise="list",
    help=say("cli.deliveries.help"),
    epilog=say("cli.deliveries.examples"),
)
def deliveries() -> None:
    """What came in."""


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


def _said(key: str, value: Any) -> str:
    """One line of what is kept of a delivery, in words."""
    if key == "files":
        value = "; ".join(f"{file['path']} ({number(file['rows'])})" for file in value)
    elif key == "what":
        value = say("account.what.withdrawal-alone" if value == "withdrawal" else "account.what.records")
    elif key == "covers":
        value = ", ".join(value)
    return f"{say(f'account.label.{key}')}: {visible(str(value))}"


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
    if form != "table":
        flat = [{**found, **found["counts"]} for found in objects]
        show(flat, [Column(key=key, heading="cli.column.name") for key in FLAT], form, objects=objects)
        return 0
    if not objects:
        note(say("account.none"))
        return 0
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
    show(rows, columns, form)
    return 0


@deliveries.command("show", **words_of("deliveries.show"))
@click.argument("number_", type=NumberType(), metavar="K")
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
        said = {key: value for key, value in shown.items() if value not in (None, [], {}) and key != "counts"}
        click.echo("\n".join(_said(key, value) for key, value in said.items()))
        if shown["counts"]:
            click.echo("\n".join(account_lines(found.file, shown["counts"])))
    else:
        show([shown], [Column(key=key, heading="cli.column.name") for key in shown], form)
    return 0


@deliveries.command("withdraw", **words_of("deliveries.withdraw"))
@click.argument("number_", type=NumberType(), metavar="K")
@person_option
@command("deliveries.withdraw")
def withdraw(setting: Setting, number_: int, person: str) -> int:
    """Take a delivery back: its rows speak no longer; the delivery stays listed."""
    done = setting.workspace().lake.withdraw(number_, person=person, now=setting.now)
    if isinstance(done, Problem):
        leave([done])
    note(say("account.withdrawn-now", number=number_, withdrawal=done.number))
    return 0


@deliveries.command("quarantine", **words_of("deliveries.quarantine"))
@click.argument("number_", type=NumberType(), metavar="K")
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
