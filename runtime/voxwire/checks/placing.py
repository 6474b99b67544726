"""Gives a problem its place in the capture, its severity and whoever is to blame: a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.checks.certain import Certain
from voxwire.checks.findings import about_connection, about_file, about_frame
from voxwire.rules.blame import blamed

if TYPE_CHECKING:
    from voxwire.capture import Connection, Direction, Frame
    from voxwire.checks.problems import Problem
    from voxwire.protocol import MessageType
    from voxwire.rules.blame import Blame


class Placing:
    """Makes findings about one file, whose name is `file` as findings show it."""

    def __init__(self, file: str) -> None:
        self._file: Final = file

    def about_frame(self, problem: Problem, frame: Frame, type_: MessageType | None) -> Certain:
        """About a frame, or about the earlier one of the same type that the problem names."""
        if problem.place is not None:
            number, ts = problem.place
            frame = msgspec.structs.replace(frame, number=number, ts=ts)
        finding = about_frame(
            self._file,
            frame,
            None if type_ is None else str(type_),
            problem.rule,
            problem.severity or problem.rule.severity,
            problem.pointer,
            problem.message,
            problem.hint,
            _blame(problem, frame.direction),
        )
        return Certain(finding, problem.continues)

    def about_connection(self, problem: Problem, connection: Connection, ts: float) -> Certain:
        """About a connection at the time `ts`, but about no frame of it."""
        return Certain(
            about_connection(
                self._file,
                connection,
                ts,
                problem.rule,
                problem.severity or problem.rule.severity,
                problem.message,
                problem.hint,
                _blame(problem, None),
            )
        )

    def about_file(self, problem: Problem, connection: Connection | None = None) -> Certain:
        """About a line, the start of a connection, or the whole file."""
        return Certain(
            about_file(
                self._file,
                connection,
                problem.rule,
                problem.rule.severity,
                problem.message,
                problem.hint,
                _blame(problem, None),
            )
        )


def _blame(problem: Problem, direction: Direction | None) -> Blame | None:
    if problem.blame == "by rule":
        return blamed(problem.rule.culprit, direction)
    return problem.blame
