"""What ``voxwire convert`` and ``voxwire redact`` share: reading one file and writing another."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from voxwire.analysis.unread import Unread
from voxwire.capture import STDIN, detected_capture
from voxwire.capture.new_file import bare_name, new_file
from voxwire.capture.rewriting import Rewriting
from voxwire.capture.source import opened
from voxwire.cli import exit_codes
from voxwire.cli.common import (
    add_protocol,
    add_reading,
    chosen_protocol,
    chosen_reading,
    refuse,
    say,
)
from voxwire.cli.output import is_one_of
from voxwire.cli.progress import progress_over
from voxwire.cli.reading_files import say_unread
from voxwire.errors import CaptureError
from voxwire.report.summary import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from voxwire.capture.rewriting import Rewritten, Written
    from voxwire.wire.redact import Redactor

_SUFFIXES: Final[dict[str, Written]] = {".ndjson": "native", ".jsonl": "native", ".har": "har"}

STATUS: Final = """\
exit status:
  0  OUT was written
  2  the command line is wrong, OUT exists or cannot be written; there is no new OUT
  3  IN is empty, or it or a part of it could not be read, which is said; OUT has what could be read, and is
     not there if that is nothing"""


class _NothingReadError(Exception):
    """There is nothing of which a new file could be made."""


def add_rewriting(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that both have."""
    add = parser.add_argument
    add("input", metavar="IN", help="the capture; - is standard input")
    add("output", metavar="OUT", help="the new file; - is standard output")
    add(
        "--to",
        choices=("native", "har"),
        help="the format of OUT; by default its name tells: .ndjson and .jsonl are native, .har is HAR, "
        "each also with .gz or .zst",
    )
    add("--force", action="store_true", help="replace OUT if it exists")
    add(
        "-q",
        "--quiet",
        action="store_true",
        help="no progress bar, and no word about what is left out",
    )
    add_protocol(parser)
    add_reading(parser)


def rewrite(command: str, options: argparse.Namespace, redactor: Redactor | None) -> int:
    """Write the new file; gives the exit status. `redactor` is None where secrets are kept."""
    source, target = options.input, options.output
    written = options.to or _SUFFIXES.get(Path(bare_name(target)).suffix)
    if written is None:
        return refuse(
            command,
            f"the name {target} does not tell its format: give --to native or --to har, or a name that "
            "ends with .ndjson or .har",
        )
    if is_one_of(target, [source]) or (source == STDIN and _is_standard_input(target)):
        return refuse(command, f"{target} is what is read; give OUT another name")
    rewriting = Rewriting(
        chosen_protocol(options),
        chosen_reading(options),
        to=written,
        redactor=redactor,
        version=_version() if written == "har" else "",
    )
    passes = 1 if redactor is None else 2
    unread = Unread(source)
    try:
        with (
            _output(target, replaces=options.force) as file,
            read_again(source, passes) as name,
            progress_over([name] * passes, sys.stderr, is_wanted=not options.quiet) as progress,
        ):
            reading = chosen_reading(options)
            give = partial(detected_capture, name, progress.advance, reading=reading)
            found = rewriting.write(give, file, unread.notice)
            if found.failure is None:
                unread.end(others=found.others.connections)
            else:
                unread.cut()
            if unread.is_empty:
                raise _NothingReadError
    except _NothingReadError:
        return say_unread(command, unread)
    except CaptureError as error:
        say(command, f"cannot read {source}: {error}")
        return exit_codes.UNREADABLE
    except FileExistsError:
        return refuse(command, f"{target} exists; choose another name, or give --force")
    except BrokenPipeError:
        raise
    except OSError as error:
        return refuse(command, f"cannot write {target}: {error.strerror or error}")
    if not options.quiet:
        _say_what_is_left_out(command, found)
    status = say_unread(command, unread)
    if found.failure is not None:
        words = f"cannot read {source} to its end: {found.failure}"
        say(command, f"{words}; {target} has what comes before")
    return status


def _say_what_is_left_out(command: str, found: Rewritten) -> None:
    others = found.others.connections
    if others:
        what = counted(others, "other WebSocket connection")
        say(command, f"{what} left out; --all takes every one")
    if found.nowhere:
        parts = "1 broken part" if found.nowhere == 1 else f"{found.nowhere:,} broken parts"
        say(command, f"{parts} before the first connection left out: HAR has no place for them")


@contextmanager
def _output(name: str, *, replaces: bool) -> Iterator[BinaryIO]:
    if name != STDIN:
        with new_file(name, replaces=replaces) as file:
            yield file
        return
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


@contextmanager
def read_again(source: str, times: int) -> Iterator[str]:
    """The name of a file that can be read so many times: of a copy, where that is no regular file."""
    if times == 1 or (source != STDIN and not _is_stream(source)):
        yield source
        return
    with tempfile.NamedTemporaryFile(prefix="voxwire-") as copy:
        with opened(source) as file:
            shutil.copyfileobj(cast("BinaryIO", file), copy)
        copy.flush()
        yield copy.name


def _is_stream(name: str) -> bool:
    try:
        path = Path(name)
        return path.exists() and not path.is_file() and not path.is_dir()
    except (OSError, ValueError):
        return False


def _is_standard_input(name: str) -> bool:
    try:
        return os.path.samestat(os.fstat(sys.stdin.fileno()), Path(name).stat())
    except (OSError, ValueError, AttributeError):
        return False


def _version() -> str:
    from importlib import metadata

    return metadata.version("vox-protocol")
