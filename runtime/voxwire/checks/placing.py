"""Gives a finding its place in the capture, and says who is to blame there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxwire.checks.findings import shown_name
from voxwire.rules.blame import blamed

if TYPE_CHECKING:
    from voxwire.capture import Connection, Frame
    from voxwire.checks.findings import Finding
    from voxwire.protocol import MessageType


class Placing:
    """Places findings in one file, whose name is `file` as findings show it."""

    def __init__(self, file: str) -> None:
        self._file: Final = file

    def about_frame(self, finding: Finding, frame: Frame, type_: MessageType | None) -> Finding:
        """About a frame, or about the earlier one of the same type that the finding names."""
        place = None if finding.place is not None else frame.place
        number, ts = finding.place or (frame.number, frame.ts)
        time, elapsed = _times(frame.connection, ts)
        return replace(
            finding,
            file=self._of(frame.connection),
            connection=frame.connection.number,
            frame=number,
            location=None if place is None else str(place),
            time=time,
            direction=frame.direction,
            type=None if type_ is None else shown_name(str(type_)),
            blame=blamed(finding.culprit, frame.direction),
            elapsed=elapsed,
        )

    def about_connection(self, finding: Finding, connection: Connection, ts: float) -> Finding:
        """About a connection at the time `ts`, but about no frame of it."""
        time, elapsed = _times(connection, ts)
        return replace(
            finding,
            file=self._of(connection),
            connection=connection.number,
            time=time,
            blame=blamed(finding.culprit, None),
            elapsed=elapsed,
        )

    def about_file(self, finding: Finding, connection: Connection | None = None) -> Finding:
        """About a line, the start of a connection, or the whole file."""
        return replace(
            finding,
            file=self._of(connection),
            connection=None if connection is None else connection.number,
            blame=blamed(finding.culprit, None),
        )

    def _of(self, connection: Connection | None) -> str:
        """The name of the file that a connection is in, also in an archive."""
        if connection is None or connection.member is None:
            return self._file
        return f"{self._file}/{shown_name(connection.member)}"


def _times(connection: Connection, ts: float) -> tuple[float | None, float | None]:
    """When something was, as Unix time and since the connection began."""
    if connection.times == "missing":
        return None, None
    return ts, ts - connection.started
