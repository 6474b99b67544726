"""One finding about a capture: which rule, what is wrong, and where.

A check makes it, knowing the rule and what is wrong; who knows the frame, the connection and the file
gives it its place (:mod:`voxwire.checks.placing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from voxwire.masking import mask_secrets
from voxwire.rules.capture_format import CAPTURE_EMPTY
from voxwire.rules.json_text import FRAME_TOO_LARGE, JSON_INVALID, JSON_NOT_UTF8, JSON_TOO_DEEP
from voxwire.rules.registry import RULES
from voxwire.rules.rule import Needs

if TYPE_CHECKING:
    from typing import Self

    from voxwire.direction import Direction
    from voxwire.protocol import Problem
    from voxwire.rules.blame import Blame, Culprit
    from voxwire.rules.rule import Rule, Severity

_MAX_TEXT: Final = 500
_MAX_NAME: Final = 60


class Place(NamedTuple):
    """An earlier frame of the client, and when it was sent."""

    frame: int
    ts: float


class Finding(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A mistake or oddity in a capture. All texts are free of secrets.

    The attributes up to `blame` are what ``--format json`` writes, in this order.
    """

    rule: Rule
    severity: Severity
    message: str
    file: str = ""
    """As named on the command line; ``<stdin>`` for standard input."""
    connection: int | None = None
    """Counts from 1 in its file; None when the finding is about no connection."""
    frame: int | None = None
    """Counts from 1 in its connection, both directions together; None for no frame."""
    location: str | None = None
    """Where the frame stands in a file that is not in the native format, such as ``packet 17``."""
    time: float | None = None
    """Unix time of the frame in seconds; None where the capture does not have it."""
    direction: Direction | None = None
    type: str | None = None
    """The frame's message type, where it could be read."""
    pointer: str | None = None
    """JSON Pointer into the frame, ``""`` for all of it; None where none applies."""
    hint: str | None = None
    """What to do about it."""
    blame: Blame | None = None
    """Whose mistake it is; None where that cannot be told."""

    elapsed: float | None = None
    """Seconds since the connection began, for people."""

    culprit: Culprit | None = None
    """Who breaks the rule here, of which `blame` follows where the finding has its place."""
    place: Place | None = None
    """The frame that it is about where that is not the one that has just come."""
    continues: bool = False
    """Whether it has the same cause as the one before it of its rule."""
    needs: Needs = Needs.NOTHING
    """What the capture must hold before it is certain."""
    times: int = 1
    """It stands for so many."""

    @classmethod
    def of(
        cls,
        rule: Rule,
        message: str,
        hint: str = "",
        *,
        pointer: str | None = None,
        severity: Severity | None = None,
        culprit: Culprit | Literal["of the rule"] | None = "of the rule",
        place: Place | None = None,
        continues: bool = False,
    ) -> Self:
        """A finding that has no place yet. `severity` and `culprit` are those of the rule unless they
        are given."""
        return cls(
            rule=rule,
            severity=severity or rule.severity,
            message=shown_text(message),
            pointer=None if pointer is None else shown_text(pointer),
            hint=shown_text(hint) or None,
            culprit=rule.culprit if culprit == "of the rule" else culprit,
            place=place,
            continues=continues,
            needs=rule.needs,
        )

    @classmethod
    def of_problem(cls, problem: Problem, severity: Severity | None = None) -> Self:
        """What a validator says about a frame, with another severity if one is given. A text that is no
        JSON value has no place that a pointer could name, and the severity of its rule."""
        rule = RULES[problem.rule]
        has_value = rule not in WITHOUT_VALUE
        return cls.of(
            rule,
            problem.message,
            problem.hint,
            pointer=problem.pointer if has_value else None,
            severity=severity or (problem.severity if has_value else None),
        )


WITHOUT_VALUE: Final = frozenset((FRAME_TOO_LARGE, JSON_INVALID, JSON_NOT_UTF8, JSON_TOO_DEEP))
"""Rules about a text that has no value a pointer could point into."""


def of_nothing(others: int) -> Finding:
    """About a file without anything of the protocol; so many connections of others were left out of it."""
    if not others:
        return Finding.of(CAPTURE_EMPTY, "the capture is empty")
    return Finding.of(CAPTURE_EMPTY, "no connection in the capture is to the gateway")


def shown_text(text: str) -> str:
    """`text` as it may be shown: without secrets, half surrogate pairs or excessive length."""
    return _shown(text, _MAX_TEXT)


def shown_name(name: str) -> str:
    """A message type as it may be shown; a peer may put anything there."""
    return _shown(name, _MAX_NAME)


def shown_file(name: str) -> str:
    """A file name as it may be shown, also when its bytes are no text in the system's encoding."""
    return mask_secrets(name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def _shown(text: str, length: int) -> str:
    text = mask_secrets(text)
    if not text.isascii():
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= length else text[: length - 1] + "…"
