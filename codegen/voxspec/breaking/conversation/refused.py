"""What states refuse in both revisions, but in another way."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation.codes import recovery, recovery_words
from voxspec.breaking.conversation.comparison import Comparison, said
from voxspec.breaking.conversation.machine import Machine, named, other
from voxspec.breaking.conversation.story import some
from voxspec.breaking.exact import exactly
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict, Who
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
            _effects(both, side, before, after),
            tuple(f"{side}/{name}" for name in names) if more else (),
            session=True,
            exact=exactly(names) if more else "",
        )


def _differences(both: Comparison) -> dict[tuple[_Told, str], list[Key]]:
    """The messages that are refused otherwise, by how, and by the state of the new revision."""
    found: dict[tuple[_Told, str], list[Key]] = {}
    for state, in_new in _same_states(both):
        for key in both.old.messages.keys() & both.new.messages.keys():
            is_refused = both.old.move(state, key) is None and both.new.move(in_new, key) is None
            is_stated = both.old.stated(state, key) or both.new.stated(in_new, key)
            if not is_refused or is_stated is None:
                continue  # what neither state names is among the mistakes
            before, after = both.old.reaction(state, key), both.new.reaction(in_new, key)
            if _what(before) != _what(after):
                found.setdefault(((state, key[0], before, after), in_new), []).append(key)
    return {told: sorted(keys) for told, keys in found.items()}


def _same_states(both: Comparison) -> list[tuple[str, str]]:
    """The states that are one in both revisions, as conversations get to them."""
    nodes = [at.node for at in both.meetings[0].reached if at.parting is None]
    return [*dict.fromkeys((node.client, node.server) for node in nodes)]


def _effects(
    both: Comparison, side: Direction, before: Reaction, after: Reaction
) -> tuple[Effect, ...]:
    """Whom it hurts, though only those who say what they should not."""
    effects = []
    for who, speaker, hearer, then, usual in _skews(both, side, before, after):
        one, refused = some(speaker, side), some(hearer, other(side))
        if not isinstance(then, Close):
            continue
        if not isinstance(usual, Close):
            what = f"{refused} closes with {hearer.close_name(then)} for what was passed over"
        elif side == "client" and recovery(speaker, then) != recovery(speaker, usual):
            does, did = (recovery_words(speaker, each) for each in (then, usual))
            what = f"{one} {does} after {then.number}, where it {did} after {usual.number}"
        else:
            continue
        effects.append(Effect(who, Verdict.LOSES, what))
    return tuple(effects)


def _skews(
    both: Comparison, side: Direction, before: Reaction, after: Reaction
) -> Iterator[tuple[Who, Machine, Machine, Reaction, Reaction]]:
    """For each skew: who speaks, who hears, what that one does, and what the speaker's revision says."""
    for pair in both.pairs(side):
        then, usual = (after, before) if pair.reader is both.new else (before, after)
        yield pair.meeting.skew.who, pair.writer, pair.reader, then, usual


def _what(then: Reaction) -> object:
    return (then.number, then.reason) if isinstance(then, Close) else None
