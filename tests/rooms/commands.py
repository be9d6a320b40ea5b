"""What the tests of the command line share: a small province, and the real commands run in this process."""

import hashlib
import io
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import xlsxwriter

from chitieu.cli import main

NOW = "2026-10-10T17:00:00+07:00"

UNITS = """\
code,name,tier,parent,from,act,also,certainty
H01,Tỉnh Mẫu,province,,,,portal:P01,
H01.1,Sở Một,department,H01,,,,
H01.1.1,Phòng Một,division,H01.1,,,,
H01.2,Xã Hai,commune,H01,,,,
H01.3,Xã Ba,commune,H01,,,,
"""

ACT = """\
number = "MH-1"
kind = "decision"
illustration = true
title = "Chỉ tiêu mẫu"
issuer = "H01"
issued_on = 2026-01-15
applies = "2026"

[[line]]
row = 1
indicator = "on-time-dossiers"
department = ">= 97 %"
commune = ">= 95 %"
division = ">= 96 %"

[[line]]
row = 2
indicator = "initiatives"
department = ">= 3"
commune = "none"
"""

CASCADE = """\
number = "MH-2"
kind = "cascade"
illustration = true
under = { issuer = "H01", number = "MH-1", issued_on = 2026-01-15 }
title = "Phân giao mẫu"
issuer = "H01.1"
issued_on = 2026-02-01

[[line]]
row = 1
indicator = "on-time-dossiers"
division = ">= 98 %"
"""

FIGURES = """\
unit,indicator,method,from,to,numerator,denominator,captured_at,person,document
H01.2,on-time-dossiers,resolved,2026-01-01,2026-12-31,97,100,2026-10-01,Nguyễn Văn Mẫu,BC-1
H01.3,on-time-dossiers,resolved,2026-01-01,2026-12-31,90,100,2026-10-01,Nguyễn Văn Mẫu,BC-1
"""

Case = tuple[str, bytes, int, str]
"""What is wrong, the bytes, the exit status, and a word of the sentence."""

UNREADABLE: list[Case] = [
    ("empty", b"", 3, "tệp trống"),
    ("only blanks", b" \n\t\n", 3, "tệp trống"),
    ("only a mark", b"\xef\xbb\xbf", 3, "tệp trống"),
    ("UTF-16", ACT.encode("utf-16"), 3, "UTF-8"),
    ("UTF-16 without a mark", "code = 1\n".encode("utf-16-le"), 3, "UTF-8"),
    ("latin-1", "number = 'é'".encode("latin-1"), 3, "UTF-8"),
    ("CP1258", "title = 'Đơn'".encode("cp1258"), 3, "UTF-8"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 3, "UTF-8"),
]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended and what it printed."""

    status: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The one array of objects on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, list)
        assert all(isinstance(one, dict) for one in found)
        return found


class _Stream(io.TextIOWrapper):
    """Standard input or output of a command: bytes, and a terminal only where a test says so."""

    def __init__(self, data: bytes = b"", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8", newline="\n")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def run(*arguments: str | Path, home: Path | None = None, stdin: bytes = b"", terminal: bool = False) -> Ended:
    """One command as a person would type it, at the moment `NOW`."""
    out, err = _Stream(terminal=terminal), _Stream(terminal=terminal)
    given = [str(one) for one in arguments] + ([] if home is None else ["--home", str(home)])
    with (
        patch.dict(os.environ, {"CHITIEU_NOW": NOW}),
        patch("sys.stdin", _Stream(stdin, terminal=terminal)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        status = main(given)
        out.flush()
        err.flush()
    said = [stream.buffer.getvalue() for stream in (out, err)]  # type: ignore[attr-defined]
    return Ended(status=status, raw=said[0], err=said[1].decode("utf-8"))


def done(*arguments: str | Path, home: Path | None = None, stdin: bytes = b"") -> Ended:
    """A command that must succeed."""
    ended = run(*arguments, home=home, stdin=stdin)
    assert ended.status == 0, ended.err
    return ended


def made(home: Path, *, figures: bool = True) -> Path:
    """The small province as a workspace: its units, one act, figures of two communes."""
    files = home.parent / "made"
    files.mkdir()
    for name, text in (("units.csv", UNITS), ("act.toml", ACT), ("figures.csv", FIGURES)):
        (files / name).write_text(text, encoding="utf-8")
    done("init", home=home)
    done("units", "load", files / "units.csv", home=home)
    done("decision", "load", files / "act.toml", home=home)
    if figures:
        done("import", "figure", files / "figures.csv", home=home)
    return home


def copied(home: Path, to: Path) -> Path:
    """A workspace of one's own."""
    shutil.copytree(home, to)
    return to


def digest(folder: Path) -> str:
    """Every name and byte below a folder; locks say nothing."""
    hashed = hashlib.sha256()
    for page in sorted(folder.rglob("*")):
        if page.name != ".lock":
            hashed.update(f"{page.relative_to(folder)}\0".encode("utf-8", "surrogateescape"))
            hashed.update(page.read_bytes() if page.is_file() else b"")
    return hashed.hexdigest()


@contextmanager
def untouched(folder: Path) -> Iterator[None]:
    """What happens inside leaves the folder as it was."""
    before = digest(folder)
    yield
    assert digest(folder) == before


ENGLISH = re.compile(
    r"\b(?:error|invalid|expected|unexpected|cannot|could not|failed|missing|unknown|not a|is not|no such|must be|"
    r"traceback|exception|file \"|line \d|errno|argument|value for|try|usage|option|none|true|false|null)\b",
    re.IGNORECASE,
)


def sentences(ended: Ended) -> list[str]:
    """The lines on standard error, each proved to be one sentence for a person of the office."""
    lines = ended.err.splitlines()
    for line in lines:
        spoken = re.sub(r'"[^"]*"', '""', line)
        assert spoken.endswith((".", ")")) or "--help" in spoken or "chitieu " in spoken, line
        assert not re.search(r"[.!?] [A-ZĐÀ-Ỹ]", spoken), line
        prose = re.sub(r'lệnh: .*|""|--[a-z-]+|\S*/\S*|[\w.-]+\.(?:toml|csv|xlsx)|[A-Z-]{2,}', "", spoken)
        assert not ENGLISH.search(prose), line
        assert any(ord(sign) > 127 for sign in line), line
        assert all(unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for sign in line), line
        assert len(line) < 1500, line
    return lines


def told_once(ended: Ended, status: int, word: str, closing: str = "") -> None:
    """The one sentence of the one fault, then how it ended; nothing on standard output."""
    lines = sentences(ended)
    assert ended.status == status, ended.err
    assert word in lines[0], lines[0]
    assert lines[1:] == ([closing] if closing else []), ended.err
    assert ended.raw == b""


def named(cases: list[Case]) -> list[object]:
    """The cases, each under the name of its fault."""
    return [pytest.param(*case, id=case[0]) for case in cases]


def other(text: str, old: str, new: str) -> bytes:
    """The text with one thing wrong in it."""
    assert old in text, old
    return text.replace(old, new, 1).encode("utf-8", "surrogatepass")


def book(*rows: tuple[object, ...]) -> bytes:
    """A workbook of one sheet."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as made_up:
        sheet = made_up.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)
    return into.getvalue()
