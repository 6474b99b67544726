"""Revisions of which there is only a bundle of JSON Schema, as ``voxspec generate`` writes it.

It says which messages there are and what their frames hold. What it cannot say (the endpoint, close
codes, limits, how a conversation goes, modules of the models) is not compared.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from voxspec.breaking.references.errors import ReferenceNotFoundError
from voxspec.breaking.references.expressions import expression
from voxspec.breaking.references.folder import of_folder, renamed_places
from voxspec.breaking.references.read_back import misread
from voxspec.breaking.revision import Revision

UNSAID = (
    "the endpoint, close codes, permissions, limits, the conversation, and names in source code"
)
"""What a bundle does not say."""

_NOT_AS_WRITTEN: tuple[type[Exception], ...] = (
    *(ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError),
)
"""What reading a file as a bundle ends with where it is none."""

_Data = dict[str, Any]
_FRAME = re.compile(r"(client|server)_(.+)_frame\Z")
_ID = re.compile(r"urn:(.+):v(\d+):bundle\Z")


def of_bundle(file: Path) -> Revision:
    """The messages and types of a bundle, as a revision.

    Raises ReferenceNotFoundError for what is no bundle of ours, or says more than ours do.
    """
    try:
        bundle = json.loads(file.read_text("utf-8"))
        made = {
            name: json.dumps(data, ensure_ascii=False).encode()  # which is YAML, too
            for name, data in _Bundle(bundle).files().items()
        }
    except _NOT_AS_WRITTEN as error:
        raise ReferenceNotFoundError(
            f"{file} is no bundle that voxspec generate wrote (bundle.json in the folder jsonschema)"
        ) from error
    with tempfile.TemporaryDirectory(prefix="voxspec-") as temporary:
        root = Path(temporary) / "schema"
        for name, written in made.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written)
        with renamed_places(root, file.as_posix()):
            whole = of_folder(root)
    unread = misread(bundle, whole.protocol)
    if unread is not None:
        raise ReferenceNotFoundError(
            f"{file} is no bundle as voxspec generate writes it: what {unread} says is not understood"
        )
    return Revision(file.as_posix(), whole.protocol, {}, is_partial=True)


class _Bundle:
    """A bundle, read as schema files."""

    def __init__(self, bundle: _Data) -> None:
        self.bundle = bundle
        self.definitions: _Data = bundle["$defs"]
        self.frames: list[tuple[str, str, _Data]] = []
        for key, schema in self.definitions.items():
            found = _FRAME.match(key)
            if found is not None and "properties" in schema:
                self.frames.append((found[1], found[2], schema))
        first = self.frames[0][2]["properties"]
        self.type_key = next(key for key, value in first.items() if _is_constant(value))
        self.payload_key = self._payload_key()
        self.sequence_key = self._sequence_key()
        self.own = {
            f"{side}_{name}_{part}"
            for side, name, _ in self.frames
            for part in ("frame", "payload")
        } | {"server_frame", "client_frame"}

    def files(self) -> dict[str, _Data]:
        """The schema files that say the same."""
        name, version = _ID.match(self.bundle["$id"]).groups()  # type: ignore[union-attr]
        files: dict[str, _Data] = {
            "protocol.yaml": {
                "name": name,
                "title": self.bundle["title"],
                "version": int(version),
                "summary": self.bundle["title"],
                "description": self.bundle["description"],
                "python": {"package": re.sub(r"\W", "_", name)},
                "envelope": self._envelope(),
            }
        }
        types = {
            self._name(key): expression(schema, self._name)
            for key, schema in self.definitions.items()
            if key not in self.own
        }
        if types:
            files["types.yaml"] = {"types": types}
        for side in ("client", "server"):
            messages = {
                frame["properties"][self.type_key]["const"]: self._message(side, name, frame)
                for of, name, frame in self.frames
                if of == side
            }
            if messages:
                files[f"{side}/messages.yaml"] = {
                    "area": "messages",
                    "title": "Messages",
                    "description": "Messages.",
                    "messages": {str(type_): message for type_, message in messages.items()},
                }
        return files

    def _name(self, key: str) -> str:
        """What a named type is called; a definition may have another key where a message has it."""
        return key

    # --- The envelope -------------------------------------------------------------------------

    def _payload_key(self) -> str | None:
        for side, name, frame in self.frames:
            for key, value in frame["properties"].items():
                if f"#/$defs/{side}_{name}_payload" in json.dumps(value):
                    return str(key)
        return None

    def _sequence_key(self) -> str | None:
        """The key that only numbered messages of the server have, and always."""
        candidates: dict[str, bool] = {}
        for side, _, frame in self.frames:
            for key, value in frame["properties"].items():
                if key in (self.type_key, self.payload_key) or not isinstance(value, dict):
                    continue
                is_number = "$ref" in value or value.get("type") == "integer"
                fits = side == "server" and is_number and key in frame["required"]
                if is_number or key in frame["required"]:
                    candidates[key] = candidates.get(key, True) and fits
        return (
            next((key for key, fits in candidates.items() if fits), None)
            if self.payload_key
            else None
        )

    def _envelope(self) -> _Data:
        made: _Data = {
            "description": "Every frame has these keys.",
            "type": {"key": self.type_key, "description": "The type."},
        }
        if self.payload_key is not None:
            made["payload"] = {"key": self.payload_key, "description": "The payload."}
        if self.sequence_key is not None:
            made["sequence"] = self._sequence(self.sequence_key)
        if all(frame.get("additionalProperties") is False for _, _, frame in self.frames):
            made["closed"] = True
        further = self._further()
        if further:
            made["keys"] = further
        return made

    def _sequence(self, key: str) -> _Data:
        for _, _, frame in self.frames:
            value = frame["properties"].get(key)
            if isinstance(value, dict) and key in frame["required"]:
                said = {k: v for k, v in value.items() if k != "description"}
                examples = [example[key] for example in frame["examples"] if key in example]
                return {
                    "key": key,
                    "first": min(examples, default=1),
                    "schema": expression(said, self._name),
                    "description": "The number.",
                }
        raise KeyError(key)

    def _further(self) -> _Data:
        found: _Data = {}
        if self.payload_key is None:
            return (
                found  # fields stand beside the type: what is a key of the envelope cannot be told
            )
        known = {self.type_key, self.payload_key, self.sequence_key}
        for _, _, frame in self.frames:
            for key, value in frame["properties"].items():
                if key not in known and key not in found and _is_allowed(value):
                    said = {k: v for k, v in value.items() if k != "description"}
                    found[key] = {
                        "direction": "both",
                        "schema": expression(said, self._name),
                        "description": value.get("description", "A key."),
                    }
        for _, _, frame in self.frames:
            for key in frame["properties"]:
                if (
                    key not in known and key not in found
                ):  # no frame may have it, so nothing says more
                    found[key] = {
                        "direction": "both",
                        "schema": {"x-any-json": True},
                        "description": "A key.",
                    }
        return found

    # --- Messages -----------------------------------------------------------------------------

    def _message(self, side: str, name: str, frame: _Data) -> _Data:
        summary, _, description = frame["description"].partition("\n\n")
        made: _Data = {"summary": summary, "description": description or summary, "x-name": name}
        properties = frame["properties"]
        if self.sequence_key is not None:
            numbered = self.sequence_key in frame["required"]
            made["seq"] = "required" if numbered else "never"
        further = self._further()
        keys = {
            key: "required" if key in frame["required"] else "optional"
            for key in further
            if _is_allowed(properties.get(key))
        }
        ignored = {key: "ignored" for key in further if _is_ignored(properties.get(key))}
        if keys or ignored:
            made["keys"] = {**keys, **ignored}
        published = [key for key, value in properties.items() if _is_published(value)]
        if published:
            made["published"] = [{"name": key, "envelope": True} for key in published]
        made["payload"] = self._payload(side, name, frame)
        has_payload = self.payload_key is not None and made["payload"] not in (False, "ignored")
        if has_payload and self.payload_key not in frame["required"]:
            made["payload_optional"] = True
        for keyword in ("x-deprecated", "x-since"):
            if keyword in frame:
                made[keyword.removeprefix("x-")] = frame[keyword]
        made["examples"] = [self._example(example, made, keys) for example in frame["examples"]]
        return made

    def _payload(self, side: str, name: str, frame: _Data) -> Any:
        if self.payload_key is None:
            fields = {
                k: v
                for k, v in frame["properties"].items()
                if k != self.type_key and v is not False
            }
            if not fields:
                return False
            required = [key for key in frame["required"] if key in fields]
            return expression(
                {**frame, "properties": fields, "required": required}, self._name, own=True
            )
        value = frame["properties"].get(self.payload_key, False)
        if value is False or _is_published(value):
            return False
        if _is_ignored(value):
            return "ignored"
        own = f"#/$defs/{side}_{name}_payload"
        if value == {"$ref": own}:
            return expression(self.definitions[f"{side}_{name}_payload"], self._name, own=True)
        if isinstance(value, dict) and "anyOf" in value and {"$ref": own} in value["anyOf"]:
            record = expression(self.definitions[f"{side}_{name}_payload"], self._name, own=True)
            return {**record, "type": ["object", "null"]}
        return expression(value, self._name, own=True)

    def _example(self, frame: _Data, message: _Data, keys: _Data) -> _Data:
        made: _Data = {"summary": "An example"}
        if self.payload_key is None:
            if message["payload"] is not False:
                made["payload"] = {k: v for k, v in frame.items() if k != self.type_key}
        elif self.payload_key in frame:
            made["payload"] = frame[self.payload_key]
        there = {key: frame[key] for key in keys if key in frame}
        return {**made, "keys": there} if there else made


def _is_constant(value: Any) -> bool:
    return isinstance(value, dict) and "const" in value


def _is_published(value: Any) -> bool:
    """Whether only published pages show a key."""
    return isinstance(value, dict) and "x-note" in value and not _is_allowed(value)


def _is_ignored(value: Any) -> bool:
    """Whether readers pass over a key."""
    return isinstance(value, dict) and "x-note" not in value and not _is_allowed(value)


def _is_allowed(value: Any) -> bool:
    """Whether frames may have a key, so that it says what stands there."""
    return isinstance(value, dict) and bool({*value} - {"description", "x-note"})
