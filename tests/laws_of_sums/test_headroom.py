"""Headroom is exact: one more breaks it, one less is not enough. A figure shown answers as the exact one does."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from chitieu.acts.level import Level
from chitieu.standings.headroom import headroom, say_headroom
from chitieu.standings.shown import shown
from chitieu.standings.verdict import reached

FAR = 10**30


@st.composite
def ratios(draw: st.DrawFn) -> tuple[Level, int, int]:
    """A level in per cent and a figure n of d, often close to the level."""
    decimals = draw(st.integers(0, 6))
    steps = draw(
        st.one_of(st.integers(0, 100).map(lambda whole: whole * 10**decimals), st.integers(0, 10 ** (decimals + 2)))
    )
    whole, rest = divmod(steps, 10**decimals)
    digits = f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)
    level = Level(operator=draw(st.sampled_from([">=", "<=", "="])), digits=digits, measure="percent")
    d = draw(st.one_of(st.integers(1, 40), st.integers(1, 10**7)))
    near = d * steps // 10 ** (decimals + 2)
    n = draw(st.one_of(st.integers(0, d), st.integers(max(0, near - 2), min(d, near + 2))))
    return level, n, d


def answers(level: Level, n: int, d: int) -> bool:
    """The comparison said a second time, in fractions."""
    figure, asked = Fraction(100 * n, d), Fraction(level.digits)
    return {">=": figure >= asked, "<=": figure <= asked, "=": figure == asked}[level.operator]


@given(ratios())
def test_a_ratio_is_compared_exactly(case: tuple[Level, int, int]) -> None:
    level, n, d = case
    assert reached(level, n, d) is answers(level, n, d)


@given(ratios(), st.booleans())
def test_headroom_of_records_to_come_is_exact(case: tuple[Level, int, int], final: bool) -> None:
    level, n, d = case
    room = headroom(level, n, d, fixed=False, final=final)
    if level.operator == "=" and Fraction(level.digits) != 100:
        assert room is None
        return
    assert room is not None
    bad = 1 if level.operator == "<=" else 0  # a record that fails stands in n where less is better
    if answers(level, n, d):
        k = room["can_still_fail"]
        if k is None:
            assert answers(level, n + bad * FAR, d + FAR)
        else:
            assert k >= 0
            assert answers(level, n + bad * k, d + k), "k may fail"
            assert not answers(level, n + bad * (k + 1), d + k + 1), "one more breaks it"
    else:
        k, good = room["needs"], 1 - bad
        assert room["possible"] is (k is not None and not final)
        if k is None:
            assert not answers(level, n + good * FAR, d + FAR)
        else:
            assert k >= 1
            assert answers(level, n + good * k, d + k), "k are enough"
            assert not answers(level, n + good * (k - 1), d + k - 1), "one less is not"


@given(ratios(), st.booleans())
def test_headroom_of_a_fixed_population_is_exact_and_stays_inside_it(case: tuple[Level, int, int], final: bool) -> None:
    level, n, d = case
    room = headroom(level, n, d, fixed=True, final=final)
    if level.operator == "=" and Fraction(level.digits) != 100:
        assert room is None
        return
    assert room is not None
    if answers(level, n, d):
        k = room["can_still_fail"]
        if level.operator == "<=":
            assert k is not None
            assert 0 <= k <= d - n
            assert answers(level, n + k, d)
            assert k == d - n or not answers(level, n + k + 1, d)
        else:
            assert k is None
            assert answers(level, d, d), "n only grows"
    else:
        k = room["needs"]
        assert room["possible"] is (k is not None and not final)
        if level.operator == "<=":
            assert k is None
        else:
            assert k is not None
            assert 1 <= k <= d - n
            assert answers(level, n + k, d)
            assert not answers(level, n + k - 1, d)


@given(
    st.sampled_from([">=", "<="]),
    st.integers(0, 50),
    st.sampled_from(["", ".0", ".5", ".25"]),
    st.integers(0, 60),
)
def test_headroom_of_a_count_is_exact(sign: str, whole: int, tail: str, n: int) -> None:
    level = Level(operator=">=" if sign == ">=" else "<=", digits=f"{whole}{tail}", measure="count")
    room = headroom(level, n, None, fixed=False, final=False)
    assert room is not None
    if not reached(level, n, None):
        k = room["needs"]
        assert (k is None) is (sign == "<=")
        assert k is None or (reached(level, n + k, None) and not reached(level, n + k - 1, None))
    else:
        k = room["can_still_fail"]
        assert (k is None) is (sign == ">=")
        assert k is None or (reached(level, n + k, None) and not reached(level, n + k + 1, None))


@given(ratios(), st.booleans(), st.booleans())
def test_headroom_can_always_be_said(case: tuple[Level, int, int], fixed: bool, final: bool) -> None:
    level, n, d = case
    room = headroom(level, n, d, fixed=fixed, final=final)
    said = say_headroom(room, noun="hồ sơ", level=level, fixed=fixed, final=final)
    assert bool(said) is (room is not None)


def as_number(text: str) -> Decimal:
    assert text.endswith(" %")
    return Decimal(text.removesuffix(" %").replace(".", "").replace(",", "."))


@given(ratios())
def test_the_figure_shown_answers_the_target_as_the_exact_one_does(case: tuple[Level, int, int]) -> None:
    level, n, d = case
    text = shown(n, d, level, "percent")
    assert text is not None
    figure, exact, asked = Fraction(as_number(text)), Fraction(100 * n, d), Fraction(level.digits)
    decimals = max(2, level.decimals)
    assert len(text.removesuffix(" %").partition(",")[2]) == decimals
    shown_answers = {">=": figure >= asked, "<=": figure <= asked, "=": figure == asked}[level.operator]
    assert shown_answers is answers(level, n, d)
    assert abs(figure - exact) * 10**decimals < 1, "never further than one step away"


@given(ratios())
def test_without_a_target_a_figure_is_rounded_half_up(case: tuple[Level, int, int]) -> None:
    _, n, d = case
    text = shown(n, d, None, "percent")
    assert text is not None
    distance = (Fraction(as_number(text)) - Fraction(100 * n, d)) * 100
    assert Fraction(-1, 2) < distance <= Fraction(1, 2)


@given(ratios())
def test_the_figure_is_turned_only_where_half_up_would_answer_differently(case: tuple[Level, int, int]) -> None:
    level, n, d = case
    assume(level.decimals <= 2)
    half_up, with_level = shown(n, d, None, "percent"), shown(n, d, level, "percent")
    assert half_up is not None
    figure = Fraction(as_number(half_up))
    if answers(level, figure.numerator, 100 * figure.denominator) == answers(level, n, d):
        assert with_level == half_up
    else:
        assert with_level != half_up
