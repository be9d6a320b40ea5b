"""What the tests on published results share: acts that nobody signed, and how a workspace for them is made."""

import csv
import io
from pathlib import Path

from tests.province.command_line import Office, Row

ON_TIME = ("--indicator", "on-time-dossiers", "--period", "2026")
CAPTURED = "2026-09-26T18:21:36"
TABLE = "data/portal766/results.csv"
ANSWER = "data/portal766/raw/dvc-progress-tree.year-all.json"

HEAD = """
number       = "{number}"
kind         = "decision"
illustration = true
title        = "Một mức cho năm 2026 (minh hoạ)"
issuer       = "{issuer}"
issued_on    = 2026-01-15
applies      = "2026"
"""
LINE = """
[[line]]
row       = 1
indicator = "on-time-dossiers"
method    = "portal-766"
"""
TWO_TIERS = HEAD.format(number="MH-97", issuer="H44") + LINE + 'department = ">= 97 %"\ncommune = ">= 97 %"\n'
NAMED_UNITS = (
    HEAD.format(number="MH-01", issuer="H44")
    + 'counts = { department = 3, commune = 3 }\nsigned_as = "Chủ tịch"\n'
    + LINE
    + """wording    = "Hồ sơ giải quyết đúng hạn"
department = ">= 98 %"
commune    = ">= 97 %"
monitor    = "H44.01"
report_by  = "day 20"
[line.units]
"H44.131"  = ">= 97,5 %"
"H44.23"   = "none"
[[line]]
row        = 2
indicator  = "overdue-dossiers"
wording    = "Hồ sơ quá hạn"
department = "<= 3 %"
commune    = "<= 3 %"
[[line]]
row        = 3
indicator  = "reform-plan-issued"
wording    = "Ban hành kế hoạch CCHC năm"
department = "by 2026-01-31"
commune    = "by 2026-02-15"
"""
)
OF_THE_COUNTRY = (
    HEAD.format(number="MH-VN", issuer="VN")
    + LINE
    + """province = ">= 97 %"
[[line]]
row       = 2
indicator = "petitions-settled"
method    = "portal-766"
province  = ">= 97 %"
"""
)

INDICATOR = """
schema = "indicator/1"
code = "{code}"
name = {{ vi = "{name}" }}
shape = "{shape}"
unit = "{unit}"
better = "lower"
decimals = 2
when_empty = "not_applicable"
scope = "own"
fixed = false
"""
OWN_INDICATORS = {
    "overdue-dossiers": ("Tỷ lệ hồ sơ quá hạn", "ratio", "percent"),
    "reform-plan-issued": ("Ban hành kế hoạch CCHC năm", "duty", "day"),
}


def by_unit(rows: list[Row]) -> dict[str, Row]:
    return {row["unit"]: row for row in rows}


def made(home: Path, shared: Path, *, source: Path | None = None) -> Office:
    """A workspace with the units of the portal's table."""
    office = Office(home=home)
    office.run("init", *(() if source is None else ("--from", source)))
    office.run("units", "load", shared / TABLE)
    return office


def flat(rows: list[tuple[str, int, int]], captured: str = CAPTURED) -> str:
    """A table of figures for the year 2026."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow("source unit indicator method from to scope numerator denominator captured_at".split())
    year = ("2026-01-01", "2026-12-31")
    for unit, n, d in rows:
        table.writerow(["portal-766", unit, "on-time-dossiers", "portal-766", *year, "subtree", n, d, captured])
    return text.getvalue()
