"""Tells a capture from files of other kinds, so that those give one clear message."""

from collections.abc import Iterable, Iterator
from typing import Final

from voxwire.errors import CaptureError

_LOOKED_AT: Final = 8192
"""Bytes at the start that are searched for a sign of another format."""

_PACKET_CAPTURES: Final = (
    b"\xd4\xc3\xb2\xa1",
    b"\xa1\xb2\xc3\xd4",
    b"\x4d\x3c\xb2\xa1",
    b"\xa1\xb2\x3c\x4d",
    b"\x0a\x0d\x0d\x0a",
)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_NATIVE: Final = "captures are read in the native format, one JSON object a line"


def refuse_other_formats(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """`blocks` as they are. Raises CaptureError when the first is not text with lines of JSON."""
    is_first = True
    for block in blocks:
        if is_first:
            _check_start(block[:_LOOKED_AT])
            is_first = False
        yield block


def _check_start(start: bytes) -> None:
    if start.startswith(_PACKET_CAPTURES):
        raise CaptureError(f"this is a packet capture; {_NATIVE}")
    if start.startswith(_UTF_16):
        raise CaptureError("this is UTF-16 text; captures are UTF-8")
    if b"\0" in start:
        raise CaptureError(f"this is a binary file; {_NATIVE}")
    if b'"log"' in start and b'"creator"' in start and start.lstrip().startswith(b"{"):
        raise CaptureError(f"this is a HAR file; {_NATIVE}")
