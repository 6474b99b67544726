"""Frames without a payload key, whose fields stand beside the type: what they cannot say or hold."""

from __future__ import annotations

from voxspec.findings import Findings
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import Envelope, JsonValue, Record


def check_flat(
    source: Source,
    path: Path_,
    entry: dict[str, JsonValue],
    record: Record,
    envelope: Envelope,
    findings: Findings,
) -> None:
    """Report what a flat frame cannot have, and fields that meet a key of the envelope.

    ``record`` has the fields of the message that ``entry`` at ``path`` states.
    """
    _check_presence(source, path, entry, findings)
    if record.extra:
        findings.error(
            "KEYWORD_APPLIES",
            f'"x-extra" does not apply to "{record.name}", whose fields stand beside the type',
            source.key_place(*path, "payload"),
            "models keep unknown keys of records below a key; describe the payload key in protocol.yaml",
        )
    if record.closed:
        findings.error(
            "KEYWORD_APPLIES",
            f'"additionalProperties" does not apply to "{record.name}", whose fields stand beside the '
            "type",
            source.key_place(*path, "payload"),
            "close the envelope in protocol.yaml, for frames of every message",
        )
    attributes = {
        key.attribute: key.key for key in (envelope.type, envelope.sequence) if key is not None
    } | {further.field.attribute: further.field.name for further in envelope.further}
    for field in record.fields:
        place = source.key_place(*path, "payload", "properties", field.name)
        if field.name in envelope.keys:
            findings.error(
                "ENVELOPE_KEYS_DIFFER",
                f'"{field.name}" is a key of the envelope, beside which the fields stand',
                place,
                "give the field another key, or payloads a key of the envelope",
            )
        elif field.attribute in attributes:
            findings.error(
                "NO_PYTHON_NAME_COLLISION",
                f'"{field.name}" and the key "{attributes[field.attribute]}" of the envelope both '
                f'become the Python name "{field.attribute}"',
                place,
                "give one of them another name with x-name",
            )


def _check_presence(
    source: Source, path: Path_, entry: dict[str, JsonValue], findings: Findings
) -> None:
    """Fields beside the type have no whole that could be absent or null."""
    schema = entry["payload"]
    hint = "make its fields optional"
    if entry.get("payload_optional"):
        findings.error(
            "KEYWORD_APPLIES",
            '"payload_optional" says nothing where fields stand beside the type',
            source.key_place(*path, "payload_optional"),
            hint,
        )
    if isinstance(schema, dict) and schema.get("type") == ["object", "null"]:
        findings.error(
            "KEYWORD_APPLIES",
            "fields that stand beside the type cannot be null together",
            source.place(*path, "payload", "type"),
            hint,
        )
