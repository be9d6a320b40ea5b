"""Asked of a unit itself in a year: tasks, meetings, the steering committee, initiatives. Days, as known at its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from chitieu.generate.clock import CLOSES, DAY
from chitieu.generate.dice import Dice
from chitieu.generate.stands import Stand, World

Row = dict[str, Any]

_TASKS = {"province": 20, "department": 26, "district": 18, "commune": 5}
_INITIATIVES = {"province": 6, "department": 5, "district": 5, "commune": 3}
_OTHERS = 2


def tasks(world: World, stand: Stand, seed: int) -> Iterator[Row]:
    """Tasks assigned on the days of the unit: done in time, late, extended in time or too late, cancelled, open."""
    dice = Dice(seed, world.year, "task", stand.name)
    most = _TASKS.get(stand.unit.tier, _OTHERS) * (stand.last - stand.first + 1) // 365
    for number in range(1, 2 + dice.between(most // 2, most + most // 2)):
        assigned = dice.between(stand.first, stand.last)
        due = assigned + dice.between(7, 90)
        row: Row = {
            "task_id": f"NV-{world.label(stand)}-{number:03d}",
            "unit": stand.unit.code,
            "assigned_by": dice.one_of("government", "prime-minister", "committee", "committee", "chair", "chair"),
            "document": f"{1 + dice.below(9000)}/MH-{world.year}",
            "assigned_on": assigned,
            "due_on": None if dice.falls(10) else due,
        }
        fate = dice.below(1000)
        if fate < 120:
            granted = due - dice.below(5) if fate < 100 else due + dice.between(1, 10)
            due = due + dice.between(10, 45) if fate < 100 else due
            row["extensions"] = [{"granted_on": granted, "new_due_on": max(due, granted + 10)}]
        if dice.falls(20):
            row["cancelled_on"] = dice.between(assigned + 1, due)
        elif not dice.falls(15):
            late = dice.falls(60)
            row["done_on"] = due + dice.between(1, 30) if late else dice.between(assigned + 1, due)
        yield _as_known(world, row)


def meetings(world: World, stand: Stand, seed: int) -> Iterator[Row]:
    """A meeting in most quarters, sometimes two; a few without minutes."""
    dice, clock = Dice(seed, world.year, "meeting", stand.name), world.clock
    for quarter in range(4):
        first = max(stand.first, date(world.year, 3 * quarter + 1, 1).toordinal())
        following = date(world.year, 3 * quarter + 4, 1) if quarter < 3 else date(world.year + 1, 1, 1)
        least, most = clock.position(first - 1) + 1, clock.position(min(stand.last, following.toordinal() - 1))
        held = 0 if least > most else (1 if world.is_root(stand) or dice.falls(930) else 0)
        for number in range(held + (1 if held and dice.falls(250) else 0)):
            day = clock.days[dice.between(least, most)]
            row: Row = {"meeting_id": f"HOP-{stand.unit.code}-{date.fromordinal(day):%y%m%d}-{number + 1}"}
            row |= {"unit": stand.unit.code, "held_on": day, "version_at": day * DAY + CLOSES}
            if not dice.falls(40):
                row["minutes_document"] = f"{1 + dice.below(400)}/TB-MH"
            yield row


def committees(world: World, stand: Stand, seed: int) -> Iterator[Row]:
    """The steering committee of the unit; where its members changed, how soon it was re-established, if at all."""
    dice = Dice(seed, world.year, "committee", stand.name)
    if not world.is_root(stand) and dice.falls(40):
        return
    begins = stand.unit.begins.toordinal() if stand.unit.begins is not None else world.first - 700
    least = max(begins, world.first - 700)
    valid_from = dice.between(least, world.first - 1) if least < world.first else stand.first
    row: Row = {"decision": _decision(world, dice, stand, 1), "unit": stand.unit.code, "valid_from": valid_from}
    if dice.falls(200) and stand.last - stand.first > 120:
        changed = dice.between(stand.first + 1, stand.last - 60)
        row["changed_on"] = changed
        fate = dice.below(100)
        if fate < 70:
            row["re_established_on"] = changed + dice.between(1, 30)
        elif fate < 90:
            renewed = changed + dice.between(31, 59)
            row["valid_to"] = renewed - 1
            yield row
            row = {"decision": _decision(world, dice, stand, 2), "unit": stand.unit.code, "valid_from": renewed}
    yield row


def _decision(world: World, dice: Dice, stand: Stand, number: int) -> str:
    return f"MH-{stand.first - world.first + 1:03d}{number}{dice.below(100):02d}/QĐ-{stand.unit.code}"


def initiatives(world: World, stand: Stand, seed: int) -> Iterator[Row]:
    """Initiatives led by the unit: most recognised in the year, some only proposed."""
    dice = Dice(seed, world.year, "initiative", stand.name)
    count = dice.below(_INITIATIVES.get(stand.unit.tier, _OTHERS) + 2)
    for number in range(1, max(count, 1 if world.is_root(stand) else 0) + 1):
        row: Row = {
            "initiative_id": f"SK-{world.label(stand)}-{number:02d}",
            "unit": stand.unit.code,
            "title": f"Sáng kiến minh hoạ {number}",
        }
        if number == 1 or not stand.keeps_code or dice.falls(850):
            day = dice.between(stand.first, stand.last)
            row |= {"recognised_on": day, "recognition_document": f"{1 + dice.below(4000)}/QĐ-MH"}
            row["version_at"] = day * DAY + CLOSES
        yield row


def _as_known(world: World, row: Row) -> Row:
    """The task without what lies behind the year, in the version of its last event."""
    known = {
        name: value for name, value in row.items() if name not in ("done_on", "cancelled_on") or value <= world.last
    }
    granted = [one for one in row.get("extensions", ()) if one["granted_on"] <= world.last]
    known.pop("extensions", None)
    if granted:
        known["extensions"] = granted
    days = [known[name] for name in ("assigned_on", "done_on", "cancelled_on") if name in known]
    known["version_at"] = max([*days, *(one["granted_on"] for one in granted)]) * DAY + CLOSES
    return known
