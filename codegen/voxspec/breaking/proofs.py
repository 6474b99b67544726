"""What proves changes, as a capture: whoever doubts a proof can replay it.

Each proof is a connection, or several where the conversation goes on on another one. The header of the
first has, besides what captures have, what is proven; readers of captures pass over that. A frame that
is wrong by itself has a connection of which nothing else is recorded.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from voxspec.breaking.connection.address import address
from voxspec.breaking.connection.effects import client
from voxspec.breaking.conversation.machine import other
from voxspec.breaking.conversation.story import OPENS
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Age, Change, Effect, FrameProof, Step
from voxspec.breaking.words import json_text
from voxspec.model import Direction, JsonValue

_START: Final = 1_700_000_000.0
"""When the first one begins, as Unix time: captures have no other."""

_APART: Final = 60.0
"""Seconds between the end of one proof and the beginning of the next."""

_ON_THE_WAY: Final = 0.001
"""Seconds from one message to the next where nobody waits."""

_WAYS: Final[dict[Direction, str]] = {"client": "c2s", "server": "s2c"}

Line = dict[str, Any]


def addresses(old: Revision, new: Revision) -> dict[Age, str]:
    """Where clients of each revision connect."""
    return {"old": _address(old), "new": _address(new)}


def _address(revision: Revision) -> str:
    endpoint = revision.protocol.endpoint
    return "wss://host/" if endpoint is None else address(endpoint)


def proof_lines(changes: Iterable[Change], urls: Mapping[Age, str]) -> Iterator[str]:
    """The lines of the capture; ``urls`` are the addresses that clients of each revision go to."""
    writer = _Writer()
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
            for line in writer.proof(effect, told, urls[client(effect.who)]):
                yield json.dumps(line, ensure_ascii=False)


class _Writer:
    """Writes one proof after the other, each later than the one before."""

    def __init__(self) -> None:
        self._now = _START

    def proof(self, effect: Effect, told: Line, url: str) -> Iterator[Line]:
        """The lines of what proves an effect; ``told`` is what is proven."""
        proof = effect.proof
        if isinstance(proof, FrameProof):
            lacks = ["start", other(proof.direction)]
            yield {**self._header(url), "lacks": lacks, "proves": told}
            self._passes(_ON_THE_WAY)
            yield self._frame(proof.direction, proof.frame)
        elif proof is not None:
            lines = self._course(proof.course, url)
            yield {**next(lines), "proves": told}
            yield from lines
        self._now = float(int(self._now + _APART))

    def _course(self, course: Sequence[Step], url: str) -> Iterator[Line]:
        if not any(map(_opens, course)):
            yield self._header(next((step.url for step in course if step.url), url))
        for step in course:
            yield from self._step(step, url)

    def _step(self, step: Step, url: str) -> Iterator[Line]:
        self._passes(step.seconds)
        if _opens(step):
            yield self._header(url)
        elif step.close is not None:
            self._passes(_ON_THE_WAY)
            closing = step.close
            said = {"code": closing.code, "reason": closing.reason, "by": closing.by}
            yield {"close": said, "ts": self._now}
        elif step.side is not None and step.frame is not None:
            self._passes(_ON_THE_WAY)
            for frame in step.frames():
                yield self._frame(step.side, frame, is_binary=step.is_binary)

    def _header(self, url: str) -> Line:
        return {"url": url, "ts": self._now}

    def _frame(self, side: Direction, frame: JsonValue, *, is_binary: bool = False) -> Line:
        text, way = json_text(frame), _WAYS[side]
        if is_binary:
            data = b64encode(text.encode()).decode()
            return {"ts": self._now, "dir": way, "opcode": "binary", "b64": data}
        return {"ts": self._now, "dir": way, "opcode": "text", "text": text}

    def _passes(self, seconds: float) -> None:
        self._now = round(self._now + seconds, 6)


def _opens(step: Step) -> bool:
    return step.side is None and step.said == OPENS
