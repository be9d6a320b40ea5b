"""Delivery: one arrival of records, or one withdrawal, as the register of the lake says it.

Knows its parts and their text form. Refuses to know where they are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

MADE_UP = "so-lieu-minh-hoa"
"""The source of records that a program made up; whatever is counted from them says so."""

What = Literal["records", "withdrawal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A unit and all below it on each day from `first` to `last`, said to be delivered completely."""

    unit: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file of a delivery: its path in the lake, the SHA-256 of its bytes, its rows, and what they are."""

    path: str
    sha256: str
    rows: int
    holds: Literal["rows", "quarantine"] = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came, from whom and when. `number` rises by one over all kinds, 0 for one not delivered yet.

    `delivered_at` is local time without zone; `counts` is the accounting; a withdrawal names the
    delivery it takes back in `withdraws` and has no rows of its own.
    """

    what: What
    kind: str
    delivered_at: datetime
    source: str = ""
    person: str = ""
    file: str = ""
    sha256: str = ""
    covers: tuple[Cover, ...] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)
    withdraws: int | None = None
    number: int = 0
    files: tuple[DataFile, ...] = ()


def as_line(delivery: Delivery, before: str) -> dict[str, Any]:
    """The delivery as a line of the register. `before` is the digest of the line before, empty for the first."""
    line: dict[str, Any] = {
        "number": delivery.number,
        "what": delivery.what,
        "withdraws": delivery.withdraws,
        "kind": delivery.kind,
        "source": _writable(delivery.source),
        "person": _writable(delivery.person),
        "delivered_at": delivery.delivered_at.isoformat(timespec="seconds"),
        "file": _writable(delivery.file),
        "sha256": delivery.sha256,
        "covers": _text([[cover.unit, str(cover.first), str(cover.last)] for cover in delivery.covers]),
        "counts": _text(delivery.counts),
        "files": _text([[file.path, file.sha256, file.rows, file.holds] for file in delivery.files]),
    }
    return {**line, "digest": digest(line, before)}


def digest(line: Mapping[str, Any], before: str) -> str:
    """SHA-256 over a line without its own digest and over the digest of the line before: a chain."""
    parts = {name: value for name, value in line.items() if name != "digest"}
    return hashlib.sha256((before + "\n" + _text(parts)).encode()).hexdigest()


def from_line(line: Mapping[str, Any]) -> Delivery:
    """The delivery of a line of the register."""
    return Delivery(
        number=line["number"],
        what=line["what"],
        withdraws=line["withdraws"],
        kind=line["kind"],
        source=line["source"],
        person=line["person"],
        delivered_at=datetime.fromisoformat(line["delivered_at"]),
        file=line["file"],
        sha256=line["sha256"],
        covers=tuple(
            Cover(unit=unit, first=date.fromisoformat(first), last=date.fromisoformat(last))
            for unit, first, last in json.loads(line["covers"])
        ),
        counts=json.loads(line["counts"]),
        files=tuple(
            DataFile(path=path, sha256=sha256, rows=rows, holds=holds)
            for path, sha256, rows, holds in json.loads(line["files"])
        ),
    )


def in_state(deliveries: list[Delivery], state: int | None) -> list[Delivery]:
    """The deliveries of records up to the number `state` (None: all) that no withdrawal up to it takes back."""
    known = [delivery for delivery in deliveries if state is None or delivery.number <= state]
    withdrawn = {delivery.withdraws for delivery in known if delivery.what == "withdrawal"}
    return [delivery for delivery in known if delivery.what == "records" and delivery.number not in withdrawn]


def _writable(text: str) -> str:
    # The name of a file may hold bytes that are no letters; written out, it can be kept.
    return text.encode("utf-8", "backslashreplace").decode()


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
