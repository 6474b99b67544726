"""What proves changes, as a capture: whoever doubts a proof can replay it.

The frames of each proof are a connection. Its header has, besides what captures have, what is proven;
readers of captures pass over that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from voxspec.breaking.verdict import Change, FrameProof, Proof
from voxspec.breaking.words import json_text
from voxspec.model import Direction, JsonValue

_START: Final = 1_700_000_000.0
"""When each begins, as Unix time: captures have no other."""

_WAYS: Final[dict[Direction, str]] = {"client": "c2s", "server": "s2c"}


def proof_lines(changes: Iterable[Change], url: str) -> Iterator[str]:
    """The lines of the capture; ``url`` is the address that connections go to."""
    for change in changes:
        for effect in change.effects:
            if effect.proof is None:
                continue
            told = {
                "fingerprint": change.fingerprint,
                "rule": change.rule,
                "subject": change.subject,
                "who": str(effect.who),
                "writer": effect.proof.writer,
                "refusal": effect.proof.refusal,
            }
            yield json.dumps({"url": url, "ts": _START, "proves": told}, ensure_ascii=False)
            for at, side, frame in _frames(effect.proof):
                way, text = _WAYS[side], json_text(frame)
                yield json.dumps({"ts": _START + at, "dir": way, "opcode": "text", "text": text})


def _frames(proof: Proof) -> Iterator[tuple[float, Direction, JsonValue]]:
    """The frames with the seconds after which each is sent."""
    if isinstance(proof, FrameProof):
        yield 0.0, proof.direction, proof.frame
        return
    now = 0.0
    for step in proof.steps[: proof.breaks_at + 1]:
        now += step.seconds
        if step.side is not None and step.frame is not None:
            for _ in range(step.times):
                yield now, step.side, step.frame
