"""The settings of a province: its name and unit, how papers name issuers, who monitors, blocks, ranking.

`province.toml` may be absent: then nothing is ranked apart, the least denominator is 30, names
come from the units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chitieu import toml
from chitieu.acts.names import lawful_code
from chitieu.problem import Problem, problem
from chitieu.words import say

LEAST_DENOMINATOR = 30
FILE = "province.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Units of a tier that are ranked apart, told by how their names begin."""

    name: str
    tier: str
    name_begins: tuple[str, ...]

    def holds(self, tier: str, name: str) -> bool:
        """Whether a unit belongs to the block."""
        return tier == self.tier and name.casefold().startswith(tuple(begin.casefold() for begin in self.name_begins))


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """The settings; all but `blocks` and `least_denominator` are None or empty where nobody said them."""

    name: str | None = None
    unit: str | None = None
    time_zone: str = "Asia/Ho_Chi_Minh"
    issuers: tuple[tuple[str, str], ...] = ()
    monitor: str | None = None
    blocks: tuple[Block, ...] = ()
    least_denominator: int = LEAST_DENOMINATOR

    def issuer(self, code: str) -> str | None:
        """How a paper's head names an issuer, or None."""
        return dict(self.issuers).get(code)

    def block(self, tier: str, name: str) -> str | None:
        """The block a unit is ranked in; None: with those of its tier that are in no block."""
        return next((block.name for block in self.blocks if block.holds(tier, name)), None)


def read(data: bytes, file: str = FILE) -> Province | tuple[Problem, ...]:
    """The settings of a file, or what is wrong with it."""
    table, problems = toml.load(data, file)
    if table is None:
        return tuple(problems)

    def complain(path: str) -> Callable[..., None]:
        def collect(code: str, key: str, value: str | None = None, **values: Any) -> None:
            field = f"{path}.{key}" if path else key
            problems.append(problem(code, file=file, field=field, value=value, **values))

        return collect

    keys = toml.Keys(table, complain(""))
    text = say("type.text")
    name, unit = keys.take("name", str, required=True, say=text), keys.take("unit", str, required=True, say=text)
    time_zone = keys.one_of("time_zone", ("Asia/Ho_Chi_Minh",)) or "Asia/Ho_Chi_Minh"
    monitor = keys.take("monitor", str, say=text)
    for key, code in (("unit", unit), ("monitor", monitor)):
        if code is not None and not lawful_code(code):
            complain("")("UNLAWFUL-CODE", key, value=code)
    issuers: dict[str, Any] = keys.take("issuers", dict, say=say("type.table")) or {}
    for code, called in issuers.items():
        if not lawful_code(code):
            complain("issuers")("UNLAWFUL-CODE", code, value=code)
        if not isinstance(called, str):
            complain("issuers")("WRONG-TYPE", code, given=str(called), wanted=text)
    rank = toml.Keys(keys.take("rank", dict, say=say("type.table")) or {}, complain("rank"))
    least = rank.take("least_denominator", int, say=say("type.integer"))
    if least is not None and least < 1:
        complain("rank")("WRONG-TYPE", "least_denominator", given=str(least), wanted=say("type.integer"))
    rank.done()
    blocks = []
    for number, row in enumerate(keys.take("block", list, say=say("type.tables")) or [], 1):
        if not isinstance(row, dict):
            complain("")("WRONG-TYPE", f"block[{number}]", given=str(row), wanted=say("type.tables"))
            continue
        inner = toml.Keys(row, complain(f"block[{number}]"))
        called, tier = (
            inner.take("name", str, required=True, say=text),
            inner.take("tier", str, required=True, say=text),
        )
        begins = inner.take("name_begins", (str, list), required=True, say=say("type.texts"))
        inner.done()
        begins = [begins] if isinstance(begins, str) else begins or []
        if called and tier and all(isinstance(begin, str) for begin in begins):
            blocks.append(Block(name=called, tier=tier, name_begins=tuple(begins)))
    keys.done()
    if problems:
        return tuple(problems)
    return Province(
        name=name,
        unit=unit,
        time_zone=time_zone,
        issuers=tuple((code, str(called)) for code, called in issuers.items()),
        monitor=monitor,
        blocks=tuple(blocks),
        least_denominator=least or LEAST_DENOMINATOR,
    )
