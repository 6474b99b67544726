"""Opens what is given: a capture, or an archive with captures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.detect import Detected, detected

if TYPE_CHECKING:
    from voxwire.capture.input import SourceInput

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MAGIC_SIZE: Final = 4


def detected_in(given: SourceInput, format_: str | None) -> Detected:
    """What it is that is given: a capture, or an archive with captures. `format_` is the name of their
    format where it is known.

    Raises CaptureError when it is neither, and KeyError for a format that there is not.
    """
    if given.peek(_MAGIC_SIZE).startswith(_ZIP):
        from voxwire.capture.archives import captures_in

        return captures_in(given, format_)
    if format_ is None:
        return detected(given)
    from voxwire.capture.formats.registry import BY_NAME

    return Detected(BY_NAME[format_], given)
