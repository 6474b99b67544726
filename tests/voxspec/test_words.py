"""Numbers as sentences put them."""

import pytest

from voxspec.load.session.words import ordinal_after, span, spelled, times, unit_word


@pytest.mark.parametrize(
    ("number", "word"),
    [(0, "zero"), (2, "two"), (12, "twelve"), (13, "13"), (1.5, "one and a half"), (0.5, "0.5"),
     (2.25, "2.25"), (12.5, "twelve and a half"), (13.5, "13.5")],
)  # fmt: skip
def test_numbers_in_words(number: float, word: str) -> None:
    assert spelled(number) == word


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1, "once"),
        (2, "twice"),
        (3, "three times"),
        (1.5, "one and a half times"),
        (20, "20 times"),
    ],
)
def test_how_often(number: float, word: str) -> None:
    assert times(number) == word


@pytest.mark.parametrize(
    ("number", "word"),
    [(0, "a first"), (4, "a fifth"), (7, "an eighth"), (10, "an eleventh"), (11, "a twelfth"),
     (12, "a 13th"), (17, "an 18th"), (20, "a 21st"), (21, "a 22nd"), (22, "a 23rd"), (79, "an 80th"),
     (100, "a 101st"), (110, "a 111th"), (799, "an 800th")],
)  # fmt: skip
def test_what_comes_after_so_many(number: int, word: str) -> None:
    assert ordinal_after(number) == word


@pytest.mark.parametrize(
    ("number", "unit", "word"),
    [(1, "s", "a second"), (1, "h", "an hour"), (60, "s", "a minute"), (3600, "s", "an hour"),
     (60, "min", "an hour"), (60.5, "s", "60.5 seconds"), (90, "s", "90 seconds"), (2, "ms", "2 milliseconds")],
)  # fmt: skip
def test_times_as_people_say_them(number: float, unit: str, word: str) -> None:
    assert span(number, unit) == word


def test_units_that_are_words_stay() -> None:
    assert [unit_word("s", 1), unit_word("s", 2), unit_word("pings", 1)] == [
        "second",
        "seconds",
        "pings",
    ]
