"""Reported figures in random provinces: which capture speaks, what is summed, and nothing counts twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from chitieu.acts.level import Level
from chitieu.acts.level import read as read_level
from chitieu.acts.units import Tree, Unit
from chitieu.measures import indicators
from chitieu.measures.indicator import Indicator
from chitieu.measures.tally import Tallies, Tally
from chitieu.period import Period
from chitieu.records.figures import Figure, Figures
from chitieu.standings.shown import shown
from chitieu.standings.verdict import reached
from tests.worlds import DAYS, days, period, trees

CATALOGUE = indicators.catalogue([])[0]
INDICATORS = [CATALOGUE[code] for code in ("on-time-dossiers", "assigned-tasks", "initiatives")]
ANY = ("", "own", "subtree")
SOURCES = ["portal-766", "ii06a", "self-report"]
MOMENTS = [
    datetime.combine(day + timedelta(days=shift), at) for day in DAYS for shift in (-1, 0) for at in (time(), time(9))
]


@st.composite
def figures(draw: st.DrawFn, codes: Sequence[str], *, spans: Sequence[str] = ("2024-9M", "2024-H1")) -> Figure:
    """One figure about a code, well formed as the door lets it in."""
    indicator = draw(st.sampled_from(INDICATORS))
    of = period(draw(st.sampled_from(spans)))
    denominator = draw(st.integers(0, 9))
    return Figure(
        source=draw(st.sampled_from(SOURCES)),
        unit=draw(st.sampled_from(codes)),
        indicator=indicator.code,
        method=str(indicator.default),
        begins=of.first,
        ends=of.last,
        scope=draw(st.sampled_from(["", "own", "subtree"])),
        numerator=draw(st.integers(0, denominator)),
        denominator=None if indicator.shape == "count" else denominator,
        captured_at=draw(st.sampled_from(MOMENTS)),
        document="",
        person="",
    )


@st.composite
def reported(draw: st.DrawFn) -> tuple[Tree, list[Figure]]:
    """A province and figures about its units, those of the past and of the future among them."""
    tree = draw(trees())
    codes = sorted({unit.code for unit in tree.units})
    return tree, draw(st.lists(figures(codes), min_size=3, max_size=20))


# The same by the letter of records.md


def own_day(figure: Figure) -> date:
    """The earlier of the last day it is about and the day of capture."""
    return min(figure.ends, figure.captured_at.date())


def rank(figure: Figure) -> tuple[bool, datetime]:
    """A published one before what a unit says of itself, then the later capture."""
    return figure.source != "self-report", figure.captured_at


@dataclass(frozen=True, kw_only=True)
class Sum:
    """n of d, from how many of how many units below, from which past units, with the first and last capture."""

    n: int | None = None
    d: int | None = None
    units: tuple[int, int] | None = None
    carried: tuple[str, ...] = ()
    captured: tuple[datetime, datetime] | None = None

    @property
    def whole(self) -> bool:
        return self.n is not None and (self.units is None or self.units[0] == self.units[1])


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One period as of one day, one unit at a time."""

    tree: Tree
    arrivals: Sequence[Figure]
    period: Period
    as_of: date

    @property
    def judged_on(self) -> date:
        return min(self.as_of, self.period.last)

    def spoken(
        self, identity: str, indicator: Indicator, scopes: Collection[str], *, carried: bool = False
    ) -> Figure | None:
        """Of each source the figure captured last and not after D; of several a published one, then the later.

        What a past unit said of itself and all below it is not carried: those below are counted where they stand.
        """
        known: dict[tuple[str, str, datetime], Figure] = {}
        for figure in self.arrivals:
            meant = self.tree.look_up(figure.unit, own_day(figure))
            about = (figure.indicator, figure.begins, figure.ends)
            if meant is None or meant[0].identity != identity:
                continue
            if about == (indicator.code, self.period.first, self.period.last):
                known[figure.source, figure.unit, figure.captured_at] = figure
        heard = [one for one in known.values() if one.captured_at.date() <= self.as_of and one.scope in scopes]
        if carried:
            heard = [one for one in heard if not with_all_below(self.tree, identity, one, indicator)]
        found: Figure | None = None
        for source in sorted({figure.source for figure in heard}):
            last = max((one for one in heard if one.source == source), key=lambda one: one.captured_at)
            if found is None or rank(last) > rank(found):
                found = last
        return found

    def total(self, unit: Unit, indicator: Indicator, scope: str) -> Sum:
        """The unit's own figure, else the sum of those directly below it and of the past units it holds."""
        snapshot = self.tree.on(self.judged_on)
        below = [snapshot.units[code] for code in snapshot.children(unit.code)]
        scopes = (scope, "" if scope == indicator.scope else scope) if below else ANY
        own = self.spoken(unit.identity, indicator, scopes)
        if own is not None:
            return Sum(n=own.numerator, d=own.denominator, captured=(own.captured_at, own.captured_at))
        if below and scope == "own":
            return Sum()
        parts = [self.total(child, indicator, "subtree") for child in below]
        past = [(code, figure) for code, figure in self.held(unit, indicator) if figure is not None]
        carried = [
            Sum(n=one.numerator, d=one.denominator, captured=(one.captured_at, one.captured_at)) for _, one in past
        ]
        data = [part for part in (*parts, *carried) if part.n is not None]
        if not data:
            return Sum(units=(0, len(parts)) if parts else None)
        moments = [moment for part in data for moment in part.captured or ()]
        return Sum(
            n=sum(part.n or 0 for part in data),
            d=None if indicator.shape == "count" else sum(part.d or 0 for part in data),
            units=(sum(part.whole for part in (*parts, *carried)), len(parts) + len(carried)) if parts else None,
            carried=tuple(code for code, _ in past),
            captured=(min(moments), max(moments)),
        )

    def held(self, unit: Unit, indicator: Indicator) -> list[tuple[str, Figure | None]]:
        """The figures of the past units it holds, each unit once; of one that stood above others, only its own part."""
        found = {}
        for past in self.tree.units:
            if self.tree.stretch(past.identity, self.judged_on) is not None or past.identity in found:
                continue
            if self.tree.holder(past, self.judged_on).identity == unit.identity:
                last = self.tree.life(past.identity)[-1]
                found[past.identity] = last.code, self.spoken(past.identity, indicator, ANY, carried=True)
        return list(found.values())


def with_all_below(tree: Tree, identity: str, figure: Figure, indicator: Indicator) -> bool:
    """Whether a figure is about others too: who stood below on its own day, or the nearest of its life."""
    life = tree.life(identity)
    day = max(own_day(figure), life[0].begins or date.min)
    if life[-1].ends is not None:
        day = min(day, life[-1].ends - timedelta(days=1))
    stretch = tree.stretch(identity, day)
    assert stretch is not None
    return (figure.scope or indicator.scope) == "subtree" and bool(tree.on(day).children(stretch.code))


def stood_above_others(tree: Tree, unit: Unit) -> bool:
    """Whether anybody ever stood below a stretch of the unit."""
    return any(
        other.parent == stretch.code
        and (other.begins or date.min) < (stretch.ends or date.max)
        and (stretch.begins or date.min) < (other.ends or date.max)
        for stretch in tree.life(unit.identity)
        for other in tree.units
    )


def said(tally: Tally) -> Sum:
    return Sum(
        n=tally.numerator,
        d=tally.denominator,
        units=tally.units,
        carried=tuple(sorted(tally.carried)),
        captured=tally.captured,
    )


def tallies(tree: Tree, arrivals: Sequence[Figure], of: Period, as_of: date) -> Tallies:
    return Tallies(tree, Figures(arrivals, tree.look_up), of, as_of)


@given(reported(), st.lists(days(), min_size=3, max_size=3, unique=True))
def test_the_figure_of_every_unit_is_the_one_the_pages_say(
    world: tuple[Tree, list[Figure]], as_of_days: list[date]
) -> None:
    tree, arrivals = world
    for of, as_of in product(map(period, ("2024-9M", "2024-H1")), as_of_days):
        quick = tallies(tree, arrivals, of, as_of)
        letter = Letter(tree=tree, arrivals=arrivals, period=of, as_of=as_of)
        for unit in tree.on(letter.judged_on).units.values():
            for indicator, scope in product(INDICATORS, ("own", "subtree")):
                expected = letter.total(unit, indicator, scope)
                expected = replace(expected, carried=tuple(sorted(expected.carried)))
                assert said(quick.tally(unit, indicator, indicator.default, scope)) == expected


# Sums


@st.composite
def of_the_lowest(draw: st.DrawFn) -> tuple[Tree, list[Figure]]:
    """A province and figures about units that never stood above others: what above them is only their sum."""
    tree = draw(trees())
    lowest = [unit for unit in tree.units if not stood_above_others(tree, unit)]
    codes = sorted({unit.code for unit in lowest} - {unit.code for unit in tree.units if unit not in lowest})
    return tree, draw(st.lists(figures(codes, spans=["2024-9M"]), min_size=3, max_size=20)) if codes else []


def roots_total(
    tree: Tree, arrivals: Sequence[Figure], of: Period, as_of: date, indicator: Indicator
) -> tuple[int, int]:
    quick = tallies(tree, arrivals, of, as_of)
    found = [quick.tally(root, indicator, indicator.default, "subtree") for root in tree.on(quick._judged_on).roots]
    return sum(tally.numerator or 0 for tally in found), sum(tally.denominator or 0 for tally in found)


@given(of_the_lowest(), days())
def test_the_top_of_a_province_is_the_sum_of_what_speaks_for_each_unit_once_also_of_merged_ones(
    world: tuple[Tree, list[Figure]], as_of: date
) -> None:
    tree, arrivals = world
    of = period("2024-9M")
    letter = Letter(tree=tree, arrivals=arrivals, period=of, as_of=as_of)
    for indicator in INDICATORS:
        speaking = [
            letter.spoken(identity, indicator, ANY) for identity in sorted({unit.identity for unit in tree.units})
        ]
        heirs = list(tree.on(letter.judged_on).units.values())
        superseded = {
            figure
            for unit in heirs
            if letter.spoken(unit.identity, indicator, ANY)
            for _, figure in letter.held(unit, indicator)
        }
        counted = [figure for figure in speaking if figure is not None and figure not in superseded]
        expected = sum(one.numerator for one in counted), sum(one.denominator or 0 for one in counted)
        assert roots_total(tree, arrivals, of, as_of, indicator) == expected


@given(of_the_lowest(), days(), st.data())
def test_what_a_past_unit_above_others_reported_with_all_below_is_not_added_to_what_those_report(
    world: tuple[Tree, list[Figure]], as_of: date, data: st.DataObject
) -> None:
    tree, arrivals = world
    of = period("2024-9M")
    past = {unit.identity: unit for unit in tree.units if tree.stretch(unit.identity, min(as_of, of.last)) is None}
    if past:
        figure = data.draw(figures(sorted(unit.code for unit in past.values()), spans=[of.name]))
        meant, indicator = tree.look_up(figure.unit, own_day(figure)), CATALOGUE[figure.indicator]
        assert meant is not None
        if meant[0].identity in past and with_all_below(tree, meant[0].identity, figure, indicator):
            with_it = roots_total(tree, [*arrivals, figure], of, as_of, indicator)
            assert with_it == roots_total(tree, arrivals, of, as_of, indicator)


@given(of_the_lowest(), days())
def test_a_unit_with_nobody_below_has_one_figure_whatever_the_scope(
    world: tuple[Tree, list[Figure]], as_of: date
) -> None:
    tree, arrivals = world
    quick = tallies(tree, arrivals, period("2024-9M"), as_of)
    snapshot = tree.on(min(as_of, period("2024-9M").last))
    for unit in snapshot.units.values():
        if not snapshot.children(unit.code):
            for indicator in INDICATORS:
                own, subtree = (quick.tally(unit, indicator, indicator.default, scope) for scope in ("own", "subtree"))
                assert said(own) == said(subtree)


@given(reported(), st.randoms(use_true_random=False), days())
def test_the_order_in_which_figures_arrive_changes_nothing_but_for_two_of_one_moment(
    world: tuple[Tree, list[Figure]], random: object, as_of: date
) -> None:
    tree, arrivals = world
    once = list({figure.record: figure for figure in arrivals}.values())
    shuffled = list(once)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    of = period("2024-9M")
    first, second = tallies(tree, once, of, as_of), tallies(tree, shuffled, of, as_of)
    for unit in tree.on(min(as_of, of.last)).units.values():
        for indicator in INDICATORS:
            ours = said(first.tally(unit, indicator, indicator.default))
            assert said(second.tally(unit, indicator, indicator.default)) == ours


# Shown


def answers(level: Level, figure: Fraction) -> bool:
    """The comparison with a rational number, written down anew."""
    asked = Fraction(level.digits)
    return {">=": figure >= asked, "<=": figure <= asked, "=": figure == asked}[level.operator]


SHARES = st.integers(1, 40_000).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d)))
NEAR = st.tuples(st.integers(1, 40_000), st.integers(0, 10_000), st.integers(-1, 1)).map(
    lambda drawn: (min(max(drawn[0] * drawn[1] // 10_000 + drawn[2], 0), drawn[0]), drawn[0])
)


@st.composite
def per_cents(draw: st.DrawFn) -> Level:
    decimals = draw(st.sampled_from([0, 1, 2, 4, 5]))
    value = draw(st.integers(0, 100 * 10**decimals))
    whole, rest = divmod(value, 10**decimals)
    text = f"{whole},{rest:0{decimals}d}" if decimals else f"{whole}"
    found = read_level(f"{draw(st.sampled_from(['>=', '<=', '=']))} {text} %")
    assert isinstance(found, Level)
    return found


@given(SHARES | NEAR, per_cents())
@example((32_333, 33_333), read_level(">= 97 %"))  # type: ignore[arg-type]
@example((19_999, 20_000), read_level("= 100 %"))  # type: ignore[arg-type]
def test_the_figure_shown_answers_the_target_as_the_exact_one_does(share: tuple[int, int], level: Level) -> None:
    n, d = share
    text = shown(n, d, level, "percent")
    assert text is not None and text.endswith(" %")
    seen = Fraction(text.removesuffix(" %").replace(".", "").replace(",", "."))
    exact = Fraction(100 * n, d)
    assert answers(level, seen) == answers(level, exact) == reached(level, n, d)
    decimals = max(2, level.decimals)
    assert len(text.partition(",")[2]) == decimals + 2
    assert abs(seen - exact) < Fraction(1, 10**decimals)
