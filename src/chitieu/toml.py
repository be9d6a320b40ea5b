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

from chitieu import words
from chitieu.problem import Problem, Weight, problem

LARGEST = 4 * 1024 * 1024
"""Bytes a file of this sort may have; a decision for ten thousand units stays far below."""
MOST_LINES = 10
"""Lines of one file that are named for their characters."""
LARGEST_NUMBER = 10**15
"""No row, count or weight comes near it; beyond it a number is a fault or an attack."""


_ENDLESS = re.compile(r"[0-9][0-9_]{3000,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Float:
    """What was refused where it stood, and is nobody's data: a number with a point or beyond measure, a bad text."""

    text: str


def unlawful(text: str) -> str | None:
    """The first control, format or bidirectional character of a text as `U+XXXX`; None where there is none."""
    if text.isprintable():
        return None
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"):
            return f"U+{ord(character):04X}"
    return None


def decode(data: bytes, file: str, most: int = LARGEST) -> str | Problem:
    """The text of a file: UTF-8 with or without a mark, not empty, at most `most` bytes."""
    if len(data) > most:
        return problem("FILE-TOO-LARGE", file=file, weight=Weight.UNREADABLE, limit=most)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return problem("WRONG-ENCODING", file=file, weight=Weight.UNREADABLE, position=fault.start)
    if text.count("\0") * 4 > len(text):  # UTF-16 without its mark: ASCII letters, each with a NUL beside it
        return problem("WRONG-ENCODING", file=file, weight=Weight.UNREADABLE, position=data.index(b"\0"))
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
    found = _controls(text, file)
    if found:
        return None, found
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
        if all(one.code != "UNLAWFUL-CHARACTER" for one in found):
            found += _hidden(text, file)
        return _normalised(tables), found
    except tomllib.TOMLDecodeError as fault:
        return None, [_malformed(file, str(fault))]
    except (ValueError, RecursionError):
        return None, [_too_large(text, file) or _malformed(file, "")]


def _controls(text: str, file: str) -> list[Problem]:
    """The lines with a control character, which no reader of TOML lets pass."""
    return _marked(text, file, lambda character: unicodedata.category(character) == "Cc")


def _hidden(text: str, file: str) -> list[Problem]:
    """The lines with an unlawful character outside keys and values: in a comment it hides what the rest says."""
    return _marked(text, file, lambda character: unlawful(character) is not None)


def _marked(text: str, file: str, is_unlawful: Callable[[str], bool]) -> list[Problem]:
    if text.isascii() and not _CONTROL.search(text):
        return []
    found = []
    for row, line in enumerate(text.split("\n"), 1):
        signs = "" if line.isprintable() else line.removesuffix("\r").replace("\t", " ")
        character = next((sign for sign in signs if is_unlawful(sign)), None)
        if character is not None:
            found.append(problem("UNLAWFUL-CHARACTER", file=file, row=row, character=f"U+{ord(character):04X}"))
    return found[:MOST_LINES]


def _too_large(text: str, file: str) -> Problem | None:
    """The line of a number so long that the machine does not reckon it."""
    found = _ENDLESS.search(text)
    if found is None:
        return None
    row = text.count("\n", 0, found.start()) + 1
    return problem("NUMBER-TOO-LARGE", file=file, row=row, limit=LARGEST_NUMBER)


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
        tables = {unicodedata.normalize("NFC", key): _normalised(inner) for key, inner in value.items()}
        if len(tables) < len(value):
            raise ValueError("two spellings of one key")
        return tables
    if isinstance(value, list):
        return [_normalised(inner) for inner in value]
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        return Float("…")
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value) if unlawful(value) is None else Float(value)
    return value


def _shown(value: Any) -> str:
    """A value as it stood in the text, or its beginning."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping | list):
        return "{…}" if isinstance(value, Mapping) else "[…]"
    return words.shortened(str(value), 40)


class Keys:
    """One table of a file being read: takes each key once, with its type, and collects what is wrong.

    `complain` is called with the code of a problem, the key and the values of its sentence; a key
    that nobody took is refused by `done`.
    """

    def __init__(self, table: Mapping[str, Any], complain: Callable[..., None]) -> None:
        self._table = dict(table)
        self._complain = complain

    def take(self, key: str, kind: type | tuple[type, ...], *, required: bool = False, say: str = "") -> Any:
        """The value of a key, or None where it is absent, empty though required, or of another type.

        What was refused where it stood is said once: it is None too, and itself only where anything is asked for.
        """
        if key not in self._table:
            if required:
                self._complain("MISSING-KEY", key)
            return None
        value = self._table.pop(key)
        if isinstance(value, Float):
            return value if kind is object else None
        a_moment_for_a_day = isinstance(value, datetime) and kind is not datetime
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int) or a_moment_for_a_day:
            self._complain("WRONG-TYPE", key, given=_shown(value), wanted=say or words.say("type.text"))
            return None
        if required and isinstance(value, str) and not value.strip():
            self._complain("MISSING-KEY", key)
            return None
        return value.strip() if isinstance(value, str) else value

    def one_of(self, key: str, allowed: tuple[str, ...], *, required: bool = False) -> str | None:
        """A text out of a list, or None."""
        value = self.take(key, str, required=required)
        if value is not None and value not in allowed:
            self._complain("NOT-IN-LIST", key, given=_shown(value), allowed=", ".join(allowed))
            return None
        return str(value) if value is not None else None

    def rest(self) -> list[str]:
        """The keys nobody took yet."""
        return list(self._table)

    def done(self) -> None:
        """Refuse what nobody took."""
        for key in self._table:
            self._complain("UNKNOWN-KEY", key)
