"""Codes and names in acts (acts.md): a code is the unit of the act's first day; a name of an act has three parts."""

import unicodedata
from datetime import date

import pytest

from chitieu.acts import loading
from chitieu.acts.decision import say_name
from tests.world import SUCCESSIONS, UNITS, World, amendment, annulment, cascade, decision, province

DIGITISED, ON_TIME = "digitised-dossiers", "on-time-dossiers"

# Biên Hòa in small: 26041 was Quyết Thắng, then Trung Dũng, then Trấn Biên.
BIEN_HOA = """
code,  name,               tier,     parent, from
75,    Tỉnh Đồng Nai,      province
731,   Thành phố Biên Hòa, district, 75
26041, Phường Quyết Thắng, commune,  731
26032, Phường Thanh Bình,  commune,  731
26011, Phường Bửu Long,    commune,  731
25996, Phường Tân Hiệp,    commune,  731
26041, Phường Trung Dũng,  commune,  731,    2024-11-01
25996, Phường Tân Hiệp,    commune,  731,    2024-11-01
26041, Phường Trấn Biên,   commune,  75,     2025-07-01
25996, Phường Tân Hiệp,    commune,  75,     2025-07-01
"""
MERGERS = """
old,   new,   extent, on
26041, 26041, whole,  2024-11-01
26032, 26041, whole,  2024-11-01
25996, 25996, rest,   2024-11-01
25996, 26041, part,   2024-11-01
26041, 26041, whole,  2025-07-01
26011, 26041, whole,  2025-07-01
25996, 25996, keep,   2025-07-01
731,   ,      ended,  2025-07-01
"""
LINES = "3 | digitised-dossiers | district >= 40 % | commune >= 35 %"
D194 = decision("194/QĐ-UBND", "75", "2024-01-23", "2024-01-01..2025-12-31", LINES)
HANDED = cascade(
    "MH-02",
    "731",
    "2024-02-20",
    D194,
    "1 | digitised-dossiers | commune >= 40 % | 26011 >= 60 % | 26041 >= 45 % | 25996 >= 50 %",
)
WORLD = province(BIEN_HOA, MERGERS).file(D194, HANDED)


def levels(world: World, day: str) -> dict[str, str]:
    """Name of each commune and the level that judges it on a day."""
    found = world.table("2024-01-01..2025-12-31", day)
    communes = [cell.unit for cell in found if cell.unit.tier == "commune"]
    return {unit.name: world.level(unit.code, DIGITISED, "2024-01-01..2025-12-31", day) for unit in communes}


def test_a_code_in_an_act_is_the_unit_that_bore_it_on_its_first_day_and_follows_no_code_afterwards() -> None:
    assert levels(WORLD, "2024-10-31") == {
        "Phường Quyết Thắng": ">= 45 %",
        "Phường Thanh Bình": ">= 40 %",
        "Phường Bửu Long": ">= 60 %",
        "Phường Tân Hiệp": ">= 50 %",
    }
    assert levels(WORLD, "2024-11-01") == {
        "Phường Trung Dũng": ">= 40 %",  # the code is its own now, the value of Quyết Thắng is not
        "Phường Bửu Long": ">= 60 %",
        "Phường Tân Hiệp": ">= 50 %",  # gave a part away and stayed itself
    }


def test_the_code_in_an_amendment_is_read_on_the_amendments_own_day() -> None:
    lines = "1 | digitised-dossiers | 26041 >= 55 %"
    before = WORLD.file(amendment("MH-03", "731", "2024-05-01", HANDED, lines))
    after = WORLD.file(amendment("MH-03", "731", "2024-11-01", HANDED, lines))
    assert levels(before, "2024-10-31")["Phường Quyết Thắng"] == ">= 55 %"
    assert levels(before, "2024-11-01")["Phường Trung Dũng"] == ">= 40 %"
    assert levels(after, "2024-11-01")["Phường Trung Dũng"] == ">= 55 %"


def test_a_named_value_of_the_decision_stays_along_keep_and_ends_with_the_unit_at_whole() -> None:
    lines = f"{LINES} | 25996 >= 36 % | 26011 >= 37 %"
    world = province(BIEN_HOA, MERGERS).file(decision("1", "75", "2024-01-23", "2024-01-01..2025-12-31", lines))
    assert levels(world, "2025-06-30")["Phường Bửu Long"] == ">= 37 %"
    assert levels(world, "2025-07-01") == {"Phường Trấn Biên": ">= 35 %", "Phường Tân Hiệp": ">= 36 %"}


def test_a_unit_kept_under_another_code_keeps_its_value() -> None:
    units = BIEN_HOA.replace(
        "25996, Phường Tân Hiệp,    commune,  75,     2025-07-01", "25990, Phường Tân Hiệp, commune, 75, 2025-07-01"
    )
    moves = MERGERS.replace("25996, 25996, keep,", "25996, 25990, keep,")
    lines = f"{LINES} | 25996 >= 36 %"
    world = province(units, moves).file(decision("1", "75", "2024-01-23", "2024-01-01..2025-12-31", lines))
    assert world.level("25990", DIGITISED, "2024-01-01..2025-12-31", "2025-07-01") == ">= 36 %"


def test_when_the_issuer_ends_its_cascade_ends_and_the_floor_judges() -> None:
    assert WORLD.acts.span(WORLD.act("MH-02")).ended_on == date(2025, 6, 30)
    assert levels(WORLD, "2025-06-30")["Phường Bửu Long"] == ">= 60 %"
    assert levels(WORLD, "2025-07-01") == {"Phường Trấn Biên": ">= 35 %", "Phường Tân Hiệp": ">= 35 %"}


def test_when_the_issuer_ends_its_decision_goes_on_for_what_stands_below_its_holder() -> None:
    of_city = decision("7", "731", "2024-01-23", "2024-01-01..2025-12-31", "1 | digitised-dossiers | commune >= 38 %")
    world = province(BIEN_HOA, MERGERS).file(of_city)
    assert levels(world, "2025-07-01") == {"Phường Trấn Biên": ">= 38 %", "Phường Tân Hiệp": ">= 38 %"}


def test_a_plan_that_bound_its_author_binds_nobody_who_holds_it_later() -> None:
    lines = "1 | digitised-dossiers | district >= 50 % | province >= 50 % | commune >= 38 %"
    of_city = decision("7", "731", "2024-01-23", "2024-01-01..2025-12-31", lines)
    world = province(BIEN_HOA, MERGERS).file(of_city)
    assert {cell.unit.code for cell in world.table("2024")} >= {"731"}
    assert {cell.unit.code for cell in world.table("2025")} == {"26041", "25996"}


# Codes that mean nobody


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"26011"', '"99999"', "UNKNOWN-UNIT"),
        ('"26011"', '"25999"', "UNKNOWN-UNIT"),
        ('issuer = "731"', 'issuer = "73l"', "UNKNOWN-UNIT"),
        ('"26011"', '"26О11"', "UNLAWFUL-CODE"),  # a Cyrillic О
        ('"26011"', '"２6011"', "UNLAWFUL-CODE"),  # a full-width 2
        ('"26011"', '"26\u202e011"', "UNLAWFUL-CHARACTER"),  # an override of direction
        ('"26011"', '"26\\u0007011"', "UNLAWFUL-CHARACTER"),
    ],
)
def test_a_code_that_means_nobody_or_looks_like_another_is_refused(old: str, new: str, code: str) -> None:
    text = HANDED.text.replace("26011", '"26011"').replace('""26011""', '"26011"')
    assert old in text
    assert code in province(BIEN_HOA, MERGERS).file(D194).codes(text.replace(old, new, 1))


def test_a_code_that_is_borne_only_on_other_days_is_refused_with_its_bearer() -> None:
    late = decision("9", "75", "2025-08-01", "2025", "3 | digitised-dossiers | 26011 >= 35 %")
    world = province(BIEN_HOA, MERGERS)
    assert world.codes(late) == ["UNIT-NOT-STANDING"]
    assert "Phường Bửu Long" in world.sentences(late)
    assert world.codes(decision("9", "731", "2025-08-01", "2025", "3 | digitised-dossiers | commune >= 35 %")) == [
        "UNIT-NOT-STANDING"
    ]


def test_codes_are_compared_without_case_white_space_and_with_every_dash_alike() -> None:
    units = UNITS.replace("S1,   Sở", "75-noi-vu, Sở").replace("division,   S1", "division,   75-noi-vu")
    world = province(units, SUCCESSIONS)
    for spelling in ("75-noi-vu", "75-NOI-VU", "75–noi–vu", "75‑noi‑vu", " 75 - noi - vu "):
        act = decision("1", "P", "2024-01-02", "2024", "1 | on-time-dossiers | commune >= 97 %")
        act = act.replaced('commune = ">= 97 %"', f'commune = ">= 97 %", units = {{"{spelling}" = ">= 98 %"}}')
        assert world.file(act).level("75-noi-vu", ON_TIME) == ">= 98 %"


def test_one_unit_in_two_spellings_of_one_row_is_refused() -> None:
    act = decision("1", "P", "2024-01-02", "2024", "1 | on-time-dossiers | X11 >= 97 % | x11 >= 98 %")
    assert province().codes(act) == ["UNIT-TWICE"]


# A correction of the tables of units


def moved(units: str, moves: str) -> list[str]:
    """What a correction of the tables of Biên Hòa moves, a sentence an act."""
    tree = province(units, moves).tree
    return [found.sentence for found in loading.moved(WORLD.acts, tree, WORLD.catalogue)]


def test_a_correction_says_which_acts_and_how_many_targets_it_moves_also_between_two_days_that_stay() -> None:
    later = [table.replace("2024-11-01", "2024-12-01") for table in (BIEN_HOA, MERGERS)]
    [said] = moved(*later)
    assert "2 chỉ tiêu" in said and "194/QĐ-UBND ngày 23/01/2024" in said  # 26032 and 26041, for a month
    assert "26032 Phường Thanh Bình" in said and "26041 Phường Quyết Thắng" in said


def test_a_correction_of_a_name_moves_no_target() -> None:
    assert moved(BIEN_HOA.replace("Bửu Long", "Bửu-Long"), MERGERS) == []


# Names of acts

NAMES = province().file(
    decision("194/QĐ-UBND", "P", "2024-01-23", "2024", "1 | on-time-dossiers | commune >= 97 %"),
    decision("194/QĐ-UBND", "P", "2025-01-20", "2025", "1 | on-time-dossiers | commune >= 98 %"),
    decision("15/QĐ-UBND", "H1", "2024-02-01", "2024", "1 | on-time-dossiers | commune >= 97 %"),
    decision("15/QĐ-UBND", "H2", "2024-02-01", "2024", "1 | on-time-dossiers | commune >= 97 %"),
    decision("7/KH", "P", "2024-03-01", "2024", "1 | digitised-dossiers | commune >= 35 %"),
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("7/KH", ["P:7/KH@2024-03-01"]),
        ("194/QĐ-UBND", ["P:194/QĐ-UBND@2024-01-23", "P:194/QĐ-UBND@2025-01-20"]),
        ("194/QĐ-UBND@2024-01-23", ["P:194/QĐ-UBND@2024-01-23"]),
        ("15/QĐ-UBND", ["H1:15/QĐ-UBND@2024-02-01", "H2:15/QĐ-UBND@2024-02-01"]),
        ("H2:15/QĐ-UBND", ["H2:15/QĐ-UBND@2024-02-01"]),
        ("P:194/QĐ-UBND@2025-01-20", ["P:194/QĐ-UBND@2025-01-20"]),
        ("h2:15/qđ-ubnd", ["H2:15/QĐ-UBND@2024-02-01"]),
        ("194", []),  # the number alone means the whole number
        ("194/QĐ", []),
        ("15/QĐ-UBND@2024-02-02", []),
        ("S1:7/KH", []),
    ],
)
def test_commands_take_the_number_alone_with_its_day_or_with_its_issuer(asked: str, found: list[str]) -> None:
    names = [act.name for act in NAMES.acts.fitting(asked)]
    assert [f"{name.issuer}:{name.number}@{name.issued_on}" for name in names] == found


@pytest.mark.parametrize(
    "spelling",
    [
        "194/QĐ-UBND",
        "194/qđ-ubnd",
        "194/QÐ-UBND",  # an Icelandic letter that looks the same
        "194/QƉ-UBND",  # an African one
        "194/QĐ–UBND",
        "194/QĐ‑UBND",
        "194 / QĐ - UBND",
        unicodedata.normalize("NFD", "194/QĐ-UBND"),
    ],
)
def test_numbers_are_compared_after_nfc_with_one_letter_d_one_dash_no_white_space_and_no_case(spelling: str) -> None:
    assert len(NAMES.acts.fitting(f"{spelling}@2024-01-23")) == 1
    change = annulment("9", "P", "2024-05-01", NAMES.filed[0]).replaced("194/QĐ-UBND", spelling)
    world = NAMES.file(change)
    assert world.acts.span(world.act("194/QĐ-UBND@2024-01-23")).ended_on == date(2024, 4, 30)
    twin = decision(spelling, "P", "2024-01-23", "2024", "1 | initiatives | commune >= 3")
    assert NAMES.codes(twin) == ["ACT-ALREADY-FILED"]


def test_one_number_exists_every_year_and_in_every_office() -> None:
    assert len({act.name.key for act in NAMES.acts.filed}) == 5


def test_an_act_is_called_by_its_number_and_day_in_an_offices_words() -> None:
    assert say_name(NAMES.act("7/KH").name) == "7/KH ngày 01/03/2024"
