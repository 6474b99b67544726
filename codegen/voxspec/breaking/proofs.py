"""What proves changes, as a capture: whoever doubts a proof can replay it.

The frames of each proof are a connection. Its header has, besides what captures have, what is proven;
readers of captures pass over that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from voxspec.breaking.verdict import Change, FrameProof, Proof
from voxspec.model import Direction, JsonValue

_WAYS: dict[Direction, str] = {"client": "c2s", "server": "s2c"}


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
            yield json.dumps({"url": url, "ts": 0.0, "proves": told}, ensure_ascii=False)
            for side, frame in _frames(effect.proof):
                text = json.dumps(frame)
                yield json.dumps({"ts": 0.0, "dir": _WAYS[side], "opcode": "text", "text": text})


def _frames(proof: Proof) -> Iterator[tuple[Direction, JsonValue]]:
    if isinstance(proof, FrameProof):
        yield proof.direction, proof.frame
        return
    for step in proof.steps[: proof.breaks_at + 1]:
        if step.side is not None and step.frame is not None:
            yield step.side, step.frame
