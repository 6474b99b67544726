"""What ``voxspec infer`` and ``voxspec breaking`` ask of this package: captures as plain data.

voxspec imports nothing of voxwire: it finds this by the entry point group ``voxspec.observers``.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from voxwire.analysis.unread import Unread
from voxwire.capture import STDIN, Reading
from voxwire.capture.formats.registry import BY_NAME, DIRECTED
from voxwire.cli.progress import progress_over
from voxwire.cli.reading_files import knows_nothing, unread_lines
from voxwire.cli.rewriting import read_again
from voxwire.observation.endpoint import Endpoint
from voxwire.observation.envelope import EnvelopeSearch
from voxwire.observation.frames import SeenClose, SeenFrame, SeenOpen, Traffic
from voxwire.observation.messages import Messages
from voxwire.observation.openings import Openings
from voxwire.report.places import short_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.capture import Advance
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol

_PASSES = 4
"""How often captures are read: for the envelope, for messages, for variants, and to check the draft."""


class CaptureObserver:
    """Captures, read several times. To be used in a ``with`` statement.

    >>> with CaptureObserver(["main.ndjson"]) as observer:  # doctest: +SKIP
    ...     observer.observe()["messages"][0]["type"]
    """

    formats = tuple(BY_NAME)
    """What `format` can be."""
    directed_formats = DIRECTED
    """Those with which `direction` is heeded."""

    def __init__(
        self,
        sources: Sequence[str],
        *,
        format: str | None = None,  # noqa: A002
        direction: Direction | None = None,
        address: str | None = None,
        quiet: bool = False,
    ) -> None:
        """`format`, `direction`: what the captures do not say of themselves. `address`: a text in the
        addresses of the connections that are meant. `quiet`: no progress bar."""
        self._reading = Reading(format, direction, everything=True)
        self._sources = sources
        self._address = address
        self._quiet = quiet
        self._stack = ExitStack()
        self._traffic: Traffic | None = None
        self._names: dict[str, str] = {}
        """What is read, with what it is called."""
        self._advance: Advance | None = None
        self._of_protocol = Reading(format, direction)

    def __enter__(self) -> CaptureObserver:
        names = self._names
        for source in self._sources:
            again = self._stack.enter_context(read_again(source, _PASSES))
            names[again] = "standard input" if source == STDIN else source
        several = [*names] * _PASSES
        bar = progress_over(several, sys.stderr, is_wanted=not self._quiet)
        progress = self._stack.enter_context(bar)
        self._advance = progress.advance
        self._traffic = Traffic(
            [*names],
            self._reading,
            advance=progress.advance,
            address=self._address,
            names=names.__getitem__,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def observe(
        self, type_key: str | None = None, payload_key: str | None = None
    ) -> dict[str, Any]:
        """Everything that the traffic says. What is given is so, see
        :meth:`voxwire.observation.envelope.EnvelopeSearch.found`.

        Keys: `connections`, `frames`, `endpoint`, `close_codes`, `failures` (file to reason), `unread`
        (sentences about parts that could not be read or were not recorded), `is_damaged` (whether any
        could not be read), and where an envelope was found `envelope`, `messages`, `openings` (how
        connections begin) and `left_out`; else `candidates`, keys that most frames have, and `unknown`,
        those given that none has.
        """
        traffic = self._entered()
        search, endpoint, closes, frames = EnvelopeSearch(), Endpoint(), Counter[int](), 0
        unread = {name: Unread(name) for name in self._names.values()}
        for seen in traffic.seen(lambda name, event: unread[name].notice(event)):
            match seen:
                case SeenFrame():
                    frames += 1
                    search.add(seen)
                case SeenOpen(connection=connection):
                    endpoint.add(connection)
                case SeenClose(code=code):
                    closes[code] += 1
        for name, one in unread.items():
            if name in traffic.failures:
                one.cut()
            else:
                one.end()
        plain: dict[str, Any] = {
            "frames": frames,
            "connections": endpoint.connections,
            "endpoint": endpoint.plain(),
            "close_codes": dict(sorted(closes.items())),
            "failures": dict(traffic.failures),
            "unread": [line for one in unread.values() for line in unread_lines(one)],
            "is_damaged": any(one.is_damaged for one in unread.values()),
        }
        envelope = search.found(type_key, payload_key)
        if envelope is None:
            unknown = search.unknown(type_key, payload_key)
            return plain | {"candidates": search.candidates(), "unknown": unknown}
        messages, openings = Messages(envelope), Openings()
        for seen in traffic.seen(lambda _, event: openings.notice(event)):
            type_ = messages.add(seen) if isinstance(seen, SeenFrame) else None
            if isinstance(seen, SeenFrame) and type_ is not None:
                openings.add(seen.connection, seen.direction, type_)
        if messages.find_tags():
            for frame in self._frames():
                messages.refine(frame)
        return plain | {
            "envelope": {
                "type": envelope.type_key,
                "kind": envelope.kind,
                "payload": envelope.payload_key,
                "sequence": envelope.sequence_key,
                "first": envelope.first,
            },
            "messages": messages.plain(),
            "openings": openings.plain(),
            "left_out": [
                {"reason": reason, "frames": messages.counts[reason], "where": places}
                for reason, places in messages.left_out.items()
            ],
        }

    def meetings(self, old: AnyProtocol, new: AnyProtocol) -> Iterator[dict[str, Any]]:
        """What of the traffic, which is of the revision `old` of a protocol, the other one would refuse.

        Each has `where`, `connection`, `side`, `type`, `refusals` (rule, pointer, message) and
        `is_of_conversation`. The last one has what was looked at: `frames`, `connections`, `known` (frames of
        messages that one of the revisions knows), and `failures`, `unread` and `is_damaged` as
        :meth:`observe` has them; a capture of another protocol counts as damaged.
        """
        from voxwire.analysis.meeting import Meeting

        meeting = Meeting(old, new, self._of_protocol)
        for source, name in self._names.items():
            for hit in meeting.hits(source, name, self._advance):
                connection = short_place(hit.file, hit.connection)
                yield {
                    "where": connection if hit.frame is None else f"{connection}:{hit.frame}",
                    "connection": connection,
                    "side": hit.side,
                    "type": hit.type,
                    "refusals": [tuple(refusal) for refusal in hit.refusals],
                    "is_of_conversation": hit.is_of_conversation,
                }
        yield {
            "frames": meeting.frames,
            "connections": meeting.connections,
            "known": meeting.known,
            "failures": dict(meeting.failures),
            "unread": [
                *(line for unread in meeting.unread for line in unread_lines(unread)),
                *(f"{file}: {knows_nothing(old)}" for file in meeting.foreign),
            ],
            "is_damaged": bool(meeting.foreign) or any(one.is_damaged for one in meeting.unread),
        }

    def frames(self) -> Iterator[tuple[str, str, object]]:
        """Every frame that is JSON: where it is, who sent it, and its value."""
        for frame in self._frames():
            if frame.problem is None:
                yield frame.where, "client" if frame.direction == "c2s" else "server", frame.value

    def _frames(self) -> Iterator[SeenFrame]:
        return (seen for seen in self._entered() if isinstance(seen, SeenFrame))

    def _entered(self) -> Traffic:
        assert self._traffic is not None, "to be used in a with statement"
        return self._traffic
