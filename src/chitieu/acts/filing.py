"""Filing: bytes enter the folder of a province whole, or not at all, and the list says so in one step.

Knows the lock, the order of writing and how to take it back. Refuses to know what the bytes say:
the caller's `check` does, under the lock.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from chitieu.acts.chain import LIST, NOTHING, digest_of, line_of
from chitieu.acts.folder import (
    LONGEST_NAME,
    Folder,
    draft_of,
    former_of,
    is_act,
    is_lawful_name,
    largest,
    leftovers,
    open_folder,
    read_standing,
    reason_of,
)
from chitieu.problem import Problem, Weight, problem, refusals

LOCK = ".lock"
NAMELESS = "van-ban"
"""Stands for a number that has no letter or digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The folder after the filing, with warnings; or None, and why nothing was filed."""

    folder_after: Folder | None = None
    problems: tuple[Problem, ...] = ()


def act_file_name(issued_on: date, number: str, *, issuer: str, wished: str, taken: Collection[str]) -> str:
    """The name (`acts/…`) an act is filed under: as wished where that is lawful, of its day and free, else made.

    `wished` is the name of the file that was handed in, `taken` the names (`acts/…`) that are filed or stand there.
    """
    name = f"acts/{PurePosixPath(wished).name}"
    if is_lawful_name(name) and name.startswith(f"acts/{issued_on.isoformat()}-") and name not in taken:
        return name
    spoken = _slug(number) or NAMELESS
    longer = "-".join(part for part in (spoken, _slug(issuer)) if part)
    tried = 1
    while True:
        for slug in (spoken, longer) if tried == 1 else (longer,):
            name = _act_name(issued_on, slug, "" if tried == 1 else f"-{tried}")
            if name not in taken:
                return name
        tried += 1


def file_away(
    path: Path,
    writes: Sequence[tuple[str, bytes]],
    *,
    now: datetime,
    check: Callable[[Folder], list[Problem]],
    reason: str | None = None,
    wait_seconds: float = 10,
    after_write: Callable[[], None] | None = None,
) -> Outcome:
    """File all of `writes` (name relative to the folder, bytes) at the moment `now`, which has an offset, or none.

    `check` sees the proved folder under the lock; a refusal of it refuses everything. Bytes of an act that
    were filed go back under their filed name where the file is missing or changed; this alone is done in a
    damaged folder, and adds no line. A table with the bytes that speak already is left as it is. `reason` stands in
    the list: why old rows of a table were changed. `after_write`
    is called when the files stand and the list does not name them yet.
    """
    if now.tzinfo is None:
        raise ValueError("a moment of filing has an offset")
    faults = _unlawful(writes)
    if faults:
        return Outcome(problems=tuple(faults))
    return _locked(path, wait_seconds, lambda: _file(path, writes, now, check, reason, after_write))


def copy_folder(source: Path, target: Path, *, wait_seconds: float = 10) -> Outcome:
    """A folder with a list, copied byte for byte: what speaks in it, and its list; proved before and after.

    What is not filed stays behind, named by the warnings. A target where something is filed is refused.
    """
    origin = open_folder(source)
    faults = refusals(origin.problems)
    if not faults and not origin.filed:
        faults = [problem("NOTHING-FILED", file=str(source))]
    if faults:
        return Outcome(problems=tuple(faults))

    def copy() -> Outcome:
        folder = open_folder(target)
        writes = list(origin.files.items())
        faults = refusals(folder.problems) or _in_the_way(target, folder, writes)
        if not faults and folder.filed:
            faults = [problem("FOLDER-FILLED", file=str(target), weight=Weight.MISUSED)]
        if not faults:
            faults = _write(target, writes, {}, _listing(origin), None)
        return _after(target, faults, origin.problems)

    return _locked(target, wait_seconds, copy)


def _locked(path: Path, wait_seconds: float, work: Callable[[], Outcome]) -> Outcome:
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / LOCK, timeout=wait_seconds)
        lock.acquire()
    except Timeout:
        return Outcome(problems=(problem("FOLDER-LOCKED", file=str(path), weight=Weight.DAMAGED),))
    except OSError as error:
        return Outcome(problems=(_cannot_write(path, LOCK, 0, error),))
    try:
        return work()
    finally:
        lock.release()


def _file(
    path: Path,
    writes: Sequence[tuple[str, bytes]],
    now: datetime,
    check: Callable[[Folder], list[Problem]],
    reason: str | None,
    after_write: Callable[[], None] | None,
) -> Outcome:
    folder = open_folder(path)
    faults = _tidy(path, folder)
    if faults:
        return Outcome(problems=tuple(faults))
    folder = open_folder(path)
    fresh, back, faults = _sorted_out(folder, writes)
    if back and not fresh and all(found.code == "ACT-TWICE" for found in faults):
        return _after(path, _write(path, back, {}, None, None), ())
    faults += [found for found in folder.problems if found.weight is Weight.DAMAGED]
    faults += _in_the_way(path, folder, fresh)
    if faults:
        return Outcome(problems=tuple(faults))
    warnings = check(folder)
    if refusals(warnings) or not fresh:
        return Outcome(folder_after=None if refusals(warnings) else folder, problems=tuple(warnings))
    former = {name: folder.files[name] for name, _ in fresh if name in folder.files}
    return _after(path, _write(path, fresh, former, _listing(folder, now, fresh, reason or ""), after_write), warnings)


def _after(path: Path, faults: list[Problem], warnings: Iterable[Problem]) -> Outcome:
    """The outcome of a writing: refused for its faults, or the folder read again."""
    if refusals(faults):
        return Outcome(problems=tuple(faults))
    return Outcome(folder_after=open_folder(path), problems=(*warnings, *faults))


def _unlawful(writes: Sequence[tuple[str, bytes]]) -> list[Problem]:
    faults: list[Problem] = []
    names: set[str] = set()
    for name, data in writes:
        if not is_lawful_name(name):
            faults.append(problem("ACT-NAME", file=name))
        elif name in names:
            faults.append(problem("ACT-NAME-TWICE", file=name))
        elif len(data) > largest(name):
            faults.append(problem("FILE-TOO-LARGE", file=name, weight=Weight.UNREADABLE, limit=largest(name)))
        names.add(name)
    return faults


def _sorted_out(
    folder: Folder, writes: Sequence[tuple[str, bytes]]
) -> tuple[list[tuple[str, bytes]], list[tuple[str, bytes]], list[Problem]]:
    """What needs a line, what goes back under the line it has, and what is refused for its name or bytes."""
    fresh: list[tuple[str, bytes]] = []
    back: list[tuple[str, bytes]] = []
    faults: list[Problem] = []
    speaking = folder.speaking
    acts = {line.digest: name for name, line in speaking.items() if is_act(name)}
    for wished, data in writes:
        digest = digest_of(data)
        # An act is known by its bytes: handed in again, it comes under whatever name the caller made for it.
        name = acts.get(digest, wished) if is_act(wished) else wished
        line = speaking.get(name)
        if line is None:
            fresh.append((name, data))
            continue
        moment = line.moment.isoformat(" ", timespec="seconds")
        if line.digest == digest and name not in folder.files:
            back.append((name, data))
        elif is_act(name):
            code = "ACT-TWICE" if line.digest == digest else "ACT-NAME-TAKEN"
            faults.append(problem(code, file=name, moment=moment))
        elif line.digest != digest:
            fresh.append((name, data))
    return fresh, back, faults


def _in_the_way(path: Path, folder: Folder, writes: Sequence[tuple[str, bytes]]) -> list[Problem]:
    """What stands unfiled under a name to be filed, and differs: someone's work, and never overwritten."""
    faults: list[Problem] = []
    for name, data in writes:
        place = path / name.rpartition("/")[0]
        no_place = place.is_symlink() or (place.exists() and not place.is_dir())
        unfiled = name not in folder.files and os.path.lexists(path / name)
        if no_place or (unfiled and read_standing(path, name) != data):
            faults.append(problem("ACT-IN-THE-WAY", file=name))
    return faults


def _tidy(path: Path, folder: Folder) -> list[Problem]:
    """Clear away what a killed filing left: drafts go, a filed version whose successor was not listed comes back."""
    for hidden, name in leftovers(path):
        try:
            if hidden == draft_of(name):
                (path / hidden).unlink()
                continue
            line = folder.speaking.get(name)
            if line is None:
                continue
            standing = read_standing(path, name)
            former = read_standing(path, hidden)
            if isinstance(standing, bytes) and digest_of(standing) == line.digest:
                (path / hidden).unlink()
            elif isinstance(former, bytes) and digest_of(former) == line.digest:
                (path / hidden).replace(path / name)
                _sync(path, [name])
        except OSError as error:
            return [_cannot_write(path, hidden, 0, error)]
    return []


def _listing(
    folder: Folder, now: datetime | None = None, fresh: Sequence[tuple[str, bytes]] = (), reason: str = ""
) -> bytes:
    """The list of `folder`, byte for byte, with a line at `now` for each of `fresh`."""
    told = [(line.moment, line.file, line.digest, line.reason) for line in folder.filed]
    told += [(now, name, digest_of(data), reason) for name, data in fresh if now is not None]
    rows: list[bytes] = []
    before = NOTHING
    for moment, name, digest, why in told:
        rows.append(line_of(moment, name, digest, before, why))
        before = digest_of(rows[-1])
    return b"".join(row + b"\n" for row in rows)


def _write(
    path: Path,
    writes: Sequence[tuple[str, bytes]],
    former: Mapping[str, bytes],
    listing: bytes | None,
    after_write: Callable[[], None] | None,
) -> list[Problem]:
    """Write everything under hidden names, rename the files, then the list; what fails before that is taken back.

    A full disk shows while only hidden names are written. The rename of the list is the moment of truth:
    nothing after it takes a filing back.
    """
    drafts = [*writes, *([(LIST, listing)] if listing is not None else [])]
    made: list[str] = []
    renamed: list[str] = []
    at, size, drafted = LIST, 0, False
    standing = {name for name, _ in writes if os.path.lexists(path / name)}
    try:
        for at in sorted({name.rpartition("/")[0] for name, _ in drafts} - {""}):
            (path / at).mkdir(exist_ok=True)
        for name, hidden, data in [
            *((name, former_of(name), data) for name, data in former.items()),
            *((name, draft_of(name), data) for name, data in drafts),
        ]:
            at, size = name, len(data)
            made.append(hidden)
            _create(path / hidden, data)
        drafted = True
        for at, data in writes:
            size = len(data)
            renamed.append(at)
            (path / draft_of(at)).replace(path / at)
        _sync(path, renamed)
        if after_write is not None:
            after_write()
        if listing is not None:
            at, size = LIST, len(listing)
            (path / draft_of(LIST)).replace(path / LIST)
    except BaseException as error:
        # An interrupt may come between the rename of the list and its return: then the filing stands.
        if not (drafted and listing is not None and not os.path.lexists(path / draft_of(LIST))):
            _take_back(path, renamed, former, standing)
        _discard(path, made)
        if isinstance(error, OSError):
            return [_cannot_write(path, at, size, error)]
        raise
    unsure: list[Problem] = []
    try:
        _sync(path, [LIST] if listing is not None else [])
    except OSError as error:
        unsure = [problem("FILED-UNSURE", file=LIST, weight=Weight.WARNING, reason=reason_of(error))]
    _discard(path, made)
    return unsure


def _take_back(path: Path, renamed: Sequence[str], former: Mapping[str, bytes], standing: Collection[str]) -> None:
    for name in renamed:
        with suppress(OSError):
            if name in former:
                (path / former_of(name)).replace(path / name)
            elif name not in standing:
                (path / name).unlink()


def _create(target: Path, data: bytes) -> None:
    with target.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path, names: Iterable[str]) -> None:
    """Make the renames of `names` outlive a power cut."""
    for place in sorted({"", *(name.rpartition("/")[0] for name in names)}):
        handle = os.open(path / place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _discard(path: Path, hidden: Iterable[str]) -> None:
    for name in hidden:
        with suppress(OSError):
            (path / name).unlink()


def _cannot_write(path: Path, name: str, size: int, error: OSError) -> Problem:
    return problem(
        "CANNOT-WRITE",
        file=name,
        weight=Weight.DAMAGED,
        path=str(path / name),
        size=size,
        reason=reason_of(error),
    )


def _act_name(issued_on: date, slug: str, ending: str) -> str:
    room = LONGEST_NAME - len(f"{issued_on.isoformat()}-{ending}.toml")
    return f"acts/{issued_on.isoformat()}-{slug[:room].rstrip('-')}{ending}.toml"


def _slug(text: str) -> str:
    """Vietnamese letters without their marks, Đ as d, everything else a hyphen."""
    plain = re.sub("[đĐðÐɖƉ]", "d", unicodedata.normalize("NFC", text))
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain).lower() if not unicodedata.combining(c))
    return re.sub("[^a-z0-9]+", "-", bare).strip("-")
