"""Everything about frames that differs between two revisions, judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voxspec.breaking.connection.envelope import aligned
from voxspec.breaking.frames.difference import Difference
from voxspec.breaking.frames.judge import Judge
from voxspec.breaking.frames.messages import Messages
from voxspec.breaking.frames.named import NamedTypes
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.steps import FrameKey, MessagePair, Spot, Written
from voxspec.breaking.frames.together import together
from voxspec.breaking.frames.told_apart import told_apart
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, Who
from voxspec.model import IntegerType, Protocol, Sequence, Use


def compare_frames(old: Revision, new: Revision) -> Iterator[Change]:
    """Compare what is in frames: messages, their payloads and the types of these."""
    protocol = aligned(old.protocol, new.protocol)
    if protocol is not None:
        yield from _numbers(replace(old, protocol=protocol), new)
        protocol = _numbered_alike(protocol, new.protocol)
    pairs = Pairs(old if protocol is None else replace(old, protocol=protocol), new)
    judge = Judge(pairs)
    if protocol is None:
        # Without a common envelope no frame of one is any of the other, which is said of that.
        yield from (judge.change(replace(one, trial=None)) for one in _differences(pairs))
        return
    found = [judge.change(difference) for difference in _differences(pairs)]
    yield from together(pairs, found, [*judge.whole()])


def _differences(pairs: Pairs) -> Iterator[Difference]:
    named = NamedTypes(pairs)
    for difference in Messages(pairs, named).all():
        yield replace(difference, exact=_payloads(pairs, difference))
    yield from named.all()
    yield from named.gone_and_added()


def _payloads(pairs: Pairs, difference: Difference) -> str:
    """What payloads are that come, go, or are something else altogether, with their messages or without."""
    owner = difference.spot.owner
    if difference.rule not in _OF_PAYLOADS or not isinstance(owner, MessagePair):
        return difference.exact
    old, new = (
        [m for m in revision.protocol.messages(owner.direction) if m.type == type_]
        for revision, type_ in ((pairs.old, owner.old), (pairs.new, owner.new))
    )
    payloads = (one[0].payload if one else None for one in (old, new))
    return told_apart(pairs, *payloads)


_OF_PAYLOADS = frozenset(
    {"MESSAGE_ADDED", "MESSAGE_PAYLOAD_ADDED", "MESSAGE_PAYLOAD_REMOVED", "MESSAGE_SAME_PAYLOAD"}
)


# --- Sequence numbers -----------------------------------------------------------------------------


def _numbers(old: Revision, new: Revision) -> Iterator[Change]:
    """What the numbers of messages may be, said once. Where they begin is the envelope's."""
    before, after = old.protocol.envelope.sequence, new.protocol.envelope.sequence
    if before is None or after is None:
        return
    pairs = Pairs(old, new)
    numbered = [pair for pair in pairs.messages if all(m.seq == "required" for m in pair)]
    use = before.use if before.first == after.first else _beginning_at(before, after)
    written = Written("protocol.yaml", ("envelope", "sequence", "schema"))
    judge, types = Judge(pairs), NamedTypes(pairs).types
    found: dict[tuple[str, str], Change] = {}
    for was, now in {now.direction: (was, now) for was, now in reversed(numbered)}.values():
        owner = MessagePair(now.direction, was.type, now.type)
        spot = Spot(owner, "envelope/sequence", written, written, (FrameKey(after.key),))
        for difference in types.uses(use, after.use, spot, "the number of a message"):
            change = judge.change(difference)
            told = found.setdefault((change.rule, change.subject), change)
            effects = {effect.who: effect for effect in (*change.effects, *told.effects)}
            found[change.rule, change.subject] = replace(
                told, effects=tuple(effects[who] for who in Who if who in effects)
            )
    reaches = tuple(f"{now.direction}/{now.text}" for _, now in numbered)
    yield from (replace(change, reaches=reaches) for change in found.values())


def _beginning_at(old: Sequence, new: Sequence) -> Use:
    """What numbers could be, from the new first one on: that it is another is told by itself."""
    was, now = old.use.type, new.use.type
    if isinstance(was, IntegerType) and isinstance(now, IntegerType):
        return replace(old.use, type=replace(was, minimum=now.minimum))
    return old.use


def _numbered_alike(old: Protocol, new: Protocol) -> Protocol:
    """The old protocol with numbers that both ends take: what else differs is judged by it."""
    before, after = old.envelope.sequence, new.envelope.sequence
    if before is None or after is None:
        return old
    sequence = replace(before, use=after.use, first=max(before.first, after.first))
    return replace(old, envelope=replace(old.envelope, sequence=sequence))
