"""Effects of what is no frame: one step of a connection shows them."""

from __future__ import annotations

from collections.abc import Iterable

from voxspec.breaking.verdict import Age, ConversationProof, Effect, Step, Verdict, Who

BOTH = (Who.OLD_CLIENTS, Who.NEW_CLIENTS)


def breaks(who: Who, step: str | Step, refusal: str, *, by: Age) -> Effect:
    """That one step, which one end may take, is not what the other end takes it for."""
    taken = Step(None, None, step) if isinstance(step, str) else step
    proof = ConversationProof((taken,), 0, by, refusal)
    return Effect(who, Verdict.BREAKS, refusal, proof)


def loses(who: Who, what: str) -> Effect:
    """That something has no effect any more, or not yet."""
    return Effect(who, Verdict.LOSES, what)


def client(who: Who) -> Age:
    """How old the clients are."""
    return "old" if who is Who.OLD_CLIENTS else "new"


def server(who: Who) -> Age:
    """How old the server is."""
    return "new" if who is Who.OLD_CLIENTS else "old"


def ordered(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """One effect for each, in the order in which they are always said."""
    by_who: dict[Who, Effect] = {}
    for effect in effects:
        by_who.setdefault(effect.who, effect)
    return tuple(by_who[who] for who in Who if who in by_who)
