"""``voxspec init``: a starter protocol that works at once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.breaking.projects import SHORTER, project
from voxspec.cli.main import main
from voxspec.starter import StarterNameError, package_of

NAME, PACKAGE = "my-chat", "my_chat"
ROOT = Path(__file__).parents[2]
PATIENCE = 300
"""Seconds after which a process has failed."""


_LINES = {"mock": 1, "record": 1}
"""Lines that a command says before it serves, its address last."""


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("starter")
    assert main(["init", NAME, "--folder", str(folder)]) == 0
    return folder


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder / "generated"), "CHAT_TOKEN": "example-token"}


def make(folder: Path, target: str, *given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", target, f"PYTHON={sys.executable}", *given],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def voxwire(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voxwire", *arguments],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[str]:
    """A command that serves; gives the address that it says."""
    command = [sys.executable, "-u", "-m", "voxwire", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, env=environment(folder), stdout=pipe, stderr=pipe, text=True
    ) as process:
        watchdog = threading.Timer(PATIENCE, process.kill)
        try:
            watchdog.start()
            assert process.stderr is not None
            lines = [process.stderr.readline() for _ in range(_LINES[arguments[0]])]
            found = re.search(r"listening on (ws://127\.0\.0\.1:\d+[^\s,]*)", "".join(lines))
            assert found is not None, lines
            yield found[1]
        finally:
            watchdog.cancel()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE)


def test_nothing_in_it_has_the_starters_own_name(starter: Path) -> None:
    named = [
        path
        for path in starter.rglob("*")
        if path.is_file() and re.search("starter[-_ ]name", path.read_text("utf-8"), re.IGNORECASE)
    ]
    assert named == []
    assert {path.name for path in starter.iterdir()} == {
        ".gitignore",
        "Makefile",
        "README.md",
        "captures",
        "generated",
        "pyproject.toml",
        "schema",
        "tests",
    }
    assert (starter / "generated" / PACKAGE / "v1" / "protocol.py").is_file()


@pytest.mark.parametrize("target", ["check", "lint", "validate", "test"])
def test_its_make_targets_succeed(starter: Path, target: str) -> None:
    made = make(starter, target)
    assert made.returncode == 0, made.stdout + made.stderr


def test_a_break_is_found_and_what_it_needs_is_said(tmp_path: Path) -> None:
    """By what the README says of it."""
    made = project(tmp_path)
    assert make(tmp_path, "breaking").returncode == 0
    made.edit(SHORTER)
    found = make(tmp_path, "breaking")
    assert found.returncode == 2
    assert "error[CONSTRAINT_TIGHTENED]" in found.stdout
    made.commit("Shorter")
    assert make(tmp_path, "breaking").returncode == 0
    assert "1 break" in make(tmp_path, "breaking", "AGAINST=HEAD~1").stdout
    readme = (tmp_path / "README.md").read_text("utf-8")
    [command] = re.findall(r"pip install 'vox-protocol\[(.*)\]'", readme)
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert {*command.split(",")} <= {*tomllib.load(file)["project"]["optional-dependencies"]}


def test_its_readme_names_every_target(starter: Path) -> None:
    makefile = (starter / "Makefile").read_text("utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    readme = (starter / "README.md").read_text("utf-8")
    for target in phony.split():
        assert f"| `make{'' if target == 'all' else f' {target}'}` |" in readme


def test_its_types_are_sound(starter: Path) -> None:
    made = make(starter, "types")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "Success: no issues found" in made.stdout


def test_a_mistake_in_it_is_found(starter: Path) -> None:
    capture = starter / "captures" / "hello.ndjson"
    wrong = capture.with_name("wrong.ndjson")
    wrong.write_text(capture.read_text("utf-8").replace('"Hello\\"', '"\\"'), "utf-8")
    try:
        found = voxwire(starter, "validate", "--protocol", f"{PACKAGE}.v1", str(wrong))
    finally:
        wrong.unlink()
    assert found.returncode == 1
    assert "FIELD_LENGTH" in found.stdout


def test_the_commands_serve_it(starter: Path, tmp_path: Path) -> None:
    protocol = ["--protocol", f"{PACKAGE}.v1"]
    capture = tmp_path / "heard.ndjson"
    login = ["--token-env", "CHAT_TOKEN", "--login", '{"nickname": "Ada"}']
    events = ["--random", "--rate", "max", "--count", "5"]
    with (
        running(starter, "mock", *protocol, *events) as mock,
        running(
            starter,
            "record",
            *protocol,
            "--listen",
            "127.0.0.1:0",
            "--to",
            mock,
            "-o",
            str(capture),
        ) as recorder,
    ):
        heard = voxwire(starter, "listen", recorder, *protocol, *login, "--count", "5")
    assert heard.returncode == 0, heard.stderr
    types = [line.split()[1] for line in heard.stdout.splitlines()]
    assert types == ["welcome", "joined", "said", "said", "said"]
    assert "session started" in heard.stderr
    checked = voxwire(starter, "validate", *protocol, "--strict", str(capture))
    assert checked.returncode == 0, checked.stdout
    assert re.search(r"^s2c +said +[3-5] ", checked.stdout, re.MULTILINE)


def test_a_login_that_lacks_a_field_connects_nowhere(starter: Path) -> None:
    known = ["--protocol", f"{PACKAGE}.v1", "--token-env", "CHAT_TOKEN"]
    heard = voxwire(starter, "listen", "ws://127.0.0.1:1", *known)
    assert (heard.returncode, heard.stdout) == (2, "")
    assert heard.stderr == (
        "voxwire listen: give the whole login: join cannot be made by itself: Missing required "
        "argument 'nickname'; --login takes it\n"
    )


def test_the_protocols_are_listed(starter: Path) -> None:
    listed = voxwire(starter, "protocols", f"{PACKAGE}.v1")
    assert listed.returncode == 0
    assert re.search(rf"My chat protocol +1 +{PACKAGE}\.v1", listed.stdout)


@pytest.mark.parametrize(
    "name",
    [
        *("", "My-chat", "my chat", "my_chat", "my--chat", "-chat", "chat-", "9chat"),
        *("json", "class", "voxwire", "tests", "msgspec"),
    ],
)
def test_names_that_no_protocol_can_have(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StarterNameError):
        package_of(name)
    assert main(["init", "--folder", str(tmp_path), "--", name]) == 2
    assert f'"{name}" is ' in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("vox", "needed by vox-protocol or by the starter itself"),
        ("voxmodels", "needed by vox-protocol or by the starter itself"),
        ("json", "a module of Python's standard library, which the generated package would hide"),
        ("async", "a word of Python, which no package can be called"),
        ("msgspec", "an installed package, which the generated one would hide"),
    ],
)
def test_why_a_name_is_taken(name: str, reason: str) -> None:
    with pytest.raises(StarterNameError) as caught:
        package_of(name)
    assert str(caught.value) == f'"{name}" is {reason}: take another, such as my-{name}'


def test_the_name_of_an_installed_protocol_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "buoys-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: buoys\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("[voxwire.protocols]\nsea-talk = buoys.v1:PROTOCOL\n")
    assert package_of("sea-talk") == "sea_talk"
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(StarterNameError, match="is an installed protocol, which --protocol would"):
        package_of("sea-talk")


def test_the_table_of_targets_has_each(starter: Path) -> None:
    targets = re.findall(r"^([a-z]+):.*##", (starter / "Makefile").read_text("utf-8"), re.M)
    listed = re.findall(
        r"^\| `make ?([a-z]*)` \|", (starter / "README.md").read_text("utf-8"), re.M
    )
    assert sorted(target or "all" for target in listed) == sorted(targets)


def test_a_folder_that_is_not_empty_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(7):
        (tmp_path / f"file{number}").write_text("mine", "utf-8")
    (tmp_path / ".git").mkdir()
    assert main(["init", NAME, "--folder", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "is not empty: it has file0, file1, file2, file3, file4 and 2 more" in said
    assert len([*tmp_path.iterdir()]) == 8


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("mine", "utf-8")
    assert main(["init", NAME, "--folder", str(file)]) == 2
    assert "is a file; name a folder" in capsys.readouterr().err


def test_a_folder_under_version_control_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert main(["init", "chat", "--folder", str(tmp_path)]) == 0
    assert (tmp_path / "schema" / "session.yaml").is_file()
