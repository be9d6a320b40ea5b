"""Defects of real synchronisation, planted in records that were true: each known by its code, and what was true.

A dossier has one at most. The shares are small, so that figures still lie in the margins of a real province.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chitieu.generate.clock import DAY
from chitieu.generate.courses import DONE, RETURNED, STOPPED, UNPAID, WAITING
from chitieu.generate.dice import Dice

Row = dict[str, Any]
Change = tuple[Row, Row]
"""What is sent in place of the truth, and the truth, column by column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A planted defect: the record that carries it, its code, and the true values of the columns it changed."""

    record: str
    unit: str
    code: str
    truth: Row


SENT_AS_FINISHED = {WAITING: "WAITING-AS-FINISHED", UNPAID: "UNPAID-AS-FINISHED", STOPPED: "STOPPED-AS-FINISHED"}
"""States sent as 9 with the moment of the request, or of receipt, as the end."""

_AS_FINISHED = 350
_REPUSHED = "REPUSHED-AT-RANDOM"
_DUE_MOVED = "FIRST-DUE-OVERWRITTEN"


class Numbers:
    """The random national numbers given so far; none is given twice."""

    __slots__ = ("_code", "_given")

    def __init__(self, code: str) -> None:
        self._code, self._given = code, set[str]()

    def give(self, dice: Dice, day: str) -> str:
        """A new number of five digits for a day written `yymmdd`."""
        while (number := f"{self._code}-{day}-{10_000 + dice.below(90_000)}") in self._given:
            pass
        self._given.add(number)
        return number


def plant(
    dice: Dice, row: Row, payment: Row | None, *, numbers: Numbers, keeps_first_due: bool
) -> tuple[tuple[Row, ...], Defect | None]:
    """The rows as they are sent, and the defect, if the dossier was given one.

    `keeps_first_due`: whether the form sent has a field for the first due moment of a dossier without a supplement.
    """
    found = overwritten(row) if not keeps_first_due else None
    if found is not None:
        return _sent(row, _DUE_MOVED, found)
    if row["state"] in SENT_AS_FINISHED and "received_at" in row and dice.falls(_AS_FINISHED):
        return _sent(row, SENT_AS_FINISHED[row["state"]], _as_finished(row))
    throw = dice.below(10_000)
    if throw >= _MOST:
        return (row,), None
    code = next(code for code, below in _UP_TO if throw < below)
    if code == _REPUSHED:
        return _repushed(dice, row, numbers)
    change = _CHANGES[code](row, payment)
    return ((row,), None) if change is None else _sent(row, code, change)


def _sent(row: Row, code: str, change: Change) -> tuple[tuple[Row, ...], Defect]:
    sent, truth = change
    defect = Defect(record=row["dossier_id"], unit=row["unit"], code=code, truth=truth)
    return ({**row, **sent},), defect


def _repushed(dice: Dice, row: Row, numbers: Numbers) -> tuple[tuple[Row, ...], Defect | None]:
    """The same dossier twice, the second time under a random national number of five digits."""
    if "received_at" not in row:
        return (row,), None
    local = row["dossier_id"]
    number = numbers.give(dice, local.split("-")[-2])
    defect = Defect(record=number, unit=row["unit"], code=_REPUSHED, truth={"dossier_id": local})
    return (row, {**row, "dossier_id": number}), defect


def _changed(row: Row, sent: Row) -> Change:
    return sent, {name: row.get(name) for name in sent}


def _as_finished(row: Row) -> Change:
    request = row["supplements"][-1]["requested_at"] if row["state"] == WAITING else row["received_at"]
    sent, truth = _changed(row, {"state": DONE, "finished_at": request})
    # A state sent as 9 has no moment of a stop of its own in the national form.
    return sent, truth | ({"stopped_at": row["stopped_at"]} if "stopped_at" in row else {})


def overwritten(row: Row) -> Change | None:
    """A later due moment without a supplement has no field of its own in the national form."""
    if "supplements" in row or row.get("due_at") == row.get("first_due_at"):
        return None
    return _changed(row, {"first_due_at": row["due_at"]})


def _no_due(row: Row, payment: Row | None) -> Change | None:
    if "finished_at" not in row or "supplements" in row:
        return None
    sent = {"first_due_at": None, "due_at": None, "finished_at": row["received_at"], "returned_at": None}
    return _changed(row, {**sent, "state": DONE})


def _input_as_result(row: Row, payment: Row | None) -> Change | None:
    if "result_file" not in row:
        return None
    return {"result_file": input_of(row["dossier_id"])}, {"result_file": None}


def _always_digitised(row: Row, payment: Row | None) -> Change | None:
    return _changed(row, {"digitised_inputs": True}) if row.get("digitised_inputs") is False else None


def _any_payment_as_portal(row: Row, payment: Row | None) -> Change | None:
    if payment is None or payment["means"] in (None, "portal", "gateway"):
        return None
    return _changed(row, {"paid_online": "portal"})


def _submitted_as_received(row: Row, payment: Row | None) -> Change | None:
    return _changed(row, {"submitted_at": row["received_at"]}) if "received_at" in row else None


def _channel_lost(row: Row, payment: Row | None) -> Change | None:
    return _changed(row, {"channel": None})


def _moments_lost(row: Row, payment: Row | None) -> Change | None:
    if row["state"] not in (DONE, RETURNED):
        return None
    return _changed(row, {"finished_at": None, "returned_at": None})


def _ended_before(row: Row, payment: Row | None) -> Change | None:
    if "finished_at" not in row:
        return None
    return _changed(row, {"finished_at": row["received_at"] - DAY})


def input_of(number: str) -> str:
    """The address of the first paper that came with a dossier."""
    return f"https://minh-hoa.invalid/dau-vao/{number}/1.pdf"


_SHARES: tuple[tuple[str, int, Callable[[Row, Row | None], Change | None] | None], ...] = (
    ("NO-DUE-AS-FINISHED", 25, _no_due),
    ("INPUT-AS-RESULT", 35, _input_as_result),
    ("ALWAYS-DIGITISED", 30, _always_digitised),
    ("ANY-PAYMENT-AS-PORTAL", 200, _any_payment_as_portal),
    ("SUBMITTED-AS-RECEIVED", 25, _submitted_as_received),
    (_REPUSHED, 20, None),
    ("CHANNEL-LOST", 20, _channel_lost),
    ("MOMENTS-LOST", 20, _moments_lost),
    ("END-BEFORE-RECEIPT", 15, _ended_before),
    (_DUE_MOVED, 500, lambda row, payment: overwritten(row)),
)
"""Of ten thousand dossiers, how many are asked whether they can carry the defect; rare ones ask many."""

_CHANGES = {code: change for code, _, change in _SHARES if change is not None}
_UP_TO: tuple[tuple[str, int], ...] = tuple(
    (code, sum(share for _, share, _ in _SHARES[: at + 1])) for at, (code, _, _) in enumerate(_SHARES)
)
_MOST = _UP_TO[-1][1]

CODES: tuple[str, ...] = tuple(sorted({*SENT_AS_FINISHED.values(), *(code for code, _, _ in _SHARES)}))
