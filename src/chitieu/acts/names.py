"""How names are compared and what they may hold: numbers of acts, codes and names of units.

Two spellings that no reader tells apart are one name. Knows no unit and no act.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from chitieu import toml

LONGEST_CODE = 64
_LIKE_D = str.maketrans({"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"})
_MINUS = "\u2212"


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """What two spellings of one name have in common: NFC, Ð and Ɖ as Đ, every dash as `-`, no white space, no case."""
    if text.isascii():
        return "".join(text.split()).lower()
    folded = unicodedata.normalize("NFC", text).translate(_LIKE_D).casefold()
    return unicodedata.normalize("NFC", "".join(_plain_dash(c) for c in folded if not c.isspace()))


def unlawful(text: str) -> str | None:
    """The first control, format or bidirectional character of a text of one line as `U+XXXX`, or None."""
    if text.isprintable():
        return None
    for character in text:
        if unicodedata.category(character) in ("Cc", "Zl", "Zp"):
            return f"U+{ord(character):04X}"
    return toml.unlawful(text)


def lawful_code(code: str) -> bool:
    """Whether a text may be a code: 1–64 characters, letters Latin, digits 0–9, nothing invisible.

    A Cyrillic С or a digit of another script looks like ours and is another code.
    """
    code = unicodedata.normalize("NFC", code)
    if not code.strip() or len(code) > LONGEST_CODE or unlawful(code) is not None:
        return False
    return code.isascii() or all(_lawful(character) for character in code)


def _lawful(character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] == "L":
        return unicodedata.name(character, "").startswith("LATIN ")
    return character.isascii() or category in ("Pd", "Zs") or character == _MINUS


def _plain_dash(character: str) -> str:
    return "-" if character == _MINUS or unicodedata.category(character) == "Pd" else character
