"""The words people read: one catalogue, a folder a language, a file a room. Knows no rule, only sentences.

`say("verdict.met")` gives a sentence of the catalogue; named values are filled in. A translation
is another folder beside `vi` with the same keys.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

LANGUAGE = "vi"
LONGEST = 600
"""Characters a value may have inside a sentence."""


def visible(text: str) -> str:
    """`text` with every control, format and unassigned character and every break of a line written out as `\\uXXXX`.

    A file name or a cell may carry an escape sequence or a bidirectional override; a terminal,
    a log and a page show it and never obey it.
    """
    if text.isprintable():
        return text
    return "".join(_written_out(c) if unicodedata.category(c) in _OBEYED else c for c in text)


_OBEYED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


@cache
def catalogue(language: str = LANGUAGE) -> dict[str, str]:
    """Every sentence of a language by its dotted key. Two files giving one key are an error of ours."""
    sentences: dict[str, str] = {}
    for page in sorted(files(__package__).joinpath(language).iterdir(), key=lambda item: item.name):
        if page.name.endswith(".toml"):
            for key, sentence in _flat(tomllib.loads(page.read_text(encoding="utf-8")), ""):
                if key in sentences:
                    raise ValueError(f"words: {key} stands twice, again in {page.name}")
                sentences[key] = sentence
    return sentences


def _flat(table: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((prefix + key, str(value)))
    return found


def knows(key: str) -> bool:
    """Whether the catalogue has a sentence of this key."""
    return key in catalogue()


def template(key: str) -> str:
    """The sentence of `key` as it stands in the catalogue, its values unfilled."""
    return catalogue()[key]


def say(key: str, **values: object) -> str:
    """The sentence of `key` with its values filled in, none longer than `LONGEST`. A missing key is our error."""
    return catalogue()[key].format(
        **{name: visible(shortened(value)) if isinstance(value, str) else value for name, value in values.items()}
    )


def shortened(text: str, most: int = LONGEST) -> str:
    """`text`, or its beginning and `…`: a cell of a million letters is no part of a sentence."""
    return text if len(text) <= most else text[: most - 1] + "…"
