"""How a table is laid out in a given width. No text is cut and no number broken.

What does not fit beside the numbers is wrapped; what does not fit even so stands on a line of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

GAP, INDENT = "  ", "  "
NARROWEST = 12
"""A flexible column narrower than this is better read on a line of its own."""
LONGEST_WORD = 24
"""A longer word (a digest, a path) may be broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its key, its heading (a key of the catalogue), and its side: numbers stand right and are never broken.

    A `flexible` one gives way first where the line is too short; `title` is a heading that no catalogue has.
    """

    key: str
    heading: str = ""
    title: str = ""
    side: Literal["left", "right"] = "left"
    flexible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where each column of a table stands: `first` above the others, `beside` each other, `below` with its heading."""

    heads: Sequence[str]
    columns: Sequence[Column]
    room: int
    widths: Sequence[int]
    first: int | None
    beside: Sequence[int]
    below: Sequence[int]

    def head(self) -> Iterator[str]:
        """The lines of the heading."""
        yield from self._lines(self.heads, is_head=True)

    def row(self, cells: Sequence[str]) -> Iterator[str]:
        """The lines of one row."""
        yield from self._lines(cells, is_head=False)

    def _lines(self, cells: Sequence[str], *, is_head: bool) -> Iterator[str]:
        indent = INDENT if self.first is not None or self.below else ""
        if self.first is not None:
            yield from wrapped(cells[self.first], self.room)
        parts = [wrapped(cells[at], self.widths[at]) for at in self.beside]
        for number in range(max(map(len, parts), default=0)):
            line = GAP.join(
                _padded(part[number] if number < len(part) else "", self.widths[at], self.columns[at].side)
                for at, part in zip(self.beside, parts, strict=True)
            )
            yield (indent + line).rstrip()
        for at in self.below if not is_head else ():
            if cells[at]:
                text = f"{self.heads[at]}: {cells[at]}"
                yield from (indent + line for line in wrapped(text, self.room - len(indent)))


def laid_out(cells: Sequence[Sequence[str]], heads: Sequence[str], columns: Sequence[Column], room: int) -> Layout:
    """The layout for these cells in `room` columns of a terminal."""
    texts = [[heads[at], *(row[at] for row in cells)] for at in range(len(columns))]
    natural = [max(map(long, column)) for column in texts]
    least = [_least(column, texts[at], natural[at]) for at, column in enumerate(columns)]
    beside, below = list(range(len(columns))), list[int]()
    first: int | None = None
    # The first that may move is who or what the row is about; the others go from the right.
    movable = [at for at in beside if columns[at].flexible]
    movable = [*movable[:1], *reversed(movable[1:])]
    movable += [at for at in reversed(beside[1:]) if columns[at].side == "left" and at not in movable]
    while movable and _together(least, beside) > room - (len(INDENT) if first is not None or below else 0):
        at = movable.pop(0)
        beside.remove(at)
        if first is None:
            first = at
        else:
            below.append(at)
    over = _together(natural, beside) - (room - (len(INDENT) if first is not None else 0))
    widths = list(natural)
    for giving in (True, False):
        group = [at for at in beside if columns[at].side == "left" and columns[at].flexible is giving]
        while over > 0 and (loose := [at for at in group if widths[at] > least[at]]):
            widths[max(loose, key=lambda at: widths[at])] -= 1
            over -= 1
    return Layout(
        heads=heads, columns=columns, room=room, widths=widths, first=first, beside=beside, below=sorted(below)
    )


def long(text: str) -> int:
    """Columns of a terminal a text takes: a mark on a letter none, a letter of East Asia two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def wrapped(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` columns, broken at blanks, inside a word only where it is longer."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and long(line) + 1 + long(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
        while long(line) > room:
            cut = _cut(line, room)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line]


def _cut(line: str, room: int) -> int:
    """How many characters of a line fit, marks with their letter; one at least."""
    taken = 0
    for at, sign in enumerate(line):
        taken += long(sign)
        if taken > room:
            return max(at, 1)
    return len(line)


def _least(column: Column, texts: Sequence[str], natural: int) -> int:
    if column.side == "right":
        return natural
    word = max(long(word) for text in texts for word in text.split(" "))
    return min(natural, max(min(word, LONGEST_WORD), NARROWEST if column.flexible else 0))


def _together(widths: Sequence[int], beside: Sequence[int]) -> int:
    return sum(widths[at] for at in beside) + len(GAP) * (len(beside) - 1)


def _padded(text: str, room: int, side: Literal["left", "right"]) -> str:
    blank = " " * (room - long(text))
    return blank + text if side == "right" else text + blank
