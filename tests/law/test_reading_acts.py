"""The text of an act (acts.md, *Decisions*; examples.md): what must stand in it, what is refused and where."""

from datetime import date
from pathlib import Path

import pytest

from chitieu.acts import level as levels
from chitieu.acts import reading, writing
from chitieu.acts.tiers import Tiers
from chitieu.problem import Weight, refusals
from tests.world import Act, amendment, annulment, cascade, decision, province

DONG_NAI = Path(__file__).resolve().parents[2] / "provinces" / "dong-nai"
TIERS = Tiers.national()
LINES = "3 | digitised-dossiers | department >= 70 % | commune >= 35 % | X12 >= 60 %\n11 | initiatives | commune >= 3"
PLAIN = decision("194/QĐ-UBND", "P", "2024-01-23", "2024", LINES, signed_as="Quyền Chủ tịch")
WORLD = province().file(PLAIN)

MADE_UP = """
number    = "MH-01"
kind      = "decision"
illustration = true          # never published
title     = "Chỉ tiêu minh hoạ năm 2026 (không phải văn bản của tỉnh)"
issuer    = "H44"
issued_on = 2026-01-15
signed_as = "Chủ tịch"
applies   = "2026"
counts    = { department = 3, commune = 3 }
[[line]]
row        = 1
indicator  = "on-time-dossiers"
method     = "portal-766"
wording    = "Hồ sơ giải quyết đúng hạn"
department = ">= 98 %"
commune    = ">= 97 %"
monitor    = "H44.01"
report_by  = "day 20"
[line.units]
"H44.131"  = ">= 97,5 %"
"H44.23"   = "none"
[[line]]
row        = 2
indicator  = "overdue-dossiers"
wording    = "Hồ sơ quá hạn"
department = "<= 3 %"
commune    = "<= 3 %"
scope      = "own"
evidence   = "Biên bản"
when_empty = "met"
weight     = 2
[[line]]
row        = 3
indicator  = "reform-plan-issued"
department = "by 2026-01-31"
commune    = "by 2026-02-15"
"""
AMENDMENT = """
number    = "MH-03"
kind      = "amendment"
illustration = true
amends    = { issuer = "75", number = "194/QĐ-UBND", issued_on = 2024-01-23 }
title     = "Sửa đổi chỉ tiêu số hóa"
issuer    = "75"
issued_on = 2024-08-02
signed_as = "Chủ tịch"
year_judged_by = "first-day"
[[line]]
row       = 3
indicator = "digitised-dossiers"
commune   = ">= 50 %"
[[line]]
row       = 13
indicator = "digital-inspections"
commune   = "none"
"""
REPLACEMENT = """
number    = "MH-04"
kind      = "decision"
replaces  = { issuer = "75", number = "MH-00", issued_on = 2024-12-26 }
cascades  = "keep"
title     = "Giao chỉ tiêu CCHC năm 2025 sau sắp xếp"
issuer    = "75"
issued_on = 2025-08-02
in_force  = 2025-07-01
applies   = "2025"
calendar  = "report"
basis     = ["Nghị quyết số 1", "Tờ trình số 2"]
answers_to = "Chủ tịch UBND tỉnh"
source    = "Trang tin"
[[cascade]]
from      = "department"
to        = "division"
not_below = "both"
wording   = "không được thấp hơn"
[[line]]
row        = 1
indicator  = "steering"
department = "regular"
commune    = ">= 4"
"""
ANNULMENT = """
number    = "MH-05"
kind      = "annulment"
annuls    = { issuer = "75", number = "MH-03", issued_on = 2024-08-02 }
title     = "Bãi bỏ"
issuer    = "75"
issued_on = 2024-09-02
"""
FILES = sorted([*(DONG_NAI / "acts").glob("*.toml"), *(DONG_NAI / "demo").glob("*.toml")])


# Text and object


@pytest.mark.parametrize("text", [MADE_UP, AMENDMENT, REPLACEMENT, ANNULMENT, *(file.read_text() for file in FILES)])
def test_an_act_that_is_read_written_and_read_again_is_the_same(text: str) -> None:
    act, problems = reading.read(text.encode(), "acts/a.toml", TIERS)
    assert act is not None and problems == []
    written = writing.write(act)
    assert reading.read(written, "acts/a.toml", TIERS) == (act, [])
    assert writing.write(act) == written


def test_what_a_text_says_stands_in_the_object() -> None:
    act, _ = reading.read(MADE_UP.encode(), "acts/a.toml", TIERS)
    assert act is not None and act.applies is not None
    assert (act.name.issuer, act.name.number, act.name.issued_on) == ("H44", "MH-01", date(2026, 1, 15))
    assert (act.applies.name, act.illustration, dict(act.counts)) == ("2026", True, {"department": 3, "commune": 3})
    first, second, third = act.lines
    assert (first.method, first.monitor, first.report_by) == ("portal-766", "H44.01", "day 20")
    assert [(code, levels.write(level)) for code, level in first.units] == [
        ("H44.131", ">= 97,5 %"),
        ("H44.23", "none"),
    ]
    assert (second.scope, second.when_empty, second.weight, second.evidence) == ("own", "met", 2, "Biên bản")
    assert [levels.write(level) for _, level in third.tiers] == ["by 2026-01-31", "by 2026-02-15"]


def test_what_may_be_left_out_has_its_usual_meaning() -> None:
    act = WORLD.read(decision("1", "P", "2024-01-23", "2024", "1 | initiatives | commune >= 3"))
    assert (act.in_force, act.calendar, act.cascades) == (act.name.issued_on, "civil", "end")
    assert (act.illustration, act.counts, act.signed_as, act.basis) == (False, (), None, ())
    line = act.lines[0]
    assert (line.method, line.wording, line.scope, line.when_empty, line.monitor) == (None, None, None, None, None)


def test_days_may_be_written_as_text_and_the_decimals_of_a_person_are_kept() -> None:
    text = PLAIN.text.replace("2024-01-23", '"2024-01-23"').replace(">= 35 %", ">= 35.50 %")
    act = WORLD.read(text)
    assert act.name.issued_on == date(2024, 1, 23)
    assert levels.write(dict(act.lines[0].tiers)["commune"]) == ">= 35,50 %"


# What must stand there


@pytest.mark.parametrize("key", ["number", "kind", "title", "issuer", "issued_on", "applies"])
@pytest.mark.parametrize("said", ["absent", "empty"])
def test_number_kind_title_issuer_and_day_are_required_and_of_a_decision_what_it_applies_to(
    key: str, said: str
) -> None:
    lines = PLAIN.text.splitlines()
    text = "\n".join(
        (f'{key} = ""' if said == "empty" else "") if line.startswith(f"{key} =") else line for line in lines
    )
    problems = refusals(province().check(text))
    assert [found.place.field for found in problems] == [key]


@pytest.mark.parametrize(
    ("act", "key"),
    [
        (cascade("5", "H1", "2024-02-20", PLAIN, "1 | initiatives | commune >= 3"), "under"),
        (amendment("5", "P", "2024-02-20", PLAIN, "11 | initiatives | commune >= 4"), "amends"),
        (annulment("5", "P", "2024-02-20", PLAIN), "annuls"),
    ],
)
def test_each_kind_names_the_act_it_rests_on_by_all_three_parts(act: Act, key: str) -> None:
    assert WORLD.codes(act) == []
    missing = WORLD.check(act.text.partition(f"[{key}]")[0])
    assert [(found.code, found.place.field) for found in missing] == [("MISSING-KEY", key)]
    for part in ("issuer", "number", "issued_on"):
        head, mark, name = act.text.partition(f"[{key}]")
        kept = "\n".join(line for line in name.splitlines() if not line.startswith(part))
        assert [found.place.field for found in WORLD.check(head + mark + kept)] == [f"{key}.{part}"]


@pytest.mark.parametrize("kind", ["decision", "cascade", "amendment"])
def test_an_act_that_gives_something_has_a_line(kind: str) -> None:
    more = {"decision": "", "cascade": "under", "amendment": "amends"}[kind]
    name = (
        f'{more} = {{ issuer = "P", number = "194/QĐ-UBND", issued_on = 2024-01-23 }}' if more else 'applies = "2024"'
    )
    head = f'number = "1"\nkind = "{kind}"\ntitle = "a"\nissuer = "H1"\nissued_on = 2024-02-01\n'
    assert WORLD.codes(head + name) == ["NO-LINE"]


# What is refused, and where


def broken(old: str, new: str) -> list[tuple[str, int | None, str]]:
    """Code, row and field of each refusal of the plain decision with a piece exchanged."""
    problems = refusals(province().check(PLAIN.replaced(old, new)))
    return [(found.code, found.place.row, found.place.field) for found in problems]


@pytest.mark.parametrize(
    ("old", "new", "code", "row", "field"),
    [
        ('kind = "decision"', 'kind = "quyết định"', "NOT-IN-LIST", None, "kind"),
        ('applies = "2024"', 'applies = "năm 2024"', "WRONG-TYPE", None, "applies"),
        ('applies = "2024"', "applies = 2024", "WRONG-TYPE", None, "applies"),
        ('applies = "2024"', 'applies = "report:2024"', "APPLIES-PREFIX", None, "applies"),
        ("issued_on = 2024-01-23", 'issued_on = "23/01/2024"', "WRONG-TYPE", None, "issued_on"),
        ("issued_on = 2024-01-23", 'issued_on = "20240123"', "WRONG-TYPE", None, "issued_on"),
        ("issued_on = 2024-01-23", "issued_on = 2024-01-23T08:00:00", "WRONG-TYPE", None, "issued_on"),
        ("issued_on = 2024-01-23", "issued_on = 1924-01-23", "WRONG-TYPE", None, "issued_on"),
        ("signed_as =", "sigend_as =", "UNKNOWN-KEY", None, "sigend_as"),
        ('signed_as = "Quyền Chủ tịch"', "signed_as = true", "WRONG-TYPE", None, "signed_as"),
        ('signed_as = "Quyền', 'signed_as = "\\u202eQuyền', "UNLAWFUL-CHARACTER", None, "signed_as"),
        ("Quyền Chủ tịch", "a" * 2001, "TEXT-TOO-LONG", None, "signed_as"),
        ('issuer = "P"', 'issuer = "Р"', "UNLAWFUL-CODE", None, "issuer"),  # a Cyrillic Р
        ('commune = ">= 35 %"', 'comune = ">= 35 %"', "UNKNOWN-KEY", 3, "comune"),
        ('commune = ">= 35 %"', "commune = 35", "LEVEL-BARE", 3, "cột UBND cấp xã"),
        ('commune = ">= 35 %"', "commune = 35.5", "TOML-FLOAT", None, "line[1].commune"),
        ('commune = ">= 35 %"', "commune = 2024-06-30", "LEVEL-DATE", 3, "cột UBND cấp xã"),
        ('commune = ">= 35 %"', 'commune = ""', "LEVEL-EMPTY", 3, "cột UBND cấp xã"),
        ('commune = ">= 35 %"', "commune = [35]", "LEVEL-MALFORMED", 3, "cột UBND cấp xã"),
        ('commune = ">= 35 %"', 'commune = "x"', "LEVEL-CROSS", 3, "cột UBND cấp xã"),
        ('commune = ">= 35 %"', 'commune = "top 5"', "LEVEL-RANK", 3, "cột UBND cấp xã"),
        ('commune = ">= 3"', 'commune = "132 xã"', "LEVEL-SUM", 11, "cột UBND cấp xã"),
        ('X12 = ">= 60 %"', "X12 = 60", "LEVEL-BARE", 3, "đơn vị X12"),
        ("row = 3", "row = 0", "WRONG-TYPE", None, "line[1].row"),
        ("row = 3", 'row = "3"', "WRONG-TYPE", None, "line[1].row"),
        ("row = 3", "row = 10000", "WRONG-TYPE", None, "line[1].row"),
        ("row = 3\n", "", "MISSING-KEY", None, "line[1].row"),
        ("row = 3", "row = 11", "ROW-TWICE", 11, "row"),
        ('indicator = "digitised-dossiers"\n', "", "MISSING-KEY", 3, "indicator"),
        ("row = 3\n", "row = 3\nweight = -1\n", "WRONG-TYPE", 3, "weight"),
        ("row = 3\n", "row = 3\nweight = true\n", "WRONG-TYPE", 3, "weight"),
        ("row = 3\n", 'row = 3\nscope = "all"\n', "NOT-IN-LIST", 3, "scope"),
        ("row = 3\n", 'row = 3\nwhen_empty = "no"\n', "NOT-IN-LIST", 3, "when_empty"),
        ("row = 3\n", 'row = 3\nmonitor = "Ѕ1"\n', "UNLAWFUL-CODE", 3, "monitor"),
        ("row = 3\n", f'row = 3\nwording = "{"a" * 2001}"\n', "TEXT-TOO-LONG", 3, "wording"),
        ("row = 3\n", "row = 99999999999999999999\n", "NUMBER-TOO-LARGE", None, "line[1].row"),
    ],
)
def test_a_text_that_cannot_be_meant_is_refused_where_it_stands(
    old: str, new: str, code: str, row: int | None, field: str
) -> None:
    assert (code, row, field) in broken(old, new)
    assert len(broken(old, new)) <= 2
    assert all(found.sentence for found in province().check(PLAIN.replaced(old, new)))


def test_the_code_of_another_acts_issuer_is_a_code_too() -> None:
    act = annulment("5", "P", "2024-02-20", PLAIN).replaced('[annuls]\nissuer = "P"', '[annuls]\nissuer = "Р"')
    assert [(one.code, one.place.field) for one in WORLD.check(act)] == [("UNLAWFUL-CODE", "annuls.issuer")]


def test_a_line_without_a_level_is_refused_and_told_how_to_say_that_nothing_is_given() -> None:
    assert ("NO-LEVEL", 11, "indicator") in broken('commune = ">= 3"', "")
    text = PLAIN.text.replace('commune = ">= 3"', "").replace('title = "', 'titel = "')
    codes = [found.code for found in province().check(text)]
    assert codes == ["MISSING-KEY", "NO-LEVEL", "UNKNOWN-KEY"]  # said beside the other faults


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[counts]\nward = 3\n[[line]]", "UNKNOWN-TIER"),
        ('[counts]\ncommune = "3"\n[[line]]', "WRONG-TYPE"),
        ("[counts]\ncommune = -1\n[[line]]", "WRONG-TYPE"),
        ('[[cascade]]\nfrom = "district"\nto = "ward"\n[[line]]', "UNKNOWN-TIER"),
        ('[[cascade]]\nfrom = "district"\n[[line]]', "MISSING-KEY"),
        ('[[cascade]]\nfrom = "district"\nto = "commune"\nnot_below = "all"\n[[line]]', "NOT-IN-LIST"),
        ('[[cascade]]\nfrom = "district"\nto = "commune"\n' * 2 + "[[line]]", "ORDER-TWICE"),
        ('[cascade]\nfrom = "district"\nto = "commune"\n[[line]]', "WRONG-TYPE"),
        ("[basis]\n[[line]]", "WRONG-TYPE"),
        ("[replaces]\n[[line]]", "MISSING-KEY"),
    ],
)
def test_the_tables_of_an_act_are_checked_key_by_key(text: str, code: str) -> None:
    act = decision("1", "P", "2024-01-23", "2024", "1 | initiatives | commune >= 3").text
    head, _, rest = act.partition("line = [")
    assert rest
    line = '\nrow = 1\nindicator = "initiatives"\ncommune = ">= 3"\n'
    assert province().codes(head + text + line) == [code]


@pytest.mark.parametrize(
    ("act", "key"),
    [
        (cascade("5", "H1", "2024-02-20", PLAIN, "1 | initiatives | commune >= 3"), 'applies = "2024"'),
        (cascade("5", "H1", "2024-02-20", PLAIN, "1 | initiatives | commune >= 3"), 'calendar = "report"'),
        (cascade("5", "H1", "2024-02-20", PLAIN, "1 | initiatives | commune >= 3"), 'year_judged_by = "first-day"'),
        (amendment("5", "P", "2024-02-20", PLAIN, "11 | initiatives | commune >= 4"), 'cascades = "keep"'),
        (amendment("5", "P", "2024-02-20", PLAIN, "11 | initiatives | commune >= 4"), "counts = { commune = 1 }"),
        (
            amendment("5", "P", "2024-02-20", PLAIN, "11 | initiatives | commune >= 4"),
            'cascade = [{ from = "district", to = "commune" }]',
        ),
        (annulment("5", "P", "2024-02-20", PLAIN), 'line = [{ row = 1, indicator = "initiatives", commune = ">= 3" }]'),
        (PLAIN, 'year_judged_by = "first-day"'),
        (PLAIN, 'under = { issuer = "P", number = "1", issued_on = 2024-01-01 }'),
    ],
)
def test_what_is_another_acts_to_say_is_refused(act: Act, key: str) -> None:
    found = [(one.code, one.place.field) for one in WORLD.check(act.with_key(key))]
    assert ("KEY-NOT-FOR-KIND", key.partition(" ")[0]) in found


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = PLAIN.text.replace("2024-01-23", "1924-01-23").replace('">= 35 %"', "35").replace('">= 3"', '"3"')
    assert [found.code for found in province().check(text)] == ["WRONG-TYPE", "LEVEL-BARE", "LEVEL-BARE"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY-FILE"),
        (b"  \n\n", "EMPTY-FILE"),
        ('number = "1"'.encode("utf-16"), "WRONG-ENCODING"),
        (b"number = 194/QD", "MALFORMED-TOML-AT"),
        (b'number = "194', "MALFORMED-TOML-END"),
        (b'number = "1"\nnumber = "2"\n', "MALFORMED-TOML-AT"),
        (b"\x89PNG\r\n", "WRONG-ENCODING"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_and_weighs_more_than_a_refusal(data: bytes, code: str) -> None:
    act, [found] = reading.read(data, "acts/a.toml", TIERS)
    assert act is None and found.weight == Weight.UNREADABLE
    assert found.code == code and found.sentence


def test_a_draft_is_tried_as_if_it_applied_to_the_period_asked_for() -> None:
    new = decision("2", "P", "2025-01-23", "2025", "1 | initiatives | commune >= 3", replaces=PLAIN, cascades="keep")
    of_2024 = WORLD.read(PLAIN).applies
    assert of_2024 is not None
    tried = WORLD.read(new).judging(of_2024)
    assert (tried.applies, tried.in_force, tried.replaces) == (of_2024, date(2024, 1, 1), None)
