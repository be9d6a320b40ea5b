"""A file of records is received: opened, checked as a whole, compared with what is there, delivered whole or not.

Works in a folder of its own inside the lake; nothing of it counts before the register names it. Knows the order of
the steps; each step is a module of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from chitieu.acts.names import fold
from chitieu.acts.units import Tree
from chitieu.problem import Problem, Weight, problem
from chitieu.records import checked, feeds, rejected, stored
from chitieu.records.arrivals import arrivals
from chitieu.records.checked import name_of
from chitieu.records.checking import Rejected
from chitieu.records.delivery import Cover, Delivery
from chitieu.records.kind import Kind
from chitieu.records.kinds import kinds
from chitieu.records.lake import Lake
from chitieu.records.mapping import Mapping as Names
from chitieu.records.opened import Opened, literal, open_file
from chitieu.records.own_day import in_sql as own_day
from chitieu.records.staging import Staging, staging

SAMPLE = 40
"""Rejected rows that are given back at once; all of them are kept with the delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What the caller says of a file. `file` is its name for people, `path` where its bytes lie."""

    kind: str
    file: str
    path: Path
    now: datetime
    source: str = ""
    person: str = ""
    mapping: Names = field(default_factory=Names)
    covers: tuple[Cover, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """read = accepted + replaced + unchanged + older + quarantined + those not taken, by reason."""

    read: int = 0
    accepted: int = 0
    replaced: int = 0
    unchanged: int = 0
    older: int = 0
    quarantined: int = 0
    not_taken: Mapping[str, int] = field(default_factory=dict)

    def counts(self) -> dict[str, Any]:
        """The counts alone, as the register keeps them."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "replaced": self.replaced,
            "unchanged": self.unchanged,
            "older": self.older,
            "quarantined": self.quarantined,
            "not_taken": dict(self.not_taken),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file, received. `delivery` is None where nothing was new; `warnings` are counted by code."""

    file: str
    delivery: int | None
    account: Account
    warnings: Mapping[str, int]
    rejected: tuple[Rejected, ...]
    unread: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The object the command `import` prints for a file."""
        return {
            "file": self.file,
            "delivery": self.delivery,
            **self.account.counts(),
            "warnings": dict(self.warnings),
        }


def receive(lake: Lake, tree: Tree, coming: Coming) -> Received | Problem:
    """Receive one file: everything new in it is in the lake, or nothing."""
    opened = open_file(coming.path, coming.file)
    if isinstance(opened, Problem) and not (opened.code == "EMPTY-FILE" and coming.covers):
        return opened
    with lake.writing() as locked:
        if locked is not None:
            return locked
        with staging(lake.path) as place:
            return place if isinstance(place, Problem) else _Receiving(lake, tree, coming, place).of(opened)


class _Receiving:
    def __init__(self, lake: Lake, tree: Tree, coming: Coming, place: Staging) -> None:
        self._lake, self._tree, self._coming, self._place = lake, tree, coming, place
        self._connection = place.connection
        self._kind: Kind = kinds()[coming.kind]
        self._all = place.path("all.parquet")

    def of(self, opened: Opened | Problem) -> Received | Problem:
        if isinstance(opened, Problem):  # an empty file that is said to be complete: nothing happened
            return self._delivered(Account(), {}, (), (), source="")
        feed = feeds.format_of(self._kind, opened, self._coming.mapping)
        if isinstance(feed, Problem):
            nothing = not opened.columns and self._coming.covers
            return self._delivered(Account(), {}, (), (), source="") if nothing else feed
        opened = opened.unwrapped(self._place.path("unwrapped.json"))
        for body in checked.AT_THE_DOOR:
            self._connection.execute(f"CREATE TEMP MACRO {body}")
        staged = self._staged(opened, feed, is_lenient=False)
        if isinstance(staged, _WrongShape):
            staged = self._staged(opened, feed, is_lenient=True)
        if isinstance(staged, _WrongShape):
            return staged.problem
        if isinstance(staged, Problem):
            return staged
        warnings, unread = staged
        source = self._coming.source or self._coming.mapping.source or feed.SOURCE
        turned_away = list(rejected.rows(self._connection, self._kind, self._all, self._coming.file))
        there = stored.proved(self._lake, self._kind)
        if isinstance(there, Problem):
            return there
        account = self._account(there)
        return self._delivered(account, warnings, turned_away, unread, source=source)

    def _staged(
        self, opened: Opened, feed: feeds.Format, *, is_lenient: bool
    ) -> tuple[dict[str, int], tuple[str, ...]] | Problem | _WrongShape:
        """Every row of the file with its values, errors and warnings, in one file in the order of the file."""
        import duckdb

        relation = feed.relation(self._kind, opened, self._coming.mapping, is_lenient=is_lenient)
        if isinstance(relation, Problem):
            return relation
        if opened.table is not None and relation.wanted:
            self._connection.register("table_rows", opened.table.batches(relation.wanted))
        body = relation.unit_of_body
        codes = checked.Codes(folded=self._tree.codes, body=body if fold(body) in self._tree.codes else "")
        check = checked.check(self._kind, relation, codes)
        try:
            self._connection.execute(f"COPY ({check.query}) TO {literal(self._all)} (FORMAT parquet, COMPRESSION zstd)")
        except duckdb.Error as fault:
            found = _fault(fault, opened)
            return found if is_lenient else _WrongShape(found)
        if opened.table is not None and opened.table.broken is not None:
            return opened.table.broken
        return self._warned(check.warnings), relation.unread

    def _account(self, there: stored.Stored) -> Account:
        source = rejected.staged(self._all)
        counted = self._connection.execute(f"SELECT count(*), count(errors) FROM {source}").fetchone() or (0, 0)
        self._connection.execute(f"CREATE TEMP VIEW arriving AS SELECT * FROM {source} WHERE errors IS NULL")
        found = arrivals(self._connection, self._kind, "arriving", there)
        return Account(
            read=counted[0],
            accepted=found.accepted,
            replaced=found.replaced,
            unchanged=found.unchanged,
            older=found.older,
            quarantined=counted[1],
        )

    def _warned(self, codes: Sequence[str]) -> dict[str, int]:
        """How many rows that enter carry each warning; and how many name a unit that does not stand that day."""
        found: Counter[str] = Counter()
        rows = self._connection.execute(
            f"SELECT warnings, count(*) FROM {rejected.staged(self._all)} WHERE errors IS NULL GROUP BY warnings"
        ).fetchall()
        for bits, count in rows:
            for place, code in enumerate(codes):
                found[code] += count if bits >> place & 1 else 0
        day = own_day(self._kind)
        units = self._connection.execute(
            f"SELECT unit, {day}, count(*) FROM {rejected.staged(self._all)} WHERE errors IS NULL GROUP BY ALL"
        ).fetchall()
        for unit, on, count in units:
            meant = self._tree.look_up(unit, on)
            if meant is not None and meant[1] is not None:
                found[f"UNIT-{meant[1]}"] += count
        return {code: found[code] for code in sorted(found) if found[code]}

    def _delivered(
        self,
        account: Account,
        warnings: Mapping[str, int],
        turned_away: Sequence[Rejected],
        unread: tuple[str, ...],
        *,
        source: str,
    ) -> Received | Problem:
        coming = self._coming
        received = Received(
            file=coming.file,
            delivery=None,
            account=account,
            warnings=warnings,
            rejected=tuple(turned_away[:SAMPLE]),
            unread=unread,
        )
        new = account.accepted + account.replaced + account.older
        if not new and not self._says_more():
            return received
        rows = self._place.path("rows.parquet")
        valid = account.read - account.quarantined
        if valid:
            columns = ", ".join(name_of(column.name) for column in self._kind.stored)
            self._connection.execute(
                f"COPY (SELECT {columns}, row FROM {rejected.staged(self._all)} WHERE errors IS NULL) "
                f"TO {literal(rows)} (FORMAT parquet, COMPRESSION zstd)"
            )
        draft = Delivery(
            what="records",
            kind=coming.kind,
            source=source,
            person=coming.person,
            delivered_at=coming.now,
            file=coming.file,
            sha256=_digest(coming.path),
            covers=coming.covers,
            counts={**account.counts(), "warnings": dict(warnings)},
        )
        landed = self._lake.land(draft, rows if valid else None, valid, turned_away)
        return landed if isinstance(landed, Problem) else replace(received, delivery=landed.number)

    def _says_more(self) -> bool:
        """Whether the caller states a cover that no delivery of the kind has stated."""
        known = self._lake.deliveries()
        there = (
            {cover for one in known if one.kind == self._kind.code for cover in one.covers}
            if isinstance(known, list)
            else set()
        )
        return bool(set(self._coming.covers) - there)


class _WrongShape:
    """A file that could not be read with its lists as the format says: they are read as texts then."""

    def __init__(self, found: Problem) -> None:
        self.problem = found


def _fault(fault: Exception, opened: Opened) -> Problem:
    """What the reader says of a file it cannot read, with its line where it names one."""
    line = re.search(r"[Ll]ine:? ?(\d+)", str(fault)) or re.search(r"in record/value (\d+)", str(fault))
    code = "RECORD-JSON" if opened.is_json else "RECORD-PARQUET" if opened.form == "parquet" else "RECORD-CSV"
    return problem(code, file=opened.file, row=int(line[1]) if line else None, weight=Weight.UNREADABLE)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
