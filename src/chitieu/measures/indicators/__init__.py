"""The family of indicators: one TOML file each, named by its code; the files of this folder are the built-in ones.

A new indicator is a new file here, or in `indicators/` of a province's folder, in the same format
(`chitieu.measures.indicator`). Refuses to know any of them by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files

from chitieu.measures.indicator import AskedElsewhere, Indicator, Method, Source, Words, read
from chitieu.problem import Problem, problem

__all__ = ["AskedElsewhere", "Indicator", "Method", "Source", "Words", "built_in", "catalogue", "read"]


@cache
def _members() -> tuple[Indicator, ...]:
    """Every file of this folder, by code. A faulty one is an error of ours and is raised."""
    found: dict[str, Indicator] = {}
    for page in files(__name__).iterdir():
        if page.name.endswith(".toml"):
            indicator, problems = read(page.read_bytes(), page.name)
            if indicator is None:
                raise ValueError("; ".join(f"{fault.code} {fault.place}" for fault in problems))
            if page.name != f"{indicator.code}.toml":
                raise ValueError(f"{page.name}: the file of {indicator.code} is named by its code")
            found[indicator.code] = replace(indicator, built_in=True)
    return tuple(found[code] for code in sorted(found))


def built_in() -> dict[str, Indicator]:
    """The indicators every province has, by code and in order of it; `order` is their place in Decision 194."""
    return {indicator.code: indicator for indicator in _members()}


def catalogue(own: Iterable[tuple[str, bytes]]) -> tuple[dict[str, Indicator], list[Problem]]:
    """The built-in indicators and a province's own, by code, in order of code.

    `own` gives the name and the bytes of each file, in any order. A file that uses a built-in code, or the code
    of a file named before it, is refused; an indicator already there stays what it is.
    """
    known = built_in()
    standing_in: dict[str, str] = {}
    problems: list[Problem] = []
    for file, data in sorted(own):
        indicator, faults = read(data, file)
        problems += faults
        if indicator is None:
            continue
        code = indicator.code
        if code in standing_in:
            problems.append(problem("INDICATOR-TWICE", file=file, field="code", value=code, other=standing_in[code]))
        elif code in known:
            problems.append(problem("INDICATOR-BUILT-IN", file=file, field="code", value=code))
        else:
            known[code] = indicator
            standing_in[code] = file
    return dict(sorted(known.items())), problems
