"""The check of a whole file as one query of DuckDB: texts become values, lists become columns, rules are asked.

A row of the answer has the columns the lake keeps, `warnings` (a bit for each doubt), and, where it is not let in,
`errors` (code, field, value, what a rule says) and `cells`, the row as it came. Knows the kind and what codes of units
there are; refuses to know files, deliveries and days on which a unit stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, repeat, zip_longest

from chitieu.language import Expression
from chitieu.language.sql import quoted, say
from chitieu.records import cells_in_sql, flattening, tidied
from chitieu.records.feeds import Relation
from chitieu.records.kind import TYPE_OF_VALUE, Column, Kind, Rule
from chitieu.records.tidied import Codes, name_of

UNKNOWN_UNIT, NO_LIST = "RECORD-UNKNOWN-UNIT", "RECORD-LIST"
_SHOWN = {"day": "strftime({}, '%d/%m/%Y')", "moment": "strftime({}, '%H:%M:%S %d/%m/%Y')"}
_TYPE = {"text": "VARCHAR", "number": "BIGINT", "day": "DATE", "moment": "TIMESTAMP", "truth": "BOOLEAN"}
_LOOKS = 2
"""Steps in which moments are read, before the other values."""
_ERROR = "STRUCT(code VARCHAR, field VARCHAR, value VARCHAR, says VARCHAR[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The query, and what the bits of `warnings` mean, from the lowest."""

    query: str
    warnings: tuple[str, ...]


def check(kind: Kind, relation: Relation, codes: Codes) -> Check:
    """The check of the records of a relation."""
    columns = [column for column in kind.columns if column.name in relation.columns]
    plain = [column for column in columns if column.type != "list"]
    lists = [column for column in columns if column.type == "list"]
    query = f"SELECT {', '.join(tidied.looked_at(plain, lists, relation, codes))} FROM ({relation.query})"
    slow, unlawful, unit = tidied.slow_moments(plain), tidied.unlawful(plain), _unit(kind, relation, codes)
    steps = [[*tidied.tidied(plain, lists, relation), *islice(slow, 1)]]
    # What does not ask each other stands in one step: each step more costs planning.
    values = [*repeat("", _LOOKS), ", ".join(_values(plain, lists))]
    steps += [[one for one in together if one] for together in zip_longest(slow, unlawful, unit, values)]
    steps.append([*_faults(kind, plain, lists, relation, codes)])
    for step in filter(None, steps):
        query = f"SELECT *, {', '.join(step)} FROM ({query})"
    absent = [column for column in kind.columns if column not in columns]
    nulls = [
        f"CAST(NULL AS {_stored_as(column)}) AS {name_of(column.name)}" for column in absent if column.type != "list"
    ]
    flat = [f"{_flat(kind, name, lists)} AS {name_of(name)}" for name in kind.flatten]
    query = f"SELECT {', '.join(['*', *nulls])} FROM ({query})" if nulls else query
    query = f"SELECT {', '.join(['*', *flat])} FROM ({query})" if flat else query
    if derived := list(_derived(kind)):
        query = f"SELECT *, {', '.join(derived)} FROM ({query})"
    judged, warnings = _judged(kind, columns, relation)
    query = f"SELECT *, {', '.join(judged)} FROM ({query})"
    stored = [name_of(column.name) for column in kind.stored]
    row = ["row"] if relation.has_row else []
    cells = f"CASE WHEN errors IS NOT NULL THEN {_cells(columns, relation)} END AS cells"
    return Check(
        query=f"SELECT {', '.join([*stored, *row, 'warnings', 'errors', cells])} FROM ({query})", warnings=warnings
    )


def _stored_as(column: Column) -> str:
    return cells_in_sql.STORED_AS.get(column.type, "VARCHAR")


def _known(column: str, codes: Codes) -> str:
    slow = f"coalesce(regexp_full_match(folded(t_{column}), {quoted(codes.pattern)}), false)"
    return f"CASE WHEN k_{column} THEN true ELSE {slow} END"


def _unit(kind: Kind, relation: Relation, codes: Codes) -> Iterator[str]:
    """The unit of a record, in steps: as it stands there if known; else, for a dossier, by its number or the body.

    The number of a dossier begins with the code of its unit and a dash: the longest code it begins with is meant.
    """
    is_given = "unit" in relation.columns
    given = "t_unit" if is_given else "CAST(NULL AS VARCHAR)"
    known = _known("unit", codes) if is_given else "false"
    if kind.key != ("dossier_id",) or "dossier_id" not in relation.columns:
        yield f"{known} AS is_known"
        yield f"CASE WHEN is_known THEN {given} END AS unit"
        return
    is_asked = "true" if relation.is_unit_guessed else f"{given} IS NULL"
    begins = f"nullif(regexp_extract(folded(t_dossier_id), {quoted('^(' + codes.pattern + ')-')}, 1), '')"
    yield f"{known} AS is_known"
    yield f"CASE WHEN NOT is_known AND {is_asked} THEN {begins} END AS begins"
    # As it is written in the number, if it is written there without blanks.
    written = "left(t_dossier_id, length(begins))"
    by_number = f"CASE WHEN lower({written}) = begins THEN {written} ELSE begins END"
    body = quoted(codes.body) if codes.body else "CAST(NULL AS VARCHAR)"
    guessed = f"WHEN begins IS NOT NULL THEN {by_number} WHEN {is_asked} THEN {body}"
    yield f"CASE WHEN is_known THEN {given} {guessed} END AS unit"


def _is_empty(column: Column) -> str:
    quick = f" AND q_{column.name} IS NULL" if column.type in ("moment", "day") else ""
    return f"t_{column.name} IS NULL{quick}"


def _values(plain: list[Column], lists: list[Column]) -> Iterator[str]:
    places = {column.name: place for place, column in enumerate(tidied.timed(plain), 1)}
    for column in plain:
        if column.name == "unit":
            continue
        text, quick = f"t_{column.name}", f"q_{column.name}"
        slow = f"CASE WHEN slow_texts > 1 THEN slow[{places.get(column.name)}] ELSE lawful_year(only_slow) END"
        read = f"CASE WHEN {text} IS NULL THEN {quick} ELSE {slow} END"
        value = cells_in_sql.value(column, text, read)
        yield f"{value} AS {name_of(column.name)}"
    for column in lists:
        yield f"{_entries(column)} AS v_{column.name}"


def _entries(column: Column) -> str:
    """The entries of a list as values. What is written in fourteen digits throughout is read without any pattern.

    A lambda prepares its patterns anew for every few thousand rows, also for those that need none.
    """
    entries = f"l_{column.name}"
    quick = ", ".join(
        f"{field} := CAST(compact(e.{field}) AS {_stored_as(of)})" for field, of in _fields(column).items()
    )
    are_compact = " AND ".join(f"(e.{field} IS NULL OR compact(e.{field}) IS NOT NULL)" for field in column.of)
    texts = ", ".join(f"e.{field}" for field in column.of)
    read = ", ".join(
        f"{field} := CAST(m[{place}] AS {_stored_as(of)})"
        for place, (field, of) in enumerate(_fields(column).items(), 1)
    )
    slow = f"list_transform({entries}, lambda e: {cells_in_sql.moments(f'[{texts}]')})"
    return (
        f"CASE WHEN {entries} IS NULL THEN NULL "
        f"WHEN list_bool_and(list_transform({entries}, lambda e: {are_compact})) "
        f"THEN list_transform({entries}, lambda e: struct_pack({quick})) "
        f"ELSE list_transform({slow}, lambda m: struct_pack({read})) END"
    )


def _fields(column: Column) -> dict[str, Column]:
    return {field: Column(name=field, type=kind, label=column.label) for field, kind in column.of.items()}


def _faults(kind: Kind, plain: list[Column], lists: list[Column], relation: Relation, codes: Codes) -> Iterator[str]:
    required = {*kind.key, "unit"} | {column.name for column in kind.columns if column.required}
    given = "t_unit IS NOT NULL" if "unit" in relation.columns else "false"
    wrong = f"CASE WHEN {given} THEN '{UNKNOWN_UNIT}' ELSE 'RECORD-VALUE-MISSING' END"
    yield f"CASE WHEN unit IS NULL THEN {wrong} END AS e_unit"
    texts = {column.name: place for place, column in enumerate(tidied.texts_of(plain), 1)}
    for column in plain:
        text = f"t_{column.name}"
        if column.name == "unit":
            continue
        is_unlawful = f"unlawful[{texts[column.name]}]" if column.type == "text" else f"is_unlawful({text})"
        fault = cells_in_sql.fault(column, text, name_of(column.name), is_unlawful)
        if column.type == "unit":
            fault = f"CASE WHEN {text} IS NOT NULL AND NOT {_known(column.name, codes)} THEN '{UNKNOWN_UNIT}' END"
        elif column.type == "text":
            begins = f"({text} BETWEEN '[' AND '\\' OR {text} BETWEEN '{{' AND '|')"
            nested = f"{begins} AND json_valid({text})"
            fault = f"CASE WHEN {nested} THEN 'RECORD-NESTED' ELSE {fault} END"
        if column.name in required:
            fault = f"CASE WHEN {_is_empty(column)} THEN 'RECORD-VALUE-MISSING' ELSE {fault} END"
        yield f"{fault} AS e_{column.name}"
    yield from (f"'RECORD-VALUE-MISSING' AS e_{name}" for name in sorted(required - {*relation.columns, "unit"}))
    for column in lists:
        yield f"{_fault_of_list(column, relation)} AS e_{column.name}"
        first = next(iter(column.of))
        ordered = flattening.firsts(f"v_{column.name}", first)
        yield f"CASE WHEN len(v_{column.name}) > 0 THEN {ordered} END AS o_{column.name}"


def _fault_of_list(column: Column, relation: Relation) -> str:
    texts, given = f"l_{column.name}", f"v_{column.name}"
    wrong = " OR ".join(
        f"({given}[i].{field} IS NULL AND e.{field} IS NOT NULL AND NOT is_nothing(e.{field}))" for field in column.of
    )
    unread = " OR ".join(f"{_filled(texts, field)} <> {_filled(given, field)}" for field in column.of)
    is_wrong = f"list_bool_or(list_transform({texts}, lambda e, i: {wrong}))"
    found = f"CASE WHEN {given} IS NOT NULL AND ({unread}) THEN CASE WHEN {is_wrong} THEN 'RECORD-MOMENT' END END"
    if column.name in relation.lists:
        return found
    text = f"t_{column.name}"
    return f"CASE WHEN {text} IS NOT NULL AND NOT is_entries({text}) THEN '{NO_LIST}' ELSE {found} END"


def _filled(entries: str, field: str) -> str:
    return f"list_count(list_transform({entries}, lambda e: e.{field}))"


def _flat(kind: Kind, name: str, lists: list[Column]) -> str:
    form = kind.flatten[name]
    stored = next(column for column in kind.stored if column.name == name)
    column = next((column for column in lists if column.name == form.list), None)
    if column is None:
        return name_of(form.first) if form.form == "chain" else f"CAST(NULL AS {_stored_as(stored)})"
    return flattening.flat(form, next(iter(column.of)), f"v_{column.name}", f"o_{column.name}")


def _derived(kind: Kind) -> Iterator[str]:
    """The derived columns that rules name, each after those it names itself."""
    wanted = {name for rule in kind.rules for name in _named(rule)}
    for name in reversed(list(kind.derived)):
        if name in wanted:
            wanted |= kind.derived[name].uses
    for name, expression in kind.derived.items():
        if name in wanted:
            yield f"{_said(expression, kind)} AS {name_of(name)}"


def _said(expression: Expression, kind: Kind) -> str:
    """Nothing is looked up at the door and no calendar is asked: a rule that needs one is not broken here."""
    return say(expression, lambda used: _name_in(kind, used), lambda _day, _n: "CAST(NULL AS DATE)")


def _named(rule: Rule) -> set[str]:
    return {*rule.when.uses, *says_of(rule)}


def says_of(rule: Rule) -> tuple[str, ...]:
    """The columns a rule's sentences name, in order; their values are `says` of an error."""
    return tuple(dict.fromkeys(re.findall(r"{([a-z0-9_]+)}", rule.says + rule.fix)))


def _name_in(kind: Kind, name: str) -> str:
    if name in kind.derived or any(column.name == name for column in kind.stored):
        return name_of(name)
    return f"CAST(NULL AS {_TYPE[kind.names[name].type]})"  # looked up or joined: not known at the door


def _judged(kind: Kind, columns: list[Column], relation: Relation) -> tuple[list[str], tuple[str, ...]]:
    """`errors` and `warnings` of a row, and what the bits of the latter mean."""
    found = {"unit", *(column.name for column in columns)}
    found |= {*kind.key, *(one.name for one in kind.columns if one.required)}
    texts = {column.name: f"t_{column.name}" for column in columns if column.name not in relation.lists}
    shown = {name: texts.get(name, "CAST(NULL AS VARCHAR)") for name in sorted(found)}
    codes, fields, values = ("[" + ", ".join(of) + "]" for of in _by_column(shown))
    one = f"struct_pack(code := c, field := {fields}[i], value := {values}[i], says := NULL::VARCHAR[])"
    of_cells = f"list_transform({codes}, lambda c, i: CASE WHEN c IS NOT NULL THEN {one} END)"
    conditions = [f"e_{name} IS NOT NULL" for name in shown]
    broken_rules = []
    told: dict[str, str] = {}
    for rule in kind.rules:
        condition = _said(rule.when, kind)
        if rule.severity == "warning":
            told[rule.code] = condition
            continue
        says = ", ".join(_shown(kind, name) for name in says_of(rule))
        code = quoted(rule.code)
        packed = f"struct_pack(code := {code}, field := '', value := NULL, says := [{says}]::VARCHAR[])"
        conditions.append(condition)
        broken_rules.append(f"CASE WHEN {condition} THEN CAST({packed} AS {_ERROR}) END")
    told |= relation.doubts
    any_error = " OR ".join(f"coalesce({condition}, false)" for condition in conditions)
    every = f"list_concat({of_cells}, [{', '.join(broken_rules)}]::{_ERROR}[])"
    listed = f"CASE WHEN {any_error} THEN list_filter({every}, lambda x: x IS NOT NULL) END"
    if relation.has_fault:
        broken = f"CAST(struct_pack(code := fault, field := '', value := NULL, says := NULL) AS {_ERROR})"
        listed = f"CASE WHEN fault IS NOT NULL THEN [{broken}] ELSE {listed} END"
    bits = " + ".join(
        f"CASE WHEN {condition} THEN {1 << place} ELSE 0 END" for place, condition in enumerate(told.values())
    )
    return [f"{listed} AS errors", f"CAST({bits or '0'} AS INTEGER) AS warnings"], tuple(told)


def _by_column(shown: Mapping[str, str]) -> tuple[list[str], list[str], list[str]]:
    """The codes of what is wrong with each column, the columns, and what they show."""
    return [f"e_{name}" for name in shown], [quoted(name) for name in shown], list(shown.values())


def _shown(kind: Kind, name: str) -> str:
    kinds = [TYPE_OF_VALUE[column.type] for column in kind.stored if column.name == name]
    written = _SHOWN.get((kinds or [kind.names[name].type])[0], "CAST({} AS VARCHAR)")
    return f"coalesce({written.format(_name_in(kind, name))}, '–')"


def _cells(columns: list[Column], relation: Relation) -> str:
    cells = {
        column.name: f"CAST(to_json(r_{column.name}) AS VARCHAR)"
        if column.name in relation.lists
        else f"CASE WHEN q_{column.name} IS NULL THEN t_{column.name} ELSE x_{column.name} END"
        if column.type in ("moment", "day")
        else f"t_{column.name}"
        for column in columns
    }
    return "struct_pack(" + ", ".join(f"{name_of(name)} := {text}" for name, text in cells.items()) + ")"


def said_by(rule: Rule, values: tuple[str, ...]) -> tuple[str, str]:
    """What a rule says of a record and how to repair it. `values` are those of `says_of`."""
    filled: Mapping[str, str] = dict(zip(says_of(rule), values, strict=True))
    return rule.says.format(**filled), rule.fix.format(**filled)
