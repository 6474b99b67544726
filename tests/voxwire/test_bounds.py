"""Size and depth: exact at the limit, however few bytes a character takes and wherever brackets stand."""

import pytest

from voxwire.limits import MAX_DEPTH, MAX_FRAME_SIZE
from voxwire.wire.bounds import SHALLOW_LENGTH, SURELY_SMALL, exceeds_depth, exceeds_size

WIDTHS = [("a", 1), ("é", 2), ("€", 3), ("\U0001fad6", 4)]
"""A character of each length in UTF-8, and that length."""


@pytest.mark.parametrize(("char", "width"), WIDTHS)
def test_a_text_may_have_as_many_bytes_as_the_limit(char: str, width: int) -> None:
    longest = char * (MAX_FRAME_SIZE // width) + "a" * (MAX_FRAME_SIZE % width)
    assert len(longest.encode()) == MAX_FRAME_SIZE
    for data in (longest, longest.encode()):
        assert exceeds_size(data) is False
    for data in (longest + "a", longest.encode() + b"a"):
        assert exceeds_size(data) is True


@pytest.mark.parametrize(("char", "width"), WIDTHS[1:])
def test_a_text_just_over_the_limit_in_bytes_only(char: str, width: int) -> None:
    text = char * (MAX_FRAME_SIZE // width + 1)
    assert len(text) < MAX_FRAME_SIZE < len(text.encode())
    assert exceeds_size(text) is True


def test_a_text_with_as_many_characters_as_bytes_are_allowed() -> None:
    assert exceeds_size("a" * MAX_FRAME_SIZE) is False
    assert exceeds_size("a" * (MAX_FRAME_SIZE - 1) + "é") is True


def test_half_a_surrogate_pair_counts_as_three_bytes() -> None:
    fits = "\ud800" * (MAX_FRAME_SIZE // 3)
    assert exceeds_size(fits) is False
    assert exceeds_size(fits + "\ud800") is True


def test_surely_small_is_a_quarter_because_no_character_takes_more_than_four_bytes() -> None:
    assert SURELY_SMALL * 4 == MAX_FRAME_SIZE
    assert max(len(chr(code).encode()) for code in (0x7F, 0x7FF, 0xFFFF, 0x10FFFF)) == 4


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_depth_at_the_limit(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    deepest = opening * MAX_DEPTH + "1" + closing * MAX_DEPTH
    deeper = opening * (MAX_DEPTH + 1) + "1" + closing * (MAX_DEPTH + 1)
    for data in (deepest, deepest.encode()):
        assert exceeds_depth(data) is False
    for data in (deeper, deeper.encode()):
        assert exceeds_depth(data) is True


def test_objects_and_arrays_count_together() -> None:
    half = MAX_DEPTH // 2
    mixed = '[{"a":' * half + "1" + "}]" * half
    for data in (mixed, mixed.encode()):
        assert exceeds_depth(data) is False
    for data in (f"[{mixed}]", f"[{mixed}]".encode()):
        assert exceeds_depth(data) is True


def test_half_a_surrogate_pair_does_not_hide_the_depth() -> None:
    half = '"\ud800"'
    assert exceeds_depth(f"[{half},{nested(MAX_DEPTH - 1)}]") is False
    assert exceeds_depth(f"[{half},{nested(MAX_DEPTH)}]") is True


def test_what_was_closed_does_not_count() -> None:
    for data in (f"[{nested(MAX_DEPTH - 1)},{nested(MAX_DEPTH - 1)}]", nested(MAX_DEPTH) * 2):
        assert exceeds_depth(data) is False
        assert exceeds_depth(data.encode()) is False
    after = f"[{nested(3)},{nested(MAX_DEPTH)}]"
    assert exceeds_depth(after) is True
    assert exceeds_depth(after.encode()) is True


@pytest.mark.parametrize(
    "string",
    [
        '"' + "[" * 200 + '"',
        '"\\"' + "{" * 200 + '"',
        '"\\\\"',
        '"\n' + "[" * 200 + '"',
        '"\\\n[["',
    ],
    ids=["brackets", "after a quote", "a backslash", "line break", "escaped line break"],
)
def test_brackets_in_strings_do_not_count(string: str) -> None:
    pair = string * 2
    data = f"[{pair}]" + " " * SHALLOW_LENGTH
    assert exceeds_depth(data) is False
    assert exceeds_depth(data.encode()) is False
    deep = "[" * MAX_DEPTH + f"[{pair}]" + "]" * MAX_DEPTH
    assert exceeds_depth(deep) is True
    assert exceeds_depth(deep.encode()) is True


def test_bytes_that_are_not_utf_8_are_counted_as_well() -> None:
    assert exceeds_depth(b'"\xff"' + nested(MAX_DEPTH + 1).encode()) is True
    assert exceeds_depth(b'"\xff"' + nested(MAX_DEPTH).encode()) is False


def test_openings_alone_are_deep_enough() -> None:
    assert exceeds_depth("[" * SHALLOW_LENGTH) is True
    assert exceeds_depth("[" * MAX_DEPTH + " " * SHALLOW_LENGTH) is False
    assert exceeds_depth("[" * (MAX_DEPTH + 1) + " " * SHALLOW_LENGTH) is True
    assert exceeds_depth("]" * SHALLOW_LENGTH) is False
