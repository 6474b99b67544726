"""A finding about the conversation, before it has its place in the capture."""

from typing import NamedTuple


class SessionProblem(NamedTuple):
    """`pointer` is a JSON Pointer into the frame, None where the finding is about no part of it."""

    rule: str
    pointer: str | None
    message: str
    hint: str = ""
