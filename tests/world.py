"""A province in memory, for tests that read as law: short tables of units, acts of one line a row.

    world = province().file(decision("194/QĐ-UBND", "P", "2024-01-23", "2024", '''
        3 | digitised-dossiers | district >= 40 % | commune >= 35 % | X12 >= 60 %
    '''))
    assert world.level("X11", "digitised-dossiers") == ">= 35 %"
    assert world.codes(cascade(…, "1 | digitised-dossiers | commune >= 34,99 %")) == ["BELOW-FLOOR"]

Every act is the text a person would write and goes through the same reading and the same checks as
a file of the folder: nothing is mocked. A world never changes; `file` gives the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import tomli_w

from chitieu import period as periods
from chitieu.acts import lawful, reading
from chitieu.acts import level as levels
from chitieu.acts.chain import digest_of
from chitieu.acts.coverage import Coverage, coverage
from chitieu.acts.decision import ActName, Decision
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.tables import Cell
from chitieu.acts.targets import Assigned, Assignment, count
from chitieu.acts.tiers import Tiers
from chitieu.acts.unit_tables import build, read_successions, read_units
from chitieu.acts.units import Tree, Unit
from chitieu.measures import indicators
from chitieu.measures.indicator import Indicator
from chitieu.period import Period
from chitieu.problem import Problem, refusals

UNITS = """
code, name,             tier,       parent, from
P,    Tỉnh P,           province
S1,   Sở Nội vụ,        department, P
S2,   Sở Tài chính,     department, P
PB1,  Phòng Cải cách,   division,   S1
PB2,  Phòng Tổ chức,    division,   S1
H1,   Huyện Một,        district,   P
H2,   Huyện Hai,        district,   P
X11,  Xã Đông,          commune,    H1
X12,  Xã Tây,           commune,    H1
X13,  Phường Nam,       commune,    H1
X21,  Xã Bắc,           commune,    H2
X22,  Xã Trung,         commune,    H2
X11,  Xã Đông,          commune,    P,      2025-07-01
X12,  Xã Tây,           commune,    P,      2025-07-01
X13,  Phường Nam,       commune,    P,      2025-07-01
X21,  Xã Bắc,           commune,    P,      2025-07-01
X22,  Xã Trung,         commune,    P,      2025-07-01
TT11, Trung tâm Đông,   division,   X11,    2025-07-01
PX11, Phòng Văn hóa,    division,   X11,    2025-07-01
"""
"""One province, two departments (one with two divisions), two districts to 30/06/2025, five communes that stay."""

SUCCESSIONS = """
old, new,  extent, on
X11, X11,  keep,   2025-07-01
X12, X12,  keep,   2025-07-01
X13, X13,  keep,   2025-07-01
X21, X21,  keep,   2025-07-01
X22, X22,  keep,   2025-07-01
H1,  ,     ended,  2025-07-01
H2,  ,     ended,  2025-07-01
,    TT11, new,    2025-07-01
,    PX11, new,    2025-07-01
"""

OWN_INDICATORS = {
    "overdue-dossiers": ("ratio", "percent", "lower", ("open", "all")),
    "reform-plan-issued": ("duty", "duty", "higher", ("issued",)),
    "waiting-days": ("count", "days", "lower", ("longest",)),
    "press-answers": ("count", "count", "higher", ()),
}
"""Made-up indicators beside the built-in ones: code → shape, unit, better, methods (the first is the default)."""

LINE_KEYS = ("method", "wording", "scope", "monitor", "report_by", "evidence", "when_empty", "weight")


# Acts, as the text of a file


@dataclass(frozen=True, slots=True)
class Act:
    """The text of an act and the three parts of its name."""

    name: ActName
    text: str

    def with_key(self, text: str) -> Act:
        """The same act with more text at its head: `with_key("basis = []")`."""
        return replace(self, text=f"{text}\n{self.text}")

    def replaced(self, old: str, new: str) -> Act:
        """The same act with a piece of its text exchanged, to break it on purpose."""
        assert old in self.text, f"{old!r} does not stand in the act"
        return replace(self, text=self.text.replace(old, new))


def decision(number: str, issuer: str, issued_on: str, applies: str, lines: str = "", **more: Any) -> Act:
    """A decision. `lines`: one a row, `3 | digitised-dossiers | commune >= 35 % | X12 none | scope = own`.

    A cell begins with a tier or with the code of a named unit; `key = value` with a key of a line is
    that key; `indicator/method` names a method. Keys of the act stand as keywords: `in_force`,
    `calendar`, `counts`, `replaces`, `cascades`, `illustration`, `signed_as`, …; `orders` as
    `["district > commune own"]`.
    """
    return _act("decision", number, issuer, issued_on, lines, {"applies": applies, **more})


def cascade(number: str, issuer: str, issued_on: str, under: Act, lines: str, **more: Any) -> Act:
    """A cascade under a decision or another cascade."""
    return _act("cascade", number, issuer, issued_on, lines, {"under": under, **more})


def amendment(number: str, issuer: str, issued_on: str, amends: Act, lines: str, **more: Any) -> Act:
    """An amendment of a decision or a cascade; a row number means the row of the act it amends."""
    return _act("amendment", number, issuer, issued_on, lines, {"amends": amends, **more})


def annulment(number: str, issuer: str, issued_on: str, annuls: Act, **more: Any) -> Act:
    """An annulment of an act of any other kind."""
    return _act("annulment", number, issuer, issued_on, "", {"annuls": annuls, **more})


def _act(kind: str, number: str, issuer: str, issued_on: str, lines: str, more: dict[str, Any]) -> Act:
    name = ActName(issuer=issuer, number=number, issued_on=date.fromisoformat(issued_on))
    table: dict[str, Any] = {
        "number": number,
        "kind": kind,
        "title": f"Văn bản {number}",
        "issuer": issuer,
        "issued_on": name.issued_on,
    }
    orders = more.pop("orders", [])
    for key, value in more.items():
        if key == "in_force":
            table[key] = date.fromisoformat(value)
        elif isinstance(value, Act):
            parts = ("issuer", "number", "issued_on")
            table[key] = {part: getattr(value.name, part) for part in parts}
        else:
            table[key] = value
    if orders:
        table["cascade"] = [_order(order) for order in orders]
    if lines.strip():
        table["line"] = [_line(text) for text in lines.strip().splitlines()]
    return Act(name, tomli_w.dumps(table))


def _order(text: str) -> dict[str, str]:
    """`district > commune own` → from, to, not_below."""
    giver, _, receiver, not_below = text.split()
    return {"from": giver, "to": receiver, "not_below": not_below}


def _line(text: str) -> dict[str, Any]:
    row, indicator, *cells = (part.strip() for part in text.split("|"))
    code, _, method = indicator.partition("/")
    line: dict[str, Any] = {"row": int(row), "indicator": code}
    if method:
        line["method"] = method
    units: dict[str, str] = {}
    for cell in cells:
        place, _, level = cell.partition(" ")
        if place in LINE_KEYS:
            value = level.removeprefix("=").strip()
            line[place] = int(value) if place == "weight" else value
        elif Tiers.national().tier(place) is not None:
            line[place] = level.strip()
        else:
            units[place] = level.strip()
    if units:
        line["units"] = units
    return line


# The province


@dataclass(frozen=True)
class World:
    """Units, indicators and the acts filed so far; answers are short texts where a text says it all."""

    tree: Tree
    tiers: Tiers
    catalogue: Mapping[str, Indicator]
    acts: Acts
    filed: tuple[Act, ...] = ()

    # filing

    def file(self, *acts: Act | str) -> World:
        """The world after these acts; an act that is refused fails the test with its sentences."""
        world = self
        for act in acts:
            filed, problems = world._read(act)
            assert filed is not None and not refusals(problems), [found.sentence for found in problems]
            world = replace(
                world,
                acts=Acts([*world.acts.filed, filed], world.tree),
                filed=(*world.filed, act) if isinstance(act, Act) else world.filed,
            )
        return world

    def check(self, act: Act | str) -> list[Problem]:
        """All that is wrong with filing an act now, warnings among it; nothing is filed."""
        return self._read(act)[1]

    def codes(self, act: Act | str) -> list[str]:
        """The codes of the refusals, each once, in their order; empty: it may be filed."""
        return list(dict.fromkeys(found.code for found in refusals(self.check(act))))

    def warned(self, act: Act | str) -> list[str]:
        """The codes of the warnings an act is filed with; an act that is refused fails the test."""
        problems = self.check(act)
        assert not refusals(problems), [found.sentence for found in problems]
        return list(dict.fromkeys(found.code for found in problems))

    def sentences(self, act: Act | str) -> str:
        """What a person reads about an act, a line a problem."""
        return "\n".join(found.sentence for found in self.check(act))

    def read(self, act: Act | str) -> Decision:
        """The object of a text that can be read."""
        found, problems = reading.read(_text(act).encode(), "acts/thu.toml", self.tiers)
        assert found is not None, [fault.sentence for fault in problems]
        return found

    def _read(self, act: Act | str) -> tuple[FiledAct | None, list[Problem]]:
        data = _text(act).encode()
        file = f"acts/{len(self.acts.filed) + 1}.toml"
        found, problems = reading.read(data, file, self.tiers)
        if found is None:
            return None, problems
        filed = FiledAct(decision=found, file=file, order=len(self.acts.filed), digest=digest_of(data))
        return filed, [*problems, *lawful.check(filed, self.acts, self.catalogue, self.tiers)]

    # asking

    def act(self, act: Act | str | None = None) -> FiledAct:
        """A filed act by its text or by the short name a command takes; without either the first decision."""
        if act is None:
            return self.acts.roots()[0]
        if isinstance(act, Act):
            found = self.acts.find(act.name)
            assert found is not None, f"{act.name} is not filed"
            return found
        fitting = self.acts.fitting(act)
        assert len(fitting) == 1, [str(found.name) for found in fitting]
        return fitting[0]

    def unit(self, code: str, day: str | date) -> Unit:
        """The unit that bears a code on a day."""
        found = self.tree.bearer(code, _day(day))
        assert found is not None, f"{code} stands not on {day}"
        return found

    def assignment(self, period: str | Period = "2024", as_of: str | date | None = None) -> Assignment:
        """All targets for a period; as of its last day unless another is said."""
        of = _period(period)
        return Assignment(self.acts, self.catalogue, of, of.last if as_of is None else _day(as_of))

    def table(
        self, period: str | Period = "2024", as_of: str | date | None = None, act: Act | str | None = None
    ) -> list[Assigned]:
        """Every cell of an act's table."""
        return self.assignment(period, as_of).table(self.act(act))

    def cell(
        self,
        unit: str,
        indicator: str,
        period: str | Period = "2024",
        as_of: str | date | None = None,
        act: Act | str | None = None,
        *,
        method: str | None = None,
    ) -> Assigned:
        """The one cell of an act's table for a unit and an indicator (and a method, where there are several)."""
        found = [
            cell
            for cell in self.table(period, as_of, act)
            if cell.unit.code == unit and cell.row.indicator == indicator and method in (None, cell.row.method)
        ]
        assert len(found) == 1, f"{len(found)} cells for {unit}, {indicator}, {method}"
        return found[0]

    def level(self, *question: Any, **more: Any) -> str:
        """The level that judges; `none` where the act says so, else `not assigned`. Asked as `cell`."""
        cell = self.cell(*question, **more)
        if cell.target is not None:
            return levels.write(cell.target.level)
        return "none" if cell.none is not None else "not assigned"

    def because(self, *question: Any, **more: Any) -> str:
        """The level that judges with the act and row it stands in: `>= 40 %, 15/QĐ row 1, cascade`. Asked as `cell`."""
        cell = self.cell(*question, **more)
        if cell.target is None:
            return self.level(*question, **more)
        return f"{said(cell.target.cell)}, {cell.target.origin}"

    def coverage(self, unit: str, day: str | date, act: Act | str | None = None) -> Coverage | None:
        """What a unit handed on; None where it has nothing to hand on."""
        found = coverage(self.acts, self.catalogue, self.tiers, self.act(act), _day(day))
        return next((one for one in found if one.unit.code == unit), None)

    def count(self, day: str | date, act: Act | str | None = None) -> dict[str, int]:
        """How many targets a decision gives on a day, by tier."""
        return count(self.acts, self.catalogue, self.act(act), _day(day))


def said(cell: Cell) -> str:
    """A cell of an act as a short text: `>= 40 %, 15/QĐ row 1`."""
    return f"{levels.write(cell.level)}, {cell.act.name.number} row {cell.row}"


def province(
    units: str = UNITS,
    successions: str = SUCCESSIONS,
    *,
    tiers: Tiers | None = None,
    more: Mapping[str, Indicator] | None = None,
) -> World:
    """A province without acts. Tables are those of `units.csv` and `successions.csv`, spaces and last columns left out.

    `more` adds indicators to the built-in ones and those of `OWN_INDICATORS`.
    """
    known = tiers or Tiers.national()
    rows, faults = read_units(_csv(units), "units.csv")
    moves, more_faults = read_successions(_csv(successions), "successions.csv")
    tree, proofs = build(rows, moves, known)
    refused = refusals([*faults, *more_faults, *proofs])
    assert not refused, [found.sentence for found in refused]
    catalogue = {**indicators.catalogue(())[0], **own_indicators(), **(more or {})}
    return World(tree=tree, tiers=known, catalogue=catalogue, acts=Acts([], tree))


@cache
def own_indicators() -> Mapping[str, Indicator]:
    """The indicators of `OWN_INDICATORS`, read from the text of a file each."""
    return {
        code: indicator(code, shape=shape, unit=unit, better=better, methods=methods)
        for code, (shape, unit, better, methods) in OWN_INDICATORS.items()
    }


def indicator(
    code: str, *, shape: str = "ratio", unit: str = "percent", better: str = "higher", methods: Iterable[str] = ("a",)
) -> Indicator:
    """A made-up indicator; its methods count dossiers, the first is the default."""
    table = {
        "schema": "indicator/1",
        "code": code,
        "name": {"vi": f"Chỉ số {code}"},
        "shape": shape,
        "unit": unit,
        "better": better,
        "method": [
            {
                "code": method,
                "name": {"vi": f"Cách tính {method}"},
                "in_force": {},
                "record": "dossier",
                "source": [{"text": "Minh hoạ", "certainty": "made up"}],
            }
            for method in methods
        ],
    }
    found, problems = indicators.read(tomli_w.dumps(table).encode(), f"indicators/{code}.toml")
    assert found is not None, [fault.sentence for fault in problems]
    return found


def _csv(table: str) -> bytes:
    rows = [[cell.strip() for cell in line.split(",")] for line in table.strip().splitlines() if line.strip()]
    width = len(rows[0])
    return "\n".join(",".join(row + [""] * (width - len(row))) for row in rows).encode()


def _text(act: Act | str) -> str:
    return act.text if isinstance(act, Act) else act


def _day(day: str | date) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _period(period: str | Period) -> Period:
    found = periods.read(period) if isinstance(period, str) else period
    assert isinstance(found, Period), found.sentence
    return found
