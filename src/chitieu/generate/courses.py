"""The course of a dossier: what happens to it from submission to return, as if time never ended, and as known at a cut.

Moments are whole seconds in office hours. Knows no fee, no result, no defect.
"""

from __future__ import annotations

from typing import Any

from chitieu.generate.clock import DAY, Clock
from chitieu.generate.dice import Dice

Row = dict[str, Any]

NEW, RECEIVED, NOT_ACCEPTED, IN_PROGRESS, WAITING, UNPAID, WITHDRAWN, STOPPED, DONE, RETURNED = range(1, 11)
"""The states of a dossier by their national numbers."""

SUPPLEMENTED = 82
"""Of a thousand dossiers, those of which a supplement is asked."""

_ENDS = ("finished_at", "returned_at", "refused_at", "stopped_at", "withdrawn_at")
_MOMENTS = ("submitted_at", "received_at", *_ENDS)


def turned_away(dice: Dice, clock: Clock, position: int, *, online: bool) -> Row:
    """A dossier that was never accepted: registered only, or refused at the door, with or without a receipt."""
    submitted = clock.moment(dice, position)
    row: Row = {"submitted_at": submitted, "channel": "online" if online else "counter"}
    if dice.falls(600):
        row["refused_at"] = submitted + dice.between(600, 3 * 3600)
        if dice.falls(500):
            row["received_at"] = submitted + dice.between(60, 540)
    return row


def course(dice: Dice, clock: Clock, position: int, days: int, *, on_time: int, online: int) -> Row:
    """A dossier received on a working day, due after so many more; `on_time` and `online` of a thousand."""
    received = clock.moment(dice, position)
    due = clock.closing(position + days)
    row: Row = {"received_at": received, "first_due_at": due, "due_at": due}
    fate = dice.below(1000)
    channel = "online" if fate < online else ("post" if fate > 998 else "counter")
    row["channel"], row["submitted_at"] = channel, received - _delay(dice, channel)
    ending = dice.below(1000)
    if ending < 29:
        name = "refused_at" if ending < 10 else ("stopped_at" if ending < 17 else "withdrawn_at")
        late = dice.between(1, 5) if dice.falls(100) else 0
        row[name] = clock.between(dice, received, clock.closing(position + days + late))
        return row
    is_late = not dice.falls(on_time)
    if dice.falls(SUPPLEMENTED):
        _supplement(dice, clock, row, position, days, is_late=is_late)
    elif ending < 35:
        return row  # nobody ever finishes it
    else:
        row["finished_at"] = _finish(dice, clock, row, position, days, is_late=is_late)
        if dice.falls(120 if is_late else 4):
            row["due_at"] = clock.closing(position + days + dice.between(1, 10))
    if "finished_at" in row and not dice.falls(30):
        wait = dice.below(4)
        if wait:
            row["returned_at"] = clock.moment(dice, clock.position(row["finished_at"] // DAY) + wait)
        else:
            row["returned_at"] = row["finished_at"] + dice.between(60, 1500)
    return row


def _delay(dice: Dice, channel: str) -> int:
    """Seconds from submission to receipt; never none."""
    if channel == "online":
        return dice.between(120, 8 * 3600) if dice.falls(800) else dice.between(8 * 3600, 3 * DAY)
    return dice.between(60, 1200) if channel == "counter" else dice.between(DAY, 4 * DAY)


def _finish(dice: Dice, clock: Clock, row: Row, position: int, days: int, *, is_late: bool) -> int:
    received = row["received_at"]
    if is_late:
        if dice.falls(10):
            return int(row["first_due_at"]) + 1
        beyond = 1 + min(dice.below(25), dice.below(25))
        return clock.moment(dice, position + days + beyond)
    if dice.falls(20):
        return int(row["first_due_at"])
    after = max(dice.below(days + 1), dice.below(days + 1))
    return clock.between(dice, received, clock.closing(position + after))


def _supplement(dice: Dice, clock: Clock, row: Row, position: int, days: int, *, is_late: bool) -> None:
    """One request or two; most are supplied, then the due moment moves by the wait."""
    due = row["first_due_at"]
    requested = clock.between(dice, row["received_at"], clock.closing(position + dice.below(days)))
    asked_at = clock.position(requested // DAY)
    row["supplements"] = [{"requested_at": requested}]
    if dice.falls(120):
        if dice.falls(500):
            row["stopped_at"] = clock.moment(dice, asked_at + 20 + dice.below(20))
        return
    wait = 1 + min(dice.below(14), dice.below(14))
    supplied = clock.moment(dice, asked_at + wait)
    row["supplements"][0]["supplied_at"] = supplied
    deadline = due + supplied - requested
    if is_late:
        row["finished_at"] = clock.moment(dice, clock.position(deadline // DAY) + 1 + dice.below(10))
    else:
        row["finished_at"] = clock.between(dice, supplied, deadline)
    if dice.falls(400):
        row["due_at"] = clock.closing(position + days + wait)
    least, most = clock.position(supplied // DAY) + 1, clock.position(row["finished_at"] // DAY) - 1
    if most - least >= 1 and dice.falls(100):
        again = dice.between(least, most - 1)
        second = {"requested_at": clock.moment(dice, again), "supplied_at": clock.moment(dice, most)}
        row["supplements"].append(second)


def known_at(row: Row, cut: int) -> Row | None:
    """What was known of the course at a moment, with its state then; None while there was nothing."""
    known = {name: value for name, value in row.items() if name not in _MOMENTS or value <= cut}
    if "submitted_at" not in known:
        return None
    requests = [one for one in row.get("supplements", ()) if one["requested_at"] <= cut]
    known.pop("supplements", None)
    if requests:
        known["supplements"] = [{name: at for name, at in one.items() if at <= cut} for one in requests]
    if known.get("due_at") != known.get("first_due_at") and not _is_extended(known, cut):
        known["due_at"] = known["first_due_at"]
    known["state"] = state_of(known)
    return known


def _is_extended(known: Row, cut: int) -> bool:
    """Whether the later due moment was given by then: when a supplement came, else when the first was over."""
    supplements = known.get("supplements")
    return "supplied_at" in supplements[0] if supplements else bool(known["first_due_at"] <= cut)


def state_of(known: Row) -> int:
    """The state that the moments of a dossier mean."""
    if "received_at" not in known:
        return NOT_ACCEPTED if "refused_at" in known else NEW
    if "returned_at" in known:
        return RETURNED
    if "finished_at" in known:
        return DONE
    if "withdrawn_at" in known:
        return WITHDRAWN
    if "stopped_at" in known or "refused_at" in known:
        return STOPPED if "first_due_at" in known else NOT_ACCEPTED
    waits = [one for one in known.get("supplements", ()) if "supplied_at" not in one]
    return WAITING if waits else IN_PROGRESS


def last_event(known: Row) -> int:
    """The latest moment of a dossier as known."""
    found = [known[name] for name in _MOMENTS if name in known]
    found += [at for one in known.get("supplements", ()) for at in one.values()]
    return int(max(found))
