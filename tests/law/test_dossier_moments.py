"""The moments of a dossier, one sentence of their definition after the other."""

from datetime import datetime
from typing import Any

import pytest

from chitieu.acts.calendar import national
from chitieu.language.plain import evaluate
from chitieu.measures.fate import Fate, fate
from chitieu.measures.indicators import built_in
from chitieu.measures.method import Asked
from chitieu.period import Period, read
from chitieu.records.derived import Whole
from chitieu.records.kinds import kinds

DOSSIER = kinds()["dossier"]
WORKING = national()
END = "finished_at returned_at refused_at stopped_at withdrawn_at".split()


def at(text: str | None) -> datetime | None:
    """`05/03 08:00:00` of 2024."""
    return None if text is None else datetime.strptime(f"2024/{text}", "%Y/%d/%m %H:%M:%S")


def dossier(**given: Any) -> Whole:
    """A dossier received on Friday 01/03/2024 at eight, open, due on the 15th at five, unless said otherwise."""
    plain: dict[str, Any] = {"state": 4, "received_at": "01/03 08:00:00", "first_due_at": "15/03 17:00:00"}
    values = {name: at(value) if name.endswith("_at") else value for name, value in (plain | given).items()}
    return Whole(DOSSIER, values, WORKING)


def requests(*pairs: tuple[str, str | None]) -> dict[str, str | None]:
    """Requests for supplements with their supplies, flattened as the door leaves them."""
    found: dict[str, str | None] = {}
    for place, (requested, supplied) in enumerate(pairs, start=1):
        found[f"supplement{place}_requested_at"] = requested
        if place == 1:
            found["supplement1_supplied_at"] = supplied
    return found


def warnings(whole: Whole) -> set[str]:
    return {rule.code for rule in DOSSIER.rules if evaluate(rule.when, whole, WORKING)}


def of_quarter(method: str, whole: Whole, indicator: str = "on-time-dossiers") -> Fate:
    """The fate in the first quarter of 2024 as of its end."""
    found, period = built_in()[indicator].method(method), read("2024-Q1")
    assert found is not None and found.definition is not None and isinstance(period, Period)
    return fate(found.definition, whole, Asked(period=period, as_of=period.last), WORKING)


def test_received_is_having_a_moment_of_receipt() -> None:
    assert of_quarter("received", dossier(channel="online"), "online-dossiers").in_d
    assert not of_quarter("received", dossier(channel="online", received_at=None), "online-dossiers").in_d


@pytest.mark.parametrize(
    ("state", "accepted"), [(1, False), (2, True), (3, False), (4, True), (8, True), (10, True), (None, True)]
)
def test_accepted_is_received_and_not_in_state_1_or_3_and_an_unknown_state_is_accepted(
    state: int | None, accepted: bool
) -> None:
    assert dossier(state=state)["accepted"] is accepted
    assert dossier(state=state, received_at=None)["accepted"] is False


@pytest.mark.parametrize(
    ("finished", "returned", "resulted"),
    [
        ("10/03 09:00:00", "12/03 09:00:00", "10/03 09:00:00"),
        ("12/03 09:00:00", "10/03 09:00:00", "12/03 09:00:00"),
        (None, "12/03 09:00:00", "12/03 09:00:00"),
        (None, None, None),
    ],
)
def test_the_result_is_the_finish_else_the_return(
    finished: str | None, returned: str | None, resulted: str | None
) -> None:
    assert dossier(finished_at=finished, returned_at=returned)["resulted_at"] == at(resulted)


def test_the_end_is_the_result_also_where_the_dossier_was_refused_before() -> None:
    assert dossier(returned_at="12/03 09:00:00", refused_at="05/03 09:00:00")["ended_at"] == at("12/03 09:00:00")
    assert dossier(state=3, finished_at="12/03 09:00:00")["ended_at"] == at("12/03 09:00:00")


@pytest.mark.parametrize("name", ["refused_at", "stopped_at", "withdrawn_at"])
def test_without_a_result_the_end_is_the_earliest_of_refused_stopped_and_withdrawn(name: str) -> None:
    others = {other: "20/03 09:00:00" for other in ("refused_at", "stopped_at", "withdrawn_at") if other != name}
    assert dossier(**{name: "05/03 09:00:00"}, **others)["ended_at"] == at("05/03 09:00:00")
    assert dossier(**{name: "05/03 09:00:00"})["ended_at"] == at("05/03 09:00:00")


@pytest.mark.parametrize("name", ["refused_at", "stopped_at", "withdrawn_at"])
def test_a_refusal_stop_or_withdrawal_before_receipt_is_no_end_and_one_in_its_second_is(name: str) -> None:
    assert dossier(**{name: "01/03 07:59:59"})["ended_at"] is None
    assert dossier(**{name: "01/03 08:00:00"})["ended_at"] == at("01/03 08:00:00")
    other = "stopped_at" if name != "stopped_at" else "refused_at"
    assert dossier(**{name: "01/03 07:59:59", other: "09/03 09:00:00"})["ended_at"] == at("09/03 09:00:00")


@pytest.mark.parametrize("name", ["refused_at", "stopped_at", "withdrawn_at"])
def test_only_an_accepted_dossier_ends_without_a_result(name: str) -> None:
    assert dossier(state=3, **{name: "05/03 09:00:00"})["ended_at"] is None
    assert dossier(state=1, **{name: "05/03 09:00:00"})["ended_at"] is None


@pytest.mark.parametrize("state", [9, 10])
def test_moments_decide_and_never_the_state_so_state_9_without_a_moment_is_open_with_a_warning(state: int) -> None:
    open_one = dossier(state=state)
    assert open_one["ended_at"] is None
    assert open_one["late_at"] == at("15/03 17:00:00")
    assert "FINISHED-WITHOUT-MOMENT" in warnings(open_one)
    done = dossier(state=4, finished_at="10/03 09:00:00")
    assert done["ended_at"] == at("10/03 09:00:00")
    assert "FINISHED-WITHOUT-MOMENT" not in warnings(done)


def test_requests_are_the_entries_in_the_order_of_their_requests() -> None:
    forms = {name: (form.form, form.list, form.field, form.place) for name, form in DOSSIER.flatten.items()}
    assert forms == {
        "supplement1_requested_at": ("entry", "supplements", "requested_at", 1),
        "supplement1_supplied_at": ("entry", "supplements", "supplied_at", 1),
        "supplement2_requested_at": ("entry", "supplements", "requested_at", 2),
    }
    assert next(iter(DOSSIER.column("supplements").of)) == "requested_at"


def test_a_request_that_is_not_before_the_end_does_not_count() -> None:
    asked = requests(("10/03 09:00:00", "12/03 09:00:00"))
    assert dossier(finished_at="10/03 09:00:00", **asked)["deadline_at"] == at("15/03 17:00:00")
    assert dossier(finished_at="10/03 09:00:01", **asked)["deadline_at"] == at("17/03 17:00:00")


def test_a_second_request_in_the_second_of_the_end_does_not_count() -> None:
    asked = requests(("05/03 08:00:00", "06/03 08:00:00"), ("10/03 09:00:00", None))
    assert dossier(finished_at="10/03 09:00:00", **asked)["late_at"] is None
    assert dossier(finished_at="10/03 09:00:01", **asked)["late_at"] == at("10/03 09:00:00")


def test_a_supply_before_its_request_moves_nothing() -> None:
    assert dossier(**requests(("08/03 08:00:00", "05/03 08:00:00")))["deadline_at"] == at("15/03 17:00:00")
    assert dossier(**requests(("08/03 08:00:00", "08/03 08:00:00")))["deadline_at"] == at("15/03 17:00:00")


@pytest.mark.parametrize(
    ("first", "later", "statutory", "due"),
    [
        ("10/03 17:00:00", "20/03 17:00:00", 5, "10/03 17:00:00"),
        ("20/03 17:00:00", "10/03 17:00:00", 5, "20/03 17:00:00"),
        (None, "20/03 17:00:00", 5, "20/03 17:00:00"),
        (None, None, 5, "08/03 23:59:59"),
        (None, None, 1, "04/03 23:59:59"),
        (None, None, 0, "01/03 23:59:59"),
        (None, None, None, None),
    ],
)
def test_due_is_the_first_due_moment_else_the_later_one_else_the_end_of_the_nth_working_day_after_receipt(
    first: str | None, later: str | None, statutory: int | None, due: str | None
) -> None:
    found = dossier(first_due_at=first, due_at=later, statutory_days=statutory)
    assert found["due"] == at(due)


def test_the_working_days_of_a_procedure_leave_out_holidays_and_count_a_saturday_worked_instead() -> None:
    new_year = dossier(received_at="05/02 16:00:00", first_due_at=None, statutory_days=3)
    assert new_year["due"] == at("15/02 23:59:59")
    swapped = dossier(received_at="26/04 16:00:00", first_due_at=None, statutory_days=3)
    assert swapped["due"] == at("04/05 23:59:59")


def test_without_receipt_there_is_nothing_to_reckon_a_due_moment_from() -> None:
    assert dossier(received_at=None, first_due_at=None, statutory_days=5)["due"] is None


def test_without_a_request_the_deadline_is_the_due_moment() -> None:
    assert dossier()["deadline_at"] == at("15/03 17:00:00")


def test_a_first_request_after_the_due_moment_leaves_the_deadline_and_one_in_its_second_moves_it() -> None:
    after = requests(("15/03 17:00:01", "18/03 17:00:01"))
    assert dossier(**after)["deadline_at"] == at("15/03 17:00:00")
    equal = requests(("15/03 17:00:00", "18/03 17:00:00"))
    assert dossier(**equal)["deadline_at"] == at("18/03 17:00:00")


def test_else_the_due_moment_moves_by_the_time_from_the_first_request_to_its_supply() -> None:
    asked = requests(("05/03 08:00:00", "08/03 09:30:05"))
    assert dossier(**asked)["deadline_at"] == at("18/03 18:30:05")


def test_while_the_first_request_is_not_supplied_there_is_no_deadline() -> None:
    waiting = dossier(state=5, **requests(("05/03 08:00:00", None)))
    assert waiting["deadline_at"] is None
    assert waiting["late_at"] is None


def test_with_a_second_request_the_deadline_is_the_earlier_of_it_and_the_moved_one() -> None:
    early = requests(("05/03 08:00:00", "06/03 08:00:00"), ("11/03 08:00:00", None))
    assert dossier(**early)["deadline_at"] == at("11/03 08:00:00")
    late = requests(("05/03 08:00:00", "06/03 08:00:00"), ("18/03 08:00:00", None))
    assert dossier(**late)["deadline_at"] == at("16/03 17:00:00")


def test_a_second_request_while_the_first_still_waits_is_the_deadline() -> None:
    asked = requests(("05/03 08:00:00", None), ("11/03 08:00:00", None))
    assert dossier(**asked)["deadline_at"] == at("11/03 08:00:00")


def test_there_is_no_deadline_while_the_due_moment_is_unknown_not_even_that_of_a_second_request() -> None:
    asked = requests(("05/03 08:00:00", "06/03 08:00:00"), ("11/03 08:00:00", None))
    unknown = dossier(first_due_at=None, **asked)
    assert (unknown["due"], unknown["deadline_at"], unknown["late_at"]) == (None, None, None)


@pytest.mark.parametrize("name", END)
def test_a_dossier_is_late_from_its_deadline_on_unless_it_ended_by_then_and_equality_is_on_time(name: str) -> None:
    assert dossier(**{name: "15/03 17:00:00"})["late_at"] is None
    assert dossier(**{name: "15/03 17:00:01"})["late_at"] == at("15/03 17:00:00")
    assert dossier()["late_at"] == at("15/03 17:00:00")


@pytest.mark.parametrize("state", [1, 3])
def test_a_dossier_that_was_not_accepted_is_never_late(state: int) -> None:
    assert dossier(state=state)["late_at"] is None
    assert dossier(state=state, finished_at="20/03 09:00:00")["late_at"] is None


def test_an_accepted_dossier_without_a_due_moment_is_named_no_due_date() -> None:
    unknown = dossier(first_due_at=None, finished_at="10/03 09:00:00")
    assert unknown["due_known"] is False
    named = [of_quarter("resolved", unknown), of_quarter("portal-766", unknown)]
    assert named == [Fate("unknown", "no-due-date")] * 2
    assert of_quarter("portal-766", unknown, "service-satisfaction") == Fate("unknown", "no-due-date")
    assert dossier(first_due_at=None, statutory_days=5)["due_known"] is True
    assert dossier(first_due_at=None, state=3)["due_known"] is True
