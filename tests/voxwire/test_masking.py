"""No output shows a secret, wherever a peer puts it."""

import json
from pathlib import Path

import msgspec
import pytest

from tests.voxwire.checking import check_lines
from tests.voxwire.native import binary, c2s, close, header, leave, s2c
from voxwire.checks import RULES
from voxwire.masking import mask_secrets

TOKEN = "vox_sess_46KiE4r-YgW9RuiAlazmQ0ZVfWdzUwCuiJUWHlosnawsS5tN"
SESSION = "sess_d04399e3acd2fa67c67b02cc"
PAIR = "pair_5ATRAN-LehBB0O6w9YkOBA"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (TOKEN, "vox_sess_***"),
        (f"a {SESSION}, {PAIR}.", "a sess_***, pair_***."),
        (f'"{TOKEN}{TOKEN}"', '"vox_sess_***"'),
        ("vox_bot_abcd vox_sess_abcd", "vox_bot_*** vox_sess_***"),
        ("vox_bot_abcd", "vox_bot_***"),
        ("sess_abcdefgh", "sess_***"),
        ("pair_abcdefgh", "pair_***"),
        ("the session, a pair_id, a vox_protocol", "the session, a pair_id, a vox_protocol"),
        ("", ""),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


def frame(direction: str, type_: str, payload: object) -> str:
    return (s2c if direction == "s2c" else c2s)({"type": type_, "d": payload})


LINES = [
    f'{{"token": "{TOKEN}"',
    f"{TOKEN}",
    header(url=f"wss://host/?token={TOKEN}", ts=TOKEN),
    leave(1, dir=TOKEN),
    leave(1, opcode=TOKEN),
    close(code=4004, reason=TOKEN),
    json.dumps({"ts": 1, "close": {"code": TOKEN}}),
    leave(1, conn=TOKEN),
    s2c(TOKEN),
    s2c(f'{{"token":"{TOKEN}'),
    s2c(f'{{"type":"ready","{TOKEN}":1,"{TOKEN}":NaN}}'),
    s2c({"type": TOKEN, "d": {"session_id": SESSION}}),
    c2s({"type": [TOKEN]}),
    c2s({"type": "identify", "d": {"token": [TOKEN], "capabilities": TOKEN}}),
    c2s({"type": "identify", "d": {"token": TOKEN, "capabilities": [TOKEN, 7]}, TOKEN: TOKEN}),
    c2s({"type": "identify", "d": TOKEN, "seq": TOKEN}),
    c2s({"type": "resume", "d": {"session_id": 7, "token": TOKEN, "last_seq": TOKEN}}),
    c2s({"type": "presence_update", "d": {"status": TOKEN, TOKEN: 1}}),
    c2s({"type": "cpace_relay", "d": {"cpace_type": TOKEN, "pair_id": 7, "data": [PAIR]}}),
    c2s({"type": "mls_relay", "d": {"mls_type": PAIR, "data": 7}}),
    s2c({"type": "media_token_refresh", "d": {"room_id": TOKEN, "media_token": [TOKEN]}}),
    s2c({"type": "error", "d": {"code": TOKEN, "message": 7}}),
    s2c({"type": "interaction_create", "d": {"type": SESSION}, "seq": 1}),
    binary(TOKEN.encode()),
    binary(TOKEN.encode(), "c2s"),
]


def test_findings_show_no_secret(tmp_path: Path) -> None:
    findings = check_lines(tmp_path, *LINES).findings
    assert len(findings) > len(LINES)
    shown = json.dumps([msgspec.structs.asdict(f) for f in findings], default=repr)
    for secret in (TOKEN, SESSION, PAIR):
        assert secret.rpartition("_")[2][:6] not in shown


def test_findings_are_short_and_have_known_rules(tmp_path: Path) -> None:
    name = "x" * 100_000
    lines = [
        s2c({"type": name}),
        s2c({"type": "hello", "d": {"heartbeat_interval": name, name: name}, name: name}),
        s2c(f'{{"{name}":1,"{name}":1}}'),
        name,
        leave(1, dir=name),
    ]
    for finding in check_lines(tmp_path, *LINES, *lines).findings:
        assert finding.rule in RULES
        assert len(finding.message) <= 500
        assert len(finding.type or "") <= 60
        assert len(finding.pointer or "") <= 500
        assert len(finding.hint or "") <= 500
