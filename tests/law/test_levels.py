"""The law of levels: one short text, the same at every door; which of two asks more."""

from datetime import date

import pytest

from chitieu.acts.level import Level, against, fits, more_demanding, read, satisfies, say, value_text, write
from chitieu.problem import Problem, Weight


def level(text: str) -> Level:
    found = read(text)
    assert isinstance(found, Level), f"{text}: {found}"
    return found


#   written               canonical            for people              for machines    measure
READ = [
    (">= 97 %",           ">= 97 %",           "≥ 97 %",               "97",           "percent"),
    (">=97%",             ">= 97 %",           "≥ 97 %",               "97",           "percent"),
    ("≥ 97,5 %",          ">= 97,5 %",         "≥ 97,5 %",             "97.5",         "percent"),
    (">= 97.50 %",        ">= 97,50 %",        "≥ 97,50 %",            "97.50",        "percent"),
    (">= 97,500 %",       ">= 97,500 %",       "≥ 97,500 %",           "97.500",       "percent"),
    (">= 0,000001 %",     ">= 0,000001 %",     "≥ 0,000001 %",         "0.000001",     "percent"),
    ("= 100 %",           "= 100 %",           "= 100 %",              "100",          "percent"),
    ("≤ 3 %",             "<= 3 %",            "≤ 3 %",                "3",            "percent"),
    (">= 3",              ">= 3",              "≥ 3",                  "3",            "count"),
    (">= 03",             ">= 3",              "≥ 3",                  "3",            "count"),
    ("<= 0",              "<= 0",              "≤ 0",                  "0",            "count"),
    (">= 1234",           ">= 1234",           "≥ 1.234",              "1234",         "count"),
    (">= 123456789",      ">= 123456789",      "≥ 123.456.789",        "123456789",    "count"),
    ("<= 5 days",         "<= 5 days",         "≤ 5 ngày",             "5",            "days"),
    ("regular",           "regular",           "thường xuyên",         None,           "duty"),
    (" Regular ",         "regular",           "thường xuyên",         None,           "duty"),
    ("by 2024-06-30",     "by 2024-06-30",     "chậm nhất 30/06/2024", "2024-06-30",   "day"),
    ("none",              "none",              "không giao",           None,           "none"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical", "people", "machines", "measure"), READ)
def test_a_level_is_read_written_and_said(
    text: str, canonical: str, people: str, machines: str | None, measure: str
) -> None:
    found = level(text)
    assert (write(found), say(found), value_text(found), found.measure) == (canonical, people, machines, measure)
    assert level(write(found)) == found


#   what stands in the cell       why it is refused       what the sentence must offer
REFUSED = [
    (None,                        "LEVEL-EMPTY",          '"none"'),
    ("",                          "LEVEL-EMPTY",          '"none"'),
    ("  ",                        "LEVEL-EMPTY",          '"none"'),
    (97,                          "LEVEL-BARE",           '">= 97 %"'),
    (8.5,                         "LEVEL-BARE",           '">= 8,5 %"'),
    (True,                        "LEVEL-MALFORMED",      '">= 97 %"'),
    (date(2024, 6, 30),           "LEVEL-DATE",           '"by 2024-06-30"'),
    ("2024-06-30",                "LEVEL-DATE",           '"by 2024-06-30"'),
    ("30/06/2024",                "LEVEL-DATE",           '"by 2024-06-30"'),
    ("97",                        "LEVEL-BARE",           '">= 97 %"'),
    ("97 %",                      "LEVEL-BARE-PERCENT",   '"= 97 %"'),
    ("8.5",                       "LEVEL-BARE-OR-DAY",    "ngày 8/5"),
    ("8,5",                       "LEVEL-BARE",           '">= 8,5 %"'),
    ("x",                         "LEVEL-CROSS",          '"regular"'),
    ("X",                         "LEVEL-CROSS",          '"regular"'),
    ("-",                         "LEVEL-DASH",           '"none"'),
    ("–",                         "LEVEL-DASH",           '"none"'),
    ("không giao",                "LEVEL-DASH",           '"none"'),
    ("TX",                        "LEVEL-REGULAR",        '"regular"'),
    ("Thường xuyên",              "LEVEL-REGULAR",        '"regular"'),
    ("tối thiểu 70 %",            "LEVEL-SPOKEN",         '">="'),
    ("không quá 3 %",             "LEVEL-SPOKEN",         '"<="'),
    (">= 1.234",                  "LEVEL-AMBIGUOUS",      '"1234"'),
    (">= 97.500 %",               "LEVEL-AMBIGUOUS",      '"97,500"'),
    ("1.234",                     "LEVEL-AMBIGUOUS",      '"1,234"'),
    (">= 1.234.567",              "LEVEL-NUMBER",         '">= 1234"'),
    (">= 97, %",                  "LEVEL-NUMBER",         '">= 97,5 %"'),
    (">= ,5 %",                   "LEVEL-MALFORMED",      '">= 97 %"'),
    (">= -3",                     "LEVEL-NUMBER",         "không âm"),
    (">= +3",                     "LEVEL-NUMBER",         "không âm"),
    (">= 1234567890",             "LEVEL-LONG",           "9 chữ số"),
    (">= 97,1234567 %",           "LEVEL-LONG",           "6 chữ số"),
    (">= " + "9" * 10_000,        "LEVEL-LONG",           "9 chữ số"),
    (">= 100,01 %",               "LEVEL-PERCENT",        "từ 0 đến 100"),
    (">= -1 %",                   "LEVEL-PERCENT",        "từ 0 đến 100"),
    (">= ９７ %",                  "LEVEL-DIGITS",         "0–9"),
    (">= ٩٧ %",                   "LEVEL-DIGITS",         "0–9"),
    (">= 97 ％",                   "LEVEL-SUFFIX",         '">= 97 %"'),
    (">= 3 sáng kiến",            "LEVEL-SUFFIX",         '">= 3"'),
    (">= 1e3",                    "LEVEL-SUFFIX",         '">= 3"'),
    ("<= 5 ngày",                 "LEVEL-DAYS",           '"<= 5 days"'),
    ("> 97 %",                    "LEVEL-OPERATOR",       '">="'),
    ("=> 97 %",                   "LEVEL-OPERATOR",       '">="'),
    ("> = 97 %",                  "LEVEL-OPERATOR",       '">="'),
    ("by 30/06/2024",             "LEVEL-DAY-ORDER",      '"by 2024-06-30"'),
    ("by 2024-02-30",             "LEVEL-DAY",            '"by 2024-06-30"'),
    ("by 20240630",               "LEVEL-DAY",            '"by 2024-06-30"'),
    ("top 5",                     "LEVEL-RANK",           "Chưa hỗ trợ"),
    ("<= top 5",                  "LEVEL-RANK",           "Chưa hỗ trợ"),
    ("nhóm xuất sắc",             "LEVEL-RANK",           "Chưa hỗ trợ"),
    ("132 xã",                    "LEVEL-SUM",            "Chưa hỗ trợ"),
    (">= 132 xã",                 "LEVEL-SUM",            "Chưa hỗ trợ"),
    ("132 communes",              "LEVEL-SUM",            "Chưa hỗ trợ"),
    (">= 97 %\u202e",             "LEVEL-CHARACTER",      "Xóa ô"),
    (">= 97 %\x07",               "LEVEL-CHARACTER",      "Xóa ô"),
    ("hoàn thành tốt",            "LEVEL-MALFORMED",      '"<= 5 days"'),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "code", "offers"), REFUSED)
def test_anything_else_is_refused_and_the_sentence_says_what_to_write(cell: object, code: str, offers: str) -> None:
    found = read(cell)
    assert isinstance(found, Problem), found
    assert found.code == code
    assert found.weight == Weight.REFUSED
    assert offers.casefold() in found.sentence.casefold()
    assert found.fix, "a refusal says what to do"


def test_a_number_too_long_to_be_written_out_is_refused_like_any_bare_number() -> None:
    found = read(10**5000)
    assert isinstance(found, Problem)
    assert (found.code, "phần trăm" in found.sentence) == ("LEVEL-BARE", True)


#   value               floor               passes      worked example
ABOVE_OR_BELOW = [
    (">= 35 %",         ">= 35 %",          True),    # W1
    (">= 40 %",         ">= 35 %",          True),    # W1
    ("= 35 %",          ">= 35 %",          True),    # W1
    (">= 35,0 %",       ">= 35 %",          True),
    (">= 34,99 %",      ">= 35 %",          False),   # W1
    ("= 34 %",          ">= 35 %",          False),
    (">= 97 %",         "= 100 %",          False),   # W1
    ("= 100,00 %",      "= 100 %",          True),
    ("= 99 %",          "= 100 %",          False),
    (">= 100 %",        "= 100 %",          None),    # another operator: not comparable, so refused too
    ("<= 2 %",          "<= 3 %",           True),    # W2
    ("<= 4 %",          "<= 3 %",           False),   # W2
    ("= 2 %",           "<= 3 %",           True),
    ("= 4 %",           "<= 3 %",           False),
    ("<= 4 %",          "= 3 %",            False),
    ("by 2024-06-15",   "by 2024-06-30",    True),    # W2
    ("by 2024-06-30",   "by 2024-06-30",    True),
    ("by 2024-07-15",   "by 2024-06-30",    False),   # W2
    ("regular",         "regular",          True),
    (">= 1",            "regular",          True),    # W2: at least once
    (">= 0",            "regular",          False),
    ("none",            "regular",          False),   # W2: may not be dropped
    ("none",            ">= 35 %",          False),
    ("by 2024-06-30",   "regular",          None),
    ("= 3",             "regular",          None),
    (">= 97 %",         "regular",          None),
    ("regular",         ">= 3",             None),
    (">= 97 %",         "<= 3 %",           None),
    (">= 3",            ">= 3 %",           None),
    ("<= 5 days",       "<= 5",             None),
    (">= 15 %",         "none",             True),    # W3: no floor, an own target
    ("none",            "none",             True),
]  # fmt: skip


@pytest.mark.parametrize(("value", "floor", "passes"), ABOVE_OR_BELOW)
def test_a_value_below_its_floor_is_refused_and_so_is_one_that_cannot_be_compared(
    value: str, floor: str, passes: bool | None
) -> None:
    assert satisfies(level(value), level(floor)) is passes


@pytest.mark.parametrize(
    ("text", "units"),
    [
        (">= 97 %", {"percent"}),
        ("= 100 %", {"percent"}),
        (">= 3", {"count", "duty"}),
        (">= 2,5", {"count"}),
        ("<= 3", {"count"}),
        ("= 3", {"count"}),
        ("<= 5 days", {"days"}),
        ("regular", {"duty"}),
        ("by 2024-06-30", {"day", "duty"}),
        ("none", {"percent", "count", "days", "day", "duty"}),
    ],
)
def test_a_level_has_the_unit_of_measure_of_its_indicator(text: str, units: set[str]) -> None:
    assert {unit for unit in ("percent", "count", "days", "day", "duty") if fits(level(text), unit)} == units


@pytest.mark.parametrize(
    ("first", "second", "more"),
    [
        (">= 35 %", ">= 40 %", ">= 40 %"),
        (">= 40 %", ">= 35 %", ">= 40 %"),
        ("<= 3 %", "<= 2 %", "<= 2 %"),
        ("by 2024-06-30", "by 2024-06-15", "by 2024-06-15"),
        (">= 35 %", ">= 35,0 %", ">= 35 %"),
        ("regular", "regular", "regular"),
        ("= 90 %", "= 100 %", "= 90 %"),
    ],
)
def test_of_two_levels_the_more_demanding_stands_and_of_equal_ones_the_first(
    first: str, second: str, more: str
) -> None:
    assert more_demanding(level(first), level(second)) == level(more)


def test_levels_of_two_operators_are_two_targets() -> None:
    with pytest.raises(ValueError, match="two targets"):
        more_demanding(level(">= 3"), level("<= 3"))


@pytest.mark.parametrize(
    ("text", "better", "warned"),
    [
        (">= 97 %", "higher", False),
        ("<= 3 %", "higher", True),
        (">= 3 %", "lower", True),
        ("<= 3 %", "lower", False),
        ("= 100 %", "lower", False),
        ("regular", "higher", False),
    ],
)
def test_an_operator_against_the_better_direction_is_noticed(text: str, better: str, warned: bool) -> None:
    assert against(level(text), better) is warned


@pytest.mark.parametrize(
    "parts",
    [
        {"operator": ">=", "digits": "97", "measure": "duty"},
        {"operator": ">=", "digits": "", "measure": "percent"},
        {"operator": ">=", "digits": "97,5", "measure": "percent"},
        {"operator": ">=", "digits": "101", "measure": "percent"},
        {"operator": ">", "digits": "97", "measure": "percent"},
        {"operator": "by", "measure": "day"},
        {"operator": "none", "digits": "3", "measure": "none"},
        {"operator": "regular", "measure": "duty", "day": date(2024, 6, 30)},
    ],
)
def test_no_incoherent_level_can_be_made(parts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no such level"):
        Level(**parts)  # type: ignore[arg-type]
