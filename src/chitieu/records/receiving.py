"""A file of records is received: opened, checked as a whole, compared with what is there, delivered whole or not.

Works in a folder of its own inside the lake; nothing of it counts before the register names it. Knows the order of
the steps; each step is a module of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from chitieu.acts.units import Tree
from chitieu.problem import Problem, Weight, problem
from chitieu.records import feeds, rejected, store, stored
from chitieu.records.arrivals import arrivals
from chitieu.records.checking import FORMAT_OF_SOURCE, Rejected
from chitieu.records.delivery import Cover, Delivery, in_state
from chitieu.records.kind import Kind
from chitieu.records.kinds import kinds
from chitieu.records.lake import Lake
from chitieu.records.mapping import Mapping as Names
from chitieu.records.opened import open_file
from chitieu.records.staged import Staged, stage
from chitieu.records.staging import Staging, staging
from chitieu.records.tidied import name_of

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
    """Receive one file: everything new in it is in the lake, or nothing.

    The file is checked beside the lake, where others may work at the same time; it is compared and delivered alone.
    """
    if coming.source and not FORMAT_OF_SOURCE.fullmatch(coming.source):
        return problem("FIGURE-SOURCE", weight=Weight.MISUSED, value=coming.source)
    kind, mapping = kinds()[coming.kind], coming.mapping
    opened = open_file(coming.path, coming.file)
    if isinstance(opened, Problem):
        is_nothing = opened.code == "EMPTY-FILE" and coming.covers  # nothing happened, and that is said
        return _without_rows(lake, coming) if is_nothing else opened
    if opened.is_json and not opened.columns and opened.form == "array":
        return _without_rows(lake, coming)
    format_ = feeds.format_of(kind, opened, mapping)
    if isinstance(format_, Problem):
        return format_
    with staging(lake.path) as place:
        if isinstance(place, Problem):
            return place
        staged = stage(place, kind, opened, format_, mapping, tree)
        if isinstance(staged, Problem):
            return staged
        try:
            files, turned_away = _files(place, kind, staged, coming.file)
            sha256 = store.digest_of(coming.path)
        except OSError:
            return problem("LAKE-NOT-WRITTEN", file=str(lake.path), weight=Weight.DAMAGED)
        received = Received(
            file=coming.file,
            delivery=None,
            account=Account(),
            warnings=staged.warnings,
            rejected=turned_away,
            unread=staged.unread,
        )
        with lake.writing() as locked:
            there = stored.proved(lake, kind) if locked is None else locked
            if isinstance(there, Problem):
                return there
            found = arrivals(place.connection, kind, f"(SELECT * FROM {staged.rows} WHERE errors IS NULL)", there)
            account = Account(
                read=staged.read,
                accepted=found.accepted,
                replaced=found.replaced,
                unchanged=found.unchanged,
                older=found.older,
                quarantined=staged.quarantined,
            )
            source = coming.source or mapping.source or format_.SOURCE
            return _delivered(lake, coming, replace(received, account=account), files, source, sha256)


def _files(place: Staging, kind: Kind, staged: Staged, file: str) -> tuple[list[store.Finished], tuple[Rejected, ...]]:
    """The files of a delivery: all rows that are let in, and those turned away; and the first of the latter."""
    rows, quarantine = place.path("rows.parquet"), place.path("quarantine.parquet")
    files: list[store.Finished] = []
    turned_away: tuple[Rejected, ...] = ()
    if staged.read > staged.quarantined:
        columns = ", ".join(name_of(column.name) for column in kind.stored)
        query = f"SELECT {columns}, row FROM {staged.rows} WHERE errors IS NULL"
        place.write(query, rows)
        files.append(store.Finished(path=rows, rows=staged.read - staged.quarantined, holds="rows"))
    if staged.quarantined:
        turned_away = rejected.write(place.connection, kind, staged.rows, file, staged.names, quarantine, SAMPLE)
        files.append(store.Finished(path=quarantine, rows=staged.quarantined, holds="quarantine"))
    return files, turned_away


def _without_rows(lake: Lake, coming: Coming) -> Received | Problem:
    """A file that has no row: it may say that nothing happened where it says what it covers."""
    received = Received(file=coming.file, delivery=None, account=Account(), warnings={}, rejected=(), unread=())
    source = coming.source or coming.mapping.source
    with lake.writing() as locked:
        return locked or _delivered(lake, coming, received, [], source, store.digest_of(coming.path))


def _delivered(
    lake: Lake, coming: Coming, received: Received, files: Sequence[store.Finished], source: str, sha256: str
) -> Received | Problem:
    """The account with the number of its delivery; without one where nothing is new.

    New is a row that was not there as it is, a cover that nobody stated, and a file of which rows are turned away: they
    are kept to be corrected.
    """
    known = lake.deliveries()
    if isinstance(known, Problem):
        return known
    standing = [delivery for delivery in in_state(known, None) if delivery.kind == coming.kind]
    account = received.account
    is_new = account.accepted + account.replaced + account.older > 0
    is_new |= bool(set(coming.covers) - {cover for delivery in standing for cover in delivery.covers})
    is_new |= account.quarantined > 0 and sha256 not in {delivery.sha256 for delivery in standing}
    if not is_new:
        return received
    draft = Delivery(
        what="records",
        kind=coming.kind,
        source=source,
        person=coming.person,
        delivered_at=coming.now,
        file=coming.file,
        sha256=sha256,
        covers=coming.covers,
        counts={**account.counts(), "warnings": dict(received.warnings)},
    )
    landed = lake.land(draft, files)
    return landed if isinstance(landed, Problem) else replace(received, delivery=landed.number)
