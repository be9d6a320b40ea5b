"""A proved folder → everything its texts say: settings, tiers, calendar, units, acts. Judges nothing.

The catalogue of indicators is handed in; a text that was filed and can no longer be read is damage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from chitieu.acts import calendar, province, reading, unit_proofs, unit_tables
from chitieu.acts.folder import Folder
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.province import Province
from chitieu.acts.stretches import UnitRow
from chitieu.acts.tables import Catalogue
from chitieu.acts.tiers import Tiers
from chitieu.acts.units import Succession, Tree
from chitieu.period import WorkingDays
from chitieu.problem import Problem, Weight, refusals

ReadCatalogue = Callable[[Iterable[tuple[str, bytes]]], tuple[Catalogue, list[Problem]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a folder says."""

    folder: Folder
    province: Province
    tiers: Tiers
    calendar: WorkingDays
    unit_rows: tuple[UnitRow, ...]
    successions: tuple[Succession, ...]
    tree: Tree
    catalogue: Catalogue
    acts: Acts


def open_texts(folder: Folder, read_catalogue: ReadCatalogue) -> tuple[Opened | None, list[Problem]]:
    """All texts of a folder; None where one of them cannot be read. Warnings of single texts are not repeated."""
    problems: list[Problem] = []
    files = folder.files
    tiers = Tiers.read(files["tiers.toml"], "tiers.toml") if "tiers.toml" in files else Tiers.national()
    if not isinstance(tiers, Tiers):
        return None, _damage(tiers)
    days = calendar.read(files["calendar.toml"], "calendar.toml") if "calendar.toml" in files else calendar.national()
    if isinstance(days, tuple):
        problems += days
    settings = province.read(files[province.FILE]) if province.FILE in files else Province()
    if isinstance(settings, tuple):
        problems += settings
    rows, faults = unit_tables.read_units(files["units.csv"], "units.csv") if "units.csv" in files else ([], [])
    problems += faults
    moves, faults = (
        unit_tables.read_successions(files["successions.csv"], "successions.csv")
        if "successions.csv" in files
        else ([], [])
    )
    problems += faults
    tree, proofs = unit_proofs.build(rows, moves, tiers)
    problems += proofs
    catalogue, faults = read_catalogue((name, data) for name, data in files.items() if name.startswith("indicators/"))
    problems += faults
    filed: list[FiledAct] = []
    for name, data in files.items():
        if name.startswith("acts/"):
            decision, faults = reading.read(data, name, tiers)
            problems += faults
            if decision is not None:
                digest = folder.speaking[name].digest
                filed.append(FiledAct(decision=decision, file=name, order=len(filed), digest=digest))
    if refusals(problems) or isinstance(days, tuple) or isinstance(settings, tuple):
        return None, _damage(refusals(problems))
    return Opened(
        folder=folder,
        province=settings,
        tiers=tiers,
        calendar=days,
        unit_rows=tuple(rows),
        successions=tuple(moves),
        tree=tree,
        catalogue=catalogue,
        acts=Acts(filed, tree),
    ), []


def _damage(problems: Iterable[Problem]) -> list[Problem]:
    return [replace(found, weight=Weight.DAMAGED) for found in problems]
