"""One table of an indicator's file: its keys in their types, and every fault with its place."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, TypeVar

from chitieu.problem import Problem, problem
from chitieu.toml import Float, Keys
from chitieu.words import say

Text = TypeVar("Text", bound=str)

LONGEST_CODE = 80


class Table(Keys):
    """One table of a file: gives its keys in their types; what is wrong goes to `problems` with its place."""

    def __init__(self, file: str, path: str, values: dict[str, Any], problems: list[Problem]) -> None:
        super().__init__(values, self.wrong)
        self.file, self.path, self.values, self.problems = file, path, values, problems

    def wrong(self, code: str, key: str, *, value: str | None = None, **said: Any) -> None:
        self.problems.append(problem(code, file=self.file, field=self.path + key, value=value, **said))

    def text(self, key: str, *, required: bool = True) -> str:
        """A text that says something; empty where the key is left out or wrong."""
        found: str | None = self.take(key, str, required=required, say=say("indicator.type.text"))
        if found == "":
            self.wrong("MISSING-KEY", key)
        return found or ""

    def code(self, key: str, *, signs: str = "a-z0-9-") -> str:
        found: str | None = self.take(key, str, required=True, say=say("indicator.type.text"))
        if found is not None and not re.fullmatch(rf"[{signs}]{{1,{LONGEST_CODE}}}", found):
            self.wrong("INDICATOR-CODE", key, value=found, signs=f"a-z, 0-9, {signs[-1]}", most=LONGEST_CODE)
        return found or ""

    def pick(self, key: str, lawful: tuple[Text, ...], otherwise: Text | None = None) -> Text:
        """The lawful text that stands there; `otherwise` where the key is left out."""
        found = self.one_of(key, lawful, required=otherwise is None)
        return next((text for text in lawful if text == found), lawful[0] if otherwise is None else otherwise)

    def whole(self, key: str, least: int, most: int) -> int | None:
        found: int | None = self.take(key, int, say=say("indicator.type.whole"))
        if found is not None and not least <= found <= most:
            self.wrong("INDICATOR-NUMBER", key, least=least, most=most)
        return found

    def day(self, key: str) -> date | None:
        found: date | None = self.take(key, date, say=say("indicator.type.day"))
        if isinstance(found, datetime):
            self.wrong("WRONG-TYPE", key, given=str(found), wanted=say("indicator.type.day"))
            return None
        return found

    def table(self, key: str, *, required: bool) -> Table:
        return self._inner(f"{key}.", self.take(key, dict, required=required, say=say("indicator.type.table")) or {})

    def tables(self, key: str) -> list[Table]:
        """The tables of an array; empty where there is none, an error where one of them is no table."""
        found: list[Any] = self.take(key, list, say=say("indicator.type.tables")) or []
        for place, value in enumerate(found, start=1):
            if not isinstance(value, dict | Float):
                given = value if isinstance(value, str) else "…"  # a number may be too long to print
                self.wrong("WRONG-TYPE", f"{key}[{place}]", given=given, wanted=say("indicator.type.table"))
        return [self._inner(f"{key}[{n}].", value) for n, value in enumerate(found, start=1) if isinstance(value, dict)]

    def _inner(self, path: str, values: dict[str, Any]) -> Table:
        return Table(self.file, self.path + path, values, self.problems)
