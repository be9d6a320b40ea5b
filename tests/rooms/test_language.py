"""The language of methods: what it reads, what it refuses and where, and what null does (house.md, indicators.md)."""

from datetime import date, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chitieu.acts.calendar import national
from chitieu.language import Expression, Fault, Name, Type, read
from chitieu.language.plain import evaluate
from chitieu.language.sql import say

NAMES = {
    "received_at": Name(type="moment"),
    "due_at": Name(type="moment"),
    "done_on": Name(type="day"),
    "due_on": Name(type="day"),
    "amount": Name(type="number"),
    "title": Name(type="text"),
    "channel": Name(type="text", codes=("counter", "online", "post")),
    "signed": Name(type="truth"),
    "paid": Name(type="truth"),
}
EVERY: tuple[Type, ...] = ("text", "number", "day", "moment", "truth")
MORNING, EVENING = datetime(2024, 3, 1, 8), datetime(2024, 3, 1, 17)


def expression(text: str) -> Expression:
    found = read(text, NAMES, EVERY)
    assert isinstance(found, Expression), found
    return found


def value(text: str, **row: Any) -> Any:
    return evaluate(expression(text), row, national())


# What is refused, and where


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("", 0, "chỗ kết thúc"),
        ("amont > 0", 0, 'không có cột "amont"'),
        ("amount > ", 8, "chỗ kết thúc"),
        ("amount + 1 > 2", 7, '"+"'),
        ("amount = 1.5", 10, '"."'),
        ("received_at < done_on", 14, "ngày"),
        ("amount = '1'", 9, "chữ"),
        ("title < 'b'", 6, "không so được"),
        ("signed > paid", 7, "không so được"),
        ("channel = 'onlin'", 10, "counter, online, post"),
        ("coalesce(channel, 'counter') = 'paper'", 31, "counter, online, post"),
        ("coalesce(channel, 'none') = 'online'", 18, "counter, online, post"),
        ("channel in ('post', 'mail')", 20, "counter, online, post"),
        ("channel in (title)", 12, "giá trị cố định"),
        ("signed and amount", 11, "đúng hoặc sai"),
        ("not amount", 4, "đúng hoặc sai"),
        ("case when signed then amount else title end", 34, "số"),
        ("case when amount then 1 end", 10, "đúng hoặc sai"),
        ("case end", 5, "when"),
        ("least(title)", 6, "số, ngày, thời điểm"),
        ("now()", 0, "không có hàm"),
        ("moved(received_at, due_at)", 0, "3"),
        ("coalesce(amount)", 0, "2"),
        ("cast(amount as text)", 12, "as"),
        ("amount::text = '1'", 6, '":"'),
        ("amount = $1", 9, '"$"'),
        ("amount = :as_of", 9, '":"'),
        ("(select 1)", 1, "select"),
        ("amount = 1; drop", 10, '";"'),
        ("amount = 1 -- ghi chú", 11, '"-"'),
        ("received_at = null", 14, "null"),
        ('"amount" = 1', 0, '"""'),
        ("AMOUNT = 1", 0, '"A"'),
        ("amount = 1 2", 11, "2"),
        ("amount between 1", 16, "and"),
        ("amount not = 1", 11, "="),
        ("amount = 1234567890123456789", 9, "1234567890123456789"),
    ],
)
def test_a_wrong_expression_is_refused_with_its_place_and_what_is_allowed(text: str, at: int, says: str) -> None:
    found = read(text, NAMES, EVERY)
    assert isinstance(found, Fault)
    assert found.at == at
    assert says in found.reason


def test_the_type_of_the_whole_is_what_is_wanted() -> None:
    assert isinstance(read("amount", NAMES, ("truth",)), Fault)
    assert isinstance(read("amount > 0", NAMES, ("truth",)), Expression)


def test_too_long_and_too_deep_is_refused() -> None:
    assert isinstance(read("signed or " * 400 + "signed", NAMES, EVERY), Fault)
    assert isinstance(read("(" * 41 + "signed" + ")" * 41, NAMES, EVERY), Fault)
    assert isinstance(read("not " * 41 + "signed", NAMES, EVERY), Fault)


WORDS = [*NAMES, *"and or not in between is null case when then else end true false".split(), "coalesce", "least"]
WORDS += ["add_working_days", "end_of_day", "moved", "(", ")", ",", "=", "<>", "<", "<=", "1", "'online'", "'", ";"]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)))
def test_any_text_is_an_expression_or_a_fault_inside_it(text: str) -> None:
    found = read(text, NAMES, EVERY)
    if isinstance(found, Fault):
        assert 0 <= found.at <= len(text)
        assert found.reason
    else:
        assert found.uses <= set(NAMES)
        evaluate(found, {}, national())
        say(found, lambda name: name, lambda day, n: f"{day} + {n}")


# What null does


TRUTHS = (True, False, None)


@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, TRUTHS)))
def test_null_is_unknown_never_false(one: bool | None, other: bool | None) -> None:
    both, either = value("signed and paid", signed=one, paid=other), value("signed or paid", signed=one, paid=other)
    assert both is (False if False in (one, other) else None if None in (one, other) else True)
    assert either is (True if True in (one, other) else None if None in (one, other) else False)
    assert value("not signed", signed=one) is (None if one is None else not one)


@pytest.mark.parametrize("text", ["amount = 1", "amount <> 1", "amount < 1", "amount in (1, 2)", "amount not in (1)"])
def test_what_is_compared_with_nothing_is_unknown(text: str) -> None:
    assert value(text, amount=None) is None
    assert value(text, amount=1) is not None


def test_a_case_takes_the_first_branch_that_is_true_and_is_empty_without_one() -> None:
    text = "case when signed then 1 when paid then 2 end"
    assert [value(text, signed=s, paid=p) for s, p in ((True, True), (None, True), (False, None))] == [1, 2, None]


def test_least_and_greatest_ignore_what_is_empty() -> None:
    assert value("least(received_at, due_at)", received_at=None, due_at=EVENING) == EVENING
    assert value("greatest(received_at, due_at)", received_at=MORNING, due_at=EVENING) == EVENING
    assert value("least(received_at, due_at)") is None


def test_between_holds_both_ends() -> None:
    assert [value("amount between 2 and 3", amount=n) for n in (1, 2, 3, 4, None)] == [False, True, True, False, None]


# Time


@pytest.mark.parametrize(
    ("begins", "ends", "moves_to"),
    [
        (MORNING, EVENING, datetime(2024, 3, 2, 2)),
        (EVENING, MORNING, EVENING),  # a supply before its request moves nothing
        (MORNING, MORNING, EVENING),
        (None, EVENING, None),
    ],
)
def test_a_moment_is_moved_by_the_time_between_two_others(begins: Any, ends: Any, moves_to: Any) -> None:
    names = NAMES | {"a": Name(type="moment"), "b": Name(type="moment")}
    found = read("moved(due_at, a, b)", names, EVERY)
    assert isinstance(found, Expression)
    assert evaluate(found, {"due_at": EVENING, "a": begins, "b": ends}, national()) == moves_to


@pytest.mark.parametrize(
    ("day", "n", "reached"),
    [
        ("2024-02-07", 1, "2024-02-15"),  # 8–14/02 is Tết
        ("2024-04-26", 1, "2024-05-02"),  # 29/04 off, 30/04 and 01/05 too
        ("2024-05-03", 1, "2024-05-04"),  # a Saturday worked for it
        ("2024-03-01", 0, "2024-03-01"),
        ("2024-03-02", 0, "2024-03-02"),
        ("2024-03-01", 15, "2024-03-22"),
        ("2024-03-01", 10_001, None),
        ("2100-12-31", 1, None),
        ("1989-12-31", 1, None),
        ("1990-01-01", 0, "1990-01-01"),
    ],
)
def test_working_days_are_those_of_the_calendar(day: str, n: int, reached: str | None) -> None:
    expected = date.fromisoformat(reached) if reached else None
    assert value("add_working_days(due_on, amount)", due_on=date.fromisoformat(day), amount=n) == expected
    at = datetime.fromisoformat(f"{day} 09:30")
    moment = value("add_working_days(due_at, amount)", due_at=at, amount=n)
    assert moment == (datetime.combine(expected, at.time()) if expected else None)


def test_the_end_of_a_day_is_its_last_second() -> None:
    assert value("end_of_day(due_on)", due_on=date(2024, 12, 31)) == datetime(2024, 12, 31, 23, 59, 59)
    assert value("end_of_day(due_at)", due_at=EVENING) == datetime(2024, 3, 1, 23, 59, 59)
