"""What traffic shows that the schema does not say, as a proposal in the schema's own YAML.

Behind each thing stands what it rests on. What is rather a mistake than a proposal is held back: it stands
in a comment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voxwire.analysis.observed import Observed
from voxwire.analysis.proposal import Proposals, integer_format
from voxwire.report.summary import counted
from voxwire.report.yaml_text import Block, flow, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.analysis.drift import Drift
    from voxwire.analysis.drift_difference import SchemaDifference, Worth
    from voxwire.analysis.schema_place import Section

_FILES: Final[dict[Section, str]] = {
    "envelope": "protocol.yaml",
    "types": "types.yaml",
    "client": "client/*.yaml",
    "server": "server/*.yaml",
}
_PLAIN: Final = frozenset(("string", "integer", "number", "boolean", "null"))
_HELD_BACK: Final = "held back: "
_FORMATS: Final = frozenset((2**31, 2**32, 2**63, 2**64))
"""One more than integers of the formats can be."""


def drift_lines(drift: Drift, found: Sequence[SchemaDifference], worth: Worth) -> Iterator[str]:
    """A document for each kind of file of the schema, with what is to be said there."""
    protocol = drift.protocol
    read = counted(drift.frames, "frame")
    title = f"{protocol.name} {protocol.version}"
    if not found:
        yield f"# {read}: nothing that the schema of {title} does not say"
        return
    yield f"# What traffic shows that the schema of {title} does not say, in {read}."
    if any(map(worth.is_held_back, found)):
        yield (
            f"# Held back, as rather a mistake of whoever sent it: what the schema forbids, in fewer than "
            f"{counted(worth.frames, 'frame')} or less than {worth.percent:g} percent."
        )
    sheet = _Sheet(drift, worth)
    for one in found:
        sheet.add(one)
    yield from sheet.lines()


class _Sheet:
    def __init__(self, drift: Drift, worth: Worth) -> None:
        self._drift: Final = drift
        self._worth: Final = worth
        self._proposals: Final = Proposals(drift.protocol.shapes.types)
        self._blocks: Final[dict[Section, Block]] = {section: Block() for section in _FILES}

    def lines(self) -> Iterator[str]:
        types = self._blocks["types"]
        for name, expression in self._proposals.types.items():
            types.at("types", name).put_blocks(expression)
        for section, block in self._blocks.items():
            lines = list(block.lines())
            if lines:
                yield "---"
                yield f"# {_FILES[section]}"
                yield from lines

    def add(self, one: SchemaDifference) -> None:
        block = self._blocks[one.place.section].at(*one.place.path)
        match one.what:
            case "new message":
                self._message(one, block)
            case "new key":
                self._key(one, block)
            case "forbidden key":
                self._forbidden_key(one, block)
            case "new value":
                self._value(one, block)
            case "new variant":
                self._variant(one, block)
            case "other type":
                self._other_type(one, block)
            case "other bound":
                self._other_bound(one, block)
            case "other condition":
                block.comment(f"{self._held_back(one)}{one.expected}, in {self._rests_on(one)}")
            case "missing":
                missing = f"not {one.name}: missing in {self._rests_on(one)}"
                block.at("required").comment(f"{self._held_back(one)}{missing}")
            case "always there":
                block.at("required").comment(f"{one.name}: there in all of {_records(one)}")
            case "never there":
                block.at("properties").comment(f"{one.name}: in none of {_records(one)}")

    def _rests_on(self, one: SchemaDifference) -> str:
        """How often something was seen, in how many frames, and where first."""
        evidence = one.evidence
        first = f"first {evidence.first}"
        return f"{evidence.count:,} of {one.of:,} ({self._seen_in(one)}), {first}"

    def _seen_in(self, one: SchemaDifference) -> str:
        weak = ": weak" if self._worth.is_weak(one) else ""
        return f"{_frames(one)}{weak}"

    def _held_back(self, one: SchemaDifference) -> str:
        return _HELD_BACK if self._worth.is_held_back(one) else ""

    def _key(self, one: SchemaDifference, block: Block) -> None:
        assert one.observed is not None
        note = f"new in {self._rests_on(one)}"
        if one.place.section == "envelope":
            value = {
                "presence": "optional",
                "schema": self._proposals.expression(one.observed, one.name),
                "description": f"Seen in {one.evidence.count:,} of {one.of:,}.",
            }
            block.at("keys", one.name).put(value, note)
            return
        name = f"{one.place.path[1]}_{one.name}"
        value = self._proposals.described(one.observed, one.of, name)
        block.at("properties", one.name).put(value, note)

    def _forbidden_key(self, one: SchemaDifference, block: Block) -> None:
        """A key of the envelope in a message that makes no use of it."""
        assert one.observed is not None
        note = f"new in {self._rests_on(one)}"
        if self._worth.is_held_back(one):
            block.comment(f"{_HELD_BACK}{scalar(one.name)} in keys, {note}")
        elif one.name == self._drift.protocol.envelope.payload_key:
            expression = self._proposals.expression(one.observed, one.place.path[1])
            block.at("payload").put(expression, note)
        else:
            block.at("keys", one.name).put("optional", note)

    def _value(self, one: SchemaDifference, block: Block) -> None:
        (value,) = one.values
        note = f"new in {self._rests_on(one)}"
        if self._worth.is_held_back(one):
            block.comment(f"{_HELD_BACK}{scalar(value)} in enum, {note}")
        else:
            block.at("enum").item(value, note)

    def _variant(self, one: SchemaDifference, block: Block) -> None:
        assert one.observed is not None
        name = self._proposals.type_named(one.observed, f"{one.place.path[1]}_{one.name}")
        block.at("oneOf").item({"$ref": name}, f"new in {self._rests_on(one)}")

    def _other_type(self, one: SchemaDifference, block: Block) -> None:
        assert one.observed is not None
        note = f"another type in {self._rests_on(one)}"
        kinds, new = set(one.kinds), set(one.observed.kinds)
        if self._worth.is_held_back(one):
            block.comment(f"{_HELD_BACK}{', '.join(sorted(new))}, {note}")
            return
        seen = self._proposals.expression(one.observed, "_".join(one.place.path[1:2]))
        if one.name:
            options = block.at("oneOf")
            options.item({"$ref": one.name})
            options.item(seen, note)
        elif kinds | new <= _PLAIN:
            types = block.at("type")
            for kind in sorted(kinds - {"integer"} if "number" in kinds | new else kinds):
                types.item(kind)
            for kind in sorted(new):
                types.item(kind, note)
            if "integer" in new and "integer" not in kinds:
                block.at("format").put(seen.get("format", "int64"))
        else:
            block.comment(f"{note}: {flow(seen)}")

    def _other_bound(self, one: SchemaDifference, block: Block) -> None:
        note = f"{one.expected} in all but {self._rests_on(one)}"
        if not one.name or not one.values or self._worth.is_held_back(one):
            seen = f"{one.name}: {one.values[0]}, " if one.name and one.values else ""
            block.comment(f"{self._held_back(one)}{seen}{note}")
            return
        (size,) = one.values
        if one.name == "maximum" and isinstance(size, int) and _is_of_format(one.expected):
            observed = Observed()
            observed.add(size)
            block.at("format").put(integer_format(observed), note)
        else:
            block.at(one.name).put(size, note)

    def _message(self, one: SchemaDifference, block: Block) -> None:
        """A whole message; what it is for, somebody has to write."""
        assert one.observed is not None
        protocol = self._drift.protocol
        envelope = protocol.envelope
        times = counted(one.evidence.count, "time")
        block.comment(
            f"{self._held_back(one)}new: {times} ({self._seen_in(one)}), first {one.evidence.first}"
        )
        if one.contradicts:
            other = "server" if one.place.section == "client" else "client"
            block.comment(f"a message of the {other}, which came the wrong way")
        if self._worth.is_held_back(one):
            return
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
        make = self._proposals.record if is_record else self._proposals.expression
        expression = make(payload, one.name)
        if expression == {"type": "object"}:
            expression["properties"] = {}
        example = {"summary": "One", "payload": self._proposals.example(expression)}
        block.put_blocks(value | {"payload": expression, "examples": [example]})


def _frames(one: SchemaDifference) -> str:
    evidence = one.evidence
    return f"{counted(evidence.frames, 'frame')}, {counted(evidence.connections, 'connection')}"


def _records(one: SchemaDifference) -> str:
    return f"{one.of:,} ({_frames(one)})"


def _is_of_format(expected: str) -> bool:
    """Whether the bound is the end of an integer format."""
    last = expected.rpartition(" ")[2]
    return last.isdecimal() and int(last) + 1 in _FORMATS
