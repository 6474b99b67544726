"""Made-up texts in which a pattern is found."""

import re
from random import Random

import pytest

from voxwire.live.mock.engine.pattern_text import text_of

PATTERNS = [
    r"^[A-Z]",
    r"^[a-z0-9_-]{3,8}$",
    r"^(?:red|green|blue)$",
    r"^v\d+\.\d+$",
    r"^[^/]+/[^/]+$",
    r"a.c",
    r"^\s*\S+\s*$",
    r"^(?P<key>[A-F0-9]{2}:){5}[A-F0-9]{2}\Z",
    r"^x*?y+?$",
    r"^[\w.]+@\w+$",
    r"^\D\W$",
    "^[^a]$",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_pattern_is_in_the_text(pattern: str) -> None:
    random = Random(0)
    texts = [text_of(pattern, random) for _ in range(50)]
    assert [text for text in texts if re.search(pattern, text) is None] == []


def test_a_text_is_long_enough_and_no_longer() -> None:
    random = Random(0)
    assert text_of("^a", random, 5, 9) == "axxxx"
    assert text_of("^a$", random, 5) == "a"
    assert text_of("^abc", random, 0, 2) == "ab"
