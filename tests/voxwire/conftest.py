"""What several tests of the runtime need."""

import pytest

from voxwire.checks.quick import division


@pytest.fixture
def no_file_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compressed files are read where the findings are wanted, as long ones are."""
    monkeypatch.setattr(division, "MOST_WHOLE", 0)
