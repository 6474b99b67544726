"""How every command behaves at a terminal and in a pipe: help, colours, progress, Ctrl+C, a closed pipe."""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.native import EXAMPLES, capture, header, leave, s2c
from voxwire.capture.formats.native import is_of_the_format
from voxwire.cli import main
from voxwire.cli.progress import progress_over

FAULTY = EXAMPLES / "main-alice-phone-plain.ndjson"
COMMANDS = [
    "validate",
    "convert",
    "redact",
    "stats",
    "inspect",
    "coverage",
    "drift",
    "diff",
    "record",
    "listen",
    "mock",
    "rules",
    "formats",
    "protocols",
]
VOXWIRE = [sys.executable, "-m", "voxwire"]
IS_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def help_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_every_command_is_known_here(capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of(capsys)
    assert re.findall(r"^    (\w+) ", text, re.MULTILINE) == COMMANDS


def test_help_says_that_rules_are_those_of_every_protocol(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = " ".join(help_of(capsys, "rules").split())
    assert "All protocols have the same rules and pages: --protocol" in text
    assert "changes nothing here" in text


def test_help_says_which_token_counts(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(help_of(capsys, "listen").split())
    assert "the one of --token-env is put in and counts, whatever token stands here" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(capsys: pytest.CaptureFixture[str], command: str) -> None:
    text = help_of(capsys, command)
    examples = text.partition("\nexamples:\n")[2]
    assert len(re.findall(rf"^  .*\bvoxwire {command} .+", examples, re.MULTILINE)) > 1


def test_the_help_of_all_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    examples = help_of(capsys).partition("\nexamples:\n")[2]
    assert set(re.findall(r"^  voxwire (\w+)", examples, re.MULTILINE)) == set(COMMANDS)


def test_the_help_of_validate_shows_the_format(capsys: pytest.CaptureFixture[str]) -> None:
    lines = re.findall(r"^  (\{.*\})$", help_of(capsys, "validate"), re.MULTILINE)
    assert len(lines) == 4
    assert all(is_of_the_format(line.encode()) for line in lines)


@pytest.mark.parametrize("arguments", [[], ["validate"], ["mock", "--port"], ["no-such-command"]])
def test_wrong_usage_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    written = capsys.readouterr()
    assert (ended.value.code, written.out) == (2, "")
    assert written.err.startswith("usage: voxwire")
    assert re.search(
        r"error: .*(required: (COMMAND|FILE)|expected one argument|invalid choice)", written.err
    )


# --- A terminal ------------------------------------------------------------------------------


def at_a_terminal(*arguments: object, stdout: bool, stderr: bool, **environment: str) -> str:
    """What the command writes to a terminal, at which these streams of it end."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*VOXWIRE, *map(str, arguments)],
        stdout=theirs if stdout else subprocess.DEVNULL,
        stderr=theirs if stderr else subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
    ):
        os.close(theirs)
        written = b""
        while True:
            try:
                written += os.read(ours, 65_536)
            except OSError:  # EIO: nobody writes to the terminal any more
                break
    os.close(ours)
    return written.decode()


def test_colours_on_a_terminal_only(capsys: pytest.CaptureFixture[str]) -> None:
    seen = at_a_terminal("validate", FAULTY, stdout=True, stderr=False, NO_COLOR="")
    assert IS_COLOUR.search(seen)
    main(["validate", str(FAULTY)])
    piped = capsys.readouterr().out
    assert "\x1b" not in piped
    assert IS_COLOUR.sub("", seen).replace("\r\n", "\n") == piped
    plain = at_a_terminal("validate", FAULTY, stdout=True, stderr=False, NO_COLOR="1")
    assert plain.replace("\r\n", "\n") == piped


def big(tmp_path: Path) -> Path:
    """A capture that is worth a progress bar."""
    path = tmp_path / "big.ndjson"
    path.write_bytes(capture(header(), *[leave(number) for number in range(2, 40_002)]))
    assert path.stat().st_size > 4_000_000
    return path


def test_progress_on_a_terminal_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = big(tmp_path)
    check = ("validate", "--no-session", path)
    assert "MB" in at_a_terminal(*check, stdout=False, stderr=True)
    assert at_a_terminal(*check, "-q", stdout=False, stderr=True) == ""
    assert at_a_terminal("validate", FAULTY, stdout=False, stderr=True) == ""
    main([str(argument) for argument in check])
    written = capsys.readouterr()
    assert written.err == ""
    assert "\x1b" not in written.out
    assert written.out.endswith(" bytes: nothing found\n")


def test_nobody_is_told_of_progress_in_a_pipe(tmp_path: Path) -> None:
    with (
        (tmp_path / "out").open("w") as out,
        progress_over([str(big(tmp_path))], out) as progress,
    ):
        assert progress == (None, out)


# --- Ctrl+C and pipes ------------------------------------------------------------------------


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    """It reads what never ends; when a pipe's fill of it has been taken, it is at work."""
    program = (  # whoever started the tests may have had SIGINT ignored, as shells do for jobs
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from voxwire.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "validate", "-q", "--no-session", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        running.stdin.write(capture(header(), *[leave(number) for number in range(2, 20_002)]))
        running.stdin.flush()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=120)
    assert (running.returncode, out, err) == (130, b"", b"voxwire: interrupted\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "--help"],
        ["--version"],
        ["rules"],
        ["validate", "{many}"],
        ["validate", "--format", "json", "{many}"],
        ["validate", "--format", "jsonl", "{many}"],
        ["mock", "--fault", "help"],
    ],
)
def test_a_closed_pipe_is_quiet(tmp_path: Path, arguments: list[str]) -> None:
    many = tmp_path / "many.ndjson"
    many.write_bytes(capture(header(), *[s2c("x")] * 5000))
    command = [*VOXWIRE, *[part.format(many=many) for part in arguments]]
    read_end, write_end = os.pipe()
    os.close(read_end)  # whoever read has gone before the first word
    with subprocess.Popen(command, stdout=write_end, stderr=subprocess.PIPE) as running:
        os.close(write_end)
        assert running.stderr is not None
        err: Any = running.stderr.read()
    assert err == b""
    # argparse keeps to itself that help could not be written.
    assert running.returncode in ((0, 141) if "--help" in arguments else (141,))
