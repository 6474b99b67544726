"""Finds out what a file is whose first line is none of the native format.

The formats of :mod:`voxwire.capture.formats.registry` are known by how they begin. Of the native one, a
file is a capture when a line near its start is one: lines before that may be broken. In a file that
has none, not every line is wrong, the file is: what it looks like is said once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.decompress import LineEndError
from voxwire.capture.formats.native import (
    BYTE_ORDER_MARK,
    NATIVE,
    UnreadableLine,
    begins_like_a_line,
    is_of_the_format,
    parsed_line,
)
from voxwire.capture.formats.registry import likely_format, sure_format
from voxwire.capture.input import joined
from voxwire.capture.lines import whole_lines
from voxwire.capture.other_formats import (
    BARE_FRAMES,
    BINARY_LINES,
    LOOKED_AT,
    OtherFormat,
    looks_like,
    recognised,
    recognised_in_spite_of_lines,
)
from voxwire.errors import CaptureError
from voxwire.limits import MAX_LINE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.formats.format import CaptureFormat
    from voxwire.capture.input import SourceInput

_SEARCHED: Final = MAX_LINE_SIZE
"""Bytes at the start that are searched for a line of the format, and held meanwhile."""

EXPECTED: Final = (
    "`voxwire formats` lists what is read; --from names a format that the content does not tell"
)
"""The end of what is said of a file that is none of them."""

_FEW: Final = 20
_SHARE: Final = 4
"""A text that has so many other lines first, and then fewer than one in four, only quotes captures."""


def searched(given: SourceInput) -> tuple[CaptureFormat, SourceInput]:
    """The format of what is given, and its content once more. Raises CaptureError when it is no capture."""
    iterator = given.blocks()
    start = _Start(iterator)
    format_ = start.search()
    return format_, given.again(joined(start.held, iterator))


class NoCaptureError(CaptureError):
    """It can be read, and holds no capture in whatever way."""


class _Start:
    """The first blocks of a file, held until it is clear that it is a capture."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.held: list[bytes] = []
        self._blocks = blocks
        self._size = 0
        self._is_whole = False
        self._others = 0
        self._known: CaptureFormat | None = None
        """The format that it begins like, other than the native one."""

    def search(self) -> CaptureFormat:
        """Read until it is clear which format it is. Raises CaptureError when it is none."""
        failure: CaptureError | None = None
        format_: OtherFormat | None = None
        was_looked_at = False
        try:
            for lines in whole_lines(self._reading()):
                if isinstance(lines, bytes) and self._is_settled_by(lines):
                    format_ = recognised_in_spite_of_lines(self._beginning())
                    if format_ is None:
                        return NATIVE
                    break
                if self._size >= LOOKED_AT and not was_looked_at:
                    was_looked_at = True
                    format_ = recognised(self._beginning())
                    if format_ is not None:
                        break
        except CaptureError as error:
            failure = error
        if self._known is not None:
            return self._known
        beginning = self._beginning()
        likely = likely_format(beginning)
        if likely is not None:
            return likely
        format_ = format_ or recognised(beginning)
        if isinstance(failure, LineEndError) and looks_like(beginning) is BARE_FRAMES:
            format_ = BINARY_LINES
        if format_ is not None:
            is_wrapped = format_.may_hold_captures
            why = "which is not read as it is" if is_wrapped else "and no capture"
            raise _refused(format_, f"this is {format_.name}, {why}")
        if failure is not None and looks_like(beginning) is not BARE_FRAMES:
            raise failure
        self._refuse_unknown(beginning)
        return NATIVE

    def _is_settled_by(self, lines: bytes) -> bool:
        """Whether there are lines of the format among these, and not as examples in a text."""
        found = [is_of_the_format(line) for line in lines.split(b"\n") if line.strip()]
        before = found.index(True) if True in found else len(found)
        others, rest = self._others + before, found[before:]
        self._others += found.count(False)
        return bool(rest) and (others < _FEW or rest.count(True) * _SHARE >= len(rest))

    def _reading(self) -> Iterator[bytes]:
        """The blocks, of which those that have been read are held."""
        for block in self._blocks:
            self.held.append(block)
            if self._known is None and self._size < LOOKED_AT:
                self._known = sure_format(self._beginning())
                if self._known is not None:
                    return
            self._size += len(block)
            yield block
            if self._size > _SEARCHED:
                return
        self._is_whole = True

    def _beginning(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        for block in self.held:
            parts.append(block[: LOOKED_AT - size])
            size += len(parts[-1])
            if size == LOOKED_AT:
                break
        return b"".join(parts)

    def _refuse_unknown(self, beginning: bytes) -> None:
        """Raise CaptureError for content of no known format; not for no content."""
        content = b"".join(self.held).removeprefix(BYTE_ORDER_MARK).strip(b" \t\r\n")
        if not content:
            return
        if not content.strip(b"\0"):
            size = f"{len(content)}{'' if self._is_whole else ' or more'}"
            raise CaptureError(
                f"this is no capture: it holds nothing but zero bytes, {size} of them, as a crash of "
                "the machine leaves them in a file to which it was still to write"
            )
        line, end, rest = content.partition(b"\n")
        problem = parsed_line(line, is_last=self._is_whole and not end)
        if isinstance(problem, UnreadableLine):
            reason = f"its first line {problem.message}"
        else:
            reason = (
                'its first line is no header, frame or close: it has no "url", "dir" or "close"'
            )
        if begins_like_a_line(line):
            if not rest:  # one broken line is a capture of one bad line
                return
            raise CaptureError(
                _sentence(f"this is no capture: no line has the format, and {reason}")
            )
        format_ = looks_like(beginning)
        looks = f"this is no capture: it looks like {format_.name}"
        if format_.is_vague:
            looks += f", and {reason}"
        raise _refused(format_, looks)


def _refused(format_: OtherFormat, what: str) -> CaptureError:
    kind = CaptureError if format_.may_hold_captures else NoCaptureError
    return kind(_sentence(what, format_.advice))


def _sentence(what: str, advice: str = "") -> str:
    return "; ".join(filter(None, (what, advice, EXPECTED)))
