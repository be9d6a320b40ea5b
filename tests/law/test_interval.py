"""Survey figures (indicators.md, 8): every method of survey apart, Wilson's interval beside, few answers flagged."""

from datetime import date

import pytest

from chitieu.measures.as_json import tally_json
from chitieu.measures.interval import wilson
from chitieu.period import holding
from tests.counting import Deck


@pytest.mark.parametrize(
    ("n", "d", "low", "high"),
    [
        (94, 100, "87.52", "97.22"),
        (0, 10, "0.00", "27.75"),
        (10, 10, "72.25", "100.00"),
        (1, 1, "20.65", "100.00"),
        (9400, 10000, "93.52", "94.45"),
    ],
)
def test_wilsons_interval_of_published_examples(n: int, d: int, low: str, high: str) -> None:
    assert wilson(n, d) == (low, high)


def test_without_answers_there_is_no_interval() -> None:
    assert wilson(0, 0) is None


def test_all_methods_of_survey_together_and_each_apart() -> None:
    deck = Deck(
        survey="""
        answer_id | unit | answered_at      | method   | score
        a         | X11  | 2024-03-01 08:00 | one-stop | 5
        b         | X11  | 2024-03-01 09:00 | one-stop | 3
        c         | X11  | 2024-03-01 10:00 | online   | 4
        d         | X11  | 2024-03-01 11:00 | online   |
        e         | X11  | 2024-03-01 12:00 |          | 4
        """
    )
    tally = deck.tally("X11", "service-satisfaction", "2024")
    assert (tally.numerator, tally.denominator, tally.excluded) == (3, 4, (("blank", 1),))
    assert tally.apart == (("one-stop", 1, 2), ("online", 1, 1))
    period = holding(date(2024, 1, 1), date(2024, 12, 31))
    found = tally_json(tally, period, period.last, "", state="", delivery=0)
    assert found["interval"] == {"low": "30.06", "high": "95.44", "few": True}
    assert found["apart"]["one-stop"] == {"numerator": 1, "denominator": 2}
