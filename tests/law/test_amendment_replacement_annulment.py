"""Amendment, replacement, annulment (acts.md): what changes from which day, what stays, and who may do it."""

from datetime import date

import pytest

from tests.world import SUCCESSIONS, UNITS, Act, World, amendment, annulment, cascade, decision, province, said

DIGITISED, ON_TIME, CASHLESS = "digitised-dossiers", "on-time-dossiers", "cashless-payments"
D194 = decision(
    "194/QĐ-UBND",
    "P",
    "2024-01-23",
    "2024",
    """
    3  | digitised-dossiers | district >= 40 % | commune >= 35 % | X12 >= 60 %
    7  | on-time-dossiers   | district >= 97 % | commune >= 97 %
    11 | cashless-payments  | district >= 15 % | commune none
    """,
)
WORLD = province().file(D194)


def amended(lines: str, day: str = "2024-08-02", number: str = "15/QĐ", **more: str) -> Act:
    return amendment(number, "P", day, D194, lines, **more)


# Amendment


def test_the_levels_in_its_lines_replace_those_of_the_rows_they_name_and_the_others_stay() -> None:
    world = WORLD.file(amended("3 | digitised-dossiers | commune >= 50 %"))
    assert world.because("X11", DIGITISED) == ">= 50 %, 15/QĐ row 3, tier"
    assert world.because("X12", DIGITISED) == ">= 60 %, 194/QĐ-UBND row 3, named"
    assert world.because("H1", DIGITISED) == ">= 40 %, 194/QĐ-UBND row 3, tier"
    assert world.because("X11", ON_TIME) == ">= 97 %, 194/QĐ-UBND row 7, tier"


def test_they_do_so_from_its_first_day_on() -> None:
    world = WORLD.file(amended("7 | on-time-dossiers | commune >= 98 %", "2024-08-02", in_force="2024-09-01"))
    levels = [world.level("X11", ON_TIME, "2024", day) for day in ("2024-08-02", "2024-08-31", "2024-09-01")]
    assert levels == [">= 97 %", ">= 97 %", ">= 98 %"]


def test_the_chain_of_a_target_goes_on_to_the_row_that_was_changed() -> None:
    first = amended("3 | digitised-dossiers | commune >= 45 %", "2024-05-01", "14/QĐ")
    world = WORLD.file(first, amended("3 | digitised-dossiers | commune >= 50 % | X13 >= 70 %"))
    for unit, cell in (("X11", ">= 50 %, 15/QĐ row 3"), ("X13", ">= 70 %, 15/QĐ row 3")):
        target = world.cell(unit, DIGITISED).target
        assert target is not None and said(target.cell) == cell
        chain = [said(behind) for behind in target.chain]
        assert chain[-2:] == [">= 45 %, 14/QĐ row 3", ">= 35 %, 194/QĐ-UBND row 3"]


def test_none_takes_a_level_away_from_a_tier_or_from_one_unit() -> None:
    world = WORLD.file(amended("3 | digitised-dossiers | commune none\n7 | on-time-dossiers | X11 none"))
    levels = [world.level(unit, DIGITISED) for unit in ("H1", "X11", "X12")]
    assert levels == [">= 40 %", "none", ">= 60 %"]
    assert [world.level(unit, ON_TIME) for unit in ("X11", "X12")] == ["none", ">= 97 %"]


def test_a_new_row_adds_a_line() -> None:
    world = WORLD.file(amended("12 | initiatives | commune >= 3"))
    assert world.because("X11", "initiatives") == ">= 3, 15/QĐ row 12, tier"
    assert world.level("H1", "initiatives") == "not assigned"
    assert world.count("2024-12-31") == {"district": 6, "commune": 15}
    assert world.count("2024-08-01") == {"district": 6, "commune": 10}


def test_what_else_stands_in_its_line_changes_too_and_what_does_not_stays() -> None:
    first = decision("1", "P", "2024-01-02", "2024", "1 | on-time-dossiers | commune >= 97 % | wording = Đúng hạn")
    changed = amendment("2", "P", "2024-06-01", first, "1 | on-time-dossiers | commune >= 98 % | when_empty = met")
    world = province().file(first, changed)
    line = {day: world.cell("X11", ON_TIME, "2024", day).row.line for day in ("2024-05-31", "2024-06-01")}
    assert [(one.wording, one.when_empty) for one in line.values()] == [("Đúng hạn", None), ("Đúng hạn", "met")]


def test_the_row_keeps_its_method_and_an_amendment_cannot_change_it() -> None:
    first = decision("1", "P", "2024-01-02", "2024", "1 | on-time-dossiers/portal-766 | commune >= 97 %")
    world = province().file(first, amendment("2", "P", "2024-06-01", first, "1 | on-time-dossiers | commune >= 98 %"))
    assert world.level("X11", ON_TIME, method="portal-766") == ">= 98 %"
    other = amendment("3", "P", "2024-07-01", first, "1 | on-time-dossiers/due | commune >= 98 %")
    assert world.codes(other) == ["METHOD-CHANGED"]


def test_a_row_that_an_earlier_amendment_added_keeps_that_ones_method() -> None:
    added = amended("12 | online-dossiers/portal-766 | commune >= 30 %", "2024-05-01", "14/QĐ")
    world = WORLD.file(added, amended("12 | online-dossiers | commune >= 40 %"))
    assert world.level("X11", "online-dossiers", method="portal-766") == ">= 40 %"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("3 | on-time-dossiers | commune >= 98 %", "ROW-OF-ANOTHER-INDICATOR"),
        ("12 | on-time-dossiers | commune >= 98 %", "ROW-INDICATOR-TWICE"),
        ("12 | initiatives | commune >= 3\n13 | initiatives | commune >= 4", "ROW-INDICATOR-TWICE"),
        ("7 | on-time-dossiers | S1 >= 98 %", None),
    ],
)
def test_a_row_number_means_that_row_and_no_indicator_gets_two_rows(lines: str, code: str | None) -> None:
    assert WORLD.codes(amended(lines)) == ([code] if code else [])


def test_the_twin_of_a_row_is_named_with_the_row_it_doubles() -> None:
    assert "dòng 7" in WORLD.sentences(amended("12 | on-time-dossiers | commune >= 98 %"))


def test_of_two_changes_of_one_cell_the_later_in_force_speaks_then_the_later_signed_then_the_later_filed() -> None:
    def level(*changes: tuple[str, str, str]) -> str:
        acts = [
            amended(f"7 | on-time-dossiers | commune {level}", signed, f"{number}/QĐ", in_force=day)
            for number, (level, signed, day) in enumerate(changes, 1)
        ]
        return WORLD.file(*acts).level("X11", ON_TIME)

    assert level((">= 98 %", "2024-05-01", "2024-09-01"), (">= 99 %", "2024-06-01", "2024-07-01")) == ">= 98 %"
    assert level((">= 98 %", "2024-06-02", "2024-07-01"), (">= 99 %", "2024-06-01", "2024-07-01")) == ">= 98 %"
    assert level((">= 98 %", "2024-06-01", "2024-07-01"), (">= 99 %", "2024-06-01", "2024-07-01")) == ">= 99 %"


def test_an_amendment_is_in_force_not_before_its_act() -> None:
    assert WORLD.codes(amended("7 | on-time-dossiers | commune >= 98 %", in_force="2024-01-22")) == [
        "IN-FORCE-BEFORE-ACT"
    ]
    assert WORLD.codes(amended("7 | on-time-dossiers | commune >= 98 %", in_force="2024-01-23")) == []


def test_an_amended_cascade_keeps_what_is_not_named_and_its_new_cells_stand_on_the_floors() -> None:
    handed = cascade("5/QĐ", "H1", "2024-02-20", D194, "1 | digitised-dossiers | commune >= 40 % | X12 >= 65 %")
    changed = amendment("6/QĐ", "H1", "2024-05-01", handed, "1 | digitised-dossiers | commune >= 45 %")
    world = WORLD.file(handed, changed)
    assert world.because("X11", DIGITISED) == ">= 45 %, 6/QĐ row 1, cascade"
    assert world.because("X12", DIGITISED) == ">= 65 %, 5/QĐ row 1, cascade"
    below = amendment("6/QĐ", "H1", "2024-05-01", handed, "1 | digitised-dossiers | X12 >= 59 %")
    assert WORLD.file(handed).codes(below) == ["BELOW-FLOOR"]


def test_an_amended_row_of_a_cascade_keeps_the_method_of_that_row() -> None:
    own = "1 | online-dossiers/portal-766 | commune >= 30 %"
    handed = cascade("5/QĐ", "H1", "2024-02-20", D194, own)
    changed = amendment("6/QĐ", "H1", "2024-05-01", handed, "1 | online-dossiers | commune >= 45 %")
    world = WORLD.file(handed, changed)
    assert world.level("X11", "online-dossiers", act=handed) == ">= 45 %"
    assert [cell.row.method for cell in world.table(act=handed)] == ["portal-766"] * 3


# How the year is judged (practice.md, W11)

W11 = "3 | digitised-dossiers | commune >= 80 %"
JANUARY = decision("1/QĐ", "P", "2024-01-10", "2024", "3 | digitised-dossiers | commune >= 40 %")


@pytest.mark.parametrize(
    ("judged_by", "levels"),
    [
        ({}, {"2024-Q1": ">= 40 %", "2024-H1": ">= 40 %", "2024-Q3": ">= 80 %", "2024": ">= 80 %"}),
        (
            {"year_judged_by": "first-day"},
            {"2024-Q1": ">= 40 %", "2024-H1": ">= 40 %", "2024-Q3": ">= 40 %", "2024-Q4": ">= 80 %", "2024": ">= 40 %"},
        ),
    ],
)
def test_a_year_with_an_amendment_of_august_is_judged_as_that_act_says(
    judged_by: dict[str, str], levels: dict[str, str]
) -> None:
    world = province().file(JANUARY, amendment("2/QĐ", "P", "2024-08-02", JANUARY, W11, **judged_by))
    assert {period: world.level("X11", DIGITISED, period, "2025-01-31") for period in levels} == levels


def test_a_period_that_begins_on_its_first_day_has_the_new_level() -> None:
    world = province().file(
        JANUARY, amendment("2/QĐ", "P", "2024-06-20", JANUARY, W11, in_force="2024-07-01", year_judged_by="first-day")
    )
    assert world.level("X11", DIGITISED, "2024-Q3") == ">= 80 %"


def test_both_levels_are_shown_with_their_acts() -> None:
    world = province().file(JANUARY, amendment("2/QĐ", "P", "2024-08-02", JANUARY, W11))
    target = world.cell("X11", DIGITISED).target
    assert target is not None
    assert [said(target.cell), *map(said, target.chain)] == [">= 80 %, 2/QĐ row 3", ">= 40 %, 1/QĐ row 3"]


# Replacement

HANDED = cascade("5/QĐ", "H1", "2024-02-20", D194, "1 | digitised-dossiers | commune >= 40 % | X12 >= 65 %")


def replacing(lines: str, **more: object) -> Act:
    return decision("300/QĐ-UBND", "P", "2024-07-01", "2024", lines, replaces=D194, **more)


def test_the_old_act_ends_the_day_before_the_new_one() -> None:
    world = WORLD.file(replacing("1 | on-time-dossiers | commune >= 99 %"))
    assert world.acts.span(world.act(D194)).ended_on == date(2024, 6, 30)
    new = world.act("300/QĐ-UBND")
    assert world.level("X11", ON_TIME, "2024-H1") == ">= 97 %"
    assert [world.level("X11", ON_TIME, "2024"), world.level("X11", ON_TIME, act="300/QĐ-UBND")] == [
        "not assigned",
        ">= 99 %",
    ]
    assert world.acts.in_force(new, date(2024, 7, 1)) and not world.acts.in_force(world.act(D194), date(2024, 7, 1))


def test_amendments_end_with_their_act() -> None:
    change = amended("7 | on-time-dossiers | commune >= 98 %", "2024-03-01")
    world = WORLD.file(change, replacing("1 | digitised-dossiers | commune >= 50 %"))
    assert world.acts.span(world.act(change)).ended_on == date(2024, 6, 30)


def test_a_cascade_ends_with_the_act_it_is_under() -> None:
    world = WORLD.file(HANDED, replacing("1 | digitised-dossiers | commune >= 35 %"))
    assert world.acts.span(world.act(HANDED)).ended_on == date(2024, 6, 30)
    assert world.because("X11", DIGITISED, act="300/QĐ-UBND") == ">= 35 %, 300/QĐ-UBND row 1, tier"


def test_a_replacing_act_may_keep_the_cascades_row_by_row_and_overtake_what_is_below_its_floors() -> None:
    lines = "9 | digitised-dossiers | commune >= 45 %"
    world = WORLD.file(HANDED, replacing(lines, cascades="keep"))
    assert world.acts.in_force(world.act(HANDED), date(2024, 12, 31))
    new = "300/QĐ-UBND"
    assert world.because("X12", DIGITISED, act=new) == ">= 65 %, 5/QĐ row 1, cascade"
    target = world.cell("X11", DIGITISED, act=new).target
    assert target is not None and target.overtaken is not None
    assert (said(target.cell), said(target.overtaken)) == (">= 45 %, 300/QĐ-UBND row 9", ">= 40 %, 5/QĐ row 1")
    assert world.because("X11", DIGITISED, "2024-H1") == ">= 40 %, 5/QĐ row 1, cascade"


def test_a_kept_cascade_stands_beside_a_row_only_where_indicator_and_method_are_the_same() -> None:
    lines = "1 | digitised-dossiers/results | commune >= 20 %"
    world = WORLD.file(HANDED, replacing(lines, cascades="keep"))
    levels = {
        method: world.level("X11", DIGITISED, act="300/QĐ-UBND", method=method) for method in ("results", "portal-766")
    }
    assert levels == {"results": ">= 20 %", "portal-766": ">= 40 %"}
    kept = world.cell("X11", DIGITISED, act="300/QĐ-UBND", method="portal-766")
    assert kept.target is not None and kept.target.own


def test_keep_without_anything_to_replace_is_refused() -> None:
    lines = "1 | on-time-dossiers | commune >= 97 %"
    assert province().codes(decision("1", "P", "2024-01-02", "2024", lines, cascades="keep")) == ["NOTHING-REPLACED"]


def test_an_act_replaced_from_its_first_day_never_speaks() -> None:
    new = decision("2", "P", "2024-02-01", "2024", "1 | on-time-dossiers | commune >= 99 %", replaces=D194)
    world = WORLD.file(new.replaced("issued_on = 2024-02-01", "issued_on = 2024-02-01\nin_force = 2024-01-23"))
    assert world.level("X11", ON_TIME, "2024-M01", "2024-01-31") == "not assigned"
    assert world.level("X11", ON_TIME, "2024-M01", "2024-01-31", "2") == ">= 99 %"


# Annulment


def test_an_annulment_ends_an_act_with_no_successor_and_its_cascades_with_it() -> None:
    world = WORLD.file(HANDED, annulment("20/QĐ", "P", "2024-07-01", D194))
    assert [world.acts.span(world.act(act)).ended_on for act in (D194, HANDED)] == [date(2024, 6, 30)] * 2
    assert world.level("X11", DIGITISED, "2024") == "not assigned"


def test_annulling_an_amendment_restores_what_it_changed_from_that_day() -> None:
    change = amended("7 | on-time-dossiers | commune >= 99 %", "2024-03-01")
    world = WORLD.file(change, annulment("20/QĐ", "P", "2024-07-01", change))
    levels = [world.level("X11", ON_TIME, "2024", day) for day in ("2024-02-29", "2024-06-30", "2024-07-01")]
    assert levels == [">= 97 %", ">= 99 %", ">= 97 %"]


def test_annulling_a_replacement_restores_nothing() -> None:
    new = replacing("1 | on-time-dossiers | commune >= 99 %", cascades="keep")
    world = WORLD.file(HANDED, new, annulment("20/QĐ", "P", "2024-09-01", new))
    assert world.level("X11", ON_TIME, "2024") == "not assigned"
    assert world.level("X11", ON_TIME, "2024", act=new) == "not assigned"
    assert world.acts.span(world.act(HANDED)).ended_on == date(2024, 8, 31)


def test_a_replacement_annulled_before_its_first_day_has_still_ended_the_old_act_and_what_hangs_on_it() -> None:
    new = replacing("1 | digitised-dossiers | commune >= 35 %", cascades="keep")
    new = new.replaced("issued_on = 2024-07-01", "issued_on = 2024-05-01\nin_force = 2024-07-01")
    named = decision("300/QĐ-UBND", "P", "2024-05-01", "2024")
    world = WORLD.file(HANDED, new, annulment("20/QĐ", "P", "2024-06-01", named))
    assert [world.acts.span(world.act(act)).ended_on for act in (D194, HANDED)] == [date(2024, 6, 30)] * 2


def test_annulling_a_cascade_leaves_the_floor() -> None:
    world = WORLD.file(HANDED, annulment("20/QĐ", "H1", "2024-07-01", HANDED))
    assert world.because("X11", DIGITISED) == ">= 35 %, 194/QĐ-UBND row 3, tier"


# Who may do it


def holders() -> World:
    """H1 has a decision and a cascade of its own; later it ends, and the province holds it."""
    of_district = decision("1/QĐ", "H1", "2025-01-10", "2025", "1 | on-time-dossiers | commune >= 97 %")
    return province().file(of_district)


@pytest.mark.parametrize(
    ("issuer", "day", "codes"),
    [
        ("H1", "2025-06-01", []),  # the issuer itself
        ("P", "2025-06-01", []),  # one above it
        ("P", "2025-07-02", []),  # the unit that holds it now
        ("H2", "2025-06-01", ["NOT-THE-ISSUER"]),
        ("S1", "2025-06-01", ["NOT-THE-ISSUER"]),
        ("X11", "2025-07-02", ["NOT-THE-ISSUER"]),  # one below
    ],
)
def test_only_the_issuer_its_holder_or_one_above_may_amend_replace_or_annul(
    issuer: str, day: str, codes: list[str]
) -> None:
    world = holders()
    lines = "1 | on-time-dossiers | commune >= 98 %"
    old = world.filed[0]
    assert world.codes(amendment("2/QĐ", issuer, day, old, lines)) == codes
    assert world.codes(annulment("2/QĐ", issuer, day, old)) == codes
    lines = lines if issuer != "X11" else "1 | on-time-dossiers | division >= 98 %"
    assert world.codes(decision("2/QĐ", issuer, day, "2025", lines, replaces=old)) == codes


def test_an_heir_along_keep_and_whole_holds_the_acts_of_its_forebear() -> None:
    units = UNITS + "D2, Huyện Hai mới, district, P, 2024-07-01\n"
    moves = SUCCESSIONS.replace("H2,  ,     ended,  2025-07-01", "H2, D2, whole, 2024-07-01\nD2, , ended, 2025-07-01")
    for code in ("X21", "X22"):
        units = units.replace(f"{code},  Xã", f"{code},  Xã", 1)
        units += f"{code}, Xã, commune, D2, 2024-07-01\n"
        moves += f"{code}, {code}, keep, 2024-07-01\n"
    old = decision("1/QĐ", "H2", "2024-01-10", "2024", "1 | on-time-dossiers | commune >= 97 %")
    world = province(units, moves).file(old)
    assert world.codes(annulment("2/QĐ", "D2", "2024-08-01", old)) == []
    assert world.codes(annulment("2/QĐ", "H1", "2024-08-01", old)) == ["NOT-THE-ISSUER"]


def test_an_act_never_touches_itself() -> None:
    itself = decision("9", "P", "2024-05-01", "2024", "1 | on-time-dossiers | commune >= 97 %")
    assert WORLD.codes(annulment("9", "P", "2024-05-01", itself)) == ["ACT-NAMES-ITSELF"]


def test_an_act_never_touches_one_signed_after_it() -> None:
    assert WORLD.codes(annulment("9", "P", "2024-01-22", D194, in_force="2024-05-01")) == ["SIGNED-BEFORE-IT"]


def test_an_act_never_touches_one_that_has_ended() -> None:
    ended = WORLD.file(annulment("20/QĐ", "P", "2024-07-01", D194))
    assert ended.codes(amended("7 | on-time-dossiers | commune >= 98 %", "2024-07-01")) == ["ACT-ENDED"]
    assert ended.codes(amended("7 | on-time-dossiers | commune >= 98 %", "2024-07-01", in_force="2024-06-30")) == []
    assert ended.codes(cascade("5/QĐ", "H1", "2024-07-01", D194, "1 | on-time-dossiers | commune >= 98 %")) == [
        "ACT-ENDED"
    ]


def test_the_act_it_names_must_be_filed_and_of_the_right_kind() -> None:
    change = amended("7 | on-time-dossiers | commune >= 98 %", "2024-03-01")
    world = WORLD.file(change)
    line = "1 | on-time-dossiers | commune >= 99 %"
    unknown = decision("0/QĐ", "P", "2023-01-01", "2023", line)
    assert world.codes(amendment("9", "P", "2024-05-01", unknown, line)) == ["ACT-NOT-FILED"]
    assert world.codes(amendment("9", "P", "2024-05-01", change, line)) == ["WRONG-KIND"]
    assert world.codes(cascade("9", "H1", "2024-05-01", change, line)) == ["WRONG-KIND"]
    assert world.codes(annulment("9", "P", "2024-05-01", change)) == []


# Signed late


@pytest.mark.parametrize(
    ("act", "warned"),
    [
        (decision("9", "P", "2024-07-01", "2024-H1", "1 | on-time-dossiers | commune >= 97 %"), True),
        (decision("9", "P", "2024-06-30", "2024-H1", "1 | on-time-dossiers | commune >= 97 %"), False),
        (decision("9", "P", "2024-12-15", "2024", "1 | on-time-dossiers | commune >= 97 %", calendar="report"), True),
        (amended("7 | on-time-dossiers | commune >= 98 %", "2025-01-02"), True),
        (amended("7 | on-time-dossiers | commune >= 98 %", "2024-12-31"), False),
        (cascade("9", "H1", "2025-01-02", D194, "1 | on-time-dossiers | commune >= 98 %"), True),
    ],
)
def test_an_act_signed_after_the_period_it_judges_is_filed_with_a_warning(act: Act, warned: bool) -> None:
    assert WORLD.warned(act) == (["SIGNED-AFTER-PERIOD"] if warned else [])


def test_an_amendment_signed_late_judges_what_it_says() -> None:
    late = amended("7 | on-time-dossiers | commune >= 98 %", "2025-01-02", in_force="2024-12-01")
    assert WORLD.file(late).level("X11", ON_TIME, "2024") == ">= 98 %"
