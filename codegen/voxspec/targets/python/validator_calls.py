"""The calls of generated validators: for a type at a place, the code that checks a value of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    Enum,
    Flags,
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
    naming,
)
from voxspec.model.text_forms import FORMS
from voxspec.output.render import constant_literal, literal
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_python
from voxspec.targets.python.bounds import bound


@dataclass(frozen=True, slots=True)
class Calls:
    """Writes calls; ``shared`` is the prefix under which the checks of named types are reached."""

    protocol: Protocol
    shared: str

    def lines(self, use: Use, item: str, at: str, flags: str) -> list[str]:
        """The statements that check one use."""
        if isinstance(use.type, ChoiceType):
            return self.choice(use, use.type, item, at, flags)
        return [self.call(use.type, item, at, flags)]

    def choice(self, use: Use, choice: ChoiceType, item: str, at: str, flags: str) -> list[str]:
        lines = []
        keyword = "if"
        for option in choice.options:
            test, _ = self.json_type(option.type)
            lines.append(f"{keyword} {test.format(item)}:")
            secret = "secret=True" if option.sensitive or "secret=True" in flags else ""
            lines += [f"    {line}" for line in self.lines(option, item, at, secret)]
            keyword = "elif"
        words = [self.json_type(option.type)[1] for option in choice.options]
        words += ["null"] if use.nullable else []
        expected = literal(", ".join(words[:-1]) + " or " + words[-1])
        secret = ", secret=True" if "secret=True" in flags else ""
        wrong = f'out.wrong("FIELD_TYPE", {at}, {item}, {expected}{secret})'
        test = f"elif {item} is not None:" if use.nullable else "else:"
        return [*lines, test, f"    {wrong}"]

    def json_type(self, type_: Type) -> tuple[str, str]:
        """A test of the JSON type, and what messages call it."""
        match type_:
            case ConstType(value=bool()):
                return "isinstance({0}, bool)", "true or false"
            case ConstType(value=int()):
                return self.json_type(IntegerType("int64", 0, 0))
            case StringType() | ConstType():
                return "isinstance({0}, str)", "a string"
            case IntegerType():
                return (
                    "isinstance({0}, int | float) and not isinstance({0}, bool)",
                    "an integer",
                )
            case NumberType():
                return "isinstance({0}, int | float) and not isinstance({0}, bool)", "a number"
            case BooleanType():
                return "isinstance({0}, bool)", "true or false"
            case ArrayType():
                return "isinstance({0}, list)", "an array"
            case ChoiceType(options=options):
                tests, words = zip(*(self.json_type(o.type) for o in options), strict=True)
                return " or ".join(f"({test})" for test in tests), ", ".join(words)
            case NamedType(name=name):
                definition = self.protocol.type(name)
                if isinstance(definition, Scalar):
                    return self.json_type(definition.use.type)
                if isinstance(definition, Enum | Flags):
                    return self.json_type(definition.integer or StringType())
                return "isinstance({0}, dict)", "an object"
            case MapType() | AnyObjectType() | AnyType() | NullType():
                return "isinstance({0}, dict)", "an object"
            case _:
                assert_never(type_)

    def call(self, type_: Type, item: str, at: str, flags: str) -> str:
        """One call that checks ``item``."""
        head = f"{item}, {at}, out"
        tail = f", {flags}" if flags else ""
        match type_:
            case StringType(min_length=low, max_length=high, pattern=pattern, form=named):
                python = None if pattern is None else to_python(parse(pattern))
                form = None if pattern == python or named is not None else pattern
                said = FORMS[named].said if named is not None else None
                bounds = "".join(
                    f", {key}={literal(value) if isinstance(value, str) else value}"
                    for key, value in (
                        ("low", low),
                        ("high", high),
                        ("pattern", python),
                        ("form", form),
                        ("said", said),
                    )
                    if value is not None
                )
                return f"check.string({head}{tail}{bounds})"
            case IntegerType(minimum=low, maximum=high):
                return f"check.integer({head}, {bound(low)}, {bound(high)}{tail})"
            case NumberType():
                bounds = "".join(
                    f", {key}={bound!r}"
                    for key, bound in (
                        ("low", type_.minimum),
                        ("high", type_.maximum),
                        ("above", type_.above),
                        ("below", type_.below),
                    )
                    if bound is not None
                )
                return f"check.number({head}{tail}{bounds})"
            case BooleanType():
                return f"check.boolean({head}{tail})"
            case ConstType(value=value):
                return f"check.constant({head}, {constant_literal(value)}{tail})"
            case AnyObjectType():
                return f"check.any_object({head}{tail})"
            case AnyType():
                return f"check.any_json({head})"
            case NullType():
                return f"check.null_only({head})"
            case ArrayType(items=items, min_items=low, max_items=high):
                bounds = "".join(
                    f", {key}={value}"
                    for key, value in (("low", low), ("high", high))
                    if value is not None
                )
                return f"check.array({head}, {self.function(items, flags)}{tail}{bounds})"
            case MapType(values=values):
                return f"check.mapping({head}, {self.function(values, flags)}{tail})"
            case NamedType(name=name, open=is_open):
                function = f"{self.shared}{naming.function(name)}"
                if is_open:
                    return f"check.shape({head}, {function})"
                return f"{function}({head}{tail})"
            case ChoiceType():
                return f"({self.function(Use(type_), flags)})({head})"
            case _:
                assert_never(type_)

    def function(self, use: Use, around: str) -> str:
        """A check for the items of an array or map, as an expression; what is ``around`` them, such
        as a secret array, holds for them too."""
        if "secret=True" in around:
            use = replace(use, sensitive=True)
        if (
            isinstance(use.type, NamedType)
            and not use.sensitive
            and not use.nullable
            and not use.type.open
        ):
            return f"{self.shared}{naming.function(use.type.name)}"
        flags = ", ".join(
            flag
            for flag, there in (("null=True", use.nullable), ("secret=True", use.sensitive))
            if there
        )
        if isinstance(use.type, ChoiceType):
            return f"lambda value, at, out: {self.inline_choice(use, use.type)}"
        if not flags and use.type == StringType():
            return "check.string"
        if isinstance(use.type, AnyType):
            return "check.any_json"
        return f"lambda value, at, out: {self.call(use.type, 'value', 'at', flags)}"

    def inline_choice(self, use: Use, choice: ChoiceType) -> str:
        """A choice as one expression: the first option of the value's JSON type decides."""
        words = [self.json_type(option.type)[1] for option in choice.options]
        words += ["null"] if use.nullable else []
        expected = literal(", ".join(words[:-1]) + " or " + words[-1])
        masked = ", secret=True" if use.sensitive else ""
        text = f'out.wrong("FIELD_TYPE", at, value, {expected}{masked})'
        if use.nullable:
            text = f"None if value is None else {text}"
        for option in reversed(choice.options):
            test = self.json_type(option.type)[0].format("value")
            flag = "secret=True" if use.sensitive or option.sensitive else ""
            text = f"{self.call(option.type, 'value', 'at', flag)} if {test} else {text}"
        return text
