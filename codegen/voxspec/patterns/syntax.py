"""Reading a pattern by the grammar of ECMA-262 with the flag "u", as JSON Schema asks for.

What that grammar does not have is refused, with what to write instead; so is what Python cannot
match in the same way.
"""

from __future__ import annotations

import re
import warnings
from functools import cache

from voxspec.patterns.errors import PatternError, escape_advice, group_advice
from voxspec.patterns.references import check_references
from voxspec.patterns.tree import (
    DIGITS,
    LAST,
    LINE_ENDS,
    SPACES,
    WORD,
    Back,
    Chars,
    Edge,
    Either,
    Group,
    Look,
    Node,
    Ranges,
    Repeat,
    Sequence,
    others,
    ranges,
)
from voxspec.patterns.writing import to_python

_SYNTAX = "^$\\.*+?()[]{}|/"
_CLASSES = {"d": DIGITS, "w": WORD, "s": SPACES}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_DEEPEST = 40


@cache
def parse(text: str) -> Node:
    """The tree of a pattern. Raises PatternError."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise PatternError("a lone surrogate is no text")
    node = _Reader(text).pattern()
    check_references(node)
    python = to_python(node)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(python)
    except re.error as error:
        if "look-behind" in str(error):
            raise PatternError(
                "a look-behind without a fixed length", "write one whose texts are all as long"
            ) from error
        raise PatternError(str(error)) from error
    except (OverflowError, RecursionError) as error:
        raise PatternError("it is too large", "write smaller numbers") from error
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.groups = 0
        self.names: dict[str, int] = {}
        self.references: list[tuple[str, int]] = []

    def pattern(self) -> Node:
        self.count = len(re.findall(r"\((?!\?)|\(\?<(?![=!])", _without_escapes(self.text)))
        self.all_names = _names(self.text)
        node = self.either()
        if self.at < len(self.text):
            raise self.wrong('a ")" without "("', 'write "\\)" for the character itself')
        return node

    def wrong(self, what: str, hint: str = "") -> PatternError:
        return PatternError(f"{what}, at character {self.at + 1}", hint)

    def next(self, sign: str) -> bool:
        """Whether ``sign`` comes next; it is then passed."""
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def found(self, expression: str) -> re.Match[str] | None:
        """What comes next, if it has this form; it is then passed."""
        match = re.compile(expression).match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        return match

    def either(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PatternError("groups are nested too deeply")
        options = [self.sequence()]
        while self.next("|"):
            options.append(self.sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else Either(tuple(options))

    def sequence(self) -> Node:
        items: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            items.append(self.term())
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def term(self) -> Node:
        node = self.atom()
        start = self.at
        if not self.found(r"[*+?]|\{[0-9]+(,[0-9]*)?\}"):
            return node
        sign = self.text[start : self.at]
        if isinstance(node, Edge | Look):
            raise self.wrong(f'"{sign}" after something that has no length', "leave it out")
        numbers = sign.strip("{}").split(",")
        low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign) or (
            int(numbers[0]),
            int(numbers[-1]) if numbers[-1] else None,
        )
        if high is not None and low > high:
            raise self.wrong(f'"{sign}" has its numbers the wrong way round')
        lazy = self.next("?")
        if self.found(r"[*+?]"):
            raise self.wrong(
                f'"{self.text[start : self.at]}" is no quantifier of ECMA-262',
                "write a single one; there are no possessive ones",
            )
        return Repeat(node, low, high, lazy)

    def atom(self) -> Node:
        if self.next("^"):
            return Edge("^")
        if self.next("$"):
            return Edge("$")
        if self.next("."):
            return Chars(others(LINE_ENDS))
        if self.next("("):
            return self.group()
        if self.next("["):
            return Chars(self.bracket())
        if self.next("\\"):
            return self.escape()
        character = self.text[self.at]
        if character in "*+?":
            raise self.wrong(f'"{character}" with nothing before it', f'write "\\{character}"')
        if character in "{}]":
            raise self.wrong(f'a bare "{character}"', f'write "\\{character}" for it')
        self.at += 1
        return Chars(ranges((ord(character), ord(character))))

    def group(self) -> Node:
        looks = {"?=": (False, False), "?!": (False, True), "?<=": (True, False)}
        looks["?<!"] = (True, True)
        for sign, (behind, negative) in looks.items():
            if self.next(sign):
                return Look(self.inside(), behind, negative)
        if self.next("?:"):
            return self.inside()
        number = 0
        if self.next("?"):
            name = self.found(r"<([A-Za-z_$][A-Za-z0-9_$]*)>")
            if name is None:
                raise self.wrong(*group_advice(self.text[self.at :]))
            if name[1] in self.names:
                raise self.wrong(f'two groups are called "{name[1]}"')
            self.names[name[1]] = self.groups + 1
        self.groups += 1
        number = self.groups
        return Group(self.inside(), number)

    def inside(self) -> Node:
        node = self.either()
        if not self.next(")"):
            raise self.wrong('a "(" without ")"', 'write "\\(" for the character itself')
        return node

    def escape(self) -> Node:
        """What follows a backslash, outside brackets."""
        sign = self.found("[bB]")
        if sign is not None:
            return Edge(sign[0])
        number = self.found("[1-9][0-9]*")
        if number is not None:
            if int(number[0]) > self.count:
                raise self.wrong(f"there is no group {number[0]}")
            return Back(int(number[0]))
        if self.next("k"):
            name = self.found(r"<([^>]*)>")
            if name is None or name[1] not in self.all_names:
                raise self.wrong(
                    r"\k without the name of a group", r"write (?<name>…) and \k<name>"
                )
            return Back(self.all_names[name[1]])
        return Chars(self.escaped_chars(_SYNTAX))

    def escaped_chars(self, plain: str) -> Ranges:
        """The characters that an escape stands for; ``plain`` stand for themselves."""
        letter = self.found("[dwsDWS]")
        if letter is not None:
            given = _CLASSES[letter[0].lower()]
            return others(given) if letter[0].isupper() else given
        point = self.escaped_point(plain)
        return ranges((point, point))

    def escaped_point(self, plain: str) -> int:
        if (control := self.found("[tnvfr]")) is not None:
            return _CONTROLS[control[0]]
        if (letter := self.found("c([A-Za-z])")) is not None:
            return ord(letter[1]) % 32
        if self.found("0(?![0-9])") is not None:
            return 0
        if (digits := self.found("x([0-9A-Fa-f]{2})")) is not None:
            return int(digits[1], 16)
        pair = self.found(r"u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
        if pair is not None:
            return 0x10000 + ((int(pair[1], 16) - 0xD800) << 10) + int(pair[2], 16) - 0xDC00
        digits = self.found(r"u(?:([0-9A-Fa-f]{4})|\{([0-9A-Fa-f]+)\})")
        if digits is not None:
            point = int(digits[1] or digits[2], 16)
            if point > LAST:
                raise self.wrong("a character beyond U+10FFFF")
            return point
        if self.at < len(self.text) and self.text[self.at] in plain:
            self.at += 1
            return ord(self.text[self.at - 1])
        if self.at == len(self.text):
            raise self.wrong("a backslash with nothing after it", r"write \\ for a backslash")
        character = self.text[self.at]
        advice = escape_advice(character)
        raise self.wrong(f'"\\{character}" is not in every dialect', advice)

    def bracket(self) -> Ranges:
        """A set in brackets, after the first of them."""
        negative = self.next("^")
        found: list[tuple[int, int]] = []
        while not self.next("]"):
            if self.at == len(self.text):
                raise self.wrong('a "[" without "]"', 'write "\\[" for the character itself')
            start = self.member()
            if not self.found(r"-(?!\])"):
                found += start
                continue
            if self.at == len(self.text):
                continue
            end = self.member()
            if any(len(one) != 1 or one[0][0] != one[0][1] for one in (start, end)):
                raise self.wrong("a range from or to a set", 'write "\\-" for the character itself')
            if start[0][0] > end[0][0]:
                raise self.wrong("a range the wrong way round")
            found.append((start[0][0], end[0][0]))
        given = ranges(*found)
        return others(given) if negative else given

    def member(self) -> Ranges:
        if self.next("\\"):
            if self.next("b"):
                return ranges((8, 8))
            return self.escaped_chars(_SYNTAX + "-")
        character = self.text[self.at]
        self.at += 1
        return ranges((ord(character), ord(character)))


def _without_escapes(text: str) -> str:
    """The text without what is escaped or in brackets, where parentheses open no group."""
    return re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", text, flags=re.DOTALL)


def _names(text: str) -> dict[str, int]:
    """The numbers of the named groups."""
    openings = re.finditer(r"\((?!\?)|\(\?<(?![=!])([^>]*)>", _without_escapes(text))
    return {match[1]: number for number, match in enumerate(openings, 1) if match[1]}
