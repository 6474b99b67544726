"""The recipes of CONTRIBUTING.md for a fault of the mock and for a capture format, followed on copies."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.docs.blocks import Key, all_blocks, the_block
from tests.docs.copies import Copy, copied

FAULT = Key("Add a fault to the mock", "python")
READER = Key("Add a reader of a capture format", "python")
KINDS = "runtime/voxwire/live/mock/engine/fault_kinds.py"
REGISTRY = "runtime/voxwire/capture/formats/registry.py"
ON_MOCK = "tests/voxwire_live/test_client_on_mock.py"
NAME = "empty_of_a_test"
"""Not the name in the recipe: somebody may have followed it."""

HEARTBEATS = (
    '#tabbed\n100\tc2s\t{"type":"heartbeat"}\nbroken\n101\tc2s\t{"type":"heartbeat","seq":4}\n'
)


@pytest.fixture
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return copied(tmp_path_factory.mktemp("recipe"))


def test_a_fault_is_added_as_the_recipe_says(copy: Copy) -> None:
    act, entry = (
        text.replace('"empty"', f'"{NAME}"') for text in all_blocks(FAULT, "CONTRIBUTING.md")
    )
    assert copy.run("voxwire", "mock", "--fault", f"{NAME}:every=2", "--speed", "2").returncode == 2
    copy.edit(KINDS, r"^# --- How they are called .*\n", f"{act}\n\n\\g<0>")
    copy.edit(KINDS, r'^    "delay": Kind\(\n', f"{entry.rstrip()}\n\\g<0>")
    listed = copy.run("voxwire", "mock", "--fault", "help").stdout
    assert f"{NAME} A message without any text is sent after a message.\n" in listed
    untried = on_mock(copy, "test_every_fault_is_tried")
    assert (untried.returncode, f"'{NAME}'" in untried.stdout) == (1, True)
    copy.edit(ON_MOCK, r"^NOTHING_LOST = \[\n", f'\\g<0>    "{NAME}:every=40,times=1",\n')
    done = on_mock(copy, f"test_every_fault_is_tried or {NAME}")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def on_mock(copy: Copy, chosen: str) -> subprocess.CompletedProcess[str]:
    return copy.run("pytest", "-q", "-n", "0", "-p", "no:cacheprovider", ON_MOCK, "-k", chosen)


def test_a_format_is_added_as_the_recipe_says(copy: Copy) -> None:
    capture = copy.folder / "tabbed.txt"
    capture.write_text(HEARTBEATS, "utf-8")
    refused = copy.run("voxwire", "validate", "tabbed.txt")
    assert (refused.returncode, "no capture" in refused.stdout + refused.stderr) == (3, True)
    module = copy.folder / "runtime/voxwire/capture/formats/tabbed.py"
    module.write_text(the_block(READER, "CONTRIBUTING.md"), "utf-8")
    copy.edit(REGISTRY, r"^    NATIVE,\n", r"\g<0>    TABBED,\n")
    copy.edit(
        REGISTRY,
        r"^from voxwire.capture.formats.native import NATIVE\n",
        r"\g<0>from voxwire.capture.formats.tabbed import TABBED\n",
    )
    read = copy.run("voxwire", "validate", "--no-session", "--format", "json", "tabbed.txt")
    report = json.loads(read.stdout)
    assert [(f["rule"], f["frame"]) for f in report["findings"]] == [
        ("CAPTURE_LINE_INVALID", None),
        ("SEQ_FORBIDDEN", 2),
    ]
    native = copy.run("voxwire", "validate", "-q", "examples/captures/flow-bad-token-4004.ndjson")
    assert native.returncode == 0
    types = copy.run("mypy", str(module.relative_to(copy.folder)), REGISTRY)
    assert types.returncode == 0, types.stdout
