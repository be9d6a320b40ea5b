"""Where counting goes wrong: each trap of the definitions, one named test; and the worked examples W5 to W9.

That an emptied cell never helps is held beside the examples of the methods (`test_indicator_examples`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from chitieu.acts import level as levels
from chitieu.acts.calendar import national
from chitieu.acts.level import Level
from chitieu.language.plain import evaluate
from chitieu.measures.fate import Fate, fate
from chitieu.measures.indicators import built_in
from chitieu.measures.method import Asked
from chitieu.period import Period, read
from chitieu.records.derived import Whole
from chitieu.records.kinds import kinds
from chitieu.standings.shown import shown
from chitieu.standings.verdict import reached

WORKING = national()
ON_TIME = "on-time-dossiers/resolved"
ON_TIME_766 = "on-time-dossiers/portal-766"
METHODS = {
    f"{indicator.code}/{method.code}": method.definition
    for indicator in built_in().values()
    for method in indicator.methods
    if method.definition is not None
}
ENDED = {"state": 9, "received_at": "2024-03-01 08:00:00"}


def typed(value: Any, kind: str) -> Any:
    """A day or a moment written as text becomes one."""
    if not isinstance(value, str) or kind not in ("day", "moment"):
        return value
    return date.fromisoformat(value) if kind == "day" else datetime.fromisoformat(value)


def decided(method: str, period: str, record: Mapping[str, Any], as_of: str | None = None) -> Fate:
    """The fate of one record; without `as_of` as of the last day of the period."""
    definition, of = METHODS[method], read(period)
    assert isinstance(of, Period)
    kind = kinds()[definition.record]
    whole = Whole(kind, {name: typed(value, kind.names[name].type) for name, value in record.items()}, WORKING)
    day = of.last if as_of is None else date.fromisoformat(as_of)
    return fate(definition, whole, Asked(period=of, as_of=day), WORKING)


def outcome(method: str, period: str, record: Mapping[str, Any], as_of: str | None = None) -> str:
    return decided(method, period, record, as_of).outcome


def counted(
    method: str, period: str, records: Iterable[tuple[int, Mapping[str, Any]]], as_of: str | None = None
) -> tuple[int, int]:
    """n and d of records that come so many times each."""
    found: Counter[str] = Counter()
    for times, record in records:
        found[outcome(method, period, record, as_of)] += times
    return found["numerator"], found["numerator"] + found["failed"] + found["unknown"]


def at_least(text: str) -> Level:
    found = levels.read(text)
    assert isinstance(found, Level)
    return found


# The second that decides.


def test_ended_in_the_second_of_the_due_moment_is_on_time_and_one_second_later_is_not() -> None:
    due = ENDED | {"first_due_at": "2024-03-15 17:00:00"}
    assert outcome(ON_TIME, "2024-Q1", due | {"finished_at": "2024-03-15 17:00:00"}) == "numerator"
    assert outcome(ON_TIME, "2024-Q1", due | {"finished_at": "2024-03-15 17:00:01"}) == "failed"


@pytest.mark.parametrize("method", ["online-dossiers/received", ON_TIME_766, "digitised-dossiers/inputs"])
def test_the_last_second_of_the_year_is_in_the_year_in_local_time(method: str) -> None:
    plain = {"state": 4, "channel": "online", "first_due_at": "2025-06-01 17:00:00", "digitised_inputs": True}
    late, next_year = ({"received_at": moment} for moment in ("2024-12-31 23:59:59", "2025-01-01 00:00:00"))
    assert outcome(method, "2024", plain | late) == "numerator"
    assert outcome(method, "2024", plain | next_year, "2025-01-31") == "outside"
    assert outcome(method, "2025", plain | next_year, "2025-01-31") == "numerator"


def test_a_request_after_the_due_moment_moves_nothing_and_one_in_its_second_does() -> None:
    ended = ENDED | {"first_due_at": "2024-03-10 17:00:00", "finished_at": "2024-03-12 17:00:00"}
    supplied = {"supplement1_supplied_at": "2024-03-13 00:00:00"}
    for requested, expected in (("2024-03-10 17:00:00", "numerator"), ("2024-03-10 17:00:01", "failed")):
        assert outcome(ON_TIME, "2024-Q1", ended | supplied | {"supplement1_requested_at": requested}) == expected


def test_the_clock_stops_while_the_citizen_is_waited_for() -> None:
    waiting = {
        "state": 5,
        "received_at": "2024-03-01 08:00:00",
        "first_due_at": "2024-03-10 17:00:00",
        "supplement1_requested_at": "2024-03-05 08:00:00",
    }
    assert outcome(ON_TIME_766, "2024-Q1", waiting) == "numerator"
    supplied = waiting | {"supplement1_supplied_at": "2024-03-08 08:00:00"}
    assert outcome(ON_TIME_766, "2024-Q1", supplied, "2024-03-12") == "numerator"
    assert outcome(ON_TIME_766, "2024-Q1", supplied, "2024-03-13") == "failed"


def test_a_second_request_makes_late_but_not_in_the_second_of_the_end() -> None:
    asked = ENDED | {
        "first_due_at": "2024-03-20 17:00:00",
        "supplement1_requested_at": "2024-03-05 08:00:00",
        "supplement1_supplied_at": "2024-03-06 08:00:00",
        "supplement2_requested_at": "2024-03-15 09:00:00",
    }
    assert outcome(ON_TIME, "2024-Q1", asked | {"finished_at": "2024-03-15 09:00:00"}) == "numerator"
    assert outcome(ON_TIME, "2024-Q1", asked | {"finished_at": "2024-03-15 09:00:01"}) == "failed"


# The two cuts: the population by the period, the requirement by the as-of day.


def test_a_dossier_of_december_is_in_time_as_of_31_12_and_late_in_the_same_figure_as_of_31_01() -> None:
    december = {"state": 4, "received_at": "2024-12-20 08:00:00", "first_due_at": "2025-01-10 17:00:00"}
    assert outcome(ON_TIME_766, "2024-M12", december, "2024-12-31") == "numerator"
    assert outcome(ON_TIME_766, "2024-M12", december, "2025-01-31") == "failed"


def test_a_dossier_of_september_is_absent_from_the_figure_of_the_year_as_of_30_06() -> None:
    september = {"state": 4, "received_at": "2024-09-10 08:00:00", "first_due_at": "2024-09-30 17:00:00"}
    assert outcome(ON_TIME_766, "2024", september, "2024-06-30") == "outside"
    assert outcome(ON_TIME_766, "2024", september, "2024-09-10") == "numerator"


def test_a_result_that_came_after_the_period_counts_for_it_from_its_own_day_on() -> None:
    march = {
        "received_at": "2024-03-20 08:00:00",
        "finished_at": "2024-04-10 09:00:00",
        "result_code": "KQ.1",
        "result_file": "1.pdf",
    }
    figures = [outcome("electronic-results/portal-766", "2024-Q1", march, day) for day in ("2024-04-09", "2024-04-10")]
    assert figures == ["failed", "numerator"]


def test_only_a_task_falls_in_a_period_before_its_population_day_has_come() -> None:
    """Done early counts from the day it is done; the due day may still lie ahead."""
    done = {"due_on": "2024-12-20", "due_in_force": "2024-12-20", "done_on": "2024-06-10"}
    figures = [outcome("assigned-tasks/due", "2024", done, day) for day in ("2024-06-09", "2024-06-10", "2024-12-31")]
    assert figures == ["outside", "numerator", "numerator"]
    open_one = {"due_on": "2024-12-20", "due_in_force": "2024-12-20"}
    figures = [outcome("assigned-tasks/due", "2024", open_one, day) for day in ("2024-12-19", "2024-12-20")]
    assert figures == ["outside", "failed"]


# Unknown is not no, and does not leave the denominator.


@pytest.mark.parametrize(
    ("method", "record"),
    [
        ("digitised-dossiers/inputs", {"received_at": "2024-02-01 08:00:00"}),
        ("digital-inspections/done", {"inspected_on": "2024-02-01"}),
        ("cashless-payments/transactions", {"paid_at": "2024-02-01 08:00:00", "dossier_id": "1", "amount": 1}),
        (ON_TIME, ENDED | {"finished_at": "2024-03-15 17:00:00"}),
        (
            "electronic-results/returned-signed",
            {"finished_at": "2024-03-15 17:00", "returns_paper_result": True, "result_code": "1", "result_file": "f"},
        ),
        ("petitions-settled/portal-766", {"first_accepted_at": "2024-02-01 08:00:00"}),
    ],
)
def test_what_is_unknown_stays_in_d_and_is_never_in_n(method: str, record: dict[str, Any]) -> None:
    assert outcome(method, "2024-Q1", record) == "unknown"
    assert counted(method, "2024-Q1", [(1, record)]) == (0, 1)


def test_an_unknown_beside_a_known_failure_is_a_failure() -> None:
    cash = {"paid_at": "2024-02-01 08:00:00", "dossier_id": "1", "means": "cash"}
    assert outcome("cashless-payments/transactions", "2024-Q1", cash) == "failed"
    disliked = ENDED | {"finished_at": "2024-03-15 17:00:00", "rating": "dissatisfied"}
    assert outcome("service-satisfaction/portal-766", "2024-Q1", disliked) == "failed"


def test_an_unknown_channel_counts_as_the_counter_and_is_no_unknown() -> None:
    for method in ("online-dossiers/received", "online-dossiers/portal-766"):
        record = {"received_at": "2024-02-01 08:00:00", "returns_paper_result": False}
        assert outcome(method, "2024-Q1", record) == "failed"


def test_an_empty_state_of_a_petition_is_none_and_hides_no_overdue_one() -> None:
    overdue = {"sent_at": "2024-02-20 08:00:00", "first_accepted_at": "2024-02-20 09:00:00"}
    for method in ("petitions-settled/definitive", "petitions-settled/portal-766", "petition-satisfaction/portal-766"):
        assert outcome(method, "2024-Q1", overdue) == "failed"


# Extensions, terms, plans.


def test_a_later_due_moment_does_not_heal_a_dossier() -> None:
    extended = ENDED | {"first_due_at": "2024-03-10 17:00:00", "due_at": "2024-03-20 17:00:00"}
    assert outcome(ON_TIME, "2024-Q1", extended | {"finished_at": "2024-03-18 09:00:00"}) == "failed"


def test_the_term_of_a_petition_is_counted_in_working_days_and_ends_with_the_day() -> None:
    sent = {"sent_at": "2024-02-05 09:00:00", "first_accepted_at": "2024-02-05 10:00:00"}
    last = sent | {"answered_at": "2024-03-04 23:00:00", "published_at": "2024-03-04 23:59:59"}
    late = sent | {"answered_at": "2024-03-04 23:00:00", "published_at": "2024-03-05 00:00:00"}
    for method in ("petitions-settled/definitive", "petitions-settled/portal-766"):
        assert [outcome(method, "2024-Q1", one) for one in (last, late)] == ["numerator", "failed"]


def test_the_term_of_a_petition_runs_from_when_it_last_came_to_the_unit() -> None:
    passed = {
        "sent_at": "2024-01-02 09:00:00",
        "first_accepted_at": "2024-02-19 09:00:00",
        "transferred_at": "2024-03-04 09:00:00",
        "answered_at": "2024-03-25 09:00:00",
        "published_at": "2024-03-25 10:00:00",
    }
    assert outcome("petitions-settled/definitive", "2024-Q1", passed) == "numerator"
    assert outcome("petitions-settled/definitive", "2024-Q1", passed | {"transferred_at": None}) == "failed"


def test_a_petition_that_was_answered_and_not_published_is_not_settled() -> None:
    answered = {
        "sent_at": "2024-03-04 09:00:00",
        "first_accepted_at": "2024-03-04 10:00:00",
        "answered_at": "2024-03-11 09:00:00",
    }
    assert outcome("petitions-settled/definitive", "2024-Q1", answered) == "failed"
    assert outcome("petitions-settled/portal-766", "2024-Q1", answered) == "failed"
    assert outcome("petition-satisfaction/portal-766", "2024-Q1", answered) == "numerator"


def test_the_numerator_of_a_plan_runs_from_1_january_and_that_of_the_stock_from_the_first_day_of_the_period() -> None:
    row = {"year": 2024, "inspected_unit": "X11", "first_inspected_on": "2024-02-15"}
    procedure = {"procedure": "1", "simplified_on": "2024-02-15"}
    for period, of_the_stock in (("2024-Q1", "numerator"), ("2024-Q3", "failed"), ("2024", "numerator")):
        assert outcome("inspected-units/plan", period, row) == "numerator"
        assert outcome("simplification/proposed-or-simplified", period, procedure) == of_the_stock


def test_a_stock_is_that_of_1_january_of_the_year_of_the_last_day_and_not_there_before() -> None:
    procedure = {"procedure": "1", "valid_from": "2024-01-01"}
    assert outcome("simplification/proposed-or-simplified", "report:2024", procedure) == "failed"
    assert outcome("simplification/proposed-or-simplified", "report:2024", procedure, "2023-12-31") == "outside"
    assert outcome("simplification/proposed-or-simplified", "2023", procedure) == "outside"


# What does not count at all.


def test_a_dossier_free_of_fee_is_left_out_by_name() -> None:
    free = {"received_at": "2024-02-01 08:00:00", "fee_bearing": True, "fee_total": 0, "paid_online": "portal"}
    assert decided("cashless-payments/dossiers-online", "2024-Q1", free) == Fate("excluded", "free-of-fee")
    assert outcome("cashless-payments/dossiers-online", "2024-Q1", free | {"fee_total": 1}) == "numerator"


def test_a_blank_answer_is_left_out_by_name() -> None:
    assert decided("service-satisfaction/survey", "2024-Q1", {"answered_at": "2024-02-01 08:00:00"}) == Fate(
        "excluded", "blank"
    )


def test_a_proposal_is_no_initiative() -> None:
    proposed = {"title": "Một cửa lưu động"}
    assert outcome("initiatives/recognised", "2024", proposed) == "outside"
    assert outcome("initiatives/recognised", "2024", proposed | {"recognised_on": "2024-10-01"}) == "outside"
    recognised = {"recognised_on": "2024-10-01", "recognition_document": "1/QĐ"}
    assert counted("initiatives/recognised", "2024", [(3, recognised), (5, proposed)]) == (3, 3)


@pytest.mark.parametrize(
    "method", ["petitions-settled/definitive", "petition-satisfaction/rated", "digital-inspections/done"]
)
def test_of_no_petition_and_of_no_inspection_there_is_no_ratio(method: str) -> None:
    unit = built_in()[method.partition("/")[0]].unit
    n, d = counted(method, "2024", [])
    assert (n, d) == (0, 0)
    assert "%" not in (shown(n, d, None, unit) or "")


# The worked examples.


def test_w5_ninety_six_and_a_fraction_is_not_ninety_seven() -> None:
    on_time = ENDED | {"first_due_at": "2024-03-15 17:00:00", "finished_at": "2024-03-15 17:00:00"}
    late = on_time | {"finished_at": "2024-03-15 17:00:01"}
    for n, d, printed in ((32_333, 33_333, "96,99 %"), (1_542, 1_592, "96,86 %"), (2_250, 2_321, "96,94 %")):
        assert counted(ON_TIME, "2024-Q1", [(n, on_time), (d - n, late)]) == (n, d)
        assert not reached(at_least(">= 97 %"), n, d)
        assert shown(n, d, at_least(">= 97 %"), "percent") == printed
    assert not reached(at_least("= 100 %"), 19_999, 20_000)
    assert shown(19_999, 20_000, at_least("= 100 %"), "percent") == "99,99 %"


def test_w6_a_ratio_without_a_target_is_rounded_half_up_and_compared_by_n_and_d() -> None:
    satisfied, not_so = ({"answered_at": "2024-02-01 08:00:00", "score": score} for score in (5, 3))
    n, d = counted("service-satisfaction/survey", "2024-Q1", [(204_847, satisfied), (2_183, not_so)])
    assert (n, d) == (204_847, 207_030)
    assert shown(n, d, None, "percent") == "98,95 %"


def test_w7_a_sum_is_of_counts_and_no_mean_of_ratios() -> None:
    online, counter = ({"received_at": "2024-02-01 08:00:00", "channel": name} for name in ("online", "counter"))
    small = counted("online-dossiers/received", "2024-Q1", [(1, online)])
    large = counted("online-dossiers/received", "2024-Q1", [(10, online), (90, counter)])
    n, d = small[0] + large[0], small[1] + large[1]
    assert (small, large, (n, d)) == ((1, 1), (10, 100), (11, 101))
    assert shown(n, d, None, "percent") == "10,89 %"
    assert (Fraction(*small) + Fraction(*large)) / 2 == Fraction(55, 100) != Fraction(n, d)


TASKS_OF_2017 = [
    (14_068, {"due_in_force": "2017-06-30", "done_on": "2017-06-30"}),
    (1_983, {"due_in_force": "2017-06-30", "done_on": "2017-07-01"}),
    (223, {"due_in_force": "2017-12-31"}),
    (5_640, {"due_in_force": "2018-01-01"}),
]


def test_w8_done_is_not_done_in_time_and_what_is_open_in_time_is_in_neither() -> None:
    assert sum(times for times, _ in TASKS_OF_2017) == 21_914
    n, d = counted("assigned-tasks/due", "2017", TASKS_OF_2017)
    assert (n, d) == (14_068, 16_274)
    assert shown(n, d, None, "percent") == "86,44 %"
    done = sum(times for times, task in TASKS_OF_2017 if "done_on" in task)
    assert shown(done, d, None, "percent") == "98,63 %"
    assert counted("assigned-tasks/due", "2017", TASKS_OF_2017[3:]) == (0, 0)
    assert not reached(at_least("= 100 %"), n, d)


def test_w9_an_extension_granted_by_the_due_day_moves_it_and_one_granted_later_does_not_and_is_flagged() -> None:
    granted = {"last_extension_granted_on": "2024-03-09", "due_in_force": "2024-03-30"}
    too_late = {"last_extension_granted_on": "2024-03-14", "due_in_force": "2024-03-10"}
    task = {"due_on": "2024-03-10", "done_on": "2024-03-25"}
    assert outcome("assigned-tasks/due", "2024-Q1", task | granted) == "numerator"
    assert outcome("assigned-tasks/due", "2024-Q1", task | too_late) == "failed"
    assert (date(2024, 3, 25) - date(2024, 3, 10)).days == 15
    kind = kinds()["task"]
    (rule,) = (rule for rule in kind.rules if rule.code == "EXTENDED-TOO-LATE")
    for record, flagged in ((granted, False), (too_late, True)):
        days = {name: date.fromisoformat(value) for name, value in (task | record).items()}
        assert bool(evaluate(rule.when, Whole(kind, days, WORKING), WORKING)) is flagged
    assert kind.flatten["due_in_force"].form == "chain"
