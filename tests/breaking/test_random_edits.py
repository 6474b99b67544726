"""Random edits of random schemas: nothing that is called compatible is refuted by a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings

from tests.breaking.judged import Judged, judge
from tests.breaking.random_schemas import Maker, load

_EDITS = 3
"""How often a schema is edited, each time compared with what it was before."""

_DRAWS = 10
"""Frames of a message that are held against each verdict."""

_MOST_UNKNOWN = 0.05

_FEW = settings.default is not None and settings.default.derandomize
"""Whether this is the run that is the same each time, and not the long one."""


def _seeds() -> Iterable[int]:
    """The same ones each time, or for `make fuzz` many that are not known before.

    They are not Hypothesis's to choose: it would choose others where other modules are loaded.
    """
    return range(25) if _FEW else Random().sample(range(2**30), 500)


@contextmanager
def _named(seed: int) -> Iterator[None]:
    """What goes wrong says with which seed."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"seed {seed}")
        raise


@pytest.mark.hypothesis
@pytest.mark.parametrize("part", range(4))
def test_no_frame_refutes_a_verdict(part: int, tmp_path: Path) -> None:
    judged = Judged()
    made = iter(range(10**9))

    for seed in _seeds():
        maker = Maker(Random(4 * seed + part))
        files = maker.schema()
        before = None
        for _ in range(1 + _EDITS):
            revision = load(files, tmp_path / str(next(made)), "revision")
            if revision is not None and before is not None:
                with _named(seed):
                    judge(before, revision, _DRAWS, judged)
            before = revision or before
            files = maker.edited(files)
    print(
        f"{judged.effects} effects, {judged.unknown} unknown, {judged.frames} frames: {judged.rules}"
    )
    assert judged.frames > 1000
    assert judged.unknown <= 2 + _MOST_UNKNOWN * judged.effects  # 2: parts are small
