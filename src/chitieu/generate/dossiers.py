"""The dossiers of a unit, day by day: course, channel, papers, fee, result, versions, and the payment of each.

Every unit has habits of its own, drawn within the margins of a real province. Truth comes first; what a faulty
synchronisation makes of it is `defects`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from chitieu.generate import courses
from chitieu.generate.clock import DAY, Clock
from chitieu.generate.courses import Row, known_at, last_event
from chitieu.generate.defects import Defect, Numbers, overwritten, plant
from chitieu.generate.dice import Dice
from chitieu.generate.procedures import Catalogue, Procedure, Shortened, group_of
from chitieu.generate.stands import Stand, World

CARRIED_OVER = 20
"""Of a thousand dossiers of a unit, those received in the last weeks of the year before."""

_ONLINE = {"department": (965, 998), "district": (940, 985), "commune": (890, 980)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A dossier: its rows in the order in which they were sent, its payment, what is wrong with it."""

    rows: tuple[Row, ...]
    payment: Row | None
    defect: Defect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a unit works, of a thousand: on time, online, digital results and inputs, paid without cash."""

    on_time: int
    online: int
    digital_result: int
    digitised: int
    paid_online: int
    says_procedure: bool
    """Whether its system sends what the procedure prescribes with each dossier."""


def habits(dice: Dice, tier: str) -> Habits:
    """Habits within the margins of a real province (on time 80–97 %, online 89–99 %, digital results about 75 %)."""
    least, most = _ONLINE.get(tier, (920, 990))
    return Habits(
        on_time=dice.between(820, 975),
        online=dice.between(least, most),
        digital_result=dice.between(760, 900),
        digitised=dice.between(270, 400),
        paid_online=dice.between(860, 960),
        says_procedure=dice.falls(200),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the dossiers of one unit are made with. `keeps_first_due`: whether the form sent can carry it."""

    world: World
    stand: Stand
    procedures: tuple[Procedure, ...]
    shortened: Shortened
    seed: int
    numbers: Numbers
    keeps_first_due: bool

    def dossiers(self, count: int) -> Iterator[Made]:
        """`count` dossiers, in the order of their days."""
        clock, stand, world = self.world.clock, self.stand, self.world
        dice = Dice(self.seed, world.year, "dossier", stand.name)
        how = habits(dice, stand.unit.tier)
        cut = world.last * DAY + DAY - 1
        prefixes: dict[int, str] = {}
        serials: dict[int, int] = {}
        for position, procedure in _receipts(dice, clock, stand, self.procedures, count):
            if position not in prefixes:
                prefixes[position] = f"{stand.unit.code}-{date.fromordinal(clock.days[position]):%y%m%d}"
            serials[position] = serials.get(position, 0) + 1
            number = f"{prefixes[position]}-{serials[position]:04d}"
            yield self._one(dice, how, position, procedure, number, cut)

    def _one(self, dice: Dice, how: Habits, position: int, procedure: Procedure, number: str, cut: int) -> Made:
        clock, stand = self.world.clock, self.stand
        days = self.shortened.of(stand, procedure)
        if stand.keeps_code and dice.falls(8):
            full = courses.turned_away(dice, clock, position, online=dice.falls(how.online))
        else:
            full = courses.course(dice, clock, position, days, on_time=how.on_time, online=how.online)
        known = known_at(full, cut)
        if known is None:
            raise ValueError(f"{number}: submitted after the year")
        row: Row = {
            "dossier_id": number,
            "unit": stand.unit.code,
            "procedure": procedure.code,
            "field": procedure.field,
            "applicant_kind": "citizen" if dice.falls(870) else "business",
            **known,
            **_inputs(dice, how),
        }
        if how.says_procedure:
            row["returns_paper_result"], row["fee_bearing"] = procedure.returns_paper_result, procedure.fee > 0
            row["full_service"] = procedure.full_service
        payment = _fee(dice, how, row, procedure) if "received_at" in row else None
        earlier = self._earlier(dice, full, row)
        if "finished_at" in row:
            _result(dice, how, row, procedure)
        if "returned_at" in row and dice.falls(300):
            fate = dice.below(1000)
            row["rating"] = "satisfied" if fate < 960 else ("neutral" if fate < 985 else "dissatisfied")
        if dice.falls(2):
            row["petitioned"] = True
        row["version_at"] = min(last_event(row) + 1 + dice.below(3600), cut)
        if earlier is not None and (self.keeps_first_due or overwritten(row) is None):
            return Made(rows=(earlier, row), payment=payment, defect=None)
        sent, defect = plant(dice, row, payment, numbers=self.numbers, keeps_first_due=self.keeps_first_due)
        return Made(rows=sent, payment=payment, defect=defect)

    def _earlier(self, dice: Dice, full: Row, row: Row) -> Row | None:
        """For some an earlier version, as the dossier was known before its last event."""
        if "first_due_at" not in row or not dice.falls(50):
            return None
        received, last = row["received_at"], last_event(row)
        if last - received < 7200:
            return None
        moment = received + (last - received) // 2
        known = known_at(full, moment)
        if known is None:
            return None
        same = {name: value for name, value in row.items() if name not in full and name != "state"}
        return same | known | {"version_at": moment}


def _receipts(
    dice: Dice, clock: Clock, stand: Stand, procedures: tuple[Procedure, ...], count: int
) -> Iterator[tuple[int, Procedure]]:
    """The working day and the procedure of each dossier: some before the year, then through the days of the unit."""
    least, most = stand.days(clock)
    before = (count * CARRIED_OVER + dice.below(1000)) // 1000 if stand.carries else 0
    for _ in range(before):
        procedure = _asked_for(dice, procedures)
        yield least - 1 - dice.below(min(procedure.days, 20)), procedure
    weights = list(accumulate(70 + dice.below(61) for _ in range(least, most + 1)))
    rest, whole = count - before, weights[-1]
    for number in range(rest):
        yield least + bisect_right(weights, number * whole // rest), _asked_for(dice, procedures)


def _asked_for(dice: Dice, procedures: tuple[Procedure, ...]) -> Procedure:
    """The first are asked for most."""
    many = len(procedures)
    return procedures[dice.below(many) * dice.below(many) // many]


def _inputs(dice: Dice, how: Habits) -> dict[str, Any]:
    if dice.falls(10):
        return {}
    digitised = dice.falls(how.digitised)
    return {"digitised_inputs": digitised, "reused_inputs": digitised and dice.falls(450)}


def _result(dice: Dice, how: Habits, row: Row, procedure: Procedure) -> None:
    """A result code and file, for those who give a digital result beside the paper."""
    if procedure.returns_paper_result and dice.falls(how.digital_result):
        number = row["dossier_id"]
        row["result_code"] = f"KQ.{number}"
        row["result_file"] = f"https://minh-hoa.invalid/ket-qua/{number}.pdf"
        signed = dice.below(100)
        if signed < 92:
            row["result_signed"] = "yes" if signed < 87 else "no"


def _fee(dice: Dice, how: Habits, row: Row, procedure: Procedure) -> Row | None:
    """What is to be paid and how it was paid, into the row; the payment, if there was one."""
    if not procedure.fee:
        row["paid_online"] = "none"
        return None
    if dice.falls(60):
        row["fee_total"], row["paid_online"] = 0, "none"
        return None
    row["fee_total"] = procedure.fee * dice.between(1, 3)
    if dice.falls(how.paid_online):
        paid = means = "portal" if dice.falls(830) else "gateway"
    elif dice.falls(650):
        paid, means = "none", "cash"
    else:
        paid, means = "other", dice.one_of("transfer", "card", "qr")
    if row["state"] == courses.IN_PROGRESS and dice.falls(200):
        row["state"], row["paid_online"] = courses.UNPAID, "none"
        return None
    row["paid_online"] = paid
    payment: Row = {
        "payment_id": f"TT-{row['dossier_id']}",
        "unit": row["unit"],
        "dossier_id": row["dossier_id"],
        "paid_at": row["received_at"] + dice.between(30, 900),
        "amount": row["fee_total"],
        "means": None if dice.falls(8) else means,
    }
    payment["version_at"] = payment["paid_at"]
    return payment


def desks(
    world: World, known: Catalogue, shortened: Shortened, *, seed: int, national_code: str, keeps_first_due: bool
) -> list[Desk]:
    """The units that take dossiers, each with what it needs."""
    numbers = Numbers(national_code)
    return [
        Desk(
            world=world,
            stand=stand,
            procedures=known[group_of(stand)],
            shortened=shortened,
            seed=seed,
            numbers=numbers,
            keeps_first_due=keeps_first_due,
        )
        for stand in world.stands
        if stand.takes_dossiers
    ]
