"""Validating every example of the schema files, with the file and line of each that is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from voxspec.findings import Findings
from voxspec.model import Protocol
from voxspec.source import Source


def check_examples(
    protocol: Protocol, sources: Mapping[tuple[str, str], Source], findings: Findings
) -> None:
    """Check each message's examples against its payload; ``sources`` by (area, direction)."""
