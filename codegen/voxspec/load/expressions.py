"""From schema expressions to types and uses: the part of resolving that knows the dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from voxspec.findings import Findings
from voxspec.load.json_types import Expression, JsonTypes, json_type, kind_of
from voxspec.load.keywords import ANNOTATIONS, KEYWORDS
from voxspec.load.marks import Marks
from voxspec.load.scalars import Scalars
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    JsonForm,
    MapType,
    NamedDefinition,
    NamedType,
    NullType,
    Type,
    Use,
)
from voxspec.near import did_you_mean

PLACEHOLDER = Use(BooleanType())
"""The use of an expression that has a mistake."""

DefinitionT = TypeVar("DefinitionT", bound=NamedDefinition)


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
        self.json = JsonTypes(entries)
        self.marks = Marks(self.json, findings)
        self.scalars = Scalars(findings)
        self.used: set[str] = set()  # by what is no type itself

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
            self.marks.refuse_relayed(source, path, expression)
        if not is_property:
            self.marks.refuse_elsewhere(source, path, expression)
        self.marks.check_unit(source, path, expression)
        self.marks.check_json_form(source, path, expression)
        if "x-any-json" in expression:
            self._only(source, path, expression, {"x-any-json"}, "any JSON value")
            self.marks.check_any(source, path, expression)
            type_: Type | None = AnyType()
            nullable = False
        elif "$ref" in expression:
            type_ = self._reference(source, path, expression)
            nullable = False
        elif "oneOf" in expression:
            choice = self._choice(source, path, expression)
            self.marks.check_json_length(source, path, expression, choice.type, is_property)
            return self._state(source, path, expression, self._annotate(expression, choice))
        elif "type" in expression:
            stated, nullable = json_type(expression)
            type_ = self._plain(source, path, expression, stated)
        else:
            self.findings.error(
                "TYPE_EXPLICIT",
                f'"{path[-1]}" says no type',
                source.key_place(*path),
                "every value states its type, refers to a named one with $ref, or is any JSON with "
                "x-any-json: true",
            )
            return PLACEHOLDER
        if type_ is None:
            return PLACEHOLDER
        self.marks.check_json_length(source, path, expression, type_, is_property)
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

    def _annotate(self, expression: Expression, use: Use) -> Use:
        return Use(
            use.type,
            use.nullable or bool(expression.get("x-published-null")),
            cast("str | None", expression.get("x-unit")),
            bool(expression.get("x-sensitive")),
            cast("int | None", expression.get("x-max-json-length")),
            cast("JsonForm", expression.get("x-json-form", "compact")),
            bool(expression.get("x-words")),
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
        if path[0] != "types":
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
        self, source: Source, path: Path_, expression: Expression, stated: str
    ) -> Type | None:
        if stated == "object" and "properties" in expression:
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
        if "x-flags" in expression:
            self.findings.error(
                "ENUM_IS_NAMED",
                f'"{path[-1]}" defines flags in place',
                source.key_place(*path, "x-flags"),
                "give them a name in types.yaml and refer to it with $ref",
            )
            return None
        allowed = KEYWORDS[stated] | {"type"}
        self._only(source, path, expression, allowed, f"type {stated}")
        if "const" in expression and "const" in allowed:
            return self.scalars.constant(source, path, expression, stated)
        match stated:
            case "string":
                return self.scalars.string(source, path, expression)
            case "integer":
                return self.scalars.integer(source, path, expression)
            case "number":
                return self.scalars.number(source, path, expression)
            case "boolean":
                return BooleanType()
            case "array":
                return self._array(source, path, expression)
            case "object":
                return self._object(source, path, expression)
        self.marks.check_null(source, path, expression)
        return NullType()

    def _object(self, source: Source, path: Path_, expression: Expression) -> Type:
        values = expression.get("additionalProperties")
        if isinstance(values, dict):
            return MapType(self.use(source, (*path, "additionalProperties"), values))
        if values is False:
            self.findings.error(
                "KEYWORD_APPLIES",
                '"additionalProperties" is false only where properties are listed',
                source.key_place(*path, "additionalProperties"),
                "without any, the object is always empty; give the record a name in types.yaml",
            )
        return AnyObjectType()

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

    def _array(self, source: Source, path: Path_, expression: Expression) -> Type | None:
        items = expression.get("items")
        if not isinstance(items, dict):
            self.findings.error(
                "TYPE_EXPLICIT", f'the array "{path[-1]}" has no items', source.key_place(*path)
            )
            return None
        low = cast("int | None", expression.get("minItems"))
        high = cast("int | None", expression.get("maxItems"))
        self.scalars.ordered(source, path, low, high, ("minItems", "maxItems"))
        return ArrayType(self.use(source, (*path, "items"), items), low, high)

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
            for kind in self.json.of(option):
                if seen.setdefault(kind, index) != index:
                    self.findings.error(
                        "CHOICE_IS_CLEAR",
                        f"two options are both a JSON {kind}",
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
            if isinstance(only.type, AnyType) and nullable:
                self.findings.error(
                    "CHOICE_IS_CLEAR",
                    "any JSON value can be null already",
                    source.place(*path),
                    "write x-any-json: true alone",
                )
            return replace(only, nullable=nullable or only.nullable)
        return Use(ChoiceType(tuple(options)), nullable)
