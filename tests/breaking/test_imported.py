"""Packages of revisions that are imported from memory."""

from __future__ import annotations

import sys
from pathlib import Path

from voxspec.breaking.imported import Generated
from voxspec.pipeline import load_protocol

SCHEMA = Path(__file__).parents[2] / "examples" / "protocols" / "graphql-transport-ws" / "schema"


def made_up() -> set[str]:
    prefixes = ("voxspec_judge_", "voxspec_revision_")
    return {name for name in sys.modules if name.startswith(prefixes)}


def test_a_package_is_there_as_long_as_its_revision() -> None:
    before, finders = made_up(), len(sys.meta_path)
    generated = Generated(load_protocol(SCHEMA))
    assert generated.errors("client", {"type": "ping"}) == []
    assert generated.protocol.version == 1
    packages = {name.split(".")[0] for name in made_up() - before}
    assert len(packages) == 2
    assert len(sys.meta_path) == finders + 2
    del generated
    assert not {name for name in made_up() if name.split(".")[0] in packages}
    assert len(sys.meta_path) == finders
