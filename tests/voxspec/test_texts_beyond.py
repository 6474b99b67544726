"""The shortest text that is one of a pattern and not of another, held against all short texts."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from random import Random

import pytest

from voxspec.patterns.beyond import Texts, UndecidedError, text_beyond, text_in_both
from voxspec.patterns.lengths import bounds, is_possible
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_python

_ALL = ["".join(letters) for size in range(6) for letters in product("ab0-\n", repeat=size)]
_PARTS = ["a", "b", "0", "-", "[ab]", "[^a]", ".", r"\d", r"\w", r"\s", "[a-z]", r"\W"]
_PLACES = [r"\b", r"\B", "^", "$"]


@pytest.mark.parametrize(
    ("written", "read", "text"),
    [
        (Texts("^(?:on|off|auto)$"), Texts("^(?:on|off)$"), "auto"),
        (Texts("^(?:on|off)$"), Texts("^(?:on|off|auto)$"), None),
        (Texts("^[a-z0-9]+$"), Texts("^[a-z]+$"), "0"),
        (Texts("^[a-z]{1,64}$"), Texts("^[a-z]{1,64}$", 0, 64), None),
        (Texts("^[a-z]+$", 1, 8), Texts("^[a-z]{1,8}$"), None),
        (Texts("^[a-z]{1,8}$"), Texts(None, 1, 7), "aaaaaaaa"),
        (Texts(r"^[\s\S]*$"), Texts("^.*$"), "\n"),
        (Texts(), Texts(r"^[\s\S]*$"), None),
        (Texts("^(?!-)[a-z-]+$"), Texts("^[a-z]"), None),
        (Texts(r"\bfoo\b"), Texts("^foo"), "-foo"),
        (Texts("^(?:ab){8}$"), Texts(None, 0, 15), "ab" * 8),
        (Texts("^(?:a{70})?$"), Texts(None, 0, 5), "a" * 70),
        (Texts("^(?:a{70})+$"), Texts(None, 0, 70), "a" * 140),
        (Texts(None, 0, 2**40), Texts(None, 0, 2**41), None),
    ],
)
def test_what_is_beyond(written: Texts, read: Texts, text: str | None) -> None:
    assert text_beyond(written, read) == text


@pytest.mark.parametrize("pattern", ["(?<=a)b", r"(a)\1", "^a{2000}$"])
def test_what_is_not_known(pattern: str) -> None:
    with pytest.raises(UndecidedError):
        text_beyond(Texts(pattern), Texts("^b$"))


def test_what_is_too_long_to_be_made() -> None:
    with pytest.raises(UndecidedError):
        text_beyond(Texts(), Texts(None, 0, 2**40))


def test_random_patterns() -> None:
    luck = Random(5)
    shown = 0
    for _ in range(400):
        first, second = (_texts(luck) for _ in range(2))
        mine = [text for text in _ALL if _has(first, text)]
        beyond = [text for text in mine if not _has(second, text)]
        both = [text for text in mine if _has(second, text)]
        for made, known in (
            (text_beyond(first, second), beyond),
            (text_in_both(first, second), both),
        ):
            if made is None:
                assert known == [], (first, second)
            else:
                assert _has(first, made), (first, second)
                assert _has(second, made) == (known is both), (first, second)
                assert len(made) <= min(map(len, known), default=len(made)), (first, second)
                shown += 1
    assert shown > 300


def test_lengths_of_random_patterns() -> None:
    luck = Random(6)
    for _ in range(300):
        pattern = _pattern(luck)
        node = parse(pattern)
        least, most = bounds(node)
        for size in {len(text) for text in _ALL if _search(pattern, text)}:
            assert least <= size, pattern
            assert most is None or size <= most, pattern
            for low, high in ((size, size), (0, size), (size, None), (size, size + 3)):
                assert is_possible(node, low, high), pattern


@pytest.mark.parametrize("pattern", ["^(?:a{128})?$", "^(?:a{300})+$"])
def test_lengths_that_are_far_apart(pattern: str) -> None:
    node = parse(pattern)
    assert is_possible(node, 1, None)
    assert is_possible(node, 1, 301)
    assert not is_possible(node, 1, 127)


@pytest.mark.parametrize(
    ("pattern", "possible"),
    [
        ("[]", False),
        ("^a[]$", False),
        ("([]){2}", False),
        ("[]|[]", False),
        ("[]|a", True),
        ("^[]*$", True),
        ("^(?:[]|b)+$", True),
        ("(?![])a", True),
    ],
)
def test_patterns_without_a_text(pattern: str, possible: bool) -> None:
    assert is_possible(parse(pattern), 0, None) is possible


def _texts(luck: Random) -> Texts:
    low = luck.choice([0, 0, 0, 1, 2])
    return Texts(_pattern(luck), low, luck.choice([None, None, low, low + 2]))


def _pattern(luck: Random) -> str:
    start, end = luck.choice(["^", ""]), luck.choice(["$", ""])
    return f"{start}{_part(luck)}{end}"


def _part(luck: Random, deep: int = 0) -> str:
    chance = luck.random()
    if deep > 3 or chance < 0.35:
        return luck.choice(_PARTS)
    if chance < 0.6:
        return "".join(_part(luck, deep + 1) for _ in range(luck.randint(1, 3)))
    if chance < 0.72:
        return f"(?:{'|'.join(_part(luck, deep + 1) for _ in range(luck.randint(1, 3)))})"
    if chance < 0.85:
        inner = _part(luck, deep + 1)
        often = ["?"] if re.search("[*+}]", inner) else ["*", "+", "?", "{2}", "{1,2}", "{2,}"]
        return f"(?:{inner}|-){luck.choice(often)}"
    if chance < 0.9:
        return f"{luck.choice(['(?=', '(?!'])}{_part(luck, deep + 1)})"
    return luck.choice(_PLACES) if chance < 0.95 else f"({_part(luck, deep + 1)})"


def _has(texts: Texts, text: str) -> bool:
    assert texts.pattern is not None
    most = len(text) if texts.high is None else texts.high
    return texts.low <= len(text) <= most and _search(texts.pattern, text)


def _search(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(to_python(parse(pattern)))
