"""Orders to hand on (acts.md, `not_below`), cascades under cascades, and the table an office fills to hand on."""

import pytest

from chitieu.acts import handing
from chitieu.acts.level import write
from tests.world import SUCCESSIONS, UNITS, World, amendment, annulment, cascade, decision, province, said

DIGITISED, ON_TIME, CASHLESS = "digitised-dossiers", "on-time-dossiers", "cashless-payments"


# not_below


def ordered(not_below: str, lines: str) -> World:
    return province().file(decision("1", "P", "2024-01-02", "2024", lines, orders=[f"district > commune {not_below}"]))


@pytest.mark.parametrize(("not_below", "lowest"), [("tier", ">= 35 %"), ("own", ">= 40 %"), ("both", ">= 40 %")])
def test_what_the_issuer_may_write_is_bound_by_the_tiers_column_its_own_value_or_both(
    not_below: str, lowest: str
) -> None:
    world = ordered(not_below, "3 | digitised-dossiers | district >= 40 % | commune >= 35 %")
    found = [
        value
        for value in (">= 30 %", ">= 35 %", ">= 39,99 %", ">= 40 %")
        if not world.codes(cascade("5", "H1", "2024-02-01", world.filed[0], f"1 | {DIGITISED} | commune {value}"))
    ]
    assert found[0] == lowest


@pytest.mark.parametrize(("not_below", "lowest"), [("own", ">= 30 %"), ("both", ">= 35 %")])
def test_a_lower_value_of_the_issuer_binds_alone_or_beside_the_column(not_below: str, lowest: str) -> None:
    world = ordered(not_below, "3 | digitised-dossiers | district >= 30 % | commune >= 35 %")
    upper = world.filed[0]
    values = (">= 29 %", ">= 30 %", ">= 35 %")
    lawful = [
        v for v in values if not world.codes(cascade("5", "H1", "2024-02-01", upper, f"1 | {DIGITISED} | commune {v}"))
    ]
    assert lawful[0] == lowest


def test_the_refusal_says_that_it_is_the_issuers_own_value() -> None:
    world = ordered("own", "3 | digitised-dossiers | district >= 40 % | commune >= 35 %")
    said = world.sentences(cascade("5", "H1", "2024-02-01", world.filed[0], "1 | digitised-dossiers | commune >= 35 %"))
    assert "35 < 40" in said and "mức giao cho chính cơ quan giao" in said


@pytest.mark.parametrize(
    ("not_below", "judges"),
    [("tier", ">= 45 %, 5 row 1, cascade"), ("own", ">= 60 %, 6 row 3, floor"), ("both", ">= 60 %, 6 row 3, floor")],
)
def test_what_binds_judges_where_the_value_was_overtaken(not_below: str, judges: str) -> None:
    world = ordered(not_below, "3 | digitised-dossiers | district >= 40 % | commune >= 35 %")
    upper = world.filed[0]
    world = world.file(
        cascade("5", "H1", "2024-02-01", upper, "1 | digitised-dossiers | commune >= 45 %"),
        amendment("6", "P", "2024-06-01", upper, "3 | digitised-dossiers | district >= 60 %"),
    )
    assert world.because("X11", DIGITISED) == judges


@pytest.mark.parametrize("not_below", ["own", "both"])
def test_where_it_hands_on_nothing_the_tiers_value_judges(not_below: str) -> None:
    world = ordered(not_below, "3 | digitised-dossiers | district >= 40 % | commune >= 35 %")
    assert world.because("X11", DIGITISED) == ">= 35 %, 1 row 3, tier"


def test_where_the_issuer_has_no_value_the_column_binds() -> None:
    world = ordered("own", "3 | digitised-dossiers | district none | commune >= 35 %")
    upper = world.filed[0]
    assert world.codes(cascade("5", "H1", "2024-02-01", upper, "1 | digitised-dossiers | commune >= 34 %")) == [
        "BELOW-FLOOR"
    ]
    assert world.codes(cascade("5", "H1", "2024-02-01", upper, "1 | digitised-dossiers | commune >= 35 %")) == []


def test_a_department_hands_its_own_value_on_to_its_divisions_which_have_no_column() -> None:
    above = decision(
        "1",
        "P",
        "2024-01-02",
        "2024",
        "1 | on-time-dossiers | department >= 98 %",
        orders=["department > division own"],
    )
    world = province().file(above)
    assert world.codes(cascade("5", "S1", "2024-02-01", above, "1 | on-time-dossiers | division >= 97 %")) == [
        "BELOW-FLOOR"
    ]
    world = world.file(cascade("5", "S1", "2024-02-01", above, "1 | on-time-dossiers | division >= 99 %"))
    target = world.cell("PB1", ON_TIME).target
    assert target is not None and target.own and target.floor is not None
    assert [said(target.cell), said(target.floor)] == [">= 99 %, 5 row 1", ">= 98 %, 1 row 1"]


# A cascade of a cascade

NATION = UNITS.replace(
    "P,    Tỉnh P,           province", "VN,   Cả nước,          country\nP,    Tỉnh P, province, VN"
)


def test_a_cascade_of_a_cascade_stands_on_the_highest_act_that_reaches_the_unit() -> None:
    above = decision(
        "1/QĐ-TTg", "VN", "2024-01-02", "2024", "1 | on-time-dossiers | province >= 95 % | division >= 90 %"
    )
    of_province = cascade("2", "P", "2024-01-10", above, "1 | on-time-dossiers | department >= 96 %")
    world = province(NATION, SUCCESSIONS).file(above, of_province)
    divisions = cascade("3", "S1", "2024-02-01", of_province, "1 | on-time-dossiers | division >= 89 %")
    assert world.codes(divisions) == ["BELOW-FLOOR"]
    world = world.file(cascade("3", "S1", "2024-02-01", of_province, "1 | on-time-dossiers | division >= 92 %"))
    assert world.because("PB1", ON_TIME) == ">= 92 %, 3 row 1, cascade"
    ended = world.file(annulment("9", "P", "2024-06-01", of_province))
    assert ended.because("PB1", ON_TIME) == ">= 90 %, 1/QĐ-TTg row 1, tier"  # it ended with the cascade above it


def test_the_order_of_the_cascade_above_binds_those_below_it() -> None:
    above = decision("1/QĐ-TTg", "VN", "2024-01-02", "2024", "1 | on-time-dossiers | province >= 95 %")
    lines = "1 | on-time-dossiers | department >= 96 %"
    of_province = cascade("2", "P", "2024-01-10", above, lines, orders=["department > division own"])
    world = province(NATION, SUCCESSIONS).file(above, of_province)
    values = [
        world.codes(cascade("3", "S1", "2024-02-01", of_province, f"1 | on-time-dossiers | division {value}"))
        for value in (">= 95 %", ">= 96 %")
    ]
    assert values == [["BELOW-FLOOR"], []]
    for lines, handed in (("PB1 >= 96 %", 1), ("division >= 97 %", 2)):
        act = cascade("3", "S1", "2024-02-01", of_province, f"1 | on-time-dossiers | {lines}")
        before, after = (one.coverage("S1", "2024-06-30") for one in (world, world.file(act)))
        assert before is not None and after is not None
        assert (before.cells, before.cells_handed, after.cells, after.cells_handed) == (2, 0, 2, handed)


def test_only_who_is_directly_below_hands_on_what_a_cascade_gave() -> None:
    above = decision("1/QĐ-TTg", "VN", "2024-01-02", "2024", "1 | on-time-dossiers | province >= 95 %")
    of_province = cascade("2", "P", "2024-01-10", above, "1 | on-time-dossiers | district >= 96 %")
    world = province(NATION, SUCCESSIONS).file(above, of_province)
    assert world.codes(cascade("3", "H1", "2024-02-01", of_province, "1 | on-time-dossiers | commune >= 97 %")) == []
    of_commune = cascade("3", "X11", "2024-02-01", of_province, "1 | on-time-dossiers | division >= 97 %")
    assert world.codes(of_commune) == ["OUTSIDE-UPPER-ACT"]
    of_h1 = cascade("3", "H1", "2024-02-01", of_province, "1 | on-time-dossiers | commune >= 97 %")
    assert world.file(of_h1).codes(
        cascade("4", "H2", "2024-03-01", of_h1, "1 | on-time-dossiers | commune >= 98 %")
    ) == ["OUTSIDE-UPPER-ACT"]


# The table to fill

D194 = decision(
    "194/QĐ-UBND",
    "P",
    "2024-01-23",
    "2024",
    """
    1  | steering           | district regular | commune regular
    2  | assigned-tasks     | district = 100 % | commune = 100 %
    3  | digitised-dossiers | district >= 40 % | commune >= 35 % | X12 >= 60 % | X13 >= 20 %
    4  | overdue-dossiers   | district <= 3 %  | commune <= 3 %
    5  | reform-plan-issued | district by 2024-06-30 | commune by 2024-06-30
    7  | on-time-dossiers   | district >= 97 % | commune >= 97 %
    11 | cashless-payments  | district >= 15 % | commune none
    14 | initiatives        | district >= 3    | commune >= 3
    """,
)
WORLD = province().file(D194)


def test_the_table_to_fill_holds_every_unit_below_and_every_line_with_what_binds_there() -> None:
    rows = handing.template(WORLD.acts, WORLD.catalogue, WORLD.tiers, WORLD.act(), "H1", WORLD.act().name.issued_on)
    head, *cells = [dict(zip(rows[0], row, strict=True)) for row in rows]
    floors = {(cell["unit"], cell["indicator"]): cell["floor"] for cell in cells}
    assert head["floor"] == "floor" and len(cells) == 3 * 8
    assert [floors[unit, DIGITISED] for unit in ("X11", "X12", "X13")] == [">= 35 %", ">= 60 %", ">= 20 %"]
    assert floors["X11", CASHLESS] == ""


def test_the_table_to_fill_shows_the_issuers_own_value_where_that_binds() -> None:
    world = ordered("both", "3 | digitised-dossiers | district >= 40 % | commune >= 35 %")
    rows = handing.template(world.acts, world.catalogue, world.tiers, world.act(), "H1", world.act().name.issued_on)
    assert {row[rows[0].index("floor")] for row in rows[1:]} == {">= 40 %"}


def test_the_table_to_fill_names_the_method_where_the_act_does_or_where_two_rows_have_one_indicator() -> None:
    lines = "1 | on-time-dossiers/portal-766 | commune >= 97 %\n2 | on-time-dossiers | commune >= 98 %"
    lines += "\n3 | initiatives | commune >= 3"
    world = province().file(decision("1", "P", "2024-01-02", "2024", lines))
    rows = handing.template(world.acts, world.catalogue, world.tiers, world.act(), "H1", world.act().name.issued_on)
    method = rows[0].index("method")
    assert [row[method] for row in rows[1:] if row[0] == "X11"] == ["portal-766", "resolved", ""]


def test_a_filled_table_is_a_cascade_with_the_cells_that_were_filled() -> None:
    table = "unit,tier,indicator,method,level\n,commune,on-time-dossiers,,>= 98 %\nX11,,on-time-dossiers,,>= 99 %\n"
    table += "X12,commune,digitised-dossiers,,\n"
    name = D194.name
    heading = handing.Heading(issuer="H1", number="5", issued_on=name.issued_on, under=name, title="Giao")
    made, problems = handing.read(table.encode(), "giao.csv", heading, WORLD.acts, WORLD.tiers)
    assert problems == [] and made is not None
    [line] = made.lines
    assert [(place, write(level)) for place, level in (*line.tiers, *line.units)] == [
        ("commune", ">= 98 %"),
        ("X11", ">= 99 %"),
    ]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("X11,,on-time-dossiers,,>= 98 %\nx11,,on-time-dossiers,,>= 99 %", "FILLED-TWICE"),
        ("X11,,on-time-dossiers,,98", "LEVEL-BARE"),
        ("X11,,,,>= 98 %", "MISSING-KEY"),
        (",xa,on-time-dossiers,,>= 98 %", "UNKNOWN-TIER"),
        ("X11,,on-time-dossiers,,", "NOTHING-FILLED"),
    ],
)
def test_a_table_that_is_filled_wrongly_is_refused_with_its_row(rows: str, code: str) -> None:
    name = D194.name
    heading = handing.Heading(issuer="H1", number="5", issued_on=name.issued_on, under=name, title="Giao")
    data = f"unit,tier,indicator,method,level\n{rows}\n".encode()
    made, problems = handing.read(data, "giao.csv", heading, WORLD.acts, WORLD.tiers)
    assert made is None and [found.code for found in problems] == [code]
