"""Random edits of random schemas: nothing that is called compatible is refuted by a frame."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.breaking.judged import Judged, judge
from tests.breaking.random_schemas import Maker, load

_EDITS = 3
"""How often a schema is edited, each time compared with what it was before."""

_DRAWS = 10
"""Frames of a message that are held against each verdict."""

_MOST_UNKNOWN = 0.05

_FEW = settings.default is not None and settings.default.derandomize
"""Whether this is the run that is the same each time, and not the long one."""


@pytest.mark.hypothesis
@pytest.mark.parametrize("part", range(4))
def test_no_frame_refutes_a_verdict(part: int, tmp_path: Path) -> None:
    judged = Judged()
    made = iter(range(10**9))

    @settings(
        max_examples=25 if _FEW else 500,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.nested_given],
    )
    @given(seed=st.integers(0, 2**32 - 1))
    def each(seed: int) -> None:
        maker = Maker(Random(4 * seed + part))
        files = maker.schema()
        before = None
        for _ in range(1 + _EDITS):
            revision = load(files, tmp_path / str(next(made)), "revision")
            if revision is not None and before is not None:
                judge(before, revision, _DRAWS, judged)
            before = revision or before
            files = maker.edited(files)

    each()
    print(
        f"{judged.effects} effects, {judged.unknown} unknown, {judged.frames} frames: {judged.rules}"
    )
    assert judged.frames > 1000
    assert judged.unknown <= _MOST_UNKNOWN * judged.effects
