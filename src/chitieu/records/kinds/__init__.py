"""Family of record kinds: one TOML a kind, found by looking into this folder.

What such a file says is known in `chitieu.records.kind`; a new kind is a new file here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from chitieu.records.kind import Column, Flatten, Kind, Lookup, Rule, kind_of

__all__ = ("Column", "Flatten", "Kind", "Lookup", "Rule", "importable", "kinds")


@cache
def kinds() -> Mapping[str, Kind]:
    """Every built-in kind by its code, sorted. A malformed file is an error of ours and fails."""
    tables: dict[str, dict[str, Any]] = {}
    for page in sorted(files(__package__).iterdir(), key=lambda item: item.name):
        if page.name.endswith(".toml"):
            table = tomllib.loads(page.read_text(encoding="utf-8"))
            if page.name != f"{table['kind']}.toml":
                raise ValueError(f"kinds/{page.name} holds the kind {table['kind']}")
            tables[table["kind"]] = table
    types = {(code, name): column["type"] for code, table in tables.items() for name, column in table["column"].items()}
    return {code: kind_of(table, types) for code, table in tables.items()}


def importable() -> tuple[str, ...]:
    """The kinds a file may bring, sorted."""
    return tuple(code for code, kind in kinds().items() if not kind.population)
