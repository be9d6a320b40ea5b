"""The catalogue of indicators: the fourteen of Decision 194, and what the reader of a file refuses."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chitieu.measures.indicators import Source, Words, built_in, catalogue, read
from chitieu.problem import Problem, Weight
from chitieu.words import catalogue as sentences

# code: kind of shape, unit of measure, scope (rule 6), fixed (rule 9), methods; the first is the bold one.
THE_FOURTEEN = {
    "steering": ("duty", "duty", "own", False, {"cycles": "meeting_cycle"}),
    "assigned-tasks": ("ratio", "percent", "own", False, {"due": "task"}),
    "digitised-dossiers": (
        *("ratio", "percent", "subtree", False),
        {"portal-766": "dossier", "inputs": "dossier", "results": "dossier"},
    ),
    "simplification": ("ratio", "percent", "own", True, {"proposed-or-simplified": "procedure"}),
    "electronic-results": (
        *("ratio", "percent", "subtree", False),
        {"returned": "dossier", "returned-signed": "dossier", "portal-766": "dossier"},
    ),
    "online-dossiers": (
        *("ratio", "percent", "subtree", False),
        {"received": "dossier", "portal-766": "dossier", "full-service": "dossier"},
    ),
    "on-time-dossiers": (
        *("ratio", "percent", "subtree", False),
        {"resolved": "dossier", "portal-766": "dossier", "due": "dossier"},
    ),
    "service-satisfaction": ("ratio", "percent", "subtree", False, {"survey": "survey", "portal-766": "dossier"}),
    "petitions-settled": ("ratio", "percent", "subtree", False, {"definitive": "petition", "portal-766": "petition"}),
    "petition-satisfaction": ("ratio", "percent", "subtree", False, {"rated": "petition", "portal-766": "petition"}),
    "cashless-payments": (
        *("ratio", "percent", "subtree", False),
        {"transactions": "payment", "dossiers-online": "dossier"},
    ),
    "inspected-units": ("ratio", "percent", "own", True, {"plan": "inspection_scope"}),
    "digital-inspections": ("ratio", "percent", "own", False, {"done": "inspection"}),
    "initiatives": ("count", "count", "own", False, {"recognised": "initiative"}),
}

OVERDUE = """\
schema     = "indicator/1"
code       = "overdue-dossiers"
name       = { vi = "Hồ sơ quá hạn", en = "Overdue dossiers" }
shape      = "ratio"
unit       = "percent"
better     = "lower"
decimals   = 1
when_empty = "met"
scope      = "own"
fixed      = true
default    = "resolved"
also_asked = [{ by = "Kế hoạch của tỉnh", method = "resolved", same = "yes", certainty = "seen" }]

[[method]]
code     = "received"
name     = { vi = "Tiếp nhận trong kỳ" }
record   = "dossier"
source   = [{ text = "Thông lệ", certainty = "recalled" }]

[[method]]
code     = "resolved"
name     = { vi = "Đã giải quyết trong kỳ", en = "Resolved in the period" }
in_force = { from = 2026-01-01, to = 2026-12-31 }
record   = "dossier"
source   = [{ act = "Quyết định MH-01", certainty = "made up" }]
"""

RECALLED = '[{ text = "Thông lệ", certainty = "recalled" }]'
MADE_UP = '[{ act = "Quyết định MH-01", certainty = "made up" }]'

PLAN_ISSUED = """\
schema = "indicator/1"
code   = "reform-plan-issued"
name   = { vi = "Ban hành kế hoạch cải cách hành chính năm" }
shape  = "duty"
unit   = "duty"
"""


def faults(text: str | bytes) -> list[Problem]:
    """What the reader says of a file; where it says anything it gives no indicator."""
    data = text.encode() if isinstance(text, str) else text
    indicator, problems = read(data, "indicators/own.toml")
    assert (indicator is None) == bool(problems)
    assert all(found.place.file == "indicators/own.toml" and found.sentence for found in problems)
    return problems


def changed(old: str, new: str, text: str = OVERDUE) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


# The fourteen ---------------------------------------------------------------------------------------------------------


def test_the_built_in_indicators_are_the_fourteen_of_the_decision_in_its_order() -> None:
    known = built_in()
    assert sorted(known, key=lambda code: known[code].order or 0) == list(THE_FOURTEEN)
    assert sorted(indicator.order or 0 for indicator in known.values()) == list(range(1, 15))
    assert list(known) == sorted(known)
    assert all(indicator.built_in for indicator in known.values())


@pytest.mark.parametrize("code", THE_FOURTEEN)
def test_an_indicator_has_the_shape_the_scope_and_exactly_the_methods_of_its_page(code: str) -> None:
    shape, unit, scope, fixed, methods = THE_FOURTEEN[code]
    indicator = built_in()[code]
    assert (indicator.shape, indicator.unit, indicator.scope, indicator.fixed) == (shape, unit, scope, fixed)
    assert {method.code: method.record for method in indicator.methods} == methods
    assert (indicator.better, indicator.when_empty) == ("higher", "not_applicable")
    assert indicator.decimals == (2 if shape == "ratio" else 0)


@pytest.mark.parametrize("code", THE_FOURTEEN)
def test_the_default_method_is_the_bold_one(code: str) -> None:
    assert built_in()[code].default == next(iter(THE_FOURTEEN[code][-1]))


def test_only_a_count_and_the_stocks_of_1_january_are_for_the_whole_year() -> None:
    yearly = [i.order for i in built_in().values() if i.fixed or i.shape == "count"]
    assert sorted(yearly, key=lambda order: order or 0) == [4, 12, 14]


@pytest.mark.parametrize("code", THE_FOURTEEN)
def test_every_method_has_a_source_with_its_certainty_and_a_name_in_both_languages(code: str) -> None:
    indicator = built_in()[code]
    for name in (indicator.name, *(method.name for method in indicator.methods)):
        assert name.vi and name.en and name.vi != name.en
    for method in indicator.methods:
        assert method.sources
        assert all(source.certainty and (source.act or source.text) for source in method.sources)


def test_what_the_portal_publishes_is_in_force_since_decision_766() -> None:
    begins = {
        (indicator.code, method.code): method.begins
        for indicator in built_in().values()
        for method in indicator.methods
        if method.code in ("portal-766", "dossiers-online", "resolved")
    }
    assert begins.pop(("on-time-dossiers", "resolved")) == date(2021, 1, 1)
    assert len(begins) == 8 and set(begins.values()) == {date(2022, 6, 23)}


@pytest.mark.parametrize("code", THE_FOURTEEN)
def test_the_digest_is_that_of_the_bytes_of_the_file_named_by_the_code(code: str) -> None:
    data = files("chitieu.measures.indicators").joinpath(f"{code}.toml").read_bytes()
    assert built_in()[code].digest == f"sha256:{hashlib.sha256(data).hexdigest()}"


# A province's own -----------------------------------------------------------------------------------------------------


def test_a_file_is_read_whole() -> None:
    indicator, problems = read(OVERDUE.encode(), "overdue-dossiers.toml")
    assert not problems and indicator is not None
    assert (indicator.code, indicator.name) == ("overdue-dossiers", Words(vi="Hồ sơ quá hạn", en="Overdue dossiers"))
    assert (indicator.better, indicator.decimals, indicator.when_empty) == ("lower", 1, "met")
    assert (indicator.scope, indicator.fixed, indicator.order, indicator.built_in) == ("own", True, None, False)
    assert (indicator.default, [method.code for method in indicator.methods]) == ("resolved", ["received", "resolved"])
    resolved = indicator.method("resolved")
    assert resolved is not None
    assert (resolved.begins, resolved.ends, resolved.record) == (date(2026, 1, 1), date(2026, 12, 31), "dossier")
    assert resolved.sources == (Source(act="Quyết định MH-01", text=None, certainty="made up"),)
    (asked,) = indicator.also_asked
    assert (asked.by, asked.method, asked.same, asked.certainty) == ("Kế hoạch của tỉnh", "resolved", "yes", "seen")
    assert indicator.method("due") is None


def test_a_duty_without_a_method_can_be_assigned() -> None:
    known, problems = catalogue([("reform-plan-issued.toml", PLAN_ISSUED.encode())])
    assert not problems
    plan = known["reform-plan-issued"]
    assert (plan.methods, plan.default, plan.unit, plan.scope, plan.better) == ((), None, "duty", "own", "higher")
    assert plan.name.en == plan.name.vi


def test_what_is_left_out_follows_the_rules() -> None:
    lines = [f"{key} " for key in ("scope", "default", "when_empty", "decimals", "fixed")]
    text = "\n".join(line for line in OVERDUE.splitlines() if not any(line.startswith(key) for key in lines))
    indicator, problems = read(text.encode(), "own.toml")
    assert not problems and indicator is not None
    assert (indicator.scope, indicator.default, indicator.when_empty) == ("subtree", "received", "not_applicable")
    assert (indicator.decimals, indicator.fixed) == (2, False)
    received = indicator.method("received")
    assert received is not None and (received.begins, received.ends) == (None, None)
    tasks, _ = read(text.replace('"dossier"', '"task"').encode(), "own.toml")
    assert tasks is not None and tasks.scope == "own"


def test_a_byte_order_mark_and_the_line_ends_of_windows_are_read() -> None:
    indicator, problems = read(b"\xef\xbb\xbf" + OVERDUE.replace("\n", "\r\n").encode(), "own.toml")
    assert not problems and indicator is not None


def test_text_is_composed() -> None:
    indicator, _ = read(changed("Hồ sơ quá hạn", unicodedata.normalize("NFD", "Hồ sơ quá hạn")).encode(), "own.toml")
    assert indicator is not None and indicator.name.vi == "Hồ sơ quá hạn"


def test_a_built_in_code_used_again_is_refused_and_the_built_in_one_stays() -> None:
    text = changed('"overdue-dossiers"', '"on-time-dossiers"')
    known, (problem,) = catalogue([("on-time-dossiers.toml", text.encode())])
    assert (problem.code, problem.weight) == ("INDICATOR-BUILT-IN", Weight.REFUSED)
    assert known == built_in()
    assert "on-time-dossiers" in problem.sentence


def test_of_two_files_with_one_code_the_second_by_name_is_refused_in_either_order() -> None:
    pair = [("b.toml", OVERDUE.encode()), ("a.toml", changed("decimals   = 1", "decimals   = 3").encode())]
    for given_files in (pair, pair[::-1]):
        known, (problem,) = catalogue(given_files)
        assert (problem.code, problem.place.file) == ("INDICATOR-TWICE", "b.toml")
        assert "a.toml" in problem.says
        assert known["overdue-dossiers"].decimals == 3
        assert list(known) == sorted(known)


def test_a_faulty_file_leaves_the_others_in_force() -> None:
    known, problems = catalogue([("a.toml", b"x"), ("b.toml", OVERDUE.encode())])
    assert [found.place.file for found in problems] == ["a.toml"]
    assert len(known) == 15 and not known["overdue-dossiers"].built_in


def test_a_change_of_the_catalogue_handed_out_does_not_reach_the_next() -> None:
    built_in().clear()
    assert len(built_in()) == 14


# What the reader refuses ----------------------------------------------------------------------------------------------

REFUSED = {
    "an unknown key": ("fixed      = true", "fixd = true", "UNKNOWN-KEY", "fixd"),
    "an unknown key of a name": ('en = "Overdue dossiers"', 'fr = "x"', "UNKNOWN-KEY", "name.fr"),
    "an unknown key of a method": (
        'code     = "received"',
        'code = "received"\nwhy = "x"',
        "UNKNOWN-KEY",
        "method[1].why",
    ),
    "an unknown key of a source": (
        'act = "Quyết định MH-01"',
        'act = "a", page = 1',
        "UNKNOWN-KEY",
        "method[2].source[1].page",
    ),
    "an unknown key of in_force": ("to = 2026-12-31", "until = 2026-12-31", "UNKNOWN-KEY", "method[2].in_force.until"),
    "an unknown key of also_asked": ('by = "Kế', 'page = 1, by = "Kế', "UNKNOWN-KEY", "also_asked[1].page"),
    "no code": ('code       = "overdue-dossiers"\n', "", "MISSING-KEY", "code"),
    "no schema": ('schema     = "indicator/1"\n', "", "MISSING-KEY", "schema"),
    "no name": ('name       = { vi = "Hồ sơ quá hạn", en = "Overdue dossiers" }\n', "", "MISSING-KEY", "name"),
    "no direction for a ratio": ('better     = "lower"\n', "", "MISSING-KEY", "better"),
    "no Vietnamese name": ('vi = "Hồ sơ quá hạn", ', "", "MISSING-KEY", "name.vi"),
    "no certainty": (', certainty = "made up"', "", "MISSING-KEY", "method[2].source[1].certainty"),
    "the same definition as nothing": ('method = "resolved", ', "", "MISSING-KEY", "also_asked[1].method"),
    "another schema": ("indicator/1", "indicator/2", "NOT-IN-LIST", "schema"),
    "an unknown shape": ('"ratio"', '"rate"', "NOT-IN-LIST", "shape"),
    "an unknown unit of measure": ('"percent"', '"%"', "NOT-IN-LIST", "unit"),
    "an unknown direction": ('"lower"', '"less"', "NOT-IN-LIST", "better"),
    "an unknown way of being empty": ('"met"', '"zero"', "NOT-IN-LIST", "when_empty"),
    "an unknown scope": ('"own"', '"all"', "NOT-IN-LIST", "scope"),
    "an unknown sameness": ('"yes"', '"maybe"', "NOT-IN-LIST", "also_asked[1].same"),
    "an unknown sameness with nothing": (
        'method = "resolved", same = "yes"',
        'same = "maybe"',
        "NOT-IN-LIST",
        "also_asked[1].same",
    ),
    "an unknown shape, of which no unit of measure is another": (
        'shape      = "ratio"\nunit       = "percent"',
        'shape = "rate"\nunit = "count"',
        "NOT-IN-LIST",
        "shape",
    ),
    "a unit of measure of another shape": ('"percent"', '"count"', "INDICATOR-UNIT-UNFIT", "unit"),
    "a duty in per cent": ('"ratio"', '"duty"', "INDICATOR-UNIT-UNFIT", "unit"),
    "a code in capitals": ('"overdue-dossiers"', '"Overdue"', "INDICATOR-CODE", "code"),
    "a code with a letter outside ASCII": ('"overdue-dossiers"', '"quá-hạn"', "INDICATOR-CODE", "code"),
    "a code with an underscore": ('"overdue-dossiers"', '"overdue_dossiers"', "INDICATOR-CODE", "code"),
    "an empty code": ('"overdue-dossiers"', '""', "MISSING-KEY", "code"),
    "an empty name of an act": ("Quyết định MH-01", "", "MISSING-KEY", "method[2].source[1].act"),
    "a code without end": ('"overdue-dossiers"', f'"{"a" * 81}"', "INDICATOR-CODE", "code"),
    "a method's code with a blank": ('"received"', '"re ceived"', "INDICATOR-CODE", "method[1].code"),
    "a record kind with a dash": (
        'record   = "dossier"\nsource   = [{ text',
        'record = "a-b"\nsource = [{ text',
        "INDICATOR-CODE",
        "method[1].record",
    ),
    "decimals below none": ("= 1\n", "= -1\n", "INDICATOR-NUMBER", "decimals"),
    "more decimals than a level may have": ("= 1\n", "= 7\n", "INDICATOR-NUMBER", "decimals"),
    "an order of zero": ("decimals   = 1", "order = 0", "INDICATOR-NUMBER", "order"),
    "a number too long to print": ("= 1\n", f"= 0x{'f' * 5000}\n", "NUMBER-TOO-LARGE", "decimals"),
    "true for a number": ("= 1\n", "= true\n", "WRONG-TYPE", "decimals"),
    "a number for a text": ('"overdue-dossiers"', "7", "WRONG-TYPE", "code"),
    "a text for a truth": ("= true", '= "true"', "WRONG-TYPE", "fixed"),
    "a text for a table": (
        '{ vi = "Hồ sơ quá hạn", en = "Overdue dossiers" }',
        '"Hồ sơ quá hạn"',
        "WRONG-TYPE",
        "name",
    ),
    "a text for a day": ("to = 2026-12-31", 'to = "2026-12-31"', "WRONG-TYPE", "method[2].in_force.to"),
    "a moment for a day": ("to = 2026-12-31", "to = 2026-12-31T00:00:00", "WRONG-TYPE", "method[2].in_force.to"),
    "a table for a list": (MADE_UP, '{ act = "a", certainty = "b" }', "WRONG-TYPE", "method[2].source"),
    "a text in a list of tables": (MADE_UP, '["a"]', "WRONG-TYPE", "method[2].source[1]"),
    "a blank name": ("Hồ sơ quá hạn", " ", "MISSING-KEY", "name.vi"),
    "an end before its beginning": (
        "to = 2026-12-31",
        "to = 2025-12-31",
        "INDICATOR-IN-FORCE",
        "method[2].in_force.to",
    ),
    "one code for two methods": ('"received"', '"resolved"', "INDICATOR-METHOD-TWICE", "method[2].code"),
    "a default that is no method": (
        'default    = "resolved"',
        'default = "due"',
        "INDICATOR-METHOD-UNKNOWN",
        "default",
    ),
    "a comparison with no method": (
        'method = "resolved"',
        'method = "due"',
        "INDICATOR-METHOD-UNKNOWN",
        "also_asked[1].method",
    ),
    "a method without a source": (f"source   = {RECALLED}", "", "INDICATOR-SOURCE-MISSING", "method[1].source"),
    "a method with an empty list of sources": (RECALLED, "[]", "INDICATOR-SOURCE-MISSING", "method[1].source"),
    "a source with no name": ('act = "Quyết định MH-01", ', "", "INDICATOR-SOURCE-ONE", "method[2].source[1].act"),
    "a source with two names": (
        'act = "Quyết định MH-01"',
        'act = "a", text = "b"',
        "INDICATOR-SOURCE-ONE",
        "method[2].source[1].act",
    ),
    "a float": ("= 1\n", "= 1.0\n", "TOML-FLOAT", "decimals"),
    "a float in a table": ('act = "Quyết định MH-01"', "act = 1e3", "TOML-FLOAT", "method[2].source[1].act"),
    "no number at all": ("= true", "= nan", "TOML-FLOAT", "fixed"),
    "a bidirectional override": ("Hồ sơ quá hạn", "Hồ sơ \u202e quá hạn", "UNLAWFUL-CHARACTER", "name.vi"),
    "an escape sequence": ("Hồ sơ quá hạn", "Hồ sơ \\u001b[31m", "UNLAWFUL-CHARACTER", "name.vi"),
}


@pytest.mark.parametrize(("old", "new", "code", "field"), REFUSED.values(), ids=REFUSED)
def test_a_file_is_refused_for_one_reason_named_by_its_key(old: str, new: str, code: str, field: str) -> None:
    (problem,) = faults(changed(old, new))
    assert (problem.code, problem.place.field, problem.weight) == (code, field, Weight.REFUSED)


def test_a_key_that_would_obey_is_shown_and_refused() -> None:
    problems = faults(changed("fixed ", '"fix\\u202e" '))
    assert [found.code for found in problems] == ["UNLAWFUL-CHARACTER", "UNKNOWN-KEY"]
    assert all("\\u202e" in found.sentence for found in problems)


def test_a_float_is_named_with_what_was_written() -> None:
    (problem,) = faults(changed("= 1\n", "= 97.50\n"))
    assert '"97.50"' in problem.sentence and "decimals" in problem.sentence


def test_everything_wrong_is_said_at_once() -> None:
    text = changed("= 1\n", "= 1.5\n").replace('"ratio"', '"rate"').replace('"dossier"', '"a-b"')
    assert [found.code for found in faults(text)] == ["TOML-FLOAT", "NOT-IN-LIST", "INDICATOR-CODE", "INDICATOR-CODE"]


@pytest.mark.parametrize("data", [b"", b"code = ", b"a = 1\na = 2\n", b"\x00", OVERDUE.encode("utf-16")])
def test_a_file_that_cannot_be_read_is_unreadable_and_nothing_else_is_said(data: bytes) -> None:
    (problem,) = faults(data)
    assert problem.weight == Weight.UNREADABLE


def test_every_sentence_about_an_indicator_belongs_to_a_test_here() -> None:
    said = {key.split(".")[1] for key in sentences() if key.startswith("problem.INDICATOR-")}
    tested = {code for _, _, code, _ in REFUSED.values() if code.startswith("INDICATOR-")}
    assert said == tested | {"INDICATOR-BUILT-IN", "INDICATOR-TWICE"}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    faults(data)


@given(st.integers(0, len(OVERDUE) - 1), st.integers(1, 40), st.text(max_size=5))
def test_any_damage_is_read_or_refused(start: int, length: int, patch: str) -> None:
    faults((OVERDUE[:start] + patch + OVERDUE[start + length :]).encode("utf-8", "surrogatepass"))
