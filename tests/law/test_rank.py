"""The law of ranks: exact ratios, equal ones share a place, few records have none."""

import pytest

from chitieu.standings.rank import Entry, ranks


def entry(
    unit: str,
    n: int,
    d: int | None,
    *,
    less_is_better: bool = False,
    ranked: bool = True,
    asks_denominator: bool = True,
) -> Entry[str]:
    return Entry(
        key=unit,
        numerator=n,
        denominator=d,
        less_is_better=less_is_better,
        ranked=ranked,
        asks_denominator=asks_denominator,
    )


def test_equal_ratios_share_a_place_and_the_next_one_is_skipped() -> None:
    table = [entry("a", 30, 40), entry("b", 99, 100), entry("c", 75, 100), entry("d", 1, 50)]
    assert ranks(table, 30) == {"a": (2, 4), "b": (1, 4), "c": (2, 4), "d": (4, 4)}


def test_ratios_that_print_alike_are_told_apart() -> None:
    table = [entry("a", 32_333, 33_333), entry("b", 97, 100)]
    assert ranks(table, 30) == {"a": (2, 2), "b": (1, 2)}


def test_ratios_beyond_the_precision_of_a_float_are_told_apart() -> None:
    table = [entry("a", 10**17 + 1, 10**17 + 2), entry("b", 10**17, 10**17 + 1)]
    assert ranks(table, 30) == {"a": (1, 2), "b": (2, 2)}


def test_where_less_is_better_the_lowest_comes_first() -> None:
    table = [entry("a", 3, 100, less_is_better=True), entry("b", 1, 100, less_is_better=True)]
    assert ranks(table, 30) == {"a": (2, 2), "b": (1, 2)}


def test_below_the_least_denominator_a_unit_is_listed_without_a_place_and_not_counted() -> None:
    table = [entry("a", 29, 29), entry("b", 15, 30), entry("c", 90, 100)]
    assert ranks(table, 30) == {"a": None, "b": (2, 2), "c": (1, 2)}


def test_counts_and_closed_populations_are_not_asked_for_a_least_denominator() -> None:
    counts = [entry("a", 3, None), entry("b", 5, None), entry("c", 0, None)]
    assert ranks(counts, 30) == {"a": (2, 3), "b": (1, 3), "c": (3, 3)}
    fixed = [entry("a", 2, 4, asks_denominator=False), entry("b", 3, 4, asks_denominator=False)]
    assert ranks(fixed, 30) == {"a": (2, 2), "b": (1, 2)}


def test_what_is_not_ranked_has_no_place() -> None:
    table = [entry("a", 40, 40, ranked=False), entry("b", 30, 40)]
    assert ranks(table, 30) == {"a": None, "b": (1, 1)}


def test_a_unit_without_a_case_has_no_ratio_and_no_place() -> None:
    assert ranks([entry("a", 0, 0, asks_denominator=False), entry("b", 1, 1, asks_denominator=False)], 0) == {
        "a": None,
        "b": (1, 1),
    }


def test_no_order_holds_between_two_directions_or_between_counts_and_ratios() -> None:
    table = [entry("a", 90, 100), entry("b", 1, 100, less_is_better=True), entry("c", 7, None)]
    assert ranks(table, 30) == {"a": (1, 1), "b": (1, 1), "c": (1, 1)}


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
def test_the_order_of_the_rows_changes_no_place(order: list[int]) -> None:
    table = [entry("a", 30, 40), entry("b", 99, 100), entry("c", 75, 100), entry("d", 1, 50)]
    shuffled = ranks([table[place] for place in order], 30)
    assert shuffled == ranks(table, 30)
    assert list(shuffled) == [table[place].key for place in order]
