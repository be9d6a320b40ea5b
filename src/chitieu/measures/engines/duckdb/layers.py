"""A SELECT in layers: each adds columns that name those of the layers below, so that nothing is reckoned twice."""

from __future__ import annotations

from collections.abc import Mapping

from chitieu.measures.engines.duckdb.running import quoted

Depth = tuple[int, int]


class Layers:
    """Layers above a SELECT; a greater depth is above a smaller one."""

    def __init__(self) -> None:
        self._layers: dict[Depth, dict[str, str]] = {}

    def name(self, depth: Depth, name: str, expression: str) -> None:
        """A column of that name in the layer."""
        self._layers.setdefault(depth, {})[expression] = quoted(name)

    def put(self, depth: Depth, expression: str) -> str:
        """The column of an expression in the layer, made once however often it is asked for."""
        layer = self._layers.setdefault(depth, {})
        return layer.setdefault(expression, quoted(f"{depth[0]}.{depth[1]}.{len(layer)}"))

    def above(self, source: str, top: Mapping[str, str]) -> str:
        """The whole above a SELECT, with only the columns `top` by name."""
        for depth in sorted(self._layers):
            columns = ", ".join(f"{expression} AS {name}" for expression, name in self._layers[depth].items())
            source = f"SELECT *, {columns} FROM ({source})"
        return f"SELECT {', '.join(f'{expression} AS {name}' for name, expression in top.items())} FROM ({source})"
