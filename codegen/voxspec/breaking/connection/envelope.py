"""What differs in the keys that all frames have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voxspec.breaking.connection.first_number import first_numbers
from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.values import NoValueError
from voxspec.breaking.frames.words import LATER_KEYS
from voxspec.breaking.imported import generated
from voxspec.breaking.revision import Revision
from voxspec.breaking.sides import CROSSINGS, Crossing
from voxspec.breaking.verdict import Change, Effect, FrameProof, Verdict, Who
from voxspec.model import Envelope, Protocol

_FILE = "protocol.yaml"


def envelope(old: Revision, new: Revision) -> Iterator[Change]:
    """The names of the keys, the first number, and whether frames have other keys."""
    before, after = old.protocol.envelope, new.protocol.envelope
    for role, was, now in _keys(before, after):
        is_used = role != "sequence" or _numbers(old.protocol) or _numbers(new.protocol)
        if was != now and is_used:
            yield Change(
                rule="ENVELOPE_SAME_KEYS",
                subject=f"envelope/{role}",
                message=f"the key of the {role} is {_said(now)} and not {_said(was)}",
                where=new.place(_FILE, "envelope", role, "key"),
                was=was or "",
                now=now or "",
                effects=_effects(old, new),
            )
    if before.sequence and after.sequence and before.sequence.first != after.sequence.first:
        yield Change(
            rule="SEQ_SAME_START",
            subject="envelope/sequence/first",
            message=f"a session begins with the number {after.sequence.first} and not {before.sequence.first}",
            where=new.place(_FILE, "envelope", "sequence", "first"),
            was=str(before.sequence.first),
            now=str(after.sequence.first),
            effects=first_numbers(old, new),
        )
    if before.closed != after.closed:
        yield Change(
            rule="ENVELOPE_CLOSED" if after.closed else "ENVELOPE_OPENED",
            subject="envelope/closed",
            message=f"readers {'refuse' if after.closed else 'pass over'} keys of frames that they do not know",
            where=new.place(_FILE, "envelope", "closed"),
            was="closed" if before.closed else "open",
            now="closed" if after.closed else "open",
            hint=LATER_KEYS if after.closed else "",
        )


def _numbers(protocol: Protocol) -> bool:
    return any(message.seq == "required" for message in protocol.messages())


def aligned(old: Protocol, new: Protocol) -> Protocol | None:
    """The old protocol with the keys of the new envelope: what else differs is judged by it.

    None where frames are flat in one of the two: nothing of them fits together then.
    """
    before, after = old.envelope, new.envelope
    if before.is_flat != after.is_flat:
        return None
    if all(was == now for _, was, now in _keys(before, after)):
        return old
    made = replace(before, type=after.type, payload=after.payload)
    if before.sequence is not None and after.sequence is not None:
        sequence = replace(before.sequence, key=after.sequence.key)
        return replace(old, envelope=replace(made, sequence=sequence))
    policy = {(m.direction, m.type): m.seq for m in new.messages()}
    areas = tuple(
        replace(
            area,
            messages=tuple(
                replace(m, seq=policy.get((m.direction, m.type), "never")) for m in area.messages
            ),
        )
        for area in old.areas
    )
    return replace(old, envelope=replace(made, sequence=after.sequence), areas=areas)


def _keys(before: Envelope, after: Envelope) -> Iterator[tuple[str, str | None, str | None]]:
    yield "type", before.type.key, after.type.key
    yield (
        "payload",
        before.payload.key if before.payload else None,
        after.payload.key if after.payload else None,
    )
    yield (
        "sequence",
        before.sequence.key if before.sequence else None,
        after.sequence.key if after.sequence else None,
    )


def _said(key: str | None) -> str:
    return "no longer there" if key is None else f'"{key}"'


def _effects(old: Revision, new: Revision) -> tuple[Effect, ...]:
    """Whom it hurts, by the smallest frame that its reader cannot read."""
    found: dict[Who, Effect] = {}
    for crossing in CROSSINGS:
        effect = _refused(old, new, crossing)
        if effect is not None:
            found.setdefault(crossing.who, effect)
    return tuple(found[who] for who in Who if who in found)


def _refused(old: Revision, new: Revision, crossing: Crossing) -> Effect | None:
    ends = {"old": old.protocol, "new": new.protocol}
    writer, reader = ends[crossing.writer], generated(ends[crossing.reader])
    builder = Builder(writer)
    for message in writer.messages(crossing.direction):
        try:
            frame = builder.least(message)
        except NoValueError:
            continue
        errors = reader.errors(crossing.direction, frame)
        if errors:
            proof = FrameProof(crossing.direction, frame, crossing.writer, errors[0].message)
            said = f"{crossing.refusal}: {errors[0].message}"
            return Effect(crossing.who, Verdict.BREAKS, said, proof)
    return None
