"""The types of a draft: expressions for what was seen, and the named types that these refer to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from voxspec.infer import plain
from voxspec.infer.enums import WordList, WordLists
from voxspec.infer.places import Group, Place, Places
from voxspec.infer.plain import Shape
from voxspec.infer.said import said_of, times
from voxspec.infer.words import singular, snake
from voxspec.model import naming

Expression = dict[str, Any]

_INT32: Final = 2**31
_NEARLY_FULL: Final = 2**62
"""Integers that soon need the 64th bit, if they grow."""

_TIME: Final = 1_000_000_000
"""Unix time in seconds since 2001: integers from there on need not stay below 2^32."""

_GENERAL: Final = frozenset(
    "code data item kind mode name payload reason role state status type value".split()
)
"""Names that say nothing without what they are of."""


class Types:
    """Expressions of one protocol. `named` are the types that they refer to, in types.yaml's form."""

    def __init__(self, taken: set[str]) -> None:
        """`taken`: the classes of messages."""
        self.named: dict[str, Expression] = {}
        self._taken = {name.casefold() for name in taken}
        self._places = Places()
        self._words = WordLists()

    # --- Before: everything that was seen ------------------------------------------------------

    def root(self, shape: Shape, base: str, owner: str) -> list[Place]:
        """Remember the payload of a message, or a key of the envelope; gives its places."""
        self._see_words(shape, base, owner)
        return self._places.add(shape, base, owner, is_root=True)

    def unite(self) -> None:
        """To be called when all was seen."""
        self._places.unite()

    def _see_words(self, shape: Shape, key: str, owner: str) -> None:
        self._words.add(shape, key, owner)
        items = shape["array"]["items"] if "array" in shape else None
        if items is not None:
            self._see_below(items, key, owner)
        self._see_below(shape, key, owner)

    def _see_below(self, shape: Shape, key: str, owner: str) -> None:
        objects = shape.get("object")
        if objects is None:
            items = shape["array"]["items"] if "array" in shape else None
            if items is not None:
                self._see_below(items, key, owner)
            return
        for name, below in objects.get("keys", {}).items():
            self._see_words(below, name, snake(key))
        if objects.get("values") is not None:
            self._see_words(objects["values"], key, owner)

    # --- After: expressions --------------------------------------------------------------------

    def record(
        self,
        objects: Shape,
        group: Group | None,
        *,
        envelope: frozenset[str] = frozenset(),
        constants: Mapping[str, Expression] = MappingProxyType({}),
    ) -> Expression:
        """A record in place. `envelope`: attributes that its fields cannot have. `constants`: what is
        known of fields otherwise."""
        keys: dict[str, Shape] = objects.get("keys", {})
        required = [key for key, shape in keys.items() if shape["count"] == objects["count"]]
        result: Expression = {"type": "object"}
        if required:
            result["required"] = required
        taken = set(envelope)
        properties: dict[str, Expression] = {}
        for key, shape in keys.items():
            below = _below(group, key)
            known = constants.get(key)
            expression = self.expression(shape, key, below) if known is None else dict(known)
            attribute = naming.attribute(key)
            if attribute in taken:
                expression["x-name"] = _free(snake(key), taken, naming.attribute)
                attribute = naming.attribute(expression["x-name"])
            taken.add(attribute)
            expression["description"] = said_of(shape, objects["count"])
            properties[key] = expression
        if properties:
            result["properties"] = properties
        return result

    def expression(self, shape: Shape, key: str, group: Group | None) -> Expression:
        """What stands under `key`; `group` is the type of objects there."""
        options = [self._option(kind, shape, key, group) for kind in _kinds(shape)]
        if not options or any("x-any-json" in option for option in options):
            return {"x-any-json": True}
        sensitive = {"x-sensitive": True} if _is_secret(shape) else {}
        if len(options) > 1:
            null: list[Expression] = [{"type": "null"}] if "null" in shape else []
            return {"oneOf": [*options, *null]} | sensitive
        (only,) = options
        if "null" not in shape:
            return only | sensitive
        if "$ref" in only:
            return {"oneOf": [only, {"type": "null"}]} | sensitive
        return only | {"type": [only["type"], "null"]} | sensitive

    def _option(self, kind: str, shape: Shape, key: str, group: Group | None) -> Expression:
        match kind:
            case "integer":
                return _integer(shape["integer"])
            case "string":
                return self._text(shape["string"], key)
            case "array":
                items = shape["array"]["items"]
                if items is None:
                    return {"type": "array", "items": {"x-any-json": True}}
                return {"type": "array", "items": self.expression(items, key, group)}
            case "object":
                return self._object(shape["object"], key, group)
        return {"type": kind}

    def _text(self, texts: Shape, key: str) -> Expression:
        words = self._words.of(texts, key)
        if words is not None:
            return {"$ref": self._enum(words)}
        if texts["date_time"] and texts["count"] > 1 and not texts["secret"]:
            return {"type": "string", "format": "date-time"}
        return {"type": "string"}

    def _object(self, objects: Shape, key: str, group: Group | None) -> Expression:
        whole = group.objects() if group is not None else objects
        if whole["cut"]:
            return {"type": "object"}
        if plain.is_map(whole):
            values = plain.values_of(whole)
            if values is None:
                return {"type": "object"}
            below = _below(group, "{}")
            return {"type": "object", "additionalProperties": self.expression(values, key, below)}
        if not whole["keys"] or group is None:
            return {"type": "object"}
        return {"$ref": self.of_group(group)}

    def of_group(self, group: Group) -> str:
        """The name of the type of a group."""
        if not group.name:
            group.name = self._name(group.base, group.places[0].owner)
            self.named[group.name] = {}  # its place in the file, also when it holds itself
            self.named[group.name] = self._definition(group)
        return group.name

    def _definition(self, group: Group) -> Expression:
        objects = group.objects()
        said = {"description": f"Seen {times(objects['count'])}."}
        if is_union(objects) and all(place.variants for place in group.places):
            tag = objects["variants"]["key"]
            variants = {
                value: place for one in group.places for value, place in one.variants.items()
            }
            options = [
                {"$ref": self._variant(place.group, tag, value)}
                for value, place in variants.items()
            ]
            return said | {"oneOf": options}
        return said | self.record(objects, group)

    def _variant(self, group: Group, tag: str, value: str) -> str:
        """The record of a variant, whose tag is constant."""
        if not group.name:
            group.name = self._name(group.base, group.places[0].owner)
            self.named[group.name] = {}
            objects = group.objects()
            said = {"description": f"Seen {times(objects['count'])}."}
            constant = {"type": "string", "const": value}
            self.named[group.name] = said | self.record(objects, group, constants={tag: constant})
        return group.name

    def _enum(self, words: WordList) -> str:
        if not words.name:
            words.name = self._name(words.base, words.owner)
            values = sorted(words.values, key=lambda value: (-words.values[value], value))
            self.named[words.name] = {
                "description": f"Seen {times(sum(words.values.values()))}; there may be more values.",
                "type": "string",
                "x-open": True,
                "enum": values,
                "x-enum-descriptions": {
                    value: f"Seen {times(words.values[value])}." for value in values
                },
            }
        return words.name

    def _name(self, base: str, owner: str) -> str:
        """A name that no other type has, and whose class no message has."""
        base, owner = singular(snake(base)), snake(owner)
        qualified = f"{owner}_{base}" if owner != base else f"{base}_payload"
        for name in (qualified, base) if base in _GENERAL else (base, qualified):
            if self._is_free(name):
                return self._take(name)
        number = 2
        while not self._is_free(f"{qualified}_{number}"):
            number += 1
        return self._take(f"{qualified}_{number}")

    def _is_free(self, name: str) -> bool:
        return naming.class_name(name).casefold() not in self._taken

    def _take(self, name: str) -> str:
        self._taken.add(naming.class_name(name).casefold())
        return name


def is_union(objects: Shape) -> bool:
    """Whether objects come in variants that a draft tells apart."""
    variants = objects.get("variants")
    return variants is not None and not any(
        plain.is_map(shape["object"]) or shape["object"]["cut"]
        for shape in variants["shapes"].values()
    )


def _kinds(shape: Shape) -> list[str]:
    """The kinds of JSON, integers as other numbers where both are there."""
    kinds: list[str] = [kind for kind in plain.KINDS if kind in shape]
    if "integer" in kinds and "number" in kinds:
        kinds.remove("integer")
    return kinds


def _integer(numbers: Shape) -> Expression:
    """The narrowest usual width; times, ids and what is negative get more room than was seen."""
    least, greatest = numbers["least"], numbers["greatest"]
    if least < -(2**63) or greatest >= 2**64 or (least < 0 and greatest >= 2**63):
        return {"type": "number"}
    if least >= 0 and greatest >= _NEARLY_FULL:
        return {"type": "integer", "format": "uint64"}
    if least < -_INT32 or greatest >= _TIME:
        return {"type": "integer", "format": "int64"}
    return {"type": "integer", "format": "uint32" if least >= 0 else "int32"}


def _is_secret(shape: Shape) -> bool:
    if any(shape.get(kind, {}).get("secret") for kind in ("string", "integer", "number")):
        return True
    items = shape["array"]["items"] if "array" in shape else None
    return items is not None and _is_secret(items)


def _below(group: Group | None, key: str) -> Group | None:
    """The type of objects under a key of a type; "{}" is any key of a map."""
    for place in group.places if group is not None else ():
        found = place.below.get(key) or (
            next(iter(place.below.values()), None) if key == "{}" else None
        )
        if found:
            return found[0].group
    return None


def _free(name: str, taken: set[str], attribute: Any) -> str:
    number = 2
    while attribute(f"{name}_{number}") in taken:
        number += 1
    return f"{name}_{number}"
