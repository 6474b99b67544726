"""Everything that is wrong with one frame: the slow and exact path behind codec and validation."""

from typing import Literal, NamedTuple

import msgspec

from voxmodels.v1.validate import Problem, client_frame, server_frame
from voxwire.masking import mask_secrets
from voxwire.wire.strict_json import NOT_JSON, parse

Sender = Literal["client", "server"]


class Explanation(NamedTuple):
    """The value of a frame's JSON, or NOT_JSON, and all problems: of the text, then of the frame."""

    value: object
    problems: tuple[Problem, ...]


def explain(data: bytes | str, sender: Sender) -> Explanation:
    """What :mod:`voxwire.wire.strict_json` and the generated validator say about a frame. Never raises."""
    value, problems = parse(data)
    if value is NOT_JSON:
        return Explanation(value, problems)
    validate = server_frame if sender == "server" else client_frame
    reported = {problem.pointer for problem in problems}
    found = [problem for problem in validate(value) if problem.pointer not in reported]
    return Explanation(value, tuple(map(_masked, (*problems, *found))))


def _masked(problem: Problem) -> Problem:
    """`problem` without what looks like a token, wherever a peer put one."""
    message = mask_secrets(problem.message)
    if message == problem.message and mask_secrets(problem.pointer) == problem.pointer:
        return problem
    return msgspec.structs.replace(
        problem,
        message=message,
        got=mask_secrets(problem.got),
        pointer=mask_secrets(problem.pointer),
    )
