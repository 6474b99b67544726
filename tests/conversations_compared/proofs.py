"""Proofs as captures, judged by the packages of both revisions as ``voxwire validate`` judges them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.conversations_compared.made import Made, made
from voxspec.breaking.conversation.story import OPENS
from voxspec.breaking.proofs import addresses, proof_lines
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, ConversationProof, Effect, Proof, Who
from voxspec.model import Direction
from voxwire.capture import read_capture
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics

Shown = Literal["finding", "close", "nothing"]
"""What tells of the break: a finding at the step that is refused, the close that follows or is that step
alone, or nothing that is in a capture."""

OF_CLOSES = {
    "CLOSE_MEANING",
    "CLOSE_CODE_UNEXPECTED",
    "CLOSE_CODE_UNKNOWN",
    "CLOSE_REASON_MISMATCH",
}
"""What is said of closes, which are the reader's."""


@dataclass(frozen=True)
class Judged:
    """What proves an effect, and what both packages find in it."""

    change: Change
    effect: Effect
    proof: Proof
    by_writer: list[Finding]
    by_reader: list[Finding]

    @property
    def side(self) -> Direction:
        """The writer's."""
        of_client = "old" if self.effect.who is Who.OLD_CLIENTS else "new"
        return "client" if self.proof.writer == of_client else "server"

    @property
    def against_the_writer(self) -> list[Finding]:
        """What the writer's own package has to say that is about the writer, or the capture: all but
        notes, closes of the reader, and what is the reader's."""
        return [
            finding
            for finding in self.by_writer
            if str(finding.rule) not in OF_CLOSES
            and finding.severity != "note"
            and finding.blame in (None, self.side, "capture")
        ]

    @property
    def shown(self) -> Shown:
        """How the reader's package names the break, of which the writer's knows nothing."""
        known = {_told(finding) for finding in self.by_writer}
        if any(self._names_it(found) for found in self.by_reader if _told(found) not in known):
            return "finding"
        closes = isinstance(self.proof, ConversationProof) and self.proof.course[-1].close
        return "close" if closes else "nothing"

    def _names_it(self, finding: Finding) -> bool:
        at = self._at()
        if finding.connection != at[0] or str(finding.rule) == "CLOSE_MEANING":
            return False
        is_own = finding.blame in (None, self.side)
        return is_own and (finding.frame or None) == at[1]

    def _at(self) -> tuple[int, int | None]:
        """The connection and the frame that is refused; None for what is no frame."""
        if not isinstance(self.proof, ConversationProof):
            return 1, 1
        connection, frame = 0, 0
        steps = self.proof.steps[: self.proof.breaks_at + 1]
        for step in steps:
            if step.said == OPENS:
                connection, frame = connection + 1, 0
            frame += len([*step.frames()])
        return max(1, connection), None if steps[-1].side is None else frame


def judged(before: Revision, after: Revision, changes: Iterable[Change]) -> Iterator[Judged]:
    """All that proves these changes, as their captures are judged."""
    with made(before, "old") as old, made(after, "new") as new:
        for change in changes:
            for effect in change.effects:
                if effect.proof is None:
                    continue
                alone = replace(change, effects=(effect,))
                capture = "\n".join(proof_lines([alone], addresses(before, after))).encode()
                writer, reader = (old, new) if effect.proof.writer == "old" else (new, old)
                yield Judged(
                    change,
                    effect,
                    effect.proof,
                    *(_found(capture, end) for end in (writer, reader)),
                )


def _told(finding: Finding) -> tuple[object, ...]:
    return str(finding.rule), finding.severity, finding.connection, finding.frame


def _found(capture: bytes, made: Made) -> list[Finding]:
    check: Any = CaptureCheck(
        "proof.ndjson", Selection(), Statistics(), Sessions(), protocol=made.known
    )
    return [*check.findings_in(read_capture(io.BytesIO(capture)))]
