"""Everything that is wrong with one frame: the slow and exact path behind codec and validation."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from voxwire.masking import mask_secrets
from voxwire.rules.json_text import JSON_DUPLICATE_KEY
from voxwire.wire.strict_json import NOT_JSON, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from voxwire.protocol import AnyProtocol, Problem, Side
    from voxwire.wire.strict_json import TextProblem


class Explanation(NamedTuple):
    """The value of a frame's JSON, or NOT_JSON, and all problems: of the text, then of the frame."""

    value: object
    problems: tuple[Problem, ...]


def explain(data: bytes | str, sender: Side, protocol: AnyProtocol) -> Explanation:
    """What :mod:`voxwire.wire.strict_json` and the generated validator say about a frame. Never raises."""
    value, in_text = parse(data)
    problems = as_problems(in_text, protocol) if in_text else ()
    if value is NOT_JSON:
        return Explanation(value, problems)
    validate = _validator(sender, protocol)
    # What a text problem is about has no value to judge; of a repeated key the last value has.
    reported = {p.pointer for p in problems if p.rule != JSON_DUPLICATE_KEY.id}
    found = [problem for problem in validate(value) if problem.pointer not in reported]
    return Explanation(value, tuple(_masked(problem, protocol) for problem in (*problems, *found)))


@cache
def _validator(sender: Side, protocol: AnyProtocol) -> Callable[[object], Sequence[Problem]]:
    """That of the frames of one side. A protocol imports its validators whenever it is asked for them."""
    return protocol.validate_server if sender == "server" else protocol.validate_client


def as_problems(found: Iterable[TextProblem], protocol: AnyProtocol) -> tuple[Problem, ...]:
    """The same as problems of the class that the protocol's validators use."""
    return tuple(
        protocol.problem(
            rule=problem.rule.id,
            severity="error",  # a frame that is too long is one for whoever decodes it
            pointer=problem.pointer,
            message=problem.message,
            expected=problem.expected,
            hint=problem.hint,
        )
        for problem in found
    )


def _masked(problem: Problem, protocol: AnyProtocol) -> Problem:
    """`problem` without what looks like a token, wherever a peer put one."""
    message, pointer = mask_secrets(problem.message), mask_secrets(problem.pointer)
    if message == problem.message and pointer == problem.pointer:
        return problem
    return protocol.problem(
        rule=problem.rule,
        severity=problem.severity,
        pointer=pointer,
        message=message,
        expected=problem.expected,
        got=mask_secrets(problem.got),
        hint=problem.hint,
    )
