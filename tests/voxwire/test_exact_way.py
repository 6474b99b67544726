"""The decoders against the exact way, on frames with one thing changed; `make fuzz` compares more."""

from __future__ import annotations

import pytest

from tests.voxwire.mutated_frames import compare, difference, recorded


@pytest.mark.parametrize("side", ["server", "client"])
def test_recorded_frames(side: str) -> None:
    frames = recorded()[side]
    assert frames != []
    assert [text for text in frames[::5] if difference(side, text) is not None] == []


@pytest.mark.parametrize("seed", range(4))
def test_changed_frames(seed: int) -> None:
    assert compare(500, seed) == []
