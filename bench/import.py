# ruff: noqa: N999 -- the name of the command is a word of the language
"""Bringing in the national dossier synchronisation, beside a bare parse of the same bytes.

    ./dev bench import [--rows N] [--short] [--json] [--runs K]

A file of made-up dossiers of the newer variant, one object a line and as an array: read, checked, written as columns
with what is turned away. The measure is the ratio to `orjson.loads` line by line with nothing kept, on one core; both
in processes of their own, taking turns. Then the whole import, and the peak of memory of small and large files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROWS, SHORT_ROWS = 200_000, 10_000
SIZES, SHORT_SIZES = (100_000, 2_000_000), (10_000, 50_000)
"""Dossiers of the two files whose memory is compared."""
RUNS, LEAST_RUNS = 7, 3
UNITS = 250
SHAPES = 4_000
"""Different dossiers; beyond them only the number differs."""
FAULTS = {"unit": 8, "moment": 4, "state": 4, "end": 8}
"""How many shapes have this fault: six of a thousand dossiers are turned away."""
LINES_BAR, ARRAY_BAR, MEMORY_BAR = 0.8, 1.1, 1.3
LEAST_ROWS = 100_000
"""Of smaller files the time is that of preparing the query: their bars say nothing."""
NOW = datetime(2026, 11, 24, 10, 0)

PARSE = """
import sys, time
import orjson
began = time.perf_counter()
with open(sys.argv[1], "rb") as file:
    for line in file:
        orjson.loads(line)
print(time.perf_counter() - began)
"""


def units() -> bytes:
    """A province and its communes, as `units.csv`."""
    head = "code,name,tier,parent,from,act,also,certainty\nH19,Tỉnh P,province,,,,,\n"
    return (head + "".join(f"H19.{k},Xã {k},commune,H19,,,,\n" for k in range(UNITS))).encode()


def _at(day: datetime) -> str:
    return day.strftime("%Y%m%d%H%M%S")


def shapes() -> list[tuple[bytes, bytes]]:
    """What stands before and after the number of each dossier. Nearly all are whole, some have one fault."""
    chance = random.Random(20260124)
    found = []
    for shape in range(SHAPES):
        received = datetime(2024, 1, 1, 7) + timedelta(minutes=chance.randrange(525_000))
        due, done = received + timedelta(days=15), received + timedelta(minutes=chance.randrange(60, 28_000))
        requests: list[dict[str, Any]] = []
        if chance.random() < 0.08:
            requests.append(
                {
                    "HoSoBoSungId": shape,
                    "NguoiYeuCauBoSung": "Cán bộ giả định",
                    "NoiDungBoSung": "Thiếu tờ khai, đề nghị bổ sung theo mẫu",
                    "NgayBoSung": _at(received + timedelta(days=1)),
                    "NgayTiepNhanBoSung": _at(received + timedelta(days=2)),
                    "TrangThaiBoSung": True,
                    "DanhSachGiayToBoSung": [],
                    "DanhSachLePhiBoSung": [],
                    "NgayHenTraTruoc": _at(due),
                    "NgayHenTraMoi": _at(due + timedelta(days=1)),
                }
            )
        inputs = [
            {
                "TepDinhKemId": f"f{shape}-{k}",
                "TenTepDinhKem": f"thanh-phan-ho-so-{k}.pdf",
                "IsDeleted": "0",
                "MaThanhPhanHoSo": f"TP{k:02}",
                "DuongDanTaiTepTin": f"https://example.invalid/tep/{shape}/{k}",
                "DuocSoHoa": str(chance.randrange(2)),
                "DuocTaiSuDung": "0",
                "DuocLayTuKhoDMQG": "0",
                "MaKetQuaThayThe": "",
            }
            for k in range(2)
        ]
        is_faulty = {fault: shape % (SHAPES // count) == place for place, (fault, count) in enumerate(FAULTS.items())}
        record = {
            "MaHoSo": "NUMBER",
            "MaTTHC": f"1.{chance.randrange(900):06}",
            "TenTTHC": "Thủ tục giả định cấp giấy chứng nhận đăng ký hoạt động",
            "MaLinhVuc": f"LV{chance.randrange(30):02}",
            "TenLinhVuc": "Lĩnh vực giả định",
            "KenhThucHien": str(chance.randrange(1, 4)),
            "SoGiayToChuHoSo": "000000000001",
            "ChuHoSo": "NGƯỜI GIẢ ĐỊNH",
            "LoaiDoiTuong": "1",
            "MaDoiTuong": "",
            "ThongTinKhac": "",
            "Email": "nguoi@example.invalid",
            "Fax": "",
            "SoDienThoai": "0900000000",
            "TrichYeuHoSo": "Hồ sơ mẫu, số liệu bịa, dùng để đo tốc độ đọc tệp",
            "NgayTiepNhan": "20240230080000" if is_faulty["moment"] else _at(received),
            "NgayHenTra": _at(due),
            "TrangThaiHoSo": "12" if is_faulty["state"] else "10",
            "NgayTra": "",
            "ThongTinTra": "",
            "HinhThuc": "0",
            "NgayKetThucXuLy": _at(received - timedelta(days=1) if is_faulty["end"] else done),
            "DonViXuLy": "Z99.1" if is_faulty["unit"] else f"H19.{chance.randrange(UNITS)}",
            "GhiChu": "",
            "TaiLieuNop": inputs,
            "DanhSachLePhi": [
                {
                    "TenPhiLePhi": "Lệ phí giả",
                    "MaPhiLePhi": "LP1",
                    "HinhThucThu": "1",
                    "Gia": "20000",
                    "LoaiPhiLePhi": "1",
                }
            ],
            "DanhSachTepDinhKemKhac": [],
            "DanhSachHoSoBoSung": requests,
            "DanhSachGiayToKetQua": [
                {
                    "TenGiayTo": "Kết quả giả",
                    "MaThanhPhanHoSo": "",
                    "GiayToId": f"k{shape}",
                    "DuongDanTepTinKetQua": f"https://example.invalid/ket-qua/{shape}",
                    "MaGiayToKetQua": f"KQ.{shape}",
                }
            ],
            "NoiNopHoSo": "2",
            "HoSoCoThanhPhanSoHoa": "1",
            "TaiKhoanDuocXacThucVoiVNeID": "0",
            "DuocThanhToanTrucTuyen": str(chance.randrange(4)),
            "NgayTuChoi": "",
            "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "000000000001"}],
            "NgayNopHoSo": _at(received - timedelta(minutes=10)),
            "DSKetNoiCSDL": [{"MaCSDL": "1"}],
        }
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        before, after = text.split(b"NUMBER")
        found.append((before + f"Z-{received:%y%m%d}-".encode(), after))
    return found


def records(count: int) -> Iterator[bytes]:
    """Dossiers as JSON, their numbers different."""
    made = shapes()
    for number in range(count):
        before, after = made[number % SHAPES]
        yield b"%s%07d%s" % (before, number, after)


def write_lines(path: Path, count: int) -> None:
    """One object a line."""
    with path.open("wb", buffering=1 << 20) as file:
        for record in records(count):
            file.write(record + b"\n")


def write_array(path: Path, count: int) -> None:
    """The same as an array."""
    with path.open("wb", buffering=1 << 20) as file:
        for number, record in enumerate(records(count)):
            file.write((b",\n" if number else b"[") + record)
        file.write(b"]")


def _desk(folder: Path) -> tuple[Any, Any]:
    from chitieu.acts.tiers import Tiers
    from chitieu.acts.unit_tables import build, read_units
    from chitieu.problem import Problem
    from chitieu.records.lake import Lake

    rows, problems = read_units(units(), "units.csv")
    tree, found = build(rows, [], Tiers.national())
    if isinstance(rows, Problem) or problems:
        raise RuntimeError(str(problems or found))
    return Lake(folder / "lake"), tree


def stage_once(path: str, folder: str) -> None:
    """Check a file: prints the seconds, the peak of memory in MB, and the digest of all its columns and faults."""
    from chitieu.problem import Problem
    from chitieu.records.feeds import format_of
    from chitieu.records.kinds import kinds
    from chitieu.records.mapping import Mapping
    from chitieu.records.opened import open_file
    from chitieu.records.staged import stage
    from chitieu.records.staging import staging

    lake, tree = _desk(Path(folder))
    kind = kinds()["dossier"]
    for name in ("duckdb", "filelock", "pyarrow"):
        import_module(name)  # what is imported once is no part of a file
    began = time.perf_counter()
    opened = open_file(Path(path), "bench")
    if isinstance(opened, Problem):
        raise RuntimeError(opened.sentence)
    format_ = format_of(kind, opened, Mapping())
    with staging(lake.path) as place:
        if isinstance(format_, Problem) or isinstance(place, Problem):
            raise RuntimeError(f"{format_} {place}")
        staged = stage(place, kind, opened, format_, Mapping(), tree)
        if isinstance(staged, Problem):
            raise RuntimeError(staged.sentence)
        taken = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        digest = _digest(place.connection, kind, staged.rows)
    print(taken, peak, digest)


def _digest(connection: Any, kind: Any, rows: str) -> str:
    said = ", ".join(f'"{column.name}"' for column in kind.stored)
    query = f"SELECT count(*), count(errors), sum(hash({said}, row)), sum(hash(to_json(errors), row)) FROM {rows}"
    return hashlib.sha256(repr(connection.execute(query).fetchone()).encode()).hexdigest()[:16]


def import_once(path: str, folder: str) -> None:
    """Import a file into a new lake: prints the seconds, the peak of memory in MB, and the account."""
    from chitieu.problem import Problem
    from chitieu.records.receiving import Coming, receive

    lake, tree = _desk(Path(folder))
    began = time.perf_counter()
    received = receive(lake, tree, Coming(kind="dossier", file="bench", path=Path(path), now=NOW))
    if isinstance(received, Problem):
        raise RuntimeError(received.sentence)
    taken = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    account = received.account
    print(taken, peak, hashlib.sha256(repr(account).encode()).hexdigest()[:16])


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one process took: seconds of its work, peak of memory in MB, digest of its answer."""

    seconds: float
    peak_mb: int
    digest: str


def timed(code: str, path: Path) -> Taken:
    """Work in a fresh process, in an empty folder."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        asked = [sys.executable, "-c", code, str(path), folder]
        done = subprocess.run(asked, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    seconds, peak, digest, *_ = [*done.stdout.decode().split(), "0", "-"]
    return Taken(seconds=float(seconds), peak_mb=int(peak), digest=digest)


def calling(function: str) -> str:
    """Code that calls a function of this module, whose name is a word of the language."""
    loaded = f"from importlib import import_module; import sys; bench = import_module('bench.import'); bench.{function}"
    return f"{loaded}(*sys.argv[1:])"


def measured(folder: Path, rows: int, runs: int) -> list[dict[str, object]]:
    """Lines and array against the bare parse, and the whole import: medians of runs that take turns."""
    lines, array = folder / "dossiers.ndjson", folder / "dossiers.json"
    write_lines(lines, rows)
    write_array(array, rows)
    sides = {
        "bare": (PARSE, lines),
        "lines": (calling("stage_once"), lines),
        "array": (calling("stage_once"), array),
        "whole": (calling("import_once"), lines),
    }
    taken: dict[str, list[Taken]] = {name: [] for name in sides}
    for _ in range(runs):
        for name, (code, path) in sides.items():
            taken[name].append(timed(code, path))
    bare = median(one.seconds for one in taken["bare"])
    digests = {one.digest for one in (*taken["lines"], *taken["array"])}
    found = []
    for name, what, bar in (
        ("lines", f"{rows} dossiers, one a line, checked", LINES_BAR),
        ("array", f"{rows} dossiers, an array, checked", ARRAY_BAR),
        ("whole", f"{rows} dossiers, one a line, imported", None),
    ):
        ratio = median(one.seconds for one in taken[name]) / bare
        asked = bar if rows >= LEAST_ROWS else None
        holds = (asked is None or ratio <= asked) and len(digests) == 1
        peak = max(one.peak_mb for one in taken[name])
        found.append(_result(what, ratio, asked, holds, peak, taken[name][0].digest))
    return found


def memory(folder: Path, sizes: Sequence[int]) -> list[dict[str, object]]:
    """The peak of an import of a small and of a large file, and by how much it grew."""
    peaks = []
    found = []
    for rows in sizes:
        path = folder / f"dossiers-{rows}.ndjson"
        write_lines(path, rows)
        taken = timed(calling("import_once"), path)
        path.unlink()
        peaks.append(taken.peak_mb)
        rate = rows / taken.seconds
        found.append(
            _result(
                f"{rows} dossiers imported, thousand a second", rate / 1000, None, True, taken.peak_mb, taken.digest
            )
        )
    grown, bar = peaks[-1] / peaks[0], MEMORY_BAR if sizes[0] >= LEAST_ROWS else None
    holds = bar is None or grown <= bar
    found.append(_result("peak of memory, large file to small", grown, bar, holds, peaks[-1], None))
    return found


def _result(
    what: str, ratio: float, bar: float | None, holds: bool, peak_mb: int | None, digest: str | None
) -> dict[str, object]:
    return {"what": what, "ratio": round(ratio, 3), "bar": bar, "holds": holds, "peak_mb": peak_mb, "digest": digest}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a bar does not hold or lines and array differ."""
    asked = argparse.ArgumentParser(prog="./dev bench import", description=__doc__.splitlines()[0])
    asked.add_argument("--json", action="store_true", help="in JSON")
    asked.add_argument("--rows", type=int, metavar="N", help="số hồ sơ của phép so sánh tốc độ")
    asked.add_argument("--runs", type=int, metavar="K", help="số lần đo")
    asked.add_argument("--short", action="store_true", help="các tệp nhỏ, để thử")
    given = asked.parse_args(arguments)
    rows = given.rows or (SHORT_ROWS if given.short else ROWS)
    with tempfile.TemporaryDirectory(prefix="chitieu-bench-") as folder:
        print("tạo tệp và đo…", file=sys.stderr, flush=True)
        found = measured(Path(folder), rows, given.runs or (LEAST_RUNS if given.short else RUNS))
        found += memory(Path(folder), SHORT_SIZES if given.short else SIZES)
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for row in found:
            bar = "" if row["bar"] is None else f" (mức {row['bar']}) {'đạt' if row['holds'] else 'KHÔNG ĐẠT'}"
            print(f"{row['what']}: {row['ratio']}{bar}; {row['peak_mb']} MB; {row['digest'] or '–'}")
    return 0 if all(one["holds"] for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
