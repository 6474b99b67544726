"""Stands for the module that each protocol's schema makes: the keys around a payload."""

from __future__ import annotations

from voxspec.support.strategies._shapes import UINT64, Shape

TYPE = "type"
PAYLOAD = "payload"
SEQUENCE = "sequence"

PAYLOAD_ATTRIBUTE = "payload"
"""The attribute of typed frames."""

FIRST_SEQ = 1
SEQUENCE_NUMBERS: Shape = UINT64
