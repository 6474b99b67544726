"""Redaction leaves no secret, and changes nothing else about a frame."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from voxmodels.v1 import registry, secrets, strategies
from voxwire import Compressor, Decompressor
from voxwire.capture import Frame, Opened, read_capture
from voxwire.capture.writer import open_capture
from voxwire.checks import CaptureCheck, Selection, Statistics
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.protocol import Side
from voxwire.vox import VOX
from voxwire.wire.explain import explain
from voxwire.wire.redact import Redactor

KEY = bytes(32)
CAPTURES = sorted(Path("examples/captures").glob("*.ndjson"))
TOKEN = "vox_sess_46KiE4r-YgW9_f3cV0"


def redacted(text: str) -> str:
    masked = Redactor(KEY).message(text)
    assert isinstance(masked, str)
    return masked


# --- masks ------------------------------------------------------------------------------------


def test_the_same_secret_has_the_same_mask() -> None:
    one, other = Redactor(KEY), Redactor(KEY)
    assert one.mask(TOKEN) == other.mask(TOKEN) != one.mask(f"{TOKEN}x")
    assert Redactor().mask(TOKEN) != Redactor().mask(TOKEN)


def test_a_mask_is_made_of_the_secret_and_the_key() -> None:
    assert Redactor(KEY).mask("vox_sess_46KiE4r") == "masked-4c1fd7bf82"
    assert Redactor(KEY).mask("vox_sess_46KiE4s") == "masked-9914e7b315"
    assert Redactor(b"other").mask("vox_sess_46KiE4r") == "masked-55b10969b3"


def test_a_mask_is_as_long_as_its_secret() -> None:
    assert [len(Redactor(KEY).mask("x" * n)) for n in (0, 1, 17, 18, 16_384)] == [
        0,
        17,
        17,
        18,
        16_384,
    ]
    assert re.fullmatch(r"masked-[0-9a-f]{10}\*{3}", Redactor(KEY).mask("é" * 20))


# --- text -------------------------------------------------------------------------------------


def test_layout_stays() -> None:
    before = '{ "d":{"token" : "secret","n":1.50,"n":NaN,"x":[ ]},\n"type":"identify" }'
    after = redacted(before)
    assert re.sub(r"masked-[0-9a-f]{10}", "secret", after) == before


def test_every_secret_of_the_schema_is_masked() -> None:
    for infos, places in ((registry.CLIENT, secrets.CLIENT), (registry.SERVER, secrets.SERVER)):
        for type_, pointers in places.items():
            assert type_ in infos
            payload = {pointer.removeprefix("/d/"): TOKEN for pointer in pointers}
            frame = redacted(json.dumps({"type": type_, "d": payload, "seq": 1}))
            assert TOKEN not in frame
            assert set(json.loads(frame)["d"].values()) == {Redactor(KEY).mask(TOKEN)}


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"new_message","d":{"deep":[{"token":"SECRET"}]}}',
        '{"type":"identify","d":{"token":{"value":["SECRET"]}}}',
        '{"type":"identify","token":"SECRET"}',
        '{"type":"identify","d":{"\\u0074oken":"SECRET"}}',
        '{"type":"identify","d":{"token":"SEC\\u0052ET"}}',
        '{"type":"identify","d":{"token":"SECRET","token":"a SECRET"}}',
        '{"type":"identify","d":{"token":"SECRET"}',
        "identify SECRET",
        '"SECRET"',
        '["identify", {"word":"SECRET"}]',
        '{"type":"identify","d":{"token":"SECRET"}} ',
    ],
)
def test_unusual_places(text: str) -> None:
    masked = redacted(text)
    assert "SECRET" not in masked
    assert "SEC\\u0052ET" not in masked
    assert "masked-" in masked


def test_numbers_below_a_secret_key() -> None:
    assert (
        redacted('{"token":[-120.5e3,true,null],"n":12}') == '{"token":[-111.1e1,true,null],"n":12}'
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "{}",
        "[1,2]",
        '{"type":"typing","d":{"feed_id":5}}',
        '{"type":"identify","d":{"token":""}}',
        '{"type":"error","d":{"code":"X","message":"bad \\"token\\""}}',
        ' \n{"type":"error","d":{"code":"X"}}',
    ],
)
def test_what_holds_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_what_looks_like_a_token_is_masked_anywhere() -> None:
    text = json.dumps({"type": TOKEN, "d": {TOKEN: [f"my token is {TOKEN}, ok"]}})
    assert redacted(text) == text.replace(TOKEN, "vox_sess_***")


def test_a_token_that_is_hidden_by_an_escape() -> None:
    text = '{"type":"x","d":{"word":"my vox\\u005fsess_46KiE4r"}}'
    assert redacted(text) == '{"type":"x","d":{"word":"my vox_sess_***"}}'


@pytest.mark.parametrize(
    ("literal", "masked"),
    [
        ('"é vox_sess_46KiE4r"', '"é vox_sess_***"'),
        (r'"\u00e9 vox_sess_46KiE4r"', r'"\u00e9 vox_sess_***"'),
        (r'"é \u00e9 vox_sess_46KiE4r"', r'"\u00e9 \u00e9 vox_sess_***"'),
    ],
)
def test_characters_are_spelled_as_before(literal: str, masked: str) -> None:
    assert redacted(f'{{"word":{literal}}}') == f'{{"word":{masked}}}'


def test_secrets_that_were_seen_are_masked_anywhere_after() -> None:
    redactor = Redactor(KEY)
    secret = "correct horse battery staple"
    redactor.message(json.dumps({"type": "identify", "d": {"token": secret[:-4]}}))
    redactor.message(json.dumps({"type": "identify", "d": {"token": secret}}))
    answer = {"type": "error", "d": {"code": "X", "message": f"unknown: {secret}!"}}
    masked = redactor.message(json.dumps(answer))
    answer["d"]["message"] = f"unknown: {redactor.mask(secret)}!"  # type: ignore[index]
    assert masked == json.dumps(answer)
    assert redactor.text(f"no {secret}") == f"no {redactor.mask(secret)}"


def test_a_text_that_is_too_long_is_masked_with_its_length() -> None:
    text = f'{{"type":"{"é" * MAX_FRAME_SIZE}"}}'
    masked = redacted(text)
    assert set(masked[17:]) == {"*"}
    assert len(masked) == len(text.encode())


def test_addresses() -> None:
    redactor = Redactor(KEY)
    assert redactor.url("wss://host/gateway?v=1&compress=zstd#a") == (
        "wss://host/gateway?v=1&compress=zstd#a"
    )
    assert redactor.url(f"wss://me:word@host/a@b?Token={TOKEN[:14]}%20&v=1&to%6ben=x") == (
        f"wss://{redactor.mask('me:word')}@host/a@b"
        f"?Token={redactor.mask(f'{TOKEN[:14]} ')}&v=1&to%6ben={redactor.mask('x')}"
    )
    # A parameter that the protocol does not have may hold anything, under any name.
    assert redactor.url("wss://host/?encoding=json&access_token=abc&key=d%65f&x=&V=1") == (
        f"wss://host/?encoding=json&access_token={redactor.mask('abc')}&key={redactor.mask('def')}"
        f"&x=&V={redactor.mask('1')}"
    )


# --- compressed -------------------------------------------------------------------------------


def test_compressed_frames_are_compressed_again_with_their_size() -> None:
    text = json.dumps({"type": "ready", "d": {"session_id": "sess_17d875266b616d8c"}, "seq": 1})
    streamed = zstandard.ZstdCompressor(write_content_size=False).compress(text.encode())
    masked = Redactor(KEY).message(streamed)
    assert isinstance(masked, bytes)
    assert zstandard.get_frame_parameters(masked).content_size == len(text)
    assert Decompressor().decompress(masked).decode() == redacted(text)


def test_compressed_frames_without_secrets_keep_their_bytes() -> None:
    data = zstandard.ZstdCompressor(level=19, write_checksum=True).compress(b'{"type":"x"}')
    assert Redactor(KEY).message(data) is data


def test_bytes_that_are_not_utf_8_stay_beside_secrets() -> None:
    masked = Redactor(KEY).message(Compressor().compress(b'{"token":"secret","x":"\xff\xc3"}'))
    assert isinstance(masked, bytes)
    assert Decompressor().decompress(masked)[-9:] == b'"x":"\xff\xc3"}'[-9:]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"SECRET", "ZSTD_INVALID"),
        (Compressor().compress(b'{"token":"SECRET"}')[:-1], "ZSTD_INVALID"),
        (Compressor().compress(b'{"token":"SECRET"}') + b"SECRET", "ZSTD_TRAILING_DATA"),
        (Compressor().compress(b"SECRET" * MAX_FRAME_SIZE), "ZSTD_TOO_LARGE"),
        (Compressor().compress(b'{"token":"SECRET'), "JSON_INVALID"),
        (Compressor().compress(b'\xff{"token":"SECRET'), "JSON_NOT_UTF8"),
    ],
)
def test_what_cannot_be_looked_into_is_replaced_by_the_same_mistake(
    data: bytes, rule: str, tmp_path: Path
) -> None:
    masked = Redactor(KEY).message(data)
    assert isinstance(masked, bytes)
    assert b"SECRET" not in masked
    assert found_in(tmp_path, data)[0] == rule
    assert found_in(tmp_path, masked) == found_in(tmp_path, data)


def found_in(folder: Path, data: bytes) -> list[str]:
    """The rules that a capture with this one message breaks."""
    file = folder / f"{len(list(folder.iterdir()))}.ndjson"
    with open_capture(str(file)) as capture:
        capture.opened("wss://host/gateway?compress=zstd", 1.0)
        capture.frame(1.0, "s2c", data)
    check = CaptureCheck(str(file), Selection(), Statistics())
    return [finding.rule for finding in check.findings()]


# --- whole captures ---------------------------------------------------------------------------


def secrets_in(file: Path) -> Iterator[str]:
    """Every value in a capture that the schema calls secret."""
    for event in read_capture(str(file)):
        if isinstance(event, Frame):
            text = plain(event)
            try:
                frame: Any = json.loads(text)
            except ValueError:
                continue
            places = secrets.SERVER if event.direction == "s2c" else secrets.CLIENT
            for pointer in places.get(frame.get("type"), ()):
                value = frame.get("d", {}).get(pointer.removeprefix("/d/"))
                if value:
                    yield value


def plain(frame: Frame) -> str:
    if isinstance(frame.data, str):
        return frame.data
    return Decompressor().decompress(frame.data).decode("utf-8", "replace")


def findings(file: Path) -> list[dict[str, Any]]:
    check = CaptureCheck(str(file), Selection(), Statistics())
    return [msgspec.structs.asdict(msgspec.structs.replace(f, file="")) for f in check.findings()]


@pytest.mark.parametrize("file", CAPTURES, ids=lambda file: file.stem)
def test_a_redacted_capture_has_the_same_findings_and_no_secret(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.ndjson"
    with open_capture(str(copy), safety="buffered", redactor=Redactor(KEY)) as capture:
        for event in read_capture(str(file)):
            capture.event(event)
    kept = copy.read_bytes().decode()
    plain_text = "\n".join(plain(e) for e in read_capture(str(copy)) if isinstance(e, Frame))
    values = {value for value in secrets_in(file) if len(value) > 8}
    assert values or "not-identified" in file.stem
    assert [value for value in values if value in kept or value in plain_text] == []
    assert findings(copy) == [
        {**finding, "message": masked_position(finding)} for finding in findings(file)
    ]


def masked_position(finding: dict[str, Any]) -> Any:
    """What is said about a text that is no JSON: the mask has no JSON from its first character."""
    if finding["rule"] == "JSON_INVALID":
        return "not JSON: expecting value at character 0"
    return finding["message"]


MESSAGES: list[tuple[Side, str]] = [
    *(("client", type_) for type_ in registry.CLIENT),
    *(("server", type_) for type_ in registry.SERVER),
]


@pytest.mark.parametrize(("sender", "type_"), MESSAGES)
@settings(max_examples=10)
@given(data=st.data())
def test_a_redacted_frame_is_as_valid_as_it_was(
    sender: Side, type_: str, data: st.DataObject
) -> None:
    valid = strategies.client_wire if sender == "client" else strategies.server_wire
    flawed = strategies.near_misses(sender, type_).map(lambda miss: miss.frame)
    text = json.dumps(data.draw(valid(type_) | flawed))
    assert rules_of(redacted(text), sender) == rules_of(text, sender)


def rules_of(text: str, sender: Side) -> list[tuple[str, str]]:
    return [(problem.rule, problem.pointer) for problem in explain(text, sender, VOX).problems]


def test_a_resumed_session_is_recognised(tmp_path: Path) -> None:
    redactor = Redactor(KEY)
    ids = []
    for stem in ("flow-resume-a1-lost", "flow-resume-a2"):
        copy = tmp_path / f"{stem}.ndjson"
        with open_capture(str(copy), redactor=redactor) as capture:
            for event in read_capture(f"examples/captures/{stem}.ndjson"):
                capture.event(event)
        frames = [plain(e) for e in read_capture(str(copy)) if isinstance(e, Frame)]
        found = [json.loads(text)["d"]["session_id"] for text in frames if "session_id" in text]
        ids.append(set(found))
    assert len(ids[0]) == 1
    assert ids[0] == ids[1]


def test_the_address_is_kept_when_nothing_in_it_is_secret(tmp_path: Path) -> None:
    copy = tmp_path / "copy.ndjson"
    with open_capture(str(copy), redactor=Redactor(KEY)) as capture:
        for event in read_capture(str(CAPTURES[0])):
            capture.event(event)
    urls = [
        [event.connection.url for event in read_capture(str(file)) if isinstance(event, Opened)]
        for file in (CAPTURES[0], copy)
    ]
    assert urls[0] == urls[1]


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"identify","d":"hunter2"}',
        '{"type":"heartbeat","d" : "hunter2"}',
        '{"type":"identify","d":{"Token":"hunter2"}}',
        '{"type":"no_such","d":{"x":{"TOKEN":["hunter2"]}}}',
    ],
)
def test_secrets_in_the_wrong_place(text: str) -> None:
    masked = Redactor().json(text)
    assert "hunter2" not in masked
    assert json.loads(masked)["type"] == json.loads(text)["type"]


# --- what is remembered -----------------------------------------------------------------------


def secret(number: int, length: int = 20) -> str:
    return f"secret {number} ".ljust(length, "-")


def test_the_latest_32_secrets_are_looked_for() -> None:
    redactor = Redactor(KEY)
    for number in range(33):
        redactor.mask(secret(number))
    assert redactor.text(secret(0)) == secret(0)
    for number in range(1, 33):
        assert redactor.text(f"<{secret(number)}>") == f"<{redactor.mask(secret(number))}>"


def test_a_secret_that_is_seen_again_is_the_latest() -> None:
    redactor = Redactor(KEY)
    for number in range(32):
        redactor.mask(secret(number))
    masked = redactor.mask(secret(0))
    redactor.mask(secret(32))
    assert redactor.text(secret(0)) == masked
    assert redactor.text(secret(1)) == secret(1)


@pytest.mark.parametrize(
    ("length", "is_remembered"), [(15, False), (16, True), (256, True), (257, False)]
)
def test_the_lengths_of_secrets_that_are_looked_for(length: int, is_remembered: bool) -> None:
    redactor = Redactor(KEY)
    masked = redactor.mask(secret(1, length))
    expected = masked if is_remembered else secret(1, length)
    assert redactor.text(secret(1, length)) == expected


def test_secrets_that_are_not_looked_for_push_none_out() -> None:
    redactor = Redactor(KEY)
    masked = redactor.mask(secret(0))
    for number in range(100):
        redactor.mask(secret(number, 15))
        redactor.mask(secret(number, 257))
    assert redactor.text(secret(0)) == masked


def test_a_long_secret_goes_before_a_shorter_one_that_it_begins_with() -> None:
    for first, second in ((20, 30), (30, 20)):
        redactor = Redactor(KEY)
        redactor.mask("s" * first)
        redactor.mask("s" * second)
        assert redactor.text(f"{'s' * 30} {'s' * 20}") == (
            f"{redactor.mask('s' * 30)} {redactor.mask('s' * 20)}"
        )


def test_a_long_secret_goes_before_a_shorter_one_that_it_holds() -> None:
    short = "z" * 16
    redactor = Redactor(KEY)
    masked = [redactor.mask(short), redactor.mask(f"a secret {short} of mine")]
    assert redactor.text(f"a secret {short} of mine, {short}") == f"{masked[1]}, {masked[0]}"
