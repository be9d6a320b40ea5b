"""Why this verdict: the sentence of the target, of the figure and of what follows. Words, no reckoning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from chitieu.acts import level as levels
from chitieu.acts.decision import say_name
from chitieu.acts.force import FiledAct
from chitieu.acts.province import Province
from chitieu.acts.tables import Cell
from chitieu.acts.targets import Assigned
from chitieu.acts.units import Tree
from chitieu.measures.tally import Tally
from chitieu.period import say_day, say_period
from chitieu.standings.headroom import say_headroom
from chitieu.standings.shown import number
from chitieu.standings.standing import ORDER_OF_VERDICTS, Standing
from chitieu.standings.verdict import Verdict, mark, words
from chitieu.words import say

FINDING: tuple[Verdict, ...] = (
    "met",
    "not_met",
    "meeting",
    "missing",
    "not_applicable",
    "no_data",
    "not_judged",
    "not_assigned",
)


class Explainer:
    """Sentences that need the tree and the province: who issued an act, who a code is."""

    def __init__(self, tree: Tree, province: Province) -> None:
        self._tree, self._province = tree, province

    def act(self, act: FiledAct) -> str:
        """`Quyết định 194/QĐ-UBND ngày 23/01/2024 của UBND tỉnh Đồng Nai`, and MINH HOẠ where nobody signed it."""
        issuer = self._province.issuer(act.name.issuer)
        if issuer is None:
            bearer = self._tree.bearer(act.name.issuer, act.decision.in_force)
            issuer = bearer.name if bearer is not None else act.name.issuer
        kind = say(f"act.kind.{act.decision.kind}")
        text = say("explain.act", kind=kind, name=say_name(act.name), issuer=issuer)
        return f"{text} ({say('standing.illustration')})" if act.decision.illustration else text

    def target(self, assigned: Assigned) -> str:
        """Where the level comes from, in one sentence; why there is none, else."""
        target = assigned.target
        if target is None:
            if assigned.none is not None:
                return say("explain.none", act=self.act(assigned.none.act), row=assigned.none.row)
            if assigned.later_act is not None:
                return say("explain.later", act=self.act(assigned.later_act))
            return say("explain.not-assigned")
        parts = [self._cell(target.cell)]
        if target.overtaken is not None:
            parts.append(say("explain.overtaken", cell=self._cell(target.overtaken)))
        parts += [say("explain.before", cell=self._cell(cell)) for cell in self._changed(target.cell)]
        if target.own and target.floor is None:
            parts.append(say("explain.own"))
        elif target.own and target.floor is not None:
            parts.append(say("explain.issuers-own", cell=self._cell(target.floor)))
        elif target.floor is not None and target.floor is not target.cell:
            parts.append(say("explain.floor", cell=self._cell(target.floor)))
        if assigned.retroactive:
            parts.append(say("explain.retroactive"))
        parts += [say(f"explain.{other.code}", cell=self._cell(other.cell)) for other in assigned.also]
        return "; ".join(parts) + "."

    def _cell(self, cell: Cell) -> str:
        return say("explain.cell", level=levels.say(cell.level), act=self.act(cell.act), row=cell.row)

    def _changed(self, cell: Cell) -> Iterator[Cell]:
        while cell.replaced is not None:
            cell = cell.replaced
            yield cell


def say_method(standing: Standing) -> str:
    """The method in words, marked where the act names none."""
    method = standing.indicator.method(standing.tally.method) if standing.tally.method else None
    if method is None:
        return say("standing.no-method")
    row = standing.assigned.target.row if standing.assigned.target else standing.assigned.row
    return method.name.vi if row.method_named else say("standing.default-method", method=method.name.vi)


def say_counts(tally: Tally) -> str:
    """`540.748 / 670.009`, a count alone, nothing where there is no figure."""
    if tally.numerator is None:
        return ""
    if tally.denominator is None:
        return number(tally.numerator)
    return f"{number(tally.numerator)} / {number(tally.denominator)}"


def say_source(tally: Tally) -> str:
    """What kind of figure it is and when it was read."""
    if tally.engine is not None and tally.numerator is not None:
        return say("standing.measured")
    if tally.source is None or tally.captured is None:
        return ""
    first, last = tally.captured
    kind = say("standing.self-reported" if tally.kind == "self-reported" else "standing.published")
    if first == last and not (last.hour or last.minute or last.second):
        return say("standing.read-on", kind=kind, day=say_day(last.date()))
    if first.date() == last.date():
        return say("standing.read-at", kind=kind, time=f"{last:%H:%M}", day=say_day(last.date()))
    return say("standing.read-between", kind=kind, first=say_day(first.date()), last=say_day(last.date()))


def say_verdict(standing: Standing) -> str:
    """Mark and words."""
    none = _is_none_for_tier(standing)
    duty = standing.indicator.shape == "duty"
    return f"{mark(standing.verdict, none_for_tier=none)} {words(standing.verdict, duty=duty, none_for_tier=none)}"


def say_room(standing: Standing) -> str:
    """The headroom as a sentence."""
    if standing.level is None:
        return ""
    return say_headroom(
        standing.headroom,
        noun=say_noun(standing),
        level=standing.level,
        fixed=standing.indicator.fixed,
        final=standing.final,
    )


def say_noun(standing: Standing) -> str:
    """What the figure counts: hồ sơ, phiếu, nhiệm vụ, …"""
    return say(f"noun.{_record(standing)}")


def _record(standing: Standing) -> str:
    method = standing.indicator.method(standing.tally.method) if standing.tally.method else None
    return method.record if method is not None else "record"


def say_missing(tally: Tally, names: dict[str, str]) -> str:
    """`26/34 đơn vị có số liệu; thiếu: …`; empty for a figure of its own."""
    if tally.units is None:
        return ""
    some = say("standing.units", some=tally.units[0], all=tally.units[1])
    if not tally.missing:
        return some
    return say(
        "standing.missing",
        units=some,
        names=", ".join(names.get(code, code) for code in tally.missing[:8]) + (" …" if len(tally.missing) > 8 else ""),
    )


def _is_none_for_tier(standing: Standing) -> bool:
    """Whether the act says `none` for the whole tier; one that is withheld from a named unit is not given to it."""
    none = standing.assigned.none
    return standing.verdict == "not_assigned" and none is not None and not none.named


def counted(standings: Sequence[Standing]) -> dict[str, int]:
    """How many of each verdict, red first; what the act itself says is not given stands apart as `none_for_tier`."""
    counts = Counter("none_for_tier" if _is_none_for_tier(one) else str(one.verdict) for one in standings)
    return {verdict: counts[verdict] for verdict in (*ORDER_OF_VERDICTS, "none_for_tier") if counts[verdict]}


def say_finding(standings: Sequence[Standing]) -> str:
    """The finding in one sentence: how many of each verdict, what was reached first."""
    counts = counted(standings)
    duty = all(standing.indicator.shape == "duty" for standing in standings)
    parts = []
    for verdict in (*FINDING, "none_for_tier"):
        if verdict in counts:
            none = verdict == "none_for_tier"
            called = words("not_assigned" if none else verdict, duty=duty, none_for_tier=none)  # type: ignore[arg-type]
            parts.append(say("standing.so-many", count=number(counts[verdict]), words=_small(called)))
    return ", ".join(parts)


def say_when(standing: Standing) -> str:
    """`năm 2026, đến 26/09/2026`; only the period where the day is its last or later."""
    period = say_period(standing.period)
    if standing.as_of == standing.period.last:
        return period
    return say("standing.until", period=period, day=say_day(standing.as_of))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
