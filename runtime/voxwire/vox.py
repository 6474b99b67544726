"""Vox's own protocol: what is meant where no other is given."""

from __future__ import annotations

from typing import Final

from voxmodels.v1.protocol import PROTOCOL

VOX: Final = PROTOCOL
"""The protocol of the Vox gateway."""
