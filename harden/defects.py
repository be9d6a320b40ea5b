"""The defects of real synchronisation, planted in a made-up province-year, imported as any file: found, and what they do.

Each is sought by what shows it: a rule of the check, the quarantine, the payments, records that say the same, the term
of the procedure. What nothing in the records shows is said to be so. Its effect is the figure as sent beside the
figure with the truth of `defects.csv` put back.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # also started by the path of the file
    sys.path[:0] = [str(Path(__file__).resolve().parents[1] / place) for place in ("src", ".")]

from chitieu.standings.shown import shown
from harden._sent import DOSSIER, FORMS, Form, Sent, counts, sent

SHORT, FULL = ("731", 2_000), ("75", 20_000)
"""The unit and how many dossiers: Biên Hòa, all of Đồng Nai."""

# What shows each defect


def repeated(sent: Sent) -> set[str]:
    """Dossiers that say in every column what another one says, under a number that does not begin with their unit."""
    alike: dict[tuple[Any, ...], list[str]] = {}
    for number, row in sent.rows.items():
        said = tuple(row[column.name] for column in DOSSIER.stored if column.name not in ("dossier_id", "version_at"))
        alike.setdefault((*said, row["version_at"]), []).append(number)
    twins = [numbers for numbers in alike.values() if len(numbers) > 1]
    return {one for numbers in twins for one in numbers if not one.startswith(f"{sent.rows[one]['unit']}-")}


def paid_otherwise(sent: Sent) -> set[str]:
    """Dossiers paid online whose payment went another way."""
    online = ("portal", "gateway")
    paid = {number for number, row in sent.rows.items() if row["paid_online"] in online}
    return {number for number in paid if (sent.means.get(number) or "portal") not in online}


def result_is_input(sent: Sent) -> int:
    """How many the import warned of: the addresses of inputs are compared at the door and not kept."""
    return sent.warned.get("RESULT-IS-INPUT", 0)


NO_DUE = "first_due_at is null and due_at is null"
AT_RECEIPT = f"finished_at = received_at and not ({NO_DUE})"
BEYOND_TERM = "accepted and first_due_at > end_of_day(add_working_days(received_at, statutory_days))"


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Defects that look alike, what shows them, and the figure they move: `n` and `d` as sent against the truth.

    `find` gives the records, or only how many; without it nothing in the records shows the defect. `whole`: whether
    all of them are shown. `n`, `d`: the signs that are possible, `+` `-` `0`.
    """

    codes: tuple[str, ...]
    by: str
    find: Callable[[Sent], set[str] | int] | None = None
    rule: str = ""
    method: tuple[str, str]
    n: str
    d: str
    forms: tuple[Form, ...] = FORMS
    whole: bool = True

    def found(self, sent: Sent) -> set[str] | int | None:
        """What shows in the records as they are stored."""
        if sent.form not in self.forms:
            return None
        if self.rule:
            return sent.breaking(self.rule)
        return None if self.find is None else self.find(sent)


ON_TIME, ON_TIME_766 = ("on-time-dossiers", "resolved"), ("on-time-dossiers", "portal-766")
SOUGHT = (
    Sought(
        codes=("WAITING-AS-FINISHED",),
        by="quy tắc FINISHED-AT-REQUEST",
        rule="FINISHED-AT-REQUEST",
        method=ON_TIME,
        n="+",
        d="+",
    ),
    Sought(
        codes=("STOPPED-AS-FINISHED", "UNPAID-AS-FINISHED"),
        by="quy tắc FINISHED-AT-RECEIPT, có hạn trả",
        find=lambda sent: sent.where(AT_RECEIPT),
        method=ON_TIME,
        n="+0",
        d="+0",
    ),
    Sought(
        codes=("NO-DUE-AS-FINISHED",),
        by="quy tắc NO-DUE-DATE",
        rule="NO-DUE-DATE",
        method=ON_TIME_766,
        n="+0",
        d="0",
    ),
    Sought(
        codes=("INPUT-AS-RESULT",),
        by="cảnh báo RESULT-IS-INPUT khi nhận",
        find=result_is_input,
        method=("electronic-results", "returned"),
        n="+",
        d="0",
        forms=("sync",),
    ),
    Sought(
        codes=("ALWAYS-DIGITISED",),
        by="không có gì trong hồ sơ; tỷ lệ của đơn vị",
        method=("digitised-dossiers", "inputs"),
        n="+",
        d="0",
    ),
    Sought(
        codes=("ANY-PAYMENT-AS-PORTAL",),
        by="giao dịch của hồ sơ ghi cách khác",
        find=paid_otherwise,
        method=("cashless-payments", "dossiers-online"),
        n="+",
        d="0",
    ),
    Sought(
        codes=("SUBMITTED-AS-RECEIVED",),
        by="quy tắc SUBMITTED-AS-RECEIVED",
        rule="SUBMITTED-AS-RECEIVED",
        method=("online-dossiers", "received"),
        n="0",
        d="0",
    ),
    Sought(
        codes=("REPUSHED-AT-RANDOM",),
        by="hai hồ sơ giống hệt, khác số",
        find=repeated,
        method=("online-dossiers", "received"),
        n="+0",
        d="+",
    ),
    Sought(
        codes=("CHANNEL-LOST",),
        by="quy tắc UNKNOWN-CHANNEL",
        rule="UNKNOWN-CHANNEL",
        method=("online-dossiers", "received"),
        n="-0",
        d="0",
    ),
    Sought(
        codes=("MOMENTS-LOST",),
        by="quy tắc FINISHED-WITHOUT-MOMENT",
        rule="FINISHED-WITHOUT-MOMENT",
        method=ON_TIME,
        n="-0",
        d="-",
    ),
    Sought(
        codes=("END-BEFORE-RECEIPT",),
        by="cách ly",
        find=lambda sent: set(sent.turned_away),
        method=ON_TIME,
        n="-0",
        d="-",
    ),
    Sought(
        codes=("FIRST-DUE-OVERWRITTEN",),
        by="hạn trả dài hơn số ngày quy định",
        find=lambda sent: sent.where(BEYOND_TERM),
        method=ON_TIME,
        n="+",
        d="0",
        whole=False,  # the statutory days of some procedures are not known
    ),
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the defects of one sort. `missed` and `besides` are None where they cannot be told apart."""

    form: Form
    sought: Sought
    planted: int
    found: int | None
    missed: int | None
    besides: int | None
    sent: tuple[int, int]
    true: tuple[int, int]

    @property
    def holds(self) -> bool:
        """Whether all are found that can be, none besides, and the figure moves as the defect must move it."""
        seen = self.found is None or (not self.besides and (not self.missed or not self.sought.whole))
        return seen and (self.found is None or not self.sought.whole or self.found == self.planted) and self.moves

    @property
    def moves(self) -> bool:
        """Whether n and d differ from the truth in the direction of the defect."""
        signs = ("+" if one > other else "-" if one < other else "0" for one, other in zip(self.sent, self.true, strict=True))
        return all(sign in allowed for sign, allowed in zip(signs, (self.sought.n, self.sought.d), strict=True))


def outcome(sent: Sent, sought: Sought) -> Outcome:
    """Seek the defects of one sort, and put their truth back."""
    planted, found = sent.records(*sought.codes), sought.found(sent)
    told = found if isinstance(found, set) else None
    return Outcome(
        form=sent.form,
        sought=sought,
        planted=len(planted),
        found=len(found) if isinstance(found, set) else found,
        missed=None if told is None else len(planted - told),
        besides=None if told is None else len(told - planted),
        sent=counts(sent, sent.stored, sought.method),
        true=counts(sent, sent.restored(*sought.codes), sought.method),
    )


def outcomes(folder: Path, size: tuple[str, int], forms: Iterable[Form] = FORMS) -> list[Outcome]:
    """Every sort of defect in every form."""
    made = [sent(folder, form, size) for form in forms]
    return [outcome(one, sought) for one in made for sought in SOUGHT]


def printed(found: Sequence[Outcome]) -> str:
    """A line for each, and what is not found."""
    head = ("dạng", "khiếm khuyết", "cài", "thấy", "nhờ", "cách tính", "như đã gửi", "sự thật", "lệch", "")
    lines = [head, *map(_line, found)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([*text, "", *dict.fromkeys(f"{'/'.join(one.sought.codes)}: {one.sought.why}" for one in found if one.sought.why), "", NOT_PLANTED])


def _line(one: Outcome) -> tuple[str, ...]:
    seen = "không thấy được" if one.found is None else str(one.found)
    if one.missed or one.besides:
        seen += f" (sót {one.missed or 0}, thừa {one.besides or 0})"
    figures = [f"{n}/{d} {shown(n, d, None, 'percent')}" for n, d in (one.sent, one.true)]
    moved = " ".join(f"{name}{now - before:+d}" for name, now, before in zip("nd", one.sent, one.true, strict=True))
    codes, method = " + ".join(one.sought.codes), "/".join(one.sought.method)
    return one.form, codes, str(one.planted), seen, one.sought.by, method, *figures, moved, "đúng" if one.holds else "SAI"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, import, seek and print; 1 where a defect that shows is not found or moves its figure the wrong way."""
    asked = argparse.ArgumentParser(prog="./dev harden defects", description=__doc__.splitlines()[0])
    asked.add_argument("--short", action="store_true", help="một huyện, 2.000 hồ sơ")
    asked.add_argument("--json", action="store_true", help="in JSON")
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="chitieu-harden-") as folder:
        found = outcomes(Path(folder), SHORT if given.short else FULL)
    print(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=1) if given.json else printed(found))
    return 0 if all(one.holds for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
