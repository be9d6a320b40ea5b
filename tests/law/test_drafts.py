"""A draft is tried on results that lie behind it: nothing is filed, and its codes stay those of its own day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from chitieu import period as periods
from chitieu import questions, walk
from chitieu.period import Period
from chitieu.standings.trial import outcome
from tests.world import SUCCESSIONS, UNITS, Act, amendment, cascade, decision

NOW = datetime.fromisoformat("2025-02-01T08:00:00+07:00")
FIGURES = """unit,indicator,from,to,numerator,denominator,captured_at,person,document
X11,on-time-dossiers,2024-01-01,2024-12-31,99,100,2025-01-05,a,b
X12,on-time-dossiers,2024-01-01,2024-12-31,965,1000,2025-01-05,a,b
X13,on-time-dossiers,2024-01-01,2024-12-31,90,100,2025-01-05,a,b
"""
OF_2024 = decision("1/QĐ", "P", "2024-01-02", "2024", "1 | on-time-dossiers | commune >= 90 %")
YEAR = periods.read("2024")


@pytest.fixture
def workspace(tmp_path: Path) -> walk.Workspace:
    home = tmp_path / "var"
    assert walk.init(home, None, NOW) == []
    tables = [("units.csv", plain(UNITS)), ("successions.csv", plain(SUCCESSIONS))]
    assert walk.load_units(home, tables, NOW)[0] is not None
    assert walk.file_acts(home, [("1.toml", OF_2024.text.encode())], NOW)[0]
    opened, _ = walk.open_workspace(home)
    assert opened is not None
    done = walk.deliver(
        opened, FIGURES.encode(), "f.csv", source="self-report", period=None, captured=None, person="a", now=NOW
    )
    assert isinstance(done, tuple)
    return opened


def plain(table: str) -> bytes:
    rows = [[cell.strip() for cell in line.split(",")] for line in table.strip().splitlines()]
    return "\n".join(",".join(row + [""] * (len(rows[0]) - len(row))) for row in rows).encode()


def tried(workspace: walk.Workspace, act: Act) -> list[tuple[str, int, int, int, int, str]]:
    """Level, reached, missed, missed by less than a point, without a figure, remark: a line and tier each."""
    assert isinstance(YEAR, Period)
    standings, problems = questions.trial(workspace, "draft.toml", act.text.encode(), YEAR, date(2025, 2, 1))
    assert standings is not None, [found.sentence for found in problems]
    keys = ("level", "reached", "missed", "close", "without", "remark")
    return [tuple(found[key] for key in keys) for found in outcome(standings)]  # type: ignore[misc]


def test_a_draft_of_next_year_says_how_many_would_have_reached_it(workspace: walk.Workspace) -> None:
    state = workspace.folder.state
    draft = decision("9/QĐ", "P", "2024-12-30", "2025", "1 | on-time-dossiers | commune >= 97 %")
    assert tried(workspace, draft) == [(">= 97 %", 1, 2, 1, 2, "mixed")]
    assert walk.open_workspace(workspace.home)[0].folder.state == state  # type: ignore[union-attr]


def test_a_level_nobody_misses_is_soft_and_one_nobody_reaches_is_out_of_reach(workspace: walk.Workspace) -> None:
    for level, remark in ((">= 80 %", "soft"), (">= 99,5 %", "out-of-reach")):
        draft = decision("9/QĐ", "P", "2024-12-30", "2025", f"1 | on-time-dossiers | commune {level}")
        assert tried(workspace, draft)[0][-1] == remark


def test_a_named_unit_is_the_one_that_bears_the_code_on_the_drafts_own_day(workspace: walk.Workspace) -> None:
    """TT11 stands from 01/07/2025: a draft of that autumn may name it, and a trial on 2024 finds nobody there."""
    draft = decision(
        "9/QĐ",
        "P",
        "2025-09-01",
        "2025",
        "1 | on-time-dossiers | commune >= 97 % | X11 >= 99,5 % | TT11 >= 98 %",
    )
    assert tried(workspace, draft) == [
        (">= 97 %", 0, 2, 1, 2, "out-of-reach"),
        (">= 99,5 %", 0, 1, 1, 0, "out-of-reach"),
    ]


def test_a_cascade_and_an_amendment_are_tried_among_the_filed_acts(workspace: walk.Workspace) -> None:
    handed = cascade("15/QĐ", "H1", "2024-03-01", OF_2024, "1 | on-time-dossiers | commune >= 97 %")
    assert tried(workspace, handed) == [(">= 97 %", 1, 2, 1, 0, "mixed")]
    raised = amendment("8/QĐ", "P", "2024-08-02", OF_2024, "1 | on-time-dossiers | commune >= 99 %")
    assert tried(workspace, raised) == [(">= 99 %", 1, 2, 0, 2, "mixed")]


def test_a_refused_draft_says_why_and_one_that_says_nothing_of_the_period_too(workspace: walk.Workspace) -> None:
    assert isinstance(YEAR, Period)
    other = periods.read("2023")
    assert isinstance(other, Period)
    low = cascade("15/QĐ", "H1", "2024-03-01", OF_2024, "1 | on-time-dossiers | commune >= 80 %")
    for act, period, code in ((low, YEAR, "BELOW-FLOOR"), (low_of(low), other, "TRY-SAYS-NOTHING")):
        standings, problems = questions.trial(workspace, "draft.toml", act.text.encode(), period, date(2025, 2, 1))
        assert standings is None
        assert code in [found.code for found in problems]


def low_of(act: Act) -> Act:
    return act.replaced(">= 80 %", ">= 95 %")
