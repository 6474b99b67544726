"""All ways to check a capture find the same: the exact one is the judge.

The exact one asks the validator about each frame. The others pass over runs of frames, in one go or in
parts of any size.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from benchmarks.make_capture import write_capture
from tests.properties.mutated_captures import mutated
from tests.voxwire.mapped import PACKED, Here, found_in
from tests.voxwire.native import EXAMPLES
from voxwire.checks.checked_protocol import CheckedProtocol
from voxwire.checks.quick import summary
from voxwire.checks.quick.certify import Certifier
from voxwire.vox import VOX

pytestmark = pytest.mark.hypothesis  # `make fuzz` runs these with more captures


@pytest.fixture(scope="module")
def more_lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    path = tmp_path_factory.mktemp("long") / "long.ndjson"
    write_capture(path, 3000)
    return path.read_bytes().splitlines()


@pytest.fixture
def exactly(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Any]:
    """The exact way."""

    def found(path: Path) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(CheckedProtocol.of(VOX).frames, "sound_frame", lambda *_: None)
            patch.setattr(Certifier, "runs", lambda *_, **__: [])
            return found_in([str(path)])

    return found


def quick_ways(path: Path, chance: random.Random) -> Iterator[tuple[str, Any]]:
    yield "one go", found_in([str(path)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary, "DIGEST_SIZE", chance.choice([1, 200, 1000, 65_536]))
        size = chance.choice([97, 500, 3000, 20_000])
        yield f"parts of {size} bytes", found_in([str(path)], Here(), part_size=size)


def seeds() -> range:
    """2,500 captures for `make fuzz`, else 60."""
    return range(2500 if settings().max_examples >= 1000 else 60)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ndjson")), ids=lambda path: path.stem)
@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED.keys())
def test_example_captures(
    path: Path,
    pack: Callable[[bytes], bytes],
    exactly: Callable[[Path], Any],
    tmp_path: Path,
) -> None:
    packed = tmp_path / "capture"
    packed.write_bytes(pack(path.read_bytes()))
    judged = exactly(packed)
    for way, found in quick_ways(packed, random.Random(0)):
        assert found == judged, way


def test_mutated_captures(
    exactly: Callable[[Path], Any], more_lines: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "capture.ndjson"
    for seed in seeds():
        path.write_bytes(mutated(seed, more_lines))
        judged = exactly(path)
        for way, found in quick_ways(path, random.Random(seed)):
            assert found == judged, f"seed {seed}, {way}"
