"""Tide's package, generated anew: the second protocol that the toolkit is tested with."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voxspec.tide import SCHEMA
from tests.voxwire_session.conftest import operations, talk
from voxspec.generate import plan
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol
from voxwire.protocol import AnyProtocol

__all__ = ["operations", "talk"]  # fixtures


@pytest.fixture(scope="session")
def tide_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package ``tidemodels`` is in; nobody has put it on the path."""
    folder = tmp_path_factory.mktemp("tide")
    apply(plan(load_protocol(SCHEMA)), folder)
    return folder


@pytest.fixture(scope="module")
def tide(tide_folder: Path) -> Iterator[AnyProtocol]:
    """Tide's protocol."""
    sys.path.insert(0, str(tide_folder))
    try:
        protocol: AnyProtocol = importlib.import_module("tidemodels.v3.protocol").PROTOCOL
        assert (
            protocol.session.tokens is None
        )  # looked at whenever something is masked, from now on
        yield protocol
    finally:
        sys.path.remove(str(tide_folder))
        for name in [name for name in sys.modules if name.split(".")[0] == "tidemodels"]:
            del sys.modules[name]
