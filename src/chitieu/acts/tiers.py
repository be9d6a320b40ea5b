"""Tiers: their order, the days they exist, and which tier may assign to which. Data of the country, not of the code.

The file is `tiers.toml` of a province folder; the order of its tiers is their rank, highest first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files

from chitieu import toml
from chitieu.acts.names import LONGEST_CODE, fold, lawful_code
from chitieu.problem import Problem, Weight, problem
from chitieu.words import say

ONE_DAY = timedelta(days=1)
NATIONAL = "national/tiers.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A tier; `begins` None: before anything looked at; `ends`: the first day it no longer stands."""

    code: str
    name: str
    begins: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigns:
    """A unit of `from_tier` may assign to units of `to_tier` below it, from `since` to `until`, both days counted."""

    from_tier: str
    to_tier: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """All tiers, highest first, and who assigns to whom."""

    tiers: tuple[Tier, ...]
    assigns: tuple[Assigns, ...] = ()

    @staticmethod
    def read(data: bytes, file: str) -> Tiers | tuple[Problem, ...]:
        """The tiers of a `tiers.toml`, or what is wrong with it."""
        table, problems = toml.load(data, file)
        if table is None:
            return tuple(problems)
        reader = _Reader(file, problems)
        tiers = reader.tiers(table)
        return tuple(problems) if problems else tiers

    @staticmethod
    def national_text() -> bytes:
        """The bytes of the national tiers, which a folder without its own is given."""
        return files("chitieu.acts").joinpath(NATIONAL).read_bytes()

    @staticmethod
    def national() -> Tiers:
        """The national tiers."""
        tiers = Tiers.read(Tiers.national_text(), NATIONAL)
        if not isinstance(tiers, Tiers):
            raise ValueError("; ".join(found.sentence for found in tiers))
        return tiers

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, highest first."""
        return tuple(tier.code for tier in self.tiers)

    def tier(self, code: str) -> Tier | None:
        """The tier of a code, or None."""
        return next((tier for tier in self.tiers if tier.code == code), None)

    def name(self, code: str) -> str:
        """What people call the tier; the code itself where nobody knows it."""
        tier = self.tier(code)
        return tier.name if tier else code

    def stands(self, code: str, day: date) -> bool:
        """Whether the tier exists on the day."""
        tier = self.tier(code)
        if tier is None:
            return False
        return (tier.begins is None or tier.begins <= day) and (tier.ends is None or day < tier.ends)

    def may_assign(self, from_tier: str, to_tier: str, day: date) -> bool:
        """Whether units of the one tier may assign to units of the other on the day."""
        if not (self.stands(from_tier, day) and self.stands(to_tier, day)):
            return False
        return any(
            rule.from_tier == from_tier
            and rule.to_tier == to_tier
            and (rule.since is None or rule.since <= day)
            and (rule.until is None or day <= rule.until)
            for rule in self.assigns
        )


class _Reader:
    """One `tiers.toml` being read; all faults are collected."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self._file, self._problems = file, problems

    def tiers(self, table: dict[str, object]) -> Tiers:
        top = toml.Keys(table, self._complain(""))
        tiers: list[Tier] = []
        for number, row in enumerate(self._tables(top, "tier"), 1):
            found = self._tier(row, f"tier[{number}]")
            if found is not None and fold(found.code) in {fold(tier.code) for tier in tiers}:
                self._say("TIERS-TWICE", f"tier[{number}].code", value=found.code)
            elif found is not None:
                tiers.append(found)
        codes = {tier.code for tier in tiers}
        assigns = [
            rule
            for number, row in enumerate(self._tables(top, "assigns", required=False), 1)
            for rule in self._assigns(row, f"assigns[{number}]", codes)
        ]
        top.done()
        return Tiers(tiers=tuple(tiers), assigns=tuple(assigns))

    def _tables(self, top: toml.Keys, key: str, *, required: bool = True) -> list[dict[str, object]]:
        rows = top.take(key, list, required=required, say=say("unit.type.tables"))
        if rows is None:
            return []
        if not rows or not all(isinstance(row, dict) for row in rows):
            self._say("WRONG-TYPE", key, given=str(rows)[:40], wanted=say("unit.type.tables"))
            return []
        return list(rows)

    def _tier(self, row: dict[str, object], path: str) -> Tier | None:
        keys = toml.Keys(row, self._complain(path))
        code = keys.take("code", str, required=True, say=say("unit.type.words"))
        name = keys.take("name", str, required=True, say=say("unit.type.words"))
        begins, last = self._day(keys, "from", path), self._day(keys, "to", path)
        keys.done()
        if code is not None and not lawful_code(code):
            self._say("UNIT-CODE", f"{path}.code", value=code, limit=LONGEST_CODE)
            return None
        if begins is not None and last is not None and last < begins:
            self._say("TIERS-DAYS", path, value=f"{begins}..{last}")
        if code is None or name is None:
            return None
        return Tier(code=code, name=name, begins=begins, ends=last + ONE_DAY if last else None)

    def _assigns(self, row: dict[str, object], path: str, codes: set[str]) -> list[Assigns]:
        keys = toml.Keys(row, self._complain(path))
        giver = keys.take("from", str, required=True, say=say("unit.type.words"))
        to = keys.take("to", (str, list), required=True, say=say("unit.type.list-of-words"))
        since, until = self._day(keys, "since", path), self._day(keys, "until", path)
        keys.done()
        receivers = [to] if isinstance(to, str) else to or []
        if since is not None and until is not None and until < since:
            self._say("TIERS-DAYS", path, value=f"{since}..{until}")
        for code in [giver, *receivers]:
            if code is not None and (not isinstance(code, str) or code not in codes):
                self._say("TIERS-UNKNOWN", path, value=str(code), known=", ".join(sorted(codes)))
                return []
        if giver is None:
            return []
        return [Assigns(from_tier=giver, to_tier=code, since=since, until=until) for code in receivers]

    def _day(self, keys: toml.Keys, key: str, path: str) -> date | None:
        found = keys.take(key, date, say=say("unit.type.day"))
        if isinstance(found, datetime):
            self._say("WRONG-TYPE", f"{path}.{key}", given=str(found), wanted=say("unit.type.day"))
            return None
        return found if isinstance(found, date) else None

    def _say(self, code: str, field: str, *, value: str | None = None, **values: str | int) -> None:
        self._problems.append(
            problem(code, file=self._file, row=None, field=field, value=value, weight=Weight.REFUSED, **values)
        )

    def _complain(self, path: str) -> Callable[..., None]:
        def collect(code: str, key: str, **values: str | int) -> None:
            self._say(code, f"{path}.{key}" if path else key, value=None, **values)

        return collect
