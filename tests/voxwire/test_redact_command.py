"""`voxwire redact`: no secret is left, the same value has the same mask, and the findings are the same."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from tests.voxwire.commands import Command
from tests.voxwire.mutated_captures import EXAMPLES, mutated_capture
from tests.voxwire.native import START, c2s, capture, close, header, leave, s2c
from voxwire.capture import Frame, Opened, Reading, detected_capture, read_capture
from voxwire.capture.rewriting import Rewriting
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.limits import MAX_LINE_SIZE
from voxwire.vox import VOX
from voxwire.wire.redact import Redactor
from voxwire.wire.word_mask import WordMask

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "vox_sess_" + "Az09" * 6
OTHER = "correct horse battery staple"
"""A secret that does not look like one."""


@pytest.fixture
def redact(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command("redact", capsys)


def redacted(tmp_path: Path, content: bytes, *, words: bool = False) -> bytes:
    source, target = tmp_path / "in.ndjson", tmp_path / "out.ndjson"
    source.write_bytes(content)
    redactor = Redactor(bytes(32), words=words)
    rewriting = Rewriting(VOX, Reading(), to="native", redactor=redactor)
    with target.open("wb") as file:
        rewriting.write(lambda: detected_capture(str(source)), file)
    return target.read_bytes()


def masked(secret: str) -> str:
    return Redactor(bytes(32)).mask(secret)


def findings(path: Path) -> tuple[list[Any], list[Any]]:
    statistics = Statistics()
    check = CaptureCheck(str(path), Selection(), statistics, Sessions())
    found = [(f.rule, f.connection, f.frame, f.pointer, f.type) for f in check.findings()]
    return found, [(r.rule, r.connection, r.count, r.last_frame) for r in statistics.repeated]


# --- The findings stay -----------------------------------------------------------------------


@pytest.mark.parametrize("words", [False, True], ids=["secrets", "bodies"])
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_findings_of_real_traffic_stay(tmp_path: Path, file: Path, words: bool) -> None:
    after = redacted(tmp_path, file.read_bytes(), words=words)
    assert findings(tmp_path / "out.ndjson") == findings(file)
    assert _secrets(file.read_bytes()).isdisjoint(_values(after))


@pytest.mark.parametrize("words", [False, True], ids=["secrets", "bodies"])
@pytest.mark.parametrize("seed", [*range(12), 22, 77, 102, 228, 2017])
def test_the_findings_of_broken_traffic_stay(tmp_path: Path, seed: int, words: bool) -> None:
    redacted(tmp_path, mutated_capture(seed), words=words)
    before = findings(tmp_path / "in.ndjson")
    assert findings(tmp_path / "out.ndjson") == before
    assert len(before[0]) > 1


def _secrets(content: bytes) -> set[str]:
    """The values at the places that the schema marks."""
    found: set[str] = set()
    places = {**VOX.secrets.client, **VOX.secrets.server}
    for frame in _frames(content):
        for pointer in places.get(frame.get("type"), ()):
            value: Any = frame
            for step in pointer.split("/")[1:]:
                value = value.get(step, {})
            if isinstance(value, str) and value:
                found.add(value)
    return found


def _frames(content: bytes) -> list[dict[str, Any]]:
    found = []
    for line in content.splitlines():
        try:
            frame = json.loads(json.loads(line)["text"])
        except (ValueError, KeyError):
            continue
        if isinstance(frame, dict):
            found.append(frame)
    return found


def _values(content: bytes) -> set[str]:
    found: set[str] = set()

    def visit(value: Any) -> None:
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                visit(inner)

    for frame in _frames(content):
        visit(frame)
    return found


# --- By value --------------------------------------------------------------------------------


def typing(**keys: str) -> str:
    return c2s({"type": "typing", "d": {"feed_id": 1} | keys})


@pytest.mark.parametrize("secret", [TOKEN, OTHER])
def test_a_misspelt_key_is_masked_by_value_before_and_after(tmp_path: Path, secret: str) -> None:
    identify = c2s({"type": "identify", "d": {"token": secret}})
    after = redacted(tmp_path, capture(header(), typing(tokn=secret), identify, typing(t=secret)))
    payloads = [frame["d"] for frame in _frames(after)]
    mask = masked(secret)
    assert payloads == [
        {"feed_id": 1, "tokn": mask},
        {"token": mask},
        {"feed_id": 1, "t": mask},
    ]


def test_a_token_in_another_text_is_masked(tmp_path: Path) -> None:
    identify = c2s({"type": "identify", "d": {"token": "a" * 20}})
    lines = (
        header(url=f"wss://host/gateway?v=1&note=about {'a' * 20}", subprotocol="a" * 20),
        typing(note=f"it was {'a' * 20}, and {'b' * 20}"),
        identify,
        close(4000, f"bad token {'a' * 20}"),
    )
    after = redacted(tmp_path, capture(*lines))
    assert b"a" * 20 not in after
    assert b"b" * 20 in after
    mask = masked("a" * 20)
    read = [json.loads(line) for line in after.splitlines()]
    assert read[0]["subprotocol"] == mask
    assert read[-1]["close"] == {"code": 4000, "reason": f"bad token {mask}"}


def test_what_looks_like_a_token_needs_not_be_seen_elsewhere(tmp_path: Path) -> None:
    after = redacted(tmp_path, capture(header(), typing(tokn=TOKEN)))
    assert _frames(after)[0]["d"]["tokn"] == "vox_sess_***"


def test_names_of_the_protocol_are_no_secrets_elsewhere(tmp_path: Path) -> None:
    """Also when somebody has one for a token: types would change, and with them the findings."""
    name = "message_bulk_delete"
    assert len(name) > 16
    assert name in VOX.server
    identify = c2s({"type": "identify", "d": {"token": name}})
    delete = s2c({"type": name, "d": {"feed_id": 1, "msg_ids": []}, "seq": 2})
    after = redacted(tmp_path, capture(header(), identify, delete))
    assert [frame["type"] for frame in _frames(after)] == ["identify", name]
    assert _frames(after)[0]["d"] == {"token": masked(name)}


def test_short_values_are_masked_at_their_place_only(tmp_path: Path) -> None:
    identify = c2s({"type": "identify", "d": {"token": "online"}})
    after = redacted(tmp_path, capture(header(), identify, typing(status="online")))
    assert [frame["d"] for frame in _frames(after)] == [
        {"token": masked("online")},
        {"feed_id": 1, "status": "online"},
    ]


def test_a_session_still_fits_its_resume(redact: Command, tmp_path: Path) -> None:
    source = EXAMPLES[0].parent / "flow-resume-a2.ndjson"
    target = tmp_path / "out.ndjson"
    assert redact(source, target) == (0, "", "")
    before, after = (_resume(path.read_bytes()) for path in (source, target))
    assert before["session_id"] != after["session_id"]
    assert after["session_id"].startswith("masked-")
    ready = [frame["d"] for frame in _frames(target.read_bytes()) if frame["type"] == "ready"]
    assert [payload["session_id"][:7] for payload in ready] == ["masked-"] * len(ready)


def _resume(content: bytes) -> dict[str, str]:
    return next(frame["d"] for frame in _frames(content) if frame["type"] == "resume")


# --- Lines -----------------------------------------------------------------------------------


def test_lines_without_secrets_are_the_very_same(tmp_path: Path) -> None:
    closed = json.dumps({"close": {"code": 1000, "reason": "x", "by": "server"}, "ts": START})
    lines = (header(lacks=["close"], conn="a"), leave(2), closed)
    odd = b'{ "ts":1e9,"dir":"s2c", "opcode":"text","text":"{}" , "at":"packet 3"}\r\n\n'
    gap = b'{"gap": {"message": "12 bytes are missing", "any": true}}\n'
    content = capture(*lines) + odd + gap
    assert redacted(tmp_path, content) == content


def test_keys_that_are_not_of_the_format_are_left_out(tmp_path: Path) -> None:
    line = header(headers={"Cookie": "sid=1"}, subprotocol=[TOKEN], at="home", member=[TOKEN])
    assert json.loads(redacted(tmp_path, line.encode())) == {
        "url": "wss://host/gateway?v=1&encoding=json",
        "ts": START,
    }
    closed = json.dumps({"close": {"code": 1000, "reason": "bye", "by": TOKEN}, "by": TOKEN})
    close_line = redacted(tmp_path, capture(header(), closed)).splitlines()[1]
    assert json.loads(close_line)["close"] == {"code": 1000, "reason": "bye"}


def test_names_of_captures_in_an_archive_are_masked(tmp_path: Path) -> None:
    after = json.loads(redacted(tmp_path, header(member=f"of {TOKEN}.har").encode()))
    assert after["member"] == "of vox_sess_***.har"


def test_names_of_connections_stay_apart(tmp_path: Path) -> None:
    names = [f"{TOKEN}{number}" for number in range(2)]
    content = capture(*(header(conn=name) for name in names))
    after = redacted(tmp_path, content)
    assert [json.loads(line)["conn"] for line in after.splitlines()] == list(map(masked, names))


@pytest.mark.parametrize(
    ("line", "start"),
    [
        (b'{"ts": 5, "dir": "s2c", "text": "SECRET', b'{"ts":masked-'),
        (b'{"text":"SECRET","ts":"5"}', b'{"text":masked-'),
        (b"SECRET \xff\xfe", b"masked-"),
        (b'{"other": "SECRET", "ts": "x"}', b"masked-"),
    ],
)
def test_a_broken_line_is_masked_and_stays_broken(
    tmp_path: Path, line: bytes, start: bytes
) -> None:
    content = capture(header()) + line + b"\n" + capture(leave(2))
    after = redacted(tmp_path, content).splitlines()
    assert b"SECRET" not in after[1]
    assert after[1].startswith(start)
    assert findings(tmp_path / "out.ndjson") == findings(tmp_path / "in.ndjson")


def test_a_capture_of_one_broken_line_is_still_one(tmp_path: Path) -> None:
    redacted(tmp_path, b'{"ts": 5, "dir": "s2c", "text": "SEC')
    assert findings(tmp_path / "out.ndjson") == findings(tmp_path / "in.ndjson")


def test_lines_that_are_too_long_and_zero_bytes(tmp_path: Path) -> None:
    long = b'{"text":"' + b"x" * MAX_LINE_SIZE + b'"}\n'
    content = capture(header(), leave(2)) + long + capture(leave(3)) + leave(4).encode() + bytes(7)
    after = redacted(tmp_path, content)
    assert b"x" * 100 not in after
    assert after.endswith(leave(4).encode() + bytes(7))
    before = findings(tmp_path / "in.ndjson")
    assert findings(tmp_path / "out.ndjson") == before
    assert [str(found[0]) for found in before[0]][:2] == [
        "CAPTURE_LINE_TOO_LONG",
        "CAPTURE_LINE_INVALID",
    ]


def test_lines_of_both_kinds_of_content_are_masked_in_both(tmp_path: Path) -> None:
    line = json.dumps(
        {"ts": START, "dir": "c2s", "opcode": "binary", "text": '{"token":"SECRET"}', "url": "x"}
    )
    assert b"SECRET" not in redacted(tmp_path, line.encode())


# --- Other formats ---------------------------------------------------------------------------


def test_a_har_is_redacted(redact: Command, tmp_path: Path) -> None:
    message = {"type": "send", "time": START, "opcode": 1}
    identify = json.dumps({"type": "identify", "d": {"token": TOKEN}})
    entry = {
        "startedDateTime": "2023-11-14T22:13:20Z",
        "request": {"url": f"wss://me:{OTHER[:7]}@host/gateway?v=1&key={TOKEN}"},
        "response": {"status": 101},
        "_webSocketMessages": [message | {"data": identify}],
    }
    source, target = tmp_path / "in.har", tmp_path / "out.har"
    source.write_text(json.dumps({"log": {"entries": [entry]}}))
    assert redact(source, target) == (0, "", "")
    assert TOKEN not in target.read_text()
    opened, frame = read_capture(str(target))
    assert isinstance(opened, Opened)
    assert isinstance(frame, Frame)
    mask = json.loads(frame.data)["d"]["token"]
    assert mask.startswith("masked-")
    assert opened.connection.url is not None
    assert opened.connection.url.endswith(f"@host/gateway?v=1&key={mask}")
    assert OTHER[:7] not in opened.connection.url


# --- Words -----------------------------------------------------------------------------------

WORDS = WordMask(bytes(32), VOX)


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("", ""),
        ("ok", "a8"),
        ("hello", "18083"),
        ("a text of 25 characters..", "masked-8f54dd80c9********"),
    ],
)
def test_masks_of_words(text: str, mask: str) -> None:
    assert WORDS.mask(text) == mask


@pytest.mark.parametrize("text", ["ü", "日本", "😀 smile", 'a "quoted"\n\\', "\x00\x1f", "\ud800x"])
def test_masks_of_words_are_as_long_in_every_spelling(text: str) -> None:
    mask = WORDS.mask(text)
    assert mask != text or text == "\x00\x1f"
    assert [len(one) for one in (text, json.dumps(text), json.dumps(text, ensure_ascii=False))] == [
        len(one) for one in (mask, json.dumps(mask), json.dumps(mask, ensure_ascii=False))
    ]
    assert len(mask.encode("utf-8", "surrogatepass")) == len(text.encode("utf-8", "surrogatepass"))


def test_bodies_are_masked_on_request(redact: Command, tmp_path: Path) -> None:
    message = {
        "msg_id": 1,
        "author_id": 2,
        "body": "Hello, world!",
        "timestamp": 3,
        "feed_id": 4,
        "attachments": [
            {"file_id": "f", "name": "me.png", "size": 1, "mime": "image/png", "url": "/f"}
        ],
        "embed": {"title": "Hello, world!", "color": 5, "fields": [{"name": "n", "value": "v"}]},
    }
    unknown = {"type": "message_new", "d": {"body": "Hello, world!", "feed_id": 4}}
    role = {"type": "role_update", "d": {"role_id": 1, "name": "Hello, world!"}, "seq": 3}
    created = {"type": "message_create", "d": message, "seq": 2}
    source = tmp_path / "in.ndjson"
    source.write_bytes(capture(header(), s2c(created), s2c(unknown), s2c(role)))
    assert redact(source, tmp_path / "plain.ndjson") == (0, "", "")
    assert (tmp_path / "plain.ndjson").read_bytes() == source.read_bytes()
    assert redact("--bodies", source, tmp_path / "out.ndjson") == (0, "", "")
    first, second, third = _frames((tmp_path / "out.ndjson").read_bytes())
    body = first["d"]["body"]
    assert len(body) == len("Hello, world!")
    assert body != "Hello, world!"
    assert first["d"]["embed"]["title"] == second["d"]["body"] == body
    assert first["d"]["embed"]["color"] == 5
    assert first["d"]["attachments"][0]["name"] != "me.png"
    assert first["d"]["attachments"][0]["mime"] == "image/png"
    assert third == role


def test_a_text_that_is_not_utf8_is_masked_and_stays_so(tmp_path: Path) -> None:
    text = b'{"type":"identify","d":{"token":"SECRET"},"x":"' + b'\xff"}'
    line = {"ts": START, "dir": "c2s", "opcode": "text", "text": "SECRET"}
    line["text_b64"] = b64encode(text).decode()
    after = redacted(tmp_path, capture(header(), json.dumps(line)))
    (_, frame) = read_capture(str(tmp_path / "out.ndjson"))
    assert isinstance(frame, Frame)
    assert isinstance(frame.data, str)
    assert "SECRET" not in frame.data
    assert "masked-" in frame.data
    assert b'"opcode": "text"' in after
    assert findings(tmp_path / "out.ndjson") == findings(tmp_path / "in.ndjson")
