"""Resolving the envelope: the keys of frames that are not their payloads' own."""

from __future__ import annotations

from typing import Any, cast

from voxspec.findings import Findings, Place
from voxspec.load import records
from voxspec.load.expressions import Expressions
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import (
    Envelope,
    EnvelopeKey,
    Field,
    FurtherKey,
    IntegerType,
    Protocol,
    Sequence,
    naming,
)
from voxspec.model.resolved import sequence_type

# The data has passed the dialect's meta-schema, so its shape is known here.
_Data = dict[str, Any]


def resolve_envelope(source: Source, expressions: Expressions) -> Envelope:
    """The envelope that protocol.yaml describes."""
    data = cast(_Data, source.data["envelope"])
    names = _Names(expressions.findings)
    keys: dict[str, EnvelopeKey] = {}
    for role in ("type", "payload", "sequence"):
        if role in data:
            place = source.place("envelope", role, "key")
            keys[role] = names.key(data[role]["key"], data[role], place)
    further = tuple(
        _further(source, ("envelope", "keys", key), key, entry, expressions, names)
        for key, entry in data.get("keys", {}).items()
    )
    return Envelope(
        type=keys["type"],
        payload=keys.get("payload"),
        sequence=_sequence(source, data["sequence"], keys["sequence"], expressions)
        if "sequence" in data
        else None,
        description=data["description"],
        note=data.get("note"),
        further=further,
        closed=data.get("closed", False),
    )


class _Names:
    """Gives keys their Python names, no two the same one."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.taken: dict[str, str] = {}

    def key(self, key: str, entry: _Data, place: Place) -> EnvelopeKey:
        """The key; a mistake when it or its Python name has another role already."""
        attribute = naming.envelope_attribute(entry.get("x-name", key))
        records.check_key(key, place, self.findings)
        if key in self.taken.values():
            self.findings.error(
                "ENVELOPE_KEYS_DIFFER", f'"{key}" has two roles in the envelope', place
            )
        elif attribute in self.taken:
            self.findings.error(
                "NO_PYTHON_NAME_COLLISION",
                f'"{key}" and "{self.taken[attribute]}" both become the Python name "{attribute}"',
                place,
                "give one of them another name with x-name beside its key",
            )
        self.taken.setdefault(attribute, key)
        return EnvelopeKey(key, attribute, entry["description"])


def _sequence(source: Source, data: _Data, key: EnvelopeKey, expressions: Expressions) -> Sequence:
    use = expressions.use(source, ("envelope", "sequence", "schema"), data["schema"])
    return Sequence(key.key, key.attribute, key.description, use, data["first"])


def _further(
    source: Source, path: Path_, key: str, entry: _Data, expressions: Expressions, names: _Names
) -> FurtherKey:
    named = names.key(key, entry, source.key_place(*path))
    return FurtherKey(
        field=Field(
            name=key,
            attribute=named.attribute,
            use=expressions.use(source, (*path, "schema"), entry["schema"]),
            required=False,  # the messages say it
            description=named.description,
            note=entry.get("note"),
        ),
        side=entry["direction"],
        presence=entry.get("presence", "forbidden"),
    )


def check_sequence(source: Source, protocol: Protocol, findings: Findings) -> None:
    """Sequence numbers are integers, and the first one is among them."""
    sequence = protocol.envelope.sequence
    if sequence is None:
        return
    path = ("envelope", "sequence")
    type_ = sequence_type(protocol)
    if sequence.use.nullable or not isinstance(type_, IntegerType):
        findings.error(
            "SEQ_POLICY_STATED", "a sequence number is an integer", source.place(*path, "schema")
        )
    elif not type_.minimum <= sequence.first <= type_.maximum:
        findings.error(
            "SEQ_POLICY_STATED",
            f"the first sequence number, {sequence.first}, is not from {type_.minimum} to "
            f"{type_.maximum}",
            source.place(*path, "first"),
        )
