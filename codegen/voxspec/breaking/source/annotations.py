"""Types of Python, as people who use the models see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import assert_never

from voxspec.breaking.frames.pairs import Pairs
from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    Field,
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

Differing = tuple[str, str] | None
"""What something was and what it is, where that is not the same."""


@dataclass(frozen=True)
class Annotations:
    """What values of the models are in two revisions, without the bounds that only decoding looks at."""

    pairs: Pairs

    def uses(self, old: Use, new: Use) -> Differing:
        """What a type is and was at a place.

        A scalar that both revisions have goes by its name: what it comes to is said of it, once.
        """
        if self._old(old, by_name=True) == self._new(new, by_name=True):
            return None
        was, now = self._old(old), self._new(new)
        return (was, now) if was != now else None

    def fields(self, old: Field, new: Field) -> Differing:
        """The same for attributes, which may be absent, or hold what another client gave."""
        differing = self.uses(old.use, new.use)
        if differing is None and _further(old) == _further(new):
            return None
        was, now = differing or (self._old(old.use), self._new(new.use))
        was, now = was + _further(old), now + _further(new)
        return (was, now) if was != now else None

    def was(self, old: Use) -> str:
        """What a type was."""
        return self._old(old)

    def now(self, new: Use) -> str:
        """What a type is."""
        return self._new(new)

    def _old(self, use: Use, *, by_name: bool = False) -> str:
        return _Spelling(self.pairs.old.protocol, self._paired, by_name).use(use)

    def _new(self, use: Use, *, by_name: bool = False) -> str:
        protocol = self.pairs.new.protocol
        paired = {name: protocol.type(name).python_name for name in self.pairs.types.values()}
        return _Spelling(protocol, paired, by_name).use(use)

    @cached_property
    def _paired(self) -> dict[str, str]:
        """By the old name of a type that both have, the class that it is now."""
        return {
            was: self.pairs.new.protocol.type(now).python_name
            for was, now in self.pairs.types.items()
        }


def _further(field: Field) -> str:
    """What an attribute can be beside its type."""
    relayed = " | JsonValue" if field.relayed == "json" else ""
    return relayed + ("" if field.always_there else " | UnsetType")


@dataclass(frozen=True, slots=True)
class _Spelling:
    """``by_name``: scalars are spelled by their names, where those are among the ``paired``."""

    protocol: Protocol
    paired: Mapping[str, str]
    by_name: bool

    def use(self, use: Use) -> str:
        text = self.type(use.type)
        return f"{text} | None" if use.nullable and not text.endswith("None") else text

    def type(self, type_: Type) -> str:
        match type_:
            case StringType():
                return "str"
            case IntegerType():
                return "int"
            case NumberType():
                return "int | float"
            case BooleanType():
                return "bool"
            case ConstType(value=value):
                return f"Literal[{value!r}]"
            case ArrayType(items=items):
                return f"tuple[{self.use(items)}, ...]"
            case MapType(values=values):
                return f"dict[str, {self.use(values)}]"
            case AnyObjectType():
                return "dict[str, JsonValue]"
            case AnyType():
                return "JsonValue"
            case NullType():
                return "None"
            case ChoiceType(options=options):
                return " | ".join(map(self.use, options))
            case NamedType(open=True):
                return f"{self.named(type_.name)} | JsonValue"
            case NamedType():
                return self.named(type_.name)
            case _:
                assert_never(type_)

    def named(self, name: str) -> str:
        definition = self.protocol.type(name)
        called = self.paired.get(name, definition.python_name)
        if isinstance(definition, Scalar) and not (self.by_name and name in self.paired):
            return self.use(definition.use)
        return called
