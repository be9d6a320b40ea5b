"""Made-up records of every kind for a part of a province and a year: consistent, with the margins of a real one.

The same order gives the same bytes. Units have records only on days on which they stood; every planted defect is
listed with what was true. Everything is marked as *số liệu minh hoạ*; persons appear nowhere. Reads no lake.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chitieu.acts.units import Tree
from chitieu.generate import duties, inspections, procedures, voices
from chitieu.generate.clock import Clock
from chitieu.generate.dossiers import desks
from chitieu.generate.stands import World, shares, world
from chitieu.generate.writing import ENDINGS, Folder, Form, Listing, Row, Writer
from chitieu.period import WorkingDays
from chitieu.problem import Problem, Weight, problem
from chitieu.records.delivery import MADE_UP
from chitieu.records.kinds import kinds
from chitieu.words import say

MARK = MADE_UP
"""In the name of every file with records."""
MANIFEST, DEFECTS, COVERS = f"{MARK}.json", "defects.csv", "covers.txt"
NOT_MADE = ("figure",)
"""Kinds of published or typed figures: what is made up here are records."""
FIRST, LAST = 1992, 2098
"""Years whose dossiers, received before and due after, lie within 1990–2100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for: the code of a unit (it and all below), a year, how many dossiers, a seed, their form."""

    unit: str
    year: int
    dossiers: int
    seed: int
    form: Form = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """What was made: the manifest as it stands in the folder."""

    folder: Path
    manifest: Mapping[str, Any]


def generate(tree: Tree, working: WorkingDays, order: Order, out: Path) -> Generated | Problem:
    """Write the records of an order into a new folder, whole or not at all."""
    made_of = world(tree, Clock(working, order.year), order.unit, order.year)
    if made_of is None:
        return problem("GENERATE-NO-UNIT", value=order.unit, weight=Weight.MISUSED, year=order.year)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        return problem("GENERATE-NOT-EMPTY", file=str(out), weight=Weight.MISUSED)
    home = out.resolve()
    draft = home.with_name(f".{home.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        manifest = _write(made_of, order, draft)
        if home.exists():  # perhaps the folder someone stands in: it stays, and the manifest comes last
            for page in sorted(draft.iterdir(), key=lambda page: (page.name == MANIFEST, page.name)):
                page.rename(home / page.name)
        else:
            draft.rename(home)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Generated(folder=out, manifest=manifest)


def _write(made_of: World, order: Order, home: Path) -> dict[str, Any]:
    with Folder(home) as folder:
        files: dict[str, Writer] = {}
        for code, kind in kinds().items():
            if code not in NOT_MADE and not kind.population:
                form = order.form if code == "dossier" else "csv"
                files[code] = folder.add(f"{code}.{MARK}.{ENDINGS[form]}", kind, form)
        listing = Listing(home / DEFECTS, kinds()["dossier"])
        for code, row in _records(made_of, order, listing):
            files[code].write(row)
        listing.close()
    covers = [f"{made_of.root}:{date.fromordinal(first)}:{date.fromordinal(last)}" for first, last in made_of.covers]
    (home / COVERS).write_text("".join(f"{cover}\n" for cover in covers), encoding="utf-8")
    manifest = {
        "mark": say("generate.illustration"),
        "illustration": True,
        "unit": made_of.root,
        "name": made_of.highest.unit.name,
        "year": order.year,
        "dossiers": order.dossiers,
        "seed": order.seed,
        "covers": covers,
        "files": folder.listed(),
        "defects": dict(sorted(listing.counts.items())),
    }
    (home / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return manifest


def _records(made_of: World, order: Order, listing: Listing) -> Iterator[tuple[str, Row]]:
    """Every record with its kind, unit by unit."""
    seed = order.seed
    known = procedures.catalogue(made_of, seed)
    rows, shortened = procedures.rows(made_of, known, seed)
    yield from (("procedure", row) for row in rows)
    counts = shares(made_of, order.dossiers)
    petitions = shares(made_of, max(order.dossiers * voices.PETITIONS // 1000, 1))
    surveys = shares(made_of, max(order.dossiers * voices.SURVEYS // 1000, 1))
    made_by = desks(
        made_of,
        known,
        shortened,
        seed=seed,
        national_code=_national_code(made_of),
        keeps_first_due=order.form != "sync",
    )
    for desk in made_by:
        for made in desk.dossiers(counts[desk.stand.name]):
            yield from (("dossier", row) for row in made.rows)
            if made.payment is not None:
                yield "payment", made.payment
            if made.defect is not None:
                listing.add(made.defect)
    for stand in made_of.stands:
        for kind, made_rows in (
            ("petition", voices.petitions(made_of, stand, seed, petitions.get(stand.name, 0))),
            ("survey", voices.surveys(made_of, stand, seed, surveys.get(stand.name, 0))),
            ("task", duties.tasks(made_of, stand, seed)),
            ("meeting", duties.meetings(made_of, stand, seed)),
            ("committee", duties.committees(made_of, stand, seed)),
            ("initiative", duties.initiatives(made_of, stand, seed)),
        ):
            yield from ((kind, row) for row in made_rows)
    yield from inspections.inspections(made_of, seed)


def _national_code(made_of: World) -> str:
    """What random national numbers begin with: the portal's code of the unit at the top of the tree, else its own."""
    tree = made_of.tree.on(date.fromordinal(made_of.highest.first))
    code = made_of.highest.unit.code
    top = tree.units[(tree.above(code) or (code,))[-1]]
    return next((also.partition(":")[2] for also in top.also if also.startswith("portal:")), top.code)
