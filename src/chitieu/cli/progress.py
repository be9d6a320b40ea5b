"""Long work says on standard error that it goes on, and only to a person: never into a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
    ended, began, terminal = Event(), monotonic(), sys.stderr

    def tell() -> None:
        while True:
            text = say("cli.working", file=file, rows=number(rows), seconds=int(monotonic() - began))
            terminal.write(f"\r\x1b[K{text}")
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
