"""A table in any width: no word is lost, no number broken, and numbers stand under each other."""

from collections import Counter
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from chitieu.cli.table import INDENT, Column, Layout, laid_out, long, wrapped

WORDS = st.text(st.sampled_from("aăbcđeưộ漢\u0301-/"), min_size=1, max_size=14)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
NUMBERS = st.integers(0, 10**9).map(lambda value: f"{value:,}".replace(",", "."))
COLUMNS = (
    Column(key="unit", heading="", flexible=True),
    Column(key="n", heading="", side="right"),
    Column(key="d", heading="", side="right"),
    Column(key="verdict", heading=""),
    Column(key="note", heading="", flexible=True),
)
HEADS = ("đơn vị", "n", "d", "kết quả", "ghi chú")
ROWS = st.lists(st.tuples(TEXTS, NUMBERS, NUMBERS, TEXTS, TEXTS), min_size=1, max_size=4)


def printed(layout: Layout, rows: list[tuple[str, ...]]) -> list[str]:
    return [*layout.head(), *(line for row in rows for line in layout.row(row))]


@given(ROWS, st.integers(20, 160))
def test_nothing_is_lost_and_no_number_is_broken(rows: list[tuple[str, ...]], room: int) -> None:
    lines = printed(laid_out(rows, HEADS, COLUMNS, room), rows)
    shown, given_in = (Counter("".join(texts).replace(" ", "")) for texts in (lines, [*chain(*rows)]))
    assert given_in <= shown
    words = set(" ".join(lines).split())
    assert all({row[1], row[2]} <= words for row in rows)


@given(ROWS, st.integers(40, 160))
def test_no_line_is_longer_than_the_terminal_where_the_numbers_fit(rows: list[tuple[str, ...]], room: int) -> None:
    for line in printed(laid_out(rows, HEADS, COLUMNS, room), rows):
        assert long(line) <= room, line


@given(ROWS, st.integers(40, 160))
def test_numbers_of_a_column_end_under_each_other(rows: list[tuple[str, ...]], room: int) -> None:
    layout = laid_out(rows, HEADS, COLUMNS, room)
    assert {1, 2} <= set(layout.beside)
    for at in (1, 2):
        before = [column for column in layout.beside if column < at]
        ends = sum(layout.widths[column] + 2 for column in before) + layout.widths[at]
        ends += len(INDENT) if layout.first is not None else 0
        first = 1 if layout.first is None else len(wrapped(HEADS[0], room)) + 1
        for row in rows:
            line = list(layout.row(row))[first - 1 if layout.first is None else len(wrapped(row[0], room))]
            shown, taken = "", 0
            for sign in line:
                taken += long(sign)
                if taken <= ends:
                    shown += sign
            assert shown.split()[-1] == row[at]


@given(TEXTS, st.integers(2, 40))
def test_wrapping_keeps_the_text_and_the_width(text: str, room: int) -> None:
    lines = wrapped(text, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(long(line) <= room for line in lines)


def test_a_letter_of_east_asia_takes_two_places_and_a_mark_none() -> None:
    assert wrapped("漢漢 漢漢", 5) == ["漢漢", "漢漢"]
    assert wrapped("a\u0301a\u0301 a\u0301a\u0301", 5) == ["a\u0301a\u0301 a\u0301a\u0301"]


def test_what_does_not_fit_beside_the_numbers_stands_on_lines_of_its_own() -> None:
    row = ("H44.131 UBND xã Vĩnh Chân", "1.542", "1.592", "Chưa đạt", "408 hồ sơ đúng hạn liên tiếp")
    assert printed(laid_out([row], HEADS, COLUMNS, 100), [row])[1:] == [
        "H44.131 UBND xã Vĩnh Chân  1.542  1.592  Chưa đạt  408 hồ sơ đúng hạn liên tiếp"
    ]
    assert printed(laid_out([row], HEADS, COLUMNS, 30), [row])[1:] == [
        "      n      d  kết quả",
        "H44.131 UBND xã Vĩnh Chân",
        "  1.542  1.592  Chưa đạt",
        "  ghi chú: 408 hồ sơ đúng hạn",
        "  liên tiếp",
    ]
