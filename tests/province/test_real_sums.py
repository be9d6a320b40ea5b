"""The portal's own answer against its table, and what figures of many units make together: sums, names, places."""

import json
from pathlib import Path

import pytest

from tests.province.command_line import Office, Row, counts
from tests.province.published import (
    ANSWER,
    CAPTURED,
    HEAD,
    LINE,
    OF_THE_COUNTRY,
    ON_TIME,
    TABLE,
    TWO_TIERS,
    by_unit,
    flat,
    made,
)


def with_two_acts(home: Path, shared: Path) -> Office:
    office = made(home, shared)
    for name, text in (("97.toml", TWO_TIERS), ("vn.toml", OF_THE_COUNTRY)):
        office.run("decision", "load", office.write(name, text))
    return office


@pytest.fixture(scope="module")
def by_table(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The tidy table of the portal's results."""
    office = with_two_acts(tmp_path_factory.mktemp("table") / "home", shared)
    office.run("import", "figure", shared / TABLE)
    return office


@pytest.fixture(scope="module")
def answered(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The portal's own answer alone, as it was stored."""
    office = with_two_acts(tmp_path_factory.mktemp("answer") / "home", shared)
    asked = ("--period", "2026", "--captured", CAPTURED, "--format", "json")
    [account] = office.run("import", "figure", shared / ANSWER, *asked).objects
    assert (account["read"], account["accepted"], account["not_taken"]) == (164, 164, {})
    return office


def test_the_raw_answer_gives_the_same_integers_as_the_table_for_all_164(by_table: Office, answered: Office) -> None:
    def of(office: Office) -> list[Row]:
        day = ("--as-of", "2026-09-26")
        children = office.standing("MH-97", "--period", "2026", *day)
        return children + office.standing("MH-VN", *ON_TIME, *day, "--unit", "H44")

    raw, table = of(answered), of(by_table)
    told = ("numerator", "denominator", "verdict", "shown", "headroom", "source", "captured_at")
    assert len(raw) == 164
    assert [(row["unit"], *(row[key] for key in told)) for row in raw] == [
        (row["unit"], *(row[key] for key in told)) for row in table
    ]


def test_the_raw_answer_after_the_table_says_nothing_new(by_table: Office, shared: Path) -> None:
    asked = ("--period", "2026", "--captured", CAPTURED, "--format", "json")
    [account] = by_table.run("import", "figure", shared / ANSWER, *asked).objects
    assert (account["delivery"], account["accepted"], account["unchanged"]) == (None, 0, 164)


@pytest.mark.parametrize("given", [("--period", "2026"), ("--captured", CAPTURED)])
def test_the_raw_answer_says_neither_its_period_nor_its_moment(
    by_table: Office, shared: Path, given: tuple[str, ...]
) -> None:
    assert by_table.run("import", "figure", shared / ANSWER, *given, status=1).err.count("\n") == 1


def children_of(answer: Path) -> list[tuple[str, int, int]]:
    """Code, n and d of the 163 units in the portal's answer, read with nothing of the project."""
    children = json.loads(answer.read_text(encoding="utf-8"))["data"]["children"]
    return [(child["departmentCode"], child["totalOnTime"], child["totalReceived"]) for child in children]


def test_the_children_of_phu_tho_sum_to_the_figure_published_for_it(shared: Path, tmp_path: Path) -> None:
    office = made(tmp_path / "home", shared)
    office.run("decision", "load", office.write("vn.toml", OF_THE_COUNTRY))
    children = children_of(shared / ANSWER)
    office.run("import", "figure", office.write("all.csv", flat(children)))
    asked = (*ON_TIME, "--unit", "H44", "--as-of", "2026-10-10")
    [row] = office.standing("MH-VN", *asked)
    assert (counts(row), row["units"], row["missing"]) == ((528_684, 597_918), {"with": 163, "of": 163}, [])
    assert (row["verdict"], row["shown"]) == ("missing", "88,42 %")

    office.run("deliveries", "withdraw", "1")
    office.run("import", "figure", office.write("but-one.csv", flat(children[1:])))
    [row] = office.standing("MH-VN", *asked)
    code, n, d = children[0]
    assert (counts(row), row["units"]) == ((528_684 - n, 597_918 - d), {"with": 162, "of": 163})
    # k of n units: the counts are shown, nothing is judged.
    assert (row["status"], row["verdict"], row["missing"]) == ("reported", "no_data", [code])
    assert (row["shown"], row["headroom"], row["rank"]) == ("88,42 %", None, None)


UNITS_OF_W7 = "code,name,tier,parent,from,act,also,certainty\n" + "".join(
    f"{code},{name},{tier},{parent},,,,minh hoạ\n"
    for code, name, tier, parent in [
        ("T", "Tỉnh T", "province", ""),
        *((f"T{k}", f"Xã {k}", "commune", "T") for k in range(1, 6)),
    ]
)
ACT_OF_W7 = HEAD.format(number="MH-T", issuer="T") + LINE + 'province = ">= 10 %"\ncommune = ">= 10 %"\n'


def standing_of(home: Path, rows: list[tuple[str, int, int]]) -> dict[str, Row]:
    """A made-up province of five communes, and what their figures make of it."""
    office = Office(home=home)
    office.run("init")
    office.run("units", "load", office.write("units.csv", UNITS_OF_W7))
    office.run("decision", "load", office.write("act.toml", ACT_OF_W7))
    office.run("import", "figure", office.write("figures.csv", flat(rows)))
    return by_unit(office.standing("MH-T", "--period", "2026", "--as-of", "2026-10-10"))


def test_w7_one_of_one_and_ten_of_a_hundred_are_eleven_of_a_hundred_and_one(tmp_path: Path) -> None:
    none = [(f"T{k}", 0, 0) for k in (3, 4, 5)]
    rows = standing_of(tmp_path / "home", [("T1", 1, 1), ("T2", 10, 100), *none])
    assert (counts(rows["T"]), rows["T"]["shown"], rows["T"]["verdict"]) == ((11, 101), "10,89 %", "meeting")
    assert rows["T"]["units"] == {"with": 5, "of": 5}


def test_w7_communes_that_reported_nothing_are_named_and_nothing_is_judged(tmp_path: Path) -> None:
    rows = standing_of(tmp_path / "home", [("T1", 1, 1), ("T2", 10, 100)])
    assert (counts(rows["T"]), rows["T"]["shown"], rows["T"]["verdict"]) == ((11, 101), "10,89 %", "no_data")
    assert (rows["T"]["units"], rows["T"]["missing"]) == ({"with": 2, "of": 5}, ["T3", "T4", "T5"])


def test_equal_shares_share_a_place_and_fewer_than_thirty_records_have_none(tmp_path: Path) -> None:
    figures = [("T1", 30, 60), ("T2", 45, 90), ("T3", 29, 29), ("T4", 59, 60), ("T5", 3, 30)]
    rows = standing_of(tmp_path / "home", figures)
    places = {code: row["rank"] and (row["rank"]["place"], row["rank"]["of"]) for code, row in rows.items()}
    assert places == {"T": (1, 1), "T4": (1, 4), "T1": (2, 4), "T2": (2, 4), "T5": (4, 4), "T3": None}
