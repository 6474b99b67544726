"""The faults that a mock gateway can have: how each is called, what it takes, and what it does.

To add one, add an entry to :data:`KINDS`: the text, the help, the command line and the fixture follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from voxwire.limits import MAX_FRAME_SIZE
from voxwire.live.mock.engine.defects import invalid_message, not_json, unknown_message
from voxwire.wire.compression import Compressor

if TYPE_CHECKING:
    from voxwire.live.mock.engine.fault import Fault
    from voxwire.live.mock.engine.plan import Plan
    from voxwire.protocol import AnyProtocol


Act: TypeAlias = "Callable[[Fault, Plan], None]"
"""Changes what is to become of a message."""


def _nothing(fault: Fault, plan: Plan) -> None:
    del fault, plan


class Kind(NamedTuple):
    """A kind of fault: `when` are the parameters that can say when it acts, `needs` and `takes` its
    others. `defaults` stand where a parameter is not given.

    `act` is what it does to a message that it hits: one of those that count, or with `hits` an answer to
    a heartbeat. A fault that `ends` the connection does so after the Nth message, any other hits the
    next. One that hits handshakes does not act on messages."""

    sentence: str
    act: Act = _nothing
    when: tuple[str, ...] = ("every", "after")
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    defaults: Mapping[str, int | str] = {}
    hits: Literal["message", "answer", "handshake"] = "message"
    ends: bool = False
    check: Callable[[AnyProtocol], object] = lambda _: None
    """Raises NothingToSpoilError for a protocol that cannot have it."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """All that it knows, in the order of the help."""
        return (*self.needs, *self.when, *self.takes, "times")


# --- What they do -----------------------------------------------------------------------------


def _end(fault: Fault, plan: Plan) -> None:
    plan.end = plan.end or fault


def _skip(fault: Fault, plan: Plan) -> None:
    del fault
    plan.messages = []


def _repeat(fault: Fault, plan: Plan) -> None:
    del fault
    plan.messages = plan.messages * 2


def _corrupt(fault: Fault, plan: Plan) -> None:
    how = fault.how or ""
    plan.messages = [m if isinstance(m, str) else _damaged(m, how) for m in plan.messages]


def _damaged(message: bytes, how: str) -> bytes:
    """A zstd frame with one mistake; each breaks another rule of voxwire's own decompressor."""
    match how:
        case "trailing":
            return message + b"\0"
        case "magic":
            return bytes(4) + message[4:]
        case "large":
            return Compressor().compress(bytes(MAX_FRAME_SIZE + 1))
    return message[:-1]


def _bad_json(fault: Fault, plan: Plan) -> None:
    del fault
    plan.garbage.append(not_json(plan.protocol))


def _unknown(fault: Fault, plan: Plan) -> None:
    del fault
    plan.extras.append(unknown_message(plan.protocol))


def _invalid(fault: Fault, plan: Plan) -> None:
    del fault
    plan.extras.append(invalid_message(plan.protocol, plan.spoiled))


def _delay(fault: Fault, plan: Plan) -> None:
    plan.delay += (fault.ms or 0) / 1000


# --- How they are called ----------------------------------------------------------------------

KINDS: Final[Mapping[str, Kind]] = {
    "drop": Kind(
        "The connection is lost, without a close frame.",
        _end,
        when=("every", "after", "on"),
        ends=True,
    ),
    "close": Kind(
        "The connection is closed with a code.",
        _end,
        when=("every", "after", "on"),
        needs=("code",),
        takes=("reason",),
        ends=True,
    ),
    "skip": Kind(
        "A message is not sent, so that its number is missing; a resume brings it.", _skip
    ),
    "repeat": Kind("A message is sent twice, with the same number.", _repeat),
    "corrupt": Kind(
        "A compressed message is damaged; plain text is left alone.",
        _corrupt,
        takes=("how",),
        defaults={"how": "cut"},
    ),
    "bad_json": Kind("Something that is no JSON is sent after a message.", _bad_json),
    "unknown": Kind(
        "A numbered message of a type that nobody knows is sent after a message.", _unknown
    ),
    "invalid": Kind(
        "A numbered message that lacks a required field is sent after a message.",
        _invalid,
        check=invalid_message,
    ),
    "delay": Kind(
        "A message is held back, and all after it wait.",
        _delay,
        needs=("ms",),
        defaults={"every": 1},
    ),
    "silence": Kind("Nothing is sent any more, though the connection stays open.", _end, ends=True),
    "no_ack": Kind(
        "Heartbeats are not answered any more, after the first N of a connection.",
        _skip,
        when=("after",),
        defaults={"after": 0},
        hits="answer",
    ),
    "refuse": Kind(
        "The WebSocket handshake is answered with an HTTP error.",
        when=(),
        takes=("status",),
        defaults={"status": 503, "times": 1},
        hits="handshake",
    ),
}
"""All faults by name."""
