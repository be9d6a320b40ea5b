"""Tiers, the calendar of a province and the spelling of names: what they say, and what is refused."""

from datetime import date

import pytest

from chitieu.acts import calendar
from chitieu.acts.names import fold, lawful_code, unlawful
from chitieu.acts.tiers import Tiers
from chitieu.period import WorkingDays
from chitieu.problem import Problem


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [found.code for found in problems]


def test_the_national_tiers_say_who_assigns_to_whom_and_when() -> None:
    tiers = Tiers.national()
    june, july = date(2025, 6, 30), date(2025, 7, 1)
    assert tiers.codes == ("country", "province", "department", "district", "commune", "division")
    assert tiers.may_assign("district", "commune", june) and not tiers.may_assign("district", "commune", july)
    assert tiers.may_assign("commune", "division", july) and not tiers.may_assign("commune", "division", june)
    assert tiers.stands("district", june) and not tiers.stands("district", july)
    assert not tiers.may_assign("commune", "province", july) and not tiers.stands("xa", july)
    assert tiers.name("commune") == "UBND cấp xã" and tiers.name("xa") == "xa"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "EMPTY-FILE"),
        ("[[tier]", "MALFORMED-TOML-AT"),
        ("x = 1", "MISSING-KEY"),
        ("tier = 1", "WRONG-TYPE"),
        ("tier = [1]", "WRONG-TYPE"),
        ("[[tier]]\ncode = 'a'", "MISSING-KEY"),
        ("[[tier]]\ncode = 'a'\nname = 'A'\nrank = 1", "UNKNOWN-KEY"),
        ("[[tier]]\ncode = 'a'\nname = 'A'\nto = 2025-06-30T00:00:00", "WRONG-TYPE"),
        ("[[tier]]\ncode = 'а'\nname = 'A'", "UNIT-CODE"),
        ("[[tier]]\ncode = 'a'\nname = 'A'\n[[tier]]\ncode = 'A'\nname = 'B'", "TIERS-TWICE"),
        ("[[tier]]\ncode = 'a'\nname = 'A'\nfrom = 2025-07-01\nto = 2025-06-30", "TIERS-DAYS"),
        ("[[tier]]\ncode = 'a'\nname = 'A'\n[[assigns]]\nfrom = 'a'\nto = ['b']", "TIERS-UNKNOWN"),
        ("[[tier]]\ncode = 'a'\nname = 'A'\n[[assigns]]\nfrom = 'a'\nto = [1]", "TIERS-UNKNOWN"),
        (
            "tier = [{ code = 'a', name = 'A' }]\n[[assigns]]\nfrom='a'\nto='a'\nsince=2025-07-01\nuntil=2025-06-30",
            "TIERS-DAYS",
        ),
    ],
)
def test_tiers_that_say_something_wrong_are_refused(text: str, code: str) -> None:
    found = Tiers.read(text.encode(), "tiers.toml")
    assert not isinstance(found, Tiers)
    assert code in codes(found)
    assert all(fault.sentence for fault in found)


def test_a_calendar_gives_its_working_days() -> None:
    days = 'off = ["2024-01-01", "2024-02-08..2024-02-14", 2024-04-29]\nworked = ["2024-05-04"]'
    text = f'[[year]]\nyear = 2024\n{days}\nact = "A"\n'
    found = calendar.read(text.encode(), "calendar.toml")
    assert isinstance(found, WorkingDays)
    assert (len(found.off), sorted(found.worked), sorted(found.years)) == (9, [date(2024, 5, 4)], [2024])
    assert found.add(date(2024, 2, 7), 1) == date(2024, 2, 15)


def test_the_national_calendar_knows_tet_and_the_swapped_saturdays() -> None:
    found = calendar.national()
    assert {2024, 2025, 2026} <= found.years
    assert not found.is_working(date(2025, 1, 29)) and found.is_working(date(2024, 5, 4))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = 1", "MISSING-KEY"),
        ("year = [1]", "WRONG-TYPE"),
        ("[[year]]\noff = []", "MISSING-KEY"),
        ("[[year]]\nyear = 1800", "CALENDAR-YEAR"),
        ("[[year]]\nyear = 2024\n[[year]]\nyear = 2024", "CALENDAR-YEAR-TWICE"),
        ("[[year]]\nyear = 2024\nholidays = []", "UNKNOWN-KEY"),
        ("[[year]]\nyear = 2024\noff = ['2024-02-30']", "CALENDAR-DAY"),
        ("[[year]]\nyear = 2024\noff = ['2024-02-14..2024-02-08']", "CALENDAR-DAY"),
        ("[[year]]\nyear = 2024\noff = [1]", "CALENDAR-DAY"),
        ("[[year]]\nyear = 2024\noff = [2024-01-01T00:00:00]", "CALENDAR-DAY"),
        ("[[year]]\nyear = 2024\noff = ['2025-01-01']", "CALENDAR-OTHER-YEAR"),
        ("[[year]]\nyear = 2024\nworked = ['2024-05-03']", "CALENDAR-NO-WEEKEND"),
        ("[[year]]\nyear = 2024\noff = ['2024-05-04']\nworked = ['2024-05-04']", "CALENDAR-OFF-AND-WORKED"),
    ],
)
def test_a_calendar_that_says_something_wrong_is_refused(text: str, code: str) -> None:
    found = calendar.read(text.encode(), "calendar.toml")
    assert not isinstance(found, WorkingDays)
    assert code in codes(found)
    assert all(fault.sentence for fault in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("194/QĐ-UBND", "194 /qđ–ubnd"),
        ("194/QÐ-UBND", "194/QƉ\u2212UBND"),
        ("Biên Hòa", "BIÊN HÒA"),
        ("75-noi-vu", "75\u2011NOI\u00a0-vu"),
    ],
)
def test_spellings_that_no_reader_tells_apart_are_one_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_names_that_differ_stay_apart() -> None:
    assert len({fold(name) for name in ("194/QĐ-UBND", "194/QD-UBND", "1940/QĐ-UBND", "194.QĐ-UBND")}) == 4


def test_a_text_is_unlawful_by_its_first_invisible_character() -> None:
    assert unlawful("Ủy ban nhân dân\u00a0tỉnh – 100 %") is None
    given = ["a\nb", "a\tb", "\u202ea", "a\u2028", "a\x1b[0m", "\ufeffa", "a\u2066"]
    assert [unlawful(text) for text in given] == ["U+000A", "U+0009", "U+202E", "U+2028", "U+001B", "U+FEFF", "U+2066"]


def test_a_code_is_latin_and_short() -> None:
    assert all(lawful_code(code) for code in ("75", "75-noi-vu", "H19.33", "Đ1", "Ð1", "a–b", "x" * 64))
    assert not any(lawful_code(code) for code in ("", " ", "С1", "Α", "٣", "１", "ª", "x" * 65, "a\u200b", "✓"))
