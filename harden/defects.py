"""The defects of real synchronisation, planted in a made-up province-year and imported: found, and what they do.

Each is sought by what shows it: a rule of the check, the quarantine, the payments, records that say the same, the term
of the procedure. What nothing in the records shows is said to be so. Its effect is the figure as sent beside the
figure with the truth of `defects.csv` put back.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
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


NOT_PLANTED = (
    "Không cài: số giấy tờ giả, người xử lý và trích yếu mặc định (dữ liệu cá nhân không vào kho), MaCSDL luôn có 7 "
    "(không cột nào giữ), lỗi gửi tiến độ (bản tin khác)."
)
NO_DUE = "first_due_at is null and due_at is null"
AT_RECEIPT = f"finished_at = received_at and not ({NO_DUE})"
BEYOND_TERM = "accepted and first_due_at > end_of_day(add_working_days(received_at, statutory_days))"


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Defects that look alike, what shows them, and the figure they move.

    `find` gives the records, or only how many; `rule`: those that break a rule of the kind; without either nothing in
    the records shows the defect. `n`, `d`: how they may stand as sent against the truth, `+` `-` `0`. `why`: what is
    not found or not told apart, and why.
    """

    codes: tuple[str, ...]
    by: str
    find: Callable[[Sent], set[str] | int] | None = None
    rule: str = ""
    method: tuple[str, str]
    n: str
    d: str
    forms: tuple[Form, ...] = FORMS
    why: str = ""

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
        why="hai trạng thái gửi thành một: không phân biệt được đã dừng hay chờ nộp phí",
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
        why="bảng cột phẳng không có địa chỉ của tệp đầu vào; chỉ bản đồng bộ có để so sánh",
    ),
    Sought(
        codes=("ALWAYS-DIGITISED",),
        by="–",
        method=("digitised-dossiers", "inputs"),
        n="+",
        d="0",
        why="một hồ sơ ghi có số hóa giống hệt hồ sơ có số hóa thật; chỉ tỷ lệ gần 100 % của một đơn vị đáng ngờ",
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
        why="một hồ sơ không còn hạn cũ; thấy qua số ngày quy định của thủ tục, không rõ số ngày thì không thấy",
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
        return self.moves and self.found in (None, self.planted) and not self.missed and not self.besides

    @property
    def moves(self) -> bool:
        """Whether n and d differ from the truth in the direction of the defect."""
        allowed = (self.sought.n, self.sought.d)
        return all(_sign(now - true) in signs for now, true, signs in zip(self.sent, self.true, allowed, strict=True))

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "form": self.form,
            "defects": list(self.sought.codes),
            "planted": self.planted,
            "found": self.found,
            "missed": self.missed,
            "besides": self.besides,
            "method": "/".join(self.sought.method),
            "sent": dict(zip(("numerator", "denominator"), self.sent, strict=True)),
            "true": dict(zip(("numerator", "denominator"), self.true, strict=True)),
            "holds": self.holds,
        }


def _sign(difference: int) -> str:
    return "+" if difference > 0 else "-" if difference else "0"


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


@dataclass(frozen=True, kw_only=True)
class Together:
    """A figure as sent, and with the truth of all defects."""

    form: Form
    method: tuple[str, str]
    sent: tuple[int, int]
    true: tuple[int, int]


def together(sent: Sent) -> list[Together]:
    """What all defects together do to each figure."""
    truth = sent.restored(*(code for sought in SOUGHT for code in sought.codes))
    methods = dict.fromkeys(sought.method for sought in SOUGHT)
    return [
        Together(form=sent.form, method=one, sent=counts(sent, sent.stored, one), true=counts(sent, truth, one))
        for one in methods
    ]


def tried(folder: Path, size: tuple[str, int]) -> tuple[list[Outcome], list[Together]]:
    """Every sort of defect in every form, alone and all together."""
    made = [sent(folder, form, size) for form in FORMS]
    alone = [outcome(one, sought) for one in made for sought in SOUGHT]
    return alone, [figure for one in made for figure in together(one)]


def printed(found: Sequence[Outcome], all_of_them: Sequence[Together]) -> str:
    """A line for each sort, a line for each figure, and what is not found."""
    head = ("dạng", "khiếm khuyết", "cài", "thấy", "nhờ", "cách tính", "như đã gửi", "sự thật", "lệch", "")
    heads = ("dạng", "cách tính", "như đã gửi", "sự thật, mọi khiếm khuyết", "lệch")
    lines = [(one.form, "/".join(one.method), *_figures(one.sent, one.true)) for one in all_of_them]
    reasons = {f"{' + '.join(one.sought.codes)}: {one.sought.why}." for one in found if one.sought.why}
    told = [*sorted(reasons), NOT_PLANTED]
    return "\n".join([*_table([head, *map(_line, found)]), "", *_table([heads, *lines]), "", *told])


def _table(lines: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]


def _line(one: Outcome) -> tuple[str, ...]:
    seen = "không thấy được" if one.found is None else str(one.found)
    if one.missed or one.besides:
        seen += f" (sót {one.missed or 0}, thừa {one.besides or 0})"
    codes, method = " + ".join(one.sought.codes), "/".join(one.sought.method)
    by = one.sought.by if one.found is not None else "–"
    verdict = "đúng" if one.holds else "SAI"
    return one.form, codes, str(one.planted), seen, by, method, *_figures(one.sent, one.true), verdict


def _figures(sent: tuple[int, int], true: tuple[int, int]) -> tuple[str, str, str]:
    moved = " ".join(f"{name}{now - before:+d}" for name, now, before in zip("nd", sent, true, strict=True))
    return _share(*sent), _share(*true), moved


def _share(n: int, d: int) -> str:
    return f"{n}/{d} {shown(n, d, None, 'percent')}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, import, seek and print; 1 where a defect that shows is not found or moves its figure the wrong way."""
    asked = argparse.ArgumentParser(prog="./dev harden defects", description=__doc__.splitlines()[0])
    asked.add_argument("--short", action="store_true", help="một huyện, 2.000 hồ sơ")
    asked.add_argument("--json", action="store_true", help="in JSON")
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="chitieu-harden-") as folder:
        alone, figures = tried(Path(folder), SHORT if given.short else FULL)
    if given.json:
        print(json.dumps([one.as_json() for one in alone], ensure_ascii=False, indent=1))
    else:
        print(printed(alone, figures))
    return 0 if all(one.holds for one in alone) else 1


if __name__ == "__main__":
    sys.exit(main())
