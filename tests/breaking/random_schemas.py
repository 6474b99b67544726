"""Random schemas of the dialect, and random edits of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from tests.voxspec.mini import BASE, Data, write
from voxspec import pipeline
from voxspec.breaking.revision import Revision

_NAMES = "alpha beta gamma delta epsilon zeta user_id member_id text count kind".split()
_PATTERNS = ("^[a-z]+$", "^[a-z0-9_-]{1,8}$", "^x", "[0-9]", "^(?:on|off)$", "^[A-F0-9]{4}$")
_UNITS = ("ms", "s", "bytes")
_INTEGERS = ("int32", "uint32", "int64", "uint64")
_WORDS = "red green blue one two three".split()


def load(files: Data, folder: Path, name: str) -> Revision | None:
    """The revision that some data describes, without looks at its examples; None where it is no schema."""
    write(with_examples(files), folder)
    loaded = pipeline.load_as_far_as_possible(folder, examples=False)
    if loaded.protocol is None:
        return None
    return Revision(name, loaded.protocol, loaded.sources(folder))


def mistakes(files: Data, folder: Path) -> list[str]:
    """Why some data is no schema."""
    write(with_examples(files), folder)
    loaded = pipeline.load_as_far_as_possible(folder, examples=False)
    return [str(finding) for finding in loaded.findings]


def with_examples(files: Data) -> Data:
    """Every message has one: nobody looks at it here, but the dialect asks for it."""
    files = copy.deepcopy(files)
    for _, message in messages(files):
        message["examples"] = [{"summary": "One", "payload": None}]
    return _without_unused(files)


def messages(files: Data) -> Iterator[tuple[str, Data]]:
    for path in ("client/main.yaml", "server/main.yaml"):
        yield from files[path]["messages"].items()


def _without_unused(files: Data) -> Data:
    types = files["types.yaml"]["types"]
    used: set[str] = set()
    waiting: list[Any] = [m["payload"] for _, m in messages(files)]
    waiting.append(files["protocol.yaml"]["envelope"])
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = part.get("$ref")
            if isinstance(name, str) and name in types and name not in used:
                used.add(name)
                waiting.append(types[name])
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    files["types.yaml"]["types"] = {name: types[name] for name in types if name in used}
    if not used:
        del files["types.yaml"]
    return files


class Maker:
    """Makes schemas and edits of them, from one source of luck."""

    def __init__(self, luck: Random) -> None:
        self.luck = luck

    # --- Schemas ------------------------------------------------------------------------------

    def schema(self) -> Data:
        luck = self.luck
        files = copy.deepcopy(BASE)
        envelope = files["protocol.yaml"]["envelope"]
        if luck.random() < 0.15:
            envelope["closed"] = True
        types: Data = {}
        files["types.yaml"] = {"types": types}
        for name in ("word", "number"):
            types[name] = {**self.scalar(), "description": "S."}
        types["colour"] = self.enum()
        types["level"] = self.numbered_enum()
        types["rights"] = {"type": "integer", "format": "uint32", "description": "F.", "x-flags": {
            name: {"bit": bit, "description": "B."} for bit, name in enumerate(("read", "write"))
        }}  # fmt: skip
        for name in ("circle", "square"):
            types[name] = self.variant(name)
        types["shape"] = {"oneOf": [{"$ref": "circle"}, {"$ref": "square"}], "description": "U."}
        types["tree"] = {
            "type": "object",
            "description": "T.",
            "properties": {
                "leaf": {**self.scalar(), "description": "F."},
                "children": {"type": "array", "items": {"$ref": "tree"}, "description": "F."},
            },
        }
        for name in ("user", "place"):
            types[name] = self.record([*types], f"{name}.")
        for side in ("client", "server"):
            path = f"{side}/main.yaml"
            files[path] = {"area": "main", "title": "M", "description": "M.", "messages": {}}
            for at in range(luck.randint(1, 2)):
                name = f"{side}_{('ask', 'tell')[at]}"
                files[path]["messages"][name] = self.message(side, [*types])
        code = {"name": "UNKNOWN", "recovery": "identify", "description": "C."}
        files["close_codes.yaml"] = {"description": "C.", "close_codes": {"4000": code}}
        files["session.yaml"] = self.session(Random(str(files)))
        return files

    def session(self, luck: Random) -> Data:
        """A conversation in which anything may be said, but that types are known: each side ignores
        others, or closes for them."""
        state = {"description": "S.", "client": {"any": "stays"}, "server": {"any": "stays"}}
        thens = ["ignored", {"close": 4000}]
        return {
            "description": "S.",
            "roles": {},
            "states": {"open": state},
            "mistakes": {
                f"of_{side}": {"unknown_type": luck.choice(thens)} for side in ("client", "server")
            },
        }

    def message(self, side: str, types: list[str]) -> Data:
        luck = self.luck
        made: Data = {"summary": "M", "description": "M.", "examples": []}
        made["seq"] = "required" if side == "server" and luck.random() < 0.5 else "never"
        chance = luck.random()
        if chance < 0.1:
            made["payload"] = False
        elif chance < 0.25:
            made["payload"] = {"$ref": luck.choice(["user", "shape", "place"])}
        else:
            made["payload"] = self.record(types, "")
            made["payload"].pop("description", None)
            made["payload"].pop("x-extra", None)
            relayed = [
                n
                for n in made["payload"]["properties"]
                if n not in _named_by_rules(made["payload"])
            ]
            if side == "server" and relayed and luck.random() < 0.2:
                made["payload"]["properties"][luck.choice(relayed)]["x-relayed"] = True
        if made["payload"] is not False and luck.random() < 0.2:
            made["payload_optional"] = True
        return made

    def record(self, types: list[str], said: str) -> Data:
        luck = self.luck
        names = luck.sample(_NAMES, luck.randint(1, 5))
        made: Data = {"type": "object"}
        if said:
            made["description"] = said
        properties = {name: self.field(types) for name in names}
        required = [name for name in names if luck.random() < 0.5]
        made["properties"] = properties
        free = [name for name in names if name not in required]
        if len(free) >= 2 and luck.random() < 0.3:
            made["oneOf"] = [{"required": [name]} for name in free[:2]]
            free = free[2:]
        if free and required and luck.random() < 0.3:
            properties[required[0]] = {"type": "boolean", "description": "F."}
            made["if"] = {
                "properties": {required[0]: {"const": True}},
                "required": [required[0]],
            }
            made["then"] = {"required": [free[0]]}
            if luck.random() < 0.4:
                made["else"] = {"not": {"required": [free[0]]}}
        if required:
            made["required"] = required
        if luck.random() < 0.15:
            made["additionalProperties"] = False
        elif luck.random() < 0.1:
            made["x-extra"] = True
        return made

    def variant(self, name: str) -> Data:
        fields = {"k": {"type": "string", "const": name, "description": "T."}}
        fields["size"] = {**self.scalar(), "description": "F."}
        return {"type": "object", "required": ["k"], "properties": fields, "description": "V."}

    def field(self, types: list[str]) -> Data:
        return {**self.expression(types), "description": "F."}

    def expression(self, types: list[str], deep: int = 0) -> Data:
        luck = self.luck
        chance = luck.random()
        if chance < 0.45 or deep > 1:
            return self.nullable(self.scalar())
        if chance < 0.7:
            known = [name for name in types if name not in ("circle", "square")]
            return self.nullable({"$ref": luck.choice(known)})
        if chance < 0.82:
            made: Data = {"type": "array", "items": self.expression(types, deep + 1)}
            if luck.random() < 0.4:
                made["maxItems"] = luck.randint(1, 4)
            if luck.random() < 0.3:
                made["minItems"] = luck.randint(0, 1)
            return made
        if chance < 0.88:
            return {"type": "object", "additionalProperties": self.expression(types, deep + 1)}
        if chance < 0.92:
            return {"type": "object"}
        if chance < 0.95:
            return {"x-any-json": True}
        return {"oneOf": [{"type": "string"}, {"type": "integer", "format": "int64"}]}

    def nullable(self, made: Data) -> Data:
        if self.luck.random() >= 0.15:
            return made
        if "type" in made and "const" not in made:
            return {**made, "type": [made["type"], "null"]}
        return {"oneOf": [made, {"type": "null"}]}

    def scalar(self) -> Data:
        luck = self.luck
        match luck.randint(0, 6):
            case 0 | 1:
                return self.text()
            case 2 | 3:
                return self.integer()
            case 4:
                made: Data = {"type": "number"}
                if luck.random() < 0.5:
                    made["minimum"] = luck.choice([0, 0.5, -1])
                if luck.random() < 0.5:
                    made[luck.choice(["maximum", "exclusiveMaximum"])] = luck.choice([1, 2.5, 100])
                return made
            case 5:
                return {"type": "boolean"}
        return self.text()

    def text(self) -> Data:
        luck = self.luck
        made: Data = {"type": "string"}
        chance = luck.random()
        if chance < 0.25:
            made["pattern"] = luck.choice(_PATTERNS)
        elif chance < 0.3:
            made["format"] = "date-time"
        elif chance < 0.35:
            made["contentEncoding"] = "base64"
        else:
            if luck.random() < 0.3:
                made["minLength"] = luck.randint(1, 3)
            if luck.random() < 0.3:
                made["maxLength"] = luck.randint(3, 9)
        return made

    def integer(self) -> Data:
        luck = self.luck
        made: Data = {"type": "integer", "format": luck.choice(_INTEGERS)}
        if luck.random() < 0.3:
            made["minimum"] = luck.randint(0, 5)
        if luck.random() < 0.3:
            made["maximum"] = luck.randint(5, 99)
        if luck.random() < 0.2:
            made["x-unit"] = luck.choice(_UNITS)
        return made

    def enum(self) -> Data:
        values = self.luck.sample(_WORDS, self.luck.randint(1, 4))
        return {
            "type": "string",
            "enum": values,
            "x-open": self.luck.random() < 0.4,
            "description": "E.",
            "x-enum-descriptions": dict.fromkeys(values, "V."),
        }

    def numbered_enum(self) -> Data:
        values = sorted(self.luck.sample(range(9), self.luck.randint(1, 4)))
        return {
            "type": "integer",
            "format": "int32",
            "enum": values,
            "x-open": self.luck.random() < 0.4,
            "description": "E.",
            "x-enum-names": {str(value): f"n{value}" for value in values},
            "x-enum-descriptions": {str(value): "V." for value in values},
        }

    # --- Edits --------------------------------------------------------------------------------

    def edited(self, files: Data) -> Data:
        """The same schema with one to three things changed."""
        files = copy.deepcopy(files)
        for _ in range(self.luck.choice([1, 1, 1, 2, 3])):
            edits: list[Callable[[Data], None]] = [
                self.edit_record, self.edit_record, self.edit_record, self.edit_record,
                self.edit_field, self.edit_field, self.edit_field, self.edit_field,
                self.edit_enum, self.edit_scalar, self.edit_scalar, self.edit_message,
                self.edit_messages, self.edit_union, self.edit_envelope,
            ]  # fmt: skip
            self.luck.choice(edits)(files)
        return files

    def _record(self, files: Data) -> Data:
        """A record that is used somewhere."""
        found = [m["payload"] for _, m in messages(files) if _is_record(m["payload"])]
        found += [t for t in files["types.yaml"]["types"].values() if _is_record(t)]
        return self.luck.choice(found)

    def edit_record(self, files: Data) -> None:
        luck, record = self.luck, self._record(files)
        types = [*files["types.yaml"]["types"]]
        names, required = [*record["properties"]], record.setdefault("required", [])
        plain = [n for n in names if n not in _named_by_rules(record) and n != "k"]
        match luck.randint(0, 7):
            case 0 | 1:
                free = [name for name in _NAMES if name not in names]
                if free:
                    name = luck.choice(free)
                    record["properties"][name] = self.field(types)
                    required.extend([name] if luck.random() < 0.5 else [])
            case 2 if len(names) > 1 and plain:
                name = luck.choice(plain)
                del record["properties"][name]
                record["required"] = [n for n in required if n != name]
            case 3 if plain:
                name = luck.choice(plain)
                record["required"] = (
                    [n for n in required if n != name] if name in required else [*required, name]
                )
            case 4 if "k" not in names:
                if "oneOf" in record:
                    del record["oneOf"]
                else:
                    free = [n for n in plain if n not in required]
                    if len(free) > 1:
                        record["oneOf"] = [{"required": [n]} for n in free[: luck.randint(2, 3)]]
            case 5 if "oneOf" in record:
                members = [branch["required"][0] for branch in record["oneOf"]]
                free = [n for n in plain if n not in required]
                members = [*members, free[0]] if free and luck.random() < 0.6 else members[:-1]
                record["oneOf"] = [{"required": [n]} for n in members]
                if len(members) < 2:
                    del record["oneOf"]
            case 6 if "if" in record:
                for keyword in ("if", "then", "else"):
                    record.pop(keyword, None)
            case 7 if "k" not in names:
                if record.get("additionalProperties") is False:
                    del record["additionalProperties"]
                else:
                    record.pop("x-extra", None)
                    record["additionalProperties"] = False
        if not record["required"]:
            del record["required"]

    def edit_field(self, files: Data) -> None:
        luck, record = self.luck, self._record(files)
        asked = record.get("if", {}).get("properties", {})
        names = [n for n in record["properties"] if n != "k" and n not in asked]
        if not names:
            return
        name = luck.choice(names)
        types = [*files["types.yaml"]["types"]]
        old = record["properties"][name]
        match luck.randint(0, 5):
            case 0:
                record["properties"][name] = self.field(types)
            case 1 if isinstance(old.get("type"), list):
                old["type"] = old["type"][0]
            case 1 if "type" in old and "const" not in old:
                old["type"] = [old["type"], "null"]
            case 2 if "oneOf" in old and old["oneOf"][-1] == {"type": "null"}:
                record["properties"][name] = {**old["oneOf"][0], "description": "F."}
            case 2 if "$ref" in old:
                inner = {k: v for k, v in old.items() if k == "$ref"}
                record["properties"][name] = {
                    "oneOf": [inner, {"type": "null"}], "description": "F."
                }  # fmt: skip
            case 3 if self._may_relay(files, record, name):
                if old.pop("x-relayed", None) is None:
                    old["x-relayed"] = True
            case _:
                self._tweak(old)

    def _may_relay(self, files: Data, record: Data, name: str) -> bool:
        """Only servers pass on what clients gave, and no rule relies on it."""
        payloads = [m["payload"] for m in files["server/main.yaml"]["messages"].values()]
        return any(record is payload for payload in payloads) and name not in _named_by_rules(
            record
        )

    def _tweak(self, made: Data) -> None:
        luck = self.luck
        kind = made.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "string" and "const" not in made and "enum" not in made:
            fresh = self.text()
            for keyword in ("pattern", "format", "contentEncoding", "minLength", "maxLength"):
                made.pop(keyword, None)
            made |= {key: value for key, value in fresh.items() if key != "type"}
        elif kind == "integer" and "enum" not in made and "x-flags" not in made:
            for keyword in ("minimum", "maximum", "x-unit", "format"):
                if keyword == "format" or luck.random() < 0.5:
                    made.pop(keyword, None)
            fresh = self.integer()
            made |= {key: value for key, value in fresh.items() if key != "type"}
        elif kind == "number":
            for keyword in ("minimum", "maximum", "exclusiveMaximum"):
                made.pop(keyword, None)
            if luck.random() < 0.7:
                made[luck.choice(["minimum", "exclusiveMinimum"])] = luck.choice([0, 0.5])
        elif kind == "array":
            made.pop("maxItems", None)
            if luck.random() < 0.7:
                made["maxItems"] = luck.randint(2, 5)

    def edit_scalar(self, files: Data) -> None:
        types = files["types.yaml"]["types"]
        name = self.luck.choice(["word", "number"])
        if self.luck.random() < 0.3:
            types[name] = {**self.scalar(), "description": "S."}
        else:
            self._tweak(types[name])

    def edit_enum(self, files: Data) -> None:
        luck, types = self.luck, files["types.yaml"]["types"]
        enum = types[luck.choice(["colour", "level"])]
        match luck.randint(0, 2):
            case 0:
                enum["x-open"] = not enum["x-open"]
            case 1 if len(enum["enum"]) > 1:
                gone = enum["enum"].pop()
                for keyword in ("x-enum-descriptions", "x-enum-names"):
                    enum.get(keyword, {}).pop(str(gone), None)
            case _:
                text = enum["type"] == "string"
                pool = [v for v in (_WORDS if text else range(9)) if v not in enum["enum"]]
                if pool:
                    value = luck.choice(pool)
                    enum["enum"].append(value)
                    enum["x-enum-descriptions"][str(value)] = "V."
                    if not text:
                        enum["x-enum-names"][str(value)] = f"n{value}"

    def edit_union(self, files: Data) -> None:
        types = files["types.yaml"]["types"]
        variants = types["shape"]["oneOf"]
        if len(variants) > 2 or (len(variants) == 2 and self.luck.random() < 0.3):
            variants.pop()
        else:
            name = "line" if "line" not in types else "star"
            types[name] = self.variant(name)
            variants.append({"$ref": name})

    def edit_message(self, files: Data) -> None:
        luck = self.luck
        name, message = luck.choice([*messages(files)])
        match luck.randint(0, 3):
            case 0 if name.startswith("server"):
                message["seq"] = "never" if message["seq"] == "required" else "required"
            case 1 if message["payload"] is not False:
                if message.pop("payload_optional", None) is None:
                    message["payload_optional"] = True
            case 2 if _is_record(message["payload"]):
                payload: Any = message["payload"]
                payload["type"] = ["object", "null"] if payload["type"] == "object" else "object"
            case _:
                side = name.split("_", maxsplit=1)[0]
                message.clear()
                message |= self.message(side, [*files["types.yaml"]["types"]])

    def edit_messages(self, files: Data) -> None:
        luck = self.luck
        side = luck.choice(["client", "server"])
        there = files[f"{side}/main.yaml"]["messages"]
        names = [*there]
        match luck.randint(0, 2):
            case 0 if len(names) > 1:
                del there[luck.choice(names)]
            case 1:
                name = luck.choice(names)
                there[f"{name}s"] = there.pop(name)
            case _:
                there[f"{side}_new"] = self.message(side, [*files["types.yaml"]["types"]])

    def edit_envelope(self, files: Data) -> None:
        envelope = files["protocol.yaml"]["envelope"]
        if envelope.pop("closed", None) is None:
            envelope["closed"] = True


def _is_record(expression: Any) -> bool:
    return isinstance(expression, dict) and "properties" in expression


def _named_by_rules(record: Data) -> set[str]:
    named = {branch["required"][0] for branch in record.get("oneOf", [])}
    if "if" in record:
        named |= {*record["if"]["properties"], *record["then"]["required"]}
    return named
