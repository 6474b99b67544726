"""docs/protocols.md does what it shows, with Tide's schema in place of somebody's own."""

from __future__ import annotations

import doctest
import importlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.docs.blocks import Key, all_blocks, blocks, commands, the_block
from tests.protocols.test_captures import capture
from tests.voxspec.tide import SCHEMA
from voxwire.testing import running_gateway

PAGE = "docs/protocols.md"
COMMANDS = Key("Your own protocol", "sh")
OFFER = Key("What --protocol takes", "toml")
SESSION = Key("In Python", "pycon")
TYPES = Key("In Python", "python")
APPLICATION = Key("A mock", "python")
OFFERED_APPLICATION = Key("A mock", "toml")
SETTINGS = Key("In tests", "toml")
PING = {"op": "ping", "data": {"nonce": 7}}
BIN = Path(sys.executable).parent


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """Somebody's folder, with a schema and a capture."""
    shutil.copytree(SCHEMA, tmp_path / "schema")
    capture(tmp_path, ("c2s", PING), ("s2c", PING))
    for words in commands(the_block(COMMANDS, PAGE)):
        done = subprocess.run(
            [BIN / words[0], *words[1:]],
            cwd=tmp_path,
            env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), words
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] == "tidemodels"]:
        del sys.modules[name]


def test_every_block_is_claimed() -> None:
    claimed = {COMMANDS, OFFER, SESSION, TYPES, APPLICATION, OFFERED_APPLICATION, SETTINGS}
    assert {Key(key.heading.replace("`", ""), key.language) for key, _ in blocks(PAGE)} == claimed


def test_the_python_lines_do_what_is_shown(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    monkeypatch.syspath_prepend(str(project))
    test = doctest.DocTestParser().get_doctest(the_block(SESSION, PAGE), {}, "page", PAGE, 0)
    report: list[str] = []
    results = doctest.DocTestRunner().run(test, out=report.append)
    assert (results.failed, results.attempted) == (0, 8), "".join(report)
    names: dict[str, object] = {}
    exec(the_block(TYPES, PAGE), names)
    assert type(names["CODEC"]).__name__ == "Codec"


def test_the_settings_are_those_of_the_runtime() -> None:
    from voxwire.installed import GROUP
    from voxwire.live.mock.engine.applications import GROUP as APPLICATIONS

    tables = [key for key, _ in blocks(PAGE) if key.language == "toml" and key != SETTINGS]
    offers = [tomllib.loads(the_block(key, PAGE))["project"]["entry-points"] for key in tables]
    assert offers == [
        {GROUP: {"tide": "tidemodels.v3.protocol:PROTOCOL"}},
        {APPLICATIONS: {"tide-link": "tidemock:TideApplication"}},
    ]
    [settings] = all_blocks(SETTINGS, PAGE)
    assert tomllib.loads(settings)["tool"]["pytest"]["ini_options"] == {
        "voxwire_protocol": "tidemodels.v3"
    }


def test_the_application_is_one(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(project))
    names: dict[str, Any] = {}
    exec(the_block(APPLICATION, PAGE), names)
    protocol = importlib.import_module("tidemodels.v3.protocol").PROTOCOL
    login = {"call_sign": "ABBA", "phrase": "open", "by": "red", "berth": 1}
    with (
        running_gateway(protocol=protocol, application=names["TideApplication"]) as gateway,
        connect(gateway.url) as first,
        connect(gateway.url) as second,
    ):
        for socket, phrase in ((first, "one"), (second, "two")):
            socket.send(json.dumps({"op": "moor", "data": login | {"phrase": phrase}}))
            assert json.loads(socket.recv(60))["op"] == "moored"
        told = json.loads(first.recv(60))
        assert (told["op"], told["data"]) == ("tide", {"high": True})


def test_the_page_says_what_iterating_leaves_out_and_which_token_counts() -> None:
    page = (Path(__file__).parents[2] / PAGE).read_text("utf-8")
    assert "neither the greeting nor the message that establishes or resumes the session" in page
    assert "That one counts: where the payload of `--login` has a token as well" in page
