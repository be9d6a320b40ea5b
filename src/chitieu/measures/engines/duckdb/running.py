"""One embedded database for one job: in memory, without extensions, without what lies outside the job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

THREADS = 2


@contextmanager
def opened(threads: int = THREADS) -> Iterator[DuckDBPyConnection]:
    """A connection that knows nothing yet."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
        "preserve_insertion_order": "false",
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.execute("SET enable_progress_bar = false")
        yield connection


def quoted(name: str) -> str:
    """A name of a column or table."""
    return '"' + name.replace('"', '""') + '"'
