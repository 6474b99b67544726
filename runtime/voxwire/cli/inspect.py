"""``voxwire inspect``: shows a capture, one line a frame, or one frame as a whole."""

from __future__ import annotations

import argparse
import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TextIO

from voxwire.analysis.unread import Unread
from voxwire.capture import NATIVE, STDIN, Frame, Others, detected_capture, of_the_gateway
from voxwire.cli import exit_codes
from voxwire.cli.common import (
    add_protocol,
    add_reading,
    chosen_protocol,
    chosen_reading,
    count,
    new_command,
    say,
)
from voxwire.cli.output import is_coloured, opened_output
from voxwire.cli.reading_files import say_others, say_unread
from voxwire.errors import CaptureError
from voxwire.report.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.analysis.choice import Choice, Field, Moment
    from voxwire.capture import CaptureEvent
    from voxwire.cli.common import Commands
    from voxwire.report.timeline import Timeline

_DESCRIPTION: Final = """\
Show a capture: one line a frame, with its connection and number, the time since the connection began, the
direction (s2c from the server, c2s from the client), the type, the sequence number and the payload.
Secrets are masked."""

_EPILOG: Final = """\
examples:
  voxwire inspect session.ndjson | less
  voxwire inspect --only message_create,typing_start --where feed_id=3 session.har
  voxwire inspect --where user_id=7 --since 10 --until 1m30s session.ndjson     one user of Vox
  voxwire inspect --where feed_id=3 --where '*_id=7' session.ndjson             and what else names 7
  voxwire inspect --seq 120-130 --connection 2 session.ndjson
  voxwire inspect --frame 168 session.ndjson       one frame, whole; 2:168 is of connection 2
  voxwire inspect --follow session.ndjson          what is recorded right now

--since and --until take seconds since the connection began (90, 1m30s) or a time such as
2026-11-25T13:06:52Z. --where KEY=VALUE takes frames that have such a value at any depth; KEY may have *
and ? in it, and all that are given must hold. Which keys hold the id of a user or a feed, the reference of
the protocol says: for Vox user_id and author_id, feed_id, room_id and dm_id.

exit status:
  0  the capture was shown to its end
  1  there is no such --frame
  2  the command line is wrong
  3  the capture is empty, or it or a part of it could not be read, which is said; what could be read was
     shown"""

_WIDTH: Final = 160
"""Characters of a line where there is no terminal."""

_SPAN: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    summary = "show a capture, one line a frame"
    parser = new_command(commands, "inspect", summary, _DESCRIPTION, _EPILOG, _run)
    parser.add_argument("file", metavar="FILE", help="a capture; - is standard input")
    add_protocol(parser)
    add_reading(parser, with_direction=False)
    what = parser.add_argument_group("what to show").add_argument
    what("--only", metavar="TYPE[,…]", action="append", help="only frames of these message types")
    what(
        "--direction",
        choices=("s2c", "c2s"),
        help="only frames from the server (s2c) or from the client (c2s); with --from lines, all went so",
    )
    what("--connection", metavar="N[,…]", type=_numbers, help="only these connections")
    what("--since", metavar="TIME", type=_moment, help="only what happened then or later")
    what("--until", metavar="TIME", type=_moment, help="only what happened then or before")
    what("--seq", metavar="N[-M]", type=_span, help="only frames with such a sequence number")
    what(
        "--where",
        metavar="KEY=VALUE",
        action="append",
        type=_field,
        help="only frames that have this value, such as feed_id=3",
    )
    what("--frame", metavar="[C:]N", type=_place, help="frame N, of connection C or 1, as a whole")
    how = parser.add_argument_group("how to show it").add_argument
    how("--follow", action="store_true", help="go on when the file grows, until Ctrl+C")
    how("--show-secrets", action="store_true", help="mask nothing")
    how(
        "--width",
        metavar="N",
        type=count,
        help=f"cut lines to N characters, 0 for whole ones; that of the terminal, or {_WIDTH}",
    )


def _run(options: argparse.Namespace) -> int:
    from voxwire.report.style import Style
    from voxwire.report.timeline import Timeline

    if options.follow and (options.file == STDIN or options.frame is not None):
        options.refuse("argument --follow: it takes a file, and all of it")
    width = options.width
    with opened_output(None) as out:
        if width is None:
            width = shutil.get_terminal_size().columns if out.isatty() else _WIDTH
        timeline = Timeline(
            chosen_protocol(options),
            _choice(options),
            Style(is_coloured(out)),
            width=width,
            shows_secrets=options.show_secrets,
        )
        unread = Unread(options.file)
        try:
            return _show(options, timeline, out, unread)
        except CaptureError as error:
            out.flush()
            unread.cut()
            say_unread("inspect", unread)
            say("inspect", f"cannot read {options.file}: {error}")
            return exit_codes.UNREADABLE
        except KeyboardInterrupt:
            if not options.follow:
                raise
            return exit_codes.CLEAN


def _show(options: argparse.Namespace, timeline: Timeline, out: TextIO, unread: Unread) -> int:
    others = Others()
    frames = shown = 0
    for event in _events(options, others):
        unread.notice(event)
        frames += isinstance(event, Frame)
        if options.frame is None:
            for line in timeline.lines(event):
                shown += 1
                out.write(f"{line}\n")
                if options.follow:
                    out.flush()
        elif isinstance(event, Frame) and (event.connection.number, event.number) == options.frame:
            for line in timeline.whole(event):
                out.write(f"{line}\n")
            return exit_codes.CLEAN
    out.flush()
    unread.end(others=others.connections)
    status = say_unread("inspect", unread)
    say_others("inspect", others.connections)
    if options.frame is None:
        if frames and not shown:
            say("inspect", f"none of {counted(frames, 'frame')} is as the options ask for")
        return status
    connection, number = options.frame
    say("inspect", f"there is no frame {number} of connection {connection} in {options.file}")
    return status or exit_codes.FINDINGS


def _events(options: argparse.Namespace, others: Others) -> Iterator[CaptureEvent]:
    from voxwire.capture.growing import GrowingFile

    protocol, reading = chosen_protocol(options), chosen_reading(options)
    if not options.follow:
        capture = detected_capture(options.file, reading=reading)
        yield from of_the_gateway(capture, protocol, reading, others)
        return
    try:
        file = GrowingFile(options.file)
    except (OSError, ValueError) as error:
        raise CaptureError(getattr(error, "strerror", None) or str(error)) from error
    with file:
        capture = detected_capture(file, reading=reading)
        if capture.format is not NATIVE:
            raise CaptureError(
                f"only native captures are followed, and this is {capture.format.name}; leave --follow out"
            )
        yield from of_the_gateway(capture, protocol, reading, others)


def _choice(options: argparse.Namespace) -> Choice:
    from voxwire.analysis.choice import Choice

    types = None
    if options.only is not None:
        types = frozenset(name.strip() for text in options.only for name in text.split(","))
    first, last = options.seq or (None, None)
    return Choice(
        types=types,
        direction=options.direction,
        connections=options.connection,
        since=options.since,
        until=options.until,
        first_seq=first,
        last_seq=last,
        fields=tuple(options.where or ()),
    )


def _numbers(text: str) -> frozenset[int]:
    return frozenset(count(part.strip()) for part in text.split(","))


def _span(text: str) -> tuple[int | None, int | None]:
    first, dash, last = text.partition("-")
    if not dash:
        return count(first), count(first)
    if not first and not last:
        raise argparse.ArgumentTypeError(f"{text!r} is no number and no range such as 120-130")
    return (count(first) if first else None), (count(last) if last else None)


def _place(text: str) -> tuple[int, int]:
    connection, colon, number = text.rpartition(":")
    return (count(connection.removeprefix("c")) if colon else 1), count(number)


def _field(text: str) -> Field:
    from voxwire.analysis.choice import Field

    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return Field(key, value)


def _moment(text: str) -> Moment:
    from voxwire.analysis.choice import Moment

    found = _SPAN.fullmatch(text)
    if text and found is not None:
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return Moment(hours * 3600 + minutes * 60 + seconds, True)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither seconds since the start, such as 90 or 1m30s, nor a time, such as "
            "2026-11-25T13:06:52Z"
        ) from None
    return Moment((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp(), False)
