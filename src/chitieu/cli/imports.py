"""Records of single cases in: files of every kind but figures, what was let in, what was turned away and why."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chitieu.cli.frame import Setting, leave, note, say_problems
from chitieu.cli.listing import Column, print_json, show
from chitieu.cli.progress import working_on
from chitieu.period import read_day
from chitieu.problem import Problem, Weight, problem
from chitieu.records.delivery import MADE_UP, Cover
from chitieu.records.kinds import kinds
from chitieu.records.mapping import Mapping as Names
from chitieu.records.mapping import find_mapping
from chitieu.standings.shown import number
from chitieu.walk import Workspace, receive
from chitieu.words import knows, say

if TYPE_CHECKING:
    from chitieu.records.receiving import Received

NAMED_ROWS = 20
"""Rejected rows that are said at once; all of them stand in `deliveries quarantine`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the command line says of all its files."""

    kind: str
    source: str | None
    person: str
    covered: tuple[str, ...]
    mapping: str | None
    form: str


def import_records(setting: Setting, workspace: Workspace, files: Sequence[str], said: Said) -> int:
    """Deliver files, each whole or not at all, and print the account of each; the status of the heaviest."""
    from chitieu.records.receiving import Coming

    covers = tuple(_cover(workspace, text) for text in said.covered)
    mapping = Names()
    if said.mapping is not None:
        found = find_mapping(said.mapping, kinds()[said.kind], setting.home)
        if isinstance(found, Problem):
            leave([found])
        mapping = found
    objects: list[dict[str, Any]] = []
    status = 0
    for named in files:
        with _bytes_of(named) as (name, path):
            coming = Coming(
                kind=said.kind,
                file=name,
                path=path,
                now=setting.now,
                source=said.source or (MADE_UP if MADE_UP in Path(name).name else ""),
                person=said.person,
                mapping=mapping,
                covers=covers,
            )
            with working_on(name, path):
                received = receive(workspace, coming)
        if isinstance(received, Problem):
            say_problems([received])
            status = max(status, received.weight)
            continue
        objects.append(received.as_json())
        status = max(status, _say(received, said))
    if said.form == "json":
        print_json(objects)
    elif said.form == "csv":
        keys = list(objects[0]) if objects else ["file"]
        show(objects, [Column(key=key, heading="cli.column.name") for key in keys], "csv")
    return status


def _cover(workspace: Workspace, text: str) -> Cover:
    """`UNIT:FROM:TO`; leaves the command where it is none, or names a unit nobody ever knew."""
    parts = text.rsplit(":", 2)
    days = [read_day(part) for part in parts[1:]]
    first, last = days if len(days) == 2 else (None, None)
    if first is None or last is None or last < first or not parts[0]:
        leave([problem("COVER-UNREADABLE", field="--covers", value=text, weight=Weight.MISUSED)])
    if workspace.tree.look_up(parts[0], first) is None:
        leave([problem("COVER-UNKNOWN-UNIT", field="--covers", value=text, weight=Weight.MISUSED, unit=parts[0])])
    return Cover(unit=parts[0], first=first, last=last)


@contextmanager
def _bytes_of(named: str) -> Iterator[tuple[str, Path]]:
    """The name of a file for people and where its bytes lie; standard input is written out first."""
    if named != "-":
        yield named, Path(named)
        return
    name = say("cli.standard-input")
    if sys.stdin is not None and sys.stdin.isatty():
        note(say("cli.from-keyboard"))
    with tempfile.NamedTemporaryFile(suffix=".input") as kept:
        if sys.stdin is not None:
            shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.flush()
        yield name, Path(kept.name)


def _say(received: Received, said: Said) -> int:
    """What a person reads of an import: the account, warnings counted, rejected rows named."""
    if said.form == "table":
        click.echo("\n".join(account_lines(received.file, received.account.counts())))
        rules = {rule.code: rule.says for rule in kinds()[said.kind].rules}
        for code, count in received.warnings.items():
            click.echo(say("account.warning", count=number(count), what=_doubt(code, rules)))
        if received.unread:
            click.echo(say("account.unread", names=", ".join(received.unread[:12])))
        nothing = received.delivery is None
        click.echo(say("account.nothing-new") if nothing else say("account.delivery", delivery=received.delivery))
    problems = [found for row in received.rejected for found in row.problems]
    say_problems(problems[:NAMED_ROWS])
    more = received.account.quarantined - min(len(received.rejected), NAMED_ROWS)
    if more > 0:
        kept = "account.more" if received.delivery is not None else "account.more-unkept"
        note(say(kept, count=more, delivery=received.delivery))
    return Weight.REFUSED if received.account.quarantined else 0


def _doubt(code: str, rules: Mapping[str, str]) -> str:
    """What a warning says, without the values of one row."""
    key = f"account.{code.lower()}"
    return say(key) if knows(key) else f"{re.sub('{[a-z0-9_]+}', '…', rules.get(code, code))} ({code})"


def account_lines(file: str, counts: Mapping[str, Any]) -> Iterator[str]:
    """The account of a file in words: one line, and one for each reason why rows were not taken."""
    not_taken: Mapping[str, int] = counts["not_taken"]
    numbers = {key: number(value) for key, value in counts.items() if key not in ("not_taken", "warnings")}
    yield say("account.line", file=file, left=number(sum(not_taken.values())), **numbers)
    for reason, count in not_taken.items():
        yield say("account.reason", count=number(count), reason=say(f"account.{reason}"))
