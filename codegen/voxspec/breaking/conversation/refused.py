"""What states refuse in both revisions, but in another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from voxspec.breaking.conversation.comparison import Comparison, Pair, said
from voxspec.breaking.conversation.machine import named
from voxspec.breaking.conversation.meeting import Meeting, Node, Reached
from voxspec.breaking.conversation.recovering import recovers, recovery_words
from voxspec.breaking.conversation.story import Story, refusal, some
from voxspec.breaking.exact import exactly
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model import Direction
from voxspec.model.session import Close, Key, Reaction

_Told = tuple[str, Direction, Reaction, Reaction]
"""An old state, who speaks there, and what happened and happens to that."""


def compare_refused(both: Comparison) -> Iterator[Change]:
    """A change for all messages that a state refuses in the same other way.

    What only one of the two refuses, the conversations show.
    """
    for (was, now), found in _differences(both).items():
        state, side, before, after = was
        names = [named(key) for key in found]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield Change(
            rules.SESSION_REACTION_SAME.id,
            f"session/states/{state}/{side}_otherwise/{names[0]}",
            f'while "{state}", "{names[0]}"{more} from the {side} is refused otherwise',
            both.new.place("states", now, f"{side}_otherwise"),
            said(both.old, before),
            said(both.new, after),
            _effects(both, (state, now), found[0], before, after),
            tuple(f"{side}/{name}" for name in names) if more else (),
            session=True,
            exact=exactly(names) if more else "",
        )


def _differences(both: Comparison) -> dict[tuple[_Told, str], list[Key]]:
    """The messages that are refused otherwise, by how, and by the state of the new revision."""
    found: dict[tuple[_Told, str], list[Key]] = {}
    for state, in_new in same_states(both.meetings[0]):
        for key in both.old.messages.keys() & both.new.messages.keys():
            is_refused = both.old.move(state, key) is None and both.new.move(in_new, key) is None
            is_stated = both.old.stated(state, key) or both.new.stated(in_new, key)
            if not is_refused or is_stated is None:
                continue  # what neither state names is among the mistakes
            before, after = both.old.reaction(state, key), both.new.reaction(in_new, key)
            if both.told(both.old, before) != both.told(both.new, after):
                found.setdefault(((state, key[0], before, after), in_new), []).append(key)
    return {told: sorted(keys) for told, keys in found.items()}


def same_states(meeting: Meeting) -> list[tuple[str, str]]:
    """The states that are one in both revisions, as conversations get to them: called alike, or each met by
    the other alone, as where two states have each other's names. The client's are first."""
    pairs = [*dict.fromkeys((at.node.client, at.node.server) for at in meeting.reached)]
    alike = {(at.node.client, at.node.server) for at in meeting.reached if at.parting is None}
    of_client, of_server = (Counter(names) for names in zip(*pairs, strict=True))
    return [
        pair for pair in pairs if pair in alike or of_client[pair[0]] == of_server[pair[1]] == 1
    ]


def _effects(
    both: Comparison, states: tuple[str, str], key: Key, before: Reaction, after: Reaction
) -> tuple[Effect, ...]:
    """Whom it hurts: those who say what the state passes over in their own revision, and what the other one
    closes for. What a receiver passes over in general is a mistake all the same."""
    effects = []
    for pair in both.pairs(key[0]):
        is_old = pair.reader is both.old
        then, usual = (before, after) if is_old else (after, before)
        hears_in, says_in = states if is_old else states[::-1]
        at = _reached(pair, key, says_in, hears_in)
        if at is None or not isinstance(then, Close):
            continue
        effect = None
        if isinstance(usual, Close):
            effect = _otherwise(pair, at, then, usual)
        elif pair.writer.stated(says_in, key) is not None:
            effect = _closed(pair, at, key, then)
        if effect is not None:
            effects.append(effect)
    return tuple(effects)


def _closed(pair: Pair, at: Reached, key: Key, then: Close) -> Effect:
    """What was passed over ends the connection."""
    story = Story.along(pair.meeting.skew, at)
    story.say(key)
    refused = refusal(pair.reader, pair.reading, then)
    passes_over = f"which {some(pair.writer, pair.reading)} passes over"
    what = (
        f'{some(pair.writer, pair.side)} may send "{story.steps[-1].said}" while '
        f'"{at.node.state(pair.side)}", {passes_over}; {refused}'
    )
    proof = story.proof(pair.side, refused, then)
    return Effect(pair.meeting.skew.who, Verdict.BREAKS, what, proof)


def _otherwise(pair: Pair, at: Reached, then: Close, usual: Close) -> Effect | None:
    """A client that goes on in another way than after the code that its own revision has for it."""
    if pair.side == "server":
        return None
    has_session = at.node.can_resume
    does, did = (recovers(pair.writer, each, has_session=has_session) for each in (then, usual))
    if does == did:
        return None
    now, before = (
        recovery_words(pair.writer, each, has_session=has_session) for each in (does, did)
    )
    one = some(pair.writer, "client")
    what = f"{one} {now} after {then.number}, where it {before} after {usual.number}"
    return Effect(pair.meeting.skew.who, Verdict.LOSES, what)


def _reached(pair: Pair, key: Key, says_in: str, hears_in: str) -> Reached | None:
    """The shortest way to these states of who speaks and who hears; None where they do not get there."""

    def fits(node: Node) -> bool:
        is_there = node.state(pair.side) == says_in and node.state(pair.reading) == hears_in
        return is_there and (node.can_resume or not pair.writer.has_role(key, "resume"))

    return pair.meeting.first(fits)
