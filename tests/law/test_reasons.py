"""Why a record counts, or not: the clause that decides, in a specialist's words, for every sentence of the moments.

And the laws: the reasons give the fate of the table of fates, as of every day; what they rest on suffices.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chitieu.acts.calendar import national
from chitieu.measures.fate import Fate, fate
from chitieu.measures.indicators import built_in
from chitieu.measures.method import Asked, Definition, Example
from chitieu.measures.reasons import Reasons, course, reasons
from chitieu.measures.resting import Record, all_parts
from chitieu.period import Period
from chitieu.period import read as read_period
from chitieu.records.derived import Whole
from chitieu.records.kind import Column
from chitieu.records.kinds import kinds
from chitieu.standings.reasons_in_words import InWords, as_json, say_distance

WORKING = national()
METHODS = {
    f"{indicator.code}/{method.code}": method.definition
    for indicator in built_in().values()
    for method in indicator.methods
    if method.definition is not None
}
EXAMPLES = [
    pytest.param(definition, example, id=f"{code}: {example.why}")
    for code, definition in METHODS.items()
    for example in definition.examples
]
DECIDED_BEFORE = {
    "Không rõ chữ ký số nhưng không có tệp: không đạt",  # there is no code either, and the code stands first
    "Chốt trước ngày 01/01: chưa có kế hoạch của năm 2024",  # the day of the list is asked before the year of the row
    "Có số văn bản nhưng không có ngày kiến nghị: không đạt",  # of two ways that have not come, the first
}
"""Examples of which an earlier clause already decides."""


def record_of(definition: Definition, values: dict[str, Any]) -> Record:
    kind = kinds()[definition.record]
    return Record(kind=kind, whole=Whole(kind, values, WORKING), working=WORKING)


def asked_of(period: str, as_of: date | None = None) -> Asked:
    of = read_period(period)
    assert isinstance(of, Period)
    return Asked(period=of, as_of=as_of or of.last)


def why(code: str, values: dict[str, Any], period: str = "2024-Q1", as_of: date | None = None) -> Reasons:
    definition = METHODS[code]
    return reasons(record_of(definition, values), definition, asked_of(period, as_of))


def said(code: str, values: dict[str, Any], period: str = "2024-Q1", as_of: date | None = None) -> str:
    return InWords(kinds()[METHODS[code].record]).because(why(code, values, period, as_of))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# A dossier received on 01/03 and due at 17:00 on 15/03/2024.

RECEIVED = {"unit": "26041", "received_at": moment("2024-03-01 08:00"), "state": 4}
DUE = {**RECEIVED, "first_due_at": moment("2024-03-15 17:00")}
MOMENTS: list[tuple[str, dict[str, str], str, str, str]] = [
    # what is so, the other cells, the fate in quarter I, the clause that decides, the sentence
    ("bằng nhau là đúng hạn", {"finished_at": "2024-03-15 17:00"}, "numerator", "numerator",
     "thời điểm kết thúc 17:00 ngày 15/03/2024 đúng bằng hạn phải trả 17:00 ngày 15/03/2024"),
    ("chậm một giây là quá hạn", {"finished_at": "2024-03-15 17:00:01"}, "failed", "lost_at",
     "hạn phải trả 17:00 ngày 15/03/2024; thời điểm kết thúc 17:00:01 ngày 15/03/2024: quá 1 giây"),
    ("ngày trả thay ngày xử lý xong khi ngày ấy trống", {"returned_at": "2024-03-16 09:00"}, "failed", "lost_at",
     "thời điểm kết thúc 09:00 ngày 16/03/2024: quá 16 giờ"),
    ("ngày xử lý xong đi trước ngày trả", {"finished_at": "2024-03-14 09:00", "returned_at": "2024-03-20 09:00"},
     "numerator", "numerator", "thời điểm kết thúc 09:00 ngày 14/03/2024 trước hạn phải trả"),
    ("hạn trả đầu tiên quyết định, gia hạn không cứu",
     {"due_at": "2024-03-20 17:00", "finished_at": "2024-03-18 09:00"}, "failed", "lost_at",
     "hạn phải trả 17:00 ngày 15/03/2024; thời điểm kết thúc 09:00 ngày 18/03/2024"),
    ("rút hồ sơ là kết thúc", {"withdrawn_at": "2024-03-10 09:00"}, "numerator", "numerator",
     "thời điểm kết thúc 09:00 ngày 10/03/2024 trước hạn phải trả"),
    ("rút trước khi tiếp nhận thì không phải kết thúc", {"withdrawn_at": "2024-02-10 09:00"}, "outside",
     "population.at", "chưa có thời điểm kết thúc, nên chưa thuộc kỳ nào"),
    ("từ chối, dừng, rút: lần sớm nhất", {"refused_at": "2024-03-18 09:00", "stopped_at": "2024-03-12 09:00"},
     "numerator", "numerator", "thời điểm kết thúc 09:00 ngày 12/03/2024"),
    ("thời gian chờ bổ sung được trừ",
     {"supplement1_requested_at": "2024-03-05 08:00", "supplement1_supplied_at": "2024-03-08 08:00",
      "finished_at": "2024-03-18 17:00"}, "numerator", "numerator",
     "thời điểm kết thúc 17:00 ngày 18/03/2024 đúng bằng hạn phải trả 17:00 ngày 18/03/2024"),
    ("yêu cầu đúng giây hết hạn vẫn dời hạn",
     {"supplement1_requested_at": "2024-03-15 17:00", "supplement1_supplied_at": "2024-03-16 17:00",
      "finished_at": "2024-03-16 17:00"}, "numerator", "numerator", "đúng bằng hạn phải trả 17:00 ngày 16/03/2024"),
    ("yêu cầu sau hạn không dời hạn",
     {"supplement1_requested_at": "2024-03-15 17:00:01", "supplement1_supplied_at": "2024-03-16 17:00",
      "finished_at": "2024-03-16 17:00"}, "failed", "lost_at", "hạn phải trả 17:00 ngày 15/03/2024"),
    ("yêu cầu lần hai làm quá hạn từ lúc ấy",
     {"supplement1_requested_at": "2024-03-05 08:00", "supplement1_supplied_at": "2024-03-08 08:00",
      "supplement2_requested_at": "2024-03-11 08:00", "finished_at": "2024-03-12 08:00"}, "failed", "lost_at",
     "hạn phải trả 08:00 ngày 11/03/2024; thời điểm kết thúc 08:00 ngày 12/03/2024: quá 1 ngày"),
    ("yêu cầu lần hai đúng giây kết thúc không tính",
     {"supplement1_requested_at": "2024-03-05 08:00", "supplement1_supplied_at": "2024-03-08 08:00",
      "supplement2_requested_at": "2024-03-12 08:00", "finished_at": "2024-03-12 08:00"}, "numerator", "numerator",
     "thời điểm kết thúc 08:00 ngày 12/03/2024 trước hạn phải trả 17:00 ngày 18/03/2024"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "cells", "outcome", "clause", "sentence"), MOMENTS, ids=[row[0] for row in MOMENTS])
def test_each_sentence_of_the_moments_of_a_dossier_shows_as_the_clause_that_decides(
    what: str, cells: dict[str, str], outcome: str, clause: str, sentence: str
) -> None:
    values = {**DUE, **{name: moment(text) for name, text in cells.items()}}
    found = why("on-time-dossiers/resolved", values)
    assert (found.fate.outcome, found.decided_by.called) == (outcome, clause)
    assert sentence in said("on-time-dossiers/resolved", values)


def test_a_dossier_without_a_due_day_rests_on_the_days_of_its_procedure() -> None:
    values = {**RECEIVED, "statutory_days": 5, "finished_at": moment("2024-03-11 09:00")}
    kind = kinds()["dossier"]
    record = Record(kind=kind, whole=Whole(kind, values, WORKING), working=WORKING, looked_up={"statutory_days"})
    found = reasons(record, METHODS["on-time-dossiers/resolved"], asked_of("2024-Q1"))
    assert found.fate == Fate("failed")
    (origin,) = {part.origin for part in all_parts(found.decided_by.rests_on) if part.name == "statutory_days"}
    assert origin == "looked_up"
    lines = "\n".join(InWords(kind).lines(found))
    assert "thời hạn giải quyết (ngày làm việc) (statutory_days): 5, theo danh mục thủ tục" in lines
    assert "hạn phải trả 23:59:59 ngày 08/03/2024" in lines


def test_without_any_due_day_the_name_of_the_unknown_decides() -> None:
    found = why("on-time-dossiers/resolved", {**RECEIVED, "finished_at": moment("2024-03-11 09:00")})
    assert (found.fate, found.decided_by.called) == (Fate("unknown", "no-due-date"), "unknown.no-due-date")


def test_one_dossier_is_in_time_on_one_day_and_late_on_another() -> None:
    """Received on 20/12, due on 10/01: rule 3, and the course says both."""
    values = {"unit": "1", "state": 4, "received_at": moment("2024-12-20 08:00"),
              "first_due_at": moment("2025-01-10 17:00")}  # fmt: skip
    december = why("on-time-dossiers/portal-766", values, "2024-M12", date(2024, 12, 31))
    january = why("on-time-dossiers/portal-766", values, "2024-M12", date(2025, 1, 31))
    assert (december.fate.outcome, january.fate.outcome) == ("numerator", "failed")
    assert january.decided_by.called == "lost_at"
    turns = [(turn.on, turn.fate.outcome) for turn in december.course]
    assert turns == [(None, "outside"), (date(2024, 12, 20), "numerator"), (date(2025, 1, 10), "failed")]
    assert december.course == january.course
    assert (
        "Theo thời gian: trước ngày 20/12/2024 không tính; từ ngày 20/12/2024 đạt; từ ngày 10/01/2025 không đạt."
        in InWords(kinds()["dossier"]).lines(december)
    )


@pytest.mark.parametrize(
    ("code", "cells", "clause", "sentence"),
    [
        ("petitions-settled/definitive", {"answered_at": "2024-03-20 10:00", "published_at": "2024-03-26 00:00"},
         "numerator", "thời điểm trả lời và công khai xong 00:00 ngày 26/03/2024: quá 1 giây"),
        ("petitions-settled/definitive", {}, "meets_at", "chưa có thời điểm trả lời và công khai xong"),
        ("petitions-settled/definitive", {"refused_at": "2024-03-05 10:00"}, "exclusion.refused",
         "được loại trừ (đã từ chối, không trả lời)"),
        ("petitions-settled/portal-766", {"refused_at": "2024-03-07 00:00"}, "numerator[2]",
         "hạn từ chối (2 ngày làm việc) 23:59:59 ngày 06/03/2024; thời điểm từ chối 00:00 ngày 07/03/2024: quá 1 giây"),
        ("petitions-settled/portal-766", {}, "lost_at[4]", "đã qua vào ngày chốt 31/03/2024"),
    ],
)  # fmt: skip
def test_a_petition_is_explained_by_the_way_that_failed_last(
    code: str, cells: dict[str, str], clause: str, sentence: str
) -> None:
    values = {"unit": "1", "sent_at": moment("2024-03-04 09:00"), "first_accepted_at": moment("2024-03-04 10:00")}
    values |= {name: moment(text) for name, text in cells.items()}
    assert why(code, values).decided_by.called == clause
    assert sentence in said(code, values)


def test_a_task_extended_too_late_is_held_to_the_day_that_was_due() -> None:
    """W9: granted on 14/03, after 10/03: the day does not move, done on 25/03 is 15 days late."""
    values = {"due_on": date(2024, 3, 10), "due_in_force": date(2024, 3, 10), "done_on": date(2024, 3, 25)}
    assert "hạn đang có hiệu lực 10/03/2024; ngày hoàn thành 25/03/2024: quá 15 ngày" in said(
        "assigned-tasks/due", values
    )


def test_clauses_stand_in_the_order_in_which_they_decide_and_those_after_are_not_asked() -> None:
    found = why("petitions-settled/definitive", {"unit": "1", "first_accepted_at": moment("2024-04-04 10:00")})
    assert [one.called for one in found.clauses] == [
        "population.at", "counts_at", "denominator", "exclusion.refused", "exclusion.transferred",
        "meets_at", "lost_at", "numerator", "unknown.no-term",
    ]  # fmt: skip
    assert [one.called for one in found.clauses if one.asked] == ["population.at"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1 giây"), (60, "1 phút"), (3_661, "1 giờ 1 phút"), (86_400, "1 ngày"), (90_061, "1 ngày 1 giờ")],
)
def test_a_distance_is_told_in_its_two_largest_units(seconds: int, text: str) -> None:
    assert say_distance(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_every_example_is_explained_by_the_column_it_names(definition: Definition, example: Example) -> None:
    asked = Asked(period=example.period, as_of=example.as_of)
    found = reasons(record_of(definition, dict(example.record)), definition, asked)
    assert found.fate == Fate(example.outcome, example.name)
    named = {part.name for part in all_parts(found.decided_by.rests_on)}
    assert not example.because or (example.because in named) is (example.why not in DECIDED_BEFORE)


def test_every_column_a_method_may_name_has_words() -> None:
    bare = [
        (code, name)
        for code, kind in kinds().items()
        for name in kind.names
        if InWords(kind).label(name) == name and any(d.record == code for d in METHODS.values())
    ]
    assert not bare


# Random records of every kind.

DAYS = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 9), date(2024, 3, 4), date(2024, 3, 6), date(2024, 3, 31)]
TIMES = st.sampled_from(["00:00:00", "09:00:00", "17:00:00", "17:00:01", "23:59:59"])
AS_OF = st.sampled_from([*DAYS, date(2024, 3, 25), date(2024, 12, 31), date(2025, 6, 1)])
PERIODS = st.sampled_from(["2023", "2024", "2024-Q1", "2024-M03", "report:2024-Q1"])


def cells_of(column: Column) -> st.SearchStrategy[Any]:
    some: st.SearchStrategy[Any]
    if column.type == "day":
        some = st.sampled_from(DAYS)
    elif column.type == "moment":
        some = st.builds(lambda day, time: moment(f"{day} {time}"), st.sampled_from(DAYS), TIMES)
    elif column.type == "flag":
        some = st.booleans()
    elif column.codes:
        some = st.sampled_from(column.codes)
    elif column.type == "year":
        some = st.sampled_from([2023, 2024])
    elif column.type in ("integer", "money"):
        some = st.integers(0, 16)
    else:
        some = st.just("x")
    return some if column.required else st.none() | some


def records(definition: Definition) -> st.SearchStrategy[dict[str, Any]]:
    kind = kinds()[definition.record]
    columns = {column.name: column for column in (*kind.stored, *kind.joined.values())}
    for name, lookup in kind.lookups.items():
        columns.setdefault(name, kinds()[lookup.kind].column(lookup.column))
    return st.fixed_dictionaries({name: cells_of(column) for name, column in columns.items()})


CASES = st.sampled_from(sorted(METHODS)).flatmap(lambda code: st.tuples(st.just(code), records(METHODS[code])))


@given(CASES, PERIODS, AS_OF)
def test_the_reasons_give_the_fate_of_the_table(case: tuple[str, dict[str, Any]], period: str, as_of: date) -> None:
    definition, asked = METHODS[case[0]], asked_of(period, as_of)
    record = record_of(definition, case[1])
    found = reasons(record, definition, asked)
    assert found.fate == fate(definition, record.whole, asked, WORKING)
    assert found.decided_by in found.clauses
    assert found.decided_by.asked


@given(CASES, PERIODS, AS_OF)
def test_the_course_gives_the_fate_as_of_every_day(case: tuple[str, dict[str, Any]], period: str, as_of: date) -> None:
    definition, asked = METHODS[case[0]], asked_of(period, as_of)
    record = record_of(definition, case[1])
    turns = [turn for turn in course(record, definition, asked) if turn.on is None or turn.on <= as_of]
    assert turns[-1].fate == fate(definition, record.whole, asked, WORKING)


@given(CASES, PERIODS, AS_OF, st.data())
def test_what_the_reasons_rest_on_suffices(
    case: tuple[str, dict[str, Any]], period: str, as_of: date, data: st.DataObject
) -> None:
    """Every other cell may be changed, and neither the fate nor the clause that decides is another."""
    definition, asked = METHODS[case[0]], asked_of(period, as_of)
    found = reasons(record_of(definition, case[1]), definition, asked)
    rests = {part.name for one in found.clauses if one.asked for part in all_parts(one.rests_on)}
    other = data.draw(records(definition))
    assume(set(other) - rests)
    mixed = {name: case[1][name] if name in rests else value for name, value in other.items()}
    again = reasons(record_of(definition, mixed), definition, asked)
    assert (again.fate, again.decided_by.called) == (found.fate, found.decided_by.called)


@given(CASES, PERIODS, AS_OF)
def test_every_reason_has_words_and_json(case: tuple[str, dict[str, Any]], period: str, as_of: date) -> None:
    definition, asked = METHODS[case[0]], asked_of(period, as_of)
    found = reasons(record_of(definition, case[1]), definition, asked)
    lines = InWords(kinds()[definition.record]).lines(found)
    assert all(line.strip() for line in lines)
    assert json.loads(json.dumps(as_json(found)))["decided_by"] == found.decided_by.called
