"""From schema expressions to types and uses: the part of resolving that knows the dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from voxspec.findings import Findings
from voxspec.metacheck import did_you_mean
from voxspec.model import (
    INT_BOUNDS,
    AnyObjectType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    IntegerType,
    IntFormat,
    JsonForm,
    JsonValue,
    MapType,
    NamedDefinition,
    NamedType,
    NumberType,
    StringType,
    Type,
    Use,
)
from voxspec.pattern_lengths import is_possible
from voxspec.pattern_syntax import PatternError, parse
from voxspec.source import Source
from voxspec.yaml_values import Path_

Expression = dict[str, JsonValue]

ANNOTATIONS = frozenset(
    "description x-unit x-sensitive x-note x-published-null x-max-json-length x-json-form "
    "x-relayed examples default deprecated since".split()
)
_KEYWORDS: dict[str, frozenset[str]] = {
    "string": frozenset({"minLength", "maxLength", "pattern", "const"}),
    "integer": frozenset({"format", "minimum", "maximum"}),
    "number": frozenset(),
    "boolean": frozenset(),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "object": frozenset({"additionalProperties"}),
    "null": frozenset(),
}
_OF_PROPERTIES = ("deprecated", "since", "x-published-null", "x-note")
"""What is said of a key of a record, and means nothing elsewhere; a note also of a named type."""

PLACEHOLDER = Use(BooleanType())
"""The use of an expression that has a mistake."""

DefinitionT = TypeVar("DefinitionT", bound=NamedDefinition)


def kind_of(expression: Expression) -> str:
    """What kind of named type an expression defines: scalar, enum, record or union."""
    if "enum" in expression:
        return "enum"
    if "properties" in expression:
        return "record"
    if (
        "oneOf" in expression
        and "type" not in expression
        and all(
            isinstance(option, dict) and "$ref" in option
            for option in cast(list[JsonValue], expression["oneOf"])
        )
    ):
        return "union"
    return "scalar"


@dataclass(frozen=True, slots=True)
class Stated:
    """An expression that states values of its own: a default, examples."""

    source: Source
    path: Path_
    expression: Expression
    shape: Use | NamedDefinition


class Expressions:
    """Resolves expressions against the named types of one protocol."""

    def __init__(
        self,
        entries: Mapping[str, Expression],
        findings: Findings,
        *,
        complete: bool = True,
    ) -> None:
        """``entries``: the expressions of the named types. ``complete``: every name is known; else
        an unknown one is no mistake of its user."""
        self.entries = entries
        self.kinds = {name: kind_of(entry) for name, entry in entries.items()}
        self.stated: list[Stated] = []
        self.complete = complete
        self.findings = findings
        self.used: set[str] = set()

    def use(
        self,
        source: Source,
        path: Path_,
        expression: Expression,
        *,
        is_property: bool = False,
        relayable: bool = False,
    ) -> Use:
        """The use at ``path``; a placeholder after a mistake, which is then among the findings.

        ``relayable``: it is a property of a message that only servers send."""
        if not relayable:
            self.refuse_relayed(source, path, expression)
        if not is_property:
            self._refuse_elsewhere(source, path, expression)
        self._check_unit(source, path, expression)
        self._check_json_form(source, path, expression)
        if "$ref" in expression:
            type_: Type | None = self._reference(source, path, expression)
            nullable = False
        elif "oneOf" in expression:
            choice = self._choice(source, path, expression)
            self._check_json_length(source, path, expression, choice.type, is_property)
            return self._state(source, path, expression, self._annotate(expression, choice))
        elif "type" in expression:
            json_type, nullable = _json_type(expression)
            type_ = self._plain(source, path, expression, json_type)
        else:
            self.findings.error(
                "TYPE_EXPLICIT",
                f'"{path[-1]}" says no type',
                source.key_place(*path),
                "every value states its type, or refers to a named one with $ref",
            )
            return PLACEHOLDER
        if type_ is None:
            return PLACEHOLDER
        self._check_json_length(source, path, expression, type_, is_property)
        return self._state(
            source, path, expression, self._annotate(expression, Use(type_, nullable))
        )

    def _state(self, source: Source, path: Path_, expression: Expression, use: Use) -> Use:
        """Remembers the values that an expression states, which can be checked when all is known."""
        if "default" in expression or "examples" in expression:
            self.stated.append(Stated(source, path, expression, use))
        return use

    def stated_by(
        self, source: Source, path: Path_, expression: Expression, definition: DefinitionT
    ) -> DefinitionT:
        """The same for a named type or a payload, which is returned."""
        if "default" in expression or "examples" in expression:
            self.stated.append(Stated(source, path, expression, definition))
        return definition

    def _check_json_length(
        self,
        source: Source,
        path: Path_,
        expression: Expression,
        type_: Type,
        is_property: bool,
    ) -> None:
        if "x-max-json-length" not in expression:
            return
        place = source.key_place(*path, "x-max-json-length")
        if not self._is_object(type_):
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-max-json-length" applies to objects only',
                place,
                "of records, to those with x-extra: the others forget keys that would count",
            )
        elif not is_property:
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-max-json-length" applies to properties only',
                place,
                "write it where a property of a record has this type",
            )

    def refuse_marks(self, source: Source, path: Path_, expression: Expression, what: str) -> None:
        """Findings for what is said of values in vain where a record, enum or union is defined."""
        self.refuse_relayed(source, path, expression)
        self._refuse_elsewhere(source, path, expression)
        for key in ("x-sensitive", "x-unit", "x-max-json-length", "x-json-form"):
            if key in expression:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" does not apply to {what}',
                    source.key_place(*path, key),
                    "write it where a property of a record has this type",
                )

    def _refuse_elsewhere(self, source: Source, path: Path_, expression: Expression) -> None:
        is_named = len(path) == 2 or path[-1] == "payload"  # these have notes
        for key in _OF_PROPERTIES:
            if key in expression and not (is_named and key == "x-note"):
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" applies to properties only',
                    source.key_place(*path, key),
                    "write it where a property of a record has this type",
                )

    def _check_unit(self, source: Source, path: Path_, expression: Expression) -> None:
        if "x-unit" in expression and "number" not in self._json_types(expression):
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-unit" applies to numbers only',
                source.key_place(*path, "x-unit"),
                "of an array of numbers, write it beside the type of its items",
            )

    def refuse_relayed(self, source: Source, path: Path_, expression: Expression) -> None:
        """A finding when something is called relayed that no server passes on by itself."""
        if "x-relayed" in expression:
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-relayed" applies to properties of messages that only servers send',
                source.key_place(*path, "x-relayed"),
                "write it beside the property of the server message; what is inside is relayed too",
            )

    def is_integer(self, type_: Type) -> bool:
        """Whether a value is an integer, by name or in place."""
        if isinstance(type_, NamedType):
            return self.entries.get(type_.name, {}).get("type") == "integer"
        return isinstance(type_, IntegerType)

    def _check_json_form(self, source: Source, path: Path_, expression: Expression) -> None:
        if "x-json-form" in expression and "x-max-json-length" not in expression:
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-json-form" says how x-max-json-length counts, and there is none',
                source.key_place(*path, "x-json-form"),
            )

    def _is_object(self, type_: Type) -> bool:
        """Whether a value is an object of which every key is kept, so that its length is known."""
        if isinstance(type_, NamedType):
            return bool(self.entries.get(type_.name, {}).get("x-extra"))
        return isinstance(type_, MapType | AnyObjectType)

    def _annotate(self, expression: Expression, use: Use) -> Use:
        return Use(
            use.type,
            use.nullable or bool(expression.get("x-published-null")),
            cast("str | None", expression.get("x-unit")),
            bool(expression.get("x-sensitive")),
            cast("int | None", expression.get("x-max-json-length")),
            cast("JsonForm", expression.get("x-json-form", "compact")),
        )

    def _reference(self, source: Source, path: Path_, expression: Expression) -> Type | None:
        name = str(expression["$ref"])
        self._only(source, path, expression, {"$ref", "x-open"}, "a reference")
        if name not in self.kinds:
            if not self.complete:
                return None
            self.findings.error(
                "REF_RESOLVES",
                f'no type is called "{name}"',
                source.place(*path, "$ref"),
                did_you_mean(name, list(self.kinds)) or "named types stand in types.yaml",
            )
            return None
        self.used.add(name)
        is_open = expression.get("x-open") is True
        if "x-open" in expression and (not is_open or self.kinds[name] != "record"):
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-open" beside a reference is true and refers to a record',
                source.key_place(*path, "x-open"),
                "an enum states its own openness where it is defined",
            )
        return NamedType(name, is_open)

    def _plain(
        self, source: Source, path: Path_, expression: Expression, json_type: str
    ) -> Type | None:
        if json_type == "object" and "properties" in expression:
            self.findings.error(
                "NO_INLINE_NESTED_OBJECT",
                f'"{path[-1]}" defines a record inside another',
                source.key_place(*path),
                "give it a name in types.yaml and refer to it with $ref",
            )
            return None
        if "enum" in expression:
            self.findings.error(
                "ENUM_IS_NAMED",
                f'"{path[-1]}" defines an enum in place',
                source.key_place(*path, "enum"),
                "give it a name in types.yaml and refer to it with $ref",
            )
            return None
        allowed = _KEYWORDS[json_type] | {"type"}
        self._only(source, path, expression, allowed, f"type {json_type}")
        match json_type:
            case "string":
                return self._string(source, path, expression)
            case "integer":
                return self._integer(source, path, expression)
            case "number":
                return NumberType()
            case "boolean":
                return BooleanType()
            case "array":
                return self._array(source, path, expression)
            case "object":
                values = expression.get("additionalProperties")
                if isinstance(values, dict):
                    return MapType(self.use(source, (*path, "additionalProperties"), values))
                return AnyObjectType()
        self.findings.error("TYPE_EXPLICIT", "null alone is no type", source.place(*path, "type"))
        return None

    def _only(
        self,
        source: Source,
        path: Path_,
        expression: Expression,
        allowed: frozenset[str] | set[str],
        what: str,
    ) -> None:
        for key in expression:
            if key not in allowed and key not in ANNOTATIONS:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" does not apply to {what}',
                    source.key_place(*path, key),
                )

    def _string(self, source: Source, path: Path_, expression: Expression) -> Type:
        if "const" in expression:
            for key in (_KEYWORDS["string"] - {"const"}) & expression.keys():
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" says nothing beside a constant',
                    source.key_place(*path, key),
                )
            return ConstType(str(expression["const"]))
        pattern = cast("str | None", expression.get("pattern"))
        node = None
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
        self._ordered(source, path, low, high, ("minLength", "maxLength"))
        if node is not None and not is_possible(node, low or 0, high):
            self.findings.error(
                "BOUNDS_ORDERED",
                "no text that matches the pattern has a length within minLength and maxLength",
                source.place(*path, "pattern"),
                "change one of them",
            )
        return StringType(low, high, pattern)

    def _integer(self, source: Source, path: Path_, expression: Expression) -> Type | None:
        width = cast("IntFormat | None", expression.get("format"))
        if width is None:
            self.findings.error(
                "INT_HAS_WIDTH",
                f'the integer "{path[-1]}" has no width',
                source.key_place(*path),
                f"add format: {' | '.join(INT_BOUNDS)}",
            )
            return None
        low, high = least, most = INT_BOUNDS[width]
        for key, narrower in (("minimum", True), ("maximum", False)):
            bound = cast("int | None", expression.get(key))
            if bound is None:
                continue
            if not least <= bound <= most:
                self.findings.error(
                    "INT_HAS_WIDTH",
                    f"{key} {bound} is outside {width}",
                    source.place(*path, key),
                )
            elif narrower:
                low = bound
            else:
                high = bound
        self._ordered(source, path, low, high, ("minimum", "maximum"))
        return IntegerType(width, low, high)

    def _array(self, source: Source, path: Path_, expression: Expression) -> Type | None:
        items = expression.get("items")
        if not isinstance(items, dict):
            self.findings.error(
                "TYPE_EXPLICIT", f'the array "{path[-1]}" has no items', source.key_place(*path)
            )
            return None
        low = cast("int | None", expression.get("minItems"))
        high = cast("int | None", expression.get("maxItems"))
        self._ordered(source, path, low, high, ("minItems", "maxItems"))
        return ArrayType(self.use(source, (*path, "items"), items), low, high)

    def _ordered(
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

    def _choice(self, source: Source, path: Path_, expression: Expression) -> Use:
        self._only(source, path, expression, {"oneOf"}, "a choice")
        options: list[Use] = []
        nullable = False
        seen: dict[str, int] = {}
        for index, option in enumerate(cast(list[Expression], expression["oneOf"])):
            place = (*path, "oneOf", index)
            if option.get("type") == "null":
                nullable = True
                continue
            use = self.use(source, place, option)
            for json_type in self._json_types(option):
                if seen.setdefault(json_type, index) != index:
                    self.findings.error(
                        "CHOICE_IS_CLEAR",
                        f"two options are both a JSON {json_type}",
                        source.place(*place),
                        "a reader must be able to tell the options apart by JSON type",
                    )
            if isinstance(use.type, ChoiceType):
                options += use.type.options
            else:
                options.append(replace(use, nullable=False))
            nullable = nullable or use.nullable
        if not options:
            self.findings.error("TYPE_EXPLICIT", "null alone is no type", source.place(*path))
            return PLACEHOLDER
        if len(options) == 1:
            only = options[0]
            return Use(only.type, nullable or only.nullable, only.unit, only.sensitive)
        return Use(ChoiceType(tuple(options)), nullable)

    def _json_types(self, expression: Expression, inside: tuple[str, ...] = ()) -> list[str]:
        """The JSON types that values have, behind whatever names and choices, but null."""
        if expression.get("x-open") is True and "$ref" in expression:
            return [*_JSON_TYPES]  # readers keep anything
        if "$ref" in expression:
            name = str(expression["$ref"])
            if name in inside or name not in self.entries:
                return []
            return self._json_types(self.entries[name], (*inside, name))
        if "oneOf" in expression and "type" not in expression:
            options = cast(list[Expression], expression["oneOf"])
            return list(dict.fromkeys(t for o in options for t in self._json_types(o, inside)))
        json_type = _json_type(expression)[0] if "type" in expression else "null"
        return [] if json_type == "null" else ["number" if json_type == "integer" else json_type]


_JSON_TYPES = ("string", "number", "boolean", "array", "object")


def _json_type(expression: Expression) -> tuple[str, bool]:
    stated = expression["type"]
    if isinstance(stated, list):
        return str(stated[0]), True
    return str(stated), False


RECORD_KEYWORDS = ANNOTATIONS | frozenset(
    "type properties required oneOf x-one-of-name if then else x-extra published".split()
)
