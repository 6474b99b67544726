"""One finding about a capture: which rule, what is wrong, and where."""

from typing import Final

import msgspec

from voxwire.capture import Connection, Direction, Frame
from voxwire.masking import mask_secrets
from voxwire.rules.blame import Blame
from voxwire.rules.rule import Rule, Severity

_MAX_TEXT: Final = 500
_MAX_NAME: Final = 60


class Finding(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A mistake or oddity in a capture. All texts are free of secrets.

    The attributes up to `blame` are what ``--format json`` writes, in this order.
    """

    rule: Rule
    severity: Severity
    message: str
    file: str
    """As named on the command line; ``<stdin>`` for standard input."""
    connection: int | None = None
    """Counts from 1 in its file; None when the finding is about no connection."""
    frame: int | None = None
    """Counts from 1 in its connection, both directions together; None for no frame."""
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


def about_frame(
    file: str,
    frame: Frame,
    type_: str | None,
    rule: Rule,
    severity: Severity,
    pointer: str | None,
    message: str,
    hint: str,
    blame: Blame | None,
) -> Finding:
    """A finding about one frame."""
    time, elapsed = _times(frame.connection, frame.ts)
    return Finding(
        rule=rule,
        severity=severity,
        message=shown_text(message),
        file=file,
        connection=frame.connection.number,
        frame=frame.number,
        time=time,
        direction=frame.direction,
        type=None if type_ is None else shown_name(type_),
        pointer=None if pointer is None else shown_text(pointer),
        hint=shown_text(hint) or None,
        blame=blame,
        elapsed=elapsed,
    )


def about_connection(
    file: str,
    connection: Connection,
    ts: float,
    rule: Rule,
    severity: Severity,
    message: str,
    hint: str,
    blame: Blame | None,
) -> Finding:
    """A finding about a connection at a time, but about no frame of it."""
    time, elapsed = _times(connection, ts)
    return Finding(
        rule=rule,
        severity=severity,
        message=shown_text(message),
        file=file,
        connection=connection.number,
        time=time,
        hint=shown_text(hint) or None,
        blame=blame,
        elapsed=elapsed,
    )


def about_file(
    file: str,
    connection: Connection | None,
    rule: Rule,
    severity: Severity,
    message: str,
    hint: str,
    blame: Blame | None,
) -> Finding:
    """A finding about a line, a connection or the whole file."""
    return Finding(
        rule=rule,
        severity=severity,
        message=shown_text(message),
        file=file,
        connection=None if connection is None else connection.number,
        hint=hint or None,
        blame=blame,
    )


def _times(connection: Connection, ts: float) -> tuple[float | None, float | None]:
    """When something was, as Unix time and since the connection began."""
    if connection.times == "missing":
        return None, None
    return ts, ts - connection.started
