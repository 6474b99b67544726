"""Patience: what a busy machine does late must not look like a connection that is dead."""

import pytest

from voxmodels.v1 import limits

PATIENCE = 120.0
"""Seconds that are never reached."""


@pytest.fixture(autouse=True)
def _closes_may_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("connection", "gateway"):
        monkeypatch.setattr(f"voxwire.live.mock.engine.{module}.CLOSE_TIMEOUT", PATIENCE)


@pytest.fixture
def _patient_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients give up no connection for answers that are late, however short the interval is."""
    monkeypatch.setattr(limits, "MISSED_ACKS", 1_000_000)


@pytest.fixture
def _patient_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers close no connection for heartbeats that are late, however short the interval is."""
    monkeypatch.setattr(limits, "HEARTBEAT_FACTOR", 1_000_000.0)
