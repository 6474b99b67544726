"""What differs in the bounds, lengths and patterns of two types of a kind, each by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from voxspec.breaking.containment import is_covered
from voxspec.breaking.exact import exactly
from voxspec.breaking.frames.difference import Difference, Trial
from voxspec.breaking.frames.edges import edges_at
from voxspec.breaking.frames.nearest import nearest, other_pattern
from voxspec.breaking.frames.schemas import shape_schema
from voxspec.breaking.frames.steps import Spot
from voxspec.breaking.frames.texts import texts_of
from voxspec.breaking.verdict import Age
from voxspec.model import (
    INT_BOUNDS,
    AnyType,
    ArrayType,
    IntegerType,
    NumberType,
    Protocol,
    StringType,
    Type,
    Use,
)
from voxspec.patterns.beyond import UndecidedError, text_beyond
from voxspec.patterns.lengths import is_possible
from voxspec.patterns.syntax import parse


def integers(
    protocol: Protocol, old: IntegerType, new: IntegerType, spot: Spot, what: str
) -> Iterator[Difference]:
    """What differs in two integers: their width, or a bound of the same width."""
    tried = Use(old), Use(new)
    if old.format == new.format:
        low, high = INT_BOUNDS[old.format]
        bare = replace(old, minimum=low, maximum=high)
        pairs = [
            ("minimum", old.minimum, new.minimum, replace(bare, minimum=old.minimum), replace(bare, minimum=new.minimum)),
            ("maximum", old.maximum, new.maximum, replace(bare, maximum=old.maximum), replace(bare, maximum=new.maximum)),
        ]  # fmt: skip
        for keyword, was, now, before, after in pairs:
            yield from _constraint(protocol, before, after, (was, now), keyword, spot, what, tried)
        return
    if (old.minimum, old.maximum) == (new.minimum, new.maximum):
        return
    grows = new.minimum <= old.minimum and old.maximum <= new.maximum
    shrinks = old.minimum <= new.minimum and new.maximum <= old.maximum
    rule, verb = "FIELD_SAME_TYPE", "is another kind of integer now"
    if grows:
        rule, verb = "FIELD_INT_WIDTH_GROWS", "is wider now"
    elif shrinks:
        rule, verb = "FIELD_TYPE_NARROWED", "is narrower now"
    beyond = grows and new.maximum > 2**53 >= old.maximum
    yield Difference(
        rule,
        spot,
        f"{what} {verb}: {_span(new)} and not {_span(old)}",
        _span(old),
        _span(new),
        Trial(nearest(*tried), old=tried[0], new=tried[1]),
        hint="readers that keep numbers as doubles lose digits beyond 2^53" if beyond else "",
    )


def _span(type_: IntegerType) -> str:
    low, high = INT_BOUNDS[type_.format]
    if (type_.minimum, type_.maximum) == (low, high):
        return type_.format
    return f"{type_.format} from {type_.minimum} to {type_.maximum}"


def numbers(
    protocol: Protocol, old: NumberType, new: NumberType, spot: Spot, what: str
) -> Iterator[Difference]:
    """What differs in the bounds of two numbers."""
    tried = Use(old), Use(new)
    for parts, beyond in _ENDS:
        stated = [
            {
                key: bound
                for key, part in parts.items()
                if (bound := getattr(type_, part)) is not None
            }
            for type_ in (old, new)
        ]
        keywords = [*stated[1], *stated[0]]
        if keywords:
            is_alike = len({*keywords}) == 1
            said = [_end(each, "" if is_alike else f"{beyond} ") for each in stated]
            before, after = (
                NumberType(**{part: getattr(type_, part) for part in parts.values()})
                for type_ in (old, new)
            )
            values = said[0], said[1]
            yield from _constraint(protocol, before, after, values, keywords[0], spot, what, tried)


_ENDS = (
    ({"minimum": "minimum", "exclusiveMinimum": "above"}, "more than"),
    ({"maximum": "maximum", "exclusiveMaximum": "below"}, "less than"),
)
"""By the keywords of each end of a range, what they are in a type; and how the exclusive one is said."""


def _end(stated: dict[str, float], beyond: str) -> str | None:
    """An end of a range in words; ``beyond`` is said of a bound that is not in it."""
    said = [f"{beyond if key.startswith('ex') else ''}{bound}" for key, bound in stated.items()]
    return " and ".join(said) or None


def strings(
    protocol: Protocol, old: StringType, new: StringType, spot: Spot, what: str
) -> Iterator[Difference]:
    """What differs in two texts: their form or pattern, and their lengths."""
    tried = Use(old), Use(new)
    if old.form != new.form and old.form is not None and new.form is not None:
        yield Difference(
            "FIELD_SAME_UNIT",
            spot.called("form"),
            f"{what} is {new.form} and not {old.form} any more",
            old.form,
            new.form,
            Trial(edges_at(*tried), old=tried[0], new=tried[1]),
        )
        return
    if (old.pattern, old.form) != (new.pattern, new.form):
        before, after = StringType(pattern=old.pattern), StringType(pattern=new.pattern)
        said = (old.form or old.pattern, new.form or new.pattern)
        keyword = "format" if old.form or new.form else "pattern"
        yield from _constraint(protocol, before, after, said, keyword, spot, what, tried)
    bare = StringType()
    for keyword, was, now, before, after in (
        ("minLength", old.min_length, new.min_length, replace(bare, min_length=old.min_length), replace(bare, min_length=new.min_length)),
        ("maxLength", old.max_length, new.max_length, replace(bare, max_length=old.max_length), replace(bare, max_length=new.max_length)),
    ):  # fmt: skip
        yield from _constraint(protocol, before, after, (was, now), keyword, spot, what, tried)


def sizes(
    protocol: Protocol, old: ArrayType, new: ArrayType, spot: Spot, what: str
) -> Iterator[Difference]:
    """What differs in the sizes of two arrays."""
    tried = Use(old), Use(new)
    bare = ArrayType(Use(AnyType()))
    for keyword, was, now, before, after in (
        ("minItems", old.min_items, new.min_items, replace(bare, min_items=old.min_items), replace(bare, min_items=new.min_items)),
        ("maxItems", old.max_items, new.max_items, replace(bare, max_items=old.max_items), replace(bare, max_items=new.max_items)),
    ):  # fmt: skip
        yield from _constraint(protocol, before, after, (was, now), keyword, spot, what, tried)


_PARTS = {
    "minimum": ("minimum", "above"),
    "maximum": ("maximum", "below"),
    "exclusiveMinimum": ("minimum", "above"),
    "exclusiveMaximum": ("maximum", "below"),
    "minLength": ("min_length",),
    "maxLength": ("max_length",),
    "pattern": ("pattern", "form"),
    "format": ("pattern", "form"),
    "minItems": ("min_items",),
    "maxItems": ("max_items",),
}
"""What each keyword is in the types."""


def _constraint(
    protocol: Protocol,
    old: Type,
    new: Type,
    values: tuple[object, object],
    keyword: str,
    spot: Spot,
    what: str,
    tried: tuple[Use, Use],
) -> Iterator[Difference]:
    """A constraint that differs, by itself: the types hold nothing else."""
    if values[0] == values[1]:
        return
    before, after = Use(old), Use(new)
    schemas = [shape_schema(protocol, use, writes=False) for use in (before, after)]
    looser = is_covered(schemas[1], schemas[0])
    tighter = is_covered(schemas[0], schemas[1])
    if looser and tighter:
        return
    was, now = ("none" if value is None else str(value) for value in values)
    verb = "allows more" if looser else "allows less" if tighter else "is another"
    crossed: dict[Age, tuple[Use, Use]] = {
        "old": (tried[0], _with(keyword, *tried)),
        "new": (tried[1], _with(keyword, *tried[::-1])),
    }
    yield Difference(
        "CONSTRAINT_LOOSENED" if looser else "CONSTRAINT_TIGHTENED",
        spot.called(keyword).within(keyword),
        _told(keyword, what, verb, was, now),
        was,
        now,
        Trial(
            (other_pattern if "pattern" in _PARTS[keyword] else nearest)(*tried),
            old=before,
            new=after,
            crossed={**crossed},
            safe=frozenset(age for age, pair in crossed.items() if _has_room(*pair)),
        ),
        exact=exactly(*values) if "none" in values else "",
    )


def _told(keyword: str, what: str, verb: str, was: str, now: str) -> str:
    if was == "none":
        return f"{what} has a {keyword} now: {now}"
    if now == "none":
        return f"{what} has no {keyword} any more: it was {was}"
    return f"the {keyword} of {what} {verb}: {now} and not {was}"


def _with(keyword: str, use: Use, other: Use) -> Use:
    """A type with one constraint of another."""
    own = [name for name in _PARTS[keyword] if hasattr(use.type, name)]
    parts: dict[str, Any] = {name: getattr(other.type, name) for name in own}
    made: Any = replace(cast(Any, use.type), **parts)
    return Use(made)


def _has_room(written: Use, read: Use) -> bool:
    """Whether the reader takes every text of the writer's pattern and lengths."""
    if not isinstance(written.type, StringType) or not isinstance(read.type, StringType):
        return False
    try:
        return text_beyond(texts_of(written.type), texts_of(read.type)) is None
    except UndecidedError:
        return _has_lengths(written.type, read.type)


def _has_lengths(written: StringType, read: StringType) -> bool:
    """Whether no text of a pattern that both have is too short or too long for the reader."""
    if written.pattern is None or written.pattern != read.pattern:
        return False
    node = parse(written.pattern)
    low, high = read.min_length, read.max_length
    least, most = written.min_length or 0, written.max_length
    fits = low is None or low <= least or not is_possible(node, least, low - 1)
    if high is not None and (most is None or most > high):
        fits = fits and not is_possible(node, high + 1, most)
    return fits


def json_length(old: Use, new: Use, spot: Spot, what: str) -> Difference:
    """A limit on the JSON of a value, which JSON Schema cannot say."""
    was, now = old.max_json_length, new.max_json_length
    same_form = old.json_form == new.json_form or None in (was, now)
    grows = same_form and (now is None or (was is not None and was < now))
    shrinks = same_form and (was is None or (now is not None and now < was))
    safe: frozenset[Age] = frozenset({"old"} if grows else {"new"} if shrinks else set())
    words = [f"{length} characters" if length is not None else "none" for length in (was, now)]
    if old.json_form != new.json_form:
        words = [f"{said} of {use.json_form}" for said, use in zip(words, (old, new), strict=True)]
    return Difference(
        "CONSTRAINT_LOOSENED" if grows else "CONSTRAINT_TIGHTENED",
        spot.called("x-max-json-length").within("x-max-json-length"),
        f"the most JSON of {what} is {words[1]} and not {words[0]}",
        words[0],
        words[1],
        Trial(nearest(old, new), safe=safe),
    )
