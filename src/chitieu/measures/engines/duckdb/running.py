"""The embedded database: one a process, in memory, without extensions; a job is a session of its own in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

THREADS = 2


@cache
def _database(threads: int) -> DuckDBPyConnection:
    """Empty, and stays so: what a session makes is temporary. To start one takes as long as to count 50.000 records."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
        "preserve_insertion_order": "false",
    }
    return duckdb.connect(":memory:", config=settings)


@contextmanager
def opened(threads: int = THREADS) -> Iterator[DuckDBPyConnection]:
    """A session that knows nothing yet."""
    with _database(threads).cursor() as session:
        session.execute("SET enable_progress_bar = false")
        # It writes the expressions of layers into each other: of ten layers a text longer than the memory holds.
        session.execute("SET disabled_optimizers = 'partial_aggregate_pushdown'")
        yield session


def quoted(name: str) -> str:
    """A name of a column or table."""
    return '"' + name.replace('"', '""') + '"'
