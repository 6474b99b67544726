"""Patterns mean what ECMA-262 means, in every target, or are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.mini import (
    Data,
    field,
    generated,
    module_of,
    schema,
    write,
)
from voxspec.findings import SchemaError
from voxspec.patterns.ends import leaves_out_line_feed
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_json_schema
from voxspec.pipeline import load_protocol


def _pattern(text: str, example: str, **more: Any) -> Data:
    properties = {"text": field({"type": "string", "pattern": text, **more})}
    return schema(properties, {"text": example})


PATTERNS = [
    # pattern, what matches, what does not (by ECMA-262 with the flag "u")
    (r"^[A-Z]+$", ["AB"], ["AB\n", "ab"]),
    (r"^\d+$", ["12"], ["\u0661\u0662", "12\n"]),
    (r"^\w+$", ["aZ_9"], ["\xe9", "a\n"]),
    (r"^\s$", [" ", "\u00a0", "\ufeff", "\u2028"], ["\x1c", "\x85", "\u180e"]),
    (r"^.$", ["x", "\x85", "🎮"], ["\n", "\r", "\u2028", "\u2029"]),
    (r"^[^\d\s]$", ["x", "\u0661"], ["1", "\u00a0"]),
    (r"^[\W_]$", ["_", "é"], ["a"]),
    (r"\bfoo\b", ["a foo", "éfoo"], ["afoo"]),
    (r"^(?<n>a|b)\k<n>$", ["aa", "bb"], ["ab"]),
    (r"^(a|b)\1$", ["aa"], ["ab"]),
    (r"(?<=a)b", ["ab"], ["b"]),
    (r"(?<!a)b$", ["b", "cb"], ["ab", "b\n"]),
    (r"^\u{1F3AE}\ud83c\udfae$", ["🎮🎮"], ["🎮"]),
    (r"^🎮{2}$", ["🎮🎮"], ["🎮"]),
    (r"^[🎮-🎰]$", ["🎯"], ["x"]),
    (r"^\cJ\x41\0$", ["\nA\0"], ["\nA"]),
    (r"^[\]\\^-]$", ["]", "\\", "^", "-"], ["a"]),
    (r"^[[&&~~||]$", ["[", "&", "~", "|"], ["a"]),
    (r"^(?=.*\d)[a-z0-9]{3,}$", ["ab1"], ["abc"]),
    (r"^(?!bad$)", ["x", "badly"], ["bad"]),
    (r"[\s\S]", ["x", "\n"], [""]),
]


def test_patterns_mean_what_ecma_262_means(tmp_path: Path) -> None:
    properties = {
        f"p{index}": field({"type": "string", "pattern": pattern})
        for index, (pattern, *_) in enumerate(PATTERNS)
    }
    example = {f"p{index}": right[0] for index, (_, right, _) in enumerate(PATTERNS)}
    files = schema(properties, example)
    files["server/main.yaml"]["messages"]["thing"]["payload"].pop("required")
    with generated(files, tmp_path) as mini:
        mini.hold(draws=10)
        for index, (pattern, right, wrong) in enumerate(PATTERNS):
            for text in [*right, *wrong]:
                frame = {"type": "thing", "d": {f"p{index}": text}, "seq": 1}
                accepted = text in right
                assert mini.errors("server", frame) == (
                    [] if accepted else [("FIELD_PATTERN", f"/d/p{index}")]
                )
                if accepted:
                    mini.decode("server", frame)
                    assert mini.schema_accepts("server", frame) or "b" in pattern[:2]
                else:
                    with pytest.raises(ValueError, match="regex"):
                        mini.decode("server", frame)
        said = mini.validate.server_frame({"type": "thing", "d": {"p1": "x"}, "seq": 1})
        assert said[0].message == r'"p1" must be text of the form ^\d+$; got "x"'
        schema_of = mini.bundle["$defs"]["server_thing_payload"]["properties"]
        assert schema_of["p1"]["pattern"] == "^[0-9]+$"
        assert schema_of["p8"]["pattern"] == r"^(a|b)(?:\1)$"


NO_PATTERNS = [
    (r"^x{,3}$", 'a bare "{", at character 3 (write "\\{" for it)'),
    (r"^(?P<n>a)$", "(?P<name>…) is Python's, at character 4 (write (?<name>…))"),
    (r"^(?<n>a)(?P=n)$", "(?P=name) is Python's, at character 11 (write \\k<name>)"),
    (r"(?i)^a$", '"(?i" sets a flag, which not every dialect can'),
    (r"(?i:a)", '"(?i" sets a flag, which not every dialect can'),
    (r"\Aa", '"\\A" is not in every dialect, at character 2 (write "^")'),
    (r"a\Z", '"\\Z" is not in every dialect, at character 3 (write "$")'),
    (r"^a++$", '"++" is no quantifier of ECMA-262'),
    (r"(?>a)", "there are no atomic groups in ECMA-262"),
    (r"(?#a)", "there are no comments in ECMA-262"),
    (r"^\p{L}$", '"\\p" is not in every dialect, at character 3 (write the characters as ranges'),
    (r"(?<=a+)b", "a look-behind without a fixed length"),
    (r"(a)?\1", "\\1 may stand where group 1 has no text"),
    (r"\1(a)", "\\1 may stand where group 1 has no text"),
    (r"(a)\2", "there is no group 2"),
    (r"\-", '"\\-" is not in every dialect, at character 2 (write "-" without the backslash)'),
    (r"[z-a]", "a range the wrong way round"),
    (r"[\d-x]", "a range from or to a set"),
    (r"(a", 'a "(" without ")"'),
    (r"a)", 'a ")" without "("'),
    (r"[a", 'a "[" without "]"'),
    (r"]", 'a bare "]"'),
    (r"*", '"*" with nothing before it'),
    (r"^*", '"*" after something that has no length'),
    (r"a{2,1}", '"{2,1}" has its numbers the wrong way round'),
    (r"a{99999999999999999999}", "it is too large (write smaller numbers)"),
    ("(" * 50 + ")" * 50, "groups are nested too deeply"),
    ("\\", "a backslash with nothing after it"),
]


@pytest.mark.parametrize(("pattern", "said"), NO_PATTERNS, ids=[p[:9] for p, _ in NO_PATTERNS])
def test_what_is_no_pattern_for_all(tmp_path: Path, pattern: str, said: str) -> None:
    folder = write(_pattern(pattern, "x"), tmp_path)
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    (finding,) = caught.value.findings
    assert finding.rule == "PATTERN_PORTABLE"
    assert (finding.where.line, finding.where.column) == (16, 20)
    assert f"no regular expression of ECMA-262 for all targets: {said}" in str(finding)


LENGTHS: list[tuple[str, Data, str]] = [
    (r"^[a-z]{5,40}$", {"minLength": 30, "maxLength": 31}, "a" * 30),
    (r"^(ab|c)+$", {"minLength": 7, "maxLength": 9}, "abababc"),
    (r"[0-9]", {"minLength": 3, "maxLength": 5}, "abc1"),
    (r"^a|b$", {"minLength": 4, "maxLength": 4}, "axyz"),
    (r"^[a-z]+(?:-[a-z]+){0,3}$", {"minLength": 10, "maxLength": 12}, "abc-def-gh"),
    (r"^(?=.*\d)[a-z0-9]{8,}$", {"maxLength": 12}, "abcdefg1"),
    (r"^x", {"minLength": 60}, "x" * 60),
    (r"", {"maxLength": 0}, ""),
    (r"^[ab]{2}$", {"minLength": 1, "maxLength": 2**53 - 1}, "ab"),
    (r".*", {}, ""),
    (r"^[\s\S]*$", {"minLength": 2}, "xy"),
]


def test_strategies_draw_for_a_pattern_with_a_length(tmp_path: Path) -> None:
    properties = {
        f"p{index}": field({"type": "string", "pattern": pattern, **lengths})
        for index, (pattern, lengths, _) in enumerate(LENGTHS)
    }
    example = {f"p{index}": text for index, (_, _, text) in enumerate(LENGTHS)}
    files = schema(properties, example)
    files["server/main.yaml"]["messages"]["thing"]["payload"].pop("required")
    with generated(files, tmp_path) as mini:
        mini.hold(draws=15)
        mini.each_near_miss("server", "thing")
        broken = module_of(mini, "strategies").server.MESSAGES["thing"].near_misses
        assert len(broken["FIELD_PATTERN"]) == len(LENGTHS) - 3  # the last ones match every text


ENDS = [
    # pattern, whether JSON Schema says that no line feed is at the end, in case "$" means more
    (r"^a$", True),
    (r"^(?:a|b$)$", True),
    (r"^a$|b$", True),
    (r"(^$)", True),
    (r"^a*$", True),
    (r"x\b$", True),
    (r"^a{0}$", True),
    (r"(a\n?)b?c$", True),
    (r"a", False),
    (r"^a$|b", False),
    (r"a*$", False),  # any text matches
    (r"\n$", False),
    (r"a\s?$", False),
    (r"(a|b\n)c?$", False),
    (r"(.|\n)\1$", False),
    (r"(?=x)$", False),
]


@pytest.mark.parametrize(("pattern", "is_said"), ENDS)
def test_json_schema_says_that_the_end_is_the_end(pattern: str, is_said: bool) -> None:
    """Where it is not said, a text with a line feed at its end is right, or may be."""
    assert leaves_out_line_feed(parse(pattern)) is is_said


def test_readers_to_whom_the_end_is_before_a_line_feed(tmp_path: Path) -> None:
    files = schema({"e": field({"type": ["string", "null"], "pattern": "^a+$"})}, {"e": None})
    with generated(files, tmp_path) as mini:
        for value, is_right in (
            ("aa", True),
            (None, True),
            ("aa\n", False),
            ("\n", False),
            (1, False),
        ):
            assert (
                mini.schema_accepts("server", {"type": "thing", "seq": 1, "d": {"e": value}})
                is is_right
            )
        mini.each_near_miss("server", "thing")


def test_two_surrogates_are_no_character() -> None:
    assert to_json_schema(parse(r"\ud83d\u{de00}")) == r"[\ud83d][\ude00]"


LOOKING = [r"(?<=a)b", r"(?<=\d{3})x(?=y)", r"\Bfoo\B", r"^(?=.*[A-Z])(?=.*\d).{8,}$"]


@pytest.mark.parametrize("pattern", LOOKING)
def test_texts_are_drawn_for_patterns_that_look_around(tmp_path: Path, pattern: str) -> None:
    texts = ["ab", "123xy", "xfoox", "aaaaaaA1"]
    with generated(_pattern(pattern, texts[LOOKING.index(pattern)]), tmp_path) as mini:
        mini.hold(draws=4)
