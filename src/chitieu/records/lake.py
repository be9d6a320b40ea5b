"""The lake: data files by kind and delivery, and one register of deliveries, which alone says what is there.

A delivery is its one line in the register (a Delta table): its files are on the disk before, and no
file without a line is ever read. Nothing is changed or removed; a withdrawal is a line too. Refuses
to give a row whose file is not, byte for byte, what was delivered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from chitieu.problem import Problem, Weight, problem
from chitieu.records import store
from chitieu.records.checking import Rejected
from chitieu.records.delivery import DataFile, Delivery, as_line, digest, from_line, in_state
from chitieu.records.values import local

if TYPE_CHECKING:
    import pyarrow as pa

Answer = TypeVar("Answer")

REGISTER = "deliveries"
NUMBERS = ("number", "withdraws")
TEXTS = ("what", "kind", "source", "person", "delivered_at", "file", "sha256", "covers", "counts", "files", "digest")

# The log is the truth of what was delivered: it is kept for ever. Without deletion vectors and
# column mapping (protocol 1, 2) the list of files is the list of rows, for every reader of Delta.
KEPT = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    "delta.enableExpiredLogCleanup": "false",
}
PATIENCE = 10.0
"""Seconds a writer waits for another."""


class Lake:
    """One record store in the folder `path`, which the first delivery makes."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self.path = path
        self._patience = patience
        self._lock: Any = None
        self._known: tuple[object, list[dict[str, Any]]] | None = None

    def deliveries(self) -> list[Delivery] | Problem:
        """Every delivery and withdrawal, by number; a register that contradicts itself is a problem."""
        lines = self._lines()
        return lines if isinstance(lines, Problem) else [from_line(line) for line in lines]

    def delivery(self, number: int) -> Delivery | Problem:
        """The delivery of a number."""
        known = self.deliveries()
        if isinstance(known, Problem):
            return known
        if not 1 <= number <= len(known):
            return problem("NO-SUCH-DELIVERY", weight=Weight.MISUSED, number=number, last=len(known))
        return known[number - 1]

    def rows(self, kind: str, state: int | None = None) -> pa.Table | Problem:
        """The rows of a kind in a data state (None: now), in order of delivery and file, with a column `delivery`.

        Every file is read once, and its digest compared before a row of it is given.
        """
        import pyarrow as pa

        known = self.deliveries()
        if isinstance(known, Problem):
            return known
        tables = [store.table_of(kind, []).append_column("delivery", pa.array([], pa.int64()))]
        for delivery in in_state(known, state):
            for file in delivery.files if delivery.kind == kind else ():
                if file.holds != "rows":
                    continue
                data = store.proved(self.path, file, delivery.number)
                if isinstance(data, Problem):
                    return data
                table = store.read(data)
                numbers = pa.array([delivery.number] * table.num_rows, pa.int64())
                tables.append(table.append_column("delivery", numbers))
        return pa.concat_tables(tables, promote_options="default")

    def quarantine(self, number: int) -> list[dict[str, Any]] | Problem:
        """The rejected rows of a delivery: `row`, `problems` (code, field, sentence) and the `cells` as they came."""
        found = self.delivery(number)
        if isinstance(found, Problem):
            return found
        rejected: list[dict[str, Any]] = []
        for file in found.files:
            if file.holds == "quarantine":
                data = store.proved(self.path, file, number)
                if isinstance(data, Problem):
                    return data
                rejected += store.rejected_in(data)
        return rejected

    def check(self) -> list[Problem]:
        """Everything that is not as it was delivered: the register, or data files changed or missing."""
        known = self.deliveries()
        if isinstance(known, Problem):
            return [known]
        read = (store.proved(self.path, file, delivery.number) for delivery in known for file in delivery.files)
        return [found for found in read if isinstance(found, Problem)]

    @contextmanager
    def writing(self) -> Iterator[Problem | None]:
        """Alone among writers, or the problem why not. Whoever is in may enter again."""
        from filelock import FileLock, Timeout

        locked = self._unusable()
        try:
            if locked is None:
                self.path.mkdir(parents=True, exist_ok=True)
                self._lock = self._lock or FileLock(self.path / ".lock", timeout=self._patience)
                self._lock.acquire()
        except Timeout:
            locked = problem("LAKE-LOCKED", file=str(self.path), weight=Weight.DAMAGED, seconds=int(self._patience))
        except OSError:
            locked = self._not_written()
        try:
            yield locked
        finally:
            if locked is None:
                self._lock.release()

    def deliver(
        self, draft: Delivery, rows: Iterable[Mapping[str, Any]] = (), quarantined: Sequence[Rejected] = ()
    ) -> Delivery | Problem:
        """The draft with its number and files, once everything is on the disk: whole or not at all."""

        def files(folder: str) -> list[DataFile]:
            made = []
            table = store.table_of(draft.kind, rows)
            if table.num_rows:
                made.append(store.write(self.path, f"{folder}/rows.parquet", table, "rows"))
            if quarantined:
                table = store.table_of_rejected(quarantined)
                made.append(store.write(self.path, f"{folder}/quarantine.parquet", table, "quarantine"))
            return made

        return self._delivered(draft, files)

    def land(self, draft: Delivery, finished: Sequence[store.Finished]) -> Delivery | Problem:
        """The same with files that are finished and lie in the lake already: they are moved into the delivery."""

        def files(folder: str) -> list[DataFile]:
            return [store.take(self.path, folder, file) for file in finished]

        return self._delivered(draft, files)

    def _delivered(self, draft: Delivery, make: Callable[[str], list[DataFile]]) -> Delivery | Problem:
        with self.writing() as locked:
            lines = self._lines() if locked is None else locked
            if isinstance(lines, Problem):
                return lines
            number = len(lines) + 1
            folder = f"{draft.kind}/delivery={number}"
            try:
                store.clear(self.path / folder)
                files = make(folder)
            except OSError:
                return self._not_written()
            delivered = replace(draft, number=number, files=tuple(files), delivered_at=local(draft.delivered_at))
            line = as_line(delivered, lines[-1]["digest"] if lines else "")
            return self._commit(line) or from_line(line)

    def withdraw(self, number: int, *, person: str, now: datetime) -> Delivery | Problem:
        """The withdrawal of a delivery of records: from its own number on, the rows of that delivery are not there.

        What a later file said again, and brought nothing else, goes with it: send that file again.
        """
        with self.writing() as locked:
            known = self.deliveries() if locked is None else locked
            found = self.delivery(number) if locked is None else locked
            if isinstance(known, Problem):
                return known
            if isinstance(found, Problem):
                return found
            if found.what == "withdrawal":
                return problem("WITHDRAWAL-OF-WITHDRAWAL", weight=Weight.MISUSED, number=number)
            if found not in in_state(known, None):
                return problem("WITHDRAWN-BEFORE", weight=Weight.MISUSED, number=number)
            draft = Delivery(
                what="withdrawal",
                withdraws=number,
                kind=found.kind,
                source=found.source,
                person=person,
                delivered_at=now,
            )
            return self.deliver(draft)

    def _lines(self) -> list[dict[str, Any]] | Problem:
        """The lines of the register, by number, if they are a chain without a gap."""
        try:
            highest = max(self._numbers(), default=0)
            lines = self._chain()
        except OSError:
            return self._damaged()
        if isinstance(lines, Problem):
            return lines
        # Only the delivery that comes next can have been killed: a folder further on had its line.
        return lines if highest <= len(lines) + 1 else self._damaged()

    def _chain(self) -> list[dict[str, Any]] | Problem:
        """The lines, proved to be a chain; read again only when a file of the register is another than it was."""
        folder = self.path / REGISTER
        stats = [(file.name, file.stat()) for place in (folder, folder / "_delta_log") for file in place.glob("*")]
        state = sorted((name, stat.st_size, stat.st_mtime_ns, stat.st_ino) for name, stat in stats)
        if self._known is not None and self._known[0] == state:
            return self._known[1]
        lines = self._read_register()
        if isinstance(lines, Problem):
            return lines
        before = ""
        for number, line in enumerate(lines, 1):
            if line["number"] != number or line["digest"] != digest(line, before):
                return self._damaged()
            before = line["digest"]
        self._known = (state, lines)
        return lines

    def _read_register(self) -> list[dict[str, Any]] | Problem:
        folder = self.path / REGISTER
        if not any((folder / "_delta_log").glob("*.json")):
            return []
        if unusable := self._unusable():
            return unusable

        def read() -> tuple[int, list[dict[str, Any]]]:
            from deltalake import DeltaTable

            table = DeltaTable(str(folder))
            files = [folder / PurePosixPath(uri).name for uri in table.file_uris()]
            lines = [line for file in files for line in store.read(file.read_bytes()).to_pylist()]
            return table.version(), sorted(lines, key=lambda line: int(line["number"]))

        found = self._delta(read)
        if isinstance(found, Problem):
            return found
        version, lines = found
        # One commit made the table, each line is one more: a commit that lost its line is a changed log.
        return lines if version == len(lines) else self._damaged()

    def _commit(self, line: Mapping[str, Any]) -> Problem | None:
        """One line more, in one commit of the table, settled on the disk; None once it is there."""
        folder = self.path / REGISTER

        def write() -> None:
            import pyarrow as pa
            from deltalake import CommitProperties, DeltaTable, write_deltalake

            columns = [pa.field(name, pa.int64()) for name in NUMBERS] + [pa.field(name, pa.string()) for name in TEXTS]
            folder.mkdir(exist_ok=True)
            if not any((folder / "_delta_log").glob("*.json")):
                DeltaTable.create(str(folder), schema=pa.schema(columns), configuration=dict(KEPT))
            table = pa.Table.from_pylist([line], schema=pa.schema(columns))
            properties = CommitProperties(custom_metadata={"delivery": str(line["number"])})
            write_deltalake(str(folder), table, mode="append", commit_properties=properties)
            newest = [*sorted(folder.glob("*.parquet"), key=lambda file: file.stat().st_mtime_ns)[-1:]]
            for path in (*newest, *sorted((folder / "_delta_log").glob("*.json"))[-1:], folder / "_delta_log", folder):
                store.settle(path)

        try:
            failed = self._delta(write)
        except OSError:
            return self._not_written()
        return self._not_written() if failed is not None else None

    def _delta(self, do: Callable[[], Answer]) -> Answer | Problem:
        """The answer of the register's library. It is compiled: its faults share no class, a panic is no Exception."""
        try:
            return do()
        except (OSError, KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException:
            return self._damaged()

    def _numbers(self) -> Iterator[int]:
        """The numbers of the folders of data files."""
        for folder in self.path.glob("*/delivery=*"):
            number = folder.name.partition("=")[2]
            if number.isdecimal():
                yield int(number)

    def _unusable(self) -> Problem | None:
        # The library of the register reads %41 in a path as A and would write into another folder.
        if re.search("%[0-9A-Fa-f]{2}", str(self.path)):
            return problem("LAKE-PATH", file=str(self.path), weight=Weight.MISUSED)
        return None

    def _damaged(self) -> Problem:
        return problem("REGISTER-DAMAGED", file=str(self.path / REGISTER), weight=Weight.DAMAGED)

    def _not_written(self) -> Problem:
        return problem("LAKE-NOT-WRITTEN", file=str(self.path), weight=Weight.DAMAGED)
