"""Stands for the module that each protocol's schema makes: the keys that are no payload's own."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from voxspec.support.strategies._shapes import UINT64, Shape

TYPE = "type"
PAYLOAD: str | None = "payload"
SEQUENCE: str | None = "sequence"

PAYLOAD_ATTRIBUTE = "payload"
"""The attribute of typed frames."""

FIRST_SEQ = 1
SEQUENCE_NUMBERS: Shape = UINT64

FURTHER: Mapping[str, Shape] = {}
"""The other keys."""

CLOSED = False
"""Whether frames have no further ones."""

WIDE: Mapping[type[msgspec.Struct], type[msgspec.Struct]] = {}
"""By the usual classes, those that take what they do not."""
