"""Commands with --protocol, and the list of what it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.protocols.test_captures import capture
from voxwire.cli import main

MOOR = {"op": "moor", "data": {"call_sign": "ABBA", "phrase": "open", "by": "red", "berth": 1}}


def run(*arguments: str, folder: Path, input_: str | None = None) -> tuple[int, str, str]:
    """The command in a process of its own, in a folder: exit status, output, errors."""
    done = subprocess.run(
        [sys.executable, "-m", "voxwire", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        input=input_,
    )
    return done.returncode, done.stdout, done.stderr


def test_validate_takes_a_protocol(tide_folder: Path, tmp_path: Path) -> None:
    path = capture(tmp_path, ("c2s", MOOR), ("c2s", {"op": "storm"}), ("c2s", {"op": "moor"}))
    chosen = ("validate", "--protocol", "tidemodels.v3", "--format", "json", path)
    status, out, _ = run(*chosen, folder=tide_folder)
    assert status == 1
    report = json.loads(out)
    assert [(f["rule"], f["type"], f["pointer"]) for f in report["findings"]] == [
        ("UNKNOWN_TYPE", "storm", "/op"),
        ("PAYLOAD_MISSING", "moor", ""),
        ("IDENTIFY_REPEATED", "moor", None),
    ]
    assert run(*chosen, "--only", "moored", folder=tide_folder)[0] == 0


def test_types_are_those_of_the_protocol(tide_folder: Path) -> None:
    for before, after in (("--only", "--protocol"), ("--protocol", "--only")):
        values = {"--only": "moored,mor", "--protocol": "tidemodels.v3"}
        options = [before, values[before], after, values[after]]
        status, out, errors = run("validate", *options, "x.ndjson", folder=tide_folder)
        assert (status, out) == (2, "")
        assert errors.endswith(
            "voxwire validate: error: argument --only: unknown message type 'mor' "
            "(did you mean 'moor'?)\n"
        )


@pytest.mark.parametrize("command", ["validate", "record", "listen", "mock"])
def test_a_protocol_that_does_not_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--protocol", "submarine"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(
        f"voxwire {command}: error: argument --protocol: unknown protocol 'submarine' "
        "(known are: vox); it can also be the path of a package, such as package.v1 or "
        "package.v1.protocol:PROTOCOL\n"
    )


def test_the_list_of_protocols(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["protocols"]) == 0
    assert capsys.readouterr().out == (
        "name  title                 version  package       from\n"
        "vox   Vox gateway protocol  1        voxmodels.v1  vox-protocol 0.1.0\n"
    )


def test_a_path_in_the_list(tide_folder: Path) -> None:
    status, out, errors = run("protocols", "tidemodels.v3", "vox", folder=tide_folder)
    assert (status, errors) == (0, "")
    assert out.splitlines()[1:] == [
        "tidemodels.v3  Tide link protocol    3        tidemodels.v3  no installed package",
        "vox            Vox gateway protocol  1        voxmodels.v1   vox-protocol 0.1.0",
    ]


def test_what_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["protocols", "vox", "json.decoder"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "voxwire protocols: the module json.decoder has no PROTOCOL\n"
    assert len(shown.out.splitlines()) == 2


def test_an_offer_that_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "buoys-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: buoys\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("[voxwire.protocols]\nsea = buoys.gone:PROTOCOL\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    status, out, errors = run("protocols", folder=tmp_path)
    assert (status, errors) == (1, "voxwire protocols: there is no module buoys\n")
    assert len(out.splitlines()) == 2
