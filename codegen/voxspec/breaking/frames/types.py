"""What differs in a type at a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voxspec.breaking.containment import is_covered
from voxspec.breaking.frames.build import kinds
from voxspec.breaking.frames.comparing import ComparesNamed
from voxspec.breaking.frames.constraints import (
    integers,
    json_length,
    numbers,
    sizes,
    strings,
)
from voxspec.breaking.frames.difference import Difference, Shape, Trial
from voxspec.breaking.frames.edges import edges_at
from voxspec.breaking.frames.other_keys import other_keys
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.schemas import shape_schema
from voxspec.breaking.frames.steps import Item, Option, Spot, Value
from voxspec.breaking.frames.told_apart import told_apart
from voxspec.breaking.frames.words import use_words
from voxspec.breaking.verdict import Age
from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    IntegerType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    Protocol,
    Scalar,
    StringType,
    Type,
    Use,
)

_SAYS = {
    "FIELD_SAME_TYPE": frozenset(
        {
            "FIELD_GAINS_NULL",
            "FIELD_LOSES_NULL",
            "FIELD_SAME_UNIT",
            "CONSTRAINT_LOOSENED",
            "CONSTRAINT_TIGHTENED",
        }
    ),
    "FIELD_TYPE_WIDENED": frozenset({"FIELD_GAINS_NULL", "CONSTRAINT_LOOSENED"}),
    "FIELD_TYPE_NARROWED": frozenset({"FIELD_LOSES_NULL", "CONSTRAINT_TIGHTENED"}),
}
"""What is said with a type that is of another kind, and hurts nobody else."""


class Types:
    """Compares types. What stands behind names is compared once, where it is named."""

    def __init__(self, pairs: Pairs, named: ComparesNamed) -> None:
        self.pairs = pairs
        self._old = pairs.old.protocol
        self._new = pairs.new.protocol
        self._named = named
        self._is_partial = pairs.old.is_partial or pairs.new.is_partial

    def uses(self, old: Use, new: Use, spot: Spot, what: str) -> Iterator[Difference]:
        """What differs in a type at a place; ``what`` is what sentences call it."""
        if self._is_same_name(old, new):
            yield from self._around(old, new, spot, what)
            return
        before, after = plain(self._old, old), plain(self._new, new)
        inside = [*self._types(before, after, spot, what)]
        rule = next((d.rule for d in inside if d.rule in _SAYS and d.spot == spot), None)
        for difference in self._around(before, after, spot, what):
            if rule is None or difference.rule not in _SAYS[rule]:
                yield difference
        yield from inside

    def _is_same_name(self, old: Use, new: Use) -> bool:
        match old.type, new.type:
            case NamedType(name=was, open=opened), NamedType(name=now, open=opens):
                return opened == opens and self.pairs.types.get(was) == now
        return False

    def _around(self, old: Use, new: Use, spot: Spot, what: str) -> Iterator[Difference]:
        """What is said of a value beside its type."""
        if is_nullable(old) != is_nullable(new) and not _is_any(old) and not _is_any(new):
            gains = is_nullable(new)
            yield Difference(
                "FIELD_GAINS_NULL" if gains else "FIELD_LOSES_NULL",
                spot,
                f"{what} {'may be null now' if gains else 'may not be null any more'}",
                use_words(old),
                use_words(new),
                Trial(
                    lambda *_: [None],
                    old=Use(BooleanType(), is_nullable(old)),
                    new=Use(BooleanType(), is_nullable(new)),
                ),
            )
        if old.unit != new.unit and _is_counted(old, new):
            yield _unit(old, new, spot, what)
        if (old.max_json_length, old.json_form) != (new.max_json_length, new.json_form):
            yield json_length(old, new, spot, what)
        for said, was_so, is_so in (
            ("secret", old.sensitive, new.sensitive),
            ("words of people", old.words, new.words),
        ):
            if was_so != is_so and not self._is_partial:
                yield Difference(
                    "FIELD_MASKING_CHANGED",
                    spot.called(said.split(" ", maxsplit=1)[0]),
                    f"{what} {'counts as' if is_so else 'does not count any more as'} {said}",
                    said if was_so else "",
                    said if is_so else "",
                )

    def _types(self, old: Use, new: Use, spot: Spot, what: str) -> Iterator[Difference]:
        match old.type, new.type:
            case StringType() as before, StringType() as after:
                yield from strings(self._old, before, after, spot, what)
            case IntegerType() as before, IntegerType() as after:
                yield from integers(self._old, before, after, spot, what)
            case NumberType() as before, NumberType() as after:
                yield from numbers(self._old, before, after, spot, what)
            case ArrayType() as before, ArrayType() as after:
                inner = spot.to(Item(), "items", named="items")
                yield from self.uses(before.items, after.items, inner, f"an item of {what}")
                yield from sizes(self._old, before, after, spot, what)
            case MapType() as before, MapType() as after:
                inner = spot.to(Value(), "additionalProperties", named="values")
                yield from self.uses(before.values, after.values, inner, f"a value of {what}")
            case ChoiceType(), ChoiceType():
                yield from self._choices(old, new, spot, what)
            case NamedType(open=False) as before, NamedType(open=False) as after if (
                self._named.may_compare(before.name, after.name)
            ):
                yield from self._named.compare(before.name, after.name, spot, what)
            case _ if old.type != new.type:
                yield from self.other(old, new, spot, what)

    def _choices(self, old: Use, new: Use, spot: Spot, what: str) -> Iterator[Difference]:
        assert isinstance(old.type, ChoiceType)
        assert isinstance(new.type, ChoiceType)
        before = {min(kinds(self._old, o.type)): o for o in old.type.options}
        after = {min(kinds(self._new, o.type)): o for o in new.type.options}
        if before.keys() != after.keys():
            yield from self.other(
                _only_kinds(self._old, old), _only_kinds(self._new, new), spot, what, (old, new)
            )
        for at, kind in enumerate(after):
            if kind in before:
                inner = spot.to(Option(kind), "oneOf", at, named=kind)
                yield from self.uses(
                    before[kind], after[kind], inner, f"{what}, where it is {kind},"
                )

    def other(
        self,
        old: Use,
        new: Use,
        spot: Spot,
        what: str,
        said: tuple[Use, Use] | None = None,
        words: tuple[str, str] | None = None,
    ) -> Iterator[Difference]:
        """Types that are of different kinds; ``words`` for what they are called."""
        before, after = replace(old, max_json_length=None), replace(new, max_json_length=None)
        if not _is_any(old) and not _is_any(new):  # whether they may be null is said by itself
            before, after = replace(before, nullable=False), replace(after, nullable=False)
        widens = self.takes(before, after, reader="new")
        narrows = self.takes(before, after, reader="old")
        if (
            widens
            and narrows
            and isinstance(old.type, NumberType) == isinstance(new.type, NumberType)
        ):
            yield from other_keys(self.pairs, old, new, spot, what)
            return
        rule, verb = "FIELD_SAME_TYPE", "is another type now"
        if widens:
            rule, verb = "FIELD_TYPE_WIDENED", "may be more than before"
        elif narrows:
            rule, verb = "FIELD_TYPE_NARROWED", "may not be all that it was before"
        was, now = words or map(use_words, said or (old, new))
        yield Difference(
            rule,
            spot,
            f"{what} {verb}: {now} and not {was}",
            was,
            now,
            Trial(
                edges_at(*(said or (before, after))),
                old=before,
                new=after,
                alone=said is not None or old.max_json_length != new.max_json_length,
            ),
            exact=told_apart(self.pairs, *(said or (old, new))),
        )

    def takes(self, old: Shape, new: Shape, *, reader: Age) -> bool:
        """Whether a reader takes all that the other end writes at a place."""
        shapes: dict[Age, tuple[Protocol, Shape]] = {
            "old": (self._old, old),
            "new": (self._new, new),
        }
        writer: Age = "old" if reader == "new" else "new"
        return is_covered(
            shape_schema(*shapes[reader], writes=False), shape_schema(*shapes[writer], writes=True)
        )


def _unit(old: Use, new: Use, spot: Spot, what: str) -> Difference:
    """Another unit; where one revision says none, nothing tells that it had another one in mind."""
    was, now = old.unit or "", new.unit or ""
    said = f"in {now} and not in {was} any more"
    if not was or not now:
        said = f"said to be in {now} now" if now else f"not said to be in {was} any more"
    misread = f"it means {was} to the old end and {now} to the new one"
    trial = Trial(edges_at(old, new), misread=misread) if was and now else None
    return Difference("FIELD_SAME_UNIT", spot.called("unit"), f"{what} is {said}", was, now, trial)


def plain(protocol: Protocol, use: Use) -> Use:
    """What a use comes down to behind named scalars, with what those say of it."""
    while isinstance(use.type, NamedType) and not use.type.open:
        definition = protocol.type(use.type.name)
        if not isinstance(definition, Scalar):
            break
        inner = definition.use
        use = Use(
            inner.type,
            use.nullable or inner.nullable,
            use.unit or inner.unit,
            use.sensitive or inner.sensitive,
            use.max_json_length if use.max_json_length is not None else inner.max_json_length,
            use.json_form if use.max_json_length is not None else inner.json_form,
            use.words or inner.words,
        )
    return use


def is_nullable(use: Use) -> bool:
    """Whether null is among the values of a use."""
    return use.nullable or isinstance(use.type, NullType)


def _is_any(use: Use) -> bool:
    match use.type:
        case AnyType() | NullType() | NamedType(open=True):
            return True
    return False


def _is_counted(old: Use, new: Use) -> bool:
    """Whether both are numbers, of which a unit says something, or parts that hold any."""
    numbers = (IntegerType, NumberType, NamedType, ConstType)
    return isinstance(old.type, numbers) and isinstance(new.type, numbers)


_OF_KIND: dict[str, Type] = {
    "string": StringType(),
    "number": NumberType(),
    "boolean": BooleanType(),
    "array": ArrayType(Use(AnyType())),
    "object": AnyObjectType(),
    "null": NullType(),
}


def _only_kinds(protocol: Protocol, use: Use) -> Use:
    """A choice between kinds of JSON, whatever they hold: what they hold is compared for each."""
    assert isinstance(use.type, ChoiceType)
    there = sorted(kinds(protocol, use.type))
    return replace(use, type=ChoiceType(tuple(Use(_OF_KIND[kind]) for kind in there)))
