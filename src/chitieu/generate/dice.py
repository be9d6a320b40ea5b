"""Chance by whole numbers: the same throws from the same name, on every machine and under every Python.

Only `Random.random` is used, the one sequence that is promised not to change; a generator is seeded by text.
"""

from __future__ import annotations

from random import Random


class Dice:
    """Throws that follow from a name alone."""

    __slots__ = ("_next",)

    def __init__(self, *name: str | int) -> None:
        self._next = Random("/".join(map(str, name))).random  # noqa: S311  # made-up records, not secrets

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each as likely."""
        return int(self._next() * n)

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both possible; `least` where they are the wrong way round."""
        return least + int(self._next() * (most - least + 1)) if most > least else least

    def falls(self, per_mille: int) -> bool:
        """Whether something happens that happens so many times in a thousand."""
        return self._next() * 1000 < per_mille

    def one_of(self, *choices: str) -> str:
        """One of the choices, each as likely."""
        return choices[int(self._next() * len(choices))]
