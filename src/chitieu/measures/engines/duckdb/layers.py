"""A SELECT in layers: each adds columns that name those of the layers below, so that nothing is reckoned twice."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chitieu.measures.engines.duckdb.running import quoted

Depth = tuple[int, int]

_NAMES = re.compile(r"""'(?:[^']|'')*'|("(?:[^"]|"")*")""")
"""Names as they stand in an expression, in marks; in a text they are none."""


def names(expression: str) -> list[str]:
    """The columns that an expression names, as they stand in it."""
    return [name for name in _NAMES.findall(expression) if name]


class Layers:
    """Columns by layer, a greater depth being above a smaller one, over those of a source at the bottom."""

    def __init__(self) -> None:
        self._layers: dict[Depth, dict[str, str]] = {}
        self._made: dict[tuple[Depth, str], str] = {}

    def name(self, depth: Depth, name: str, expression: str) -> None:
        """A column of that name in the layer."""
        self._layers.setdefault(depth, {})[quoted(name)] = expression

    def put(self, depth: Depth, expression: str) -> str:
        """The column of an expression in the layer, made once however often it is asked for."""
        if (depth, expression) not in self._made:
            name = f"{depth[0]}.{depth[1]}.{len(self._layers.get(depth, ()))}"
            self.name(depth, name, expression)
            self._made[depth, expression] = quoted(name)
        return self._made[depth, expression]

    def above(self, source: Mapping[str, str], rows: str, top: Mapping[str, str]) -> str:
        """The columns `top` above all layers, over the columns `source` of `rows`: each layer with what is needed."""
        levels = [dict(top), *(self._layers[depth] for depth in sorted(self._layers, reverse=True)), dict(source)]
        wanted = set(top)
        selects = []
        for place, level in enumerate(levels):
            own = {name: expression for name, expression in level.items() if name in wanted}
            passed = sorted(wanted - own.keys())
            through = ["*"] if 0 < place < len(levels) - 1 else passed
            if own or place == 0:
                selects.append(", ".join([*through, *(f"{expression} AS {name}" for name, expression in own.items())]))
            wanted = {*passed, *(name for expression in own.values() for name in names(expression))}
        found = rows
        for select in reversed(selects):
            found = f"(SELECT {select} FROM {found})"
        return found[1:-1]
