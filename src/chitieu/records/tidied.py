"""The first look at a file: its texts as they came become tidied texts, and what is rare is looked at apart.

Gives columns of the query of `checked`: `x_` a text as it came, `t_` tidied, `q_` the moment of one in fourteen digits,
which is not tidied; `are_plain` and `unlawful` of all texts of a row, `slow_texts`, `slow` and `only_slow` of its
moments, and of a list `r_` as it came and `l_` tidied. Knows no rule and no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chitieu.language.sql import quoted
from chitieu.records import cells_in_sql
from chitieu.records.feeds import Relation
from chitieu.records.kind import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Codes of units, folded; `body` is the code a file's body gives, empty where it is none."""

    folded: tuple[str, ...]
    body: str = ""

    @property
    def pattern(self) -> str:
        """One of the codes, the longest first."""
        return "|".join(map(re.escape, sorted(self.folded, key=lambda code: (-len(code), code)))) or r"[^\s\S]"


def name_of(name: str) -> str:
    """The name of a column in SQL."""
    return f'"{name}"'


def looked_at(plain: list[Column], lists: list[Column], relation: Relation, codes: Codes) -> Iterator[str]:
    """The texts as they came, and what is seen of them at a glance: most need no second look.

    `x_`: the text; `q_`: the moment of one in fourteen digits, of which there is no tidied text `t_`.
    """
    for column in plain:
        name = name_of(column.name)
        yield f"{name} AS x_{column.name}"
        if column.name in relation.tidy:
            continue
        if column.type in ("moment", "day"):
            yield f"compact({name}) AS q_{column.name}"
        elif column.type == "unit":
            yield f"coalesce(regexp_full_match(lower({name}), {quoted(codes.pattern)}), false) AS k_{column.name}"
    texts = [name_of(column.name) for column in texts_of(plain)]
    yield f"{cells_in_sql.are_plain(texts) if texts else 'false'} AS are_plain"
    yield from (name_of(column.name) for column in lists)
    yield from relation.doubts.values()
    if relation.has_row:
        yield "row"
    if relation.has_fault:
        yield "fault"


def texts_of(plain: list[Column]) -> list[Column]:
    """The columns whose value is a text."""
    return [column for column in plain if column.type == "text"]


def tidied(plain: list[Column], lists: list[Column], relation: Relation) -> Iterator[str]:
    """The texts without blanks around them, null where nothing is left; moments come later, lists entry by entry."""
    for column in plain:
        text = f"x_{column.name}"
        if column.name in relation.tidy:
            said = text
        elif column.type in ("moment", "day"):
            continue
        elif column.type == "text":
            said = f"CASE WHEN are_plain THEN nullif({text}, '') ELSE tidy({text}) END"
        elif column.type == "unit":
            said = f"CASE WHEN k_{column.name} THEN {text} ELSE tidy({text}) END"
        else:
            said = f"tidy({text})"
        yield f"{said} AS t_{column.name}"
    for column in lists:
        name = name_of(column.name)
        if column.name in relation.lists:
            yield f"{name} AS r_{column.name}, {_tidied_list(column, name)} AS l_{column.name}"
        else:
            entries = _list_of_text(column, name)
            yield f"tidy({name}) AS t_{column.name}, {_tidied_list(column, entries)} AS l_{column.name}"


def _tidied_list(column: Column, entries: str) -> str:
    fields = ", ".join(f"{field} := tidy(e.{field})" for field in column.of)
    return f"CASE WHEN len({entries}) > 0 THEN list_transform({entries}, lambda e: struct_pack({fields})) END"


def _list_of_text(column: Column, text: str) -> str:
    """The entries of a list written as JSON; null where the text is no array of objects."""
    shape = quoted('[{"' + '":"VARCHAR","'.join(column.of) + '":"VARCHAR"}]')
    return f"(CASE WHEN is_entries({text}) THEN json_transform({text}, {shape}) END)"


def timed(plain: list[Column]) -> list[Column]:
    """The columns whose value is a moment or a day."""
    return [column for column in plain if column.type in ("moment", "day")]


def slow_moments(plain: list[Column]) -> Iterator[str]:
    """What is not written in fourteen digits: tidied, and read; a row's only one without a lambda.

    A lambda prepares its patterns anew for every few thousand rows; it is for files that are written otherwise.
    """
    names = [column.name for column in timed(plain)]
    if not names:
        return
    asked = " OR ".join(f"q_{name} IS NULL AND x_{name} <> ''" for name in names)
    texts = ", ".join(f"CASE WHEN q_{name} IS NULL THEN x_{name} END" for name in names)
    yield f"CASE WHEN {asked} THEN list_transform([{texts}], lambda t: tidy(t)) END AS t_slow"
    each = [f"CASE WHEN t_slow IS NOT NULL THEN t_slow[{place}] END AS t_{name}" for place, name in enumerate(names, 1)]
    yield f"list_count(t_slow) AS slow_texts, {', '.join(each)}"
    only = f"CASE WHEN slow_texts = 1 THEN moment_of(coalesce({', '.join(f't_{name}' for name in names)})) END"
    yield f"CASE WHEN slow_texts > 1 THEN {cells_in_sql.moments('t_slow')} END AS slow, {only} AS only_slow"


def unlawful(plain: list[Column]) -> Iterator[str]:
    """Which texts of a row have an unlawful character, if any has: that is asked of all of them side by side."""
    texts = [f"t_{column.name}" for column in texts_of(plain)]
    if not texts:
        return
    asked = f"NOT are_plain AND is_unlawful(concat({', '.join(texts)}))"
    each = f"list_transform([{', '.join(texts)}], lambda t: is_unlawful(t))"
    yield f"CASE WHEN {asked} THEN {each} END AS unlawful"
