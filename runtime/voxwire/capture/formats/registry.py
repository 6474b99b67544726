"""All formats that captures are read from. To add one, write its module here and name it below."""

from typing import Final

from voxwire.capture.formats.format import CaptureFormat
from voxwire.capture.formats.native import NATIVE

FORMATS: Final[tuple[CaptureFormat, ...]] = (NATIVE,)
"""In the order in which they are asked; the native one, which may begin with broken lines, comes last."""


def recognised_format(start: bytes) -> CaptureFormat | None:
    """The format of a file that begins like this, except the native one."""
    return next((one for one in FORMATS if one is not NATIVE and one.begins(start)), None)
