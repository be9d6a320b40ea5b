"""Long work says on standard error that it goes on, and only to a person: never into a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from chitieu.standings.shown import number
from chitieu.words import say

MANY_ROWS = 50_000
MANY_BYTES = 8 * 1024 * 1024
"""Above either a file is long work; rows in a workbook cannot be counted from outside."""
STEP = 0.5
"""Seconds between two signs of life."""


@contextmanager
def working(file: str, data: bytes) -> Iterator[None]:
    """While a large file is worked on, one line at the terminal that counts the seconds and is gone at the end."""
    rows = data.count(b"\n")
    if (rows <= MANY_ROWS and len(data) <= MANY_BYTES) or not sys.stderr.isatty():
        yield
        return
    began = monotonic()
    with _counting(lambda: say("cli.working", file=file, rows=number(rows), seconds=int(monotonic() - began))):
        yield


@contextmanager
def _counting(text: Callable[[], str]) -> Iterator[None]:
    """One line at the terminal, written again and again, and gone at the end."""
    ended, terminal = Event(), sys.stderr

    def tell() -> None:
        while True:
            terminal.write(f"\r\x1b[K{text()}")
            terminal.flush()
            if ended.wait(STEP):
                terminal.write("\r\x1b[K")
                terminal.flush()
                return

    teller = Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


@contextmanager
def working_on(file: str, path: Path) -> Iterator[None]:
    """The same for a file that is never held whole; where it is long work, its rate is said at the end."""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    if size <= MANY_BYTES or not sys.stderr.isatty():
        yield
        return
    began = monotonic()
    with _counting(
        lambda: say("cli.working-on", file=file, size=number(size // 2**20), seconds=int(monotonic() - began))
    ):
        yield
    seconds = max(monotonic() - began, 0.001)
    sys.stderr.write(
        say("cli.worked-on", file=file, rate=number(int(size / 2**20 / seconds)), seconds=int(seconds)) + "\n"
    )
