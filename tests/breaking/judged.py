"""What is said of two revisions, held against frames that the one writes and the other reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import hypothesis

from voxspec.breaking.compare import compare
from voxspec.breaking.frames.declared import declared
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.imported import Generated, generated
from voxspec.breaking.revision import Revision
from voxspec.breaking.sides import CROSSINGS, Crossing
from voxspec.breaking.verdict import Change, ConversationProof, FrameProof, Verdict, Who
from voxspec.model import Direction, Message
from voxspec.model.session import Close, Reaction

SIDES: tuple[Direction, ...] = ("client", "server")


@dataclass
class Judged:
    """Counts over many comparisons."""

    effects: int = 0
    unknown: int = 0
    refuted: int = 0
    frames: int = 0
    rules: dict[str, int] = field(default_factory=dict)


def judge(old: Revision, new: Revision, draws: int, judged: Judged) -> None:
    """Compare two revisions, and hold every verdict against frames."""
    changes = compare(old, new)
    pairs = Pairs(old, new)
    for change in changes:
        judged.rules[change.rule] = judged.rules.get(change.rule, 0) + 1
        for effect in change.effects:
            judged.effects += 1
            judged.unknown += effect.verdict is Verdict.UNKNOWN
            if isinstance(effect.proof, FrameProof):
                _proves(change, effect.proof, pairs)
            else:
                assert effect.who is Who.SOURCE or effect.verdict is not Verdict.BREAKS, change
    judge_types(old, new, changes)
    for crossing in CROSSINGS:
        ends = {"old": generated(old.protocol), "new": generated(new.protocol)}
        revisions = {"old": old, "new": new}
        for before, after in pairs.messages:
            writer, reader = (before, after) if crossing.writer == "old" else (after, before)
            if writer.direction != crossing.direction or _is_told(changes, crossing, writer, after):
                continue
            del reader
            for frame in _drawn(ends[crossing.writer], crossing, writer, draws):
                frame = declared(revisions[crossing.writer].protocol, writer, frame)
                if not _may_write(ends[crossing.writer], crossing, frame):
                    continue
                judged.frames += 1
                errors = ends[crossing.reader].errors(crossing.direction, frame)
                assert errors == [], (crossing, frame, changes)


def judge_types(old: Revision, new: Revision, changes: list[Change]) -> None:
    """Hold what is said of messages that one end alone has against the table of whoever gets them: who
    closes for a type that it does not know is broken by it. Who passes over it is broken by what both ends
    have under two names, and by what servers did and do not do any more; by nothing else."""
    for crossing in CROSSINGS:
        revisions = {"old": old.protocol, "new": new.protocol}
        writer, reader = revisions[crossing.writer], revisions[crossing.reader]
        known = {message.type for message in reader.messages(crossing.direction)}
        others = {m.type for side in SIDES for m in reader.messages(side)} - known
        session = reader.session
        mistakes = session.mistakes_of_server
        if crossing.direction == "client":
            mistakes = session.mistakes_of_client
        for message in writer.messages(crossing.direction):
            if message.type in known:
                continue
            then = mistakes.unknown_type
            if message.type in others and mistakes.wrong_direction is not None:
                then = mistakes.wrong_direction
            _holds_type(changes, crossing, message, then)


_OF_TYPES = ("MESSAGE_ADDED", "MESSAGE_NO_DELETE", "MESSAGE_SAME_NAME")


def _holds_type(
    changes: list[Change], crossing: Crossing, message: Message, then: Reaction
) -> None:
    """One of them: refused with this code, or ignored, in these words and with a frame of it."""
    told = [
        (effect, change)
        for change in changes
        if change.rule in _OF_TYPES
        and message.text in (change.was, change.now)
        and change.subject.startswith(f"{crossing.direction}/")
        for effect in change.effects
        if effect.who is crossing.who
    ]
    if not told:  # clients miss nothing by what they do not know yet
        assert (crossing.name, isinstance(then, Close)) == ("server/new", False), message.text
    elif isinstance(then, Close):
        assert any(effect.verdict in (Verdict.BREAKS, Verdict.UNKNOWN) for effect, _ in told), told
    else:
        for effect, change in told:
            is_unheard = crossing.name == "client/old" or change.rule == "MESSAGE_SAME_NAME"
            is_of_states = isinstance(effect.proof, ConversationProof)
            assert (effect.verdict is not Verdict.LOSES) == is_unheard or is_of_states, effect
    for effect, _ in told:
        if isinstance(effect.proof, FrameProof) and effect.proof.frame["type"] == message.type:  # type: ignore[index, call-overload]
            does = f"close with {then.number}" if isinstance(then, Close) else "ignore"
            assert does in effect.what, effect


def _proves(change: Change, proof: FrameProof, pairs: Pairs) -> None:
    old, new = pairs.old, pairs.new
    ends = {"old": generated(old.protocol), "new": generated(new.protocol)}
    reader = "old" if proof.writer == "new" else "new"
    assert ends[proof.writer].errors(proof.direction, proof.frame) == [], change
    if change.rule not in ("FIELD_SAME_UNIT", "FLAG_SAME_BIT"):
        problems = ends[reader].problems(proof.direction, proof.frame)
        if change.rule != "MESSAGE_SAME_NAME":  # that is told by itself
            problems = problems + ends[reader].problems(proof.direction, _renamed(proof, pairs))
        assert proof.refusal in [problem.message for problem in problems], change


def _renamed(proof: FrameProof, pairs: Pairs) -> Any:
    """A frame under the name that its reader has for it."""
    frame: Any = proof.frame
    for pair in pairs.messages:
        before, after = pair if proof.writer == "old" else pair[::-1]
        if before.direction == proof.direction and before.type == frame["type"]:
            return frame | {"type": after.type}
    return frame


def _is_told(changes: list[Change], crossing: Crossing, writer: Message, new: Message) -> bool:
    """Whether some change says that frames of a message break there, or may."""
    names = {f"{m.direction}/{m.text}" for m in (writer, new)}
    return any(
        effect.who is crossing.who and effect.verdict is not Verdict.LOSES
        for change in changes
        if "/".join(change.subject.split("/")[:2]) in names or names & {*change.reaches}
        for effect in change.effects
    )


def _may_write(end: Generated, crossing: Crossing, frame: Any) -> bool:
    problems = end.problems(crossing.direction, frame)
    return not any(p.severity == "error" or p.rule == "PUBLISHED_NAME" for p in problems)


def _drawn(end: Generated, crossing: Crossing, message: Message, count: int) -> list[Any]:
    strategies: Any = end.strategies
    messages = getattr(strategies, crossing.direction).MESSAGES
    found: list[Any] = []
    settings = hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=[
            hypothesis.HealthCheck.data_too_large,
            hypothesis.HealthCheck.filter_too_much,
            hypothesis.HealthCheck.large_base_example,
            hypothesis.HealthCheck.nested_given,
            hypothesis.HealthCheck.too_slow,
        ],
    )

    def take(frame: Any) -> None:
        found.append(frame)

    given: Any = hypothesis.given(messages[message.type].wire)
    test: Callable[[], None] = settings(given(take))
    test()
    return found
