"""The law of a verdict: compared in integers, shown without contradicting itself, with its headroom in records."""

import pytest

from chitieu.acts.level import Level, read
from chitieu.standings.headroom import headroom, say_headroom
from chitieu.standings.shown import number, shown
from chitieu.standings.verdict import Verdict, mark, reached, words


def level(text: str) -> Level:
    found = read(text)
    assert isinstance(found, Level), f"{text}: {found}"
    return found


#   level          n         d         reached
COMPARED = [
    (">= 97 %",    32_333,   33_333,   False),   # W5
    (">= 97 %",    97,       100,      True),
    (">= 97,5 %",  975,      1_000,    True),
    (">= 97,5 %",  974,      1_000,    False),
    ("= 100 %",    19_999,   20_000,   False),   # W5
    ("= 100 %",    20_000,   20_000,   True),
    ("= 50 %",     1,        2,        True),
    ("<= 3 %",     3,        100,      True),
    ("<= 3 %",     3_004,    100_000,  False),
    (">= 3",       3,        None,     True),
    (">= 3",       0,        None,     False),   # a count of 0 is a figure
    ("<= 3",       4,        None,     False),
    ("= 3",        3,        None,     True),
    ("= 3",        4,        None,     False),
    ("<= 5 days",  5,        None,     True),
    ("<= 5 days",  6,        None,     False),
    ("<= 5 days",  10,       2,        True),    # days per record
    ("<= 5 days",  11,       2,        False),
    ("regular",    4,        4,        True),
    ("regular",    3,        4,        False),
    (">= 3",       3,        4,        True),    # a duty with at least three of its cycles
    (">= 3",       2,        4,        False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "n", "d", "answer"), COMPARED)
def test_a_figure_is_compared_in_integers_and_never_after_rounding(
    text: str, n: int, d: int | None, answer: bool
) -> None:
    assert reached(level(text), n, d) is answer


@pytest.mark.parametrize(("text", "d"), [("by 2024-06-30", 1), ("none", 1), (">= 97 %", None), ("regular", None)])
def test_what_cannot_be_compared_is_never_asked(text: str, d: int | None) -> None:
    with pytest.raises(ValueError, match=r"level with|figure in"):
        reached(level(text), 1, d)


#   n         d         level          unit        shown
SHOWN = [
    (32_333,  33_333,   ">= 97 %",     "percent",  "96,99 %"),         # W5: half up would say 97,00
    (19_999,  20_000,   "= 100 %",     "percent",  "99,99 %"),         # W5: half up would say 100,00
    (3_004,   100_000,  "<= 3 %",      "percent",  "3,01 %"),          # half up would say 3,00
    (204_847, 207_030,  None,          "percent",  "98,95 %"),         # W6: the source printed 98,94
    (9_712,   9_841,    ">= 97 %",     "percent",  "98,69 %"),
    (11,      101,      None,          "percent",  "10,89 %"),         # W7: 1/1 and 10/100 rolled up
    (32_333,  33_333,   None,          "percent",  "97,00 %"),         # compared with nothing: half up
    (1,       3,        ">= 30,1234 %", "percent", "33,3333 %"),       # as many decimals as the target
    (1,       8,        ">= 12,5 %",   "percent",  "12,50 %"),
    (1,       800,      None,          "percent",  "0,13 %"),          # 0,125 is rounded up
    (0,       7,        ">= 10 %",     "percent",  "0,00 %"),
    (7,       7,        "= 100 %",     "percent",  "100,00 %"),
    (0,       0,        ">= 97 %",     "percent",  "không phát sinh"),
    (None,    None,     ">= 97 %",     "percent",  None),
    (1_234,   None,     ">= 3",        "count",    "1.234"),
    (0,       None,     ">= 3",        "count",    "0"),
    (3,       4,        "regular",     "duty",     "3/4"),
    (3,       4,        ">= 3",        "duty",     "3/4"),
    (0,       0,        "regular",     "duty",     "không phát sinh"),
    (12,      None,     "<= 5 days",   "days",     "12 ngày"),
    (10_001,  2_000,    "<= 5 days",   "days",     "5,01 ngày"),
    (1,       None,     None,          "day",      None),
]  # fmt: skip


@pytest.mark.parametrize(("n", "d", "text", "unit", "expected"), SHOWN)
def test_a_figure_is_shown_so_that_it_answers_the_target_as_the_exact_one(
    n: int | None, d: int | None, text: str | None, unit: str, expected: str | None
) -> None:
    assert shown(n, d, None if text is None else level(text), unit) == expected


def test_thousands_are_parted_by_dots() -> None:
    assert [number(value) for value in (0, 999, 1_000, 1_234_567)] == ["0", "999", "1.000", "1.234.567"]


def fail(records: int | None) -> dict[str, int | bool | None]:
    return {"can_still_fail": records}


def need(records: int | None, possible: bool) -> dict[str, int | bool | None]:
    return {"needs": records, "possible": possible}


#   level         n       d       fixed   headroom while the period runs
HEADROOM = [
    # a ratio with records to come
    (">= 97 %",   9_712,  9_841,  False,  fail(171)),          # the standing of contract.md
    (">= 97 %",   97,     100,    False,  fail(0)),
    (">= 0 %",    0,      5,      False,  fail(None)),         # nothing can break it
    (">= 97 %",   96,     100,    False,  need(34, True)),     # 130/134
    (">= 100 %",  99,     100,    False,  need(None, False)),  # no record heals a lost one
    (">= 100 %",  100,    100,    False,  fail(0)),
    ("<= 3 %",    2,      100,    False,  fail(1)),            # 3/101 holds, 4/102 does not
    ("<= 100 %",  100,    100,    False,  fail(None)),
    ("<= 3 %",    4,      100,    False,  need(34, True)),     # 4/134
    ("<= 0 %",    1,      100,    False,  need(None, False)),
    ("= 100 %",   100,    100,    False,  fail(0)),
    ("= 100 %",   99,     100,    False,  need(None, False)),
    ("= 50 %",    1,      2,      False,  None),
    ("= 50 %",    1,      3,      False,  None),
    # a fixed population: nothing is to come
    (">= 70 %",   7,      10,     True,   fail(None)),
    (">= 70 %",   5,      10,     True,   need(2, True)),
    (">= 75 %",   5,      10,     True,   need(3, True)),      # 7/10 would not do
    (">= 100 %",  5,      10,     True,   need(5, True)),
    ("= 100 %",   10,     10,     True,   fail(None)),         # before the rule of = 100 %
    ("= 100 %",   9,      10,     True,   need(1, True)),
    ("<= 30 %",   1,      10,     True,   fail(2)),
    ("<= 100 %",  4,      10,     True,   fail(6)),
    ("<= 30 %",   4,      10,     True,   need(None, False)),
    ("= 50 %",    5,      10,     True,   None),
    # a count
    (">= 3",      3,      None,   False,  fail(None)),
    (">= 3",      1,      None,   False,  need(2, True)),
    ("<= 3",      1,      None,   False,  fail(2)),
    ("<= 3",      4,      None,   False,  need(None, False)),
    ("= 3",       3,      None,   False,  None),
    ("= 3",       1,      None,   False,  None),
    # a duty: its cycles
    ("regular",   4,      4,      False,  fail(0)),
    ("regular",   3,      4,      False,  need(None, False)),
    (">= 3",      3,      4,      False,  fail(0)),
    (">= 3",      2,      4,      False,  need(None, False)),
    # what the table does not speak of
    ("<= 5 days", 5,      None,   False,  None),
    ("by 2024-06-30", 1,  1,      False,  None),
    ("none",      1,      1,      False,  None),
    # no records, met because the line says so
    (">= 97 %",   0,      0,      False,  fail(0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "n", "d", "fixed", "expected"), HEADROOM)
def test_headroom_is_counted_in_records_still_to_come(
    text: str, n: int, d: int | None, fixed: bool, expected: dict[str, int | bool | None] | None
) -> None:
    assert headroom(level(text), n, d, fixed=fixed, final=False) == expected


@pytest.mark.parametrize(("text", "n", "d", "fixed", "expected"), HEADROOM)
def test_a_final_miss_keeps_what_was_short_and_is_not_possible_any_more(
    text: str, n: int, d: int | None, fixed: bool, expected: dict[str, int | bool | None] | None
) -> None:
    kept = expected if expected is None or "needs" not in expected else {**expected, "possible": False}
    assert headroom(level(text), n, d, fixed=fixed, final=True) == kept


#   level         n      d      fixed  final   noun          sentence
SAID = [
    (">= 97 %",   9_712, 9_841, False, False,  "hồ sơ",      "Còn được hụt 171 hồ sơ"),
    (">= 97 %",   9_712, 9_841, False, True,   "hồ sơ",      "Dư 171 hồ sơ"),
    (">= 97 %",   97,    100,   False, False,  "hồ sơ",      "Không được hụt hồ sơ nào nữa"),
    (">= 97 %",   97,    100,   False, True,   "hồ sơ",      "Vừa đủ"),
    (">= 97 %",   96,    100,   False, False,  "hồ sơ",      "Cần thêm 34 hồ sơ đạt liên tiếp"),
    (">= 97 %",   96,    100,   False, True,   "hồ sơ",      "Thiếu 34 hồ sơ đạt liên tiếp"),
    ("= 100 %",   99,    100,   False, False,  "nhiệm vụ",   "Không thể đạt nữa"),
    ("= 100 %",   99,    100,   False, True,   "nhiệm vụ",   "Không thể bù"),
    (">= 70 %",   5,     10,    True,  False,  "đơn vị",     "Cần thêm 2 đơn vị"),
    (">= 70 %",   7,     10,    True,  False,  "đơn vị",     "Đã đủ, không thể hụt nữa"),
    (">= 3",      1,     None,  False, True,   "sáng kiến",  "Thiếu 2 sáng kiến"),
    (">= 3",      3,     None,  False, True,   "sáng kiến",  "Đã đủ"),
    ("= 50 %",    1,     2,     False, True,   "hồ sơ",      ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "n", "d", "fixed", "final", "noun", "sentence"), SAID)
def test_headroom_is_said_as_a_sentence(
    *, text: str, n: int, d: int | None, fixed: bool, final: bool, noun: str, sentence: str
) -> None:
    room = headroom(level(text), n, d, fixed=fixed, final=final)
    assert say_headroom(room, noun=noun, level=level(text), fixed=fixed, final=final) == sentence


#   verdict            duty   none_for_tier  mark and words
SPOKEN: list[tuple[Verdict, bool, bool, str]] = [
    ("met",            False, False,         "✓ Đạt"),
    ("met",            True,  False,         "✓ Đã thực hiện"),
    ("not_met",        False, False,         "✕ Không đạt"),
    ("not_met",        True,  False,         "✕ Chưa thực hiện"),
    ("meeting",        False, False,         "✓ Đạt (tạm tính)"),
    ("missing",        False, False,         "✕ Chưa đạt (tạm tính)"),
    ("not_judged",     False, False,         "◦ Xét theo năm"),
    ("not_applicable", False, False,         "– Không phát sinh"),
    ("no_data",        False, False,         "? Chưa có số liệu"),
    ("not_assigned",   False, False,         "○ Chưa giao"),
    ("not_assigned",   False, True,          "· Không giao cho cấp này"),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "duty", "none_for_tier", "expected"), SPOKEN)
def test_a_verdict_is_a_mark_and_a_word(verdict: Verdict, duty: bool, none_for_tier: bool, expected: str) -> None:
    spoken = f"{mark(verdict, none_for_tier=none_for_tier)} {words(verdict, duty=duty, none_for_tier=none_for_tier)}"
    assert spoken == expected
