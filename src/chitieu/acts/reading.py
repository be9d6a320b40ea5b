"""Text of an act → Decision, with every fault of the text named. Knows the keys of examples.md, no other act.

A bare number, a float, an unknown key, a control character are refused with their place; the
whole text is read before anything is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from chitieu import period as periods
from chitieu import toml
from chitieu.acts import level as levels
from chitieu.acts.decision import KINDS, ActName, Decision, Line, Order
from chitieu.acts.level import Level
from chitieu.acts.names import fold, lawful_code
from chitieu.acts.tiers import Tiers
from chitieu.problem import Problem, problem
from chitieu.words import say

OTHER_ACT = {"cascade": "under", "amendment": "amends", "annulment": "annuls"}
ONLY_OF = {
    "applies": ("decision",),
    "calendar": ("decision",),
    "counts": ("decision",),
    "replaces": ("decision", "cascade"),
    "cascades": ("decision", "cascade"),
    "under": ("cascade",),
    "amends": ("amendment",),
    "year_judged_by": ("amendment",),
    "annuls": ("annulment",),
    "line": ("decision", "cascade", "amendment"),
    "cascade": ("decision", "cascade"),
}
LONGEST_TEXT = 2000
LARGEST_ROW = 9999


def read(data: bytes, file: str, tiers: Tiers) -> tuple[Decision | None, list[Problem]]:
    """The act of a file; None with the refusals where it does not say one."""
    table, problems = toml.load(data, file)
    if table is None:
        return None, problems
    return _Reader(file, tiers, problems).act(table)


class _Reader:
    """One text being read: collects the problems, so that all are said at once."""

    def __init__(self, file: str, tiers: Tiers, problems: list[Problem]) -> None:
        self._file, self._tiers, self._problems = file, tiers, problems

    def complain(self, path: str, row: int | None = None) -> Callable[..., None]:
        """A collector for one table of the text; a key stands below `path`."""

        def collect(code: str, key: str, value: str | None = None, **values: Any) -> None:
            field = f"{path}.{key}" if path else key
            self._problems.append(problem(code, file=self._file, row=row, field=field, value=value, **values))

        return collect

    def act(self, table: Mapping[str, Any]) -> tuple[Decision | None, list[Problem]]:
        complain = self.complain("")
        keys = toml.Keys(table, complain)
        kind = keys.one_of("kind", KINDS, required=True)
        number, issuer = self._text(keys, "number", True), self._text(keys, "issuer", True)
        title, issued_on = self._text(keys, "title", True), self._day(keys, complain, "issued_on", required=True)
        in_force = self._day(keys, complain, "in_force")
        applies = self._applies(keys, complain, kind)
        counts = self._counts(keys, complain)
        lines = self._lines(keys, complain, kind)
        others: dict[str, Any] = {
            key: self._name(keys, complain, key, kind) for key in ("under", "amends", "annuls", "replaces")
        }
        if issuer is not None and not lawful_code(issuer):
            complain("UNLAWFUL-CODE", "issuer", value=issuer)
        decision_values: dict[str, Any] = {
            "calendar": keys.one_of("calendar", ("civil", "report")) or "civil",
            "signed_as": self._text(keys, "signed_as"),
            "basis": self._texts(keys, complain, "basis"),
            "answers_to": self._text(keys, "answers_to"),
            "source": self._text(keys, "source"),
            "illustration": bool(keys.take("illustration", bool, say=say("type.flag"))),
            "orders": self._orders(keys, complain),
            "cascades": keys.one_of("cascades", ("end", "keep")) or "end",
            "year_judged_by": keys.one_of("year_judged_by", ("last-day", "first-day")) or "last-day",
        }
        keys.done()
        for key, kinds in ONLY_OF.items():
            if key in table and kind is not None and kind not in kinds:
                complain("KEY-NOT-FOR-KIND", key, kind=say(f"act.kind.{kind}"))
        if self._problems or kind is None or number is None or issuer is None or title is None or issued_on is None:
            return None, self._problems
        name = ActName(issuer=issuer, number=number, issued_on=issued_on)
        return (
            Decision(
                name=name,
                kind=kind,  # type: ignore[arg-type]  # one of KINDS, asked above
                title=title,
                in_force=in_force or issued_on,
                applies=applies,
                counts=counts,
                lines=lines,
                **others,
                **decision_values,
            ),
            self._problems,
        )

    def _text(self, keys: toml.Keys, key: str, required: bool = False, row: int | None = None) -> str | None:
        value = keys.take(key, str, required=required, say=say("type.text"))
        if value is not None and len(value) > LONGEST_TEXT:
            self.complain("", row)("TEXT-TOO-LONG", key, limit=LONGEST_TEXT)
            return None
        return value or None

    def _texts(self, keys: toml.Keys, complain: Callable[..., None], key: str) -> tuple[str, ...]:
        given = keys.take(key, list, say=say("type.texts")) or []
        if any(not isinstance(item, str) for item in given):
            complain("WRONG-TYPE", key, given=str(given), wanted=say("type.texts"))
        return tuple(item for item in given if isinstance(item, str))

    def _day(self, keys: toml.Keys, complain: Callable[..., None], key: str, *, required: bool = False) -> date | None:
        value = keys.take(key, (date, str), required=required, say=say("type.day"))
        if value is None:
            return None
        day = periods.read_day(str(value))
        if day is None:
            complain("WRONG-TYPE", key, given=str(value), wanted=say("type.day"))
        return day

    def _applies(self, keys: toml.Keys, complain: Callable[..., None], kind: str | None) -> periods.Period | None:
        given = keys.take("applies", str, required=kind == "decision", say=say("type.period"))
        if given is None:
            return None
        found = periods.read(given)
        if isinstance(found, Problem):
            complain("WRONG-TYPE", "applies", given=given, wanted=say("type.period"))
            return None
        if found.calendar == "report":
            complain("APPLIES-PREFIX", "applies", value=given)
        return found

    def _counts(self, keys: toml.Keys, complain: Callable[..., None]) -> tuple[tuple[str, int], ...]:
        given = keys.take("counts", dict, say=say("type.table")) or {}
        for tier, count in given.items():
            if self._tiers.tier(tier) is None:
                complain("UNKNOWN-TIER", f"counts.{tier}", tier=tier)
            if not isinstance(count, int) or isinstance(count, bool) or count < 0:
                complain("WRONG-TYPE", f"counts.{tier}", given=str(count), wanted=say("type.integer"))
        return tuple((tier, count) for tier, count in given.items() if isinstance(count, int))

    def _name(self, keys: toml.Keys, complain: Callable[..., None], key: str, kind: str | None) -> ActName | None:
        table = keys.take(key, dict, required=OTHER_ACT.get(kind or "") == key, say=say("type.act"))
        if table is None:
            return None
        below = self.complain(key)
        inner = toml.Keys(table, below)
        issuer, number = self._text(inner, "issuer", True), self._text(inner, "number", True)
        issued_on = self._day(inner, below, "issued_on", required=True)
        inner.done()
        if issuer is None or number is None or issued_on is None:
            return None
        if not lawful_code(issuer):
            below("UNLAWFUL-CODE", "issuer", value=issuer)
        return ActName(issuer=issuer, number=number, issued_on=issued_on)

    def _orders(self, keys: toml.Keys, complain: Callable[..., None]) -> tuple[Order, ...]:
        orders = []
        for position, table in enumerate(self._tables(keys, complain, "cascade"), 1):
            below = self.complain(f"cascade[{position}]")
            inner = toml.Keys(table, below)
            ends = [inner.take(key, str, required=True, say=say("type.tier")) for key in ("from", "to")]
            for key, tier in zip(("from", "to"), ends, strict=True):
                if tier is not None and self._tiers.tier(tier) is None:
                    below("UNKNOWN-TIER", key, tier=tier)
            not_below: Any = inner.one_of("not_below", ("tier", "own", "both")) or "tier"
            wording = self._text(inner, "wording")
            inner.done()
            if None not in ends:
                orders.append(Order(from_tier=ends[0], to_tier=ends[1], not_below=not_below, wording=wording))
        if len({(order.from_tier, order.to_tier) for order in orders}) < len(orders):
            complain("ORDER-TWICE", "cascade")
        return tuple(orders)

    def _tables(self, keys: toml.Keys, complain: Callable[..., None], key: str) -> list[Mapping[str, Any]]:
        given = keys.take(key, list, say=say("type.tables")) or []
        if any(not isinstance(item, Mapping) for item in given):
            complain("WRONG-TYPE", key, given=str(given)[:40], wanted=say("type.tables"))
        return [item for item in given if isinstance(item, Mapping)]

    def _lines(self, keys: toml.Keys, complain: Callable[..., None], kind: str | None) -> tuple[Line, ...]:
        tables = self._tables(keys, complain, "line")
        if kind in ("decision", "cascade", "amendment") and not tables:
            complain("NO-LINE", "line")
        lines = [line for position, table in enumerate(tables, 1) if (line := self._line(position, table)) is not None]
        seen: set[int] = set()
        for line in lines:
            if line.row in seen:
                self.complain("", line.row)("ROW-TWICE", "row", row_number=line.row)
            seen.add(line.row)
        return tuple(lines)

    def _line(self, position: int, table: Mapping[str, Any]) -> Line | None:
        row = table.get("row")
        if not isinstance(row, int) or isinstance(row, bool) or not 1 <= row <= LARGEST_ROW:
            code = "MISSING-KEY" if row is None else "WRONG-TYPE"
            self.complain(f"line[{position}]")(code, "row", given=str(row), wanted=say("type.row"))
            return None
        complain, said = self.complain("", row), len(self._problems)
        keys = toml.Keys({key: value for key, value in table.items() if key != "row"}, complain)
        indicator = keys.take("indicator", str, required=True, say=say("type.text"))
        texts = {
            key: self._text(keys, key, row=row) for key in ("wording", "method", "monitor", "report_by", "evidence")
        }
        scope: Any = keys.one_of("scope", ("own", "subtree"))
        when_empty: Any = keys.one_of("when_empty", ("not_applicable", "met"))
        weight = keys.take("weight", int, say=say("type.integer"))
        if weight is not None and weight < 0:
            complain("WRONG-TYPE", "weight", given=str(weight), wanted=say("type.integer"))
        if texts["monitor"] is not None and not lawful_code(texts["monitor"]):
            complain("UNLAWFUL-CODE", "monitor", value=texts["monitor"])
        named = keys.take("units", dict, say=say("type.table")) or {}
        tiers = []
        for key in keys.rest():
            if self._tiers.tier(key) is not None:
                level = self._level(keys.take(key, object), say("place.tier", tier=self._tiers.name(key)), row)
                tiers += [(key, level)] if level is not None else []
        keys.done()
        units = []
        spelt: dict[str, str] = {}
        for code, value in named.items():
            place = say("place.unit", unit=code)
            if not lawful_code(code):
                complain("UNLAWFUL-CODE", place, value=code)
            first = spelt.setdefault(fold(code), code)
            if first is not code:
                complain("UNIT-TWICE", place, value=code, first=first)
            level = self._level(value, place, row)
            units += [(code, level)] if level is not None else []
        if not tiers and not units and len(self._problems) == said:
            complain("NO-LEVEL", "indicator", value=str(indicator))
        if indicator is None:
            return None
        return Line(
            row=row,
            indicator=indicator,
            tiers=tuple(tiers),
            units=tuple(units),
            scope=scope,
            when_empty=when_empty,
            weight=weight,
            **texts,
        )

    def _level(self, given: Any, place: str, row: int) -> Level | None:
        if isinstance(given, toml.Float):
            return None
        found = levels.read(given)
        if isinstance(found, Problem):
            self._problems.append(found.at(file=self._file, row=row, field=place, value=str(given)))
            return None
        return found
