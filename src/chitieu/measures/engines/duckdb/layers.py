"""A SELECT in layers: each adds columns that name those of the layers below, so that nothing is reckoned twice."""

from __future__ import annotations

from collections.abc import Mapping

from chitieu.measures.engines.duckdb.running import quoted


class Layers:
    """Layers above `source`, a FROM clause with its select list."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._layers: dict[int, dict[str, str]] = {}

    def name(self, depth: int, name: str, expression: str) -> None:
        """A column of that name in the layer."""
        self._layers.setdefault(depth, {})[expression] = quoted(name)

    def put(self, depth: int, expression: str) -> str:
        """The column of an expression in the layer, made once however often it is asked for."""
        layer = self._layers.setdefault(depth, {})
        return layer.setdefault(expression, quoted(f"{depth}.{len(layer)}"))

    def select(self, top: Mapping[str, str]) -> str:
        """The whole, with only the columns `top` by name above all layers."""
        found = self._source
        for depth in sorted(self._layers):
            columns = ", ".join(f"{expression} AS {name}" for expression, name in self._layers[depth].items())
            found = f"SELECT *, {columns} FROM ({found})"
        return f"SELECT {', '.join(f'{expression} AS {name}' for name, expression in top.items())} FROM ({found})"
