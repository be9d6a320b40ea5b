"""Levels: read back as written; what satisfies a floor never lets through a figure that the floor refuses."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from chitieu.acts.level import Level, Measure, Operator, fits, more_demanding, read, satisfies, say, write
from chitieu.problem import Problem
from chitieu.standings.verdict import reached

SIGNS: list[Operator] = [">=", "<=", "="]


@st.composite
def numbered(draw: st.DrawFn, measure: Measure | None = None, sign: Operator | None = None) -> Level:
    measure = measure or draw(st.sampled_from(("percent", "count", "days")))
    decimals = draw(st.integers(0, 6))
    whole = draw(st.one_of(st.integers(0, 100), st.integers(0, 100 if measure == "percent" else 999_999_999)))
    tail = (
        "0" * decimals
        if measure == "percent" and whole == 100
        else f"{draw(st.integers(0, 10**decimals - 1)):0{decimals}d}"
    )
    return Level(
        operator=sign or draw(st.sampled_from(SIGNS)),
        digits=f"{whole}.{tail}" if decimals else str(whole),
        measure=measure,
    )


def days() -> st.SearchStrategy[Level]:
    return st.dates(date(1, 1, 1), date(9999, 12, 31)).map(lambda day: Level(operator="by", measure="day", day=day))


REGULAR = Level(operator="regular", measure="duty")
NONE = Level(operator="none", measure="none")
every_level = st.one_of(numbered(), days(), st.just(REGULAR), st.just(NONE))


@given(every_level)
def test_a_level_written_is_read_back_the_same(level: Level) -> None:
    assert read(write(level)) == level
    assert say(level)


@given(st.text(max_size=30) | st.text(alphabet="<>=≥≤ 0123456789.,%-xbydanos", max_size=14))
def test_any_text_is_a_level_that_reads_back_or_a_problem_that_says_what_to_write(text: str) -> None:
    found = read(text)
    if isinstance(found, Problem):
        assert found.says
        assert found.fix
    else:
        assert read(write(found)) == found


small_percents = st.one_of(
    numbered("percent"),
    st.builds(
        lambda sign, number: Level(operator=sign, digits=number, measure="percent"),
        st.sampled_from(SIGNS),
        st.sampled_from(["0", "25", "33.3", "50", "50.0", "66.67", "75", "99.99", "100"]),
    ),
)


@given(small_percents, small_percents)
def test_a_value_that_satisfies_its_floor_lets_no_ratio_through_that_the_floor_refuses(
    value: Level, floor: Level
) -> None:
    # The value itself, taken as a figure, is the least demanding one that reaches it.
    edge = (value.numerator, 100 * value.denominator)
    figures = [edge, *((n, d) for d in range(1, 13) for n in range(d + 1))]
    let_through = all(reached(floor, n, d) for n, d in figures if reached(value, n, d))
    if satisfies(value, floor):
        assert let_through
    elif value.operator in (floor.operator, "="):
        assert not let_through, "a value that asks as much is not refused"


small_counts = st.builds(
    lambda sign, number: Level(operator=sign, digits=str(number), measure="count"),
    st.sampled_from(SIGNS),
    st.integers(0, 12),
)


@given(small_counts, small_counts)
def test_a_value_that_satisfies_its_floor_lets_no_count_through_that_the_floor_refuses(
    value: Level, floor: Level
) -> None:
    let_through = all(reached(floor, n, None) for n in range(40) if reached(value, n, None))
    if satisfies(value, floor):
        assert let_through
    elif value.operator in (floor.operator, "="):
        assert not let_through


def of_unit(unit: str) -> st.SearchStrategy[Level]:
    close = st.builds(
        lambda sign, number: Level(operator=sign, digits=number, measure="percent" if unit == "percent" else "count"),
        st.sampled_from(SIGNS),
        st.sampled_from(["0", "1", "2", "2.0", "3"]),
    )
    levels = {
        "percent": st.one_of(close, numbered("percent")),
        "count": st.one_of(close, numbered("count")),
        "days": numbered("days"),
        "day": days(),
        "duty": st.one_of(close.filter(lambda level: fits(level, "duty")), days(), st.just(REGULAR)),
    }[unit]
    return st.one_of(levels, st.just(NONE))


@given(
    st.sampled_from(["percent", "count", "days", "day", "duty"]).flatmap(
        lambda unit: st.tuples(of_unit(unit), of_unit(unit), of_unit(unit))
    )
)
def test_a_chain_of_cascades_never_sinks_below_the_first_floor(chain: tuple[Level, Level, Level]) -> None:
    last, middle, first = chain
    assert satisfies(last, last), "a level satisfies itself"
    if satisfies(last, middle) and satisfies(middle, first):
        assert satisfies(last, first)
    if not first.is_none:
        assert not satisfies(NONE, first)


@given(
    st.sampled_from([">=", "<="]).flatmap(lambda sign: st.tuples(numbered("percent", sign), numbered("percent", sign)))
)
def test_the_more_demanding_of_two_satisfies_both(pair: tuple[Level, Level]) -> None:
    more = more_demanding(*pair)
    assert all(satisfies(more, level) for level in pair)
    assert more in pair
