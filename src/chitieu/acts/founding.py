"""A workspace is made: empty, or from the folder of a province; whole or not at all.

Knows what a folder without tiers or calendar is given, and in which order acts without a list are
filed. Is handed the catalogue's reader and the filing of acts; refuses to overwrite anything.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from errno import EEXIST, ENOTEMPTY
from pathlib import Path

from filelock import FileLock

from chitieu.acts import calendar, filing, province, reading, unit_tables
from chitieu.acts.chain import LIST
from chitieu.acts.filing import LOCK
from chitieu.acts.folder import found, is_act, open_folder, read_standing, reason_of
from chitieu.acts.opening import ReadCatalogue, open_texts
from chitieu.acts.tiers import Tiers
from chitieu.problem import Problem, Weight, problem, refusals

FileActs = Callable[[Path, list[tuple[str, bytes]]], list[Problem]]
"""Files acts in a folder, in their order: all or none."""

DEMONSTRATION = ".demo"
"""Marks the workspace of the demonstration, which is made anew each time."""
DRAFT = ".init-"
"""How a workspace that is being made begins its name; what a killed `init` left is in nobody's way."""
UNITS, MOVES = "units.csv", "successions.csv"
NATIONAL = {"tiers.toml": Tiers.national_text, "calendar.toml": calendar.national_text}


def exists(home: Path) -> bool:
    """Whether a workspace was made at `home`."""
    return _stands(home / "acts")


def _stands(path: Path) -> bool:
    """Whether something is there; a name that no disk can hold stands nowhere."""
    try:
        return path.exists()
    except OSError:
        return False


def make(
    home: Path, source: Path | None, now: datetime, read_catalogue: ReadCatalogue, file_acts: FileActs
) -> list[Problem]:
    """A workspace at `home`, empty or from the province folder `source`; whole or not at all."""
    if exists(home):
        return [problem("WORKSPACE-THERE", file=str(home), weight=Weight.MISUSED)]
    if source is not None and not (_stands(source) and source.is_dir()):
        return [problem("NO-SUCH-FOLDER", file=str(source), weight=Weight.UNREADABLE)]
    made: list[Path] = []
    draft = None
    try:
        there = os.path.lexists(home)
        if there and (not home.is_dir() or not all(map(_is_ours, home.iterdir()))):
            return [problem("HOME-NOT-EMPTY", file=str(home), weight=Weight.MISUSED)]
        for folder in [one for one in reversed(home.parents) if not one.exists()]:
            folder.mkdir()
            made.append(folder)
        draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=home if there else home.parent))
        problems = _seed(draft, source, now, read_catalogue, file_acts)
        if not refusals(problems):
            _move_in(draft, home, there=there)
            made.clear()
        return problems
    except OSError as fault:
        if fault.errno in (EEXIST, ENOTEMPTY):
            return [problem("WORKSPACE-THERE", file=str(home), weight=Weight.MISUSED)]
        return [problem("HOME-NOT-WRITABLE", file=str(home), weight=Weight.DAMAGED, reason=reason_of(fault))]
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
        for folder in reversed(made):
            folder.rmdir()


def _is_ours(entry: Path) -> bool:
    """What may lie in the folder of a new workspace: a draft, a lock, the workspace of the demonstration."""
    return entry.name.startswith((DRAFT, LOCK)) or (entry / DEMONSTRATION).exists()


def _move_in(draft: Path, home: Path, *, there: bool) -> None:
    """The draft becomes the workspace; a folder that was there stays itself: it may be a mount, or someone's place."""
    if not there:
        draft.chmod(0o755)
        draft.rename(home)
        return
    with FileLock(home / LOCK):
        if exists(home):
            raise FileExistsError(EEXIST, "", str(home))
        for entry in sorted(draft.iterdir(), key=lambda one: (one.name == "acts", one.name)):
            if entry.name != LOCK:
                entry.rename(home / entry.name)


def _seed(
    draft: Path, source: Path | None, now: datetime, read_catalogue: ReadCatalogue, file_acts: FileActs
) -> list[Problem]:
    problems: list[Problem] = []
    tables: dict[str, bytes] = {}
    acts: list[tuple[str, bytes]] = []
    (draft / "acts").mkdir()
    if source is not None and os.path.lexists(source / LIST):
        outcome = filing.copy_folder(source, draft)
        if refusals(outcome.problems):
            return list(outcome.problems)
        problems += outcome.problems
    elif source is not None:
        problems += [one for one in open_folder(source).problems if one.code != "ACT-UNFILED"]
        for name in found(source):
            data = read_standing(source, name)
            if isinstance(data, Problem):
                problems.append(data)
            elif is_act(name):
                acts.append((name, data))
            else:
                tables[name] = data
        problems += _wrong_in(tables, read_catalogue)
        if refusals(problems):
            return problems
    there = {*tables, *open_folder(draft).files}
    tables |= {name: text() for name, text in NATIONAL.items() if name not in there}
    outcome = filing.file_away(draft, list(tables.items()), now=now, check=lambda folder: [])
    if refusals(outcome.problems):
        return list(outcome.problems)
    opened, faults = open_texts(open_folder(draft), read_catalogue)
    if opened is None:
        return faults
    return problems + file_acts(draft, _in_order(acts, opened.tiers))


def _wrong_in(tables: Mapping[str, bytes], read_catalogue: ReadCatalogue) -> list[Problem]:
    """What is wrong with tables that nobody filed yet, each with its own weight: it is no damage."""
    tiers = Tiers.read(tables["tiers.toml"], "tiers.toml") if "tiers.toml" in tables else Tiers.national()
    if not isinstance(tiers, Tiers):
        return list(tiers)
    wrong: list[Problem] = []
    for name, read in (("calendar.toml", calendar.read), ("province.toml", province.read)):
        outcome = read(tables[name], name) if name in tables else ()
        wrong += outcome if isinstance(outcome, tuple) else ()
    rows, faults = unit_tables.read_units(tables[UNITS], UNITS) if UNITS in tables else ([], [])
    moves, more = unit_tables.read_successions(tables[MOVES], MOVES) if MOVES in tables else ([], [])
    wrong += [*faults, *more]
    if not wrong:
        wrong += refusals(unit_tables.build(rows, moves, tiers)[1])
    own = [(name, data) for name, data in tables.items() if name.startswith("indicators/")]
    return wrong + read_catalogue(own)[1]


def _in_order(acts: list[tuple[str, bytes]], tiers: Tiers) -> list[tuple[str, bytes]]:
    """Acts in the order in which they were signed; of one day, those that others name first."""
    kinds = {"decision": 0, "cascade": 1, "amendment": 2, "annulment": 3}

    def order(item: tuple[str, bytes]) -> tuple[date, int, str]:
        decision, _ = reading.read(item[1], item[0], tiers)
        return (decision.name.issued_on, kinds[decision.kind], item[0]) if decision else (date.min, 0, item[0])

    return sorted(acts, key=order)
