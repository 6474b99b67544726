"""Random edits of what source code sees of a schema."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

import yaml

from tests.voxspec.mini import Data


def edited(files: Data, luck: Random) -> Data:
    """The same schema with one thing changed; often it is no schema then."""
    files = copy.deepcopy(files)
    luck.choice(_EDITS)(files, luck)
    return files


def _messages(files: Data) -> list[tuple[Data, str]]:
    """The messages, each as the mapping that holds it and its name there."""
    paths = [path for path in files if "/" in path]
    return [(files[p]["messages"], name) for p in paths for name in files[p]["messages"]]


def _records(files: Data) -> list[Data]:
    found = [holder[name]["payload"] for holder, name in _messages(files)]
    found += files["types.yaml"]["types"].values()
    return [one for one in found if isinstance(one, dict) and "properties" in one]


def _renamed_key(holder: Data, old: Any, new: Any) -> None:
    """Calls a key otherwise, where it stands."""
    items = [(new if key == old else key, value) for key, value in holder.items()]
    holder.clear()
    holder |= items


def _everywhere(files: Data, old: str, new: str) -> None:
    """Puts a text in the place of another, wherever it stands alone or in an expression."""

    def replaced(value: Any) -> Any:
        match value:
            case dict():
                return {replaced(key): replaced(inner) for key, inner in value.items()}
            case list():
                return [*map(replaced, value)]
            case str() if value == old or "/" in value:
                return "/".join(new if part == old else part for part in value.split("/"))
        return value

    for path in files:
        files[path] = replaced(files[path])


_TYPES: tuple[Data, ...] = (
    {"type": "string"},
    {"type": "integer", "format": "uint32"},
    {"type": "integer", "format": "int64", "maximum": 9},
    {"type": "number"},
    {"type": "boolean"},
    {"type": ["string", "null"]},
    {"type": "array", "items": {"type": "string"}},
    {"type": "array", "items": {"$ref": "room_id"}, "maxItems": 3},
    {"type": "object"},
    {"x-any-json": True},
    {"oneOf": [{"type": "string"}, {"type": "integer", "format": "int64"}]},
    {"$ref": "room_id"},
    {"$ref": "mood"},
    {"$ref": "colour"},
    {"$ref": "place"},
    {"$ref": "attachment"},
    {"oneOf": [{"$ref": "place"}, {"type": "null"}]},
)


def _type(files: Data, luck: Random) -> None:
    record = luck.choice(_records(files))
    name = luck.choice([*record["properties"]])
    kept = {k: v for k, v in record["properties"][name].items() if k in ("description", "x-name")}
    record["properties"][name] = {**luck.choice(_TYPES), **kept}


def _scalar(files: Data, luck: Random) -> None:
    types = files["types.yaml"]["types"]
    types[luck.choice(["room_id", "nickname"])] = {**luck.choice(_TYPES[:11]), "description": "S."}


def _kind(files: Data, luck: Random) -> None:
    """A type becomes one of another kind."""
    types = files["types.yaml"]["types"]
    names = [name for name in types if name not in ("image", "poll", "sound")]
    to, like = luck.sample(names, 2)
    types[to] = copy.deepcopy(types[like])


def _presence(files: Data, luck: Random) -> None:
    record = luck.choice(_records(files))
    name = luck.choice([*record["properties"]])
    needed = record.get("required", [])
    record["required"] = (
        [one for one in needed if one != name] if name in needed else [*needed, name]
    )
    if not record["required"]:
        del record["required"]


def _field(files: Data, luck: Random) -> None:
    record = luck.choice(_records(files))
    names = [*record["properties"]]
    match luck.randint(0, 3):
        case 0:
            record["properties"]["more"] = {**luck.choice(_TYPES), "description": "M."}
            if luck.random() < 0.5:
                record.setdefault("required", []).append("more")
        case 1:
            name = luck.choice(names)
            del record["properties"][name]
            record["required"] = [one for one in record.get("required", []) if one != name]
        case 2:
            name = luck.choice(names)
            _renamed_key(record["properties"], name, f"{name}_too")
            record["required"] = [
                f"{name}_too" if one == name else one for one in record.get("required", [])
            ]
        case _:
            made = record["properties"][luck.choice(names)]
            if made.pop("x-name", None) is None:
                made["x-name"] = "other"
    if not record.get("required"):
        record.pop("required", None)


def _marks(files: Data, luck: Random) -> None:
    """Further keys that are kept, values that are relayed or open, names of choices."""
    record = luck.choice(_records(files))
    match luck.randint(0, 3):
        case 0:
            # What is open beside further keys has a type of its own, which is the decoder's matter.
            if record.pop("x-extra", None) is None and "shown" not in record["properties"]:
                record["x-extra"] = True
        case 1:
            fields = files["server/more.yaml"]["messages"]["moved"]["payload"]["properties"]
            made = luck.choice([*fields.values()])
            given = made.pop("x-relayed", None)
            if given is None:
                made["x-relayed"] = luck.choice([True, "int64"])
        case 2:
            shown = files["server/more.yaml"]["messages"]["moved"]["payload"]["properties"]["shown"]
            if shown.pop("x-open", None) is None:
                shown["x-open"] = True
        case _:
            move = files["client/more.yaml"]["messages"]["move"]["payload"]
            match luck.randint(0, 2):
                case 0:
                    move["x-one-of-name"] = "towards"
                case 1:
                    del move["x-one-of-name"]
                case _:
                    move["oneOf"] = [*move["oneOf"], {"required": ["level"]}]


def _message(files: Data, luck: Random) -> None:
    holder, name = luck.choice(_messages(files))
    message = holder[name]
    match luck.randint(0, 6):
        case 0:
            message["x-name"] = f"{name}_2"
        case 1:
            message["seq"] = "never" if message["seq"] == "required" else "required"
        case 2:
            message["payload"] = luck.choice(
                [
                    False,
                    {"$ref": "place"},
                    {"$ref": "attachment"},
                    {
                        "type": "object",
                        "properties": {"a": {"type": "string", "description": "A."}},
                    },
                ]
            )
        case 3:
            if message.pop("payload_optional", None) is None:
                message["payload_optional"] = True
        case 4 if message["payload"] and message["payload"].get("type") == "object":
            message["payload"]["type"] = ["object", "null"]
        case 5:
            message["keys"] = {"id": luck.choice(["required", "optional", "forbidden", "ignored"])}
        case _:
            _everywhere(files, name, f"{name}_2")


def _areas(files: Data, luck: Random) -> None:
    """A message moves, goes or comes."""
    side = luck.choice(["client", "server"])
    at, to = luck.sample([f"{side}/talk.yaml", f"{side}/more.yaml"], 2)
    name = luck.choice([*files[at]["messages"]])
    message = files[at]["messages"].pop(name)
    if luck.random() < 0.6:
        files[to]["messages"][name] = message


def _enum(files: Data, luck: Random) -> None:
    enum = files["types.yaml"]["types"][luck.choice(["mood", "level", "colour"])]
    values, names = enum["enum"], enum.get("x-enum-names", {})
    said = enum["x-enum-descriptions"]
    value = luck.choice(values)
    other: Any = 9 if "format" in enum else "other"
    match luck.randint(0, 5):
        case 0:
            enum["x-open"] = not enum["x-open"]
        case 1:
            values.remove(value)
            names.pop(value, None)
            del said[value]
        case 2:
            values.append(other)
            names[other] = "another"
            said[other] = "O."
            enum["x-enum-names"] = names
        case 3:  # another value, by the same name or by its own
            values[values.index(value)] = other
            said[other] = said.pop(value)
            kept = names.pop(value, value)
            names[other] = kept if luck.random() < 0.6 else "another"
            enum["x-enum-names"] = names
        case 4:
            names[value] = "renamed"
            enum["x-enum-names"] = names
        case _:  # two values with each other's names
            one, two = luck.sample(values, 2)
            names[one], names[two] = names.get(two, two), names.get(one, one)
            enum["x-enum-names"] = names


def _flags(files: Data, luck: Random) -> None:
    types = files["types.yaml"]["types"]
    bits = luck.choice([types["way"]["x-flags"], files["permissions.yaml"]["permissions"]])
    name = luck.choice([*bits])
    match luck.randint(0, 2):
        case 0:
            del bits[name]
        case 1:
            _renamed_key(bits, name, f"{name}2")
        case _:
            bits[name]["bit"] = 7


def _union(files: Data, luck: Random) -> None:
    types = files["types.yaml"]["types"]
    variants = types["attachment"]["oneOf"]
    match luck.randint(0, 4):
        case 0:
            variants.pop(luck.randrange(3))
        case 1:
            gone = variants.pop(luck.randrange(3))["$ref"]
            del types[gone]
        case 2:
            types["film"] = copy.deepcopy(types["sound"])
            types["film"]["properties"]["kind"]["const"] = "film"
            variants.append({"$ref": "film"})
        case 3:
            types[luck.choice(variants)["$ref"]]["properties"]["kind"]["const"] = "other"
        case _:
            for variant in variants:
                record = types[variant["$ref"]]
                _renamed_key(record["properties"], "kind", "sort")
                record["required"][0] = "sort"


def _types(files: Data, luck: Random) -> None:
    """A type is called otherwise, wherever it stands; or stands for nothing else any more."""
    name = luck.choice([*files["types.yaml"]["types"]])
    _everywhere(files, name, luck.choice([f"{name}_2", "zebra"]))


def _inline(files: Data, luck: Random) -> None:
    """What a name stands for stands there without it."""
    scalar = {
        k: v for k, v in files["types.yaml"]["types"]["room_id"].items() if k != "description"
    }
    for record in _records(files):
        for name, made in record["properties"].items():
            if made.get("$ref") == "room_id" and luck.random() < 0.5:
                record["properties"][name] = {**scalar, "description": "I."}


def _envelope(files: Data, luck: Random) -> None:
    envelope = files["protocol.yaml"]["envelope"]
    key = envelope[luck.choice(["type", "payload", "sequence"])]
    match luck.randint(0, 4):
        case 0 | 1:
            key["key"] = "zz"
        case 2:
            key["x-name"] = "other"
        case 3:
            key["x-name"], key["key"] = key["key"], "zz"
        case _:
            _renamed_key(envelope["keys"], "id", "zz")


def _codes(files: Data, luck: Random) -> None:
    codes = files["close_codes.yaml"]["close_codes"]
    one, two = luck.sample([4000, 4001, 4002, 4003, 4004], 2)
    match luck.randint(0, 4):
        case 0:
            _renamed_key(codes, one, 4042)
            for path in files:
                if path == "session.yaml":
                    text = yaml.safe_dump(files[path]).replace(str(one), "4042")
                    files[path] = yaml.safe_load(text)
        case 1:
            codes[one]["name"] = "ANOTHER"
        case 2:
            codes[one]["name"], codes[two]["name"] = codes[two]["name"], codes[one]["name"]
        case 3:
            codes[4042] = {"name": "NEW", "recovery": "fatal", "description": "N."}
        case _:
            codes[one]["recovery"] = "identify"


def _limits(files: Data, luck: Random) -> None:
    limits = files["protocol.yaml"]["limits"]
    name = luck.choice([*limits])
    timer = files["session.yaml"]["timers"]["first_message"]
    match luck.randint(0, 6):
        case 0:
            limits[name] |= {"unit": "ms"}
        case 1:
            limits[name]["value"] = 7
        case 2:
            _renamed_key(limits, name, f"{name}_2")
        case 3:
            timer |= {"value": 10_000, "unit": "ms"}
        case 4:
            timer["value"] = 20
        case 5:
            timer["limit"] = "another_limit"
        case _:
            del timer["limit"]


def _endpoint(files: Data, luck: Random) -> None:
    endpoint = files["protocol.yaml"]["endpoint"]
    match luck.randint(0, 4):
        case 0:
            del files["protocol.yaml"]["endpoint"]
        case 1:
            endpoint["subprotocols"] = ["chat"]
        case 2:
            endpoint["url"] = "wss://elsewhere/"
        case 3:
            endpoint["parameters"]["zone"] = dict(endpoint["parameters"]["lang"])
        case _:
            endpoint["parameters"]["lang"]["required"] = True


def _words(files: Data, luck: Random) -> None:
    """What is no change for source code."""
    record = luck.choice(_records(files))
    luck.choice([*record["properties"].values()])["description"] = "Another."
    files["session.yaml"]["states"]["talking"]["description"] = "another"
    files["types.yaml"]["types"]["nickname"]["maxLength"] = 20


_EDITS: tuple[Callable[[Data, Random], None], ...] = (
    _type, _type, _type, _scalar, _kind, _presence, _presence, _field, _field, _field, _marks, _marks,
    _message, _message, _message, _areas, _enum, _enum, _flags, _union, _types, _inline, _envelope,
    _codes, _limits, _endpoint, _words,
)  # fmt: skip
