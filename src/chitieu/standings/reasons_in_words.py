"""The reasons of a record as a specialist reads them, and as JSON. Words, no reckoning of what counts.

Labels of columns are those of the kind; times are local. A distance of time is told in its two largest units.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from chitieu.measures.fate import Fate
from chitieu.measures.reasons import Clause, Reasons, day_of
from chitieu.measures.resting import Compared, Part, all_parts
from chitieu.period import say_day
from chitieu.records.kind import Kind
from chitieu.records.kinds import kinds
from chitieu.words import knows, say

DISTANCES = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))
MOST_UNITS = 2


class InWords:
    """The words for the reasons of one kind of record."""

    def __init__(self, kind: Kind, *, is_count: bool = False) -> None:
        """`is_count`: the indicator is a count, which has no denominator."""
        self._kind, self._is_count = kind, is_count

    def lines(self, found: Reasons) -> list[str]:
        """The whole explanation under one method, a sentence a line."""
        course = say("reason.course", turns="; ".join(self._turns(found)))
        parts = list(all_parts([part for one in found.clauses if one.asked for part in one.rests_on]))
        return [
            f"{self.result(found)} {say('reason.because', sentence=self.because(found))}",
            course,
            say("reason.clauses"),
            *(self._clause(one, found) for one in found.clauses),
            *([say("reason.parts")] if parts else []),
            *(self._part(part) for part in parts),
        ]

    def result(self, found: Reasons) -> str:
        """What the record counts as, as of the day."""
        fate = found.fate
        key = f"reason.fate.{fate.outcome}" + ("-named" if fate.name and fate.outcome == "unknown" else "")
        if self._is_count and knows(f"{key}-count"):
            key += "-count"
        said = say(key, name=self._name(fate.name)) if fate.name else say(key)
        return say("reason.result", fate=said, day=say_day(found.asked.as_of))

    def because(self, found: Reasons) -> str:
        """The clause that decided, in a sentence without its full stop."""
        one, period = found.decided_by, found.asked.period
        kind = _kind_of(one)
        keys = (f"reason.why.{kind}-{one.finding}", f"reason.why.{one.finding}", f"reason.why.{kind}")
        facts = self._facts(one)
        if one.called.startswith("numerator") and one.finding == "true":
            facts = "; ".join(part for part in (facts, self._kept(found)) if part)
        return say(
            next(key for key in keys if knows(key)),
            label=self._label_of(one),
            value=self.value(one.value),
            on=say_day(day) if (day := _day(one.value)) is not None else "",
            first=say_day(period.first),
            last=say_day(period.last),
            day=say_day(found.asked.as_of),
            name=self._name(one.called.partition(".")[2]),
            facts=facts or say("reason.why.always"),
        )

    def value(self, value: Any, column: str = "") -> str:
        """A value as people write it; an empty one by what empty means in its column."""
        if value is None:
            return say(f"reason.value.{self._empty(column)}")
        if isinstance(value, bool):
            return say(f"reason.value.{str(value).lower()}")
        if isinstance(value, datetime):
            return say("reason.value.moment", time=_time(value), day=say_day(value.date()))
        if isinstance(value, date):
            return say_day(value)
        key = f"reason.value.{column}.{value}"
        return say(key) if isinstance(value, str) and knows(key) else str(value)

    def label(self, name: str) -> str:
        """What a column is called."""
        key = f"reason.column.{self._kind.code}.{name}"
        if knows(key):
            return say(key)
        for column in (*self._kind.columns, *self._kind.joined.values()):
            if column.name == name:
                return _small(column.label)
        lookup = self._kind.lookups.get(name)
        return name if lookup is None else _small(kinds()[lookup.kind].column(lookup.column).label)

    def _kept(self, found: Reasons) -> str:
        """Why it still counts as met, where a moment might have ended that."""
        for one in found.clauses:
            if not one.called.startswith("lost_at") or one.place != found.decided_by.place:
                continue
            if one.value is None:
                return self._facts(one)
            value, day = self.value(one.value), say_day(found.asked.as_of)
            return say("reason.why.kept-until", label=self._label_of(one), value=value, day=day)
        return ""

    def _facts(self, one: Clause) -> str:
        """What was compared, else the columns the clause rests on with their values."""
        parts, compared = one.rests_on, list(one.compared)
        while not compared and len(parts) == 1 and parts[0].origin == "derived":
            compared, parts = list(parts[0].compared), parts[0].parts
        values = {part.name: part.value for part in all_parts(parts)}
        said = [self._compared(found, values) for found in compared]
        if not said:
            said = [self._fact(part) for part in parts]
        return "; ".join(said)

    def _fact(self, part: Part) -> str:
        """A column with its value: `hạn trả 17:00 ngày …`, `kênh thực hiện: trực tuyến`, `chưa có …`."""
        label = self.label(part.name)
        if part.value is None:
            return say(f"reason.empty.{self._empty(part.name)}", label=self._bare(label))
        if isinstance(part.value, date):
            return say("reason.fact-time", label=label, value=self._told(part))
        return say("reason.fact", label=self._bare(label), value=self._told(part))

    def _bare(self, label: str) -> str:
        """A label without the `có` that its value says again."""
        return label.removeprefix(say("reason.value.true") + " ")

    def _compared(self, found: Compared, values: dict[str, Any]) -> str:
        left, right = values[found.left], values[found.right]
        told = {"left": f"{self.label(found.left)} {self.value(left)}"}
        told["right"] = f"{self.label(found.right)} {self.value(right)}"
        if left == right:
            return say("reason.compared.equal", **told)
        distance = say_distance(abs(left - right))
        if left > right and found.is_true is (found.operator in (">", ">=", "<>")):
            return say("reason.compared.late", distance=distance, **told)
        return say(f"reason.compared.{'later' if left > right else 'earlier'}", distance=distance, **told)

    def _turns(self, found: Reasons) -> Iterator[str]:
        first, *later = found.course
        if not later:
            yield say("reason.turned-always", fate=self._turn(first.fate))
            return
        yield say("reason.turned-first", day=say_day(later[0].on or date.min), fate=self._turn(first.fate))
        for turn in later:
            yield say("reason.turned", day=say_day(turn.on or date.min), fate=self._turn(turn.fate))

    def _turn(self, fate: Fate) -> str:
        said = say(f"reason.turn.{fate.outcome}")
        return f"{said} ({self._name(fate.name)})" if fate.name else said

    def _clause(self, one: Clause, found: Reasons) -> str:
        told = {
            "mark": say(f"reason.{'decides' if one.called == found.decided_by.called else 'follows'}"),
            "called": self.called(one),
            "text": say("reason.why.always") if one.text == "true" else " ".join(one.text.split()),
            "finding": say(f"reason.finding.{one.finding}") if one.asked else say("reason.unasked"),
        }
        if one.finding in ("true", "false", "unknown"):
            return say("reason.line-truth", **told)
        if not one.text or one.value is None:
            told["text"] = told["text"] or self.value(one.value)
            return say("reason.line-truth", **told)
        return say("reason.line", value=self.value(one.value), **told)

    def called(self, one: Clause) -> str:
        """What a clause is called: `hết đạt kể từ`, with the name or the place it bears."""
        kind, _, name = one.called.partition(".")
        population = kind == "population"
        bare = kind.partition("[")[0]
        said = say(f"reason.clause.population-{name}" if population else f"reason.clause.{bare}")
        if name and not population:
            return say("reason.clause.named", called=said, name=self._name(name))
        return say("reason.clause.of-several", called=said, place=one.place) if "[" in one.called else said

    def _part(self, part: Part) -> str:
        told = {"label": self.label(part.name), "name": part.name, "value": self._told(part)}
        if part.origin == "derived":
            return say("reason.part-derived", text=" ".join(part.text.split()), **told)
        return say("reason.part", **told)

    def _told(self, part: Part) -> str:
        value = self.value(part.value, part.name)
        if part.value is not None and part.origin == "looked_up":
            return say("reason.looked-up", value=value)
        return say("reason.joined", value=value) if part.value is not None and part.origin == "joined" else value

    def _label_of(self, one: Clause) -> str:
        """The column a clause names alone; else what the clause is called."""
        only = one.rests_on[0] if len(one.rests_on) == 1 and one.text == one.rests_on[0].name else None
        if only is not None:
            return self.label(only.name)
        key = f"reason.moment.{one.called.partition('[')[0].replace('.', '-')}"
        return say(key) if knows(key) else self.called(one)

    def _empty(self, name: str) -> str:
        for column in (*self._kind.columns, *self._kind.joined.values()):
            if column.name == name and column.empty is not None:
                return column.empty
        named = self._kind.names.get(name)
        return "not_yet" if named is not None and named.type in ("day", "moment") else "unknown"

    def _name(self, name: str) -> str:
        key = f"reason.name.{name}"
        return say(key) if name and knows(key) else name


def as_json(found: Reasons) -> dict[str, Any]:
    """The reasons under one method: codes and values, the same in every language."""
    asked = found.asked
    return {
        "period": {
            "name": asked.period.name,
            "from": asked.period.first.isoformat(),
            "to": asked.period.last.isoformat(),
        },
        "as_of": asked.as_of.isoformat(),
        "fate": found.fate.outcome,
        "name": found.fate.name or None,
        "decided_by": found.decided_by.called,
        "clauses": [
            {
                "clause": one.called,
                "expression": one.text or None,
                "value": _plain(one.value),
                "finding": one.finding,
                "asked": one.asked,
                "rests_on": [_part_json(part) for part in one.rests_on],
            }
            for one in found.clauses
        ],
        "course": [
            {"from": None if turn.on is None else turn.on.isoformat(), "fate": turn.fate.outcome,
             "name": turn.fate.name or None}
            for turn in found.course
        ],
    }  # fmt: skip


def say_distance(distance: timedelta) -> str:
    """`1 giây`, `2 ngày 3 giờ`: the two largest units that are there."""
    rest = distance.days * 86400 + distance.seconds
    said: list[str] = []
    for unit, seconds in DISTANCES:
        count, rest = divmod(rest, seconds)
        if count and len(said) < MOST_UNITS:
            said.append(say(f"reason.distance.{unit}", count=count))
    return " ".join(said)


def _part_json(part: Part) -> dict[str, Any]:
    told: dict[str, Any] = {"column": part.name, "value": _plain(part.value), "origin": part.origin}
    if part.origin == "derived":
        told |= {"expression": part.text, "rests_on": [_part_json(inner) for inner in part.parts]}
    return told


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _kind_of(one: Clause) -> str:
    return one.called.partition(".")[0].partition("[")[0]


def _day(value: Any) -> date | None:
    return day_of(value) if isinstance(value, date) else None


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
