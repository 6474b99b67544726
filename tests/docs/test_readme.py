"""What the README shows is what happens: each of its blocks is run, as it stands there."""

from __future__ import annotations

import asyncio
import doctest
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Key, blocks, commands, the_block
from tests.voxwire.native import capture, header, s2c
from voxmodels.v1 import client, server
from voxwire.cli.main import _COMMANDS as COMMANDS
from voxwire.testing import running_gateway

BIN = Path(sys.executable).parent
README = (ROOT / "README.md").read_text("utf-8")
TIMEOUT = 300.0
"""Seconds after which a test has failed. None takes more than three, unless the machine is busy."""

FIRST_COMMANDS = Key("vox-protocol", "sh")
FIRST_FINDINGS = Key("vox-protocol", "console")
INSTALL = Key("Install", "sh")
VALIDATE = Key("Validate your traffic", "sh")
LOOK = Key("Look into captures", "sh")
RECORD = Key("Record your traffic", "sh")
CONNECT = Key("Connect, and test what connects", "python")
TERMINALS = Key("Connect, and test what connects", "sh")

ELSEWHERE = {INSTALL: "tests/packaging/test_readme_install.py"}
"""What is checked where the wheel is."""


def test_every_block_is_claimed_by_a_check() -> None:
    here = {FIRST_COMMANDS, FIRST_FINDINGS, VALIDATE, LOOK, RECORD, CONNECT, TERMINALS}
    claimed = here | ELSEWHERE.keys()
    found = {key for key, _ in blocks("README.md")}
    assert {key for key in found if key.language != "pycon"} == claimed
    for file in ELSEWHERE.values():
        assert (ROOT / file).is_file()


# --- The first commands -----------------------------------------------------------------------


def test_the_readme_starts_with_two_commands() -> None:
    assert commands(the_block(FIRST_COMMANDS)) == [["make", "validate"], ["make", "test"]]


def test_make_validate_generates_and_checks_captures_without_mistakes() -> None:
    generate, validate = recipe("validate")
    assert generate == [".venv/bin/voxspec", "generate"]
    done = run(validate)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^s2c +message_create +\d+ ", done.stdout, re.MULTILINE)
    assert " error[" not in done.stdout


def test_make_test_runs_all_tests() -> None:
    assert [".venv/bin/pytest", "--numprocesses=auto"] in recipe("test")


def recipe(target: str) -> list[list[str]]:
    """The commands of a make target, when the tools are installed."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", "--assume-old=.venv/.installed", target],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # not the flags of a make that runs this test
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [words for words in commands(done.stdout) if words[0].startswith(".venv/bin/")]


def test_the_command_prints_the_findings_that_the_readme_shows() -> None:
    command, _, expected = the_block(FIRST_FINDINGS).partition("\n")
    [words] = commands(command.removeprefix("$ "))
    done = run(words)
    assert done.stdout + done.stderr == expected


def run(words: list[str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command of the development environment, whichever way the README names it."""
    program, *arguments = words
    return subprocess.run(
        [BIN / Path(program).name, *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


# --- Python -----------------------------------------------------------------------------------


def test_the_python_lines_do_what_the_readme_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them, from the first block to the last, are one session in the top folder."""
    monkeypatch.chdir(ROOT)
    session = "".join(text for key, text in blocks("README.md") if key.language == "pycon")
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    report: list[str] = []
    results = doctest.DocTestRunner().run(test, out=report.append)
    assert (results.failed, results.attempted > 3) == (0, True), "".join(report)


def test_the_client_types_where_somebody_writes(tmp_path: Path) -> None:
    """A whole program, run as it stands; only the address becomes a mock gateway's."""
    program = the_block(CONNECT)
    file = tmp_path / "bot.py"
    file.write_text(program, "utf-8")
    checked = run(["mypy", "--strict", "--cache-dir=cache", "--config-file=", "bot.py"], tmp_path)
    assert checked.stdout == "Success: no issues found in 1 source file\n"

    in_feed = server.MessageCreate(msg_id=1, author_id=7, body="Tea?", timestamp=0, feed_id=3)
    in_dm = server.MessageCreate(msg_id=2, author_id=7, body="Tea?", timestamp=0, dm_id=4)
    with running_gateway(token="the token of a bot", timeout=TIMEOUT) as gateway:
        assert program.count("wss://chat.example.org") == 1
        file.write_text(program.replace("wss://chat.example.org", gateway.url), "utf-8")
        environment = os.environ | {"VOX_TOKEN": "the token of a bot"}
        with subprocess.Popen([BIN / "python", file], cwd=tmp_path, env=environment) as bot:
            try:
                for message, answer in [
                    (in_feed, client.Typing(feed_id=3)),
                    (in_dm, client.Typing(dm_id=4)),
                ]:
                    gateway.send(message)
                    typing = gateway.wait_for(client.TypingFrame)
                    assert typing == client.TypingFrame(d=answer)
            finally:
                bot.kill()
        gateway.assert_no_findings()


# --- The command, and three terminals ---------------------------------------------------------


def test_a_capture_is_validated_and_a_report_is_written(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    validate, report = commands(the_block(VALIDATE))
    assert validate[:2] == report[:2] == ["voxwire", "validate"]
    assert run(validate, tmp_path).returncode == 0
    pattern = report.pop()
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob(pattern))
    assert len(files) > 1
    done = run([*report, *files], tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["summary"]["errors"] == 0


LOOKING = {
    "convert": (0, ""),
    "redact": (0, ""),
    "stats": (0, "from servers: "),
    "inspect": (0, " s2c typing_start "),
    "coverage": (0, "3,008 frames read"),
    "drift": (1, "no_such_type:"),
    "diff": (1, "18 differences"),
    "infer": (1, "self-check: 3,003 frames valid, 1 not"),
}
"""Of each command the exit status, and something that it prints."""


def test_each_command_for_captures_does_something(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    found = {words[1]: words for words in commands(the_block(LOOK))}
    assert found.keys() == LOOKING.keys()
    for name, (status, part) in LOOKING.items():
        arguments = [
            file
            for word in found[name]
            for file in (
                sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob(word))
                if "*" in word
                else [word]
            )
        ]
        done = run(arguments, tmp_path)
        assert (done.returncode, done.stderr) == (status, ""), name
        assert part in done.stdout
    made = {path.name for path in tmp_path.iterdir()} - {"examples"}
    assert made == {"main-bot.har", "public.ndjson", "my-chat-schema"}


def test_every_command_for_captures_has_a_part_of_its_own() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert set(re.findall(r"^## (\S+)$", text, re.MULTILINE)) == LOOKING.keys()
    protocols = (ROOT / "docs" / "protocols.md").read_text("utf-8")
    sentence = re.search(r"^All commands .* take `--protocol`: (.*)\.", protocols, re.MULTILINE)
    assert sentence is not None
    named = re.findall(r"`(\w+)`", sentence[1])
    helped = [
        name for name in COMMANDS if "--protocol NAME" in run(["voxwire", name, "--help"]).stdout
    ]
    assert named == [name for name in helped if name != "rules"]


def test_the_exit_status_is_what_the_readme_says(tmp_path: Path) -> None:
    assert (
        "The exit status is 0 when there are notes at most, 1 when there is an error or a warning,"
        " 2 for wrong usage and 3 when a file cannot be read." in README
    )
    warned = tmp_path / "warned.ndjson"
    warned.write_bytes(capture(header(), s2c("x" * (2**20 + 1))))  # FRAME_TOO_LARGE
    examples = ROOT / "examples/captures"
    assert worst(examples / "flow-resume-unknown-session-4009.ndjson") == (0, "note")
    assert worst(warned) == (1, "warning")
    assert worst(examples / "main-alice-phone-plain.ndjson") == (1, "error")
    assert worst(ROOT / "README.md") == (3, "error")
    assert run(["voxwire", "validate", "--slect", "SEQ_GAP", "a.ndjson"]).returncode == 2


def worst(path: Path) -> tuple[int, str]:
    """The exit status, and the severity of the worst finding."""
    done = run(["voxwire", "validate", "--format", "jsonl", str(path)])
    found = {json.loads(line)["severity"] for line in done.stdout.splitlines()}
    return done.returncode, min(found, key=["error", "warning", "note"].index)


def test_the_recorder_waits_for_a_client(tmp_path: Path) -> None:
    [record] = commands(the_block(RECORD))
    assert "ws://127.0.0.1:8765" in README.partition(the_block(RECORD))[2]

    async def test() -> None:
        async with started(on_free_port(record, "8765"), tmp_path) as process:
            assert await address(process) is not None
            assert await interrupted(process) == 0

    asyncio.run(asyncio.wait_for(test(), TIMEOUT))


def test_three_terminals(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    mock, record, listen = commands(the_block(TERMINALS))
    variable, _, token = listen.pop(0).partition("=")

    async def test() -> None:
        async with started(on_free_port(mock, "8766"), tmp_path) as gateway:
            to = await address(gateway)
            words = [word.replace("ws://127.0.0.1:8766", to) for word in record]
            async with started(on_free_port(words, "8765"), tmp_path) as recorder:
                to = await address(recorder)
                words = [word.replace("ws://127.0.0.1:8765", to) for word in listen]
                async with started(words, tmp_path, **{variable: token}) as listener:
                    assert "  hello  " in await next_frame(listener)
                    assert "  ready  seq 1  " in await next_frame(listener)
                    assert "  seq 2  " in await next_frame(listener)
                    assert await interrupted(listener) == 0
                assert await interrupted(recorder) == 0
            assert await interrupted(gateway) == 0

    asyncio.run(asyncio.wait_for(test(), TIMEOUT))
    done = run(["voxwire", "validate", "--quiet", "my-session.ndjson"], tmp_path)
    assert (done.returncode, done.stdout) == (0, "")


def on_free_port(words: list[str], port: str) -> list[str]:
    """The command with a port of its own that the system chooses."""
    changed = [re.sub(rf"^(127\.0\.0\.1:)?{port}$", r"\g<1>0", word) for word in words]
    assert changed != words
    return changed


@asynccontextmanager
async def started(
    words: list[str], folder: Path, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command that runs; it is ended by its process id, whatever happens."""
    program, *arguments = words
    process = await asyncio.create_subprocess_exec(
        str(BIN / program),
        *arguments,
        cwd=folder,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def address(process: asyncio.subprocess.Process) -> str:
    """Where a command says that it listens."""
    assert process.stderr is not None
    said = ""
    while "listening on " not in said:
        said = (await process.stderr.readline()).decode()
        assert said, "it ended without listening"
    found = re.search(r"ws://127\.0\.0\.1:\d+", said)
    assert found is not None, said
    return found[0]


async def next_frame(process: asyncio.subprocess.Process) -> str:
    """The next line that is not the answer to a heartbeat, which may come at any time."""
    assert process.stdout is not None
    while "  heartbeat_ack" in (line := (await process.stdout.readline()).decode()):
        pass
    return line


async def interrupted(process: asyncio.subprocess.Process) -> int:
    """The exit status after Ctrl+C."""
    process.send_signal(signal.SIGINT)
    await process.communicate()
    assert process.returncode is not None
    return process.returncode


# --- What it names ----------------------------------------------------------------------------


def test_make_targets_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert named - targets == set()
    assert {"validate", "test", "generate", "check", "wheel", "fuzz"} <= named


def test_the_wheel_that_the_readme_names_has_the_current_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"vox_protocol-{project['version']}-py3-none-any.whl" in README


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    commands = [line.split(" ||")[0] for line in script.splitlines() if line.startswith("make")]
    assert commands == ["make browser", "make test", "make check"]


def test_what_the_readme_records_is_not_committed() -> None:
    names = ["my-session.ndjson", "a.ndjson.gz", "a.ndjson.zst", "main-bot.har", "report.json"]
    names += ["public.ndjson", "my-chat-schema/protocol.yaml"]
    committed = ["examples/captures/a.ndjson", "tests/report.json"]
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", *names, *committed],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.splitlines() == names
