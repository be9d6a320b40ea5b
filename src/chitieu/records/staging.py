"""Staging: a folder in the lake where a file is worked on before it is delivered, and the connection that works there.

Nothing in it is named by the register; what a killed import left there is cleared by the next one.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chitieu.problem import Problem, Weight, problem
from chitieu.records import cells_in_sql
from chitieu.records.opened import target

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = ".staging"
MEMORY = 150
"""Megabytes the connection may use for each of its threads; more is written out beside the file that is worked on."""
WRITING = 320
"""Megabytes it may for each thread while it writes in order. It takes far less, but below eight for each column it lets
one thread wait for the other."""
MOST_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """A folder of one import, and its connection."""

    folder: Path
    connection: DuckDBPyConnection

    def path(self, name: str) -> Path:
        """A file of this import."""
        return self.folder / name

    @contextmanager
    def writing(self) -> Iterator[DuckDBPyConnection]:
        """The connection, with the memory it wants to write in order with all its threads."""
        self.connection.execute(f"SET memory_limit = '{WRITING * _threads()}MB'")
        try:
            yield self.connection
        finally:
            self.connection.execute(f"SET memory_limit = '{MEMORY * _threads()}MB'")

    def write(self, query: str, into: Path) -> None:
        """The answer of a query as a Parquet file, in its order; an OSError where it cannot be written."""
        import duckdb

        try:
            self.connection.execute(f"COPY ({query}) TO {target(into)} (FORMAT parquet, COMPRESSION zstd)")
        except duckdb.IOException as fault:
            raise OSError(str(fault)) from fault


@contextmanager
def staging(lake: Path) -> Iterator[Staging | Problem]:
    """A folder of one's own while it is open, gone at the end; or the problem why there is none."""
    from filelock import FileLock

    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    try:
        (lake / FOLDER).mkdir(parents=True, exist_ok=True)
        held = FileLock(lake / FOLDER / f"{name}.lock")
        held.acquire()  # before the folder is there: a folder that nobody holds was left by the dead
    except OSError:
        yield problem("LAKE-NOT-WRITTEN", file=str(lake), weight=Weight.DAMAGED)
        return
    folder = lake / FOLDER / name
    try:
        clear(lake)
        folder.mkdir()
        connection = connected(folder / "spill")
        try:
            yield Staging(folder=folder, connection=connection)
        finally:
            connection.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        (lake / FOLDER / f"{name}.lock").unlink(missing_ok=True)
        held.release()
        with suppress(OSError):  # others work there
            (lake / FOLDER).rmdir()


def clear(lake: Path) -> None:
    """Remove what killed imports left."""
    from filelock import FileLock, Timeout

    for folder in sorted((lake / FOLDER).iterdir()):
        if not folder.is_dir():
            continue
        lock = lake / FOLDER / f"{folder.name}.lock"
        with suppress(Timeout), FileLock(lock, timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)


def _threads() -> int:
    return min(os.cpu_count() or 1, MOST_THREADS)


def connected(spill: Path) -> DuckDBPyConnection:
    """A connection of one's own, in bounded memory, that fetches nothing from anywhere, with the macros of cells."""
    import duckdb

    connection = duckdb.connect(
        config={
            "threads": _threads(),
            "memory_limit": f"{MEMORY * _threads()}MB",
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    connection.execute("SET enable_progress_bar = false")  # it would write into the answer of a command
    for macro in cells_in_sql.MACROS:
        connection.execute(f"CREATE TEMP MACRO {macro}")
    return connection
