"""TOML that people wrote: UTF-8, NFC, no floats, no control or bidirectional characters. Knows no key.

Every text file of a province is read here and nowhere else; what the keys mean is said by the
rooms that own them. Written back by `tomli_w`, texts and whole numbers only.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chitieu.problem import Problem, Weight, problem

LARGEST = 4 * 1024 * 1024
"""Bytes a file of this sort may have; a decision for ten thousand units stays far below."""
LARGEST_NUMBER = 10**15
"""No row, count or weight comes near it; beyond it a number is a fault or an attack."""


@dataclass(frozen=True, slots=True)
class Float:
    """A number that is never data here, as it stood: one with a point, or one beyond all measure."""

    text: str


def unlawful(text: str) -> str | None:
    """The first control, format or bidirectional character of a text as `U+XXXX`; None where there is none."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"):
            return f"U+{ord(character):04X}"
    return None


def decode(data: bytes, file: str) -> str | Problem:
    """The text of a file: UTF-8 with or without a mark, not empty, not larger than `LARGEST`."""
    if len(data) > LARGEST:
        return problem("FILE-TOO-LARGE", file=file, weight=Weight.UNREADABLE, limit=LARGEST)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return problem("WRONG-ENCODING", file=file, weight=Weight.UNREADABLE, position=fault.start)
    if not text.strip():
        return problem("EMPTY-FILE", file=file, weight=Weight.UNREADABLE)
    return text


def load(data: bytes, file: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The tables of a file with every text in NFC, or None with the reason.

    Floats and unlawful characters are refused with the key they stand at; the tables are then
    given all the same, so that the reader can name everything else that is wrong.
    """
    text = decode(data, file)
    if isinstance(text, Problem):
        return None, [text]
    found: list[Problem] = []
    try:
        tables = tomllib.loads(text, parse_float=Float)
        for path, value in _leaves(tables, ""):
            if isinstance(value, Float):
                found.append(problem("TOML-FLOAT", file=file, field=path, value=value.text))
            elif isinstance(value, int):
                if abs(value) > LARGEST_NUMBER:
                    found.append(problem("NUMBER-TOO-LARGE", file=file, field=path, limit=LARGEST_NUMBER))
            elif (fault_at := unlawful(value)) is not None:
                found.append(problem("UNLAWFUL-CHARACTER", file=file, field=path, value=value, character=fault_at))
        return _normalised(tables), found
    except tomllib.TOMLDecodeError as fault:
        return None, [_malformed(file, str(fault))]
    except (ValueError, RecursionError):
        return None, [_malformed(file, "")]


def _malformed(file: str, fault: str) -> Problem:
    at = re.search(r"line (\d+), column (\d+)", fault)
    if at is None:
        code = "MALFORMED-TOML-END" if "end of document" in fault else "MALFORMED-TOML"
        return problem(code, file=file, weight=Weight.UNREADABLE)
    return problem("MALFORMED-TOML-AT", file=file, weight=Weight.UNREADABLE, line=int(at[1]), column=int(at[2]))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every key, text and number with where it stands."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{path}.{key}".lstrip("."), key
            yield from _leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{path}[{number}]")
    elif isinstance(value, str | int | Float):
        yield path, value


def _normalised(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {unicodedata.normalize("NFC", key): _normalised(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_normalised(inner) for inner in value]
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        return Float("…")
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


class Keys:
    """One table of a file being read: takes each key once, with its type, and collects what is wrong.

    `complain` is called with the code of a problem, the key and the values of its sentence; a key
    that nobody took is refused by `done`.
    """

    def __init__(self, table: Mapping[str, Any], complain: Callable[..., None]) -> None:
        self._table = dict(table)
        self._complain = complain

    def take(self, key: str, kind: type | tuple[type, ...], *, required: bool = False, say: str = "text") -> Any:
        """The value of a key, or None where it is absent, empty though required, or of another type."""
        if key not in self._table:
            if required:
                self._complain("MISSING-KEY", key)
            return None
        value = self._table.pop(key)
        if isinstance(value, Float):
            return None
        a_moment_for_a_day = isinstance(value, datetime) and kind is not datetime
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int) or a_moment_for_a_day:
            self._complain("WRONG-TYPE", key, given=str(value)[:40], wanted=say)
            return None
        if required and isinstance(value, str) and not value.strip():
            self._complain("MISSING-KEY", key)
            return None
        return value.strip() if isinstance(value, str) else value

    def one_of(self, key: str, allowed: tuple[str, ...], *, required: bool = False) -> str | None:
        """A text out of a list, or None."""
        value = self.take(key, str, required=required)
        if value is not None and value not in allowed:
            self._complain("NOT-IN-LIST", key, given=value, allowed=", ".join(allowed))
            return None
        return str(value) if value is not None else None

    def rest(self) -> list[str]:
        """The keys nobody took yet."""
        return list(self._table)

    def done(self) -> None:
        """Refuse what nobody took."""
        for key in self._table:
            self._complain("UNKNOWN-KEY", key)
