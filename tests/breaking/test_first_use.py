"""What somebody is told who changes our schema for the first time: who breaks, and by what, on one screen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from voxspec.cli.main import main

SCHEMA = Path(__file__).parents[2] / "schema" / "v1"
SCREEN = 40
"""Lines of a terminal."""

Edit = tuple[str, str, str]

ROLE_DELETE = "        role_id: {$ref: entity_id, description: The deleted role.}\n"
TYPE: tuple[Edit, ...] = (
    ("server/roles.yaml", ROLE_DELETE, ROLE_DELETE.replace("$ref: entity_id", "type: string")),
    ("server/roles.yaml", "payload: {role_id: 7}\n", "payload: {role_id: seven}\n"),
)
ENUM: tuple[Edit, ...] = (
    ("types.yaml", "enum: [audio, video, screen]", "enum: [audio, video]"),
    ("types.yaml", "      screen: A shared screen.\n", ""),
    ("client/voice.yaml", "media_type: screen", "media_type: video"),
    ("server/voice.yaml", "media_type: screen", "media_type: video"),
)
REQUIRED: tuple[Edit, ...] = (
    (
        "server/roles.yaml",
        "      required: [role_id]\n      properties:\n" + ROLE_DELETE,
        "      required: [role_id, by]\n      properties:\n"
        + ROLE_DELETE
        + "        by: {$ref: entity_id, description: Who deleted it.}\n",
    ),
    ("server/roles.yaml", "payload: {role_id: 7}\n", "payload: {role_id: 7, by: 1}\n"),
)
RENAMED: tuple[Edit, ...] = (("server/roles.yaml", "  role_delete:\n", "  role_removed:\n"),)
WINDOW: tuple[Edit, ...] = (
    ("session.yaml", "    value: 1000\n", "    value: 500\n"),
    ("session.yaml", "    value: 999\n", "    value: 499\n"),
)


def edited(folder: Path, edits: tuple[Edit, ...]) -> Path:
    """A copy of our schema with edits."""
    schema = folder / "v1"
    shutil.copytree(SCHEMA, schema)
    for name, before, after in edits:
        path = schema / name
        text = path.read_text("utf-8")
        assert text.count(before) == 1, f"{name} has {text.count(before)} times {before!r}"
        path.write_text(text.replace(before, after), "utf-8")
    return schema


def blocks(out: str) -> list[list[str]]:
    """What is said of each change, without the conclusion; it fits on a screen."""
    found = [block.splitlines() for block in out.split("\n\n")][:-1]
    assert all(len(block) <= SCREEN for block in found)
    return found


@pytest.mark.parametrize(
    ("edits", "head", "said"),
    [
        (
            TYPE,
            "error[FIELD_SAME_TYPE]",
            [
                "  ✗ old clients with a new server break: ",
                '      {"type":"role_delete","seq":1,"d":{"role_id":""}}',
                "  ✗ new clients with an old server break: ",
                '      {"type":"role_delete","seq":1,"d":{"role_id":1}}',
            ],
        ),
        (
            ENUM,
            "error[ENUM_VALUE_REMOVED]",
            [
                "  ✗ old clients with a new server break: ",
                '      {"type":"voice_codec_neg","d":{"media_type":"screen","codec":"","room_id":1}}',
                "  ✗ source code that moves to the new models breaks: MediaType.SCREEN is gone",
            ],
        ),
        (
            REQUIRED,
            "error[FIELD_NO_ADD_REQUIRED]",
            [
                "  ✗ new clients with an old server break: ",
                '      {"type":"role_delete","seq":1,"d":{"role_id":1}}',
            ],
        ),
        (
            RENAMED,
            "error[MESSAGE_SAME_NAME]",
            [
                "  ✗ old clients with a new server break: ",
                '      {"type":"role_removed","seq":1,"d":{"role_id":1}}',
                "  ✗ new clients with an old server break: ",
                '      {"type":"role_delete","seq":1,"d":{"role_id":1}}',
            ],
        ),
    ],
    ids=["type", "enum", "required", "renamed"],
)
def test_frames(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    edits: tuple[Edit, ...],
    head: str,
    said: list[str],
) -> None:
    schema = edited(tmp_path, edits)
    assert main(["breaking", "--schema", str(schema), "--against", str(SCHEMA)]) == 1
    first, *_ = blocks(capsys.readouterr().out)
    assert head in first[0]
    for line in said:
        assert any(found.startswith(line) for found in first), "\n".join(first)


def test_a_smaller_replay_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = edited(tmp_path, WINDOW)
    assert main(["breaking", "--schema", str(schema), "--against", str(SCHEMA)]) == 1
    first, *_ = blocks(capsys.readouterr().out)
    assert "error[SESSION_RESUME_WINDOW_SAME] 499 messages can be missed, and not 999" in first[0]
    assert first[2].startswith("  ✗ old clients with a new server break: ")
    assert first[4] == "    a conversation that the old client may hold"
    shown = " ".join(line.strip() for line in first)
    assert '"seq":2} × 500, seq 2 to 501, lost on the way' in shown
    assert any(line.startswith('    ✗  9 client → {"type":"resume",') for line in first)
    assert "      10 (a new server closes with 4010 REPLAY_EXHAUSTED)" in first


STATES = """\
description: A client pings, joins, and talks.
roles: {}
states:
  opened:
    description: the client is to ping
    client: {client/ping: pinged}
    client_otherwise: {any: {close: 4001}}
  pinged:
    description: the client is to join
    client: {client/join: talking}
    client_otherwise: {any: {close: 4001}}
  talking:
    description: both talk
    client: {any: stays, client/ping: stays, client/join: stays}
    server: {any: stays}
"""


def test_two_states_in_another_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each side is told the conversation in which it is refused, and by which message."""
    assert main(["init", "my-chat", "--folder", str(tmp_path / "chat")]) == 0
    before, after = tmp_path / "chat" / "schema", tmp_path / "after"
    (before / "session.yaml").write_text(STATES, "utf-8")
    shutil.copytree(before, after)
    swapped = STATES.replace("client/ping: pinged", "client/join: pinged")
    swapped = swapped.replace("client/join: talking", "client/ping: talking")
    (after / "session.yaml").write_text(swapped, "utf-8")
    capsys.readouterr()
    assert main(["breaking", "--schema", str(after), "--against", str(before)]) == 1
    added, gone = blocks(capsys.readouterr().out)
    assert "error[SESSION_MOVE_ADDED]" in added[0]
    assert added[2:] == [
        '  ✗ new clients with an old server break: a new client may send "join" while "opened"; an old server closes',
        "    with 4001 OUT_OF_TURN",
        "    a conversation that the new client may hold",
        "       1 (the connection opens)",
        '    ✗  2 client → {"type":"join","data":{"token":"example-token","nickname":"Ada"}}',
        "       3 (an old server closes with 4001 OUT_OF_TURN)",
        "  hint: send it only to who said that it can take it, with a capability or a version of its own",
        "  fingerprint 91e94be800e688d1",
    ]
    assert "error[SESSION_MOVE_NO_DELETE]" in gone[0]
    assert gone[2:] == [
        '  ✗ old clients with a new server break: an old client may send "ping" while "opened"; a new server closes',
        "    with 4001 OUT_OF_TURN",
        "    a conversation that the old client may hold",
        "       1 (the connection opens)",
        '    ✗  2 client → {"type":"ping"}',
        "       3 (a new server closes with 4001 OUT_OF_TURN)",
        "  hint: keep allowing it, or let `_otherwise` pass over it until nobody sends it any more",
        "  fingerprint 9116d3ad999d7d33",
    ]
