"""What annotations cannot say: statements that complete a decoded value, and conditions on it."""

from __future__ import annotations

from collections.abc import Callable

from voxspec.model import (
    ArrayType,
    ChoiceType,
    ConstType,
    IntegerType,
    MapType,
    NamedType,
    NumberType,
    Protocol,
    Record,
    Scalar,
    Type,
    Union,
    Use,
)
from voxspec.model.resolved import plain_options
from voxspec.model.walk import Shape, parts
from voxspec.targets.python.bounds import bound
from voxspec.targets.python.widths import INT64_MAX, reads_at_once


class Completion:
    """Writes the statements that complete a decoded value: what annotations cannot say."""

    def __init__(self, protocol: Protocol, *, wide: bool) -> None:
        """``wide``: annotations leave integers above 63 bits to the statements."""
        self.protocol = protocol
        self.wide = wide

    def converted(self, use: Use, value: str) -> str | None:
        """An expression for ``value`` with its inner records completed; None when none needs it."""
        match use.type:
            case NamedType(open=True) if not self.wide and reads_at_once(self.protocol, use.type):
                return None
            case NamedType(name=name, open=True):
                return f"shaped({value}, {self.protocol.type(name).python_name})"
            case NamedType(name=name):
                definition = self.protocol.type(name)
                if isinstance(definition, Record) and definition.extra:
                    return f"with_extra({value}, {definition.python_name})"
                if isinstance(definition, Scalar):
                    return self.converted(definition.use, value)
                return None
            case ArrayType(items=items):
                inner = self._item(items)
                return None if inner is None else f"tuple({inner} for item in {value})"
            case MapType(values=values):
                inner = self._item(values)
                pairs = f"for key, item in {value}.items()"
                return None if inner is None else f"{{key: {inner} {pairs}}}"
            case ChoiceType(options=options):
                result = value
                for option in reversed([*plain_options(self.protocol, options)]):
                    inner = self.converted(option, value)
                    if inner is not None:
                        kinds = _decoded(option.type)
                        result = f"{inner} if isinstance({value}, {kinds}) else {result}"
                return None if result == value else result
        return None

    def relayed(self, use: Use, value: str) -> str | None:
        """The same for a relayed value, which stays as it came where it has not its usual shape."""
        match use.type:
            case NamedType(name=name):
                if self.converted(use, value) is None:
                    return None
                return f"shaped({value}, {self.protocol.type(name).python_name})"
            case ChoiceType(options=options) if (record := self._only_record(options)) is not None:
                return self.relayed(record, value)  # what is no object stays as it is
            case ArrayType() | MapType() | ChoiceType():
                inner = self.converted(use, "value")
                if inner is None:
                    return None
                if not isinstance(use.type, ChoiceType):
                    kinds = "tuple | list" if isinstance(use.type, ArrayType) else "dict"
                    inner = f"{inner} if isinstance(value, {kinds}) else value"
                return f"usual({value}, lambda value: {inner})"
        return None

    def _only_record(self, options: tuple[Use, ...]) -> Use | None:
        """The option that needs completing, when it is the only one and a record."""
        found = [option for option in options if self.converted(option, "") is not None]
        return found[0] if len(found) == 1 and isinstance(found[0].type, NamedType) else None

    def _item(self, use: Use) -> str | None:
        inner = self.converted(use, "item")
        if inner is None or not use.nullable:
            return inner
        return f"(None if item is None else {inner})"

    def too_big(self, use: Use, value: str) -> str | None:
        """A condition that is true when ``value`` holds an integer that its type is too small for.

        Annotations state bounds of at most 63 bits; this is about the larger ones.
        """
        return self._holding(use, value, self._beyond_63_bits)

    def out_of_bounds(self, use: Use, value: str) -> str | None:
        """The same for a number that is out of bounds, which no annotation states."""
        return self._holding(use, value, _out_of_bounds)

    def wrong_constant(self, use: Use, value: str) -> str | None:
        """The same for a boolean that is not the constant of its type."""
        return self._holding(use, value, _wrong_constant)

    def _holding(self, use: Use, value: str, test: _Test) -> str | None:
        """A condition that is true when ``value`` holds what ``test`` writes a condition for."""
        match use.type:
            case NamedType(name=name):
                definition = self.protocol.type(name)
                if not isinstance(definition, Scalar):
                    return None
                return self._holding(definition.use, value, test)
            case ArrayType(items=items):
                inner = self._holding(items, "item", test)
                return (
                    None
                    if inner is None
                    else f"any({_guard(items, 'item', inner)} for item in {value})"
                )
            case MapType(values=values):
                inner = self._holding(values, "item", test)
                return (
                    None
                    if inner is None
                    else f"any({_guard(values, 'item', inner)} for item in {value}.values())"
                )
            case ChoiceType(options=options):
                tests = []
                for option in plain_options(self.protocol, options):
                    inner = self._holding(option, value, test)
                    if inner is not None:
                        written = f"isinstance({value}, {_decoded(option.type)}) and {inner}"
                        is_number = isinstance(option.type, IntegerType | NumberType)
                        tests.append(
                            f"not isinstance({value}, bool) and {written}" if is_number else written
                        )
                return f"({' or '.join(tests)})" if len(tests) > 1 else next(iter(tests), None)
        return test(use.type, value)

    def holds_above(self, use: Use, value: str) -> str | None:
        """The same for a relayed value, which need not have its usual shape."""
        maximum = self._big_maximum(use)
        return None if maximum is None else f"holds_above({value}, {bound(maximum)})"

    def _big_maximum(self, use: Use) -> int | None:
        shape: Shape = use.type
        if isinstance(shape, IntegerType):
            return shape.maximum if self._beyond_63_bits(shape, "") else None
        if isinstance(shape, NamedType):
            shape = self.protocol.type(shape.name)
        if isinstance(shape, Record | Union):
            return None
        return next(filter(None, (self._big_maximum(part.use) for part in parts(shape))), None)

    def _beyond_63_bits(self, type_: Type, value: str) -> str | None:
        match type_:
            case IntegerType(minimum=minimum, maximum=maximum) if minimum > INT64_MAX:
                return f"not {bound(minimum)} <= {value} <= {bound(maximum)}"
            case IntegerType(maximum=maximum) if self.wide and maximum > INT64_MAX:
                return f"{value} > {bound(maximum)}"
        return None


_Test = Callable[[Type, str], str | None]


def _out_of_bounds(type_: Type, value: str) -> str | None:
    if not isinstance(type_, NumberType) or not type_.bounds:
        return None
    left = (
        f"{type_.minimum!r} <= "
        if type_.minimum is not None
        else f"{type_.above!r} < "
        if type_.above is not None
        else ""
    )
    right = (
        f" <= {type_.maximum!r}"
        if type_.maximum is not None
        else f" < {type_.below!r}"
        if type_.below is not None
        else ""
    )
    return f"not {left}{value}{right}"


def _wrong_constant(type_: Type, value: str) -> str | None:
    if isinstance(type_, ConstType) and isinstance(type_.value, bool):
        return f"{value} is not {type_.value}"
    return None


def _decoded(type_: Type) -> str:
    """What a decoder makes of a value, as far as only some values of a choice need completion."""
    if isinstance(type_, IntegerType):
        return "int"
    if isinstance(type_, NumberType):
        return "int | float"
    if isinstance(type_, ConstType):
        return "bool"
    return "tuple | list" if isinstance(type_, ArrayType) else "dict"


def _guard(use: Use, value: str, condition: str) -> str:
    return f"{value} is not None and {condition}" if use.nullable else condition
