"""Strict JSON: each way to be wrong has its rule and its place, and nothing raises."""

import json
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voxwire.limits import MAX_DEPTH, MAX_FRAME_SIZE, MAX_NUMBER_LENGTH
from voxwire.wire.strict_json import NOT_JSON, parse, string_count


def found(data: bytes | str) -> list[tuple[str, str]]:
    """Rule and pointer of every problem."""
    return [(problem.rule, problem.pointer) for problem in parse(data).problems]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("null", None),
        (' {"a" : [1, -0, 1.5e3, true]}\r\n\t', {"a": [1, 0, 1500.0, True]}),
        (b'"\xc3\xa9\xf0\x9f\xab\x96"', "é\U0001fad6"),
        (r'"\ud83e\uded6 \\ud800 \" \/"', '\U0001fad6 \\ud800 " /'),
        ('"\x7f\u2028"', "\x7f\u2028"),
        ("18446744073709551616", 2**64),
        ("1e-400", 0.0),
        ('{"a":{"a":1},"b":{"a":1}}', {"a": {"a": 1}, "b": {"a": 1}}),
    ],
)
def test_valid(data: bytes | str, value: object) -> None:
    assert parse(data) == (value, ())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        " \n",
        "not json at all",
        "{",
        '{"a" 1}',
        '{"a":1,}',
        "[1,]",
        "01",
        "+1",
        ".5",
        "1.",
        "-",
        "tru",
        "'a'",
        '"abc',
        '"\\x41"',
        '"\\u12"',
        '"a\nb"',
        "{} {}",
        '{"a":1}x',
        "\ufeff{}",
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        "\x00",
    ],
)
def test_not_json(data: bytes | str) -> None:
    value, problems = parse(data)
    assert value is NOT_JSON
    assert problems[-1].rule == "JSON_INVALID"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a":"\xff"}', [("JSON_NOT_UTF8", "")]),
        (b'"\xed\xa0\x80"', [("JSON_NOT_UTF8", "")]),
        ("NaN", [("JSON_NOT_FINITE", "")]),
        ('{"a":[0,Infinity]}', [("JSON_NOT_FINITE", "/a/1")]),
        ("[-Infinity]", [("JSON_NOT_FINITE", "/0")]),
        ('{"a":1e400}', [("JSON_NUMBER_RANGE", "/a")]),
        ("[-1e999]", [("JSON_NUMBER_RANGE", "/0")]),
        (f'{{"a":{"9" * 4301}}}', [("JSON_NUMBER_RANGE", "/a")]),
        (r'["\ud800"]', [("JSON_LONE_SURROGATE", "/0")]),
        (r'["\udc00\ud800"]', [("JSON_LONE_SURROGATE", "/0")]),
        (r'{"\udfff":1}', [("JSON_LONE_SURROGATE", "/\udfff")]),
        ('"\ud800"', [("JSON_LONE_SURROGATE", "")]),
        ('{"a":1,"a":1}', [("JSON_DUPLICATE_KEY", "/a")]),
        (r'{"a":1,"\u0061":2}', [("JSON_DUPLICATE_KEY", "/a")]),
        ('{"a":1,"a":2,"a":3}', [("JSON_DUPLICATE_KEY", "/a")]),
        ('{"x":[{"b/~":1,"b/~":1}]}', [("JSON_DUPLICATE_KEY", "/x/0/b~1~0")]),
        (
            '{"a":{"c":NaN},"a":{"c":1,"c":Infinity}}',
            [
                ("JSON_DUPLICATE_KEY", "/a"),
                ("JSON_DUPLICATE_KEY", "/a/c"),
                ("JSON_NOT_FINITE", "/a/c"),
            ],
        ),
    ],
)
def test_every_mistake_has_its_rule_and_place(
    data: bytes | str, expected: list[tuple[str, str]]
) -> None:
    assert found(data) == expected


def test_what_a_duplicate_key_dropped_is_not_taken_for_something_else() -> None:
    """Its memory may be used again for what comes later in the text."""
    dropped = '{"a":{"b":1,"b":2},"a":0}'
    later = ",".join('{"b":{"b":[]}}' for _ in range(50))
    assert found(f"[{dropped},{later}]") == [("JSON_DUPLICATE_KEY", "/0/a")]


def test_the_last_of_duplicate_keys_is_the_value() -> None:
    assert parse('{"a":1,"a":2}').value == {"a": 2}


def test_depth() -> None:
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert found(deepest) == []
    assert found(f"[{deepest}]") == [("JSON_TOO_DEEP", "")]
    assert found('{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1)) == [("JSON_TOO_DEEP", "")]
    assert found("[" * 500_000) == [("JSON_TOO_DEEP", "")]


@pytest.mark.parametrize(
    "data",
    [
        "[" + "[]," * 1000 + "[]]",
        json.dumps("[{" * 1000),
        json.dumps('"[{\\' * 1000),
        json.dumps(["\\", "[" * 1000]),
    ],
    ids=["wide", "in a string", "after escaped quotes", "after an escaped backslash"],
)
def test_brackets_that_are_not_deep(data: str) -> None:
    assert found(data) == []


def test_size() -> None:
    longest = '"' + "a" * (MAX_FRAME_SIZE - 2) + '"'
    assert found(longest) == []
    assert found(longest.encode()) == []
    assert found(longest + " ") == [("FRAME_TOO_LARGE", "")]
    assert found(longest.encode() + b" ") == [("FRAME_TOO_LARGE", "")]
    # The limit counts bytes of UTF-8, not characters.
    assert found('"' + "é" * (MAX_FRAME_SIZE // 2) + '"') == [("FRAME_TOO_LARGE", "")]
    assert found('"' + "é" * (MAX_FRAME_SIZE // 2 - 1) + '"') == []


def test_the_longest_number() -> None:
    assert parse("9" * MAX_NUMBER_LENGTH) == (10**MAX_NUMBER_LENGTH - 1, ())


@pytest.mark.parametrize("limit", [0, 640])
def test_the_longest_number_is_not_up_to_the_interpreter(limit: int) -> None:
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(limit)
    try:
        assert found(f'["\\ud800",{"9" * (MAX_NUMBER_LENGTH + 1)}]') == [
            ("JSON_LONE_SURROGATE", "/0"),
            ("JSON_NUMBER_RANGE", "/1"),
        ]
    finally:
        sys.set_int_max_str_digits(usual)


def test_an_interpreter_that_converts_less_makes_no_difference_but_one() -> None:
    """A number that it refuses is out of range; nothing raises."""
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        assert found(f'["\\ud800",{"9" * 640}]') == [("JSON_LONE_SURROGATE", "/0")]
        assert found(f'["\\ud800",{"9" * 641}]') == [
            ("JSON_LONE_SURROGATE", "/0"),
            ("JSON_NUMBER_RANGE", "/1"),
        ]
    finally:
        sys.set_int_max_str_digits(usual)


def test_messages_show_nothing_of_the_text() -> None:
    for text in ('{"token": vox_sess_secret}', "vox_sess_secret", '{"a":"\\vox_sess_secret"}'):
        for problem in parse(text).problems:
            assert "secret" not in problem.message + problem.expected + problem.hint


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_what_is_written_is_read(value: object, ensure_ascii: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)
    for data in (text, text.encode()):
        parsed = parse(data)
        assert parsed.problems == ()
        assert json.dumps(parsed.value) == json.dumps(value)


def strings(value: object) -> int:
    """How many strings a JSON value is made of."""
    if isinstance(value, dict):
        return len(value) + sum(map(strings, value.values()))
    return sum(map(strings, value)) if isinstance(value, list) else isinstance(value, str)


@given(VALUES, st.booleans())
@example(['"', "\\", '\\"', "\\\\", '\\\\"', "\\\\\\"], False)
@example({'"': '"', "\\": {'\\"': "\\"}}, True)
def test_strings_are_counted_whatever_is_in_them(value: object, ensure_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=ensure_ascii)
    assert string_count(text) == string_count(text.encode()) == 2 * strings(value)


@given(st.binary() | st.text(st.characters()))
def test_any_input_has_a_value_or_a_problem(data: bytes | str) -> None:
    value, problems = parse(data)
    assert problems or value == json.loads(data)
