"""Commands with --protocol, and the list of what it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.protocols.test_captures import capture
from tests.voxwire_live.mocked import run as run_async
from tests.voxwire_live.test_mock_command import mock
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
    assert capsys.readouterr().err == (
        f"voxwire {command}: unknown protocol 'submarine' (known are: vox); it can also be the path of a package, such as package.v1 or "
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


def test_nothing_but_the_mistake_is_said_when_nothing_is_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["protocols", "json.decoder"]) == 2
    assert capsys.readouterr().out == ""


def test_a_login_that_breaks_its_rules_connects_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    package = "graphql_transport_ws.v1"
    assert main(["listen", "ws://127.0.0.1:1", "--protocol", package, "--login", "[1]"]) == 2
    assert capsys.readouterr().err == (
        'voxwire listen: the login is not valid: PAYLOAD_INVALID: /payload: "payload" must be an '
        "object or null; got an array of 1\n"
    )


def test_a_login_says_what_is_expected(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "vox_sess_abcdefgh")
    login = '{"capabilities": "s3cret", "version": {"a": 1}}'
    command = ["listen", "ws://127.0.0.1:1", "--token-env", "TOKEN", "--login", login]
    assert main(command) == 2
    assert capsys.readouterr().err == (
        'voxwire listen: the login is not valid: FIELD_TYPE: /d/capabilities: "capabilities" must be '
        "an array\n"
    )


@pytest.mark.parametrize("protocol", ["vox", "graphql_transport_ws.v1"])
def test_the_help_of_the_mock_is_of_any_protocol(
    capsys: pytest.CaptureFixture[str], protocol: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["mock", "--protocol", protocol, "--help"])
    assert ended.value.code == 0
    first = capsys.readouterr().out.partition("options:")[0]
    assert "Run a server of the protocol (Vox, or that of --protocol)" in first


def test_an_offer_that_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "buoys-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: buoys\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("[voxwire.protocols]\nsea = buoys.gone:PROTOCOL\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    status, out, errors = run("protocols", folder=tmp_path)
    assert (status, errors) == (
        1,
        "voxwire protocols: there is no module buoys, neither here nor in a folder of PYTHONPATH\n",
    )
    assert len(out.splitlines()) == 2


def test_a_mock_of_another_protocol(tide_folder: Path) -> None:
    async def test() -> None:
        arguments = ("--protocol", "tidemodels.v3", "--random", "--count", "20", "--rate", "max")
        fault = ("--fault", "close:code=adrift,after=2,times=1")
        async with mock(*arguments, *fault, folder=tide_folder) as process:
            async with connect(process.url) as socket:
                await socket.send(json.dumps(MOOR))
                with suppress(ConnectionClosed):
                    while True:
                        await socket.recv()
                assert (socket.close_code, socket.close_reason) == (4100, "ADRIFT")
            status, output, said = await process.stopped()
        assert (status, output) == (0, "")
        assert said[:3] == [
            "makes up 20 events with seed 0",
            "connection 1 opened",
            "connection 1: the session of user 1 began",
        ]
        assert "fault close:code=adrift,after=2,times=1 acted 1 time" in said

    run_async(test())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fault", "drop:on=resume"), "unknown value of on 'resume' (there are: moor)"),
        (("--deny", "video"), "invalid choice: 'video' (choose from nothing)"),
        (("--compress",), "Tide link protocol has no compression, which --compress asks for\n"),
    ],
)
def test_what_a_protocol_has_no_mock_can_do(
    arguments: tuple[str, ...], said: str, tide_folder: Path
) -> None:
    chosen = ("mock", "--protocol", "tidemodels.v3", *arguments)
    status, out, errors = run(*chosen, folder=tide_folder)
    assert (status, out) == (2, "")
    assert errors.endswith(said if said.endswith("\n") else f"{said}\n")


def test_the_faults_are_those_of_the_protocol(tide_folder: Path) -> None:
    chosen = ("mock", "--protocol", "tidemodels.v3", "--fault", "help")
    status, out, errors = run(*chosen, folder=tide_folder)
    assert (status, errors) == (0, "")
    assert "            code=CODE, every=N, after=N, on=moor, reason=TEXT, times=N\n" in out
