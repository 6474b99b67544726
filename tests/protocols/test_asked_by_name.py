"""What people ask for by name: rules with a protocol, a protocol by its package, names of a module."""

from __future__ import annotations

import pytest

import voxwire.testing
from voxwire import installed
from voxwire.cli.main import main


def test_rules_take_a_protocol(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--protocol", "graphql_transport_ws.v1", "SEQ_GAP"]) == 0
    assert "SEQ_GAP" in capsys.readouterr().out


def test_a_protocol_that_is_installed_is_known_by_its_package(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["protocols", "voxmodels.v1"]) == 0
    found = capsys.readouterr().out
    assert "no installed package" not in found
    assert "vox-protocol" in found


def test_an_offer_that_is_broken_hides_no_other(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = installed.Offer("broken", "nowhere_at_all:PROTOCOL", "buoys 1.2")
    offers = [broken, *installed.offered()]
    monkeypatch.setattr(installed, "offered", lambda: offers)
    assert main(["protocols", "voxmodels.v1"]) == 0
    assert "vox-protocol" in capsys.readouterr().out


def test_the_module_lists_what_it_has() -> None:
    assert {"VoxGateway", "capture_of", "running_gateway"} <= set(dir(voxwire.testing))
