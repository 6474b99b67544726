"""A finding on its way out: what has to be known about it besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from voxwire.checks.findings import Finding


class Certain(NamedTuple):
    """A finding that is certain once the capture holds what its rule needs.

    It stands for as many as `times`. `continues` when it has the same cause as the one before it of
    its rule.
    """

    finding: Finding
    continues: bool = False
    times: int = 1
