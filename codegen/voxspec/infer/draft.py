"""A draft of a whole schema folder: its files, from what traffic said."""

from __future__ import annotations

from typing import Any, Final

from voxspec.infer import plain
from voxspec.infer.circles import without_secrets_in_circles
from voxspec.infer.messages import MessageNames, areas
from voxspec.infer.places import Place
from voxspec.infer.plain import Shape
from voxspec.infer.said import said_of, times
from voxspec.infer.types import Expression, Types, is_union
from voxspec.infer.yaml_text import yaml_text
from voxspec.model import naming

Observed = dict[str, Any]
"""What an observer gives."""

_HEADING: Final = """\
A draft that `voxspec infer` made of captured traffic: it says what was seen, and no more. Descriptions
are yours to write, and so is what traffic cannot show: bounds, what may be absent, when what is sent.

Not drafted, as a capture shows too little of it: session.yaml, which says how a conversation goes (without
it, every message is allowed at any time), and close_codes.yaml. `voxspec init` in an empty folder writes an
example of both; the output of `voxspec infer` names how connections began and closed."""

_ANY_VALUE: Final = 6
"""Values of a parameter beyond which any may stand there."""


def draft(observed: Observed, name: str, package: str) -> dict[str, str]:
    """The files: path in the folder to text."""
    return _Draft(observed).files(name, package)


class _Draft:
    def __init__(self, observed: Observed) -> None:
        self._observed = observed
        self._envelope: dict[str, Any] = observed["envelope"]
        self._messages: list[dict[str, Any]] = observed["messages"]
        self._is_flat = self._envelope["payload"] is None
        self._names = MessageNames(self._messages)
        self._types = Types(self._names.classes)
        self._keys = self._further_keys()
        self._roots: dict[int, list[Place]] = {}

    def files(self, name: str, package: str) -> dict[str, str]:
        for index, message in enumerate(self._messages):
            own = self._names.of(message)
            self._roots[index] = self._types.root(message["payload"], own, own)
        key_roots = {
            key: self._types.root(entry["shape"], key, "frame") for key, entry in self._keys.items()
        }
        self._types.unite()
        protocol = self._protocol(name, package, key_roots)
        files = {"protocol.yaml": yaml_text(protocol, _HEADING)}
        for direction in ("client", "server"):
            mine = [
                (index, message)
                for index, message in enumerate(self._messages)
                if message["direction"] == direction
            ]
            for area, indices in areas(mine, self._names).items():
                files[f"{direction}/{area}.yaml"] = yaml_text(self._area(area, indices))
        if self._types.named:
            named = without_secrets_in_circles(self._types.named)
            types = {"types": dict(sorted(named.items()))}
            files["types.yaml"] = yaml_text(
                types, "Shapes that messages refer to with {$ref: name}."
            )
        return files

    # --- protocol.yaml -------------------------------------------------------------------------

    def _protocol(self, name: str, package: str, roots: dict[str, list[Place]]) -> dict[str, Any]:
        title = name.replace("-", " ").capitalize()
        frames, connections = self._observed["frames"], self._observed["connections"]
        noun = "connection" if connections == 1 else "connections"
        protocol: dict[str, Any] = {
            "name": name,
            "title": f"{title} protocol",
            "version": 1,
            "summary": f"What a client and a server of {title} say to each other",
            "description": f"Drafted from {frames} frames of {connections} {noun}.",
            "python": {"package": package},
        }
        endpoint = self._endpoint()
        if endpoint is not None:
            protocol["endpoint"] = endpoint
        return protocol | {"envelope": self._envelope_entry(roots)}

    def _endpoint(self) -> dict[str, Any] | None:
        seen = self._observed["endpoint"]
        if not seen["paths"]:
            return None
        path, *others = seen["paths"]
        said = f"Connections went to {path or '/'}"
        said += f", and to {len(others)} other paths." if others else "."
        endpoint: dict[str, Any] = {"url": f"wss://host{path}", "description": said}
        parameters = {
            name: {
                "required": entry["always"],
                "values": entry["values"],
                "description": "Seen in the address.",
                "when_absent": "Not known." if entry["always"] else "It may be left out.",
            }
            for name, entry in seen["parameters"].items()
            if 0 < len(entry["values"]) <= _ANY_VALUE and "" not in entry["values"]
        }
        if parameters:
            endpoint["parameters"] = parameters
        if seen["subprotocols"]:
            endpoint["subprotocols"] = seen["subprotocols"]
        return endpoint

    def _envelope_entry(self, roots: dict[str, list[Place]]) -> dict[str, Any]:
        seen = self._envelope
        taken: set[str] = {naming.envelope_attribute(seen["type"])}
        entry: dict[str, Any] = {
            "description": "Every frame is a JSON object with these keys.",
            "type": {"key": seen["type"], "description": "What the message is."},
        }
        if seen["payload"] is not None:
            payload = {"key": seen["payload"], "description": "What the message carries."}
            entry["payload"] = payload | self._key_name(seen["payload"], taken)
        if seen["sequence"] is not None:
            first = seen["first"]
            entry["sequence"] = {
                "key": seen["sequence"],
                "first": first,
                "schema": {"type": "integer", "format": "int64", "minimum": min(first, 1)},
                "description": "Number of a message of the server, one higher each time.",
            } | self._key_name(seen["sequence"], taken)
        if self._keys:
            entry["keys"] = {
                key: {
                    "direction": further["direction"],
                    "schema": self._types.expression(
                        further["shape"], key, roots[key][0].group if roots[key] else None
                    ),
                    "description": said_of(further["shape"]),
                }
                | self._key_name(key, taken)
                for key, further in self._keys.items()
            }
        return entry

    @staticmethod
    def _key_name(key: str, taken: set[str]) -> dict[str, str]:
        """A name for a key whose own is taken."""
        attribute = naming.envelope_attribute(key)
        number, name = 2, {}
        while attribute in taken:
            name = {"x-name": f"key_{number}"}
            attribute, number = f"key_{number}", number + 1
        taken.add(attribute)
        return name

    def _further_keys(self) -> dict[str, dict[str, Any]]:
        """Keys of frames beside type, payload and number, over all messages."""
        keys: dict[str, dict[str, Any]] = {}
        for message in self._messages:
            for key, shape in message["keys"].items():
                if not plain.is_readable(key):
                    continue
                entry = keys.setdefault(key, {"shape": None, "direction": message["direction"]})
                entry["shape"] = plain.merged(entry["shape"], shape)
                if entry["direction"] != message["direction"]:
                    entry["direction"] = "both"
        return keys

    # --- Messages ------------------------------------------------------------------------------

    def _area(self, area: str, indices: list[int]) -> dict[str, Any]:
        return {
            "area": area,
            "title": area.replace("_", " ").capitalize(),
            "description": "Messages that were seen.",
            "messages": {self._messages[index]["type"]: self._message(index) for index in indices},
        }

    def _message(self, index: int) -> dict[str, Any]:
        message = self._messages[index]
        frames, shape = message["frames"], message["payload"]
        entry: dict[str, Any] = self._names.entry(message)
        entry["summary"] = f"Seen {times(frames)}"
        entry["description"] = f"First seen in {message['where']}."
        if self._envelope["sequence"] is not None:
            numbered = message["direction"] == "server" and message["numbered"] * 2 > frames
            entry["seq"] = "required" if numbered else "never"
        keys = {
            key: "required" if shape["count"] == frames else "optional"
            for key, shape in message["keys"].items()
            if key in self._keys
        }
        if keys:
            entry["keys"] = keys
        entry["payload"] = self._payload(index)
        if entry["payload"] is not False and shape["count"] < frames:
            entry["payload_optional"] = True
        entry["examples"] = self._examples(message, entry)
        return entry

    def _payload(self, index: int) -> Expression | bool:
        shape: Shape = self._messages[index]["payload"]
        roots = self._roots[index]
        group = roots[0].group if roots else None
        kinds = [kind for kind in plain.KINDS if kind in shape]
        if self._is_flat:
            objects = shape.get("object", {"keys": {}})
            return self._record(shape) if objects.get("keys") else False
        if not shape["count"]:
            return False
        if not kinds:
            return {"type": "null"}
        if kinds != ["object"]:
            return self._types.expression(shape, self._names.of(self._messages[index]), group)
        objects = shape["object"]
        if is_union(objects) and group is not None:
            union = {"$ref": self._types.of_group(group)}
            return {"oneOf": [union, {"type": "null"}]} if "null" in shape else union
        record: Expression
        if plain.is_map(objects) and not objects["cut"]:
            record = self._types.expression({"count": 1, "object": objects}, "value", group)
        elif objects["cut"]:
            record = {"type": "object"}
        else:
            record = self._types.record(objects, group)
        return record | {"type": ["object", "null"]} if "null" in shape else record

    def _record(self, shape: Shape) -> Expression:
        """The fields beside the type of a flat frame."""
        envelope = self._envelope
        attributes = {
            naming.envelope_attribute(key)
            for key in (envelope["type"], envelope["sequence"])
            if key is not None
        }
        objects = shape["object"]
        index = next(i for i, m in enumerate(self._messages) if m["payload"] is shape)
        readable = {key: kept for key, kept in objects["keys"].items() if plain.is_readable(key)}
        group = self._roots[index][0].group
        return self._types.record(
            objects | {"keys": readable}, group, envelope=frozenset(attributes)
        )

    def _shown(self, payload: Any) -> Any:
        """The payload of an example; beside the type, without fields that no reader takes."""
        if not self._is_flat:
            return payload
        return {key: value for key, value in payload.items() if plain.is_readable(key)}

    def _examples(self, message: dict[str, Any], entry: dict[str, Any]) -> list[dict[str, Any]]:
        examples: list[dict[str, Any]] = []
        for number, parts in enumerate(message["examples"], 1):
            example: dict[str, Any] = {"summary": f"As it was seen, {number}"}
            keys = {key: value for key, value in parts.get("keys", {}).items() if key in self._keys}
            if keys:
                example["keys"] = keys
            if "payload" in parts and entry["payload"] is not False:
                example["payload"] = self._shown(parts["payload"])
            examples.append(example)
        return examples
