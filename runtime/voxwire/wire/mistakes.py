"""What a receiver closes a connection with for what is no message, or breaks the rules of one."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from voxwire.errors import MESSAGE_TOO_BIG, DecodeError
from voxwire.rules.envelope import FRAME_NOT_OBJECT, PAYLOAD_INVALID, WRONG_DIRECTION
from voxwire.rules.json_text import FRAME_TOO_LARGE, JSON_INVALID, JSON_NOT_UTF8

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol, Mistakes, Problem, Reaction, Side

_PROTOCOL_ERROR: Final = 1002
_INVALID_DATA: Final = 1007
"""WebSocket's own close codes (RFC 6455, section 7.4.1), for what a protocol passes over: whoever gets
the error may want to close all the same."""


def mistakes_of(sender: Side, protocol: AnyProtocol) -> Mistakes:
    """What follows from the mistakes of one side."""
    session = protocol.session
    return session.mistakes_of_server if sender == "server" else session.mistakes_of_client


def refused(error: DecodeError, sender: Side, protocol: AnyProtocol) -> DecodeError | None:
    """`error` with what the protocol closes with; None where such a frame of `sender` is passed over.

    Servers relay what clients supply, so that whatever ended the connection of a reader would be a way
    for one user to disconnect another: which mistakes do, the protocol says.
    """
    errors = [problem for problem in error.problems if problem.severity == "error"]
    for problem in errors:
        if problem.rule == FRAME_TOO_LARGE:
            return error
        reaction = reaction_to(problem, sender, protocol)
        if not isinstance(reaction, enum.Enum):
            # What is wrong with the text itself comes first, and says more than what follows from it.
            code = error.close_code if _is_of_text(errors[0]) else reaction.code
            return DecodeError(error.problems, code, reaction.reason)
    return None


def is_no_message(error: DecodeError) -> bool:
    """Whether there is no message at all, of any type, in what could not be decoded."""
    found = {problem.rule for problem in error.problems if problem.severity == "error"}
    return not found.isdisjoint((JSON_INVALID, JSON_NOT_UTF8, FRAME_NOT_OBJECT))


def is_misdirected(error: DecodeError) -> bool:
    """Whether it is a message that only its receiver sends."""
    return any(problem.rule == WRONG_DIRECTION for problem in error.problems)


def reads_binary(sender: Side, protocol: AnyProtocol) -> bool:
    """Whether a binary frame of `sender` is read as the text that its bytes are."""
    reaction = mistakes_of(sender, protocol).binary
    return isinstance(reaction, enum.Enum) and reaction.name == "READ"


def reaction_to(problem: Problem, sender: Side, protocol: AnyProtocol) -> Reaction:
    """What a receiver does with a frame of `sender` that has this problem."""
    mistakes = mistakes_of(sender, protocol)
    if problem.rule in (JSON_INVALID, JSON_NOT_UTF8):
        return mistakes.not_json
    if problem.rule == FRAME_NOT_OBJECT:
        return mistakes.not_object
    if problem.rule == PAYLOAD_INVALID:
        return mistakes.payload_not_object
    if problem.rule == WRONG_DIRECTION:
        wrong = mistakes.wrong_direction
        return mistakes.unknown_type if wrong is None else wrong
    return mistakes.invalid


def close_code(problem: Problem, sender: Side, protocol: AnyProtocol) -> int:
    """The code for a frame of `sender` with this problem."""
    if problem.rule == FRAME_TOO_LARGE:
        return MESSAGE_TOO_BIG
    if _is_of_text(problem):
        return code_of_text(sender, protocol)
    mistakes = mistakes_of(sender, protocol)
    own = reaction_to(problem, sender, protocol)
    for reaction in (own, mistakes.invalid, mistakes.not_object):
        if not isinstance(reaction, enum.Enum):
            return reaction.code
    return _PROTOCOL_ERROR


def code_of_text(sender: Side, protocol: AnyProtocol) -> int:
    """The code for what is no JSON, or cannot be decompressed."""
    reaction = mistakes_of(sender, protocol).not_json
    return _INVALID_DATA if isinstance(reaction, enum.Enum) else reaction.code


def code_of_binary(sender: Side, protocol: AnyProtocol) -> int:
    """The code for a binary message where there are none."""
    reaction = mistakes_of(sender, protocol).binary
    return _PROTOCOL_ERROR if isinstance(reaction, enum.Enum) else reaction.code


def _is_of_text(problem: Problem) -> bool:
    """Whether something is wrong with the JSON itself."""
    from voxwire.rules.registry import RULES

    return problem.rule in RULES and RULES[problem.rule].group == "json"
