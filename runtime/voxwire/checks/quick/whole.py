"""The map over whole files: those that cannot be read from any place, compressed or of another format.

What is read in them is looked at as lines of a native capture, see
:mod:`voxwire.checks.quick.as_native`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.capture import NATIVE, Others, detected_capture, of_the_gateway
from voxwire.capture.lines import whole_lines
from voxwire.capture.storage import LOCAL, source_in
from voxwire.checks.quick.as_native import as_native
from voxwire.checks.quick.certify import Certifier
from voxwire.checks.quick.summary import DIGEST_SIZE, Digest, digest_of, pieces_of
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture import Reading
    from voxwire.capture.detect import Detected
    from voxwire.capture.storage import Storage
    from voxwire.protocol import AnyProtocol

_MOST_OTHERS: Final = 16_000_000
"""Bytes of lines that a summary may bring along."""


class FileSummary(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A file: its format, what was found out about its lines, the connections that were left out, and why
    it could not be read to its end, None where it could."""

    format: str
    digests: list[Digest]
    others: int
    failure: str | None


def summarize_file(
    name: str,
    protocol: AnyProtocol,
    *,
    reading: Reading,
    storage: Storage = LOCAL,
    counts_frames: bool = True,
) -> FileSummary | None:
    """Read a file and look at all of it; None where there is too much to say of it, or something that
    lines cannot hold. Raises OSError or CaptureError when it cannot be opened, or is no capture."""
    certifier = Certifier(protocol)
    digests: list[Digest] = []
    others = Others()
    failure: str | None = None
    size = 0
    with _opened(name, storage, reading) as capture:
        try:
            for plain, lines in _pieces(capture, protocol, reading, others):
                digest = digest_of(plain, certifier, counts_frames, lines)
                digests.append(digest)
                size += sum(map(len, digest.others))
                if size > _MOST_OTHERS:
                    return None
        except CaptureError as error:
            failure = str(error)
        except _CannotSayError:
            return None
        return FileSummary(capture.format.name, digests, others.connections, failure)


class LinesAgain:
    """The lines of a file once more, for those digests that do not settle what there is to say."""

    def __init__(
        self, name: str, protocol: AnyProtocol, *, reading: Reading, storage: Storage
    ) -> None:
        self._pieces: Final = _all_pieces(name, protocol, reading, storage)
        self._index = -1

    def of(self, index: int) -> bytes:
        """Those of the digest with this index, each time of a later one. Raises CaptureError when they are
        not there any more."""
        for plain, lines in self._pieces:
            self._index += 1
            if self._index == index:
                return plain if lines is None else b"".join(lines)
        raise CaptureError("the file was cut off while it was read")


class _CannotSayError(Exception):
    """The file holds what lines cannot."""


def _all_pieces(
    name: str, protocol: AnyProtocol, reading: Reading, storage: Storage
) -> Iterator[tuple[bytes, list[bytes] | None]]:
    with _opened(name, storage, reading) as capture:
        yield from _pieces(capture, protocol, reading, Others())


@contextmanager
def _opened(name: str, storage: Storage, reading: Reading) -> Iterator[Detected]:
    with source_in(storage, name) as source:
        yield detected_capture(source, reading=reading)


def _pieces(
    capture: Detected, protocol: AnyProtocol, reading: Reading, others: Others
) -> Iterator[tuple[bytes, list[bytes] | None]]:
    """Lines that are looked at together; with those that go along in their place, if those are others."""
    if capture.format is NATIVE:
        for block in whole_lines(capture.input.blocks()):
            if not isinstance(block, bytes):
                raise _CannotSayError
            for piece in pieces_of(block):
                yield piece, None
        return
    if capture.members is not None:  # whose names no line has
        raise _CannotSayError
    try:
        for lines in as_native(of_the_gateway(capture, protocol, reading, others), DIGEST_SIZE):
            yield b"".join(lines.plain), lines.placed
    except UnicodeEncodeError as error:
        raise _CannotSayError from error
