"""The list of filings `acts/FILED`: one line a filing, each with the digest of the line before it.

Knows the form of a line and when one does not follow. Opens no file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from chitieu.problem import Problem, Weight, problem

LIST = "acts/FILED"
NOTHING = "sha256:" + "0" * 64
"""The digest before the first line of the list, and the state of a folder where nothing is filed."""

_LINE = re.compile(rb"(\S+) (\S+) (sha256:[0-9a-f]{64})(?: (reason:\S+))? (sha256:[0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One line of the list: from `moment` on `file` had the bytes of `digest`. `version` counts from 1 a file."""

    moment: datetime
    file: str
    digest: str
    line_digest: str
    version: int
    reason: str = ""


def digest_of(data: bytes) -> str:
    """`sha256:` and the digest in lower-case hexadecimal digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def newest(filed: tuple[Filed, ...]) -> dict[str, Filed]:
    """The last line of each file, in the order of those lines."""
    last = {line.file: line for line in filed}
    return {line.file: line for line in filed if last[line.file] is line}


def line_of(moment: datetime, name: str, digest: str, before: str, reason: str = "") -> bytes:
    """A line of the list without its end; `before` is the digest of the line above, made of the same bytes."""
    why = f" reason:{quote(reason, safe='')}" if reason else ""
    return f"{moment.isoformat(timespec='seconds')} {name} {digest}{why} {before}".encode("ascii")


def follow(listing: bytes | None, lawful: Callable[[str, bool], bool]) -> tuple[tuple[Filed, ...], str, list[Problem]]:
    """Lines, state and the rows that do not follow; rows after a broken one are read too: their files are known.

    `lawful` says whether a name may be listed, and whether again.

    The moment of the last line is vouched for by the state alone, which provenance names; all else by the chain.
    """
    if listing is None:
        return (), NOTHING, []
    filed: list[Filed] = []
    versions: dict[str, int] = {}
    broken: list[Problem] = []
    before = NOTHING
    rows = listing.split(b"\n")
    whole = rows.pop() == b"" and rows != []
    for number, row in enumerate(rows, start=1):
        line_digest = digest_of(row)
        line = _line(row, line_digest, versions, lawful)
        if line is not None:
            filed.append(line)
        if line is None or not row.endswith(before.encode()):
            broken.append(problem("CHAIN-BROKEN", file=LIST, row=number, weight=Weight.DAMAGED))
        before = line_digest
    if not whole:
        broken.append(problem("CHAIN-BROKEN", file=LIST, row=len(rows) + 1, weight=Weight.DAMAGED))
    return tuple(filed), before, broken


def _line(row: bytes, line_digest: str, versions: dict[str, int], lawful: Callable[[str, bool], bool]) -> Filed | None:
    """The line as it was written, letter by letter; None for anything else, and for an act listed twice."""
    fits = _LINE.fullmatch(row)
    if fits is None or not row.isascii():
        return None
    moment, name, digest, reason = ((part or b"").decode() for part in fits.groups()[:4])
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    why = unquote(reason.removeprefix("reason:"))
    if at.tzinfo is None or not lawful(name, name in versions):
        return None
    if row != line_of(at, name, digest, fits[5].decode(), why):
        return None
    versions[name] = versions.get(name, 0) + 1
    return Filed(moment=at, file=name, digest=digest, line_digest=line_digest, version=versions[name], reason=why)
