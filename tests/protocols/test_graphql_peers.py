"""The peers of graphql-transport-ws are recorded anew, and talk as they did: needs Node.js and npm packages.

Runs with ``VOX_NPM_PEERS=1`` after ``npm ci`` in ``examples/protocols/graphql-transport-ws/peers``.
"""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from tests.protocols.graphql_conversations import CONVERSATIONS, FOLDER, conversation

PATIENCE = 600
"""Seconds that are never reached."""


def _missing() -> str | None:
    """Why the peers cannot run here."""
    if os.environ.get("VOX_NPM_PEERS") != "1":
        return "the environment variable VOX_NPM_PEERS is not 1"
    if which("node") is None:
        return "node is not installed"
    if not (FOLDER / "peers" / "node_modules" / "graphql-ws").is_dir():
        return "the npm packages are not installed: run npm ci in the folder of the peers"
    return None


@pytest.mark.skipif(_missing() is not None, reason=f"no npm peers: {_missing()}")
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_they_talk_as_recorded(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, FOLDER / "record.py", "--output", tmp_path, name],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    capture = tmp_path / f"{name}.ndjson"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{capture}\n", "")
    found = conversation(capture)
    assert found.streams == CONVERSATIONS[name].streams
    assert found.closes == CONVERSATIONS[name].closes


def test_scenarios_are_those_of_the_captures() -> None:
    done = subprocess.run(
        [sys.executable, FOLDER / "record.py", "nothing"],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.endswith(
        f"no scenario is called nothing; there are {', '.join(CONVERSATIONS)}\n"
    )
