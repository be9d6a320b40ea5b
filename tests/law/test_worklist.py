"""The worklist: which records are still open under a target, until when, and what each does to the headroom.

Nothing is written for any indicator: the deadline is the last second that still brings the record into the numerator.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chitieu.acts.calendar import national
from chitieu.measures.fate import FAILED, NUMERATOR, OUTSIDE, Fate, fate
from chitieu.measures.indicators import built_in
from chitieu.measures.method import Asked, Definition
from chitieu.measures.prospects import Prospect, Prospects
from chitieu.measures.tally import Tally
from chitieu.period import Period
from chitieu.period import read as read_period
from chitieu.records.derived import Whole
from chitieu.records.kinds import kinds
from chitieu.standings.headroom import headroom
from chitieu.standings.standing import Standing, judge
from chitieu.standings.worklist import ORDER, Open, Worklist, as_json, effect, worklist
from tests.world import decision, province

WORKING = national()
MOVING = ["on-time-dossiers/resolved", "on-time-dossiers/portal-766", "on-time-dossiers/due"]


def definition_of(code: str) -> Definition:
    indicator, _, method = code.partition("/")
    found = built_in()[indicator].method(method)
    assert found is not None and found.definition is not None
    return found.definition


def asked_of(as_of: str, period: str = "2024") -> Asked:
    of = read_period(period)
    assert isinstance(of, Period)
    return Asked(period=of, as_of=date.fromisoformat(as_of))


def cells(text: dict[str, Any]) -> dict[str, Any]:
    """Moments and days as a person writes them: `2024-03-01 08:00`, `2024-03-01`."""
    found: dict[str, Any] = {"unit": "1"}
    for name, value in text.items():
        found[name] = value
        if isinstance(value, str) and value.startswith("20"):
            found[name] = datetime.fromisoformat(value) if " " in value else date.fromisoformat(value)
    return found


def prospect(code: str, text: dict[str, Any], as_of: str, period: str = "2024") -> Prospect | None:
    definition = definition_of(code)
    return Prospects(kinds()[definition.record], definition, asked_of(as_of, period), WORKING).of(cells(text))


def told(code: str, text: dict[str, Any], as_of: str, period: str = "2024") -> tuple[str, ...] | None:
    """State, deadline, fate now, when met, when missed, and what is awaited."""
    found = prospect(code, text, as_of, period)
    if found is None:
        return None
    fates = " ".join(one.outcome for one in (found.now, found.met, found.missed))
    return found.state, f"{found.deadline or ''}", fates, " ".join(found.awaits)


OPEN = {"state": 4, "received_at": "2024-03-01 08:00", "first_due_at": "2024-03-15 17:00"}
WAITING = {**OPEN, "supplement1_requested_at": "2024-03-09 08:00"}
PAPER = {**OPEN, "returns_paper_result": True}
TASK = {"due_on": "2024-03-15", "due_in_force": "2024-03-15"}
SENT = {"sent_at": "2024-03-04 09:00", "first_accepted_at": "2024-03-04 10:00"}
CYCLE = {"begins_on": "2024-01-01", "ends_on": "2024-03-31", "committee_in_force": True, "meeting_held": False}
TABLE: list[tuple[str, str, dict[str, Any], str, tuple[str, ...] | None]] = [
    ("hồ sơ còn hạn", "on-time-dossiers/portal-766", OPEN, "2024-03-10",
     ("due", "2024-03-15 17:00:00", "numerator numerator failed", "finished_at")),
    ("hồ sơ còn hạn, tính theo hồ sơ đã giải quyết", "on-time-dossiers/resolved", OPEN, "2024-03-10",
     ("due", "2024-03-15 17:00:00", "outside numerator failed", "finished_at")),
    ("hồ sơ còn hạn, tính theo ngày đến hạn", "on-time-dossiers/due", OPEN, "2024-03-10",
     ("due", "2024-03-15 17:00:00", "outside numerator failed", "finished_at")),
    ("hết ngày hạn là quá hạn", "on-time-dossiers/portal-766", OPEN, "2024-03-15",
     ("late", "2024-03-15 17:00:00", "failed failed failed", "finished_at")),
    ("quá hạn mà chưa giải quyết: giải quyết xong là một hồ sơ quá hạn", "on-time-dossiers/resolved", OPEN,
     "2024-03-20", ("late", "2024-03-15 17:00:00", "outside failed failed", "finished_at")),
    ("đã xong đúng hạn", "on-time-dossiers/portal-766", {**OPEN, "finished_at": "2024-03-09 08:00"}, "2024-03-10",
     None),
    ("đã xong quá hạn", "on-time-dossiers/resolved", {**OPEN, "finished_at": "2024-03-19 08:00"}, "2024-03-20", None),
    ("đang chờ bổ sung: chưa có hạn", "on-time-dossiers/portal-766", WAITING, "2024-03-20",
     ("waiting", "", "numerator numerator numerator", "finished_at")),
    ("không rõ hạn trả", "on-time-dossiers/portal-766", {"state": 4, "received_at": "2024-03-01 08:00"}, "2024-03-10",
     ("unknown", "", "unknown numerator unknown", "due_at first_due_at statutory_days")),
    ("chưa tiếp nhận: chưa là việc của ai", "on-time-dossiers/portal-766", {"state": 1}, "2024-03-10", None),
    ("nhiệm vụ chưa đến hạn", "assigned-tasks/due", TASK, "2024-03-14",
     ("due", "2024-03-15 23:59:59", "outside numerator failed", "done_on")),
    ("nhiệm vụ quá hạn, chưa xong", "assigned-tasks/due", TASK, "2024-03-15",
     ("late", "2024-03-15 23:59:59", "failed failed failed", "done_on")),
    ("nhiệm vụ xong đúng hạn", "assigned-tasks/due", {**TASK, "done_on": "2024-03-14"}, "2024-03-20", None),
    ("nhiệm vụ xong quá hạn", "assigned-tasks/due", {**TASK, "done_on": "2024-03-18"}, "2024-03-20", None),
    ("phản ánh còn hạn: phải trả lời và công khai", "petitions-settled/definitive", SENT, "2024-03-12",
     ("due", "2024-03-25 23:59:59", "outside numerator failed", "answered_at published_at")),
    ("phản ánh đã trả lời, chưa công khai", "petitions-settled/definitive", {**SENT, "answered_at": "2024-03-11 08:00"},
     "2024-03-12", ("due", "2024-03-25 23:59:59", "failed numerator failed", "published_at")),
    ("phản ánh còn hạn trên Cổng", "petitions-settled/portal-766", SENT, "2024-03-05",
     ("due", "2024-03-25 23:59:59", "numerator numerator failed", "answered_at published_at")),
    ("phản ánh quá hạn", "petitions-settled/portal-766", SENT, "2024-03-30",
     ("late", "2024-03-25 23:59:59", "failed failed failed", "answered_at published_at")),
    ("phản ánh đã chuyển cơ quan khác", "petitions-settled/portal-766", {**SENT, "state": "transferred"}, "2024-03-08",
     None),
    ("phản ánh đã xong đúng hạn, dù còn có thể bị mở lại", "petitions-settled/definitive",
     {**SENT, "answered_at": "2024-03-11 08:00", "published_at": "2024-03-11 08:00"}, "2024-03-30", None),
    ("phản ánh đã xong quá hạn", "petitions-settled/portal-766",
     {**SENT, "answered_at": "2024-03-11 08:00", "published_at": "2024-03-28 08:00"}, "2024-03-30", None),
    ("có kết quả, thiếu bản điện tử", "electronic-results/returned", {**PAPER, "finished_at": "2024-03-09 08:00"},
     "2024-03-10", ("lacking", "", "failed numerator failed", "result_code result_file")),
    ("chưa có kết quả", "electronic-results/portal-766", PAPER, "2024-03-10",
     ("waiting", "", "failed numerator failed", "finished_at result_code result_file")),
    ("không số hóa thành phần: không còn gì để chờ", "digitised-dossiers/portal-766",
     {**PAPER, "digitised_inputs": False}, "2024-03-10", None),
    ("nộp tại quầy: không còn gì để chờ", "online-dossiers/received", {**OPEN, "channel": "counter"}, "2024-03-10",
     None),
    ("thủ tục chưa kiến nghị", "simplification/proposed-or-simplified", {"procedure": "1"}, "2024-03-10",
     ("due", "2024-12-31 23:59:59", "failed numerator failed", "simplified_on")),
    ("kiến nghị thiếu số văn bản", "simplification/proposed-or-simplified", {"proposed_on": "2024-02-02"}, "2024-03-10",
     ("lacking", "", "failed numerator failed", "proposal_document")),
    ("đơn vị chưa được kiểm tra", "inspected-units/plan", {"year": 2024}, "2024-03-10",
     ("due", "2024-12-31 23:59:59", "failed numerator failed", "first_inspected_on")),
    ("kỳ họp chưa họp", "steering/cycles", CYCLE, "2024-03-10",
     ("due", "2024-03-31 23:59:59", "outside numerator failed", "meeting_held")),
    ("kỳ họp đã qua", "steering/cycles", CYCLE, "2024-03-31", None),
    ("kỳ họp đã họp", "steering/cycles", {**CYCLE, "meeting_held": True}, "2024-03-10", None),
    ("sáng kiến chờ công nhận", "initiatives/recognised", {}, "2024-03-10",
     ("due", "2024-12-31 23:59:59", "outside numerator outside", "recognised_on recognition_document")),
    ("trả bằng tiền mặt", "cashless-payments/transactions",
     {"paid_at": "2024-03-01 08:00", "amount": 5, "dossier_id": "H", "means": "cash"}, "2024-03-10", None),
]  # fmt: skip


@pytest.mark.parametrize(("what", "code", "text", "as_of", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_what_is_open_and_until_when(
    what: str, code: str, text: dict[str, Any], as_of: str, expected: tuple[str, ...] | None
) -> None:
    assert told(code, text, as_of) == expected


def test_a_dossier_due_after_the_period_can_only_help_within_it() -> None:
    """Ended by the last day it counts in March; after it, it belongs to April."""
    april = {**OPEN, "first_due_at": "2024-04-15 17:00"}
    assert told("on-time-dossiers/resolved", april, "2024-03-10", "2024-M03") == (
        "due", "2024-03-31 23:59:59", "outside numerator outside", "finished_at",
    )  # fmt: skip


MOMENTS = st.builds(
    lambda day, at: datetime.combine(date(2024, 3, 1) + timedelta(days=day), at),
    st.integers(0, 40),
    st.sampled_from([time(0), time(9), time(17), time(17, 0, 1), time(23, 59, 59)]),
)
DOSSIERS = st.fixed_dictionaries(
    {
        "unit": st.just("1"),
        "state": st.sampled_from([None, 2, 3, 4, 9]),
        "received_at": MOMENTS,
        "first_due_at": st.none() | MOMENTS,
        "due_at": st.none() | MOMENTS,
        "finished_at": st.none() | MOMENTS,
        "withdrawn_at": st.none() | st.none() | MOMENTS,
        "supplement1_requested_at": st.none() | MOMENTS,
        "supplement1_supplied_at": st.none() | MOMENTS,
        "supplement2_requested_at": st.none() | MOMENTS,
    }
)


@given(DOSSIERS, st.sampled_from(MOVING), st.integers(0, 40))
def test_the_deadline_is_exact_to_the_second(values: dict[str, Any], code: str, days: int) -> None:
    """What is awaited, come in the last second, meets; come one second later, it does not."""
    definition, asked = definition_of(code), asked_of(str(date(2024, 3, 1) + timedelta(days=days)))
    found = Prospects(kinds()["dossier"], definition, asked, WORKING).of(values)
    if found is None or found.deadline is None:
        return

    def when(at: datetime) -> Fate:
        whole = Whole(kinds()["dossier"], {**values, **dict.fromkeys(found.awaits, at)}, WORKING)
        return fate(definition, whole, Asked(period=asked.period, as_of=date(2099, 12, 31)), WORKING)

    assert when(found.deadline) == NUMERATOR
    assert when(found.deadline + timedelta(seconds=1)) != NUMERATOR
    assert (found.deadline.date() <= asked.as_of) is (found.state == "late")


@given(DOSSIERS, st.sampled_from(MOVING), st.integers(0, 40))
def test_what_is_not_listed_cannot_be_met_any_more_or_is_met_already(
    values: dict[str, Any], code: str, days: int
) -> None:
    """However it may end from tomorrow on: no dossier outside the list that is not met comes to be."""
    definition, asked = definition_of(code), asked_of(str(date(2024, 3, 1) + timedelta(days=days)))
    prospects = Prospects(kinds()["dossier"], definition, asked, WORKING)
    whole = Whole(kinds()["dossier"], values, WORKING)
    if prospects.of(values) is not None or values["finished_at"] is not None:
        return
    now = fate(definition, whole, asked, WORKING)
    for ahead in range(1, 60):
        at = datetime.combine(asked.as_of + timedelta(days=ahead), time(0))
        then = Whole(kinds()["dossier"], {**values, "finished_at": at}, WORKING)
        end = fate(definition, then, Asked(period=asked.period, as_of=date(2099, 12, 31)), WORKING)
        assert end != NUMERATOR or now == NUMERATOR or fate(definition, whole, _later(asked), WORKING) == NUMERATOR


def _later(asked: Asked) -> Asked:
    return Asked(period=asked.period, as_of=date(2099, 12, 31))


# The effect on the headroom, in the province of `tests.world`.

WORLD = province().file(decision("194/QĐ-UBND", "P", "2024-01-23", "2024", "7 | on-time-dossiers | commune >= 97 %"))


def standing(n: int, d: int | None, as_of: str = "2024-03-10") -> Standing:
    """X11 against >= 97 %, n of d measured."""
    asked = asked_of(as_of)
    cell = next(
        cell for cell in WORLD.assignment(asked.period, asked.as_of).table(WORLD.act()) if cell.unit.code == "X11"
    )
    tally = Tally(
        unit="X11", indicator="on-time-dossiers", method="resolved", scope="subtree", numerator=n, denominator=d,
        status="measured",
    )  # fmt: skip
    return judge(cell, WORLD.catalogue["on-time-dossiers"], tally, asked.period, asked.as_of)


def test_met_keeps_the_headroom_and_missed_takes_of_it() -> None:
    one = standing(98, 100)
    assert one.headroom == {"can_still_fail": 1}
    met, missed = effect(one, OUTSIDE, NUMERATOR), effect(one, OUTSIDE, FAILED)
    assert (met.numerator, met.denominator, met.headroom) == (99, 101, {"can_still_fail": 1})
    assert (missed.numerator, missed.denominator, missed.headroom) == (98, 101, {"can_still_fail": 0})


def test_a_miss_of_what_was_counted_as_met_can_cost_the_target() -> None:
    one = standing(97, 100)
    missed = effect(one, NUMERATOR, FAILED)
    assert (missed.numerator, missed.denominator) == (96, 100)
    assert missed.headroom == {"needs": 34, "possible": True}
    assert effect(one, NUMERATOR, NUMERATOR).headroom == one.headroom


def test_of_a_published_figure_nothing_is_said() -> None:
    one = standing(97, 100)
    published = replace(one, tally=replace(one.tally, status="reported", source="portal-766"))
    assert effect(published, OUTSIDE, FAILED).numerator is None
    assert effect(None, OUTSIDE, FAILED).headroom is None


def test_the_only_record_leaving_the_figure_leaves_no_headroom() -> None:
    assert effect(standing(0, 1), FAILED, OUTSIDE).headroom is None


FATES = st.sampled_from([NUMERATOR, FAILED, OUTSIDE, Fate("unknown", "no-due-date"), Fate("excluded", "refused")])


@given(st.lists(FATES, min_size=1, max_size=60), st.data())
def test_the_effect_is_what_counting_again_gives(fates: list[Fate], data: st.DataObject) -> None:
    at, then = data.draw(st.integers(0, len(fates) - 1)), data.draw(FATES)
    before, after = fates, [*fates[:at], then, *fates[at + 1 :]]

    def counted(some: list[Fate]) -> tuple[int, int]:
        return sum(one == NUMERATOR for one in some), sum(one.in_d for one in some)

    one = standing(*counted(before))
    found = effect(one, fates[at], then)
    assert (found.numerator, found.denominator) == counted(after)
    if counted(after)[1] and counted(before)[1]:
        assert one.level is not None
        assert found.headroom == headroom(one.level, *counted(after), fixed=False, final=False)


# The order, the working days, the bound.


def listed(texts: list[dict[str, Any]], as_of: str, *, code: str = MOVING[1], most: int | None = None) -> Worklist:
    found = [(str(number), prospect(code, text, as_of)) for number, text in enumerate(texts, 1)]
    open_ones = [Open(key=(key,), unit="X11", prospect=its) for key, its in found if its is not None]
    return worklist(open_ones, standing(98, 100), as_of=date.fromisoformat(as_of), working=WORKING, most=most)


MONDAY = [
    {**OPEN, "first_due_at": "2024-03-25 17:00"},  # 1: ten working days
    WAITING,  # 2: the clock stands still
    {"state": 4, "received_at": "2024-03-01 08:00"},  # 3: no due day
    {**OPEN, "first_due_at": "2024-03-08 17:00"},  # 4: was due on Friday
    {**OPEN, "first_due_at": "2024-03-13 17:00"},  # 5: Wednesday
    {**OPEN, "first_due_at": "2024-03-11 17:00"},  # 6: today
    {**OPEN, "first_due_at": "2024-03-14 00:00"},  # 7: the fourth day
    {**OPEN, "finished_at": "2024-03-09 08:00"},  # 8: done
]


def test_on_monday_morning_what_is_due_within_three_working_days_stands_first_then_what_is_late() -> None:
    """As of Sunday 10/03/2024."""
    found = listed(MONDAY, "2024-03-10")
    assert [(item.key[0], item.urgency, item.days_left) for item in found.items] == [
        ("6", "soon", 1),
        ("5", "soon", 3),
        ("4", "late", 0),
        ("7", "due", 4),
        ("1", "due", 11),
        ("2", "waiting", None),
        ("3", "unknown", None),
    ]
    assert found.counts == {"soon": 2, "late": 1, "due": 2, "waiting": 1, "unknown": 1}


def test_days_off_are_no_days_left() -> None:
    """Tết 2024 is from 08/02 to 14/02: after Friday 02/02 come 05, 06, 07 and 15/02."""
    (item,) = listed(
        [{"state": 4, "received_at": "2024-01-31 08:00", "first_due_at": "2024-02-15 17:00"}], "2024-02-02"
    ).items
    assert item.days_left == 4


def test_a_list_is_bounded_and_the_rest_is_counted() -> None:
    found = listed(MONDAY, "2024-03-10", most=3)
    assert [item.key[0] for item in found.items] == ["6", "5", "4"]
    assert (found.total, found.left_out) == (7, 4)
    assert listed([MONDAY[-1]], "2024-03-10").total == 0


def test_an_item_as_json_says_what_becomes_of_the_headroom() -> None:
    item = listed(MONDAY, "2024-03-10").items[0]
    assert as_json(item) == {
        "record": "6",
        "unit": "X11",
        "urgency": "soon",
        "deadline": "2024-03-11T17:00:00",
        "days_left": 1,
        "awaits": ["finished_at"],
        "now": "numerator",
        "met": {"fate": "numerator", "numerator": 98, "denominator": 100, "headroom": {"can_still_fail": 1}},
        "missed": {
            "fate": "failed",
            "numerator": 97,
            "denominator": 100,
            "headroom": {"can_still_fail": 0},
        },
    }
    assert item.at_stake
    assert item.urgency in ORDER


@given(st.lists(DOSSIERS, min_size=2, max_size=12), st.sampled_from(MOVING), st.integers(0, 40))
def test_the_prospect_of_a_record_does_not_depend_on_those_asked_before(
    dossiers: list[dict[str, Any]], code: str, days: int
) -> None:
    definition, asked = definition_of(code), asked_of(str(date(2024, 3, 1) + timedelta(days=days)))
    together = Prospects(kinds()["dossier"], definition, asked, WORKING)
    for values in dossiers:
        assert together.of(values) == Prospects(kinds()["dossier"], definition, asked, WORKING).of(values)
