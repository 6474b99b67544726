"""From expressions of single values to their types: text, numbers, constants, and their bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

from voxspec.findings import Findings
from voxspec.load.json_types import Expression
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import (
    INT_BOUNDS,
    ConstType,
    IntegerType,
    IntFormat,
    NumberType,
    StringType,
    TextForm,
    Type,
)
from voxspec.model.text_forms import FORMS
from voxspec.patterns.errors import PatternError
from voxspec.patterns.lengths import is_possible
from voxspec.patterns.syntax import parse
from voxspec.patterns.tree import Node

MOST_CONSTANT = 2**63 - 1
"""The greatest integer that typed readers compare with: constants, values of enums, bits."""


@dataclass(frozen=True, slots=True)
class Scalars:
    """Resolves the expressions of single values; None after a mistake."""

    findings: Findings

    def string(self, source: Source, path: Path_, expression: Expression) -> Type | None:
        if not self._has_form(source, path, expression):
            return None
        form = _form(expression)
        pattern = FORMS[form].pattern if form else cast("str | None", expression.get("pattern"))
        node: Node | None = None
        if pattern is not None:
            try:
                node = parse(pattern)
            except PatternError as error:
                self.findings.error(
                    "PATTERN_PORTABLE",
                    f"no regular expression of ECMA-262 for all targets: {error}",
                    source.place(*path, "pattern"),
                    error.hint,
                )
                return StringType()
        low = cast("int | None", expression.get("minLength"))
        high = cast("int | None", expression.get("maxLength"))
        self.ordered(source, path, low, high, ("minLength", "maxLength"))
        if node is not None and not is_possible(node, low or 0, high):
            keyword = "pattern" if not form else "maxLength" if high is not None else "minLength"
            what = "matches the pattern" if not form else f"is {form}"
            self.findings.error(
                "BOUNDS_ORDERED",
                f"no text that {what} has a length within minLength and maxLength",
                source.place(*path, keyword),
                "change one of them",
            )
        return StringType(low, high, pattern, form)

    def _has_form(self, source: Source, path: Path_, expression: Expression) -> bool:
        """Whether a text has the form that is named, if any; a finding when it is that of numbers."""
        stated = [key for key in _FORM_KEYS if key in expression]
        for key in stated:
            if expression[key] not in FORMS:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" {expression[key]} does not apply to type string',
                    source.key_place(*path, key),
                    "it is the width of an integer",
                )
                return False
        for keyword in ("contentEncoding", "pattern"):
            if stated and keyword in expression and keyword != stated[0]:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{keyword}" does not apply beside "{stated[0]}", which says all of the form',
                    source.key_place(*path, keyword),
                )
        return True

    def integer(self, source: Source, path: Path_, expression: Expression) -> IntegerType | None:
        width = cast("IntFormat | None", expression.get("format"))
        if width not in INT_BOUNDS:
            said = "no width" if width is None else f"no width, but the format {width}"
            self.findings.error(
                "INT_HAS_WIDTH",
                f'the integer "{path[-1]}" has {said}',
                source.key_place(*path),
                f"add format: {' | '.join(INT_BOUNDS)}",
            )
            return None
        low, high = least, most = INT_BOUNDS[width]
        self._one_bound_a_side(source, path, expression)
        for key, narrower, step in (
            ("minimum", True, 0),
            ("maximum", False, 0),
            ("exclusiveMinimum", True, 1),
            ("exclusiveMaximum", False, -1),
        ):
            bound = cast("int | float | None", expression.get(key))
            if bound is None:
                continue
            if isinstance(bound, float):
                hint = f"write {int(bound)}" if bound.is_integer() and abs(bound) < 1e15 else ""
                self.findings.error(
                    "METASCHEMA_VALID",
                    f'"{key}" must be an integer',
                    source.place(*path, key),
                    hint,
                )
            elif not least <= bound + step <= most:
                self.findings.error(
                    "INT_HAS_WIDTH",
                    f"{key} {bound} is outside {width}",
                    source.place(*path, key),
                )
            elif narrower:
                low = bound + step
            else:
                high = bound + step
        keys = _bound_keys(expression)
        if low > high:
            self._unordered(source, path, expression, keys)
        return IntegerType(width, low, high)

    def number(self, source: Source, path: Path_, expression: Expression) -> NumberType:
        bounds = {key: cast("int | float | None", expression.get(key)) for key in _ALL_BOUNDS}
        self._one_bound_a_side(source, path, expression)
        for key, bound in bounds.items():
            if isinstance(bound, int) and not math.isfinite(_as_float(bound)):
                self.findings.error(
                    "BOUNDS_ORDERED",
                    f"{key} is beyond every number that readers keep as a double",
                    source.place(*path, key),
                )
        keys = _bound_keys(expression)
        low, high = bounds[keys[0]], bounds[keys[1]]
        is_open = keys != ("minimum", "maximum")
        if low is not None and high is not None and (low > high or (low == high and is_open)):
            self._unordered(source, path, expression, keys)
        return NumberType(*(bounds[key] for key in _ALL_BOUNDS))

    def constant(
        self, source: Source, path: Path_, expression: Expression, stated: str
    ) -> Type | None:
        """The constant of a text, an integer or a boolean."""
        value = expression["const"]
        for key in expression:
            if key in _SAYS_NOTHING and not (stated == "integer" and key == "format"):
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" says nothing beside a constant',
                    source.key_place(*path, key),
                )
        kinds: dict[str, type] = {"string": str, "integer": int, "boolean": bool}
        if type(value) is not kinds[stated]:
            self.findings.error(
                "KEYWORD_APPLIES",
                f'the constant of "{path[-1]}" is no {stated}',
                source.place(*path, "const"),
                "text that looks like something else stands in quotes"
                if stated == "string"
                else "",
            )
            return None
        if stated == "integer":
            width = self.integer(
                source, path, {k: v for k, v in expression.items() if k not in _ALL_BOUNDS}
            )
            if width is None or not self.fits(source, (*path, "const"), value, width):
                return None
        return ConstType(cast("str | int | bool", value))

    def fits(self, source: Source, path: Path_, value: object, width: IntegerType) -> bool:
        """Whether an integer that readers compare with is one of a width; a finding when not."""
        assert isinstance(value, int)
        highest = min(width.maximum, MOST_CONSTANT)
        if width.minimum <= value <= highest:
            return True
        beyond = value > MOST_CONSTANT and value <= width.maximum
        self.findings.error(
            "INT_HAS_WIDTH",
            f"{value} is outside {width.format}"
            if not beyond
            else f"{value} is above 2^63-1, with which no reader compares",
            source.place(*path),
        )
        return False

    def ordered(
        self,
        source: Source,
        path: Path_,
        low: int | None,
        high: int | None,
        keys: tuple[str, str],
    ) -> None:
        if low is not None and high is not None and low > high:
            self.findings.error(
                "BOUNDS_ORDERED",
                f"{keys[0]} {low} is greater than {keys[1]} {high}",
                source.key_place(*path, keys[0]),
            )

    def _unordered(
        self, source: Source, path: Path_, expression: Expression, keys: tuple[str, str]
    ) -> None:
        low, high = expression.get(keys[0]), expression.get(keys[1])
        if low is None or high is None:
            return  # one of them is beyond the width, which is said already
        relation = "leaves nothing below" if low == high else "is greater than"
        if keys != ("minimum", "maximum") and low != high:
            relation = "leaves nothing up to" if low < high else relation  # type: ignore[operator]
        self.findings.error(
            "BOUNDS_ORDERED",
            f"{keys[0]} {low} {relation} {keys[1]} {high}",
            source.key_place(*path, keys[0]),
        )

    def _one_bound_a_side(self, source: Source, path: Path_, expression: Expression) -> None:
        for inclusive, exclusive in _SIDES:
            if inclusive in expression and exclusive in expression:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{exclusive}" stands beside "{inclusive}", and one of them says nothing',
                    source.key_place(*path, exclusive),
                    "keep one of them",
                )


_FORM_KEYS = ("format", "contentEncoding")


def _form(expression: Expression) -> TextForm | None:
    """The name of a text's form."""
    named = next((expression[key] for key in _FORM_KEYS if key in expression), None)
    return cast("TextForm | None", named)


_SIDES = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_ALL_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
BOUNDS = frozenset(_ALL_BOUNDS)
"""The keywords for the bounds of a number."""

_SAYS_NOTHING = BOUNDS | {"minLength", "maxLength", "pattern", "format", "contentEncoding"}


def _bound_keys(expression: Expression) -> tuple[str, str]:
    """The keywords that bound a number from below and from above."""
    (low, above), (high, below) = _SIDES
    return above if above in expression else low, below if below in expression else high


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
