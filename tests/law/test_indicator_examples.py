"""Every example of every method is a law: the record, asked for its period as of its day, has the fate it says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from random import Random
from typing import Any

import pytest

from chitieu.acts.calendar import national
from chitieu.language import Expression
from chitieu.language.plain import evaluate
from chitieu.language.tree import Constant
from chitieu.measures.fate import Fate, fate
from chitieu.measures.indicators import built_in
from chitieu.measures.method import OUTCOMES, Asked, Definition, Example, Window
from chitieu.records.derived import Whole
from chitieu.records.kinds import kinds

WORKING = national()
LEAST = 4
ALWAYS = Expression(text="true", type="truth", tree=Constant(True, "truth"), uses=frozenset())
UNREACHED = {("on-time-dossiers", "due", "no-due-date"): "without a due day there is no deadline to fall in a period"}
"""Names that stand in a method and that no record can have."""

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
EACH_METHOD = pytest.mark.parametrize("code", METHODS)


def fate_of(definition: Definition, example: Example, **other: Any) -> Fate:
    """The fate of an example's record, some columns of it given otherwise."""
    whole = Whole(kinds()[definition.record], {**example.record, **other}, WORKING)
    return fate(definition, whole, Asked(period=example.period, as_of=example.as_of), WORKING)


def fates(definition: Definition) -> set[str]:
    return {example.outcome for example in definition.examples}


def decided_by(definition: Definition) -> set[str]:
    """Every column a method rests on, derived ones with what they are made of."""
    derived = kinds()[definition.record].derived
    found: set[str] = set()
    waiting = {name for _, clause in definition.clauses() for name in clause.uses}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= (derived[name].uses if name in derived else frozenset()) - found
    return found


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_the_record_of_an_example_has_the_fate_it_says(definition: Definition, example: Example) -> None:
    assert fate_of(definition, example) == Fate(example.outcome, example.name)


@EACH_METHOD
def test_an_example_holds_only_cells_its_record_can_have(code: str) -> None:
    definition = METHODS[code]
    kind = kinds()[definition.record]
    columns = {name: kinds()[lookup.kind].column(lookup.column) for name, lookup in kind.lookups.items()}
    columns |= {column.name: column for column in (*kind.stored, *kind.joined.values())}
    classes = {"day": date, "moment": datetime, "integer": int, "money": int, "year": int, "flag": bool}
    for example in definition.examples:
        for name, value in example.record.items():
            column = columns[name]
            assert type(value) is classes.get(column.type, str), (example.why, name)
            assert not column.codes or value in column.codes, (example.why, name)
            assert column.least is None or value >= column.least, (example.why, name)
            assert column.most is None or value <= column.most, (example.why, name)
        assert not example.because or example.because in decided_by(definition), example.why


@EACH_METHOD
def test_no_example_is_a_record_that_the_check_would_quarantine(code: str) -> None:
    kind = kinds()[METHODS[code].record]
    errors = [rule for rule in kind.rules if rule.severity == "error"]
    for example in METHODS[code].examples:
        whole = Whole(kind, example.record, WORKING)
        assert not [rule.code for rule in errors if evaluate(rule.when, whole, WORKING)], example.why


def test_every_method_of_the_fourteen_is_defined() -> None:
    assert {code: [method.code for method in one.methods] for code, one in built_in().items()} == {
        "steering": ["cycles"],
        "assigned-tasks": ["due"],
        "digitised-dossiers": ["portal-766", "inputs", "results"],
        "simplification": ["proposed-or-simplified"],
        "electronic-results": ["returned", "returned-signed", "portal-766"],
        "online-dossiers": ["received", "portal-766", "full-service"],
        "on-time-dossiers": ["resolved", "portal-766", "due"],
        "service-satisfaction": ["survey", "portal-766"],
        "petitions-settled": ["definitive", "portal-766"],
        "petition-satisfaction": ["rated", "portal-766"],
        "cashless-payments": ["transactions", "dossiers-online"],
        "inspected-units": ["plan"],
        "digital-inspections": ["done"],
        "initiatives": ["recognised"],
    }
    assert all(method.definition for one in built_in().values() for method in one.methods)
    assert all(one.default == one.methods[0].code for one in built_in().values())


@EACH_METHOD
def test_a_method_has_enough_examples_and_no_two_with_one_reason(code: str) -> None:
    reasons = [example.why for example in METHODS[code].examples]
    assert len(reasons) >= LEAST
    assert len(set(reasons)) == len(reasons)


@EACH_METHOD
def test_a_method_shows_every_fate_its_records_can_have(code: str) -> None:
    definition = METHODS[code]
    wanted = {"outside", "numerator"}
    if any(one.when.text != "true" or one.meets_at or one.lost_at for one in definition.numerators):
        wanted.add("failed")
    wanted |= {"excluded"} if definition.exclusions else set()
    reached = {
        fate_of(definition, example, **{name: None}).outcome
        for example in definition.examples
        for name in may_be_emptied(code, example.record)
    }
    wanted |= reached & {"unknown"}
    assert not wanted - fates(definition)


@EACH_METHOD
def test_every_exclusion_and_every_unknown_has_an_example(code: str) -> None:
    definition = METHODS[code]
    shown = {example.name for example in definition.examples if example.name}
    named = {name for name, _ in (*definition.exclusions, *definition.unknowns)}
    unreached = {name for *method, name in UNREACHED if "/".join(method) == code}
    assert shown == named - unreached


def without(whole: Any, part: str, kept: object = None) -> Any:
    return replace(whole, **{part: kept})


def without_a_clause(definition: Definition) -> Iterator[tuple[str, Definition]]:
    """The method as often as it has clauses, one of them left out or, where there must be one, said otherwise."""
    population = definition.population
    for name in ("counts_at", "leaves_at"):
        if getattr(definition, name) is not None:
            yield name, without(definition, name)
    if definition.denominator.text != "true":
        yield "denominator", replace(definition, denominator=ALWAYS)
    for name in ("begins", "ends"):
        if getattr(population, name) is not None:
            yield f"population.{name}", replace(definition, population=without(population, name))
    if population.ahead:
        yield "population.ahead", replace(definition, population=replace(population, ahead=False))
    if population.fixed:
        other: Window = "period" if population.window == "year" else "year"
        yield "population.window", replace(definition, population=replace(population, window=other))
    for part in ("exclusions", "unknowns"):
        for named in getattr(definition, part):
            kept = tuple(one for one in getattr(definition, part) if one is not named)
            yield f"{part}.{named[0]}", without(definition, part, kept)
    for place, one in enumerate(definition.numerators):
        others = {part: without(one, part) for part in ("meets_at", "lost_at") if getattr(one, part)}
        others |= {"when": replace(one, when=ALWAYS)} if one.when.text != "true" else {}
        for part, changed in others.items():
            numerators = tuple(changed if at == place else kept for at, kept in enumerate(definition.numerators))
            yield f"numerator[{place + 1}].{part}", replace(definition, numerators=numerators)
        if len(definition.numerators) > 1:
            numerators = tuple(kept for kept in definition.numerators if kept is not one)
            yield f"numerator[{place + 1}] whole", replace(definition, numerators=numerators)


IMPLIED = {
    ("simplification/proposed-or-simplified", "numerator[1].when"): "its moment says the same",
    ("inspected-units/plan", "numerator[1].when"): "its moment says the same",
    ("on-time-dossiers/due", "unknowns.no-due-date"): UNREACHED["on-time-dossiers", "due", "no-due-date"],
}
"""Clauses that another one of the same method already says; they stand for the reader."""


@EACH_METHOD
def test_without_any_one_of_its_clauses_a_method_gives_some_example_another_fate(code: str) -> None:
    definition = METHODS[code]
    idle = []
    for name, other in without_a_clause(definition):
        moved = [one.why for one in definition.examples if fate_of(other, one) != fate_of(definition, one)]
        idle += [] if moved or (code, name) in IMPLIED else [name]
    assert not idle


def test_every_fate_is_shown_by_many_examples() -> None:
    found = [example.outcome for definition in METHODS.values() for example in definition.examples]
    assert {outcome: found.count(outcome) >= 3 for outcome in OUTCOMES} == dict.fromkeys(OUTCOMES, True)


# Emptying a cell never helps.

NOT_ASKED = {"state"}
"""Columns whose empty cell means unknown and that decide the population themselves."""
DUE = ("first_due_at", "due_at", "statutory_days")
"""Each stands in for those before it."""
MANY = 400
AROUND = [datetime(2024, month, day, hour) for month in (2, 3, 4) for day in (1, 20, 25) for hour in (0, 9)]
ANY: Mapping[str, Sequence[Any]] = {
    "moment": AROUND,
    "day": [moment.date() for moment in AROUND],
    "number": range(6),
    "truth": (True, False),
    "text": ("a", "b"),
}


def helps(before: Fate, after: Fate) -> bool:
    """Whether a ratio may rise by a change of one record's fate."""
    met, meets = (one.outcome == "numerator" for one in (before, after))
    return (meets and not met) or (before.in_d and not met and not after.in_d)


def any_record(definition: Definition, example: Example, chance: Random) -> dict[str, Any]:
    """The record of an example with every third of the cells that decide filled otherwise or emptied."""
    names = kinds()[definition.record].names
    record = dict(example.record)
    for name in sorted(decided_by(definition) - set(kinds()[definition.record].derived)):
        if chance.random() < 1 / 3:
            values = names[name].codes or ANY[names[name].type]
            record[name] = chance.choice([None, chance.choice(values)])
    return record


def may_be_emptied(code: str, record: Mapping[str, Any]) -> list[str]:
    """The filled cells whose empty means unknown that have no stand-in and do not decide the population."""
    kind = kinds()[METHODS[code].record]
    unknown = {column.name for column in kind.columns if column.empty == "unknown"} | set(kind.lookups)
    unknown -= NOT_ASKED | (set(DUE) if code == "on-time-dossiers/due" else set())
    for place, name in enumerate(DUE):
        if any(record.get(later) is not None for later in DUE[place + 1 :]):
            unknown.discard(name)
    return sorted(name for name in unknown if record.get(name) is not None)


@EACH_METHOD
def test_an_emptied_cell_that_means_unknown_never_raises_the_ratio_of_an_example(code: str) -> None:
    """n may not grow and d − n may not shrink."""
    definition = METHODS[code]
    for example in definition.examples:
        before = fate_of(definition, example)
        for name in may_be_emptied(code, example.record):
            assert not helps(before, fate_of(definition, example, **{name: None})), (example.why, name)


@EACH_METHOD
def test_an_emptied_cell_that_means_unknown_never_raises_the_ratio_of_any_record(code: str) -> None:
    """Over records made by chance, always the same ones."""
    definition, chance = METHODS[code], Random(code)
    for _ in range(MANY):
        of = chance.choice(definition.examples)
        example = replace(of, record=any_record(definition, of, chance))
        before = fate_of(definition, example)
        for name in may_be_emptied(code, example.record):
            assert not helps(before, fate_of(definition, example, **{name: None})), (name, example)
