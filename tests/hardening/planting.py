"""A wrong formula planted in a copy of the source, and the test that must notice it.

A fault names the file, the text it replaces (which must stand there exactly once, so that a changed line is noticed)
and the tests that must fail; that they pass without it, the suite itself shows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A wrong formula: in `file`, `right` becomes `wrong`; `killed_by` names the tests that notice."""

    file: str
    right: str
    wrong: str
    killed_by: str


def kill(fault: Fault, folder: Path) -> None:
    """Plant the fault in a copy of the source under `folder`: the tests named must fail."""
    source = folder / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    file = source / "chitieu" / fault.file
    text = file.read_text(encoding="utf-8")
    assert text.count(fault.right) == 1, f"{fault.file} no longer says: {fault.right}"
    file.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")
    broken = _run(source, fault.killed_by)
    assert broken.returncode == 1, f"not killed: {broken.stdout}"
    assert "AssertionError" in broken.stdout or "Failed" in broken.stdout, broken.stdout


def _run(source: Path, tests: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-o", f"pythonpath={source} .", tests],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
