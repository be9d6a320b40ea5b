"""What the tests of this folder share: the real command line, in this process, on a workspace of a test."""

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chitieu.cli import main

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command printed."""

    out: str
    err: str

    @property
    def objects(self) -> list[Row]:
        """The one array of JSON on standard output."""
        found: list[Row] = json.loads(self.out)
        return found


@dataclass(frozen=True, kw_only=True)
class Office:
    """A workspace and the moment at which it is worked on."""

    home: Path
    now: str = "2026-11-24T10:00:00+07:00"

    def run(self, *arguments: str | Path, status: int = 0) -> Answer:
        """One command as a person would type it; it must end with `status`."""
        before = os.environ.get("CHITIEU_NOW")
        os.environ["CHITIEU_NOW"] = self.now
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
        try:
            with redirect_stdout(out), redirect_stderr(err):
                ended = main([*map(str, arguments), "--home", str(self.home)])
        finally:
            if before is None:
                del os.environ["CHITIEU_NOW"]
            else:
                os.environ["CHITIEU_NOW"] = before
        said = []
        for stream in (out, err):
            stream.flush()
            stream.seek(0)
            said.append(stream.read())
        assert ended == status, f"{arguments}: {ended}\n{said[1]}"
        return Answer(out=said[0], err=said[1])

    def write(self, name: str, text: str) -> Path:
        """A file beside the workspace."""
        page = self.home.parent / name
        page.write_text(text, encoding="utf-8")
        return page

    def standing(self, number: str, *asked: str) -> list[Row]:
        """The rows of `chitieu standing` as JSON."""
        return self.run("standing", "--decision", number, *asked, "--format", "json").objects


def counts(row: Row) -> tuple[int | None, int | None]:
    """n and d of a row."""
    return row["numerator"], row["denominator"]
