"""What people say: petitions with their answers, and answers to surveys. Texts and persons have no place here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chitieu.generate.clock import DAY, Clock, office_second
from chitieu.generate.dice import Dice
from chitieu.generate.stands import Stand, World

Row = dict[str, Any]

PETITIONS, SURVEYS = 2, 60
"""Of a thousand dossiers: petitions received, answers to surveys."""

_TERM, _REFUSAL, _INFORMATION = 15, 2, 5
"""Working days to answer, to refuse, to ask for more."""


def petitions(world: World, stand: Stand, seed: int, count: int) -> Iterator[Row]:
    """Petitions first accepted by the unit in the year, as known at its end; a few wait to be accepted."""
    clock, dice = world.clock, Dice(seed, world.year, "petition", stand.name)
    least, most = stand.days(clock)
    cut = world.last * DAY + DAY - 1
    for number in range(1, count + 1):
        position = dice.between(least, most)
        row: Row = {"petition_id": f"PA-{world.label(stand)}-{number:04d}", "unit": stand.unit.code}
        row |= _petition(dice, clock, position, waits=number > 1 and stand.keeps_code and dice.falls(30))
        row = {name: value for name, value in row.items() if not name.endswith("_at") or value <= cut}
        row["state"] = _state(row)
        if "answered_at" in row:
            row |= _echo(dice)
        row["version_at"] = min(max(value for name, value in row.items() if name.endswith("_at")) + 600, cut)
        yield row


def _petition(dice: Dice, clock: Clock, position: int, *, waits: bool) -> Row:
    accepted = clock.moment(dice, position)
    row: Row = {"sent_at": accepted - dice.between(600, 3 * DAY), "about": _about(dice)}
    if waits:
        return row
    row["first_accepted_at"] = accepted
    term = clock.position(row["sent_at"] // DAY)
    if dice.falls(300):
        row["transferred_at"] = accepted - dice.between(60, 500)
        term = clock.position(row["transferred_at"] // DAY)
    fate = dice.below(1000)
    if fate < 50:
        row["refused_at"] = clock.between(dice, accepted, clock.closing(term + (_REFUSAL if fate < 40 else 6)))
        return row
    if fate < 110:
        row["passed_on"] = True
        return row
    if dice.falls(120):
        row["info_requested_at"] = clock.between(dice, accepted, clock.closing(term + _INFORMATION))
        if dice.falls(250):
            return row
    if fate < 860:
        answered = clock.between(dice, row.get("info_requested_at", accepted), clock.closing(term + _TERM - 1))
    elif fate < 960:
        answered = clock.moment(dice, term + _TERM + 1 + dice.below(20))
    else:
        return row
    row["answered_at"] = answered
    wait = dice.below(3)
    row["published_at"] = clock.moment(dice, clock.position(answered // DAY) + wait) if wait else answered + 1200
    if dice.falls(30):
        row["reopened_at"] = row["published_at"] + dice.between(DAY, 20 * DAY)
    return row


def _about(dice: Dice) -> str:
    fate = dice.below(100)
    return "regulation" if fate < 72 else ("behaviour" if fate < 95 else "both")


def _state(row: Row) -> str:
    """The state that the moments mean; `passed_on` is taken out of the row."""
    if row.pop("passed_on", False):
        return "transferred"
    if "refused_at" in row:
        return "refused"
    if "reopened_at" in row:
        return "in_progress"
    if "published_at" in row:
        return "published"
    if "answered_at" in row:
        return "waiting_publication"
    if "info_requested_at" in row:
        return "waiting_info"
    return "in_progress" if "first_accepted_at" in row else "new"


def _echo(dice: Dice) -> Row:
    row: Row = {}
    pleased = dice.falls(920)
    if dice.falls(700):
        row["likes"], row["dislikes"] = (dice.between(1, 5), dice.below(2)) if pleased else (0, dice.between(1, 4))
    if dice.falls(650):
        row["rating"] = "satisfied" if pleased else dice.one_of("neutral", "dissatisfied")
    if dice.falls(30):
        row["complained_again"] = True
    return row


def surveys(world: World, stand: Stand, seed: int, count: int) -> Iterator[Row]:
    """Answers given on the days of the unit; a few are blank."""
    clock, dice = world.clock, Dice(seed, world.year, "survey", stand.name)
    least, most = stand.days(clock)
    content = dice.between(900, 985)
    for number in range(1, count + 1):
        at = clock.days[least + (number - 1) * (most - least + 1) // count] * DAY + office_second(dice)
        row: Row = {
            "answer_id": f"KS-{world.label(stand)}-{number:05d}",
            "unit": stand.unit.code,
            "answered_at": at,
            "method": "one-stop" if dice.falls(600) else dice.one_of("online", "sipas", "phone"),
            "version_at": at,
        }
        if number == 1 or not dice.falls(30):
            row["score"] = dice.between(4, 5) if dice.falls(content) else dice.between(1, 3)
        yield row
