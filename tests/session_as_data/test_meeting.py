"""Recorded traffic of Vox that meets another revision: what is refused is counted, compressed or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from tests.session_as_data.edited import edited
from tests.voxwire.native import EXAMPLES, binary, capture, header, leave
from voxmodels.v1 import server
from voxwire.analysis.meeting import Hit, Refusal, _hit
from voxwire.capture import read_frames
from voxwire.checks import Finding
from voxwire.cli.observer import CaptureObserver
from voxwire.rules.sequence import SEQ_GAP
from voxwire.vox import VOX

if TYPE_CHECKING:
    from voxwire.protocol import Side

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


@pytest.mark.parametrize(
    ("blame", "way", "side"),
    [
        ("client", "s2c", "client"),
        ("other client", "s2c", "client"),
        ("server", "c2s", "server"),
        ("capture", "c2s", "server"),
        (None, "c2s", "client"),
        (None, "s2c", "server"),
        (None, None, "server"),
    ],
)
def test_whose_traffic_is_hit(blame: Any, way: Any, side: str) -> None:
    finding = msgspec.structs.replace(Finding.of(SEQ_GAP, "m"), blame=blame, direction=way)
    assert _hit(finding, "a") == Hit(
        "a", 0, None, cast("Side", side), None, (Refusal("SEQ_GAP", "", "m"),), True
    )


def test_frames_without_a_text_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(capture(header(), binary(b"no zstd"), binary(b"{}", "c2s"), leave(2)))
    with CaptureObserver([str(path)], quiet=True) as observer:
        (looked_at,) = observer.meetings(VOX, VOX)
    assert (looked_at["frames"], looked_at["connections"], looked_at["failures"]) == (3, 1, {})


def test_traffic_meets_its_own_revision() -> None:
    paths = [str(path) for path in sorted(EXAMPLES.glob("*.ndjson"))]
    with CaptureObserver(paths, quiet=True) as observer:
        (looked_at,) = observer.meetings(VOX, VOX)
    assert looked_at["connections"] == 14
