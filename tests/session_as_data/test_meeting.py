"""Recorded traffic of Vox that meets another revision: what is refused is counted, compressed or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.session_as_data.edited import edited
from tests.voxwire.native import EXAMPLES
from voxmodels.v1 import server
from voxwire.capture import read_frames
from voxwire.cli.observer import CaptureObserver
from voxwire.vox import VOX

NO_NULL = {
    "server/roles.yaml": (
        (
            "          oneOf: [{$ref: rgb_color}, {type: 'null'}]\n"
            "          description: Its colour. Null when it has none.",
            "          $ref: rgb_color\n          description: Its colour.",
        ),
        ("color: null, permissions: 0", "color: 5, permissions: 0"),
    )
}
"""The colour of a new role may not be null."""


@pytest.mark.parametrize("name", ["main-alice-desktop-zstd", "main-alice-phone-plain"])
def test_frames_that_the_other_revision_refuses(name: str, tmp_path: Path) -> None:
    path = str(EXAMPLES / f"{name}.ndjson")
    expected = [
        f"{path}#c{read.connection.number}:{read.number}"
        for read in read_frames(path)
        if isinstance(read.frame, server.RoleCreateFrame) and read.frame.d.color is None
    ]
    with (
        edited(tmp_path, "meeting", NO_NULL) as made,
        CaptureObserver([path], quiet=True) as observer,
    ):
        *hits, looked_at = observer.meetings(VOX, made.protocol)
    assert [hit["where"] for hit in hits] == expected != []
    assert {(hit["side"], hit["type"], hit["is_of_conversation"]) for hit in hits} == {
        ("server", "role_create", False)
    }
    assert hits[0]["refusals"] == [
        ("FIELD_TYPE", "/d/color", '"color" must be an integer; got null')
    ]
    assert looked_at["frames"] == sum(1 for _ in read_frames(path))
    assert (looked_at["connections"], looked_at["failures"]) == (1, {})


def test_traffic_meets_its_own_revision() -> None:
    paths = [str(path) for path in sorted(EXAMPLES.glob("*.ndjson"))]
    with CaptureObserver(paths, quiet=True) as observer:
        (looked_at,) = observer.meetings(VOX, VOX)
    assert looked_at["connections"] == 14
