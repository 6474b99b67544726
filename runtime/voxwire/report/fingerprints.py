"""Tells findings of one report apart, and knows them again in the next.

Who compares two reports wants to know what is new. The number of a frame says nothing of that: it
changes with each line that is added before. What stays is what the finding is about (file, rule,
direction, type and place in the frame) and, among findings that agree in all of these, which one it is.
Words may change from one version of voxwire to the next, so that they do not count.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from voxwire.checks import Finding

_SIZE = 8
"""Bytes of a digest. Among a million findings that differ, two share one with a probability of
one to 30 million."""


class Fingerprint(NamedTuple):
    """`digest` is that of all findings that agree; `number` counts them, from 1."""

    digest: str
    number: int

    def __str__(self) -> str:
        return f"{self.digest}:{self.number}"


class Fingerprints:
    """Those of one report. Memory grows with the findings that differ, by a hundred bytes each."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, finding: Finding, path: str) -> Fingerprint:
        """The fingerprint of the next finding; `path` is its file, as the report names it."""
        about = [path, finding.rule.id, finding.direction, finding.type, finding.pointer]
        text = json.dumps(about, separators=(",", ":"))
        digest = hashlib.blake2b(text.encode(), digest_size=_SIZE).hexdigest()
        self._seen[digest] += 1
        return Fingerprint(digest, self._seen[digest])
