"""Commands shown on a page as a person would type them, with what they print, at a fixed moment.

Knows how to run the program inside itself. Refuses to know what is shown.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from chitieu.cli.frame import Damage
from chitieu.problem import Weight
from chitieu.words import say


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A workspace, the province it is made from, and the moment at which all happens."""

    home: Path
    province: Path
    moment: datetime

    @property
    def files(self) -> Path:
        """The files of the demonstration."""
        return self.province / "demo"

    def say(self, key: str, **values: str) -> None:
        """A paragraph between two commands."""
        click.echo("\n" + say(key, **values).strip())

    def run(
        self,
        *arguments: str,
        shown: tuple[str, ...] | None = None,
        status: int = 0,
        lines: int | None = None,
        only: str | None = None,
        after: str | None = None,
    ) -> None:
        """One command as a person would type it, and what it prints: all, its first lines, or from a line on."""
        from chitieu.cli import main

        typed = shown or tuple(Path(part).name if part.startswith("/") else part for part in arguments)
        click.echo("\n$ chitieu " + " ".join(f'"{part}"' if " " in part else part for part in typed))
        with _held(self.moment) as held:
            ended = main([*arguments, "--home", str(self.home)])
        text = [self._shortened(line) for line in held.text().rstrip().splitlines()]
        if only is not None:
            text = [line for line in text if only in line]
        if after is not None:
            text = text[next((number for number, line in enumerate(text) if line.startswith(after)), 0) :]
        for line in text[:lines]:
            click.echo("  " + line if line else "")
        if lines is not None and len(text) > lines:
            click.echo("  …")
        if ended != status:
            raise Damage(ended or Weight.DAMAGED)

    def _shortened(self, line: str) -> str:
        """No page tells where a checkout lies."""
        line = line.replace(str(self.home), "var/demo").replace(f"{self.files}/", "")
        return line.replace(str(self.province), "provinces/dong-nai")


class _Held(io.TextIOWrapper):
    """What a command prints, kept to be shown."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, encoding="utf-8", newline="\n", write_through=True)

    def text(self) -> str:
        """All that was printed so far."""
        return self._bytes.getvalue().decode()


@contextlib.contextmanager
def _held(moment: datetime) -> Iterator[_Held]:
    """Standard output and error in one, at the fixed moment."""
    before = os.environ.get("CHITIEU_NOW")
    os.environ["CHITIEU_NOW"] = moment.isoformat()
    held = _Held()
    try:
        with contextlib.redirect_stdout(held), contextlib.redirect_stderr(held):
            yield held
    finally:
        if before is None:
            del os.environ["CHITIEU_NOW"]
        else:
            os.environ["CHITIEU_NOW"] = before
