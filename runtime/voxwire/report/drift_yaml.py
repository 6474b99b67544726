"""What traffic shows that the schema does not say, as a proposal in the schema's own YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voxwire.analysis.proposal import Proposals
from voxwire.report.summary import counted
from voxwire.report.yaml_text import Block, flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.analysis.drift import Difference, Drift, Section

_FILES: Final[dict[Section, str]] = {
    "envelope": "protocol.yaml",
    "types": "types.yaml",
    "client": "client/*.yaml",
    "server": "server/*.yaml",
}
_PLAIN: Final = frozenset(("string", "integer", "number", "boolean", "null"))


def drift_lines(drift: Drift, found: Sequence[Difference]) -> Iterator[str]:
    """A document for each kind of file of the schema, with what is to be said there."""
    protocol = drift.protocol
    read = counted(drift.frames, "frame")
    title = f"{protocol.name} {protocol.version}"
    if not found:
        yield f"# {read}: nothing that the schema of {title} does not say"
        return
    yield f"# What traffic shows that the schema of {title} does not say, in {read}."
    proposals = Proposals(protocol.shapes.types)
    blocks: dict[Section, Block] = {section: Block() for section in _FILES}
    for one in found:
        _put(one, blocks[one.place.section], proposals, drift)
    for name, expression in proposals.types.items():
        blocks["types"].at("types", name).put_blocks(expression)
    for section, block in blocks.items():
        lines = list(block.lines())
        if lines:
            yield "---"
            yield f"# {_FILES[section]}"
            yield from lines


def _put(one: Difference, root: Block, proposals: Proposals, drift: Drift) -> None:
    block = root.at(*one.place.path)
    share = f"{one.count:,} of {one.of:,}"
    first = f"first {one.first}" if one.first else ""
    match one.what:
        case "new message":
            _message(one, block, proposals, drift)
        case "new key" if one.place.section == "envelope":
            assert one.observed is not None
            schema = proposals.expression(one.observed, one.name)
            value = {"presence": "optional", "schema": schema, "description": f"Seen in {share}."}
            block.at("keys", one.name).put(value, f"new in {share}, {first}")
        case "new key":
            assert one.observed is not None
            name = f"{one.place.path[1]}_{one.name}"
            value = proposals.described(one.observed, one.of, name)
            block.at("properties", one.name).put(value, f"new in {share}, {first}")
        case "new values":
            block.at("enum").put(list(one.values), f"new in {share}, {first}")
        case "new variant":
            assert one.observed is not None
            name = proposals.type_named(one.observed, f"{one.place.path[1]}_{one.name}")
            block.at("oneOf").put([{"$ref": name}], f"new in {share}, {first}")
        case "other type":
            _other_type(one, block, proposals)
        case "missing":
            block.at("required").comment(f"not {one.name}: missing in {share}, {first}")
        case "always there":
            block.at("required").comment(f"{one.name}: there in all of {one.of:,}")
        case "never there":
            block.at("properties").comment(f"{one.name}: in none of {one.of:,}")


def _message(one: Difference, block: Block, proposals: Proposals, drift: Drift) -> None:
    """A whole message; what it is for, somebody has to write."""
    assert one.observed is not None
    envelope = drift.protocol.envelope
    others = drift.protocol.server if one.place.section == "client" else drift.protocol.client
    times = counted(one.count, "time")
    block.comment(f"new: {times}, first {one.first}")
    if any(str(type_) == one.name for type_ in others):
        other = "server" if one.place.section == "client" else "client"
        block.comment(f"a message of the {other}, which came the wrong way")
    value: dict[str, Any] = {
        "summary": f"Seen {times}",
        "description": "What it is for is to be written.",
    }
    if envelope.sequence_key is not None:
        value["seq"] = "required" if one.is_numbered else "never"
    payload = one.observed
    if envelope.payload_key is not None:
        found = (one.observed.keys or {}).get(envelope.payload_key)
        if found is None:
            block.put_blocks(value | {"payload": False, "examples": [{"summary": "One"}]})
            return
        payload = found
    is_record = set(payload.kinds) == {"object"} and bool(payload.keys)
    expression = (
        proposals.record(payload, one.name)
        if is_record
        else proposals.expression(payload, one.name)
    )
    if expression == {"type": "object"}:
        expression["properties"] = {}
    example = {"summary": "One", "payload": proposals.example(expression)}
    block.put_blocks(value | {"payload": expression, "examples": [example]})


def _other_type(one: Difference, block: Block, proposals: Proposals) -> None:
    assert one.observed is not None
    share = f"{one.count:,} of {one.of:,}, first {one.first}"
    seen = proposals.expression(one.observed, "_".join(one.place.path[1:2]))
    if one.name:
        block.at("oneOf").put([{"$ref": one.name}, seen], f"another type in {share}")
        return
    kinds = set(one.kinds)
    new = set(one.observed.kinds)
    if kinds | new <= _PLAIN:
        if "number" in kinds | new:
            kinds.discard("integer")
            new.discard("integer")
        block.at("type").put([*sorted(kinds), *sorted(new - kinds)], f"another type in {share}")
        if "integer" in new and "integer" not in one.kinds:
            block.at("format").put(seen.get("format", "int64"))
    else:
        block.comment(f"another type in {share}: {flow(seen)}")
