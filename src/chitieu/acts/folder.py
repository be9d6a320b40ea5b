"""The folder of a province: opened, and proved against its list of filings `acts/FILED`.

Knows names and bytes. Refuses to know what an act says, follows no link, and writes nothing
(`chitieu.acts.filing` does).
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from datetime import date
from errno import errorcode
from pathlib import Path
from typing import Literal

from chitieu.acts.chain import LIST, Filed, digest_of, follow, newest
from chitieu.problem import Problem, Weight, problem
from chitieu.words import knows, say, visible

TABLES = ("province.toml", "tiers.toml", "units.csv", "successions.csv", "calendar.toml")
FOLDERS = ("acts", "indicators", "records")

LONGEST_NAME = 80
LARGEST_TABLE = 32 * 1024 * 1024
LARGEST_ACT = 4 * 1024 * 1024

Kind = Literal["file", "link", "other"]

_ACT = re.compile(r"(\d{4}-\d{2}-\d{2})-[a-z0-9-]+\.toml", re.ASCII)
_DEFINITION = re.compile(r"[a-z0-9-]+\.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder as its list proves it.

    `files` holds only bytes whose digest is the one that was filed last for their name, in order of
    filing. `state` is the digest of the last line: two folders of one state hold the same acts.
    """

    path: Path
    files: dict[str, bytes]
    filed: tuple[Filed, ...]
    state: str
    problems: tuple[Problem, ...]

    @property
    def damaged(self) -> bool:
        """Whether no command may judge: an act that cannot be read may have raised a floor."""
        return any(found.weight is Weight.DAMAGED for found in self.problems)

    @property
    def speaking(self) -> dict[str, Filed]:
        """The line that speaks for each filed name: the newest."""
        return newest(self.filed)


def open_folder(path: Path) -> Folder:
    """The folder at `path`, proved; a path that is no folder holds nothing and says so (FOLDER-MISSING).

    Needs no lock: a filing may end between the reading of the list and that of the files, so damage is
    believed only when it is seen twice under one state.
    """
    folder, state = _prove(path), None
    while folder.damaged and folder.state != state:
        folder, state = _prove(path), folder.state
    return folder


def is_lawful_name(name: str) -> bool:
    """Whether a file of this name, relative to the folder and with `/`, can be filed."""
    if name in TABLES:
        return True
    place, _, last = name.partition("/")
    if place not in FOLDERS or len(last) > LONGEST_NAME:
        return False
    if place != "acts":
        return bool(_DEFINITION.fullmatch(last))
    fits = _ACT.fullmatch(last)
    return fits is not None and _is_day(fits[1])


def _listable(name: str, again: bool) -> bool:
    return is_lawful_name(name) and not (again and is_act(name))


def is_act(name: str) -> bool:
    """Whether the name is that of an act, filed once and never again; the other files have versions."""
    return name.startswith("acts/")


def largest(name: str) -> int:
    """The most bytes a file of this name may have."""
    return LARGEST_ACT if "/" in name and name != LIST else LARGEST_TABLE


def found(path: Path) -> list[str]:
    """The plain files of `path` that can be filed, sorted by name, whether filed or not."""
    standing, _ = _look(path)
    return sorted(name for name, kind in standing.items() if kind == "file" and is_lawful_name(name))


def read_standing(path: Path, name: str) -> bytes | Problem:
    """The bytes that stand under `name`, filed or not; else ACT-LINK, FILE-TOO-LARGE or CANNOT-READ."""
    try:
        if stat.S_ISLNK((path / name).lstat().st_mode):
            return problem("ACT-LINK", file=name, weight=Weight.UNREADABLE)
        data = _read(path / name, largest(name))
    except OSError as error:
        return problem("CANNOT-READ", file=name, weight=Weight.UNREADABLE, reason=reason_of(error))
    if data is None:
        return problem("FILE-TOO-LARGE", file=name, weight=Weight.UNREADABLE, limit=largest(name))
    return data


def draft_of(name: str) -> str:
    """The hidden name under which a file is written before it takes its own."""
    return _hidden(name, "new")


def former_of(name: str) -> str:
    """The hidden name under which the filed version of a table stays until the list names the next."""
    return _hidden(name, "filed")


def reason_of(error: OSError) -> str:
    """Why the machine refused, in words."""
    key = f"folder.reason.{errorcode.get(error.errno or 0, '')}"
    return say(key) if knows(key) else str(error.strerror or error)


def _prove(path: Path) -> Folder:
    standing, problems = _look(path)
    listing, unread = _list(path, standing)
    filed, state, broken = follow(listing, _listable)
    problems += unread + broken
    files: dict[str, bytes] = {}
    speaking = newest(filed)
    for name, line in speaking.items():
        data, faults = _proved(path, line, standing.get(name))
        problems += faults
        if data is not None:
            files[name] = data
    problems += _unlisted(standing, speaking)
    return Folder(
        path=path,
        files=files,
        filed=filed,
        state=state,
        problems=tuple(sorted(problems, key=lambda p: (p.place.file, p.place.row or 0, p.code))),
    )


def _look(path: Path) -> tuple[dict[str, Kind], list[Problem]]:
    """Every name that could be ours and what stands there: of the root those that can be filed, of the folders all."""
    if not path.is_dir():
        return {}, [problem("FOLDER-MISSING", file=str(path), weight=Weight.MISUSED)]
    standing: dict[str, Kind] = {}
    problems: list[Problem] = []
    ours = {_folded(name) for name in TABLES}
    for place in ("", *FOLDERS):
        try:
            kind = _kind((path / place).lstat().st_mode) if place else "other"
            if kind != "other":
                code = "ACT-LINK" if kind == "link" else "ACT-STRANGE"
                weight = Weight.DAMAGED if place == "acts" else Weight.WARNING
                problems.append(problem(code, file=place, weight=weight))
                continue
            with os.scandir(path / place) as entries:
                for entry in entries:
                    if place or _folded(entry.name) in ours or _owner(entry.name) is not None:
                        standing[f"{place}/{entry.name}" if place else entry.name] = _kind_of(entry)
        except FileNotFoundError:
            continue
        except OSError as error:
            at = place or str(path)
            problems.append(problem("CANNOT-READ", file=at, weight=Weight.DAMAGED, reason=reason_of(error)))
    return standing, problems


def _list(path: Path, standing: dict[str, Kind]) -> tuple[bytes | None, list[Problem]]:
    """The bytes of the list; None where there is none, and then nothing is filed."""
    if LIST not in standing:
        return None, []
    try:
        data = _read(path / LIST, LARGEST_TABLE) if standing[LIST] == "file" else None
    except OSError as error:
        return None, [problem("CANNOT-READ", file=LIST, weight=Weight.DAMAGED, reason=reason_of(error))]
    return data, [] if data is not None else [problem("CHAIN-BROKEN", file=LIST, weight=Weight.DAMAGED)]


def _proved(path: Path, line: Filed, kind: Kind | None) -> tuple[bytes | None, list[Problem]]:
    name = line.file
    if kind is None:
        return None, [_damage("ACT-MISSING", line)]
    if kind == "link":
        return None, [problem("ACT-LINK", file=name, weight=Weight.WARNING), _damage("ACT-CHANGED", line)]
    if kind == "other":
        return None, [_damage("ACT-CHANGED", line)]
    try:
        data = _read(path / name, largest(name))
        if data is not None and digest_of(data) == line.digest:
            return data, []
        former = _former(path, name)
    except FileNotFoundError:
        return None, [_damage("ACT-MISSING", line)]
    except OSError as error:
        return None, [problem("CANNOT-READ", file=name, weight=Weight.DAMAGED, reason=reason_of(error))]
    # A filing that has not reached the list, or was killed before it: the filed version still speaks.
    if former is not None and digest_of(former) == line.digest:
        return former, [problem("ACT-UNFILED", file=name, weight=Weight.WARNING)]
    return None, [_damage("ACT-CHANGED", line)]


def _former(path: Path, name: str) -> bytes | None:
    try:
        return _read(path / former_of(name), largest(name))
    except FileNotFoundError:
        return None


def _damage(code: str, line: Filed) -> Problem:
    return problem(code, file=line.file, weight=Weight.DAMAGED, moment=line.moment.isoformat(" ", timespec="seconds"))


def _unlisted(standing: dict[str, Kind], speaking: dict[str, Filed]) -> list[Problem]:
    """A warning for each thing that judges nothing."""
    same: dict[str, list[str]] = {}
    for name in standing:
        same.setdefault(_folded(name), []).append(name)
    problems: list[Problem] = []
    for name, kind in standing.items():
        if name in speaking or name == LIST or _is_ours(name, speaking):
            continue
        twins = sorted(set(same[_folded(name)]) - {name})
        last = name.rpartition("/")[2]
        if kind == "link":
            code = "ACT-LINK"
        elif last.startswith("."):
            code = "ACT-HIDDEN"
        elif kind == "file" and is_lawful_name(name):
            code = "ACT-UNFILED"
        elif twins:
            problems.append(problem("ACT-TWIN", file=visible(name), weight=Weight.WARNING, twin=twins[0]))
            continue
        elif "/" in name or name in TABLES:
            code = "ACT-STRANGE"
        else:
            continue
        problems.append(problem(code, file=visible(name), weight=Weight.WARNING))
    return problems


def _is_ours(name: str, speaking: dict[str, Filed]) -> bool:
    """Whether a filing left it: the next one clears it away."""
    owner = _owner(name)
    return owner is not None and (name == draft_of(owner) or owner in speaking)


def _owner(name: str) -> str | None:
    """The name a draft or a former version belongs to; None for every other name."""
    place, slash, last = name.rpartition("/")
    fits = re.fullmatch(r"\.(.+)\.(new|filed)", last)
    owner = f"{place}{slash}{fits[1]}" if fits else ""
    if fits and (is_lawful_name(owner) or (owner == LIST and fits[2] == "new")):
        return owner
    return None


def leftovers(path: Path) -> list[tuple[str, str]]:
    """What a filing left that was killed: (its hidden name, the name it belongs to), sorted."""
    standing, _ = _look(path)
    owners = ((name, _owner(name)) for name in sorted(standing))
    return [(name, owner) for name, owner in owners if owner is not None]


def _read(path: Path, most: int) -> bytes | None:
    """The bytes of a plain file, read once; None for anything else and for one larger than `most`."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        data = file.read(most + 1)
    return data if len(data) <= most else None


def _kind(mode: int) -> Kind:
    if stat.S_ISLNK(mode):
        return "link"
    return "file" if stat.S_ISREG(mode) else "other"


def _kind_of(entry: os.DirEntry[str]) -> Kind:
    """Likewise, without an error where the entry has gone since (a draft that took its name)."""
    if entry.is_symlink():
        return "link"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _folded(name: str) -> str:
    """Names that some disk would hold for one are equal."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _hidden(name: str, ending: str) -> str:
    place, slash, last = name.rpartition("/")
    return f"{place}{slash}.{last}.{ending}"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
